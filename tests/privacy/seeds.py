"""A marker in every column that can hold text about somebody, taken from the metadata, and a dump to look for them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Column, String, Table, insert, inspect, select, text, update
from sqlalchemy.orm import Session

from learnapp.cohorts.storage import CohortRow
from learnapp.evidence import storage as _claims  # noqa: F401  its tables
from learnapp.kit.db import Base, ExactFraction, UtcDateTime, db
from learnapp.quizzes.storage.rows import AttemptRow, QuestionVersionRow, QuizRow
from tests.people import Someone

MARKER = re.compile(r"zqx\d{3}q")
MOMENT = datetime(2026, 3, 12, 10, 58, tzinfo=UTC)
# Tables about somebody, parents first, and the columns whose words are fixed by a CHECK.
ABOUT: Mapping[str, Mapping[str, Any]] = {
    "person": {"track": "trainee"},
    "session": {},
    "person_role": {},
    "enrolment": {"part": "learner"},
    "override": {"cohort_id": None},
    "reading": {},
    "attempt": {"track": "trainee", "status": "submitted", "kind": "graded", "submitted_at": MOMENT},
    "slot": {},
    "step": {},
    "stale_save": {},
    "marking": {},
    "attempt_event": {},
    "grade": {},
    "correction_entry": {},
    "outbox": {},
}
# What we publish, what belongs to a group or a question, and what names nobody.
NOT_ABOUT = {
    "role", "setup_link", "cohort", "quiz", "quiz_version", "question", "question_version", "lesson", "lesson_version",
    "lesson_page", "claim", "source", "publication", "correction", "erasure", "rate",
}  # fmt: skip


class Planter:
    """Plants numbered markers, and remembers where."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}
        self._numbers = count(1)

    def marker(self, column: Column[Any]) -> str:
        """Return a new marker for this column."""
        name = f"zqx{next(self._numbers):03d}q"
        self.planted[name] = f"{column.table.name}.{column.name}"
        return name

    def values(self, table: Table, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row: what is given, a marker wherever text fits, and something plain elsewhere."""
        row = {}
        for column in table.columns:
            if column.name in given:
                row[column.name] = given[column.name]
            elif isinstance(column.type, String):
                row[column.name] = self.marker(column)
            elif isinstance(column.type, JSON):
                row[column.name] = {"text": self.marker(column)}
            elif not column.nullable and not column.primary_key and column.default is None:
                row[column.name] = _plain(column)
        return row


def _plain(column: Column[Any]) -> Any:
    if isinstance(column.type, UtcDateTime):
        return MOMENT
    return Fraction(1) if isinstance(column.type, ExactFraction) else column.type.python_type(1)


def plant(session: Session, someone: Someone, slug: str) -> Planter:
    """Fill every column about somebody who has sat the quiz `slug` once; return where each marker is."""
    planter = Planter()
    attempt = session.scalars(select(AttemptRow).where(AttemptRow.person_id == someone.id)).one()
    version = session.scalars(select(QuestionVersionRow)).first()
    assert version is not None
    lesson = session.execute(
        insert(Base.metadata.tables["lesson"]).values(slug="l", position=1).returning(text("id"))
    ).scalar_one()  # fmt: skip
    other = session.scalars(select(QuizRow.id).where(QuizRow.slug != slug)).one()
    correction = _correction(session, version)
    links = {
        "person_id": someone.id, "actor_id": someone.id, "quiz_id": other, "lesson_id": lesson, "role_id": 1,
        "cohort_id": session.scalars(select(CohortRow.id)).first(), "question_version_id": version.id,
        "quiz_version_id": attempt.quiz_version_id, "correction_id": correction, "made_by": None, "ended_by": None,
    }  # fmt: skip
    for name, fixed in ABOUT.items():
        table = Base.metadata.tables[name]
        given = {key: value for key, value in links.items() if key in table.columns} | dict(fixed)
        _write(session, table, planter, given, someone, links)
    return planter


def _correction(session: Session, version: QuestionVersionRow) -> int:
    values = {
        "public_id": "c", "question_id": version.question_id, "version_id": version.id, "policy": "both",
        "reason": "The key was wrong", "status": "done", "made_at": MOMENT,
    }  # fmt: skip
    made = insert(Base.metadata.tables["correction"]).values(values).returning(text("id"))
    return int(session.execute(made).scalar_one())


def _write(
    session: Session, table: Table, planter: Planter, given: dict[str, Any], someone: Someone, links: dict[str, Any]
) -> None:
    if table.name == "person":
        address = f"{planter.marker(table.c.email)}@example.org"
        kept = {"id": someone.id, "public_id": someone.public_id, "email": address, **given}
        session.execute(update(table).where(table.c.id == someone.id).values(planter.values(table, kept)))
        links["address"] = address
        return
    if table.name == "outbox":
        given |= {"kind": "mail", "payload": {"to": links["address"], "body": planter.marker(table.c.payload)}}
    if table.name == "enrolment":
        given |= {"left_at": MOMENT}
    made = session.execute(insert(table).values(planter.values(table, given)).returning(*table.primary_key.columns))
    links[f"{table.name}_id"] = made.first()[0]


def dump() -> str:
    """Return every row of every table of the database, as the driver gives it, schema and its version included."""
    with db.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        rows = [row for name in names for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
    return "\n".join(str(tuple(row)) for row in rows)


def files(folder: Path) -> str:
    """Return what every file of the instance says, without the database itself and what is served to everybody."""
    found = [p for p in folder.rglob("*") if p.is_file() and "static" not in p.parts and "learnapp.db" not in p.name]
    return "\n".join(f"{path.name}\n{path.read_bytes().decode(errors='replace')}" for path in found)
