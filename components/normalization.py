"""Networks with dropout, batch norm, layer norm or none of them: live runs and recorded ones."""

from __future__ import annotations

from components import jobs
from components.i18n import _
from components.several import Kind
from engine.lab import Lab, Node
from engine.models.for_training import MNIST_5K, REGULAR_RUN
from engine.training.loop import stack_rows
from engine.training.recorded import recorded
from engine.training.regular import KINDS, regular, regular_steps


def kind_names() -> dict[str, str]:
    """What is compared."""
    return {
        "none": _("none of them"),
        "dropout": _("dropout"),
        "batch": _("batch norm"),
        "layer": _("layer norm"),
    }


def of_record(lab: Lab, rate: float, kind: str) -> Node:
    """The recorded runs with one step and one kind: (seeds, epochs, 4)."""
    record = lab.weights(REGULAR_RUN, as_="record")
    return lab.run(recorded, record, name=f"{rate}/{kind}", as_=f"{kind}_recorded")


def compared(lab: Lab, *, rate: float, drop: float, epochs: int, seed: int) -> dict[str, Kind]:
    """The four kinds with one step: live runs with one seed, and recorded ones."""
    path = lab.weights(MNIST_5K, as_="digits_file")
    found = {}
    for kind in KINDS:
        how = {"kind": kind, "rate": rate, "drop": drop, "epochs": epochs, "seed": seed}
        node = lab.run(regular, path, as_=f"{kind}_run", **how)
        title = kind_names()[kind]
        run = jobs.Run(
            node, regular_steps, range(epochs + 1), title, collect=stack_rows, resumable=True
        )
        found[kind] = Kind(title, run, of_record(lab, rate, kind))
    return found
