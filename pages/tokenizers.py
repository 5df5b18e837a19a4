"""Shows: the tokens and ids of GPT-2 and BERT side by side; tokens by language for three tokenizers;
what a space, a capital, a typo, a digit and an unknown character change; three predictions.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from components import page, quiz, show, tokens
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice
from engine import samples
from engine.lab import Lab
from engine.text.tokens import parallel_counts, read_parallel, token_counts, typed
from engine.text.wordpiece import wordpiece_tokens
from engine.text.words import longest_word

here = page.start(
    "tokenizers",
    {
        "real": _("Side by side"),
        "languages": _("Languages"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text


@fragment
def real() -> None:
    t = tokens.reading_of_tray()
    gpt2, bert = tokens.real(t.lab, t.part)
    panes = [tokens.gpt2_pane(gpt2, "GPT-2"), tokens.bert_pane(bert, "BERT")]
    caption = f"{text['real_caption']} {tokens.sizes(t.lab)}{t.note}"
    tokens.draw("real", panes, [gpt2, bert], ids=True, caption=caption)


@fragment
def languages() -> None:
    measures = {"character": _("Tokens a character"), "text": _("Tokens for the same text")}
    measure = choice(_("Measure"), measures, key="measure", hide_label=True)
    t = tokens.reading_of_tray()
    names = (tokens.gpt2(t.lab), tokens.whisper(t.lab), tokens.bert(t.lab))
    table = tokens.vocabulary(t.lab, "udhr-article-1.tsv", "article_1")
    rows = t.lab.run(read_parallel, table, as_="rows")
    counts = t.lab.run(parallel_counts, rows, *names, as_="counts")
    yours = t.lab.run(token_counts, t.start, *names, as_="yours")
    labels = [tokens.language_name(tag) for tag, _sentence in rows.value]

    def draw(found: Any, own: Any) -> Any:
        each = measure == "character"  # a learner's text says something else than the article
        shown = [*found.tolist(), own.tolist()] if each else found.tolist()
        units = [row[0] if each else 1 for row in shown]
        series = {
            name: [row[2 + k] / unit for row, unit in zip(shown, units, strict=True)]
            for k, name in enumerate(("GPT-2", "Whisper", "BERT"))
        }
        lost = [row[5] / unit for row, unit in zip(shown, units, strict=True)]
        names = [*labels, _("your text")] if each else labels
        return tokens.bars(names, series, y=measures[measure], unknown=lost)

    show.chart(
        "languages",
        draw,
        [counts, yours],
        caption=text["languages_caption"] + t.start_note,
        alt=_("Bars: tokens by language for three tokenizers"),
    )


CASES = {
    "spaces": ("token token", "  token   token"),
    "case": ("the Tokyo tower", "THE TOKYO TOWER"),
    "typo": ("We definitely agree.", "We definately agree."),
    "numbers": ("1234567 + 7654321", "1,234,567 + 7,654,321"),
    "unknown": ("I like tea.", "I like tea🩷, 茶, ชา."),
}


@fragment
def breaks() -> None:
    titles = {
        "spaces": _("Spaces"),
        "case": _("Capitals"),
        "typo": _("A typo"),
        "numbers": _("Digits"),
        "unknown": _("Unknown"),
    }
    case = choice(_("What changes"), titles, key="case", hide_label=True)
    lab = Lab(samples.load("order"))
    sides = {"a": _("One text"), "b": _("Almost the same")}
    for side, start, place in zip(sides, CASES[case], st.columns(2), strict=True):
        with place:
            own = st.text_input(
                sides[side],
                start,
                key=f"tokens_{case}_{side}",
                max_chars=200,
                persist_state="session",
            )
            written = lab.run(typed, text=own or start, as_=f"text_{side}")
            gpt2, bert = tokens.real(lab, written, f"_{side}")
            panes = [tokens.gpt2_pane(gpt2, "GPT-2"), tokens.bert_pane(bert, "BERT")]
            caption = text["breaks_caption"]
            tokens.draw(f"breaks_{side}", panes, [gpt2, bert], columns=1, ids=True, caption=caption)
    st.markdown(text[f"breaks_{case}"])


def predict() -> None:
    t = tokens.reading_of_tray()
    names = (tokens.gpt2(t.lab), tokens.whisper(t.lab), tokens.bert(t.lab))
    counts = t.lab.run(token_counts, t.start, *names, as_="yours").value.tolist()
    characters, _bytes, gpt2, _whisper, bert, unknown = counts
    quiz.question(
        _("Who cuts your text into more tokens: GPT-2, or BERT without [CLS] and [SEP]?"),
        {"bert": "BERT", "gpt2": "GPT-2", "same": _("Equally many")},
        answer="same" if gpt2 == bert else "gpt2" if gpt2 > bert else "bert",
        why=_("GPT-2: {gpt2}, BERT: {bert}.", gpt2=f"{gpt2:,}", bert=f"{bert:,}") + t.start_note,
        key="more",
    )
    quiz.question(
        _("Is there anything in your text that BERT can only call [UNK]?"),
        {"no": _("No"), "yes": _("Yes")},
        answer="yes" if unknown else "no",
        why=_("{count} of its tokens are [UNK].", count=f"{unknown:,}") + t.start_note,
        key="unknown",
    )
    word = t.lab.run(longest_word, t.start, as_="longest")
    if word.value:
        found = t.lab.run(wordpiece_tokens, word, names[2], special=False, as_="longest_tokens")
        pieces = [token for _id, token, _start, _end in found.value]
        quiz.question(
            _(
                "The longest word is {word}. How many tokens is it in BERT?",
                word=safe(word.value[:60]),
            ),
            {"one": _("one"), "few": _("two or three"), "more": _("more")},
            answer="one" if len(pieces) == 1 else "few" if len(pieces) <= 3 else "more",
            why=safe(" ".join(pieces)),
            key="longest",
        )
    else:
        tokens.ask_gpt2(gpt2, characters, t.start_note, key="tokenizers_gpt2")


here.run(real=real, languages=languages, breaks=breaks, predict=predict)
