"""The viewer's message is the true array, small, and sent once; what comes back is checked."""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from components import show
from components import viewer_message as v
from components.viewer import (
    MOST_NUMBERS,
    MOST_STROKES,
    ViewerState,
    contents_of,
    parse_strokes,
    read_request,
    read_state,
)
from components.viewer_message import Histogram, Matrix, Paint, Pane, encode_overview
from engine import samples
from engine.image.color import rgb_to_gray
from engine.image.read import read_rgb
from engine.lab import Lab


def pane(array: np.ndarray, **options) -> Pane:
    options = {"id": "p", "title": "t", "alt": "a", "key": "digest"} | options
    return Pane(array=array, **options)


def pack(panes: list, *, request: object = None, **options) -> tuple[bytes, list[str]]:
    """The message that answers the browser's state "view"."""
    checked = read_request(request, panes)
    return v.pack(panes, wants=checked.wants, n=checked.n, **options)


def unpack(data: bytes) -> tuple[dict, bytes]:
    """Header and the bytes of the blobs."""
    (length,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + length].decode()), data[4 + length :]


def blob(ref: dict, body: bytes) -> bytes:
    return body[ref["offset"] : ref["offset"] + ref["length"]]


def numbers(ref: dict, body: bytes) -> np.ndarray:
    """The window as an array, [shape=(h, w, C)]."""
    dtype = {"bool": "u1"}.get(ref["dtype"], ref["dtype"])
    flat = np.frombuffer(blob(ref, body), np.dtype(dtype).newbyteorder("<"))
    return flat.reshape(ref["y1"] - ref["y0"], ref["x1"] - ref["x0"], ref["channels"])


def photo(height: int, width: int) -> np.ndarray:
    """A smooth picture with a photograph's amount of grain."""
    y, x = np.ogrid[0:height, 0:width]
    base = 120 + 80 * np.sin(x / width * 9)[..., None] * np.cos(y / height * 7)[..., None]
    grain = np.random.default_rng(0).integers(-6, 7, (height, width, 3))
    return np.clip(base + grain, 0, 255).astype(np.uint8)


def test_exact_window_is_the_slice():
    array = photo(900, 1200)
    want = {"want": {"p": {"exact": [100, 200, 180, 260], "probe": [5, 6, 7, 9]}}}
    header, body = unpack(pack([pane(array)], request=want)[0])
    exact, probe = header["panes"][0]["windows"]
    assert np.array_equal(numbers(exact, body), array[200:260, 100:180])
    assert np.array_equal(numbers(probe, body), array[6:9, 5:7])


@pytest.mark.parametrize(
    "array",
    [
        np.array([[True, False, True]]),
        np.array([[7]], np.uint8),
        np.arange(6, dtype=np.uint16).reshape(2, 3) * 13000,
        np.array([[-5, 70000]], np.int32),
        np.array([[-5, 5]], np.int64),
        np.array([[0.1, np.nan, np.inf, -2.5]], np.float32),
        np.array([[0.1, -1e-300]], np.float64),
        np.array([[0.1, 2.0]], np.float16),
        np.arange(24, dtype=np.uint8).reshape(2, 3, 4),
        np.arange(6, dtype=np.uint8).reshape(2, 3)[:, ::-1],
    ],
    ids=lambda a: f"{a.dtype}-{a.shape}",
)
def test_every_number_type_arrives_unchanged(array):
    header, body = unpack(pack([pane(array)])[0])
    entry = header["panes"][0]
    assert entry["whole"]
    assert entry["overview"] is None
    got = numbers(entry["windows"][0], body).reshape(array.shape)
    np.testing.assert_array_equal(got.astype(array.dtype), array)


def test_complex_and_empty_arrays_are_refused():
    with pytest.raises(ValueError, match="complex128"):
        pack([pane(np.ones((2, 2), complex), lo=0, hi=1)])
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        pack([pane(np.ones((0, 2)))])


@pytest.mark.parametrize("shape", [(3, 20000), (20000, 3), (1, 1), (3, 1), (2, 16385, 3)])
def test_odd_shapes(shape):
    array = (np.arange(np.prod(shape)) % 251).astype(np.uint8).reshape(shape)
    want = {"want": {"p": {"exact": [0, 0, 10**6, 10**6], "detail": [0, 0, 9000, 9000, 800]}}}
    header, body = unpack(pack([pane(array)], request=want)[0])
    entry = header["panes"][0]
    for window in entry["windows"]:
        height, width = window["y1"] - window["y0"], window["x1"] - window["x0"]
        assert 1 <= height * width <= v.EXACT_PIXELS
        crop = array[window["y0"] : window["y1"], window["x0"] : window["x1"]]
        assert np.array_equal(numbers(window, body).reshape(crop.shape), crop)
    if entry["overview"]:
        image = Image.open(BytesIO(blob(entry["overview"], body)))
        assert image.size == (entry["overview"]["w"], entry["overview"]["h"])
        assert max(image.size) <= 1000


def test_known_blobs_are_named_but_not_sent():
    array = photo(600, 800)
    want = {"n": 5, "want": {"p": {"exact": [0, 0, 50, 50]}}}
    _, used = pack([pane(array)], request=want)
    short, again = pack([pane(array)], request=want, known=used)
    assert used == again
    header, body = unpack(short)
    assert body == b""
    entry = header["panes"][0]
    assert entry["overview"]["key"] in used
    assert "offset" not in entry["overview"]
    assert header["n"] == 5
    # Another picture, or the same in other colours, is another blob.
    other, _ = pack([pane(array, key="other")], request=want, known=used)
    assert "offset" in unpack(other)[0]["panes"][0]["overview"]
    recoloured, _ = pack([pane(array, hi=100.0)], request=want, known=used)
    header, _ = unpack(recoloured)
    assert "offset" in header["panes"][0]["overview"]
    assert "offset" not in header["panes"][0]["windows"][0]


def test_sizes_of_a_12_megapixel_photo():
    array = photo(3000, 4000)
    first, used = pack([pane(array)])
    assert len(first) < 300_000
    zoom = {"want": {"p": {"exact": [1000, 1000, 1090, 1080], "probe": [1, 1, 33, 33]}}}
    reply, _ = pack([pane(array)], request=zoom, known=used)
    assert len(reply) < 60_000
    between = {"want": {"p": {"detail": [500, 500, 1700, 1400, 640]}}}
    reply, _ = pack([pane(array)], request=between, known=used)
    assert len(reply) < 200_000
    entry = unpack(reply)[0]["panes"][0]
    assert entry["detail"]["w"] == 640


def test_overviews_are_encoded_once(monkeypatch: pytest.MonkeyPatch):
    array, encode, calls = photo(600, 600), v.encode, []

    def counted(*given, **options):
        calls.append(given)
        return encode(*given, **options)

    monkeypatch.setattr(v, "encode", counted)
    first, _used = pack([pane(array, key="once")])
    assert len(calls) >= 1
    calls.clear()
    assert pack([pane(array, key="once")])[0] == first
    assert calls == []


def test_overview_formats_and_colours():
    mask = np.zeros((300, 400), bool)
    mask[100:200] = True
    mime, data = encode_overview(mask, 0, 1, lossy=False)
    assert mime == "image/png"
    assert np.array_equal(np.asarray(Image.open(BytesIO(data)).convert("L")) > 127, mask)
    assert encode_overview(photo(300, 300), 0, 255)[0] == "image/jpeg"
    assert encode_overview(photo(100, 128), 0, 255)[0] == "image/png"
    lut = np.stack([np.arange(256), np.full(256, 7), 255 - np.arange(256)], 1).astype(np.uint8)
    ramp = np.linspace(-1, 1, 60, dtype=np.float32)[None].repeat(4, 0)
    _, data = encode_overview(ramp, -1, 1, lut)
    image = np.asarray(Image.open(BytesIO(data)).convert("RGB"))
    assert tuple(image[0, 0]) == (0, 7, 255)
    assert tuple(image[0, -1]) == (255, 7, 0)


def test_float_range_ignores_what_is_not_finite():
    array = np.full((200, 300), np.nan, np.float32)
    header, _ = unpack(pack([pane(array, key="nan")])[0])
    assert (header["panes"][0]["display"]["lo"], header["panes"][0]["display"]["hi"]) == (0, 1)
    array[0, :2] = -3, 9
    array[1, 0] = np.inf
    header, _ = unpack(pack([pane(array, key="mixed")])[0])
    assert (header["panes"][0]["display"]["lo"], header["panes"][0]["display"]["hi"]) == (-3, 9)


def test_companion_panes():
    array = photo(50, 60)
    counts = np.stack([np.bincount(array[..., c].ravel(), minlength=256) for c in range(3)])
    panes = [
        pane(array),
        Matrix("m", "p", "numbers", "alt"),
        Histogram("h", "p", counts, 0, 255, "histogram", "alt"),
    ]
    header, body = unpack(pack(panes, notation="hex", text={"fit": "整幅"})[0])
    assert [p["kind"] for p in header["panes"]] == ["image", "matrix", "histogram"]
    sent = np.frombuffer(blob(header["panes"][2]["counts"], body), "<f8")
    assert np.array_equal(sent.reshape(3, 256), counts)
    assert header["text"]["fit"] == "整幅"
    assert header["notation"] == "hex"
    with pytest.raises(ValueError, match="mirrors"):
        pack([pane(array), Matrix("m", "q", "numbers", "alt")])
    with pytest.raises(ValueError, match="different ids"):
        pack([pane(array), pane(array)])


NAN, INF = float("nan"), float("inf")
GARBAGE = [
    None, True, 0, -1, NAN, INF, 10**400, 1e300, "", "x", "1,2", b"\x00", [], [[]], [1], [1, 2], (), {},
    {"a": 1}, [NAN, 2], [-1, 2], [1.5, 2], [True, 2], ["1", "2"], [1, 2, 3, 4, 5], [None] * 4,
    {"at": [1, 2]}, {"views": {"picture": [NAN] * 4}}, {"want": {"p": [1]}}, object(),
]  # fmt: skip
CONTENTS = {"picture": "digest", "spectrum": "other"}


@pytest.mark.parametrize("name", ["view", "pin", "strokes", "no such"])
@pytest.mark.parametrize("value", GARBAGE, ids=lambda value: repr(value)[:20])
def test_garbage_from_the_browser_is_ignored(name, value):
    got = read_state({name: value}, CONTENTS, "t")
    assert (got.view, got.pin, got.unpinned, got.strokes) == (None, None, False, ())
    panes = [pane(photo(300, 300), paint=Paint(token="t"))]
    for request in (value, {"want": value}, {"want": {"p": value}}, {"n": value, "have": value}):
        pack(panes, request=request)
    for want in ("exact", "probe", "detail"):
        pack(panes, request={"want": {"p": {want: value}}})


@pytest.mark.parametrize("state", [3, "x", [], object(), {}])
def test_a_state_that_is_no_state(state):
    assert read_state(state, CONTENTS, "t") == read_state(None, {})


@pytest.mark.parametrize("value", GARBAGE, ids=lambda value: repr(value)[:20])
def test_garbage_inside_pins_views_and_questions(value):
    pin = {"group": "picture", "content": "digest", "at": value}
    got = read_state({"pin": pin}, CONTENTS)
    assert got.pin == ((1, 2) if repr(value) == "[1, 2]" else None)
    assert got.unpinned == (value is None)
    for name in ("group", "content"):
        assert read_state({"pin": pin | {"at": [1, 2], name: value}}, CONTENTS).pin is None
    views = {"views": {"picture": [0, 0, value, 9]}, "contents": CONTENTS}
    got = read_state({"view": views}, CONTENTS)
    assert got.view is None or all(abs(edge) < 1e9 for edge in got.view)
    n = read_request({"n": value}, []).n
    assert n is None or (n in (0, -1) and not isinstance(n, bool))


def test_have_is_bounded():
    keys = ["k" * 301, 7, None, "k" * 300, *map(str, range(1000))]
    have = read_request({"have": keys}, []).have
    assert have[:2] == ("k" * 300, "0")
    assert len(have) < 500


@pytest.mark.parametrize(
    "stroke",
    [
        [4097, 0, 1, 1], [-1, 0, 1, 1], [3, 2, 1, 1], [3, -1, 1, 1], [3, True, 1, 1], [3, 0, -1, 1],
        [3, 0, 1, 100_001], [3, 0, 1], [3, 0], [3, 0, 1, 1, 1], [3.0, 0, 1, 1], [3, 0, NAN, 1],
        [3, 0, "1", 1], [3, 0, None, 1], [3, 0, [1], 1], "3011", {"0": 3}, None, 7,
        [3, 0, *[1] * MOST_NUMBERS], [10**400, 0, 1, 1],
    ],
    ids=lambda stroke: repr(stroke)[:24],
)  # fmt: skip
def test_a_bad_stroke_is_left_out(stroke):
    good = (4096, 1, 0, 100_000)
    assert parse_strokes([list(good), stroke, list(good)]) == (good, good)
    state = {"strokes": {"token": "t", "list": [stroke]}}
    assert read_state(state, {}, "t").strokes == ()


def test_strokes_are_bounded():
    assert len(parse_strokes([[1, 0, 2, 3]] * 10_000)) == MOST_STROKES
    long = parse_strokes([[1, 0, *[5] * 1998]] * 400)
    assert sum(map(len, long)) == MOST_NUMBERS


@pytest.mark.parametrize(
    ("text", "strokes"),
    [
        ("3.1.5.6.7.8~2.0.1.1", ((3, 1, 5, 6, 7, 8), (2, 0, 1, 1))),
        ("4097.1.5.6", ()),
        ("3.7.5.6", ()),
        ("3.1.5", ()),
        ("3.1.5.-6", ()),
        ("3.1.5.100001", ()),
        ("3.1.5.1e3", ()),
        ("3.1.5.²", ()),
        ("~~..~", ()),
        ("<script>", ()),
        ("9" * 5000, ()),
    ],
)
def test_strokes_of_a_link_belong_to_its_first_picture(monkeypatch, text, strokes):
    class Fake:
        query_params: dict = {"strokes": text}  # noqa: RUF012
        session_state: dict = {}  # noqa: RUF012

    monkeypatch.setattr(show, "st", Fake)
    Fake.session_state.clear()
    Fake.query_params["strokes"] = text
    assert show.strokes("paint", "first") == strokes
    assert ("strokes" in Fake.query_params) == bool(strokes)
    assert show.strokes("paint", "second") == ()
    assert "strokes" not in Fake.query_params
    assert show.strokes("paint", "first") == strokes


def test_the_address_holds_the_pin_of_the_picture_that_is_shown(monkeypatch):
    class Fake:
        query_params: dict = {"at": "5,6"}  # noqa: RUF012
        session_state: dict = {}  # noqa: RUF012

    Fake.query_params["at"] = "5,6"
    Fake.session_state.clear()
    monkeypatch.setattr(show, "st", Fake)
    monkeypatch.setattr(show, "footer", lambda *_: None)
    monkeypatch.setattr(show, "viewer_text", dict)
    told = ViewerState()
    monkeypatch.setattr(show.viewers, "viewer", lambda panes, **options: told)
    source = samples.load("coffee")
    lab = Lab(source)
    node = lab.run(read_rgb, lab.source, frame=0)
    row = [show.Picture(node, "t", "a", show.RGB)]

    def address() -> str | None:
        show.pictures("look", row, caption="")
        return Fake.query_params.get("at")

    assert address() == "5,6", "nothing was sent yet: the link's pin stays"
    told = ViewerState(pin=(17, 42), pin_group="picture")
    assert address() == "17,42"
    told = ViewerState()
    assert address() == "17,42"
    told = ViewerState(unpinned=True)
    assert address() is None
    Fake.query_params["at"] = "17,42"
    told = ViewerState(pin=(1, 1), pin_group="spectrum")
    assert address() == "spectrum:1,1", "the pin has moved to another group"

    # What is read before the pictures are drawn: a pin of another picture does not count.
    pin = {"at": [3, 4], "group": "picture", "content": show.content_of(node)}
    Fake.session_state["viewer_look"] = {"pin": pin}
    assert show.pinned("look", "picture", node) == (3, 4)
    gray = lab.run(rgb_to_gray, node)
    assert show.pinned("look", "picture", gray) == (3, 4), "the same picture in gray"
    other = Lab(samples.load("cat"))
    assert show.pinned("look", "picture", other.run(read_rgb, other.source, frame=0)) is None
    assert show.pinned("look", "spectrum", node) is None


@pytest.mark.parametrize(
    ("link", "drawn", "told"),
    [
        ("square:30,12", ((30, 12), "square"), (30, 12)),
        ("30,12", (None, None), None),
        ("picture:30,12", (None, None), None),
        ("square:9000,12", (None, None), None),
        ("square:1:2,3", (None, None), None),
        ("square", (None, None), None),
    ],
)
def test_a_link_pins_a_pixel_of_the_group_that_it_names(monkeypatch, link, drawn, told):
    class Fake:
        query_params: dict = {"at": link}  # noqa: RUF012
        session_state: dict = {}  # noqa: RUF012

    monkeypatch.setattr(show, "st", Fake)
    monkeypatch.setattr(show, "footer", lambda *_: None)
    monkeypatch.setattr(show, "viewer_text", dict)
    asked = {}

    def viewer(panes, **options):
        asked.update(options)
        return ViewerState()

    monkeypatch.setattr(show.viewers, "viewer", viewer)
    lab = Lab(samples.load("coffee"))
    node = lab.run(read_rgb, lab.source, frame=0)
    assert show.pinned("look", "square", node) == told
    show.pictures("look", [show.Picture(node, "t", "a", show.RGB, group="square")], caption="")
    assert (asked["cursor"], asked["cursor_group"]) == drawn
    assert Fake.query_params["at"] == link


def test_state_is_read():
    state = {
        "view": {
            "views": {"picture": [1, 2, 3.5, 4], "spectrum": [0, 0, 9, 9], "third": [0, 0, 1, 1]},
            "contents": CONTENTS | {"third": "x"},
        },
        "pin": {"at": [17, 42], "group": "picture", "content": "digest"},
        "strokes": {"token": "t", "list": [[3, 1, 5, 6, 7, 8], [2, 0, 1, 1]]},
    }
    got = read_state(state, CONTENTS, "t")
    assert got.view == (1, 2, 3.5, 4)
    assert got.views == {"picture": (1, 2, 3.5, 4), "spectrum": (0, 0, 9, 9)}
    assert got.pin == (17, 42)
    assert got.pin_group == "picture"
    assert not got.unpinned
    assert got.painted
    assert got.strokes == ((3, 1, 5, 6, 7, 8), (2, 0, 1, 1))


def test_what_was_done_to_another_picture_is_ignored():
    pin = {"at": [17, 42], "group": "picture", "content": "old"}
    state = {
        "view": {"views": {"picture": [1, 2, 3, 4]}, "contents": {"picture": "old"}},
        "pin": pin,
        "strokes": {"token": "old", "list": [[3, 1, 5, 6]]},
    }
    got = read_state(state, CONTENTS, "t")
    # Ignored, but the browser has spoken: a pin in the address is not put back on top of it.
    assert got == replace(read_state(None, CONTENTS, "t"), elsewhere=True)
    # A pin that was taken away is more than none, but only on the picture that it was on.
    assert not read_state({"pin": pin | {"at": None}}, CONTENTS).unpinned
    assert read_state({"pin": pin | {"at": None, "content": "digest"}}, CONTENTS).unpinned


def test_a_group_has_the_content_of_its_first_pane():
    array = photo(20, 20)
    panes = [
        pane(array),
        pane(array, id="q", key="second"),
        Matrix("m", "p", "numbers", "alt"),
        pane(array, id="s", key="spectrum", group="spectrum"),
    ]
    assert contents_of(panes) == {"picture": "digest", "spectrum": "spectrum"}
    assert unpack(pack(panes)[0])[0]["contents"] == contents_of(panes)


def test_a_key_tells_its_bytes():
    """The same picture alone and beside others: another limit, so other bytes under another key."""
    noise = np.random.default_rng(1).integers(0, 256, (700, 700), np.uint8)
    alone = pane(noise, key="noise")
    small = [pane(photo(8, 8), id=f"s{i}", key=f"small{i}") for i in range(3)]
    seen: dict[str, bytes] = {}
    for panes in ([alone], [alone, small[0]], [alone, *small], [alone]):
        header, body = unpack(pack(panes)[0])
        ref = header["panes"][0]["overview"]
        assert seen.setdefault(ref["key"], blob(ref, body)) == blob(ref, body)
        assert len(blob(ref, body)) <= v.OVERVIEW_BYTES // len(panes)
    assert len(seen) == 3


@pytest.mark.parametrize("box", [[500, 500, 1700, 1399], [0, 0, 3999, 2999], [7, 3, 1234, 990]])
@pytest.mark.parametrize("width", [5, 641, 1777, 9000])
def test_a_detail_that_is_asked_for_again_by_its_width_is_the_same_blob(box, width):
    panes = [pane(np.zeros((3000, 4000), np.uint8), key="zeros")]
    first, used = pack(panes, request={"want": {"p": {"detail": [*box, width]}}})
    across = unpack(first)[0]["panes"][0]["detail"]["w"]
    again = pack(panes, request={"want": {"p": {"detail": [*box, across]}}}, known=used)[0]
    assert "offset" not in unpack(again)[0]["panes"][0]["detail"]


def test_a_reply_that_only_notes_the_view_is_small():
    """The browser tells the view when the learner rests; nothing is sent that it has."""
    array = photo(1200, 1600)
    counts = np.full((3, 256), 9999)
    panes = [
        pane(array, key="large"),
        Matrix("m", "p", "numbers", "alt"),
        Histogram("h", "p", counts, 0, 255, "histogram", "alt"),
    ]
    view = {"n": 1, "want": {"p": {"exact": [100, 100, 180, 160], "detail": [0, 0, 900, 900, 800]}}}
    code = b"x" * 50_000
    _, used = pack(panes, request=view, code=code)
    assert len(pack(panes, request=view | {"n": 2}, code=code, known=used)[0]) < 2_500


@pytest.mark.parametrize(
    ("array", "lo", "hi", "maximum"),
    [
        (np.ones((2, 2), np.float32), 0, 255, 255),
        (np.ones((2, 2), np.float32), 0, 1, 1),
        (np.ones((2, 2), np.float32), -2.2, 2.7, 1),
        (np.ones((2, 2), np.uint8), 0, 100, 255),
        (np.ones((2, 2), np.uint16), None, None, 65535),
        (np.ones((2, 2), bool), None, None, 1),
        (np.ones((2, 2), np.int32), -128, 128, 128),
    ],
)
def test_what_the_notation_0_to_1_divides_by(array, lo, hi, maximum):
    header, _ = unpack(pack([pane(array, lo=lo, hi=hi)])[0])
    assert header["panes"][0]["display"]["maximum"] == maximum


def test_outlines_travel_in_the_header_and_not_in_the_picture() -> None:
    lines = (
        v.Outline((0.26, 1, 9.94, 1, 9.94, 7), "cup 0.90", "#E69F00"),
        v.Outline((0, 0, 4, 4), thin=True, dashed=True),
    )
    drawn, keys = pack([pane(photo(40, 60), outlines=lines)])
    _plain, same = pack([pane(photo(40, 60))])
    assert keys == same, "the picture need not be sent again when outlines change"
    first, second = unpack(drawn)[0]["panes"][0]["outlines"]
    assert first["points"] == [0.3, 1, 9.9, 1, 9.9, 7]
    assert (first["label"], first["colour"]) == ("cup 0.90", "#E69F00")
    assert (first["thin"], second["thin"], second["dashed"]) == (False, True, True)
