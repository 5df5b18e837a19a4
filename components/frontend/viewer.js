// The linked picture viewer. components/viewer_message.py describes the message, components/viewer.py
// what is sent back.
// Comment lines and indentation are dropped before this file is sent to the browser, so it has
// no multi-line strings. Put after common.js and linked.js; CSS, the styles, is declared before them.

const EXACT_CELL = 7;
const EXACT_PIXELS = 40000;
const MAX_CELL = 80;
const BLUR = 1.6;
const MARGIN = 1.5;
const QUIET_MS = 120;
const WIDE_HISTOGRAM = 132; // CSS pixels
const MOST_STROKES = 300;
const MOST_NUMBERS = 20000; // in all strokes together: components/viewer.py takes no more
const MIN_FONT = 8;

// ------------------------------------------------------------------------------ blobs received

function parse(data) {
  const { header, take } = unpack(data);
  for (const pane of header.panes) {
    if (pane.kind === "histogram") take(pane.counts, 0);
    if (pane.kind !== "image") continue;
    take(pane.overview, pane.overview ? pane.overview.w * pane.overview.h : 0);
    take(pane.detail, pane.detail ? pane.detail.w * pane.detail.h : 0);
    take(pane.display.lut, 0);
    for (const w of pane.windows) take(w, (w.x1 - w.x0) * (w.y1 - w.y0));
  }
  return header;
}

function windowOf(ref) {
  const entry = recall(ref.key);
  if (!entry) return null;
  return { ...ref, numbers: numbersOf(entry, ref.dtype), looks: (entry.looks ??= new Map()) };
}

// ------------------------------------------------------------------------- numbers and colours

function colourOf(values, look) {
  const { lo, hi, lut } = look;
  const k = hi > lo ? 255 / (hi - lo) : 0;
  const level = (v) => clamp(Math.floor((v - lo) * k + 0.5), 0, 255);
  if (values.length >= 3) {
    return [level(values[0]), level(values[1]), level(values[2])];
  }
  if (Number.isNaN(values[0])) return null;
  const g = level(values[0]);
  return lut ? [lut[3 * g], lut[3 * g + 1], lut[3 * g + 2]] : [g, g, g];
}

function format(v, meta, dtype, notation, exact) {
  if (Number.isNaN(v)) return "NaN";
  if (!Number.isFinite(v)) return v > 0 ? "∞" : "−∞";
  const sign = v < 0 ? "−" : "";
  if (notation === "unit") return sign + Math.abs(v / meta.display.maximum).toFixed(3);
  const a = Math.abs(v);
  if (isWhole(dtype) || (Number.isInteger(v) && !meta.dtype.startsWith("float"))) {
    if (notation === "hex" && dtype !== "bool") {
      const digits = dtype === "uint8" ? 2 : dtype === "uint16" ? 4 : 1;
      return sign + a.toString(16).toUpperCase().padStart(digits, "0");
    }
    return sign + a;
  }
  if (!exact) return sign + brief(a);
  return sign + (dtype === "float32" ? shortest32(a) : String(a));
}

// Characters that a value of this pane takes at most, so that all digits have one size.
function widest(meta, notation) {
  const d = meta.display;
  const minus = d.lo < 0 ? 1 : 0;
  const top = Math.max(Math.abs(d.lo), Math.abs(d.hi));
  if (meta.dtype === "bool") return notation === "unit" ? 5 : 1;
  if (notation === "unit") return 5 + minus + (top / d.maximum >= 10 ? 1 : 0);
  if (meta.dtype.startsWith("float")) return 5 + minus + (top < 1e-3 || top >= 1e5 ? 1 : 0);
  if (meta.dtype === "uint8") return notation === "hex" ? 2 : 3;
  if (meta.dtype === "uint16") return notation === "hex" ? 4 : 5;
  return minus + Math.max(1, Math.trunc(top).toString(notation === "hex" ? 16 : 10).length);
}

// The window as a small canvas, one canvas pixel a cell, in the pane's colours.
function picture(win, meta, lut) {
  const sig = `${meta.display.lo},${meta.display.hi},${meta.display.lut?.key ?? ""}`;
  let canvas = win.looks.get(sig);
  if (canvas) return canvas;
  const w = win.x1 - win.x0;
  const h = win.y1 - win.y0;
  canvas = document.createElement("canvas");
  canvas.width = w;
  canvas.height = h;
  const ctx = canvas.getContext("2d");
  const image = ctx.createImageData(w, h);
  const c = win.channels;
  const look = { ...meta.display, lut };
  const cell = new Array(c);
  for (let i = 0; i < w * h; i += 1) {
    for (let j = 0; j < c; j += 1) cell[j] = win.numbers[i * c + j];
    const rgb = colourOf(cell, look);
    if (!rgb) continue;
    image.data[4 * i] = rgb[0];
    image.data[4 * i + 1] = rgb[1];
    image.data[4 * i + 2] = rgb[2];
    image.data[4 * i + 3] = 255;
  }
  ctx.putImageData(image, 0, 0);
  if (win.looks.size > 3) win.looks.clear();
  win.looks.set(sig, canvas);
  return canvas;
}

// ----------------------------------------------------------------------------------- small DOM

Object.assign(ICONS, {
  undo: "M6 3 3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6",
  clear: "M4 4l8 8M12 4l-8 8",
  brush: "M13.2 2.8 7 9M7 9a2.6 2.6 0 0 0-3.6 1.8c-.3 1.3-1 1.9-1.9 2.2 2.6.9 5.6.2 6.4-1.8A2.6 2.6 0 0 0 7 9z",
});

// -------------------------------------------------------------------------------------- viewer

class Viewer extends Linked {
  constructor(parent) {
    super(parent, "nv");
    this.panes = [];
    this.groups = new Map();
    this.active = null;
    this.pin = null;
    this.strokes = [];
    this.sheet = null;
    this.brush = { on: false, radius: 8, value: 0 };
    this.sentN = null;
    this.H = 0;
    this.tools = make("div", "nv-tools", this.root);
    this.grid = make("div", "nv-panes", this.root);
    const foot = make("div", "nv-foot", this.root);
    this.status = make("div", "nv-status", foot);
    this.controls = make("div", "nl-controls", foot);
    this.buildSpoken();
    this.controls.setAttribute("role", "group");
    this.tools.setAttribute("role", "group");
    this.scale = make("span", "nv-scale", this.controls);
    this.button("zoom_out", this.controls, () => this.zoomCentre(1 / 1.8));
    this.button("zoom_in", this.controls, () => this.zoomCentre(1.8));
    this.button("fit", this.controls, () => this.fit());
    this.buildTools();
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  }

  destroy() {
    cancelAnimationFrame(this.motion);
    super.destroy();
  }

  buildTools() {
    const t = this.tools;
    const brush = this.button("brush", t, () => {
      this.brush.on = !this.brush.on;
      this.tell();
    });
    this.brushText = make("span", "", brush);
    make("span", "nv-gap", t);
    for (const [name, value] of [["erase", 0], ["keep", 1]]) {
      const b = make("button", "", t);
      b.type = "button";
      b.onclick = () => {
        this.brush.value = value;
        this.brush.on = true;
        this.tell();
      };
      this.buttons[name] = b;
    }
    make("span", "nv-gap", t);
    const label = make("label", "", t);
    this.radiusText = make("span", "", label);
    this.radius = make("input", "", label);
    this.radius.type = "range";
    this.radius.min = "1";
    this.radiusOut = make("output", "", label);
    this.radius.oninput = () => {
      this.brush.radius = Number(this.radius.value);
      this.tell();
    };
    make("span", "nv-gap", t);
    this.button("undo", t, () => {
      this.strokes.pop();
      this.sendStrokes();
    });
    this.button("clear", t, () => {
      this.strokes = [];
      this.sendStrokes();
    });
  }

  // ------------------------------------------------------------------------------ from Python

  receive(data) {
    const first = !this.header;
    const h = parse(data);
    const before = this.header;
    this.header = h;
    this.root.style.setProperty("--nv-accent", h.accent);
    const shape = h.panes.map((p) => [p.id, p.kind]);
    if (!same(shape, this.shape)) {
      this.shape = shape;
      this.build(h);
    }
    const groups = new Map();
    let fresh = false;
    for (const meta of h.panes) {
      if (meta.kind !== "image" || groups.has(meta.group)) continue;
      const content = h.contents[meta.group];
      const old = this.groups.get(meta.group);
      const fits = old && old.w === meta.width && old.h === meta.height;
      if (fits && old.content === content) {
        groups.set(meta.group, old);
        continue;
      }
      // Another picture: it is shown whole. The cursor stays where the pointer is.
      fresh = true;
      const cursor = fits ? old.cursor : null;
      const size = { w: meta.width, h: meta.height };
      groups.set(meta.group, { name: meta.group, content, ...size, fit: true, s: 1, cursor });
      if (this.pin?.g === meta.group) this.pin = null;
    }
    this.groups = groups;
    if (this.pin && !groups.has(this.pin.g)) this.pin = null;
    const main = groups.keys().next().value ?? null;
    if (!groups.has(this.active)) this.active = main;
    h.panes.forEach((meta, i) => this.update(this.panes[i], meta));
    this.layout();
    // The view and the pin belong to the learner; Python's are taken only when they are new
    // and not an echo of what was sent from here.
    if (h.view && (first || !same(h.view, before.view)) && !this.isMine("view", h.view)) {
      this.showBox(this.groups.get(main), h.view);
    }
    if (h.cursor && (first || !same(h.cursor, before.cursor))) {
      const [x, y] = h.cursor;
      const of = h.cursor_group ?? main;
      if (groups.has(of) && !this.isMine("pin", [x, y, of])) {
        this.pin = { g: of, x, y };
        this.setCursor(of, x + 0.5, y + 0.5);
      }
    }
    // How a picture is shown first is the page's own doing; only what the learner changes is told.
    if (fresh) this.told = this.W ? JSON.stringify(this.looksAt()) : undefined;
    this.readSheet(h);
    this.texts();
    this.theme();
    if (h.n === this.sentN) this.waiting = 0;
    this.tell();
    this.ask();
  }

  readSheet(h) {
    const painted = h.panes.find((p) => p.paint);
    this.tools.hidden = !painted;
    this.tools.style.display = painted ? "" : "none";
    if (!painted) {
      this.sheet = null;
      this.brush.on = false;
      return;
    }
    const p = painted.paint;
    if (this.sheet === p.token) return;
    this.sheet = p.token;
    this.stroke = null;
    this.strokes = p.strokes.map((s) => [...s]);
    this.brush.value = p.value;
    this.brush.on = true; // the page asks to paint; the button switches to moving the picture
    const most = Math.max(2, Math.round(Math.max(painted.width, painted.height) / 4));
    this.radius.max = String(most);
    this.brush.radius = clamp(p.radius, 1, most);
    this.radius.value = String(this.brush.radius);
  }

  build(h) {
    this.grid.replaceChildren();
    this.panes = h.panes.map((meta) => {
      const figure = make("figure", "nv-pane", this.grid);
      const caption = make("figcaption", "nv-caption", figure);
      const title = make("span", "nv-title", caption);
      const facts = make("span", "nv-meta", caption);
      const canvas = make("canvas", "nv-canvas nl-surface", figure);
      canvas.dataset.kind = meta.kind;
      canvas.dataset.pane = meta.id;
      const pane = { meta, figure, title, facts, canvas, ctx: canvas.getContext("2d"), live: null };
      if (meta.kind === "image") this.listen(pane);
      return pane;
    });
    this.slots = null;
  }

  update(pane, meta) {
    pane.meta = meta;
    pane.title.textContent = meta.title;
    pane.title.title = meta.title;
    const canvas = pane.canvas;
    if (meta.kind !== "image") {
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", meta.alt);
      if (meta.kind === "histogram") this.count(pane, meta);
      return;
    }
    const [rows, columns, ...rest] = meta.shape;
    // The blank of no width lets the first of them go to the next line, too, which is not seen.
    pane.facts.replaceChildren("\u200b");
    make("span", "", pane.facts, [columns, rows, ...rest].join(" × "));
    pane.facts.append(" ");
    make("span", "", pane.facts, meta.dtype);
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", meta.alt);
    canvas.setAttribute("aria-describedby", this.keys.id);
    this.settle(pane, meta);
  }

  count(pane, meta) {
    if (pane.counts?.key === meta.counts.key) return;
    const bytes = recall(meta.counts.key)?.bytes;
    this.lost ||= !bytes;
    const all = new Float64Array(bytes?.buffer ?? 0);
    const bins = all.length / meta.series.length;
    const rows = meta.series.map((_, i) => all.subarray(i * bins, (i + 1) * bins));
    pane.counts = bytes ? { key: meta.counts.key, rows } : null;
  }

  // Exchange what a pane shows only once the new picture is decoded: until then the old picture
  // with the old numbers stays, so that nothing flashes and no number belongs to another picture.
  settle(pane, meta) {
    if (pane.meta !== meta || this.dead) return;
    const old = pane.live;
    const sameNumbers = old && old.meta.content === meta.content;
    const sameLook = old && old.meta.key === meta.key;
    const lutRef = meta.display.lut;
    let lut = null;
    if (lutRef) {
      lut = recall(lutRef.key)?.bytes ?? (sameLook ? old.lut : null);
      if (!lut) {
        this.lost = true;
        return;
      }
    }
    let overview = null;
    if (meta.overview) {
      overview = sameLook && old.overview ? old.overview : bitmapOf(meta.overview, () => {
        this.settle(pane, meta);
        this.tell();
        this.ask();
      });
      if (overview === undefined) this.lost = true;
      if (!overview) return;
    }
    const live = {
      meta,
      lut,
      overview,
      windows: sameNumbers ? old.windows : [],
      details: sameLook ? old.details : [],
    };
    for (const ref of meta.windows) {
      if (live.windows.some((w) => w.key === ref.key)) continue;
      const win = windowOf(ref);
      if (win) live.windows.push(win);
    }
    if (live.windows.length > 8) live.windows.splice(0, live.windows.length - 8);
    if (meta.whole && !live.windows.length) {
      this.lost = true;
      return;
    }
    pane.live = live;
    this.addDetail(pane, meta);
  }

  addDetail(pane, meta) {
    const ref = meta.detail;
    const live = pane.live;
    if (!ref || live.meta.key !== meta.key || live.details.some((d) => d.key === ref.key)) return;
    const bitmap = bitmapOf(ref, () => {
      if (pane.live?.meta.key !== meta.key) return;
      this.addDetail(pane, meta);
      this.draw();
    });
    if (!bitmap) return;
    live.details.push({ ...ref, bitmap });
    if (live.details.length > 3) live.details.shift();
  }

  texts() {
    const t = this.header.text;
    this.nameButtons(["zoom_in", "zoom_out", "fit", "undo", "clear"]);
    this.buttons.erase.textContent = t.erase;
    this.buttons.keep.textContent = t.keep;
    this.brushText.textContent = t.brush;
    this.buttons.brush.title = t.brush_hint;
    this.radiusText.textContent = t.radius;
    this.controls.setAttribute("aria-label", t.controls);
    this.tools.setAttribute("aria-label", t.tools);
    this.status.setAttribute("aria-label", t.cursor);
    this.status.setAttribute("role", "group");
    this.keys.textContent = `${t.hint}. ${t.keys}.`;
  }

  theme() {
    this.look = { ...this.readTheme(12), accent: this.header.accent };
  }

  // ---------------------------------------------------------------------------------- layout

  layout() {
    if (!this.header || this.dead) return;
    const width = this.root.clientWidth;
    if (!width) return;
    // A histogram beside two panes takes a row of its own, so that these can be larger.
    const last = this.panes[this.panes.length - 1];
    const below = width >= 640 && this.panes.length === 3 && last.meta.kind === "histogram";
    const n = this.panes.length - (below ? 1 : 0);
    let columns = width < 640 ? 1 : n;
    if (columns > 2 && width / n < 180) columns = 2;
    this.root.style.setProperty("--nv-columns", columns);
    const W = Math.floor((width - 12 * (columns - 1)) / columns);
    let tall = 0;
    for (const g of this.groups.values()) tall = Math.max(tall, g.h / g.w);
    const limit = columns === 1 ? Math.min(this.header.height, 520) : this.header.height;
    const H = Math.round(clamp(tall ? W * tall : limit, Math.min(200, limit), limit));
    const dpr = window.devicePixelRatio || 1;
    this.W = W;
    this.H = H;
    this.dpr = dpr;
    for (const pane of this.panes) {
      const c = pane.canvas;
      pane.wide = below && pane === last;
      pane.W = pane.wide ? width : W;
      pane.H = pane.wide ? WIDE_HISTOGRAM : H;
      pane.figure.style.gridColumn = pane.wide ? "1 / -1" : "";
      c.style.height = `${pane.H}px`;
      const w = Math.round(pane.W * dpr);
      const h = Math.round(pane.H * dpr);
      if (c.width !== w || c.height !== h) {
        c.width = w;
        c.height = h;
      }
    }
    for (const g of this.groups.values()) {
      if (g.fit || g.cx === undefined) {
        g.s = this.fitScale(g);
        g.cx = g.w / 2;
        g.cy = g.h / 2;
        g.fit = true;
      }
      this.bound(g);
    }
    if (this.look) this.paint();
    this.ask();
  }

  fitScale(g) {
    return Math.min(this.W / g.w, this.H / g.h);
  }

  maxScale(g) {
    let dense = 1;
    for (const p of this.panes) {
      if (p.live && p.live.meta.group === g.name) dense = Math.max(dense, p.live.meta.width / g.w);
    }
    return Math.max(this.fitScale(g), MAX_CELL * dense);
  }

  bound(g) {
    const least = this.fitScale(g);
    g.s = clamp(g.s, least, this.maxScale(g));
    g.fit = g.s <= least * 1.0001;
    const hw = this.W / 2 / g.s;
    const hh = this.H / 2 / g.s;
    g.cx = g.w <= 2 * hw ? g.w / 2 : clamp(g.cx, hw, g.w - hw);
    g.cy = g.h <= 2 * hh ? g.h / 2 : clamp(g.cy, hh, g.h - hh);
  }

  showBox(g, [x0, y0, x1, y1]) {
    if (!g || !(x1 > x0) || !(y1 > y0) || !this.W) return;
    g.s = Math.min(this.W / (x1 - x0), this.H / (y1 - y0));
    g.cx = (x0 + x1) / 2;
    g.cy = (y0 + y1) / 2;
    this.bound(g);
  }

  // -------------------------------------------------------------------------- zoom and cursor

  zoomAt(g, factor, px, py) {
    const u = g.cx + (px - this.W / 2) / g.s;
    const v = g.cy + (py - this.H / 2) / g.s;
    g.s = clamp(g.s * factor, this.fitScale(g), this.maxScale(g));
    g.cx = u - (px - this.W / 2) / g.s;
    g.cy = v - (py - this.H / 2) / g.s;
    this.bound(g);
    this.tell();
    this.ask();
  }

  glide(g, factor, px, py) {
    cancelAnimationFrame(this.motion);
    if (this.calm.matches) {
      this.zoomAt(g, factor, px, py);
      return;
    }
    const start = performance.now();
    let done = 0;
    const step = (now) => {
      const t = clamp((now - start) / 170, 0, 1);
      const eased = 1 - (1 - t) ** 3;
      this.zoomAt(g, factor ** (eased - done), px, py);
      done = eased;
      if (t < 1 && !this.dead) this.motion = requestAnimationFrame(step);
    };
    this.motion = requestAnimationFrame(step);
  }

  zoomCentre(factor) {
    const g = this.groups.get(this.active);
    if (!g) return;
    const c = g.cursor;
    let px = this.W / 2;
    let py = this.H / 2;
    if (c) {
      const x = (c.u - g.cx) * g.s + this.W / 2;
      const y = (c.v - g.cy) * g.s + this.H / 2;
      if (x >= 0 && x <= this.W && y >= 0 && y <= this.H) [px, py] = [x, y];
    }
    this.glide(g, factor, px, py);
  }

  fit() {
    const g = this.groups.get(this.active);
    if (g) this.glide(g, this.fitScale(g) / g.s, this.W / 2, this.H / 2);
  }

  setCursor(name, u, v) {
    const g = this.groups.get(name);
    if (!g) return;
    this.active = name;
    g.cursor = { u: clamp(u, 0, g.w - 1e-6), v: clamp(v, 0, g.h - 1e-6) };
    this.tell();
    this.ask();
  }

  groupOf(pane) {
    return this.groups.get((pane.live?.meta ?? pane.meta).group);
  }

  // The frame of a pane: how its pixels lie on the canvas.
  frameOf(pane) {
    const g = this.groupOf(pane);
    const m = pane.live?.meta ?? pane.meta;
    const cw = (g.s * g.w) / m.width;
    const ch = (g.s * g.h) / m.height;
    return { g, m, cw, ch, left: this.W / 2 - g.cx * g.s, top: this.H / 2 - g.cy * g.s };
  }

  cursorIn(pane, at) {
    const g = this.groupOf(pane);
    const c = at ?? g?.cursor;
    if (!c) return null;
    const m = pane.live?.meta ?? pane.meta;
    return [
      clamp(Math.floor((c.u * m.width) / g.w), 0, m.width - 1),
      clamp(Math.floor((c.v * m.height) / g.h), 0, m.height - 1),
    ];
  }

  valuesAt(pane, x, y) {
    const live = pane.live;
    if (!live) return null;
    for (let i = live.windows.length - 1; i >= 0; i -= 1) {
      const w = live.windows[i];
      if (x < w.x0 || y < w.y0 || x >= w.x1 || y >= w.y1) continue;
      const at = ((y - w.y0) * (w.x1 - w.x0) + (x - w.x0)) * w.channels;
      return Array.from(w.numbers.subarray(at, at + w.channels));
    }
    return null;
  }

  dtypeOf(pane) {
    return pane.live?.windows.at(-1)?.dtype ?? "float64";
  }

  // -------------------------------------------------------------------------------- requests

  seen(pane) {
    const f = this.frameOf(pane);
    return [
      clamp(Math.floor(-f.left / f.cw + 1e-6), 0, f.m.width - 1),
      clamp(Math.floor(-f.top / f.ch + 1e-6), 0, f.m.height - 1),
      clamp(Math.ceil((this.W - f.left) / f.cw - 1e-6), 1, f.m.width),
      clamp(Math.ceil((this.H - f.top) / f.ch - 1e-6), 1, f.m.height),
    ];
  }

  grow(box, m, factor, least = 0) {
    const [x0, y0, x1, y1] = box;
    const dx = Math.max((x1 - x0) * factor, least) - (x1 - x0);
    const dy = Math.max((y1 - y0) * factor, least) - (y1 - y0);
    return [
      Math.max(0, Math.floor(x0 - dx / 2)),
      Math.max(0, Math.floor(y0 - dy / 2)),
      Math.min(m.width, Math.ceil(x1 + dx / 2)),
      Math.min(m.height, Math.ceil(y1 + dy / 2)),
    ];
  }

  covers(w, [x0, y0, x1, y1]) {
    return w.x0 <= x0 && w.y0 <= y0 && w.x1 >= x1 && w.y1 >= y1;
  }

  // What each picture needs for what is on the screen now, and whether any of it is not here.
  needs() {
    const want = {};
    let missing = Boolean(this.lost);
    const box = (w) => [w.x0, w.y0, w.x1, w.y1];
    for (const pane of this.panes) {
      if (pane.meta.kind !== "image") continue;
      const live = pane.live;
      if (!live || live.meta.whole) continue;
      const m = live.meta;
      const { cw, ch } = this.frameOf(pane);
      const vis = this.seen(pane);
      const area = (vis[2] - vis[0]) * (vis[3] - vis[1]);
      const w = {};
      if (Math.min(cw, ch) >= EXACT_CELL && area <= EXACT_PIXELS) {
        const has = live.windows.findLast((x) => this.covers(x, vis));
        const factor = Math.min(MARGIN, Math.sqrt(EXACT_PIXELS / area) * 0.98);
        w.exact = has ? box(has) : this.grow(vis, m, Math.max(1, factor));
        if (!has) missing = true;
      } else {
        const screen = Math.min(1, cw * this.dpr);
        if (screen / (live.overview.width / m.width) > BLUR) {
          const has = live.details.findLast(
            (d) => this.covers(d, vis) && screen / (d.w / (d.x1 - d.x0)) <= BLUR,
          );
          const b = has ? box(has) : this.grow(vis, m, MARGIN);
          w.detail = [...b, has ? has.w : Math.ceil((b[2] - b[0]) * screen)];
          if (!has) missing = true;
        }
      }
      const near = this.nearby(pane);
      if (near) {
        const has = live.windows.findLast((x) => this.covers(x, near));
        w.probe = has ? box(has) : this.grow(near, m, 1.6, 32);
        if (!has) missing = true;
      }
      if (Object.keys(w).length) want[pane.meta.id] = w;
    }
    return { want, missing };
  }

  // The pixels around the cursor that are read out: one, or as many as a matrix shows.
  nearby(pane) {
    const matrix = this.panes.find((p) => p.meta.kind === "matrix" && p.meta.of === pane.meta.id);
    if (matrix) return this.matrixBox(matrix, pane).box;
    const c = this.cursorIn(pane);
    return c ? [c[0], c[1], c[0] + 1, c[1] + 1] : null;
  }

  ask() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.request(), QUIET_MS);
  }

  shown() {
    return this.header.panes.map((p) => p.key ?? "");
  }

  // What is seen of each group, [x0, y0, x1, y1].
  looksAt() {
    const views = {};
    for (const g of this.groups.values()) {
      const hw = this.W / 2 / g.s;
      const hh = this.H / 2 / g.s;
      const round = (v) => Math.round(v * 100) / 100;
      views[g.name] = [
        round(Math.max(0, g.cx - hw)),
        round(Math.max(0, g.cy - hh)),
        round(Math.min(g.w, g.cx + hw)),
        round(Math.min(g.h, g.cy + hh)),
      ];
    }
    return views;
  }

  tellPython(want) {
    const now = Date.now();
    const views = this.looksAt();
    this.told = JSON.stringify(views);
    const have = [this.header.code.key, ...[...store.items.keys()].slice(-120)];
    this.sentN = now;
    this.waiting = now;
    const contents = Object.fromEntries([...this.groups].map(([name, g]) => [name, g.content]));
    this.send("view", { views, contents, want, have, n: now }, views[this.active]);
  }

  // --------------------------------------------------------------------------------- drawing

  paint() {
    for (const pane of this.panes) {
      const ctx = pane.ctx;
      ctx.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
      ctx.clearRect(0, 0, pane.W, pane.H);
      if (pane.meta.kind === "image") this.paintImage(pane, ctx);
      else if (pane.meta.kind === "matrix") this.paintMatrix(pane, ctx);
      else this.paintHistogram(pane, ctx);
    }
    const g = this.groups.get(this.active);
    const zoomed = g && !g.fit;
    this.scale.textContent = g ? `${this.percent(g.s)} %` : "";
    this.buttons.zoom_out.disabled = !zoomed;
    this.buttons.fit.disabled = !zoomed;
    this.buttons.zoom_in.disabled = !g || g.s >= this.maxScale(g) * 0.999;
    this.buttons.brush.setAttribute("aria-pressed", String(this.brush.on));
    this.buttons.erase.setAttribute("aria-pressed", String(this.brush.value === 0));
    this.buttons.keep.setAttribute("aria-pressed", String(this.brush.value === 1));
    this.buttons.undo.disabled = !this.strokes.length;
    this.buttons.clear.disabled = !this.strokes.length;
    this.radiusOut.textContent = String(this.brush.radius);
    for (const pane of this.panes) {
      if (pane.meta.kind !== "image") continue;
      const own = this.groupOf(pane);
      const brush = this.brush.on && Boolean(pane.meta.paint);
      pane.canvas.classList.toggle("nv-zoomed", Boolean(own) && !own.fit && !brush);
      pane.canvas.classList.toggle("nv-brush", brush);
      pane.canvas.style.touchAction = brush || (own && !own.fit) ? "none" : "pan-y";
    }
  }

  percent(s) {
    const p = s * 100;
    return p >= 10 ? Math.round(p).toLocaleString("en") : p.toFixed(1);
  }

  // Draws the part of `image` (which spans `box` of the pane) that is on the canvas.
  blit(ctx, image, iw, ih, box, f, smooth) {
    const [bx0, by0, bx1, by1] = box;
    const x0 = Math.max(bx0, Math.floor(-f.left / f.cw) - 1);
    const y0 = Math.max(by0, Math.floor(-f.top / f.ch) - 1);
    const x1 = Math.min(bx1, Math.ceil((this.W - f.left) / f.cw) + 1);
    const y1 = Math.min(by1, Math.ceil((this.H - f.top) / f.ch) + 1);
    if (x1 <= x0 || y1 <= y0) return;
    const kx = iw / (bx1 - bx0);
    const ky = ih / (by1 - by0);
    ctx.imageSmoothingEnabled = smooth;
    ctx.imageSmoothingQuality = "high";
    ctx.drawImage(
      image,
      (x0 - bx0) * kx, (y0 - by0) * ky, (x1 - x0) * kx, (y1 - y0) * ky,
      f.left + x0 * f.cw, f.top + y0 * f.ch, (x1 - x0) * f.cw, (y1 - y0) * f.ch,
    );
  }

  paintImage(pane, ctx) {
    const live = pane.live;
    pane.canvas.dataset.digits = "0";
    if (!live) return;
    const f = this.frameOf(pane);
    const m = live.meta;
    const device = f.cw * this.dpr;
    if (live.overview) {
      const o = live.overview;
      const smooth = o.width < m.width || device < 1;
      this.blit(ctx, o, o.width, o.height, [0, 0, m.width, m.height], f, smooth);
      for (const d of live.details) {
        const enough = d.w / (d.x1 - d.x0) > o.width / m.width;
        const fine = d.w < d.x1 - d.x0 || device < 1;
        if (enough) this.blit(ctx, d.bitmap, d.w, d.h, [d.x0, d.y0, d.x1, d.y1], f, fine);
      }
    }
    if (m.whole || f.cw >= 4) {
      for (const w of live.windows) {
        const small = picture(w, m, live.lut);
        this.blit(ctx, small, small.width, small.height, [w.x0, w.y0, w.x1, w.y1], f, device < 1);
      }
    }
    this.paintGrid(ctx, f, this.seen(pane));
    if (m.paint) this.paintMask(ctx, f, m);
    this.paintDigits(pane, ctx, f);
    this.paintShapes(ctx, f, m);
    this.paintMarks(pane, ctx, f);
  }

  paintGrid(ctx, f, [x0, y0, x1, y1]) {
    const cell = Math.min(f.cw, f.ch);
    if (cell < 7) return;
    ctx.strokeStyle = `rgba(128,128,128,${clamp((cell - 7) / 22, 0, 0.42)})`;
    ctx.lineWidth = 1 / this.dpr;
    const snap = (v) => (Math.round(v * this.dpr) + 0.5) / this.dpr;
    ctx.beginPath();
    for (let x = x0; x <= x1; x += 1) {
      const X = snap(f.left + x * f.cw);
      ctx.moveTo(X, f.top + y0 * f.ch);
      ctx.lineTo(X, f.top + y1 * f.ch);
    }
    for (let y = y0; y <= y1; y += 1) {
      const Y = snap(f.top + y * f.ch);
      ctx.moveTo(f.left + x0 * f.cw, Y);
      ctx.lineTo(f.left + x1 * f.cw, Y);
    }
    ctx.stroke();
  }

  fontFor(m, cw, ch) {
    const lines = m.channels.length;
    const chars = Math.max(2, widest(m, this.header.notation));
    return Math.min((cw * 0.88) / (0.61 * chars), (ch * 0.9) / (1.16 * lines), 17);
  }

  paintDigits(pane, ctx, f) {
    const { m } = f;
    const size = this.fontFor(m, f.cw, f.ch);
    if (size < MIN_FONT) return;
    const [x0, y0, x1, y1] = this.seen(pane);
    ctx.globalAlpha = clamp((size - MIN_FONT) / 1.2 + 0.35, 0, 1);
    let drawn = 0;
    for (let y = y0; y < y1; y += 1) {
      for (let x = x0; x < x1; x += 1) {
        const values = this.valuesAt(pane, x, y);
        if (!values) continue;
        drawn += 1;
        this.paintCell(ctx, pane, values, f.left + x * f.cw, f.top + y * f.ch, f.cw, f.ch, size);
      }
    }
    ctx.globalAlpha = 1;
    if (drawn) pane.canvas.dataset.digits = String(drawn);
  }

  paintCell(ctx, pane, values, left, top, cw, ch, size) {
    const { meta: m, lut } = pane.live;
    const rgb = colourOf(values, { ...m.display, lut });
    const font = `500 ${size.toFixed(2)}px ${this.look.mono}`;
    if (ctx.font !== font) ctx.font = font;
    ctx.textBaseline = "middle";
    ctx.fillStyle = rgb ? inkOn(rgb) : this.look.ink;
    const dtype = this.dtypeOf(pane);
    const n = values.length;
    const lead = size * 1.16;
    const chars = widest(m, this.header.notation);
    const bars = n > 1 && cw > (chars + 1.9) * 0.61 * size && size >= 10;
    ctx.textAlign = n > 1 ? "right" : "center";
    const wide = 0.61 * size * chars;
    const right = n > 1 ? left + cw / 2 + wide / 2 + (bars ? size * 0.35 : 0) : left + cw / 2;
    for (let i = 0; i < n; i += 1) {
      const Y = top + ch / 2 + (i - (n - 1) / 2) * lead;
      const text = format(values[i], m, dtype, this.header.notation, false);
      ctx.fillText(text, right, Y + size * 0.05, cw * 0.96);
      if (bars && m.colours[i]) {
        const ink = ctx.fillStyle;
        const bx = right - wide - size * 0.72;
        const solid = ctx.globalAlpha;
        ctx.globalAlpha = solid * 0.6;
        ctx.fillRect(bx - 0.75, Y - size * 0.38 - 0.25, size * 0.26 + 1.5, size * 0.76 + 0.5);
        ctx.globalAlpha = solid;
        ctx.fillStyle = m.colours[i];
        ctx.fillRect(bx, Y - size * 0.38 + 0.5, size * 0.26, size * 0.76 - 1);
        ctx.fillStyle = ink;
      }
    }
  }

  // Two strokes, dark under light, are seen on any picture.
  outline(ctx, path, colour, width = 1.5) {
    ctx.lineJoin = "round";
    ctx.beginPath();
    path(ctx);
    ctx.strokeStyle = "rgba(0,0,0,0.8)";
    ctx.lineWidth = width + 2.5;
    ctx.stroke();
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.stroke();
  }

  tag(ctx, text, x, y, from = false) {
    if (x < -20 || y < -20 || x > this.W + 20 || y > this.H + 20) return;
    ctx.font = `600 12px ${this.look.sans}`;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    const w = ctx.measureText(text).width + 10;
    const start = !from ? x - w / 2 : text.length < 4 ? x - w - 2 : x + 1;
    const X = clamp(start, 3, this.W - w - 3);
    const Y = clamp(y, 12, this.H - 12);
    ctx.fillStyle = "rgba(0,0,0,0.72)";
    ctx.beginPath();
    ctx.roundRect(X, Y - 9, w, 18, 4);
    ctx.fill();
    ctx.fillStyle = "#fff";
    ctx.fillText(text, X + 5, Y + 0.5);
  }

  paintShapes(ctx, f, m) {
    const X = (x) => f.left + x * f.cw;
    const Y = (y) => f.top + y * f.ch;
    for (const c of m.circles) {
      const x = X(c.x + 0.5);
      const y = Y(c.y + 0.5);
      this.outline(ctx, (p) => p.ellipse(x, y, c.rx * f.cw, c.ry * f.ch, 0, 0, 7), "#fff");
      if (c.label) this.tag(ctx, c.label, x, y - c.ry * f.ch);
    }
    for (const o of m.outlines) {
      const path = (p) => {
        for (let i = 0; i < o.points.length; i += 2) p.lineTo(X(o.points[i]), Y(o.points[i + 1]));
        p.closePath();
      };
      ctx.setLineDash(o.dashed ? [6, 4] : []);
      if (!o.thin) this.outline(ctx, path, o.colour, 2);
      else {
        ctx.beginPath();
        path(ctx);
        ctx.strokeStyle = o.colour;
        ctx.lineWidth = 0.8;
        ctx.stroke();
      }
    }
    ctx.setLineDash([]);
    // A name hangs inside the corner where its outline begins, a number stands beside it; the first on top.
    for (const o of [...m.outlines].reverse()) {
      if (o.label) this.tag(ctx, o.label, X(o.points[0]), Y(o.points[1]) + 10, true);
    }
  }

  // What the brush has erased is darkened: painted opaque on a canvas of its own, then laid over.
  paintMask(ctx, f, m) {
    const strokes = this.stroke ? [...this.strokes, this.stroke] : this.strokes;
    if (!strokes.length && m.paint.base) return;
    this.mask ??= document.createElement("canvas");
    const mask = this.mask;
    if (mask.width !== ctx.canvas.width || mask.height !== ctx.canvas.height) {
      mask.width = ctx.canvas.width;
      mask.height = ctx.canvas.height;
    }
    const q = mask.getContext("2d");
    q.setTransform(1, 0, 0, 1, 0, 0);
    q.globalCompositeOperation = "source-over";
    q.clearRect(0, 0, mask.width, mask.height);
    q.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
    const dark = "rgb(16,16,20)";
    q.fillStyle = dark;
    q.strokeStyle = dark;
    q.lineCap = "round";
    q.lineJoin = "round";
    if (!m.paint.base) q.fillRect(f.left, f.top, m.width * f.cw, m.height * f.ch);
    const mx = 2 * Math.floor(m.width / 2);
    const my = 2 * Math.floor(m.height / 2);
    for (const s of strokes) {
      q.globalCompositeOperation = s[1] ? "destination-out" : "source-over";
      q.lineWidth = (2 * s[0] + 1) * f.cw;
      for (const flip of m.paint.mirror ? [0, 1] : [0]) {
        q.beginPath();
        for (let i = 2; i < s.length; i += 2) {
          const x = f.left + ((flip ? mx - s[i] : s[i]) + 0.5) * f.cw;
          const y = f.top + ((flip ? my - s[i + 1] : s[i + 1]) + 0.5) * f.ch;
          if (i === 2) q.moveTo(x, y);
          q.lineTo(x, y);
        }
        q.stroke();
      }
    }
    ctx.save();
    ctx.beginPath();
    ctx.rect(f.left, f.top, m.width * f.cw, m.height * f.ch);
    ctx.clip();
    ctx.globalAlpha = 0.72;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(mask, 0, 0);
    ctx.restore();
  }

  paintMarks(pane, ctx, f) {
    const g = f.g;
    const cellAt = (c) => [f.left + c[0] * f.cw, f.top + c[1] * f.ch];
    if (this.pin && this.pin.g === g.name) {
      const c = this.cursorIn(pane, { u: this.pin.x + 0.5, v: this.pin.y + 0.5 });
      const [x, y] = cellAt(c);
      if (f.cw >= 6) {
        const o = 3.5;
        this.outline(ctx, (p) => p.roundRect(x - o, y - o, f.cw + 2 * o, f.ch + 2 * o, 3), "#fff", 5);
        ctx.strokeStyle = this.look.accent;
        ctx.lineWidth = 3;
        ctx.stroke();
      } else {
        const [cx, cy] = [x + f.cw / 2, y + f.ch / 2];
        this.outline(ctx, (p) => p.ellipse(cx, cy, 7, 7, 0, 0, 7), "#fff", 4);
        ctx.strokeStyle = this.look.accent;
        ctx.lineWidth = 2;
        ctx.stroke();
      }
    }
    const c = this.cursorIn(pane);
    if (!c) return;
    const [x, y] = cellAt(c);
    if (this.brush.on && pane.meta.paint) {
      const r = (this.brush.radius + 0.5) * f.cw;
      const [cx, cy] = [x + f.cw / 2, y + f.ch / 2];
      this.outline(ctx, (p) => p.ellipse(cx, cy, r, r, 0, 0, 7), "#fff", 1.5);
      return;
    }
    if (f.cw >= 6) {
      this.outline(ctx, (p) => p.rect(x, y, f.cw, f.ch), "#fff", 1.5);
      return;
    }
    const [cx, cy] = [x + f.cw / 2, y + f.ch / 2];
    this.outline(
      ctx,
      (p) => {
        for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
          p.moveTo(cx + 4 * dx, cy + 4 * dy);
          p.lineTo(cx + 12 * dx, cy + 12 * dy);
        }
      },
      "#fff",
      1.25,
    );
  }

  // ------------------------------------------------------------------- matrix and histogram

  matrixBox(pane, source) {
    const m = source.live?.meta ?? source.meta;
    const g = this.groupOf(source);
    const size = m.channels.length > 1 ? 12 : 13;
    const chars = widest(m, this.header.notation);
    const cw = Math.max(40, chars * 0.61 * size + 14);
    const ch = Math.max(m.channels.length > 1 ? 0 : 36, m.channels.length * size * 1.16 + 5);
    const gutter = 12 + 7 * String(m.height).length;
    const across = Math.max(1, Math.floor((this.W - gutter - 2) / cw));
    const down = Math.max(1, Math.floor((this.H - 24) / ch));
    const nx = Math.min(m.width, across);
    const ny = Math.min(m.height, down);
    const c = this.cursorIn(source) ?? this.cursorIn(source, { u: g.cx, v: g.cy });
    const x0 = clamp(c[0] - (nx >> 1), 0, m.width - nx);
    const y0 = clamp(c[1] - (ny >> 1), 0, m.height - ny);
    return { box: [x0, y0, x0 + nx, y0 + ny], c, cw, ch, gutter, size };
  }

  paintMatrix(pane, ctx) {
    const source = this.panes.find((p) => p.meta.id === pane.meta.of);
    if (!source?.live || !this.groupOf(source)) return;
    const b = this.matrixBox(pane, source);
    const [x0, y0, x1, y1] = b.box;
    // The cells fill the pane; what is left over is shared out evenly.
    const cw = (this.W - b.gutter - 2) / (x1 - x0) < b.cw * 1.5
      ? (this.W - b.gutter - 2) / (x1 - x0) : b.cw * 1.3;
    const ch = (this.H - 24) / (y1 - y0) < b.ch * 1.5 ? (this.H - 24) / (y1 - y0) : b.ch * 1.3;
    const top = 22;
    const m = source.live.meta;
    pane.facts.textContent = `x ${x0}–${x1 - 1}  y ${y0}–${y1 - 1}`;
    ctx.textBaseline = "middle";
    let shown = 0;
    for (let y = y0; y < y1; y += 1) {
      for (let x = x0; x < x1; x += 1) {
        const X = b.gutter + (x - x0) * cw;
        const Y = top + (y - y0) * ch;
        const values = this.valuesAt(source, x, y);
        if (!values) {
          ctx.globalAlpha = 0.5;
          ctx.font = `500 ${b.size}px ${this.look.mono}`;
          ctx.textAlign = "center";
          ctx.fillStyle = this.look.ink;
          ctx.fillText("…", X + cw / 2, Y + ch / 2);
          ctx.globalAlpha = 1;
          continue;
        }
        shown += 1;
        const rgb = colourOf(values, { ...m.display, lut: source.live.lut });
        if (rgb) {
          ctx.fillStyle = `rgb(${rgb.join(",")})`;
          ctx.fillRect(X + 0.5, Y + 0.5, cw - 1, ch - 1);
        }
        this.paintCell(ctx, source, values, X, Y, cw, ch, b.size);
      }
    }
    pane.canvas.dataset.digits = String(shown);
    ctx.textAlign = "center";
    for (let x = x0; x < x1; x += 1) {
      this.index(ctx, x, x === b.c[0], b.gutter + (x - x0 + 0.5) * cw, top / 2);
    }
    ctx.textAlign = "right";
    for (let y = y0; y < y1; y += 1) {
      this.index(ctx, y, y === b.c[1], b.gutter - 6, top + (y - y0 + 0.5) * ch);
    }
    if (this.cursorIn(source)) {
      const X = b.gutter + (b.c[0] - x0) * cw;
      const Y = top + (b.c[1] - y0) * ch;
      this.outline(ctx, (p) => p.rect(X + 0.5, Y + 0.5, cw - 1, ch - 1), "#fff", 2);
    }
  }

  index(ctx, n, here, x, y) {
    ctx.font = `${here ? 700 : 400} 11px ${this.look.mono}`;
    ctx.fillStyle = this.look.ink;
    ctx.globalAlpha = here ? 1 : 0.72;
    ctx.fillText(String(n), x, y);
    ctx.globalAlpha = 1;
  }

  paintHistogram(pane, ctx) {
    const h = pane.meta;
    const rows = pane.counts?.rows;
    if (!rows) return;
    const source = this.panes.find((p) => p.meta.id === h.of);
    const c = source?.live ? this.cursorIn(source) : null;
    const values = c ? this.valuesAt(source, c[0], c[1]) : null;
    // Below the other panes there is width for the channels side by side, else they are stacked.
    const across = pane.wide && h.series.length > 1;
    const part = across ? pane.W / h.series.length : pane.W;
    const lefts = h.series.map((_, i) => (across ? i * part : 0) + 10);
    const wide = part - 20;
    const each = across ? pane.H - 28 : (pane.H - 28) / h.series.length;
    const top = Math.max(1, ...rows.map((counts) => Math.max(...counts)));
    const marks = [];
    ctx.lineJoin = "round";
    h.series.forEach((s, i) => {
      const colour = s.colour || this.look.accent;
      const counts = rows[i];
      const bins = counts.length;
      const left = lefts[i];
      const base = 8 + (across ? 1 : i + 1) * each - 6;
      const room = each - 30;
      const Y = (v) => base - Math.sqrt(v / top) * room;
      ctx.beginPath();
      ctx.moveTo(left, base);
      counts.forEach((v, k) => {
        ctx.lineTo(left + (k * wide) / bins, Y(v));
        ctx.lineTo(left + ((k + 1) * wide) / bins, Y(v));
      });
      ctx.lineTo(left + wide, base);
      ctx.fillStyle = colour;
      ctx.globalAlpha = 0.32;
      ctx.fill();
      ctx.globalAlpha = 1;
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.25;
      ctx.stroke();
      ctx.strokeStyle = this.look.ink;
      ctx.globalAlpha = 0.35;
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.moveTo(left, Math.round(base) + 0.5);
      ctx.lineTo(left + wide, Math.round(base) + 0.5);
      ctx.stroke();
      ctx.globalAlpha = 1;
      ctx.textBaseline = "top";
      const head = base - room - 19;
      if (s.name) {
        ctx.font = `600 13px ${this.look.sans}`;
        ctx.textAlign = "left";
        ctx.fillStyle = this.look.ink;
        ctx.fillText(s.name, left + 14, head);
        ctx.fillStyle = colour;
        ctx.fillRect(left, head + 1, 8, 11);
      }
      const v = values?.[i];
      ctx.font = `500 12px ${this.look.mono}`;
      ctx.fillStyle = this.look.ink;
      ctx.textAlign = "right";
      if (v === undefined || Number.isNaN(v)) {
        ctx.globalAlpha = 0.72;
        ctx.fillText(`≤ ${Math.max(...counts).toLocaleString("en")}`, left + wide, head);
        ctx.globalAlpha = 1;
        return;
      }
      const bin = clamp(Math.floor(((v - h.lo) / (h.hi - h.lo)) * bins), 0, bins - 1);
      marks.push(bin);
      const shown = format(v, source.live.meta, this.dtypeOf(source), this.header.notation, true);
      const count = `${counts[bin].toLocaleString("en")} ${this.header.text.pixels}`;
      ctx.fillText(`${shown}  ${count}`, left + wide, head);
      const x = left + ((bin + 0.5) * wide) / bins;
      ctx.strokeStyle = this.look.ink;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.moveTo(x, base);
      ctx.lineTo(x, base - room);
      ctx.stroke();
      ctx.beginPath();
      ctx.arc(x, Y(counts[bin]), 4, 0, 7);
      ctx.fillStyle = colour;
      ctx.fill();
      ctx.strokeStyle = this.look.paper;
      ctx.stroke();
    });
    pane.canvas.dataset.bins = marks.join(",");
    ctx.font = `400 11px ${this.look.mono}`;
    ctx.fillStyle = this.look.ink;
    ctx.textBaseline = "bottom";
    ctx.globalAlpha = 0.8;
    const meta = source?.live?.meta ?? source?.meta;
    const dtype = source?.live ? this.dtypeOf(source) : "float64";
    for (const left of across ? lefts : lefts.slice(0, 1)) {
      for (const [t, align] of [[0, "left"], [0.5, "center"], [1, "right"]]) {
        let v = h.lo + t * (h.hi - h.lo);
        if (isWhole(dtype)) v = Math.round(v);
        ctx.textAlign = align;
        const shown = format(v, meta, dtype, this.header.notation, false);
        ctx.fillText(shown, left + t * wide, pane.H - 4);
      }
    }
    ctx.globalAlpha = 1;
    pane.facts.textContent = this.header.text.sqrt;
  }

  // ------------------------------------------------------------------------------ status line

  buildSlots() {
    this.status.replaceChildren();
    this.hint = make("span", "nv-hint", this.status);
    const at = make("span", "nv-slot", this.status);
    this.slots = { at, x: null, y: null, panes: [] };
    for (const axis of ["x", "y"]) {
      const pair = make("span", "nv-pair", at);
      make("span", "nv-name", pair, axis);
      this.slots[axis] = make("span", "nv-value", pair);
    }
    for (const pane of this.panes) {
      if (pane.meta.kind !== "image") continue;
      const slot = make("span", "nv-slot", this.status);
      slot.dataset.slot = pane.meta.id;
      this.slots.panes.push({ pane, slot });
    }
  }

  say() {
    if (!this.header) return;
    if (!this.slots) this.buildSlots();
    const g = this.groups.get(this.active);
    const data = this.root.dataset;
    data.scale = g ? String(Math.round(g.s * 1000) / 1000) : "";
    const half = g ? [this.W / 2 / g.s, this.H / 2 / g.s] : null;
    data.view = half
      ? [g.cx - half[0], g.cy - half[1], g.cx + half[0], g.cy + half[1]].join(",")
      : "";
    data.pin = this.pin ? `${this.pin.x},${this.pin.y}` : "";
    data.strokes = String(this.strokes.length);
    data.group = this.active ?? "";
    const on = Boolean(g?.cursor);
    this.hint.textContent = this.header.text[this.brush.on ? "brush_hint" : "hint"];
    this.hint.style.display = on && !this.brush.on ? "none" : "";
    this.slots.at.style.display = on ? "" : "none";
    if (!on) {
      data.cursor = "";
      data.values = "";
    }
    const speech = [];
    let first = true;
    const many = this.slots.panes.filter((s) => this.groupOf(s.pane) === g).length > 1;
    for (const { pane, slot } of this.slots.panes) {
      const here = on && this.groupOf(pane) === g;
      slot.style.display = here ? "" : "none";
      if (!here) continue;
      const [x, y] = this.cursorIn(pane);
      const values = this.valuesAt(pane, x, y);
      const m = pane.live?.meta ?? pane.meta;
      const dtype = this.dtypeOf(pane);
      const show = (v) => format(v, m, dtype, this.header.notation, true);
      if (first) {
        this.slots.x.textContent = String(x).padStart(String(m.width - 1).length);
        this.slots.y.textContent = String(y).padStart(String(m.height - 1).length);
        data.cursor = `${x},${y}`;
        data.values = values ? values.map(String).join(",") : "";
        speech.push(`x ${x} y ${y}`);
      }
      pane.canvas.dataset.values = values ? values.map(String).join(",") : "";
      pane.canvas.dataset.cursor = `${x},${y}`;
      slot.replaceChildren();
      slot.title = values ? "" : this.header.text.waiting;
      if (many) {
        make("span", "nv-slot-title", slot, m.title);
        speech.push(m.title);
      }
      const rgb = values ? colourOf(values, { ...m.display, lut: pane.live.lut }) : null;
      const pad = widest(m, this.header.notation);
      m.channels.forEach((name, i) => {
        const pair = make("span", "nv-pair", slot);
        if (name) make("span", "nv-name", pair, name);
        make("span", "nv-value", pair, (values ? show(values[i]) : "…").padStart(pad));
        speech.push(`${name} ${values ? show(values[i]) : this.header.text.waiting}`);
      });
      if (rgb) {
        make("span", "nv-swatch", slot).style.background = `rgb(${rgb.join(",")})`;
        if (values.length >= 3 && m.dtype === "uint8") {
          const hex = values.slice(0, 3).map((v) => v.toString(16).padStart(2, "0")).join("");
          make("span", "nv-name", slot, `#${hex.toUpperCase()}`);
        }
      }
      first = false;
    }
    this.speechText = speech.join(" ");
  }

  // ----------------------------------------------------------------------------------- input

  listen(pane) {
    const c = pane.canvas;
    const down = new Map();
    let gesture = null;
    let lastWheel = 0;
    let swallow = false;
    const where = (e) => {
      const r = c.getBoundingClientRect();
      return [(e.clientX - r.left) * (this.W / r.width), (e.clientY - r.top) * (this.H / r.height)];
    };
    const pixel = (px, py) => {
      const f = this.frameOf(pane);
      return [Math.floor((px - f.left) / f.cw), Math.floor((py - f.top) / f.ch)];
    };
    const inside = ([x, y]) => {
      const { m } = this.frameOf(pane);
      return x >= 0 && y >= 0 && x < m.width && y < m.height;
    };
    // Strokes stay on the picture: what is left of it or above it has no number.
    const onto = ([x, y]) => {
      const { m } = this.frameOf(pane);
      return [clamp(x, 0, m.width - 1), clamp(y, 0, m.height - 1)];
    };
    const point = (x, y) => {
      const { g, m } = this.frameOf(pane);
      this.setCursor(g.name, ((x + 0.5) * g.w) / m.width, ((y + 0.5) * g.h) / m.height);
    };
    const pinch = () => {
      const [a, b] = [...down.values()];
      return {
        d: Math.max(8, Math.hypot(a[0] - b[0], a[1] - b[1])),
        x: (a[0] + b[0]) / 2,
        y: (a[1] + b[1]) / 2,
      };
    };
    const stop = () => {
      c.classList.remove("nv-drag");
      if (this.stroke) this.endStroke();
      gesture = null;
    };

    c.onpointerdown = (e) => {
      if (!pane.live || (e.pointerType === "mouse" && e.button > 1)) return;
      cancelAnimationFrame(this.motion);
      const at = where(e);
      down.set(e.pointerId, at);
      try {
        c.setPointerCapture(e.pointerId);
      } catch {
        // A synthetic pointer cannot be captured; moves over the canvas still arrive.
      }
      if (e.button === 1) e.preventDefault();
      if (down.size === 2) {
        this.stroke = null;
        gesture = { kind: "pinch", ...pinch() };
        return;
      }
      const paint = this.brush.on && pane.meta.paint && !e.shiftKey && e.button === 0;
      gesture = { kind: paint ? "paint" : "pan", from: at, last: at, moved: false };
      if (paint) this.startStroke(onto(pixel(...at)));
      if (e.pointerType !== "mouse" && inside(pixel(...at))) point(...pixel(...at));
    };

    c.onpointermove = (e) => {
      if (!pane.live) return;
      const at = where(e);
      if (!down.has(e.pointerId)) {
        if (inside(pixel(...at))) point(...pixel(...at));
        return;
      }
      down.set(e.pointerId, at);
      const { g } = this.frameOf(pane);
      if (gesture?.kind === "pinch" && down.size >= 2) {
        const now = pinch();
        g.cx -= (now.x - gesture.x) / g.s;
        g.cy -= (now.y - gesture.y) / g.s;
        this.active = g.name;
        this.zoomAt(g, now.d / gesture.d, now.x, now.y);
        gesture = { kind: "pinch", ...now };
        return;
      }
      if (!gesture || gesture.kind === "pinch") return;
      if (Math.hypot(at[0] - gesture.from[0], at[1] - gesture.from[1]) > 4) gesture.moved = true;
      if (gesture.kind === "paint") {
        this.addToStroke(onto(pixel(...at)));
        if (inside(pixel(...at))) point(...pixel(...at));
        return;
      }
      if (!gesture.moved) return;
      c.classList.add("nv-drag");
      g.cx -= (at[0] - gesture.last[0]) / g.s;
      g.cy -= (at[1] - gesture.last[1]) / g.s;
      gesture.last = at;
      this.active = g.name;
      this.bound(g);
      this.tell();
      this.ask();
    };

    c.onpointerup = (e) => {
      const was = gesture;
      down.delete(e.pointerId);
      if (was?.kind === "pan" && !was.moved && e.button === 0) {
        const p = pixel(...where(e));
        if (inside(p)) {
          point(...p);
          this.togglePin(pane);
        }
      }
      stop();
    };
    c.onpointercancel = (e) => {
      down.delete(e.pointerId);
      this.stroke = null;
      stop();
    };
    c.onpointerleave = () => {
      if (down.size || !this.pin || !pane.live) return;
      this.setCursor(this.pin.g, this.pin.x + 0.5, this.pin.y + 0.5);
    };
    c.ondblclick = (e) => {
      e.preventDefault();
      if (!pane.live || (this.brush.on && pane.meta.paint)) return;
      this.glide(this.groupOf(pane), 2.5, ...where(e));
    };

    // At fit, scrolling down belongs to the page; so does what is left of a scroll that has just
    // zoomed out all the way, after a short rest.
    c.addEventListener(
      "wheel",
      (e) => {
        if (!pane.live) return;
        const g = this.groupOf(pane);
        const out = e.deltaY > 0;
        const now = performance.now();
        const rest = now - lastWheel > 350;
        if (rest) swallow = false;
        if (g.fit && out && !e.ctrlKey) {
          if (swallow) {
            e.preventDefault();
            lastWheel = now;
          }
          return;
        }
        e.preventDefault();
        lastWheel = now;
        swallow = true;
        const unit = e.deltaMode === 1 ? 16 : e.deltaMode === 2 ? 400 : 1;
        const delta = clamp(e.deltaY * unit, -240, 240);
        cancelAnimationFrame(this.motion);
        this.active = g.name;
        this.zoomAt(g, Math.exp(-delta * (e.ctrlKey ? 0.01 : 0.0022)), ...where(e));
      },
      { passive: false },
    );

    c.onkeydown = (e) => this.key(e, pane, point);
  }

  key(e, pane, point) {
    if (!pane.live || e.altKey || e.metaKey || e.ctrlKey) return;
    const { g, m } = this.frameOf(pane);
    const moves = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
    };
    const move = moves[e.key];
    if (move) {
      e.preventDefault();
      const step = e.shiftKey ? 10 : 1;
      const c = this.cursorIn(pane);
      const at = c
        ? [clamp(c[0] + move[0] * step, 0, m.width - 1), clamp(c[1] + move[1] * step, 0, m.height - 1)]
        : this.cursorIn(pane, { u: g.cx, v: g.cy });
      point(...at);
      this.follow(g);
      this.speak();
      return;
    }
    this.active = g.name;
    if (e.key === "+" || e.key === "=") this.zoomCentre(1.5);
    else if (e.key === "-" || e.key === "_") this.zoomCentre(1 / 1.5);
    else if (e.key === "0") this.fit();
    else if (e.key === "Enter" || e.key === " ") {
      const c = this.cursorIn(pane);
      if (!c) return;
      if (this.brush.on && pane.meta.paint) {
        this.startStroke(c);
        this.endStroke();
      } else {
        this.togglePin(pane);
      }
      this.speak();
    } else if (e.key === "Escape") {
      if (this.brush.on) this.brush.on = false;
      else pane.canvas.blur();
      this.tell();
    } else return;
    e.preventDefault();
  }

  // Keeps the cursor on the canvas when the keyboard moves it.
  follow(g) {
    const hw = this.W / 2 / g.s - 1;
    const hh = this.H / 2 / g.s - 1;
    g.cx = clamp(g.cx, g.cursor.u - Math.max(0, hw), g.cursor.u + Math.max(0, hw));
    g.cy = clamp(g.cy, g.cursor.v - Math.max(0, hh), g.cursor.v + Math.max(0, hh));
    this.bound(g);
    this.tell();
    this.ask();
  }

  togglePin(pane) {
    const g = this.groupOf(pane);
    const [x, y] = [Math.floor(g.cursor.u), Math.floor(g.cursor.v)];
    const again = this.pin && this.pin.g === g.name && this.pin.x === x && this.pin.y === y;
    // The second click of a double click lands on the pin that the first one has just set.
    if (again && Date.now() - this.pinnedAt < 450) return;
    this.pinnedAt = Date.now();
    this.pin = again ? null : { g: g.name, x, y };
    const at = again ? null : [x, y];
    this.send("pin", { at, group: g.name, content: g.content }, again ? null : [x, y, g.name]);
    this.tell();
    this.speak();
  }

  startStroke([x, y]) {
    this.stroke = [this.brush.radius, this.brush.value, x, y];
    this.draw();
  }

  // Points closer together than a fifth of the brush make no difference.
  addToStroke([x, y]) {
    const s = this.stroke;
    if (!s) return;
    const n = s.length;
    if (Math.hypot(x - s[n - 2], y - s[n - 1]) < Math.max(1, s[0] / 5) || n > 2000) return;
    s.push(x, y);
    this.draw();
  }

  endStroke() {
    this.strokes.push(this.stroke);
    this.stroke = null;
    const numbers = () => this.strokes.reduce((sum, s) => sum + s.length, 0);
    while (this.strokes.length > MOST_STROKES || numbers() > MOST_NUMBERS) this.strokes.shift();
    this.sendStrokes();
  }

  sendStrokes() {
    this.send("strokes", { token: this.sheet, list: this.strokes.map((s) => [...s]) });
    this.tell();
  }
}

export default mounting(Viewer);
