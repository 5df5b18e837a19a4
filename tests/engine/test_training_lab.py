"""Every result of the lab can be shown as code, whatever the examples are."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.lab import Lab, Node, script_of
from engine.models.entry import Model
from engine.models.for_pictures import MOBILENET_V2
from engine.models.for_training import (
    FINETUNING_DIGITS,
    FINETUNING_LANGUAGES,
    FINETUNING_TEXTURES,
    LANGUAGES_SET,
    MNIST_5K,
)
from engine.models.public import path_of
from engine.samples import load
from engine.training.backbone import embeddings
from engine.training.evaluate import (
    confusion,
    embedding_maps,
    embeddings_after,
    guess,
    halves,
    joined,
    label_curve,
    wrong_ones,
)
from engine.training.exported import guess_with, loading_code, model_card, trained_file
from engine.training.finetune import finetune
from engine.training.forgetting import remembered
from engine.training.onnxfile import onnx_file
from engine.training.ownset import file_bytes, new_picture, picture_set, sound_set
from engine.training.readysets import digit_set, texture_set
from engine.training.recorded import recorded, recorded_facts
from engine.training.splits import copies, indices_of, leaks, split_counts, split_set
from engine.vectors.umap_map import umap_map


def examples_of(lab: Lab, name: str) -> Node:
    """A set by its name."""
    if name == "textures":
        return lab.run(texture_set, as_="examples")
    if name == "digits":
        return lab.run(digit_set, lab.weights(MNIST_5K, as_="path"), as_="examples")
    if name == "own":
        return lab.run(picture_set, lab.source, as_="examples")
    clips = lab.run(file_bytes, lab.weights(LANGUAGES_SET, as_="path"), as_="clips")
    return lab.run(sound_set, clips, as_="examples")


@pytest.mark.parametrize("name", ["textures", "digits", "own", "languages"])
def test_all_results_stand_in_one_script(name: str) -> None:
    lab = Lab(load("coffee"))
    examples, weights = examples_of(lab, name), lab.weights(MOBILENET_V2)
    roles = lab.run(split_set, examples, as_="roles")
    run = lab.run(finetune, examples, roles, weights, as_="run")
    before = lab.run(embeddings, examples, weights, as_="before")
    after = lab.run(embeddings_after, examples, weights, run, as_="after")
    file = lab.run(trained_file, examples, weights, run, as_="model_file")
    seen = lab.run(new_picture, lab.run(texture_set, as_="pixels"), as_="seen")
    layouts = lab.run(umap_map, lab.run(joined, before, after, as_="both"), as_="layouts")
    about = {"title": "", "origin": "", "licence": "", "seed": 0}
    code = script_of(
        lab.run(confusion, examples, roles, run),
        lab.run(wrong_ones, examples, roles, run),
        lab.run(label_curve, before, examples, roles),
        lab.run(embedding_maps, before, after),
        lab.run(halves, layouts),
        lab.run(remembered, weights, run),
        lab.run(guess, examples, weights, run, seen),
        lab.run(guess_with, file, seen),
        lab.run(onnx_file, file),
        lab.run(loading_code, file),
        lab.run(model_card, examples, roles, run, file, **about),
        lab.run(copies, examples),
        lab.run(leaks, examples, roles),
        lab.run(split_counts, examples, roles),
        lab.run(indices_of, roles),
    )
    compile(code, "script", "exec")
    assert "from engine" not in code


def test_transfer_beats_scratch_in_the_recorded_runs() -> None:
    path = path_of(FINETUNING_TEXTURES)
    last = {m: recorded(path, name=m)[-1, :, 3] for m in ("head", "last", "all", "scratch")}
    facts = dict(recorded_facts(path))
    assert facts["learnt_a_class"] == "10"
    assert facts["seeds"] == str(len(last["head"])) == "5"
    for method in ("head", "last", "all"):
        assert (last[method] - last["scratch"] > 0.25).all()


@pytest.mark.parametrize("record", [FINETUNING_TEXTURES, FINETUNING_DIGITS, FINETUNING_LANGUAGES])
def test_what_is_learnt_anew_is_forgotten_and_the_readme_tells_the_shares(record: Model) -> None:
    path = path_of(record)
    methods = ("head", "last", "all", "scratch")
    kept = {m: recorded(path, name=f"{m}/remembered").mean(axis=(0, 1)) for m in methods}
    assert kept["head"][0] == kept["head"][1]
    assert kept["head"][1] > kept["last"][1] > kept["all"][1] > kept["scratch"][1]
    last = {m: recorded(path, name=m)[-1, :, 3] for m in methods}
    assert last["all"].mean() > last["scratch"].mean() + 0.05
    told = [f"{last[m].mean():.1%} ± {last[m].std(ddof=1):.1%}" for m in methods]
    line = next(
        one
        for one in Path("assets/README.md").read_text("utf-8").splitlines()
        if Path(path).name in one
    )
    assert [line.index(one) for one in told] == sorted(line.index(one) for one in told)
    assert f"of {dict(recorded_facts(path))['tested']} tested" in line
