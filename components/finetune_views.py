"""What the fine-tuning lab draws of a set: rows of small pictures, and the two sides of its split."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import show
from components.finetune import Set
from components.i18n import _, safe
from engine import export
from engine.image.resize import fit_within
from engine.training.ownset import set_counts
from engine.training.splits import LEARN, TEST, copies, leaks, split_counts

MARK = 64  # pixels of a small picture
IN_ROW = 8  # pictures of a class that are shown on each side of the split

STYLE = """
<style>
.ft-row { display: flex; flex-wrap: wrap; gap: 3px; align-items: flex-end; }
.ft-row figure { margin: 0; text-align: center; line-height: 1.1; max-width: 150px; }
.ft-row img { height: 48px; max-width: 150px; border-radius: 3px; display: block; object-fit: cover; }
.ft-large img { height: 84px; }
.ft-row figcaption { font-size: 0.75rem; opacity: 0.85; font-variant-numeric: tabular-nums; }
.ft-row .ft-more { align-self: center; font-size: 0.85rem; opacity: 0.8; padding: 0 0.3rem; }
.ft-sides { display: grid; grid-template-columns: minmax(3rem, max-content) 1fr 1fr; gap: 6px 18px; }
.ft-sides > * { align-self: center; min-width: 0; overflow-wrap: anywhere; }
.ft-sides .ft-head { font-size: 0.85rem; font-weight: 600; }
.ft-sides .ft-side { display: none; font-size: 0.8rem; opacity: 0.8; }
@media (max-width: 640px) {
  .ft-row img { height: 38px; }
  .ft-sides { display: block; }
  .ft-sides > * { margin: 0.15rem 0; }
  .ft-sides .ft-top { display: none; }
  .ft-sides .ft-side { display: block; }
}
</style>
"""


def draw_style() -> None:
    """Put the style of rows of pictures on the page; once a page is enough."""
    st.html(STYLE)


def row(
    pictures: Sequence[bytes],
    *,
    alts: Sequence[str],
    captions: Sequence[str] = (),
    more: str = "",
    large: bool = False,
) -> str:
    """A row of small pictures (PNG or JPEG) as HTML, each with a caption; `more` stands behind it."""
    parts = []
    for number, (data, alt) in enumerate(zip(pictures, alts, strict=True)):
        kind = "png" if data[:4] == b"\x89PNG" else "jpeg"
        source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
        alt = html.escape(alt, quote=True)
        under = html.escape(captions[number]) if captions else ""
        under = f"<figcaption>{under}</figcaption>" if under else ""
        parts.append(f'<figure><img src="{source}" alt="{alt}" title="{alt}">{under}</figure>')
    parts += [f'<span class="ft-more">{html.escape(more)}</span>'] if more else []
    look = "ft-row ft-large" if large else "ft-row"
    return f'<div class="{look}">{"".join(parts)}</div>'


def mark(picture: Any, side: int = MARK) -> bytes:
    """A small encoded copy of one picture of a set."""
    return export.to_jpeg(fit_within(picture, side=side))


def marks(data: Set, places: Sequence[int], **look: Any) -> str:
    """A row of examples of a set, given by their numbers."""
    pictures, labels, _names, files, _skipped = data.examples.value
    names = data.names
    alts = [f"{names[labels[at]]}: {files[at]}" for at in places]
    side = 2 * MARK if look.get("large") else MARK
    return row([mark(pictures[at], side) for at in places], alts=alts, **look)


def split(data: Set, text: Mapping[str, str]) -> None:
    """Both sides of the split, class by class, with counts and copies that lie on both."""
    labels, names = data.examples.value[1].tolist(), data.names
    roles = data.roles.value.tolist()
    sides = ((LEARN, _("learn from")), (TEST, _("test")))
    heads = "".join(f'<div class="ft-head ft-top">{html.escape(told)}</div>' for _r, told in sides)
    parts = [f'<div class="ft-top"></div>{heads}']
    for number, name in enumerate(names):
        parts.append(f'<div class="ft-head">{html.escape(name)}</div>')
        for role, told in sides:
            places = [at for at, one in enumerate(labels) if one == number and roles[at] == role]
            rest = f"+ {len(places) - IN_ROW}" if len(places) > IN_ROW else ""
            shown = marks(data, places[:IN_ROW], more=rest)
            parts.append(f'<div><span class="ft-side">{html.escape(told)}</span>{shown}</div>')
    counts = data.lab.run(split_counts, data.examples, data.roles, as_="counts")
    every = data.lab.run(set_counts, data.examples, as_="all_counts")
    learnt, tested = (int(n) for n in counts.value.sum(axis=0))
    unused = int(every.value.sum()) - learnt - tested
    said = _(
        "{learnt} examples to learn from, {tested} for the test, {unused} unused, in {classes} classes.",
        learnt=learnt,
        tested=tested,
        unused=unused,
        classes=len(names),
    )
    twins = data.lab.run(copies, data.examples, as_="twins")
    crossing = data.lab.run(leaks, data.examples, data.roles, as_="crossing")
    note = " " + text["languages_note"] if data.name == "languages" else ""
    show.html(
        "split",
        f'<div class="ft-sides">{"".join(parts)}</div>',
        [data.roles, counts, every, twins, crossing],
        caption=f"{said} {text['split_caption']}{note}",
    )
    _copies(data, twins.value, len(crossing.value))
    _skipped_files(data.examples.value[4])


def _copies(data: Set, twins: Sequence[tuple[int, int]], crossing: int) -> None:
    """Say which examples are the same picture, and whether any lies on both sides."""
    if not twins:
        return
    st.info(
        _(
            "{count} examples are copies of others, or nearly. They stay on one side of the split; "
            "on both sides: {crossing}.",
            count=len(twins),
            crossing=crossing,
        ),
        icon=":material/content_copy:",
    )
    st.html(marks(data, [at for pair in twins[:4] for at in pair]))


def _skipped_files(skipped: Sequence[Any]) -> None:
    from components.guard import explain
    from engine.errors import UserError

    if skipped:
        lines = [
            f"- {safe(file)}: {explain(UserError(message, **dict(fields)))}"
            for file, message, fields in skipped[:8]
        ]
        st.warning("\n".join([_("Left out, the rest was added:"), *lines]))
