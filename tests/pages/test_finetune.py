"""The lab of fine-tuning: a set is made, split, learnt, looked at, used, and kept over pages."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from components import ownset
from engine.errors import UserError
from tests.pages.harness import LONG, assert_fine, check_code, go, open_page

SMALL = {"ft_set": "textures", "ft_each": "3", "ft_epochs_head": "3"}


def png(seed: int, *, side: int = 40, tint: int = 0) -> bytes:
    """A picture of noise, of one tint, as a PNG file."""
    pixels = np.random.default_rng(seed).integers(0, 120, (side, side, 3)).astype(np.uint8)
    pixels[..., tint] += 130
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip file of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def with_classes(written: str, kind: str = "pictures", **query: str) -> AppTest:
    """The step of data with an own set of these classes, still empty."""
    app = open_page("finetune", step="data", ft_set=kind, **query)
    assert_fine(app)
    key = "image" if kind == "pictures" else "sound"
    app.text_input(key=f"own_names_{key}").set_value(written)
    next(b for b in app.button if b.proto.form_id).click().run()
    assert_fine(app)
    return app


def give(app: AppTest, *files: tuple[str, bytes], kind: str = "image") -> AppTest:
    """Drop files on the drop zone of the class that is filled now."""
    turn = app.session_state["_own_turn"]
    given = [(name, data, "application/octet-stream") for name, data in files]
    app.file_uploader(key=f"own_files_{kind}_{turn}").set_value(given).run()
    return app


def counts(app: AppTest, kind: str = "image") -> dict[str, int]:
    """How many examples each class of the set has."""
    return {name: len(many) for name, many in app.session_state["_own_sets"][kind].items()}


def own_key(name: str) -> str:
    """What stands in the keys of the widgets of a class of pictures."""
    return f"image_{hashlib.sha256(name.encode()).hexdigest()[:24]}"


def filled() -> AppTest:
    """The step of data with two classes of six pictures each."""
    app = with_classes("red, blue")
    for tint, name in ((0, "red"), (2, "blue")):
        app.get_by_key("own_class_image").set_value(name).run()
        give(app, *[(f"{n}.png", png(10 * tint + n, tint=tint)) for n in range(6)])
        assert_fine(app)
    return app


def test_long_names_that_begin_alike_are_two_classes() -> None:
    names = ["照片" * 6 + "甲", "照片" * 6 + "乙"]
    app = with_classes(", ".join(names))
    assert_fine(app)
    assert list(counts(app)) == names


def test_a_set_is_made_of_files_and_survives_a_change_of_page(tmp_path: Path) -> None:
    app = filled()
    assert counts(app) == {"red": 6, "blue": 6}
    views = app.session_state["_views"]
    assert check_code([("split", views["split"])], tmp_path) > 3
    go(app, "pixels")
    go(app, "finetune", "data")
    assert_fine(app)
    assert counts(app) == {"red": 6, "blue": 6}
    assert app.session_state["ft_set"] == "pictures"
    go(app, "finetune", "train")
    assert_fine(app)
    assert app.session_state["ft_set"] == "pictures"  # the same set in every step


def test_unreadable_files_are_named_and_the_rest_is_kept() -> None:
    app = with_classes("red, blue")
    give(
        app,
        ("good.png", png(1)),
        ("broken.png", png(2)[:80]),
        ("empty.png", b""),
        ("list.csv", b"a,b\n1,2\n"),
        ("**bold**.png", b"\x89PNG\r\n\x1a\n nothing"),
    )
    assert not app.exception
    assert not app.error
    assert sum(counts(app).values()) == 1
    (said,) = [w.value for w in app.warning]
    assert all(name in said for name in ("broken", "empty", "list"))
    assert "**bold**" not in said


def test_a_zip_file_with_a_folder_a_class_is_opened_and_saved_again() -> None:
    files = {f"set/{name}/{n}.png": png(n) for name in ("杯子", "spoon") for n in range(3)}
    files |= {"__MACOSX/set/._1.png": b"x", "set/spoon/Thumbs.db": b"x", "set/spoon/bad.png": b"?"}
    app = open_page("finetune", step="data", ft_set="pictures")
    data = [("set.zip", zipped(files), "application/zip")]
    turn = app.session_state["_own_turn"]
    app.file_uploader(key=f"own_zip_image_{turn}").set_value(data[0]).run()
    assert counts(app) == {"杯子": 3, "spoon": 3}
    assert len(app.warning) == 1
    saved = ownset.source_of(app.session_state["_own_sets"]["image"], "set.zip")
    with zipfile.ZipFile(io.BytesIO(saved.data)) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {"杯子", "spoon"}
        assert len(archive.namelist()) == 6


def test_a_file_that_is_no_zip_is_refused() -> None:
    app = open_page("finetune", step="data", ft_set="pictures")
    turn = app.session_state["_own_turn"]
    app.file_uploader(key=f"own_zip_image_{turn}").set_value(("a.zip", b"no", "x")).run()
    assert_fine(app)
    assert len(app.warning) == 1


def test_camera_and_microphone_fill_the_chosen_class() -> None:
    app = with_classes("red, blue")
    app.get_by_key("own_way_image").set_value("camera").run()
    for shot in range(3):
        turn = app.session_state["_own_turn"]
        app.get_by_key(f"own_camera_{turn}").set_value(("photo.jpg", png(shot), "image/jpeg")).run()
        assert_fine(app)
    assert sum(counts(app).values()) == 3
    app = with_classes("hum, hiss", "sounds")
    app.get_by_key("own_way_sound").set_value("microphone").run()
    from engine import export

    wave = np.random.default_rng(0).normal(0, 0.1, 8000).astype(np.float32)
    turn = app.session_state["_own_turn"]
    take = ("take.wav", export.to_wav(wave, sample_rate=8000), "audio/wav")
    app.get_by_key(f"own_microphone_{turn}").set_value(take).run()
    assert_fine(app)
    assert sum(counts(app, "sound").values()) == 1


def test_classes_are_renamed_joined_and_removed() -> None:
    app = filled()
    key = own_key("red")
    app.text_input(key=f"own_rename_{key}").set_value("crimson").run()
    app.button(key=f"own_renamed_{key}").click().run()
    assert counts(app) == {"crimson": 6, "blue": 6}
    key = own_key("crimson")
    app.button(key=f"own_less_{key}").click().run()
    assert counts(app) == {"crimson": 5, "blue": 6}
    app.button(key=f"own_gone_{key}").click().run()
    assert counts(app) == {"blue": 6}
    assert not app.exception
    assert not app.error
    assert any("Only “" in info.value for info in app.info)


def test_recorded_runs_stand_beside_the_live_one() -> None:
    app = open_page("finetune", step="train", ft_set="textures")
    assert_fine(app)
    nodes = app.session_state["_views"]["recorded"]
    head, scratch = nodes[0].value, nodes[-1].value
    assert head.shape[1:] == (5, 4)
    assert head[-1, :, 3].min() > scratch[-1, :, 3].max()  # transfer beats scratch, over all seeds
    app.get_by_key("ft_recorded").set_value(0).run()
    assert_fine(app)


@pytest.mark.parametrize("step", ["train", "result", "labels", "breaks", "use", "predict"])
def test_an_empty_set_says_what_to_do_first(step: str) -> None:
    app = open_page("finetune", step=step, ft_set="pictures")
    assert_fine(app)
    assert any("empty" in info.value for info in app.info)


def test_a_class_of_one_example_is_explained() -> None:
    app = with_classes("red, blue")
    give(app, ("a.png", png(1)))
    app.get_by_key("own_class_image").set_value("red").run()
    give(app, ("b.png", png(2)))
    assert_fine(app)
    assert any("at least two different" in info.value for info in app.info)


def test_limits_and_bad_names(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ownset.class_name("  a/b\\c  ") == "a_b_c"
    assert ownset.class_name(" . ") == ""
    app = with_classes(", ".join(f"c{n}" for n in range(25)) + ", c1, /")
    assert len(counts(app)) == ownset.MOST_CLASSES
    assert len(app.warning) == 1
    monkeypatch.setattr(ownset, "MOST_EXAMPLES", 2)
    give(app, *[(f"{n}.png", png(n)) for n in range(4)])
    assert sum(counts(app).values()) == 2
    assert "full" in app.warning[0].value


def test_a_picture_is_kept_small_and_another_kind_refused() -> None:
    example = ownset.kept("image", "a.png", png(3, side=700))
    assert max(Image.open(io.BytesIO(example.data)).size) == ownset.SIDE
    assert max(Image.open(io.BytesIO(example.mark)).size) == ownset.MARK
    with pytest.raises(UserError, match="not a sound"):
        ownset.kept("sound", "a.png", png(3))


def trained(app: AppTest, key: str = "ft") -> AppTest:
    """Press Train and wait for the end of the run."""
    app.button(key=f"run_{key}").click().run()
    deadline = time.monotonic() + LONG
    while not app.session_state["_ft_runs"] if "_ft_runs" in app.session_state else True:
        assert time.monotonic() < deadline
        time.sleep(0.5)
        app.run()
        assert_fine(app)
    return app.run()


def test_a_run_is_watched_compared_looked_at_and_used(tmp_path: Path) -> None:
    app = trained(open_page("finetune", step="train", **SMALL))
    assert_fine(app)
    views = dict(app.session_state["_views"])
    assert {"loss", "accuracy", "gradients", "changes"} <= set(views)
    (run,) = app.session_state["_ft_runs"].values()
    assert run.tested > 30
    assert run.right / run.tested > 0.4  # of five classes, with three examples each
    go(app, "onehot")
    go(app, "finetune", "result")
    assert_fine(app)
    found = dict(app.session_state["_views"])
    assert {"confusion", "wrong", "unsure", "map"} <= set(found)
    table = found["confusion"][0].value
    assert table.sum() == run.tested
    assert np.trace(table) == run.right
    assert check_code([("result", found["map"]), ("confusion", found["confusion"])], tmp_path) > 2
    wrong = next(name for name in app.session_state["_choices"]["ft_cell"] if name != "all")
    app.selectbox(key="ft_cell").set_value(wrong).run()
    assert_fine(app)
    for step in ("labels", "breaks", "use"):
        go(app, "finetune", step)
        assert_fine(app)
    chances = app.session_state["_views"]["use"][-1].value
    assert abs(float(chances.sum()) - 1) < 1e-5


def test_own_pictures_are_learnt() -> None:
    app = filled()
    app.query_params["ft_epochs_head"] = "5"
    go(app, "finetune", "train")
    app = trained(app)
    assert_fine(app)
    (run,) = app.session_state["_ft_runs"].values()
    assert run.right == run.tested  # red and blue noise
    go(app, "finetune", "use")
    assert_fine(app)
    app.get_by_key("ft_give_image").set_value("file").run()
    app.file_uploader(key="ft_new_image").set_value(("new.png", png(99, tint=2), "x")).run()
    assert_fine(app)
    chances = app.session_state["_views"]["use"][-1].value
    assert int(np.argmax(chances)) == 0  # blue comes first by name
    app.file_uploader(key="ft_new_image").set_value(("new.csv", b"a,b\n1,2", "x")).run()
    assert [error.value for error in app.error] == ["This is not a picture."]
