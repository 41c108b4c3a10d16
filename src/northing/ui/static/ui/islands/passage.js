// Marks a passage of a text: the selection becomes offsets in code points, and a form appears beside it.
const GAP = 8;

class Passage extends HTMLElement {
  connectedCallback() {
    this.leaving = new AbortController();
    const options = { signal: this.leaving.signal };
    this.addEventListener("pointerup", () => setTimeout(() => this.read()), options);
    this.addEventListener("keyup", (event) => event.shiftKey && this.read(), options);
    document.addEventListener("click", (event) => event.target.closest("[data-passage-whole]") && this.markAll(), options);
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close(), options);
    document.addEventListener("records-changed", () => this.close(), options);
    document.addEventListener("input", (event) => event.target === this.form?.elements.namedItem("to") && this.outdate(), options);
    document.addEventListener("keydown", (event) => this.step(event), options);
  }

  disconnectedCallback() {
    this.close();
    this.leaving.abort();
  }

  get form() {
    return document.getElementById(this.dataset.form);
  }

  read() {
    const selection = getSelection();
    if (selection.isCollapsed || !selection.rangeCount || !this.contains(selection.anchorNode) || !this.contains(selection.focusNode)) return;
    this.open(selection.getRangeAt(0).cloneRange());
  }

  markAll() {
    const range = document.createRange();
    range.selectNodeContents(this);
    this.open(range);
  }

  open(range) {
    const quote = range.toString();
    const start = this.offset(range);
    if (!quote.trim() || !this.form) return;
    const fields = { start, end: start + [...quote].length, quote };
    for (const [name, value] of Object.entries(fields)) this.form.elements.namedItem(name).value = value;
    globalThis.CSS.highlights?.set("passage", new Highlight(range));
    this.form.hidden = false;
    this.place(range.getBoundingClientRect());
    this.form.querySelector("input:not([type=hidden]), select, button")?.focus({ preventScroll: true });
    this.form.dispatchEvent(new CustomEvent("passage-marked", { bubbles: true, detail: fields }));
  }

  /** Where a range begins, counted in code points as Python counts. */
  offset(range) {
    const before = document.createRange();
    before.selectNodeContents(this);
    before.setEnd(range.startContainer, range.startOffset);
    return [...before.toString()].length;
  }

  /** What was offered for other words is not taken by Enter; what is offered next replaces it. */
  outdate() {
    for (const offer of this.offers) offer.type = "button";
  }

  get offers() {
    return [...(this.form?.querySelectorAll("[name=target]") ?? [])];
  }

  /** Up and down, from the field through what is offered and back. */
  step(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [this.form?.elements.namedItem("to"), ...this.offers];
    const at = stops.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    stops[(at + step + stops.length) % stops.length].focus();
  }

  place(box) {
    const { offsetWidth: width, offsetHeight: height } = this.form;
    const top = box.bottom + GAP + height < innerHeight ? box.bottom + GAP : Math.max(GAP, box.top - GAP - height);
    this.form.style.top = `${top}px`;
    this.form.style.left = `${Math.max(GAP, Math.min(box.left, innerWidth - width - GAP))}px`;
  }

  close() {
    globalThis.CSS.highlights?.delete("passage");
    if (this.form) this.form.hidden = true;
  }
}

customElements.define("nx-passage", Passage);
