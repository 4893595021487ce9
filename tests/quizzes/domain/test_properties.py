"""What must hold for every type, through its examples: bounds, order, shuffling, storage, and regrading any steps."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.tries import Behaviour
from learnapp.quizzes.outcomes import final_grade, grade_tries, tries_of
from learnapp.quizzes.storage.attempts import Slot
from learnapp.quizzes.storage.saving import Step
from learnapp.quizzes.types import TYPES
from tests.quizzes.types.examples import BASE, everything, form, items

ITEMS = list(items())
MARKED = [(kind, example) for kind, example in ITEMS if kind.marked]
SEEDS = st.integers(0, 2**63)
PENALTIES = st.sampled_from([Fraction(0), Fraction(1, 10), Fraction(1, 3), Fraction(1, 2), Fraction(1)])


def mixed(draw: Any, one: Any, other: Any) -> Any:
    """Return an answer with parts of two others: each entry of a mapping from either, and some of all ticks."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [key for key in {**one, **other} if draw(st.integers(0, 4))]
        return {key: mixed(draw, one.get(key, other.get(key)), other.get(key, one.get(key))) for key in keys}
    if isinstance(one, list) and isinstance(other, list):
        every = list(dict.fromkeys([*one, *other]))
        return draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    return one if draw(st.booleans()) else other


@st.composite
def answers(draw: Any, kind: Any, example: Mapping[str, Any]) -> Any:
    """Answers of an example item: its own, made-up ones, and mixtures; None is a blank."""
    item = kind.parse(example["data"])
    own = [case["answer"] for case in example["answers"]] or [None]
    made = [kind.sample(item, seed, right) for seed in range(3) for right in (True, False)] if kind.marked else []
    one, other = draw(st.sampled_from([*own, *made])), draw(st.sampled_from([*own, *made]))
    return one if one is None or other is None or draw(st.booleans()) else mixed(draw, one, other)


@st.composite
def answered(draw: Any, of: Sequence[tuple[Any, Any]] = MARKED) -> tuple[Any, Any, Any]:
    """A type, one of its example items' data, and an answer."""
    kind, example = draw(st.sampled_from(of))
    return kind, example["data"], draw(answers(kind, example))


def lowest(data: Any) -> Fraction:
    """Return the least that an author lets a question earn: below 0 only where they wrote it."""
    written = [value for name in ("fraction", "lower", "default", "value") for value in everything(data, name)]
    numbers = [Fraction(str(value)) for value in written if isinstance(value, int | float | str) and value != "*"]
    return min([Fraction(0), *numbers])


def shuffled(draw: Any, value: Any) -> Any:
    """Return JSON with every list and every mapping in another order."""
    if isinstance(value, dict):
        return {key: shuffled(draw, value[key]) for key in draw(st.permutations(list(value)))}
    return draw(st.permutations(value)) if isinstance(value, list) else value


@given(answered())
def test_a_fraction_is_between_nothing_and_all(case: tuple[Any, Any, Any]) -> None:
    kind, data, answer = case
    grade = kind.grade(kind.parse(data), answer)
    if grade.fraction is None:
        assert grade.state is State.NEEDS_GRADING
        assert kind.by_person
    else:
        assert lowest(data) <= grade.fraction <= 1
        assert isinstance(grade.fraction, Fraction)
        assert all(0 <= part.fraction <= 1 for part in grade.parts) or lowest(data) < 0


@given(answered(), st.data())
def test_the_order_of_ticking_never_matters(case: tuple[Any, Any, Any], draws: Any) -> None:
    kind, data, answer = case
    item = kind.parse(data)
    other = kind.grade(item, shuffled(draws.draw, answer))
    assert (other.fraction, other.state) == (kind.grade(item, answer).fraction, kind.grade(item, answer).state)


BALANCED = [
    (kind, example)
    for kind, example in ITEMS
    if kind.name == "multiple" and example["data"].get("scoring", "balanced") == "balanced"
]


@given(st.sampled_from(BALANCED), st.data())
def test_more_right_decisions_never_score_less_when_balanced(case: tuple[Any, Any], draws: Any) -> None:
    kind, example = case
    options = {each["id"]: bool(each.get("right")) for each in example["data"]["options"]}
    ticked = draws.draw(st.lists(st.sampled_from(sorted(options)), unique=True))
    changed = draws.draw(st.sampled_from(sorted(options)))
    better = [key for key in options if (options[key] if key == changed else key in ticked)]
    item = kind.parse(example["data"])
    worse = kind.grade(item, {"choices": ticked} if ticked else None)
    assert kind.grade(item, {"choices": better} if better else None).fraction >= worse.fraction


@given(st.sampled_from([(kind, example) for kind, example in ITEMS if example.get("posted")]), SEEDS, st.data())
def test_shuffling_never_changes_a_score(case: tuple[Any, Any], seed: int, draws: Any) -> None:
    kind, example = case
    item = kind.parse(example["data"])
    posted = draws.draw(st.sampled_from(example["posted"]))
    field = kind.field(kind.public(item), kind.arrange(item, seed), BASE)
    field.process(form(posted["fields"]))
    assert field.data == posted["answer"]
    assert kind.grade(item, field.data) == kind.grade(item, posted["answer"])


@given(answered(), SEEDS, SEEDS)
def test_every_arrangement_holds_the_same(case: tuple[Any, Any, Any], one: int, other: int) -> None:
    kind, data, _answer = case
    item = kind.parse(data)
    assert kind.arrange(item, one) == kind.arrange(item, one)
    assert alike(kind.arrange(item, one)) == alike(kind.arrange(item, other))


def alike(value: Any) -> Any:
    """Return JSON that is equal for equal contents in any order."""
    if isinstance(value, dict):
        return {key: alike(each) for key, each in value.items()}
    return sorted((alike(each) for each in value), key=repr) if isinstance(value, list | tuple) else value


@given(answered(ITEMS))
def test_what_is_stored_is_graded_alike(case: tuple[Any, Any, Any]) -> None:
    kind, data, answer = case
    item = kind.parse(data)
    again = kind.parse(json.loads(json.dumps(kind.dump(item))))
    assert again == item
    assert kind.dump(again) == kind.dump(item)
    assert kind.grade(again, json.loads(json.dumps(answer))) == kind.grade(item, answer)


# --- any steps, graded twice and by a simple model -------------------------------------------------------------


def step(seq: int, answer: Any, action: str) -> Step:
    """Return one stored step."""
    return Step(1, seq, answer, answer is not None, False, 1, datetime(2026, 3, 1, tzinfo=UTC), action)


@st.composite
def sat(draw: Any) -> tuple[Any, Any, list[Step], int]:
    """A type, one of its items' data, the steps of a slot, and how many hints the question has."""
    kind, example = draw(st.sampled_from(MARKED))
    some = draw(st.lists(answers(kind, example), min_size=1, max_size=3))
    acts = draw(st.lists(st.tuples(st.sampled_from(["save", "check", "again"]), st.sampled_from(some)), max_size=6))
    steps = [step(n, answer, act) for n, (act, answer) in enumerate(acts, 1)]
    return kind, example["data"], steps, draw(st.integers(0, 3))


def model_tries(kind: Any, item: Any, steps: list[Step], behaviour: str, hints: int) -> list[Any]:
    """Return the answers that count as tries, by the plainest reading of rules A3."""
    tries, ended = [], False
    allowed = {"immediate": 1, "interactive": hints + 1}.get(behaviour, 1000)
    for each in steps:
        if each.action == "check" and not ended:
            if not (behaviour.startswith("adaptive") and tries and tries[-1] == each.answer):
                tries.append(each.answer)
            right = (kind.grade(item, each.answer).fraction or 0) > 1 - Fraction(1, 10**6)
            ended = len(tries) == allowed or (right and not behaviour.startswith("adaptive"))
    saved_last = bool(steps) and steps[-1].action == "save" and steps[-1].answer is not None
    if saved_last and not ended and not (tries and tries[-1] == steps[-1].answer):
        tries.append(steps[-1].answer)
    return tries


def model(kind: Any, item: Any, steps: list[Step], behaviour: str, penalty: Fraction, hints: int) -> Any:
    """Return what the steps earn, by the plainest reading of rules A3 and B."""
    if behaviour == "deferred":
        return kind.grade(item, steps[-1].answer if steps else None).fraction
    tries = model_tries(kind, item, steps, behaviour, hints)
    raws = [kind.grade(item, answer).fraction for answer in tries]
    if None in raws or not tries:
        return None if tries or behaviour != "immediate" else 0
    if behaviour == "immediate":
        return raws[-1]
    if behaviour == "interactive":
        if kind.count_back is not None:
            return kind.count_back(item, tries, penalty)
        return max(0, raws[-1] - penalty * (len(raws) - 1))
    return max(0, *(raw - (penalty if behaviour == "adaptive" else 0) * n for n, raw in enumerate(raws)))


def slot_of(kind: Any, item: Any, steps: list[Step], hints: int) -> Slot:
    """Return the slot as the database would hold it."""
    newest = json.loads(json.dumps(steps[-1].answer)) if steps else None
    keyed = {"item": json.loads(json.dumps(kind.dump(item))), "hints": [{"text": "Think"}] * hints}
    return Slot(
        id=1, position=1, question_version_id=1, arrangement={}, weight=Fraction(1), critical=False, objective="O1",
        flagged=False, revision=len(steps), answer=newest, answered=newest is not None, saved_at=None, fraction=None,
        state="todo", section=None, certainty=None, tries=0, phase="open", ruling=None,
        graded_version_id=None, type=kind.name, keyed=keyed,
    )  # fmt: skip


@given(sat(), st.sampled_from(Behaviour), PENALTIES)
def test_regrading_any_steps_gives_the_same_and_what_a_simple_model_says(
    case: tuple[Any, Any, list[Step], int], behaviour: Behaviour, penalty: Fraction
) -> None:
    kind, data, steps, hints = case
    item = kind.parse(data)
    first = final_grade(slot_of(kind, item, steps, hints), behaviour, penalty, steps)
    assert final_grade(slot_of(kind, item, steps, hints), behaviour, penalty, steps) == first
    assert str(first.fraction) == str(model(kind, item, steps, str(behaviour), penalty, hints)), "bit for bit"
    if behaviour is not Behaviour.DEFERRED:
        assert grade_tries(kind, item, tries_of(kind, item, steps), behaviour, penalty, hints) == first
    if first.fraction is not None:
        assert lowest(data) <= first.fraction <= 1


def test_what_is_only_read_earns_nothing_whatever_its_steps() -> None:
    for kind, example in ITEMS:
        if not kind.marked:
            item = kind.parse(example["data"])
            for behaviour in Behaviour:
                steps = [step(1, {"text": "x"}, "check")]
                grade = final_grade(slot_of(kind, item, steps, 1), behaviour, Fraction(1, 3), steps)
                assert (grade.fraction, grade.state) == (0, State.INFORMATION)


def test_every_type_has_examples() -> None:
    assert {kind.name for kind, _example in ITEMS} == set(TYPES)
