"""Questions on masked pictures whose answers are computed with the trained networks."""

from __future__ import annotations

from components import digits as common
from components import quiz
from components.digits import Given
from components.i18n import _
from components.maskedimage import COUNTS, INK, asked, by_share
from engine.training.patches import HIDDEN, hidden_by_ink


def ask(all_: Given) -> None:
    """Four questions: one patch left, the mean digit, few hidden patches, ink or none."""
    lab = all_.lab
    shares = by_share(all_).value.tolist()
    few, usual, all_but_one = (shares[COUNTS.index(n)][0] for n in (14, HIDDEN, 48))
    quiz.question(
        _(
            "48 patches are hidden instead of {count}, so one is left to be seen. How many times as "
            "large is the error?",
            count=HIDDEN,
        ),
        {"c": _("over 3 times"), "a": _("under 1.5 times"), "b": _("1.5 to 3 times")},
        answer="a" if all_but_one < 1.5 * usual else "b" if all_but_one <= 3 * usual else "c",
        why=_(
            "{times} times, from {usual} to {last}.",
            times=f"{all_but_one / usual:.2f}",
            usual=f"{usual:.4f}",
            last=f"{all_but_one:.4f}",
        ),
        key="mi_last",
    )
    mean = shares[COUNTS.index(48)][1]
    quiz.question(
        _("With one patch to see, is it better than the mean of all digits?"),
        {"yes": _("Yes"), "no": _("No")},
        answer="yes" if all_but_one < mean else "no",
        why=_(
            "Its error is {own}, that of the mean digit {mean}.",
            own=f"{all_but_one:.4f}",
            mean=f"{mean:.4f}",
        ),
        key="mi_mean",
    )
    quiz.question(
        _(
            "It learned with {count} hidden patches. With only 14 hidden, its error is",
            count=HIDDEN,
        ),
        {"larger": _("larger, since it never saw so much"), "smaller": _("smaller")},
        answer="smaller" if few < usual else "larger",
        why=_("{few} against {usual}.", few=f"{few:.4f}", usual=f"{usual:.4f}"),
        key="mi_few",
    )
    digit = common.one(all_, 0)
    errors = []
    for most in (True, False):
        hidden = lab.run(hidden_by_ink, digit, hidden=INK, most=most, as_=f"ink_{most}".lower())
        errors.append(asked(all_, digit, hidden, name=f"_{most}".lower()).error)
    quiz.question(
        _(
            "{count} patches of the first digit are hidden: those with the most ink, or those with the "
            "least. How many times as large is the error for the most ink?",
            count=INK,
        ),
        {"few": _("under 5 times"), "many": _("over 5 times")},
        answer="many" if errors[0] > 5 * errors[1] else "few",
        why=_("{most} against {least}.", most=f"{errors[0]:.4f}", least=f"{errors[1]:.5f}"),
        key="mi_ink",
    )
