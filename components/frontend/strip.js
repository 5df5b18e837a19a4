// A row of characters to choose one from. All text comes as data and is set as text, never as HTML.

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".strip");
  if (!root || !data) return undefined;
  root.setAttribute("aria-label", data.label);

  const had = root.contains((parentElement.getRootNode?.() ?? document).activeElement)
    || root.querySelector(":focus") !== null;
  root.replaceChildren(
    ...data.cells.map((cell) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dir = "auto";
      button.textContent = cell.text;
      button.title = cell.hint;
      button.setAttribute("aria-label", `${cell.number}: ${cell.hint}`);
      button.setAttribute("aria-pressed", String(cell.number === data.chosen));
      button.tabIndex = cell.number === data.chosen ? 0 : -1;
      if (cell.sign) button.classList.add("sign");
      button.addEventListener("click", () => setTriggerValue("picked", cell.number));
      return button;
    }),
  );
  if (had) root.querySelector("[aria-pressed=true]")?.focus();

  root.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = [...root.children];
    const next = all[all.findIndex((one) => one.matches(":focus")) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  };
  return undefined;
}
