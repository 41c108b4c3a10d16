// Forms in a dialog: `data-dialog` links load into it, `HX-Trigger: close-dialog` closes it.
const dialog = document.getElementById("dialog");

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (link && dialog && isPlainClick(event)) {
    event.preventDefault();
    htmx.ajax("GET", link.href, { target: "#dialog", swap: "innerHTML" });
  }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
  if (event.target.matches("dialog[open]") && isOutside(event)) event.target.close();
});

export const isPlainClick = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

// What an answer puts into the dialog opens it; what it puts into a part of it leaves the focus where it is.
function openDialog() {
  const title = dialog.querySelector("[data-dialog-title]")?.textContent;
  if (!title) return; // an error was answered and shown as a toast
  dialog.setAttribute("aria-label", title.trim());
  if (!dialog.open) dialog.showModal();
  const fields = [...dialog.querySelectorAll(".dialog-body :is(input, select, textarea):not([type=hidden])")];
  const wrong = dialog.querySelector("[autofocus], [aria-invalid=true]");
  (wrong ?? fields.find((one) => !one.value) ?? fields[0])?.focus(); // not one that is set
}

function isOutside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

document.addEventListener("close-dialog", () => dialog?.close());
dialog?.addEventListener("htmx:afterSettle", ({ detail }) => detail.target === dialog && openDialog());
dialog?.addEventListener("close", () => dialog.replaceChildren());
