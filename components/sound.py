"""How a lesson gets from a sound's file to numbers: the part and the channel that it works on.

A lesson computes with at most `LONGEST` seconds, so a file of an hour is as quick as a word. What the
header says about its length is shown at first; the true length and the outline come from one pass over
the whole file, in the background if it is long.
"""

from __future__ import annotations

import base64
import html
import logging
import re
import threading
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.catalogue import COLOURS
from components.guard import fragment
from components.i18n import _
from components.state import choice
from engine import isolate
from engine.errors import N_, UserError
from engine.lab import Lab, Node
from engine.sound.facts import FFMPEG_FORMATS
from engine.sound.read import (
    longest_part,
    mean_of_channels,
    one_channel,
    outline,
    outline_ffmpeg,
    read_clip,
    read_clip_ffmpeg,
)
from engine.sources import Sound

log = logging.getLogger("numeroscope")

LONGEST = 30.0  # seconds that the lessons compute with
FIRST = 10.0  # seconds that a long sound begins with
NO_SLIDER = 2.0  # a shorter sound is always taken whole
AT_ONCE = 20_000_000  # samples that are decoded while the learner waits: half a second
#: Loudspeakers by the names that `Sound.positions` uses.
SPEAKERS = {
    **{"FL": N_("left"), "FR": N_("right"), "FC": N_("centre"), "LFE": N_("low frequencies")},
    **{"BL": N_("back left"), "BR": N_("back right"), "BC": N_("back centre")},
    **{"SL": N_("side left"), "SR": N_("side right")},
    **{"FLC": N_("left of centre"), "FRC": N_("right of centre")},
}


@dataclass(frozen=True)
class Clip:
    """The part of the tray's sound that a lesson computes with.

    wave : Node, float32 [shape=(n,)], one channel or the mean of all, nominally -1..1, n >= 1.
    channels : Node, float32 [shape=(n, channels)], the same part of all channels.
    sample_rate : int, Hz.
    start : float, where the part begins in the file, in seconds.
    note : str, what a caption says about part and channel; "" for the whole of a mono sound.
    """

    source: Sound
    lab: Lab
    wave: Node
    channels: Node
    sample_rate: int
    start: float
    note: str

    @property
    def seconds(self) -> float:
        """How long the part is."""
        return len(self.wave.value) / self.sample_rate


@dataclass(frozen=True)
class Length:
    """How long a sound is: `frames` is None while nobody knows, `counted` once it was decoded."""

    frames: int | None
    counted: bool
    replaced: int = 0  # numbers that were none


def clip_of_tray(*, most: float = LONGEST) -> Clip:
    """The chosen part and channel of the sound in the tray, at most `most` seconds."""
    from components import tray

    source = tray.current("sound")
    assert isinstance(source, Sound)
    lab = Lab(source)
    start, end = part(source)
    samples = part_of(lab, source, start, min(end - start, most))
    try:
        shape = samples.value.shape
    except UserError:
        if not start:
            raise
        start = 0.0  # the header promised more than there is
        set_part(source, (0.0, min(FIRST, most)))
        samples = part_of(lab, source, 0.0, min(FIRST, most))
        shape = samples.value.shape
    number = channel(source)
    if shape[1] == 1:
        wave = lab.run(one_channel, samples, as_="wave")
    elif number is None or number >= shape[1]:
        wave = lab.run(mean_of_channels, samples, as_="wave")
    else:
        wave = lab.run(one_channel, samples, number=number, as_="wave")
    rate = source.sample_rate or 1
    note = _note(source, start, shape[0] / rate, number if shape[1] > 1 else None, shape[1])
    return Clip(source, lab, wave, samples, rate, start, note)


def part_of(lab: Lab, source: Sound, start: float, seconds: float, *, as_: str = "samples") -> Node:
    """Record how a part of a sound's file becomes samples, (n, channels) float32."""
    reader = read_clip_ffmpeg if source.format in FFMPEG_FORMATS else read_clip
    seconds = longest_part(source.sample_rate or 1, source.channels or 1, seconds)
    place = {"start": float(start), "seconds": float(seconds)}
    return lab.run(reader, lab.source, isolated=isolate.SECONDS, as_=as_, **place)


def outline_of(lab: Lab, source: Sound) -> Node:
    """Record the pass over the whole file: (frames, replaced, outline); see `read.outline`."""
    function = outline_ffmpeg if source.format in FFMPEG_FORMATS else outline
    return lab.run(function, lab.source, isolated=isolate.PATIENCE, as_="whole")


def decode(source: Sound) -> None:
    """Decode what a lesson will show first, before a sound enters the tray.

    Raises
    ------
    UserError : it cannot be decoded, or holds no samples.
    """
    lab = Lab(source)
    part_of(lab, source, 0.0, _first_part(source)[1]).value  # noqa: B018 (a property that computes)


def length(source: Sound) -> Length:
    """How long a sound is; a long one is counted in the background, until then by its header."""
    if source.format == "WAV" and source.subtype.startswith("PCM") and source.frames:
        return Length(source.frames, True)  # counted in the bytes that are there
    whole = whole_of(source)
    return Length(whole[0], True, whole[1]) if whole else Length(source.frames, False)


def whole_of(source: Sound) -> tuple[int, int, Any] | None:
    """The value of `outline_of`: at once for a short sound, for a long one None until it is there."""
    node = outline_of(Lab(source), source)
    if not node.is_cached and not _is_long(source):
        _compute(node)
    return node.value if node.is_cached else None


_counting: set[str] = set()  # keys of outlines that are being computed in the background
_failed: set[str] = set()  # and of those that could not be computed


def _is_long(source: Sound) -> bool:
    samples = (source.frames or 0) * (source.channels or 1)
    return samples > AT_ONCE or (not source.frames and len(source.data) > 2_000_000)


def _compute(node: Node) -> None:
    """Decode a whole sound; what goes wrong is logged, and the header's length stays."""
    if node.key not in _failed:
        try:
            node.value  # noqa: B018 (a property that computes)
        except Exception:
            log.exception("the outline of a sound could not be computed")
            _failed.add(node.key)
    _counting.discard(node.key)


def _in_background(node: Node) -> bool:
    """See to it that a long sound is being counted; False if that has failed."""
    if node.key not in _counting and node.key not in _failed:
        _counting.add(node.key)
        threading.Thread(target=_compute, args=(node,), name="outline", daemon=True).start()
    return node.key not in _failed


def part(source: Sound) -> tuple[float, float]:
    """The chosen part in seconds, from and to: the slider's, a link's, or the first seconds."""
    parts = st.session_state.setdefault("_parts", {})
    if source.digest not in parts:
        linked = _linked_part(source) if not parts else None  # a link speaks of its own file
        parts[source.digest] = linked or _first_part(source)
    return parts[source.digest]


def set_part(source: Sound, chosen: tuple[float, float]) -> None:
    """Let lessons work on another part of a sound."""
    st.session_state.setdefault("_parts", {})[source.digest] = chosen


def forget(source: Sound) -> None:
    """Let a sound begin with its first part and the mean of its channels, as when it came."""
    st.session_state.setdefault("_parts", {})[source.digest] = _first_part(source)
    st.session_state.pop(_channel_key(source), None)
    for name in ("part", "channel"):
        if name in st.query_params:
            del st.query_params[name]


def _total(source: Sound) -> float | None:
    """The length of a sound in seconds, as far as anybody knows."""
    frames = length(source).frames
    return frames / source.sample_rate if frames and source.sample_rate else None


def _first_part(source: Sound) -> tuple[float, float]:
    stated = source.frames / source.sample_rate if source.frames and source.sample_rate else FIRST
    return 0.0, min(FIRST, stated)


def _linked_part(source: Sound) -> tuple[float, float] | None:
    """What `?part=12.5-22.5` says, moved inside the sound; nonsense counts as nothing."""
    found = re.fullmatch(
        r"(\d{1,6}(?:\.\d{1,3})?)-(\d{1,6}(?:\.\d{1,3})?)", st.query_params.get("part", "")
    )
    total = _total(source)
    if not found or total is None:
        return None
    start, end = float(found[1]), min(float(found[2]), total)
    return (start, min(end, start + LONGEST)) if start < end else None


def _channel_key(source: Sound) -> str:
    return f"channel_{source.digest[:12]}"


def channel(source: Sound) -> int | None:
    """The chosen channel, counted from 0; None for the mean of all."""
    chosen = str(st.session_state.get(_channel_key(source), "mean"))
    return int(chosen) - 1 if chosen.isdecimal() else None


def channel_name(source: Sound, number: int) -> str:
    """A channel's number, counted from 1, and where its loudspeaker stands, if that is known."""
    position = source.positions[number] if number < len(source.positions) else ""
    if position not in SPEAKERS:
        return str(number + 1)
    return _("{number} ({place})", number=number + 1, place=_(SPEAKERS[position]))


def controls(source: Sound) -> None:
    """A button in the tray's line that says which part and channel is shown, and asks for others."""
    whole, count = _total(source), source.channels or 1
    node = outline_of(Lab(source), source)
    if not node.is_cached and _is_long(source) and _in_background(node):
        _wait_for(node)
    sliding = whole is not None and whole > NO_SLIDER
    if sliding:
        _follow_slider(source, whole)
    if sliding or count > 1:
        start, end = part(source)
        label = f"{clock(start)} – {clock(min(end, whole or end))}" if sliding else _("Channel")
        with st.popover(label, icon=":material/content_cut:", key="tray_part"):
            if sliding:
                _ask_part(source, whole)
            if count > 1:
                names = {str(n + 1): channel_name(source, n) for n in range(count)}
                options = {"mean": _("mean of all {count}", count=count), **names}
                key = _channel_key(source)
                choice(_("Channel"), options, key=key, param="channel", look="menu")
    for name, asked in (("part", sliding), ("channel", count > 1)):
        if not asked and name in st.query_params:
            del st.query_params[name]


def _slider_of(source: Sound, whole: float) -> tuple[str, float, float]:
    """The key of the slider for the part, its step and its greatest value, in seconds."""
    step = 0.1 if whole <= 120 else 1.0
    most = -(-whole // step) * step  # up to the last sample
    return f"part_{source.digest[:12]}_{most:g}", step, most


def _follow_slider(source: Sound, whole: float) -> None:
    """Take over what the learner has set the slider to since it was last drawn."""
    key, step, most = _slider_of(source, whole)
    kept, drawn = st.session_state.get(key), st.session_state.get(f"_{key}")
    if kept is not None and drawn is not None and kept != drawn:
        longest = longest_part(source.sample_rate or 1, source.channels or 1, LONGEST)
        set_part(source, _moved(part(source), kept, step, most, longest))


def _ask_part(source: Sound, whole: float) -> None:
    start, end = part(source)
    key, step, most = _slider_of(source, whole)
    longest = longest_part(source.sample_rate or 1, source.channels or 1, LONGEST)
    found = whole_of(source)
    if found:
        st.html(strip(found[2], start / whole, min(end / whole, 1.0)))
    shown = (min(start, most), min(end, most))
    kept = st.session_state.get(key)
    if kept is not None and kept != shown:
        st.session_state[key] = shown
    st.session_state[f"_{key}"] = shown
    st.slider(
        _("Part that the lesson works on, in seconds (at most {most})", most=f"{longest:.3g}"),
        0.0,
        float(most),
        shown,
        step,
        format="%.1f" if step < 1 else "%.0f",
        key=key,
    )
    if (start, end) != _first_part(source):
        st.query_params["part"] = f"{start:g}-{end:g}"
    elif "part" in st.query_params:
        del st.query_params["part"]


Span = tuple[float, float]


def _moved(old: Span, new: Span, step: float, most: float, longest: float) -> Span:
    """The part after one of its ends was moved, at least a step and at most `longest` seconds."""
    low, high = new
    if high - low < step:
        return (low, low + step) if low + step <= most else (high - step, high)
    if high - low > longest:  # pulled far, it keeps its length: the other end follows
        span = min(old[1] - old[0], longest)
        return (low, low + span) if low != old[0] else (high - span, high)
    return low, high


def _wait_for(node: Node) -> None:
    """Look once a second whether a long sound has been counted, and then draw the page anew."""

    def look() -> None:
        if node.is_cached:
            st.rerun()
        st.caption(_("The whole file is being decoded to count its samples."))

    fragment(look, run_every=1.0)()


def strip(envelope: object, start: float, end: float) -> str:
    """The outline of a whole sound as a drawing, the chosen part in colour.

    Parameters
    ----------
    envelope : float32 array (bins, channels, 2), of `read.outline`.
    start, end : float, the part as shares of the whole, 0..1.
    """
    lows, highs = envelope[..., 0].min(axis=1), envelope[..., 1].max(axis=1)
    together = -(-len(lows) // 600)
    lows = [float(min(lows[k : k + together])) for k in range(0, len(lows), together)]
    highs = [float(max(highs[k : k + together])) for k in range(0, len(highs), together)]
    top = max(*(abs(v) for v in lows), *(abs(v) for v in highs), 1e-9)
    count = len(lows)
    points = [f"{k},{16 - 15 * v / top:.1f}" for k, v in enumerate(highs)]
    points += [f"{k},{16 - 15 * lows[k] / top + 0.5:.1f}" for k in range(count - 1, -1, -1)]
    shape = f'<polygon points="{" ".join(points)}"'
    x, width = start * count, max((end - start) * count, count / 300)
    name = html.escape(_("The whole sound, the part that the lesson works on marked"), quote=True)
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {count} 32" '
        f'width="{count}" height="32" preserveAspectRatio="none">'
        f'{shape} fill="#7A7F87" fill-opacity="0.45"/>'
        f'<svg x="{x:.1f}" width="{width:.1f}" height="32" viewBox="{x:.1f} 0 {width:.1f} 32" '
        f'preserveAspectRatio="none"><rect x="0" width="{count}" height="32" '
        f'fill="{COLOURS["sound"]}" fill-opacity="0.15"/>'
        f'{shape} fill="{COLOURS["sound"]}"/></svg></svg>'
    )
    # As a picture: Streamlit takes drawings out of HTML.
    encoded = base64.b64encode(drawing.encode()).decode()
    return (
        f'<img alt="{name}" src="data:image/svg+xml;base64,{encoded}" '
        f'style="width:100%;height:32px;display:block">'
    )


def clock(seconds: float) -> str:
    """Minutes and seconds, and tenths where they say something: 3:25, 0:01.6."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    text = f"{minutes}:{rest // 10:02d}"
    return f"{text}.{rest % 10}" if rest % 10 else text


def _note(source: Sound, start: float, seconds: float, number: int | None, channels: int) -> str:
    """What a caption says about the part and the channel."""
    total = _total(source) or seconds
    partly = start > 0 or seconds < total - 0.5 / (source.sample_rate or 1)
    which = _("the mean of {count} channels", count=channels)
    if number is not None:
        which = _("channel {name}", name=channel_name(source, number))
    span = {"start": clock(start), "end": clock(start + seconds), "total": clock(total)}
    if partly and channels > 1:
        return " " + _("Shown: {start} to {end} of {total}, {channel}.", channel=which, **span)
    if partly:
        return " " + _("Shown: {start} to {end} of {total}.", **span)
    return " " + _("Shown: {channel}.", channel=which) if channels > 1 else ""
