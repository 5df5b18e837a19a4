"""Questions on clusters: two about sets made by formula, two about the learner's columns."""

from __future__ import annotations

from dataclasses import replace

from components import quiz
from components.clusters import STARTS, Data, toy, toy_classes
from components.clusters_compare import methods
from components.i18n import _
from engine.table import clusters, kmeans


def fixed_questions() -> None:
    """Two questions about sets made by formula."""
    moons = toy("moons")
    made = toy_classes(moons)
    scores = {
        name: moons.lab.run(clusters.adjusted_rand, labels, made, as_="rand").value
        for name, labels in zip(
            ("kmeans", "dbscan", "ward", "single"), methods(moons).values(), strict=True
        )
    }
    three = {"ward": _("Ward"), "dbscan": "DBSCAN", "kmeans": "k-means"}
    quiz.question(
        _("Two moons that reach into each other: which of these finds them?"),
        three,
        answer=max(three, key=lambda name: scores[name]),
        why=_("Adjusted Rand index: ")
        + ", ".join(f"{label} {scores[name]:.2f}" for name, label in three.items())
        + ".",
        key="clusters_moons",
    )
    noise = toy("uniform")
    mean = noise.lab.run(clusters.mean_silhouette, noise.points, noise.best(3), as_="mean").value
    quiz.question(
        _(
            "Points anywhere in a square, no groups at all; k-means with k = 3. The mean silhouette?"
        ),
        {"low": _("under 0.1"), "middle": _("0.1 to 0.3"), "high": _("over 0.3")},
        answer="low" if mean < 0.1 else "middle" if mean <= 0.3 else "high",
        why=_("{mean}: k-means cuts anything into k pieces.", mean=f"{mean:.2f}"),
        key="clusters_noise",
    )


def own_questions(data: Data) -> None:
    """Two questions about the learner's columns."""
    ends: dict[int, float] = {}
    if data.count > 3:
        ends = {
            k: data.lab.run(
                kmeans.restarts, data.points, k=k, how="far", starts=STARTS, seed=0, as_="ends"
            ).value.min()
            for k in (2, 3)
        }
    if ends.get(2, 0.0) > 0:
        left = ends[3] / ends[2]
        quiz.question(
            _("Your columns: k goes from 2 to 3. How much of the inertia is left?"),
            {
                "low": _("under 50 %"),
                "middle": _("50 to 80 %"),
                "high": _("80 to 100 %"),
                "more": _("it grows"),
            },
            answer="low"
            if left < 0.5
            else "middle"
            if left < 0.8
            else "high"
            if left <= 1
            else "more",
            why=_("{share}. More centres never need a longer way.", share=f"{left:.0%}"),
            key="clusters_left",
        )
    k = min(3, data.count)
    bare = replace(data, points=data.raw)
    same = data.lab.run(clusters.adjusted_rand, data.best(k), bare.best(k), as_="rand").value
    quiz.question(
        _("Your columns, k = {k}: are the clusters the same with and without scaling?", k=k),
        {"same": _("almost the same"), "some": _("partly"), "other": _("quite different")},
        answer="same" if same > 0.9 else "some" if same >= 0.4 else "other",
        why=_("Adjusted Rand index between the two: {value}.", value=f"{same:.2f}"),
        key="clusters_scaling",
    )
