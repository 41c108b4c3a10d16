// A file dropped or chosen is sent at once, with progress; the answer goes where data-target says.
import { csrf } from "./http.js";
import { toast } from "./toast.js";

class Drop extends HTMLElement {
  connectedCallback() {
    this.addEventListener("dragover", (event) => this.over(event, true));
    this.addEventListener("dragleave", (event) => this.over(event, this.contains(event.relatedTarget)));
    this.addEventListener("drop", (event) => this.dropped(event));
    this.addEventListener("change", (event) => event.target.type === "file" && this.send());
    this.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  get form() {
    return this.querySelector("form");
  }

  over(event, on) {
    event.preventDefault();
    this.classList.toggle("dropping", on);
  }

  dropped(event) {
    this.over(event, false);
    if (!event.dataTransfer.files.length) return;
    this.form.querySelector("input[type=file]").files = event.dataTransfer.files;
    this.send();
  }

  /** XMLHttpRequest, because fetch does not tell how much has been sent. */
  send() {
    const sending = new XMLHttpRequest();
    sending.upload.addEventListener("progress", ({ loaded, total }) => this.progress(loaded / total));
    sending.addEventListener("load", () => this.answered(sending));
    sending.addEventListener("error", () => this.failed());
    sending.open("POST", this.form.action);
    sending.setRequestHeader("X-CSRFToken", csrf());
    sending.setRequestHeader("HX-Request", "true");
    sending.setRequestHeader("HX-Current-URL", location.href);
    sending.send(new FormData(this.form));
    this.progress(0);
  }

  progress(share) {
    const bar = this.querySelector("[data-progress]");
    if (!bar) return;
    bar.hidden = false;
    bar.querySelector("progress").value = share;
    bar.querySelector("[data-progress-text]").textContent = share < 1 ? `Sending, ${Math.round(100 * share)} %` : "Reading the file";
  }

  answered(sending) {
    const onwards = sending.getResponseHeader("HX-Redirect");
    if (onwards) return location.assign(onwards);
    if (sending.status >= 400 && sending.status !== 422) return this.failed();
    htmx.swap(this.dataset.target, sending.responseText, { swapStyle: "innerHTML" });
    this.querySelector("[data-progress]")?.setAttribute("hidden", "");
  }

  failed() {
    this.querySelector("[data-progress]")?.setAttribute("hidden", "");
    toast("The file could not be sent. Nothing was imported.", { tone: "bad" });
  }
}

customElements.define("nx-drop", Drop);
