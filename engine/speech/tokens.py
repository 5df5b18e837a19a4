"""Whisper's tokens: those of text, and those that are no text but orders and answers.

    <start> <language> <task> <no time stamps>  text ...  <end>

A. Radford and others, "Robust speech recognition via large-scale weak supervision", 2022; reference
implementation: `whisper/tokenizer.py` of openai-whisper.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.text.bytelevel import read_ranks

#: The languages in the order of their tokens; large-v3 knows all, the models before it all but the last.
LANGUAGES = (
    "en", "zh", "de", "es", "ru", "ko", "fr", "ja", "pt", "tr", "pl", "ca", "nl", "ar", "sv", "it",
    "id", "hi", "fi", "vi", "he", "uk", "el", "ms", "cs", "ro", "da", "hu", "ta", "no", "th", "ur",
    "hr", "bg", "lt", "la", "mi", "ml", "cy", "sk", "te", "fa", "lv", "bn", "sr", "az", "sl", "kn",
    "et", "mk", "br", "eu", "is", "hy", "ne", "mn", "bs", "kk", "sq", "sw", "gl", "mr", "pa", "si",
    "km", "sn", "yo", "so", "af", "oc", "ka", "be", "tg", "sd", "gu", "am", "yi", "lo", "uz", "fo",
    "ht", "ps", "tk", "nn", "mt", "sa", "lb", "my", "bo", "tl", "mg", "as", "tt", "haw", "ln", "ha",
    "ba", "jw", "su", "yue",
)  # fmt: skip
MULTILINGUAL = 51865  # tokens of the smallest multilingual model; the English ones have one less
STAMPS = 1501  # time stamps from 0.00 to 30.00 s, the last tokens of all
ORDERS = ("translate", "transcribe", "start_lm", "previous", "no_speech", "no_time")
#: Languages that are written without spaces between words.
WITHOUT_SPACES = ("zh", "ja", "th", "lo", "my", "yue")


def special_tokens(size: int) -> dict[str, int]:
    """The ids of the tokens that are no text, by name.

    Parameters
    ----------
    size : int, how many tokens the model knows: 51864 (English only), 51865, or 51866 (large-v3).

    Returns
    -------
    dict : "end", "start", each language by its code, then `ORDERS`, and "first_stamp" (0.00 s).
    """
    first = 50257 if size >= MULTILINGUAL else 50256
    languages = LANGUAGES[: size - first - 2 - len(ORDERS) - STAMPS]
    names = ("end", "start", *languages, *ORDERS, "first_stamp")
    return {name: first + place for place, name in enumerate(names)}


def first_tokens(
    chances: NDArray[Any], *, language: str = "", translate: bool = False
) -> NDArray[np.int64]:
    """What the decoder is given before it writes: start, language, task, no time stamps.

    Parameters
    ----------
    chances : float array [shape=(languages,)] of `language_probabilities`; (0,) for an English model,
        which is told neither language nor task.
    language : str, a code of `LANGUAGES`; "" takes the likeliest.
    translate : bool, whether the text is to be English whatever is spoken.

    Returns
    -------
    int64 array (4,), or (2,) for an English model.
    """
    if not chances.size:
        ids = special_tokens(MULTILINGUAL - 1)
        return np.array([ids["start"], ids["no_time"]])
    ids = special_tokens(MULTILINGUAL + chances.size - len(LANGUAGES) + 1)
    spoken = language or LANGUAGES[int(chances.argmax())]
    task = "translate" if translate else "transcribe"
    return np.array([ids["start"], ids[spoken], ids[task], ids["no_time"]])


def told_language(prompt: NDArray[Any]) -> str:
    """The language that `first_tokens` name; "en" for an English model."""
    ids = special_tokens(MULTILINGUAL)
    return LANGUAGES[int(prompt[1]) - ids["en"]] if len(prompt) > 2 else "en"


def token_texts(ids: NDArray[Any], vocabulary: bytes) -> tuple[str, ...]:
    """Each token by itself as text; an order as <name>, a time stamp as <seconds>.

    A token may hold a part of a character only; its bytes are then written in hexadecimal.
    """
    tokens = {rank: token for token, rank in read_ranks(vocabulary).items()}
    # The tokens of text end where the special ones begin, so their number tells the model.
    orders = special_tokens(MULTILINGUAL if len(tokens) == 50257 else MULTILINGUAL - 1)
    names = {number: name for name, number in orders.items()}
    found = []
    for number in ids.tolist():
        if number in tokens:
            found.append(tokens[number].decode(errors="backslashreplace"))
        elif number >= orders["first_stamp"]:
            found.append(f"<{(number - orders['first_stamp']) / 50:.2f}>")
        else:
            found.append(f"<{names[number]}>")
    return tuple(found)


def text_of(ids: NDArray[Any], vocabulary: bytes) -> str:
    """The text of all tokens together, without what is no text."""
    tokens = {rank: token for token, rank in read_ranks(vocabulary).items()}
    written = b"".join(tokens.get(number, b"") for number in ids.tolist())
    return written.decode(errors="replace").strip()
