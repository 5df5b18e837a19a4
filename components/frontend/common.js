// What the linked views share: blobs, numbers, small DOM. Put before each view's own code.
// Comment lines and indentation are dropped before this is sent, so it has no multi-line strings.

const STORE_BYTES = 96 * 2 ** 20;
const ARRAYS = {
  bool: Uint8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
};

// ------------------------------------------------------------------------------ blobs received

// Shared by all views of one kind and bounded; a blob that was dropped is asked for again.
const store = { items: new Map(), size: 0 };

function remember(key, entry, size) {
  forget(key);
  entry.size = size;
  store.items.set(key, entry);
  store.size += size;
  for (const old of store.items.keys()) {
    if (store.size <= STORE_BYTES || old === key) break;
    forget(old);
  }
}

function forget(key) {
  const entry = store.items.get(key);
  if (!entry) return;
  store.size -= entry.size;
  store.items.delete(key);
}

function recall(key) {
  const entry = store.items.get(key);
  if (entry) {
    store.items.delete(key);
    store.items.set(key, entry);
  }
  return entry;
}

// Header and start of the blobs of a message.
function unpack(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const start = 4 + length;
  const take = (ref, area = 0) => {
    if (!ref || ref.offset === undefined) return;
    const blob = bytes.slice(start + ref.offset, start + ref.offset + ref.length);
    remember(ref.key, { bytes: blob }, blob.length + 4 * area);
  };
  return { header, take };
}

// Returns the decoded picture, or null and calls `done` once it is decoded.
function bitmapOf(ref, done) {
  const entry = ref && recall(ref.key);
  if (!entry) return undefined;
  if (entry.bitmap) return entry.bitmap;
  entry.promise ??= createImageBitmap(new Blob([entry.bytes], { type: ref.mime })).then((b) => {
    entry.bitmap = b;
  });
  entry.promise.then(done, () => forget(ref.key));
  return null;
}

function numbersOf(entry, dtype) {
  const Type = ARRAYS[dtype];
  entry.numbers ??= new Type(entry.bytes.buffer, 0, entry.bytes.length / Type.BYTES_PER_ELEMENT);
  return entry.numbers;
}

// ------------------------------------------------------------------------- numbers and colours

const clamp = (v, lo, hi) => Math.min(hi, Math.max(lo, v));
const isWhole = (dtype) => dtype !== "float32" && dtype !== "float64";

// Relative luminance as WCAG defines it: black on light cells, white on dark ones.
function inkOn(rgb) {
  if (!rgb) return "#000";
  const f = (c) => (c <= 10 ? c / 3294 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * f(rgb[0]) + 0.7152 * f(rgb[1]) + 0.0722 * f(rgb[2]) > 0.179 ? "#000" : "#fff";
}

function shortest32(v) {
  for (let p = 6; p < 10; p += 1) {
    const text = v.toPrecision(p);
    if (Math.fround(Number(text)) === v) return String(Number(text));
  }
  return String(v);
}

function brief(v) {
  const a = Math.abs(v);
  if (a === 0) return "0";
  if (a >= 1e5 || a < 1e-3) return v.toExponential(1).replace("e+", "e");
  return v.toFixed(a >= 1000 ? 0 : a >= 100 ? 1 : a >= 10 ? 2 : 3);
}

// ----------------------------------------------------------------------------------- small DOM

function make(tag, className, parent, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

function icon(parent, path) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(ns, "path");
  shape.setAttribute("d", path);
  shape.setAttribute("fill", "none");
  shape.setAttribute("stroke", "currentColor");
  shape.setAttribute("stroke-width", "1.6");
  shape.setAttribute("stroke-linecap", "round");
  shape.setAttribute("stroke-linejoin", "round");
  svg.append(shape);
  parent.append(svg);
}

const ICONS = {
  zoom_in: "M8 3v10M3 8h10",
  zoom_out: "M3 8h10",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
};

// What a view's module exports: a function that keeps one View for each element that Streamlit gives it.
function mounting(View) {
  const views = new WeakMap();
  return ({ parentElement, data, setStateValue }) => {
    let view = views.get(parentElement);
    if (!view) {
      view = new View(parentElement);
      views.set(parentElement, view);
    }
    view.setStateValue = setStateValue;
    if (data) view.receive(data);
    return () => {
      view.destroy();
      views.delete(parentElement);
    };
  };
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
