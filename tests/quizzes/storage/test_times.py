"""Opening, closing, waits, policies at the deadline and overrides, by actions alone, on both databases."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from learnapp.accounts.domain import TEACH, Actor
from learnapp.cohorts.domain import Override
from learnapp.kit.db import read, write
from learnapp.kit.errors import Conflict, Forbidden, NotFound
from learnapp.kit.outbox import OutboxRow
from learnapp.quizzes import actions
from learnapp.quizzes.actions import Target
from learnapp.quizzes.actions.finishing import close_if_overdue
from learnapp.quizzes.storage import attempts, overriding, standing, starting
from learnapp.quizzes.storage.attempts import Paper
from learnapp.quizzes.storage.rows import AttemptEventRow, GradeRow, StepRow
from tests.people import People
from tests.quizzes.conftest import NOW
from tests.quizzes.made_up import RIGHT, publish

pytestmark = pytest.mark.both_databases
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LATE = timedelta(seconds=31)
AsActor = Callable[..., Actor]


@pytest.fixture
def ana(app: Flask, quizzes: People, actor: AsActor) -> Iterator[Actor]:
    """A trainee, inside an app context."""
    with app.app_context():
        yield actor(quizzes.ana)


@pytest.fixture
def ines(quizzes: People, actor: AsActor) -> Actor:
    """The instructor of Ana's group."""
    return actor(quizzes.ines, grants={TEACH})


def quiz(slug: str = "own", minutes: int | None = 30, limit: int | None = 3, **settings: Any) -> None:
    publish(slug, ["choice", "true_false"], NOW, minutes=minutes, limit=limit, settings=settings)


def paper_of(actor: Actor, attempt_id: str) -> Paper:
    return attempts.attempt_of(actor, attempt_id)


def answered(actor: Actor, slug: str, at: datetime = NOW) -> str:
    """Start an attempt and answer its first question rightly."""
    attempt_id = actions.start(actor, slug, at, 1)
    actions.save_answer(actor, attempt_id, 1, 0, RIGHT["choice"], None, at)
    return attempt_id


def refusal(actor: Actor, slug: str, at: datetime) -> str:
    with pytest.raises(Forbidden) as refused:
        actions.start(actor, slug, at, 1)
    return refused.value.code


def give_back(staff: Actor, attempt_id: str, at: datetime) -> bool:
    """Reopen an attempt as the page does; return whether it is open."""
    with write() as session:
        paper = attempts.locked_for_grading(session, attempt_id)
        return actions.reopen(staff, session, paper, "The power was cut.", at)


def test_a_quiz_opens_and_closes(ana: Actor) -> None:
    quiz(opens_at=(NOW + DAY).isoformat(), closes_at=(NOW + 2 * DAY).isoformat())
    assert refusal(ana, "own", NOW) == "not_open"
    assert refusal(ana, "own", NOW + 2 * DAY) == "closed"
    attempt = paper_of(ana, actions.start(ana, "own", NOW + 2 * DAY - 10 * MINUTE, 1))
    assert attempt.deadline == NOW + 2 * DAY  # the closing comes before the 30 minutes are over
    assert (attempt.limit_minutes, attempt.extra_minutes, attempt.closes_at) == (30, 0, NOW + 2 * DAY)


def test_waits_are_counted_from_the_end_of_the_newest_try(ana: Actor) -> None:
    quiz(waits=[10, 60], limit=None)
    actions.submit(ana, actions.start(ana, "own", NOW, 1), NOW + MINUTE)
    assert refusal(ana, "own", NOW + 10 * MINUTE) == "wait"
    second = actions.start(ana, "own", NOW + 11 * MINUTE, 1)
    # Nobody hands it in: its time runs out after 30 minutes, and the next hour counts from then.
    assert refusal(ana, "own", NOW + 100 * MINUTE) == "wait"
    assert paper_of(ana, second).status == "submitted"
    assert actions.start(ana, "own", NOW + 101 * MINUTE, 1) != second


def test_a_quiz_may_stop_once_it_is_passed(ana: Actor) -> None:
    publish("own", ["choice"], NOW, settings={"stop_once_passed": True})
    attempt_id = answered(ana, "own")
    actions.submit(ana, attempt_id, NOW + MINUTE)
    assert paper_of(ana, attempt_id).passed
    assert refusal(ana, "own", NOW + 2 * MINUTE) == "passed"


def test_an_attempt_that_must_be_handed_in_is_abandoned_without_a_score(ana: Actor) -> None:
    quiz(deadline_policy="abandon")
    attempt_id = answered(ana, "own")
    assert actions.finish_overdue(NOW + 30 * MINUTE + LATE) == 1
    lost = paper_of(ana, attempt_id)
    assert (lost.status, lost.score, lost.passed, lost.submitted_at, lost.closed_by) == (
        "abandoned", None, None, None, "worker",
    )  # fmt: skip
    assert read().scalar(select(func.count()).select_from(GradeRow)) == 0
    assert read().scalar(select(func.count()).select_from(OutboxRow)) == 0
    with pytest.raises(Forbidden, match="closed"):
        actions.submit(ana, attempt_id, NOW + DAY)
    assert lost.slots[0].answer == RIGHT["choice"]


def test_in_its_grace_an_attempt_can_only_be_handed_in(ana: Actor) -> None:
    quiz(deadline_policy="grace", grace_minutes=60)
    attempt_id = answered(ana, "own")
    over = NOW + 30 * MINUTE + LATE
    assert paper_of(ana, attempt_id).attempt.check_at == NOW + 90 * MINUTE
    assert actions.finish_overdue(over) == 0
    with pytest.raises(Forbidden, match="hand_in_only"):
        actions.save_answer(ana, attempt_id, 2, 0, RIGHT["true_false"], None, over)
    assert actions.start(ana, "own", over, 1) == attempt_id
    actions.submit(ana, attempt_id, over)
    done = paper_of(ana, attempt_id)
    assert (done.status, done.submitted_at, done.score, done.late_by_latency) == ("submitted", over, 1, False)


def test_after_its_grace_it_is_given_up_by_whoever_comes_first(ana: Actor) -> None:
    quiz(deadline_policy="grace", grace_minutes=60)
    attempt_id = answered(ana, "own")
    actions.submit(ana, attempt_id, NOW + 90 * MINUTE + LATE)
    assert (paper_of(ana, attempt_id).status, paper_of(ana, attempt_id).closed_by) == ("abandoned", "reader")
    assert actions.finish_overdue(NOW + DAY) == 0


def test_staff_give_an_abandoned_attempt_back(ana: Actor, ines: Actor) -> None:
    quiz(deadline_policy="abandon")
    attempt_id = answered(ana, "own")
    with write() as session:
        assert close_if_overdue(session, attempt_id, NOW + 31 * MINUTE, "worker")
    problems = actions.allow(
        ines, Target(cohort_of(ines), ana.public_id, "own"), Override(True, extra_minutes=60), "power cut", NOW
    )
    assert problems == []
    assert give_back(ines, attempt_id, NOW + 40 * MINUTE)
    back = paper_of(ana, attempt_id)
    assert (back.status, back.deadline, back.closed_by) == ("open", NOW + 90 * MINUTE, None)
    actions.save_answer(ana, attempt_id, 2, 0, RIGHT["true_false"], None, NOW + 41 * MINUTE)
    events = read().scalars(select(AttemptEventRow)).all()
    assert [(row.event, row.reason, row.actor_id) for row in events] == [("reopen", "The power was cut.", ines.id)]
    with pytest.raises(Forbidden, match="not_abandoned"):
        give_back(ines, attempt_id, NOW + 42 * MINUTE)


def test_without_time_an_abandoned_attempt_is_graded_as_of_its_deadline(ana: Actor, ines: Actor) -> None:
    quiz(deadline_policy="abandon")
    attempt_id = answered(ana, "own")
    actions.finish_overdue(NOW + 31 * MINUTE)
    assert not give_back(ines, attempt_id, NOW + DAY)
    done = paper_of(ana, attempt_id)
    assert (done.status, done.submitted_at, done.score) == ("submitted", NOW + 30 * MINUTE, 1)
    assert done.closed_by == "staff"


def test_nothing_is_given_back_beside_another_open_try(ana: Actor, ines: Actor) -> None:
    quiz(deadline_policy="abandon")
    attempt_id = answered(ana, "own")
    actions.finish_overdue(NOW + 31 * MINUTE)
    other = actions.start(ana, "own", NOW + 40 * MINUTE, 1)
    with pytest.raises(Conflict, match="another_open"):
        give_back(ines, attempt_id, NOW + 41 * MINUTE)
    assert paper_of(ana, attempt_id).status == "abandoned"
    assert paper_of(ana, other).status == "open"


def cohort_of(ines: Actor) -> str:
    from learnapp.gradebook.storage import cohorts_of

    return cohorts_of(ines)[0].public_id


def allow(ines: Actor, override: Override, person: str | None = None, slug: str | None = "own") -> None:
    assert actions.allow(ines, Target(cohort_of(ines), person, slug), override, "A good reason.", NOW) == []


def test_extra_time_moves_the_limit_and_the_closing_of_open_attempts_too(ana: Actor, ines: Actor) -> None:
    quiz(closes_at=(NOW + 40 * MINUTE).isoformat())
    attempt_id = answered(ana, "own", NOW + 20 * MINUTE)
    assert paper_of(ana, attempt_id).deadline == NOW + 40 * MINUTE
    allow(ines, Override(True, time_factor=Fraction(3, 2)), ana.public_id, None)
    longer = paper_of(ana, attempt_id)
    assert (longer.limit_minutes, longer.extra_minutes) == (30, 15)
    assert longer.closes_at == longer.deadline == longer.attempt.check_at == NOW + 55 * MINUTE
    actions.save_answer(ana, attempt_id, 2, 0, RIGHT["true_false"], None, NOW + 50 * MINUTE)
    actions.submit(ana, attempt_id, NOW + 55 * MINUTE)
    assert not paper_of(ana, attempt_id).late_by_latency
    assert refusal(ana, "own", NOW + 55 * MINUTE) == "closed"


def test_an_override_of_the_group_holds_for_who_is_in_it_now(
    ana: Actor, ines: Actor, app: Flask, quizzes: People, actor: AsActor
) -> None:
    quiz()
    cleo, ben = actor(quizzes.cleo, track="patient"), actor(quizzes.ben)
    allow(ines, Override(False, extra_minutes=10, extra_attempts=2))
    for who, extra, limit in ((ana, 10, 5), (ben, 10, 5), (cleo, 0, 3)):
        paper = paper_of(who, actions.start(who, "own", NOW, 1))
        assert (paper.extra_minutes, paper.attempt_limit) == (extra, limit)


def test_more_tries_are_more_tries(ana: Actor, ines: Actor) -> None:
    quiz(limit=1)
    actions.submit(ana, answered(ana, "own"), NOW + MINUTE)
    assert refusal(ana, "own", NOW + 2 * MINUTE) == "no_tries_left"
    quiz_id = starting.quiz_now(read(), "own", ana.id).id
    assert standing.standing(read(), ana.id, quiz_id).tries_left("trainee") == 0
    allow(ines, Override(True, extra_attempts=1), ana.public_id)
    where = standing.standing(read(), ana.id, quiz_id)
    assert (where.tries_left("trainee"), len(where.tries)) == (1, 1)
    assert where.terms("trainee").extra_attempts == 1
    actions.start(ana, "own", NOW + 3 * MINUTE, 1)


def test_several_overrides_do_not_multiply_tries(ana: Actor, ines: Actor) -> None:
    quiz()
    actions.submit(ana, answered(ana, "own"), NOW + MINUTE)
    for minutes in (5, 7):
        allow(ines, Override(True, extra_minutes=minutes), ana.public_id)
    allow(ines, Override(False, extra_minutes=60), slug=None)
    now = starting.quiz_now(read(), "own", ana.id)
    where = standing.standing(read(), ana.id, now.id)
    assert (len(where.tries), len(where.overrides), len(now.overrides)) == (1, 3, 3)
    assert now.terms("trainee").extra == 7  # one's own, the newest


def test_ending_an_override_moves_open_attempts_back(ana: Actor, ines: Actor) -> None:
    quiz()
    allow(ines, Override(True, extra_minutes=15), ana.public_id)
    attempt_id = answered(ana, "own")
    assert paper_of(ana, attempt_id).deadline == NOW + 45 * MINUTE
    cohort = cohort_of(ines)
    listed = overriding.of_group(read(), 1, [ana.id])
    actions.end_override(ines, cohort, listed[0].public_id, NOW + MINUTE)
    back = paper_of(ana, attempt_id)
    assert (back.deadline, back.extra_minutes) == (NOW + 30 * MINUTE, 0)
    with pytest.raises(Forbidden, match="ended"):
        actions.end_override(ines, cohort, listed[0].public_id, NOW + MINUTE)


def test_only_ones_own_group_gets_an_override(ana: Actor, ines: Actor, quizzes: People, actor: AsActor) -> None:
    quiz()
    ivo = actor(quizzes.ivo, grants={TEACH})
    cohort = cohort_of(ines)
    more = Override(True, extra_minutes=5)
    for who, target in (
        (ivo, Target(cohort, ana.public_id, "own")),
        (ana, Target(cohort, ana.public_id, "own")),
        (ines, Target(cohort, quizzes.cleo.public_id, "own")),
        (ines, Target(cohort, ana.public_id, "no-such-quiz")),
    ):
        with pytest.raises(NotFound):
            actions.allow(who, target, more, "x", NOW)
    allow(ines, more, ana.public_id)
    listed = overriding.of_group(read(), 1, [ana.id])[0]
    with pytest.raises(NotFound):
        actions.end_override(ivo, cohort, listed.public_id, NOW)
    assert (listed.person, listed.made_by, listed.reason) == ("Ana Ferreira", "Ines Duarte", "A good reason.")


def test_an_override_with_faults_changes_nothing(ana: Actor, ines: Actor) -> None:
    quiz()
    problems = actions.allow(ines, Target(cohort_of(ines), ana.public_id), Override(True), " ", NOW)
    assert [problem.code for problem in problems] == ["nothing_changed", "reason_needed"]
    assert overriding.of_group(read(), 1, [ana.id]) == []


def test_a_preview_is_no_try_and_stands_beside_one(ana: Actor) -> None:
    quiz(limit=1)
    quiz_now = starting.quiz_now(read(), "own", ana.id)
    with write() as session:
        starting.insert_attempt(
            session,
            {
                "public_id": "a-preview", "person_id": ana.id, "quiz_id": quiz_now.id, "track": "trainee", "seed": 1,
                "quiz_version_id": quiz_now.version_id, "number": 0, "kind": "preview", "layout": "paged",
                "pass_percent": Fraction(80), "started_at": NOW, "maximum": Fraction(2),
            },
        )  # fmt: skip
    beside = starting.quiz_now(read(), "own", ana.id)
    assert (beside.open_id, beside.used, beside.last_number, beside.known) == (None, 0, 0, False)
    attempt_id = answered(ana, "own")
    assert paper_of(ana, attempt_id).number == 1
    assert read().scalar(select(func.count()).select_from(StepRow)) == 1
