"""Who was erased, as rows and as lines of a file: applied again after an older backup was restored."""

import fcntl
import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from learnapp.accounts.storage import PersonRow
from learnapp.kit.db import Base, read
from learnapp.kit.upsert import insert_into

FILE = "erasures.jsonl"


class ErasureRow(Base):
    """One erased account: its random public id and the moment, nothing else."""

    __tablename__ = "erasure"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_public_id: Mapped[str] = mapped_column(String(22), unique=True)
    erased_at: Mapped[datetime]


def person_with(email: str) -> tuple[int, str] | None:
    """Return (key, public id) of the person with this address, for commands."""
    found = select(PersonRow.id, PersonRow.public_id).where(PersonRow.email == email.strip().lower())
    row = read().execute(found).one_or_none()
    return (row.id, row.public_id) if row else None


def erasures(since: datetime | None = None) -> dict[str, datetime]:
    """Return {public id: when} of the erased, from the table; since: only the newer ones."""
    rows = select(ErasureRow.person_public_id, ErasureRow.erased_at)
    chosen = rows.where(ErasureRow.erased_at >= since) if since else rows
    found: dict[str, datetime] = {}
    for person, moment in read().execute(chosen.order_by(ErasureRow.id)):
        found[person] = moment
    return found


def add_erasure(session: Session, person: str, moment: datetime) -> None:
    """Note who is erased; a second time changes nothing."""
    row = insert_into(session, ErasureRow).values(person_public_id=person, erased_at=moment)
    session.execute(row.on_conflict_do_nothing(index_elements=[ErasureRow.person_public_id]))


def listed(folder: Path) -> dict[str, datetime]:
    """Return {public id: when} of the erased, from the file in this folder; {} when there is none."""
    try:
        with (folder / FILE).open(encoding="utf-8") as file:
            return _lines(file)
    except FileNotFoundError:
        return {}


def list_erasures(folder: Path, erased: Mapping[str, datetime]) -> None:
    """Append to the file in this folder who is not in it yet, and wait until the disk has it.

    One process at a time; a line that a crash cut off is left alone and the next one starts afresh.
    """
    descriptor = os.open(folder / FILE, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        known = _lines(file)
        missing = {person: moment for person, moment in erased.items() if person not in known}
        if missing:
            _append(file, missing)


def _append(file: IO[str], erased: Mapping[str, datetime]) -> None:
    file.seek(0)
    text = file.read()
    if text and not text.endswith("\n"):
        file.write("\n")
    for person, moment in erased.items():
        file.write(json.dumps({"person": person, "at": moment.isoformat()}) + "\n")
    file.flush()
    os.fsync(file.fileno())


def _lines(lines: Iterable[str]) -> dict[str, datetime]:
    found = {}
    for line in lines:
        try:
            entry = json.loads(line)
            found[str(entry["person"])] = datetime.fromisoformat(entry["at"])
        except (ValueError, KeyError, TypeError):
            continue  # a line that a crash cut off; the table still has it, and it is written again
    return found
