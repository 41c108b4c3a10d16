// Bars drawn by the server. Dragging a bar or its diamond, or arrow keys, shift the target by whole days; the forecast
// stays where it is. A preview says what else would move; nothing is written before Save.
import { debounce, fire, post, request } from "./http.js";
import { toast } from "./toast.js";

const PREVIEW_DELAY = 220;

class Timeline extends HTMLElement {
  held = null; // the bar under the pointer
  moved = null; // the bar that waits for Save, with its days

  connectedCallback() {
    this.addEventListener("pointerdown", (event) => this.press(event));
    this.addEventListener("pointermove", (event) => this.follow(event));
    this.addEventListener("pointerup", () => this.release());
    this.addEventListener("pointercancel", () => this.release());
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("click", (event) => this.clicked(event));
    this.preview = debounce(() => this.showPreview(), PREVIEW_DELAY);
    this.scrollToToday();
  }

  get pixelsPerDay() {
    return Number(this.querySelector("[data-pixels-per-day]").dataset.pixelsPerDay);
  }

  scrollToToday() {
    const x = Number(this.querySelector("[data-today]")?.dataset.today ?? 0);
    this.scrollLeft = Math.max(0, x - 160);
  }

  press(event) {
    const bar = event.target.closest(".bar");
    if (!bar || event.button !== 0 || !this.dataset.moveUrl) return;
    this.begin(bar);
    this.held = { bar, x: event.clientX, days: this.moved.days };
    bar.setPointerCapture(event.pointerId);
    bar.classList.add("held");
  }

  follow(event) {
    if (!this.held) return;
    this.shift(this.held.days + Math.round((event.clientX - this.held.x) / this.pixelsPerDay));
  }

  release() {
    this.held?.bar.classList.remove("held");
    this.held = null;
    if (this.moved?.days === 0) this.cancel();
  }

  key(event) {
    const bar = event.target.closest(".bar");
    if (event.key === "Escape" && this.moved) return this.cancel();
    if (!bar || !this.dataset.moveUrl) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      event.preventDefault();
      this.begin(bar);
      this.shift(this.moved.days + step * (event.shiftKey ? 7 : 1));
    } else if (event.key === "Enter") {
      this.moved?.days ? this.save() : this.querySelector(`[data-name="${CSS.escape(bar.dataset.id)}"] a`)?.click();
    }
  }

  begin(bar) {
    if (this.moved?.bar === bar) return;
    this.cancel();
    this.moved = { bar, days: 0 };
  }

  shift(days) {
    if (days === this.moved.days) return;
    this.moved.days = days;
    this.targetOf(this.moved.bar).setAttribute("transform", `translate(${days * this.pixelsPerDay} 0)`);
    this.moved.bar.classList.toggle("shifted", days !== 0);
    this.preview();
  }

  targetOf(bar) {
    return bar.querySelector(".aim");
  }

  get card() {
    return this.querySelector("[data-preview]");
  }

  async showPreview() {
    const { bar, days } = this.moved ?? {};
    if (!days) return;
    const url = new URL(this.dataset.previewUrl.replace("{id}", bar.dataset.id), location.href);
    url.searchParams.set("days", days);
    try {
      const answer = await (await request(url)).text();
      if (this.moved?.days !== days) return;
      this.card.querySelector("[data-preview-text]").innerHTML = answer;
    } catch {
      this.card.querySelector("[data-preview-text]").textContent = "What else moves could not be computed.";
    }
    this.card.hidden = false;
  }

  clicked(event) {
    if (event.target.closest("[data-preview-save]")) this.save();
    if (event.target.closest("[data-preview-cancel]")) this.cancel();
  }

  cancel() {
    if (this.moved) {
      this.targetOf(this.moved.bar).removeAttribute("transform");
      this.moved.bar.classList.remove("shifted");
    }
    this.moved = null;
    if (this.card) this.card.hidden = true;
  }

  async save() {
    const { bar, days } = this.moved;
    try {
      await post(this.dataset.moveUrl.replace("{id}", bar.dataset.id), { days, version: bar.dataset.version ?? "" });
      this.moved = null;
      this.card.hidden = true;
      fire("records-changed");
    } catch (error) {
      this.cancel();
      toast(error.message || "The date could not be moved.", { tone: "bad" });
    }
  }
}

customElements.define("nx-timeline", Timeline);
