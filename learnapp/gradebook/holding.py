"""What other times are about, as rows: what holds for learners now, the quizzes of a track, and open tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from learnapp.accounts.storage import PersonRow
from learnapp.cohorts.domain import Override
from learnapp.kit.db import read
from learnapp.quizzes.storage.rows import AttemptEventRow, AttemptRow, QuizRow, QuizVersionRow
from learnapp.quizzes.storage.terms import OVERRIDE, holds, override_t

from .foreseeing import Course, Known, OpenTry


def held_by(people: Sequence[int]) -> dict[int, list[Known]]:
    """Return the overrides that hold for each of these people now, in any quiz, the newest first: one statement."""
    rows = read().execute(
        select(PersonRow.id, override_t.c.public_id, override_t.c.quiz_id, *OVERRIDE)
        .join(override_t, holds(PersonRow.id, override_t.c.quiz_id))
        .where(PersonRow.id.in_(people))
        .order_by(override_t.c.id.desc())
    )
    found: dict[int, list[Known]] = {}
    for person, public_id, quiz_id, _number, *values in rows:
        found.setdefault(person, []).append(Known(public_id, quiz_id, Override(*values)))
    return found


def courses_of(track: str) -> list[Course]:
    """Return every quiz that this track has now, practice too, in the order of the course: one statement."""
    rows = read().execute(
        select(QuizRow.id, QuizRow.slug, QuizVersionRow.titles, QuizVersionRow.settings)
        .join(QuizVersionRow, QuizVersionRow.id == QuizRow.version_id)
        .order_by(QuizRow.position, QuizRow.id)
    )
    return [Course(id, slug, titles[track], settings) for id, slug, titles, settings in rows if track in titles]


_TRY = select(
    AttemptRow.person_id, AttemptRow.quiz_id, AttemptRow.track, AttemptRow.started_at, AttemptRow.deadline,
    QuizVersionRow.settings,
).join(QuizVersionRow, QuizVersionRow.id == AttemptRow.quiz_version_id)  # fmt: skip


def open_tries_of(people: Sequence[int]) -> list[OpenTry]:
    """Return the open tries of these people, the oldest first; a preview is none: one statement."""
    open_now = (AttemptRow.status == "open", AttemptRow.kind != "preview")
    rows: Any = read().execute(_TRY.where(AttemptRow.person_id.in_(people), *open_now).order_by(AttemptRow.id))
    return [OpenTry(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Event:
    """What staff did to an attempt. by: None when they left."""

    event: str
    reason: str
    by: str | None
    at: datetime


def events_of(attempt_id: int) -> list[Event]:
    """Return what staff did to an attempt, the oldest first: one statement."""
    rows = read().execute(
        select(AttemptEventRow.event, AttemptEventRow.reason, PersonRow.name, AttemptEventRow.recorded_at)
        .outerjoin(PersonRow, PersonRow.id == AttemptEventRow.actor_id)
        .where(AttemptEventRow.attempt_id == attempt_id)
        .order_by(AttemptEventRow.id)
    )
    return [Event(*row) for row in rows]
