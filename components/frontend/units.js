// The maps of a network's features and units, joined by the weights of the epoch that is shown. A unit is
// looked at by the mouse, and chosen by a click, a tap or the arrow keys. Put before the code of the plane.

const NEAR_LINE = 6; // pixels from a line at which its weight is told

class Units {
  // `changed` is told when another unit is looked at, `say` gets what there is to read about it, and `take`
  // the weight that was clicked: its layer, the unit from which it comes, the one to which it goes.
  constructor(parent, changed, say, take) {
    Object.assign(this, { changed, say, take });
    this.canvas = make("canvas", "npl-net", parent);
    this.canvas.setAttribute("role", "application");
    this.canvas.tabIndex = 0;
    this.hovered = -1;
    this.chosen = -1;
    this.places = [];
    this.marks = []; // of the biases
    for (const [name, act] of [
      ["pointermove", (e) => this.over(e)],
      ["pointerdown", (e) => this.press(e)],
      ["pointerleave", () => this.hover(-1)],
      ["keydown", (e) => this.key(e)],
    ]) {
      this.canvas.addEventListener(name, act);
    }
  }

  // `net` : what the header says; `maps`, `weights`, `lut` : its blobs; `looks` : of the classes.
  show(net, maps, weights, lut, looks) {
    Object.assign(this, { net, maps, weights, lut, looks });
    this.canvas.hidden = !net;
    if (!net) return;
    this.canvas.setAttribute("aria-label", looks.text.net);
    let at = 0;
    this.starts = net.sizes.slice(0, -1).map((ins, layer) => {
      const start = at;
      at += (ins + 1) * net.sizes[layer + 1];
      return start;
    });
    const total = net.sizes.reduce((sum, n) => sum + n, 0);
    if (this.chosen >= total) this.chosen = -1;
    if (this.hovered >= total) this.hovered = -1;
  }

  // The unit that is looked at, counted from the first feature; -1 is none.
  get unit() {
    return this.net ? (this.hovered >= 0 ? this.hovered : this.chosen) : -1;
  }

  // Whether the unit that is looked at has a map; a class has none of its own.
  get large() {
    return this.unit >= 0 && this.unit < this.net.count;
  }

  // The layer of a unit, and its number in it.
  placeOf(unit) {
    let [layer, number] = [0, unit];
    while (number >= this.net.sizes[layer]) {
      number -= this.net.sizes[layer];
      layer += 1;
    }
    return [layer, number];
  }

  unitOf(layer, number) {
    return this.net.sizes.slice(0, layer).reduce((sum, n) => sum + n, 0) + number;
  }

  nameOf(layer, number) {
    if (layer === 0) return this.net.names[number];
    return layer < this.net.sizes.length - 1 ? `${layer}.${number + 1}` : this.net.outs[number];
  }

  weight(epoch, layer, from, to) {
    return this.weights[epoch * this.net.numbers + this.starts[layer] + from * this.net.sizes[layer + 1] + to];
  }

  bias(epoch, layer, to) {
    return this.weight(epoch, layer, this.net.sizes[layer], to);
  }

  // What there is to read about the unit that is looked at, after `epoch`; "" of none.
  words(epoch) {
    if (this.unit < 0) return "";
    const { text } = this.looks;
    const [layer, number] = this.placeOf(this.unit);
    const said = [this.large ? `${this.nameOf(layer, number)}: ${text.unit}` : this.nameOf(layer, number)];
    if (layer) {
      const ins = Array.from({ length: this.net.sizes[layer - 1] }, (_one, from) => from);
      const weights = ins.map((from) => `${this.nameOf(layer - 1, from)} ${signed(this.weight(epoch, layer - 1, from, number))}`);
      said.push(`${text.weights} ${weights.join(", ")}`, `${text.bias} ${signed(this.bias(epoch, layer - 1, number))}`);
    }
    return said.join(" · ");
  }

  // ------------------------------------------------------------------------------- choosing

  hover(unit) {
    if (unit === this.hovered) return;
    this.hovered = unit;
    this.changed();
  }

  choose(unit) {
    this.chosen = unit;
    this.changed();
  }

  spot(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const unit = this.places.findIndex((one) => x >= one.x && x <= one.x + one.size && y >= one.y && y <= one.y + one.size);
    return [unit, x, y];
  }

  over(event) {
    if (!this.net) return;
    const [unit, x, y] = this.spot(event);
    this.hover(unit);
    const line = unit < 0 ? this.weightAt(x, y) : null;
    if (line) this.say(`${line.name}: ${line.word} ${signed(line.weight)}`);
    else if (unit < 0 && this.told) this.changed();
    this.told = Boolean(line);
  }

  press(event) {
    if (!this.net) return;
    const [unit, x, y] = this.spot(event);
    const line = this.net.line && unit < 0 ? this.weightAt(x, y) : null;
    if (line) {
      this.take(line.place);
      return;
    }
    this.hovered = -1;
    this.choose(unit === this.chosen ? -1 : unit);
  }

  key(event) {
    if (!this.net) return;
    const step = ARROWS[event.key];
    if (event.key === "Escape") this.choose(-1);
    else if (step && this.chosen < 0) this.choose(0);
    else if (step) {
      const { sizes } = this.net;
      const [layer, number] = this.placeOf(this.chosen);
      const to = clamp(layer + step[0], 0, sizes.length - 1);
      this.choose(this.unitOf(to, clamp(number + step[1], 0, sizes[to] - 1)));
    } else return;
    this.hovered = -1;
    event.preventDefault();
  }

  // The bias at a place, or else the line next to it, if there is one near.
  weightAt(x, y) {
    const mark = this.marks.find((one) => Math.abs(one.x - x) < one.size / 2 + 2 && Math.abs(one.y - y) < one.size / 2 + 2);
    if (mark) return mark;
    let [best, least] = [null, NEAR_LINE];
    for (const line of this.lines) {
      for (let n = 0; n <= 24; n += 1) {
        const f = n / 24;
        // The curve that is drawn: its bends lie halfway across, at the heights of its ends.
        const across = 1.5 * f * (1 - f) + f ** 3;
        const down = f ** 2 * (3 - 2 * f);
        const away = Math.hypot(line.x0 + (line.x1 - line.x0) * across - x, line.y0 + (line.y1 - line.y0) * down - y);
        if (away < least) [best, least] = [line, away];
      }
    }
    return best;
  }

  // ------------------------------------------------------------------------------- drawing

  picture(epoch, number) {
    const { side, count } = this.net;
    const at = (epoch * count + number) * side * side;
    return pictureOf(side, (n) => this.lut.subarray(3 * this.maps[at + n], 3 * this.maps[at + n] + 3));
  }

  paint(epoch, { ink, paper, font }) {
    const { net, canvas } = this;
    const { sizes } = net;
    const width = canvas.clientWidth;
    if (!width) return;
    const columns = sizes.length;
    const deepest = Math.max(...sizes);
    const size = clamp(Math.min((width - 20) / (columns + (columns - 1) * 0.75), 390 / (deepest * 1.5)), 18, 66);
    const gapX = columns > 1 ? (width - 16 - size * columns) / (columns - 1) : 0;
    const gapY = clamp(size * 0.5, 12, 26);
    const height = deepest * (size + gapY) + 26;
    canvas.style.height = `${height}px`;
    const context = cleaned(canvas, width, height);
    context.font = `12px ${font}`;
    context.textBaseline = "top";
    const layers = sizes.map((units, layer) =>
      Array.from({ length: units }, (_one, n) => ({ x: 8 + layer * (size + gapX), y: 22 + n * (size + gapY), size })),
    );
    this.places = layers.flat();
    this.lines = [];
    this.marks = [];
    for (let layer = 0; layer + 1 < columns; layer += 1) this.paintWeights(context, epoch, layer, layers, ink);
    context.setLineDash([]);
    context.globalAlpha = 1;
    context.textAlign = "center";
    this.places.forEach((place, unit) => {
      const [layer, number] = this.placeOf(unit);
      if (unit < net.count) context.drawImage(this.picture(epoch, unit), place.x, place.y, size, size);
      else {
        context.fillStyle = paper;
        context.fillRect(place.x, place.y, size, size);
        context.fillStyle = this.looks.colours ? this.looks.colours[number] : ink;
        shape(context, number, place.x + size / 2, place.y + size / 2, size * 0.3);
        context.fill();
      }
      context.strokeStyle = ink;
      context.lineWidth = unit === this.unit ? 3 : 1;
      context.strokeRect(place.x, place.y, size, size);
      if (layer) this.paintBias(context, epoch, layer, number, place, ink);
      context.fillStyle = ink;
      const middle = clamp(place.x + size / 2, 24, width - 24);
      context.fillText(this.nameOf(layer, number), middle, place.y + size + 1, size + Math.min(gapX, 24));
      if (number) return;
      context.globalAlpha = 0.75;
      context.fillText(net.heads[layer], clamp(place.x + size / 2, 26, width - 26), 2, size + gapX);
      context.globalAlpha = 1;
    });
  }

  isTaken(layer, from, to) {
    return this.net.line !== null && [layer, from, to].every((n, at) => n === this.net.line[at]);
  }

  // The bias of a unit: a square at its lower left, with its sign, the darker the farther from 0.
  paintBias(context, epoch, layer, to, place, ink) {
    const { sizes } = this.net;
    const from = sizes[layer - 1];
    const weight = this.bias(epoch, layer - 1, to);
    const biases = Array.from({ length: sizes[layer] }, (_one, n) => Math.abs(this.bias(epoch, layer - 1, n)));
    const part = weight / Math.max(1, ...biases);
    const size = clamp(place.size * 0.22, 9, 13);
    const [x, y] = [place.x - size / 2 - 2, place.y + place.size - size / 2];
    const { text } = this.looks;
    this.marks.push({ x, y, size, weight, word: text.bias, name: this.nameOf(layer, to), place: [layer - 1, from, to] });
    const shade = 3 * Math.round(128 + 127 * clamp(part, -1, 1));
    context.fillStyle = `rgb(${this.lut.subarray(shade, shade + 3).join()})`;
    context.fillRect(x - size / 2, y - size / 2, size, size);
    context.strokeStyle = ink;
    context.lineWidth = this.isTaken(layer - 1, from, to) ? 3 : 0.8;
    context.strokeRect(x - size / 2, y - size / 2, size, size);
    if (!weight) return;
    context.strokeStyle = Math.abs(part) > 0.5 ? "#fff" : "#111";
    context.lineWidth = 1.2;
    context.beginPath();
    context.moveTo(x - size * 0.3, y);
    context.lineTo(x + size * 0.3, y);
    if (weight > 0) {
      context.moveTo(x, y - size * 0.3);
      context.lineTo(x, y + size * 0.3);
    }
    context.stroke();
  }

  // The lines from one layer to the next: the thicker the stronger, dashed below 0. The one that was taken
  // lies on a band.
  paintWeights(context, epoch, layer, layers, ink) {
    const { sizes, colours } = this.net;
    const [ins, outs] = [sizes[layer], sizes[layer + 1]];
    const at = epoch * this.net.numbers + this.starts[layer];
    const most = this.weights.subarray(at, at + ins * outs).reduce((a, v) => Math.max(a, Math.abs(v)), 1);
    layers[layer].forEach((one, from) => {
      layers[layer + 1].forEach((other, to) => {
        const weight = this.weight(epoch, layer, from, to);
        const line = { x0: one.x + one.size, y0: one.y + one.size / 2, x1: other.x, y1: other.y + other.size / 2, weight };
        line.name = `${this.nameOf(layer, from)} → ${this.nameOf(layer + 1, to)}`;
        line.word = this.looks.text.weight;
        line.place = [layer, from, to];
        this.lines.push(line);
        const thick = 0.4 + (5.6 * Math.abs(weight)) / most;
        const stroke = (colour, width, alpha, dash) => {
          context.strokeStyle = colour;
          context.setLineDash(dash);
          context.lineWidth = width;
          context.globalAlpha = alpha;
          context.beginPath();
          context.moveTo(line.x0, line.y0);
          const bend = (line.x0 + line.x1) / 2;
          context.bezierCurveTo(bend, line.y0, bend, line.y1, line.x1, line.y1);
          context.stroke();
        };
        if (this.isTaken(layer, from, to)) stroke(ink, thick + 8, 0.3, []);
        stroke(weight < 0 ? colours[0] : colours[1], thick, 0.85, weight < 0 ? [5, 3] : []);
      });
    });
  }
}

// A number with its sign, short.
function signed(value) {
  return (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);
}
