// What comes late into a page (a menu's content, a panel) and does not come: it says so in its place, and can be asked again.
import { settle } from "./menu.js";

const COMES_LATE = /\b(once|load)\b/;

document.addEventListener("htmx:afterRequest", ({ detail: { elt, target, xhr } }) => {
  const came = xhr.status >= 200 && xhr.status < 400;
  if (came || !elt.isConnected || !elt.hasAttribute("hx-get") || !COMES_LATE.test(elt.getAttribute("hx-trigger") ?? "")) return;
  target.replaceChildren(missing(() => htmx.ajax("GET", elt.getAttribute("hx-get"), { source: elt, target, swap: elt.getAttribute("hx-swap") ?? "innerHTML" })));
  if (target.matches(".menu:popover-open")) settle(target);
});

function missing(again) {
  const note = Object.assign(document.createElement("div"), { className: "late", role: "alert" });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: "Try again" });
  button.dataset.stays = "";
  button.addEventListener("click", again);
  note.append("This did not load.", button);
  return note;
}
