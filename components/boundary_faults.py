"""What is done wrong with boundaries, and beside it what is right."""

from __future__ import annotations

from components import plane, show
from components.boundary_data import Data, toy
from components.boundary_models import model_names, shares_said
from components.boundary_network import NET_SIDE, Network
from components.i18n import _
from components.plane import Packed
from engine.lab import Node
from engine.table import playground

#: A side of a comparison: its title, its points, a network or (model, amount).
Side = tuple[str, Data, Network | tuple[str, float]]


def fault_sides(fault: str) -> tuple[Side, Side]:
    """What is done wrong, and beside it what is right."""
    if fault == "line":
        data, names = toy("circles"), model_names()
        return (names["logistic"], data, ("logistic", 1.0)), (names["svm"], data, ("svm", 1.0))
    if fault == "hidden":
        data = toy("xor")
        none, four = Network(hidden=(), epochs=60), Network(hidden=(4,), epochs=60)
        return (_("No hidden layer"), data, none), (_("One layer of 4 units"), data, four)
    if fault == "rate":
        data = toy("moons")
        high, good = Network(rate=10.0, epochs=60), Network(rate=0.1, epochs=60)
        wrong, right = (_("Rate {rate}", rate=f"{one.rate:g}") for one in (high, good))
        return (wrong, data, high), (right, data, good)
    data = toy("moons", count=300, noise=0.7, share=0.8)
    near, far = ("neighbours", 1.0), ("neighbours", 15.0)
    return (_("k = {k}", k=1), data, near), (_("k = {k}", k=15), data, far)


def network_result(key: str, data: Data, network: Network) -> None:
    """A run in short: its epochs without the units, and how often it is right at its end."""
    run = network.run(data)
    maps = data.lab.run(
        playground.class_maps, run, data.plane, side=NET_SIDE, as_="maps", **network.shape(data)
    )
    facts = data.lab.run(playground.fact_rows, run, as_="losses")
    plane.draw(
        key,
        axes=data.both_axes,
        classes=data.classes,
        alt=_("Regions of the classes as the network sees them, with the points over them"),
        points=data.packed,
        maps=Packed(maps.value, maps.key),
        facts=facts.value,
        epochs=list(range(len(run.value))),
        last=network.epochs,
    )
    show.footer(key, [run, maps, facts], _end_said(data, run))


def _end_said(data: Data, run: Node) -> str:
    """How often a network is right at the end of its run."""
    _loss, learn, _test_loss, held = data.lab.run(playground.last_facts, run, as_="end").value
    test = data.test.value
    return shares_said(learn, held, int((~test).sum()), int(test.sum()))
