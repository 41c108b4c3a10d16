// The frame's behaviour, and the loader of islands: a custom element's module is fetched when the element first appears.
import "./dialog.js";
import "./drawer.js";
import "./filters.js";
import "./keyboard.js";
import "./menu.js";
import "./palette.js";
import "./preferences.js";
import "./refresh.js";
import { csrf } from "./http.js";
import { bring } from "./late.js";
import { toast } from "./toast.js";

const modules = JSON.parse(document.querySelector('meta[name="islands"]').content);

function load(root) {
  const undefinedOnes = [root, ...root.querySelectorAll(":not(:defined)")];
  for (const name of new Set(undefinedOnes.map((element) => element.localName))) {
    if (name in modules && !customElements.get(name)) bring(modules[name]);
  }
}

load(document.body);
document.addEventListener("htmx:load", (event) => load(event.detail.elt));
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrf();
});
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  const reason = { 403: "You may not do that.", 404: "That is no longer here." }[status];
  toast(reason ?? "That did not work. Nothing was changed; try again.", { tone: "bad" });
});
document.addEventListener("htmx:sendError", () => toast("The server cannot be reached. Nothing was changed.", { tone: "bad" }));

let open = 0;
const line = Object.assign(document.createElement("div"), { id: "request-line" });
document.body.append(line);
const count = (step) => () => document.body.classList.toggle("requesting", (open = Math.max(0, open + step)) > 0);
document.addEventListener("htmx:beforeRequest", count(1));
document.addEventListener("htmx:afterRequest", count(-1));
