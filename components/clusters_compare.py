"""The lesson on clusters: four methods on sets made by formula, and pictures that fool."""

from __future__ import annotations

import streamlit as st

from components import show
from components import table as tables
from components.cells import Cell, grid
from components.clusters import (
    MOST,
    Data,
    rand_said,
    scaled,
    silhouette_said,
    spots_view,
    toy,
    toy_classes,
)
from components.i18n import _
from components.scales import colour
from components.text import beginning
from engine.lab import Lab, Node
from engine.samples import load
from engine.sources import Table
from engine.table import clusters

#: What is measured of the penguins: three lengths and a mass, whose numbers are far larger.
MEASURES = ("bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g")


def toy_names() -> dict[str, str]:
    """The sets made by formula on which methods differ."""
    return {
        "islands": _("Islands"),
        "moons": _("Moons"),
        "circles": _("Circles"),
        "sizes": _("Unequal sizes"),
        "densities": _("Unequal density"),
        "uniform": _("No groups"),
    }


def methods_view(shape: str) -> None:
    """The set by the clusters of four methods, and how well each of them finds its groups."""
    data = toy(shape)
    made = toy_classes(data)
    found = list(methods(data).items())
    for pair in (found[:2], found[2:]):
        for column, (title, labels) in zip(st.columns(2), pair, strict=True):
            with column:
                st.markdown(f"**{title}**")
                rand = data.lab.run(clusters.adjusted_rand, labels, made, as_="rand")
                note = "" if shape == "uniform" else rand_said(rand.value)
                key = f"compare_{labels.name}"
                spots_view(key, data, labels, note, height=330, more=[rand])


def methods(data: Data) -> dict[str, Node]:
    """Four methods on a set made by formula, each with what it needs to know."""
    lab, points = data.lab, data.points
    k = int(toy_classes(data).value.max()) + 1
    k = k if k > 1 else 3  # a set without groups is asked for three
    eps = lab.run(clusters.usual_eps, points, least=5, as_="eps").value
    found = lab.run(clusters.dbscan, points, eps=eps, least=5, as_="found")
    merged = {
        linkage: lab.run(clusters.merges, points, linkage=linkage, as_=f"{linkage}_tree")
        for linkage in ("ward", "single")
    }
    return {
        _("k-means, k = {k}", k=k): data.best(k),
        _("DBSCAN, eps = {eps}", eps=f"{eps:g}"): lab.run(clusters.first_of, found, as_="dense"),
        _("Ward, cut at {k}", k=k): lab.run(
            clusters.cut_into, merged["ward"], k=k, as_="ward_clusters"
        ),
        _("Single linkage, cut at {k}", k=k): lab.run(
            clusters.cut_into, merged["single"], k=k, as_="single_clusters"
        ),
    }


def noise_view() -> None:
    """Points without groups beside three islands, both cut into as many clusters."""
    _beside({_("No groups: points anywhere"): toy("uniform"), _("Three islands"): toy("islands")})


def units_view(caption: str) -> None:
    """The penguins in their units beside the scaled ones, and which column the distances follow."""
    raw, species = measured()
    _beside({_("As they are"): raw, _("Scaled"): scaled(raw)}, species)
    spreads_view(raw, caption)


def _beside(sides: dict[str, Data], classes: Node | None = None) -> None:
    """Clusters of k-means side by side, how good they seem and, with classes, how good they are."""
    for number, (column, (title, data)) in enumerate(
        zip(st.columns(2), sides.items(), strict=True)
    ):
        with column:
            st.markdown(f"**{title}**")
            k = min(3, data.count)
            labels = data.best(k)
            mean = data.lab.run(clusters.mean_silhouette, data.points, labels, as_="mean")
            said = f"k = {k}. {silhouette_said(mean.value)}"
            more = [mean]
            if classes is not None:
                more.append(data.lab.run(clusters.adjusted_rand, labels, classes, as_="rand"))
                said = f"{said} {rand_said(more[-1].value)}"
            spots_view(f"breaks_{number}", data, labels, f"{said} {data.note}", more=more)


def measured() -> tuple[Data, Node]:
    """The penguins, measured in millimetres and grams, and the species of each."""
    source = load("penguins")
    assert isinstance(source, Table)
    lab = Lab(source)
    table = tables.read(lab, source)
    rows = lab.run(clusters.clustered_rows, table, columns=MEASURES, most=MOST, seed=0, as_="rows")
    raw = lab.run(clusters.cluster_points, table, rows, columns=MEASURES, as_="raw")
    species = lab.run(clusters.known_classes, table, rows, column="species", as_="species")
    note = _("{count} penguins.", count=len(rows.value))
    return Data(lab, raw, raw, rows, MEASURES, (0, 3), note), species


def spreads_view(data: Data, caption: str) -> None:
    """How much each column adds to squared distances."""
    shares = data.lab.run(clusters.distance_shares, data.raw, as_="column_shares")
    cells = [[Cell(f"{n:.1%}", colour("viridis", n, 0, 1))] for n in shares.value.tolist()]
    heads = [beginning(name, 40) for name in data.names]
    body = grid(
        cells,
        label=_("Share of the columns in squared distances"),
        row_heads=heads,
        column_heads=[_("share of squared distances")],
    )
    show.html("spreads", body, [shares], caption=caption)
