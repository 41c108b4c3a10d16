// Keeps the list in step with the open message, and on a phone shows one of the two at a time.
const panes = document.querySelector(".panes");
const message = () => document.getElementById("message");

const lines = () => [...panes.querySelectorAll("[data-message]")];
let place = 0; // of the open message in the list, or where it was before it left

function mark() {
  lines().forEach((link, index) => {
    const isOpen = link.dataset.message === message()?.dataset.open;
    isOpen ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    if (!isOpen) return;
    place = index;
    panes.cursor = link.closest("[data-id]").dataset.id; // where the keys j and k go on from
  });
}

// The list is renewed at the same time as the next message is asked for; a request sent by a line that is being
// replaced loses its targets, so the next line is pressed only when the new list stands.
let next = "";

// A new list stands where the one before it stood.
let scrolled = 0;

panes.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "inbox-list") scrolled = detail.target.scrollTop;
});
panes.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id === "inbox-list") target.scrollTop = scrolled;
});
panes.addEventListener("htmx:afterSettle", (event) => {
  mark();
  if (!next || !event.target.querySelector("[data-message]")) return;
  const link = panes.querySelector(`[data-message="${CSS.escape(next)}"]`);
  next = "";
  link?.click();
});
panes.addEventListener("click", (event) => {
  if (event.target.closest("[data-message]")) panes.classList.add("reading");
  if (event.target.closest("[data-back-to-list]")) panes.classList.remove("reading");
});
document.addEventListener("inbox-next", () => {
  const at = lines().findIndex((link) => link.hasAttribute("aria-current"));
  next = lines()[at < 0 ? place : at + 1]?.dataset.message ?? "";
});
customElements.whenDefined("nx-table").then(mark);
