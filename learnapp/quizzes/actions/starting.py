"""Starting an attempt, or resuming the open one: one transaction, one open attempt."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnapp.accounts.domain import Actor
from learnapp.kit import metrics
from learnapp.kit.db import new_public_id, write
from learnapp.kit.errors import Conflict, Forbidden, NotFound, Problem
from learnapp.kit.limits import Rule, hit_inside
from learnapp.quizzes.domain.attempt import LATENCY
from learnapp.quizzes.domain.paper import Drawn, Pool, draw, in_order, slot_seed
from learnapp.quizzes.domain.times import may_start
from learnapp.quizzes.storage import starting
from learnapp.quizzes.storage.starting import Question, QuizNow
from learnapp.quizzes.storage.terms import deadline_columns
from learnapp.quizzes.types import type_named

from .finishing import close_if_overdue


def start(
    actor: Actor, slug: str, now: datetime, seed: int, rate: Rule | None = None, after: int | None = None
) -> str:  # fmt: skip
    """Start an attempt, or resume the open one; return its public id (rules A4.1, A4.8).

    Pins the newest questions, their order by `seed`, weights, pass mark, limit and deadline. rate: how often
    this may be asked for. after: the number of the newest attempt, 0 for none, when the click was offered: a
    click that arrives late or again gives the attempt that was started since (security P2). Raises NotFound for
    an unknown quiz, Forbidden("choose_track"), Forbidden with the reason of `may_start`, and TooMany(seconds=...).
    """
    if actor.track is None:
        raise Forbidden("choose_track")
    for _look in range(2):
        try:
            with write() as session:
                if rate is not None:
                    hit_inside(session, rate, now)
                found = _resume_or_start(session, actor.id, actor.track, slug, now, seed, after)
        except IntegrityError:
            continue  # another click was faster: the database allows one open attempt, so look again
        if isinstance(found, Problem):  # raised only after the commit: closing an overdue attempt must stay
            raise Forbidden(found.code, **found.values)
        return found
    raise Conflict("start_again")


def _resume_or_start(
    session: Session, person_id: int, track: str, slug: str, now: datetime, seed: int, after: int | None
) -> str | Problem:  # fmt: skip
    quiz = starting.quiz_now(session, slug, person_id)
    if quiz.open_id is not None:
        overdue = quiz.open_check_at is not None and now > quiz.open_check_at + LATENCY
        if not (overdue and close_if_overdue(session, quiz.open_id, now, "reader")):
            return quiz.open_id
        quiz = starting.quiz_now(session, slug, person_id)  # how it ended decides whether another may start
    if after is not None and quiz.last_number > after:
        return starting.next_after(session, quiz, person_id, after)
    if track not in quiz.papers:
        raise NotFound("quiz")
    problem = may_start(quiz.terms(track), quiz.past, now)
    if problem is not None:
        return problem
    metrics.count_at_commit(session, "attempts_started", kind=quiz.kind)
    return put_down(session, quiz, person_id, track, now, seed, {})


def put_down(
    session: Session, quiz: QuizNow, person_id: int, track: str, now: datetime, seed: int, changes: Mapping[str, Any]
) -> str:  # fmt: skip
    """Write a new attempt with its paper; return its public id. changes: columns that differ from what is usual."""
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
            **changes,
        },
    )
    starting.insert_slots(session, attempt_id, slots)
    return public_id


def _pinned(quiz: QuizNow, track: str, now: datetime) -> dict[str, Any]:
    """Return what an attempt keeps of its quiz, whatever is published later."""
    terms = quiz.terms(track)
    return {
        "quiz_id": quiz.id,
        "quiz_version_id": quiz.version_id,
        "number": quiz.last_number + 1,
        "kind": quiz.kind,
        "layout": quiz.layout,
        "pass_percent": quiz.pass_percent(track),
        "attempt_limit": terms.attempt_limit,
        **deadline_columns(quiz.settings, terms, now),
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
