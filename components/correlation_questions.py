"""Questions on correlation, whose answers are computed from the learner's table."""

from __future__ import annotations

from components import correlation as shown
from components import quiz
from components import table as tables
from components.i18n import _, safe
from engine.lab import Lab, Node
from engine.table import correlation as engine


def ask(lab: Lab, table: Node) -> bool:
    """Ask about the first two measures of the table; False if it has too little for questions."""
    columns = tables.measures(lab, table)[:8]
    made = shown.pair_of(lab, table, *columns[:2]) if len(columns) > 1 else None
    if made is None or len(made.all.value) < 3 or made.r != made.r:
        return False
    x, y, r = safe(made.x), safe(made.y), made.r
    quiz.question(
        _("“{x}” grows. What does “{y}” do, by Pearson's r over all rows?", x=x, y=y),
        {"falls": _("it falls"), "neither": _("neither (|r| < 0.1)"), "grows": _("it grows")},
        answer="neither" if abs(r) < 0.1 else "grows" if r > 0 else "falls",
        why=_("r = {r}.", r=shown.number(r)),
        key="correlation_sign",
    )
    found = lab.run(engine.pearson_matrix, table, columns=columns, as_="pairs")
    strengths = [0.0 if v != v else abs(v) for v in found.value[0][0].tolist()[1:]]
    best = tuple(str(n) for n, one in enumerate(strengths) if one == max(strengths))
    options = {str(n): safe(columns[n + 1]) for n in range(len(strengths))}
    if len(options) > 1:
        quiz.question(
            _("Which column goes most strongly with “{x}”, by |r|?", x=x),
            options,
            answer=best,
            why=_("|r| = {r}.", r=f"{max(strengths):.3f}"),
            key="correlation_best",
        )
    quiz.question(
        _("How strong is the relation of the ranks of “{x}” and “{y}”?", x=x, y=y),
        {
            "weak": _("below 0.3"),
            "middle": _("|Spearman| from 0.3 to 0.7"),
            "strong": _("above 0.7"),
        },
        answer="weak" if abs(made.rho) < 0.3 else "middle" if abs(made.rho) <= 0.7 else "strong",
        why=_("Spearman = {rho}.", rho=shown.number(made.rho)),
        key="correlation_strength",
    )
    wrong = lab.run(engine.with_outlier, made.all, times=float(shown.TIMES), as_="wrong")
    then = lab.run(engine.pearson, wrong, as_="r_wrong").value
    change = abs(then) - abs(r)
    quiz.question(
        _(
            "The first number of “{y}” that is not 0 is multiplied by {times}. |r| …",
            y=y,
            times=shown.TIMES,
        ),
        {
            "same": _("changes by less than 0.05"),
            "more": _("becomes larger"),
            "less": _("becomes smaller"),
        },
        answer="same" if abs(change) < 0.05 else "more" if change > 0 else "less",
        why=_("r goes from {before} to {after}.", before=shown.number(r), after=shown.number(then)),
        key="correlation_wrong",
    )
    return True
