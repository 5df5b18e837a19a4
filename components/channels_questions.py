"""Questions on channels and bytes whose answers are computed from the learner's own picture."""

from __future__ import annotations

from components import quiz
from components.i18n import _
from engine.image.matrix import channel_means, largest_number
from engine.lab import Lab, Node


def ask(lab: Lab, pixels: Node) -> None:
    """Three questions: red and blue exchanged, the stride of a row, a sum that wraps around."""
    height, width = pixels.value.shape[:2]
    means = lab.run(channel_means, pixels, as_="means").value
    bluer = means[2] - means[0]
    quiz.question(
        _("Red and blue change places. Will this picture look warmer (more red) or colder?"),
        {"warm": _("Warmer"), "cold": _("Colder"), "same": _("Nearly the same")},
        answer="same" if abs(bluer) < 2 else "warm" if bluer > 0 else "cold",
        why=_(
            "The mean of red is {red}, of blue {blue}: they are exchanged.",
            red=f"{means[0]:.1f}",
            blue=f"{means[2]:.1f}",
        ),
        key="swap",
    )
    quiz.question(
        _("In HWC order, how many bytes lie between a pixel and the one below it?"),
        quiz.distinct(row=3 * width, pixel=3, plane=height * width),
        answer="row",
        why=_(
            "One row: {width} pixels × 3 channels × 1 byte. It is the array's first stride.",
            width=width,
        ),
        key="stride",
    )
    brightest = int(lab.run(largest_number, pixels, as_="largest").value)
    added = max(30, 276 - brightest)  # always too much for 8 bits
    total = brightest + added
    quiz.question(
        _(
            "The largest number of this picture is {largest}. What is {largest} + {added} in 8 bits?",
            largest=brightest,
            added=added,
        ),
        quiz.distinct(rest=total % 256, sum=total, top=255, zero=0),
        answer="rest",
        why=_(
            "{largest} + {added} = {total}, more than 255, and {total} − 256 = {rest} is left.",
            largest=brightest,
            added=added,
            total=total,
            rest=total % 256,
        ),
        key="wrap",
    )
