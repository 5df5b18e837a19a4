"""Correlations against pandas, SciPy, scikit-learn and published values."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.decomposition import PCA
from sklearn.feature_selection import mutual_info_regression
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mutual_info_score
from sklearn.preprocessing import StandardScaler

from engine.table import correlation as engine
from engine.table import dropping
from engine.table.components import components_needed
from engine.table.delimited import read_text_table

ROOT = Path(__file__).resolve().parents[2]


def sample(name: str) -> pd.DataFrame:
    return read_text_table((ROOT / "assets" / "samples" / f"{name}.csv").read_bytes())


@pytest.fixture
def holes() -> pd.DataFrame:
    random = np.random.default_rng(0)
    values = random.normal(size=(300, 6)) @ random.normal(size=(6, 6)) + 1e6
    values[:, 3] = values[:, 3].round()
    values[random.random(values.shape) < 0.2] = np.nan
    frame = pd.DataFrame(values, columns=list("abcdef"))
    frame["same"] = 0.1
    frame["none"] = np.nan
    return frame


@pytest.mark.parametrize("measure", ["pearson", "spearman"])
def test_matrices_are_those_of_pandas(holes: pd.DataFrame, measure: str) -> None:
    values, rows = engine.measured_pairs(holes, columns=tuple(holes), measure=measure)
    expected = holes.corr(method=measure).to_numpy()
    np.testing.assert_allclose(values[:6, :6], expected[:6, :6], atol=1e-10)
    assert np.isnan(values[6:]).all()
    known = holes.notna().to_numpy().astype(int)
    assert (rows == known.T @ known).all()


def test_pieces_do_not_change_the_matrix(holes: pd.DataFrame) -> None:
    whole, _rows = engine.pearson_matrix(holes, columns=tuple("abcdef"))
    parts, _rows = engine.pearson_matrix(holes, columns=tuple("abcdef"), numbers_at_once=42)
    np.testing.assert_allclose(whole, parts, atol=1e-12)


def test_a_pair_is_that_of_scipy() -> None:
    random = np.random.default_rng(1)
    pair = random.normal(size=(80, 2)).round(1)
    pair[:, 1] += pair[:, 0] ** 3
    assert engine.pearson(pair) == pytest.approx(stats.pearsonr(*pair.T)[0])
    rows, sums = terms = engine.terms_of_r(pair, first=8)
    assert engine.correlation(terms) == pytest.approx(engine.pearson(pair))
    x, y = (pair[:8] - engine.means_of(pair)).T
    np.testing.assert_allclose(rows, np.stack([x, y, x * y, x**2, y**2], axis=1))
    assert sums[2:] == pytest.approx(80 * np.cov(pair.T, ddof=0)[[0, 0, 1], [1, 0, 1]])
    assert sums[:2].tolist() == [0, 0]
    assert engine.spearman(pair) == pytest.approx(stats.spearmanr(*pair.T)[0])
    line = stats.linregress(*pair.T)
    assert engine.line_through(pair) == pytest.approx((line.slope, line.intercept))


def test_huge_and_tiny_numbers_have_the_same_r() -> None:
    pair = np.random.default_rng(2).normal(size=(50, 2))
    r = engine.pearson(pair)
    assert engine.pearson(pair * [1e200, 1e-200]) == pytest.approx(r)
    assert engine.pearson(pair * [-3, 1]) == pytest.approx(-r)
    slope, intercept = engine.line_through(pair)
    tiny = engine.line_through(pair * 1e-300)
    assert tiny == pytest.approx((slope, intercept * 1e-300))


def test_a_tiny_spread_far_from_0_keeps_its_digits() -> None:
    x, y = np.random.default_rng(1).normal(size=(2, 50))
    pair = np.stack([1e6 + 1e-9 * x, y], axis=1)
    a, b = ([Fraction(one) for one in column] for column in pair.T.tolist())
    a, b = ([one - sum(column) / 50 for one in column] for column in (a, b))
    up, own, other = (
        float(sum(p * q for p, q in zip(*two, strict=True))) for two in ((a, b), (a, a), (b, b))
    )
    assert engine.pearson(pair) == pytest.approx(up / np.sqrt(own * other), abs=1e-6)


def test_a_constant_has_no_correlation() -> None:
    pair = np.array([[0.1, 1.0], [0.1, 2.0], [0.1, 5.0]])
    for found in (engine.pearson(pair), engine.spearman(pair), engine.pearson(pair[:1])):
        assert np.isnan(found)
    assert np.isnan(engine.line_through(pair)).all()


def test_anscombe_has_one_r_and_one_line_four_times() -> None:
    found = engine.by_group(sample("anscombe"), group="set", x="x", y="y")[1:]
    assert [name for name, *_rest in found] == ["I", "II", "III", "IV"]
    for _name, rows, r, slope, intercept in found:
        assert rows == 11
        assert r == pytest.approx(0.816, abs=1e-3)
        assert (slope, intercept) == pytest.approx((0.5, 3.0), abs=1e-2)


def test_simpson_turns_round_within_each_group() -> None:
    whole, *groups = engine.by_group(
        sample("simpson"), group="course", x="hours_practised", y="mistakes"
    )
    assert len(groups) >= 2
    assert all(whole[2] * group[2] < 0 for group in groups)


def test_information_is_that_of_scikit_learn() -> None:
    frame = sample("penguins")
    x = engine.parts_of(frame, column="bill_length_mm", parts=8)
    y = engine.parts_of(frame, column="species", parts=8)
    both = (x >= 0) & (y >= 0)
    assert both.sum() < len(frame)
    counts = engine.count_table(x, y)
    assert counts.sum() == both.sum()
    expected = mutual_info_score(x[both], y[both]) / np.log(2)
    assert engine.information(counts) == pytest.approx(expected)


def test_the_terms_of_information_add_up_to_that_of_scikit_learn() -> None:
    frame = sample("penguins")
    x, y = (engine.parts_of(frame, column=column, parts=3) for column in ("body_mass_g", "species"))
    both = (x >= 0) & (y >= 0)
    counts = engine.counts_of_parts(frame, x="body_mass_g", y="species", parts=3)
    terms = engine.terms_of_information(counts)
    assert terms[-1].sum() == pytest.approx(mutual_info_score(x[both], y[both]) / np.log(2))
    shares = pd.crosstab(y[both], x[both], normalize=True).to_numpy()
    np.testing.assert_allclose(terms[0], shares)
    np.testing.assert_allclose(terms[3], np.outer(shares.sum(axis=1), shares.sum(axis=0)))
    np.testing.assert_allclose(terms[1] * terms[2], terms[3])
    assert (terms[-1][counts == 0] == 0).all()
    assert (counts == 0).any()
    cells = engine.strongest_cells(terms, most=2)
    told = sorted(np.abs(terms[-1]).ravel())
    assert sorted(abs(terms[-1][cell]) for cell in cells) == told[-2:]


def test_parts_are_named_by_what_lies_in_them() -> None:
    frame = sample("penguins")
    mass = frame["body_mass_g"]
    codes = engine.parts_of(frame, column="body_mass_g", parts=3)
    names = engine.names_of_parts(frame, column="body_mass_g", parts=3)
    assert names == tuple(
        f"{mass[codes == n].min():.0f} – {mass[codes == n].max():.0f}" for n in range(3)
    )
    species = engine.names_of_parts(frame, column="species", parts=3)
    assert species == ("Adelie", "Chinstrap", "Gentoo")
    assert engine.names_of_parts(frame, column="year", parts=3) == ("2007", "2008", "2009")
    dates = frame.assign(day=pd.Timestamp("2007-11-05") + pd.to_timedelta(frame.index, "D"))
    last = engine.names_of_parts(dates, column="day", parts=2)[-1]
    assert last.endswith(" – 2008-10-13")
    assert engine.names_of_parts(frame.assign(none=np.nan), column="none", parts=3) == ()
    close = pd.DataFrame({"x": [100_001.1 + n / 10 for n in range(9)]})
    ranges = engine.names_of_parts(close, column="x", parts=5)
    assert ranges[0] == "100001.1 – 100001.2"
    assert len(set(" – ".join(ranges).split(" – "))) == 9


def test_ranks_see_what_is_bent() -> None:
    pair = engine.shaped_pair(shape="bent")
    assert engine.spearman(pair) > 0.99
    assert engine.pearson(pair) < 0.8


def test_information_of_a_normal_pair_is_near_its_formula() -> None:
    random = np.random.default_rng(3)
    x = random.normal(size=20_000)
    r = 0.8
    pair = np.stack([x, r * x + np.sqrt(1 - r**2) * random.normal(size=len(x))], axis=1)
    exact = -0.5 * np.log2(1 - r**2)
    bits, chance = engine.information_of_pair(pair)
    assert bits == pytest.approx(exact, abs=0.1)
    assert bits < exact + chance
    assert engine.estimated_information(pair) == pytest.approx(exact, abs=0.1)


def test_the_estimate_is_that_of_scikit_learn() -> None:
    pair = engine.shaped_pair(shape="parabola", count=200)
    nats = mutual_info_regression(pair[:, :1], pair[:, 1], random_state=0)[0]
    assert engine.estimated_information(pair) == pytest.approx(nats / np.log(2))


def test_what_chance_alone_gives() -> None:
    found, told = [], 0.0
    for seed in range(60):
        random = np.random.default_rng(seed)
        counts = engine.count_table(random.integers(0, 5, 300), random.integers(0, 4, 300))
        found.append(engine.information(counts))
        told = engine.information_by_chance(counts)
    assert np.mean(found) == pytest.approx(told, rel=0.15)


@pytest.mark.parametrize("shape", ["parabola", "circle", "wave"])
def test_shapes_without_a_slope_have_information(shape: str) -> None:
    pair = engine.shaped_pair(shape=shape)
    assert abs(engine.pearson(pair)) < 0.05
    bits, chance = engine.information_of_pair(pair)
    assert bits > 3 * chance


def test_a_cloud_has_neither() -> None:
    pair = engine.shaped_pair(shape="cloud")
    bits, chance = engine.information_of_pair(pair)
    assert abs(engine.pearson(pair)) < 0.1
    assert bits < 2 * chance


def test_the_list_has_numbers_and_categories() -> None:
    frame = sample("penguins")
    columns = ("bill_length_mm", "flipper_length_mm", "island", "year")
    found = engine.ranked_columns(frame, target="body_mass_g", columns=columns)
    by_name = {name: rest for name, *rest in found}
    both = frame[["flipper_length_mm", "body_mass_g"]].dropna()
    rows, r, rho, _bits, _chance = by_name["flipper_length_mm"]
    assert rows == len(both)
    assert r == pytest.approx(stats.pearsonr(*both.to_numpy(float).T)[0])
    assert rho == pytest.approx(stats.spearmanr(*both.to_numpy(float).T)[0])
    assert np.isnan(by_name["island"][1:3]).all()
    assert by_name["island"][3] > 0.1
    above = [bits - chance for *_rest, bits, chance in found]
    assert above == sorted(above, reverse=True)


def test_columns_that_go_together_stand_together() -> None:
    random = np.random.default_rng(4)
    a, b = random.normal(size=(2, 100, 1))
    noise = 0.1 * random.normal(size=(100, 6))
    frame = pd.DataFrame(np.concatenate([a, b, a, b, -a, b], axis=1) + noise)
    frame.columns = list("abcdef")
    found = engine.measured_pairs(frame, columns=tuple(frame), measure="pearson")
    order = engine.clustered_order(found).tolist()
    assert sorted(order) == list(range(6))
    assert {n % 2 for n in order[:3]} == {0} or {n % 2 for n in order[:3]} == {1}
    assert engine.in_order(found, np.array(order))[0, 0] == pytest.approx(1)


def test_the_most_related_are_found_among_many() -> None:
    frame = pd.DataFrame(np.random.default_rng(5).normal(size=(50, 200)))
    frame.columns = [f"c{n}" for n in range(200)]
    frame["c7"] = frame["c150"] * 2 + 1
    found = engine.measured_pairs(frame, columns=tuple(frame), measure="pearson")
    assert engine.most_related(found, count=2).tolist() == [7, 150]


def test_what_can_be_dropped_is_named_with_its_reason() -> None:
    random = np.random.default_rng(6)
    x = random.normal(size=200)
    frame = pd.DataFrame(
        {
            "id": np.arange(200),
            "x": x,
            "again": x,
            "nearly": -3 * x + 0.01 * random.normal(size=200),
            "other": random.normal(size=200),
            "five": 5,
            "empty": np.nan,
            "who": pd.array([f"name {n}" for n in range(200)], dtype="str"),
            "y": x,
        }
    )
    found = dropping.superfluous(frame, target="y")
    assert {name: (reason, other) for name, reason, other, _r in found} == {
        "id": ("number", ""),
        "again": ("copy", "x"),
        "nearly": ("alike", "x"),
        "five": ("constant", ""),
        "empty": ("empty", ""),
        "who": ("names", ""),
    }


def test_a_copy_is_found_beside_columns_of_the_same_cells() -> None:
    home, away = pd.array(list("xy") * 10, dtype="str"), pd.array(list("yx") * 10, dtype="str")
    frame = pd.DataFrame({"home": home, "away": away, "guest": away})
    frame["t"] = np.arange(20) % 3
    assert dropping.superfluous(frame, target="t") == (("guest", "copy", "away", 1.0),)


def test_inflation_is_one_over_what_is_left() -> None:
    random = np.random.default_rng(7)
    x = random.normal(size=(100, 3))
    x[:, 2] += x[:, 0] + x[:, 1]
    x -= x.mean(axis=0)
    told = LinearRegression().fit(x[:, :2], x[:, 2]).score(x[:, :2], x[:, 2])
    assert dropping.largest_inflation(x) == pytest.approx(1 / (1 - told))
    x[:, 2] = x[:, 0]
    assert dropping.largest_inflation(x) == np.inf


def test_a_copy_changes_what_is_fed_but_not_the_score() -> None:
    random = np.random.default_rng(8)
    frame = pd.DataFrame(random.normal(size=(120, 3)), columns=["a", "b", "y"])
    frame["y"] += frame["a"]
    frame["copy"] = frame["a"]
    folds = np.arange(120) % 4
    y = frame["y"].to_numpy()
    once = dropping.fold_scores(frame, y, folds, columns=("a", "b"))
    twice = dropping.fold_scores(frame, y, folds, columns=("a", "b", "copy"))
    np.testing.assert_allclose(once, twice, atol=1e-9)
    shares = dropping.shares_of_inputs(frame, columns=("a", "b", "copy"))
    scaled = StandardScaler().fit_transform(frame[["a", "b", "copy"]])
    np.testing.assert_allclose(shares, PCA().fit(scaled).explained_variance_ratio_, atol=1e-12)
    assert shares[0] > 0.6
    assert components_needed(shares) == 2
    assert dropping.inflation_of(frame, columns=("a", "b", "copy")) == np.inf
    assert dropping.inflation_of(frame, columns=("a", "b")) < 1.1
    assert components_needed(dropping.shares_of_inputs(frame, columns=())) == 0


def test_tiny_numbers_have_an_inflation() -> None:
    n = np.arange(40.0)
    frame = pd.DataFrame({"a": n * n % 11 * 1e-300, "b": n * 1e-308, "c": n % 7 * 1e-310})
    assert 1 <= dropping.inflation_of(frame, columns=("a", "b", "c")) < 2


def test_a_column_that_has_nothing_to_do_with_the_target_is_silent() -> None:
    random = np.random.default_rng(10)
    frame = pd.DataFrame(random.normal(size=(2000, 41)), columns=[f"c{n}" for n in range(41)])
    frame["t"] = pd.array(np.where(frame["c0"] > 0, "yes", "no"), dtype="str")
    columns = tuple(f"c{n}" for n in range(41))
    silent = dropping.silent_columns(frame, target="t", columns=columns)
    assert "c0" not in [name for name, _bits, _limit in silent]
    assert 33 <= len(silent) <= 40  # about 95 of 100 that have nothing to do with it
    assert all(bits < limit for _name, bits, limit in silent)
    of_ten_parts = stats.chi2.ppf(0.95, 9) / (2 * 2000 * np.log(2))
    assert [limit for _name, _bits, limit in silent] == pytest.approx([of_ten_parts] * len(silent))


def test_rows_that_only_one_column_knows_do_not_disturb_the_others() -> None:
    random = np.random.default_rng(11)
    x = np.arange(1.0, 101)
    y = 0.5 * x + random.normal(scale=20, size=100)
    for huge in (1e9, 1e10, 1e12):
        frame = pd.DataFrame({"x": [*x, huge], "y": [*y, np.nan]})
        r, rows = engine.pearson_matrix(frame, columns=("x", "y"))
        assert rows[0, 1] == 100
        assert r[0, 1] == pytest.approx(np.corrcoef(x, y)[0, 1], abs=1e-9)


def test_the_first_pair_is_the_strongest_without_near_copies() -> None:
    nan = np.nan
    r = np.array([[1, 0.99, 0.3, nan], [0.99, 1, -0.8, nan], [0.3, -0.8, 1, nan], [nan] * 4])
    assert engine.telling_pair((r, r), limit=0.95) == (1, 2)
    assert engine.telling_pair((r[:2, :2], r), limit=0.95) == (0, 1)
    only_copies = np.array([[nan] * 3, [nan, 1, 0.99], [nan, 0.99, 1]])
    assert engine.telling_pair((only_copies, r), limit=0.95) == (1, 2)


def test_the_outlier_is_a_number_that_can_grow() -> None:
    pair = np.array([[1.0, 0.0], [2.0, 3.0], [3.0, 4.0]])
    assert engine.with_outlier(pair, times=10.0)[:, 1].tolist() == [0, 30, 4]


def test_tables_with_next_to_nothing_are_no_error() -> None:
    for rows in (0, 1, 2):
        frame = pd.DataFrame({"a": np.arange(rows) * 1.0, "b": [3.0] * rows, "c": [np.inf] * rows})
        frame["t"] = pd.array(["x"] * rows, dtype="str")
        for measure in engine.MEASURES:
            found = engine.measured_pairs(frame, columns=("a", "b", "c"), measure=measure)
            assert sorted(engine.clustered_order(found)) == [0, 1, 2]
        engine.ranked_columns(frame, target="a", columns=("b", "c", "t"))
        pair = engine.pair_of(frame, x="a", y="b")
        assert np.isnan(engine.pearson(pair))
        assert np.isnan(engine.estimated_information(pair))
        engine.information_of_pair(pair)
        dropping.superfluous(frame, target="a")


def test_more_rows_than_are_ranked() -> None:
    """Pearson's r takes all rows; Spearman's a sample that comes near all."""
    random = np.random.default_rng(9)
    common = random.normal(size=(200_000, 1))
    frame = pd.DataFrame(common + random.normal(size=(200_000, 3)), columns=["a", "b", "c"])
    columns = tuple(frame)
    pearson, rows = engine.measured_pairs(frame, columns=columns, measure="pearson", most=200_000)
    assert (rows == 200_000).all()
    np.testing.assert_allclose(pearson, np.corrcoef(frame.to_numpy().T), atol=1e-12)
    spearman, rows = engine.measured_pairs(frame, columns=columns, measure="spearman")
    assert (rows == 20_000).all()
    np.testing.assert_allclose(spearman, frame.corr("spearman"), atol=0.03)
