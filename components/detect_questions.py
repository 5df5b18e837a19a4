"""Questions on detection whose answers are computed from the boxes in the learner's own picture."""

from __future__ import annotations

from components import detect as shown
from components import quiz
from components.detect import Found
from components.i18n import _


def ask(found: Found) -> None:
    """Four questions: boxes above a score, those that stay, exchanged channels, dark pixels."""
    lab, pixels = found.lab, found.pixels
    candidates, kept = found.strongest(shown.LEAST).value, found.kept().value
    count, left = len(candidates), len(kept)
    quiz.question(
        _(
            "The network gives {places} boxes. How many have a score of at least {least}?",
            places=f"{shown.PLACES:,}",
            least=f"{shown.LEAST / 100:.2f}",
        ),
        {"a": _("under 10 boxes"), "b": _("10 to 100 boxes"), "c": _("over 100 boxes")},
        answer="a" if count < 10 else "b" if count <= 100 else "c",
        why=_("{count}: {boxes}.", count=count, boxes=shown.listed(candidates)),
        key="det_count",
    )
    quiz.question(
        _("And how many of them stay after suppression?"),
        {"none": _("none"), "few": _("one or two"), "more": _("three or more")},
        answer="none" if not left else "few" if left <= 2 else "more",
        why=_("{count}: {boxes}.", count=left, boxes=shown.listed(kept)),
        key="det_left",
    )
    swapped = shown.found_in(lab, pixels, order="rgb").strongest(0, "swapped").value[0]
    best = found.strongest(0, "strongest_first").value[0]
    same = swapped[5] == best[5]
    lower = swapped[4] < best[4]
    quiz.question(
        _("Red and blue are exchanged. What becomes of the strongest box?"),
        {
            "name": _("It gets another class"),
            "low": _("The same class, a lower score"),
            "high": _("The same class, no lower score"),
        },
        answer="name" if not same else "low" if lower else "high",
        why=_(
            "Before: {before}; after: {after}.",
            before=shown.named(best),
            after=shown.named(swapped),
        ),
        key="det_swap",
    )
    dark = shown.found_in(lab, pixels, top=1.0).strongest(0, "dark").value[0]
    quiz.question(
        _("The pixels are divided by 255 first. How high is the highest score?"),
        {"a": _("over 0.3"), "b": _("0.1 to 0.3"), "c": _("under 0.1")},
        answer="a" if dark[4] > 0.3 else "b" if dark[4] >= 0.1 else "c",
        why=_("{score}: for the network the picture is nearly black.", score=f"{dark[4]:.3f}"),
        key="det_dark",
    )
