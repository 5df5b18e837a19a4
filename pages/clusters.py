"""Shows: k-means half a step at a time; many starts, elbow and silhouette by k; each point's silhouette
and a known column; DBSCAN; merging with its tree; four methods on sets where each fails; what not to
read from clusters; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import clusters as shown
from components import clusters_compare as compared
from components import clusters_dense as dense
from components import clusters_kmeans as by_means
from components import clusters_merging as merged
from components import clusters_questions as questions
from components import clusters_silhouette as fits
from components import page
from components import table as tables
from components.guard import fragment
from components.i18n import _
from components.state import choice, slider
from components.stepper import stepper

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


@fragment
def k_means() -> None:
    above = st.container()
    first, second, third, *beside = st.columns([2, 2, 2, 3, 2, 2])
    with above:
        data = shown.ask_data(lab, table, beside=beside)
    if data is None:
        return
    with first:
        k = shown.ask_k(data)
    with second:
        names = by_means.start_names()
        how = choice(_("First centres"), names, key="clusters_how", look="menu")
    with third:
        seed = slider(_("Seed"), 0, 50, 0, key="clusters_seed")
    stages = data.stages(k, how, seed)
    stage = stepper(_("Half step"), 0, len(stages.value[2]) - 1, 0, key="clusters_stage")
    by_means.stage_view(data, stages, stage, text)


@fragment
def starts() -> None:
    if (data := shown.ask_data(lab, table)) is None:
        return
    k = shown.ask_k(data)
    by_means.starts_view(data, k, f"{data.note} {text['starts_caption']}")
    by_means.by_k_view(data, k, text)


@fragment
def silhouette() -> None:
    if (data := shown.ask_data(lab, table)) is None:
        return
    labels = data.best(shown.ask_k(data, 2))
    fits.silhouette_view(data, labels, text["silhouette_caption"])
    fits.agreement_view(table, data, labels, text["rand_caption"])


@fragment
def dbscan() -> None:
    if (data := shown.ask_data(lab, table)) is None:
        return
    least, far, eps = dense.ask_dense(data)
    dense.dense_view(data, least, eps, text["dbscan_caption"])
    dense.distances_view(far, eps, text["distances_caption"].format(least=least))


@fragment
def merging() -> None:
    if (data := shown.ask_data(lab, table)) is None:
        return
    left, right = st.columns(2)
    with left:
        names = merged.linkage_names()
        linkage = choice(_("Distance"), names, key="clusters_linkage", look="menu")
    with right:
        k = shown.ask_k(data)
    merged.merging_view(data, linkage, k, (text["dendrogram_caption"], text["merging_caption"]))


@fragment
def compare() -> None:
    shape = choice(_("Points"), compared.toy_names(), key="clusters_toy")
    compared.methods_view(shape)
    st.caption(text[f"compare_{shape}"])


@fragment
def breaks() -> None:
    faults = {"noise": _("Clusters in noise"), "units": _("Unequal units")}
    fault = choice(_("What is done wrong"), faults, key="clusters_fault")
    if fault == "noise":
        compared.noise_view()
    else:
        compared.units_view(text["spreads_caption"])
    st.caption(text[f"break_{fault}"])


def predict() -> None:
    questions.fixed_questions()
    if (data := shown.ask_data(lab, table, scaled=True)) is not None:
        questions.own_questions(data)


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
