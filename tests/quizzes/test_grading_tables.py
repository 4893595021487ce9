"""The tables of rules, through the adapter: every row must come out as it says (rules B)."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.grading_adapter import RULES, grade

TABLE = Path(__file__).parent / "grading_cases.json"
CASES = json.loads(TABLE.read_text("utf-8"))["cases"]
NAMED = {
    "single", "truefalse", "multi", "qti_map", "area_map", "match", "cloze", "ordering", "numeric",
    "short", "markers", "cbm", "tries", "countback", "attempts", "gradebook", "manual",
}  # fmt: skip


def check(rule: Any, response: Any, expected: Any) -> None:
    found = grade(rule, response)
    if expected is None or found is None:
        assert found is expected
    else:
        assert found == pytest.approx(float(Fraction(str(expected))), rel=1e-6)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_samples(case: Any) -> None:
    check(case["rule"], case["response"], case["expected"])


def test_every_form_of_rule_is_known() -> None:
    assert set(RULES) == NAMED
    assert {case["rule"]["type"] for case in CASES} <= set(RULES)


PAIRS = {"a": "x", "b": "y"}
THREE = {"a": 1, "b": 1, "c": 0}
NILE = {"type": "short", "answers": [{"text": "Nile"}]}
KILOS = {
    "type": "numeric", "answers": [{"value": 3, "tolerance": 0, "kind": "nominal"}], "units": {"kg": 1, "g": 1000},
}  # fmt: skip
LOSSES = {"type": "area_map", "default": -1, "lower": 0, "max": 2}
BOX = {"shape": "rect", "coords": [0, 0, 10, 10]}
WIDE = {"shape": "rect", "coords": [0, 0, 30, 10]}
GAPS = {"a": {"weight": 1, "rule": NILE}, "b": {"weight": 3, "rule": {"type": "single", "options": {"p": 1, "q": 0}}}}
MORE: list[tuple[dict[str, Any], Any, Any]] = [
    ({"type": "multi", "method": "right_minus_dock", "dock": 0.25, "options": THREE}, ["a", "b", "c"], "3/4"),
    ({"type": "multi", "method": "every_decision", "options": THREE}, [], "1/3"),
    ({"type": "multi", "method": "every_decision", "blank_is_zero": True, "options": THREE}, [], 0),
    ({"type": "multi", "method": "weighted", "options": {"a": 2, "b": 1, "c": -1}}, ["a", "c"], "1/3"),
    ({"type": "multi", "method": "weighted", "options": {"a": 2, "b": 1, "c": -1}}, ["a"], "2/3"),
    ({"type": "multi", "method": "weighted", "options": {"a": 0, "b": 0}}, [], 1),
    ({"type": "multi", "method": "all_or_nothing", "options": THREE}, ["a", "b", "c"], 0),
    ({"type": "qti_map", "map": {"a": 2}, "default": -1, "lower": 0, "upper": 3, "max": 3}, None, 0),
    ({"type": "qti_map", "map": {"a": 2}, "default": 0, "max": 4}, ["a", "a"], "1/2"),
    ({**LOSSES, "areas": [{**BOX, "value": 2}]}, [[1, 1], [2, 2]], 1),
    (
        {"type": "area_map", "areas": [{**BOX, "value": 2}], "default": -1, "lower": 0, "max": 2},
        [[1, 1], [50, 2]],
        "1/2",
    ),
    ({"type": "match", "pairs": PAIRS, "method": "all_or_nothing"}, {"a": "x"}, 0),
    ({"type": "match", "pairs": PAIRS, "method": "all_or_nothing"}, {"a": "x", "b": "y"}, 1),
    ({"type": "match", "pairs": {"a": "x", "b": "x"}}, {"a": "x", "b": "x"}, 1),
    ({"type": "ordering", "correct": list("WXYZ"), "method": "all_or_nothing"}, list("WXYZ"), 1),
    ({"type": "ordering", "correct": list("WXYZ"), "method": "absolute"}, None, 0),
    ({"type": "ordering", "correct": list("ABCDEF"), "method": "relative_to_correct"}, list("FEDCBA"), "2/5"),
    (KILOS, "3g", 1),
    ({**KILOS, "unit_penalty": {"share": 0.5, "of": "response"}}, "3 g", "1/2"),
    ({**KILOS, "unit_penalty": {"share": 0.1, "of": "question"}}, "3 lb", "9/10"),
    ({**KILOS, "units_before": True}, "kg 3", 1),
    ({"type": "numeric", "answers": [{"value": 1}, {"value": "*", "fraction": 0.5}]}, "many", "1/2"),
    ({**NILE, "case_sensitive": True}, "nile", 0),
    ({**NILE, "answers": [{"text": "Café"}], "ignore_accents": True}, "cafe", 1),
    ({**NILE, "answers": [{"text": "Café"}]}, "cafe", 0),
    ({**NILE, "answers": [{"text": "a b"}], "collapse_spaces": True}, "a   b", 1),
    ({**NILE, "answers": [{"text": "a b"}]}, "a   b", 0),
    ({**NILE, "ignore_punctuation": True}, "Nile.", 1),
    ({**NILE, "width": "fold"}, "Ｎｉｌｅ", 1),
    ({**NILE, "answers": [{"text": "platelet"}], "typos": 1}, "platelte", 1),
    ({"type": "cloze", "parts": GAPS}, {"a": "nile", "b": "q"}, "1/4"),
    (
        {"type": "cloze", "parts": {"a": {"weight": 1, "rule": {"type": "match", "pairs": PAIRS}}}},
        {"a": {"a": "x"}},
        "1/2",
    ),
    ({"type": "markers", "places": [BOX, WIDE]}, [[5, 5], [20, 5]], 1),
    ({"type": "markers", "places": [WIDE, BOX]}, [[5, 5], [20, 5]], 1),
    ({"type": "markers", "places": [BOX]}, [[5, 5], [6, 6]], "1/2"),
    ({"type": "markers", "places": [BOX]}, [], 0),
    ({"type": "cbm"}, {"fraction": 0, "certainty": 3}, -6),
    ({"type": "cbm"}, {"fraction": 1, "certainty": None}, 1),
    ({"type": "tries", "behaviour": "interactive", "hints": 2, "penalty": 0.25}, [], None),
    ({"type": "tries", "behaviour": "adaptive_no_penalty"}, [{"answer": "a", "raw": 0.5, "checked": True}], "1/2"),
    ({"type": "tries", "behaviour": "deferred"}, [{"answer": "a", "raw": 0.5, "checked": False}], "1/2"),
    ({"type": "countback", "penalty": "1/3"}, [{"a": True, "b": False}, {"a": True, "b": True}], "5/6"),
    ({"type": "countback", "penalty": "1/3"}, {"a": [False, True], "b": [True, False]}, "1/3"),
    ({"type": "countback", "kind": "cloze", "penalty": "1/3"}, [{"a": ["x", 0]}, {"a": ["y", 0.5]}], "1/6"),
    ({"type": "countback", "pairs": PAIRS, "penalty": "1/4"}, [{"a": "y", "b": "y"}, {"a": "x", "b": "y"}], "7/8"),
    ({"type": "attempts", "method": "highest", "sum": 20, "grade": 10}, [0, 0], 0),
    ({"type": "attempts", "method": "first", "sum": 20, "grade": 10}, [None, 4, 8], 2),
    ({"type": "attempts", "method": "last", "sum": 20, "grade": 10}, [4, 8, None], 4),
    ({"type": "attempts", "method": "highest", "sum": 0, "grade": 10}, [0], 0),
    ({"type": "attempts", "method": "average", "sum": 20, "grade": 10}, [], None),
    ({"type": "gradebook", "method": "mean"}, [1, 0.5, None], "3/4"),
    ({"type": "gradebook", "method": "mean", "count_missing": True}, [1, 0.5, None], "1/2"),
    ({"type": "gradebook", "method": "mean", "drop_low": 1}, [1, 0.5, 0], "3/4"),
    ({"type": "gradebook", "method": "mean", "keep_high": 1}, [0.2, 0.9], "9/10"),
    ({"type": "gradebook", "method": "median"}, [0.1, 0.5, 0.6, 1], "11/20"),
    ({"type": "gradebook", "method": "mode"}, [0.5, 0.5, 1, 1], 1),
    ({"type": "gradebook", "method": "weighted", "items": [{"weight": 1}, {"weight": 3}]}, [1, 0], "1/4"),
    ({"type": "gradebook", "method": "simple_weighted", "items": [{"max": 10}, {"max": 30}]}, [1, 0], "1/4"),
    ({"type": "gradebook", "method": "natural", "max": 10, "items": [{"max": 8}, {"max": 8}]}, [1, 0.5], 10),
    ({"type": "gradebook", "method": "mean"}, [], None),
    ({"type": "manual"}, None, None),
    ({"type": "manual"}, 0.5, "1/2"),
    ({"type": "manual", "max": 4}, {"mark": 3}, "3/4"),
]


@pytest.mark.parametrize(("rule", "response", "result"), MORE)
def test_what_the_rule_book_says_beyond_the_samples(rule: Any, response: Any, result: Any) -> None:
    check(rule, response, result)
