"""What the lesson on masked pictures draws: patches chosen by hand, their numbers, errors by share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components import charts, curves, draw, scales, show
from components import digits as common
from components.cells import Cell, grid
from components.digits import Given
from components.i18n import _
from components.state import choice, slider
from components.viewer import Outline
from engine.lab import Node
from engine.training.bottleneck import as_batch
from engine.training.patches import (
    HIDDEN,
    PATCH,
    PATCHES,
    ROW,
    error_picture,
    filled_in,
    hidden_by_chance,
    hidden_by_hand,
    hidden_error,
    mean_patches,
    patch_errors,
    spoil,
)
from engine.training.pretrained import errors_by_share, filled, filled_by_transformer

#: Hidden at first when the learner chooses: the middle of the picture.
MIDDLE = tuple(ROW * row + column for row in (2, 3, 4) for column in (2, 3, 4))
COUNTS = (2, 8, 14, 20, 25, 30, 37, 42, 46, 48)  # hidden patches along the curve of errors
ASKED = 100  # digits for it
INK = 14  # patches hidden by their ink, in what breaks


@dataclass(frozen=True)
class Asked:
    """A digit, its hidden patches, what the network draws there, and how far that is from the digit."""

    all_: Given
    digit: Node
    hidden: Node
    patches: Node
    errors: Node

    @property
    def error(self) -> float:
        """The mean squared error in hidden patches."""
        found: float = self.all_.lab.run(
            hidden_error, self.errors, self.hidden, as_="hidden_loss"
        ).value
        return found

    @property
    def places(self) -> list[int]:
        """The hidden patches."""
        return [n for n, gone in enumerate(self.hidden.value[0].tolist()) if gone]

    def seen(self, as_: str = "seen") -> Node:
        """The digit with gray patches."""
        return self.all_.lab.run(spoil, self.digit, self.hidden, as_=as_)

    def made(self, as_: str = "made") -> Node:
        """The digit whose hidden patches the network has drawn."""
        return self.all_.lab.run(filled_in, self.digit, self.hidden, self.patches, as_=as_)


def network_names() -> dict[str, str]:
    """The two networks that draw hidden patches."""
    return {"conv": _("Convolutions"), "transformer": _("Transformer")}


def asked(
    all_: Given, digit: Node, hidden: Node, *, name: str = "", network: str = "conv"
) -> Asked:
    """Ask a network for the hidden patches."""
    draws = filled if network == "conv" else filled_by_transformer
    patches = all_.lab.run(draws, all_.encoders, digit, hidden, network=True, as_=f"patches{name}")
    errors = all_.lab.run(patch_errors, digit, hidden, patches, as_=f"errors{name}")
    return Asked(all_, digit, hidden, patches, errors)


def mean_error_of(one: Asked, name: str = "") -> float:
    """The error of somebody who draws the mean of 4,000 digits there."""
    lab = one.all_.lab
    mean = lab.run(mean_patches, one.all_.learned(4000), one.hidden, as_=f"mean{name}")
    errors = lab.run(patch_errors, one.digit, one.hidden, mean, as_=f"mean_errors{name}")
    found: float = lab.run(hidden_error, errors, one.hidden, as_=f"mean_loss{name}").value
    return found


def ask_picture(all_: Given) -> Node:
    """Ask for a digit of the test, or for one that the learner draws: a batch of one."""
    kinds = {"test": _("A digit of the test"), "yours": _("Your drawing")}
    if choice(_("Picture"), kinds, key="mi_of") == "test":
        return common.ask_digit(all_, key="mi_digit")[0]
    return all_.lab.run(as_batch, draw.paper(all_.lab, "masked").digit, as_="digit")


def ask_hidden(all_: Given) -> Node | None:
    """Ask which patches are hidden; None if that leaves nothing to see or nothing to draw."""
    ways = {"chance": _("By chance"), "hand": _("By hand")}
    if choice(_("Hidden"), ways, key="mi_way") == "chance":
        return ask_chance(all_)
    heads = [str(n + 1) for n in range(ROW)]
    rows = [
        {head: ROW * row + column in MIDDLE for column, head in enumerate(heads)}
        for row in range(ROW)
    ]
    table = st.data_editor(
        rows,
        key="mi_hand",
        width="content",
        hide_index=True,
        column_config={head: st.column_config.CheckboxColumn(width=40) for head in heads},
    )
    ticked = [one for row in table for one in row.values()]
    gone = tuple(n for n, one in enumerate(ticked) if one)
    if not 0 < len(gone) < PATCHES:
        st.info(_("Hide at least one patch and leave at least one to be seen."))
        return None
    return all_.lab.run(hidden_by_hand, patches=gone, as_="hidden")


def ask_chance(all_: Given) -> Node:
    """Ask for how many patches are hidden, and for another draw."""
    left, right = st.columns(2)
    with left:
        count = slider(_("Hidden patches of 49"), 1, PATCHES - 1, HIDDEN, key="mi_hidden")
    with right:
        seed = slider(_("Random draw"), 1, 50, 1, key="mi_seed")
    return all_.lab.run(hidden_by_chance, count=1, hidden=count, seed=seed, as_="hidden")


def given_panes(one: Asked) -> list[show.Picture]:
    """The digit, and what a network sees of it."""
    lab = one.all_.lab
    return [
        common.pane(lab, one.digit, _("The digit"), _("The digit"), as_="whole"),
        common.pane(
            lab, one.seen(), _("What it sees"), _("Hidden patches are gray"), as_="seen_shown"
        ),
    ]


def drawn_panes(one: Asked, other: Asked) -> list[show.Picture]:
    """What both networks draw, and where the first is wrong."""
    lab = one.all_.lab
    errors = lab.run(error_picture, one.errors, as_="error_map")
    names = network_names()
    return [
        common.pane(lab, one.made(), names["conv"], _("Hidden patches redrawn"), as_="made_shown"),
        common.pane(
            lab,
            other.made("made_too"),
            names["transformer"],
            _("Hidden patches redrawn"),
            as_="made_too_shown",
        ),
        show.Picture(
            errors,
            _("Error of the convolutions"),
            _("Bright where a patch is wrong"),
            lo=0,
            hi=0.25,
            scale="viridis",
            group="digit",
            lossy=False,
        ),
    ]


def patch_panes(one: Asked, patch: int) -> list[show.Picture]:
    """The digit and what the network sees of it, with one patch framed."""
    y, x = (PATCH * n for n in divmod(patch, ROW))
    corners = (x, y, x + PATCH, y, x + PATCH, y + PATCH, x, y + PATCH)
    frame = Outline(tuple(float(n) for n in corners), colour="#D55E00")
    return [replace(pane, outlines=(frame,)) for pane in given_panes(one)]


def number_grids(numbers: Any) -> str:
    """The 16 numbers of a patch: as it is, as it was drawn, and the squares of the differences."""
    true, made, apart = numbers.tolist()
    squares = [[value * value for value in row] for row in apart]

    def table(rows: Any, title: str, scale: str, high: float, digits: int) -> str:
        cells = [
            [
                Cell(f"{v:.{digits}f}", scales.colour(scale, min(max(v, 0.0), high), 0, high))
                for v in row
            ]
            for row in rows
        ]
        return f"<div><p>{title}</p>{grid(cells, label=title)}</div>"

    parts = (
        table(true, _("As it is"), "viridis", 1.0, 2),
        table(made, _("As it was drawn"), "viridis", 1.0, 2),
        table(squares, _("Difference, squared"), "viridis", 1.0, 3),
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:1.5rem">{"".join(parts)}</div>'


def by_share(all_: Given) -> Node:
    """The errors of both networks and of the mean digit, for each number of hidden patches."""
    return all_.lab.run(
        errors_by_share,
        all_.encoders,
        all_.some(ASKED),
        all_.learned(4000),
        counts=COUNTS,
        network=True,
        as_="by_share",
    )


def share_chart(errors: Any) -> charts.Figure:
    """The errors of `errors_by_share` over the number of hidden patches."""
    xs = list(COUNTS)
    figure = curves.figure(
        {
            _("convolutions"): (xs, errors[:, 0]),
            _("the mean digit"): (xs, errors[:, 1]),
            _("transformer"): (xs, errors[:, 2]),
        },
        y=_("Mean squared error in hidden patches"),
        x=_("Hidden patches of 49"),
    )
    return charts.verticals(figure, [(HIDDEN, _("as it learned"))])
