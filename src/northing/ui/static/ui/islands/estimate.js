// Draws the distribution while it is typed: the server fits it and answers with points of its density.
import { debounce, request } from "./http.js";

const WIDTH = 100;
const HEIGHT = 40;
const SVG = "http://www.w3.org/2000/svg";
const round = (number) => Math.round(number * 100) / 100;

class Estimate extends HTMLElement {
  connectedCallback() {
    this.ask = debounce(() => this.draw(), 160);
    this.addEventListener("input", () => this.ask());
    this.draw();
  }

  get fields() {
    const entries = [...this.querySelectorAll("input, select")].filter((one) => one.name && (one.type !== "radio" || one.checked));
    return new URLSearchParams(entries.filter((one) => one.value !== "").map((one) => [one.name, one.value]));
  }

  async draw() {
    const fields = this.fields;
    if (![...this.querySelectorAll("input:not([type=hidden], [type=radio])")].some((one) => one.value)) return this.show(null, "A number is enough; a range says more.");
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const response = await request(`${this.dataset.densityUrl}?${fields}`, { signal: this.asked.signal });
      const density = await response.json();
      this.show(density, density.words);
    } catch (error) {
      if (error.name !== "AbortError") this.show(null, error.message || "No distribution fits these numbers.");
    }
  }

  show(density, words) {
    this.querySelector("[data-words]").textContent = words ?? "";
    const svg = this.querySelector("svg.density");
    svg.classList.toggle("hatched", Boolean(density?.guessed));
    svg.replaceChildren(...(density ? shapes(density) : []));
  }
}

function interpolate(x, y, value) {
  const i = Math.max(1, x.findIndex((one) => one >= value));
  return y[i - 1] + ((value - x[i - 1]) / (x[i] - x[i - 1])) * (y[i] - y[i - 1]);
}

/** Where a share of the area under the curve lies to the left. */
function quantile(x, y, share) {
  let sum = 0;
  const areas = x.map((one, i) => (sum += i ? ((y[i] + y[i - 1]) / 2) * (one - x[i - 1]) : 0));
  return interpolate(areas, x, share * sum);
}

function shapes({ x, y, low, mid, high }) {
  const [left, right] = [x[0], x.at(-1)];
  const top = Math.max(...y);
  const at = (value) => round(((value - left) / (right - left)) * WIDTH);
  const points = x.map((value, i) => [at(value), round(HEIGHT - (y[i] / top) * (HEIGHT - 2))]);
  const line = points.map(([a, b]) => `${a},${b}`).join("L");
  const height = (value) => round(HEIGHT - (interpolate(x, y, value) / top) * (HEIGHT - 2));
  const band = (from, to) => {
    const inside = points.filter((_, i) => x[i] > from && x[i] < to).map(([a, b]) => `L${a},${b}`).join("");
    return { d: `M${at(from)},${HEIGHT}V${height(from)}${inside}L${at(to)},${height(to)}V${HEIGHT}Z` };
  };
  const parts = [
    ["path", "band-80", band(low, high)],
    ["path", "band-50", band(quantile(x, y, 0.25), quantile(x, y, 0.75))],
    ["path", "outline", { d: `M${line}` }],
    ["line", "median", { x1: at(mid), x2: at(mid), y1: 0, y2: HEIGHT }],
    ["line", "base", { x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT }],
  ];
  return parts.map(([name, kind, attributes]) => {
    const element = document.createElementNS(SVG, name);
    element.setAttribute("class", kind);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  });
}

customElements.define("nx-estimate", Estimate);
