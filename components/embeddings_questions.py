"""Questions on embeddings whose answers are computed from the table and the learner's own words."""

from __future__ import annotations

from components import quiz
from components.i18n import _, safe
from components.vectors import Table
from engine.text.onehot import first_items
from engine.vectors.similarity import closest_pair, most_different, nearest
from engine.vectors.static import share_unknown


def ask(table: Table) -> None:
    """The closest pair, angle against distance, missing words of the text, mutual neighbours."""
    lab = table.lab
    (a, b, most), *others = lab.run(closest_pair, table.vectors, table.words, as_="pairs").value
    pairs = sorted([(a, b), *((x, y) for x, y, _cosine in others)])
    quiz.question(
        _("Which two of these words have the most similar vectors?"),
        {str(n): safe(f"{x}, {y}") for n, (x, y) in enumerate(pairs)},
        answer=str(pairs.index((a, b))),
        why=_(
            "The cosines: {cosines}.",
            cosines=", ".join(
                f"{safe(x)} · {safe(y)} {cosine:.2f}" for x, y, cosine in ((a, b, most), *others)
            ),
        ),
        key="alike",
    )
    first = lab.run(first_items, table.words, count=1, as_="first")
    word, common = lab.run(most_different, table.vectors, first, as_="shared").value
    quiz.question(
        _(
            "“{word}”: how many of its ten nearest words do angle and distance agree on?",
            word=safe(word),
        ),
        {"few": _("under 5 words"), "some": _("5 to 8 words"), "most": _("9 or 10 words")},
        answer="few" if common < 5 else "some" if common < 9 else "most",
        why=_("On {common}: distance also depends on how long a vector is.", common=common),
        key="agree",
    )
    words, _numbers = table.shape
    if table.tokens is not None:
        unknown = lab.run(share_unknown, table.tokens, table.vectors, as_="unknown").value
        quiz.question(
            _(
                "How many of the words of your text are missing in the table of {words}?",
                words=f"{words:,}",
            ),
            {"none": _("under 2 %"), "few": _("2 to 20 %"), "many": _("over 20 %")},
            answer="none" if unknown < 0.02 else "few" if unknown <= 0.2 else "many",
            why=_("{share}. For them this table has nothing at all.", share=f"{unknown:.1%}"),
            key="missing",
        )
    (best, *_rest), *_more = lab.run(
        nearest, table.vectors, word=word, count=1, as_="nearest_one"
    ).value
    back = lab.run(nearest, table.vectors, word=best, count=1, as_="back").value[0][0]
    quiz.question(
        _(
            "The word nearest to “{word}” is “{best}”. Is “{word}” also the word nearest to “{best}”?",
            word=safe(word),
            best=safe(best),
        ),
        {"yes": _("Yes, it is"), "no": _("No, another one")},
        answer="yes" if back == word else "no",
        why=_("The word nearest to “{best}” is “{back}”.", best=safe(best), back=safe(back)),
        key="mutual",
    )
