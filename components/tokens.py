"""Texts drawn as tokens: panes side by side, in which the same characters light up together.

What a token shows is made here: white space as glyphs, control characters and halves of surrogate
pairs by their number, bytes that are no whole character as bytes. The browser sets it as text.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components import blobs, cells, quiz, show
from components.i18n import _, language
from components.state import slider
from components.text import text_of_sample, text_of_tray
from engine.lab import Lab, Node
from engine.sources import Source, common_fields
from engine.text.bytelevel import byte_tokens
from engine.text.tokens import beginning, part_of, spans, vocabulary_size
from engine.text.wordpiece import UNKNOWN, wordpiece_tokens

ASSETS = Path(__file__).resolve().parent.parent / "assets" / "tokenizers"
PART = 500  # characters that are drawn at a time
MOST = 10_000  # characters that are counted and trained on
BAR_COLOURS = ("#0072B2", "#009E73", "#E69F00")
_GLYPHS = {" ": "␣", "\n": "⏎", "\t": "⇥"}
_FRONTEND = Path(__file__).parent / "frontend"
_COMPONENT = st.components.v2.component(
    "numeroscope_tokens",
    css=(_FRONTEND / "tokens.css").read_text(encoding="utf-8"),
    js=(_FRONTEND / "tokens.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Token:
    """What is drawn of a token: its label, the characters `start` to `end`, its id, more to read.

    `mark` : "" or "unknown", "special", "new", each drawn in its own way.
    """

    label: str
    start: int
    end: int
    number: int | None = None
    hint: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Pane:
    """One way to cut the text; `note` stands beside the title."""

    title: str
    alt: str
    tokens: Sequence[Token]
    note: str = ""


@dataclass(frozen=True)
class Reading:
    """The learner's text: all of it, what is counted, the part that is drawn, notes for captions."""

    lab: Lab
    whole: Node
    start: Node
    part: Node
    note: str
    start_note: str


def reading_of_tray() -> Reading:
    """The text of the tray; a long one is looked at in parts, which the learner turns over."""
    _source, lab, whole = text_of_tray()
    return reading_of(lab, whole)


def is_long_enough() -> bool:
    """Whether there is something to learn from in the learner's text."""
    _source, _lab, whole = text_of_tray()
    return len(whole.value) >= PART


def reading_of_sample(name: str) -> Reading:
    """A sample, whatever lies in the tray."""
    return reading_of(*text_of_sample(name))


def reading_of(lab: Lab, whole: Node) -> Reading:
    """A text ready to be cut; asks for the part to look at if there are several."""
    size = len(whole.value)
    count = -(-size // PART)
    number, note, start, start_note = 1, "", whole, ""
    if count > 1:
        number = slider(_("Part of the text"), 1, count, 1, key="text_part")
        note = " " + _("Shown: part {number} of {count}.", number=number, count=f"{count:,}")
    if size > MOST:
        start = lab.run(beginning, whole, most=MOST, as_="start")
        length = f"{len(start.value):,}"
        start_note = " " + _("Of the first {count} characters.", count=length)
    part = lab.run(part_of, whole, number=number, size=PART, as_="part")
    return Reading(lab, whole, start, part, note, start_note)


@functools.lru_cache(maxsize=8)
def _vocabulary(name: str) -> Source:
    data = (ASSETS / name).read_bytes()
    return Source(**common_fields(name, data, "Text", f'Path("{name}").read_bytes()'))


def vocabulary(lab: Lab, name: str, as_: str) -> Node:
    """A vocabulary of `assets/tokenizers`, which travels with the code as a file of its own."""
    return lab.open(_vocabulary(name), as_=as_)


def gpt2(lab: Lab) -> Node:
    """The vocabulary of GPT-2."""
    return vocabulary(lab, "gpt2.tiktoken", "gpt2")


def whisper(lab: Lab) -> Node:
    """The multilingual vocabulary of Whisper."""
    return vocabulary(lab, "multilingual.tiktoken", "whisper")


def bert(lab: Lab) -> Node:
    """The vocabulary of BERT, English, small letters."""
    return vocabulary(lab, "bert-uncased.txt", "bert")


# ------------------------------------------------------------------------------ what is drawn


def visible(text: str) -> str:
    """A text in which everything can be seen: glyphs for white space, U+... for what has no form."""
    return "".join(
        _GLYPHS.get(c) or (f"U+{ord(c):04X}" if unicodedata.category(c)[0] in "CZ" else c)
        for c in text
    )


def pieces(found: tuple[str, ...], *, new: str = "") -> list[Token]:
    """Tokens that joined are the text; those that read `new` are marked."""
    places = zip(found, spans(found), strict=True)
    return [Token(visible(p), a, b, mark="new" if p == new else "") for p, (a, b) in places]


def from_bytes(found: tuple[tuple[int, bytes, int, int], ...]) -> list[Token]:
    """Byte-level tokens; one that is no whole number of characters shows its bytes."""
    return [Token(_of_bytes(b), x, y, i, _hex(b)) for i, b, x, y in found]


def _of_bytes(token: bytes) -> str:
    try:
        return visible(token.decode())
    except UnicodeDecodeError:
        return f"⟨{_hex(token)}⟩"


def _hex(token: bytes) -> str:
    return token.hex(" ").upper()


def from_words(found: tuple[tuple[int, str, int, int], ...]) -> list[Token]:
    """BERT's tokens."""
    special = {"[CLS]": "special", "[SEP]": "special", UNKNOWN: "unknown"}
    return [Token(visible(t), a, b, i, mark=special.get(t, "")) for i, t, a, b in found]


def gpt2_pane(tokens: Node, title: str) -> Pane:
    """A pane of GPT-2's tokens."""
    alt = _("The text cut into tokens of GPT-2")
    return Pane(title, alt, from_bytes(tokens.value), counted(tokens.value))


def bert_pane(tokens: Node, title: str) -> Pane:
    """A pane of BERT's tokens."""
    alt = _("The text cut into tokens of BERT")
    return Pane(title, alt, from_words(tokens.value), counted(tokens.value))


def counted(found: Sequence[object]) -> str:
    """How many pieces there are, and how many different ones."""
    names = {piece if isinstance(piece, str) else piece[:1] for piece in found}
    return _("{count} pieces, {kinds} different", count=f"{len(found):,}", kinds=f"{len(names):,}")


def sizes(lab: Lab) -> str:
    """How many tokens the two vocabularies hold, as a sentence."""
    gpt2_size = lab.run(vocabulary_size, gpt2(lab), as_="gpt2_size").value
    bert_size = lab.run(vocabulary_size, bert(lab), as_="bert_size").value
    return _(
        "GPT-2 has {gpt2} tokens and one more that ends a text, BERT {bert}.",
        gpt2=f"{gpt2_size:,}",
        bert=f"{bert_size:,}",
    )


def real(lab: Lab, text: Node, name: str = "") -> tuple[Node, Node]:
    """The nodes of a text's tokens in GPT-2 and in BERT."""
    return (
        lab.run(byte_tokens, text, gpt2(lab), as_=f"gpt2_tokens{name}"),
        lab.run(wordpiece_tokens, text, bert(lab), as_=f"bert_tokens{name}"),
    )


def draw(
    key: str,
    panes: Sequence[Pane],
    nodes: Sequence[Node],
    *,
    caption: str,
    columns: int = 2,
    ids: bool = False,
    step: int | None = None,
) -> None:
    """Draw panes of tokens of one text, with caption, code and downloads.

    ids : whether the tokens' numbers stand under them.
    step : which step of the playing this is, where there is one (see `merge_slider`).
    """
    _COMPONENT(
        key=f"tokens_{key}",
        data={
            "panes": [
                {
                    "title": pane.title,
                    "alt": pane.alt,
                    "note": pane.note,
                    "tokens": [list(astuple(token)) for token in pane.tokens],
                }
                for pane in panes
            ],
            "columns": columns,
            "ids": ids,
            "play": step if step is not None and is_playing() else None,
            "text": {
                "hint": _("Point at a piece, or walk with the arrow keys, to see where it stands."),
                "id": "id",
                "ids": _("numbers"),
                "place": _("character"),
            },
        },
        on_tick_change=blobs.nothing,
    )
    show.footer(key, nodes, caption)


def pair_grid(pairs: Sequence[tuple[str, str, int]]) -> str:
    """A table of pairs with their counts, the most frequent first."""
    rows = [[*map(visible, (left, right, left + right)), f"{n:,}"] for left, right, n in pairs]
    heads = [_("left"), _("right"), _("together"), _("count")]
    return _grid(rows, heads, range(1, len(rows) + 1), _("The most frequent pairs"))


def rule_grid(rules: Sequence[tuple[str, str]], most: int = 8) -> str:
    """A table of the last merges, the newest first."""
    recent = list(enumerate(rules, start=1))[-most:][::-1]
    rows = [[*map(visible, (left, right, left + right))] for _n, (left, right) in recent]
    heads = [_("left"), _("right"), _("together")]
    return _grid(rows, heads, [n for n, _rule in recent], _("The last merges"))


def _grid(rows: list[list[str]], heads: list[str], numbers: Sequence[int], label: str) -> str:
    body = [[cells.Cell(text) for text in row] for row in rows]
    names = [str(number) for number in numbers]
    return cells.grid(body, label=label, column_heads=heads, row_heads=names)


def merge_slider(last: int) -> int:
    """How many merges are made: a slider, a step on or back, or played one after the other."""
    _take_over(last)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        done = slider(_("Merges"), 0, last, min(10, last), key="merged")
    playing = is_playing() and done < last
    st.session_state["_playing"] = playing
    with right, st.container(horizontal=True):
        _button("back", _("Step back"), "skip_previous", off=done == 0)
        _button("on", _("Step"), "skip_next", off=done == last)
        label, icon = (_("Pause"), "pause") if playing else (_("Play"), "play_arrow")
        _button("play", label, icon, off=done == last)
    return done


def _button(name: str, label: str, icon: str, *, off: bool) -> None:
    st.button(label, icon=f":material/{icon}:", key=f"merge_{name}", disabled=off)


def _take_over(last: int) -> None:
    """Move the slider before it is drawn: a button was pressed, or the browser asks for the next."""
    state = st.session_state
    pressed = {name: state.get(f"merge_{name}") for name in ("back", "on", "play")}
    ticked = (state.get("tokens_merges") or {}).get("tick") is not None
    if any(pressed.values()):
        state["_playing"] = bool(pressed["play"]) and not is_playing()
    step = bool(pressed["on"]) - bool(pressed["back"]) + (ticked and is_playing())
    if step and "merged" in state:
        state["merged"] = min(max(state["merged"] + step, 0), last)


def is_playing() -> bool:
    """Whether the merges run on by themselves: the browser asks for the next one after a while."""
    return bool(st.session_state.get("_playing"))


def stop() -> None:
    """End the playing: a page that is drawn anew begins at rest."""
    st.session_state["_playing"] = False


def bars(
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    y: str,
    unknown: Sequence[float],
) -> Any:
    """Groups of bars, one bar a tokenizer; `unknown`, hatched, are the [UNK] of the last one."""
    import plotly.graph_objects as go

    figure = go.Figure()
    for (name, values), colour in zip(series.items(), BAR_COLOURS, strict=True):
        figure.add_bar(x=labels, y=values, name=name, marker_color=colour, offsetgroup=name)
    whole = list(series)[-1]
    known = [a - b for a, b in zip(series[whole], unknown, strict=True)]
    figure.add_bar(
        x=labels,
        y=unknown,
        base=known,
        name=f"{whole}: {UNKNOWN}",
        offsetgroup=whole,
        marker={
            "color": BAR_COLOURS[-1],
            "pattern": {
                "shape": "/",
                "bgcolor": BAR_COLOURS[-1],
                "fgcolor": "#000000",
                "solidity": 0.35,
            },
        },
        hovertemplate="%{y:.3~g}",
    )
    figure.update_layout(
        barmode="group",
        height=380,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
        legend={"orientation": "h", "y": 1.12, "x": 0},
        hovermode="x unified",
    )
    figure.update_yaxes(title=y, hoverformat=".3~g")
    return figure


def language_name(tag: str) -> str:
    """The name of a language in the learner's language."""
    from babel import Locale

    return Locale.parse(language()).languages[tag]


def ask_gpt2(count: int, characters: int, note: str, *, key: str) -> None:
    """Ask whether GPT-2's tokens are fewer than the characters: a question for any text.

    count, characters : int, how many there are. note : str, of what part of the text.
    """
    quiz.question(
        _("Does GPT-2 cut your text into more tokens than it has characters, or into fewer?"),
        {"fewer": _("Fewer"), "more": _("More"), "same": _("Equally many")},
        answer="same" if count == characters else "more" if count > characters else "fewer",
        why=_(
            "{tokens} tokens, {characters} characters.",
            tokens=f"{count:,}",
            characters=f"{characters:,}",
        )
        + note,
        key=key,
    )
