"""Questions on waves and filters whose answers are computed from the learner's own picture."""

from __future__ import annotations

from components import quiz, waves
from components.i18n import _
from components.waves import Waves
from engine.image.fourier import share_of_waves, wave_facts


def ask(w: Waves) -> None:
    """Three questions: contrast of the low waves, a higher cut-off, the stronger first wave."""
    lab, width = w.lab, w.width
    mask = waves.low_pass(w, w.longest / 20)
    tenth = waves.share_kept(w, mask)
    quiz.question(
        _(
            "Only waves of at most a tenth of the highest frequency are kept. How much of the contrast "
            "is left?"
        ),
        {"a": _("under half"), "b": _("half to 90 %"), "c": _("over 90 %")},
        answer="a" if tenth < 0.5 else "b" if tenth <= 0.9 else "c",
        why=_(
            "{share}, from {waves} of all waves.",
            share=f"{tenth:.1%}",
            waves=f"{lab.run(share_of_waves, mask, width=width, as_='kept').value:.1%}",
        ),
        key="low",
    )
    third = waves.share_kept(w, waves.low_pass(w, w.longest / 3))
    quarter = waves.share_kept(w, waves.low_pass(w, w.longest / 4))
    quiz.question(
        _("The cut-off goes up from a quarter to a third of the longer side. What changes?"),
        {
            "blur": _("The picture gets more blurred"),
            "sharp": _("The picture gets sharper"),
            "same": _("Nothing that can be measured"),
        },
        answer="sharp" if third - quarter > 1e-4 else "same",
        why=_(
            "The share of the contrast goes from {low} to {high}: a higher cut-off lets finer waves "
            "through.",
            low=f"{quarter:.2%}",
            high=f"{third:.2%}",
        ),
        key="cutoff",
    )
    across, down = (
        lab.run(wave_facts, w.gray_half, u=u, v=v, width=width, as_="quiz_wave").value[0]
        for u, v in ((1, 0), (0, 1))
    )
    equal = abs(across - down) < 0.05
    quiz.question(
        _("Which wave is stronger here: the single one from left to right, or from top to bottom?"),
        {"across": _("Left to right"), "down": _("Top to bottom"), "same": _("Equally strong")},
        answer="same" if equal else "across" if across > down else "down",
        why=_(
            "{across} gray levels across, {down} down. A strong first wave means that one side of "
            "the picture is brighter than its middle or than the other side.",
            across=f"{across:.1f}",
            down=f"{down:.1f}",
        ),
        key="wave",
    )
