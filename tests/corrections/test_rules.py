"""The rules of corrections without any database: what is possible, what counts, and P9 with made-up papers."""

from dataclasses import replace
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.corrections.domain import (
    Decision,
    Effect,
    Standing,
    Wording,
    counts,
    impossible,
    problems_of,
    reason_problems,
    worth_a_look,
)
from learnapp.quizzes.domain.grading import Grade, State, blank, graded, needs_grading
from learnapp.quizzes.domain.ruling import NEEDS_KEY, Policy, Ruling, better, ids_in, ruling_in
from learnapp.quizzes.domain.scoring import Mark
from learnapp.quizzes.domain.tries import Behaviour
from learnapp.quizzes.outcomes import final_grade, result_of, reviewed_key
from learnapp.quizzes.storage.attempts import Slot
from learnapp.quizzes.types import TYPES, type_named
from tests.quizzes.made_up import MAKERS, RIGHT, WRONG
from tests.quizzes.types.examples import items

PASS = Standing(F(1), F(4), F(4), True)
FAIL = Standing(F(0), F(3), F(4), False)


def effect(before: Standing = PASS, after: Standing = PASS, **more: Any) -> Effect:
    return Effect("a", 1, before, after, **more)


def test_a_lost_pass_needs_to_be_allowed():
    assert effect(PASS, FAIL).loses
    assert not effect(PASS, FAIL).applied
    assert effect(PASS, FAIL, allowed=True).applied
    assert effect(FAIL, PASS).gains
    assert effect(FAIL, PASS).applied
    assert not effect(PASS, PASS, kept_pass_lost=True).applied
    assert effect(PASS, PASS, kept_pass_lost=True, allowed=True).applied
    assert not effect(PASS, PASS, problem="other_type", allowed=True).applied


def test_lower_scores_that_pass_still_are_done_and_counted():
    lower = effect(PASS, replace(PASS, score=F(7, 2)))
    assert lower.applied
    assert lower.lowered
    assert not lower.loses


def test_a_question_that_is_out_can_raise_or_lower_the_share():
    assert effect(FAIL, Standing(None, F(3), F(3), True)).raised
    assert effect(Standing(F(1), F(2), F(4), False), Standing(None, F(1), F(3), False)).lowered
    assert not effect(Standing(F(0), F(0), F(1), False), Standing(None, F(0), F(0), False)).raised


def test_counts_name_everything_once():
    found = [
        effect(PASS, FAIL), effect(FAIL, PASS), effect(), effect(problem="other_type"), effect(problem="other_type"),
        effect(PASS, replace(PASS, score=F(7, 2))),
    ]  # fmt: skip
    said = counts(found, still_open=3)
    assert (said.attempts, said.raised, said.lowered, said.gains, said.loses) == (6, 1, 2, 1, 1)
    assert (said.stays, said.unchanged, said.still_open, said.problems) == (2, 1, 3, {"other_type": 2})
    assert said.raised + said.lowered + said.unchanged + said.stays == said.attempts
    assert [each.loses for each in worth_a_look(found)] == [True, False, False, False, False]
    assert worth_a_look(found)[1].gains


def wording(id: int = 1, kind: str = "choice", shown: Any = None, options: str = "abc") -> Wording:
    ids = [{"id": key, "text": "x"} for key in options]
    return Wording(id, id, kind, {"options": ids} if shown is None else shown, frozenset(options))


@pytest.mark.parametrize("policy", Policy)
def test_what_is_possible_for_which_wording(policy: Policy):
    decision = Decision(policy, 1, "a" if policy is Policy.OPTION else None)
    assert impossible(decision, wording(1), wording(2)) is None
    assert impossible(decision, wording(1), wording(2, options="cba")) is None, "the order says nothing"
    needs = policy in NEEDS_KEY
    assert impossible(decision, wording(1), wording(2, "multiple")) == ("other_type" if needs else None)
    assert impossible(decision, wording(1), wording(2, options="abd")) == ("other_options" if needs else None)
    no_option = "no_such_option" if policy is Policy.OPTION else None
    assert impossible(decision, wording(1, options="bcd"), wording(2, options="bcd")) == no_option


def test_ids_are_found_wherever_they_stand():
    assert ids_in({"a": [{"id": "x"}, {"id": "y", "type": "choice"}], "b": {"id": "x"}, "c": "x"}) == {
        ("//a", "x", ""), ("//a", "y", "choice"), ("//b", "x", ""),
    }  # fmt: skip
    for kind, example in items():
        item = kind.parse(example["data"])
        shown = kind.public(item)
        again = kind.public(kind.parse(kind.dump(item)))
        assert ids_in(shown) == ids_in(again)


def test_problems_of_a_decision():
    two = [wording(1), wording(2)]

    def codes(decision: Decision, corrected: bool = False) -> list[str]:
        return [problem.code for problem in problems_of(decision, two, corrected)]

    assert codes(Decision(Policy.NEW_KEY, 1)) == []
    assert codes(Decision(Policy.NEW_KEY, 2)) == codes(Decision(Policy.BOTH, 0)) == ["no_newer_wording"]
    assert codes(Decision(Policy.DISREGARD, 3)) == ["no_newer_wording"]
    assert codes(Decision(Policy.OPTION, 2, "a")) == []
    assert codes(Decision(Policy.OPTION, 2)) == codes(Decision(Policy.OPTION, 2, "z")) == ["option_missing"]
    assert codes(Decision(Policy.OWN_KEY, 1)) == ["nothing_to_take_back"]
    assert codes(Decision(Policy.OWN_KEY, 1), True) == []
    assert [each.code for each in reason_problems("  ")] == ["reason_missing"]
    assert [each.code for each in reason_problems("x" * 501)] == ["reason_long"]
    assert reason_problems("x" * 500) == []


def test_the_better_of_two_grades():
    half, full = graded(F(1, 2)), graded(F(1))
    assert better(half, full) == better(full, half) == full
    assert better(half, Grade(F(1, 2), State.PARTIAL, (), "other")) is half, "of equals the first"
    assert better(needs_grading(), full) == needs_grading()
    assert better(blank(), needs_grading()) == blank()


@pytest.mark.parametrize("policy", Policy)
def test_a_ruling_is_stored_and_read(policy: Policy):
    ruling = Ruling(policy, "a" if policy is Policy.OPTION else None)
    assert ruling_in(ruling.as_json()) == ruling
    assert ruling_in(None) is None


# --- P9 ---------------------------------------------------------------------------------------------------

MARKED = [name for name, kind in TYPES.items() if kind.marked and name in MAKERS]
OTHER_KEY = {
    "choice": {"v": 1, "options": [{"id": k, "text": k, "reason": k, "right": k == "a"} for k in "abc"]},
    "true_false": {"v": 1, "answer": False, "reasons": {"true": "t", "false": "f"}},
}


def slot(name: str, answer: Any, ruling: Ruling | None = None, new: Any = None) -> Slot:
    kind = type_named(name)

    def keyed(data: Any) -> dict[str, Any]:
        return {"v": 1, "hints": [], "item": kind.dump(kind.parse(data))}

    return Slot(
        id=1, position=1, question_version_id=1, arrangement={}, weight=F(1), critical=False, objective="O1",
        flagged=False, revision=1, answer=answer, answered=True, saved_at=None, fraction=None, state="complete",
        section=None, certainty=None, tries=0, phase="open", ruling=ruling.as_json() if ruling else None,
        graded_version_id=2 if new else None, type=name, shown={}, keyed=keyed(MAKERS[name](1)),
        new_keyed=keyed(new or OTHER_KEY.get(name) or MAKERS[name](2)),
    )  # fmt: skip


def earned(one: Slot, given: F | None = None) -> F | None:
    return final_grade(one, Behaviour.DEFERRED, F(1, 3), (), given).fraction


@pytest.mark.parametrize("name", MARKED)
@pytest.mark.parametrize("which", ["right", "wrong", "blank"])
def test_no_ruling_but_a_new_key_lowers_anything(name: str, which: str):
    answer = {"right": RIGHT, "wrong": WRONG}.get(which, {}).get(name)
    own, new = earned(slot(name, answer)), earned(slot(name, answer, Ruling(Policy.NEW_KEY)))
    both = earned(slot(name, answer, Ruling(Policy.BOTH)))
    assert both == (own if own is None or new is None else max(own, new))
    assert earned(slot(name, answer, Ruling(Policy.FULL_CREDIT))) == 1
    assert earned(slot(name, answer, Ruling(Policy.DISREGARD))) is None
    kind = type_named(name)
    for key in kind.alternatives(kind.parse(MAKERS[name](1))):
        with_it = earned(slot(name, answer, Ruling(Policy.OPTION, key)))
        assert own is not None
        assert with_it is not None
        assert own <= with_it <= 1
    for policy in (Policy.NEW_KEY, Policy.BOTH):
        assert earned(slot(name, answer, Ruling(policy)), F(1, 3)) == F(1, 3), "a person's mark stands"
    assert earned(slot(name, answer, Ruling(Policy.FULL_CREDIT)), F(1, 3)) == 1
    assert earned(slot(name, answer, Ruling(Policy.DISREGARD)), F(1, 3)) is None


@pytest.mark.parametrize("name", MARKED)
def test_an_option_that_is_called_right_earns_something_alone(name: str):
    kind = type_named(name)
    item = kind.parse(MAKERS[name](1))
    for key, way in kind.alternatives(item).items():
        assert kind.grade(way.item, way.answer).fraction > 0, key
        again = kind.grade(item, way.answer).fraction
        assert earned(slot(name, way.answer, Ruling(Policy.OPTION, key))) >= again


def test_a_wrong_tick_that_is_called_right_no_longer_costs():
    ticks = {"choices": ["a", "b", "c"]}
    assert earned(slot("multiple", ticks)) == F(1, 2)
    assert earned(slot("multiple", ticks, Ruling(Policy.OPTION, "b"))) == 1
    assert earned(slot("multiple", {"choices": ["a", "c"]}, Ruling(Policy.OPTION, "b"))) == 1, "and is not missed"


@pytest.mark.parametrize(("answer", "option"), [("a", "a"), ("b", "b")])
def test_a_review_shows_the_key_that_was_the_better_one(answer: str, option: str):
    for policy in (Policy.BOTH, Policy.OPTION):
        _keyed, item = reviewed_key(slot("choice", {"choice": answer}, Ruling(policy, "a")))
        assert type_named("choice").grade(item, {"choice": option}).fraction == 1
    _keyed, item = reviewed_key(slot("choice", {"choice": "b"}, Ruling(Policy.NEW_KEY)))
    assert type_named("choice").grade(item, {"choice": "a"}).fraction == 1


FRACTIONS = st.fractions(min_value=0, max_value=1, max_denominator=12)
STATES = st.sampled_from(
    [State.RIGHT, State.PARTIAL, State.WRONG, State.GAVE_UP, State.NEEDS_GRADING, State.DISREGARDED]
)


@st.composite
def marks(draw: st.DrawFn) -> list[Mark]:
    found = []
    for _n in range(draw(st.integers(1, 8))):
        state = draw(STATES)
        fraction = None if state in (State.NEEDS_GRADING, State.DISREGARDED) else draw(FRACTIONS)
        found.append(Mark(fraction, F(draw(st.integers(1, 4))), state, draw(st.booleans())))
    return found


@given(marks(), st.randoms(use_true_random=False), FRACTIONS)
def test_scores_do_not_depend_on_order_and_stay_between_nothing_and_all(paper: list[Mark], order: Any, mark: F):
    result = result_of(paper, 100 * mark)
    shuffled = list(paper)
    order.shuffle(shuffled)
    assert result_of(shuffled, 100 * mark) == result
    assert 0 <= result.score <= result.maximum
    assert not (result.passed and result.safety_missed)


@given(marks(), st.data())
def test_one_better_answer_never_lowers_a_score_or_takes_a_pass(paper: list[Mark], data: st.DataObject):
    n = data.draw(st.integers(0, len(paper) - 1))
    if paper[n].fraction is None:
        return
    more = data.draw(st.fractions(min_value=paper[n].fraction, max_value=1, max_denominator=12))
    better_paper = [*paper[:n], replace(paper[n], fraction=more), *paper[n + 1 :]]
    before, after = result_of(paper, F(80)), result_of(better_paper, F(80))
    assert after.score >= before.score
    assert after.passed >= before.passed


@given(marks(), st.data())
def test_a_question_that_is_out_changes_nothing_else(paper: list[Mark], data: st.DataObject):
    n = data.draw(st.integers(0, len(paper) - 1))
    out = [*paper[:n], replace(paper[n], fraction=None, state=State.DISREGARDED), *paper[n + 1 :]]
    assert result_of(out, F(80)) == result_of([*paper[:n], *paper[n + 1 :]], F(80))
