// What comes of the ticks is said on the button, and kept up to date while one ticks.
const page = document.getElementById("pick");
const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

function tell() {
  const lines = [...page.querySelectorAll(".pick-line")].filter((line) => line.querySelector("[name=pick]").checked);
  const made = lines.filter((line) => "new" in line.dataset).length;
  const linked = lines.reduce((sum, line) => sum + Number(line.dataset.messages), 0);
  const does = [...(made ? [`make ${counted(made, "feature")}`] : []), ...(linked ? [`link ${counted(linked, "message")}`] : [])];
  const words = does.join(", ") || "nothing ticked";
  for (const place of document.querySelectorAll("[data-outcome]")) {
    place.textContent = words[0].toUpperCase() + words.slice(1);
    place.closest("button").disabled = !lines.length;
  }
}

// A line says what the first of its ticked messages says.
function quote(line) {
  const [said] = line.querySelectorAll("[name^=member-]:checked ~ span .message-text");
  const place = line.querySelector(".pick-said");
  place.textContent = place.title = said?.textContent ?? "";
}

function put(line, field, text) {
  line.querySelector("[name=pick]").checked = true;
  field.value = text;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

page?.addEventListener("click", (event) => {
  const offer = event.target.closest("[data-into]");
  if (!offer) return;
  const line = offer.closest(".pick-line");
  const within = offer.closest(".pick-target") ?? line;
  put(line, within.querySelector(".pick-into"), offer.dataset.into);
});

// Enter in a field ends that field; the page goes off by its button. Of what is offered for the words it takes the first.
page?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input[type=text], .pick-title")) return;
  event.preventDefault();
  const [first] = event.target.list?.options ?? [];
  if (first && /^(?![A-Z]+-\d)\s*\S/i.test(event.target.value)) {
    event.target.value = first.value;
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  }
  event.target.blur();
});

page?.addEventListener("change", (event) => {
  const line = event.target.closest(".pick-line");
  if (!line) return;
  // What is said to be evidence of a feature is picked, before the ticks are kept.
  if (event.target.matches(".pick-into") && event.target.value.trim()) line.querySelector("[name=pick]").checked = true;
  if (event.target.matches("[name^=member-]")) {
    line.dataset.messages = Number(line.dataset.messages) + (event.target.checked ? 1 : -1);
    line.querySelector("[data-count]").textContent = counted(Number(line.dataset.messages), "message");
    if (event.target.checked) line.querySelector("[name=pick]").checked = true;
    quote(line);
  }
  // What is asked for perhaps is seen before it is linked: the line opens, with its messages ticked.
  if (event.target.matches("[name=pick]:checked") && line.dataset.messages === "0") {
    line.dataset.taken = "";
    line.querySelector("details:not([open]) > summary")?.click();
  }
  tell();
}, { capture: true });

if (page) {
  tell();
  const folds = () => [...page.querySelectorAll(".pick-rest")];
  let open = []; // which of the further lines were open when all are drawn anew
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.id === "pick-lines") open = folds().filter((fold) => fold.open).map((fold) => fold.id);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const opened = event.target.closest(".pick-line[data-taken]");
    if (opened) {
      delete opened.dataset.taken;
      for (const box of opened.querySelectorAll("[name^=member-]:not(:checked)")) box.click();
    }
    if (event.target.closest("#pick")) tell();
    if (event.target.id !== "pick-lines") return;
    for (const fold of folds()) if (open.includes(fold.id)) fold.open = true;
    page.querySelector("[aria-invalid=true]")?.focus();
  });
  // Whoever comes for one theme sees its messages. htmx listens from here on.
  document.addEventListener("DOMContentLoaded", () => {
    const line = document.getElementById(location.hash.slice(1))?.closest(".pick-line");
    if (!line) return;
    const fold = line.closest(".pick-rest");
    if (fold) fold.open = true;
    line.querySelector("summary").click();
    line.scrollIntoView({ block: "center" });
  });
}
