"""The source tray: which table, picture, sound or text the lessons work on.

One source of each kind is kept for a session, so a learner who moves from a picture lesson to a sound
lesson and back finds both as they were left. A sample's name stands in the URL; an upload does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.catalogue import ICONS, KINDS
from components.guard import explain
from components.i18n import _, safe
from engine import samples
from engine.errors import UserError
from engine.image.plain import is_plain, read_plain
from engine.image.read import picture_error, read_rgb
from engine.image.resize import fit_within
from engine.lab import Lab, Node
from engine.sources import MAX_BYTES, Image, Source, open_source

#: The longer side of what is computed while a control moves.
SIDE = (
    1024  # pixels: a transform there and back takes tens of milliseconds, a screen shows it whole
)

#: The name of each kind's sample in the URL.
PARAMETERS = {"table": "table", "image": "picture", "sound": "sound", "text": "text"}


def current(kind: str) -> Source:
    """The source of `kind` in this session: the upload, or the sample of the link, or the default."""
    kept = st.session_state.setdefault("_sources", {}).get(kind)
    if kept is None:
        name = st.query_params.get(PARAMETERS[kind])
        known = name in samples.BY_NAME and samples.BY_NAME[name].kind == kind
        kept = st.session_state["_sources"][kind] = name if known else samples.DEFAULTS[kind]
    return samples.load(kept) if isinstance(kept, str) else kept


def latest() -> Source | None:
    """What was put into the tray last, if anything was."""
    kind = st.session_state.get("_latest")
    return current(kind) if kind else None


def put(source: Source | str) -> None:
    """Make `source`, or the sample of that name, the one that lessons of its kind work on."""
    kind = samples.BY_NAME[source].kind if isinstance(source, str) else source.kind
    st.session_state.setdefault("_sources", {})[kind] = source
    st.session_state["_latest"] = kind
    st.session_state.pop("frame", None)


def receive(name: str, data: bytes, token: str) -> bool:
    """Open an upload, a photo or a recording once; True when something new is in the tray.

    A file that can't be read leaves the tray as it was, and its sentence is shown until the next try.
    """
    if st.session_state.get("_received") == token:
        return False
    st.session_state["_received"] = token
    st.session_state["_refused"] = None
    try:
        source = open_source(name, data)
        if isinstance(source, Image):
            _decode(source)
    except UserError as error:
        st.session_state["_refused"] = error
        return False
    put(source)
    return True


def _decode(source: Image) -> None:
    """Decode a picture once before it enters the tray; the lesson then finds the pixels kept."""
    lab = Lab(source)
    try:
        pixels_of(lab, source, lab.source, number=0).value  # noqa: B018 (a property that computes)
    except Exception as error:  # a damaged file makes decoders raise nearly anything
        raise picture_error(error) from error


def refusal() -> None:
    """Show why the last file could not be read."""
    if (error := st.session_state.get("_refused")) is not None:
        st.error(explain(error), icon=":material/info:")


def uploader(key: str, *, label: str) -> bool:
    """A drop zone for any file; True when something new is in the tray."""
    file = st.file_uploader(label, key=key, max_upload_size=MAX_BYTES // 1_000_000)
    return file is not None and receive(file.name, file.getvalue(), file.file_id)


def bar(kind: str) -> None:
    """One line above a lesson: what it works on, and a button to change it."""
    with st.container(key="tray", horizontal=True, vertical_alignment="center", gap="small"):
        source = current(kind)
        st.markdown(f"{ICONS[kind]} **{safe(source.label)}** &nbsp; {facts(source)}")
        panel = st.popover(
            _("Change"), icon=":material/swap_horiz:", key="tray_panel", on_change="rerun"
        )
    with panel:
        _change(kind, panel.open)
    refusal()
    if isinstance(source := current(kind), Image) and source.shown_frames > 1:
        st.slider(
            _("Frame of the animation (page of the file)"),
            1,
            source.shown_frames,
            key="frame",
            bind="query-params",
        )
    kept = st.session_state["_sources"][kind]
    if isinstance(kept, str) and kept != samples.DEFAULTS[kind]:
        st.query_params[PARAMETERS[kind]] = kept
    elif PARAMETERS[kind] in st.query_params:
        del st.query_params[PARAMETERS[kind]]


def frame(source: Image) -> int:
    """The chosen frame of an animation or page of a TIFF file, from 0."""
    return min(int(st.session_state.get("frame", 1)), source.shown_frames) - 1


def picture() -> tuple[Image, Lab, Node]:
    """The picture of the tray, a lab for it, and its pixels: (H, W, 3) uint8 as a viewer shows it."""
    source = current("image")
    assert isinstance(source, Image)
    lab = Lab(source)
    return source, lab, pixels_of(lab, source, lab.source)


def pixels_of(
    lab: Lab, source: Image, data: Node, *, number: int | None = None, as_: str = "pixels"
) -> Node:
    """Record how a picture's file becomes pixels: by two lines when that is all it takes.

    `number` is the frame, that of the tray when none is given.
    """
    if is_plain(source):
        return lab.run(read_plain, data, as_=as_)
    return lab.run(read_rgb, data, frame=frame(source) if number is None else number, as_=as_)


@dataclass(frozen=True)
class WorkingCopy:
    """A picture small enough to compute with at once, and what to say about it."""

    node: Node
    group: str  # linked with the full picture's cursor only if it is the full picture
    reduced: bool

    def note(self, group: str) -> str:
        """A sentence for the caption of a view that shows the copy."""
        if not self.reduced or group != self.group:
            return ""
        return " " + _("Computed on a copy reduced to {side} pixels, to answer at once.", side=SIDE)


def working_copy(lab: Lab, pixels: Node) -> WorkingCopy:
    """The picture itself if its longer side is at most `SIDE`, else its area average."""
    if max(pixels.value.shape[:2]) <= SIDE:
        return WorkingCopy(pixels, "picture", False)
    return WorkingCopy(lab.run(fit_within, pixels, side=SIDE, as_="small"), "copy", True)


def facts(source: Source) -> str:
    """Size as numbers and size as a file, in one line of Markdown."""
    size = megabytes(len(source.data))
    if isinstance(source, Image):
        shape = f"{source.height} × {source.width}"
        shape += f" × {source.channels}" if source.channels > 1 else ""
        numbers = source.height * source.width * source.channels * max(1, source.bit_depth // 8)
        return _(
            "{format}, {shape} numbers of {bits} bit: {numbers} as numbers, {size} as a file",
            format=source.format,
            shape=shape,
            bits=source.bit_depth,
            numbers=megabytes(numbers),
            size=size,
        )
    return _("{format}, {size} as a file", format=source.format, size=size)


def megabytes(count: int) -> str:
    """A number of bytes as people write it (1 kB = 1000 bytes)."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def _change(kind: str, is_open: bool | None) -> None:
    ways = {"upload": _("Your file"), "sample": _("Samples")}
    if kind == "image":
        ways["camera"] = _("Camera")
    if kind == "sound":
        ways["microphone"] = _("Microphone")
    way = st.segmented_control(
        _("Where from"),
        list(ways),
        format_func=ways.get,
        default="upload",
        required=True,
        key="tray_way",
        label_visibility="collapsed",
    )
    # The drop zone stays mounted while the panel is closed, or the browser would forget the file.
    if way == "upload" and uploader("tray_upload", label=_("Drop any file here")):
        _announce()
    if not is_open:
        return
    if way == "camera":
        photo = st.camera_input(_("Take a photo"), key="tray_camera")
        if photo is not None and receive("camera.jpg", photo.getvalue(), photo.file_id):
            _announce()
    elif way == "microphone":
        sound = st.audio_input(_("Record a sound"), key="tray_microphone")
        if sound is not None and receive("recording.wav", sound.getvalue(), sound.file_id):
            _announce()
    elif way == "sample":
        _samples(kind)


def _samples(kind: str) -> None:
    for sample in samples.SAMPLES:
        if sample.kind == kind:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                if st.button(_(sample.title), key=f"sample_{sample.name}", type="tertiary"):
                    put(sample.name)
                    _announce()
                st.caption(f"{safe(_(sample.origin))}, {safe(_(sample.licence))}")


def _announce() -> None:
    """Draw the page anew; what came may be of another kind than this lesson is about."""
    source = latest()
    if source is not None:
        st.toast(
            _("In the tray: {name} ({kind})", name=safe(source.label), kind=_(KINDS[source.kind])),
            icon=ICONS[source.kind],
        )
    st.rerun()
