"""The sound viewer's message is the true array, small, and sent once; what comes back is checked."""

from __future__ import annotations

import json
import math
import re
import struct
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from components import show, tracks
from components import tracks_message as m
from components.tracks import (
    Curve,
    Curves,
    Heat,
    Row,
    Sound,
    TracksState,
    Wave,
    domain_of,
    read_request,
    read_state,
)
from engine.lab import Lab
from engine.sources import Text

NAN = float("nan")


@dataclass(frozen=True, eq=False)
class Known:
    key: str
    value: np.ndarray


def wave(array, rate=48_000.0, key="wave", **options) -> Wave:
    return Wave(Known(key, np.asarray(array)), rate, "title", "alt", **options)


def tone(seconds: float = 30.0, rate: int = 48_000) -> np.ndarray:
    rng = np.random.default_rng(3)
    t = np.arange(round(seconds * rate)) / rate
    return (0.6 * np.sin(2 * np.pi * 220 * t) + rng.normal(0, 0.02, t.size)).astype(np.float32)


def pack(rows, sounds=(), *, request: object = None, **options) -> tuple[bytes, list[str]]:
    """The message that answers the browser's state "view"."""
    asked = read_request(request, rows, sounds)
    return m.pack(rows, sounds, wants=asked.wants, heard=asked.heard, n=asked.n, **options)


def unpack(data: bytes) -> tuple[dict, bytes]:
    (length,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + length].decode()), data[4 + length :]


def numbers(ref: dict, body: bytes) -> np.ndarray:
    raw = body[ref["offset"] : ref["offset"] + ref["length"]]
    dtype = {"bool": "u1"}.get(ref["dtype"], ref["dtype"])
    return np.frombuffer(raw, np.dtype(dtype).newbyteorder("<"))


# ----------------------------------------------------------------------------------- the message


def test_an_exact_window_is_the_slice():
    array = tone()
    want = {"want": {"r0.0": {"exact": [700_000, 703_000], "probe": [5, 9]}}}
    header, body = unpack(pack([wave(array)], request=want)[0])
    exact, probe = header["rows"][0]["lines"][0]["windows"]
    assert np.array_equal(numbers(exact, body), array[700_000:703_000])
    assert np.array_equal(numbers(probe, body), array[5:9])


@pytest.mark.parametrize("count", [4097, 5000, 48_000, 1_440_000, 1_440_001])
def test_the_outline_of_the_whole_has_every_extreme(count):
    array = np.random.default_rng(count).normal(0, 0.2, count).astype(np.float32)
    header, body = unpack(pack([wave(array)])[0])
    (ref,) = header["rows"][0]["lines"][0]["outlines"]
    pairs = numbers(ref, body).reshape(-1, 2)
    size = ref["size"]
    assert len(pairs) == ref["last"] == -(-count // size) <= m.OUTLINE_SLICES
    for k in (0, 1, len(pairs) // 2, len(pairs) - 1):
        part = array[k * size : (k + 1) * size]
        assert pairs[k].tolist() == [part.min(), part.max()]
    assert pairs[:, 0].min() == array.min()
    assert pairs[:, 1].max() == array.max()


@given(
    arrays(
        np.float32,
        st.integers(1, 70),
        elements=st.floats(-2, 2, width=32) | st.sampled_from([NAN, math.inf, -math.inf]),
    ),
    st.integers(1, 4),
    st.integers(0, 5),
    st.integers(1, 9),
)
def test_an_outline_is_that_of_plain_loops(array, power, first, count):
    size = 2**power
    last = min(first + count, -(-len(array) // size))
    got = m.outline(array, size, first, last)
    slices = [array[k * size : (k + 1) * size] for k in range(first, last)]
    assert got.shape == (max(0, len(slices)), 2)
    for (low, high), part in zip(got, slices, strict=True):
        seen = [v for v in part.tolist() if not math.isnan(v)]
        if seen:
            assert (low, high) == (min(seen), max(seen))
        else:
            assert math.isnan(low)
            assert math.isnan(high)


@pytest.mark.parametrize(
    "array",
    [
        np.array([0.1, NAN, np.inf, -2.5], np.float32),
        np.array([0.1, -1e-300], np.float64),
        np.array([0.1, 2.0], np.float16),
        np.array([-32768, 32767], np.int16),
        np.array([0, 255], np.uint8),
        np.array([True, False]),
        np.array([7.0], np.float32),
        np.array([], np.float32),
        np.arange(9, dtype=np.float32)[::-2],
    ],
    ids=lambda a: f"{a.dtype}-{a.shape}",
)
def test_every_number_type_arrives_unchanged(array):
    header, body = unpack(
        pack([wave(array, key=f"{array.dtype}{array.shape}{array.tobytes()!r}")])[0]
    )
    entry = header["rows"][0]["lines"][0]
    assert entry["whole"]
    assert entry["outlines"] == []
    got = np.concatenate([numbers(w, body) for w in entry["windows"]] or [array])
    np.testing.assert_array_equal(got.astype(array.dtype), array)


@pytest.mark.parametrize(
    ("array", "lo", "hi", "expected"),
    [
        ([0.1, -0.2], -1.0, 1.0, (-1, 1)),
        ([0.1, -3.0], -1.0, 1.0, (-3, 1)),
        ([0.0, 0.0], -1.0, 1.0, (-1, 1)),
        ([NAN, NAN], None, None, (-1, 1)),
        ([5.0, 5.0], None, None, (4.5, 5.5)),
        ([0.0, 100.0], None, None, (-4, 104)),
        ([0.5, np.inf], None, 1.0, (0.5, 1)),
        ([], None, None, (-1, 1)),
    ],
)
def test_the_range_of_an_axis(array, lo, hi, expected):
    row = wave(np.array(array), lo=lo, hi=hi, key=f"range{array}{lo}{hi}")
    header, _ = unpack(pack([row])[0])
    assert (header["rows"][0]["lo"], header["rows"][0]["hi"]) == pytest.approx(expected)


def test_heat_maps_lie_with_row_0_at_the_bottom():
    array = np.linspace(0, 1, 40 * 3000).reshape(40, 3000).astype(np.float32)
    heat = Heat(Known("ramp", array), "t", "a", hop=0.01, lo=0, hi=1, lossy=False)
    want = {"want": {"r0": {"exact": [100, 130], "detail": [0, 500, 500]}}}
    header, body = unpack(pack([heat], request=want)[0])
    entry = header["rows"][0]["heat"]
    (window,) = entry["windows"]
    assert np.array_equal(numbers(window, body).reshape(40, -1), array[:, 100:130])
    whole, detail = entry["pictures"]
    for ref in (whole, detail):
        raw = body[ref["offset"] : ref["offset"] + ref["length"]]
        pixels = np.asarray(Image.open(BytesIO(raw)))
        assert pixels.shape == (ref["h"], ref["w"])
        assert pixels[0].mean() > 240
        assert pixels[-1].mean() < 15
    exact = np.rint(array[::-1, :500] * 255)
    assert np.abs(pixels - exact).max() <= 1


def test_rows_have_scales_of_their_own():
    ones, tens = np.linspace(-1, 1, 12).reshape(3, 4), np.linspace(-10, 10, 12).reshape(3, 4)
    rows = [
        Heat(Known("ones", ones), "t", "a", hop=1.0),
        Heat(Known("tens", tens), "t", "a", hop=1.0),
        Curve(Known("ones0", ones[0]), "t", "a", hop=1.0),
        Curve(Known("tens0", tens[0]), "t", "a", hop=1.0),
    ]
    header, _ = unpack(pack(rows)[0])
    heats = [row["heat"] for row in header["rows"][:2]]
    assert [(heat["lo"], heat["hi"]) for heat in heats] == [(-1, 1), (-10, 10)]
    assert len({heat["look"] for heat in heats}) == 2
    first, second = [(row["lo"], row["hi"]) for row in header["rows"][2:]]
    assert second == pytest.approx([10 * end for end in first])


def test_no_value_is_mixed_where_none_may_be():
    array = np.zeros((3, 9000), np.float32)
    array[np.arange(9000) % 3, np.arange(9000)] = 1
    heat = Heat(Known("kinds9", array), "t", "a", hop=0.01, lo=0, hi=1, lossy=False)
    header, body = unpack(pack([heat])[0])
    entry = header["rows"][0]["heat"]
    assert entry["crisp"]
    (ref,) = entry["pictures"]
    raw = body[ref["offset"] : ref["offset"] + ref["length"]]
    pixels = np.asarray(Image.open(BytesIO(raw)))
    assert pixels.shape == (3, ref["w"])
    assert set(np.unique(pixels)) == {0, 255}


def test_bands_can_be_counted_from_one():
    array, more = np.zeros((3, 9), np.float32), {"hop": 0.01, "rows_name": "band"}
    rows = [Heat(Known(f"bands{n}", array), "t", "a", first_row=n, **more) for n in (0, 1)]
    header, _ = unpack(pack(rows)[0])
    assert [row["heat"]["firstRow"] for row in header["rows"]] == [0, 1]


def test_an_envelope_over_its_wave_is_known():
    swing, loud = tone(0.5), np.abs(tone(0.5))
    row = Row(
        (wave(swing, key="swing"), wave(loud, key="crest"), wave(-swing, key="minus")), "t", "a"
    )
    header, _ = unpack(pack([row, wave(loud, key="crest")])[0])
    assert [line["crest"] for line in header["rows"][0]["lines"]] == [False, True, False]
    assert not header["rows"][1]["lines"][0]["crest"], "alone it is an outline"


def test_a_small_heat_map_is_sent_whole_and_exact():
    array = np.array([[0.5, NAN], [2, -np.inf]], np.float32)
    header, body = unpack(pack([Heat(Known("small", array), "t", "a", hop=1.0)])[0])
    entry = header["rows"][0]["heat"]
    assert entry["whole"]
    assert not entry["pictures"]
    np.testing.assert_array_equal(numbers(entry["windows"][0], body).reshape(2, 2), array)
    assert (entry["lo"], entry["hi"]) == (0.5, 2)


def test_a_row_of_a_heat_map_has_its_own_frequency():
    heat = Heat(Known("mel", np.zeros((3, 4))), "t", "a", hop=0.1, row_values=(0, 700.123456, 2e4))
    entry = unpack(pack([heat])[0])[0]["rows"][0]["heat"]
    assert entry["rowValues"] == [0, 700.12, 20_000]
    assert entry["rowUnit"] == "Hz"
    with pytest.raises(ValueError, match="3 rows need as many values, not 2"):
        pack([Heat(Known("mel", np.zeros((3, 4))), "t", "a", hop=0.1, row_values=(0, 1))])


HARD = [
    np.zeros((0, 5)),
    np.zeros((5, 0)),
    np.zeros((1, 1)),
    np.full((3, 4), NAN),
    np.full((200, 200), 7.0),
    np.full((2, 20_000), NAN),
    np.zeros((3, 100_000), np.float32),
    np.zeros((20_000, 3), np.float32),
]


@pytest.mark.parametrize("array", HARD, ids=lambda a: str(a.shape))
def test_hard_heat_maps(array):
    heat = Heat(Known(f"hard{array.shape}{array.sum()}", array), "t", "a", hop=0.01)
    want = {"want": {"r0": {"exact": [-5, 10**8], "probe": [2, 3], "detail": [0, 10**8, 10**8]}}}
    data, _ = pack([heat], request=want)
    assert len(data) < 400_000
    entry = unpack(data)[0]["rows"][0]["heat"]
    assert entry["hi"] > entry["lo"]


def test_known_blobs_are_named_but_not_sent():
    rows = [wave(tone(5)), Heat(Known("h", np.zeros((64, 5000), np.float32)), "t", "a", hop=0.001)]
    sounds = (Sound(Known("wave", tone(5)), 48_000, "A"),)
    want = {"n": 7, "sounds": ["s0"], "want": {"r0.0": {"exact": [0, 90]}}}
    _, used = pack(rows, sounds, request=want, code=b"code")
    short, again = pack(rows, sounds, request=want, code=b"code", known=used)
    header, body = unpack(short)
    assert again == used
    assert body == b""
    assert header["n"] == 7
    assert len(short) < 3000


def test_a_moved_control_on_thirty_seconds_is_small():
    """Two waves, a map and a curve of 30 s at 48 kHz; all but one wave are new."""
    rng = np.random.default_rng(0)
    base = wave(tone(), key="base")

    def rows(n: int) -> list:
        level = np.clip(rng.normal(-50, 12, (513, 5625)), -80, 0).astype(np.float32)
        curve = rng.normal(size=5625).astype(np.float32)
        return [
            Row((base, wave(tone(), key=f"new{n}")), "t", "a"),
            Heat(Known(f"heat{n}", level), "t", "a", hop=256 / 48_000, lo=-80, hi=0),
            Curve(Known(f"curve{n}", curve), "t", "a", hop=256 / 48_000),
        ]

    _, known = pack(rows(0), code=b"x" * 70_000)
    assert len(pack(rows(1), code=b"x" * 70_000, known=known)[0]) < 150_000
    zoomed = {
        "want": {
            "r0.0": {"exact": [9000, 13_500]},
            "r0.1": {"exact": [9000, 13_500]},
            "r1": {"exact": [30, 61]},
        }
    }
    _, known = pack(rows(2), code=b"x" * 70_000, request=zoomed)
    assert len(pack(rows(3), code=b"x" * 70_000, known=known, request=zoomed)[0]) < 250_000


def test_a_sound_is_sent_only_when_asked_and_at_its_peak():
    array = (tone(2) * 0.01).astype(np.float32)
    sounds = (Sound(Known("quiet", array), 48_000, "A"), Sound(Known("b", tone(2)), 48_000, "B"))
    header, body = unpack(pack([wave(array, key="quiet")], sounds)[0])
    assert all("offset" not in voice for voice in header["sounds"])
    header, body = unpack(pack([wave(array, key="quiet")], sounds, request={"sounds": ["s0"]})[0])
    first, second = header["sounds"]
    assert "offset" not in second
    raw = body[first["offset"] : first["offset"] + first["length"]]
    heard = np.frombuffer(raw, "<i2") * (first["peak"] / m.LOUDEST)
    assert len(heard) == len(array)
    assert np.abs(heard - array).max() <= first["peak"] / m.LOUDEST


@given(st.lists(st.tuples(st.floats(1e-4, 1), st.floats(1, 12)), min_size=1, max_size=5))
def test_sounds_are_matched_without_clipping(pairs):
    levels = [(rms, rms * crest) for rms, crest in pairs]
    gains = m.matched_gains(levels)
    loudness = [gain * rms for gain, (rms, _) in zip(gains, levels, strict=True)]
    assert loudness == pytest.approx([loudness[0]] * len(levels))
    assert all(gain * peak <= 1 + 1e-9 for gain, (_, peak) in zip(gains, levels, strict=True))
    assert gains[0] <= 1 + 1e-9
    assert gains[0] == pytest.approx(1) or max(
        gain * peak for gain, (_, peak) in zip(gains, levels, strict=True)
    ) == pytest.approx(1)


def test_levels_of_hard_sounds():
    assert m.matched_gains([(0.0, 0.0), (0.0, 0.0)]) == [1, 1]
    assert m.matched_gains([(0.0, 0.0), (0.1, 0.2)]) == [1, 1]
    assert m.plain_gains([(0.1, 0.5), (0.1, 4.0)]) == [0.25, 0.25]
    hard = np.array([NAN, np.inf, 0.5], np.float32)
    assert m.level_of(Sound(Known("hard", hard), 8000, "x"))[1] == 0.5
    assert len(m.to_int16(hard, 0.5)) == 6
    assert m.to_int16(np.zeros(3), 0.0) == bytes(6)


def test_numbers_at_the_ends_of_their_type_still_have_an_axis():
    array = np.array([-1e308, 1e308])
    for lo, hi in ((None, None), (-1.0, 1.0)):
        row = wave(array, lo=lo, hi=hi, key="ends")
        header, _ = unpack(pack([row], (Sound(row.node, 8000, "x"),))[0])
        assert math.isfinite(header["rows"][0]["hi"] - header["rows"][0]["lo"])
        assert header["sounds"][0]["matched"] > 0


def test_domains():
    nothing = wave([], key="nothing")
    assert domain_of([nothing]) == (0, 1)
    assert domain_of([wave(np.zeros(480), start=-0.5)]) == pytest.approx((-0.5, -0.49))
    heat = Heat(Known("d", np.zeros((2, 5))), "t", "a", hop=0.1, start=0.05)
    assert domain_of([heat]) == pytest.approx((0, 0.5))
    assert domain_of([heat, wave(np.zeros(480))]) == pytest.approx((0, 0.01))
    longer = Sound(Known("l", np.zeros(1000)), 1000, "x")
    assert domain_of([wave(np.zeros(480))], [longer]) == pytest.approx((0, 1))


@pytest.mark.parametrize(
    "row",
    [
        wave(np.zeros(3), rate=0),
        wave(np.zeros(3), rate=NAN),
        wave(np.zeros(3), rate=-8000),
        wave(np.zeros(3), start=NAN),
        wave(np.zeros((3, 2))),
        wave(np.zeros(3, complex)),
        wave(np.zeros(3), look="dots"),
        Heat(Known("x", np.zeros(3)), "t", "a", hop=1.0),
        Heat(Known("x", np.zeros((3, 3))), "t", "a", hop=0.0),
        Curve(Known("x", np.zeros(3)), "t", "a", hop=math.inf),
    ],
    ids=lambda row: type(row).__name__,
)
def test_what_only_a_programmer_gets_wrong(row):
    with pytest.raises((ValueError, TypeError)):
        pack([row])


def test_rows_and_frames_are_checked():
    with pytest.raises(ValueError, match="at least one"):
        pack([])
    with pytest.raises(ValueError, match="Frames"):
        pack([wave(np.zeros(3))], frames=(0.02, 0.0, 0.0))


# --------------------------------------------------------------------- what comes from outside


ROWS = [
    wave(np.zeros(50_000), rate=1000),
    Curves((Curve(Known("c", np.zeros(9000)), "t", "a", hop=0.01),), "t", "a"),
    Heat(Known("hh", np.zeros((100, 5000), np.float32)), "t", "a", hop=0.01),
]
GARBAGE = [
    None, True, 0, -1, 1e400, NAN, 10**400, "x", b"x", [], {}, [[]], [1, 2], {"a": 1},
    [NAN, 2, 3], ["1", "2", "3"], [None] * 3, object(),
]  # fmt: skip


@pytest.mark.parametrize("value", GARBAGE, ids=lambda value: repr(value)[:20])
def test_garbage_in_the_state(value):
    assert read_state(value, "c", (0, 10)) == TracksState()
    assert read_request(value, ROWS).wants == {}
    got = read_state({"view": value, "pin": value}, "c", (0, 10))
    assert got == TracksState()
    got = read_state(
        {
            "view": {"content": "c", "view": value, "selection": value},
            "pin": {"content": "c", "at": value},
        },
        "c",
        (0, 10),
    )
    assert got.view in (None, (1, 2))
    assert got.selection in (None, (1, 2))
    assert got.cursor in (None, 0)
    assert got.unpinned == (value is None)
    names = ("exact", "probe", "slices", "detail")
    for part in ("r0.0", "r1.0", "r2", "r9", value if isinstance(value, str) else "s0"):
        want = {"want": {part: dict.fromkeys(names, value)}, "sounds": value, "have": value}
        asked = read_request(want, ROWS, (Sound(ROWS[0].node, 1000, "x"),))
        assert asked.heard == ()
        m.pack(ROWS, wants=asked.wants)
    assert read_request({"want": value}, ROWS).wants == {}


def test_windows_are_bounded():
    want = {
        "r0.0": {"exact": [-(10**8), 10**8], "slices": [2, -5, 10**8], "probe": [7, 7]},
        "r1.0": {"slices": [3, 0, 9], "exact": [8999, 9999]},
        "r2": {"exact": [0, 10**8], "detail": [5, 10, 10**8]},
    }
    asked = read_request({"want": want}, ROWS).wants
    first, last = asked["r0.0"].exact
    assert last - first == m.EXACT_SAMPLES
    size, k0, k1 = asked["r0.0"].slices
    assert (size, k1 - k0) == (2, m.WINDOW_SLICES)
    assert asked["r0.0"].probe is None
    assert asked["r1.0"].slices is None
    assert asked["r1.0"].exact == (8999, 9000)
    assert np.diff(asked["r2"].exact) * 100 <= m.EXACT_CELLS
    assert asked["r2"].detail == (5, 10, 2000)


def test_what_was_done_to_another_clip_is_ignored():
    state = {
        "view": {"content": "old", "view": [1, 2], "selection": [1, 2]},
        "pin": {"content": "old", "at": 3},
    }
    assert read_state(state, "c", (0, 10)) == TracksState()
    assert read_state(state, "old", (0, 10)) == TracksState(3, (1, 2), (1, 2))
    assert read_state(state, "old", (0, 1.5)) == TracksState(None, (1, 1.5), (1, 1.5))
    gone = {"pin": {"content": "c", "at": None}}
    assert read_state(gone, "c", (0, 10)).unpinned
    assert not read_state(gone, "other", (0, 10)).unpinned


# ------------------------------------------------------------------------------------ show.tracks


def ramp(data: bytes, *, count: int) -> np.ndarray:
    """Zero to one, whatever the file says."""
    return np.linspace(0, 1, count, dtype=np.float32)


class Page:
    """What `show` uses of Streamlit."""

    def __init__(self) -> None:
        self.query_params: dict[str, str] = {}
        self.session_state: dict = {}


@pytest.fixture
def shown(monkeypatch):
    """Call `show.tracks` with a state; returns what it returns, and the address."""
    page, footers = Page(), []
    monkeypatch.setattr(show, "st", page)
    monkeypatch.setattr(show, "_", lambda text: text)
    monkeypatch.setattr(show, "footer", lambda *given: footers.append(given))

    def lab(text: bytes) -> Lab:
        return Lab(
            Text(name="x", data=text, digest=text.hex(), format="text", expression=repr(text))
        )

    def call(state: dict | None = None, text: bytes = b"one", count: int = 1000, **options):
        """`state` : what the browser has sent, about the clip that is shown."""
        drawn: dict = {}
        monkeypatch.setattr(show.sounds_shown, "draw", lambda rows, **given: drawn.update(given))
        here = lab(text)
        node = here.run(ramp, here.source, count=count)
        rows = [Wave(node, 100, "t", "a")]
        content = show._clip_content(node, (0, count / 100))
        sent = {name: value | {"content": content} for name, value in (state or {}).items()}
        page.session_state["tracks_look"] = sent
        got = show.tracks("look", rows, sounds=[Sound(node, 100, "s")], caption="c", **options)
        return got, drawn

    call.page, call.footers = page, footers
    return call


def test_the_address_holds_pin_and_zoom(shown):
    address = shown.page.query_params
    address |= {"t": "2.5", "span": "1,4.25"}
    state, drawn = shown()
    assert (drawn["cursor"], drawn["view"]) == (2.5, (1, 4.25))
    assert state.cursor == 2.5
    assert address == {"t": "2.5", "span": "1,4.25"}, "nothing was sent yet: the link stays"
    state, drawn = shown({"pin": {"at": 1 / 3}, "view": {"view": [0, 10]}}, cursor=7.0)
    assert address == {"t": "0.3333333"}
    assert (state.cursor, drawn["cursor"], drawn["view"]) == (1 / 3, 1 / 3, (0, 10))
    state, drawn = shown({}, cursor=8.0)
    assert state.cursor == drawn["cursor"] == 1 / 3, "the learner's own outlives the component"
    state, drawn = shown({"pin": {"at": None}, "view": {"view": [2, 3.5]}}, cursor=7.0)
    assert address == {"span": "2,3.5"}
    assert state.cursor is None, "taken away, so the page's own pin does not return"
    assert drawn["cursor"] is None
    state, drawn = shown({}, b"another", cursor=7.0)
    assert address == {}, "times in another clip"
    assert (drawn["cursor"], drawn["view"], state.cursor) == (7.0, None, 7.0)
    state, drawn = shown({}, b"another", cursor=8.0)
    assert drawn["cursor"] == 8.0, "the page's pin may move as long as the learner has set none"
    key, nodes, _caption, rates = shown.footers[-1]
    assert key == "look"
    assert rates == {nodes[0].key: 100}
    assert len(nodes) == 1


@pytest.mark.parametrize(
    "text", ["", "x", "nan", "inf", "-1", "10.1", "1,2", "1e999", "²", "9" * 500, "None"]
)
def test_nonsense_in_the_address(shown, text):
    shown.page.query_params |= {"t": text, "span": text + "," + text}
    _, drawn = shown()
    assert (drawn["cursor"], drawn["view"]) == (None, None)


def test_a_clip_stays_the_same_when_its_last_sample_changes(shown):
    contents = [shown({}, b"one", count)[1]["content"] for count in (1000, 1001, 999, 500)]
    assert contents[0] == contents[1] == contents[2] != contents[3]
    assert shown({}, b"two", 1000)[1]["content"] != contents[0]


def test_every_text_is_used_by_the_front_end():
    code = (Path(tracks.__file__).parent / "frontend" / "tracks.js").read_text()
    for name in tracks.TEXT_KEYS:
        assert re.search(rf"\bt(ext)?\.{name}\b|\"{name}\"", code), name
