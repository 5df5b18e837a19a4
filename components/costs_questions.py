"""Questions on the cost of training whose answers are counted."""

from __future__ import annotations

from components import quiz
from components.costs import layers_of_network, part_names, size
from components.i18n import _
from engine.lab import Lab
from engine.networks.history import sizes_by_year, times_as_large
from engine.training.costs import bytes_in_use, step_bytes


def ask(lab: Lab) -> None:
    """Four questions: the largest part, Adam for SGD, training against use, ImageGPT and LeNet-5."""
    layers = layers_of_network(lab, "resnet18")
    parts = lab.run(
        step_bytes, layers, batch=64, optimizer="adam", form="float32", as_="parts"
    ).value
    names = part_names()
    first = dict(zip(names, parts, strict=True))
    quiz.question(
        _("ResNet-18, Adam, float32, a batch of 64 pictures: what needs the most memory?"),
        {name: names[name] for name in ("state", "weights", "activations", "gradients")},
        answer=max(first, key=lambda name: first[name]),
        why=", ".join(f"{names[name]} {size(count)}" for name, count in first.items()) + ".",
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
        why=_("From {one} to {other}.", one=size(plain), other=size(adam)),
        key="spend_adam",
    )
    train = sum(parts)
    use = lab.run(bytes_in_use, layers, form="float32", as_="use").value
    ratio = train / use
    quiz.question(
        _("The same step against only using the network for one picture: how much more memory?"),
        {"b": _("2 to 10 times"), "c": _("over 10 times"), "a": _("under 2 times")},
        answer="a" if ratio < 2 else "b" if ratio <= 10 else "c",
        why=_("{one} against {other}.", one=size(train), other=size(use)),
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
