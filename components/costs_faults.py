"""What breaks: losses kept as tensors, testing as in training, too large a batch; what each costs."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components import show
from components.costs import (
    BATCHES,
    GIB,
    ROOM,
    form_names,
    layers_of_network,
    measured_lines,
    memory_bars,
    size,
)
from components.i18n import _
from engine.lab import Lab
from engine.training.costs import bytes_by_batch, held_by_steps, saved_bytes

HELD, TESTED = 32, 128  # pictures in the batches


def fault_names() -> dict[str, str]:
    """The mistakes to choose from."""
    return {
        "held": _("Losses kept as tensors"),
        "use": _("Tested as in training"),
        "room": _("Too large a batch"),
    }


def held_view(lab: Lab, caption: str) -> None:
    """Memory that is held after each batch, with losses added up as tensors and as numbers."""
    table = lab.run(held_by_steps, name="lenet", batch=HELD, steps=8, network=True, as_="held")
    show.chart(
        "held",
        lambda rows: measured_lines(
            rows,
            list(range(1, len(rows) + 1)),
            (_("added up as tensors"), _("added up as numbers")),
            _("batches"),
        ),
        [table],
        caption=caption.format(batch=HELD),
        alt=_("Memory that is held after each batch"),
    )


def use_views(lab: Lab, text: Mapping[str, str]) -> None:
    """What a test keeps when it is run as in training, and under no_grad."""
    ways = {"train": _("As in training"), "inference": _("Under no_grad")}
    for column, (way, title) in zip(st.columns(2), ways.items(), strict=True):
        found = lab.run(
            saved_bytes, name="lenet", batch=TESTED, way=way, network=True, as_=f"kept_{way}"
        )
        with column:
            st.metric(title, size(found.value[0]))
            show.footer(f"use_{way}", [found], text[f"use_{way}"].format(batch=TESTED))


def room_views(lab: Lab, caption: str) -> None:
    """The memory of VGG-16 in float32 and in mixed precision, beside the room of a card."""
    layers = layers_of_network(lab, "vgg16")
    for column, form in zip(st.columns(2), ("float32", "mixed"), strict=True):
        how = {"optimizer": "adam", "form": form}
        table = lab.run(bytes_by_batch, layers, batches=BATCHES, as_="sizes_by_batch", **how)
        with column:
            st.markdown(_("**VGG-16, {form}**", form=form_names()[form]))
            show.chart(
                f"room_{form}",
                lambda rows: memory_bars(rows, room=ROOM),
                [table],
                caption=caption.format(gib=GIB, room=size(ROOM)),
                alt=_("Memory of a step by its parts and by the size of the batch"),
            )
