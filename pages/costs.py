"""Shows: the memory of one training step by its parts, counted for twelve networks; what PyTorch keeps
for the way back, counted and measured; multiply-adds forward and backward; parameters from LeNet to
today; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import costs as shown
from components import costs_faults as faulty
from components import costs_questions as questions
from components import page, show, timeline
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Lab, Node
from engine.networks.history import sizes_by_year
from engine.samples import load
from engine.training.costs import (
    bytes_by_batch,
    kept_numbers,
    largest_batch,
    measured_work,
    saved_by_batch,
    saved_bytes,
    small_trace,
    step_work,
)

here = page.start(
    "costs",
    {
        "memory": _("Memory"),
        "kept": _("What is kept"),
        "work": _("Work"),
        "sizes": _("Sizes"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab = Lab(load("coffee"))
MEASURED = (1, 8, 32, 64)


@fragment
def memory() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = choice(
            _("Network"), shown.network_names(), key="spend_net", default="resnet18", look="menu"
        )
        optimizer = choice(_("Optimiser"), shown.optimizer_names(), key="spend_opt", default="adam")
        form = choice(_("Numbers"), shown.form_names(), key="spend_form")
        ways = {"bytes": _("in GB"), "shares": _("in shares")}
        shares = choice(_("Shown"), ways, key="spend_shown") == "shares"
    layers = shown.layers_of_network(lab, name)
    how = {"optimizer": optimizer, "form": form}
    table = lab.run(bytes_by_batch, layers, batches=shown.BATCHES, as_="sizes_by_batch", **how)
    most = lab.run(largest_batch, layers, room=shown.ROOM, as_="most", **how)
    one = table.value[0]
    show.chart(
        "memory",
        lambda rows, _most: shown.memory_bars(rows, room=shown.ROOM, shares=shares),
        [table, most],
        caption=text["memory_caption"].format(
            gib=shown.GIB, room=shown.size(shown.ROOM), tokens=shown.TOKENS
        )
        + " "
        + _(
            "Without the activations: {fixed}; each example adds {each}. In {room} there is room for a "
            "batch of {most}.",
            fixed=shown.size(float(one[:3].sum())),
            each=shown.size(float(one[3])),
            room=shown.size(shown.ROOM),
            most=f"{most.value:,}",
        ),
        alt=_("Memory of a step by its parts and by the size of the batch"),
    )


@fragment
def kept() -> None:
    left, right = st.columns(2)
    with left:
        name = choice(_("Small network"), shown.small_names(), key="spend_small")
    with right:
        batch = slider(_("Examples in the batch"), 1, 128, 32, key="spend_batch")
    rows = lab.run(kept_numbers, lab.run(small_trace, name=name, as_="layers"), as_="kept")
    found = lab.run(saved_bytes, name=name, batch=batch, network=True, as_="measured")
    table = lab.run(saved_by_batch, name=name, batches=MEASURED, network=True, as_="by_batch")
    counted = 4 * batch * sum(count for _layer, count in rows.value)
    one, other = st.columns(2)
    with one:
        show.chart(
            "kept",
            lambda parts, _found: shown.kept_bars(parts, batch),
            [rows, found],
            caption=text["kept_caption"]
            + " "
            + _(
                "Counted: {counted} bytes. Measured: {measured} bytes, and weights of {weights} bytes.",
                counted=f"{counted:,}",
                measured=f"{found.value[0]:,}",
                weights=f"{found.value[1]:,}",
            ),
            alt=_("Bytes that are kept, by layer"),
        )
    with other:
        show.chart(
            "measured",
            lambda values: shown.measured_lines(
                values, MEASURED, (_("measured"), _("counted")), _("examples in the batch")
            ),
            [table],
            caption=text["measured_caption"],
            alt=_("Measured and counted bytes by the size of the batch"),
        )


def work_of(name: str) -> Node:
    return lab.run(step_work, shown.layers_of_network(lab, name), as_=f"work_{name}")


@fragment
def work() -> None:
    names = shown.network_names()
    nodes = {name: work_of(name) for name in names}
    body = shown.work_grid([(names[name], node.value) for name, node in nodes.items()])
    show.html("work", body, list(nodes.values()), caption=text["work_caption"])
    rows, measured = [], []
    for name, title in shown.small_names().items():
        count = lab.run(
            step_work, lab.run(small_trace, name=name, as_="layers"), as_=f"count_{name}"
        )
        found = lab.run(measured_work, name=name, network=True, as_=f"found_{name}")
        rows += [
            (_("{name}, counted", name=title), count.value),
            (_("{name}, measured", name=title), found.value),
        ]
        measured += [count, found]
    show.html(
        "measured_work",
        shown.work_grid(rows, exact=True),
        measured,
        caption=text["measured_work_caption"],
    )


@fragment
def sizes() -> None:
    known = lab.run(sizes_by_year, as_="parameters")
    show.chart(
        "sizes",
        lambda rows: timeline.sizes(rows, y=_("Parameters"), of="parameters"),
        [known],
        caption=text["sizes_caption"],
        alt=_("Sizes of milestones by year, up in powers of ten"),
    )


@fragment
def breaks() -> None:
    fault = choice(_("What is done wrong"), faulty.fault_names(), key="spend_fault")
    if fault == "held":
        faulty.held_view(lab, text["held_caption"])
    elif fault == "use":
        faulty.use_views(lab, text)
    else:
        faulty.room_views(lab, text["room_caption"])


def predict() -> None:
    questions.ask(lab)


here.run(memory=memory, kept=kept, work=work, sizes=sizes, breaks=breaks, predict=predict)
