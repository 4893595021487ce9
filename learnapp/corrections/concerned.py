"""The attempts that a decision is about: read all at once for a dry run, or one by one to change them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from learnapp.quizzes.domain.attempt import Attempt, Status
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.kept import METHODS
from learnapp.quizzes.domain.scoring import Mark
from learnapp.quizzes.domain.tries import Behaviour
from learnapp.quizzes.storage.attempts import SLOT, Slot
from learnapp.quizzes.storage.marking import marking_t
from learnapp.quizzes.storage.saving import Step, step_t
from learnapp.quizzes.storage.tables import attempt_t, question_t, quiz_t, slot_t, version_t

from .storage import IN_SCOPE, person_t

_FACTS = (
    "id", "public_id", "person_id", "quiz_id", "number", "status", "track", "kind", "behaviour", "penalty",
    "pass_percent", "started_at", "submitted_at", "score", "maximum", "passed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """One attempt as a regrade needs it, with the learner's name and the titles of the quiz by track."""

    id: int
    public_id: str
    person_id: int
    quiz_id: int
    number: int
    status: str
    track: str
    kind: str
    behaviour: str
    penalty: Fraction
    pass_percent: Fraction
    started_at: datetime
    submitted_at: datetime | None
    score: Fraction | None
    maximum: Fraction
    passed: bool | None
    name: str
    titles: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Concerned:
    """An attempt with the question in it. slots: where it is asked. marks: of every slot of the paper, by slot id.

    steps: of those slots, by slot id, where the paper keeps tries. given: what people gave, by slot id.
    """

    facts: Facts
    slots: list[Slot]
    marks: dict[int, Mark] = field(default_factory=dict)
    steps: dict[int, list[Step]] = field(default_factory=dict)
    given: dict[int, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counted:
    """The attempts of one person that count in one quiz, the earliest first, and how one of them is kept (rules D9)."""

    attempts: list[Attempt]
    method: str
    pass_percent: Fraction


@cache
def _statements(one: bool) -> dict[str, Select[Any]]:
    """Return the statements for all attempts of a question, or for one of them; built once."""
    scope = [
        question_t.c.question_id == bindparam("question_id"),
        question_t.c.number <= bindparam("upto"),
        *IN_SCOPE,
    ]
    scope += [attempt_t.c.public_id == bindparam("public_id")] if one else []
    asked = (
        select(slot_t.c.id)
        .join(question_t, question_t.c.id == slot_t.c.question_version_id)
        .join(attempt_t, attempt_t.c.id == slot_t.c.attempt_id)
        .join(person_t, person_t.c.id == attempt_t.c.person_id)
        .where(*scope)
    )
    attempts = asked.with_only_columns(slot_t.c.attempt_id)
    return {
        "asked": _asked(scope),
        "marks": select(
            slot_t.c.attempt_id, slot_t.c.id, slot_t.c.fraction, slot_t.c.weight, slot_t.c.state, slot_t.c.critical,
            slot_t.c.objective,
        ).where(slot_t.c.attempt_id.in_(attempts)),
        "steps": select(*(step_t.c[name] for name in Step.__dataclass_fields__))
        .where(step_t.c.slot_id.in_(asked.where(attempt_t.c.behaviour != Behaviour.DEFERRED)))
        .order_by(step_t.c.slot_id, step_t.c.seq),
        "given": select(marking_t.c.slot_id, marking_t.c.fraction)
        .where(marking_t.c.slot_id.in_(asked))
        .order_by(marking_t.c.id),
        "counted": _counted(scope),
    }  # fmt: skip


def _asked(scope: Sequence[Any]) -> Select[Any]:
    return (
        select(*(attempt_t.c[name] for name in _FACTS), person_t.c.name, version_t.c.titles, *SLOT, question_t.c.shown)
        .select_from(slot_t)
        .join(question_t, question_t.c.id == slot_t.c.question_version_id)
        .join(attempt_t, attempt_t.c.id == slot_t.c.attempt_id)
        .join(version_t, version_t.c.id == attempt_t.c.quiz_version_id)
        .join(person_t, person_t.c.id == attempt_t.c.person_id)
        .where(*scope)
        .order_by(attempt_t.c.id, slot_t.c.position)
    )


def _counted(scope: Sequence[Any]) -> Select[Any]:
    """Return the statement for all counted attempts of the people and quizzes in scope; see `closing.keep_score`."""
    other = attempt_t.alias("other")
    same = (
        select(attempt_t.c.id)
        .join(slot_t, slot_t.c.attempt_id == attempt_t.c.id)
        .join(question_t, question_t.c.id == slot_t.c.question_version_id)
        .join(person_t, person_t.c.id == attempt_t.c.person_id)
        .where(*scope, attempt_t.c.person_id == other.c.person_id, attempt_t.c.quiz_id == other.c.quiz_id)
        .correlate(other)
        .exists()
    )
    return (
        select(
            other.c.person_id, other.c.quiz_id, other.c.id, other.c.number, other.c.started_at, other.c.score,
            other.c.maximum, other.c.passed, other.c.pass_percent,
            func.coalesce(quiz_t.c.version_id, other.c.quiz_version_id).label("version_id"),
        )
        .join(quiz_t, quiz_t.c.id == other.c.quiz_id)
        .where(other.c.status == "submitted", other.c.kind == "graded", other.c.provisional.is_(False), same)
        .order_by(other.c.number)
    )  # fmt: skip


_SETTINGS = select(version_t.c.id, version_t.c.settings).where(version_t.c.id.in_(bindparam("ids", expanding=True)))


def concerned(session: Session, question_id: int, upto: int, public_id: str | None = None) -> list[Concerned]:
    """Return the attempts that were asked a question in a wording up to this number, or one of them; no previews.

    Four statements, however many attempts there are. The slots carry no key: one question has few wordings.
    """
    values = _values(question_id, upto, public_id)
    statements = _statements(public_id is not None)
    cut = len(_FACTS) + 2
    found: dict[int, Concerned] = {}
    for row in session.execute(statements["asked"], values):
        attempt = found.setdefault(row[0], Concerned(Facts(*row[:cut]), []))
        attempt.slots.append(Slot(*row[cut:]))
    for attempt_id, slot_id, fraction, weight, state, critical, objective in session.execute(
        statements["marks"], values
    ):
        found[attempt_id].marks[slot_id] = Mark(fraction, weight, State(state), critical, objective)
    by_slot = {slot.id: each for each in found.values() for slot in each.slots}
    for step in (Step(*row) for row in session.execute(statements["steps"], values)):
        by_slot[step.slot_id].steps.setdefault(step.slot_id, []).append(step)
    for slot_id, fraction in session.execute(statements["given"], values):
        by_slot[slot_id].given[slot_id] = fraction  # the newest comes last
    return list(found.values())


def counted(
    session: Session, question_id: int, upto: int, public_id: str | None = None
) -> dict[tuple[int, int], Counted]:
    """Return what counts for each (person, quiz) that a decision is about: two statements."""
    rows = session.execute(_statements(public_id is not None)["counted"], _values(question_id, upto, public_id)).all()
    ids = list({row.version_id for row in rows})
    settings: dict[int, Any] = {row.id: row.settings for row in session.execute(_SETTINGS, {"ids": ids})}
    found: dict[tuple[int, int], Counted] = {}
    for row in rows:
        method = str(settings[row.version_id].get("keep", METHODS[0]))
        before = found.get((row.person_id, row.quiz_id))
        attempts = [*(before.attempts if before else ()), _attempt(row)]
        found[row.person_id, row.quiz_id] = Counted(attempts, method, row.pass_percent)
    return found


def _values(question_id: int, upto: int, public_id: str | None) -> Mapping[str, Any]:
    values = {"question_id": question_id, "upto": upto}
    return values if public_id is None else {**values, "public_id": public_id}


def _attempt(row: Any) -> Attempt:
    return Attempt(
        status=Status.SUBMITTED, id=row.id, number=row.number, started_at=row.started_at, score=row.score,
        maximum=row.maximum, passed=row.passed,
    )  # fmt: skip
