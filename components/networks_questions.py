"""Questions on networks whose answers are traced from the learner's own picture."""

from __future__ import annotations

from components import netviews as views
from components import quiz
from components.i18n import _
from engine.lab import Lab, Node
from engine.networks.catalogue import BY_NAME
from engine.networks.field import share_seen
from engine.networks.sequences import bert_base
from engine.networks.trace import table, totals


def ask(lab: Lab, pixels: Node) -> None:
    """Four questions: parameters and work of a larger picture, what a unit sees, a longer text."""
    net = BY_NAME["resnet50"]
    cut, whole = (views.input_of(lab, pixels, net, whole=which) for which in (False, True))
    first, second = (lab.run(totals, given.layers, as_="sums").value for given in (cut, whole))
    height, width = whole.picture.value.shape[:2]
    quiz.question(
        _(
            "Your picture goes into ResNet-50 whole, {width} × {height} pixels, and not cut to "
            "{crop} × {crop}. How many parameters does the network have then?",
            **{"width": width, "height": height, "crop": net.crop},
        ),
        {
            "ratio": _("more or fewer, as there are pixels"),
            "same": _("as many as before"),
            "half": _("half"),
        },
        answer="same" if first[0] == second[0] else "ratio",
        why=_("{count}: kernels are the same at every place.", count=f"{second[0]:,}"),
        key="net_parameters",
    )
    times = second[1] / first[1]
    quiz.question(
        _("And its multiply-adds, compared with {crop} × {crop}?", crop=net.crop),
        {"c": _("over 3 times"), "a": _("under 1.5 times"), "b": _("1.5 to 3 times")},
        answer="a" if times < 1.5 else "b" if times <= 3 else "c",
        why=_(
            "{times} times: {work} against {before}. They grow with the number of pixels.",
            times=f"{times:.2f}",
            work=f"{second[1]:,}",
            before=f"{first[1]:,}",
        ),
        key="net_work",
    )
    small = views.input_of(lab, pixels, BY_NAME["resnet18"], whole=True)
    number = views.last_of(small.layers, "layer2")
    share = lab.run(
        share_seen, small.layers, number=number, x=width // 2, y=height // 2, as_="share"
    ).value
    size = table(small.layers.value)[number].field[0][0]
    numbers = {"share": f"{share:.1%}", "size": f"{size:,.0f}"}
    quiz.question(
        _(
            "Your picture goes into ResNet-18 whole, {width} × {height} pixels. How much of it does the "
            "unit in the middle see, at the end of layer2?",
            width=width,
            height=height,
        ),
        {"b": _("10 to 50 %"), "c": _("over 50 %"), "a": _("under 10 %")},
        answer="a" if share < 0.1 else "b" if share <= 0.5 else "c",
        why=_("{share} of it: {size} × {size} pixels, cut at the edges.", **numbers)
        if share * width * height < size**2 - 0.5
        else _("{share} of it: {size} × {size} pixels.", **numbers),
        key="net_field",
    )
    short, long = (lab.run(bert_base, views.tokens(lab, n), as_=f"bert_{n}") for n in (128, 512))
    growth = views.attention_work(long) / views.attention_work(short)
    quiz.question(
        _(
            "BERT reads 512 tokens instead of 128. How do the multiply-adds of attention itself grow?"
        ),
        {"same": _("not at all"), "square": _("16 times"), "line": _("4 times")},
        answer={1: "same", 4: "line"}.get(round(growth), "square"),
        why=_("{times} times: every token looks at every token.", times=f"{growth:.0f}"),
        key="net_attention",
    )
