"""Handing in, and finishing what is overdue: once, whoever comes first; each is one transaction."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnapp.accounts.domain import Actor
from learnapp.kit import logs, metrics
from learnapp.kit.db import read, write
from learnapp.kit.errors import Conflict, Forbidden, NotFound
from learnapp.kit.outbox import enqueue
from learnapp.quizzes.domain.attempt import LATENCY, Decision, Event, Status, apply
from learnapp.quizzes.outcomes import final_grades, keeps_tries, mark_of, result_of
from learnapp.quizzes.storage import attempts, closing, saving
from learnapp.quizzes.storage.attempts import Paper

SUBMITTED_JOB = "attempt_submitted"  # the outbox row that tells other rooms; payload: {"attempt": public id}


def submit(actor: Actor, attempt_id: str, now: datetime) -> None:
    """Hand in an attempt and grade it, once: again is harmless and changes nothing.

    After the deadline and its allowance it is closed as its policy says: handed in as of the deadline, or
    abandoned (rules A4.6, D10). Raises NotFound, and Forbidden("closed") for an abandoned attempt.
    """
    with write() as session:
        paper = attempts.locked_for_grading(session, attempt_id)
        if paper.person_id != actor.id:
            raise NotFound("attempt")
        decision = apply(paper.attempt, Event.SUBMIT, now)
        if decision.closed:
            finish(session, paper, decision, "learner" if decision.accepted else "reader", now)
        elif decision.problem is not None:
            raise Forbidden("closed")


def finish_if_overdue(attempt_id: str, now: datetime, by: str) -> bool:
    """Hand in an attempt whose time is over, from its saved answers, once; return whether this call did it.

    The worker (by="worker") and the next reader (by="reader") both come through here (rules D10).
    """
    with write() as session:
        return close_if_overdue(session, attempt_id, now, by)


def finish_overdue(now: datetime, limit: int = 100) -> int:
    """Hand in up to `limit` overdue attempts, each in its own transaction; return how many were."""
    done = 0
    for attempt_id in closing.overdue(read(), now - LATENCY, limit):
        try:
            done += finish_if_overdue(attempt_id, now, "worker")
        except Exception as error:  # one broken attempt must not hold up the others
            logs.fault("overdue_attempt_not_finished", error)
    return done


def close_if_overdue(session: Session, attempt_id: str, now: datetime, by: str) -> bool:
    """Close an attempt whose time is over as its policy says, inside the caller's transaction; return whether it was.

    The worker, the next reader and a save that comes too late all end here (rules A4.6, D10).
    """
    paper = attempts.locked_for_grading(session, attempt_id)
    decision = apply(paper.attempt, Event.EXPIRE, now)
    if decision.closed:
        finish(session, paper, decision, by, now)
    return decision.closed


def reopen(actor: Actor, session: Session, paper: Paper, reason: str, now: datetime) -> bool:
    """Give an abandoned attempt back, inside the caller's transaction (rules A4.7); return whether it is open now.

    paper: locked for grading; the caller has checked that the actor may do this. When no time remains it is handed
    in at once from its saved answers, as of its deadline. Raises Forbidden("not_abandoned") and
    Conflict("another_open") when the learner has begun another try meanwhile.
    """
    decision = apply(paper.attempt, Event.REOPEN, now)
    if not decision.accepted:
        raise Forbidden("not_abandoned")
    try:
        with session.begin_nested():
            closing.reopen(session, paper)
    except IntegrityError:
        raise Conflict("another_open") from None
    closing.note_event(session, paper, str(Event.REOPEN), reason, actor.id, now)
    if decision.closed:
        finish(session, paper, decision, "staff", now)
    return not decision.closed


def finish(session: Session, paper: Paper, decision: Decision, by: str, now: datetime) -> None:
    """Write a closed attempt: graded when it is handed in, without any score when it is abandoned."""
    if decision.attempt.status is Status.ABANDONED:
        closing.close(session, paper, decision.attempt, False, by, False)
        return
    grades = final_grades(paper, saving.steps_of(session, paper.id) if keeps_tries(paper) else {})
    marks = [mark_of(slot, grade) for slot, grade in zip(paper.slots, grades, strict=True)]
    result = result_of(marks, paper.pass_percent)
    scored = replace(decision.attempt, score=result.score, maximum=result.maximum, passed=result.passed)
    if not closing.close(session, paper, scored, result.safety_missed, by, result.provisional):
        return
    closing.grade_slots(session, paper, grades)
    if paper.kind == "preview":  # it counts nowhere and is nobody's news
        return
    metrics.count_at_commit(session, "attempts_handed_in", by=by)
    closing.keep_score(session, paper)
    enqueue(session, SUBMITTED_JOB, f"{SUBMITTED_JOB}:{paper.public_id}", {"attempt": paper.public_id}, now)
