"""Fine-tuning: what learns, what is kept, that runs repeat, and what the results say."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from engine.errors import UserError
from engine.lab import Lab, files_of, script_of
from engine.models.for_pictures import MOBILENET_V2, RESNET18
from engine.models.for_training import MNIST_5K
from engine.models.public import path_of
from engine.samples import load
from engine.training.augment import LEAST_SIDE, variations_of
from engine.training.backbone import (
    ARCHITECTURES,
    embeddings,
    layer_groups,
    learning_tensors,
    new_network,
    row_of_groups,
    trained_counts,
)
from engine.training.digits import digits
from engine.training.evaluate import (
    accuracy_interval,
    confusion,
    embedding_maps,
    embeddings_after,
    guess,
    halves,
    joined,
    label_curve,
    wrong_ones,
)
from engine.training.finetune import (
    DEFAULT_EPOCHS,
    METHODS,
    answers_of,
    collect_run,
    curves_of,
    finetune,
    finetune_steps,
    probabilities_of,
)
from engine.training.forgetting import KNOWN, remembered
from engine.training.ownset import Examples
from engine.training.readysets import TEXTURES, TILE, digit_set, texture_set
from engine.training.splits import (
    LEARN,
    TEST,
    UNUSED,
    copies,
    duplicate_groups,
    indices_of,
    leaks,
    split_counts,
    split_set,
)

WEIGHTS = {"mobilenet_v2": MOBILENET_V2, "resnet18": RESNET18}


@functools.cache
def textures(each: int = 12, side: int = 32) -> Examples:
    return texture_set(each=each, side=side)


@functools.cache
def run_of(method: str, architecture: str = "mobilenet_v2", **settings: Any) -> tuple[Any, ...]:
    """A short run."""
    examples = textures()
    roles = split_set(examples, each=3)
    return finetune(
        examples,
        roles,
        path_of(WEIGHTS[architecture]),
        method=method,
        architecture=architecture,
        epochs=2,
        **settings,
    )


def roles_of(each: int = 3) -> np.ndarray:
    return split_set(textures(), each=each)


# ------------------------------------------------------------------------------------------- splits


def made(labels: list[int], *, seed: int = 0) -> Examples:
    """A set of noise."""
    random = np.random.default_rng(seed)
    pictures = random.integers(0, 256, (len(labels), 16, 16, 3)).astype(np.uint8)
    names = tuple(f"class {n}" for n in range(max(labels) + 1))
    return pictures, np.array(labels, np.int64), names, tuple(map(str, range(len(labels)))), ()


def test_a_split_is_by_class_and_a_larger_one_keeps_the_smaller() -> None:
    examples = made([0] * 20 + [1] * 10)
    small, large = split_set(examples, each=3), split_set(examples, each=7)
    assert split_counts(examples, small).tolist() == [[3, 6], [3, 3]]
    assert split_counts(examples, large).tolist() == [[7, 6], [7, 3]]
    assert np.array_equal(small == TEST, large == TEST)
    assert set(indices_of(small, role=LEARN)) <= set(indices_of(large, role=LEARN))
    assert (split_set(examples, each=0) != UNUSED).all()
    assert not np.array_equal(small, split_set(examples, each=3, seed=1))
    assert np.array_equal(small, split_set(examples, each=3))


def test_copies_are_found_and_stay_on_one_side() -> None:
    pictures, labels, names, files, skipped = made([0] * 10 + [1] * 10)
    pictures = pictures.copy()
    pictures[1] = pictures[0]
    pictures[15] = np.clip(pictures[2].astype(int) + 1, 0, 255)  # saved again by another program
    examples = pictures, labels, names, files, skipped
    assert copies(examples) == ((0, 1), (2, 15))
    groups = duplicate_groups(examples)
    assert groups[1] == 0
    assert groups[15] == 2
    for seed in range(20):
        roles = split_set(examples, each=0, share=0.5, seed=seed)
        assert leaks(examples, roles) == ()
        assert roles[0] == roles[1]
    apart = [split_set(examples, each=0, share=0.5, seed=s, together=False) for s in range(20)]
    found = [leaks(examples, roles) for roles in apart]
    assert any(found)
    for roles, pairs in zip(apart, found, strict=True):
        for learnt, tested in pairs:
            assert (roles[learnt], roles[tested]) == (LEARN, TEST)


def test_sets_that_cannot_be_split_are_refused() -> None:
    with pytest.raises(UserError, match="Only “class 0” has examples"):
        split_set(made([0] * 9))
    with pytest.raises(UserError, match="Only “"):
        split_set(made([0]))
    with pytest.raises(UserError, match=r"“class 1” needs at least two .* has 1"):
        split_set(made([0, 0, 0, 1]))
    with pytest.raises(UserError, match="500 classes"):
        split_set(made(list(range(500)) * 2))
    pictures, labels, names, files, skipped = made([0, 0, 1, 1])
    same = pictures.copy()
    same[1] = same[0]
    with pytest.raises(UserError, match=r"“class 0” needs at least two .* has 1"):
        split_set((same, labels, names, files, skipped))


# --------------------------------------------------------------------------------------- ready sets


def test_tiles_share_no_pixel_and_brightness_tells_nothing() -> None:
    pictures, labels, names, files, _skipped = textures(each=30)
    assert names == tuple(TEXTURES)
    assert len(set(files)) == len(files)
    assert all(int(n) % TILE == 0 for file in files for n in file.split("/")[1].split("-"))
    means = [pictures[labels == k].mean() for k in range(len(names))]
    assert np.ptp(means) < 6
    assert (pictures[..., 0] == pictures[..., 1]).all()
    assert copies((pictures, labels, names, files, ())) == ()


def test_digits_are_dark_on_white() -> None:
    path = path_of(MNIST_5K)
    pictures = digits(path)
    examples = digit_set(path, each=5, side=56)
    assert examples[0].shape == (50, 56, 56, 3)
    assert np.bincount(examples[1]).tolist() == [5] * 10
    index = int(examples[3][0].split("/")[1])
    assert np.median(examples[0][0]) == 255
    assert (
        np.corrcoef(255 - pictures[index].ravel(), examples[0][0, ::2, ::2, 0].ravel())[0, 1] > 0.8
    )


def test_variations_keep_the_picture_and_repeat() -> None:
    examples = textures()
    first = variations_of(examples, index=2, count=6)
    assert first.shape == (6, 32, 32, 3)
    assert np.array_equal(first, variations_of(examples, index=2, count=6))
    assert not np.array_equal(first[0], first[1])
    plain = made([0, 1])
    plain[0][0, :, :8], plain[0][0, :, 8:] = 0, 255  # black left, white right
    straight = variations_of(plain, index=0, count=20, mirror=False)
    assert (straight[:, :, 0] == 0).all()
    assert (straight[:, :, -1] == 255).all()
    turned = variations_of(plain, index=0, count=20)
    assert 0 < (turned[:, 0, 0, 0] == 255).sum() < 20
    assert 0.5 < LEAST_SIDE < 1


# ----------------------------------------------------------------------------------------- networks


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_groups_together_are_the_network(architecture: str) -> None:
    import torch

    path = path_of(WEIGHTS[architecture])
    torch.manual_seed(0)
    network = new_network(path, architecture=architecture, classes=4)
    row = row_of_groups(network, architecture)
    assert tuple(name for name, _group in row) == layer_groups(architecture)
    x = torch.randn(2, 3, 48, 48)
    whole = torch.nn.Sequential(*(group for _name, group in row))
    assert torch.equal(whole(x), network(x))
    for method in METHODS:
        named = learning_tensors(network, architecture, method)
        count = sum(p.numel() for n, p in network.named_parameters() if n in named)
        trained, every = trained_counts(architecture=architecture, method=method, classes=4)
        assert count == trained
        assert every == sum(p.numel() for p in network.parameters())
    head = trained_counts(architecture=architecture, method="head", classes=4)[0]
    assert head == 4 * (embeddings(textures(2), path, architecture=architecture).shape[1] + 1)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_frozen_does_not_move(method: str) -> None:
    run = run_of(method)
    _curves, layers, probabilities, _trained = run
    moving = {"head": 1, "last": 2, "all": 7, "scratch": 7}[method]
    assert layers.shape == (3, 7, 2)
    assert (layers[0] == 0).all()  # nothing has moved yet
    assert (layers[:, : 7 - moving] == 0).all()
    assert (layers[1:, 7 - moving :] > 0).all()
    assert np.allclose(probabilities.sum(axis=2), 1, atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_the_curve_is_what_the_trained_network_does(method: str) -> None:
    """From the exported weights alone: another way to the same numbers."""
    examples, roles, run = textures(), roles_of(), run_of(method)
    weights = path_of(MOBILENET_V2)
    tested = np.flatnonzero(roles == TEST)
    truth = examples[1][tested]
    for place in (0, -1):
        expected = probabilities_of(run)[place]
        assert (
            np.abs(guess(examples, weights, run, examples[0][tested[place]]) - expected).max()
            < 2e-5
        )
    right = (answers_of(run) == truth).mean()
    assert curves_of(run)[-1, 3] == pytest.approx(right)
    loss = -np.log(probabilities_of(run)[np.arange(len(truth)), truth]).mean()
    assert curves_of(run)[-1, 1] == pytest.approx(loss, rel=1e-4)
    table = confusion(examples, roles, run)
    assert np.trace(table) == round(right * len(truth))
    assert table.sum(axis=1).tolist() == np.bincount(truth, minlength=5).tolist()
    wrong = wrong_ones(examples, roles, run)
    assert len(wrong) == table.sum() - np.trace(table)
    for index, own, taken, p_taken, p_own in wrong:
        assert own == examples[1][index] != taken
        assert p_taken >= p_own
    assert [w[3] for w in wrong] == sorted((w[3] for w in wrong), reverse=True)
    for own, taken in ((0, 1), (3, 4)):
        assert len(wrong_ones(examples, roles, run, truth=own, named=taken)) == table[own, taken]


@pytest.mark.parametrize("method", ["head", "all", "scratch"])
def test_a_run_repeats_and_goes_on_bit_for_bit(method: str) -> None:
    examples, roles, weights = textures(), roles_of(), path_of(MOBILENET_V2)
    settings: dict[str, Any] = {"method": method, "epochs": 2, "augment": True}
    whole = list(finetune_steps(examples, roles, weights, **settings))
    for done in (0, 1):
        rest = list(finetune_steps(examples, roles, weights, resume=whole[done][1], **settings))
        assert len(rest) == 2 - done
        again = collect_run([shown for shown, _state in (*whole[: done + 1], *rest)])
        for one, other in zip(again, collect_run([shown for shown, _state in whole]), strict=True):
            assert np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other
        assert rest[-1][1] == whole[-1][1]
    other = finetune(examples, roles, weights, seed=1, **settings)
    assert not np.array_equal(other[0], collect_run([shown for shown, _state in whole])[0])


def test_the_head_is_scikit_learns_logistic_regression() -> None:
    examples = digit_set(path_of(MNIST_5K), each=40, side=48)
    roles = split_set(examples, each=10, share=0.8)
    features = embeddings(examples, path_of(MOBILENET_V2))
    learnt, tested = roles == LEARN, roles == TEST
    model = LogisticRegression(max_iter=5000, tol=1e-6).fit(features[learnt], examples[1][learnt])
    run = finetune(examples, roles, path_of(MOBILENET_V2), epochs=DEFAULT_EPOCHS["head"])
    ours, theirs = curves_of(run)[-1, 3], model.score(features[tested], examples[1][tested])
    assert tested.sum() >= 300
    mine, known = probabilities_of(run), model.predict_proba(features[tested])
    assert abs(ours - theirs) < 0.007  # two of 320
    assert (mine.argmax(axis=1) == known.argmax(axis=1)).mean() > 0.96
    # Much nearer than with another penalty: ten times as much, or a tenth, is 0.02 and 0.03 away.
    assert np.abs(mine - known).mean() < 0.007


def test_the_shared_network_is_left_alone() -> None:
    examples, path = textures(), path_of(RESNET18)
    before = embeddings(examples, path, architecture="resnet18")
    run = run_of("all", "resnet18")
    after = embeddings_after(examples, path, run)
    assert np.array_equal(embeddings(examples, path, architecture="resnet18"), before)
    assert after.shape == before.shape == (60, 512)
    assert np.abs(after - before).max() > 0.1
    same = embeddings_after(examples, path_of(MOBILENET_V2), run_of("head"))
    assert np.allclose(same, embeddings(examples, path_of(MOBILENET_V2)), atol=1e-4)


def test_settings_that_make_no_sense_are_refused() -> None:
    examples, roles, path = textures(), roles_of(), path_of(MOBILENET_V2)
    with pytest.raises(ValueError, match="one of head"):
        finetune(examples, roles, path, method="tail", epochs=1)
    with pytest.raises(ValueError, match="2 pictures"):
        finetune(examples, roles, path, batch=1)


# ------------------------------------------------------------------------------------------ results


def test_maps_of_before_and_after_have_the_same_axes() -> None:
    random = np.random.default_rng(0)
    before = random.normal(size=(9, 5)).astype(np.float32)
    both = embedding_maps(before, before)
    assert np.array_equal(both[0], both[1])
    after = before.copy()
    after[3] += 4
    maps = embedding_maps(before, after)
    moved = np.linalg.norm(maps[1] - maps[0], axis=1)
    assert moved.argmax() == 3
    assert np.allclose(np.delete(moved, 3), 0, atol=1e-5)
    assert joined(before, after).shape == (18, 5)
    assert np.array_equal(halves(np.stack([joined(before, after)])), np.stack([before, after]))


def test_more_labels_help_and_missing_ones_are_said() -> None:
    examples = textures(each=24)
    features = embeddings(examples, path_of(MOBILENET_V2))
    roles = split_set(examples, each=0, share=0.5)
    curve = label_curve(features, examples, roles, counts=(1, 10, 99), seeds=3)
    assert curve.shape == (3, 3)
    assert np.isnan(curve[2]).all()
    assert curve[1].mean() > curve[0].mean()
    assert np.array_equal(
        curve, label_curve(features, examples, roles, counts=(1, 10, 99), seeds=3), equal_nan=True
    )


@pytest.mark.parametrize(("right", "count"), [(0, 5), (5, 5), (40, 50), (1, 1)])
def test_intervals_are_wilsons(right: int, count: int) -> None:
    from scipy.stats import binomtest

    low, high = accuracy_interval(right, count)
    expected = binomtest(right, count).proportion_ci(0.95, "wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_full_training_forgets_and_a_new_head_does_not() -> None:
    weights = path_of(MOBILENET_V2)
    kept = remembered(weights, run_of("head"))
    assert [one[0] for one in kept] == list(KNOWN)
    assert [one[1] for one in kept] == ["Egyptian cat", "espresso", "tripod", "palace"]
    assert all(before == after and before > 0.5 for _n, _c, before, after, *_rest in kept)
    changed = remembered(weights, run_of("all", rate=0.01, batch=2))
    assert [one[2] for one in changed] == [one[2] for one in kept]
    assert np.mean([one[3] for one in changed]) < np.mean([one[3] for one in kept]) - 0.1
    gone = remembered(weights, run_of("scratch"))
    assert max(one[3] for one in gone) < 0.1


def test_the_script_draws_the_same_curve(tmp_path: Path) -> None:
    lab = Lab(load("coffee"))
    examples = lab.run(texture_set, each=6, side=32, as_="examples")
    roles = lab.run(split_set, examples, each=2, as_="roles")
    weights = lab.weights(MOBILENET_V2)
    run = lab.run(finetune, examples, roles, weights, method="last", epochs=1, as_="run")
    curve = lab.run(curves_of, run, as_="curve")
    code = script_of(curve) + "\nimport sys\nsys.stdout.write(repr(curve.tobytes()))\n"
    (tmp_path / "script.py").write_text(code, encoding="utf-8")
    for name, read in files_of(curve).items():
        (tmp_path / name).write_bytes(read())
    done = subprocess.run(
        [sys.executable, "-I", "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == repr(curve.value.tobytes())
