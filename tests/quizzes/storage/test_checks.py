"""Checking while the paper is open, on both databases: what is stored, what locks, what it earns in the end."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask

from learnapp.accounts.domain import Actor
from learnapp.kit.db import read
from learnapp.kit.errors import Conflict, Forbidden, NotFound
from learnapp.quizzes import actions, checks
from learnapp.quizzes.domain.tries import Behaviour
from learnapp.quizzes.outcomes import final_grades
from learnapp.quizzes.storage import saving
from learnapp.quizzes.storage.attempts import Paper, reviewed_attempt
from tests.people import People, Someone
from tests.quizzes.conftest import NOW
from tests.quizzes.made_up import RIGHT, WRONG, publish

pytestmark = pytest.mark.both_databases
MINUTE = timedelta(minutes=1)
KINDS = ["choice", "matching", "multiple", "true_false"]
HINTS = [{"text": "First hint", "clear": True, "count": True}, {"text": "Second hint", "clear": False, "count": False}]


@pytest.fixture
def ana(app: Flask, people: People, actor: Callable[[Someone], Actor]) -> Iterator[Actor]:
    with app.app_context():
        for behaviour in Behaviour:
            publish(behaviour.value, KINDS, NOW, settings={"behaviour": behaviour.value}, hints=HINTS)
        publish("sure", KINDS, NOW, settings={"certainty": "ask"})
        publish("trained", KINDS, NOW, settings={"kind": "practice", "certainty": "marks"}, hints=HINTS)
        yield actor(people.ana)


def begin(ana: Actor, slug: str) -> str:
    return actions.start(ana, slug, NOW, 1)


def at(attempt_id: str, n: int) -> Any:
    return reviewed_attempt(attempt_id).slot(n)


def check(ana: Actor, attempt_id: str, n: int, answer: Any) -> checks.Checked:
    return checks.check_answer(ana, attempt_id, n, at(attempt_id, n).revision, answer, NOW)


def hand_in(ana: Actor, attempt_id: str) -> Paper:
    actions.submit(ana, attempt_id, NOW + MINUTE)
    paper = reviewed_attempt(attempt_id)
    again = final_grades(paper, saving.steps_of(read(), paper.id))
    assert [(grade.fraction, grade.state) for grade in again] == [(s.fraction, s.state) for s in paper.slots], (
        "bit for bit"
    )
    return paper


def test_deferred_has_no_checks(ana: Actor) -> None:
    attempt = begin(ana, "deferred")
    with pytest.raises(Forbidden, match="no_checks"):
        check(ana, attempt, 1, RIGHT["choice"])
    assert at(attempt, 1).revision == 0


def test_immediate_locks_at_its_one_check(ana: Actor) -> None:
    attempt = begin(ana, "immediate")
    check(ana, attempt, 1, WRONG["choice"])
    assert (at(attempt, 1).phase, at(attempt, 1).tries) == ("locked", 1)
    with pytest.raises(Forbidden, match="locked"):
        check(ana, attempt, 1, RIGHT["choice"])
    with pytest.raises(Forbidden, match="locked"):
        actions.save_answer(ana, attempt, 1, 1, RIGHT["choice"], None, NOW)
    assert actions.save_answer(ana, attempt, 1, 1, WRONG["choice"], True, NOW).revision == 1, "flags may change"
    assert at(attempt, 1).flagged
    check(ana, attempt, 4, RIGHT["true_false"])
    actions.save_answer(ana, attempt, 3, 0, RIGHT["multiple"], None, NOW)
    paper = hand_in(ana, attempt)
    assert [slot.fraction for slot in paper.slots] == [0, 0, 1, 1]
    assert [slot.state for slot in paper.slots] == ["wrong", "gave_up", "right", "right"]


def test_an_unfinished_answer_is_saved_and_costs_no_try(ana: Actor) -> None:
    attempt = begin(ana, "immediate")
    found = check(ana, attempt, 2, {"pairs": {"north": "x"}})
    assert [problem.code for problem in found.problems] == ["pair_missing"]
    assert (at(attempt, 2).phase, at(attempt, 2).tries, at(attempt, 2).answer) == ("open", 0, {"pairs": {"north": "x"}})


def test_interactive_shows_hints_and_counts_tries(ana: Actor) -> None:
    attempt = begin(ana, "interactive")
    check(ana, attempt, 1, WRONG["choice"])
    assert at(attempt, 1).phase == "hint"
    with pytest.raises(Forbidden, match="locked"):
        check(ana, attempt, 1, RIGHT["choice"])
    checks.try_again(ana, attempt, 1, NOW)
    checks.try_again(ana, attempt, 1, NOW)
    assert (at(attempt, 1).phase, at(attempt, 1).answer, at(attempt, 1).revision) == ("open", WRONG["choice"], 2)
    check(ana, attempt, 1, RIGHT["choice"])
    assert (at(attempt, 1).phase, at(attempt, 1).tries) == ("locked", 2)
    for answer in (WRONG["true_false"], WRONG["true_false"], RIGHT["true_false"]):
        check(ana, attempt, 4, answer)
        checks.try_again(ana, attempt, 4, NOW)
    assert (at(attempt, 4).phase, at(attempt, 4).tries) == ("locked", 3)
    paper = hand_in(ana, attempt)
    assert [slot.fraction for slot in paper.slots] == [Fraction(2, 3), None, None, Fraction(1, 3)]
    assert paper.score == 1


def test_a_hint_clears_the_wrong_parts_and_matching_counts_back(ana: Actor) -> None:
    attempt = begin(ana, "interactive")
    check(ana, attempt, 3, WRONG["multiple"])
    checks.try_again(ana, attempt, 3, NOW)
    assert (at(attempt, 3).answer, at(attempt, 3).answered) == (None, False), "nothing was right"
    check(ana, attempt, 2, {"pairs": {"north": "x", "south": "z"}})
    checks.try_again(ana, attempt, 2, NOW)
    assert at(attempt, 2).answer == {"pairs": {"north": "x"}}
    check(ana, attempt, 2, RIGHT["matching"])
    assert hand_in(ana, attempt).slot(2).fraction == Fraction(5, 6), "north 1, south 2/3"


def test_adaptive_keeps_the_best_and_ignores_the_same_answer(ana: Actor) -> None:
    for slug, earned in (("adaptive", Fraction(2, 3)), ("adaptive_no_penalty", Fraction(1))):
        attempt = begin(ana, slug)
        for answer in (WRONG["choice"], WRONG["choice"], RIGHT["choice"], WRONG["choice"]):
            check(ana, attempt, 1, answer)
        assert (at(attempt, 1).phase, at(attempt, 1).tries) == ("open", 3)
        assert hand_in(ana, attempt).slot(1).fraction == earned


def test_what_is_saved_but_not_checked_counts_as_one_more_try(ana: Actor) -> None:
    attempt = begin(ana, "adaptive")
    check(ana, attempt, 1, WRONG["choice"])
    actions.save_answer(ana, attempt, 1, 1, RIGHT["choice"], None, NOW)
    assert hand_in(ana, attempt).slot(1).fraction == Fraction(2, 3)


def test_a_stale_check_is_refused_and_kept(ana: Actor) -> None:
    attempt = begin(ana, "immediate")
    actions.save_answer(ana, attempt, 1, 0, {"choice": "c"}, None, NOW)
    with pytest.raises(Conflict, match="stale"):
        checks.check_answer(ana, attempt, 1, 0, RIGHT["choice"], NOW)
    assert (at(attempt, 1).phase, at(attempt, 1).answer) == ("open", {"choice": "c"})


def test_nobody_checks_for_another(ana: Actor, people: People, actor: Callable[[Someone], Actor]) -> None:
    attempt, ben = begin(ana, "interactive"), actor(people.ben)
    for act in (lambda: check(ben, attempt, 1, RIGHT["choice"]), lambda: checks.try_again(ben, attempt, 1, NOW)):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotFound):
        checks.try_again(ana, attempt, 99, NOW)


def test_a_handed_in_paper_takes_no_checks(ana: Actor) -> None:
    attempt = begin(ana, "interactive")
    check(ana, attempt, 1, WRONG["choice"])
    hand_in(ana, attempt)
    with pytest.raises(Forbidden, match="closed"):
        check(ana, attempt, 4, RIGHT["true_false"])
    with pytest.raises(Forbidden, match="closed"):
        checks.try_again(ana, attempt, 1, NOW)


def test_certainty_is_a_part_of_the_step_and_never_of_the_score(ana: Actor) -> None:
    attempt = begin(ana, "sure")
    actions.save_answer(ana, attempt, 1, 0, RIGHT["choice"], None, NOW, 3)
    assert actions.save_answer(ana, attempt, 1, 1, RIGHT["choice"], None, NOW, 1).revision == 2, "it is a change"
    assert actions.save_answer(ana, attempt, 1, 2, RIGHT["choice"], None, NOW).revision == 2
    actions.save_answer(ana, attempt, 4, 0, WRONG["true_false"], None, NOW, 7)
    steps = saving.steps_of(read(), reviewed_attempt(attempt).id)
    assert [step.certainty for step in steps[1]] == [3, 1]
    assert [step.certainty for step in steps[4]] == [None], "an unknown level is none"
    assert hand_in(ana, attempt).score == 1


def test_where_certainty_is_not_asked_it_is_not_kept(ana: Actor) -> None:
    attempt = begin(ana, "deferred")
    actions.save_answer(ana, attempt, 1, 0, RIGHT["choice"], None, NOW, 3)
    assert at(attempt, 1).certainty is None


def test_practice_never_counts(ana: Actor) -> None:
    attempt = begin(ana, "trained")
    actions.save_answer(ana, attempt, 1, 0, RIGHT["choice"], None, NOW, 3)
    paper = hand_in(ana, attempt)
    assert (paper.kind, paper.score) == ("practice", 1)
    from sqlalchemy import func, select

    from learnapp.quizzes.storage.rows import GradeRow

    assert read().scalar(select(func.count()).select_from(GradeRow)) == 0
