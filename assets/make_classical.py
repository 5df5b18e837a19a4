"""Record the comparison of features made by rules with features that a network has learnt.

    python3 assets/make_classical.py FOLDER

Each ready set is tried with ten seeds, of which each tests other examples; FOLDER gets
`classical.safetensors`. "<set>" is (methods, `EACH`, seeds), the shares of right answers;
"<set>_seconds" is (methods, 2): processor seconds for the features of 100 examples, and for training
once with the most examples.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.language import classify
from engine.models.catalogue import MINILM
from engine.models.for_pictures import RESNET18
from engine.models.public import path_of
from engine.training import classical
from engine.training.backbone import embeddings
from engine.training.classical_rows import hog_rows, mfcc_rows, raw_rows
from engine.training.ownset import sound_set
from engine.training.readysets import digit_set, texture_set
from engine.training.recorded import record
from engine.training.texttune import batch_vectors
from engine.training.topics import ready_lines

ROOT = Path(__file__).resolve().parent.parent
SEEDS = 10
DIGITS_EACH = 36  # of each kind


def processor_seconds(make: Callable[[], Any]) -> tuple[Any, float]:
    """What it makes, and the seconds that one processor worked for it."""
    make()  # what is loaded the first time does not count
    begun = time.process_time()
    made = make()
    return made, time.process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    warnings.simplefilter("ignore")
    begun = time.time()
    resnet, minilm = path_of(RESNET18), path_of(MINILM)
    mnist = str(ROOT / "assets" / "sets" / "mnist-5k.npz")
    speech = (ROOT / "assets" / "sets" / "spoken-languages.zip").read_bytes()
    found: dict[str, np.ndarray] = {}

    def tried(name: str, features: list[tuple[Callable[[], Any], Any]], labels: np.ndarray) -> None:
        seconds, methods = [], []
        for make_rows, make_model in features:
            rows, took = processor_seconds(make_rows)
            _tested, pools = classical.drawn_split(labels, seed=0)
            learnt = np.concatenate([pool[: classical.EACH[-1]] for pool in pools])
            _model, fitting = processor_seconds(
                lambda rows=rows, make=make_model, on=learnt: make().fit(rows[on], labels[on])
            )
            seconds.append((100 * took / len(labels), fitting))
            methods.append((rows, make_model))
        last = None
        for (shares, *_rest), _state in classical.compared(methods, labels, SEEDS, b""):
            last = shares
        found[name], found[f"{name}_seconds"] = last, np.array(seconds)
        print(
            f"{time.time() - begun:5.0f} s {name} {last[:, -1].mean(-1).round(3)} {seconds}",
            flush=True,
        )

    for by in ("topic", "purpose"):
        for tongue, unit in (("en", "word"), ("zh", "grams")):
            lines = classify.labelled_lines(ready_lines(language=tongue, by=by), most=1000)
            labels = classify.label_numbers(lines, classify.label_names(lines))
            texts = classify.sentences_in(lines)
            words = np.array(texts, dtype=object)
            tried(
                f"{by}-{tongue}",
                [
                    (lambda words=words: words, lambda unit=unit: classical.word_weights(unit)),
                    (lambda texts=texts: batch_vectors(minilm, texts), classical.logistic),
                ],
                labels,
            )
    for name, examples in (
        ("textures", texture_set()),
        (
            "digits",
            digit_set(mnist, each=DIGITS_EACH),
        ),
    ):
        makers = [
            lambda e=examples: raw_rows(e[0]),
            lambda e=examples: hog_rows(e[0]),
            lambda e=examples: embeddings(e, resnet, architecture="resnet18"),
        ]
        tried(name, [(make, classical.svm) for make in makers], examples[1])
    sounds = sound_set(speech)
    tried(
        "languages",
        [
            (lambda: mfcc_rows(speech), classical.forest),
            (lambda: mfcc_rows(speech), classical.svm),
            (lambda: embeddings(sound_set(speech), resnet, architecture="resnet18"), classical.svm),
        ],
        sounds[1],
    )
    record(
        folder / "classical.safetensors",
        {name: array.astype(np.float32) for name, array in found.items()},
        script="assets/make_classical.py",
        machine=f"{platform.machine()}, one core",
        seconds=round(time.time() - begun),
        data="the ready sets of the app",
    )


if __name__ == "__main__":
    main()
