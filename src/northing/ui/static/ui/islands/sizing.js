// Twenty features sized in a row: keys 1 to 5 choose a size and go on, up and down walk the rows.
import { post } from "./http.js";
import { toast } from "./toast.js";

class Sizing extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("change", (event) => this.save(event.target));
    const first = this.rows.find((row) => !row.querySelector("input:checked"));
    first?.querySelector("input[type=radio]")?.focus({ preventScroll: true });
  }

  get rows() {
    return [...this.querySelectorAll("[data-id]")];
  }

  key(event) {
    const row = event.target.closest("[data-id]");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const choice = row?.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
    if (row && step) {
      event.preventDefault();
      this.go(row, step);
    } else if (choice) {
      event.preventDefault();
      choice.checked = true;
      this.save(choice);
      this.go(row, 1);
    }
  }

  go(row, step) {
    const next = this.rows[this.rows.indexOf(row) + step];
    (next?.querySelector("input:checked") ?? next?.querySelector("input[type=radio]"))?.focus();
  }

  async save(choice) {
    if (choice.type !== "radio") return;
    const row = choice.closest("[data-id]");
    this.count();
    try {
      const response = await post(this.dataset.saveUrl.replace("{id}", row.dataset.id), { size: choice.value });
      const shown = row.querySelector("[data-result]");
      if (shown) shown.innerHTML = await response.text();
    } catch (error) {
      choice.checked = false;
      this.count();
      toast(error.message || "The size could not be saved.", { tone: "bad" });
    }
  }

  count() {
    const shown = this.querySelector("[data-sized]");
    if (shown) shown.textContent = `${this.querySelectorAll("input:checked").length} of ${this.rows.length} sized`;
  }
}

customElements.define("nx-sizing", Sizing);
