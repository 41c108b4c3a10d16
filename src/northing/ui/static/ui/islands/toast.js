// Notices at the foot of the page. The server sends them as `HX-Trigger: {"toast": {"text": …, "undo": url}}`.
import { fire, post } from "./http.js";

// A notice of the same kind takes the place of the one before: five saved values need no five notices.
const LASTS = 6000;
const LASTS_WITH_UNDO = 12000;

export function toast(text, { undo = "", url = "", onward: [page, pageUrl] = [], tone = "", lasts = undo ? LASTS_WITH_UNDO : LASTS } = {}) {
  const element = document.createElement("div");
  element.className = `toast ${tone}`;
  element.append(url ? recordLink(text, url) : Object.assign(document.createElement("span"), { textContent: text }));
  if (pageUrl) element.append(Object.assign(document.createElement("a"), { href: pageUrl, textContent: page }));
  if (undo) element.append(undoButton(undo, element));
  element.dataset.kind = kindOf(text, { undo, url, pageUrl, tone });
  const toasts = document.getElementById("toasts");
  [...toasts.children].find((one) => one.dataset.kind === element.dataset.kind)?.remove();
  toasts.append(element);
  leaveLater(element, lasts);
}

/** What notices of one kind share: where they lead, and how they begin. */
function kindOf(text, { undo, url, pageUrl, tone }) {
  return [tone, Boolean(undo), url, pageUrl, text.split(":")[0].replace(/(?<![-\w])[\d.,]+/g, "#")].join("|");
}

function recordLink(text, url) {
  const link = Object.assign(document.createElement("a"), { href: url, textContent: text });
  link.dataset.drawer = "";
  return link;
}

function undoButton(url, element) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Undo" });
  button.addEventListener("click", async () => {
    element.remove();
    try {
      const answer = await post(url);
      if (answer.headers.get("HX-Trigger")?.includes('"toast"')) return; // the server said itself what it took back
      fire("records-changed");
      toast("Undone");
    } catch (error) {
      toast(error.message || "That could not be undone.", { tone: "bad" });
    }
  });
  return button;
}

function leaveLater(element, milliseconds) {
  let timer = setTimeout(() => element.remove(), milliseconds);
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("focusin", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => (timer = setTimeout(() => element.remove(), LASTS / 2)));
}

document.addEventListener("toast", ({ detail }) => toast(detail.text ?? detail.value, detail));
for (const element of document.querySelectorAll("[data-toast]")) {
  const undo = element.querySelector("button");
  undo?.addEventListener("htmx:afterRequest", () => element.remove());
  leaveLater(element, undo ? LASTS_WITH_UNDO : LASTS);
}
