// Keeps the list in step with the open message, and on a phone shows one of the two at a time.
const panes = document.querySelector(".panes");
const message = () => document.getElementById("message");

function mark() {
  for (const link of panes.querySelectorAll("[data-message]")) {
    const isOpen = link.dataset.message === message()?.dataset.open;
    isOpen ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    if (isOpen) panes.cursor = link.closest("[data-id]").dataset.id; // where the keys j and k go on from
  }
}

// The list is renewed at the same time as the next message is asked for; a request sent by a line that is being
// replaced loses its targets, so the next line is pressed only when the new list stands.
let next = "";

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
  const line = panes.querySelector("[data-message][aria-current]")?.closest("[data-id]");
  next = line?.nextElementSibling?.querySelector("[data-message]")?.dataset.message ?? "";
});
customElements.whenDefined("nx-table").then(mark);
