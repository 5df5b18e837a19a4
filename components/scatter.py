"""Maps of named points: panes side by side in which the same point lights up, found by name.

The browser gets packed float32 positions, one blob a layout, and moves the points there; names and
groups travel once. Panning, zooming, turning, hovering and searching never ask the server. A click
chooses a point, of which the page can say more. What the browser sends back is checked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import streamlit as st

from components import blobs
from components.blobs import Memory, Packer, get, is_whole, mapping, read_question
from components.i18n import _

#: Told apart by colour-blind eyes (Okabe and Ito, 2008); each goes with a shape of its own, too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A7F87")
LONGEST_NAME = 120  # characters of a name that are sent

_CODE = blobs.code_of(("common.css", "scatter.css"), ("common.js", "shapes.js", "scatter.js"))
_COMPONENT = st.components.v2.component("numeroscope_scatter", js=blobs.LOADER)


@dataclass(frozen=True)
class Pane:
    """One map: `positions` (n, 2 or 3) and the key that tells them; `note` stands beside the title.

    `steps` : the (steps, n, 2 or 3) positions that can be played, with a title for each and the key.
    `reach` : how far the picture reaches from the origin, across and upwards, while they are; 0: as far
    as the points.
    """

    title: str
    alt: str
    positions: np.ndarray
    key: str
    note: str = ""
    steps: np.ndarray | None = None
    steps_key: str = ""
    step_titles: Sequence[str] = ()
    reach: tuple[float, float] = (0.0, 0.0)


def chosen(key: str, content: str, count: int) -> int | None:
    """The number of the point that the learner chose in the maps called `key`, else None."""
    sent = mapping(get(st.session_state.get(f"scatter_{key}"), "pick"))
    at = sent.get("at")
    return at if sent.get("content") == content and is_whole(at, count - 1) else None


def draw(
    key: str,
    panes: Sequence[Pane],
    *,
    names: Sequence[str],
    groups: Sequence[int],
    group_names: Sequence[str],
    content: str,
    links: Sequence[int] = (),
    height: int = 420,
    same_scale: bool = False,
    named: bool = True,
    reveal: str = "",
    spokes: Sequence[int] = (),
    slide: str = "",
    play_ms: int = 9000,
    colours: Sequence[str] = COLOURS,
) -> None:
    """Draw maps of the same points.

    Parameters
    ----------
    names : what each point is called. groups : the number of its group, of `group_names`.
    content : what a choice belongs to: other points have another content.
    links : the points to which lines are drawn from the chosen one.
    height : of a map, in CSS pixels.
    same_scale : whether a distance is as long in all maps, so that they can be compared.
    named : whether names stand at the points, too, and not only under the map.
    reveal : the page scrolls to the maps, once for each value but "".
    spokes : the points to which lines are drawn from the origin; they are named.
    slide : what a slider is called that moves through the steps, which then begin at the first; the
        maps have no field for names. "": no slider.
    play_ms : how long all steps are played.
    colours : of the groups.
    """
    told = st.session_state.get(f"scatter_{key}")
    n, have = read_question(mapping(get(told, "view")))
    memory = Memory(st.session_state, f"scatter_{key}", n, have)
    packer = Packer(memory.known)
    words = json.dumps([name[:LONGEST_NAME] for name in names], ensure_ascii=False).encode()
    kinds = np.asarray(groups, np.uint8).tobytes()
    header = {
        "code": packer.add_code(_CODE),
        "n": n,
        "content": content,
        "names": packer.add(_digest(words), lambda: words),
        "groups": packer.add(_digest(kinds), lambda: kinds),
        "groupNames": list(group_names),
        "colours": list(colours),
        "panes": [_pane(packer, pane) for pane in panes],
        "chosen": chosen(key, content, len(names)),
        "links": [int(link) for link in links],
        "height": height,
        "sameScale": same_scale,
        "named": named,
        "reveal": reveal,
        "spokes": [int(spoke) for spoke in spokes],
        "slide": slide,
        "playMs": play_ms,
        "text": {
            "play": _("Play"),
            "stop": _("Stop"),
            "search": _("Find a name"),
            "found": _("{count} found"),
            "fit": _("Show everything"),
            "zoom_in": _("Zoom in"),
            "zoom_out": _("Zoom out"),
            "hint": _(
                "Drag to move, click a point to choose it. Zoom: Ctrl and the wheel, or the wheel "
                "once the map was clicked"
            ),
            "turn": _(
                "Drag to turn the cloud, click a point to choose it. Zoom: Ctrl and the wheel, or the "
                "wheel once the map was clicked"
            ),
            "keys": _("Arrow keys move, plus and minus zoom, 0 shows everything"),
            "groups": _("Groups: click one to see it alone"),
        },
    }
    memory.keep(list(packer.used))
    _COMPONENT(
        key=f"scatter_{key}",
        data=packer.message(header),
        on_view_change=blobs.nothing,
        on_pick_change=blobs.nothing,
    )


def _pane(packer: Packer, pane: Pane) -> dict[str, object]:
    packed = np.ascontiguousarray(pane.positions, "<f4")
    frames = None
    if pane.steps is not None and len(pane.steps) > 1:
        steps = pane.steps
        frames = {
            "steps": packer.add(
                f"s:{pane.steps_key}", lambda: np.ascontiguousarray(steps, "<f4").tobytes()
            ),
            "titles": list(pane.step_titles),
            "reach": list(map(float, pane.reach)),
        }
    return {
        "frames": frames,
        "title": pane.title,
        "alt": pane.alt,
        "note": pane.note,
        "count": len(packed),
        "dimensions": packed.shape[1],
        "positions": packer.add(f"p:{pane.key}", packed.tobytes),
    }


def _digest(data: bytes) -> str:
    return "d:" + blake2b(data, digest_size=12).hexdigest()
