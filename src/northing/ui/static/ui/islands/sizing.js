// Twenty features sized in a row: keys 1 to 5 choose a step of the scale and go on, as Enter does; up and down
// walk the rows.
import { post } from "./http.js";
import { toast } from "./toast.js";

class Sizing extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("change", (event) => this.save(event.target));
    this.addEventListener("htmx:afterRequest", (event) => event.detail.successful && this.typed(event.target.closest("[data-id]")));
    const first = this.rows.find((row) => !row.querySelector("input:checked"));
    first?.querySelector("input")?.focus({ preventScroll: true });
  }

  get rows() {
    return [...this.querySelectorAll("[data-id]")];
  }

  key(event) {
    const row = event.target.closest("[data-id]");
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: 1 }[event.key];
    const isTyping = event.target.type === "text";
    const choice = !isTyping && row?.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
    if (event.target.tagName !== "INPUT") return;
    if (row && step) {
      event.preventDefault();
      this.go(row, step, isTyping); // what was typed is saved as its box is left
    } else if (choice) {
      event.preventDefault();
      choice.checked = true;
      this.save(choice);
      this.go(row, 1);
    }
  }

  /** To the same kind of answer in another row; from the last row on to what comes after sizing. */
  go(row, step, isTyping = false) {
    const next = this.rows[this.rows.indexOf(row) + step];
    const onward = step > 0 ? [...document.querySelectorAll("[data-onward]")].at(-1) : null;
    const answer = isTyping ? "input[name=size]" : "input:checked";
    (next?.querySelector(answer) ?? next?.querySelector("input") ?? onward)?.focus();
  }

  async save(choice) {
    if (choice.type !== "radio") return;
    const row = choice.closest("[data-id]");
    try {
      const response = await post(this.dataset.saveUrl.replace("{id}", row.dataset.id), { size: choice.value });
      const shown = row.querySelector("[data-result]");
      if (shown) shown.innerHTML = await response.text();
      const typed = row.querySelector("input[name=size]");
      if (typed) typed.value = "";
      this.saved(row);
    } catch (error) {
      choice.checked = false;
      toast(error.message || "The size could not be saved.", { tone: "bad" });
    }
  }

  /** What was typed takes the place of the step chosen before. */
  typed(row) {
    row.querySelectorAll("input:checked").forEach((step) => (step.checked = false));
    this.saved(row);
  }

  saved(row) {
    row.toggleAttribute("data-sized", true);
    this.count();
  }

  /** How many rows have a number now, and how many features are left without one, here and on the next pages. */
  count() {
    const sized = this.querySelectorAll("[data-id][data-sized]").length;
    const filled = this.querySelectorAll("[data-lacking][data-sized]").length;
    const shown = this.querySelector("[data-count]");
    if (shown) shown.textContent = `${sized} of ${this.rows.length} sized by you`;
    const left = document.querySelector("[data-waiting]");
    if (left) left.textContent = Math.max(0, left.dataset.waiting - filled);
  }
}

customElements.define("nx-sizing", Sizing);
