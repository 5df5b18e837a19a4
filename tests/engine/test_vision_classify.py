"""Predictions and features against torchvision, SciPy and captum, on scikit-image's pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.special
import torch
import torchvision
from captum.attr import LayerGradCam, Occlusion
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from safetensors.torch import load_file, save_file
from skimage import data
from torchvision.models import ResNet18_Weights
from torchvision.models.feature_extraction import create_feature_extractor

from engine.models.catalogue import MOBILENET_V2, RESNET18
from engine.models.public import path_of
from engine.networks import convnets, mobilenet, resnet
from engine.networks.trace import table
from engine.softmax import softmax
from engine.vision.classify import classes_for, scores, top
from engine.vision.features import (
    cut_out,
    feature_maps,
    first_kernels,
    highest_cell,
    kernel_at,
    most_excited,
    receptive_field,
    seen_by,
    share_zero,
    sheet,
    spotlight,
    strengths,
    strengths_of_stages,
    strongest,
    tile_at,
    tiled,
)
from engine.vision.gradcam import enlarged, grad_cam, highlighted
from engine.vision.nets import STAGES, classifier
from engine.vision.occlusion import covered, occlusion, spread
from engine.vision.preprocess import centre_crop, tensor

PATHS = {"resnet18": path_of(RESNET18), "mobilenet_v2": path_of(MOBILENET_V2)}
NETWORKS = list(PATHS)
PICTURES = {name: tensor(centre_crop(getattr(data, name)())) for name in ("chelsea", "coffee")}
CELLS = [(name, stage) for name in NETWORKS for stage in STAGES[name]]
EGYPTIAN_CAT, ESPRESSO = 285, 967


def reference(name: str) -> torch.nn.Module:
    """The network as torchvision builds it, with the same weights."""
    network = torchvision.models.get_model(name, weights=None)
    network.load_state_dict(load_file(PATHS[name]))
    return network.float().eval()


def torchvisions_name(stage: str) -> str:
    """What torchvision's feature extractor calls a stage."""
    return stage.replace("features", "features.")


# -------------------------------------------------------------------------------- predictions


@pytest.mark.parametrize(
    ("name", "picture", "label", "probability"),
    [
        ("resnet18", "chelsea", "Egyptian cat", 0.39),
        ("resnet18", "coffee", "espresso", 0.85),
        ("mobilenet_v2", "chelsea", "Egyptian cat", 0.72),
        ("mobilenet_v2", "coffee", "espresso", 0.99),
    ],
)
def test_known_pictures_are_recognised(
    name: str, picture: str, label: str, probability: float
) -> None:
    found = top(softmax(scores(PATHS[name], PICTURES[picture], architecture=name)))
    assert len(found) == 5
    assert found[0][1] == label
    assert found[0][2] == pytest.approx(probability, abs=0.01)


@pytest.mark.parametrize("name", NETWORKS)
def test_scores_are_those_of_torchvision(name: str) -> None:
    picture = ResNet18_Weights.IMAGENET1K_V1.transforms()(Image.fromarray(data.chelsea()))
    with torch.no_grad():
        expected = reference(name)(picture[None])[0].numpy()
    assert np.allclose(
        scores(PATHS[name], PICTURES["chelsea"], architecture=name), expected, atol=1e-4
    )


def test_no_other_network_is_opened() -> None:
    with pytest.raises(ValueError, match="squeezenet"):
        classifier(PATHS["resnet18"], "squeezenet")


SCORES = arrays(np.float32, st.integers(1, 30), elements=st.floats(-80, 80, width=32))


@given(SCORES, st.floats(0.1, 20))
def test_softmax_is_scipys_at_every_temperature(logits: np.ndarray, temperature: float) -> None:
    found = softmax(logits, temperature=temperature)
    assert np.allclose(found, scipy.special.softmax(logits.astype(float) / temperature), atol=1e-12)
    assert found.sum() == pytest.approx(1)
    names = top(found, count=3)
    assert names[0][0] == np.argmax(found)
    share = classes_for(found)
    ordered = np.sort(found)[::-1]
    assert ordered[:share].sum() >= 0.9 - 1e-9
    assert share == 1 or ordered[: share - 1].sum() < 0.9 + 1e-9


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_is_above_zero(temperature: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        softmax(np.zeros(3, np.float32), temperature=temperature)


# ----------------------------------------------------------------------------------- features


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("picture", list(PICTURES))
def test_maps_are_those_of_torchvisions_feature_extractor(name: str, picture: str) -> None:
    nodes = {torchvisions_name(stage): stage for stage in STAGES[name]}
    extractor = create_feature_extractor(reference(name), nodes)
    with torch.no_grad():
        expected = extractor(torch.from_numpy(PICTURES[picture])[None])
    every = strengths_of_stages(PATHS[name], PICTURES[picture], architecture=name)
    for stage, strength in zip(STAGES[name], every, strict=True):
        maps = feature_maps(PATHS[name], PICTURES[picture], architecture=name, stage=stage)
        assert np.abs(maps - expected[stage][0].numpy()).max() <= 1e-5
        assert np.allclose(strength, strengths(maps))
        assert np.allclose(strength, np.sqrt((expected[stage][0].numpy() ** 2).mean((1, 2))))


@pytest.mark.parametrize("name", NETWORKS)
def test_looking_inside_changes_nothing(name: str) -> None:
    before = scores(PATHS[name], PICTURES["coffee"], architecture=name)
    for stage in STAGES[name]:
        feature_maps(PATHS[name], PICTURES["coffee"], architecture=name, stage=stage)
    grad_cam(PATHS[name], PICTURES["coffee"], label=1, architecture=name)
    assert np.array_equal(scores(PATHS[name], PICTURES["coffee"], architecture=name), before)
    assert not any(p.requires_grad for p in classifier(PATHS[name], name).parameters())


def test_a_larger_network_opens_in_the_same_way(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = torchvision.models.resnet50(weights=None).eval()
    path = tmp_path / "model.safetensors"
    save_file(network.state_dict(), path)
    found = scores(str(path), PICTURES["coffee"], architecture="resnet50")
    extractor = create_feature_extractor(network, list(STAGES["resnet50"]))
    with torch.no_grad():
        x = torch.from_numpy(PICTURES["coffee"])[None]
        expected, maps = network(x)[0].numpy(), extractor(x)
    assert np.allclose(found, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())
    rows = {row.module: row for row in table(resnet.resnet50((3, 224, 224)))}
    for stage in STAGES["resnet50"]:
        ours = feature_maps(str(path), PICTURES["coffee"], architecture="resnet50", stage=stage)
        theirs = maps[stage][0].numpy()
        assert np.allclose(ours, theirs, rtol=1e-4, atol=1e-5 * np.abs(theirs).max())
        field = receptive_field(str(path), architecture="resnet50", stage=stage)
        assert field == rows[stage].field[0][:3]


@pytest.fixture(scope="module")
def googlenet(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, torch.nn.Module]:
    """A GoogLeNet that nobody has trained: its file with both further heads, and torchvision's own."""
    torch.manual_seed(0)
    network = torchvision.models.googlenet(
        weights=None, init_weights=False, aux_logits=True, transform_input=True
    )
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):  # so that signals neither vanish nor grow
            torch.nn.init.uniform_(module.running_mean, -0.2, 0.2)
            torch.nn.init.uniform_(module.weight, 2.0, 3.0)
    path = tmp_path_factory.mktemp("googlenet") / "model.safetensors"
    save_file(network.state_dict(), path)
    return str(path), network.eval()


def test_googlenet_computes_as_torchvisions_with_its_own_scale_and_without_further_heads(
    googlenet: tuple[str, torch.nn.Module],
) -> None:
    path, network = googlenet
    assert any("aux1" in name for name in load_file(path))
    found = scores(path, PICTURES["coffee"], architecture="googlenet")
    names = list(STAGES["googlenet"])
    extractor = create_feature_extractor(network, names)
    with torch.no_grad():
        x = torch.from_numpy(PICTURES["coffee"])[None]
        expected, maps = network(x)[0].numpy(), extractor(x)
        network.transform_input = False
        without = network(x)[0].numpy()
        network.transform_input = True
    assert np.allclose(found, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())
    assert np.abs(without - expected).max() > 1e-2 * np.abs(expected).max()
    every = strengths_of_stages(path, PICTURES["coffee"], architecture="googlenet")
    for stage, strength in zip(names, every, strict=True):
        ours = feature_maps(path, PICTURES["coffee"], architecture="googlenet", stage=stage)
        theirs = maps[stage][0].numpy()
        assert np.allclose(ours, theirs, rtol=1e-4, atol=1e-5 * np.abs(theirs).max())
        assert np.allclose(strength, strengths(ours))
    parts = dict(classifier(path, "googlenet").named_children())
    assert not any(name.startswith("aux") for name in parts)
    assert first_kernels(path, architecture="googlenet").shape == (64, 3, 7, 7)
    assert grad_cam(path, PICTURES["coffee"], label=3, architecture="googlenet").shape == (7, 7)


@pytest.mark.parametrize("stage", STAGES["googlenet"])
def test_a_cell_of_googlenet_sees_its_receptive_field_and_nothing_else(
    googlenet: tuple[str, torch.nn.Module], stage: str
) -> None:
    path, network = googlenet
    (size, jump, left) = receptive_field(path, architecture="googlenet", stage=stage)
    rows = {row.module: row for row in table(convnets.googlenet((3, 224, 224)))}
    assert rows[stage].field[0][:3] == (size, jump, left)
    row = column = 3 if jump == 32 else 112 // jump
    x = torch.from_numpy(PICTURES["coffee"])[None].requires_grad_()
    create_feature_extractor(network, [stage])(x)[stage][
        0, :, row, column
    ].square().sum().backward()
    assert x.grad is not None
    seen = np.argwhere(x.grad[0].abs().sum(0).numpy() > 0)
    box = seen_by((size, jump, left), row=row, column=column, side=224)
    assert seen.min(0)[0] >= box[1]
    assert seen.max(0)[0] < box[3]
    assert seen.min(0)[1] >= box[0]
    assert seen.max(0)[1] < box[2]
    if size < 60:
        assert seen.max(0)[1] - seen.min(0)[1] + 1 == size


def test_the_first_kernels_are_the_files() -> None:
    for name, tensor_name, shape in (
        ("resnet18", "conv1.weight", (64, 3, 7, 7)),
        ("mobilenet_v2", "features.0.0.weight", (32, 3, 3, 3)),
    ):
        kernels = first_kernels(PATHS[name], architecture=name)
        assert kernels.shape == shape
        assert np.array_equal(kernels, load_file(PATHS[name])[tensor_name].float().numpy())


def test_a_sheet_shows_each_kernel_at_its_place() -> None:
    kernels = np.random.default_rng(0).normal(size=(10, 3, 3, 3)).astype(np.float32)
    picture = sheet(kernels, columns=4)
    assert picture.shape == (13, 17, 3)
    assert picture.min() >= 0
    assert picture.max() <= 1
    for n in range(10):
        top_, left = n // 4 * 4 + 1, n % 4 * 4 + 1
        part = picture[top_ : top_ + 3, left : left + 3].transpose(2, 0, 1)
        assert np.allclose((part - 0.5) * 2 * np.abs(kernels[n]).max(), kernels[n], atol=1e-6)
        for x, y in ((left, top_), (left + 2, top_ + 2)):
            assert kernel_at(x=x, y=y, side=3, columns=4, count=10) == n
    kernels[4] *= 1e-6
    assert np.abs(sheet(kernels, columns=4)[5:8, 1:4] - 0.5).max() < 1e-3  # no weight, no colour
    assert kernel_at(x=16, y=12, side=3, columns=4, count=10) == 9  # behind the last one


@pytest.mark.parametrize(("name", "stage"), CELLS)
def test_receptive_fields_are_those_of_the_traced_network(name: str, stage: str) -> None:
    trace = {"resnet18": resnet.resnet18, "mobilenet_v2": mobilenet.mobilenet_v2}[name]
    rows = {row.module: row for row in table(trace((3, 224, 224)))}
    (x, y) = rows[torchvisions_name(stage)].field
    assert x == y
    assert receptive_field(PATHS[name], architecture=name, stage=stage) == x[:3]


@pytest.mark.parametrize(("name", "stage"), CELLS)
def test_a_cell_depends_on_its_receptive_field_and_on_nothing_else(name: str, stage: str) -> None:
    field = receptive_field(PATHS[name], architecture=name, stage=stage)
    maps = feature_maps(PATHS[name], PICTURES["coffee"], architecture=name, stage=stage)
    row, column = maps.shape[1] // 2, maps.shape[2] // 3
    left, top_, right, bottom = seen_by(field, row=row, column=column, side=224)
    inside = PICTURES["coffee"].copy()
    inside[:, top_:bottom, left:right] += 1
    outside = PICTURES["coffee"] + 1
    outside[:, top_:bottom, left:right] -= 1
    cell = maps[:, row, column]

    def changed(x: np.ndarray) -> float:
        other = feature_maps(PATHS[name], x, architecture=name, stage=stage)
        return float(np.abs(other[:, row, column] - cell).max())

    assert changed(outside) < 1e-4
    assert changed(inside) > 1e-2
    if right - left < 224:  # the first and the last column of the field count, the ones beside not
        edge = np.zeros((3, 224, 224), bool)
        for at in (left, right - 1):
            edge[:, top_:bottom, at] = True
        assert changed(np.where(edge, PICTURES["coffee"] + 20, PICTURES["coffee"])) > 0


def test_light_falls_on_the_field_and_on_nothing_else() -> None:
    rgb = data.coffee()
    box = (10, 20, 60, 90)
    shown = spotlight(rgb, box)
    assert np.array_equal(shown[20:90, 10:60], rgb[20:90, 10:60])
    assert np.array_equal(shown[:20], rgb[:20] // 3)
    assert np.array_equal(cut_out(rgb, box), rgb[20:90, 10:60])


def test_channels_are_ordered_by_strength() -> None:
    maps = feature_maps(PATHS["resnet18"], PICTURES["coffee"], stage="layer2")
    strength = strengths(maps)
    order = strongest(strength, count=12)
    assert list(strength[list(order)]) == sorted(strength, reverse=True)[:12]
    tiles = tiled(maps, channels=order, columns=4)
    assert tiles.max() == 1
    assert np.allclose(tiles[:28, :28], maps[order[0]] / maps[order[0]].max())
    assert 0 < share_zero(maps) < 1
    row, column = highest_cell(maps[order[0]])
    assert maps[order[0]][row, column] == maps[order[0]].max()


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 20), st.integers(1, 6))
def test_a_tile_is_found_by_its_pixels(height: int, width: int, count: int, columns: int) -> None:
    maps = np.ones((count, height, width), np.float32) * np.arange(1, count + 1)[:, None, None]
    picture = tiled(maps, channels=tuple(range(count)), columns=columns)
    gap = max(1, height // 12)
    for n in range(count):
        top_, left = n // columns * (height + gap), n % columns * (width + gap)
        for y, x in ((top_, left), (top_ + height - 1, left + width - 1)):
            assert picture[y, x] == 1
            assert tile_at(x=x, y=y, shape=maps.shape, columns=columns, count=count) == n
    rows, across = picture.shape
    last = tile_at(x=across - 1, y=rows - 1, shape=maps.shape, columns=columns, count=count)
    assert last == count - 1


def test_pictures_are_ordered_by_what_they_excite() -> None:
    answers = [(np.array([n, 5.0]), np.array([0.0, -n, 3 + n % 3])) for n in range(4)]
    order = most_excited(*answers, stage=1, channel=2)
    assert order == ((2, 5.0), (1, 4.0), (0, 3.0), (3, 3.0))


# ------------------------------------------------------------------------------ where it looks


@pytest.mark.parametrize(("name", "stage"), CELLS)
def test_grad_cam_is_captums(name: str, stage: str) -> None:
    network = reference(name)
    for module in network.modules():  # captum's hooks don't bear ReLU in place
        if hasattr(module, "inplace"):
            module.inplace = False
    layer = network.get_submodule(torchvisions_name(stage))
    x = torch.from_numpy(PICTURES["chelsea"])[None]
    for label in (EGYPTIAN_CAT, ESPRESSO):
        expected = LayerGradCam(network, layer).attribute(x, label, relu_attributions=True)
        found = grad_cam(
            PATHS[name], PICTURES["chelsea"], label=label, architecture=name, stage=stage
        )
        assert np.abs(found - expected[0, 0].detach().numpy()).max() <= 1e-5


def test_maps_are_drawn_over_the_picture() -> None:
    cells = np.zeros((7, 7), np.float32)
    cells[3, 3] = 2
    large = enlarged(cells)
    assert large.shape == (224, 224)
    assert highest_cell(large) == (111, 111)
    rgb = centre_crop(data.coffee())
    shown = highlighted(rgb, large)
    assert np.array_equal(shown[0], np.rint(0.2 * rgb[0]))
    assert np.abs(shown[111, 111].astype(int) - rgb[111, 111]).max() <= 1


@pytest.mark.parametrize("name", NETWORKS)
def test_occlusion_is_captums_and_a_loop(name: str) -> None:
    window, step, x = 64, 64, PICTURES["chelsea"]
    found = occlusion(
        PATHS[name], x, label=EGYPTIAN_CAT, window=window, step=step, architecture=name
    )
    assert found.shape == (3, 3)
    network = reference(name)

    def probability(picture: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            return network(picture).softmax(1)

    whole = probability(torch.from_numpy(x)[None])[0, EGYPTIAN_CAT]
    for row in range(3):
        for column in range(3):
            hidden = torch.from_numpy(x.copy())[None]
            hidden[
                ..., row * step : row * step + window, column * step : column * step + window
            ] = 0
            drop = whole - probability(hidden)[0, EGYPTIAN_CAT]
            assert found[row, column] == pytest.approx(float(drop), abs=1e-5)
    attribution = Occlusion(probability).attribute(
        torch.from_numpy(x)[None],
        sliding_window_shapes=(3, window, window),
        strides=(3, step, step),
        target=EGYPTIAN_CAT,
    )
    each = attribution[0, 0].numpy()  # windows of captum don't overlap here either
    for (row, column), drop in np.ndenumerate(found):
        assert each[row * step, column * step] == pytest.approx(drop, abs=1e-5)


@given(st.integers(20, 100), st.integers(10, 60), st.integers(0, 2**31))
def test_drops_are_spread_over_what_was_covered(window: int, step: int, seed: int) -> None:
    count = (224 - window) // step + 1
    drops = np.random.default_rng(seed).normal(size=(count, count))
    shown = spread(drops, window=window, step=step)
    for y, x in np.random.default_rng(seed).integers(0, 224, (20, 2)):
        over = [
            drops[r, c]
            for r in range(count)
            for c in range(count)
            if r * step <= y < r * step + window and c * step <= x < c * step + window
        ]
        assert shown[y, x] == pytest.approx(np.mean(over) if over else 0, abs=1e-6)


def test_what_is_covered_is_the_mean_colour() -> None:
    rgb = centre_crop(data.coffee())
    picture = covered(rgb, row=1, column=2, window=64, step=32)
    x = tensor(picture)
    assert np.abs(x[:, 32:96, 64:128]).max() < 0.01
    assert np.array_equal(picture[:32], rgb[:32])
