// Panes of tokens over one text. A token under the cursor, its number, and the tokens of all other
// panes that hold one of its characters light up together. All text is set as text, never as HTML.

const SIGNS = /([␣⏎⇥]|U\+[0-9A-F]{4,6}|⟨[0-9A-F ]+⟩)/;

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

// The signs that stand for white space, control characters and bytes are drawn in another font.
function fill(place, label) {
  label.split(SIGNS).forEach((part, number) => {
    if (part) place.append(number % 2 ? element("span", "nk-sign", part) : part);
  });
}

class Tokens {
  constructor(parent, data) {
    this.text = data.text;
    this.drawn = []; // pane -> token -> its elements
    this.panes = data.panes;
    this.lit = [];
    const root = element("div", "nk nk-box");
    this.reading = element("div", "nk-reading", this.text.hint);
    this.reading.setAttribute("role", "status");
    const grid = element("div", "nk-panes");
    grid.style.setProperty("--nk-columns", data.columns);
    this.panes.forEach((pane, number) => grid.append(this.pane(pane, number, data.ids)));
    root.append(this.reading, grid);
    root.addEventListener("pointerover", (event) => this.point(event));
    root.addEventListener("pointerdown", (event) => this.point(event));
    root.addEventListener("pointerleave", () => this.light(null));
    parent.querySelector(".nk")?.remove();
    parent.append(root);
    this.root = root;
  }

  pane(pane, number, ids) {
    const box = element("div", "nk-pane");
    const head = element("div", "nk-head");
    head.append(element("span", "nk-title", pane.title), element("span", "nk-note", pane.note));
    const text = element("div", "nk-text");
    text.tabIndex = 0;
    text.setAttribute("role", "group");
    text.setAttribute("aria-label", pane.alt);
    const list = element("div", "nk-ids");
    list.tabIndex = 0;
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", `${pane.title}: ${this.text.ids}`);
    this.drawn[number] = pane.tokens.map(([label, , , id, , mark], place) => {
      const kind = `nk-token nk-${place % 4}${mark ? ` nk-${mark}` : ""}`;
      const token = element("span", kind);
      token.dir = "auto";
      fill(token, label);
      text.append(token);
      if (label.endsWith("⏎")) text.append(document.createElement("br"));
      const both = [token];
      if (ids && id !== null) {
        both.push(element("span", kind.replace("nk-unknown", ""), String(id)));
        list.append(both[1]);
      }
      for (const one of both) one.nk = [number, place];
      return both;
    });
    text.addEventListener("keydown", (event) => this.key(event, number));
    text.addEventListener("blur", () => this.light(null));
    box.append(head, text);
    if (ids) box.append(list);
    return box;
  }

  point(event) {
    const token = event.target.closest?.(".nk-token");
    this.light(token ? token.nk : null);
  }

  key(event, number) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const [pane, place] = this.at ?? [number, step > 0 ? -1 : 0];
    const next = (pane === number ? place : -1) + step;
    const last = this.panes[number].tokens.length - 1;
    this.light([number, Math.min(Math.max(next, 0), last)]);
    this.drawn[number][this.at[1]]?.[0].scrollIntoView({ block: "nearest" });
  }

  light(at) {
    for (const one of this.lit) one.classList.remove("nk-on", "nk-same");
    this.lit = [];
    this.at = at;
    if (!at || !this.panes[at[0]].tokens[at[1]]) {
      this.at = null;
      this.reading.textContent = this.text.hint;
      return;
    }
    const [label, start, end, id, hint] = this.panes[at[0]].tokens[at[1]];
    this.panes.forEach((pane, number) => {
      pane.tokens.forEach(([, from, to], place) => {
        const same = number === at[0] ? place === at[1] : from < end && to > start;
        if (!same) return;
        for (const one of this.drawn[number][place]) {
          one.classList.add(number === at[0] ? "nk-on" : "nk-same");
          this.lit.push(one);
        }
      });
    });
    const place = end - start > 1 ? `${start}–${end - 1}` : `${start}`;
    const parts = [label, id === null ? "" : `${this.text.id} ${id}`, hint];
    if (end > start) parts.push(`${this.text.place} ${place}`);
    this.reading.textContent = parts.filter(Boolean).join(" · ");
  }
}

const PAUSE = 700; // milliseconds in which one can see what changed
const shown = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const message = JSON.stringify(data);
  const last = shown.get(parentElement);
  if (data && last?.message !== message) {
    clearTimeout(last?.timer);
    const view = new Tokens(parentElement, data);
    const next = () => setTriggerValue("tick", data.play);
    const timer = data.play === null ? 0 : setTimeout(next, PAUSE);
    shown.set(parentElement, { message, view, timer });
  }
  return () => {
    clearTimeout(shown.get(parentElement)?.timer);
    parentElement.querySelector(".nk")?.remove();
    shown.delete(parentElement);
  };
}
