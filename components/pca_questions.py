"""Questions on principal components, whose answers are computed from the learner's table."""

from __future__ import annotations

import streamlit as st

from components import quiz
from components import table as tables
from components.i18n import _, safe
from components.pca import TIMES, cloud, tell_too_few
from engine.lab import Lab, Node
from engine.table import components as engine
from engine.table.components import ENOUGH

MOST_COLUMNS = 8


def ask(lab: Lab, table: Node) -> None:
    """Ask about the first measures of the table, or say that it has too few."""
    columns = tables.measures(lab, table)[:MOST_COLUMNS]
    made = cloud(lab, table, columns) if len(columns) > 1 else None
    if made is None or len(made.rows.value) < 3:
        tell_too_few(lab, table)
        return
    st.caption(_("Columns: {names}.", names=", ".join(map(safe, columns))) + " " + made.note)
    needed = lab.run(engine.needed_for, made.components, share=ENOUGH, as_="needed").value
    count = len(columns)
    sure = quiz.distinct(answer=needed, one=1, half=max(1, count // 2), all=count)
    quiz.question(
        _(
            "How many components of the scaled columns does it take to hold {enough} of the variance?",
            enough=f"{ENOUGH:.0%}",
        ),
        sure,
        answer="answer",
        why=_(
            "{needed} of {count}. The first ones hold {shares}.",
            needed=needed,
            count=count,
            shares=", ".join(f"{share:.1%}" for share in made.shares[:3]),
        ),
        key="pc_needed",
    )
    raw = cloud(lab, table, columns, scaled=False, tail="_unscaled")
    sizes = abs(raw.components.value[0][0]).round(6).tolist()
    place = sizes.index(max(sizes))
    quiz.question(
        _("Nothing is scaled. Which column does the first component follow most?"),
        {str(at): safe(name) for at, name in enumerate(columns)},
        answer=tuple(str(at) for at, size in enumerate(sizes) if size == max(sizes)),
        why=_(
            "Its loading is {loading}, and the component holds {share} of the variance.",
            loading=f"{raw.components.value[0][0][place]:+.3f}",
            share=f"{raw.shares[0]:.1%}",
        ),
        key="pc_follows",
    )
    first = float(made.shares[0])
    quiz.question(
        _("All columns are scaled. How much of the variance does the first component hold?"),
        {"little": _("under 40 %"), "middle": _("40 to 70 %"), "much": _("over 70 %")},
        answer="little" if first < 0.4 else "middle" if first <= 0.7 else "much",
        why=_("{share}.", share=f"{first:.1%}"),
        key="pc_first",
    )
    wrong = cloud(lab, table, columns, times=float(TIMES), tail="_wrong")
    change = float(wrong.shares[0]) - first
    quiz.question(
        _(
            "The first number of “{column}” that is not 0 is multiplied by {times}, and all is "
            "scaled. The share of the first component …",
            column=safe(columns[0]),
            times=TIMES,
        ),
        {
            "same": _("changes by less than 1 percentage point"),
            "more": _("becomes larger"),
            "less": _("becomes smaller"),
        },
        answer="same" if abs(change) < 0.01 else "more" if change > 0 else "less",
        why=_("From {before} to {after}.", before=f"{first:.1%}", after=f"{wrong.shares[0]:.1%}"),
        key="pc_wrong",
    )
