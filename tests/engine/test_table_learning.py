"""Splits, models and judgements against scikit-learn, published numbers, and bad targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import calibration as reference_calibration
from sklearn import metrics
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_digits
from sklearn.impute import SimpleImputer
from sklearn.inspection import permutation_importance as reference_importance
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import PredefinedSplit, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from engine.table import checks, judge, models, task

SAMPLES = Path(__file__).resolve().parents[2] / "assets" / "samples"


def sample(name: str) -> pd.DataFrame:
    if name in ("diabetes", "digits"):
        return (load_diabetes if name == "diabetes" else load_digits)(as_frame=True).frame
    path = SAMPLES / name
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


def ready(name: str, target: str, most: int = task.ROWS) -> tuple[Any, Any, Any, tuple[str, ...]]:
    frame = sample(name)
    columns, _left = task.columns_for(frame, target=target)
    kind = task.task_of(frame, target=target)
    data = task.learning_table(frame, target=target, columns=columns, most=most)
    y = task.target_values(data, target=target, task=kind)
    return data, y, task.split_rows(y), columns


# ------------------------------------------------------------------------------- the task


def test_tasks_of_the_samples() -> None:
    titanic = sample("titanic.csv")
    assert task.task_of(titanic, target="Survived") == "classes"
    assert task.task_of(titanic, target="Fare") == "numbers"
    assert task.task_of(titanic, target="Name") == "many"
    assert task.task_of(titanic, target="PassengerId") == "numbers"
    assert task.task_of(sample("california.parquet"), target="MedHouseVal") == "numbers"
    used, left = task.columns_for(titanic, target="Survived")
    assert used == ("Pclass", "Sex", "Age", "SibSp", "Parch", "Fare", "Embarked")
    assert dict(left) == {
        "PassengerId": "number",
        "Name": "words",
        "Ticket": "words",
        "Cabin": "words",
    }


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], "few"),
        ([1.0], "few"),
        ([1.0, 2.0], "few"),
        ([np.nan] * 40, "missing"),
        ([3.0] * 40, "constant"),
        ([f"name {n}" for n in range(40)], "many"),
        ([f"class {n % 500}" for n in range(2000)], "many"),
        ([n % 3 for n in range(40)], "classes"),
        ([n % 2 == 0 for n in range(40)], "classes"),
        ([np.inf, -np.inf] * 20, "missing"),
        ([float(n) for n in range(40)], "numbers"),
    ],
)
def test_bad_targets_are_told_apart(values: list[Any], expected: str) -> None:
    assert task.task_of(pd.DataFrame({"t": values}), target="t") == expected


def test_a_table_of_many_columns_and_rows_is_bounded() -> None:
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(40, 1000))).add_prefix("c")
    used, left = task.columns_for(wide, target="c999")
    assert len(used) == task.MOST_COLUMNS
    assert {reason for _name, reason in left} == {"many"}
    long = pd.DataFrame({"x": np.arange(1e6), "t": np.arange(1_000_000) % 2})
    data = task.learning_table(long, target="t", columns=("x",), most=1000)
    assert len(data) == 1000
    assert (
        data["x"].to_numpy() == data.index.to_numpy()
    ).all()  # the row numbers of the whole table
    assert data.index.is_monotonic_increasing


def test_numbers_become_two_classes_when_asked() -> None:
    data = sample("california.parquet").head(500)
    y = task.target_values(data, target="MedHouseVal", task="classes")
    assert abs(int((y == 0).sum()) - 250) <= 5
    assert len(task.class_names(data, target="MedHouseVal", task="classes")) == 2
    assert task.class_names(data, target="MedHouseVal", task="numbers") == ()


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(0, 99))
def test_splits_and_folds_have_the_same_mixture(counts: list[int], seed: int) -> None:
    y = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    sides = task.side_counts(y, task.split_rows(y, seed=seed))
    assert (sides.sum(axis=1) == counts).all()
    assert (np.abs(sides[:, 1] - 0.25 * np.array(counts)) <= 0.5).all()
    numbers = task.fold_numbers(y, folds=5, seed=seed)
    table = np.array([[((y == c) & (numbers == f)).sum() for f in range(5)] for c in np.unique(y)])
    assert (table.max(axis=1) - table.min(axis=1) <= 1).all()
    sizes = table.sum(axis=0)
    assert sizes.max() - sizes.min() <= 1


def test_folds_are_as_even_as_those_of_scikit_learn() -> None:
    y = np.random.default_rng(0).permutation(np.repeat([0, 1, 2], [50, 33, 17]))
    theirs = [
        np.bincount(y[t]) for _l, t in StratifiedKFold(5, shuffle=True, random_state=0).split(y, y)
    ]
    mine = [np.bincount(y[task.fold_numbers(y) == n]) for n in range(5)]
    assert sorted(map(tuple, np.sort(mine, axis=0).T)) == sorted(
        map(tuple, np.sort(theirs, axis=0).T)
    )


def test_without_shuffling_the_last_rows_are_the_test() -> None:
    learn = task.split_rows(np.arange(40.0), shuffle=False)
    assert learn[:30].all()
    assert not learn[30:].any()


# ---------------------------------------------------------------------- published numbers


def in_sample(x: pd.DataFrame, y: np.ndarray) -> float:
    everything = np.ones(len(y), bool)
    outputs = models.outputs_of(x, y, everything, columns=tuple(x.columns), model="linear")
    return models.score_of(outputs, y)


def test_diabetes_in_sample() -> None:
    x, y = load_diabetes(return_X_y=True, as_frame=True)
    assert in_sample(x, y.to_numpy()) == pytest.approx(0.5177, abs=5e-5)


def test_california_in_sample() -> None:
    frame = sample("california.parquet")
    y = frame["MedHouseVal"].to_numpy()
    x = frame.drop(columns="MedHouseVal")
    assert in_sample(x, y) == pytest.approx(0.606, abs=5e-4)
    assert in_sample(x, y) == pytest.approx(LinearRegression().fit(x, y).score(x, y), abs=1e-9)


def pipeline(data: pd.DataFrame, columns: tuple[str, ...], model: str, classes: int) -> Any:
    """What the app does, put together of scikit-learn's parts."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = OneHotEncoder(
        max_categories=20, handle_unknown="infrequent_if_exist", sparse_output=False
    )
    parts = [
        (name, numbers if data[name].dtype.kind in "biuf" else words, [name]) for name in columns
    ]
    return make_pipeline(ColumnTransformer(parts), models.new_model(model, classes=classes))


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("titanic.csv", "Survived"),
        ("iris.csv", "species"),
        ("penguins.csv", "species"),
        ("california.parquet", "MedHouseVal"),
        ("diabetes", "target"),
        ("digits", "target"),
    ],
)
def test_the_comparison_is_that_of_pipelines_of_scikit_learn(name: str, target: str) -> None:
    data, y, learn, columns = ready(name, target, most=200 if name == "digits" else 400)
    columns = columns[:20]
    folds = task.fold_numbers(y)
    picked = ("linear", "neighbours", "tree")
    found = models.compare(data, y, learn, folds, columns=columns, models=picked)
    for row, model in zip(found, picked, strict=True):
        whole = pipeline(data, columns, model, task.classes_in(y))
        x = data[list(columns)]
        expected = [
            whole.fit(x[learn], y[learn]).score(x[side], y[side]) for side in (learn, ~learn)
        ]
        expected += list(cross_val_score(whole, x, y, cv=PredefinedSplit(folds)))
        np.testing.assert_allclose(row, expected, rtol=1e-9, err_msg=model)
    spread = models.fold_statistics(found)
    np.testing.assert_allclose(spread[:, 1], [np.std(row[2:], ddof=1) for row in found])


def test_titanic_by_logistic_regression() -> None:
    data, y, learn, columns = ready("titanic.csv", "Survived")
    scores = models.compare(
        data, y, learn, task.fold_numbers(y), columns=columns, models=("baseline", "linear")
    )
    baseline, linear = models.fold_statistics(scores)[:, 0]
    assert baseline == pytest.approx(0.616, abs=0.002)
    assert linear == pytest.approx(0.79, abs=0.015)


def test_iris_by_a_tree() -> None:
    data, y, learn, columns = ready("iris.csv", "species")
    scores = models.compare(data, y, learn, task.fold_numbers(y), columns=columns, models=("tree",))
    assert 0.93 <= models.fold_statistics(scores)[0, 0] <= 0.97


@pytest.mark.parametrize("model", models.MODELS)
@pytest.mark.parametrize(("name", "target"), [("titanic.csv", "Survived"), ("cafe.csv", "tip")])
def test_every_model_gives_the_same_twice_and_sums_to_one(
    model: str, name: str, target: str
) -> None:
    data, y, learn, columns = ready(name, target)
    once = models.outputs_of(data, y, learn, columns=columns, model=model)
    again = models.outputs_of(data, y, learn, columns=columns, model=model)
    assert once.tobytes() == again.tobytes()
    assert np.isfinite(once).all()
    if task.classes_in(y):
        np.testing.assert_allclose(once.sum(axis=1), 1)
    else:
        assert once.shape == (len(y), 1)


def test_what_is_tested_changes_nothing_that_is_learnt() -> None:
    data, y, learn, columns = ready("titanic.csv", "Survived")
    changed = data.copy()
    changed.iloc[np.flatnonzero(~learn), data.columns.get_loc("Fare")] = 1e6
    for model in ("linear", "neighbours"):
        a, b = (
            models.outputs_of(table, y, learn, columns=columns, model=model)[learn]
            for table in (data, changed)
        )
        assert a.tobytes() == b.tobytes()


def test_a_class_that_is_not_learnt_has_no_chance() -> None:
    data = pd.DataFrame({"x": np.arange(12.0)})
    y = np.array([0] * 5 + [1] * 5 + [2] * 2)
    outputs = models.outputs_of(data, y, y < 2, columns=("x",), model="forest")
    assert outputs.shape == (12, 3)
    assert (outputs[:, 2] == 0).all()


def test_columns_without_any_number_leave_the_baseline() -> None:
    data = pd.DataFrame({"x": [np.nan] * 12})
    y = np.array([0, 1, 1] * 4)
    outputs = models.outputs_of(data, y, np.ones(12, bool), columns=("x",), model="forest")
    np.testing.assert_allclose(outputs, np.tile([1 / 3, 2 / 3], (12, 1)))


def test_importance_is_that_of_scikit_learn_within_its_spread() -> None:
    data, y, learn, columns = ready("iris.csv", "species")
    mine = models.permutation_importance(
        data, y, learn, columns=columns, model="forest", repeats=30
    )
    x = models.design(data, learn, columns=columns)
    trained = models.new_model("forest", classes=3).fit(x[learn], y[learn])
    theirs = reference_importance(trained, x[~learn], y[~learn], n_repeats=30, random_state=0)
    spread = 4 * np.hypot(mine.std(axis=1), theirs.importances_std) / np.sqrt(30) + 1e-9
    assert (np.abs(mine.mean(axis=1) - theirs.importances_mean) <= spread).all()


def test_a_column_that_is_not_used_is_of_no_importance() -> None:
    data, y, learn, columns = ready("iris.csv", "species")
    data = data.assign(same=1.0)
    falls = models.permutation_importance(
        data, y, learn, columns=(*columns, "same"), model="linear"
    )
    assert (falls[-1] == 0).all()


def test_the_learning_curve_ends_in_the_whole_split() -> None:
    data, y, learn, columns = ready("penguins.csv", "species")
    sizes, scores = models.learning_curve(data, y, learn, columns=columns, model="linear")
    assert sizes[-1] == learn.sum()
    outputs = models.outputs_of(data, y, learn, columns=columns, model="linear")
    np.testing.assert_allclose(scores[-1, :, 1], models.score_of(outputs[~learn], y[~learn]))


# ------------------------------------------------------------------------------- judging


@pytest.fixture(scope="module")
def survived() -> tuple[Any, Any, Any, Any]:
    data, y, learn, columns = ready("titanic.csv", "Survived")
    return data, y, learn, models.outputs_of(data, y, learn, columns=columns, model="forest")


def test_curves_are_those_of_scikit_learn(survived: Any) -> None:
    _data, y, learn, outputs = survived
    truth, chances = y[~learn], outputs[~learn, 1]
    curve = judge.threshold_curve(y, outputs, learn)
    false, true, thresholds = metrics.roc_curve(truth, chances, drop_intermediate=False)
    np.testing.assert_allclose(curve[:, [0, 1, 3]], np.stack([false, true, thresholds], axis=1))
    precision, recall, _t = metrics.precision_recall_curve(truth, chances)
    np.testing.assert_allclose(curve[:, 2][::-1], precision)
    np.testing.assert_allclose(curve[:, 1][::-1], recall)
    assert judge.area_under_roc(curve) == pytest.approx(metrics.roc_auc_score(truth, chances))
    assert judge.average_precision(curve) == pytest.approx(
        metrics.average_precision_score(truth, chances)
    )


def test_calibration_and_brier_are_those_of_scikit_learn(survived: Any) -> None:
    _data, y, learn, outputs = survived
    truth, chances = y[~learn], outputs[~learn, 1]
    found = judge.calibration(y, outputs, learn)
    shares, means = reference_calibration.calibration_curve(truth, chances, n_bins=10)
    np.testing.assert_allclose(found[:, :2], np.stack([means, shares], axis=1))
    assert (np.abs(np.round(chances * 10) - chances * 10) < 1e-9).any()  # some lie on an edge
    assert found[:, 2].sum() == len(truth)
    brier, of_share = judge.brier_score(y, outputs, learn)
    assert brier == pytest.approx(metrics.brier_score_loss(truth, chances))
    assert of_share == pytest.approx(truth.mean() * (1 - truth.mean()))


def test_confusion_and_measures_are_those_of_scikit_learn(survived: Any) -> None:
    data, y, learn, outputs = survived
    truth, answers = y[~learn], outputs[~learn].argmax(axis=1)
    table = judge.confusion_table(y, outputs, learn)
    assert (table == metrics.confusion_matrix(truth, answers)).all()
    at = judge.confusion_at(y, outputs, learn, threshold=0.3)
    assert (at == metrics.confusion_matrix(truth, outputs[~learn, 1] >= 0.3)).all()
    right, balanced, loss = judge.class_measures(y, learn, outputs)
    assert right == pytest.approx(metrics.accuracy_score(truth, answers))
    assert balanced == pytest.approx(metrics.balanced_accuracy_score(truth, answers))
    assert loss == pytest.approx(
        metrics.log_loss(truth, np.maximum(outputs[~learn], 1e-15)), rel=1e-6
    )
    for cell in ((0, 1), (1, 0), (1, 1)):
        rows = judge.cell_rows(data, y, outputs, learn, truth=cell[0], named=cell[1])
        assert len(rows) == table[cell]
        assert (rows["Survived"] == cell[0]).all()
    assert len(judge.cell_rows(data, y, outputs, learn)) == table[0, 1] + table[1, 0]


def test_measures_of_numbers_are_those_of_scikit_learn() -> None:
    data, y, learn, columns = ready("california.parquet", "MedHouseVal")
    outputs = models.outputs_of(data, y, learn, columns=columns, model="boosting")
    r2, absolute, root = judge.number_measures(y, learn, outputs)
    truth, said = y[~learn], outputs[~learn, 0]
    assert r2 == pytest.approx(metrics.r2_score(truth, said))
    assert absolute == pytest.approx(metrics.mean_absolute_error(truth, said))
    assert root == pytest.approx(metrics.root_mean_squared_error(truth, said))
    rows = judge.largest_errors(data, y, learn, outputs)
    assert rows["residual"].abs().is_monotonic_decreasing
    assert (rows["MedHouseVal"] - rows["answer"]).to_numpy() == pytest.approx(rows["residual"])


def test_perfect_and_hopeless_answers() -> None:
    y = np.array([0, 0, 1, 1])
    none = np.zeros(4, bool)
    perfect = np.eye(2)[y]
    assert judge.area_under_roc(judge.threshold_curve(y, perfect, none)) == 1
    equal = np.full((4, 2), 0.5)
    assert judge.area_under_roc(judge.threshold_curve(y, equal, none)) == 0.5
    assert judge.brier_score(y, equal, none) == (0.25, 0.25)
    assert np.isnan(models.score_of(np.full((4, 1), 2.0), np.full(4, 2.0)))  # R2 of equal numbers


# -------------------------------------------------------------------------------- checks


def test_the_given_away_is_found() -> None:
    data, y, _learn, columns = ready("titanic.csv", "Survived")
    leaky = checks.with_answer(data, target="Survived")
    name = checks.answer_name(data)
    scores = checks.alone_scores(leaky, y, task.fold_numbers(y, folds=3), columns=(*columns, name))
    assert scores[-1] >= checks.GIVEN_AWAY - 0.02
    assert scores[:-1].max() < 0.85
    away = checks.with_answer(data, target="Survived", right=1.0)
    assert checks.alone_scores(away, y, task.fold_numbers(y, folds=3), columns=(name,))[0] == 1


@pytest.mark.parametrize(
    ("name", "target"),
    [("titanic.csv", "Survived"), ("penguins.csv", "species"), ("cafe.csv", "tip")],
)
def test_a_column_known_afterwards_helps_only_on_paper(name: str, target: str) -> None:
    data, y, learn, columns = ready(name, target)
    leaky = checks.with_answer(data, target=target)
    without, with_it, unknown = checks.leak_scores(
        data, leaky, y, learn, columns=columns, model="forest"
    )
    assert with_it > max(without - 0.02, 0.9 if name != "cafe.csv" else 0.5)
    assert unknown < with_it


def test_order_is_found() -> None:
    random = np.random.default_rng(0)
    for y in (np.repeat([0, 1, 2], 50), np.arange(150.0)):
        assert checks.order_of(y) > 0.9
        mixed = checks.order_of(random.permutation(y))
        assert abs(mixed) < checks.order_limit(y)
    assert checks.order_of(np.zeros(50)) == 0
    assert checks.order_of(np.zeros(50, np.int64)) == 0


def test_iris_is_a_sorted_table_and_fails_unshuffled() -> None:
    data, y, learn, columns = ready("iris.csv", "species")
    assert checks.order_of(y) > 0.9
    wrong = task.split_rows(y, shuffle=False)
    shuffled, in_order = (
        models.score_of(
            models.outputs_of(data, y, mask, columns=columns, model="linear")[~mask], y[~mask]
        )
        for mask in (learn, wrong)
    )
    assert shuffled > 0.9
    assert in_order < 0.8


def test_columns_that_name_rows_are_found() -> None:
    frame = sample("titanic.csv")
    assert checks.row_names(frame, columns=tuple(frame.columns)) == ("PassengerId", "Name")


HONEST = [
    ("titanic.csv", "Survived"),
    ("titanic.csv", "Fare"),
    ("iris.csv", "species"),
    ("penguins.csv", "species"),
    ("california.parquet", "MedHouseVal"),
    ("cafe.csv", "tip"),
    ("digits", "target"),
]


@pytest.mark.parametrize(("name", "target"), HONEST)
def test_honest_tables_give_no_alarm(name: str, target: str) -> None:
    data, y, learn, columns = ready(name, target)
    three = task.fold_numbers(y, folds=3)
    assert checks.alone_scores(data, y, three, columns=columns).max() < checks.GIVEN_AWAY
    assert checks.made_of_target(data, y, columns=columns) == ()
    assert checks.row_names(data, columns=columns) == ()
    assert checks.centred_columns(sample(name), columns=columns) == ()
    assert checks.numbers_in_texts(data, columns=columns) == ()
    assert checks.copies_in_test(data, learn) < checks.COPIES * (~learn).sum()
    if task.classes_in(y) and name in ("titanic.csv", "iris.csv"):
        most, least, _count, _number = checks.class_shares_of(y)
        assert most < checks.LARGE
        assert least > checks.SMALL


MADE: dict[str, Any] = {
    "copy": lambda t: t,
    "scaled": lambda t: t * 2.54 + 7,
    "turned": lambda t: -t,
    "rounded": lambda t: t.round(),
    "one-hot": lambda t: (t == t.mode()[0]).astype(int),
    "text": lambda t: "v" + t.astype(str),
    "from the median on": lambda t: t >= t.median(),
    "filled in afterwards": lambda t: t.where(t >= t.median()),
}


@pytest.mark.parametrize(
    ("name", "target", "how"),
    [("titanic.csv", "Pclass", how) for how in MADE]
    + [
        ("california.parquet", "MedHouseVal", how) for how in MADE if how not in ("one-hot", "text")
    ],
)
def test_columns_made_of_the_target_are_found(how: str, name: str, target: str) -> None:
    data, y, _learn, columns = ready(name, target, most=300)
    made = MADE[how](data[target])
    assert checks.made_of_target(data.assign(made=made), y, columns=(*columns, "made")) == ("made",)


def test_columns_that_were_standardised_before_are_found() -> None:
    frame = sample("california.parquet")
    columns = tuple(frame.columns[:-1])
    for ddof in (0, 1):
        scaled = (frame - frame.mean()) / frame.std(ddof=ddof)
        assert checks.centred_columns(scaled.round(6), columns=columns) == columns
    learn = task.split_rows(frame["MedHouseVal"].to_numpy())
    rightly = (frame - frame[learn].mean()) / frame[learn].std()
    assert checks.centred_columns(rightly, columns=columns) == ()


def test_numbers_among_texts_are_found() -> None:
    data = pd.DataFrame({"a": ["1", "2.5", "ill"], "b": ["10%", "20%", "30%"], "c": list("xyz")})
    found = checks.numbers_in_texts(data, columns=("a", "b", "c"))
    assert found == (("a", 2, 3), ("b", 3, 3))


def test_shuffled_numbers_of_rows_are_found() -> None:
    number = np.random.default_rng(0).permutation(300)
    data = pd.DataFrame(
        {"id": number, "gaps": np.where(number > 5, number, np.nan), "f": number + 0.5}
    )
    assert checks.row_names(data, columns=("id", "gaps", "f")) == ("id", "gaps")


def test_every_class_of_two_rows_is_tested() -> None:
    y = np.repeat(np.arange(9), 2)
    learn = task.split_rows(y)
    assert np.bincount(y[~learn]).tolist() == [1] * 9
    assert task.split_rows(np.array([0] * 9 + [1]))[9]  # a single row is learnt from


def test_folds_without_a_score_are_left_out() -> None:
    scores = np.array([[0, 0, 0.5, np.nan, 0.7], [0, 0, np.nan, np.nan, np.nan]])
    found = models.fold_statistics(scores)
    np.testing.assert_allclose(found[0], [0.6, np.std([0.5, 0.7], ddof=1), 0.5, 0.7])
    assert np.isnan(found[1]).all()


def test_weights_stand_in_the_row_of_their_class() -> None:
    data = pd.DataFrame({"x": np.arange(30.0)})
    y = np.repeat([0, 1, 2], 10)
    whole = models.coefficients(data, y, np.ones(30, bool), columns=("x",))
    assert whole[0, 0] < 0 < whole[2, 0]
    two = models.coefficients(data, y, y > 0, columns=("x",))
    assert two.shape == (3, 1)
    assert two[0, 0] == 0
    assert two[1, 0] == -two[2, 0] < 0


def test_rows_in_the_order_of_the_target() -> None:
    data = pd.DataFrame({"t": list("bababbc")})
    y = np.array([1, 0, 1, 0, 1, 1, 2])
    assert "".join(checks.sorted_table(data, y)["t"]) == "bbbbaac"
    numbers = pd.DataFrame({"t": [3.0, 1.0, 2.0]})
    assert checks.sorted_table(numbers, numbers["t"].to_numpy())["t"].tolist() == [1, 2, 3]


def test_copies_are_counted() -> None:
    data = pd.DataFrame({"x": [1, 2, 1, 3], "t": ["a", "b", "a", "c"]})
    assert checks.copies_in_test(data, np.array([True, True, False, False])) == 1


def test_noise_chosen_on_all_rows_looks_good() -> None:
    y = np.random.default_rng(1).permutation(np.repeat([0, 1], 60))
    scores = checks.chosen_from_noise(y, task.split_rows(y)).mean(axis=0)
    assert scores[0] == pytest.approx(0.5, abs=0.1)
    assert scores[1] > scores[0] + 0.1


def test_shares_of_classes() -> None:
    assert checks.class_shares_of(np.array([0] * 9 + [1])) == (0.9, 0.1, 1, 1)


@pytest.mark.parametrize(
    ("numbers", "expected", "names"),
    [
        ([1.0, 2, 3, 4], [0, 0, 1, 1], ("≤ 2.5", "> 2.5")),
        ([1.0, 4, 4, 4], [0, 1, 1, 1], ("< 4", "≥ 4")),
    ],
)
def test_halves(numbers: list[float], expected: list[int], names: tuple[str, str]) -> None:
    assert task.halves(np.array(numbers)).tolist() == expected
    assert task.names_of_halves(np.array(numbers)) == names
