// A formula box: what may be named in it is put in by a press, and the link to keep it carries what is typed.
class Formula extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.carry());
    this.addEventListener("click", ({ target }) => {
      const name = target.closest("[data-insert]")?.dataset.insert;
      if (name) this.insert(name);
    });
  }

  get field() {
    return this.querySelector("input[name=formula]");
  }

  /** Where the caret stands, in place of what is selected; two names side by side are multiplied. */
  insert(name) {
    const { value, selectionStart, selectionEnd } = this.field;
    const before = value.slice(0, selectionStart).trimEnd();
    const joined = before && !/[-+*/^(,<>=]$/.test(before) ? " * " : before && !before.endsWith("(") ? " " : "";
    this.field.setRangeText(`${joined}${name}`, before.length, selectionEnd, "end");
    this.field.focus();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  carry() {
    const link = this.querySelector("a[data-carries]");
    const url = new URL(link.href);
    url.searchParams.set("formula", this.field.value);
    link.href = url;
  }
}

customElements.define("nx-formula", Formula);
