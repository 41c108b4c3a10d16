// Places a popover menu beside the button that opened it, and moves through it by arrow keys.
const GAP = 4;
const EDGE = 8;

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (event.newState !== "open" || !menu.matches?.(".menu[popover]")) return;
  const opener = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  place(menu, menu.anchor ?? opener);
  items(menu)[0]?.focus({ focusVisible: false });
}, true);

export function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + GAP + height < innerHeight - EDGE;
  const left = Math.min(Math.max(EDGE, box.left), innerWidth - width - EDGE);
  menu.style.left = `${left}px`;
  menu.style.top = `${Math.max(EDGE, below ? box.bottom + GAP : box.top - GAP - height)}px`;
}

const items = (menu) => [...menu.querySelectorAll("a[href], button:not(:disabled)")];

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu:popover-open");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step) return;
  event.preventDefault();
  const all = items(menu);
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
});

document.addEventListener("click", (event) => {
  const menu = event.target.closest(".menu:popover-open");
  if (menu && event.target.closest("a, button")) menu.hidePopover();
});
