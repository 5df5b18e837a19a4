"""Shows: one-hot times matrix as a row look-up; the nearest words by angle and by distance; a - b + c;
a word in several sentences and sentences side by side, by MiniLM; what vectors hide; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import embeddings as shown
from components import maps, page, quiz, show, vectors
from components import text as texts
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice, slider
from engine.text.onehot import documents_of, first_items, how_many
from engine.vectors.contextual import (
    example_sentences,
    has_word,
)
from engine.vectors.lookup import small_matrix
from engine.vectors.similarity import (
    analogy,
    closest_pair,
    most_different,
    nearest,
)
from engine.vectors.static import (
    share_unknown,
    table_rows,
    table_words,
)

here = page.start(
    "embeddings",
    {
        "lookup": _("Look-up"),
        "nearest": _("Nearest words"),
        "analogy": _("Analogies"),
        "context": _("In context"),
        "sentences": _("Sentences"),
        "hidden": _("What they hide"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()
maps.prepare()


@fragment
def lookup() -> None:
    kinds = {"small": _("Small, by chance"), "real": _("Learned")}
    kind = choice(_("Matrix"), kinds, key="matrix")
    if kind == "small":
        table = vectors.table_here(lab, characters, ask=False)
        words = lab.run(first_items, table.words, count=vectors.LEAST, as_="vocabulary")
        matrix = lab.run(small_matrix, words, as_="matrix")
        label = _("Word, 1 to {count}", count=vectors.LEAST)
        word = words.value[slider(label, 1, vectors.LEAST, 2, key="lookup_word") - 1]
        caption = text["caption_small"].format(count=vectors.LEAST)
    else:
        table = vectors.table_here(lab, characters)
        typed = vectors.typed_word(_("Word"), table.words.value[0], key="lookup_typed")
        known = table.understood(typed)
        if known is None:
            return
        word = known
        words = lab.run(table_words, table.vectors, as_="vocabulary")
        matrix = lab.run(table_rows, table.vectors, as_="matrix")
        _count, numbers = table.shape
        caption = text["caption_real"].format(table=table.title, numbers=numbers)
    shown.looked_up(kind, lab, words, word, matrix, caption + table.note)


@fragment
def neighbours() -> None:
    table = vectors.table_of_choice(lab, characters)
    if table is None:
        return
    few = lab.run(first_items, table.words, count=6, as_="few")
    start, _common = lab.run(most_different, table.vectors, few, as_="example").value
    typed = vectors.typed_word(_("Word"), table.start or start, key="near")
    word = table.understood(typed)
    if word is not None:
        shown.two_rankings(table, word, text["nearest_caption"])


@fragment
def analogies() -> None:
    table = vectors.table_of_choice(lab, characters)
    if table is None:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed = [
            vectors.typed_word(label, start, key=f"analogy_{table.kind}_{number}")
            for number, (label, start) in enumerate(
                zip(("a", "− b", "+ c"), table.analogy, strict=True)
            )
        ]
        options = {"out": _("left out"), "kept": _("may win")}
        kept = choice(_("The three words themselves"), options, key="inputs")
    words = [table.understood(one) for one in typed]
    if None in words:
        return
    a, b, c = words
    found = lab.run(
        analogy, table.vectors, a=a, b=b, c=c, keep_inputs=kept == "kept", as_="ranking"
    )
    if not found.value:
        st.info(_("There is no other word in this table."), icon=":material/info:")
        return
    tries = {
        "glove": text["try_glove"],
        "sanguo": text["try_sanguo"].format(**shown.OF_THE_NOVEL),
    }
    show.chart(
        "analogy",
        lambda ranking: shown.bars([f[:2] for f in ranking], x=_("cosine"), hollow=words),
        [found],
        caption=_("The words nearest to {a} − {b} + {c}.", a=safe(a), b=safe(b), c=safe(c))
        + " "
        + text[f"caption_{kept}"]
        + " "
        + tries.get(table.name.removesuffix("-all"), ""),
        alt=_("A bar for each word, the nearest on top"),
    )


@fragment
def context() -> None:
    weights = vectors.encoder(lab)
    if weights is None:
        return
    table = vectors.open_table(lab, characters)  # English, as MiniLM is
    assert table is not None
    word = vectors.typed_word(_("Word"), shown.WORD, key="context_word")
    written = st.text_area(
        _("Sentences with it, one a line"),
        "\n".join(shown.SENTENCES),
        key="context_sentences",
        max_chars=2000,
        height=130,
        persist_state="session",
    )
    lines = [line.strip()[:300] for line in (written or "").splitlines() if line.strip()]
    lines = [line for line in lines if has_word(line, word=word)][:6]
    if len(lines) < 2:
        st.info(text["too_few_sentences"], icon=":material/info:")
        return
    shown.cosines_in_context(table, lines, word, weights, text)
    shown.cosines_of_tokens(
        lab, lines[:2], weights, text["tokens_caption"].format(drawn=shown.DRAWN)
    )


def sentences() -> None:
    weights = vectors.encoder(lab)
    if weights is None:
        return
    own = lab.run(documents_of, characters, count=shown.COMPARED, as_="sentences")
    note = ""
    if lab.run(how_many, own, as_="count").value < 2:
        own, note = lab.run(example_sentences, as_="sentences"), " " + text["example_note"]
    shown.cosines_of_sentences(lab, own, weights, note, text["sentences_caption"])


@fragment
def hidden() -> None:
    kinds = {
        "bias": _("Prejudice"),
        "opposites": _("Opposites"),
        "frequency": _("Frequency"),
        "turned": _("Names of the numbers"),
    }
    kind = choice(_("What is hidden"), kinds, key="hides", hide_label=True)
    table = vectors.table_here(lab, characters)
    views = {
        "bias": shown.prejudice,
        "opposites": shown.opposites,
        "frequency": shown.lengths,
        "turned": shown.turned,
    }
    caption = text[f"caption_bias_{table.kind}" if kind == "bias" else f"caption_{kind}"]
    words, numbers = table.shape
    fields = {"words": f"{words:,}", "numbers": numbers, "first": shown.FIRST}
    views[kind](table, caption.format(**fields, **shown.OF_THE_NOVEL))


def predict() -> None:
    table = vectors.table_here(lab, characters, ask=False)
    if table.note:
        st.caption(table.note.strip())
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


here.run(
    lookup=lookup,
    nearest=neighbours,
    analogy=analogies,
    context=context,
    sentences=sentences,
    hidden=hidden,
    predict=predict,
)
