// A record beside its list. The drawer pushes the record's own URL; Back, Esc or the cross lead to the list again.
import { isPlainClick } from "./dialog.js";

const drawer = document.getElementById("drawer");
const isNarrow = matchMedia("(max-width: 760px)");
let listUrl = ""; // the page behind the open drawer
let opener = null; // what gets the focus back

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-drawer]");
  if (link && drawer && isPlainClick(event) && !isNarrow.matches) {
    event.preventDefault();
    openDrawer(link.href, link);
  }
  if (event.target.closest("[data-drawer-close]")) closeDrawer();
});

export const isDrawerOpen = () => Boolean(drawer && !drawer.hidden);

/** The address of the page, also behind an open drawer. */
export const pageUrl = () => (isDrawerOpen() ? listUrl : location.href);

export async function openDrawer(url, link = null) {
  opener = link ?? opener;
  const step = isDrawerOpen() ? "replaceState" : "pushState";
  if (step === "pushState") listUrl = location.href;
  history[step]({ drawer: url }, "", url);
  await show(url);
}

async function show(url) {
  await htmx.ajax("GET", url, { target: "#drawer", swap: "innerHTML" });
  const title = drawer.querySelector("[data-drawer-title]")?.textContent.trim();
  if (!title) return hide();
  drawer.setAttribute("aria-label", title);
  drawer.hidden = false;
  drawer.focus({ preventScroll: true });
}

function closeDrawer() {
  if (isDrawerOpen()) history.back();
}

function hide() {
  drawer.hidden = true;
  drawer.replaceChildren();
  const id = opener?.closest("[data-id]")?.dataset.id;
  const again = opener?.isConnected ? opener : document.querySelector(`[data-id="${CSS.escape(id ?? "")}"] a:not(.key)`);
  again?.focus({ preventScroll: true });
}

// Capture, and before htmx's own handler: the list is still on the page and needs no reload.
window.addEventListener("popstate", (event) => {
  if (!drawer) return;
  if (event.state?.drawer && listUrl) {
    show(event.state.drawer);
  } else if (isDrawerOpen() && location.href === listUrl) {
    event.stopImmediatePropagation();
    hide();
  } else if (!event.state?.htmx) {
    location.reload();
  }
}, true);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open], :popover-open") && !event.target.closest(".cell-form")) closeDrawer();
});
drawer?.addEventListener("keydown", (event) => {
  if (event.key === "Tab") keepInside(event);
});

function keepInside(event) {
  const stops = [...drawer.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")].filter((one) => one.checkVisibility() && !one.disabled);
  const [first, last] = [stops[0], stops.at(-1)];
  const atEdge = document.activeElement === (event.shiftKey ? first : last) || (event.shiftKey && document.activeElement === drawer);
  if (!atEdge) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}

document.addEventListener("close-drawer", closeDrawer);
