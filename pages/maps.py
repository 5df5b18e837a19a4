"""Shows: the same words one-hot and as vectors, flattened by PCA; ten thousand words; UMAP and t-SNE
run step by step and watched, with a second seed beside; made clouds whose geometry is known, to see
what a map does to it; four predictions.
"""

from __future__ import annotations

import streamlit as st

from components import clouds, maps, page, quiz, show, vectors
from components import text as texts
from components.clouds import Cloud
from components.guard import fragment
from components.i18n import _, safe
from components.state import choice, slider
from engine.vectors.mapdata import (
    distance_range,
    first_two,
    group_facts,
    neighbour_riddle,
    one_hot_rows,
    rank_correlations,
    share_kept,
)
from engine.vectors.pca import explained_variance, pca
from engine.vectors.shapes import FARTHER, WIDER, made_labels, made_points
from engine.vectors.tsne_map import EXAGGERATED, EXAGGERATION

here = page.start(
    "maps",
    {
        "compare": _("One-hot or learned"),
        "pca": _("PCA"),
        "umap": _("UMAP"),
        "tsne": _("t-SNE"),
        "read": _("What breaks"),
        "predict": _("Predict"),
    },
)
text = here.text
maps.prepare()


@fragment
def compare() -> None:
    points = clouds.cloud(most=400)
    if points is None:
        return
    lab = points.lab
    hot = lab.run(one_hot_rows, points.names, as_="hot_rows")
    panes, nodes, ranges = [], [], []
    for rows, title in ((hot, _("One-hot")), (points.vectors, _("Learned vectors"))):
        flat = lab.run(pca, rows, as_="flat")
        variance, note = maps.shares(points, rows)
        ranges.append(lab.run(distance_range, rows, as_="distances").value)
        if rows is hot:
            apart = _("every two points are {distance} apart", distance=f"{ranges[0][1]:.3f}")
            note = f"{apart}; {note}"
        alt = _("The points by PCA: {title}", title=title)
        panes.append(maps.pane(title, alt, flat, note))
        nodes += [flat, variance]
    links = maps.true_neighbours("compare", points)[1]
    maps.draw("compare", points, panes, links=links, same_scale=True)
    groups = " " + text["compare_groups"] if points.grouped else ""
    show.footer("compare", nodes, text["compare_caption"] + groups + points.note)
    if points.grouped:
        st.markdown(clouds.group_line(points))
    (near, far), (least, greatest) = ranges
    st.markdown(
        _(
            "**Distances between two points (Euclid):** one-hot {near} to {far}; learned {least} to "
            "{greatest}.",
            near=f"{near:.3f}",
            far=f"{far:.3f}",
            least=f"{least:.2f}",
            greatest=f"{greatest:.2f}",
        )
    )
    layouts = [(_("on the one-hot map"), nodes[0]), (_("on the map of the vectors"), nodes[2])]
    maps.neighbour_table("compare", points, layouts)


@fragment
def many() -> None:
    _source, lab, characters = texts.text_of_tray()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        table = vectors.table_here(lab, characters)
        space = choice(_("Map in"), {"two": _("2-D"), "three": _("3-D")}, key="pca_space")
    words, _numbers = table.shape
    label = _("How many of the most frequent words")
    start = min(words, clouds.MOST_PCA)
    count = slider(label, 1000, words, start, key=f"words_{table.name}")
    points = clouds.frequent_cloud(lab, table.vectors, count)
    flat = lab.run(pca, points.vectors, dimensions=2 if space == "two" else 3, as_="flat")
    variance, note = maps.shares(points, points.vectors)
    alt = _("The most frequent words by PCA, coloured by how frequent they are")
    maps.draw("pca", points, [maps.pane("PCA", alt, flat, note)], height=520)
    order = lab.run(rank_correlations, flat, as_="correlations")
    show.footer("pca", [flat, order], text["pca_caption"].format(table=table.title))
    found = ", ".join(f"{axis} {r:+.2f}" for axis, r in zip("xyz", order.value, strict=False))
    st.markdown(_("**Rank correlation of each axis with the frequency:** {found}", found=found))
    seen = flat.value.shape[1]
    show.chart(
        "variance",
        lambda values: maps.variance_chart(values, seen),
        [variance],
        caption=text["variance_caption"],
        alt=_("The shares of the first twelve axes fall slowly"),
    )


@fragment
def umap() -> None:
    points = clouds.cloud()
    if points is not None:
        maps.optimise("umap", points, text["caption_umap"], text["before_caption"])


@fragment
def tsne() -> None:
    points = clouds.cloud()
    if points is not None:
        fields = {"iterations": EXAGGERATED, "times": f"{EXAGGERATION:g}"}
        caption = text["caption_tsne"].format(**fields)
        maps.optimise("tsne", points, caption, text["before_caption"])


@fragment
def read() -> None:
    _source, lab, _characters = texts.text_of_tray()
    kinds = {
        "sizes": _("Two sizes"),
        "distances": _("Near and far"),
        "noise": _("No groups"),
        "ring": _("A ring"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = choice(_("Made points"), kinds, key="made")
        method = choice(_("Map by"), {"tsne": "t-SNE", "umap": "UMAP"}, key="method")
    label = _("Perplexity") if method == "tsne" else _("Neighbours")
    least = 2 if method == "tsne" else 3
    start = least if kind in ("noise", "ring") else 30  # where the map misleads
    size = slider(label, least, 60, start, key=f"{kind}_{method}")
    made = lab.run(made_points, kind=kind, as_="points")
    labels = lab.run(made_labels, kind=kind, as_="labels")
    points = Cloud(lab, made, labels, labels, "euclidean", named=False)
    true = lab.run(first_two, made, as_="true")
    params = {"perplexity": float(size)} if method == "tsne" else {"neighbours": size}
    epochs = 1000 if method == "tsne" else 500
    run = maps.run_of(method, points, epochs=epochs, **params)
    before = maps.pane(_("As it was made"), _("The made points"), true)
    alt = _("The made points by {method}", method=run.title)
    layouts = maps.optimised("read", points, [run], before, text["read_caption"], alt)
    fields = {"wider": WIDER, "farther": FARTHER + 1}
    if layouts is None:
        show.footer("made", [true], text["made_caption"].format(**fields))
        return
    st.markdown(text[f"note_{kind}"].format(**fields))
    found = [lab.run(group_facts, n, labels, as_="facts").value for n in (made, layouts[0])]
    (wide, far), (wide_seen, far_seen) = found
    if kind == "sizes":
        name, a, b = _("How many times as wide one group is as the other"), wide, wide_seen
    elif kind == "distances":
        name = _("How many times as far apart the farthest two groups are as the nearest two")
        a, b = far, far_seen
    else:
        return
    st.markdown(
        _(
            "**{name}:** {a} in the full space, {b} on the map.",
            name=name,
            a=f"{a:.1f}",
            b=f"{b:.1f}",
        )
    )


def predict() -> None:
    points = clouds.cloud()
    if points is None:
        return
    lab, k = points.lab, points.neighbours
    flat = lab.run(pca, points.vectors, as_="flat")
    share = float(lab.run(explained_variance, points.vectors, as_="variance").value[:2].sum())
    quiz.question(
        _("How much of the variance of these points do the first two axes of PCA keep?"),
        {"b": _("15 to 40 %"), "c": _("over 40 %"), "a": _("under 15 %")},
        answer="a" if share < 0.15 else "b" if share <= 0.4 else "c",
        why=_("{share}; the rest is not on the map.", share=f"{share:.1%}"),
        key="variance",
    )
    solid = lab.run(pca, points.vectors, dimensions=3, as_="solid")
    settings = {"neighbours": k, "metric": points.metric, "as_": "still_near"}
    two, three = (
        k * lab.run(share_kept, points.vectors, m, **settings).value for m in (flat, solid)
    )
    quiz.question(
        _("Of a point's {k} nearest neighbours, how many are still nearest on the flat map?", k=k),
        {"a": _("under 2"), "c": _("over 5"), "b": _("2 to 5")},
        answer="a" if two < 2 else "b" if two <= 5 else "c",
        why=_("{kept} on average.", kept=f"{two:.1f}"),
        key="kept",
    )
    quiz.question(
        _("And how many more when PCA may use three dimensions?"),
        {"b": _("half a neighbour to 2"), "a": _("less than half a neighbour"), "c": _("over 2")},
        answer="a" if three - two < 0.5 else "b" if three - two <= 2 else "c",
        why=_("{three} instead of {two}.", three=f"{three:.1f}", two=f"{two:.1f}"),
        key="third",
    )
    at, options, right = lab.run(
        neighbour_riddle, points.vectors, flat, metric=points.metric, as_="riddle"
    ).value
    names = points.names.value
    if at >= 0:
        quiz.question(
            _(
                "Which is nearest to “{name}” in the full space?",
                name=safe(texts.beginning(names[at], 80)),
            ),
            {str(n): safe(texts.beginning(names[n], 80)) for n in options},
            answer=str(right),
            why=_("One of the others is the nearest on the flat map."),
            key="nearest",
        )


here.run(compare=compare, pca=many, umap=umap, tsne=tsne, read=read, predict=predict)
