"""What Whisper wrote over time: words, and the attention of each token, as rows under the wave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components import show
from components.cells import Cell, grid
from components.i18n import _
from components.speech_listener import Written
from components.speech_tokens import shown
from components.tracks import Heat, Sound
from components.whisper import Heard
from engine.lab import Lab, Node
from engine.sound.logmel import RATE
from engine.speech.align import FRAME, rising_steps, word_rows

CLIMBING = 0.8  # from this share of the tokens on attention climbs with time


def over_time(
    key: str,
    heard: Heard,
    node: Node,
    labels: Sequence[str],
    *,
    title: str,
    alt: str,
    row: str,
    caption: str,
    top: float | None = None,
) -> None:
    """A map with a named row for each token or word under the wave."""
    heat = Heat(
        node,
        title,
        alt,
        hop=FRAME,
        start=FRAME / 2,
        lo=0.0,
        hi=top,
        unit="",
        rows_name=row,
        first_row=1,
        ticks=tuple((float(n), label.strip()) for n, label in enumerate(labels)),
        lossy=False,
    )
    tall = min(600, max(160, 18 * len(labels)))
    sound = Sound(heard.wave, RATE, _("Sound"))
    caption = caption + heard.clip.note
    show.tracks(key, [heard.short_row, heat], sounds=[sound], caption=caption, height=tall)


def word_grid(words: Sequence[tuple[str, float, float]]) -> str:
    """The words with their times."""
    rows = [
        [Cell(word), Cell(f"{start:.2f}"), Cell(f"{end:.2f}"), Cell(f"{end - start:.2f}")]
        for word, start, end in words
    ]
    heads = [_("word"), _("from, s"), _("to, s"), _("length, s")]
    return grid(rows, label=_("Words and their times"), column_heads=heads)


def climbing_note(attention: Node, lab: Lab, climbs: str) -> str:
    """How many tokens look no earlier than the one before; `climbs` is added if nearly all do."""
    rising, steps = lab.run(rising_steps, attention, as_="rising").value
    if not steps:
        return ""
    said = _(
        "From token to token, {rising} of {steps} times the brightest moment is not earlier than before",
        rising=rising,
        steps=steps,
    )
    if rising >= CLIMBING * steps:
        return f" {said}{climbs}"
    return f" {said}" + _(": here the network does not follow the sound steadily.")


def words_view(heard: Heard, written: Written, text: Mapping[str, str]) -> None:
    """The words where they were said, and their times."""
    found = written.words.value
    over_time(
        "words",
        heard,
        heard.lab.run(word_rows, written.words, frames=written.by.count, as_="word_map"),
        [word for word, _start, _end in found],
        title=_("Words"),
        alt=_("Each word (row) where it was said"),
        row=_("word"),
        caption=text["words_caption"],
        top=1.0,
    )
    show.html("word_times", word_grid(found), [written.words], caption=text["times_caption"])


def attention_view(heard: Heard, written: Written, text: Mapping[str, str]) -> None:
    """Which moments each token looked at, and whether they climb."""
    climbing = climbing_note(written.mean_attention, heard.lab, text["attention_climbs"])
    over_time(
        "attention",
        heard,
        written.mean_attention,
        [shown(name) for name in written.texts.value],
        title=_("Attention"),
        alt=_("How much each token (row) looked at each moment (column)"),
        row=_("token"),
        caption=text["attention_caption"] + climbing,
    )
