"""How a lesson gets its text: the characters of the tray's file, in the encoding that was chosen."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from components import tray
from components.i18n import _, language, safe
from components.state import choice
from engine import samples
from engine.lab import Lab, Node
from engine.sources import Text
from engine.text.encodings import READABLE, candidates, read_text
from engine.text.graphemes import visible
from engine.text.onehot import has_words
from engine.text.preview import decode_text

#: Characters that lessons work on at most: every view of as many is computed in under a second.
MOST = 1_000_000
#: Isolates what stands between from the direction of writing around it (Unicode, UAX #9).
ISOLATED = "\u2068{}\u2069"
#: Characters of a sentence that is typed.
LONGEST_SENTENCE = 300


def text_of_tray() -> tuple[Text, Lab, Node]:
    """The text of the tray, a lab for it, and its characters: a str of 1 to `MOST` characters.

    Raises
    ------
    UserError : nothing of the file is text in the chosen encoding.
    """
    source = tray.current("text")
    assert isinstance(source, Text)
    lab = Lab(source)
    text = lab.run(read_text, lab.source, encoding=encoding_of(source), most=MOST, as_="text")
    text.value  # noqa: B018 (an empty file is refused before anything is drawn)
    return source, lab, text


def text_of_sample(name: str) -> tuple[Lab, Node]:
    """A lab for a sample and all of its characters, whatever lies in the tray."""
    source = samples.load(name)
    assert isinstance(source, Text)
    lab = Lab(source)
    return lab, lab.run(decode_text, lab.source, encoding=source.encoding, as_="text")


def corpus(label: str, *, key: str, enough: bool, tongue: str = "") -> str:
    """Ask whether to take the learner's text or a longer one: "yours", or the name of a sample.

    enough : bool, whether the learner's text is long enough to begin with. tongue : "en" or "zh", the
    language of the longer one to begin with; "" for the page's.
    """
    names = {
        "yours": _("Your text"),
        "alice": _("Alice (English)"),
        "kong-yiji": _("Kong Yiji (Chinese)"),
    }
    longer = "kong-yiji" if (tongue or language()) == "zh" else "alice"
    return choice(label, names, key=key, default="yours" if enough else longer)


def ask_sentence(label: str, start: str, key: str) -> str:
    """Ask for a sentence; without blanks around it."""
    value = st.text_input(
        label, start, key=key, max_chars=LONGEST_SENTENCE, persist_state="session"
    )
    return (value or "").strip()


def controls(source: Text) -> None:
    """A button in the tray's line that says how the file is read, and offers all other encodings.

    Each stands there with what the file then says.
    """
    lab = Lab(source)
    rows = lab.run(candidates, lab.source, detected=source.encoding, as_="readings").value
    names = {name: _name(name, name == source.encoding) for name, _start, _odd in rows}
    key = _key(source)
    if st.session_state.get(key) not in names:
        st.session_state[key] = encoding_of(source)
    chosen = st.session_state[key]
    label = _("Read as {encoding}", encoding=encoding_name(chosen))
    with st.popover(label, icon=":material/abc:", key="tray_encoding"):
        chosen = st.radio(
            _("Read as"),
            list(names),
            key=key,
            format_func=names.get,
            captions=[safe(beginning(start)) for _name, start, _odd in rows],
            persist_state="session",
        )
    if chosen != source.encoding:
        st.query_params["encoding"] = chosen
    elif "encoding" in st.query_params:
        del st.query_params["encoding"]


def limit(source: Text) -> str:
    """What is said about a text that is longer than what lessons work on; "" of any other."""
    if source.characters <= MOST:
        return ""
    return ". " + _(
        "Lessons work on the first {most} of {count} characters.",
        most=f"{MOST:,}",
        count=f"{source.characters:,}",
    )


def encoding_of(source: Text) -> str:
    """The codec by which the text is read: the learner's choice, a link's, or what was detected."""
    kept = st.session_state.get(_key(source))
    linked = st.query_params.get("encoding", "")
    first = "_encoded" not in st.session_state  # a link speaks of its own file
    st.session_state["_encoded"] = True
    if kept is None and first and linked in READABLE:
        st.session_state[_key(source)] = kept = linked
    return str(kept or source.encoding)


def encoding_name(codec: str) -> str:
    """What people call one of Python's codecs."""
    return READABLE.get(codec, codec.upper().replace("_", "-"))


def listed(words: Iterable[str]) -> str:
    """Words in a row, separated as this language does it."""
    return ("、" if language() == "zh" else ", ").join(words)


def wordless(lab: Lab, text: Node) -> str:
    """What a caption says of a text without words; "" of any other."""
    if lab.run(has_words, text).value:
        return ""
    return " " + _("There are no words in this text, so its characters take their place.")


def beginning(start: str, count: int = 48) -> str:
    """The start of a text in one line, with signs for what can't be seen, its direction isolated."""
    line = " ".join(start.split())
    words = "".join(char if char == " " else visible(char) for char in line)
    words = words or "".join(map(visible, start[:count]))  # nothing but white space
    return ISOLATED.format(words[:count] + ("…" if len(words) > count else ""))


def shortened(sentence: str, count: int = 200) -> str:
    """The beginning of a sentence, as Markdown that shows it and does nothing else."""
    return safe(beginning(sentence, count))


def _name(codec: str, detected: bool) -> str:
    name = encoding_name(codec)
    return _("{encoding} (detected)", encoding=name) if detected else name


def _key(source: Text) -> str:
    """The name of the control: each file has its own, so a new one starts with what is detected."""
    return f"encoding_{source.digest[:12]}"
