"""The instructors' page stays true: its examples are questions that the engine takes, and its sums come out."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from ruamel.yaml import YAML

from learnapp.config import ROOT
from learnapp.quizzes.domain import choosing, pairs, regions, sequences
from learnapp.quizzes.domain.certainty import Said, report
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.numbers import Accepted
from learnapp.quizzes.domain.tries import Behaviour, Try, score
from learnapp.quizzes.types import TYPES, type_named
from learnapp.rehearsal.trying import COMMON

F = Fraction
PAGE = (ROOT / "docs" / "question-types.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"(?ms)^### (\w+)\n(.*?)(?=^##|\Z)", PAGE))


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, body in SECTIONS.items():
        for block in re.findall(r"(?:    .*\n)+", body):
            if re.search(r"^    (stem|asks|story):", block, re.M):
                data = YAML(typ="safe").load(re.sub(r"(?m)^    ", "", block))
                yield name, {"v": 1, **{key: value for key, value in data.items() if key not in COMMON}}


EXAMPLES = list(examples())


def test_every_type_has_its_part_of_the_page_with_an_example() -> None:
    assert set(SECTIONS) == set(TYPES) == {name for name, _data in EXAMPLES}


@pytest.mark.parametrize(("name", "data"), EXAMPLES, ids=[name for name, _data in EXAMPLES])
def test_an_example_is_a_question_that_can_be_answered(name: str, data: Any) -> None:
    kind = type_named(name)
    assert kind.check_data(data) == []
    assert set(data) - {"v"} <= kind.fields
    item = kind.parse(data)
    state = kind.grade(item, kind.sample(item, 1, True) if kind.marked else None).state
    assert state in {State.RIGHT, State.NEEDS_GRADING, State.INFORMATION}


def test_every_way_of_scoring_is_named_on_the_page() -> None:
    for method in (*choosing.RULES, *sequences.METHODS, *Behaviour):
        assert f"`{method}`" in PAGE, method


def earned(name: str, answer: Any, number: int = 0) -> Fraction | None:
    kind, data = type_named(name), [data for one, data in EXAMPLES if one == name][number]
    return kind.grade(kind.parse(data), answer).fraction


def test_the_sums_of_the_examples() -> None:
    assert earned("choice", {"choice": "outer"}) == F(1, 2)
    numbers = {"1 day": F(1), "24": F(1, 2), "24 kg": F(1, 2), "30 hours": F(0), "24 h": F(1)}
    assert {text: earned("numeric", {"text": text}) for text in numbers} == numbers
    texts = {"Elastin ": F(1), "elastni": F(1), "elastic fibres": F(1, 2), "collagen": F(0)}
    assert {text: earned("short_text", {"text": text}) for text in texts} == texts
    assert earned("cloze", {"gaps": {"cells": "fibroblasts", "time": "night", "months": "4"}}) == F(3, 4)
    assert earned("categorise", {"cards": {"gel": "now", "spf": "later", "next": "now"}}) == F(2, 3)
    assert earned("label_image", {"parts": {"first": "epidermis", "second": "muscle"}}) == F(1, 2)
    steps = {"reading": {"choice": "true"}, "action": {"choice": "today"}}
    assert earned("case", {"steps": steps, "locked": ["reading"]}) == F(2, 3)
    assert earned("hotspot", {"points": ["weave"]}) == 1


def test_the_table_of_choose_all() -> None:
    def decision(key: str, right: bool, fraction: Fraction, weight: int) -> choosing.Decision:
        return choosing.Decision(key, right, fraction, F(weight))

    options = [decision(key, True, F(1, 3), weight) for key, weight in (("a", 2), ("b", 1), ("c", 1))]
    options += [decision("d", False, F(-1, 2), 1), decision("e", False, F(0), 1)]
    table = {
        "balanced": F(1, 3), "dock": F(5, 12), "sum": F(1, 6), "every_decision": F(3, 5), "weighted": F(1, 2),
        "all_or_nothing": F(0),
    }  # fmt: skip
    terms = choosing.Terms(dock=F(1, 4))
    assert {rule: choosing.score(rule, options, {"a", "b", "d"}, terms) for rule in table} == table
    assert set(table) == set(choosing.RULES)


def test_the_table_of_orders() -> None:
    table = {
        "relative_to_correct": F(5, 6), "absolute": F(1, 2), "all_or_nothing": F(0), "next_exclude_last": F(0),
        "next_include_last": F(1, 4), "one_before_after": F(1, 4), "all_before_after": F(5, 6),
        "longest_ordered": F(3, 4), "longest_contiguous": F(1, 2),
    }  # fmt: skip
    assert {method: sequences.score(method, list("abcd"), list("acbd")) for method in table} == table
    assert set(table) == set(sequences.METHODS)


def test_the_other_sums() -> None:
    limits = {kind: Accepted(F(24), kind, amount).limits() for kind, amount in
              (("absolute", F(4)), ("relative", F(1, 4)), ("geometric", F(1, 4)))}  # fmt: skip
    assert limits == {"absolute": (20, 28), "relative": (18, 30), "geometric": (F(96, 5), 30)}
    areas = [{"shape": "circle", "coords": [x, 0, 1]} for x in (0, 10, 20)]
    assert regions.markers([(0, 0), (10, 0), (99, 0)], areas) == F(2, 3)
    assert regions.markers([(0, 0), (10, 0), (20, 0), (99, 0)], areas) == F(3, 4)
    key = {"1": "a", "2": "b", "3": "c"}
    tries = [{"1": "a", "2": "x", "3": "x"}, {"1": "a", "2": "b", "3": "x"}, key]
    assert pairs.count_back(key, tries, F(1, 3)) == F(2, 3)
    assert score(Behaviour.INTERACTIVE, [Try(1, F(0)), Try(2, F(0)), Try(3, F(1))], 2) == F(1, 3)
    assert score(Behaviour.ADAPTIVE, [Try(1, F(1, 2)), Try(3, F(1))]) == F(2, 3)
    found = report([Said(F(1), 3)] * 7 + [Said(F(0), 3)] * 3)
    assert found is not None
    assert found.average == F(3, 10)
