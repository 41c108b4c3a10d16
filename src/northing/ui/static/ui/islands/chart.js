// Draws a chart when it comes into view. The library loads once, and only on pages that have a chart. Colours in the
// spec are names of tokens ("token:accent") and are looked up in the style sheet at each drawing.
import { bring } from "./late.js";

const PREFIX = "token:";

async function load() {
  await bring(document.querySelector('meta[name="vega"]').content);
  return window.vegaEmbed;
}

class Chart extends HTMLElement {
  connectedCallback() {
    this.spec ??= JSON.parse(this.querySelector("script").textContent);
    this.leaving = new AbortController();
    document.addEventListener("theme-change", () => this.view && this.draw(), { signal: this.leaving.signal });
    this.watcher = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      this.watcher.disconnect();
      this.draw();
    }, { rootMargin: "200px" });
    this.watcher.observe(this);
  }

  disconnectedCallback() {
    this.leaving.abort();
    this.watcher.disconnect();
    this.view?.finalize();
    this.view = null;
  }

  async draw() {
    const embed = await load();
    if (!embed) return; // its table says the same
    const options = { actions: false, ast: true, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true } };
    this.view?.finalize();
    this.view = await embed(this, themed(this.spec, lookup(this)), options);
    this.setAttribute("data-drawn", "");
  }
}

/** A function from a token's name to the colour it has here and now. */
function lookup(element) {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.after(probe);
  const known = new Map();
  queueMicrotask(() => probe.remove());
  return (name) => {
    if (!known.has(name)) {
      probe.style.color = `var(--${name})`;
      known.set(name, getComputedStyle(probe).color);
    }
    return known.get(name);
  };
}

function themed(value, colour) {
  if (typeof value === "string") return value.startsWith(PREFIX) ? colour(value.slice(PREFIX.length)) : value;
  if (Array.isArray(value)) return value.map((one) => themed(one, colour));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, themed(one, colour)]));
  return value;
}

customElements.define("nx-chart", Chart);
