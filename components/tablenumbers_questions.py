"""The lesson on tables as numbers: predictions about the learner's own table."""

from __future__ import annotations

from components import quiz
from components.i18n import _, safe
from engine.lab import Lab, Node
from engine.table import dtypes, scaling, vector


def ask(lab: Lab, table: Node, numeric: tuple[str, ...], known: tuple[str, ...]) -> None:
    """The questions; `known` are those of the columns of numbers in which at least one is known."""
    shape, _dtype, size, _strides = lab.run(
        vector.memory_facts, table, columns=numeric, order="C", as_="facts"
    ).value
    cells = shape[0] * shape[1]
    quiz.question(
        _(
            "How many bytes do the {columns} columns of numbers take as float64, in {rows} rows?",
            columns=shape[1],
            rows=f"{shape[0]:,}",
        ),
        quiz.distinct(cells=cells, half=4 * cells, bytes=size, bits=64 * cells),
        answer="bytes",
        why=_("{rows} × {columns} × 8.", rows=f"{shape[0]:,}", columns=shape[1]),
        key="tn_bytes",
    )
    different = lab.run(vector.how_many_values, table, columns=known, as_="different").value
    most = known[different.index(max(different))]
    kept = lab.run(dtypes.kept_as, table, column=most, as_="kept").value
    _name, _size, rounded, outside, *_rest = next(one for one in kept if one[0] == "float16")
    there = lab.run(dtypes.how_many_known, table, column=most, as_="there").value
    share = (rounded + outside) / there
    quiz.question(
        _("“{column}” is kept as float16. How many of its numbers change?", column=safe(most)),
        {"few": _("under 10 %"), "some": _("10 to 50 %"), "many": _("over 50 %")},
        answer="few" if share < 0.1 else "some" if share <= 0.5 else "many",
        why=_("{changed} of {count}.", changed=f"{rounded + outside:,}", count=f"{there:,}"),
        key="tn_half",
    )
    values = lab.run(scaling.column_of, table, column=most, as_="values")
    result = lab.run(scaling.scaled_column, values, scaling="minmax", as_="scaled_values")
    mean = lab.run(scaling.mean_of, result, as_="mean").value
    if mean == mean:  # not of a column of infinities
        quiz.question(
            _(
                "“{column}” is scaled to 0..1 by its least and its greatest value. Where is its mean "
                "then?",
                column=safe(most),
            ),
            {"low": _("below 0.4"), "middle": _("0.4 to 0.6"), "high": _("above 0.6")},
            answer="low" if mean < 0.4 else "middle" if mean <= 0.6 else "high",
            why=_("At {mean}: the ends of the range decide, not the mean.", mean=f"{mean:.3f}"),
            key="tn_minmax",
        )
    columns = known[:6]
    shares = lab.run(
        scaling.shares_of_distance, table, columns=columns, scaling="none", as_="shares_none"
    ).value
    if len(columns) > 1 and shares.any():
        most_of_all = float(shares.max())
        right = tuple(str(at) for at, share in enumerate(shares) if share > most_of_all - 0.0005)
        quiz.question(
            _("Nothing is scaled. Which column decides how far apart two rows are?"),
            {str(at): safe(name) for at, name in enumerate(columns)},
            answer=right,
            why=_("It makes {share} of the squared distance.", share=f"{most_of_all:.1%}"),
            key="tn_decides",
        )
