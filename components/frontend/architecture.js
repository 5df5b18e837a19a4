// A network as boxes and arrows. Python has laid it out; here it is drawn, and a chosen box is told.
// All text is set as text, never as HTML.

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 12; // padding and border of the frame, in pixels
const SMALLEST = 0.88;
const LARGEST = 1.4;

function drawn(name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

// A box seen from the front, its depth drawn to the upper right; a block has a second one behind it.
function shapes({ x, y, w, h, d, block, sign }) {
  const top = y - h / 2;
  if (sign) return [drawn("circle", { class: "na-face", cx: x + w / 2, cy: y, r: w / 2 })];
  const parts = [];
  if (block) parts.push(drawn("rect", { class: "na-back", x: x + 5, y: top - 5 - d / 2, width: w + d / 2, height: h }));
  if (d) {
    const right = x + w;
    const roof = `${x},${top} ${x + d},${top - d} ${right + d},${top - d} ${right},${top}`;
    const side = `${right},${top} ${right + d},${top - d} ${right + d},${top + h - d} ${right},${top + h}`;
    parts.push(drawn("polygon", { class: "na-top", points: roof }));
    parts.push(drawn("polygon", { class: "na-side", points: side }));
  }
  parts.push(drawn("rect", { class: "na-face", x, y: top, width: w, height: h }));
  return parts;
}

function boxOf(box, tell) {
  const { n, y, h, d, middle, words, sign } = box;
  const group = drawn("g", { class: "na-box", "data-family": box.family, "data-n": n });
  const top = y - h / 2 - d - 6;
  const bottom = y + h / 2;
  const below = box.aside ? 6 : 10 + 15 * words.length;
  const hit = { class: "na-hit", x: middle - 41, y: top, width: 82, height: bottom - top + below };
  group.append(drawn("rect", hit), ...shapes(box));
  if (sign) {
    const long = sign.length > 1 ? " na-long" : "";
    group.append(drawn("text", { class: `na-sign${long}`, x: middle, y }, sign));
  }
  if (box.block) group.append(drawn("text", { class: "na-open", x: middle, y: top + 2 }, "⊕"));
  const [x, first, anchor] = box.aside ? [middle + 24, y - 30, "start"] : [middle, bottom + 15, "middle"];
  words.forEach((word, line) => {
    const name = line ? "na-fact" : "na-name";
    const place = { class: name, x, y: first + 15 * line, "text-anchor": anchor };
    group.append(drawn("text", place, word));
  });
  if (n < 0 || !tell) return group;
  group.setAttribute("role", "button");
  group.setAttribute("tabindex", "0");
  group.setAttribute("aria-label", box.hint);
  group.setAttribute("aria-pressed", String(box.marked));
  group.append(drawn("title", {}, box.hint));
  group.addEventListener("click", () => tell(n));
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    tell(n);
  });
  return group;
}

function picture(data, tell) {
  const { width, height } = data;
  const svg = drawn("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group" });
  svg.setAttribute("aria-label", data.alt);
  const head = `na-head-${data.network}`;
  const marker = { id: head, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" };
  const definitions = drawn("defs", {});
  const arrow = drawn("marker", marker);
  arrow.append(drawn("path", { d: "M0,0 L8,4 L0,8 z" }));
  definitions.append(arrow);
  const lines = drawn("g", { class: "na-lines" });
  for (const line of data.lines) {
    const path = drawn("path", { d: line.replace("|", "") });
    if (line.endsWith("|")) path.setAttribute("marker-end", `url(#${head})`);
    lines.append(path);
  }
  svg.append(definitions, lines, ...data.boxes.map((box) => boxOf(box, tell)));
  return svg;
}

// The drawing fills its frame; one that would become too small to read keeps its size and scrolls.
function fit(frame, data) {
  const scroll = frame.querySelector(".na-scroll");
  const svg = scroll.querySelector("svg");
  const ratio = (frame.clientWidth - MARGIN) / data.width;
  const scale = ratio < SMALLEST ? 1 : Math.min(ratio, LARGEST);
  svg.setAttribute("width", data.width * scale);
  svg.setAttribute("height", data.height * scale);
  const rest = scroll.scrollWidth - scroll.clientWidth;
  frame.toggleAttribute("data-left", scroll.scrollLeft > 4);
  frame.toggleAttribute("data-right", scroll.scrollLeft < rest - 4);
  frame.parentElement.querySelector(".na-more").hidden = rest < 5;
}

function trail(data, tell) {
  const nav = element("nav", "na-trail");
  nav.setAttribute("aria-label", data.path);
  data.trail.forEach(({ n, name }, place) => {
    if (place) nav.append(element("span", "", "›"));
    const button = element("button", "", name);
    button.type = "button";
    button.dataset.n = n;
    if (place === data.trail.length - 1) button.setAttribute("aria-current", "step");
    button.addEventListener("click", () => tell?.(n));
    nav.append(button);
  });
  return nav;
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  if (!data) return undefined;
  const tell = data.still ? null : (n) => setTriggerValue("picked", [data.network, n]);
  const old = parentElement.querySelector(".na");
  const focused = old?.querySelector(":focus")?.dataset.n;
  const same = old?.dataset.focus === `${data.network}:${data.focus}`;
  const seen = same ? old.querySelector(".na-scroll").scrollLeft : 0;
  const root = element("div", "na");
  root.dataset.focus = `${data.network}:${data.focus}`;
  const scroll = element("div", "na-scroll");
  scroll.tabIndex = 0;
  scroll.append(picture(data, tell));
  const legend = element("div", "na-legend");
  for (const [family, name] of data.legend) {
    const entry = element("span", "");
    const colour = element("i", "");
    colour.dataset.family = family;
    entry.append(colour, name);
    legend.append(entry);
  }
  const frame = element("div", "na-frame");
  frame.append(scroll);
  root.append(trail(data, tell), frame, element("div", "na-more", data.more), legend);
  old?.remove();
  parentElement.append(root);
  fit(frame, data);
  scroll.scrollLeft = seen;
  scroll.addEventListener("scroll", () => fit(frame, data), { passive: true });
  const watch = new ResizeObserver(() => fit(frame, data));
  watch.observe(frame);
  if (focused !== undefined) root.querySelector(`[data-n="${focused}"]`)?.focus();
  return () => watch.disconnect();
}
