"""Starting, saving and handing in, by actions alone, on both databases."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from learnapp.accounts.domain import Actor
from learnapp.kit.db import read
from learnapp.kit.errors import Conflict, Forbidden, NotFound
from learnapp.kit.outbox import OutboxRow
from learnapp.quizzes import actions
from learnapp.quizzes.actions import Save
from learnapp.quizzes.storage import attempts, saving, standing
from learnapp.quizzes.storage.rows import AttemptRow, GradeRow, StaleSaveRow, StepRow
from tests.people import People
from tests.quizzes.conftest import FOUR, NOW
from tests.quizzes.made_up import RIGHT, WRONG, publish

pytestmark = pytest.mark.both_databases
MINUTE = timedelta(minutes=1)
AsActor = Callable[..., Actor]


@pytest.fixture
def ana(app: Flask, quizzes: People, actor: AsActor) -> Iterator[Actor]:
    """A trainee, inside an app context."""
    with app.app_context():
        yield actor(quizzes.ana)


def rows(row: Any) -> int:
    return read().scalar(select(func.count()).select_from(row)) or 0


def answer_all(actor: Actor, attempt_id: str, table: Any, at: Any = NOW) -> None:
    paper = attempts.attempt_of(actor, attempt_id)
    actions.save_all(actor, attempt_id, [Save(s.position, s.revision, table[s.type]) for s in paper.slots], at)


def sit(actor: Actor, slug: str, table: Any, at: Any = NOW, seed: int = 1) -> attempts.Paper:
    attempt_id = actions.start(actor, slug, at, seed)
    answer_all(actor, attempt_id, table, at)
    actions.submit(actor, attempt_id, at + MINUTE)
    return attempts.reviewed_attempt_of(actor, attempt_id)


def test_start_pins_the_paper(ana: Actor) -> None:
    attempt_id = actions.start(ana, "timed", NOW, 7)
    paper = attempts.attempt_of(ana, attempt_id)
    assert [slot.type for slot in paper.slots] == FOUR
    assert paper.deadline == NOW + 15 * MINUTE
    assert (paper.number, paper.track, paper.pass_percent, paper.maximum) == (1, "trainee", 80, 4)
    assert paper.attempt_limit == 2
    assert all(slot.keyed is None for slot in paper.slots)
    assert sorted(paper.slots[0].arrangement["options"]) == ["a", "b", "c"]


def test_start_again_resumes(ana: Actor) -> None:
    first = actions.start(ana, "short", NOW, 7)
    assert actions.start(ana, "short", NOW + MINUTE, 8) == first
    assert rows(AttemptRow) == 1


def test_a_click_that_arrives_late_starts_nothing(ana: Actor) -> None:
    """A start whose reply was lost may be worked on when the attempt is long over."""
    first = actions.start(ana, "short", NOW, 7, after=0)
    assert actions.start(ana, "short", NOW, 8, after=0) == first
    actions.submit(ana, first, NOW + MINUTE)
    assert actions.start(ana, "short", NOW + MINUTE, 8, after=0) == first
    second = actions.start(ana, "short", NOW + MINUTE, 9, after=1)
    actions.submit(ana, second, NOW + 2 * MINUTE)
    assert second != first
    assert actions.start(ana, "short", NOW + 2 * MINUTE, 8, after=0) == first
    assert actions.start(ana, "short", NOW + 2 * MINUTE, 8, after=1) == second
    assert rows(AttemptRow) == 2
    assert actions.start(ana, "short", NOW + 2 * MINUTE, 8) not in {first, second}, "an older form says nothing"


def test_the_same_seed_gives_the_same_paper(ana: Actor, quizzes: People, actor: AsActor) -> None:
    mine = attempts.attempt_of(ana, actions.start(ana, "short", NOW, 5))
    ben = actor(quizzes.ben)
    his = attempts.attempt_of(ben, actions.start(ben, "short", NOW, 5))
    assert [(s.question_version_id, s.arrangement) for s in mine.slots] == [
        (s.question_version_id, s.arrangement) for s in his.slots
    ]


def test_the_next_paper_draws_what_was_not_seen(ana: Actor) -> None:
    first, second, third = (sit(ana, "short", WRONG, seed=seed) for seed in (1, 2, 3))
    asked = [{slot.question_version_id for slot in paper.slots} for paper in (first, second, third)]
    assert not asked[0] & asked[1]
    assert not asked[1] & asked[2], "the sibling of what was missed last comes next (D8)"


def test_no_track_no_start(quizzes: People, actor: AsActor, app: Flask) -> None:
    with app.app_context(), pytest.raises(Forbidden, match="choose_track"):
        actions.start(actor(quizzes.noor, None), "short", NOW, 1)


def test_unknown_quiz(ana: Actor) -> None:
    with pytest.raises(NotFound):
        actions.start(ana, "nowhere", NOW, 1)


def test_the_attempt_limit_is_kept(ana: Actor) -> None:
    sit(ana, "timed", WRONG)
    sit(ana, "timed", WRONG)
    with pytest.raises(Forbidden, match="no_tries_left"):
        actions.start(ana, "timed", NOW, 1)


def test_every_save_is_a_step_and_an_unchanged_one_is_none(ana: Actor) -> None:
    attempt_id = actions.start(ana, "short", NOW, 1)
    one = actions.save_answer(ana, attempt_id, 1, 0, {"choice": "a"}, False, NOW)
    two = actions.save_answer(ana, attempt_id, 1, 1, {"choice": "b"}, None, NOW + MINUTE)
    same = actions.save_answer(ana, attempt_id, 1, 2, {"choice": "b"}, True, NOW + 2 * MINUTE)
    assert [one.revision, two.revision, same.revision] == [1, 2, 2]
    assert same.saved_at == NOW + MINUTE
    paper = attempts.attempt_of(ana, attempt_id)
    steps = saving.steps_of(read(), paper.id)[1]
    assert [(step.seq, step.answer) for step in steps] == [(1, {"choice": "a"}), (2, {"choice": "b"})]
    assert paper.slot(1).flagged
    assert paper.slot(1).answered
    assert not paper.slot(2).answered


def test_unsure_is_answered_and_a_blank_is_not(ana: Actor) -> None:
    attempt_id = actions.start(ana, "short", NOW, 1)
    assert actions.save_answer(ana, attempt_id, 3, 0, {"unsure": True}, None, NOW).answered
    assert not actions.save_answer(ana, attempt_id, 3, 1, None, None, NOW).answered
    assert not actions.save_answer(ana, attempt_id, 3, 2, {"text": "about two"}, None, NOW).answered


def test_a_stale_save_is_refused_and_kept(ana: Actor) -> None:
    attempt_id = actions.start(ana, "short", NOW, 1)
    actions.save_answer(ana, attempt_id, 1, 0, {"choice": "a"}, None, NOW)
    with pytest.raises(Conflict) as caught:
        actions.save_answer(ana, attempt_id, 1, 0, {"choice": "b"}, None, NOW)
    stale = caught.value.values["stale"]
    assert (stale.revision, stale.current, stale.refused) == (1, {"choice": "a"}, {"choice": "b"})
    assert attempts.attempt_of(ana, attempt_id).slot(1).answer == {"choice": "a"}
    assert rows(StaleSaveRow) == 1
    assert rows(StepRow) == 1


def test_the_same_answer_again_is_no_conflict(ana: Actor) -> None:
    attempt_id = actions.start(ana, "short", NOW, 1)
    actions.save_answer(ana, attempt_id, 1, 0, {"choice": "a"}, None, NOW)
    assert actions.save_answer(ana, attempt_id, 1, 0, {"choice": "a"}, None, NOW).revision == 1


def test_whole_page_saves_what_is_fresh_and_refuses_what_is_stale(ana: Actor) -> None:
    attempt_id = actions.start(ana, "whole", NOW, 1)
    actions.save_answer(ana, attempt_id, 2, 0, {"choice": "a"}, None, NOW)
    saved, stale = actions.save_all(
        ana, attempt_id, [Save(1, 0, {"choice": "b"}), Save(2, 0, {"choice": "c"}), Save(3, 0, None)], NOW
    )
    assert [(each.n, each.revision) for each in saved] == [(1, 1), (3, 0)]
    assert [each.n for each in stale] == [2]


def test_handing_in_grades_once(ana: Actor) -> None:
    paper = sit(ana, "whole", RIGHT)
    assert (paper.status, paper.score, paper.maximum, paper.passed) == ("submitted", 10, 10, True)
    assert paper.submitted_at == NOW + MINUTE
    assert paper.closed_by == "learner"
    actions.submit(ana, paper.public_id, NOW + 9 * MINUTE)
    again = attempts.reviewed_attempt_of(ana, paper.public_id)
    assert again == paper
    assert rows(GradeRow) == 1
    assert rows(OutboxRow) == 1


def test_a_better_retake_that_misses_safety_takes_no_pass_away(ana: Actor) -> None:
    publish("kept", FOUR, NOW, critical=frozenset({1}), settings={"pass_percent": 50})
    first, second = (actions.start(ana, "kept", NOW, 1), "")
    slots = attempts.attempt_of(ana, first).slots
    right = {slot.position: RIGHT[slot.type] for slot in slots}
    for wrong in ({3, 4}, {1}):
        second = actions.start(ana, "kept", NOW, 1)
        for n, answer in right.items():
            given = WRONG[slots[n - 1].type] if n in wrong else answer
            actions.save_answer(ana, second, n, 0, given, None, NOW)
        actions.submit(ana, second, NOW + MINUTE)
    where = read().query(GradeRow).one()
    better = attempts.reviewed_attempt_of(ana, second)
    assert (better.score, better.passed, better.safety_missed) == (3, False, True)
    assert (where.attempt_id, where.score, where.passed) == (better.id, 3, True)
    assert standing.standing(read(), ana.id, better.quiz_id).passed


def test_critical_missed_is_not_yet_safety(ana: Actor) -> None:
    attempt_id = actions.start(ana, "short", NOW, 1)
    answer_all(ana, attempt_id, RIGHT)
    actions.save_answer(ana, attempt_id, 1, 1, {"choice": "a"}, None, NOW)
    actions.submit(ana, attempt_id, NOW)
    paper = attempts.reviewed_attempt_of(ana, attempt_id)
    assert (paper.score, paper.passed) == (3, False)
    assert not paper.safety_missed, "three of four is below 80 percent anyway"


def test_the_best_try_counts_and_of_equals_the_first(ana: Actor) -> None:
    wrong, right, again = sit(ana, "short", WRONG), sit(ana, "short", RIGHT), sit(ana, "short", RIGHT)
    where = standing.standing(read(), ana.id, wrong.quiz_id)
    assert [each.counts for each in where.tries] == [False, True, False]
    assert where.passed
    assert where.counts is not None
    assert where.counts.public_id == right.public_id != again.public_id
    assert rows(GradeRow) == 1


def test_nothing_is_saved_after_handing_in(ana: Actor) -> None:
    paper = sit(ana, "short", RIGHT)
    with pytest.raises(Forbidden, match="closed"):
        actions.save_answer(ana, paper.public_id, 1, 1, {"choice": "a"}, None, NOW)
    assert attempts.reviewed_attempt_of(ana, paper.public_id) == paper


def test_what_is_not_yours_does_not_exist(ana: Actor, quizzes: People, actor: AsActor) -> None:
    attempt_id = actions.start(ana, "short", NOW, 1)
    ben = actor(quizzes.ben)
    for act in (
        lambda: attempts.attempt_of(ben, attempt_id),
        lambda: attempts.question_of(ben, attempt_id, 1),
        lambda: attempts.reviewed_attempt_of(ben, attempt_id),
        lambda: actions.save_answer(ben, attempt_id, 1, 0, {"choice": "a"}, None, NOW),
        lambda: actions.save_all(ben, attempt_id, [], NOW),
        lambda: actions.submit(ben, attempt_id, NOW),
        lambda: actions.save_answer(ana, attempt_id, 99, 0, None, None, NOW),
    ):
        with pytest.raises(NotFound):
            act()
    assert rows(StepRow) == 0


# --- the clock (P4, P5) -----------------------------------------------------------------------------------


def test_within_the_allowance_a_save_counts_and_is_flagged(ana: Actor) -> None:
    attempt_id = actions.start(ana, "timed", NOW, 1)
    late = NOW + 15 * MINUTE + timedelta(seconds=30)
    actions.save_answer(ana, attempt_id, 1, 0, {"choice": "b"}, None, late)
    paper = attempts.attempt_of(ana, attempt_id)
    assert paper.late_by_latency
    assert saving.steps_of(read(), paper.id)[1][0].late_by_latency
    actions.submit(ana, attempt_id, late)
    assert attempts.attempt_of(ana, attempt_id).score == 1


def test_after_the_allowance_a_save_is_refused_and_what_was_saved_is_graded(ana: Actor) -> None:
    attempt_id = actions.start(ana, "timed", NOW, 1)
    actions.save_answer(ana, attempt_id, 1, 0, {"choice": "b"}, None, NOW)
    too_late = NOW + 15 * MINUTE + timedelta(seconds=31)
    with pytest.raises(Forbidden, match="too_late"):
        actions.save_answer(ana, attempt_id, 2, 0, {"choices": ["a"]}, None, too_late)
    paper = attempts.attempt_of(ana, attempt_id)
    assert (paper.status, paper.score, paper.closed_by) == ("submitted", Fraction(1), "reader")
    assert paper.submitted_at == paper.deadline == NOW + 15 * MINUTE
    assert rows(StepRow) == 1


def test_the_worker_finishes_what_was_left(ana: Actor) -> None:
    attempt_id = actions.start(ana, "timed", NOW, 1)
    actions.save_answer(ana, attempt_id, 1, 0, {"choice": "b"}, None, NOW)
    assert actions.finish_overdue(NOW + 15 * MINUTE + timedelta(seconds=29)) == 0
    assert actions.finish_overdue(NOW + 16 * MINUTE) == 1
    assert actions.finish_overdue(NOW + 17 * MINUTE) == 0
    paper = attempts.attempt_of(ana, attempt_id)
    assert (paper.status, paper.score, paper.closed_by) == ("submitted", 1, "worker")
    assert rows(GradeRow) == rows(OutboxRow) == 1


def test_starting_with_an_overdue_try_closes_it_first(ana: Actor) -> None:
    first = actions.start(ana, "timed", NOW, 1)
    second = actions.start(ana, "timed", NOW + 60 * MINUTE, 2)
    assert first != second
    assert attempts.attempt_of(ana, first).status == "submitted"
    assert attempts.attempt_of(ana, second).number == 2


def test_a_late_hand_in_is_as_of_the_deadline(ana: Actor) -> None:
    attempt_id = actions.start(ana, "timed", NOW, 1)
    actions.submit(ana, attempt_id, NOW + 60 * MINUTE)
    paper = attempts.attempt_of(ana, attempt_id)
    assert (paper.status, paper.submitted_at) == ("submitted", paper.deadline)


# --- publishing again (P8) --------------------------------------------------------------------------------


def test_a_new_wording_leaves_running_and_past_attempts_as_they_are(ana: Actor) -> None:
    past = sit(ana, "whole", RIGHT)
    running = attempts.attempt_of(ana, actions.start(ana, "whole", NOW, 3))
    publish("whole", ["choice"] * 3, NOW, layout="single", wording=" (new)")
    assert attempts.reviewed_attempt_of(ana, past.public_id) == past
    assert attempts.attempt_of(ana, running.public_id) == running
    actions.submit(ana, running.public_id, NOW)
    fresh = attempts.attempt_of(ana, actions.start(ana, "whole", NOW, 4))
    assert len(fresh.slots) == 3
    assert "(new)" in fresh.slots[0].shown["stem"]
