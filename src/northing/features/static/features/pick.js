// Takes up the feature that a theme may be about.
document.getElementById("pick")?.addEventListener("click", (event) => {
  const offer = event.target.closest("[data-into]");
  if (!offer) return;
  const field = offer.closest("td").querySelector(".pick-into");
  field.value = offer.dataset.into;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  offer.parentElement.remove();
  field.focus();
});

// What is said to be evidence of a feature is picked, before the ticks are kept.
document.getElementById("pick")?.addEventListener("change", (event) => {
  if (!event.target.matches(".pick-into") || !event.target.value.trim()) return;
  event.target.closest("tr").querySelector("td.pick input[type=checkbox]").checked = true;
}, { capture: true });

// Whoever comes for one theme sees its messages. htmx listens from here on.
document.addEventListener("DOMContentLoaded", () => {
  const sought = document.getElementById(location.hash.slice(1));
  sought?.closest("tr").nextElementSibling.querySelector("summary").click();
});
