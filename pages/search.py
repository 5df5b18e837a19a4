"""Shows: sentences ranked for a query by meaning and by shared words; how alike they all are in both
ways; a classifier trained at once on labelled sentences; where it breaks; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import labelled, page, quiz, show, vectors
from components import search as shown
from components import text as texts
from components.charts import heat
from components.guard import fragment
from components.i18n import _, language, safe
from components.state import choice
from engine.language import classify
from engine.language.examples import BY_LANGUAGE
from engine.language.search import only_by, ranking, shared_pieces, these, without_hit
from engine.text.tokens import typed
from engine.vectors.contextual import sentence_vectors, share_of_unknown
from engine.vectors.similarity import cosine_matrix

COMPARED = 12  # sentences whose cosines are drawn

here = page.start(
    "search",
    {
        "find": _("Search"),
        "alike": _("All with all"),
        "train": _("A classifier"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
_source, lab, characters = texts.text_of_tray()


@fragment
def find() -> None:
    pile = shown.asked()
    if pile is None:
        return
    written = st.text_input(
        _("Look for"),
        pile.query,
        key=f"search_query_{pile.key}",
        max_chars=200,
        persist_state="session",
    )
    query = shown.one_text(pile.lab, (written or "").strip() or pile.query, as_="query")
    rows, wanted = pile.both(pile.sentences, as_="rows"), pile.both(query, as_="wanted")
    found = [
        pile.lab.run(ranking, q, r, as_=f"by_{name}")
        for q, r, name in zip(wanted, rows, ("meaning", "words"), strict=True)
    ]
    only = [pile.lab.run(only_by, *pair, as_="only").value for pair in (found, found[::-1])]
    titles, tints = (pile.title, pile.words_title), (shown.BLUE, shown.ORANGE)
    captions = (text["meaning_caption"], text["words_caption"])
    sentences = pile.sentences.value
    for column, node, title, mine, tint, caption in zip(
        st.columns(2), found, titles, only, tints, captions, strict=True
    ):
        with column:
            st.markdown(f"**{title}**")
            body = shown.ranking_grid(
                node.value, sentences, mine, tint, label=title, longest=pile.longest
            )
            listed = shown.listed_note(len(sentences))
            show.html(node.name, body, [node], caption=f"{listed} {caption}")
            (best, cosine), *_rest = node.value
            best_text = pile.lab.run(typed, text=sentences[best], as_="best")
            asked = pile.lab.run(typed, text=query.value[0], as_="asked")
            pair = (asked, best_text)
            common = pile.lab.run(shared_pieces, *pair, unit=pile.unit, as_="common").value
            if cosine > 0:
                st.markdown(f"> {texts.shortened(sentences[best], 300)}")
                st.caption(
                    _("Shared with the query: {words}.", words=safe(texts.listed(common)))
                    if common
                    else pile.nothing_shared
                )
            else:
                st.caption(_("No sentence shares anything with the query."))
    _unknown(pile)


def _unknown(pile: shown.Pile) -> None:
    """Say how much of the text MiniLM does not know, if that is much."""
    if pile.kind != "minilm":
        return
    share = pile.lab.run(share_of_unknown, pile.source, pile.sentences, as_="unknown").value
    if share > 0.05:
        st.info(
            _("MiniLM does not know {share} of these tokens.", share=f"{share:.0%}")
            + " "
            + text["unknown_note"],
            icon=":material/translate:",
        )


@fragment
def alike() -> None:
    pile = shown.asked()
    if pile is None:
        return
    rows = pile.both(pile.sentences, as_="rows")
    names = [
        f"{n + 1} {texts.beginning(s, 9)}" for n, s in enumerate(pile.sentences.value[:COMPARED])
    ]
    numbers = [str(n + 1) for n in range(len(names))]
    which = shown.which(len(names), len(pile.sentences.value))
    for column, node, title, key in zip(
        st.columns(2), rows, (pile.title, pile.words_title), ("meant", "counted"), strict=True
    ):
        with column:
            st.markdown(f"**{title}**")
            show.chart(
                f"alike_{key}",
                lambda cosines: heat(cosines[:COMPARED, :COMPARED], names, numbers),
                [pile.lab.run(cosine_matrix, node, as_="cosines")],
                caption=text[f"alike_{key}_caption"].format(which=which),
                alt=_("Cosines of every two sentences, {title}", title=title),
            )


@fragment
def train() -> None:
    written, tongue = labelled.ask_lines(lab)
    task = labelled.task(lab, characters, written, tongue)
    if task is None:
        return
    labelled.results(task, text)
    labelled.own_sentence(task, tongue, text["own_caption"])


LOOKALIKES = {
    "negation": (
        "I like this café.",
        "I do not like this café.",
        "This is a nice place for coffee.",
    ),
    "language": ("Two coffees, please.", "请来两杯咖啡。", "Deux cafés, s'il vous plaît."),
}


@fragment
def breaks() -> None:
    cases = {
        "negation": _("“not” is ignored"),
        "language": _("Another language"),
        "leak": _("Tested on what it knows"),
    }
    case = choice(_("What breaks"), cases, key="search_case", hide_label=True)
    st.markdown(text[f"breaks_{case}"])
    if case == "leak":
        written, tongue = labelled.ask_lines(lab)
        if (task := labelled.task(lab, characters, written, tongue)) is not None:
            labelled.leak(task, text["leak_caption"])
        return
    folder = vectors.encoder(lab)
    if folder is None:
        return
    written = [
        (
            st.text_input(
                _("Text {number}", number=n + 1), start, key=f"search_{case}_{n}", max_chars=200
            )
            or start
        )
        for n, start in enumerate(LOOKALIKES[case])
    ]
    rows = lab.run(
        sentence_vectors,
        folder,
        lab.run(these, texts=tuple(written), as_="three"),
        network=True,
        as_="rows",
    )
    with vectors.loading():
        rows.value
    names = [f"{n + 1} {texts.beginning(t, 20)}" for n, t in enumerate(written)]
    show.chart(
        f"breaks_{case}",
        lambda cosines: heat(cosines, names, ["1", "2", "3"]),
        [lab.run(cosine_matrix, rows, as_="cosines")],
        caption=text[f"caption_{case}"],
        alt=_("Cosines of three texts"),
    )


def predict() -> None:
    pile = shown.asked()
    if pile is None:
        return
    query = shown.one_text(pile.lab, pile.query, as_="query")
    rows, wanted = pile.both(pile.sentences, as_="rows"), pile.both(query, as_="wanted")
    meant, counted = (
        pile.lab.run(ranking, q, r, as_="found") for q, r in zip(wanted, rows, strict=True)
    )
    first, second = meant.value[0][0], counted.value[0][0]
    hits = len(counted.value) - pile.lab.run(without_hit, counted, as_="without").value
    quiz.question(
        _(
            "Looking for “{query}”: do meaning and words put the same sentence first?",
            query=safe(pile.query),
        ),
        {"same": _("The same"), "other": _("Different ones")},
        answer="same" if hits and first == second else "other",
        why=_("By meaning: {one}", one=texts.shortened(pile.sentences.value[first], 120))
        + "  \n"
        + (
            _("By words: {other}", other=texts.shortened(pile.sentences.value[second], 120))
            if hits
            else _("By words: nothing at all.")
        ),
        key="search_first",
    )
    share = hits / len(counted.value)
    quiz.question(
        _(
            "“{query}”: how many of the sentences share at least one word or character with it?",
            query=safe(pile.query),
        ),
        {"few": _("under a third"), "some": _("a third to two thirds"), "most": _("more")},
        answer="few" if share < 1 / 3 else "some" if share <= 2 / 3 else "most",
        why=_("{count} of {all}.", count=hits, all=len(counted.value)),
        key="search_share",
    )
    tongue = language()
    task = labelled.task(lab, characters, BY_LANGUAGE[tongue], tongue, ask=False)
    if task is None:
        return
    both = task.rows()
    one = lab.run(classify.over_splits, both[0], task.labels, as_="meant_splits").value.mean()
    other = lab.run(
        classify.over_splits_of_words,
        task.pile.sentences,
        task.labels,
        unit=task.pile.unit,
        as_="counted_splits",
    ).value.mean()
    quiz.question(
        _(
            "Praise or complaint, of the café's sentences: which vectors give more right answers on "
            "held-out ones?"
        ),
        {"counted": task.pile.words_title, "meant": task.pile.title, "same": _("Both within 5 %")},
        answer="same" if abs(one - other) < 0.05 else "meant" if one > other else "counted",
        why=_(
            "{meant}: {one}. {counted}: {other}. Chance: 50 %.",
            meant=task.pile.title,
            counted=task.pile.words_title,
            one=f"{one:.0%}",
            other=f"{other:.0%}",
        ),
        key="search_better",
    )
    mixed = lab.run(classify.shuffled_labels, task.labels, as_="mixed")
    mask = lab.run(classify.held_out, mixed, as_="mixed_mask")
    _weights, said = labelled.Task(task.pile, task.names, mixed, mask).trained(both[0], as_="mixed")
    heart = lab.run(classify.share_right_on_training, said, mixed, mask, as_="by_heart").value
    quiz.question(
        _(
            "The labels are shuffled, so they mean nothing. How many of the sentences that it learned "
            "from does it get right?"
        ),
        {"half": _("about half, as by guessing"), "more": _("60 to 90 %"), "all": _("over 90 %")},
        answer="half" if heart < 0.6 else "more" if heart <= 0.9 else "all",
        why=_(
            "{share}. Vectors with many numbers leave room to learn a few sentences by heart.",
            share=f"{heart:.0%}",
        ),
        key="search_heart",
    )


here.run(find=find, alike=alike, train=train, breaks=breaks, predict=predict)
