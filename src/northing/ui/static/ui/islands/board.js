// Cards moved between columns by pointer, by Alt and arrow keys, or by their menu. A refused card goes back.
import { post } from "./http.js";
import { place } from "./menu.js";
import { toast } from "./toast.js";

const THRESHOLD = 5; // pixels before a press becomes a drag
const HOLD = 260; // milliseconds before a touch becomes a drag
const EDGE = 48; // pixels from the edge in which the board scrolls by itself

class Board extends HTMLElement {
  drag = null;

  connectedCallback() {
    this.addEventListener("pointerdown", (event) => this.press(event));
    this.addEventListener("pointermove", (event) => this.follow(event));
    this.addEventListener("dragstart", (event) => event.preventDefault()); // the browser's own drag of links
    this.addEventListener("pointerup", () => this.drop());
    this.addEventListener("pointercancel", () => this.cancel());
    this.addEventListener("touchmove", (event) => this.drag?.lifted && event.preventDefault(), { passive: false });
    this.addEventListener("click", (event) => this.clicked(event), true);
    this.addEventListener("keydown", (event) => this.key(event));
  }

  get columns() {
    return [...this.querySelectorAll("[data-column]")];
  }

  /* Pointer */
  press(event) {
    const card = event.target.closest("[data-id]");
    if (!card || event.button !== 0 || event.target.closest("button, input")) return;
    this.drag = { card, x: event.clientX, y: event.clientY, from: placeOf(card), pointer: event.pointerId, lifted: null };
    if (event.pointerType === "touch") this.drag.hold = setTimeout(() => this.lift(), HOLD);
  }

  follow(event) {
    const drag = this.drag;
    if (!drag) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > THRESHOLD;
    if (!drag.lifted && far) drag.hold ? this.cancel() : this.lift();
    if (!this.drag?.lifted) return;
    drag.lifted.style.translate = `${event.clientX - drag.x}px ${event.clientY - drag.y}px`;
    this.scrollNear(event.clientX);
    const list = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-column]")?.querySelector("[data-cards]");
    if (list && this.contains(list)) list.insertBefore(drag.card, this.cardBelow(list, event.clientY));
  }

  cardBelow(list, y) {
    const others = [...list.querySelectorAll(":scope > [data-id]:not(.held)")];
    return others.find((one) => y < one.getBoundingClientRect().top + one.offsetHeight / 2) ?? null;
  }

  scrollNear(x) {
    const box = this.getBoundingClientRect();
    if (x > box.right - EDGE) this.scrollBy(12, 0);
    if (x < box.left + EDGE) this.scrollBy(-12, 0);
  }

  lift() {
    const { card, pointer } = this.drag;
    const box = card.getBoundingClientRect();
    const copy = card.cloneNode(true);
    copy.classList.add("lifted");
    copy.removeAttribute("data-id");
    copy.inert = true;
    Object.assign(copy.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px` });
    document.body.append(copy);
    card.classList.add("held");
    this.classList.add("dragging");
    this.setPointerCapture(pointer);
    this.drag.lifted = copy;
  }

  drop() {
    const drag = this.release();
    if (drag?.lifted) this.save(drag.card, drag.from);
  }

  cancel() {
    const drag = this.release();
    if (drag?.lifted) put(drag.card, drag.from);
  }

  release() {
    const drag = this.drag;
    this.drag = null;
    if (!drag) return null;
    clearTimeout(drag.hold);
    drag.lifted?.remove();
    drag.card.classList.remove("held");
    this.classList.remove("dragging");
    this.justDropped = Boolean(drag.lifted);
    return drag;
  }

  /* Keys and menu */
  clicked(event) {
    if (this.justDropped) {
      event.preventDefault();
      event.stopPropagation();
    }
    this.justDropped = false;
    const button = event.target.closest("[data-move-menu]");
    if (button) this.openMenu(button);
  }

  key(event) {
    if (event.key === "Escape" && this.drag) return this.cancel();
    const card = event.target.closest("[data-id]");
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!card || !step || !event.altKey) return;
    event.preventDefault();
    const from = placeOf(card);
    const column = this.columns[this.columns.indexOf(card.closest("[data-column]")) + step[0]];
    if (!column) return;
    const list = column.querySelector("[data-cards]");
    const before = step[0] ? list.firstElementChild : step[1] < 0 ? card.previousElementSibling : card.nextElementSibling?.nextElementSibling;
    if (step[1] < 0 && !before) return;
    list.insertBefore(card, before ?? null);
    event.target.focus();
    this.save(card, from);
  }

  openMenu(button) {
    const card = button.closest("[data-id]");
    const menu = document.createElement("div");
    menu.className = "menu";
    menu.popover = "auto";
    menu.anchor = button;
    menu.append(Object.assign(document.createElement("p"), { className: "menu-label", textContent: "Move to" }));
    for (const column of this.columns) {
      const item = Object.assign(document.createElement("button"), { type: "button", textContent: column.dataset.label });
      item.disabled = column.contains(card);
      item.addEventListener("click", () => this.moveTo(card, column, button));
      menu.append(item);
    }
    menu.addEventListener("toggle", (event) => event.newState === "closed" && menu.remove());
    this.append(menu);
    menu.showPopover();
    place(menu, button);
  }

  moveTo(card, column, button) {
    const from = placeOf(card);
    column.querySelector("[data-cards]").prepend(card);
    button.focus();
    this.save(card, from);
  }

  async save(card, from) {
    const column = card.closest("[data-column]");
    if (from.list === card.parentElement && from.next === card.nextElementSibling) return;
    this.count();
    card.classList.add("saving");
    try {
      const fields = { column: column.dataset.column, before: card.nextElementSibling?.dataset.id ?? "", version: card.dataset.version ?? "" };
      const response = await post(this.dataset.moveUrl.replace("{id}", card.dataset.id), fields);
      card.dataset.version = response.headers.get("X-Version") ?? card.dataset.version ?? "";
    } catch (error) {
      put(card, from);
      this.count();
      toast(error.message || "The card could not be moved.", { tone: "bad" });
    } finally {
      card.classList.remove("saving");
    }
  }

  count() {
    for (const column of this.columns) {
      const shown = column.querySelector("[data-count]");
      if (shown) shown.textContent = column.querySelectorAll("[data-id]").length;
    }
  }
}

const placeOf = (card) => ({ list: card.parentElement, next: card.nextElementSibling });
const put = (card, { list, next }) => list.insertBefore(card, next);

customElements.define("nx-board", Board);
