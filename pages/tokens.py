"""Shows: a text as characters, words and sub-words; byte pair encoding learnt merge by merge from the
learner's text or a sample; three predictions.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import page, quiz, show, tokens
from components import text as texts
from components.guard import fragment
from components.i18n import _, safe
from engine.text.bpe import apply_merges, merges_of, train_bpe
from engine.text.graphemes import text_lengths
from engine.text.words import (
    how_many_kinds,
    split_at_boundaries,
    split_at_spaces,
    split_characters,
    split_words,
)

here = page.start(
    "tokens",
    {
        "split": _("Ways to cut"),
        "merges": _("Learn to cut"),
        "predict": _("Predict"),
    },
)
text = here.text
MERGES = 300
Pair = tuple[str, str, int]  # left, right, how often
Step = tuple[int, Sequence[Pair]]  # tokens of the whole text, its most frequent pairs


@fragment
def split() -> None:
    t = tokens.reading_of_tray()
    ways = {
        split_characters: (_("Characters"), _("The text cut into characters")),
        split_at_spaces: (_("Words: at spaces"), _("The text cut at white space")),
        split_at_boundaries: (_("Words: Unicode's rules"), _("The text cut at word boundaries")),
        split_words: (_("Words: and a Chinese dictionary"), _("The text cut into words")),
    }
    nodes, panes = [], []
    for way, (title, alt) in ways.items():
        node = t.lab.run(way, t.part, as_=way.__name__.replace("split", "cut"))
        if nodes and node.value == nodes[-1].value:
            continue  # a text without Chinese: the dictionary changes nothing
        nodes.append(node)
        panes.append(tokens.Pane(title, alt, tokens.pieces(node.value), tokens.counted(node.value)))
    gpt2, _words = tokens.real(t.lab, t.part)
    panes.append(tokens.gpt2_pane(gpt2, _("Sub-words: GPT-2")))
    tokens.draw("split", panes, [*nodes, gpt2], caption=text["split_caption"] + t.note)


@fragment
def merges() -> None:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        name = texts.corpus(_("Learn from"), key="corpus", enough=tokens.is_long_enough())
    with right:
        t = tokens.reading_of_tray() if name == "yours" else tokens.reading_of_sample(name)
    training = t.lab.run(train_bpe, t.start, merges=MERGES, as_="training")
    steps = training.value
    last = len(steps) - 1
    if not last:
        st.info(text["no_pairs"], icon=":material/info:")
        return
    done = tokens.merge_slider(last)
    total, pairs = steps[done]
    st.markdown(
        _(
            "The whole text after {merges} merges: **{total}** tokens instead of {characters} "
            "characters.",
            merges=done,
            total=f"{total:,}",
            characters=f"{steps[0][0]:,}",
        )
        + t.start_note
    )
    rules = t.lab.run(merges_of, training, steps=done, as_="rules")
    found = t.lab.run(apply_merges, t.part, rules, as_="tokens_now")
    new = "".join(rules.value[-1]) if done else ""
    drawn, count = tokens.pieces(found.value, new=new), tokens.counted(found.value)
    pane = tokens.Pane(_("The text now"), _("The text in the tokens learnt so far"), drawn, count)
    caption = text["merges_caption"] + t.note
    tokens.draw("merges", [pane], [found], columns=1, step=done, caption=caption)
    left, right = st.columns(2)
    with left:
        following = "pairs_next" if done < last else "pairs_over"
        if done == last and pairs and pairs[0][2] > 1:
            following = "pairs_most"  # `MERGES` are made, and there are pairs left
        caption = f"{text['pairs_caption']} {text[following]}"
        show.html("pairs", tokens.pair_grid(pairs), [training], caption=caption)
    with right:
        show.html("rules", tokens.rule_grid(rules.value), [rules], caption=text["rules_caption"])


def predict() -> None:
    t = tokens.reading_of_tray()
    letters = t.lab.run(how_many_kinds, t.lab.run(split_characters, t.start)).value
    words = t.lab.run(how_many_kinds, t.lab.run(split_words, t.start)).value
    quiz.question(
        _("Of which does your text have more different ones?"),
        {"words": _("words and signs"), "same": _("equally many"), "letters": _("characters")},
        answer="same" if letters == words else "words" if words > letters else "letters",
        why=_(
            "{letters} different characters, {words} different words, signs and spaces.",
            letters=f"{letters:,}",
            words=f"{words:,}",
        )
        + t.start_note,
        key="token_kinds",
    )
    steps = t.lab.run(train_bpe, t.start, merges=20, as_="few_merges").value
    if len(steps) > 1:
        ask_merges(steps, t.start_note)
    else:
        ask_bytes(t)
    first = t.lab.run(train_bpe, t.start, merges=0, shown=200, as_="first_pairs").value[0][1]
    # One pair of each count, so that no two answers are right.
    rivals = {count: (left, right, count) for left, right, count in reversed(first)}
    if len(rivals) > 1:
        ask_pair(first[0], sorted(sorted(rivals.values(), key=lambda pair: -pair[2])[:4]))
    else:
        gpt2, _words = tokens.real(t.lab, t.start)
        tokens.ask_gpt2(len(gpt2.value), len(t.start.value), t.start_note, key="token_gpt2")


def ask_merges(steps: Sequence[Step], note: str) -> None:
    """How much shorter merges make the text."""
    before, after = steps[0][0], steps[-1][0]
    shorter = 1 - after / before
    quiz.question(
        _(
            "Byte pair encoding makes {merges} merges, learnt from your text. How many tokens fewer is "
            "it then?",
            merges=len(steps) - 1,
        ),
        {"few": _("under 15 %"), "some": _("15 to 25 %"), "many": _("over 25 %")},
        answer="few" if shorter < 0.15 else "some" if shorter <= 0.25 else "many",
        why=_(
            "{after} tokens instead of {before}: {share} fewer.",
            after=f"{after:,}",
            before=f"{before:,}",
            share=f"{shorter:.0%}",
        )
        + note,
        key="token_merges",
    )


def ask_pair(first: Pair, chosen: Sequence[Pair]) -> None:
    """Which of some pairs is the most frequent one."""
    labels = [safe(f"{tokens.visible(a)} + {tokens.visible(b)}") for a, b, _count in chosen]
    quiz.question(
        _("Byte pair encoding learns from your text. Which of these pairs does it merge first?"),
        {f"p{n}": label for n, label in enumerate(labels)},
        answer=f"p{chosen.index(first)}",
        why=", ".join(f"{label}: {pair[2]:,}" for label, pair in zip(labels, chosen, strict=True)),
        key="pair",
    )


def ask_bytes(t: tokens.Reading) -> None:
    """With how many bytes GPT-2's merges would start, where no pair of characters repeats."""
    _graphemes, points, _units, size = t.lab.run(text_lengths, t.start, as_="lengths").value
    quiz.question(
        _(
            "No pair of characters occurs twice inside the words of your text. GPT-2's encoding starts "
            "from the bytes of UTF-8: with how many pieces does it start?"
        ),
        {
            "more": _("up to twice as many as characters"),
            "same": _("as many as characters"),
            "many": _("more than twice as many"),
        },
        answer="same" if size == points else "more" if size <= 2 * points else "many",
        why=_("{points} characters are {bytes} bytes.", points=f"{points:,}", bytes=f"{size:,}")
        + t.start_note,
        key="token_bytes",
    )


tokens.stop()
here.run(split=split, merges=merges, predict=predict)
