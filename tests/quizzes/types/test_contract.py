"""The contract of all question types: every example of every type must come to what it says."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.review import EVERYTHING, Disclosure
from learnapp.quizzes.types import TYPES, type_named
from tests.quizzes.types.examples import (
    BASE,
    EXAMPLES,
    FOLDER,
    cases,
    everything,
    form,
    fraction,
    items,
    parts_of,
    shown_field,
)

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
    "model",
    "guide",
    "then",
}


def ids(case: tuple[Any, ...]) -> str:
    return f"{case[0].name}-{json.dumps(case[-1], default=str)[:60]}"


def names(value: Any) -> set[str]:
    """Return every field name anywhere in JSON."""
    if isinstance(value, dict):
        return set(value) | {name for each in value.values() for name in names(each)}
    return {name for each in value for name in names(each)} if isinstance(value, list) else set()


def turned(value: Any) -> Any:
    """Return JSON with every list and every mapping in the opposite order."""
    if isinstance(value, dict):
        return {key: turned(each) for key, each in reversed(value.items())}
    return [turned(each) for each in value[::-1]] if isinstance(value, list) else value


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


class Contract:
    """What holds for every example item of every type; a type of another package is tried with it too."""

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
        assert not re.search("KEY|THEN", json.dumps(shown))
        assert not names(shown) & KEY_FIELDS

    def test_public_says_nothing_by_its_order(self, kind: Any, example: Any) -> None:
        other = {
            name: value[::-1] if isinstance(value, list) and name in {"options", "items", "choices"} else value
            for name, value in example["data"].items()
        }
        assert kind.public(kind.parse(other)) == kind.public(kind.parse(example["data"]))

    def test_every_text_is_found(self, kind: Any, example: Any) -> None:
        places: list[str] = []

        def mark(text: Any, place: str) -> str:
            places.append(place)
            return f"[{text}]"

        marked = kind.map_texts(example["data"] | {"stem": "kept"}, mark)
        assert marked["stem"] == "kept"
        assert kind.check_data(marked) == []
        assert bool(re.findall(r"KEY[^\]]*\]", json.dumps(marked))) is kind.marked
        assert len(places) == len(set(places))
        assert not re.search(r'"(?!\[)[^"]*(KEY|THEN)', json.dumps(marked))

    def test_needs_all_its_reasons(self, kind: Any, example: Any) -> None:
        emptied = kind.map_texts(example["data"], lambda text, place: "" if "reason" in place else text)
        assert {problem.code for problem in kind.check_data(emptied)} == ({"missing_reason"} if kind.marked else set())

    def test_full_review_shows_every_reason(self, kind: Any, example: Any) -> None:
        item = kind.parse(example["data"])
        for case in example["answers"]:
            revealed = kind.reveal(item, case["answer"], kind.arrange(item, 1), EVERYTHING)
            assert ("KEY" in json.dumps(revealed)) is kind.marked
            assert any(everything(revealed, "best")) is kind.marked

    def test_no_disclosure_shows_no_key(self, kind: Any, example: Any) -> None:
        item = kind.parse(example["data"])
        for case in example["answers"]:
            revealed = kind.reveal(item, case["answer"], kind.arrange(item, 1), Disclosure())
            assert "KEY" not in json.dumps(revealed)
            assert not names(revealed) & KEY_FIELDS - set(kind.told(item, case["answer"]) and {"then"})

    def test_own_reasons_alone_hold_no_key(self, kind: Any, example: Any) -> None:
        item = kind.parse(example["data"])
        for case in example["answers"]:
            revealed = kind.reveal(
                item, case["answer"], kind.arrange(item, 1), Disclosure(correctness=True, own_reason=True)
            )
            assert not everything(revealed, "best")
            if case["answer"] is None or "unsure" in case["answer"]:
                assert "KEY" not in json.dumps(revealed)

    def test_sample_answers_are_right_or_not_as_asked(self, kind: Any, example: Any) -> None:
        item = kind.parse(example["data"])
        for seed in range(20):
            right, wrong = kind.sample(item, seed, True), kind.sample(item, seed, False)
            if not kind.marked:
                assert right == wrong == {}
                continue
            assert kind.grade(item, right).state is (State.NEEDS_GRADING if example.get("waits") else State.RIGHT)
            waiting = {State.NEEDS_GRADING} if example.get("waits") else {State.PARTIAL, State.WRONG}
            assert kind.grade(item, wrong).state in waiting
            assert kind.complete(kind.public(item), right) == kind.complete(kind.public(item), wrong) == []
            assert (right, wrong) == (kind.sample(item, seed, True), kind.sample(item, seed, False))

    def test_says_what_to_do(self, kind: Any, example: Any) -> None:
        hint = str(kind.hint(kind.public(kind.parse(example["data"]))))
        assert hint.endswith(".")
        assert "%" not in hint

    def test_only_what_a_person_may_grade_waits(self, kind: Any, example: Any) -> None:
        waits = any(case["fraction"] is None for case in example["answers"])
        assert waits is bool(example.get("waits"))
        assert kind.by_person or not waits

    def test_the_order_of_parts_in_an_answer_never_matters(self, kind: Any, example: Any) -> None:
        item = kind.parse(example["data"])
        shown = kind.public(item)
        for case in example["answers"]:
            one, other = (kind.grade(item, answer) for answer in (case["answer"], turned(case["answer"])))
            assert (one.fraction, one.state) == (other.fraction, other.state)
            assert sorted(one.parts, key=str) == sorted(other.parts, key=str)
            assert kind.complete(shown, case["answer"]) == kind.complete(shown, turned(case["answer"]))
        for case in example.get("posted", []):
            field, back = (shown_field(kind, example["data"]) for _ in range(2))
            field.process(form(case["fields"]))
            back.process(form(turned(case["fields"])))
            assert kind.grade(item, back.data) == kind.grade(item, field.data)
            assert back.refused is field.refused

    def test_what_is_stored_stands(self, kind: Any, example: Any) -> None:
        shown = kind.public(kind.parse(example["data"]))
        for case in example["answers"]:
            settled = kind.settle(shown, None, case["answer"])
            assert kind.settle(shown, settled, settled) == settled
            assert bool(kind.told(kind.parse(example["data"]), settled)) is kind.unfolds(shown, settled)


@pytest.mark.parametrize(("kind", "example"), ITEMS, ids=map(ids, ITEMS))
class TestItems(Contract):
    """Every example item of every type in the list."""


@given(st.sampled_from(ITEMS), st.data())
def test_any_texts_survive_storage(sample: Any, data: st.DataObject) -> None:
    kind, example = sample
    texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30).filter(str.strip)
    gaps = re.compile(r"\[\[.+?\]\]")  # a text keeps its gaps
    authored = kind.map_texts(example["data"], lambda text, _place: "".join(gaps.findall(str(text))) + data.draw(texts))
    assert kind.check_data(authored) == []
    item = kind.parse(authored)
    stored = json.loads(json.dumps(kind.dump(item), ensure_ascii=False).encode())
    assert kind.parse(stored) == item
    assert kind.dump(kind.parse(stored)) == kind.dump(item)
    assert kind.public(kind.parse(stored)) == kind.public(item)
    case = data.draw(st.sampled_from(example["answers"]))
    assert kind.grade(kind.parse(stored), case["answer"]) == kind.grade(item, case["answer"])
    seed = data.draw(st.integers(0, 2**63 - 1))
    assert kind.arrange(kind.parse(stored), seed) == kind.arrange(item, seed)


def check_answer(kind: Any, data: Any, case: Any) -> None:
    """Fail unless an example answer earns what it says and is told as it says."""
    item = kind.parse(data)
    shown = kind.public(item)
    grade = kind.grade(item, case["answer"])
    assert (grade.fraction, grade.state) == (fraction(case["fraction"]), State(case["state"]))
    assert grade.fraction is None or case.get("lowest", 0) <= grade.fraction <= 1
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


@pytest.mark.parametrize(("kind", "data", "case"), ANSWERS, ids=map(ids, ANSWERS))
def test_every_answer_earns_what_it_should(kind: Any, data: Any, case: Any) -> None:
    check_answer(kind, data, case)


def check_form(kind: Any, data: Any, case: Any) -> None:
    """Fail unless an example form is read as it says."""
    field = shown_field(kind, data)
    field.process(form(case["fields"]))
    assert field.data == case["answer"]
    assert [problem.code for problem in field.problems] == case.get("problems", [])
    assert (field.refused, field.stay) == (case.get("refused", False), case.get("stay", False))
    assert all("%" not in kind.say(problem) for problem in field.problems)
    field.process(None, data=case["answer"])
    assert (field.data, field.problems, field.refused) == (case["answer"], [], False)
    assert field.given == (case["answer"] or {})


@pytest.mark.parametrize(("kind", "data", "case"), POSTED, ids=map(ids, POSTED))
def test_every_form_reads_as_it_should(kind: Any, data: Any, case: Any) -> None:
    check_form(kind, data, case)


def check_bad(kind: Any, bad: Any) -> None:
    """Fail unless all faults of bad data are found at once."""
    found = [f"{problem.code} {problem.place}" for problem in kind.check_data(bad["data"])]
    assert found == bad["problems"]
    assert isinstance(kind.map_texts(bad["data"], lambda text, _place: text), dict)
    assert all(isinstance(tag, str) for tag in kind.tags(bad["data"]))


@pytest.mark.parametrize(("kind", "bad"), BAD, ids=map(ids, BAD))
def test_every_fault_is_found_at_once(kind: Any, bad: Any) -> None:
    check_bad(kind, bad)


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
    "\u202e5",
    "answer",
    "a" + "\u0301" * 10_000,
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


def check_hostile(kind: Any, example: Any, value: Any) -> None:
    """Fail unless a value that is no answer is stored inert or refused with a sentence, and earns nothing."""
    item = kind.parse(example["data"])
    for part in parts_of(example, kind):
        for repeat in ([value], [value, "unsure"], [value] * 3, [value, 5, value]):
            field = shown_field(kind, example["data"])
            field.process(form({part: repeat}))
            stored = json.dumps(field.data, ensure_ascii=False).encode()
            assert len(stored) < 1000
            assert b"\0" not in stored
            assert "\\u0000" not in json.dumps(field.data)
            grade = kind.grade(item, field.data)
            assert grade.fraction == 0 or (grade.fraction is None and example.get("waits"))
            assert not (field.refused and field.data)
            assert bool(field.problems) or not field.refused
            assert all(5 < len(str(kind.say(problem))) < 120 for problem in field.problems)
            settled = kind.settle(kind.public(item), None, field.data)
            assert kind.grade(item, settled).fraction in {0, grade.fraction}
            assert isinstance(kind.complete(kind.public(item), settled), list)
            assert isinstance(kind.summary(kind.public(item), settled), str)


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:20])
@pytest.mark.parametrize(("kind", "example"), ITEMS, ids=map(ids, ITEMS))
def test_hostile_input_is_inert_and_earns_nothing(kind: Any, example: Any, value: Any) -> None:
    check_hostile(kind, example, value)


@pytest.mark.parametrize(("kind", "example"), ITEMS, ids=map(ids, ITEMS))
def test_ids_of_another_question_earn_nothing(kind: Any, example: Any) -> None:
    own = {*everything([example["data"], kind.public(kind.parse(example["data"]))], "id")}
    own |= {"true", "false", "a", "b", "c", "d"}
    foreign = {key for _, other in ITEMS for key in everything(other["data"], "id")} - own
    for key in sorted(key for key in foreign if not key.isdigit()):  # a number may well be right somewhere
        field = shown_field(kind, example["data"])
        field.process(form({part: [key] for part in parts_of(example, kind) if part != ".unsure"}))
        fraction_of = kind.grade(kind.parse(example["data"]), field.data).fraction
        assert fraction_of == 0 or (fraction_of is None and example.get("waits"))


@pytest.mark.parametrize("kind", TYPES.values(), ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    "value", [None, 7, "text", [], [None, 7, "x", {"id": 3}], {"id": []}, {"a": {"b": []}}], ids=repr
)
def test_authored_data_of_any_shape_gives_problems(kind: Any, value: Any) -> None:
    data = dict.fromkeys(kind.fields, value)
    assert all(isinstance(problem, Problem) for problem in kind.check_data(data))
    assert kind.check_data(data) or (not kind.marked and isinstance(value, str))
    assert set(kind.map_texts(data, lambda text, _place: text)) == set(data)
    assert isinstance(kind.tags(data), list)


def test_the_field_has_the_given_name() -> None:
    for kind, example in ITEMS:
        field = shown_field(kind, example["data"])
        assert (field.name, field.id) == (BASE, BASE)
