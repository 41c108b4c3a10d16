// Rows to tick, walk through and edit. Ticked ids live in a Set, so that they survive a swap of the rows.
class Table extends HTMLElement {
  picked = new Set();
  last = null; // the box that a shift-click counts from
  cursor = null; // the id of the row that the keys act on
  former = new WeakMap(); // what stood in a cell under edit

  connectedCallback() {
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("input", (event) => this.typed(event));
    this.addEventListener("htmx:afterSwap", (event) => this.swapped(event));
    this.addEventListener("htmx:configRequest", (event) => this.addIds(event));
    this.addEventListener("keydown", (event) => this.keyInEdit(event));
    this.addEventListener("change", (event) => this.chosen(event));
    this.addEventListener("focusout", (event) => this.left(event));
    this.leaving = new AbortController();
    document.addEventListener("records-changed", () => this.clear(), { signal: this.leaving.signal });
    this.mark();
  }

  disconnectedCallback() {
    this.leaving.abort();
  }

  get rows() {
    return [...this.querySelectorAll("[data-id]")];
  }

  box(row) {
    return row.querySelector(".pick input");
  }

  clicked(event) {
    if (event.target.matches("[data-pick-all]")) return this.pick(this.rows, event.target.checked);
    if (event.target.closest("[data-bulk-clear]")) return this.clear();
    const row = event.target.closest("[data-id]");
    if (!row) return;
    this.cursor = row.dataset.id;
    const cell = event.target.closest("[data-edit]");
    if (cell) this.editIn(cell.closest("td"), `${row.dataset.record}/cell/${cell.dataset.edit}/`);
    if (event.target !== this.box(row)) return this.mark();
    const rows = this.rows;
    const [from, to] = [rows.indexOf(event.shiftKey ? this.last : row), rows.indexOf(row)].sort((a, b) => a - b);
    this.pick(from < 0 ? [row] : rows.slice(from, to + 1), event.target.checked);
    this.last = row;
  }

  typed(event) {
    if (!event.target.matches("[data-pick-first]")) return;
    this.picked.clear();
    this.pick(this.rows.slice(0, Number(event.target.value)), true);
  }

  pick(rows, on) {
    for (const row of rows) on ? this.picked.add(row.dataset.id) : this.picked.delete(row.dataset.id);
    this.mark();
  }

  clear() {
    this.picked.clear();
    this.mark();
  }

  mark() {
    const rows = this.rows;
    for (const row of rows) {
      const on = this.picked.has(row.dataset.id);
      row.classList.toggle("picked", on);
      row.classList.toggle("cursor", row.dataset.id === this.cursor);
      if (this.box(row)) this.box(row).checked = on;
    }
    const all = this.querySelector("[data-pick-all]");
    if (all) {
      all.checked = rows.length > 0 && rows.every((row) => this.picked.has(row.dataset.id));
      all.indeterminate = this.picked.size > 0 && !all.checked;
    }
    this.showBulk();
  }

  showBulk() {
    const bar = this.querySelector("[data-bulk]");
    if (!bar) return;
    bar.hidden = this.picked.size === 0;
    bar.querySelector("[data-bulk-count]").textContent = `${this.picked.size} selected`;
  }

  addIds(event) {
    if (!event.target.closest("[data-bulk]")) return;
    for (const id of this.picked) event.detail.formData.append("ids", id);
  }

  /* Keys */
  move(step) {
    const rows = this.rows;
    const at = rows.findIndex((row) => row.dataset.id === this.cursor);
    const row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (!row) return null;
    this.cursor = row.dataset.id;
    this.mark();
    row.scrollIntoView({ block: "nearest" });
    if (this.hasAttribute("data-follow")) row.querySelector("a").click();
    return row;
  }

  get row() {
    return this.rows.find((row) => row.dataset.id === this.cursor);
  }

  toggle() {
    if (!this.row || !this.box(this.row)) return false;
    this.pick([this.row], !this.picked.has(this.cursor));
    return true;
  }

  open() {
    const link = this.row?.querySelector("a[data-drawer]:not(.key)") ?? this.row?.querySelector("a[href]");
    link?.click();
    return Boolean(link);
  }

  edit() {
    const cell = this.row?.querySelector("[data-edit]");
    cell?.click();
    return Boolean(cell);
  }

  /* A cell under edit keeps its former content, for Esc and for who leaves it without a change */
  editIn(cell, url) {
    this.steps = false; // whether the last key walked through a choice
    this.former.set(cell, [...cell.childNodes]);
    htmx.ajax("GET", url, { source: cell, target: cell, swap: "innerHTML" });
  }

  swapped({ target }) {
    this.mark();
    if (target.matches("td") && document.activeElement === document.body) {
      target.querySelector(`[data-edit], ${FIELD}`)?.focus({ preventScroll: true });
    }
  }

  keyInEdit(event) {
    const form = event.target.closest(EDIT);
    if (!form || event.isComposing) return;
    this.steps = !["Enter", " "].includes(event.key);
    if (event.key === "Enter") isChanged(form) ? form.requestSubmit() : this.restore(form);
    else if (event.key === "Escape") this.restore(form);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /* What is pressed is meant; by arrow keys one walks through a choice */
  chosen(event) {
    const form = event.target.closest(EDIT);
    if (form && event.target.matches("select, [type=checkbox]") && !this.steps) form.requestSubmit();
  }

  left(event) {
    const form = event.target.closest(EDIT);
    if (!form || form.contains(event.relatedTarget) || !document.hasFocus()) return;
    queueMicrotask(() => form.isConnected && this.leave(form)); // a form that is swapped away is not left
  }

  leave(form) {
    if (isChanged(form)) return form.requestSubmit();
    if (form.querySelector(".error")) return;
    const away = () => form.contains(document.activeElement) || this.restore(form, false);
    // While a button of the mouse is down, nothing may move under it.
    document.documentElement.matches(":active") ? document.addEventListener("click", away, { once: true }) : away();
  }

  restore(form, takesFocus = true) {
    const cell = form.closest("td");
    const former = this.former.get(cell);
    if (!form.isConnected || !former) return;
    this.former.delete(cell);
    cell.replaceChildren(...former);
    if (takesFocus) cell.querySelector("[data-edit]")?.focus();
  }
}

const EDIT = "td > .cell-form";
const FIELD = ".cell-form :is(input:not([type=hidden]), select)";
const said = (form) => new URLSearchParams(new FormData(form)).toString();

function isChanged(form) {
  const before = form.cloneNode(true);
  before.reset();
  return said(form) !== said(before) || !form.checkValidity();
}

customElements.define("nx-table", Table);
