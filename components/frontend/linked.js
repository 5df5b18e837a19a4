// What the views of pictures and of sounds share: buttons, speech, drawing once a frame, and the dialogue
// with Python. Put behind common.js and before each view's own code.

// A view that needs no new data is told all the same once it rests, so that the page's link shows it.
const REPORT_MS = 700;

// A view brings: layout(), paint(), say(), needs() -> what is wanted and whether something is missing,
// shown() -> keys of what is on the screen, looksAt() -> what of it the learner sees, tellPython(...).
class Linked {
  constructor(parent, name) {
    this.name = name;
    this.mine = []; // what was sent from here, to know an echo
    this.asked = { sig: "", tries: 0 };
    this.buttons = {};
    this.W = 0;
    this.root = make("div", `nl nl-linked ${name}`, parent);
    make("style", "", this.root, CSS);
    this.resizer = new ResizeObserver(() => this.layout());
    this.resizer.observe(this.root);
    this.onSize = () => this.layout();
    window.addEventListener("resize", this.onSize);
  }

  // What is only read aloud: `live` as it changes, `keys` as the description of what is operated.
  buildSpoken() {
    this.live = make("div", "nl-hidden", this.root);
    this.live.setAttribute("aria-live", "polite");
    this.keys = make("div", "nl-hidden", this.root);
    this.keys.id = `${this.name}-keys-${Math.random().toString(36).slice(2)}`;
  }

  destroy() {
    this.dead = true;
    this.resizer.disconnect();
    window.removeEventListener("resize", this.onSize);
    cancelAnimationFrame(this.frame);
    for (const timer of [this.timer, this.reporter, this.speech]) clearTimeout(timer);
    this.root.remove();
  }

  button(name, parent, action) {
    const b = make("button", "", parent);
    b.type = "button";
    icon(b, ICONS[name]);
    b.onclick = action;
    this.buttons[name] = b;
    return b;
  }

  nameButtons(names) {
    for (const key of names) nameNode(this.buttons[key], this.header.text[key]);
  }

  readTheme(size) {
    const style = getComputedStyle(this.root);
    const get = (name, other) => {
      const value = style.getPropertyValue(name).trim();
      return value && value !== "unset" ? value : other;
    };
    const code = get("--st-code-font", "");
    const mono = `${code ? `${code}, ` : ""}ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace`;
    if (this.fonts !== mono && document.fonts?.load) {
      this.fonts = mono;
      document.fonts.load(`500 ${size}px ${mono}`).then(() => this.draw(), () => {});
    }
    return {
      ink: get("--st-text-color", "#222"),
      paper: get("--st-background-color", "#fff"),
      panel: get("--st-secondary-background-color", "#eee"),
      sans: get("--st-font", "sans-serif"),
      mono,
    };
  }

  // ------------------------------------------------------------------------ dialogue with Python

  isMine(kind, value) {
    return this.mine.some((m) => m.kind === kind && same(m.value, value));
  }

  // `echo` : what Python will say back, if that is not the value.
  send(name, value, echo) {
    this.mine.push({ kind: name, value: echo === undefined ? value : echo });
    if (this.mine.length > 24) this.mine.shift();
    this.setStateValue?.(name, value);
  }

  request() {
    if (this.dead || !this.header || !this.W) return;
    const now = Date.now();
    const { want, sounds, missing } = this.needs();
    this.root.dataset.ready = missing ? "0" : "1";
    // One question at a time: the next one goes out with the answer, or when none has come.
    if (this.waiting && now - this.waiting < 3000) {
      this.timer = setTimeout(() => this.request(), 3010 - (now - this.waiting));
      return;
    }
    if (!missing) {
      this.report(want);
      return;
    }
    const sig = JSON.stringify([want, sounds, this.shown()]);
    if (sig === this.asked.sig) {
      if (this.asked.tries >= 3) return;
      this.asked.tries += 1;
    } else {
      this.asked = { sig, tries: 1 };
    }
    this.lost = false;
    this.tellPython(want, sounds);
  }

  report(want, delay = REPORT_MS) {
    clearTimeout(this.reporter);
    const seen = JSON.stringify(this.looksAt());
    this.told ??= seen;
    if (seen === this.told) return;
    this.reporter = setTimeout(() => {
      if (!this.dead && JSON.stringify(this.looksAt()) === seen) this.tellPython(want);
    }, delay);
  }

  // ----------------------------------------------------------------------------------- drawing

  tell() {
    this.draw();
    this.say();
  }

  draw() {
    if (this.frame || this.dead) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (this.look && this.W) this.paint();
      this.painted();
    });
  }

  painted() {}

  // Spoken once the keyboard rests; the mouse does not talk.
  speak() {
    clearTimeout(this.speech);
    this.speech = setTimeout(() => {
      this.live.textContent = this.speechText ?? "";
    }, 350);
  }
}

function nameNode(node, text) {
  node.setAttribute("aria-label", text);
  node.title = text;
}
