"""Sets of the learner's own: what is read, what is left out, what is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from engine import isolate
from engine.errors import UserError
from engine.lab import Lab, files_of, script_of
from engine.models.for_training import LANGUAGES_SET
from engine.models.public import path_of
from engine.training.ownset import (
    MOST_CLASSES,
    MOST_EXAMPLES,
    example_file,
    file_bytes,
    loudest_part,
    new_picture,
    new_sound,
    own_set,
    pack_set,
    picture_set,
    set_counts,
    sound_set,
    text_set,
)


def png(value: int, *, size: tuple[int, int] = (20, 30), mode: str = "RGB") -> bytes:
    """A picture of noise around a gray level."""
    random = np.random.default_rng(value)
    noise = random.integers(0, 50, (*size, 3)) + value
    file = io.BytesIO()
    Image.fromarray(noise.clip(0, 255).astype(np.uint8)).convert(mode).save(file, "PNG")
    return file.getvalue()


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


def wav(wave: np.ndarray, rate: int = 16_000) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, wave, rate, format="WAV")
    return file.getvalue()


def test_what_is_packed_is_read_again_and_packing_repeats() -> None:
    classes = {"dog": [("a.PNG", png(90))], "cat": [("x/b.png", png(1)), ("b.png", png(2))]}
    data = pack_set(classes)
    assert data == pack_set(dict(reversed(classes.items())))
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == [
        "cat/0001.png",
        "cat/0002.png",
        "dog/0001.png",
    ]
    pictures, labels, names, files, skipped = picture_set(data, side=16)
    assert (pictures.shape, pictures.dtype) == ((3, 16, 16, 3), np.uint8)
    assert (labels.tolist(), names, skipped) == ([0, 0, 1], ("cat", "dog"), ())
    assert files == ("cat/0001.png", "cat/0002.png", "dog/0001.png")
    assert set_counts((pictures, labels, names, files, skipped)).tolist() == [2, 1]
    assert example_file(data, name="dog/0001.png") == png(90)
    with pytest.raises(ValueError, match="bird"):
        example_file(data, name="bird/1.png")


def test_a_square_of_the_middle_is_what_the_network_sees() -> None:
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = 200
    assert (new_picture(wide, side=10) == 200).all()
    data = packed({"a/1.png": png(3), "b/1.png": png(4)})
    rgb = np.asarray(Image.open(io.BytesIO(png(3))))
    assert np.array_equal(picture_set(data, side=16)[0][0], new_picture(rgb, side=16))


def test_transparency_is_white_and_sixteen_bits_are_read() -> None:
    clear, deep = io.BytesIO(), io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(clear, "PNG")
    Image.fromarray(np.full((9, 9), 200 * 256, np.uint16)).save(deep, "PNG")
    pictures = picture_set(packed({"a/1.png": clear.getvalue(), "b/1.png": deep.getvalue()}))[0]
    assert (pictures[0] == 255).all()
    assert (pictures[1] == 200).all()


def test_a_file_that_cannot_be_read_is_named_and_the_others_count() -> None:
    cut = png(7)[:200]
    data = packed({"a/1.png": png(1), "a/2.png": cut, "b/1.png": png(2), "b/note.txt": b"hello"})
    _pictures, labels, names, files, skipped = picture_set(data, side=16)
    assert (names, files, labels.tolist()) == (("a", "b"), ("a/1.png", "b/1.png"), [0, 1])
    assert [file for file, _message, _fields in skipped] == ["a/2.png", "b/note.txt"]
    for _file, message, fields in skipped:
        assert str(UserError(message, **dict(fields))).endswith((".", ". "))


def test_nothing_readable_is_refused() -> None:
    with pytest.raises(UserError, match=r"None of the 2 files.*a/1\.png"):
        picture_set(packed({"a/1.png": b"no", "b/2.png": b"neither"}))


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("set/cat/1.png", ("cat", "cat/1.png")),
        ("../../etc/cat/1.png", ("cat", "cat/1.png")),
        ("C:\\pictures\\cat\\1.png", ("cat", "cat/1.png")),
        ("cat/deeper/still/1.png", None),
    ],
)
def test_names_of_members_lead_nowhere(name: str, place: tuple[str, str] | None) -> None:
    prefix = name.rsplit("cat", 1)[0]
    ending = name.rsplit("cat", 1)[1]
    data = packed({f"{prefix}cat{ending}": png(1), f"{prefix}dog{ending}": png(2)})
    examples = picture_set(data, side=16)
    assert examples[2] == ("cat", "dog")
    if place:
        assert examples[3][0] == place[1]


def test_clutter_of_other_systems_is_no_class() -> None:
    files = {"cat/1.png": png(1), "dog/1.png": png(2), "__MACOSX/cat/._1.png": b"x"}
    files |= {"cat/.DS_Store": b"x", "dog/Thumbs.db": b"x", "readme.md": b"x"}
    examples = picture_set(packed(files), side=16)
    assert (examples[2], examples[4]) == (("cat", "dog"), ())


def test_names_in_the_encoding_of_their_country() -> None:
    data = packed({"AAAA/1.png": png(1), "BB/1.png": png(2)})
    for mark, name in ((b"AAAA/", "汽车/"), (b"BB/", "树/")):
        data = data.replace(mark, name.encode("gb18030"))
    assert set(picture_set(data, side=16)[2]) == {"汽车", "树"}


def test_hostile_zip_files_are_refused() -> None:
    with pytest.raises(UserError, match="no zip file"):
        own_set("a.zip", b"PK\x03\x04 and nothing else")
    good = packed({"a/1.png": png(1), "b/1.png": png(2)})
    with pytest.raises(UserError, match="no zip file"):
        own_set("a.zip", good[: len(good) // 2])
    end = good.rfind(b"PK\x05\x06")
    with pytest.raises(UserError, match="too many files"):
        own_set("a.zip", good[: end + 12] + (2**31).to_bytes(4, "little") + good[end + 16 :])
    with pytest.raises(UserError, match="damaged"):
        own_set("a.zip", good.replace(b"PK\x01\x02", b"PK\x01\x03"))
    with pytest.raises(UserError, match="no folder"):
        own_set("a.zip", packed({"1.png": png(1)}))
    with pytest.raises(UserError, match="too many files"):
        own_set("a.zip", packed({f"a/{n}.png": b"" for n in range(MOST_EXAMPLES + 1)}))
    with pytest.raises(UserError, match=f"500 classes; up to {MOST_CLASSES}"):
        own_set("a.zip", packed({f"{n}/1.png": b"x" for n in range(500)}))


def test_a_bomb_and_a_locked_file_are_left_out() -> None:
    bomb = packed({"a/0.png": bytes(50_000_000), "a/1.png": png(1), "b/1.png": png(2)})
    assert len(bomb) < 200_000
    _pictures, _labels, _names, files, skipped = picture_set(bomb, side=16)
    assert files == ("a/1.png", "b/1.png")
    assert "larger than 40 MB" in UserError(skipped[0][1], **dict(skipped[0][2])).args[0]
    locked = bytearray(packed({"a/0.png": png(5), "a/1.png": png(1), "b/1.png": png(2)}))
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        locked[locked.find(mark) + place] |= 1
    skipped = picture_set(bytes(locked), side=16)[4]
    assert [(file, "password" in message) for file, message, _fields in skipped] == [
        ("a/0.png", True)
    ]


def test_two_classes_of_one_name_or_none_are_refused() -> None:
    with pytest.raises(UserError, match="no example"):
        pack_set({"a": []})
    with pytest.raises(UserError, match="name of its own"):
        pack_set({" ": [("1.png", b"x")]})
    with pytest.raises(UserError, match="name of its own"):
        pack_set({"a?": [("1.png", b"x")], "a:": [("1.png", b"x")]})


def test_a_tone_stands_where_its_pitch_is() -> None:
    time = np.arange(32_000) / 16_000
    low, high = (np.sin(2 * np.pi * f * time + 1).astype(np.float32) for f in (200, 4000))
    rows = [
        new_sound(w, sample_rate=16_000, side=64)[..., 0].mean(axis=1).argmax() for w in (low, high)
    ]
    assert rows[0] > 50  # near the bottom
    assert rows[1] < 25
    both = new_sound(low, sample_rate=16_000, side=64)
    assert (both[..., 0] == both[..., 2]).all()
    assert both.max() > 240
    loud = np.concatenate([np.zeros(50_000, np.float32), high, np.zeros(9_000, np.float32)])
    assert np.abs(loudest_part(loud, count=32_000)).mean() > 0.6
    assert len(loudest_part(low[:10], count=20)) == 20


def test_sounds_are_read_in_a_process_of_their_own() -> None:
    random = np.random.default_rng(0)
    noise = random.normal(0, 0.1, 8000).astype(np.float32)
    data = packed({"a/1.wav": wav(noise), "b/1.wav": wav(noise[::-1]), "b/2.wav": b"RIFF0000WAVE"})
    apart = isolate.call(sound_set, data, side=32)
    here = sound_set(data, side=32)
    assert np.array_equal(apart[0], here[0])
    assert apart[3] == here[3] == ("a/1.wav", "b/1.wav")
    assert [file for file, *_rest in apart[4]] == ["b/2.wav"]


def test_texts_come_by_the_line_or_by_the_file() -> None:
    data = packed({"praise.txt": "good\n\nwunderbar ü\n".encode(), "blame/1.txt": b"bad\nworse"})
    texts, labels, names, files, _skipped = text_set(data)
    assert texts == ("bad\nworse", "good", "wunderbar ü")
    assert (names, labels.tolist()) == (("blame", "praise"), [0, 1, 1])
    assert files == ("blame/1.txt", "praise.txt:1", "praise.txt:3")


def test_too_many_lines_are_said_to_be_lines() -> None:
    data = packed({"praise.txt": b"good\n" * 1200})
    with pytest.raises(UserError, match="1200 texts, one a line; up to 1000"):
        text_set(data)


def test_a_set_is_a_source_whose_script_reads_it() -> None:
    data = packed({"a/1.png": png(1), "b/1.png": png(2)})
    lab = Lab(own_set("my set.zip", data))
    node = lab.run(picture_set, lab.source, side=16, as_="examples")
    assert "Path('my set.zip').read_bytes()" in script_of(node)
    assert files_of(node)["my set.zip"]() == data
    assert len(node.value[0]) == 2


def test_the_ready_clips_have_five_languages() -> None:
    data = file_bytes(path_of(LANGUAGES_SET))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        folders = [Path(name).parts[0] for name in archive.namelist()]
    assert {name: folders.count(name) for name in folders} == dict.fromkeys(
        ("English", "French", "Italian", "Russian", "Spanish"), 30
    )
    examples = sound_set(
        pack_set({"x": [("1.opus", example_file(data, name="Russian/0007.opus"))]})
    )
    assert examples[0].std() > 20
