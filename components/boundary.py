"""The lesson on boundaries: where its points come from, what a model makes of the plane, the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components import jobs, plane, quiz, show
from components import table as tables
from components.cells import Cell, grid
from components.i18n import _, safe
from components.plane import Axis, Packed
from components.scales import colour
from components.show import Strokes
from components.state import choice, slider
from engine import work
from engine.lab import Lab, Node
from engine.samples import load
from engine.table import boundaries, playground
from engine.table.mlp import ACTIVATIONS
from engine.table.plane import (
    MOST_CLASSES,
    class_count,
    classes_of,
    drawn_points,
    held_out,
    plane_of,
    table_points,
)
from engine.table.toys import WIDTH, painted_points, toy_points

MOST = 1000  # points that models learn from and are tested with
SIDE, NET_SIDE, UNIT_SIDE = 60, 40, 20  # cells of a map in each direction
MOST_LAYERS, MOST_UNITS, MOST_EPOCHS = 4, 8, 300
PENALTIES = ("0.0001", "0.001", "0.003", "0.01", "0.03", "0.1")
RATES = ("0.001", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")
LETTERS = "ABCDEF"
#: What is painted at first: a ring of one class about a heap of another.
EXAMPLE: Strokes = (
    (0, 1, 500, 460, 470, 510, 530, 520, 450, 450, 550, 440, 500, 560),
    (1, 1, 250, 300, 200, 400, 180, 520, 230, 640, 320, 740, 440, 800, 560, 790, 680, 730),
    (1, 1, 770, 620, 800, 500, 780, 380, 700, 270, 590, 210, 460, 190, 340, 230),
)


@dataclass(frozen=True)
class Data:
    """Points of classes on a plane, ready to be learnt from. `note` : what they are, as a sentence."""

    lab: Lab
    points: Node
    test: Node
    plane: Node
    classes: tuple[str, ...]
    axes: tuple[str, str]
    note: str

    @property
    def drawn(self) -> Node:
        """The points as the plane draws them."""
        return self.lab.run(drawn_points, self.points, self.test, self.plane, as_="drawn")

    @property
    def packed(self) -> Packed:
        """The same for the browser."""
        return Packed(self.drawn.value, self.drawn.key)

    @property
    def both_axes(self) -> list[Axis]:
        """The axes of the plane."""
        return [
            Axis(name, *row) for name, row in zip(self.axes, self.plane.value.tolist(), strict=True)
        ]


def shape_names() -> dict[str, str]:
    """The sets made by formula."""
    return {
        "circles": _("Circles"),
        "moons": _("Moons"),
        "spiral": _("Spiral"),
        "xor": _("XOR"),
        "gaussians": _("Two heaps"),
        "islands": _("Three islands"),
    }


def ask_data(table: tuple[Lab, Node] | None, *, whole: bool = False) -> Data | None:
    """Ask where the points come from; `whole` shows all controls, else they are behind a button.

    None if there are no such points; then a sentence says why.
    """
    sources = {
        "table": _("Two columns of the table"),
        "paint": _("Painted points"),
        **shape_names(),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = choice(_("Points"), sources, key="boundary_data", look="menu")
        if not whole:
            box = st.popover(_("More settings"), icon=":material/tune:", key="boundary_source")
    with st.container() if whole else box:
        return _made(source, table, whole)


def _made(source: str, table: tuple[Lab, Node] | None, whole: bool) -> Data | None:
    if source == "table":
        return _of_table(table)
    lab = Lab(load("cafe"))
    if source == "paint":
        return _painted(lab, whole)
    left, middle = st.columns(2)
    with left:
        count = slider(_("Number of points"), 20, MOST, 300, key="boundary_count")
    with middle:
        noise = slider(_("Noise, in tenths"), 0, 20, 2, key="boundary_noise") / 10
    seed, share = _ask_split()
    points = lab.run(toy_points, shape=source, count=count, noise=noise, seed=seed, as_="points")
    names = tuple(LETTERS[: class_count(points.value)])
    note = _("{count} points made by formula.", count=f"{count:,}")
    return _data(lab, points, names, ("x", "y"), note, seed, share)


def _ask_split() -> tuple[int, float]:
    left, right = st.columns(2)
    with left:
        share = slider(_("Held out, in %"), 0, 90, 30, key="boundary_held") / 100
    with right:
        seed = slider(_("Seed of points and split"), 0, 20, 0, key="boundary_seed")
    return seed, share


def _painted(lab: Lab, whole: bool) -> Data | None:
    painted = plane.strokes("boundary_paper", "boundary_ink", EXAMPLE)
    if whole:
        alt = _("Paper for points of up to {most} classes", most=MOST_CLASSES)
        plane.paint("boundary_paper", classes=LETTERS, half=WIDTH / 2, alt=alt)
    marks = plane.marks_of(painted)
    kinds = sorted({kind for kind, _x, _y in marks})
    seed, share = _ask_split()
    if len(marks) < 4 or len(kinds) < 2:
        st.info(_("Paint at least four points, of two classes or more."), icon=":material/info:")
        return None
    points = lab.run(painted_points, marks=marks, as_="points")
    note = _("{count} painted points.", count=len(marks))
    names = tuple(LETTERS[kind] for kind in kinds)
    return _data(lab, points, names, ("x", "y"), note, seed, share)


def _of_table(table: tuple[Lab, Node] | None) -> Data | None:
    if table is None:
        return None
    lab, node = table
    frame = node.value
    numbers = tables.columns_of(frame, (*tables.NUMBERS, "date"))
    if len(frame) < 4 or len(numbers) < 2:
        st.info(
            _(
                "A plane needs two columns of numbers and at least four rows. Choose other points above."
            ),
            icon=":material/info:",
        )
        return None
    one, two, three = st.columns(3)
    with three:
        target = tables.pick_target(frame, key="boundary_target")
    first, second = _likely_axes(frame, numbers, target)
    kinds = (*tables.NUMBERS, "date")
    with one:
        x = tables.pick_column(frame, _("Across"), key="boundary_x", kinds=kinds, default=first)
    with two:
        y = tables.pick_column(frame, _("Up"), key="boundary_y", kinds=kinds, default=second)
    seed, share = _ask_split()
    points = lab.run(
        table_points, node, x=x, y=y, target=target, most=MOST, seed=seed, as_="points"
    )
    found = lab.run(classes_of, node, target=target, as_="classes").value[1]
    used = points.value
    names = tuple(found[: class_count(used)])
    fields = {"count": f"{len(used):,}", "all": f"{len(frame):,}", "target": safe(target)}
    if len(used) == MOST:
        note = _("{count} of {all} rows, drawn at random; classes by {target}.", **fields)
    else:
        note = _("{count} of {all} rows have all three values; classes by {target}.", **fields)
    return _data(lab, points, names, (x, y), note, seed, share)


def _likely_axes(frame: Any, numbers: Sequence[str], target: str) -> tuple[str, str]:
    """The last two columns of numbers that take many values, or the first two of all."""
    some = frame.head(1000)
    others = [name for name in numbers if name != target] or list(numbers)
    many = [name for name in others[:60] if some[name].nunique() > 10]
    found = many[-2:] if len(many) > 1 else others[:2]
    return found[0], found[-1]


def _data(
    lab: Lab,
    points: Node,
    classes: tuple[str, ...],
    axes: tuple[str, str],
    note: str,
    seed: int,
    share: float,
) -> Data:
    test = lab.run(held_out, points, share=float(share), seed=seed, as_="test")
    part = lab.run(plane_of, points, test, as_="plane")
    return Data(lab, points, test, part, classes, axes, note)


def toy(shape: str, *, count: int = 300, noise: float = 0.1, share: float = 0.3) -> Data:
    """A set made by formula, for comparisons that need a certain one."""
    lab = Lab(load("cafe"))
    points = lab.run(toy_points, shape=shape, count=count, noise=noise, seed=0, as_="points")
    names = tuple(LETTERS[: class_count(points.value)])
    return _data(lab, points, names, ("x", "y"), "", 0, share)


def points_view(data: Data, caption: str) -> None:
    """The points alone."""
    alt = _("The points, each with the colour and shape of its class")
    plane.draw("points", axes=data.both_axes, classes=data.classes, alt=alt, points=data.packed)
    show.footer("points", [data.points, data.test, data.plane], f"{data.note} {caption}")


# ----------------------------------------------------------------------------------- the models


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
    maps = data.lab.run(boundaries.map_bytes, found, as_="maps")
    plane.draw(
        key,
        axes=data.both_axes,
        classes=data.classes,
        alt=_("Regions of the classes, with the points over them"),
        points=data.packed,
        maps=Packed(maps.value[None], maps.key),
    )
    note = f"{data.note} " if side_note and data.note else ""
    show.footer(key, [found, shares], f"{shares_said(*shares.value)} {note}{caption}")


# ---------------------------------------------------------------------------------- the network


@dataclass(frozen=True)
class Network:
    """A network and how it learns, as the learner has chosen it."""

    features: tuple[str, ...] = ("x", "y")
    hidden: tuple[int, ...] = (4, 4)
    activation: str = "tanh"
    rate: float = 0.1
    batch: int = 10
    penalty: str = "none"
    strength: float = 0.0
    epochs: int = 100
    seed: int = 0

    def sizes(self, data: Data) -> tuple[int, ...]:
        """Its inputs, hidden units, classes."""
        return playground.plane_sizes(
            features=self.features, hidden=self.hidden, classes=class_count(data.points.value)
        )

    def run(self, data: Data) -> Node:
        """The run that trains it."""
        inputs = (data.points, data.test, data.plane)
        return data.lab.run(playground.playground, *inputs, as_="run", **vars(self))

    def shape(self, data: Data) -> dict[str, Any]:
        """What the maps of its run have to know."""
        return {
            "features": self.features,
            "sizes": self.sizes(data),
            "activation": self.activation,
        }


def feature_names() -> dict[str, str]:
    """What the network may see, in its own words."""
    turn = f"{playground.TURN:g}"
    return {
        "x": "x",
        "y": "y",
        "xx": "x²",
        "yy": "y²",
        "xy": "x y",
        "sinx": f"sin {turn}x",
        "siny": f"sin {turn}y",
    }


def activation_names() -> dict[str, str]:
    """What units make of their sums."""
    names = {"tanh": "tanh", "relu": "ReLU", "sigmoid": _("sigmoid"), "linear": _("linear (none)")}
    return {name: names[name] for name in ("tanh", *ACTIVATIONS) if name in names}


def ask_network() -> Network:
    """Ask for everything that a network is made of."""
    one, two, three = st.columns([3, 2, 2])
    with one:
        features = _ask_features()
    with two:
        activation = choice(_("Activation"), activation_names(), key="boundary_act", look="menu")
    with three:
        rates = {rate: rate for rate in RATES}
        rate = choice(_("Learning rate"), rates, key="boundary_rate", default="0.1", look="menu")
    layers = slider(_("Hidden layers"), 0, MOST_LAYERS, 2, key="boundary_layers")
    hidden = []
    for number, column in enumerate(st.columns(layers) if layers else [], start=1):
        with column:
            label = _("Units of layer {number}", number=number)
            hidden.append(slider(label, 1, MOST_UNITS, 4, key=f"boundary_units{number}"))
    with st.popover(_("More settings"), icon=":material/tune:", key="boundary_more"):
        batch = slider(_("Points in a batch"), 1, 50, 10, key="boundary_batch")
        epochs = slider(_("Epochs"), 10, MOST_EPOCHS, 100, key="boundary_epochs")
        seed = slider(_("Seed of the weights"), 0, 20, 0, key="boundary_weights")
        kinds = {"none": _("none"), "l1": "L1", "l2": "L2"}
        penalty = choice(_("Regularisation"), kinds, key="boundary_penalty")
        strength = "0"
        if penalty != "none":
            strengths = {text: text for text in PENALTIES}
            strength = choice(
                _("Strength"), strengths, key="boundary_strength", default="0.003", look="menu"
            )
    return Network(
        features,
        tuple(hidden),
        activation,
        float(rate),
        batch,
        penalty,
        float(strength),
        epochs,
        seed,
    )


def _ask_features() -> tuple[str, ...]:
    """What the network sees; it stands in the URL with points between."""
    names, key = feature_names(), "boundary_features"
    linked = [name for name in st.query_params.get(key, "").split(".") if name in names]
    if key not in st.session_state:
        st.session_state[key] = linked or ["x", "y"]
    chosen = st.pills(
        _("What the network sees"),
        list(names),
        selection_mode="multi",
        format_func=names.get,
        key=key,
        persist_state="session",
    )
    features = tuple(name for name in names if name in chosen) or ("x", "y")
    if features != ("x", "y"):
        st.query_params[key] = ".".join(features)
    elif key in st.query_params:
        del st.query_params[key]
    return features


def net_nodes(data: Data, network: Network, run: Node) -> dict[str, Node]:
    """What is drawn of a run: the maps of the classes and units, the weights, losses."""
    lab, shape = data.lab, network.shape(data)
    return {
        "maps": lab.run(playground.class_maps, run, data.plane, side=NET_SIDE, as_="maps", **shape),
        "units": lab.run(
            playground.unit_maps, run, data.plane, side=UNIT_SIDE, as_="units", **shape
        ),
        "weights": lab.run(playground.weight_rows, run, as_="weights"),
        "facts": lab.run(playground.fact_rows, run, as_="losses"),
    }


def draw_network(
    key: str,
    data: Data,
    network: Network,
    parts: Mapping[str, Packed],
    facts: Any,
    epochs: Sequence[int],
) -> None:
    """The plane of a network, its units, its losses."""
    names = feature_names()
    heads = [_("input"), *(f"{n + 1}" for n in range(len(network.hidden))), _("class")]
    plane.draw(
        key,
        axes=data.both_axes,
        classes=data.classes,
        alt=_("Regions of the classes as the network sees them, with the points over them"),
        points=data.packed,
        maps=parts["maps"],
        net=plane.Net(
            parts["units"],
            parts["weights"],
            network.sizes(data),
            [names[name] for name in network.features],
            heads,
        ),
        facts=facts,
        epochs=epochs,
        last=network.epochs,
    )


def network_view(key: str, data: Data, network: Network, run: Node, caption: str) -> None:
    """A finished run, epoch by epoch."""
    nodes = net_nodes(data, network, run)
    parts = {
        name: Packed(nodes[name].value, nodes[name].key) for name in ("maps", "units", "weights")
    }
    epochs = list(range(len(run.value)))
    draw_network(key, data, network, parts, nodes["facts"].value, epochs)
    if (at := data.lab.run(playground.first_overflow, run, as_="overflow").value) >= 0:
        said = _(
            "After epoch {epoch} some weights are too large for a number: the learning rate is too "
            "high.",
            epoch=at,
        )
        st.warning(said, icon=":material/warning:")
    show.footer(key, list(nodes.values()), f"{data.note} {caption}")


def watched(data: Data, network: Network, job: work.Job) -> None:
    """The newest epoch of a run that is under way."""
    run, shape = job.last[None], network.shape(data)
    key = f"{job.key}:{job.count}"
    frame = data.plane.value
    parts = {
        "maps": playground.class_maps(run, frame, side=NET_SIDE, **shape),
        "units": playground.unit_maps(run, frame, side=UNIT_SIDE, **shape),
        "weights": playground.weight_rows(run),
    }
    packed = {name: Packed(array, f"{name}:{key}") for name, array in parts.items()}
    facts = [row[: playground.FACTS] for row in job.steps]
    draw_network("network", data, network, packed, facts, [job.count - 1])


def training(network: Network, run: Node) -> jobs.Run:
    """The run in the worker."""
    return jobs.Run(
        run,
        playground.network_steps,
        range(network.epochs + 1),
        _("Network"),
        collect=playground.rows_of_run,
        resumable=True,
    )


def sum_grid(table: Any, names: Sequence[str], activation: str) -> str:
    """The sum of one unit: inputs, weights, products, bias, what comes out."""
    inputs, weights, products = table.tolist()
    most = max(*(abs(n) for n in products[:-1]), 1e-9)
    rows = [
        [
            Cell(f"{a:+.3f}"),
            Cell(f"{w:+.3f}"),
            Cell(f"{p:+.3f}", colour("signed", p, -most, most)),
        ]
        for a, w, p in zip(inputs[:-1], weights[:-1], products[:-1], strict=True)
    ]
    rows.append([Cell(""), Cell(""), Cell(f"Σ {weights[-1]:+.3f}")])
    rows.append([Cell(""), Cell(""), Cell(f"{products[-1]:+.3f}")])
    heads = [_("input"), _("weight"), _("product")]
    row_heads = [*names, _("bias"), _("sum"), activation]
    return grid(rows, label=_("The sum of one unit"), row_heads=row_heads, column_heads=heads)


def point_grid(rows: Any, axes: Sequence[str]) -> str:
    """How one point comes into standard units."""
    cells = [
        [Cell(f"{n:.4g}") for n in row[:3]] + [Cell(f"{row[3]:+.3f}")] for row in rows.tolist()
    ]
    heads = [_("value"), _("mean"), _("deviation"), _("(value − mean) / deviation")]
    names = [
        f"{letter}: {name}" if name != letter else letter
        for letter, name in zip("xy", axes, strict=True)
    ]
    return grid(cells, label=_("One point in standard units"), row_heads=names, column_heads=heads)


def unit_view(
    data: Data, network: Network, run: Node, at: tuple[int, int, int, int], caption: str
) -> None:
    """The arithmetic of one unit for one point; `at` : point, layer, unit, epoch, from 0."""
    point, layer, unit, epoch = at
    lab = data.lab
    standard = lab.run(
        playground.standard_point, data.points, data.plane, point=point, as_="one_point"
    )
    table = lab.run(
        playground.unit_sum,
        run,
        data.points,
        data.plane,
        epoch=epoch,
        point=point,
        layer=layer,
        unit=unit,
        as_="one_sum",
        **network.shape(data),
    )
    names = feature_names()
    if layer:
        inputs = [
            _("unit {layer}.{number}", layer=layer, number=n + 1)
            for n in range(network.hidden[layer - 1])
        ]
    else:
        inputs = [names[name] for name in network.features]
    body = sum_grid(table.value, inputs, activation_names()[network.activation])
    if layer == 0:
        body = point_grid(standard.value, data.axes) + body
    kind = data.classes[int(data.points.value[point, 2])]
    said = _("Point {number} is of class {name}.", number=point + 1, name=safe(kind))
    nodes = [standard, table] if layer == 0 else [table]
    show.html("unit", body, nodes, caption=f"{said} {caption}")


# ------------------------------------------------------------------------- what breaks, predictions

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
        return (_("Rate {rate}", rate="10"), data, high), (_("Rate {rate}", rate="0.1"), data, good)
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


def band(share: float) -> str:
    """Which of the answers of a question a share is."""
    return "low" if share < 0.7 else "middle" if share <= 0.9 else "high"


def fixed_questions() -> None:
    """Two questions about sets made by formula."""
    circles = toy("circles")
    held = shares_of(circles, fitted(circles, "logistic", 1.0, side=NET_SIDE)).value[1]
    options = {"middle": _("70 to 90 %"), "high": _("over 90 %"), "low": _("under 70 %")}
    quiz.question(
        _(
            "Logistic regression learns circles, x and y as they are. How many held-out points are "
            "right?"
        ),
        options,
        answer=band(held),
        why=_("{share}: one line can't run around a circle.", share=f"{held:.0%}"),
        key="boundary_circles",
    )
    xor = toy("xor")
    found = {}
    for name, features in (("bare", ("x", "y")), ("product", ("x", "y", "xy"))):
        run = Network(features=features, hidden=(), epochs=30).run(xor)
        found[name] = xor.lab.run(playground.last_facts, run, as_="end").value[3]
    quiz.question(
        _(
            "XOR without a hidden layer, but the network also sees x times y. Held-out points right?"
        ),
        {"low": _("under 70 %"), "high": _("over 90 %"), "middle": _("70 to 90 %")},
        answer=band(found["product"]),
        why=_(
            "{with_} instead of {without}: the sign of x times y is the class, so one weight is enough.",
            with_=f"{found['product']:.0%}",
            without=f"{found['bare']:.0%}",
        ),
        key="boundary_product",
    )


def own_questions(data: Data) -> None:
    """Two questions about the chosen points."""
    one = shares_of(data, fitted(data, "neighbours", 1.0, side=NET_SIDE)).value
    many = shares_of(data, fitted(data, "neighbours", 15.0, side=NET_SIDE)).value
    line = shares_of(data, fitted(data, "logistic", 1.0, side=NET_SIDE)).value
    quiz.question(
        _("Your points, k = 1: how many of those that it has learnt from does it get right?"),
        {"some": _("80 to 99 %"), "all": _("more than 99 %"), "few": _("under 80 %")},
        answer="few" if one[0] < 0.8 else "some" if one[0] <= 0.99 else "all",
        why=_(
            "{learn}: each point is its own nearest neighbour, unless another one lies at the same "
            "place. Of the held-out ones {held}.",
            learn=f"{one[0]:.1%}",
            held="–" if not one[3] else f"{one[1]:.0%}",
        ),
        key="boundary_one",
    )
    if not one[3]:
        return
    gap = many[1] - line[1]
    quiz.question(
        _("Your points, held out: is k = 15 or logistic regression right more often?"),
        {"line": _("logistic regression"), "same": _("within 3 points"), "near": "k = 15"},
        answer="same" if abs(gap) <= 0.03 else "near" if gap > 0 else "line",
        why=_(
            "k = 15: {near}, logistic regression: {line}, of {count} points.",
            near=f"{many[1]:.0%}",
            line=f"{line[1]:.0%}",
            count=one[3],
        ),
        key="boundary_own",
    )
