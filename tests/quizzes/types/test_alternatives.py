"""Types with options: each can be called right too, and an answer that names it is then right."""

from fractions import Fraction as F

import pytest

from learnapp.quizzes.types import TYPES, type_named
from tests.quizzes.made_up import MAKERS

WITH_OPTIONS = {"choice": "abc", "claim": "ABCD", "multiple": "abcd", "true_false": ("true", "false")}


@pytest.mark.parametrize("name", TYPES)
def test_only_types_with_options_have_alternatives(name: str) -> None:
    kind = type_named(name)
    found = kind.alternatives(kind.parse(MAKERS[name](1)))
    assert {key.lower() for key in found} == {key.lower() for key in WITH_OPTIONS.get(name, ())}


@pytest.mark.parametrize("name", ["choice", "claim", "true_false"])
def test_an_option_that_is_called_right_is_right(name: str) -> None:
    kind = type_named(name)
    item = kind.parse(MAKERS[name](1))
    for key, way in kind.alternatives(item).items():
        assert way.answer == {"choice": key}
        assert kind.grade(way.item, way.answer).fraction == F(1)


def test_a_tick_that_is_called_right_is_one_more_right_part() -> None:
    kind = type_named("multiple")
    item = kind.parse(MAKERS["multiple"](1))
    way = kind.alternatives(item)["b"]
    assert way.answer == {"choices": ["b"]}
    assert kind.grade(item, {"choices": ["a", "b", "c"]}).fraction == F(1, 2)
    assert kind.grade(way.item, {"choices": ["a", "b", "c"]}).fraction == F(1)
    assert kind.grade(way.item, {"choices": ["a", "c"]}).fraction == F(2, 3)  # graded by the own key it stays full
