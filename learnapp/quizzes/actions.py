"""The verbs of sitting a quiz: start, save, hand in, and finish what is overdue. Each is one transaction."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnapp.accounts.domain import Actor
from learnapp.kit.db import new_public_id, read, write
from learnapp.kit.errors import Conflict, Forbidden, NotFound
from learnapp.kit.limits import Rule, hit_inside
from learnapp.kit.outbox import enqueue

from .domain.attempt import LATENCY, Decision, Event, apply, deadline_for, may_start
from .domain.certainty import LEVELS, Mode
from .domain.grading import State
from .domain.paper import Drawn, Pool, draw, in_order, slot_seed
from .domain.scoring import Mark, maximum, total, verdict_of
from .domain.tries import Action, Phase
from .outcomes import final_grades, keeps_tries
from .storage import attempts, closing, saving, starting
from .storage.attempts import Paper, Slot
from .storage.saving import Step
from .storage.starting import Question, QuizNow
from .types import type_named

SUBMITTED_JOB = "attempt_submitted"  # the outbox row that tells other rooms; payload: {"attempt": public id}
Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Save:
    """One answer to save. n: its question's position. expected: the revision that the page knew.

    flagged, certainty: None leaves them as they are. action: "check" when the learner wants it judged.
    """

    n: int
    expected: int
    answer: Answer | None
    flagged: bool | None = None
    certainty: int | None = None
    action: Action = Action.SAVE


@dataclass(frozen=True, slots=True)
class Saved:
    """What is stored for one question after a save."""

    n: int
    revision: int
    answered: bool
    saved_at: datetime
    deadline: datetime | None


@dataclass(frozen=True, slots=True)
class Stale:
    """An answer that was refused because a newer one is stored (rules D11)."""

    n: int
    revision: int
    current: Answer | None
    refused: Answer | None
    saved_at: datetime | None


# --- start -----------------------------------------------------------------------------------------------


def start(actor: Actor, slug: str, now: datetime, seed: int, rate: Rule | None = None) -> str:
    """Start an attempt, or resume the open one; return its public id (rules A4.1, A4.8).

    Pins the newest questions, their order by `seed`, weights, pass mark, limit and deadline. rate: how often
    this may be asked for. Raises NotFound for an unknown quiz, Forbidden("choose_track"),
    Forbidden("no_tries_left", limit=...) and TooMany(seconds=...).
    """
    if actor.track is None:
        raise Forbidden("choose_track")
    for _look in range(2):
        try:
            with write() as session:
                if rate is not None:
                    hit_inside(session, rate, now)
                return _resume_or_start(session, actor.id, actor.track, slug, now, seed)
        except IntegrityError:
            continue  # another click was faster: the database allows one open attempt, so look again
    raise Conflict("start_again")


def _resume_or_start(session: Session, person_id: int, track: str, slug: str, now: datetime, seed: int) -> str:
    quiz = starting.quiz_now(session, slug, person_id)
    if quiz.open_id is not None:
        overdue = quiz.open_deadline is not None and now > quiz.open_deadline + LATENCY
        if not (overdue and _close_if_overdue(session, quiz.open_id, now, "reader")):
            return quiz.open_id
    if track not in quiz.papers:
        raise NotFound("quiz")
    problem = may_start(quiz.used, quiz.attempt_limit(track), False, now)
    if problem is not None:
        raise Forbidden(problem.code, **problem.values)
    slots = _draw(session, quiz, person_id, track, seed)
    public_id = new_public_id()
    attempt_id = starting.insert_attempt(
        session,
        {
            "public_id": public_id,
            "person_id": person_id,
            "track": track,
            "seed": seed,
            "started_at": now,
            "maximum": sum((slot["weight"] for slot in slots), Fraction(0)),
            **_pinned(quiz, track, now),
        },
    )
    starting.insert_slots(session, attempt_id, slots)
    return public_id


def _pinned(quiz: QuizNow, track: str, now: datetime) -> dict[str, Any]:
    """Return what an attempt keeps of its quiz, whatever is published later."""
    return {
        "quiz_id": quiz.id,
        "quiz_version_id": quiz.version_id,
        "number": quiz.last_number + 1,
        "kind": quiz.kind,
        "layout": quiz.layout,
        "pass_percent": quiz.pass_percent(track),
        "attempt_limit": quiz.attempt_limit(track),
        "deadline": deadline_for(now, quiz.time_limit, None),
        "behaviour": quiz.behaviour,
        "penalty": quiz.penalty,
        "certainty": quiz.certainty(track),
    }


def _draw(session: Session, quiz: QuizNow, person_id: int, track: str, seed: int) -> list[dict[str, Any]]:
    """Return the slots of a new paper in their order."""
    pools = [
        Pool(pool["pool"], pool["draw"], tuple(pool["questions"]), pool.get("section"), pool["objective"])
        for pool in quiz.papers[track]
    ]
    asked = [question for pool in pools for question in pool.questions]
    before = starting.before(session, person_id, quiz, asked)
    paper = in_order(draw(pools, seed, before), seed, quiz.shuffled)
    questions = starting.questions(session, [each.question for each in paper])
    pairs = zip(paper, questions, strict=True)
    return [_slot(each, question, n, seed) for n, (each, question) in enumerate(pairs, 1)]


def _slot(drawn: Drawn, question: Question, position: int, seed: int) -> dict[str, Any]:
    kind = type_named(question.type)
    return {
        "position": position,
        "question_version_id": question.id,
        "arrangement": kind.arrange(kind.parse(question.keyed["item"]), slot_seed(seed, position)),
        "weight": question.weight,
        "critical": question.critical,
        "objective": drawn.objective or question.objective,
        "section": drawn.section,
    }


# --- save ------------------------------------------------------------------------------------------------


def save_answer(
    actor: Actor, attempt_id: str, n: int, expected_revision: int, answer: Answer | None,
    flagged: bool | None, now: datetime, certainty: int | None = None,
) -> Saved:  # fmt: skip
    """Save one answer (rules A4.3, D10, D11, D14); an unchanged answer adds no step.

    Raises NotFound, Forbidden("closed"), Forbidden("locked"), Forbidden("too_late", deadline=...), or
    Conflict("stale", stale=Stale) when a newer, different answer is stored.
    """
    with write() as session:
        paper = attempts.locked_question_of(session, actor, attempt_id, n)
        outcome = record(session, actor, paper, [Save(n, expected_revision, answer, flagged, certainty)], now)
    saved, stale = unless_refused(outcome)
    if stale:
        raise Conflict("stale", stale=stale[0])
    return saved[0]


def save_all(
    actor: Actor, attempt_id: str, saves: Sequence[Save], now: datetime
) -> tuple[list[Saved], list[Stale]]:  # fmt: skip
    """Save a whole page of answers at once; return what is stored, and what was refused as stale.

    Raises NotFound, Forbidden("closed") and Forbidden("too_late", deadline=...).
    """
    with write() as session:
        paper = attempts.locked_attempt_of(session, actor, attempt_id)
        outcome = record(session, actor, paper, saves, now)
    return unless_refused(outcome)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a save came to. A refusal is raised only after the commit: closing a late attempt must stay."""

    decision: Decision
    saved: list[Saved]
    stale: list[Stale]


def unless_refused(outcome: Outcome) -> tuple[list[Saved], list[Stale]]:
    """Return what was saved and what was stale; raise Forbidden when the attempt takes no more answers."""
    problem = outcome.decision.problem
    if problem is not None:
        late = problem.code == "too_late"
        raise Forbidden("too_late" if late else "closed", **problem.values)
    return outcome.saved, outcome.stale


def record(session: Session, actor: Actor, paper: Paper, saves: Sequence[Save], now: datetime) -> Outcome:
    """Write saves to a locked paper, inside the caller's transaction. Raises Forbidden("locked")."""
    decision = apply(paper.attempt, Event.SAVE, now)
    if decision.closed:
        _finish(session, attempts.locked_for_grading(session, paper.public_id), decision, "reader", now)
    if not decision.accepted:
        return Outcome(decision, [], [])
    if decision.late and not paper.late_by_latency:
        saving.mark_late(session, paper.id)
    pairs = [_settled(paper, save) for save in saves]
    if any(slot.phase != Phase.OPEN and _changes(save, slot) for save, slot in pairs):
        raise Forbidden("locked")
    stale = [(save, slot) for save, slot in pairs if _is_stale(save, slot)]
    fresh = [(save, slot) for save, slot in pairs if not _is_stale(save, slot)]
    _keep_refused(session, actor, stale, now)
    saved = _keep(session, actor, paper, fresh, decision.late, now)
    return Outcome(decision, saved, [_as_stale(save, slot) for save, slot in stale])


def _settled(paper: Paper, save: Save) -> tuple[Save, Slot]:
    """Return the save as its type lets it stand beside what is stored: a locked part stays as it was."""
    slot = paper.slot(save.n)
    answer = type_named(slot.type).settle(slot.shown, slot.answer, save.answer)
    asked = save.certainty in LEVELS and paper.certainty != Mode.OFF
    return replace(save, answer=answer, certainty=save.certainty if asked else slot.certainty), slot


def _changes(save: Save, slot: Slot) -> bool:
    return save.action is not Action.SAVE or save.answer != slot.answer or save.certainty != slot.certainty


def _is_stale(save: Save, slot: Slot) -> bool:
    # The same answer sent again (a lost reply, a form after its autosave) is no conflict.
    return save.expected != slot.revision and save.answer != slot.answer


def _as_stale(save: Save, slot: Slot) -> Stale:
    return Stale(save.n, slot.revision, slot.answer, save.answer, slot.saved_at)


def _keep_refused(session: Session, actor: Actor, stale: Sequence[tuple[Save, Slot]], now: datetime) -> None:
    rows = [
        {
            "slot_id": slot.id,
            "expected": save.expected,
            "answer": save.answer,
            "actor_id": actor.id,
            "recorded_at": now,
        }
        for save, slot in stale
    ]
    saving.keep_refused(session, rows)


def _keep(
    session: Session, actor: Actor, paper: Paper, fresh: Sequence[tuple[Save, Slot]], late: bool, now: datetime
) -> list[Saved]:
    steps: list[Step] = []
    step_flags: dict[int, bool] = {}
    other_flags: dict[int, bool] = {}
    saved: list[Saved] = []
    for save, slot in fresh:
        flagged = slot.flagged if save.flagged is None else save.flagged
        if not _changes(save, slot):
            saved.append(Saved(save.n, slot.revision, slot.answered, slot.saved_at or now, paper.deadline))
            if flagged != slot.flagged:
                other_flags[slot.id] = flagged
            continue
        answered = not type_named(slot.type).complete(slot.shown, save.answer)
        steps.append(
            Step(slot.id, slot.revision + 1, save.answer, answered, late, actor.id, now, save.action, save.certainty)
        )
        step_flags[slot.id] = flagged
        saved.append(Saved(save.n, slot.revision + 1, answered, now, paper.deadline))
    saving.record_steps(session, steps, step_flags)
    saving.set_flags(session, other_flags)
    return saved


# --- hand in ---------------------------------------------------------------------------------------------


def submit(actor: Actor, attempt_id: str, now: datetime) -> None:
    """Hand in an attempt and grade it, once: again is harmless and changes nothing.

    After the deadline and its allowance it is handed in as of the deadline (rules D10). Raises
    NotFound, and Forbidden("closed") for an abandoned attempt.
    """
    with write() as session:
        paper = attempts.locked_for_grading(session, attempt_id)
        if paper.person_id != actor.id:
            raise NotFound("attempt")
        decision = apply(paper.attempt, Event.SUBMIT, now)
        if decision.closed:
            _finish(session, paper, decision, "learner" if decision.accepted else "reader", now)
        elif decision.problem is not None:
            raise Forbidden("closed")


def finish_if_overdue(attempt_id: str, now: datetime, by: str) -> bool:
    """Hand in an attempt whose time is over, from its saved answers, once; return whether this call did it.

    The worker (by="worker") and the next reader (by="reader") both come through here (rules D10).
    """
    with write() as session:
        return _close_if_overdue(session, attempt_id, now, by)


def finish_overdue(now: datetime, limit: int = 100) -> int:
    """Hand in up to `limit` overdue attempts, each in its own transaction; return how many were."""
    done = 0
    for attempt_id in closing.overdue(read(), now - LATENCY, limit):
        try:
            done += finish_if_overdue(attempt_id, now, "worker")
        except Exception:  # one broken attempt must not hold up the others
            logging.getLogger(__name__).exception("an overdue attempt could not be finished")
    return done


def _close_if_overdue(session: Session, attempt_id: str, now: datetime, by: str) -> bool:
    paper = attempts.locked_for_grading(session, attempt_id)
    decision = apply(paper.attempt, Event.EXPIRE, now)
    if decision.closed:
        _finish(session, paper, decision, by, now)
    return decision.closed


def _finish(session: Session, paper: Paper, decision: Decision, by: str, now: datetime) -> None:
    grades = final_grades(paper, saving.steps_of(session, paper.id) if keeps_tries(paper) else {})
    marks = [
        Mark(grade.fraction, slot.weight, grade.state, slot.critical, slot.objective)
        for slot, grade in zip(paper.slots, grades, strict=True)
    ]
    verdict = verdict_of(marks, paper.pass_percent)
    scored = replace(decision.attempt, score=total(marks), maximum=maximum(marks), passed=verdict.passed)
    provisional = any(grade.state is State.NEEDS_GRADING for grade in grades)
    if not closing.close(session, paper, scored, verdict.safety_missed, by, provisional):
        return
    closing.grade_slots(session, paper, grades)
    closing.keep_score(session, paper)
    enqueue(session, SUBMITTED_JOB, f"{SUBMITTED_JOB}:{paper.public_id}", {"attempt": paper.public_id}, now)
