"""Shows: the memory of one training step by its parts, counted for twelve networks; what PyTorch keeps
for the way back, counted and measured; multiply-adds forward and backward; parameters from LeNet to
today; what breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import costs as shown
from components import page, quiz, show, timeline
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from engine.lab import Lab, Node
from engine.networks.history import sizes_by_year, times_as_large
from engine.samples import load
from engine.training.costs import (
    bytes_by_batch,
    bytes_in_use,
    held_by_steps,
    kept_numbers,
    largest_batch,
    measured_work,
    saved_by_batch,
    saved_bytes,
    small_trace,
    step_bytes,
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
HELD, TESTED = 32, 128  # pictures in the batches of what breaks


@fragment
def memory() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = choice(
            _("Network"), shown.network_names(), key="spend_net", default="resnet18", look="menu"
        )
        optimizer = choice(_("Optimiser"), shown.optimizer_names(), key="spend_opt", default="adam")
        form = choice(_("Numbers"), shown.form_names(), key="spend_form")
    layers = shown.layers_of_network(lab, name)
    how = {"optimizer": optimizer, "form": form}
    table = lab.run(bytes_by_batch, layers, batches=shown.BATCHES, as_="sizes_by_batch", **how)
    most = lab.run(largest_batch, layers, room=shown.ROOM, as_="most", **how)
    one = table.value[0]
    show.chart(
        "memory",
        lambda rows, _most: shown.memory_bars(rows, room=shown.ROOM),
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
        "measured_work", shown.work_grid(rows), measured, caption=text["measured_work_caption"]
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
    faults = {
        "held": _("Losses kept as tensors"),
        "use": _("Tested as in training"),
        "room": _("Too large a batch"),
    }
    fault = choice(_("What is done wrong"), faults, key="spend_fault")
    if fault == "held":
        table = lab.run(held_by_steps, name="lenet", batch=HELD, steps=8, network=True, as_="held")
        show.chart(
            "held",
            lambda rows: shown.measured_lines(
                rows,
                list(range(1, len(rows) + 1)),
                (_("added up as tensors"), _("added up as numbers")),
                _("batches"),
            ),
            [table],
            caption=text["held_caption"].format(batch=HELD),
            alt=_("Memory that is held after each batch"),
        )
    elif fault == "use":
        for column, way, title in zip(
            st.columns(2),
            ("train", "inference"),
            (_("As in training"), _("Under no_grad")),
            strict=True,
        ):
            found = lab.run(
                saved_bytes, name="lenet", batch=TESTED, way=way, network=True, as_=f"kept_{way}"
            )
            with column:
                st.metric(title, shown.size(found.value[0]))
                show.footer(f"use_{way}", [found], text[f"use_{way}"].format(batch=TESTED))
    else:
        layers = shown.layers_of_network(lab, "vgg16")
        for column, form in zip(st.columns(2), ("float32", "mixed"), strict=True):
            how = {"optimizer": "adam", "form": form}
            table = lab.run(
                bytes_by_batch, layers, batches=shown.BATCHES, as_="sizes_by_batch", **how
            )
            with column:
                st.markdown(_("**VGG-16, {form}**", form=shown.form_names()[form]))
                show.chart(
                    f"room_{form}",
                    lambda rows: shown.memory_bars(rows, room=shown.ROOM),
                    [table],
                    caption=text["room_caption"].format(gib=shown.GIB, room=shown.size(shown.ROOM)),
                    alt=_("Memory of a step by its parts and by the size of the batch"),
                )


def predict() -> None:
    layers = shown.layers_of_network(lab, "resnet18")
    parts = lab.run(
        step_bytes, layers, batch=64, optimizer="adam", form="float32", as_="parts"
    ).value
    names = shown.part_names()
    first = dict(zip(names, parts, strict=True))
    quiz.question(
        _("ResNet-18, Adam, float32, a batch of 64 pictures: what needs the most memory?"),
        {name: names[name] for name in ("state", "weights", "activations", "gradients")},
        answer=max(first, key=lambda name: first[name]),
        why=", ".join(f"{names[name]} {shown.size(count)}" for name, count in first.items()) + ".",
        key="spend_most",
    )
    adam, plain = (
        sum(
            lab.run(
                step_bytes, layers, batch=1, optimizer=name, form="float32", as_=f"with_{name}"
            ).value[:3]
        )
        for name in ("adam", "sgd")
    )
    times = adam / plain
    quiz.question(
        _("Adam instead of SGD: how does the memory without activations grow?"),
        {"b": _("4 times"), "c": _("not at all"), "a": _("2 times")},
        answer="a" if 1.5 < times < 3 else "b" if times >= 3 else "c",
        why=_("From {one} to {other}.", one=shown.size(plain), other=shown.size(adam)),
        key="spend_adam",
    )
    train = sum(parts)
    use = lab.run(bytes_in_use, layers, form="float32", as_="use").value
    ratio = train / use
    quiz.question(
        _("The same step against only using the network for one picture: how much more memory?"),
        {"b": _("2 to 10 times"), "c": _("over 10 times"), "a": _("under 2 times")},
        answer="a" if ratio < 2 else "b" if ratio <= 10 else "c",
        why=_("{one} against {other}.", one=shown.size(train), other=shown.size(use)),
        key="spend_use",
    )
    known = lab.run(sizes_by_year, as_="parameters")
    more = lab.run(times_as_large, known, name="ImageGPT", other="LeNet-5", as_="more").value
    quiz.question(
        _("How many times the parameters of LeNet-5 has ImageGPT?"),
        {"c": _("about 1,000,000"), "b": _("about 100,000"), "a": _("about 1,000")},
        answer="a" if more < 10_000 else "b" if more < 400_000 else "c",
        why=_("{times} times.", times=f"{more:,.0f}"),
        key="spend_growth",
    )


here.run(memory=memory, kept=kept, work=work, sizes=sizes, breaks=breaks, predict=predict)
