// A plane with points, each of a class or a number, over the map of what a model makes of every place;
// beside it the units of a network (`Units`). A run's epochs are played from what was sent once.
// As paper: points are put with the mouse, a finger, a pen or the keyboard. Text is never set as HTML.

const PLAY_MS = 7000; // all epochs of a run, one after another
const KEEP_MS = 500; // how long an epoch is shown until it is kept
const LEAST_STEP = 28; // units of the paper between two points of a stroke
const NEAR_POINT = 24; // pixels from a click to the point that it means
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SIGNS = {
  play: "M5 3l8 5-8 5z",
  pause: "M5 3v10M11 3v10",
  back: "M11 3L5 8l6 5M4 3v10",
  on: "M5 3l6 5-6 5M12 3v10",
};
const PAD = { left: 46, right: 6, top: 6, bottom: 34 };

const rgbOf = (hex) => [1, 3, 5].map((n) => parseInt(hex.slice(n, n + 2), 16));
const mixed = (a, b, f) => a.map((v, n) => v + (b[n] - v) * f);

const isOn = (button) => button.getAttribute("aria-pressed") === "true";

// About five round numbers from `low` to `high`.
function ticksOf(low, high) {
  const raw = (high - low) / 5;
  if (!(raw > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((n) => n * power >= raw);
  const found = [];
  for (let n = Math.ceil(low / step); n * step <= high; n += 1) found.push(Number((n * step).toPrecision(12)));
  return found;
}

class Plane {
  constructor(parent) {
    this.root = make("div", "nl npl", parent);
    make("style", "", this.root, CSS);
    this.bar = make("div", "npl-bar", this.root);
    this.buttons = {};
    for (const [name, act] of [
      ["play", () => this.play(!this.playing)],
      ["back", () => this.move(this.epoch - 1)],
      ["on", () => this.move(this.epoch + 1)],
    ]) {
      const button = make("button", "", this.bar);
      button.type = "button";
      button.addEventListener("click", act);
      this.buttons[name] = button;
    }
    this.slider = make("input", "", this.bar);
    this.slider.type = "range";
    this.slider.min = "0";
    this.slider.addEventListener("input", () => this.move(Number(this.slider.value)));
    this.told = make("output", "", this.bar);
    const row = make("div", "npl-row", this.root);
    const take = (place) => this.setStateValue("line", { n: Date.now(), place });
    this.units = new Units(row, () => this.look(), (words) => this.read(words), take);
    const side = make("div", "npl-side", row);
    this.map = make("canvas", "npl-map", side);
    this.legend = make("div", "npl-legend", side);
    this.switches = make("div", "npl-bar", side);
    this.sharp = this.toggle(); // regions without shades
    this.bare = this.toggle(); // no points that are held out
    this.hint = make("div", "npl-hint", side);
    this.loss = make("canvas", "npl-loss", side);
    this.loss.setAttribute("role", "img");
    this.keys = make("div", "npl-hidden", this.root);
    this.keys.id = `npl-keys-${Math.random().toString(36).slice(2)}`;
    this.live = make("div", "npl-hidden", this.root);
    this.live.setAttribute("role", "status");
    this.epoch = 0;
    this.kind = 0;
    this.strokes = [];
    this.open = null;
    for (const [name, act] of [
      ["pointerdown", (e) => this.down(e)],
      ["pointermove", (e) => this.over(e)],
      ["pointerup", (e) => this.up(e)],
      ["pointercancel", (e) => this.up(e)],
      ["pointerleave", (e) => e.pointerType === "mouse" && this.leave()],
      ["keydown", (e) => this.key(e)],
      ["blur", () => this.blur()],
    ]) {
      this.map.addEventListener(name, act);
    }
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
  }

  destroy() {
    clearTimeout(this.timer);
    clearTimeout(this.keeping);
    cancelAnimationFrame(this.frame);
    this.resized.disconnect();
    this.root.remove();
  }

  // A button that is on or off.
  toggle() {
    const button = make("button", "", this.switches);
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(!isOn(button)));
      this.draw();
    });
    return button;
  }

  receive(data) {
    const { header: h, take } = unpack(data);
    const refs = [h.points, h.maps, h.net?.maps, h.net?.weights, h.lut].filter(Boolean);
    refs.forEach((ref) => take(ref));
    if (refs.some((ref) => !recall(ref.key))) {
      const wish = refs.map((ref) => ref.key).join();
      if (this.wish !== wish) {
        this.wish = wish;
        this.setStateValue("view", { have: [h.code.key, ...store.items.keys()].slice(-400), n: Date.now() });
      }
      return;
    }
    this.wish = "";
    const fresh = this.h?.content !== h.content;
    this.h = h;
    this.points = h.points ? numbersOf(recall(h.points.key), "float32") : new Float32Array();
    this.maps = h.maps && (h.top > 255 ? numbersOf(recall(h.maps.key), "uint16") : recall(h.maps.key).bytes);
    this.lut = h.lut && recall(h.lut.key).bytes;
    const weights = h.net && numbersOf(recall(h.net.weights.key), "float32");
    this.units.show(h.net, h.net && recall(h.net.maps.key).bytes, weights, this.lut, { colours: h.value ? null : h.colours, text: h.text });
    if (fresh) this.epoch = h.start;
    if (fresh) this.playing = false;
    this.bar.hidden = h.frames < 2 && !h.paint;
    for (const name of ["play", "back", "on"]) this.buttons[name].hidden = Boolean(h.paint);
    this.slider.hidden = Boolean(h.paint);
    this.told.hidden = Boolean(h.paint);
    this.slider.max = String(h.frames - 1);
    this.slider.setAttribute("aria-label", h.text.epoch);
    for (const name of ["back", "on"]) this.face(name, name);
    this.face("play", this.playing ? "pause" : "play");
    this.loss.hidden = h.facts.length < 2;
    this.sharp.hidden = !h.switches;
    this.bare.hidden = !h.switches || !h.text.held;
    this.switches.hidden = !h.switches;
    this.sharp.textContent = h.text.sharp;
    this.bare.textContent = h.text.bare;
    this.loss.setAttribute("aria-label", h.text.loss);
    this.root.classList.toggle("npl-paint", Boolean(h.paint));
    this.root.classList.toggle("npl-pick", h.picked !== null);
    this.map.tabIndex = h.paint ? 0 : -1;
    this.map.setAttribute("role", h.paint ? "application" : "img");
    this.map.setAttribute("aria-label", h.text.map);
    if (h.paint) this.paper();
    else this.name();
    this.root.classList.toggle("npl-alone", !h.net);
    this.go(this.epoch);
    if (fresh && h.plays !== null && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.go(h.plays);
      this.play(true);
    }
  }

  face(name, sign) {
    const button = this.buttons[name];
    button.replaceChildren();
    icon(button, SIGNS[sign]);
    button.title = this.h.text[sign];
    button.setAttribute("aria-label", this.h.text[sign]);
  }

  swatch(parent, kind) {
    const canvas = make("canvas", "", parent);
    canvas.width = 30;
    canvas.height = 30;
    canvas.setAttribute("aria-hidden", "true");
    const context = canvas.getContext("2d");
    context.fillStyle = this.h.colours[kind];
    shape(context, kind, 15, 15, 10);
    context.fill();
  }

  // The legend: what the classes are called, or which colour a number has.
  name() {
    this.legend.replaceChildren();
    const { value } = this.h;
    if (value) {
      make("span", "", this.legend, `${value.name}: ${brief(value.middle - value.reach)}`);
      const bar = make("canvas", "npl-scale", this.legend);
      [bar.width, bar.height] = [256, 1];
      bar.setAttribute("aria-hidden", "true");
      const image = new ImageData(256, 1);
      for (let n = 0; n < 256; n += 1) image.data.set([...this.lut.subarray(3 * n, 3 * n + 3), 255], 4 * n);
      bar.getContext("2d").putImageData(image, 0, 0);
      make("span", "", this.legend, brief(value.middle + value.reach));
    } else {
      this.h.classes.forEach((name, kind) => {
        const item = make("span", "", this.legend);
        this.swatch(item, kind);
        make("span", "", item, name);
      });
    }
    if (this.h.text.held) make("span", "", this.legend, this.h.text.held);
    if (this.h.ghost) make("span", "", this.legend, this.h.text.ghost);
  }

  // ------------------------------------------------------------------------------- the epochs

  go(epoch) {
    const { frames, epochs, names, text } = this.h;
    this.epoch = clamp(epoch, 0, frames - 1);
    this.slider.value = String(this.epoch);
    const name = names.length ? names[this.epoch] : `${text.epoch} ${epochs[this.epoch]}`;
    this.slider.setAttribute("aria-valuetext", name);
    this.told.textContent = name;
    this.buttons.back.disabled = this.epoch === 0;
    this.buttons.on.disabled = this.epoch === frames - 1;
    this.root.dataset.epoch = String(epochs[this.epoch]);
    this.look();
  }

  // The learner goes to an epoch: once it stays, it is kept, for the link and for coming back.
  move(epoch) {
    this.play(false);
    this.go(epoch);
    this.keep();
  }

  keep() {
    clearTimeout(this.keeping);
    if (!this.h.kept) return;
    this.keeping = setTimeout(() => {
      this.setStateValue("at", { n: Date.now(), content: this.h.content, epoch: this.h.epochs[this.epoch] });
    }, KEEP_MS);
  }

  play(on) {
    const was = this.playing;
    this.playing = on;
    if (this.h) this.face("play", on ? "pause" : "play");
    if (!on && was) this.keep();
    if (!on) return;
    clearTimeout(this.keeping);
    const last = this.h.frames - 1;
    const from = this.epoch >= last ? 0 : this.epoch;
    const began = performance.now() - (PLAY_MS * from) / last;
    const tick = () => {
      if (!this.playing || !this.root.isConnected) return;
      const at = Math.floor(((performance.now() - began) / PLAY_MS) * last);
      this.go(at);
      if (at >= last) this.play(false);
      else requestAnimationFrame(tick);
    };
    tick();
  }

  // ------------------------------------------------------------------------------- painting

  paper() {
    const { paint, text, classes } = this.h;
    if (!this.kinds) {
      this.strokes = paint.strokes; // from now on they are the browser's
      this.kinds = classes.map((name, kind) => {
        const button = make("button", "", this.bar);
        button.type = "button";
        this.swatch(button, kind);
        make("span", "", button);
        button.addEventListener("click", () => this.choose(kind));
        return button;
      });
      this.undoButton = make("button", "", this.bar);
      this.undoButton.type = "button";
      this.undoButton.addEventListener("click", () => this.undo());
      this.clearButton = make("button", "", this.bar);
      this.clearButton.type = "button";
      this.clearButton.addEventListener("click", () => this.clear());
    }
    this.kinds.forEach((button, kind) => {
      button.lastChild.textContent = classes[kind];
      button.setAttribute("aria-label", `${text.class} ${classes[kind]}`);
    });
    this.undoButton.textContent = text.undo;
    this.clearButton.textContent = text.clear;
    this.keys.textContent = text.keys;
    this.map.setAttribute("aria-describedby", this.keys.id);
    this.legend.replaceChildren();
    this.choose(this.kind);
  }

  choose(kind) {
    this.kind = kind;
    this.kinds.forEach((button, n) => button.setAttribute("aria-pressed", String(n === kind)));
    this.draw();
  }

  // Where an event is on the paper: whole numbers from the upper left.
  at(event) {
    const box = this.map.getBoundingClientRect();
    const [width, height] = [box.width - PAD.left - PAD.right, box.height - PAD.top - PAD.bottom];
    const { side } = this.h.paint;
    return [
      clamp(Math.round(((event.clientX - box.left - PAD.left) / width) * side), 0, side),
      clamp(Math.round(((event.clientY - box.top - PAD.top) / height) * side), 0, side),
    ];
  }

  down(event) {
    if (event.button > 0 || !event.isPrimary) return;
    if (this.h && this.h.picked !== null) this.pick(event);
    if (this.h && !this.h.paint) this.say(event);
    if (!this.h?.paint) return;
    this.map.setPointerCapture(event.pointerId);
    this.cursor = null;
    this.begin(this.at(event));
  }

  // The point next to a click is chosen.
  pick(event) {
    const box = this.map.getBoundingClientRect();
    const [x, y] = this.h.axes;
    let [best, least] = [-1, NEAR_POINT];
    for (let n = 0; n < this.points.length; n += 4) {
      const u = (this.points[n] - x.low) / (x.high - x.low);
      const v = (y.high - this.points[n + 1]) / (y.high - y.low);
      const across = box.left + PAD.left + u * (box.width - PAD.left - PAD.right);
      const down = box.top + PAD.top + v * (box.height - PAD.top - PAD.bottom);
      const away = Math.hypot(event.clientX - across, event.clientY - down);
      if (away < least) [best, least] = [n / 4, away];
    }
    if (best >= 0) this.setStateValue("picked", { n: Date.now(), point: best });
  }

  over(event) {
    if (!this.h) return;
    if (!this.h.paint) this.say(event);
    else if (this.open && event.isPrimary) {
      const events = event.getCoalescedEvents?.() ?? [];
      for (const one of events.length ? events : [event]) this.extend(this.at(one));
    }
  }

  up(event) {
    if (this.open && event.isPrimary) this.finish();
  }

  count() {
    return [...this.strokes, this.open ?? [0, 0]].reduce((sum, stroke) => sum + stroke.length / 2 - 1, 0);
  }

  begin(point) {
    const { most } = this.h.paint;
    if (this.strokes.length >= most.strokes || this.count() >= most.points) return;
    this.open = [this.kind, 1, ...point];
    this.draw();
  }

  extend([x, y]) {
    const [lastX, lastY] = this.open.slice(-2);
    if (Math.hypot(x - lastX, y - lastY) < LEAST_STEP || this.count() >= this.h.paint.most.points) return;
    this.open.push(x, y);
    this.draw();
  }

  finish() {
    this.strokes = [...this.strokes, this.open];
    this.open = null;
    this.tell();
  }

  // Takes back the last stroke, or that all were cleared.
  undo() {
    this.strokes = this.strokes.length ? this.strokes.slice(0, -1) : (this.cleared ?? []);
    this.cleared = null;
    this.tell();
  }

  clear() {
    this.cleared = this.strokes;
    this.strokes = [];
    this.tell();
  }

  tell() {
    this.draw();
    this.sent = Math.max(Date.now(), (this.sent ?? 0) + 1);
    this.setStateValue("ink", { n: this.sent, list: this.strokes });
  }

  key(event) {
    if (!this.h?.paint) return;
    const { text, classes, paint } = this.h;
    const step = ARROWS[event.key];
    const digit = Number(event.key);
    if (step) {
      this.cursor ??= [paint.side / 2, paint.side / 2];
      const length = event.shiftKey ? 5 : 25;
      this.cursor = this.cursor.map((place, n) => clamp(place + length * step[n], 0, paint.side));
    } else if (event.key === " " || event.key === "Enter") {
      this.cursor ??= [paint.side / 2, paint.side / 2];
      this.begin(this.cursor);
      if (this.open) this.finish();
    } else if (digit >= 1 && digit <= classes.length) {
      this.choose(digit - 1);
    } else if (event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey))) {
      this.undo();
    } else if (event.key === "Delete") {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
    this.draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.live.textContent = `${text.class} ${classes[this.kind]}, ${(this.cursor ?? []).join(", ")}`;
    }, 300);
  }

  blur() {
    this.cursor = null;
    this.draw();
  }

  // ------------------------------------------------------------------------------- hovering

  leave() {
    if (this.h && !this.h.paint) this.read("");
  }

  // What stands below the map: `words`, or else what there is to say about the chosen unit, or a hint.
  read(words) {
    this.hint.textContent = words || this.units.words(this.epoch) || this.h.text.hint;
  }

  // Another unit or epoch is looked at.
  look() {
    this.read("");
    this.draw();
    if (this.units.chosen < 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.live.textContent = this.units.words(this.epoch);
    }, 300);
  }

  // What the model says about the place under the mouse.
  say(event) {
    const { axes, side, classes, value, signedMap, top } = this.h;
    const box = this.map.getBoundingClientRect();
    const u = (event.clientX - box.left - PAD.left) / (box.width - PAD.left - PAD.right);
    const v = (event.clientY - box.top - PAD.top) / (box.height - PAD.top - PAD.bottom);
    if (u < 0 || u >= 1 || v < 0 || v >= 1) return this.leave();
    const place = [u, 1 - v].map((f, n) => axes[n].mean + axes[n].deviation * (axes[n].low + f * (axes[n].high - axes[n].low)));
    const said = axes.map((axis, n) => `${axis.name} ${Number(place[n].toPrecision(4))}`);
    const cell = Math.floor(v * side) * side + Math.floor(u * side);
    if (this.maps && value) {
      const part = (this.maps[this.epoch * side * side + cell] - 128) / 127;
      said.push(`${value.name} ${Number((value.middle + value.reach * part).toPrecision(3))}`);
    } else if (this.maps && !signedMap) {
      const at = this.epoch * classes.length * side * side;
      const chances = classes.map((_name, kind) => this.maps[at + kind * side * side + cell]);
      said.push(classes.map((name, kind) => `${name} ${Math.round((100 * chances[kind]) / top)} %`).join(", "));
    }
    this.read(said.join(" · "));
    return undefined;
  }

  // ------------------------------------------------------------------------------- drawing

  draw() {
    if (!this.frame) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        if (this.h && this.root.clientWidth) this.paint();
      });
    }
  }

  paint() {
    const style = getComputedStyle(this.root);
    this.ink = style.color;
    this.font = style.fontFamily;
    const probe = document.createElement("canvas").getContext("2d");
    probe.fillStyle = style.getPropertyValue("--st-background-color").trim() || "#fff";
    this.paperColour = probe.fillStyle;
    this.paperRgb = /^#[0-9a-f]{6}$/.test(probe.fillStyle) ? rgbOf(probe.fillStyle) : [255, 255, 255];
    this.paintMap();
    if (this.h.net) this.units.paint(this.epoch, { ink: this.ink, paper: this.paperColour, font: this.font });
    if (this.h.facts.length > 1) this.paintLoss();
  }

  // A map of numbers above and below a middle, 128.
  signedPicture() {
    const { side } = this.h;
    const at = this.epoch * side * side;
    const sharp = isOn(this.sharp);
    return pictureOf(side, (n) => {
      const byte = sharp ? (this.maps[at + n] < 128 ? 50 : 205) : this.maps[at + n];
      return this.lut.subarray(3 * byte, 3 * byte + 3);
    });
  }

  // The likeliest class of each cell, and its colour, the paler the less sure.
  classPicture() {
    const { side, classes, colours, top } = this.h;
    const inks = colours.map(rgbOf);
    const [kinds, cells] = [classes.length, side * side];
    const at = this.epoch * kinds * cells;
    const flat = isOn(this.sharp);
    return pictureOf(side, (n) => {
      let best = 0;
      for (let kind = 1; kind < kinds; kind += 1) {
        if (this.maps[at + kind * cells + n] > this.maps[at + best * cells + n]) best = kind;
      }
      const chance = this.maps[at + best * cells + n] / top;
      const sure = kinds > 1 ? clamp((chance - 1 / kinds) / (1 - 1 / kinds), 0, 1) : 1;
      return chance > 0 ? mixed(this.paperRgb, inks[best], flat ? 0.45 : 0.08 + 0.52 * sure) : this.paperRgb;
    });
  }

  paintMap() {
    const { h, map } = this;
    const [width, height] = [map.clientWidth, map.clientHeight];
    if (!width) return;
    const context = cleaned(map, width, height);
    const [w, t] = [width - PAD.left - PAD.right, height - PAD.top - PAD.bottom];
    context.font = `13px ${this.font}`;
    context.save();
    context.beginPath();
    context.rect(PAD.left, PAD.top, w, t);
    context.clip();
    context.imageSmoothingEnabled = true;
    if (this.units.large) context.drawImage(this.units.picture(this.epoch, this.units.unit), PAD.left, PAD.top, w, t);
    else if (this.maps && h.signedMap) context.drawImage(this.signedPicture(), PAD.left, PAD.top, w, t);
    else if (this.maps) {
      context.drawImage(this.classPicture(), PAD.left, PAD.top, w, t);
      this.paintBoundary(context, w, t, this.epoch, []);
      if (h.ghost && this.epoch) this.paintBoundary(context, w, t, 0, [3, 5]);
    }
    this.paintPoints(context, w, t);
    context.restore();
    this.paintAxes(context, w, t);
  }

  // The line on which the two likeliest classes are equally likely: through each square between the
  // middles of four cells, between the places on its edges where their difference changes its sign.
  paintBoundary(context, w, t, epoch, dash) {
    const { side, classes } = this.h;
    const cells = side * side;
    const at = epoch * classes.length * cells;
    const chance = (kind, n) => this.maps[at + kind * cells + n];
    const kinds = classes.map((_name, kind) => kind);
    const likeliest = Array.from({ length: cells }, (_one, n) => kinds.reduce((best, kind) => (chance(kind, n) > chance(best, n) ? kind : best), 0));
    const place = (column, row) => [PAD.left + ((column + 0.5) * w) / side, PAD.top + ((row + 0.5) * t) / side];
    context.strokeStyle = this.ink;
    context.lineWidth = dash.length ? 2 : 1.5;
    context.setLineDash(dash);
    context.beginPath();
    for (let row = 0; row + 1 < side; row += 1) {
      for (let column = 0; column + 1 < side; column += 1) {
        const corners = [[0, 0], [1, 0], [1, 1], [0, 1]].map(([c, r]) => [column + c, row + r]);
        const found = [...new Set(corners.map(([c, r]) => likeliest[r * side + c]))];
        // Where three classes meet, each has its own lines against the likeliest other one.
        const pairs = found.length === 2 ? [found] : found.length > 2 ? found.map((kind) => [kind, -1]) : [];
        for (const [kind, other] of pairs) {
          const values = corners.map(([c, r]) => {
            const n = r * side + c;
            const against = other >= 0 ? chance(other, n) : Math.max(...kinds.map((k) => (k === kind ? 0 : chance(k, n))));
            return chance(kind, n) - against + 0.25; // no difference is exactly 0
          });
          const crossings = [];
          for (let n = 0; n < 4; n += 1) {
            const [v, u] = [values[n], values[(n + 1) % 4]];
            if (v > 0 === u > 0) continue;
            const f = v / (v - u);
            const [from, to] = [corners[n], corners[(n + 1) % 4]];
            crossings.push(place(from[0] + (to[0] - from[0]) * f, from[1] + (to[1] - from[1]) * f));
          }
          for (let n = 0; n + 1 < crossings.length; n += 2) {
            context.moveTo(...crossings[n]);
            context.lineTo(...crossings[n + 1]);
          }
        }
      }
    }
    context.stroke();
    context.setLineDash([]);
  }

  paintPoints(context, w, t) {
    const { axes, colours, paint, picked, value } = this.h;
    const [x, y] = axes;
    // Over a map points have a white edge in both themes, so that they stand out from its colours.
    const edge = this.h.maps ? "#fff" : this.paperColour;
    const put = (u, v, kind, held, size) => {
      shape(context, value ? 0 : kind, PAD.left + u * w, PAD.top + v * t, size);
      const own = value ? this.shade(kind) : colours[kind];
      context.lineWidth = held ? 2 : 1;
      context.fillStyle = held && !value ? edge : own;
      context.strokeStyle = value ? "#333" : held ? own : edge;
      if (value) context.lineWidth = held ? 2 : 0.6;
      context.fill();
      context.stroke();
    };
    const size = this.points.length > 2400 ? 2.6 : 4;
    const bare = isOn(this.bare);
    for (let n = 0; n < this.points.length; n += 4) {
      const [px, py, kind, held] = this.points.subarray(n, n + 4);
      if (!(bare && held)) put((px - x.low) / (x.high - x.low), (y.high - py) / (y.high - y.low), kind, held, held ? size - 0.7 : size);
    }
    if (picked !== null) {
      const [px, py] = this.points.subarray(4 * picked, 4 * picked + 2);
      context.beginPath();
      context.arc(PAD.left + ((px - x.low) / (x.high - x.low)) * w, PAD.top + ((y.high - py) / (y.high - y.low)) * t, 11, 0, 7);
      for (const [colour, thick] of [["#fff", 6], ["#111", 2.5]]) {
        context.strokeStyle = colour;
        context.lineWidth = thick;
        context.stroke();
      }
    }
    if (!paint) return;
    for (const [kind, , ...places] of this.open ? [...this.strokes, this.open] : this.strokes) {
      for (let n = 0; n < places.length; n += 2) put(places[n] / paint.side, places[n + 1] / paint.side, kind, 0, 5);
    }
    if (this.cursor) {
      const [cx, cy] = [PAD.left + (this.cursor[0] / paint.side) * w, PAD.top + (this.cursor[1] / paint.side) * t];
      context.strokeStyle = colours[this.kind];
      context.lineWidth = 2;
      context.beginPath();
      context.arc(cx, cy, 9, 0, 7);
      context.moveTo(cx - 5, cy);
      context.lineTo(cx + 5, cy);
      context.moveTo(cx, cy - 5);
      context.lineTo(cx, cy + 5);
      context.stroke();
    }
    this.undoButton.disabled = !this.strokes.length && !this.cleared?.length;
    this.clearButton.disabled = !this.strokes.length;
    this.root.dataset.points = String(this.count());
  }

  // The colour of a number from -1 to 1.
  shade(number) {
    const n = 3 * Math.round(127.5 + 127.5 * clamp(number, -1, 1));
    return `rgb(${this.lut.subarray(n, n + 3).join()})`;
  }

  paintAxes(context, w, t) {
    const [x, y] = this.h.axes.map((axis) => {
      const [low, high] = [axis.low, axis.high].map((v) => axis.mean + axis.deviation * v);
      return { low, high, name: axis.name, ticks: ticksOf(low, high) };
    });
    context.strokeStyle = this.ink;
    context.globalAlpha = 0.35;
    context.lineWidth = 1;
    context.strokeRect(PAD.left + 0.5, PAD.top + 0.5, w - 1, t - 1);
    context.globalAlpha = 1;
    context.fillStyle = this.ink;
    context.textBaseline = "top";
    context.textAlign = "center";
    const short = (v) => (v !== 0 && (Math.abs(v) >= 1e5 || Math.abs(v) < 1e-3) ? v.toExponential(1) : String(v));
    for (const tick of x.ticks) {
      context.fillText(short(tick), PAD.left + ((tick - x.low) / (x.high - x.low)) * w, PAD.top + t + 3);
    }
    context.fillText(x.name, PAD.left + w / 2, PAD.top + t + 18, w);
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of y.ticks) {
      context.fillText(short(tick), PAD.left - 4, PAD.top + ((y.high - tick) / (y.high - y.low)) * t, PAD.left - 18);
    }
    context.save();
    context.translate(8, PAD.top + t / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText(y.name, 0, 0, t);
    context.restore();
  }

  // Loss over the epochs: learnt from as a line, held out dashed; the epoch that is shown is marked.
  paintLoss() {
    const { facts, text, last } = this.h;
    const [width, height] = [this.loss.clientWidth, this.loss.clientHeight];
    const context = cleaned(this.loss, width, height);
    context.font = `13px ${this.font}`;
    const [left, right, top, bottom] = [PAD.left, width - PAD.right, 20, height - 18];
    const known = facts.flatMap((row) => [row[0], row[2]]).filter((v) => v !== null);
    const most = Math.max(1e-9, ...known);
    const spot = (n, v) => [left + ((right - left) * n) / Math.max(last, 1), bottom - ((bottom - top) * v) / most];
    context.strokeStyle = this.ink;
    context.fillStyle = this.ink;
    context.globalAlpha = 0.35;
    context.lineWidth = 1;
    context.strokeRect(left, top, right - left, bottom - top);
    context.globalAlpha = 1;
    context.textAlign = "right";
    context.textBaseline = "middle";
    context.fillText(Number(most.toPrecision(2)), left - 4, top + 5);
    context.fillText("0", left - 4, bottom);
    context.textBaseline = "top";
    context.fillText(last, right, bottom + 3);
    context.textAlign = "left";
    context.fillText("0", left, bottom + 3);
    const number = Math.min(this.h.epochs[this.epoch], facts.length - 1);
    const row = facts[number];
    const word = (n) => (row[n] === null ? "–" : `${row[n].toFixed(3)}, ${this.h.value ? `R² ${row[n + 1] === null ? "–" : row[n + 1].toFixed(2)}` : `${Math.round(100 * row[n + 1])} %`}`);
    let x = left;
    [[0, [], text.learn], [2, [6, 4], text.test]].forEach(([column, dash, name]) => {
      context.setLineDash(dash);
      context.strokeStyle = this.h.lossColours[column / 2];
      context.lineWidth = 2;
      context.beginPath();
      facts.forEach((one, n) => {
        if (one[column] !== null) context.lineTo(...spot(n, one[column]));
      });
      context.stroke();
      context.beginPath();
      context.moveTo(x, 9);
      context.lineTo(x + 22, 9);
      context.stroke();
      const label = `${name} ${word(column)}`;
      context.textBaseline = "middle";
      context.fillText(label, x + 27, 9, (right - left) / 2 - 30);
      x += (right - left) / 2;
    });
    context.setLineDash([]);
    context.strokeStyle = this.ink;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(spot(number, 0)[0], top);
    context.lineTo(spot(number, 0)[0], bottom);
    context.stroke();
  }
}

// A canvas in device pixels, cleared; what is drawn is in CSS pixels.
function cleaned(canvas, width, height) {
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

// A square picture of side x side cells; `colour` gives the red, green and blue of a cell.
function pictureOf(side, colour) {
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext("2d");
  const image = context.createImageData(side, side);
  for (let n = 0; n < side * side; n += 1) {
    const [r, g, b] = colour(n);
    image.data.set([r, g, b, 255], 4 * n);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

export default mounting(Plane);
