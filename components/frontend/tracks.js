// The linked sound viewer. components/tracks_message.py describes the message, components/tracks.py
// what is sent back. Put after common.js and linked.js; CSS, the styles, is declared before them.

const LINE_SAMPLES = 3; // samples a CSS pixel: more are drawn as an outline
const EXACT_MOST = 16384;
const CELLS_MOST = 16384;
const POINT_PX = 5; // from this distance on, samples are single points
const DIGIT_PX = 46; // and from this one on, numbers stand beside them
const STEP_PX = 2;
const CELL_PX = 4; // a column of a heat map this wide is drawn from numbers
const MARGIN = 1.5;
const LEAST_SAMPLES = 6; // in the narrowest view
const QUIET_MS = 140;
const HOVER_MS = 320; // a cursor that rests so long is asked for by its exact values
const FADE_S = 0.006;
const LEAST_HEARD_S = 0.1; // where less of a sound is left, it is played from its start
const LEAST_RATE = 3000; // browsers play nothing slower
const PLAYHEAD = "#D55E00";
const PALETTE = ["", "#D55E00", "#0072B2", "#CC79A7"];

// ------------------------------------------------------------------------------ blobs received

// Blobs that lie in the message come into the store; the header tells what they are.
function parse(data) {
  const { header, take } = unpack(data);
  for (const row of header.rows) {
    for (const line of row.lines ?? []) {
      for (const ref of line.windows) take(ref);
      for (const ref of line.outlines) take(ref);
    }
    if (!row.heat) continue;
    take(row.heat.colours);
    for (const ref of row.heat.windows) take(ref, (ref.last - ref.first) * row.heat.bands);
    for (const ref of row.heat.pictures) take(ref, 2 * ref.w * ref.h);
  }
  for (const sound of header.sounds) take(sound);
  return header;
}

// ------------------------------------------------------------------------------------- numbers

function niceStep(span, most) {
  const rough = span / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  for (const k of [1, 2, 5, 10]) if (k * power >= rough * 0.999999) return k * power;
  return 10 * power;
}

const decimalsOf = (step) => clamp(Math.ceil(-Math.log10(step) - 1e-9), 0, 9);

function signed(text) {
  return text.startsWith("-") ? `−${text.slice(1)}` : text;
}

function number(v, dtype) {
  if (Number.isNaN(v)) return "NaN";
  if (!Number.isFinite(v)) return v > 0 ? "∞" : "−∞";
  const a = Math.abs(v);
  const sign = v < 0 || Object.is(v, -0) ? "−" : "";
  if (Number.isInteger(v) && !dtype.startsWith("float")) return sign + a;
  if (a === 0) return "0";
  if (a >= 1e6 || a < 1e-4) return sign + a.toExponential(2).replace("e+", "e").replace("e-", "e−");
  return sign + a.toFixed(a >= 1000 ? 1 : a >= 10 ? 2 : a >= 1 ? 3 : 4);
}

const short = (v) => signed(String(Number(v.toPrecision(4))));

function exactly(v, dtype) {
  if (!Number.isFinite(v) || !dtype.startsWith("float")) return number(v, dtype);
  const a = Math.abs(v);
  const text = dtype === "float64" ? String(a) : shortest32(a);
  return (v < 0 ? "−" : "") + text.replace("e-", "e−");
}

// ---------------------------------------------------------------------------------------- icons

Object.assign(ICONS, {
  play: "M5 3l8 5-8 5z",
  pause: "M5.5 3v10M10.5 3v10",
  loop: "M3 8a5 5 0 0 1 8.7-3.4L13 6M13 2.8V6H9.8M13 8a5 5 0 0 1-8.7 3.4L3 10M3 13.2V10h3.2",
  fit_height: "M8 2v12M5.5 4.5 8 2l2.5 2.5M5.5 11.5 8 14l2.5-2.5",
  fit_selection: "M2 3v10M14 3v10M4.5 8h7M9.5 6l2 2-2 2M6.5 6l-2 2 2 2",
  volume: "M2.5 6.2v3.6H5L8.2 13V3L5 6.2zM10.8 5.5a3.5 3.5 0 0 1 0 5M12.8 3.8a6 6 0 0 1 0 8.4",
});

// --------------------------------------------------------------------------------------- player

// One sound is heard at a time. The clock is the audio hardware's: position = where playing began +
// what the clock has moved since.
class Player {
  constructor(changed) {
    this.changed = changed;
    this.context = null;
    this.buffers = new Map();
    this.voices = [];
    this.active = "";
    this.playing = false;
    this.wanting = false;
    this.loop = false;
    this.match = true;
    this.volume = 0.8;
    this.at = null;
    this.region = null;
    this.rest = null; // where it rests when the sound has ended
    this.failed = "";
  }

  get possible() {
    return Boolean(globalThis.AudioContext ?? globalThis.webkitAudioContext);
  }

  voice(id = this.active) {
    return this.voices.find((v) => v.id === id);
  }

  receive(voices) {
    const before = this.voice()?.key;
    this.voices = voices;
    if (!this.voice()) this.active = voices[0]?.id ?? "";
    for (const v of voices) {
      const bytes = recall(v.key)?.bytes;
      if (bytes) this.take(v, bytes);
    }
    if (this.playing && before !== this.voice()?.key) this.restart();
    if (this.wanting && this.loaded()) {
      this.wanting = false;
      this.start(this.at);
    }
    this.level();
  }

  // The bytes go into an AudioBuffer, which the context resamples to the rate of the device.
  take(voice, bytes) {
    if (this.buffers.has(voice.key)) forget(voice.key);
    if (this.buffers.has(voice.key) || !this.context) return;
    const whole = new Int16Array(bytes.buffer, 0, bytes.length >> 1);
    try {
      const buffer = this.context.createBuffer(1, Math.max(1, whole.length), voice.rate);
      const samples = buffer.getChannelData(0);
      const k = voice.peak / 32767;
      for (let i = 0; i < whole.length; i += 1) samples[i] = whole[i] * k;
      this.buffers.set(voice.key, buffer);
      for (const old of this.buffers.keys()) {
        if (this.buffers.size <= 12) break;
        if (!this.voices.some((v) => v.key === old)) this.buffers.delete(old);
      }
    } catch {
      this.failed = voice.key;
    }
    forget(voice.key);
  }

  loaded(voice = this.voice()) {
    return Boolean(voice && this.buffers.has(voice.key));
  }

  has() {
    return [...this.buffers.keys()];
  }

  // The names of the sounds that must be sent: the one that is to be heard, and while it plays the
  // others too, so that a switch does not wait.
  needs() {
    if (!this.context || (!this.wanting && !this.playing)) return [];
    const first = this.voice();
    const good = (v) => v && v.count && !this.loaded(v) && v.key !== this.failed && !this.badRate(v);
    if (good(first)) return [first.id];
    return this.voices.filter(good).slice(0, 1).map((v) => v.id);
  }

  badRate(voice = this.voice()) {
    return Boolean(voice) && (voice.rate < LEAST_RATE || voice.rate > 384000);
  }

  spanOf(voice) {
    return [voice.start, voice.start + voice.count / voice.rate];
  }

  // Play from `at`, within [a, b]; must be called from a click or a key the first time.
  play(at, region, rest) {
    if (!this.possible || !this.voice() || this.badRate()) return;
    this.context ??= new (globalThis.AudioContext ?? globalThis.webkitAudioContext)();
    if (!this.master) {
      this.master = this.context.createGain();
      this.master.gain.value = this.volume ** 2;
      this.master.connect(this.context.destination);
    }
    if (Player.heard && Player.heard !== this) Player.heard.pause(); // one player at a time
    Player.heard = this;
    this.context.resume();
    this.region = region;
    this.rest = rest;
    this.at = at;
    for (const v of this.voices) {
      const bytes = recall(v.key)?.bytes;
      if (bytes) this.take(v, bytes);
    }
    if (this.loaded()) this.start(at);
    else this.wanting = true;
    this.changed();
  }

  bounds(voice) {
    const [a, b] = this.spanOf(voice);
    const from = Math.max(a, this.region[0]);
    const to = Math.min(b, this.region[1]);
    return to > from ? [from, to] : [a, b];
  }

  gain(voice) {
    return this.match && this.voices.length > 1 ? voice.matched : voice.plain;
  }

  start(at) {
    this.silence();
    const voice = this.voice();
    const [from, to] = this.bounds(voice);
    const inside = at !== null && at >= from && at < to - 0.002;
    const begin = inside ? at : from;
    const now = this.context.currentTime;
    const source = this.context.createBufferSource();
    source.buffer = this.buffers.get(voice.key);
    const gain = this.context.createGain();
    gain.gain.setValueAtTime(0, now);
    gain.gain.linearRampToValueAtTime(this.gain(voice), now + FADE_S);
    source.connect(gain).connect(this.master);
    if (this.loop) {
      source.loop = true;
      source.loopStart = from - voice.start;
      source.loopEnd = to - voice.start;
      source.start(now, begin - voice.start);
    } else {
      source.start(now, begin - voice.start, to - begin);
    }
    this.source = { source, gain, begin, from, to, now, loop: this.loop };
    this.playing = true;
    this.at = begin;
    this.changed();
  }

  silence() {
    const s = this.source;
    if (!s) return;
    this.source = null;
    const now = this.context.currentTime;
    s.gain.gain.cancelScheduledValues(now);
    s.gain.gain.setValueAtTime(s.gain.gain.value, now);
    s.gain.gain.linearRampToValueAtTime(0, now + FADE_S);
    s.source.stop(now + FADE_S);
  }

  // Where the sound is now; a sound that has ended stops the player.
  position() {
    const s = this.source;
    if (!this.playing || !s) return this.at;
    const gone = this.context.currentTime - s.now;
    let t = s.begin + gone;
    if (s.loop) t = s.from + ((t - s.from) % (s.to - s.from));
    else if (t >= s.to) {
      this.stop(this.rest);
      return this.rest;
    }
    return t;
  }

  stop(at) {
    this.silence();
    this.playing = false;
    this.wanting = false;
    this.at = at;
    this.changed();
  }

  pause() {
    if (this.playing || this.wanting) this.stop(this.position());
  }

  restart() {
    if (!this.playing) return;
    const at = this.position();
    if (!this.playing) return;
    if (this.loaded()) this.start(at);
    else {
      this.stop(at);
      this.wanting = true;
    }
  }

  choose(id) {
    if (id === this.active) return;
    const at = this.playing ? this.position() : this.at;
    this.active = id;
    this.at = at;
    if (this.badRate() && this.playing) this.stop(at);
    this.restart();
    this.changed();
  }

  level() {
    if (!this.context) return;
    const now = this.context.currentTime;
    this.master.gain.setTargetAtTime(this.volume ** 2, now, 0.01);
    const voice = this.voice();
    if (this.source && voice) this.source.gain.gain.setTargetAtTime(this.gain(voice), now, 0.01);
  }

  destroy() {
    this.silence();
    this.playing = false;
    if (Player.heard === this) Player.heard = null;
    const context = this.context;
    if (context) setTimeout(() => context.close(), 100);
    this.context = null;
  }
}

// --------------------------------------------------------------------------------------- tracks

class Tracks extends Linked {
  constructor(parent) {
    super(parent, "nt");
    this.rows = [];
    this.pin = null;
    this.selection = null;
    this.hover = null;
    this.v0 = 0;
    this.v1 = 1;
    this.restView = ""; // what was seen when playing stopped
    this.tall = false; // whether the height of waves follows what is seen of them
    this.fitted = true;
    this.buildBar();
    this.area = make("div", "nt-rows nl-surface", this.root);
    this.area.tabIndex = 0;
    this.area.setAttribute("role", "application");
    this.list = make("div", "", this.area);
    this.axis = make("canvas", "nt-axis", this.area);
    this.axis.setAttribute("aria-hidden", "true");
    this.lines = make("div", "nt-lines", this.area);
    this.marks = {};
    for (const name of ["selection", "pin", "cursor", "playhead"]) {
      this.marks[name] = make("div", `nt-mark nt-${name}`, this.lines);
    }
    this.foot = make("div", "nt-foot", this.root);
    this.status = make("div", "nt-status", this.foot);
    this.hint = make("div", "nt-hint", this.foot);
    this.buildSpoken();
    this.area.setAttribute("aria-describedby", this.keys.id);
    this.scrolled = -1000;
    this.onScroll = () => {
      this.scrolled = performance.now();
    };
    window.addEventListener("scroll", this.onScroll, { capture: true, passive: true });
    this.listen();
  }

  destroy() {
    this.player.destroy();
    window.removeEventListener("scroll", this.onScroll, { capture: true });
    super.destroy();
  }

  buildBar() {
    this.player = new Player(() => this.playerChanged());
    const bar = make("div", "nt-bar", this.root);
    const p = make("div", "nt-player", bar);
    this.playerBox = p;
    p.setAttribute("role", "group");
    this.bar = bar;
    const play = this.button("play", p, () => this.togglePlay());
    this.playText = make("span", "nt-word", play);
    this.button("loop", p, () => {
      this.player.loop = !this.player.loop;
      this.player.restart();
      this.playerChanged();
    });
    this.voiceBox = make("div", "nt-voices", p);
    this.voiceBox.setAttribute("role", "group");
    const match = make("label", "nt-match", p);
    this.matchBox = make("input", "", match);
    this.matchBox.type = "checkbox";
    this.matchBox.checked = true;
    this.matchText = make("span", "", match);
    this.matchBox.onchange = () => {
      this.player.match = this.matchBox.checked;
      this.player.level();
      this.playerChanged();
    };
    this.matchLabel = match;
    const volume = make("label", "nt-volume", p);
    icon(volume, ICONS.volume);
    this.volumeBox = make("input", "", volume);
    this.volumeBox.type = "range";
    this.volumeBox.min = "0";
    this.volumeBox.max = "1";
    this.volumeBox.step = "0.05";
    this.volumeBox.value = String(this.player.volume);
    this.volumeBox.oninput = () => {
      this.player.volume = Number(this.volumeBox.value);
      this.player.level();
    };
    this.note = make("span", "nt-note", p);
    this.controls = make("div", "nl-controls", bar);
    this.controls.setAttribute("role", "group");
    this.spanText = make("span", "nt-scale", this.controls);
    this.button("fit_height", this.controls, () => {
      this.tall = !this.tall;
      this.tell();
    });
    this.button("fit_selection", this.controls, () => this.showSelection());
    this.button("zoom_out", this.controls, () => this.zoom(1 / 2));
    this.button("zoom_in", this.controls, () => this.zoom(2));
    this.button("fit", this.controls, () => this.fit());
  }

  // ------------------------------------------------------------------------------ from Python

  receive(data) {
    const before = this.header;
    const h = parse(data);
    this.header = h;
    this.root.style.setProperty("--nt-accent", h.accent);
    const shape = h.rows.map((r) => [r.kind, (r.lines ?? []).length]);
    if (!same(shape, this.shape)) {
      this.shape = shape;
      this.build(h);
    }
    h.rows.forEach((meta, i) => this.update(this.rows[i], meta));
    this.domain = h.domain;
    const fresh = !before || before.content !== h.content;
    if (fresh) {
      this.fitted = true;
      this.pin = null;
      this.selection = null;
      this.hover = null;
      if (before) this.player.stop(null);
    }
    if (this.fitted) [this.v0, this.v1] = this.domain;
    if (h.view && (fresh || !same(h.view, before.view)) && !this.isMine("view", h.view)) {
      [this.v0, this.v1] = h.view;
      this.fitted = false;
    }
    this.bound();
    const given = h.cursor !== null && (fresh || h.cursor !== before.cursor);
    if (given && !this.isMine("pin", h.cursor)) this.pin = clamp(h.cursor, ...this.domain);
    if (fresh) this.told = JSON.stringify(this.looksAt());
    this.player.receive(h.sounds);
    this.buildVoices();
    this.texts();
    this.theme();
    if (h.n === this.sentN) this.waiting = 0;
    this.layout();
    this.tell();
    this.ask();
  }

  build(h) {
    this.list.replaceChildren();
    this.rows = h.rows.map((meta) => {
      const figure = make("figure", "nt-row", this.list);
      const caption = make("figcaption", "nt-caption", figure);
      const title = make("span", "nt-title", caption);
      const unit = make("span", "nt-unit", caption);
      const legend = make("span", "nt-legend", caption);
      const bar = meta.kind === "heat" ? make("span", "nt-bar-of-colours", caption) : null;
      const values = make("span", "nt-values", caption);
      const canvas = make("canvas", "nt-canvas", figure);
      canvas.dataset.row = meta.id;
      canvas.setAttribute("role", "img");
      const ctx = canvas.getContext("2d");
      // Numbers beside samples stand on boxes over the lines that run through all rows.
      const over = make("canvas", "nt-over", figure);
      over.setAttribute("aria-hidden", "true");
      return { meta, figure, title, unit, legend, bar, values, canvas, ctx, over, parts: [], band: 0.5 };
    });
  }

  update(row, meta) {
    row.meta = meta;
    row.title.textContent = meta.title;
    row.title.title = meta.title;
    row.unit.textContent = meta.unit && !meta.title.endsWith(meta.unit) ? meta.unit : "";
    row.canvas.setAttribute("aria-label", meta.alt);
    if (meta.kind === "heat") {
      this.updateHeat(row, meta.heat);
      return;
    }
    row.parts = meta.lines.map((line, i) => {
      const old = row.parts[i]?.meta.key === line.key ? row.parts[i] : null;
      const part = { meta: line, windows: old?.windows ?? [], outlines: old?.outlines ?? [] };
      for (const kind of ["windows", "outlines"]) {
        for (const ref of line[kind]) {
          if (part[kind].some((w) => w.key === ref.key)) continue;
          const entry = recall(ref.key);
          if (!entry) this.lost = true;
          else part[kind].push({ ...ref, numbers: numbersOf(entry, ref.dtype) });
        }
      }
      // The first outline is that of the whole wave.
      if (part.outlines.length > 6) part.outlines.splice(1, part.outlines.length - 6);
      if (part.windows.length > 6) part.windows.splice(0, part.windows.length - 6);
      return part;
    });
    const legend = meta.lines.length > 1;
    row.legend.replaceChildren();
    if (!legend) return;
    row.parts.forEach((part) => {
      const one = make("span", "nt-key", row.legend);
      make("i", "", one).style.background = this.colourOf(part, row);
      make("span", "", one, part.meta.title);
    });
  }

  updateHeat(row, heat) {
    const old = row.heat;
    const sameNumbers = old && old.meta.key === heat.key;
    const sameLook = sameNumbers && old.meta.look === heat.look;
    const entry = recall(heat.colours.key);
    const colours = entry ? entry.bytes : old?.meta.colours.key === heat.colours.key ? old.colours : null;
    if (!colours) {
      this.lost = true;
      return;
    }
    const next = {
      meta: heat,
      colours,
      windows: sameNumbers ? old.windows : [],
      pictures: sameLook ? old.pictures : [],
    };
    for (const ref of heat.windows) {
      if (next.windows.some((w) => w.key === ref.key)) continue;
      const blob = recall(ref.key);
      if (!blob) this.lost = true;
      else next.windows.push({ ...ref, numbers: numbersOf(blob, ref.dtype), looks: (blob.looks ??= new Map()) });
    }
    if (next.windows.length > 6) next.windows.splice(0, next.windows.length - 6);
    // The old picture stays until the new one is decoded, so that nothing flashes.
    let waits = false;
    for (const ref of heat.pictures) {
      if (next.pictures.some((p) => p.key === ref.key)) continue;
      const again = () => {
        if (row.meta.heat !== heat || this.dead) return;
        this.updateHeat(row, heat);
        this.tell();
        this.ask();
      };
      const bitmap = bitmapOf(ref, again);
      if (bitmap === undefined) this.lost = true;
      else if (bitmap) next.pictures.push({ ...ref, image: this.tint(bitmap, colours) });
      else waits = true;
    }
    if (next.pictures.length > 4) next.pictures.splice(1, next.pictures.length - 4);
    if (waits && !next.pictures.length && old) return;
    row.heat = next;
    if (row.barSign === heat.look + heat.unit) return;
    row.barSign = heat.look + heat.unit;
    row.bar.replaceChildren();
    make("span", "", row.bar, short(heat.lo));
    const strip = make("canvas", "", row.bar);
    strip.width = 64;
    strip.height = 1;
    strip.setAttribute("aria-hidden", "true");
    const sctx = strip.getContext("2d");
    const image = sctx.createImageData(64, 1);
    for (let i = 0; i < 64; i += 1) {
      const k = 3 * Math.round((i * 255) / 63);
      image.data.set([colours[k], colours[k + 1], colours[k + 2], 255], 4 * i);
    }
    sctx.putImageData(image, 0, 0);
    make("span", "", row.bar, `${short(heat.hi)}${heat.unit ? ` ${heat.unit}` : ""}`);
  }

  // A gray picture in the colours of the scale.
  tint(bitmap, colours) {
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    const ctx = canvas.getContext("2d", { willReadFrequently: true });
    ctx.drawImage(bitmap, 0, 0);
    const image = ctx.getImageData(0, 0, canvas.width, canvas.height);
    const d = image.data;
    for (let i = 0; i < d.length; i += 4) {
      const k = 3 * d[i];
      d[i] = colours[k];
      d[i + 1] = colours[k + 1];
      d[i + 2] = colours[k + 2];
    }
    ctx.putImageData(image, 0, 0);
    return canvas;
  }

  // A window of numbers as a picture, one pixel a value, row 0 at the bottom.
  cells(win, heat, colours) {
    const known = win.looks.get(heat.look);
    if (known) return known;
    const w = win.last - win.first;
    const h = heat.bands;
    const canvas = document.createElement("canvas");
    canvas.width = w;
    canvas.height = h;
    const ctx = canvas.getContext("2d");
    const image = ctx.createImageData(w, h);
    const k = 255 / (heat.hi - heat.lo);
    for (let r = 0; r < h; r += 1) {
      for (let c = 0; c < w; c += 1) {
        const v = win.numbers[r * w + c];
        if (Number.isNaN(v)) continue;
        const g = 3 * clamp(Math.floor((v - heat.lo) * k + 0.5), 0, 255);
        const at = 4 * ((h - 1 - r) * w + c);
        image.data[at] = colours[g];
        image.data[at + 1] = colours[g + 1];
        image.data[at + 2] = colours[g + 2];
        image.data[at + 3] = 255;
      }
    }
    ctx.putImageData(image, 0, 0);
    if (win.looks.size > 2) win.looks.clear();
    win.looks.set(heat.look, canvas);
    return canvas;
  }

  colourOf(part, row) {
    if (part.meta.colour) return part.meta.colour;
    const place = part.meta.group + (row.parts.length > 1 ? row.parts.indexOf(part) : 0);
    return PALETTE[place % PALETTE.length] || this.header.accent;
  }

  buildVoices() {
    const voices = this.header.sounds;
    const sign = JSON.stringify(voices.map((v) => [v.id, v.label]));
    this.playerBox.style.display = voices.length ? "" : "none";
    if (sign === this.voiceSign) return;
    this.voiceSign = sign;
    this.voiceBox.replaceChildren();
    this.voiceButtons = voices.map((v) => {
      const b = make("button", "", this.voiceBox);
      make("span", "", b, v.label);
      b.type = "button";
      b.title = v.label;
      b.dataset.sound = v.id;
      b.onclick = () => this.player.choose(v.id);
      return b;
    });
    this.voiceBox.style.display = voices.length > 1 ? "" : "none";
    this.matchLabel.style.display = voices.length > 1 ? "" : "none";
  }

  texts() {
    const t = this.header.text;
    this.nameButtons(["zoom_in", "zoom_out", "fit", "fit_selection", "fit_height", "loop"]);
    nameNode(this.volumeBox, t.volume);
    this.matchText.textContent = t.match;
    this.controls.setAttribute("aria-label", t.controls);
    this.playerBox.setAttribute("aria-label", t.player);
    this.voiceBox.setAttribute("aria-label", t.sounds);
    this.status.setAttribute("role", "group");
    this.status.setAttribute("aria-label", t.cursor);
    this.keys.textContent = `${t.hint}. ${t.keys}.`;
    this.area.setAttribute("aria-label", this.header.rows.map((r) => r.title).join(", "));
    const touch = window.matchMedia("(hover: none)").matches;
    this.hint.textContent = touch ? t.touch_hint : t.hint;
    this.playerChanged();
  }

  theme() {
    this.look = this.readTheme(11);
  }

  // ---------------------------------------------------------------------------------- layout

  layout() {
    if (!this.header || this.dead) return;
    const width = this.area.clientWidth;
    if (!width) return;
    this.W = width;
    this.narrow = width < 560;
    this.root.classList.toggle("nt-narrow", this.narrow);
    const home = this.narrow ? this.foot : this.playerBox;
    if (this.note.parentNode !== home) home.append(this.note);
    this.dpr = window.devicePixelRatio || 1;
    for (const row of this.rows) {
      const heat = row.meta.kind === "heat";
      row.H = Math.round(this.header.height * (heat ? 1.25 : 1) * (this.narrow ? 0.85 : 1));
      this.size(row.canvas, row.H);
      this.size(row.over, row.H);
    }
    this.axisH = 40;
    this.size(this.axis, this.axisH);
    this.gutter();
    this.bound();
    if (this.look) this.paint();
    this.ask();
  }

  size(canvas, height) {
    canvas.style.height = `${height}px`;
    const w = Math.round(this.W * this.dpr);
    const h = Math.round(height * this.dpr);
    if (canvas.width !== w || canvas.height !== h) {
      canvas.width = w;
      canvas.height = h;
    }
  }

  // The room left of the rows: that of the widest label.
  gutter() {
    const ctx = this.axis.getContext("2d");
    ctx.font = `400 11px ${this.look.mono}`;
    let widest = 0;
    for (const row of this.rows) {
      for (const [, label] of this.labels(row)) widest = Math.max(widest, ctx.measureText(label).width);
    }
    this.left = Math.ceil(clamp(widest + 10, this.narrow ? 42 : 56, Math.max(56, this.W * 0.32)));
    this.plot = Math.max(40, this.W - this.left - 8);
    this.root.dataset.left = String(this.left);
  }

  parts() {
    return this.rows.flatMap((row) => [...row.parts, ...(row.heat ? [row.heat] : [])]);
  }

  // The grid that the cursor moves on: that of the first row.
  get first() {
    const waves = this.rows.flatMap((r) => r.parts).filter((p) => p.meta.count);
    return waves.find((p) => !p.meta.frames) ?? waves[0] ?? this.parts().find((p) => p.meta.count);
  }

  get leastSpan() {
    const whole = this.domain[1] - this.domain[0];
    const steps = this.parts().filter((p) => p.meta.count).map((p) => p.meta.step);
    return Math.min(whole, LEAST_SAMPLES * Math.min(whole, ...steps));
  }

  bound() {
    if (!this.domain) return;
    const [a, b] = this.domain;
    const span = clamp(this.v1 - this.v0, this.leastSpan, b - a);
    const middle = (this.v0 + this.v1) / 2;
    const from = clamp(middle - span / 2, a, b - span);
    this.v0 = from;
    this.v1 = from + span;
    this.fitted = span >= (b - a) * 0.99999;
    if (this.fitted) [this.v0, this.v1] = [a, b];
  }

  X(t) {
    return this.left + ((t - this.v0) / (this.v1 - this.v0)) * this.plot;
  }

  T(x) {
    return this.v0 + ((x - this.left) / this.plot) * (this.v1 - this.v0);
  }

  // -------------------------------------------------------------------------- zoom and cursor

  zoomAt(factor, x) {
    const t = clamp(this.T(x), this.v0, this.v1);
    const part = (t - this.v0) / (this.v1 - this.v0);
    const whole = this.domain[1] - this.domain[0];
    const span = clamp((this.v1 - this.v0) / factor, this.leastSpan, whole);
    this.v0 = t - part * span;
    this.v1 = this.v0 + span;
    this.bound();
    this.tell();
    this.ask();
  }

  zoom(factor) {
    const t = this.cursor ?? this.player.at;
    const seen = t !== null && t >= this.v0 && t <= this.v1;
    this.zoomAt(factor, seen ? this.X(t) : this.left + this.plot / 2);
  }

  pan(seconds) {
    const span = this.v1 - this.v0;
    this.v0 = clamp(this.v0 + seconds, this.domain[0], this.domain[1] - span);
    this.v1 = this.v0 + span;
    this.bound();
    this.tell();
    this.ask();
  }

  show(a, b) {
    this.v0 = a;
    this.v1 = b;
    this.fitted = false;
    this.bound();
    this.tell();
    this.ask();
  }

  fit() {
    this.show(...this.domain);
  }

  showSelection() {
    if (this.selection) this.show(...this.selection);
  }

  get cursor() {
    if (this.hover !== null) return this.hover;
    if (this.player.playing) return this.playhead;
    return this.pin;
  }

  // The moment of the nearest value of the first row.
  snap(t) {
    const m = this.first?.meta;
    if (!m) return clamp(t, ...this.domain);
    const i = clamp(Math.round((t - m.start) / m.step), 0, m.count - 1);
    return m.start + i * m.step;
  }

  setHover(t) {
    this.hover = t === null ? null : this.snap(t);
    this.tell();
    this.ask(this.byKeys ? QUIET_MS : HOVER_MS);
  }

  frameAt(t) {
    const f = this.header.frames;
    if (!f || t === null || t === undefined) return null;
    const [length, hop, start] = f;
    return clamp(Math.round((t - start - length / 2) / hop), 0, this.lastFrame());
  }

  // A row with one value for each frame says how many there are. Without one, the frames end within
  // the sound, or, where the first begins half a frame before it, have their middles within it.
  lastFrame() {
    const [length, hop, start] = this.header.frames;
    const middle = start + length / 2;
    const row = this.parts().find(
      (p) =>
        (p.meta.frames || p.meta.bands) &&
        Math.abs(p.meta.step - hop) < 1e-9 &&
        Math.abs(p.meta.start - middle) < hop / 2,
    );
    if (row) return Math.max(0, row.meta.count - 1);
    const end = this.domain[1] - (start < 0 ? middle : start + length);
    return Math.max(0, Math.floor(end / hop + 1e-9));
  }

  indexAt(meta, t) {
    const place = (t - meta.start) / meta.step;
    // The value that is held at this moment, or the nearest one.
    const i = meta.look === "steps" && !meta.frames ? Math.floor(place + 1e-6) : Math.round(place);
    return i >= 0 && i < meta.count ? i : null;
  }

  // The value of a line at a moment: exact, or the range of its slice.
  valueAt(part, t) {
    const i = this.indexAt(part.meta, t);
    if (i === null) return null;
    for (let k = part.windows.length - 1; k >= 0; k -= 1) {
      const w = part.windows[k];
      if (i >= w.first && i < w.last) return { i, value: w.numbers[i - w.first] };
    }
    let best = null;
    for (const o of part.outlines) {
      const slice = Math.floor(i / o.size);
      if (slice < o.first || slice >= o.last || (best && best.size <= o.size)) continue;
      const at = 2 * (slice - o.first);
      best = { i, size: o.size, lo: o.numbers[at], hi: o.numbers[at + 1] };
    }
    return best ?? { i };
  }

  bandOf(row) {
    return clamp(Math.floor(row.band * row.heat.meta.bands), 0, row.heat.meta.bands - 1);
  }

  cellAt(row, t) {
    const m = row.heat.meta;
    const i = this.indexAt(m, t);
    if (i === null || !m.bands) return null;
    const band = this.bandOf(row);
    for (let k = row.heat.windows.length - 1; k >= 0; k -= 1) {
      const w = row.heat.windows[k];
      if (i >= w.first && i < w.last) {
        return { i, band, value: w.numbers[band * (w.last - w.first) + i - w.first] };
      }
    }
    return { i, band };
  }

  // -------------------------------------------------------------------------------- requests

  // The values that are on the screen: [first, last).
  visible(m) {
    return [
      clamp(Math.floor((this.v0 - m.start) / m.step) - 1, 0, m.count),
      clamp(Math.ceil((this.v1 - m.start) / m.step) + 2, 0, m.count),
    ];
  }

  grow([first, last], m, most) {
    const want = Math.min(most, Math.ceil((last - first) * MARGIN));
    const extra = Math.max(0, want - (last - first));
    return [Math.max(0, first - (extra >> 1)), Math.min(m.count, last + (extra >> 1))];
  }

  // A cursor that plays is not asked for: its value comes when it rests.
  asksAt() {
    return this.hover ?? (this.player.playing ? null : this.pin);
  }

  needs() {
    const want = {};
    let missing = Boolean(this.lost);
    const at = this.asksAt();
    const covers = (w, [a, b]) => w.first <= a && w.last >= b;
    for (const row of this.rows) {
      for (const part of row.parts) {
        const m = part.meta;
        if (m.whole) continue;
        const w = {};
        const seen = this.visible(m);
        const count = seen[1] - seen[0];
        if (count > 0 && this.isExact(m)) {
          const has = part.windows.findLast((x) => covers(x, seen));
          w.exact = has ? [has.first, has.last] : this.grow(seen, m, EXACT_MOST);
          if (!has) missing = true;
        } else if (count > 0) {
          const size = this.sliceSize(m);
          const slices = [Math.floor(seen[0] / size), Math.ceil(seen[1] / size)];
          const has = part.outlines.findLast(
            (o) => o.size <= size && o.first * o.size <= seen[0] && o.last * o.size >= seen[1],
          );
          if (has && has !== part.outlines[0]) w.slices = [has.size, has.first, has.last];
          if (!has && part.outlines[0]?.size > size) {
            const all = Math.ceil(m.count / size);
            const some = this.grow(slices, { count: all }, 6000);
            w.slices = [size, ...some];
            missing = true;
          }
        }
        const i = at === null ? null : this.indexAt(m, at);
        if (i !== null) {
          const has = part.windows.findLast((x) => covers(x, [i, i + 1]));
          w.probe = has ? [has.first, has.last] : [Math.max(0, i - 128), i + 128];
          if (!has) missing = true;
        }
        if (Object.keys(w).length) want[m.id] = w;
      }
      if (row.heat && !row.heat.meta.whole && row.heat.meta.bands) missing = this.heatNeeds(row, want, at) || missing;
    }
    const sounds = this.player.needs();
    return { want, sounds, missing: missing || sounds.length > 0 };
  }

  heatNeeds(row, want, at) {
    const m = row.heat.meta;
    const seen = this.visible(m);
    const w = {};
    let missing = false;
    const covers = (x, [a, b]) => x.first <= a && x.last >= b;
    if (seen[1] > seen[0]) {
      const most = Math.max(1, Math.floor(CELLS_MOST / m.bands));
      if (seen[1] - seen[0] <= most && this.columnPx(m) >= CELL_PX) {
        const has = row.heat.windows.findLast((x) => covers(x, seen));
        w.exact = has ? [has.first, has.last] : this.grow(seen, m, most);
        missing ||= !has;
      } else {
        const dense = Math.min(1, this.columnPx(m) * this.dpr);
        const fine = (p) => p.w / (p.last - p.first) >= dense / 1.6;
        const has = row.heat.pictures.findLast((p) => covers(p, seen) && fine(p));
        if (has && has !== row.heat.pictures[0]) w.detail = [has.first, has.last, has.w];
        else if (!has && row.heat.pictures.length) {
          const part = this.grow(seen, m, m.count);
          w.detail = [...part, Math.min(2000, Math.ceil((part[1] - part[0]) * dense))];
          const asked = row.heat.pictures.some((p) => p.first === part[0] && p.last === part[1] && p.w >= w.detail[2]);
          missing ||= !asked;
        }
      }
    }
    const i = at === null ? null : this.indexAt(m, at);
    if (i !== null) {
      const has = row.heat.windows.findLast((x) => covers(x, [i, i + 1]));
      const reach = Math.max(0, Math.floor(2048 / m.bands / 2));
      w.probe = has ? [has.first, has.last] : [Math.max(0, i - reach), Math.min(m.count, i + reach + 1)];
      missing ||= !has;
    }
    if (Object.keys(w).length) want[m.id] = w;
    return missing;
  }

  ask(quiet = QUIET_MS) {
    // A cursor that moves on does not hold back what the view itself lacks.
    const due = Date.now() + quiet;
    if (quiet > QUIET_MS && this.due > Date.now() && this.due < due && !this.hovering) return;
    clearTimeout(this.timer);
    this.due = due;
    this.hovering = quiet > QUIET_MS;
    this.timer = setTimeout(() => this.request(), quiet);
  }

  shown() {
    return this.parts().map((p) => p.meta.key);
  }

  looksAt() {
    return { view: [this.v0, this.v1], selection: this.selection };
  }

  tellPython(want, sounds = []) {
    clearTimeout(this.reporter);
    const now = Date.now();
    const seen = this.looksAt();
    this.told = JSON.stringify(seen);
    const have = [this.header.code.key, ...this.player.has(), ...[...store.items.keys()].slice(-160)];
    this.sentN = now;
    this.waiting = now;
    const value = { ...seen, content: this.header.content, want, sounds, have, n: now };
    this.send("view", value, seen.view);
  }

  // --------------------------------------------------------------------------------- drawing

  // While it plays, the view is drawn again and again.
  painted() {
    if (!this.player.playing) return;
    this.playhead = this.player.position();
    this.say();
    this.draw();
  }

  paint() {
    if (!this.domain || !this.look) return;
    this.gutter();
    for (const row of this.rows) {
      const ctx = row.ctx;
      ctx.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
      ctx.clearRect(0, 0, this.W, row.H);
      ctx.fillStyle = this.look.panel;
      ctx.fillRect(this.left, 0, this.plot, row.H);
      if (row.meta.kind === "heat") this.paintHeat(row, ctx);
      else this.paintLines(row, ctx);
    }
    this.paintAxis();
    this.place();
    const span = this.v1 - this.v0;
    this.spanText.textContent = this.duration(span);
    this.buttons.zoom_out.disabled = this.fitted;
    this.buttons.fit.disabled = this.fitted;
    this.buttons.zoom_in.disabled = span <= this.leastSpan * 1.001;
    this.buttons.fit_selection.disabled = !this.selection;
    this.buttons.fit_height.setAttribute("aria-pressed", String(this.tall));
    this.buttons.fit_height.style.display = this.rows.some((row) => row.parts.length) ? "" : "none";
  }

  duration(s) {
    if (s >= 1) return `${s.toFixed(s >= 100 ? 0 : s >= 10 ? 1 : 2)} s`;
    return `${(s * 1000).toFixed(s >= 0.1 ? 0 : s >= 0.01 ? 1 : 2)} ms`;
  }

  // The lines that run over all rows.
  place() {
    const put = (mark, t, t2) => {
      const seen = t !== null && t !== undefined && (t2 ?? t) >= this.v0 && t <= this.v1;
      mark.style.display = seen ? "" : "none";
      if (!seen) return;
      const x = clamp(this.X(t), this.left, this.left + this.plot);
      mark.style.transform = `translateX(${x}px)`;
      if (t2 !== undefined) mark.style.width = `${clamp(this.X(t2), this.left, this.left + this.plot) - x}px`;
    };
    put(this.marks.selection, this.selection?.[0] ?? null, this.selection?.[1]);
    put(this.marks.pin, this.pin);
    put(this.marks.cursor, this.hover);
    put(this.marks.playhead, this.heardAt());
  }

  // Where the player is, or null.
  heardAt() {
    if (!this.header.sounds.length || this.player.at === null) return null;
    return (this.player.playing ? this.playhead : this.player.at) ?? null;
  }

  // The range of a row's axis: the page's, or that of what is seen.
  measure(row) {
    let { lo, hi } = row.meta;
    if (this.tall) {
      const [least, most] = this.reach(row);
      if (most > least) [lo, hi] = [least, most];
      else if (most === least) [lo, hi] = [least - (Math.abs(least) / 10 || 1e-3), most + (Math.abs(most) / 10 || 1e-3)];
      const room = this.tall && most >= least ? 0.05 * (hi - lo) : 0;
      [lo, hi] = [lo - room, hi + room];
    }
    row.lo = lo;
    row.hi = hi;
  }

  // The least and the greatest finite value on the screen.
  reach(row) {
    let least = Infinity;
    let most = -Infinity;
    const put = (v) => {
      if (!Number.isFinite(v)) return;
      least = Math.min(least, v);
      most = Math.max(most, v);
    };
    for (const part of row.parts) {
      const [first, last] = this.visible(part.meta);
      const win = this.windowOf(part, first, last);
      if (win) {
        for (let i = first; i < last; i += 1) put(win.numbers[i - win.first]);
        continue;
      }
      const o = this.outlineOf(part, first, last);
      if (!o) continue;
      const to = Math.min(o.last, Math.ceil(last / o.size));
      for (let k = Math.max(o.first, Math.floor(first / o.size)); k < to; k += 1) {
        put(o.numbers[2 * (k - o.first)]);
        put(o.numbers[2 * (k - o.first) + 1]);
      }
    }
    return [least, most];
  }

  windowOf(part, first, last) {
    if (part.meta.whole) return part.windows[0];
    return part.windows.findLast((w) => w.first <= first && w.last >= last);
  }

  // The outline that suits the view: the coarsest that is fine enough, else the finest there is.
  outlineOf(part, first, last) {
    const size = this.sliceSize(part.meta);
    let best = null;
    for (const o of part.outlines) {
      if (o.first * o.size > first || o.last * o.size < last) continue;
      if (!best || (best.size > size ? o.size < best.size : o.size <= size && o.size > best.size)) best = o;
    }
    return best;
  }

  Y(row, v) {
    const { lo, hi } = row;
    return 6 + ((hi - v) / (hi - lo)) * (row.H - 12);
  }

  text(ctx, text, x, y, align = "left", baseline = "middle", alpha = 0.8) {
    ctx.font = `400 11px ${this.look.mono}`;
    ctx.textAlign = align;
    ctx.textBaseline = baseline;
    ctx.globalAlpha = alpha;
    ctx.fillStyle = this.look.ink;
    ctx.fillText(text, x, y);
    ctx.globalAlpha = 1;
  }

  timeStep() {
    return niceStep(this.v1 - this.v0, this.plot / 92);
  }

  gridTimes(ctx, height) {
    const step = this.timeStep();
    ctx.strokeStyle = this.look.ink;
    ctx.globalAlpha = 0.1;
    ctx.lineWidth = 1;
    ctx.beginPath();
    for (let k = Math.ceil(this.v0 / step); k * step <= this.v1; k += 1) {
      const x = Math.round(this.X(k * step)) + 0.5;
      ctx.moveTo(x, 0);
      ctx.lineTo(x, height);
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
  }

  paintAxis() {
    const ctx = this.axis.getContext("2d");
    ctx.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
    ctx.clearRect(0, 0, this.W, this.axisH);
    const step = this.timeStep();
    const milli = step < 0.1 && this.v1 < 10 ? step * 1000 : 0;
    const places = decimalsOf(milli || step);
    ctx.fillStyle = this.look.ink;
    this.axis.dataset.playhead = "";
    let edge = -Infinity;
    const label = (text, x, y) => {
      const half = ctx.measureText(text).width / 2;
      const at = clamp(x, half, this.W - half);
      if (at - half < edge + 8) return;
      edge = at + half;
      this.text(ctx, text, at, y, "center", "top");
    };
    ctx.font = `400 11px ${this.look.mono}`;
    for (let k = Math.ceil(this.v0 / step - 1e-9); k * step <= this.v1 * (1 + 1e-12); k += 1) {
      const x = this.X(k * step);
      ctx.globalAlpha = 0.6;
      ctx.fillRect(Math.round(x), 0, 1, 4);
      const text = (k * step * (milli ? 1000 : 1)).toFixed(places);
      label(`${signed(text)} ${milli ? "ms" : "s"}`, x, 6);
    }
    ctx.globalAlpha = 1;
    if (!this.fitted) {
      // Where in the clip the view lies, and what is heard.
      const [a, b] = this.domain;
      const k = this.plot / (b - a);
      ctx.globalAlpha = 0.15;
      ctx.fillRect(this.left, this.axisH - 4, this.plot, 3);
      ctx.globalAlpha = 0.7;
      ctx.fillRect(this.left + (this.v0 - a) * k, this.axisH - 4, Math.max(3, (this.v1 - this.v0) * k), 3);
      ctx.globalAlpha = 1;
      const heard = this.heardAt();
      if (heard !== null) {
        ctx.fillStyle = PLAYHEAD;
        ctx.fillRect(this.left + (clamp(heard, a, b) - a) * k - 1.5, this.axisH - 8, 3, 8);
        ctx.fillStyle = this.look.ink;
        this.axis.dataset.playhead = String((heard - a) / (b - a));
      }
    }
    // When single samples can be told apart, their numbers too.
    const m = this.first?.meta;
    this.axis.dataset.unit = milli ? "ms" : "s";
    this.axis.dataset.samples = "";
    if (!m || this.plot * (m.step / (this.v1 - this.v0)) < POINT_PX) return;
    const word = this.header.text[m.frames || !this.isWave(m) ? "frame" : "sample"];
    const every = Math.max(1, niceStep((this.v1 - this.v0) / m.step, this.plot / 92));
    edge = -Infinity;
    this.text(ctx, word, 0, 20, "left", "top");
    edge = ctx.measureText(word).width;
    const [first, last] = this.visible(m);
    for (let k = Math.ceil(first / every) * every; k < last; k += every) {
      const x = this.X(m.start + k * m.step);
      if (x < this.left - 1 || x > this.left + this.plot + 1) continue;
      label(String(k), x, 20);
    }
    this.axis.dataset.samples = "1";
  }

  isWave(m) {
    return this.rows.some((row) => row.parts.some((p) => p.meta === m));
  }

  // [value, label] of a row's axis; the value of a heat map's is its row.
  labels(row) {
    if (row.meta.kind === "heat") return row.heat ? this.rowLabels(row) : [];
    this.measure(row);
    const { lo, hi } = row;
    const step = niceStep(hi - lo, row.H / 34);
    const places = decimalsOf(step);
    const labels = [];
    for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + 1e-9 * step; k += 1) {
      const v = k * step;
      const big = Math.abs(v) >= 1e5 || (v !== 0 && step < 1e-4);
      const text = big ? v.toExponential(0).replace("e+", "e") : v.toFixed(places);
      labels.push([v, signed(k === 0 ? "0" : text)]);
    }
    return labels;
  }

  // A label in the room left of the rows, cut where even that is too narrow.
  label(ctx, label, y) {
    ctx.font = `400 11px ${this.look.mono}`;
    let text = label;
    while (text.length > 1 && ctx.measureText(text).width > this.left - 8) {
      text = `${text.replace(/…$/, "").slice(0, -1)}…`;
      if (text.length <= 2) break;
    }
    this.text(ctx, text, this.left - 6, y, "right");
  }

  gridValues(row, ctx) {
    for (const [v, text] of this.labels(row)) {
      const y = Math.round(this.Y(row, v)) + 0.5;
      ctx.strokeStyle = this.look.ink;
      ctx.globalAlpha = v === 0 ? 0.5 : 0.1;
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.moveTo(this.left, y);
      ctx.lineTo(this.left + this.plot, y);
      ctx.stroke();
      ctx.globalAlpha = 1;
      this.label(ctx, text, clamp(y, 6, row.H - 6));
    }
  }

  paintLines(row, ctx) {
    const over = row.over.getContext("2d");
    over.setTransform(this.dpr, 0, 0, this.dpr, 0, 0);
    over.clearRect(0, 0, this.W, row.H);
    this.gridTimes(ctx, row.H);
    this.gridValues(row, ctx);
    ctx.save();
    ctx.beginPath();
    ctx.rect(this.left, 0, this.plot, row.H);
    ctx.clip();
    if (this.header.frames && row === this.rows.find((r) => r.parts.some((p) => !p.meta.frames))) {
      this.paintFrames(row, ctx);
    }
    let look = "";
    let digits = 0;
    const looks = [];
    row.parts.forEach((part, i) => {
      const colour = this.colourOf(part, row);
      const done = this.paintLine(row, part, ctx, colour, i);
      look ||= done.look;
      looks.push(done.look);
      digits += done.digits;
    });
    const t = this.cursor;
    if (t !== null) {
      for (const part of row.parts) {
        const at = this.valueAt(part, t);
        if (at?.value === undefined || Number.isNaN(at.value)) continue;
        const held = part.meta.look === "steps" && !part.meta.frames;
        const x = this.X(held ? t : part.meta.start + at.i * part.meta.step);
        ctx.beginPath();
        ctx.arc(x, this.Y(row, at.value), 4.5, 0, 7);
        ctx.fillStyle = this.colourOf(part, row);
        ctx.fill();
        ctx.lineWidth = 1.5;
        ctx.strokeStyle = this.look.paper;
        ctx.stroke();
      }
    }
    ctx.restore();
    const empty = row.parts.every((p) => !p.meta.count);
    if (empty) this.text(ctx, this.header.text.empty, this.left + this.plot / 2, row.H / 2, "center");
    row.canvas.dataset.look = look;
    row.canvas.dataset.looks = looks.join(",");
    row.canvas.dataset.digits = String(digits);
  }

  samplePx(m) {
    return (this.plot * m.step) / (this.v1 - this.v0);
  }

  isExact(m) {
    const [a, b] = this.visible(m);
    return b - a <= Math.min(EXACT_MOST, LINE_SAMPLES * this.plot + 8);
  }

  sliceSize(m) {
    return 2 ** Math.max(1, Math.floor(Math.log2(Math.max(2, 1 / this.samplePx(m)))));
  }

  paintLine(row, part, ctx, colour, place) {
    const m = part.meta;
    const px = this.samplePx(m);
    const [first, last] = this.visible(m);
    if (last <= first) return { look: "", digits: 0 };
    const win = this.windowOf(part, first, last);
    ctx.strokeStyle = colour;
    ctx.fillStyle = colour;
    if (!win || (last - first > LINE_SAMPLES * this.plot + 8)) {
      this.paintOutline(row, part, ctx, win);
      return { look: m.crest ? "crest" : "outline", digits: 0 };
    }
    const x = (i) => this.X(m.start + i * m.step);
    const value = (i) => win.numbers[i - win.first];
    const y = (v) => clamp(this.Y(row, v), -1e4, 1e4);
    const steps = m.look === "steps" && !m.frames;
    const stems = m.look === "stems" && px >= 3;
    const points = px >= POINT_PX && !steps;
    ctx.lineJoin = "round";
    ctx.lineWidth = 1.4;
    if (stems) {
      const zero = y(clamp(0, row.lo, row.hi));
      ctx.beginPath();
      for (let i = first; i < last; i += 1) {
        const v = value(i);
        if (!Number.isFinite(v)) continue;
        ctx.moveTo(x(i), zero);
        ctx.lineTo(x(i), y(v));
      }
      ctx.stroke();
    } else {
      // Between samples nothing is stored: once they stand apart, the line is only a guide.
      ctx.globalAlpha = points && !m.frames ? 0.35 : 1;
      ctx.beginPath();
      let open = false;
      for (let i = first; i < last; i += 1) {
        const v = value(i);
        if (!Number.isFinite(v)) {
          open = false;
          continue;
        }
        if (open) ctx.lineTo(x(i), y(v));
        else ctx.moveTo(x(i), y(v));
        if (steps) ctx.lineTo(x(i + 1), y(v));
        else if (!open && (i + 1 >= last || !Number.isFinite(value(i + 1)))) {
          ctx.lineTo(x(i) + Math.max(1, Math.min(3, px)), y(v)); // a lonely value is seen too
        }
        open = true;
      }
      ctx.stroke();
      ctx.globalAlpha = 1;
    }
    if (points || stems) {
      const r = clamp(px / 5, 1.6, 3.4);
      ctx.beginPath();
      for (let i = first; i < last; i += 1) {
        const v = value(i);
        if (!Number.isFinite(v)) continue;
        ctx.moveTo(x(i) + r, y(v));
        ctx.arc(x(i), y(v), r, 0, 7);
      }
      ctx.fill();
    }
    let digits = 0;
    if (px >= DIGIT_PX && place === 0) digits = this.paintDigits(row, m, row.over.getContext("2d"), first, last, x, value, steps ? px / 2 : 0);
    return { look: steps ? "steps" : stems ? "stems" : points ? "points" : "line", digits };
  }

  paintDigits(row, m, ctx, first, last, x, value, shift) {
    let digits = 0;
    ctx.font = `500 11px ${this.look.mono}`;
    for (let i = first; i < last; i += 1) {
      const v = value(i);
      const at = x(i) + shift;
      if (Number.isNaN(v) || at < this.left || at > this.left + this.plot) continue;
      const text = number(v, m.dtype);
      const half = ctx.measureText(text).width / 2;
      const y = this.Y(row, Number.isFinite(v) ? v : v > 0 ? row.hi : row.lo);
      const above = y > 20 && (v >= 0 || y > row.H - 22);
      const ty = clamp(above ? y - 12 : y + 12, 8, row.H - 8);
      const tx = clamp(at, this.left + half + 3, this.left + this.plot - half - 3);
      // At an edge, a number that would have to move over its neighbour's place is left out.
      if (Math.abs(tx - at) > Math.max(0, this.samplePx(m) - 2 * half - 4)) continue;
      ctx.fillStyle = this.look.panel;
      ctx.fillRect(tx - half - 2, ty - 7, 2 * half + 4, 14);
      this.text(ctx, text, tx, ty, "center", "middle", 1);
      ctx.font = `500 11px ${this.look.mono}`;
      digits += 1;
    }
    return digits;
  }

  // Least to greatest value for each column of pixels, from the finest outline that covers the view;
  // a line along the greatest values where this is the outline of the wave under it.
  paintOutline(row, part, ctx, win) {
    const m = part.meta;
    const [first, last] = this.visible(m);
    const best = this.outlineOf(part, first, last);
    const fine = 1 / Math.max(1, Math.min(2, this.dpr));
    const columns = Math.ceil(this.plot / fine);
    const least = new Float64Array(columns).fill(Infinity);
    const most = new Float64Array(columns).fill(-Infinity);
    const put = (x0, x1, lo, hi) => {
      const a = Math.max(0, Math.floor((x0 - this.left) / fine));
      const b = Math.min(columns - 1, Math.floor((x1 - this.left) / fine));
      for (let c = a; c <= b; c += 1) {
        if (lo < least[c]) least[c] = lo;
        if (hi > most[c]) most[c] = hi;
      }
    };
    if (win) {
      for (let i = first; i < last; i += 1) {
        const v = win.numbers[i - win.first];
        const x = this.X(m.start + i * m.step);
        put(x, x, v, v);
      }
    } else if (best) {
      const from = Math.max(best.first, Math.floor(first / best.size));
      const to = Math.min(best.last, Math.ceil(last / best.size));
      for (let k = from; k < to; k += 1) {
        const at = 2 * (k - best.first);
        const x0 = this.X(m.start + k * best.size * m.step);
        const x1 = this.X(m.start + Math.min(m.count, (k + 1) * best.size) * m.step);
        put(x0, x1 - 1e-6, best.numbers[at], best.numbers[at + 1]);
      }
    }
    if (m.crest) {
      ctx.lineJoin = "round";
      ctx.lineWidth = 1.4;
      ctx.beginPath();
      let open = false;
      for (let c = 0; c < columns; c += 1) {
        if (least[c] > most[c]) {
          open = false;
          continue;
        }
        const y = clamp(this.Y(row, most[c]), 0, row.H);
        if (!open) ctx.moveTo(this.left + c * fine, y);
        ctx.lineTo(this.left + (c + 0.5) * fine, y);
        open = true;
      }
      ctx.stroke();
      return;
    }
    // Neighbouring columns touch, as the line through the samples would.
    for (let c = 0; c < columns; c += 1) {
      if (least[c] > most[c]) continue;
      let lo = least[c];
      let hi = most[c];
      if (c && least[c - 1] <= most[c - 1]) {
        if (least[c - 1] > hi) hi = least[c - 1];
        if (most[c - 1] < lo) lo = most[c - 1];
      }
      const top = clamp(this.Y(row, Math.min(hi, row.hi)), 0, row.H);
      const bottom = clamp(this.Y(row, Math.max(lo, row.lo)), 0, row.H);
      ctx.fillRect(this.left + c * fine, top, fine, Math.max(1, bottom - top));
    }
  }

  // Brackets of the frames; the one under the cursor is filled, its neighbours are hinted.
  paintFrames(row, ctx) {
    const [length, hop, start] = this.header.frames;
    const ink = this.look.ink;
    const bracket = (k, y, alpha) => {
      const a = this.X(start + k * hop);
      const b = this.X(start + k * hop + length);
      ctx.globalAlpha = alpha;
      ctx.strokeStyle = ink;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      ctx.moveTo(a, y + 5);
      ctx.lineTo(a, y);
      ctx.lineTo(b, y);
      ctx.lineTo(b, y + 5);
      ctx.stroke();
      ctx.globalAlpha = 1;
    };
    const last = this.lastFrame();
    const k = this.frameAt(this.cursor);
    const hopPx = (this.plot * hop) / (this.v1 - this.v0);
    if (hopPx >= 12) {
      const from = clamp(Math.floor((this.v0 - start - length) / hop), 0, last);
      const to = clamp(Math.ceil((this.v1 - start) / hop), 0, last);
      for (let i = from; i <= to; i += 1) if (i !== k) bracket(i, 3 + (i % 3) * 5, 0.22);
    }
    row.canvas.dataset.frame = k === null ? "" : String(k);
    if (k === null) return;
    const band = (i, alpha) => {
      if (i < 0 || i > last) return;
      const a = this.X(start + i * hop);
      const b = this.X(start + i * hop + length);
      ctx.globalAlpha = alpha;
      ctx.fillStyle = ink;
      ctx.fillRect(a, 0, Math.max(1, b - a), row.H);
      ctx.globalAlpha = 1;
    };
    band(k - 1, 0.05);
    band(k + 1, 0.05);
    band(k, 0.12);
    for (const i of [k - 1, k + 1]) if (i >= 0 && i <= last) bracket(i, 3 + (i % 3) * 5, 0.5);
    bracket(k, 3 + (k % 3) * 5, 1);
  }

  columnPx(m) {
    return (this.plot * m.step) / (this.v1 - this.v0);
  }

  paintHeat(row, ctx) {
    const heat = row.heat;
    if (!heat) return;
    const m = heat.meta;
    const [first, last] = this.visible(m);
    ctx.save();
    ctx.beginPath();
    ctx.rect(this.left, 0, this.plot, row.H);
    ctx.clip();
    const across = (a, b, image) => {
      const x0 = this.X(m.start + (a - 0.5) * m.step);
      const x1 = this.X(m.start + (b - 0.5) * m.step);
      // Only the part on the screen: a browser does not draw canvases a million pixels wide.
      const k = image.width / (x1 - x0);
      const from = Math.max(x0, this.left - 1 / k);
      const to = Math.min(x1, this.left + this.plot + 1 / k);
      if (to <= from) return;
      const s0 = Math.max(0, Math.floor((from - x0) * k));
      const s1 = Math.min(image.width, Math.ceil((to - x0) * k));
      if (s1 <= s0) return;
      const wide = (s1 - s0) / k;
      let [source, first, count] = [image, s0, s1 - s0];
      ctx.imageSmoothingEnabled = false;
      if (k > 1 && !m.crisp) {
        if (image.height < row.H) {
          // Columns that share a pixel are mixed, rows that are taller than one are not.
          this.scratch ??= document.createElement("canvas");
          source = this.scratch;
          [source.width, source.height] = [Math.max(1, Math.round(wide * this.dpr)), image.height];
          source.getContext("2d").drawImage(image, s0, 0, count, image.height, 0, 0, source.width, image.height);
          [first, count] = [0, source.width];
        } else ctx.imageSmoothingEnabled = true;
      }
      ctx.drawImage(source, first, 0, count, image.height, x0 + s0 / k, 0, wide, row.H);
    };
    const win = m.whole
      ? heat.windows[0]
      : heat.windows.findLast((w) => w.first <= first && w.last >= last);
    const near = win && (m.whole || this.columnPx(m) >= CELL_PX);
    if (near && m.bands) across(win.first, win.last, this.cells(win, m, heat.colours));
    else {
      const seen = (p) => p.last > first && p.first < last;
      const sorted = heat.pictures.filter(seen);
      sorted.sort((a, b) => a.w / (a.last - a.first) - b.w / (b.last - b.first));
      for (const p of sorted) across(p.first, p.last, p.image);
    }
    row.canvas.dataset.cells = near ? "exact" : "picture";
    const t = this.cursor;
    const cell = t === null ? null : this.cellAt(row, t);
    if (cell) {
      const h = row.H / m.bands;
      const w = Math.max(3, this.columnPx(m));
      const x = this.X(m.start + cell.i * m.step);
      const y = row.H - (cell.band + 0.5) * h;
      const bw = Math.max(8, w);
      const bh = Math.max(8, h);
      ctx.lineWidth = 3;
      ctx.strokeStyle = "#000";
      ctx.strokeRect(x - bw / 2, y - bh / 2, bw, bh);
      ctx.lineWidth = 1.5;
      ctx.strokeStyle = "#fff";
      ctx.strokeRect(x - bw / 2, y - bh / 2, bw, bh);
    }
    ctx.restore();
    this.paintRows(row, ctx);
    if (!m.count || !m.bands) {
      this.text(ctx, this.header.text.empty, this.left + this.plot / 2, row.H / 2, "center");
    }
  }

  // [row, label] of a heat map: the page's, or every so many of its unit.
  rowLabels(row) {
    const m = row.heat.meta;
    let ticks = m.ticks;
    if (!ticks.length && m.axis && m.axis[1]) {
      const [from, step, unit] = m.axis;
      const to = from + step * (m.bands - 1);
      const kilo = unit === "Hz" && Math.abs(to) >= 2000;
      const every = niceStep(Math.abs(to - from) || 1, row.H / 36);
      ticks = [];
      const [low, high] = [Math.min(from, to), Math.max(from, to)];
      for (let k = Math.ceil(low / every - 1e-9); k * every <= high + 1e-9 * every; k += 1) {
        const v = k * every;
        ticks.push([(v - from) / step, signed(kilo && k ? `${Number((v / 1000).toFixed(3))}k` : String(Number(v.toFixed(6))))]);
      }
    }
    return ticks;
  }

  paintRows(row, ctx) {
    const m = row.heat.meta;
    let edge = Infinity;
    const sorted = [...this.rowLabels(row)].sort((a, b) => a[0] - b[0]);
    for (const [r, label] of sorted) {
      const y = row.H - ((r + 0.5) / m.bands) * row.H;
      const at = clamp(y, 6, row.H - 6);
      if (at > edge - 12) continue;
      edge = at;
      ctx.globalAlpha = 0.6;
      ctx.fillStyle = this.look.ink;
      ctx.fillRect(this.left - 4, Math.round(y), 4, 1);
      this.label(ctx, label, at);
    }
  }

  // ------------------------------------------------------------------------------ status line

  rowName(m, band) {
    const tick = m.ticks.find(([r]) => r === band);
    const parts = [];
    if (m.axis) {
      const [from, step, unit] = m.axis;
      const v = from + band * step;
      parts.push(`${signed(String(Number(v.toFixed(Math.abs(step) < 1 ? 3 : 1))))} ${unit}`.trim());
    } else if (m.rowValues.length) {
      parts.push(`${signed(String(Number(m.rowValues[band].toPrecision(4))))} ${m.rowUnit}`.trim());
    } else if (tick) parts.push(tick[1]);
    const name = `${m.rows || this.header.text.row} ${band + (m.firstRow ?? 0)}`;
    parts.push(parts.length ? `(${name})` : name);
    return parts.join(" ");
  }

  say() {
    if (!this.header || !this.domain) return;
    const t = this.cursor;
    const data = this.root.dataset;
    const text = this.header.text;
    data.view = [this.v0, this.v1].join(",");
    data.cursor = t === null ? "" : String(t);
    data.pin = this.pin === null ? "" : String(this.pin);
    data.selection = this.selection ? this.selection.join(",") : "";
    data.position = this.player.at === null ? "" : String(this.player.playing ? this.playhead : this.player.at);
    const speech = [];
    this.status.replaceChildren();
    const slot = (name, value) => {
      const pair = make("span", "nt-pair", this.status);
      make("span", "nt-name", pair, name);
      make("span", "nt-value", pair, value);
      speech.push(`${name} ${value}`);
    };
    if (t !== null) {
      const m = this.first?.meta;
      const places = m ? clamp(Math.ceil(-Math.log10(m.step)) + 1, 2, 7) : 3;
      slot(text.time, `${signed(t.toFixed(places))} s`);
      const i = m ? this.indexAt(m, t) : null;
      const wave = m && this.isWave(m) && !m.frames;
      data.sample = wave && i !== null ? String(i) : "";
      if (wave && i !== null) slot(text.sample, String(i));
      const k = this.frameAt(t);
      const heat = this.rows.find((r) => r.heat)?.heat.meta;
      const column = k === null && heat ? this.indexAt(heat, t) : k;
      if (column !== null && column !== undefined) slot(text.frame, String(column));
    }
    if (this.selection) slot(text.selection, this.duration(this.selection[1] - this.selection[0]));
    for (const row of this.rows) this.sayRow(row, t, speech);
    this.speechText = speech.join(", ");
  }

  sayRow(row, t, speech) {
    row.values.replaceChildren();
    row.canvas.dataset.values = "";
    if (t === null) return;
    const shown = [];
    const put = (value, colour) => {
      const one = make("span", "nt-value", row.values, value);
      if (colour) one.style.setProperty("--nt-key", colour);
      one.classList.toggle("nt-keyed", Boolean(colour));
    };
    if (row.heat) {
      const cell = this.cellAt(row, t);
      if (!cell) return;
      const m = row.heat.meta;
      const name = this.rowName(m, cell.band);
      make("span", "nt-name", row.values, name);
      const known = cell.value !== undefined;
      const value = known ? `${number(cell.value, m.dtype)}${m.unit ? ` ${m.unit}` : ""}` : "…";
      if (known || !this.player.playing) put(value);
      row.canvas.dataset.cell = `${cell.band},${cell.i}`;
      row.canvas.dataset.values = known ? String(cell.value) : "";
      speech.push(`${row.meta.title} ${name} ${known ? value : this.header.text.waiting}`);
      return;
    }
    const several = row.parts.length > 1;
    for (const part of row.parts) {
      const at = this.valueAt(part, t);
      const m = part.meta;
      let value = "–";
      if (at?.value !== undefined) value = exactly(at.value, m.dtype);
      else if (at?.size) value = `${number(at.lo, m.dtype)} … ${number(at.hi, m.dtype)}`;
      else if (at) value = "…";
      if (m.unit && at) value += ` ${m.unit}`;
      put(value, several ? this.colourOf(part, row) : "");
      shown.push(at?.value === undefined ? "" : String(at.value));
      speech.push(`${several ? m.title : row.meta.title} ${value}`);
    }
    row.canvas.dataset.values = shown.join(",");
  }

  // ---------------------------------------------------------------------------------- playing

  togglePlay() {
    const p = this.player;
    if (p.playing || p.wanting) {
      p.pause();
      return;
    }
    this.playFrom(this.beginning());
    this.playhead = p.at;
    this.ask();
  }

  // The selection is played, else the whole clip, however little of it is seen.
  playFrom(t) {
    const region = this.selection ?? this.domain;
    this.player.play(t, region, this.selection ? region[0] : null);
  }

  // Where Play begins: where it was stopped, at the pin, or where the view begins. What has been
  // moved out of sight since says nothing, and the very end of a sound would be a silent tick.
  beginning() {
    const p = this.player;
    const seen = (t) => t !== null && t >= this.v0 && t <= this.v1;
    const resumes = p.at !== null && (seen(p.at) || this.restView === this.viewSign());
    const at = resumes ? p.at : seen(this.pin) ? this.pin : this.v0;
    if (this.selection || !p.voice()) return at;
    const [a, b] = p.spanOf(p.voice());
    return b - at < Math.min(LEAST_HEARD_S, (b - a) / 2) ? a : at;
  }

  viewSign() {
    return `${this.v0},${this.v1}`;
  }

  playerChanged() {
    const h = this.header;
    if (!h) return;
    const p = this.player;
    const t = h.text;
    const data = this.root.dataset;
    const voice = p.voice();
    if (p.playing) {
      this.playhead = p.source?.begin ?? p.at;
      this.draw();
    } else this.playhead = p.at;
    if (this.wasPlaying && !p.playing) this.restView = this.viewSign();
    this.wasPlaying = p.playing;
    data.playing = p.playing ? "1" : "0";
    data.loading = p.wanting ? "1" : "0";
    data.sound = p.active;
    data.gain = voice ? String(p.gain(voice)) : "";
    const playing = p.playing || p.wanting;
    const sign = playing ? "pause" : "play";
    const b = this.buttons.play;
    if (this.playSign !== sign) {
      this.playSign = sign;
      b.querySelector("svg")?.remove();
      icon(b, ICONS[sign]);
      b.prepend(b.lastChild);
    }
    const word = p.wanting ? t.loading : playing ? t.pause : t.play;
    this.playText.textContent = word;
    b.setAttribute("aria-label", word);
    b.title = word;
    this.buttons.loop.setAttribute("aria-pressed", String(p.loop));
    for (const one of this.voiceButtons ?? []) {
      one.setAttribute("aria-pressed", String(one.dataset.sound === p.active));
    }
    let note = "";
    if (!p.possible) note = t.no_audio;
    else if (voice && p.badRate()) note = t.bad_rate.replace("{rate}", String(Math.round(voice.rate)));
    else if (voice && !voice.rms) note = t.silent;
    else if (voice) {
      const gain = 20 * Math.log10(p.gain(voice));
      const matched = p.match && p.voices.length > 1;
      const rounded = Math.abs(gain) < 0.05 ? "0.0" : `${gain > 0 ? "+" : "−"}${Math.abs(gain).toFixed(1)}`;
      if (matched && rounded !== "0.0") note = t.matched.replace("{gain}", rounded);
      else if (!matched && gain < -0.05) note = t.reduced.replace("{gain}", rounded);
    }
    this.note.textContent = note;
    b.disabled = !p.possible || !voice || !voice.count || p.badRate();
    this.ask();
    this.tell();
  }

  // ----------------------------------------------------------------------------------- input

  listen() {
    const area = this.area;
    const down = new Map();
    let gesture = null;
    let lastWheel = 0;
    let swallow = false;
    const where = (e) => {
      const r = area.getBoundingClientRect();
      return [e.clientX - r.left, e.clientY - r.top];
    };
    const inside = (x) => x >= this.left && x <= this.left + this.plot;
    // A heat map under the pointer reads the row that is pointed at.
    const pick = (e) => {
      for (const row of this.rows) {
        if (!row.heat) continue;
        const r = row.canvas.getBoundingClientRect();
        if (e.clientY >= r.top && e.clientY <= r.bottom) row.band = 1 - (e.clientY - r.top) / r.height;
      }
    };
    const onAxis = (e) => e.clientY >= this.axis.getBoundingClientRect().top;
    const pinch = () => {
      const [a, b] = [...down.values()];
      return { d: Math.max(8, Math.abs(a[0] - b[0])), x: (a[0] + b[0]) / 2 };
    };

    area.onpointerdown = (e) => {
      if (!this.domain || (e.pointerType === "mouse" && e.button > 1)) return;
      const at = where(e);
      if (!inside(at[0])) return;
      down.set(e.pointerId, at);
      try {
        area.setPointerCapture(e.pointerId);
      } catch {
        // A synthetic pointer cannot be captured.
      }
      if (e.button === 1) e.preventDefault();
      if (down.size === 2) {
        gesture = { kind: "pinch", ...pinch() };
        return;
      }
      const touch = e.pointerType !== "mouse";
      const moves = e.shiftKey || e.button === 1 || onAxis(e) || (touch && !this.fitted);
      gesture = { kind: moves ? "pan" : "select", from: at, last: at, start: this.T(at[0]), moved: false };
      pick(e);
    };
    area.onpointermove = (e) => {
      if (!this.domain) return;
      const at = where(e);
      if (!down.has(e.pointerId)) {
        pick(e);
        this.setHover(inside(at[0]) ? this.T(at[0]) : null);
        return;
      }
      down.set(e.pointerId, at);
      if (gesture?.kind === "pinch" && down.size >= 2) {
        const now = pinch();
        this.pan(((gesture.x - now.x) / this.plot) * (this.v1 - this.v0));
        this.zoomAt(now.d / gesture.d, now.x);
        gesture = { kind: "pinch", ...now };
        return;
      }
      if (!gesture || gesture.kind === "pinch") return;
      if (Math.abs(at[0] - gesture.from[0]) > 4) gesture.moved = true;
      if (!gesture.moved) return;
      if (gesture.kind === "pan") {
        area.classList.add("nt-drag");
        this.pan(((gesture.last[0] - at[0]) / this.plot) * (this.v1 - this.v0));
        gesture.last = at;
        return;
      }
      const t = clamp(this.T(at[0]), this.v0, this.v1);
      this.selection = [Math.min(t, gesture.start), Math.max(t, gesture.start)];
      this.hover = this.snap(t);
      this.tell();
    };
    const end = (e, cancelled) => {
      const was = gesture;
      down.delete(e.pointerId);
      area.classList.remove("nt-drag");
      if (down.size) return;
      gesture = null;
      if (!was || cancelled || was.kind === "pinch" || e.button > 0) return;
      if (was.moved) {
        if (was.kind === "select") this.reportNow();
        return;
      }
      this.selection = null;
      pick(e);
      const touch = e.pointerType !== "mouse";
      this.togglePin(this.snap(this.T(where(e)[0])));
      if (touch) this.hover = null;
    };
    area.onpointerup = (e) => end(e, false);
    area.onpointercancel = (e) => end(e, true);
    area.onpointerleave = () => {
      if (!down.size) this.setHover(null);
    };
    area.ondblclick = (e) => {
      e.preventDefault();
      if (this.domain) this.zoomAt(3, where(e)[0]);
    };
    area.addEventListener(
      "wheel",
      (e) => {
        if (!this.domain) return;
        const unit = e.deltaMode === 1 ? 16 : e.deltaMode === 2 ? 400 : 1;
        const sideways = e.shiftKey ? e.deltaX || e.deltaY : Math.abs(e.deltaX) > Math.abs(e.deltaY) ? e.deltaX : 0;
        const now = performance.now();
        if (now - lastWheel > 350) swallow = false;
        // A page that is being scrolled goes on when these rows come under the pointer.
        if (!swallow && !e.ctrlKey && now - this.scrolled < 300) return;
        if (sideways) {
          if (this.fitted) return;
          e.preventDefault();
          lastWheel = now;
          this.pan(((sideways * unit) / this.plot) * (this.v1 - this.v0));
          return;
        }
        // At fit, scrolling down belongs to the page; so does what is left of a scroll that has just
        // zoomed out all the way, after a short rest.
        if (this.fitted && e.deltaY > 0 && !e.ctrlKey) {
          if (swallow) {
            e.preventDefault();
            lastWheel = now;
          }
          return;
        }
        e.preventDefault();
        lastWheel = now;
        swallow = true;
        const delta = clamp(e.deltaY * unit, -240, 240);
        this.zoomAt(Math.exp(-delta * (e.ctrlKey ? 0.01 : 0.003)), where(e)[0]);
      },
      { passive: false },
    );
    area.onkeydown = (e) => this.key(e);
    area.onblur = () => {
      if (this.byKeys) this.setHover(null);
      this.byKeys = false;
    };
  }

  key(e) {
    if (!this.domain || e.altKey || e.metaKey || e.ctrlKey) return;
    const side = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    const up = { ArrowUp: 1, ArrowDown: -1 }[e.key];
    if (side) {
      const from = this.hover ?? this.pin ?? this.player.at ?? (this.v0 + this.v1) / 2;
      const first = this.cursor === null ? this.snap(from) : this.snap(from + side * this.step());
      if (e.shiftKey) {
        const anchor = this.anchor ?? from;
        this.anchor = anchor;
        this.selection = first === anchor ? null : [Math.min(anchor, first), Math.max(anchor, first)];
        this.ask();
      } else this.anchor = null;
      this.byKeys = true;
      this.setHover(first);
      this.follow(first);
    } else if (up) {
      const row = this.rows.find((r) => r.heat);
      if (!row) return;
      const bands = row.heat.meta.bands;
      row.band = (clamp(this.bandOf(row) + up, 0, bands - 1) + 0.5) / bands;
      this.tell();
    } else if (e.key === "+" || e.key === "=") this.zoom(2);
    else if (e.key === "-" || e.key === "_") this.zoom(1 / 2);
    else if (e.key === "0") this.fit();
    else if (e.key === "Enter") {
      if (this.cursor !== null) this.togglePin(this.snap(this.cursor));
    } else if (e.key === " ") {
      if (!this.header.sounds.length) return;
      this.togglePlay();
    } else if (e.key === "Escape") {
      if (this.selection) {
        this.selection = null;
        this.reportNow();
      } else this.area.blur();
      this.tell();
    } else return;
    e.preventDefault();
    this.speak();
  }

  // How far an arrow moves: one value of the finest row whose values can be told apart.
  step() {
    const steps = this.parts().filter((p) => p.meta.count).map((p) => p.meta.step);
    if (this.header.frames) steps.push(this.header.frames[1]);
    steps.sort((a, b) => a - b);
    const pixel = (this.v1 - this.v0) / this.plot;
    return steps.find((s) => s >= pixel * STEP_PX) ?? Math.max(pixel * STEP_PX, steps[0] ?? 0);
  }

  follow(t) {
    const span = this.v1 - this.v0;
    if (t < this.v0) this.pan(t - this.v0 - span * 0.1);
    else if (t > this.v1) this.pan(t - this.v1 + span * 0.1);
  }

  reportNow() {
    const { want } = this.needs();
    this.tell();
    this.report(want, 30);
  }

  togglePin(t) {
    const again = this.pin !== null && Math.abs(this.pin - t) < 1e-9;
    // The second click of a double click lands on the pin that the first one has just set.
    if (again && Date.now() - this.pinnedAt < 450) return;
    this.pinnedAt = Date.now();
    this.pin = again ? null : t;
    if (this.player.playing) this.playFrom(t);
    else this.player.at = this.pin;
    this.send("pin", { at: this.pin, content: this.header.content }, this.pin);
    this.tell();
    this.ask();
    this.speak();
  }
}

export default mounting(Tracks);
