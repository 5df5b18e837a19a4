"""Record full runs of MiniLM, and of a small encoder of characters, on the ready sentences.

    python3 assets/make_texttune.py FOLDER

Each is trained with five seeds, of which each tests other sentences; FOLDER gets `texttune.safetensors`.
Every array has a row for each epoch: "<task>_<method>" is (epochs + 1, seeds, 4), with the loss of those
learnt from and tested with, and the accuracy of both. "<task>_<method>_topic" and "..._purpose" are
(epochs + 1, seeds): how well a logistic regression reads either label off the vectors.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.language import classify
from engine.models.catalogue import MINILM
from engine.models.public import path_of
from engine.training import textset
from engine.training.recorded import record
from engine.training.splits import TEST, UNUSED
from engine.training.textbag import textbag_steps
from engine.training.texttune import LAYERS, texttune_steps
from engine.training.topics import ready_lines

EPOCHS, BAG_EPOCHS, SEEDS = 6, 30, 5
LEARNING = {"frozen": 0, "last": 1, "all": LAYERS}
#: Rates that are too high, in hundredths of a per cent, with fewer seeds.
HIGH, HIGH_SEEDS = {"100": 0.01, "300": 0.03, "1000": 0.1}, 3


def task(language: str, by: str) -> tuple[tuple[str, ...], np.ndarray]:
    """The ready sentences and the numbers of their labels."""
    lines = classify.labelled_lines(ready_lines(language=language, by=by), most=1000)
    return classify.sentences_in(lines), classify.label_numbers(lines, classify.label_names(lines))


def read_off(vectors: np.ndarray, labels: np.ndarray, roles: np.ndarray) -> float:
    """The accuracy of a logistic regression on vectors as they are."""
    used = roles != UNUSED
    mask = (roles == TEST)[used]
    rows, truth = vectors[used], labels[used]
    answers = classify.probabilities(rows, classify.fit(rows, truth, mask))
    return classify.share_right(classify.confusion(answers, truth, mask))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    begun, minilm = time.time(), path_of(MINILM)
    found: dict[str, list[np.ndarray]] = {}

    def say(name: str, curve: np.ndarray) -> None:
        found.setdefault(name, []).append(curve)
        print(f"{time.time() - begun:6.0f} s {name} {curve[-1].round(3)}", flush=True)

    def minilm_runs(language: str, by: str, method: str, name: str, **settings: float) -> None:
        sentences, labels = task(language, by)
        others = {one: task(language, one)[1] for one in ("topic", "purpose")}
        for seed in range(int(settings.pop("seeds", SEEDS))):
            roles = textset.text_roles(labels, seed=seed)
            truth = classify.shuffled_labels(labels) if "shuffled" in name else labels
            steps = texttune_steps(
                minilm, sentences, truth, roles, learning=LEARNING[method], epochs=EPOCHS, seed=seed,
                **settings,  # type: ignore[arg-type]
            )  # fmt: skip
            shown = [one for one, _state in steps]
            say(name, np.stack([curve for curve, *_rest in shown]))
            for one, numbers in (
                others.items() if language == "en" and len(name.split("_")) == 2 else ()
            ):
                say(f"{name}_{one}", np.array([read_off(s[1], numbers, roles) for s in shown]))

    for by in ("purpose", "topic"):
        for method in LEARNING:
            minilm_runs("en", by, method, f"{by}_{method}")
    for name, rate in HIGH.items():
        minilm_runs("en", "purpose", "all", f"rate_{name}_all", rate=rate, seeds=HIGH_SEEDS)
    minilm_runs("en", "purpose", "all", "shuffled_purpose_all", seeds=HIGH_SEEDS)
    for by in ("purpose", "topic"):
        for method in ("frozen", "all"):
            minilm_runs("zh", by, method, f"zh_{by}_{method}", seeds=HIGH_SEEDS)
        for language, unit in (("zh", "grams"), ("en", "word")):
            sentences, labels = task(language, by)
            for learning in (False, True):
                for seed in range(SEEDS):
                    roles = textset.text_roles(labels, seed=seed)
                    steps = textbag_steps(
                        sentences, labels, roles, unit=unit, learning=learning, epochs=BAG_EPOCHS,
                        seed=seed,
                    )  # fmt: skip
                    curve = np.stack([curve for (curve, *_rest), _state in steps])
                    say(f"bag_{language}_{by}_{'all' if learning else 'frozen'}", curve)
    arrays = {name: np.stack(runs, axis=1).astype(np.float32) for name, runs in found.items()}
    arrays |= {"epochs": np.arange(EPOCHS + 1), "bag_epochs": np.arange(BAG_EPOCHS + 1)}
    record(
        folder / "texttune.safetensors",
        arrays,
        script="assets/make_texttune.py",
        machine=f"{platform.machine()}, one core",
        seconds=round(time.time() - begun),
        data="192 sentences of engine/training/topics.py in each language",
    )


if __name__ == "__main__":
    main()
