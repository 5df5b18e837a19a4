"""Questions on autoencoders whose answers are computed with the trained networks."""

from __future__ import annotations

from components import quiz
from components.autoencoder import errors_of_sizes, rebuilt
from components.autoencoder_odd import odd_input
from components.digits import Given
from components.i18n import _
from engine.training.bottleneck import errors_by_digit, mean_error
from engine.training.pretrained import reconstructed


def ask(all_: Given) -> None:
    """Four questions: 8 numbers for 2, the hardest digit, a letter, digits without noise."""
    lab = all_.lab
    errors = [node.value for node in errors_of_sizes(all_)]
    falls = errors[0] / errors[1]
    quiz.question(
        _("8 numbers instead of 2: how far does the error fall?"),
        {
            "c": _("to less than a third"),
            "a": _("to no less than two thirds"),
            "b": _("in between"),
        },
        answer="a" if falls <= 1.5 else "b" if falls <= 3 else "c",
        why=_(
            "From {two} to {eight}: it is {times} times smaller.",
            two=f"{errors[0]:.4f}",
            eight=f"{errors[1]:.4f}",
            times=f"{falls:.1f}",
        ),
        key="ae_widths",
    )
    made = rebuilt(all_, all_.tested, 8, as_="all_by_8")
    table = lab.run(errors_by_digit, all_.tested, made, all_.labels, as_="by_digit").value.tolist()
    hardest, easiest = table.index(max(table)), table.index(min(table))
    quiz.question(
        _("Through 8 numbers, which of these digits comes out worst?"),
        {str(n): str(n) for n in sorted({0, 1, 7, hardest})},
        answer=str(hardest),
        why=_(
            "{hard} has an error of {most}, {easy} one of {least}.",
            hard=hardest,
            easy=easiest,
            most=f"{table[hardest]:.4f}",
            least=f"{table[easiest]:.4f}",
        ),
        key="ae_worst",
    )
    odd = odd_input(all_, "letter")
    made = rebuilt(all_, odd, 2, as_="odd_made")
    times = lab.run(mean_error, odd, made, as_="odd_error").value / errors[0]
    quiz.question(
        _("A letter A goes through 2 numbers. How large is its error beside that of a digit?"),
        {"less": _("Smaller"), "twice": _("1 to 2 times"), "more": _("More than twice as large")},
        answer="less" if times < 1 else "twice" if times <= 2 else "more",
        why=_("{times} times as large.", times=f"{times:.1f}"),
        key="ae_letter",
    )
    clear = lab.run(mean_error, all_.tested, rebuilt(all_, all_.tested, 32, as_="b"), as_="e")
    cleaner = lab.run(
        reconstructed, all_.encoders, all_.tested, name="denoising", network=True, as_="cleaned_all"
    )
    other = lab.run(mean_error, all_.tested, cleaner, as_="cleaned_error").value
    quiz.question(
        _("Without any noise, which one redraws digits better?"),
        {"noisy": _("The one that learned from noisy digits"), "clear": _("The other one")},
        answer="noisy" if other < clear.value else "clear",
        why=_(
            "Errors {noisy} and {clear}: each does best what it was asked to do.",
            noisy=f"{other:.4f}",
            clear=f"{clear.value:.4f}",
        ),
        key="ae_clear",
    )
