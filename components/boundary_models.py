"""Models of scikit-learn on a plane: which one, and what it makes of every place."""

from __future__ import annotations

from components import plane, show
from components.boundary_data import Data
from components.i18n import _
from components.plane import Packed
from components.state import choice, slider
from engine.lab import Node
from engine.table import boundaries

SIDE = 60  # cells of a map in each direction


def model_names() -> dict[str, str]:
    """The models of scikit-learn that are drawn."""
    return {
        "logistic": _("Logistic regression"),
        "neighbours": _("k nearest neighbours"),
        "tree": _("Decision tree"),
        "forest": _("Random forest"),
        "svm": _("SVM (RBF)"),
        "boosting": _("Gradient boosting"),
    }


#: What a model's amount is at first.
AMOUNTS = {
    "logistic": 1.0,
    "neighbours": 5.0,
    "tree": 4.0,
    "forest": 8.0,
    "svm": 1.0,
    "boosting": 60.0,
}


def ask_model() -> tuple[str, float, float]:
    """Ask for a model, its amount and its penalty; see `boundaries.plane_model`."""
    model = choice(_("Model"), model_names(), key="boundary_model", look="menu")
    amount, penalty = AMOUNTS[model], 1.0
    powers = {text: text for text in ("0.01", "0.1", "1", "10", "100", "1000")}
    if model == "neighbours":
        amount = float(slider(_("k, neighbours that vote"), 1, 60, 5, key="boundary_k"))
    elif model == "tree":
        amount = float(slider(_("Depth of the tree"), 1, 15, 4, key="boundary_tree"))
    elif model == "forest":
        amount = float(slider(_("Depth of the trees"), 1, 15, 8, key="boundary_forest"))
    elif model == "boosting":
        amount = float(slider(_("Number of trees"), 1, 150, 60, key="boundary_trees"))
    elif model == "svm":
        amount = float(choice(_("gamma"), powers, key="boundary_gamma", default="1"))
    if model in ("logistic", "svm"):
        penalty = float(choice(_("C, what a mistake costs"), powers, key="boundary_c", default="1"))
    return model, amount, penalty


def fitted(data: Data, model: str, amount: float, penalty: float = 1.0, side: int = SIDE) -> Node:
    """What a model makes of the plane."""
    return data.lab.run(
        boundaries.decision_map,
        data.points,
        data.test,
        data.plane,
        model=model,
        amount=float(amount),
        penalty=float(penalty),
        side=side,
        as_="found",
    )


def shares_of(data: Data, found: Node) -> Node:
    """The shares of right answers of a model."""
    return data.lab.run(boundaries.right_shares, found, data.points, data.test, as_="shares")


def shares_said(learn: float, held: float, n_learn: int, n_held: int) -> str:
    """The shares of right answers as a sentence."""
    fields = {"learn": f"{learn:.0%}", "n_learn": f"{n_learn:,}"}
    if not n_held:
        return _("Right: {learn} of the {n_learn} points learnt from.", **fields)
    return _(
        "Right: {learn} of the {n_learn} points learnt from, {held} of the {n_held} held out.",
        held=f"{held:.0%}",
        n_held=f"{n_held:,}",
        **fields,
    )


def model_view(key: str, data: Data, found: Node, caption: str, *, side_note: bool = True) -> None:
    """The map of a model, and how often it is right."""
    shares = shares_of(data, found)
    maps = data.lab.run(boundaries.map_levels, found, as_="maps")
    plane.draw(
        key,
        axes=data.both_axes,
        classes=data.classes,
        alt=_("Regions of the classes, with the points over them"),
        points=data.packed,
        maps=Packed(maps.value[None], maps.key),
        switches=side_note,
    )
    note = f"{data.note} " if side_note and data.note else ""
    show.footer(key, [found, shares], f"{shares_said(*shares.value)} {note}{caption}")
