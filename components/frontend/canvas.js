// Paper to draw on: with a mouse, a finger, a pen, or the arrow keys. A stroke is
// [radius, 1, x0, y0, x1, y1, ...] in whole pixels of the paper, as Python draws it again.

const SHARPER = 2; // canvas pixels for one of the paper
const LIVE_MS = 350; // while a stroke is drawn, Python is told no more often
const LEAST_MOVE = 3; // pixels between two points of a stroke
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Paper {
  constructor(parent) {
    this.root = make("div", "nl nd", parent);
    make("style", "", this.root, CSS);
    this.canvas = make("canvas", "nd-paper", this.root);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    const bar = make("div", "nd-bar", this.root);
    const label = make("label", "", bar);
    this.widthText = make("span", "", label);
    this.width = make("input", "", label);
    this.width.type = "range";
    this.undoButton = make("button", "", bar);
    this.undoButton.type = "button";
    this.undoButton.onclick = () => this.undo();
    this.clearButton = make("button", "", bar);
    this.clearButton.type = "button";
    this.clearButton.onclick = () => this.clear();
    this.hint = make("div", "nd-hint", this.root);
    this.keys = make("div", "nd-hidden", this.root);
    this.keys.id = `nd-keys-${Math.random().toString(36).slice(2)}`;
    this.canvas.setAttribute("aria-describedby", this.keys.id);
    this.live = make("div", "nd-hidden", this.root);
    this.live.setAttribute("role", "status");
    this.strokes = [];
    this.open = null; // the stroke that is being drawn
    this.cursor = null; // where the keyboard's pen is, once it was used
    for (const [name, act] of [
      ["pointerdown", (e) => this.down(e)],
      ["pointermove", (e) => this.move(e)],
      ["pointerup", (e) => this.up(e)],
      ["pointercancel", (e) => this.up(e)],
      ["keydown", (e) => this.key(e)],
      ["blur", () => this.leave()],
    ]) {
      this.canvas.addEventListener(name, act);
    }
  }

  destroy() {
    clearTimeout(this.timer);
    this.root.remove();
  }

  receive(data) {
    const { header } = unpack(data);
    this.header = header;
    if (header.n === this.sent) this.waiting = false;
    this.root.dataset.ready = this.waiting ? "0" : "1";
    const { text } = header;
    this.canvas.setAttribute("aria-label", text.paper);
    this.widthText.textContent = text.width;
    this.undoButton.textContent = text.undo;
    this.clearButton.textContent = text.clear;
    this.keys.textContent = text.keys;
    if (this.version !== header.version) {
      this.version = header.version;
      this.strokes = header.strokes;
      this.open = null;
      [this.width.min, this.width.max] = header.radii;
      this.width.value = this.strokes.length ? this.strokes[this.strokes.length - 1][0] : header.radius;
      this.canvas.width = SHARPER * header.side;
      this.canvas.height = SHARPER * header.side;
    }
    if (header.sample !== this.sampleSource) {
      this.sampleSource = header.sample;
      this.sample = null;
      if (header.sample) {
        const picture = new Image();
        picture.onload = () => {
          this.sample = picture;
          this.paint();
        };
        picture.src = header.sample;
      }
    }
    this.paint();
  }

  // ------------------------------------------------------------------------------- mouse, finger, pen

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const { side } = this.header;
    return [
      clamp(Math.round(((event.clientX - box.left) / box.width) * side), 0, side),
      clamp(Math.round(((event.clientY - box.top) / box.height) * side), 0, side),
    ];
  }

  down(event) {
    if (!this.header || event.button > 0 || !event.isPrimary) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.cursor = null;
    this.begin(this.at(event));
  }

  move(event) {
    if (!this.open || !event.isPrimary || this.cursor) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) this.extend(this.at(one), LEAST_MOVE);
    this.tellLive();
  }

  up(event) {
    if (!this.open || !event.isPrimary || this.cursor) return;
    this.finish();
  }

  // ------------------------------------------------------------------------------- the arrow keys

  key(event) {
    if (!this.header) return;
    const { side, text } = this.header;
    const step = ARROWS[event.key];
    if (step) {
      this.cursor ??= [side / 2, side / 2];
      const length = event.shiftKey ? 2 : 10;
      this.cursor = this.cursor.map((place, n) => clamp(place + length * step[n], 0, side));
      if (this.open) this.extend(this.cursor, 1);
    } else if (event.key === " " || event.key === "Enter") {
      this.cursor ??= [side / 2, side / 2];
      if (this.open) this.finish();
      else this.begin(this.cursor);
    } else if (event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey))) {
      this.undo();
    } else if (event.key === "Delete") {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
    this.paint();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const [x, y] = this.cursor ?? [0, 0];
      this.live.textContent = `${this.open ? text.pen_down : text.pen_up} ${x}, ${y}`;
    }, 300);
  }

  leave() {
    if (this.cursor && this.open) this.finish();
    this.cursor = null;
    this.paint();
  }

  // ------------------------------------------------------------------------------- strokes

  numbers() {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length, this.open?.length ?? 0);
  }

  begin(point) {
    const { most } = this.header;
    if (this.strokes.length >= most.strokes || this.numbers() > most.numbers - 8) return;
    this.open = [Number(this.width.value), 1, ...point];
    this.paint();
  }

  extend([x, y], least) {
    const [lastX, lastY] = this.open.slice(-2);
    if (Math.hypot(x - lastX, y - lastY) < least || this.numbers() > this.header.most.numbers - 4) return;
    this.open.push(x, y);
    this.paint();
  }

  finish() {
    this.strokes = [...this.strokes, this.open];
    this.open = null;
    this.tell();
  }

  undo() {
    if (this.open) this.open = null;
    else this.strokes = this.strokes.slice(0, -1);
    this.tell();
  }

  clear() {
    this.open = null;
    this.strokes = [];
    this.tell();
  }

  tell() {
    this.paint();
    const list = this.open ? [...this.strokes, this.open] : this.strokes;
    this.sent = Math.max(Date.now(), (this.sent ?? 0) + 1);
    this.waiting = true;
    this.root.dataset.ready = "0";
    this.setStateValue?.("ink", { version: this.version, n: this.sent, list });
  }

  // During a stroke: the next message goes out when the last one was answered, or none has come.
  tellLive() {
    const since = Date.now() - (this.sent ?? 0);
    if (this.header.live && since > LIVE_MS && (!this.waiting || since > 3000)) this.tell();
  }

  // ------------------------------------------------------------------------------- what is seen

  paint() {
    if (!this.header) return;
    const { side, text } = this.header;
    const context = this.canvas.getContext("2d");
    context.setTransform(SHARPER, 0, 0, SHARPER, 0, 0);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, side, side);
    const all = this.open ? [...this.strokes, this.open] : this.strokes;
    if (!all.length && this.sample) {
      context.globalAlpha = 0.45;
      context.imageSmoothingEnabled = false;
      context.drawImage(this.sample, 0, 0, side, side);
      context.globalAlpha = 1;
    }
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const [radius, value, ...points] of all) {
      context.strokeStyle = value ? "#000" : "#fff";
      context.lineWidth = 2 * radius;
      context.beginPath();
      context.moveTo(points[0], points[1]);
      if (points.length === 2) context.lineTo(points[0], points[1]);
      for (let n = 2; n < points.length; n += 2) context.lineTo(points[n], points[n + 1]);
      context.stroke();
    }
    if (this.cursor) {
      const [x, y] = this.cursor;
      context.strokeStyle = this.open ? "#D55E00" : "#0072B2";
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x, y, Number(this.width.value) + 2, 0, 7);
      context.moveTo(x - 5, y);
      context.lineTo(x + 5, y);
      context.moveTo(x, y - 5);
      context.lineTo(x, y + 5);
      context.stroke();
    }
    this.undoButton.disabled = !all.length;
    this.clearButton.disabled = !all.length;
    this.hint.textContent = all.length || !this.sample ? text.hint : text.sample;
  }
}

export default mounting(Paper);
