"""The contract of all question types: every example of every type must come to what it says."""

import json
import re
from typing import Any

import pytest

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.review import EVERYTHING, Disclosure
from learnapp.quizzes.types import TYPES, type_named
from tests.quizzes.types.examples import BASE, EXAMPLES, FOLDER, cases, form, fraction, items, shown_field

KEY_FIELDS = {
    "right",
    "reason",
    "reasons",
    "answer",
    "answers",
    "choice",
    "misconception",
    "misses",
    "otherwise",
    "best",
}


def ids(case: tuple[Any, ...]) -> str:
    return f"{case[0].name}-{json.dumps(case[-1], default=str)[:60]}"


def names(value: Any) -> set[str]:
    """Return every field name anywhere in JSON."""
    if isinstance(value, dict):
        return set(value) | {name for each in value.values() for name in names(each)}
    return {name for each in value for name in names(each)} if isinstance(value, list) else set()


ITEMS = list(items())
ANSWERS = list(cases("answers"))
POSTED = list(cases("posted"))
BAD = [(kind, bad) for kind in TYPES.values() for bad in EXAMPLES[kind.name]["bad"]]


def test_every_folder_is_a_type_in_the_list() -> None:
    folders = {path.name for path in FOLDER.iterdir() if (path / "rules.py").exists()}
    assert folders == set(TYPES)
    assert all(type_named(name).name == name and str(type_named(name).label) for name in folders)
    with pytest.raises(KeyError):
        type_named("essay")


@pytest.mark.parametrize(("kind", "example"), ITEMS, ids=map(ids, ITEMS))
class TestItems:
    def test_is_accepted_and_survives_storage(self, kind: Any, example: Any) -> None:
        assert kind.check_data(example["data"]) == []
        item = kind.parse(example["data"])
        stored = json.loads(json.dumps(kind.dump(item)))
        assert kind.parse(stored) == item
        assert kind.check_data(stored) == []
        with pytest.raises(ValueError, match="version"):
            kind.parse(stored | {"v": 2})

    def test_owns_the_fields_it_reads(self, kind: Any, example: Any) -> None:
        assert set(example["data"]) <= kind.fields
        assert set(kind.dump(kind.parse(example["data"]))) <= kind.fields | {"v"}
        assert kind.tags(example["data"]) == example.get("tags", [])
        assert kind.tags({}) == []

    def test_public_holds_no_key(self, kind: Any, example: Any) -> None:
        shown = kind.public(kind.parse(example["data"]))
        assert "KEY" not in json.dumps(shown)
        assert not names(shown) & KEY_FIELDS

    def test_public_says_nothing_by_its_order(self, kind: Any, example: Any) -> None:
        turned = {
            name: value[::-1] if isinstance(value, list) and name in {"options", "items", "choices"} else value
            for name, value in example["data"].items()
        }
        assert kind.public(kind.parse(turned)) == kind.public(kind.parse(example["data"]))

    def test_every_text_is_found(self, kind: Any, example: Any) -> None:
        places: list[str] = []

        def mark(text: Any, place: str) -> str:
            places.append(place)
            return f"[{text}]"

        marked = kind.map_texts(example["data"] | {"stem": "kept"}, mark)
        assert marked["stem"] == "kept"
        assert kind.check_data(marked) == []
        assert set(re.findall(r"KEY[^\]]*\]", json.dumps(marked)))
        assert len(places) == len(set(places))
        assert not re.search(r'"(?!\[)[^"]*KEY', json.dumps(marked))

    def test_needs_all_its_reasons(self, kind: Any, example: Any) -> None:
        emptied = kind.map_texts(example["data"], lambda text, place: "" if "reason" in place else text)
        assert {problem.code for problem in kind.check_data(emptied)} == {"missing_reason"}

    def test_full_review_shows_every_reason(self, kind: Any, example: Any) -> None:
        item = kind.parse(example["data"])
        for case in example["answers"]:
            revealed = kind.reveal(item, case["answer"], kind.arrange(item, 1), EVERYTHING)
            assert "KEY" in json.dumps(revealed)
            assert any(row.get("best") for row in revealed["rows"])

    def test_no_disclosure_shows_no_key(self, kind: Any, example: Any) -> None:
        item = kind.parse(example["data"])
        for case in example["answers"]:
            revealed = kind.reveal(item, case["answer"], kind.arrange(item, 1), Disclosure())
            assert "KEY" not in json.dumps(revealed)
            assert not names(revealed) & KEY_FIELDS

    def test_own_reasons_alone_hold_no_key(self, kind: Any, example: Any) -> None:
        item = kind.parse(example["data"])
        for case in example["answers"]:
            revealed = kind.reveal(item, case["answer"], kind.arrange(item, 1), Disclosure(marks=True, own_reason=True))
            assert not any("best" in row for row in revealed["rows"])
            if case["answer"] is None or "unsure" in case["answer"]:
                assert "KEY" not in json.dumps(revealed)

    def test_sample_answers_are_right_or_not_as_asked(self, kind: Any, example: Any) -> None:
        item = kind.parse(example["data"])
        for seed in range(20):
            right, wrong = kind.sample(item, seed, True), kind.sample(item, seed, False)
            assert kind.grade(item, right).state is State.RIGHT
            assert kind.grade(item, wrong).state in {State.PARTIAL, State.WRONG}
            assert kind.complete(kind.public(item), right) == kind.complete(kind.public(item), wrong) == []
            assert (right, wrong) == (kind.sample(item, seed, True), kind.sample(item, seed, False))

    def test_says_what_to_do(self, kind: Any, example: Any) -> None:
        hint = str(kind.hint(kind.public(kind.parse(example["data"]))))
        assert hint.endswith(".")
        assert "%" not in hint


@pytest.mark.parametrize(("kind", "data", "case"), ANSWERS, ids=map(ids, ANSWERS))
def test_every_answer_earns_what_it_should(kind: Any, data: Any, case: Any) -> None:
    item = kind.parse(data)
    shown = kind.public(item)
    grade = kind.grade(item, case["answer"])
    assert (grade.fraction, grade.state) == (fraction(case["fraction"]), State(case["state"]))
    assert 0 <= grade.fraction <= 1
    assert grade == kind.grade(kind.parse(kind.dump(item)), case["answer"])  # a regrade from storage
    problems = kind.complete(shown, case["answer"])
    assert [problem.code for problem in problems] == case.get("incomplete", [])
    assert all(str(kind.say(problem)) for problem in problems)
    summary = kind.summary(shown, case["answer"])
    assert isinstance(summary, str)
    assert "<" not in summary
    if "summary" in case:
        expected = case["summary"]
        assert sorted(summary.split("; ")) == sorted(expected.split("; "))


@pytest.mark.parametrize(("kind", "data", "case"), POSTED, ids=map(ids, POSTED))
def test_every_form_reads_as_it_should(kind: Any, data: Any, case: Any) -> None:
    field = shown_field(kind, data)
    field.process(form(case["fields"]))
    assert field.data == case["answer"]
    assert [problem.code for problem in field.problems] == case.get("problems", [])
    assert field.refused is case.get("refused", False)
    assert all("%" not in kind.say(problem) for problem in field.problems)
    field.process(None, data=case["answer"])
    assert (field.data, field.problems, field.refused) == (case["answer"], [], False)
    assert field.given == (case["answer"] or {})


@pytest.mark.parametrize(("kind", "bad"), BAD, ids=map(ids, BAD))
def test_every_fault_is_found_at_once(kind: Any, bad: Any) -> None:
    found = [f"{problem.code} {problem.place}" for problem in kind.check_data(bad["data"])]
    assert found == bad["problems"]
    assert isinstance(kind.map_texts(bad["data"], lambda text, _place: text), dict)
    assert all(isinstance(tag, str) for tag in kind.tags(bad["data"]))


UNIDS = [
    "",
    "NaN",
    "1e400",
    "-1",
    "987654321",
    "true ",
    "__proto__",
    "../..",
    "<b>",
    "\0",
    "\ud800",
    "answer",
    "x" * 10**6,
]
HOSTILE: list[Any] = [
    *UNIDS,
    "9" * 10**6,
    " " * 10**6 + "5",
    "１２３x",
    None,
    7,
    1.5,
    True,
    {},
    {"a": 1},
    ["leave"],
    b"5",
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(("kind", "example"), ITEMS, ids=map(ids, ITEMS))
def test_hostile_input_is_inert_and_earns_nothing(kind: Any, example: Any, value: Any) -> None:
    item = kind.parse(example["data"])
    parts = ["", ".unsure", *(f".{line}" for line, _text in shown_field(kind, example["data"]).lines)]
    for part in parts:
        for repeat in ([value], [value, "unsure"], [value] * 3, [value, 5, value]):
            field = shown_field(kind, example["data"])
            field.process(form({part: repeat}))
            assert len(json.dumps(field.data, ensure_ascii=False).encode()) < 1000
            assert "\0" not in json.dumps(field.data, ensure_ascii=False)
            assert kind.grade(item, field.data).fraction == 0
            assert not (field.refused and field.data)
            assert all(len(str(kind.say(problem))) < 100 for problem in field.problems)


@pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    "value", [None, 7, "text", [], [None, 7, "x", {"id": 3}], {"id": []}, {"a": {"b": []}}], ids=repr
)
def test_authored_data_of_any_shape_gives_problems(kind: Any, value: Any) -> None:
    data = dict.fromkeys(kind.fields, value)
    assert all(isinstance(problem, Problem) for problem in kind.check_data(data))
    assert kind.check_data(data)
    assert set(kind.map_texts(data, lambda text, _place: text)) == set(data)
    assert isinstance(kind.tags(data), list)


def test_the_field_has_the_given_name() -> None:
    for kind, example in ITEMS:
        field = shown_field(kind, example["data"])
        assert (field.name, field.id) == (BASE, BASE)
