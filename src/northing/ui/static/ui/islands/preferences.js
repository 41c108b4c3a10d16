// Theme, row height and the phone's sidebar. Choices are kept in the browser and, when signed in, for the member.
import { fire, post } from "./http.js";

const root = document.documentElement;
const app = document.querySelector(".app");

export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // storage is blocked: the choice lasts for this page
  }
  const url = app?.dataset.preferencesUrl;
  if (url) post(url, { [name]: value }).catch(() => {});
}

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);

const actions = {
  "[data-theme-toggle]": () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    keep("theme", root.dataset.theme);
    fire("theme-change");
  },
  "[data-density-toggle]": () => {
    root.dataset.density = root.dataset.density === "comfortable" ? "compact" : "comfortable";
    keep("density", root.dataset.density);
  },
  "[data-sidebar-toggle]": () => {
    const isOpen = app.classList.toggle("sidebar-open");
    document.querySelector(".burger").setAttribute("aria-expanded", isOpen);
    if (isOpen) document.querySelector("#sidebar a").focus();
  },
};

document.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(actions)) {
    if (event.target.closest(selector)) act();
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && app?.classList.contains("sidebar-open")) actions["[data-sidebar-toggle]"]();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => fire("theme-change"));
