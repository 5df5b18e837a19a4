"""Clusters step by step, with clusters that stay empty, few rows, many rows, and chosen columns."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.sources import open_source
from tests.pages.harness import go, open_page


def opened(step: str, *rows: str, **query: str) -> AppTest:
    """The page with a table whose first row is the header."""
    app = open_page("clusters", step=step, lang="en", **query)
    app.session_state["_sources"] = {"table": open_source("t.csv", "\n".join(rows).encode())}
    app = app.run()
    assert not app.exception
    return app


def captions(app: AppTest) -> str:
    return " ".join(str(one.value) for one in app.caption)


def test_half_steps_go_on_and_back() -> None:
    app = open_page("clusters", step="kmeans", lang="en")
    assert "Start: the first centres" in captions(app)
    for step in ("each point joins its nearest centre", "each centre moves to the mean"):
        app.button(key="clusters_stage_on").click().run()
        assert step in captions(app)
    app.button(key="clusters_stage_back").click().run()
    assert "Half step 1: each point joins its nearest centre; 150 change" in captions(app)
    nodes = app.session_state["_views"]["kmeans"]
    inertia = app.session_state["_views"]["inertia"][0].value
    raw, labels, centres = (node.value for node in nodes)
    assert raw.shape == (150, 4)
    assert centres.shape == (2, 3, 4)
    assert set(labels) <= {0, 1, 2}
    assert f"Inertia {inertia[1]:,.5g}" in captions(app)
    last = len(inertia) - 1
    app.slider(key="clusters_stage").set_value(last).run()
    assert "Nothing changes any more: the end." in captions(app)
    assert app.button(key="clusters_stage_on").disabled


def test_centres_without_points_are_named() -> None:
    rows = ["1,1"] * 30 + ["5,5"] * 30
    app = opened("kmeans", "a,b", *rows, clusters_k="4", clusters_stage="1")
    nodes = app.session_state["_views"]["kmeans"]
    used = set(nodes[1].value.tolist())
    empty = ", ".join(str(n + 1) for n in range(4) if n not in used)
    assert len(used) == 2
    assert f"No point is nearest to these centres, so they stay: {empty}." in captions(app)


@pytest.mark.parametrize("step", ["kmeans", "silhouette", "merging", "predict"])
def test_three_rows_have_three_clusters_at_most(step: str) -> None:
    app = opened(step, "a,b", "1,2", "2,3", "9,9", clusters_k="8")
    assert not app.error
    if step != "predict":
        assert app.slider(key="clusters_k").value == 3
    if step == "merging":
        assert "The last 2 merges" in captions(app)


def test_equal_points_have_no_silhouette() -> None:
    app = opened("silhouette", "a,b", *["5,5"] * 60)
    assert "There is no silhouette: all points are in one cluster." in captions(app)
    assert "nan" not in captions(app)


def test_what_is_drawn_at_random_is_told_and_what_is_not_is_not() -> None:
    rows = [f"{n % 89},{n % 97}" for n in range(1000)]
    gaps = [f"{n}," for n in range(20)]
    app = opened("merging", "a,b", *rows, *gaps)
    assert "1,000 of 1,020 rows are complete in these columns." in captions(app)
    assert "Rows without a number: b 20." in captions(app)
    app = opened("merging", "a,b", *rows, "3,4", *gaps)
    assert "1,000 of 1,021 rows, drawn at random among the 1,001 complete ones." in captions(app)
    raw = app.session_state["_views"]["merging"][0].value
    assert np.isfinite(raw).all()


def test_columns_are_chosen_and_stand_in_the_link() -> None:
    app = open_page("clusters", step="merging", lang="en", clusters_columns="0.2")
    assert app.session_state["_views"]["merging"][0].value.shape == (150, 2)
    (chosen,) = app.multiselect
    assert chosen.value == ["0", "2"]
    chosen.set_value(["3"]).run()
    assert not app.exception
    assert app.session_state["_views"]["merging"][0].value.shape == (150, 1)
    assert app.query_params["clusters_columns"] in ("3", ["3"])


def test_classes_that_no_drawn_row_has_are_not_listed() -> None:
    rows = [f"{n % 5},{n % 7},{'x' if n % 2 else 'y'}" for n in range(1200)]
    app = opened("silhouette", "a,b,c", *rows, *[f"1,2,z{n}" for n in range(3)], clusters_known="2")
    counts = app.session_state["_views"]["agreement"][0].value
    classes = go(app, "clusters", "silhouette").session_state["_views"]["agreement"]
    assert counts.sum() == 1000
    assert (counts.sum(axis=0) > 0).all()
    assert len(classes) == 2


def test_scaling_finds_the_species_of_penguins_and_units_hide_them() -> None:
    app = open_page("clusters", step="breaks", lang="en", clusters_fault="units")
    (shares,) = app.session_state["_views"]["spreads"]
    assert shares.value[3] > 0.99  # grams
    rands = [app.session_state["_views"][f"breaks_{n}"][-1].value for n in (0, 1)]
    silhouettes = [app.session_state["_views"][f"breaks_{n}"][-2].value for n in (0, 1)]
    assert rands[1] > rands[0] + 0.3
    assert silhouettes[1] < silhouettes[0]
