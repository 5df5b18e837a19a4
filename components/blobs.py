"""What the linked views of pictures and of sounds share: their messages to the browser and back.

A message is one byte string, because Streamlit passes bytes on unchanged:
``uint32 (little endian) header length | UTF-8 JSON header | blobs``. Every blob has a key, which
tells its bytes: the same key, the same bytes. A blob that the browser already has is named without
its bytes. What the browser sends back comes from outside, so nothing in it is trusted.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

KNOWN_KEYS = 256  # blobs that a session remembers as sent
MOST_KEYS = 500
LONGEST_KEY = 300  # characters


# ------------------------------------------------------------------------------- the message


class Packer:
    """Collects blobs; a blob whose key the browser knows is named but not sent."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = set(known)
        self.used: dict[str, None] = {}
        self.blobs: list[bytes] = []
        self.offset = 0

    def add(self, key: str, make: Callable[[], bytes], **facts: Any) -> dict[str, Any]:
        """The header's entry for the blob called `key`; `make` is called only if it is sent."""
        entry: dict[str, Any] = {"key": key, **facts}
        if key not in self.known and key not in self.used:
            blob = make()
            entry |= {"offset": self.offset, "length": len(blob)}
            self.blobs.append(blob)
            self.offset += len(blob)
        self.used[key] = None
        return entry

    def add_code(self, code: bytes) -> dict[str, Any]:
        """The header's entry for a component's JavaScript, a blob like any other."""
        return self.add("c:" + blake2b(code, digest_size=8).hexdigest(), lambda: code)

    def message(self, header: Mapping[str, Any]) -> bytes:
        """The header and the collected blobs as one byte string."""
        text = json.dumps(
            header, ensure_ascii=False, separators=(",", ":"), allow_nan=False
        ).encode()
        return b"".join([struct.pack("<I", len(text)), text, *self.blobs])


def number_type(array: np.ndarray) -> tuple[str, np.ndarray]:
    """The array in a number type that JavaScript has, little endian, no value changed."""
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "b":
        return "bool", array.astype("<u1")
    if kind == "u" and size <= 2:
        return f"uint{8 * size}", array.astype(f"<u{size}", copy=False)
    if kind == "i" and size <= 4:
        return "int32", array.astype("<i4", copy=False)
    if kind in "ui":  # up to 2**53 exactly
        return "float64", array.astype("<f8")
    if kind == "f" and size <= 4:
        return "float32", array.astype("<f4", copy=False)
    if kind == "f":
        return "float64", array.astype("<f8", copy=False)
    raise ValueError(f"A pane shows real numbers; this array has dtype {array.dtype}.")


# ------------------------------------------------------------- what comes from outside, checked


def mapping(value: Any) -> Mapping[str, Any]:
    """`value` if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def get(state: Any, name: str) -> Any:
    """What a component's state says under `name`, or None."""
    try:
        return state.get(name) if state is not None else None
    except (AttributeError, KeyError):
        return None


def is_number(value: Any) -> bool:
    """Whether `value` is a finite number of a size that views have (NaN compares as False)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def is_whole(value: Any, most: int) -> bool:
    """Whether `value` is an integer from 0 to `most`."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def integers(value: Any, count: int = 4) -> tuple[int, ...] | None:
    """``count`` finite numbers from the browser as integers, or None."""
    if not isinstance(value, list | tuple) or len(value) != count:
        return None
    return tuple(int(v) for v in value) if all(map(is_number, value)) else None


def read_question(request: Mapping[str, Any]) -> tuple[float | None, tuple[str, ...]]:
    """The number of the browser's question, and the keys of the blobs that it says it has."""
    n, have = request.get("n"), request.get("have")
    good = isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < 2**53
    keys = have[:MOST_KEYS] if isinstance(have, list | tuple) else ()
    return (
        n if good else None,
        tuple(key for key in keys if isinstance(key, str) and len(key) <= LONGEST_KEY),
    )


class Memory:
    """What one component of one session has been sent.

    The browser's own list, when a new one came with a question, overrules it.
    """

    def __init__(
        self, session: MutableMapping[Any, Any], key: str, n: float | None, have: Sequence[str]
    ) -> None:
        self._session, self._name, self._n = session, f"_{key}_sent", n
        last, self.known = session.get(self._name, (None, ()))
        if n != last:
            self.known = tuple(have)

    def keep(self, used: Sequence[str]) -> None:
        """Note that the browser now has the blobs called `used`."""
        sent = (*(key for key in self.known if key not in used), *used)[-KNOWN_KEYS:]
        self._session[self._name] = (self._n, sent)


# ------------------------------------------------------------------------------- the front end

# Streamlit sends a component's inline JavaScript and CSS again with every reply. So the inline part
# only loads the view's code with its style, which travels once, as a blob like any other; a browser
# that does not have it says so by an empty "have".
LOADER = """
const modules = (globalThis.numeroscopeModules ??= new Map());
export default async function (component) {
  const bytes = component.data;
  if (!bytes) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { code } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  if (code.offset !== undefined && !modules.has(code.key)) {
    const start = 4 + length + code.offset;
    const blob = new Blob([bytes.slice(start, start + code.length)], { type: "text/javascript" });
    modules.set(code.key, import(URL.createObjectURL(blob)));
  }
  const module = modules.get(code.key);
  if (!module) {
    // Asked again while nothing comes: what is asked during a change of pages can get lost.
    let asked = 0;
    const ask = () => {
      if (modules.has(code.key) || asked++ === 5) clearInterval(again);
      else component.setStateValue("view", { have: [], n: Date.now() });
    };
    const again = setInterval(ask, 3000);
    ask();
    return () => clearInterval(again);
  }
  return (await module).default(component);
}
"""


def _source(name: str) -> str:
    """A front-end file without its comment lines and indentation."""
    text = (Path(__file__).parent / "frontend" / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def code_of(styles: Sequence[str], scripts: Sequence[str]) -> bytes:
    """One JavaScript module: the styles as a string called CSS, and the scripts one after another."""
    style = "".join(map(_source, styles))
    return f"const CSS = {json.dumps(style)};\n{''.join(map(_source, scripts))}".encode()


def nothing() -> None:
    """Streamlit keeps a component's state only under names that have a callback."""
