// Keys: `data-key` on any element, j k x e Enter for lists, and the help that lists them all.
import { isDrawerOpen, openDrawer } from "./drawer.js";
import { keep } from "./preferences.js";

const SEQUENCE_TIME = 1200;
const BUILT_IN = [["j", "Next row"], ["k", "Previous row"], ["Enter", "Open the row"], ["x", "Tick the row"], ["e", "Edit the row"], ["Escape", "Close"]];
const app = document.querySelector(".app");
let pending = "";
let timer;
let singleKeys = app?.dataset.singleKeys !== "off" && localStorage.getItem("single_keys") !== "off";

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const modified = event.ctrlKey || event.metaKey;
  const name = (modified ? "Control+" : "") + (event.key.length === 1 && modified ? event.key.toLowerCase() : event.key);
  if (event.altKey || ["Shift", "Control", "Meta"].includes(event.key)) return;
  if (!modified && (!singleKeys || isTyping(event.target) || document.querySelector("dialog[open], :popover-open"))) return;
  if (press(pending ? `${pending} ${name}` : name) || (!modified && rowKey(name, event.target))) {
    event.preventDefault();
    pending = "";
  } else {
    begin(name);
  }
});

// A dialog that has just closed may hold the focus in its hidden field until the next frame.
const isTyping = (element) => element.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")?.checkVisibility();

function begin(name) {
  clearTimeout(timer);
  pending = document.querySelector(`[data-key^="${CSS.escape(name)} "]`) ? name : "";
  timer = setTimeout(() => (pending = ""), SEQUENCE_TIME);
}

function press(name) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(name)}"]`)].filter((one) => !one.disabled);
  const element = all.find((one) => one.checkVisibility()) ?? all[0];
  if (!element) return false;
  element.matches("input, select, textarea") ? element.focus() : element.click();
  return true;
}

function rowKey(name, target) {
  const list = document.querySelector("nx-table");
  if (!list?.move) return false;
  if (name === "j" || name === "k") {
    const row = list.move(name === "j" ? 1 : -1);
    const link = row?.querySelector("a[data-drawer]:not(.key)");
    if (isDrawerOpen() && link) openDrawer(link.href, link);
    return true;
  }
  if (name === "x") return list.toggle();
  if (name === "e") return list.edit();
  return name === "Enter" && !target.closest("a, button, input, summary") && list.open();
}

/* Help */
const help = document.getElementById("keys");

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-open]")) showHelp();
});

function showHelp() {
  const own = [...document.querySelectorAll("[data-key]")].map((one) => [one.dataset.key, one.dataset.keyLabel ?? one.textContent.trim()]);
  const rows = document.querySelector("nx-table") ? BUILT_IN : BUILT_IN.slice(-1);
  const seen = new Map([...rows, ...own]);
  help.querySelector("[data-keys-list]").replaceChildren(...[...seen].flatMap(([keys, label]) => [tag("dt", label), tag("dd", ...keys.split(" ").map(keyCap))]));
  if (!help.open) help.showModal();
}

const keyCap = (name) => tag("kbd", name.replace("Control+", "Ctrl ").replace("Escape", "Esc"));

function tag(name, ...children) {
  const element = document.createElement(name);
  element.append(...children);
  return element;
}

const single = document.querySelector("[data-single-keys-toggle]");
if (single) single.checked = singleKeys;
single?.addEventListener("change", () => {
  singleKeys = single.checked;
  keep("single_keys", singleKeys ? "on" : "off");
});
