"""Compares what learners were told with what the database holds."""

from collections import Counter
from dataclasses import dataclass, fields

from flask import Flask
from sqlalchemy import func, select

from learnapp.kit.db import db, read
from learnapp.kit.outbox import OutboxRow
from learnapp.quizzes.actions import SUBMITTED_JOB
from learnapp.quizzes.storage.rows import AttemptRow, GradeRow, SlotRow, StepRow
from learnapp.sitting.web.answers import as_fields
from learnapp.sitting.web.views import iso

from .learner import Log


@dataclass(frozen=True)
class Findings:
    """What does not agree; every number of a healthy installation is 0.

    missing: acknowledged answers that are not stored, or not as they were acknowledged. overwritten: answers whose
    newest state is older than what was acknowledged last. unsent: stored answers beyond the acknowledged ones, which
    only drills may have that give up on a save. double_attempts: beyond one for each person and quiz. double_grades:
    beyond one for each person and quiz. announcements: attempts with more or fewer than one outbox row when handed
    in, or with any before. lost_hand_ins: acknowledged hand-ins of attempts that are still open. ungraded: handed in
    without a score or a grade.
    """

    missing: int
    overwritten: int
    unsent: int
    double_attempts: int
    double_grades: int
    announcements: int
    lost_hand_ins: int
    ungraded: int

    @property
    def wrong(self) -> dict[str, int]:
        """Return the numbers that are not 0, by name."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}


def compare(app: Flask, log: Log) -> Findings:
    """Read everything and compare it with the log."""
    with app.app_context():
        try:
            return Findings(**_answers(log), **_attempts(log))
        finally:
            db.session.remove()
            db.engine.dispose()


def _answers(log: Log) -> dict[str, int]:
    place = (AttemptRow.public_id, SlotRow.position)
    joined = select(*place, StepRow.seq, StepRow.answer, StepRow.recorded_at)
    joined = joined.join(SlotRow, SlotRow.id == StepRow.slot_id).join(AttemptRow, AttemptRow.id == SlotRow.attempt_id)
    steps = {(row[0], row[1], row[2]): (as_fields(row[3]), iso(row[4])) for row in read().execute(joined)}
    told = {(one.attempt, one.n, one.revision): (dict(one.fields), one.saved_at) for one in log.saved}
    last: dict[tuple[str, int], int] = {}
    for attempt, n, revision in told:
        last[attempt, n] = max(revision, last.get((attempt, n), 0))
    newest = select(*place, SlotRow.revision, SlotRow.answer).join(AttemptRow, AttemptRow.id == SlotRow.attempt_id)
    now = {(row[0], row[1]): (row[2], as_fields(row[3])) for row in read().execute(newest)}
    return {
        "missing": sum(steps.get(place) != what for place, what in told.items()),
        "overwritten": sum(_is_older(now.get(place), steps, place, revision) for place, revision in last.items()),
        "unsent": len(steps.keys() - told.keys()),
    }


def _is_older(now: tuple[int, object] | None, steps: dict, place: tuple[str, int], revision: int) -> bool:
    """Say whether a question's newest answer is not its newest step, or older than what was acknowledged last."""
    if now is None or now[0] < revision:
        return True
    newest = steps.get((*place, now[0]))
    return newest is None or newest[0] != now[1]


def _attempts(log: Log) -> dict[str, int]:
    attempts = read().execute(
        select(AttemptRow.public_id, AttemptRow.person_id, AttemptRow.quiz_id, AttemptRow.status, AttemptRow.score)
    ).all()  # fmt: skip
    status = {row.public_id: row.status for row in attempts}
    grades = read().execute(select(GradeRow.person_id, GradeRow.quiz_id, func.count()).group_by("person_id", "quiz_id"))
    graded = {(row[0], row[1]): row[2] for row in grades}
    keys = read().scalars(select(OutboxRow.key).where(OutboxRow.kind == SUBMITTED_JOB))
    told = Counter(key.removeprefix(f"{SUBMITTED_JOB}:") for key in keys)
    people = Counter((row.person_id, row.quiz_id) for row in attempts)
    done = [row for row in attempts if row.status == "submitted"]
    return {
        "double_attempts": sum(people.values()) - len(people),
        "double_grades": sum(count - 1 for count in graded.values()),
        "announcements": sum(told[public_id] != (state == "submitted") for public_id, state in status.items()),
        "lost_hand_ins": sum(status.get(public_id) != "submitted" for public_id in log.handed_in),
        "ungraded": sum(row.score is None or (row.person_id, row.quiz_id) not in graded for row in done),
    }
