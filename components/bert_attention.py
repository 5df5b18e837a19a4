"""Who looks at whom in a BERT: one head as lines, and all heads as small matrices."""

from __future__ import annotations

from components import attention as lines
from components import show
from components.bert import Asked
from components.i18n import _
from components.viewer import Outline
from engine.language.attention import one_map, share_of_ends, side_by_side

FRAME = "#D55E00"  # around the chosen head


def head_view(asked: Asked, layer: int, head: int, caption: str) -> None:
    """One head of a layer, from 0; head -1 is the mean of all."""
    lines.draw(
        "bert",
        asked.lab.run(one_map, asked.maps, layer=layer, head=head, as_="attention"),
        asked.labels,
        asked.labels,
        title=_("Row: who looks. Column: at whom."),
        caption=caption + asked.note,
        focus=min(3, len(asked.names) - 1),
    )


def tiles_view(asked: Asked, layer: int, head: int, caption: str) -> None:
    """All heads, the chosen one framed, and how much of each layer goes to the ends of the text."""
    tiles = asked.lab.run(side_by_side, asked.maps, as_="all_maps")
    ends = asked.lab.run(share_of_ends, asked.maps, as_="ends").value
    said = _(
        "To [CLS] and the last [SEP] go, layer by layer: {shares}.",
        shares=", ".join(f"{share:.0%}" for share in ends),
    )
    alt = _("72 small matrices, a row for each layer")
    side = len(asked.names) + 1  # a matrix and the line behind it
    left, top = head * side, layer * side
    right, bottom = left + side - 1, top + side - 1
    frame = Outline((left, top, right, top, right, bottom, left, bottom), colour=FRAME)
    look = {"lo": 0, "hi": 1, "scale": "viridis", "group": "tiles"}
    chosen = (frame,) if head >= 0 else ()
    if chosen:
        said = _("The frame is around the chosen head.") + " " + said
    panes = [show.Picture(tiles, _("All heads"), alt, **look, outlines=chosen)]
    show.pictures("tiles", panes, caption=f"{caption} {said}", height=360)
