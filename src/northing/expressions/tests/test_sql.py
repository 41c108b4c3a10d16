import math
import sqlite3

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.expressions import Formula
from northing.expressions.syntax import MAX_DEPTH

numbers = st.sampled_from(["0", "1", "2", "0.5", "3.7", "10%", "a", "b", "c"])


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, st.sampled_from("+-*/^"), inner).map(lambda parts: "({} {} {})".format(*parts))
    one = st.tuples(st.sampled_from(["sqrt", "log", "exp", "abs", "round", "-"]), inner).map(
        lambda parts: "{}({})".format(*parts)
    )
    two = st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda parts: "{}({}, {})".format(*parts))
    clip = st.tuples(inner, inner, inner).map(lambda parts: "clip({}, {}, {})".format(*parts))
    choice = st.tuples(inner, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), inner, inner, inner).map(
        lambda parts: "if({} {} {}, {}, {})".format(*parts)
    )
    return st.one_of(pair, one, two, clip, choice)


formulas = st.recursive(numbers, _grow, max_leaves=8)
values = st.one_of(st.none(), st.sampled_from([-3.0, -1.0, 0.0, 0.25, 1.0, 2.0, 7.5]))


@pytest.fixture(scope="module")
def database() -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


def run(database: sqlite3.Connection, text: str, row: dict[str, float | None]) -> float:
    sql = Formula(text).sql({name: f"t.{name}" for name in row}, "sqlite")
    source = "(SELECT ? AS a, ? AS b, ? AS c) AS t"
    found = database.execute(
        f"SELECT {sql.text.replace('%s', '?')} FROM {source}", (*sql.parameters, *row.values())
    ).fetchone()[0]
    return math.nan if found is None else found


@settings(max_examples=300, deadline=None)
@given(text=formulas, a=values, b=values, c=values)
def test_sql_and_arrays_agree(
    database: sqlite3.Connection, text: str, a: float | None, b: float | None, c: float | None
) -> None:
    row = {"a": a, "b": b, "c": c}
    arrays = {name: np.array([math.nan if value is None else value]) for name, value in row.items()}
    expected = np.broadcast_to(Formula(text).evaluate(arrays), 1)[0]
    # Near 1e308 the guards of SQL and the overflow of floats part by design.
    if not math.isnan(expected) and 1e-300 < abs(expected) < 1e300:
        assert run(database, text, row) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a / 0", None),
        ("sqrt(0 - a)", None),
        ("log(0)", None),
        ("exp(800)", None),
        ("2 ^ 0 ^ (0 - 1)", None),
        ("(0 - a) ^ 0.5", None),
        ("9 ^ 9 ^ 9 ^ 9", None),
        ("min(a / 0, 1)", None),
        ("if(a / 0 > 1, 5, 6)", 6.0),
        ("if(a / 0 != 1, 5, 6)", 6.0),
        ("(a / 0) ^ 0", None),
        ("5 / 2", 2.5),
        ("round(2.5)", 3.0),
        ("clip(a, 3, 4)", 3.0),
    ],
)
def test_undefined_is_null_and_nan(database: sqlite3.Connection, text: str, expected: float | None) -> None:
    row = {"a": 1, "b": 0, "c": 0}
    nan_or = math.nan if expected is None else expected
    assert run(database, text, row) == pytest.approx(nan_or, nan_ok=True)
    assert Formula(text).evaluate(row) == pytest.approx(nan_or, nan_ok=True)


NESTS = {
    "1 + 2 * 3 ^ clip({}, 0, 1)": 2,
    "clip({}, 0, 1)": MAX_DEPTH - 1,
    "max({}, 1)": MAX_DEPTH - 1,
    "a ^ {}": MAX_DEPTH - 1,
    "1 / ({})": (MAX_DEPTH - 1) // 2,
    "if(a < 1, 1, {})": MAX_DEPTH - 1,
    "sqrt({})": MAX_DEPTH - 1,
}


@pytest.mark.parametrize(("nest", "times"), NESTS.items())
def test_deepest_formulas_run(database: sqlite3.Connection, nest: str, times: int) -> None:
    text = "a"
    for _ in range(times):
        text = nest.format(text)
    row = {"a": 1.0, "b": 0.0, "c": 0.0}
    assert run(database, text, row) == Formula(text).evaluate(row)
    assert len(Formula(text).sql({"a": "a"}, "postgresql").text) < 600 * (times + 2)


def test_longest_formula_runs(database: sqlite3.Connection) -> None:
    assert run(database, "+".join("a" * 140), {"a": 1.0, "b": 0.0, "c": 0.0}) == 140


def test_numbers_are_parameters_never_text() -> None:
    sql = Formula("clip(a, 3, 44) + 55%").sql({"a": "a"}, "postgresql")
    assert sorted(sql.parameters) == [0.55, 3.0, 44.0]
    assert not any(digit in sql.text for digit in "3456789")
