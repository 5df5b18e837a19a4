// Maps of named points on canvases. All panes hold the same points: what is hovered, found, isolated
// or chosen in one is so in all. Text is drawn or set as text, never as HTML.

const MOVE_MS = 350;
const PLAY_MS = 9000; // all steps of a run, one after another
const MOST_LABELS = 70;
const REACH = 14;
const SHAPES = 4;
const SHORT = 24; // a spoke up to so long is seen from its end, and not named
const SIGNS = { play: "M5 3l8 5-8 5z", stop: "M4 4h8v8H4z" };

class Scatter {
  constructor(parent) {
    this.parent = parent;
    this.root = make("div", "nl ns");
    parent.append(this.root);
    make("style", "", this.root, CSS);
    const bar = make("div", "ns-bar", this.root);
    this.input = make("input", "ns-search", bar);
    this.input.type = "search";
    this.input.maxLength = 60;
    this.found = make("span", "ns-found", bar);
    this.found.setAttribute("role", "status");
    this.slider = make("input", "ns-slider", bar);
    this.slider.type = "range";
    this.slider.max = "1";
    this.slider.addEventListener("input", () => {
      this.play(false);
      this.part = Number(this.slider.value);
      this.draw();
    });
    const buttons = make("div", "ns-buttons", bar);
    this.buttons = {};
    this.player = make("button", "ns-play", buttons);
    this.player.type = "button";
    this.player.addEventListener("click", () => this.play(!this.playing));
    for (const [name, act] of [
      ["zoom_in", () => this.zoomAll(1.4)],
      ["zoom_out", () => this.zoomAll(1 / 1.4)],
      ["fit", () => this.fitAll()],
    ]) {
      const button = make("button", "", buttons);
      button.type = "button";
      icon(button, ICONS[name]);
      button.addEventListener("click", act);
      this.buttons[name] = button;
    }
    this.grid = make("div", "ns-panes", this.root);
    this.legend = make("div", "ns-legend", this.root);
    this.legend.setAttribute("role", "group");
    this.hint = make("div", "ns-hint", this.root);
    this.panes = [];
    this.hits = new Set();
    this.alone = null;
    this.hover = -1;
    this.sprites = new Map();
    this.input.addEventListener("input", () => {
      if (this.input.value) this.isolate(null); // a name is looked for among all
      this.search();
    });
    this.input.addEventListener("keydown", (e) => {
      if (e.key === "Enter" && this.hits.size) this.pick([...this.hits][0]);
    });
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.resized.disconnect();
    this.root.remove();
  }

  receive(data) {
    const { header: h, take } = unpack(data);
    const refs = [h.names, h.groups, ...h.panes.flatMap((pane) => [pane.positions, ...(pane.frames ? [pane.frames.steps] : [])])];
    refs.forEach((ref) => take(ref));
    if (refs.some((ref) => !recall(ref.key))) {
      const keys = [h.code.key, ...store.items.keys()].slice(-400);
      const wish = `${h.n}:${refs.map((ref) => ref.key).join()}`;
      if (this.wish !== wish) {
        this.wish = wish;
        this.setStateValue("view", { have: keys, n: Date.now() });
      }
      return;
    }
    const fresh = h.content !== this.content;
    this.content = h.content;
    this.text = h.text;
    this.height = h.height;
    this.colours = h.colours;
    const names = recall(h.names.key);
    this.names = names.list ??= JSON.parse(new TextDecoder().decode(names.bytes));
    this.groups = recall(h.groups.key).bytes;
    this.links = h.links;
    this.spokes = h.spokes;
    this.slide = h.slide;
    this.playMs = h.playMs ?? PLAY_MS;
    this.sameScale = h.sameScale;
    this.named = h.named;
    this.chosen = h.chosen ?? -1;
    if (fresh) {
      this.alone = null;
      this.hover = -1;
      this.part = h.slide ? 0 : null; // how far a run has got that is moved by hand, else null
      this.slider.value = "0";
    }
    this.label(h);
    while (this.panes.length > h.panes.length) this.panes.pop().box.remove();
    this.grid.style.setProperty("--ns-columns", Math.min(2, h.panes.length));
    h.panes.forEach((one, number) => this.place(one, number, fresh));
    this.player.hidden = !this.panes.some((pane) => pane.frames);
    this.slider.hidden = this.player.hidden || !h.slide;
    this.input.hidden = Boolean(h.slide);
    this.found.hidden = this.input.hidden;
    this.play(false);
    if (fresh) this.search();
    this.draw();
    if (h.reveal && h.reveal !== this.revealed) {
      requestAnimationFrame(() => this.root.scrollIntoView({ block: "nearest" }));
    }
    this.revealed = h.reveal;
  }

  label(h) {
    this.input.placeholder = this.text.search;
    this.input.setAttribute("aria-label", this.text.search);
    for (const [name, button] of Object.entries(this.buttons)) {
      button.title = this.text[name];
      button.setAttribute("aria-label", this.text[name]);
    }
    this.slider.setAttribute("aria-label", h.slide);
    this.slider.step = String(1 / Math.max(1, ...h.panes.map((pane) => (pane.frames?.titles.length ?? 1) - 1)));
    this.solid = h.panes.some((pane) => pane.dimensions === 3);
    this.legend.setAttribute("aria-label", this.text.groups);
    this.legend.title = this.text.groups;
    const signature = JSON.stringify(h.groupNames);
    if (this.signature !== signature) {
      this.signature = signature;
      this.legend.replaceChildren();
      this.marks = h.groupNames.map((name, number) => {
        const button = make("button", "", this.legend);
        button.type = "button";
        const swatch = make("canvas", "", button);
        swatch.width = 24;
        swatch.height = 24;
        swatch.setAttribute("aria-hidden", "true");
        const context = swatch.getContext("2d");
        context.fillStyle = this.colours[number % this.colours.length];
        shape(context, number % SHAPES, 12, 12, 8.5);
        context.fill();
        make("span", "", button, name);
        button.addEventListener("click", () => {
          this.input.value = "";
          this.search();
          this.isolate(this.alone === number ? null : number);
        });
        return button;
      });
      this.alone = null;
    }
    this.legend.hidden = h.groupNames.length < 2;
    this.press();
    this.say();
  }

  isolate(number) {
    this.alone = number;
    this.press();
    this.draw();
  }

  // Shows all steps of the runs one after another; at the end, or when stopped, the step of the page.
  // What is moved by hand goes on from there and stays where it is stopped; who wants no motion gets
  // its end at once.
  play(on) {
    if (on && this.part !== null && this.still.matches) {
      this.part = 1;
      this.slider.value = "1";
      this.draw();
      return;
    }
    const changed = on || this.playing;
    const done = this.part !== null && this.part < 1 ? this.part : 0;
    this.playing = on ? performance.now() - done * this.playMs : 0;
    const name = on ? "stop" : "play";
    this.player.replaceChildren();
    icon(this.player, SIGNS[name]);
    make("span", "", this.player, this.text[name]);
    for (const pane of changed ? this.panes : []) {
      pane.from = null;
      pane.title.textContent = pane.heading;
      pane.note.textContent = pane.said;
    }
    this.draw();
  }

  press() {
    this.marks.forEach((button, number) => {
      button.setAttribute("aria-pressed", String(this.alone === number));
      button.classList.toggle("ns-off", this.alone !== null && this.alone !== number);
    });
  }

  place(one, number, fresh) {
    const target = numbersOf(recall(one.positions.key), "float32");
    let pane = this.panes[number];
    if (!pane) pane = this.panes[number] = this.build();
    pane.heading = one.title;
    pane.said = one.note;
    pane.title.textContent = one.title;
    pane.note.textContent = one.note;
    const steps = one.frames && numbersOf(recall(one.frames.steps.key), "float32");
    pane.frames = steps && { ...one.frames, steps, boxes: new Map() };
    pane.canvas.setAttribute("aria-label", `${one.alt}. ${this.text.keys}`);
    const same = !fresh && pane.key && pane.count === one.count && pane.dimensions === one.dimensions;
    if (!same) {
      Object.assign(pane, { yaw: 0.5, pitch: 0.35, zoom: 1, dx: 0, dy: 0 });
      pane.now = target;
    } else if (pane.key !== one.positions.key) {
      pane.from = Float32Array.from(pane.now);
      pane.began = this.still.matches ? -1e9 : performance.now();
      pane.frameFrom = pane.frame;
    }
    if (pane.key !== one.positions.key || !same) {
      pane.target = target;
      pane.key = one.positions.key;
      pane.count = one.count;
      pane.dimensions = one.dimensions;
      pane.frameTo = this.frameOf(target, one.dimensions);
      if (!same) {
        pane.from = null;
        pane.frame = pane.frameTo;
      }
    }
  }

  // Centre and half widths of the cloud; the same scale on all axes.
  frameOf(p, d) {
    const low = Array(d).fill(Infinity);
    const high = Array(d).fill(-Infinity);
    for (let i = 0; i < p.length; i += 1) {
      const v = p[i];
      if (v < low[i % d]) low[i % d] = v;
      if (v > high[i % d]) high[i % d] = v;
    }
    if (!(high[0] >= low[0])) return [0, 0, 0, 1, 1];
    const c = low.map((v, k) => (v + high[k]) / 2);
    const half = low.map((v, k) => (high[k] - v) / 2);
    if (d === 2) return [c[0], c[1], 0, half[0] || half[1] || 1, half[1] || half[0] || 1];
    const r = Math.hypot(...half) || 1;
    return [c[0], c[1], c[2], r, r];
  }

  build() {
    const box = make("div", "ns-pane", this.grid);
    const head = make("div", "ns-head", box);
    const title = make("span", "ns-title", head);
    const note = make("span", "ns-note", head);
    const canvas = make("canvas", "ns-map nl-surface", box);
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    const pane = { box, title, note, canvas, key: "", pointers: new Map() };
    canvas.addEventListener("wheel", (e) => {
      // The wheel belongs to the page, until the map is clicked (or with Ctrl, as pinching sends it).
      if (!e.ctrlKey && !canvas.matches(":focus")) return;
      e.preventDefault();
      this.zoom(pane, Math.exp(-clamp(e.deltaY, -120, 120) * 0.0025), e.offsetX, e.offsetY);
    }, { passive: false });
    canvas.addEventListener("pointerdown", (e) => {
      canvas.setPointerCapture(e.pointerId);
      pane.pointers.set(e.pointerId, [e.offsetX, e.offsetY]);
      pane.moved = pane.pointers.size > 1;
    });
    canvas.addEventListener("pointermove", (e) => this.move(pane, e));
    const up = (e) => {
      const was = pane.pointers.delete(e.pointerId);
      if (was && !pane.moved && e.type === "pointerup") {
        const at = this.at(pane, e.offsetX, e.offsetY);
        if (at >= 0 || this.chosen >= 0) this.pick(at === this.chosen ? -1 : at);
      }
    };
    canvas.addEventListener("pointerup", up);
    canvas.addEventListener("pointercancel", up);
    canvas.addEventListener("pointerleave", () => this.point(-1));
    canvas.addEventListener("keydown", (e) => this.key(pane, e));
    return pane;
  }

  move(pane, e) {
    const last = pane.pointers.get(e.pointerId);
    if (!last) return this.point(this.at(pane, e.offsetX, e.offsetY));
    const [dx, dy] = [e.offsetX - last[0], e.offsetY - last[1]];
    if (Math.hypot(dx, dy) < 3 && !pane.moved) return undefined;
    pane.moved = true;
    if (pane.pointers.size === 2) {
      const other = [...pane.pointers.entries()].find(([id]) => id !== e.pointerId)[1];
      const before = Math.hypot(last[0] - other[0], last[1] - other[1]);
      const after = Math.hypot(e.offsetX - other[0], e.offsetY - other[1]);
      const [mx, my] = [(e.offsetX + other[0]) / 2, (e.offsetY + other[1]) / 2];
      if (before > 0) this.zoom(pane, after / before, mx, my);
    } else if (pane.dimensions === 3) {
      pane.yaw += dx * 0.008;
      pane.pitch = clamp(pane.pitch + dy * 0.008, -1.5, 1.5);
    } else {
      pane.dx += dx;
      pane.dy += dy;
    }
    pane.pointers.set(e.pointerId, [e.offsetX, e.offsetY]);
    return this.draw();
  }

  key(pane, e) {
    const step = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[e.key];
    if (step && pane.dimensions === 3) {
      pane.yaw -= step[0] * 0.005;
      pane.pitch = clamp(pane.pitch - step[1] * 0.005, -1.5, 1.5);
    } else if (step) {
      pane.dx += step[0];
      pane.dy += step[1];
    } else if (e.key === "+" || e.key === "=") this.zoom(pane, 1.3);
    else if (e.key === "-") this.zoom(pane, 1 / 1.3);
    else if (e.key === "0") Object.assign(pane, { zoom: 1, dx: 0, dy: 0 });
    else if (e.key === "Escape" && this.chosen >= 0) this.pick(-1);
    else if (e.key === "Escape") pane.canvas.blur();
    else return;
    e.preventDefault();
    this.draw();
  }

  zoom(pane, factor, x = pane.canvas.clientWidth / 2, y = this.height / 2) {
    const next = clamp(pane.zoom * factor, 0.5, 400);
    const f = next / pane.zoom;
    const [ox, oy] = [x - pane.canvas.clientWidth / 2, y - this.height / 2];
    pane.dx = ox + (pane.dx - ox) * f;
    pane.dy = oy + (pane.dy - oy) * f;
    pane.zoom = next;
    this.draw();
  }

  zoomAll(factor) {
    this.panes.forEach((pane) => this.zoom(pane, factor));
  }

  fitAll() {
    this.panes.forEach((pane) => Object.assign(pane, { zoom: 1, dx: 0, dy: 0, yaw: 0.5, pitch: 0.35 }));
    this.draw();
  }

  search() {
    const wanted = this.input.value.trim().toLowerCase();
    this.hits = new Set();
    if (wanted) {
      const score = (name) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2);
      const list = [];
      (this.names ?? []).forEach((name, i) => {
        const low = name.toLowerCase();
        if (low.includes(wanted)) list.push([score(low), i]);
      });
      list.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      this.hits = new Set(list.map(([, i]) => i));
    }
    this.found.textContent = wanted ? this.text.found.replace("{count}", this.hits.size) : "";
    this.draw();
  }

  say() {
    this.hint.textContent = this.hover >= 0 ? this.names[this.hover] : this.solid ? this.text.turn : this.text.hint;
  }

  point(i) {
    if (i === this.hover) return;
    this.hover = i;
    this.say();
    this.draw();
  }

  pick(i) {
    this.chosen = i;
    this.links = [];
    this.setStateValue("pick", { at: i < 0 ? null : i, content: this.content });
    this.draw();
  }

  shown(i) {
    return this.alone === null || this.groups[i] === this.alone;
  }

  at(pane, x, y) {
    let best = REACH * REACH;
    let found = -1;
    const { xs, ys } = pane;
    for (let i = 0; xs && i < pane.count; i += 1) {
      const d = (xs[i] - x) ** 2 + (ys[i] - y) ** 2;
      if (d < best && this.shown(i)) {
        best = d;
        found = i;
      }
    }
    return found;
  }

  draw() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = 0;
    if (!this.names) return;
    const style = getComputedStyle(this.root);
    this.ink = style.color;
    this.paper = style.getPropertyValue("--st-background-color").trim() || "#fff";
    this.font = style.fontFamily;
    if (this.playing && this.part !== null) {
      this.part = clamp((performance.now() - this.playing) / this.playMs, 0, 1);
      this.slider.value = String(this.part);
    }
    if (this.playing && performance.now() - this.playing > this.playMs) this.play(false);
    let moving = false;
    for (const pane of this.panes) moving = this.paintPane(pane) || moving;
    if (moving) this.draw();
  }

  // Where the points of a run are while its steps are played, and the frame around them.
  played(pane) {
    const { steps, titles, boxes, reach } = pane.frames;
    const size = pane.target.length;
    const last = titles.length - 1;
    const t = (this.part ?? clamp((performance.now() - this.playing) / this.playMs, 0, 1)) * last;
    const [i, f] = [Math.min(Math.floor(t), last - 1), t - Math.min(Math.floor(t), last - 1)];
    const [one, other] = [i, i + 1].map((n) => steps.subarray(n * size, (n + 1) * size));
    const [from, to] = [[i, one], [i + 1, other]].map(([n, step]) => {
      if (!boxes.has(n)) boxes.set(n, this.frameOf(step, pane.dimensions));
      return boxes.get(n);
    });
    pane.now = one.map((v, k) => v + (other[k] - v) * f);
    pane.frame = reach[0] ? [0, 0, 0, ...reach] : from.map((v, k) => v + (to[k] - v) * f);
    const title = titles[Math.round(t)];
    if (pane.title.textContent !== title) {
      pane.title.textContent = title;
      pane.note.textContent = "";
    }
    if (this.part !== null) this.slider.setAttribute("aria-valuetext", title);
  }

  // Moves the points on, and works out where each is on the canvas.
  project(pane, width, height) {
    const { target, from, count, dimensions: d } = pane;
    let moving = false;
    pane.now = target;
    pane.frame = pane.frameTo;
    if (pane.frames && (this.playing || this.part !== null)) {
      this.played(pane);
      moving = Boolean(this.playing);
    } else if (from) {
      const t = clamp((performance.now() - pane.began) / MOVE_MS, 0, 1);
      if (t < 1) {
        const e = t * t * (3 - 2 * t);
        const now = new Float32Array(target.length);
        for (let i = 0; i < now.length; i += 1) {
          const f = Number.isNaN(from[i]) ? target[i] : from[i];
          now[i] = f + (target[i] - f) * e;
        }
        pane.now = now;
        pane.frame = pane.frameTo.map((v, k) => pane.frameFrom[k] + (v - pane.frameFrom[k]) * e);
        moving = true;
      } else pane.from = null;
    }
    const p = pane.now;
    const [cx, cy, cz, rx, ry] = pane.frame;
    const widest = (k, r) => (this.sameScale ? Math.max(...this.panes.map((one) => one.frame[k])) : r);
    const s = pane.zoom * Math.min((width / 2 - 26) / widest(3, rx), (height / 2 - 22) / widest(4, ry));
    const [x0, y0] = [width / 2 + pane.dx, height / 2 + pane.dy];
    if (!pane.xs || pane.xs.length !== count) {
      pane.xs = new Float32Array(count);
      pane.ys = new Float32Array(count);
      pane.zs = new Float32Array(count);
    }
    const { xs, ys, zs } = pane;
    const [sa, ca, sb, cb] = [Math.sin(pane.yaw), Math.cos(pane.yaw), Math.sin(pane.pitch), Math.cos(pane.pitch)];
    for (let i = 0; i < count; i += 1) {
      let x = p[i * d] - cx;
      let y = p[i * d + 1] - cy;
      if (d === 3) {
        const z = p[i * 3 + 2] - cz;
        const u = x * ca + z * sa;
        const w = z * ca - x * sa;
        x = u;
        zs[i] = y * sb + w * cb;
        y = y * cb - w * sb;
      }
      xs[i] = x0 + x * s;
      ys[i] = y0 - y * s;
    }
    const deep = d === 3 ? cz * ca - cx * sa : 0; // the origin goes the same way as the points
    pane.zero = [x0 - (d === 3 ? cx * ca + cz * sa : cx) * s, y0 + (d === 3 ? cy * cb - deep * sb : cy) * s];
    return moving;
  }

  sprite(group, size) {
    const key = `${group}:${size}:${this.paper}`;
    let made = this.sprites.get(key);
    if (!made) {
      const side = Math.ceil(size * 3.2);
      made = document.createElement("canvas");
      made.width = side;
      made.height = side;
      const context = made.getContext("2d");
      context.fillStyle = this.colours[group % this.colours.length];
      context.strokeStyle = this.paper;
      context.lineWidth = Math.max(1, size / 6);
      shape(context, group % SHAPES, side / 2, side / 2, size);
      context.fill();
      context.stroke();
      if (this.sprites.size > 200) this.sprites.clear();
      this.sprites.set(key, made);
    }
    return made;
  }

  paintPane(pane) {
    const { canvas, count } = pane;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const width = canvas.clientWidth;
    const height = this.height;
    if (!width) return false;
    canvas.style.height = `${height}px`;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    const moving = this.project(pane, width, height);
    const { xs, ys, zs } = pane;
    const radius = clamp((count > 3000 ? 2.4 : count > 600 ? 3.4 : 4.6) * Math.sqrt(Math.sqrt(pane.zoom)), 2, 7);
    const order = [];
    for (let i = 0; i < count; i += 1) {
      if (xs[i] > -20 && xs[i] < width + 20 && ys[i] > -20 && ys[i] < height + 20) order.push(i);
    }
    // The first points lie on top: they are named first, too.
    const below = [...order].reverse();
    if (pane.dimensions === 3) below.sort((a, b) => zs[a] - zs[b]);
    const searching = this.hits.size > 0;
    for (const faint of [true, false]) {
      for (const i of below) {
        const off = !this.shown(i) || (searching && !this.hits.has(i));
        if (off !== faint) continue;
        context.globalAlpha = off ? 0.13 : 0.9;
        const made = this.sprite(this.groups[i], Math.round(radius * ratio));
        context.drawImage(made, xs[i] * ratio - made.width / 2, ys[i] * ratio - made.height / 2);
      }
    }
    context.globalAlpha = 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.paintSpokes(context, pane);
    this.paintLinks(context, pane, radius);
    this.paintNames(context, pane, order, radius, width, height);
    return moving;
  }

  // Lines from the origin to some points.
  paintSpokes(context, { xs, ys, zero }) {
    context.strokeStyle = this.ink;
    context.lineWidth = 1.5;
    context.globalAlpha = 0.65;
    for (const i of this.spokes.filter((one) => this.shown(one))) {
      context.beginPath();
      context.moveTo(...zero);
      context.lineTo(xs[i], ys[i]);
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  paintLinks(context, { xs, ys }, radius) {
    context.strokeStyle = this.ink;
    if (this.chosen >= 0) {
      context.lineWidth = 1;
      context.globalAlpha = 0.65;
      for (const other of this.links) {
        context.beginPath();
        context.moveTo(xs[this.chosen], ys[this.chosen]);
        context.lineTo(xs[other], ys[other]);
        context.stroke();
      }
      context.globalAlpha = 1;
    }
    for (const [i, wide] of [[this.chosen, 3], [this.hover, 2]]) {
      if (i < 0 || Number.isNaN(xs[i])) continue;
      context.lineWidth = wide;
      context.beginPath();
      context.arc(xs[i], ys[i], radius + 4, 0, 7);
      context.stroke();
    }
  }

  // Names where there is room: the chosen and its links first, then what was found, then the others.
  paintNames(context, { xs, ys, zero, count }, order, radius, width, height) {
    context.font = `12.5px ${this.font}`;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const taken = [];
    let left = MOST_LABELS;
    const put = (i, always) => {
      if (i < 0 || i >= count || Number.isNaN(xs[i]) || (!always && left <= 0)) return;
      const name = this.names[i].length > 32 ? `${this.names[i].slice(0, 31)}…` : this.names[i];
      const w = context.measureText(name).width;
      let x = xs[i] + radius + 4;
      if (x + w > width - 2) x = xs[i] - radius - 4 - w;
      const y = clamp(ys[i], 9, height - 9);
      const box = [x - 2, y - 8, x + w + 2, y + 8];
      if (!always && (box[0] < 0 || taken.some((t) => t[0] < box[2] && t[2] > box[0] && t[1] < box[3] && t[3] > box[1]))) return;
      taken.push(box);
      left -= 1;
      context.strokeStyle = this.paper;
      context.lineWidth = 3;
      context.fillStyle = this.ink;
      context.strokeText(name, x, y);
      context.fillText(name, x, y);
    };
    put(this.hover, true);
    put(this.chosen, true);
    const seen = (i) => this.shown(i) && Math.hypot(xs[i] - zero[0], ys[i] - zero[1]) > SHORT;
    this.spokes.forEach((i) => seen(i) && put(i));
    if (!this.named) return;
    if (this.chosen >= 0) this.links.forEach((i) => put(i));
    this.hits.forEach((i) => left > 0 && put(i));
    for (const i of order) {
      if (left <= 0) break;
      if (this.shown(i) && !(this.hits.size && !this.hits.has(i))) put(i);
    }
  }
}

export default mounting(Scatter);
