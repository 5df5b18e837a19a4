"""Questions on CLIP, or the makeshift, whose answers are computed from the learner's own picture."""

from __future__ import annotations

from components import quiz
from components.clip import CAPTIONS, SETS, Way
from components.i18n import _
from engine.lab import Node
from engine.language.clip import shares_of


def ask(way: Way, pixels: Node) -> None:
    """Three questions: the first caption, its cosine, the share of a caption that does not fit."""
    lab = way.lab
    picture, rows = way.picture(pixels, as_="picture_row"), way.captions(CAPTIONS)
    found = way.matched(picture, rows, scale=way.scale)
    every = lab.run(shares_of, found, row=0, as_="shares").value
    best = max(range(len(every)), key=lambda n: every[n][1])
    name = "CLIP" if way.name == "clip" else _("the makeshift")
    quiz.question(
        _("Which caption does {network} put first for your picture?", network=name),
        {str(n): caption for n, caption in enumerate(CAPTIONS)},
        answer=str(best),
        why=", ".join(f"{c} {share:.0%}" for c, (_cos, share) in zip(CAPTIONS, every, strict=True))
        + ".",
        key="clip_first",
    )
    cosine = every[best][0]
    quiz.question(
        _("What is the cosine of your picture and that caption?"),
        {"low": _("under 0.3"), "middle": _("0.3 to 0.6"), "high": _("over 0.6")},
        answer="low" if cosine < 0.3 else "middle" if cosine <= 0.6 else "high",
        why=_(
            "{cosine}, and yet its share is {share}: softmax only compares the captions.",
            cosine=f"{cosine:.3f}",
            share=f"{every[best][1]:.0%}",
        ),
        key="clip_cosine",
    )
    wrong = way.captions(SETS["missing"][1])
    none = way.matched(picture, wrong, scale=way.scale, as_="none")
    sure = max(share for _cos, share in lab.run(shares_of, none, row=0, as_="none_shares").value)
    quiz.question(
        _(
            "Only a bicycle, a whale and a map of Peru are offered. What share does the one "
            "that comes first get?"
        ),
        {"low": _("under 50 %"), "middle": _("50 to 80 %"), "high": _("over 80 %")},
        answer="low" if sure < 0.5 else "middle" if sure <= 0.8 else "high",
        why=_("{share}.", share=f"{sure:.0%}"),
        key="clip_none",
    )
