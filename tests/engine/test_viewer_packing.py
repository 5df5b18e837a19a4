"""The viewer's message: what is sent is the true array, is small, and is sent once."""

from __future__ import annotations

import json
import struct
import time
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from components import viewer as v
from components.viewer import Histogram, Matrix, Paint, Pane, encode_overview, pack, read_state


def pane(array: np.ndarray, **options) -> Pane:
    options = {"id": "p", "title": "t", "alt": "a", "key": "digest"} | options
    return Pane(array=array, **options)


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


def test_overviews_are_encoded_once():
    array = photo(2000, 2000)
    pack([pane(array, key="once")])
    start = time.perf_counter()
    for _ in range(20):
        pack([pane(array, key="once")])
    cached = (time.perf_counter() - start) / 20
    start = time.perf_counter()
    encode_overview(array, 0, 255)
    # Only that the cache is used at all, hence the wide margin.
    assert cached < time.perf_counter() - start


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
    header, _ = unpack(pack(panes, notation="hex", text={"fit": "整幅"})[0])
    assert [p["kind"] for p in header["panes"]] == ["image", "matrix", "histogram"]
    assert header["panes"][2]["series"][0]["counts"] == counts[0].tolist()
    assert header["text"]["fit"] == "整幅"
    assert header["notation"] == "hex"
    with pytest.raises(ValueError, match="mirrors"):
        pack([pane(array), Matrix("m", "q", "numbers", "alt")])
    with pytest.raises(ValueError, match="different ids"):
        pack([pane(array), pane(array)])


@pytest.mark.parametrize(
    "state",
    [
        None,
        {},
        {"view": 3, "pin": "x", "strokes": []},
        {"view": {"views": {"picture": [1, 2, "3", 4]}, "want": {"p": {"exact": "no"}}}},
        {"view": {"views": [], "want": []}, "pin": [1], "strokes": {"token": "t", "list": 4}},
        {"pin": [float("nan"), 2], "strokes": {"token": "t", "list": [[1, 0, 2], ["a"] * 4]}},
        {"view": {"want": {"p": {"exact": [1e300, 0, 1, 1], "detail": [0, 0, 9, 9, -5]}}}},
    ],
)
def test_nonsense_from_the_browser_is_ignored(state):
    got = read_state(state, "t")
    assert (got.view, got.pin, got.strokes) == (None, None, ())
    request = state.get("view") if state else None
    pack([pane(photo(300, 300), paint=Paint(token="t"))], request=request)


def test_state_is_read():
    state = {
        "view": {"views": {"picture": [1, 2, 3.5, 4, 300], "spectrum": [0, 0, 9, 9, 300]}},
        "pin": [17, 42, "picture"],
        "strokes": {"token": "t", "list": [[3, 1, 5, 6, 7, 8], [2, 0, 1, 1]]},
    }
    got = read_state(state, "t")
    assert got.view == (1, 2, 3.5, 4)
    assert got.views["spectrum"] == (0, 0, 9, 9)
    assert got.pin == (17, 42)
    assert got.pin_group == "picture"
    assert got.strokes == ((3, 1, 5, 6, 7, 8), (2, 0, 1, 1))
    assert read_state(state, "another picture").strokes == ()
