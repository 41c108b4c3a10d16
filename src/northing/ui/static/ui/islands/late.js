// What comes late into a page and does not come. A menu's content or a panel says so in its place, and can be asked again;
// a script is missing from a page that was open over an upgrade, which has other scripts at other addresses.
import { settle } from "./menu.js";
import { toast } from "./toast.js";

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

/** Fetch a script once it is needed. */
export const bring = (address) => import(address).catch(() => tellWhyMissing(address));

async function tellWhyMissing(address) {
  const isGone = await fetch(address, { method: "HEAD" }).then(({ ok, redirected }) => !ok || redirected, () => false);
  const text = isGone ? "Northing was updated. Save what you typed, then reload this page." : "A part of this page did not load. Save what you typed, then reload it.";
  toast(text, { tone: "bad", lasts: 60_000, onward: ["Reload", location.pathname + location.search] });
}
