"""Questions on numbers of few bits whose answers are computed from what the lesson shows."""

from __future__ import annotations

from components import quiz
from components.i18n import _
from components.numbers import plain
from components.precision_gradients import trained
from components.precision_int8 import in_whole_numbers
from engine.lab import Lab
from engine.models.catalogue import RESNET18
from engine.training.lossscale import gradients_of, lost
from engine.training.precision import near_rows, stands_still, typed_number


def ask(lab: Lab) -> None:
    """Four questions: 0.1 in two formats, a sum that stands still, gradients in bfloat16, scales."""
    value = lab.run(typed_number, text="0.1", as_="value")
    errors = {row[0]: row[4] for row in lab.run(near_rows, value, as_="near").value}
    quiz.question(
        _("0.1 as float16 and as bfloat16: which one is nearer to 0.1?"),
        {"bfloat16": "bfloat16", "float16": "float16"},
        answer=min(("bfloat16", "float16"), key=errors.__getitem__),
        why=_(
            "Relative errors: float16 {one}, bfloat16 {other}. float16 has more bits of fraction.",
            one=plain(errors["float16"], 2),
            other=plain(errors["bfloat16"], 2),
        ),
        key="prec_nearer",
    )
    still = int(lab.run(stands_still, form="float16", step=1.0, as_="still").value)
    quiz.question(
        _("One adds 1 again and again in float16. Where does the sum stand still?"),
        quiz.distinct(low=256, middle=1024, right=still, high=65504),
        answer="right",
        why=_(
            "At {still}: its neighbour above is {next}.", still=f"{still:,}", next=f"{still + 2:,}"
        ),
        key="prec_still",
    )
    found = lab.run(gradients_of, trained(lab, 40), as_="gradients")
    zero = lab.run(lost, found, form="float16", scale=1.0, as_="lost").value[0]
    in_b = lab.run(lost, found, form="bfloat16", scale=1.0, as_="lost_b").value[0]
    quiz.question(
        _("The gradients of the step Gradients are kept in bfloat16 instead. How many become 0?"),
        {"more": _("More than in float16"), "fewer": _("Fewer"), "same": _("As many")},
        answer="more" if in_b > zero else "fewer" if in_b < zero else "same",
        why=_("{b} against {a} in float16.", a=f"{zero:.2%}", b=f"{in_b:.2%}"),
        key="prec_bfloat",
    )
    weights = lab.weights(RESNET18)
    first, second = (
        in_whole_numbers(lab, weights, "conv1", way, 8, f"_{way}")[2].value
        for way in ("tensor", "channel")
    )
    times = first / second
    quiz.question(
        _(
            "The first layer of ResNet-18 in 8 bits: how much smaller is the error with a scale for "
            "each output?"
        ),
        {"none": _("under 1.2 times"), "much": _("over 3 times"), "some": _("1.2 to 3 times")},
        answer="none" if times < 1.2 else "some" if times <= 3 else "much",
        why=_(
            "{times} times: {one} against {other}.",
            times=f"{times:.1f}",
            one=f"{first:.2%}",
            other=f"{second:.2%}",
        ),
        key="prec_channel",
    )
