"""The source tray: which table, picture, sound or text the lessons work on.

One source of each kind is kept for a session, so a learner who moves from a picture lesson to a sound
lesson and back finds both as they were left. A sample's name stands in the URL; an upload does not.
"""

from __future__ import annotations

from weakref import WeakValueDictionary

import streamlit as st

from components import sound
from components.guard import explain
from components.i18n import language
from components.picture import decode, frame_key, pixels_of
from engine import samples
from engine.errors import UserError
from engine.lab import Lab, Node
from engine.sources import Image, Sound, Source, Table, Text, as_table, as_text, open_source

#: The files that sessions have now: whoever brings the same one shares the bytes of the first.
_SHARED: WeakValueDictionary[tuple[str, str, str], Source] = WeakValueDictionary()
#: The name of each kind's sample in the URL.
PARAMETERS = {"table": "table", "image": "picture", "sound": "sound", "text": "text"}
#: How names of tables end: a text that is called so is read as a table.
TABLES = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".xls", ".xlsx", ".xlsb", ".ods")


def current(kind: str) -> Source:
    """The source of `kind`: what the learner put here, or the link names, or the lesson starts with."""
    kept = _kept(kind)
    return samples.load(kept) if isinstance(kept, str) else kept


def start_with(kind: str, sample: str = "") -> None:
    """Let this lesson show `sample` (or the usual one of `kind`) to those who have chosen nothing."""
    usual = samples.IN_LANGUAGE.get((kind, language()), samples.DEFAULTS[kind])
    st.session_state["_starts"] = {kind: sample or usual}


def is_own(kind: str) -> bool:
    """Whether the source of `kind` is the learner's own and not a sample."""
    return not isinstance(_kept(kind), str)


def picture() -> tuple[Image, Lab, Node]:
    """The picture of the tray, a lab for it, and its pixels: (H, W, 3) uint8 as a viewer shows it."""
    source = current("image")
    assert isinstance(source, Image)
    lab = Lab(source)
    return source, lab, pixels_of(lab, source, lab.source)


def latest() -> Source | None:
    """What was put into the tray last, if anything was."""
    kind = st.session_state.get("_latest")
    return current(kind) if kind else None


def put(source: Source | str) -> None:
    """Make `source`, or the sample of that name, the one that lessons of its kind work on."""
    kind = samples.BY_NAME[source].kind if isinstance(source, str) else source.kind
    st.session_state.setdefault("_sources", {})[kind] = source
    st.session_state["_latest"] = kind
    st.session_state["_refused"] = None
    if isinstance(source, Image):
        st.session_state.pop(frame_key(source), None)  # it begins with its first frame
    if kind == "sound":
        sound.forget(current("sound"))


def receive(name: str, data: bytes, token: str, kind: str = "") -> bool:
    """Open an upload, a photo or a recording once; True when something new is in the tray.

    A file that can't be read leaves the tray as it was; its sentence is shown until the next one.

    Parameters
    ----------
    name : str, untrusted.
    data : bytes, untrusted.
    token : str, the same for the same delivery, so that a rerun does not open it again.
    kind : str, what the lesson works on, see `accept`.
    """
    if st.session_state.get("_received") == token:
        return False
    st.session_state["_received"] = token
    return accept(name, data, kind)


def accept(name: str, data: bytes, kind: str = "") -> bool:
    """Open bytes from outside and put them into the tray; True when they could be read.

    A lesson about texts (`kind`) takes a table that is written as text for the text that it is, a
    lesson about tables a text for a table; so does a name that says so, where no lesson decides.
    """
    try:
        source = open_source(name, data)
        if kind == "text" and isinstance(source, Table) and source.encoding:
            source = as_text(name, data, source.encoding)
        meant = kind == "table" or (not kind and name.lower().endswith(TABLES))
        if meant and isinstance(source, Text):
            source = as_table(source)
        if isinstance(source, Image):
            decode(source)
        if isinstance(source, Sound):
            sound.decode(source)
    except UserError as error:
        # A copy: the traceback of the error itself would keep the file and what was decoded of it.
        st.session_state["_refused"] = UserError(error.message, **error.params)
        return False
    put(_SHARED.setdefault((source.kind, source.name, source.digest), source))
    return True


def refusal() -> None:
    """Show why the last file could not be read."""
    if (error := st.session_state.get("_refused")) is not None:
        st.error(explain(error), icon=":material/info:")


def keep_in_link(kind: str) -> None:
    """Write the sample's name into the URL, unless it is the one that a lesson starts with."""
    kept = _kept(kind)
    if isinstance(kept, str) and kept != _start(kind):
        st.query_params[PARAMETERS[kind]] = kept
    elif PARAMETERS[kind] in st.query_params:
        del st.query_params[PARAMETERS[kind]]


def _kept(kind: str) -> Source | str:
    """An upload itself, or the name of a sample."""
    sources = st.session_state.setdefault("_sources", {})
    if kind not in sources:
        name = st.query_params.get(PARAMETERS[kind])
        if name not in samples.BY_NAME or samples.BY_NAME[name].kind != kind:
            return _start(kind)
        sources[kind] = name
    return sources[kind]


def _start(kind: str) -> str:
    """The sample that the open page starts with."""
    return st.session_state.get("_starts", {}).get(kind, samples.DEFAULTS[kind])
