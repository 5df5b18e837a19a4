"""Where a source comes from: a file, the camera, the microphone, the keyboard, or a sample."""

from __future__ import annotations

import streamlit as st

from components import sound, text, tray
from components.catalogue import COLOUR_NAMES, ICONS, KINDS
from components.i18n import _, safe
from components.picture import frame, frame_key, thumbnail
from components.state import slider
from engine import samples
from engine.errors import N_
from engine.sources import MAX_BYTES, Image, Sound, Source, Text, pasted_table, typed_text


def bar(kind: str) -> None:
    """One line above a lesson: what it works on, and a panel to change it."""
    with st.container(key="tray", horizontal=True, vertical_alignment="center", gap="small"):
        source = tray.current(kind)
        st.markdown(f"{badge(kind)} **{safe(source.label)}** &nbsp; :small[{facts(source)}]")
        if st.session_state.pop("_close_panel", False):
            st.session_state["tray_panel"] = False  # something was chosen: show it
        panel = st.popover(
            _("Change"), icon=":material/swap_horiz:", key="tray_panel", on_change="rerun"
        )
        if isinstance(source, Sound):
            sound.controls(source)
        elif isinstance(source, Text):
            text.controls(source)
    with panel:
        choose("tray", kind, is_open=bool(panel.open))
    tray.refusal()
    announce(kind)
    if isinstance(source, Image) and source.shown_frames > 1:
        label = _("Frame of the animation (page of the file)")
        key = frame_key(source)
        slider(label, 1, source.shown_frames, frame(source) + 1, key=key, bound=False)
        st.query_params["frame"] = str(st.session_state[key])
    elif "frame" in st.query_params:
        del st.query_params["frame"]
    tray.keep_in_link(kind)


def choose(prefix: str, kind: str = "", *, is_open: bool = True) -> None:
    """Offer the ways to a source of `kind`, or of any kind; start anew when something has come.

    Parameters
    ----------
    prefix : str, of the widgets' keys: there is one chooser in the bar and one on the first page.
    is_open : bool, whether the learner sees the chooser. The drop zone stays mounted all the same,
        or the browser would forget its file.
    """
    ways = {
        "upload": _("Your file"),
        "sample": _("Samples"),
        "camera": _("Camera") if kind in ("", "image") else "",
        "microphone": _("Microphone") if kind in ("", "sound") else "",
        "text": _("Type a text") if kind in ("", "text") else "",
        "paste": _("Paste a table") if kind == "table" else "",
    }
    ways = {way: label for way, label in ways.items() if label}
    way = st.segmented_control(
        _("Where from"),
        list(ways),
        format_func=lambda name: ways.get(name, name),
        default="upload",
        required=True,
        key=f"{prefix}_way",
        label_visibility="collapsed",
    )
    if way == "upload":
        label = _("Drop a picture here") if kind == "image" else _("Drop any file here")
        limit = MAX_BYTES // 1_000_000
        file = st.file_uploader(label, key=f"{prefix}_upload", max_upload_size=limit)
        _deliver(file.name if file else "", file, kind)
    elif way == "camera" and is_open:
        _deliver("camera.jpg", st.camera_input(_("Take a photo"), key=f"{prefix}_camera"))
    elif way == "microphone" and is_open:
        _deliver("recording.wav", st.audio_input(_("Record a sound"), key=f"{prefix}_microphone"))
    elif way == "text" and is_open:
        _typed(prefix, kind)
    elif way == "paste" and is_open:
        _pasted(prefix)
    elif way == "sample" and is_open:
        _samples(prefix, kind)


def _deliver(name: str, file: object | None, kind: str = "") -> None:
    if file is not None and tray.receive(name, file.getvalue(), file.file_id, kind):
        _announce()


def _typed(prefix: str, kind: str) -> None:
    with st.form(f"{prefix}_form", border=False):
        written = st.text_area(_("Your text"), key=f"{prefix}_text", max_chars=100_000)
        sent = st.form_submit_button(_("Use this text"))
    if not sent or not written:
        return
    source = typed_text(written)
    if kind == "text":  # it may look like a table or a program: here it is a text
        tray.put(source)
        _announce()
    elif tray.accept(source.name, source.data):
        _announce()


def _pasted(prefix: str) -> None:
    with st.form(f"{prefix}_paste_form", border=False):
        written = st.text_area(
            _("Cells, copied in a spreadsheet program"),
            key=f"{prefix}_paste",
            max_chars=1_000_000,
            height=240,
        )
        sent = st.form_submit_button(_("Use this table"))
    if sent and written.strip():
        tray.put(pasted_table(written))
        _announce()


def _samples(prefix: str, kind: str) -> None:
    """A button for each sample, pictures with a thumbnail; whose they are stands in the tooltip."""
    wanted = [sample for sample in samples.SAMPLES if kind in ("", sample.kind)]
    for start in range(0, len(wanted), 4):
        for column, sample in zip(st.columns(4), wanted[start : start + 4], strict=False):
            with column:
                if sample.kind == "image":
                    st.image(thumbnail(sample.name), width="stretch", alt=_(sample.title))
                if st.button(
                    _(sample.title),
                    key=f"{prefix}_sample_{sample.name}",
                    icon=None if sample.kind == "image" else ICONS[sample.kind],
                    help=f"{safe(_(sample.origin))}, {safe(_(sample.licence))}",
                    width="stretch",
                    wrap=True,
                ):
                    tray.put(sample.name)
                    _announce()


def _announce() -> None:
    """Draw the page anew: what came may be of another kind than this lesson is about."""
    st.session_state["_announced"] = False  # a toast drawn now would be lost in the rerun
    st.session_state["_close_panel"] = True
    st.rerun()


def announce(kind: str = "") -> None:
    """Say once what came, and where to see it if this page, about `kind`, is not the place."""
    source = tray.latest()
    if source is None or st.session_state.get("_announced", True):
        return
    st.session_state["_announced"] = True
    name, found = safe(source.label), _(KINDS[source.kind])
    if kind in ("", source.kind):
        st.toast(_("Now: {name} ({kind})", name=name, kind=found), icon=ICONS[source.kind])
        return
    st.info(
        _(
            "{name} was read as: {kind}. This lesson is about something else.",
            name=name,
            kind=found,
        ),
        icon=ICONS[source.kind],
    )
    st.page_link("pages/home.py", label=_("See it on the first page"), icon=":material/home:")


def badge(kind: str) -> str:
    """The icon of a kind of data in its colour, as Markdown."""
    return f":{COLOUR_NAMES[kind]}[{ICONS[kind]}]"


def facts(source: Source) -> str:
    """Size as numbers and size as a file, in one line."""
    size = megabytes(len(source.data))
    if isinstance(source, Sound):
        return _sound_facts(source, size)
    if not isinstance(source, Image):
        line = _("{format}, {size} as a file", format=_(source.format), size=size)
        return line + (text.limit(source) if isinstance(source, Text) else "")
    shape = f"{source.height} × {source.width}"
    shape += f" × {source.channels}" if source.channels > 1 else ""
    return _(
        "{format}, {shape} numbers of {bits} bits: {numbers} as numbers, {size} as a file",
        format=source.format,
        shape=shape,
        bits=source.bit_depth,
        numbers=megabytes(source.bytes_as_numbers),
        size=size,
    )


#: How a sample is stored, by libsndfile's names; all others are compressed, without bits of their own.
STORED = {
    **{"FLOAT": N_("32 bits, floating point"), "DOUBLE": N_("64 bits, floating point")},
    **{"ALAW": N_("8 bits, A-law"), "ULAW": N_("8 bits, µ-law")},
}
BITS = N_("{bits} bits")


def _sound_facts(source: Sound, size: str) -> str:
    """Rate, bits, channels, length, and both sizes; the length is the decoded one when it is known."""
    length = sound.length(source)
    stored = _("compressed")
    if source.bits:
        stored = _(STORED.get(source.subtype, BITS), bits=source.bits)
    seconds, numbers = "?", "?"
    if length.frames is not None and source.sample_rate:
        seconds = sound.clock(length.frames / source.sample_rate)
        # What is decoded from a compressed file are floating-point numbers of 32 bits.
        count = length.frames * (source.channels or 1)
        numbers = megabytes(count * (source.bits or 32) // 8)
        seconds = seconds if length.counted else _("about {length}", length=seconds)
    text = _(
        "{format}, {rate} Hz, {stored}, {channels}, {length}: {numbers} as numbers, {size} as a file",
        format=_(source.format),
        rate=f"{source.sample_rate:,}" if source.sample_rate else "?",
        stored=stored,
        channels=_channels(source.channels),
        length=seconds,
        numbers=numbers,
        size=size,
    )
    if length.replaced:
        text += ". " + _(
            "{count} of its values were no usable numbers (NaN, infinite) and are 0 here",
            count=f"{length.replaced:,}",
        )
    return text


def _channels(count: int | None) -> str:
    names = {None: "?", 1: _("mono"), 2: _("stereo")}
    return names.get(count, _("{count} channels", count=count))


def megabytes(count: int) -> str:
    """A number of bytes as people write it (1 kB = 1000 bytes)."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"
