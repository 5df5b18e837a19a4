"""What one unit of a layer sees of the picture that goes in."""

from __future__ import annotations

import streamlit as st

from components import netviews as views
from components import show
from components.i18n import _
from components.netviews import Given
from components.show import Picture
from engine.lab import Lab
from engine.networks.field import field_of, mark_field, share_seen
from engine.networks.trace import table


def marked_pane(lab: Lab, given: Given, number: int, at: tuple[int, int], name: str) -> Picture:
    """The picture, dark outside what the unit of layer `number` at column and row `at` sees."""
    x, y = at
    where = {"number": number, "x": x, "y": y}
    marked = lab.run(mark_field, given.picture, given.layers, as_=name, **where)
    alt = _("The picture, dark outside the receptive field")
    return Picture(marked, views.field_title(given.layers, number), alt, lossy=False)


def field_view(lab: Lab, given: Given, number: int, caption: str) -> None:
    """The field of layer `number` about the pin: its sizes, the picture, and where it lies."""
    at = views.middle_or_pin("field", given.picture)
    where = {"number": number, "x": at[0], "y": at[1]}
    size, jump = table(given.layers.value)[number].field[0][:2]
    with st.container(horizontal=True):
        st.metric(_("Receptive field"), _("{size} × {size} pixels", size=f"{size:,.0f}"))
        st.metric(_("From unit to unit"), _("{jump} pixels", jump=f"{jump:g}"))
        share = lab.run(share_seen, given.layers, as_="share", **where).value
        st.metric(_("Share of the picture"), f"{share:.1%}")
    seen = lab.run(field_of, given.layers, as_="seen", **where)
    left, top, right, bottom, unit_row, unit_column = seen.value
    said = _(
        "Unit {row}, {column} of {name} sees columns {left} to {right} and rows {top} to {bottom}.",
        row=unit_row,
        column=unit_column,
        name=views.layer_title(given.layers, number),
        left=left,
        right=right - 1,
        top=top,
        bottom=bottom - 1,
    )
    show.pictures(
        "field",
        [
            Picture(given.picture, _("What goes in"), _("The picture as the network gets it")),
            marked_pane(lab, given, number, at, "marked"),
        ],
        caption=f"{said} {caption}{given.note}",
    )
