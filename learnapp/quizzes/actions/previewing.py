"""Looking at a quiz as a learner: an attempt of staff that stands beside everything that counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learnapp.accounts.domain import TEACH, Actor
from learnapp.kit.db import write
from learnapp.kit.errors import Conflict, Forbidden, NotFound
from learnapp.kit.limits import Rule, hit_inside
from learnapp.quizzes.storage import starting
from learnapp.quizzes.storage.starting import QuizNow
from learnapp.quizzes.storage.terms import of_cohort

from .starting import put_down


@dataclass(frozen=True, slots=True)
class Pretence:
    """As whom staff look: a learner of this track, at this moment (UTC), in this group (its key) or in none."""

    track: str
    at: datetime
    cohort_id: int | None = None


def pretended(session: Session, quiz: QuizNow, pretence: Pretence) -> QuizNow:
    """Return a quiz as a learner of the group finds it who has not begun; NotFound when their track has none."""
    if pretence.track not in quiz.papers:
        raise NotFound("quiz")
    group = of_cohort(session, pretence.cohort_id, quiz.id) if pretence.cohort_id is not None else ()
    return quiz.untouched(group)


def preview(actor: Actor, slug: str, pretence: Pretence, now: datetime, seed: int, rate: Rule | None = None) -> str:
    """Start a preview of a quiz in place of the actor's older one; return its public id.

    It has no deadline (rules A4.2), whatever the pretended moment is, and never counts. Raises Forbidden for
    somebody who may not teach, NotFound for an unknown quiz, and TooMany(seconds=...).
    """
    if not actor.may(TEACH):
        raise Forbidden("grant_needed", grant=TEACH)
    for _look in range(2):
        try:
            with write() as session:
                if rate is not None:
                    hit_inside(session, rate, now)
                return _begin(session, actor, slug, pretence, now, seed)
        except IntegrityError:
            continue  # another click was faster: there is one preview for each person and quiz
    raise Conflict("start_again")


def _begin(session: Session, actor: Actor, slug: str, pretence: Pretence, now: datetime, seed: int) -> str:
    quiz = pretended(session, starting.quiz_now(session, slug, actor.id), pretence)
    starting.delete_preview(session, actor.id, quiz.id)
    changes = {
        "kind": "preview", "number": 0, "deadline": None, "check_at": None,
        "preview_at": pretence.at, "preview_cohort_id": pretence.cohort_id,
    }  # fmt: skip
    return put_down(session, quiz, actor.id, pretence.track, now, seed, changes)
