import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from northing.expressions import Formula, FormulaError
from northing.expressions.syntax import MAX_DEPTH, MAX_LENGTH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 - 3 - 4", -5),
        ("24 / 4 / 2", 3),
        ("2 ^ 3 ^ 2", 512),
        ("2 ** 3", 8),
        ("-2 ^ 2", -4),
        ("2 ^ -1", 0.5),
        ("-2 * -3", 6),
        ("--2", 2),
        ("80%", 0.8),
        ("50% * 80%", 0.4),
        ("1.5e2 + .5 + 1.", 151.5),
        ("min(3, 1, 2) + max(1, 5)", 6),
        ("sqrt(16) + abs(-1)", 5),
        ("log(exp(2))", 2),
        ("round(2.5) + round(-2.5) + round(3.5)", 4),
        ("clip(7, 0, 5) + clip(-7, 0, 5)", 5),
        ("if(2 > 1, 10, 20)", 10),
        ("if(2 <> 2, 10, if(1 = 1, 30, 40))", 30),
        ("if(1 <= 1, 1, 0) + if(1 >= 2, 1, 0) + if(1 != 2, 1, 0) + if(1 < 1, 1, 0)", 2),
    ],
)
def test_value(text: str, expected: float) -> None:
    assert Formula(text).evaluate({}) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "start", "part", "rule", "way_out"),
    [
        ("reach * impct", 8, "impct", "no such quantity", "did you mean 'impact'?"),
        ("reach * zzz", 8, "zzz", "no such quantity", "known are impact, reach"),
        ("squrt(2)", 0, "squrt", "no such function", "did you mean 'sqrt'?"),
        ("reach +", 7, "", "expected here", "2 * reach"),
        ("", 0, "", "expected here", "2 * reach"),
        ("(reach", 6, "", "')' is expected", "close the bracket"),
        ("reach)", 5, ")", "should have ended", "operator"),
        ("2 reach", 2, "reach", "should have ended", "operator"),
        ("reach.real", 5, ".", "no meaning", "use numbers"),
        ("reach[0]", 5, "[", "no meaning", "use numbers"),
        ("reach; 1", 5, ";", "no meaning", "use numbers"),
        ("'a'", 0, "'", "no meaning", "use numbers"),
        ("sqrt(1, 2)", 0, "sqrt(1, 2)", "takes 1 arguments, not 2", "remove"),
        ("min(1)", 0, "min(1)", "at least 2 arguments", "add"),
        ("clip(1, 2)", 0, "clip(1, 2)", "takes 3", "add"),
        ("reach > 1", 6, ">", "only in the first place of if", "if(a < b"),
        ("if(reach, 1, 2)", 8, ",", "starts with a comparison", "if(effort > 4"),
        ("if(1 < 2 < 3, 1, 2)", 9, "<", "',' is expected", "if(effort > 4"),
        ("1e999", 0, "1e999", "too large", "1e308"),
        ("reach(2)", 0, "reach", "no such function", "known are"),
    ],
)
def test_error_says_where_what_and_the_way_out(text: str, start: int, part: str, rule: str, way_out: str) -> None:
    with pytest.raises(FormulaError) as caught:
        Formula(text, known={"reach", "impact"})
    error = caught.value
    assert (error.start, text[error.start : error.stop]) == (start, part)
    assert rule in error.rule
    assert way_out in error.way_out
    assert error.rule in str(error)


@pytest.mark.parametrize(
    "attack",
    [
        "__import__('os').system('id')",
        "().__class__.__bases__",
        "reach.__class__",
        "lambda: 1",
        "[1 for _ in reach]",
        "f'{reach}'",
        "reach if reach else 1",
        "eval(1)",
        "__builtins__",
        "reach := 1",
        "1; drop table features",
        "1 -- comment'",
        "reach\x00",
        "9" * (MAX_LENGTH + 1),
        "(" * (MAX_DEPTH + 1) + "1" + ")" * (MAX_DEPTH + 1),
        "-" * 999 + "1",
        "^".join("9" * 400),
        "+".join("1" * 400),
        "if(1<2," * 60 + "1",
        "min(" * 200,
    ],
)
def test_attacks_are_refused(attack: str) -> None:
    with pytest.raises(FormulaError):
        Formula(attack, known={"reach"})


@pytest.mark.parametrize("text", ["9^9^9^9", "9^9^9^9^9^9^9^9", "exp(exp(exp(9)))", "1e300 * 1e300", "1e308 + 1e308"])
def test_overflow_is_missing(text: str) -> None:
    assert math.isnan(Formula(text).evaluate({}))


def test_names_that_look_like_python_stay_names() -> None:
    formula = Formula("__class__ + lambda")
    assert formula.names == ("__class__", "lambda")
    assert formula.evaluate({"__class__": 1, "lambda": 2}) == 3


def test_missing_value_is_named() -> None:
    with pytest.raises(ValueError, match="needs effort"):
        Formula("reach / effort").evaluate({"reach": 1})


@given(st.text(alphabet="0123456789.e+-*/^()<>=!,% abminxsqrtlogclipf_", max_size=60))
def test_any_text_is_a_formula_or_a_formula_error(text: str) -> None:
    with suppress(FormulaError):
        formula = Formula(text)
        assert not math.isinf(formula.evaluate(dict.fromkeys(formula.names, 2.0)))
