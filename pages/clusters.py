"""Shows: k-means half a step at a time; many starts, elbow and silhouette by k; each point's silhouette
and a known column; DBSCAN; merging with its tree; four methods on sets where each fails; what not to
read from clusters; four predictions.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import clusters as shown
from components import page, show
from components import table as tables
from components.clusters import MOST_CLUSTERS, Data
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from components.stepper import stepper
from engine.lab import Node
from engine.table import clusters, kmeans

here = page.start(
    "clusters",
    {
        "kmeans": "k-means",
        "starts": _("Starts and k"),
        "silhouette": _("Silhouette"),
        "dbscan": "DBSCAN",
        "merging": _("Merging"),
        "compare": _("Side by side"),
        "breaks": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
lab, table = tables.load()
HOW = {"random": _("random points"), "far": "k-means++"}


def ask_k(data: Data, least: int = 1) -> int:
    """Ask for the number of clusters."""
    most = min(MOST_CLUSTERS, data.count)
    return slider(_("k, clusters"), least, most, min(3, most), key="clusters_k")


@fragment
def k_means() -> None:
    if (data := shown.ask_data(lab, table)) is None:
        return
    left, middle, right = st.columns(3)
    with left:
        k = ask_k(data)
    with middle:
        how = choice(_("First centres"), HOW, key="clusters_how")
    with right:
        seed = slider(_("Seed"), 0, 50, 0, key="clusters_seed")
    stages = data.stages(k, how, seed)
    last = len(stages.value[2]) - 1
    stage = stepper(_("Half step"), 0, last, 0, key="clusters_stage")
    kept = data.lab
    labels = kept.run(kmeans.stage_labels, stages, stage=stage, as_="labels")
    centres = kept.run(kmeans.stage_centres, stages, stage=stage, as_="centres")
    if data.points is not data.raw:
        centres = kept.run(clusters.original_units, centres, data.raw, as_="centres_drawn")
    inertia = kept.run(kmeans.stage_inertia, stages, as_="inertia")
    changed = kept.run(kmeans.changed_points, stages, stage=stage, as_="changed").value
    empty = kept.run(kmeans.empty_clusters, stages, stage=stage, as_="empty").value
    settled = kept.run(kmeans.is_settled, stages, as_="settled").value
    show.chart(
        "kmeans",
        lambda raw, found, path: shown.spots(
            raw, found, data, path=path, unknown=_("not assigned")
        ),
        [data.raw, labels, centres],
        caption=stage_said(stage, changed, inertia)
        + end_said(empty, stage == last, settled)
        + f" {data.note} {text['kmeans_caption']}",
        alt=_("The points by cluster, and the ways of the centres"),
    )
    show.chart(
        "inertia",
        lambda values: shown.inertia_chart(values, stage),
        [inertia],
        caption=text["inertia_caption"],
        alt=_("The inertia falls from stage to stage"),
    )


def stage_said(stage: int, changed: int, inertia: Node) -> str:
    """What happens at a stage."""
    if stage == 0:
        return _("Start: the first centres are drawn from the points. Press Step.")
    fields = {"stage": stage, "inertia": f"{inertia.value[stage]:,.5g}", "changed": f"{changed:,}"}
    if stage % 2:
        return _(
            "Half step {stage}: each point joins its nearest centre; {changed} change. "
            "Inertia {inertia}.",
            **fields,
        )
    return _(
        "Half step {stage}: each centre moves to the mean of its points. Inertia {inertia}.",
        **fields,
    )


def end_said(empty: Sequence[int], is_last: bool, settled: bool) -> str:
    """Which clusters have no points, and whether the run is at its end."""
    said = ""
    if empty:
        numbers = ", ".join(str(number + 1) for number in empty)
        said += " " + _(
            "No point is nearest to these centres, so they stay: {numbers}.", numbers=numbers
        )
    if is_last and settled:
        said += " " + _("Nothing changes any more: the end.")
    elif is_last:
        said += " " + _(
            "Points still change, but the run ends after {most} steps.", most=kmeans.MOST_STEPS
        )
    return said


@fragment
def starts() -> None:
    if (data := shown.ask_data(lab, table)) is None:
        return
    k = ask_k(data)
    ends = {
        name: data.lab.run(
            kmeans.restarts, data.points, k=k, how=how, starts=20, seed=0, as_=f"ends_{how}"
        )
        for how, name in HOW.items()
    }
    show.chart(
        "starts",
        lambda *values: shown.starts_chart(dict(zip(HOW.values(), values, strict=True))),
        list(ends.values()),
        caption=f"{data.note} {text['starts_caption']}",
        alt=_("The inertia at which 20 starts end, sorted"),
    )
    by_k = data.lab.run(
        clusters.by_count, data.points, most=MOST_CLUSTERS, starts=5, seed=0, as_="by_k"
    )
    left, right = st.columns(2)
    for column, place, name in ((left, 1, _("inertia")), (right, 2, _("mean silhouette"))):
        with column:
            show.chart(
                f"by_k_{place}",
                lambda values, place=place, name=name: shown.by_k_chart(values, place, name, k),
                [by_k],
                caption=text["elbow_caption" if place == 1 else "best_caption"],
                alt=_("{name} by the number of clusters", name=name),
            )


@fragment
def silhouette() -> None:
    if (data := shown.ask_data(lab, table)) is None:
        return
    k = ask_k(data, 2)
    labels = data.best(k)
    values = data.lab.run(clusters.silhouettes, data.points, labels, as_="silhouette")
    mean = data.lab.run(clusters.mean_silhouette, data.points, labels, as_="mean").value
    left, right = st.columns(2)
    with left:
        shown.spots_view("silhouette_spots", data, labels, data.note, height=420)
    with right:
        said = shown.silhouette_said(mean)
        show.chart(
            "silhouette",
            lambda found, kinds: shown.silhouette_chart(found, kinds, mean),
            [values, labels],
            caption=f"{said} {text['silhouette_caption']}",
            alt=_("A bar for each point, sorted within its cluster"),
        )
    if (known := shown.known_column(table, data)) is not None:
        classes, names, column = known
        counts = data.lab.run(clusters.cluster_table, labels, classes, as_="counts")
        rand = data.lab.run(clusters.adjusted_rand, labels, classes, as_="rand")
        caption = f"{shown.rand_said(rand.value)} {text['rand_caption'].format(column=column)}"
        body = shown.agreement_grid(counts.value, labels.value, names)
        show.html("agreement", body, [counts, rand], caption=caption)


@fragment
def dbscan() -> None:
    if (data := shown.ask_data(lab, table)) is None:
        return
    left, right = st.columns(2)
    with left:
        least = slider(_("Points within eps that make a core"), 2, 20, 5, key="clusters_least")
    far = data.lab.run(clusters.neighbour_distances, data.points, least=least, as_="far")
    usual = data.lab.run(clusters.bend_of, far, as_="usual").value
    with right:
        label = _("eps, in % of {usual}, where the curve below bends", usual=f"{usual:g}")
        part = slider(label, 20, 300, 100, key="clusters_eps")
    eps = usual * part / 100
    found = data.lab.run(clusters.dbscan, data.points, eps=eps, least=least, as_="found")
    labels, core = found.value
    fields = {
        "eps": f"{eps:.3g}",
        "count": int(labels.max()) + 1,
        "core": f"{int(core.sum()):,}",
        "border": f"{int((~core & (labels >= 0)).sum()):,}",
        "noise": f"{int((labels < 0).sum()):,}",
    }
    said = _(
        "eps = {eps}: clusters {count}; core points {core}, border {border}, noise {noise}.",
        **fields,
    )
    show.chart(
        "dbscan",
        lambda raw, both: shown.spots(raw, both[0], data, core=both[1]),
        [data.raw, found],
        caption=f"{said} {data.note} {text['dbscan_caption']}",
        alt=_("The points by cluster: core full, border hollow, noise as gray crosses"),
    )
    show.chart(
        "distances",
        lambda values: shown.distance_chart(values, eps),
        [far],
        caption=text["distances_caption"].format(least=least),
        alt=_("The distances ascend slowly, then steeply"),
    )


@fragment
def merging() -> None:
    if (data := shown.ask_data(lab, table)) is None:
        return
    left, right = st.columns(2)
    with left:
        linkage = choice(_("Distance"), shown.linkage_names(), key="clusters_linkage", look="menu")
    with right:
        k = ask_k(data)
    tree = data.lab.run(clusters.merges, data.points, linkage=linkage, as_="tree")
    height = data.lab.run(clusters.cut_height, tree, k=k, as_="height")
    lines = data.lab.run(clusters.tree_lines, tree, leaves=30, as_="lines")
    labels = data.lab.run(clusters.cut_into, tree, k=k, as_="labels")
    show.chart(
        "dendrogram",
        shown.dendrogram_chart,
        [lines, height],
        caption=text["dendrogram_caption"].format(merges=len(lines.value)),
        alt=_("A tree of merges, and where it is cut"),
    )
    shown.spots_view("merging", data, labels, f"{data.note} {text['merging_caption']}")


@fragment
def compare() -> None:
    shape = choice(_("Points"), shown.toy_names(), key="clusters_toy")
    data = shown.toy(shape)
    made = shown.toy_classes(data)
    found = shown.methods(data)
    for pair in (list(found.items())[:2], list(found.items())[2:]):
        for column, (title, labels) in zip(st.columns(2), pair, strict=True):
            with column:
                st.markdown(f"**{title}**")
                rand = data.lab.run(clusters.adjusted_rand, labels, made, as_="rand")
                note = "" if shape == "uniform" else shown.rand_said(rand.value)
                shown.spots_view(
                    f"compare_{labels.name}", data, labels, note, height=330, more=[rand]
                )
    st.caption(text[f"compare_{shape}"])


@fragment
def breaks() -> None:
    faults = {"noise": _("Clusters in noise"), "units": _("Unequal units")}
    fault = choice(_("What is done wrong"), faults, key="clusters_fault")
    species: Node | None = None
    if fault == "noise":
        sides = [
            (_("No groups: points anywhere"), shown.toy("uniform")),
            (_("Three islands"), shown.toy("islands")),
        ]
    else:
        raw, species = shown.measured()
        sides = [(_("As they are"), raw), (_("Scaled"), shown.scaled(raw))]
    for number, (column, (title, data)) in enumerate(zip(st.columns(2), sides, strict=True)):
        with column:
            st.markdown(f"**{title}**")
            k = min(3, data.count)
            labels = data.best(k)
            mean = data.lab.run(clusters.mean_silhouette, data.points, labels, as_="mean")
            said = f"k = {k}. {shown.silhouette_said(mean.value)}"
            more = [mean]
            if species is not None:
                more.append(data.lab.run(clusters.adjusted_rand, labels, species, as_="rand"))
                said = f"{said} {shown.rand_said(more[-1].value)}"
            shown.spots_view(f"breaks_{number}", data, labels, f"{said} {data.note}", more=more)
    if fault == "units":
        shown.spreads_view(sides[0][1], text["spreads_caption"])
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    shown.fixed_questions()
    if (data := shown.ask_data(lab, table, scaled=True)) is not None:
        shown.own_questions(data)


here.run(
    kmeans=k_means,
    starts=starts,
    silhouette=silhouette,
    dbscan=dbscan,
    merging=merging,
    compare=compare,
    breaks=breaks,
    predict=predict,
)
