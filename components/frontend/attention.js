// Attention: who looks at whom, as lines from the tokens on the left to those on the right, and as a
// matrix with a row for each token on the left. The token under the cursor, or walked to with the arrow
// keys, is lit in both; a click keeps it. All text is set as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";
const ROW = 22; // pixels from token to token
const WIDTH = 150; // of the lines between the two columns

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

class Attention {
  constructor(parent, data) {
    this.data = data;
    this.kept = data.focus;
    const root = element("div", "na");
    this.reading = element("div", "na-reading");
    this.reading.setAttribute("role", "status");
    const views = element("div", "na-views");
    views.append(this.lines(), this.matrix());
    root.append(this.reading, views);
    parent.querySelector(".na")?.remove();
    parent.append(root);
    this.light(this.kept);
  }

  // ------------------------------------------------------------------ the two views

  lines() {
    const { left, right, weights, alt } = this.data;
    const box = element("div", "na-lines");
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", alt);
    this.left = this.column(left, "na-left");
    this.right = this.column(right, "na-right");
    const height = ROW * Math.max(left.length, right.length);
    const svg = drawn("svg", { width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}` });
    svg.setAttribute("aria-hidden", "true");
    this.groups = weights.map((row, from) => {
      const group = drawn("g", {});
      row.forEach((share, to) => {
        if (share < 0.01) return;
        const [y0, y1] = [from, to].map((place) => (place + 0.5) * ROW);
        const path = `M 0 ${y0} C ${WIDTH / 2} ${y0}, ${WIDTH / 2} ${y1}, ${WIDTH} ${y1}`;
        group.append(drawn("path", { d: path, "stroke-width": 0.5 + 5.5 * share, opacity: share }));
      });
      svg.append(group);
      return group;
    });
    box.append(this.left, svg, this.right);
    this.left.addEventListener("pointerover", (event) => this.point(event));
    this.left.addEventListener("click", (event) => this.keep(event));
    box.addEventListener("pointerleave", () => this.light(this.kept));
    box.addEventListener("keydown", (event) => this.key(event));
    return box;
  }

  column(labels, kind) {
    const list = element("div", `na-column ${kind}`);
    labels.forEach((label, place) => {
      const token = element("div", "na-token", label);
      token.dir = "auto";
      token.title = label;
      token.na = place;
      list.append(token);
    });
    return list;
  }

  matrix() {
    const { left, right, weights, palette, title } = this.data;
    const side = Math.max(5, Math.min(18, Math.floor(330 / right.length)));
    const [width, height] = [right.length * side, left.length * side];
    const box = element("div", "na-matrix");
    const svg = drawn("svg", { viewBox: `-1 -1 ${width + 2} ${height + 2}`, role: "img" });
    svg.setAttribute("aria-label", title);
    svg.style.width = `${width + 2}px`;
    weights.forEach((row, from) =>
      row.forEach((share, to) => {
        const colour = palette[Math.round(share * (palette.length - 1))];
        const [x, y] = [to * side, from * side];
        const cell = drawn("rect", { x, y, width: side - 1, height: side - 1, fill: colour });
        cell.na = from;
        cell.to = to;
        svg.append(cell);
      })
    );
    const frame = { x: -0.5, width: width, height: side, class: "na-frame", fill: "none" };
    this.frame = drawn("rect", frame);
    this.side = side;
    svg.append(this.frame);
    svg.addEventListener("pointerover", (event) => this.point(event));
    svg.addEventListener("click", (event) => this.keep(event));
    svg.addEventListener("pointerleave", () => this.light(this.kept));
    const scale = element("div", "na-scale");
    const bar = element("span", "na-bar");
    bar.style.background = `linear-gradient(to right, ${palette.join(",")})`;
    scale.append("0", bar, "1");
    box.append(element("div", "na-title", title), svg, scale);
    return box;
  }

  // ------------------------------------------------------------------ what the learner does

  point(event) {
    if (event.target.na !== undefined) this.light(event.target.na, event.target.to);
  }

  keep(event) {
    if (event.target.na === undefined) return;
    this.kept = event.target.na;
    this.light(this.kept, event.target.to);
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const last = this.data.left.length - 1;
    this.kept = Math.min(Math.max(this.kept + step, 0), last);
    this.light(this.kept);
    this.left.children[this.kept].scrollIntoView({ block: "nearest" });
  }

  light(from, to) {
    const { left, right, weights, text } = this.data;
    this.groups.forEach((group, place) => {
      group.setAttribute("class", place === from ? "na-on" : "na-off");
    });
    const row = weights[from];
    [...this.left.children].forEach((token, place) =>
      token.classList.toggle("na-chosen", place === from)
    );
    [...this.right.children].forEach((token, place) => {
      const share = row[place];
      // At most half of the colour, so that the words stay readable on it in both themes.
      token.style.setProperty("--na-share", `${Math.round(50 * Math.min(1, share))}%`);
    });
    this.frame.setAttribute("y", from * this.side - 0.5);
    const order = row.map((share, place) => [share, place]).sort((a, b) => b[0] - a[0]);
    const best = to === undefined ? order.slice(0, 3) : [[row[to], to]];
    const parts = best.map(([share, place]) => `${right[place]} ${share.toFixed(3)}`);
    this.reading.textContent = `${left[from]} → ${parts.join(", ")}  ·  ${text.hint}`;
  }
}

const shown = new WeakMap();

export default function (component) {
  const { parentElement, data } = component;
  const message = JSON.stringify(data);
  if (data && shown.get(parentElement) !== message) {
    new Attention(parentElement, data);
    shown.set(parentElement, message);
  }
  return () => {
    parentElement.querySelector(".na")?.remove();
    shown.delete(parentElement);
  };
}
