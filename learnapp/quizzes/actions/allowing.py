"""Giving one person or one group other times or more tries, and taking that back; open attempts follow at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from learnapp.accounts.domain import Actor
from learnapp.accounts.storage import PersonRow
from learnapp.cohorts.domain import Override, override_problems
from learnapp.cohorts.storage import cohort_for_teacher, learners_in
from learnapp.kit.db import write
from learnapp.kit.errors import Forbidden, NotFound, Problem
from learnapp.quizzes.storage import overriding
from learnapp.quizzes.storage.terms import lock, retime


@dataclass(frozen=True, slots=True)
class Target:
    """For whom an override is: a group that the actor teaches, or one learner in it; and in which quiz.

    cohort, person: public ids; person None: the whole group. quiz: a slug, None for every quiz.
    """

    cohort: str
    person: str | None = None
    quiz: str | None = None


def allow(
    actor: Actor, target: Target, override: Override, reason: str, now: datetime
) -> list[Problem]:  # fmt: skip
    """Make an override; return what is wrong with it instead when it is unfit (rules A4.2).

    Open attempts of everybody concerned get their new deadline in the same transaction. Raises NotFound for a group
    that the actor does not teach, a learner who is not in it, and an unknown quiz.
    """
    problems = override_problems(override, reason)
    if problems:
        return problems
    with write() as session:
        cohort = cohort_for_teacher(actor, target.cohort)
        people = {learner.public_id: learner.id for learner in learners_in(cohort)}
        if target.person is not None and target.person not in people:
            raise NotFound("learner")
        person = people[target.person] if target.person is not None else None
        place = {"person_id": person} if person is not None else {"cohort_id": cohort.id}
        concerned = [person] if person is not None else list(people.values())
        lock(session, concerned)
        overriding.add(session, override, target.quiz, place, reason.strip(), actor.id, now)
        retime(session, concerned)
    return []


def end_override(actor: Actor, cohort: str, override: str, now: datetime) -> None:
    """End an override of a group that the actor teaches, or of a learner in it; open attempts follow.

    An open attempt whose time is then over is handed in from its saved answers by the next reader or the worker.
    Raises NotFound when it is not theirs, Forbidden("ended") when it was ended before.
    """
    with write() as session:
        found = cohort_for_teacher(actor, cohort)
        people = [learner.id for learner in learners_in(found)]
        lock(session, people)
        row = overriding.in_group(session, override, found.id, people)
        if row.ended_at is not None:
            raise Forbidden("ended")
        overriding.end(session, row.id, actor.id, now)
        retime(session, people if row.person_id is None else [row.person_id])


def follow_membership(person: str) -> int:
    """Let somebody's attempts follow the groups that they are in now; return how many moved. person: public id."""
    with write() as session:
        number = session.scalar(select(PersonRow.id).where(PersonRow.public_id == person))
        return retime(session, [number]) if number is not None else 0
