// After a change, a page on which nothing loads anew by itself is fetched anew as a whole; half-typed input stays.
import { pageUrl } from "./drawer.js";

const LISTENS = '[hx-trigger*="records-changed"]';

document.body.addEventListener("records-changed", async ({ target }) => {
  const content = document.getElementById("content");
  if (!content || content.querySelector(LISTENS) || isHalfTyped(content, target.closest("form"))) return;
  const answer = await fetch(pageUrl());
  if (answer.ok) htmx.swap(content, await answer.text(), { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 }, { select: "#content > *" });
});

// What was typed into the form that made the change is saved.
const isHalfTyped = (content, saved) => [...content.querySelectorAll("input, textarea")].some((field) => field.form !== saved && isChanged(field));
const isChanged = (field) => (field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
