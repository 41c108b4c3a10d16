// A value to pass on, with a button that copies it; also where the page came without TLS and browsers give no clipboard.
const SAID_FOR = 3000;

class Copy extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.copy());
    this.field.addEventListener("focus", () => this.field.select());
  }

  copy() {
    this.field.focus();
    this.field.select();
    this.say(document.execCommand("copy") ? "Copied" : "Press Ctrl C"); // else the value stays marked
  }

  say(text) {
    this.button.lastChild.textContent = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.button.lastChild.textContent = "Copy"), SAID_FOR);
  }
}

customElements.define("nx-copy", Copy);
