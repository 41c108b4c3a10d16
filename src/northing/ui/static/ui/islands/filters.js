// A choice can stand in the filter bar as a select and in the menu as boxes: the one follows the other, before either
// is sent, so that what the list is narrowed to is what both show.
document.addEventListener("change", ({ target }) => {
  const form = target.form?.matches("#filters") && target.form;
  if (!form || !target.name) return;
  const same = [...form.elements].filter((element) => element.name === target.name);
  const select = same.find((element) => element.matches("select"));
  const boxes = same.filter((element) => element.type === "checkbox");
  if (!select) return;
  if (target === select) for (const box of boxes) box.checked = box.value === select.value;
  const ticked = boxes.filter((box) => box.checked);
  if (target !== select) select.value = ticked.length === 1 ? ticked[0].value : "";
  select.hidden = ticked.length > 1; // then a chip tells of them
  select.classList.toggle("set", select.value !== "");
}, true);
