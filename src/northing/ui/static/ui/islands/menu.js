// Places a popover menu beside the button that opened it, and moves through it by arrow keys.
const GAP = 4;
const EDGE = 8;

document.addEventListener("toggle", (event) => {
  if (event.newState === "open" && event.target.matches?.(".menu[popover]")) settle(event.target);
}, true);

// What comes late into an open menu, as a whole or a part, may make it wider or taller.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const menu = target.closest?.(".menu:popover-open");
  if (menu === target) settle(menu);
  else if (menu) place(menu, opener(menu));
});

const opener = (menu) => menu.anchor ?? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);

export function settle(menu) {
  place(menu, opener(menu));
  items(menu)[0]?.focus({ focusVisible: false });
}

export function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  menu.style.left = "0"; // else its former place narrows it
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + GAP + height < innerHeight - EDGE;
  const left = Math.min(Math.max(EDGE, box.left), innerWidth - width - EDGE);
  menu.style.left = `${left}px`;
  menu.style.top = `${Math.max(EDGE, below ? box.bottom + GAP : box.top - GAP - height)}px`;
}

const ITEMS = "a[href], button:not(:disabled), input:not([type=hidden]), select, summary";
const items = (menu) => [...menu.querySelectorAll(ITEMS)].filter((item) => item.checkVisibility());

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu:popover-open");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step || event.target.matches("select, input:not([type=checkbox])")) return; // there they have a meaning
  event.preventDefault();
  const all = items(menu);
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
});

document.addEventListener("click", (event) => {
  const menu = event.target.closest(".menu:popover-open");
  if (menu && event.target.closest("a, button:not([data-stays])")) menu.hidePopover();
});
