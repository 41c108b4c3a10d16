// Ctrl K: pages and actions of this screen at once, records from the server while typing.
import { debounce, request } from "./http.js";

const palette = document.getElementById("palette");
const input = palette?.querySelector("input");
const results = palette?.querySelector("[role=listbox]");
let asked = null;

document.addEventListener("click", (event) => {
  if (palette && event.target.closest("[data-palette-open]")) open();
});

function open() {
  if (palette.open) return palette.close();
  input.value = "";
  showLocal();
  palette.showModal();
}

/** Commands of this page that have all the typed words, without those that lead where an answer leads already. */
function showLocal(known = new Set()) {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (label) => words.every((word) => label.toLowerCase().includes(word));
  const commands = [...document.querySelectorAll("[data-key]")].filter((one) => !one.matches("[data-palette-open]") && !known.has(one.href));
  const options = commands.map((one) => [one, one.dataset.keyLabel ?? one.textContent.trim()]).filter(([, label]) => fits(label));
  results.replaceChildren(...(options.length ? [group("Commands", options.map(([one, label]) => option(one, label)))] : []));
  choose(0);
}

function group(label, children) {
  const element = document.createElement("div");
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", label);
  const heading = Object.assign(document.createElement("p"), { className: "palette-group", textContent: label, ariaHidden: "true" });
  element.append(heading, ...children);
  return element;
}

function option(command, label) {
  const element = document.createElement("div");
  element.setAttribute("role", "option");
  const icon = command.querySelector(".icon")?.cloneNode(true);
  const keys = Object.assign(document.createElement("kbd"), { textContent: command.dataset.key.replace("Control+", "Ctrl ") });
  element.append(...(icon ? [icon] : []), Object.assign(document.createElement("span"), { textContent: label }), keys);
  element.addEventListener("click", () => {
    palette.close();
    command.matches("input, select, textarea") ? command.focus() : command.click();
  });
  return element;
}

const options = () => [...results.querySelectorAll("[role=option]")];
const current = () => options().findIndex((one) => one.ariaSelected === "true");

function choose(index) {
  const all = options();
  all.forEach((one, i) => {
    one.id = `palette-option-${i}`;
    one.setAttribute("aria-selected", i === index);
  });
  all[index]?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", all[index]?.id ?? "");
}

const search = debounce(async () => {
  asked?.abort();
  asked = new AbortController();
  const url = new URL(palette.dataset.searchUrl, location.href);
  url.searchParams.set("q", input.value.trim());
  try {
    const response = await request(url, { signal: asked.signal });
    const found = document.createRange().createContextualFragment(await response.text());
    showLocal(new Set([...found.querySelectorAll("a")].map((one) => one.href)));
    results.prepend(found);
    choose(0);
  } catch {
    // a newer question replaced this one, or the server is away: the commands stay
  }
}, 140);

input?.addEventListener("input", () => {
  showLocal();
  if (input.value.trim()) search();
});
input?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = options();
  if (step && all.length) {
    event.preventDefault();
    choose((current() + step + all.length) % all.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    all[current()]?.click();
  }
});
results?.addEventListener("pointermove", (event) => {
  const index = options().indexOf(event.target.closest("[role=option]"));
  if (index >= 0 && index !== current()) choose(index);
});
