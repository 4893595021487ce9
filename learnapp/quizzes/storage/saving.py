"""Writing answers: the newest one on the slot, every one as a step that is never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from .rows import StaleSaveRow, StepRow
from .tables import attempt_t, slot_t

step_t = cast(Table, StepRow.__table__)
stale_t = cast(Table, StaleSaveRow.__table__)


@dataclass(frozen=True, slots=True)
class Step:
    """One saved answer to one question. `seq` is the answer's revision, from 1."""

    slot_id: int
    seq: int
    answer: Mapping[str, Any] | None
    answered: bool
    late_by_latency: bool
    actor_id: int
    recorded_at: datetime
    action: str = "save"
    certainty: int | None = None
    key: str | None = None


_NEWEST = (
    update(slot_t)
    .where(slot_t.c.id == bindparam("at_slot"))
    .values({name: bindparam(f"new_{name}") for name in ("revision", "answer", "answered", "saved_at", "certainty")})
)
_FLAG = update(slot_t).where(slot_t.c.id == bindparam("at_slot")).values(flagged=bindparam("new_flagged"))
_NEWEST_AND_FLAG = _NEWEST.values(flagged=bindparam("new_flagged"))
_STEPS = (
    select(slot_t.c.position, *(step_t.c[name] for name in Step.__dataclass_fields__))
    .join(slot_t, slot_t.c.id == step_t.c.slot_id)
    .where(slot_t.c.attempt_id == bindparam("attempt_id"))
    .order_by(slot_t.c.position, step_t.c.seq)
)
_SLOT_STEPS = (
    select(*(step_t.c[name] for name in Step.__dataclass_fields__))
    .where(step_t.c.slot_id == bindparam("slot_id"))
    .order_by(step_t.c.seq)
)
_LATE = update(attempt_t).where(attempt_t.c.id == bindparam("attempt_id")).values(late_by_latency=True)
_PHASE = (
    update(slot_t)
    .where(slot_t.c.id == bindparam("at_slot"))
    .values(tries=bindparam("new_tries"), phase=bindparam("new_phase"))
)
_SENT = (
    select(*(step_t.c[name] for name in Step.__dataclass_fields__))
    .where(
        step_t.c.slot_id.in_(bindparam("slots", expanding=True)), step_t.c.key.in_(bindparam("keys", expanding=True))
    )
    .order_by(step_t.c.seq)
)
_NEWEST_KEYS = (
    select(step_t.c.slot_id, step_t.c.key)
    .join(slot_t, (slot_t.c.id == step_t.c.slot_id) & (slot_t.c.revision == step_t.c.seq))
    .where(step_t.c.slot_id.in_(bindparam("slots", expanding=True)))
)
_REFUSED = select(stale_t.c.slot_id, stale_t.c.key, stale_t.c.answer).where(
    stale_t.c.slot_id.in_(bindparam("slots", expanding=True)), stale_t.c.key.in_(bindparam("keys", expanding=True))
)
_STALE = insert(stale_t)
_STEP = insert(step_t)


def record_steps(session: Session, steps: Sequence[Step], flags: Mapping[int, bool]) -> None:
    """Append the steps and make each its slot's newest answer: two statements, however many there are.

    flags: {slot id: flagged or not} of the same slots.
    """
    if not steps:
        return
    session.execute(_NEWEST_AND_FLAG, [_newest(step, flags[step.slot_id]) for step in steps])
    session.execute(_STEP, [_as_row(step) for step in steps])


def _newest(step: Step, flagged: bool) -> dict[str, Any]:
    return {
        "at_slot": step.slot_id,
        "new_revision": step.seq,
        "new_answer": step.answer,
        "new_answered": step.answered,
        "new_saved_at": step.recorded_at,
        "new_certainty": step.certainty,
        "new_flagged": flagged,
    }


def _as_row(step: Step) -> dict[str, Any]:
    return {name: getattr(step, name) for name in Step.__dataclass_fields__}


def set_flags(session: Session, flags: Mapping[int, bool]) -> None:
    """Flag or unflag slots whose answers did not change: {slot id: flagged or not}."""
    if flags:
        session.execute(_FLAG, [{"at_slot": slot_id, "new_flagged": flag} for slot_id, flag in flags.items()])


def set_phase(session: Session, slot_id: int, tries: int, phase: str) -> None:
    """Note on a slot how many checks it has had and what it takes now; both follow from its steps."""
    session.execute(_PHASE, {"at_slot": slot_id, "new_tries": tries, "new_phase": phase})


def mark_late(session: Session, attempt_id: int) -> None:
    """Note on an attempt that something was accepted within the allowance after its deadline (rules D10)."""
    session.execute(_LATE, {"attempt_id": attempt_id})


def keep_refused(session: Session, refused: Sequence[Mapping[str, Any]]) -> None:
    """Keep answers that lost a race: each has slot_id, expected, answer, actor_id, recorded_at, key (rules D11).

    The same answer that was refused before under the same key is kept once.
    """
    keys = [row["key"] for row in refused if row["key"]]
    slots = [row["slot_id"] for row in refused]
    known = [tuple(row) for row in session.execute(_REFUSED, {"slots": slots, "keys": keys})] if keys else []
    rows = [dict(row) for row in refused if (row["slot_id"], row["key"], row["answer"]) not in known]
    if rows:
        session.execute(_STALE, rows)


def sent_before(session: Session, keys: Mapping[int, str]) -> dict[int, Step]:
    """Return the steps that already carry these keys: {slot id: key} -> {slot id: step}; no statement without keys."""
    if not keys:
        return {}
    steps = [Step(*row) for row in session.execute(_SENT, {"slots": list(keys), "keys": list(keys.values())})]
    return {step.slot_id: step for step in steps if keys[step.slot_id] == step.key}


def newest_keys(session: Session, slots: Sequence[int]) -> dict[int, str | None]:
    """Return the key under which each slot's newest answer was sent, if any; no statement without slots."""
    if not slots:
        return {}
    rows = session.execute(_NEWEST_KEYS, {"slots": list(slots)})
    return {row.slot_id: row.key for row in rows}


def steps_of(session: Session, attempt_id: int) -> dict[int, list[Step]]:
    """Return every saved answer of an attempt, oldest first, by the question's position."""
    found: dict[int, list[Step]] = {}
    for position, *values in session.execute(_STEPS, {"attempt_id": attempt_id}):
        found.setdefault(position, []).append(Step(*values))
    return found


def steps_of_slot(session: Session, slot_id: int) -> list[Step]:
    """Return every saved answer of one question, oldest first."""
    return [Step(*values) for values in session.execute(_SLOT_STEPS, {"slot_id": slot_id})]
