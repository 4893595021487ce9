"""The verbs of checking an answer while the paper is open: check it, and try again. Each is one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.accounts.domain import Actor
from learnapp.kit.db import write
from learnapp.kit.errors import Conflict, Forbidden, Problem

from .actions import Answer, Outcome, Save, record, unless_refused
from .domain.tries import Action, Behaviour, Phase, counted, phase, tries_allowed
from .outcomes import moves_of, tries_of
from .storage import attempts, saving
from .storage.attempts import Paper, Slot
from .types import type_named


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check: the problems of an unfinished answer, which is saved and costs no try (rules A3)."""

    revision: int
    problems: tuple[Problem, ...] = ()


def check_answer(
    actor: Actor, attempt_id: str, n: int, expected_revision: int, answer: Answer | None, now: datetime,
    certainty: int | None = None,
) -> Checked:  # fmt: skip
    """Save an answer and judge it at once, where the paper's behaviour has checks; what a person grades is only saved.

    Twice at the same moment is one try.

    Raises what `save_answer` raises, and Forbidden("no_checks") where answers are judged only when handed in.
    """
    with write() as session:
        paper = attempts.locked_for_check(session, actor, attempt_id, n)
        if tries_allowed(Behaviour(paper.behaviour), 0) == 0:
            raise Forbidden("no_checks")
        slot = paper.slot(n)
        if slot.tries and answer == slot.answer and _was_checked(session, slot):
            return Checked(slot.revision)  # the second click of two, or the same answer again: no try
        problems = tuple(type_named(slot.type).complete(slot.shown, answer))
        action = Action.SAVE if problems or slot.shown.get("waits") else Action.CHECK
        save = Save(n, expected_revision, answer, None, certainty, action)
        outcome = record(session, actor, paper, [save], now)
        if outcome.saved and action is Action.CHECK:
            _set_phase(session, paper, slot)
    saved, stale = unless_refused(outcome)
    if stale:
        raise Conflict("stale", stale=stale[0])
    return Checked(saved[0].revision, problems)


def _was_checked(session: Session, slot: Slot) -> bool:
    return saving.steps_of_slot(session, slot.id)[-1].action == Action.CHECK


def try_again(actor: Actor, attempt_id: str, n: int, now: datetime) -> None:
    """Open a question again after a wrong try; a hint that says so clears what is wrong. Twice is harmless."""
    with write() as session:
        paper = attempts.locked_for_check(session, actor, attempt_id, n)
        slot = paper.slot(n)
        outcome: Outcome | None = None
        if slot.phase == Phase.HINT:
            reopened = attempts.reopened(paper, slot)
            save = Save(n, slot.revision, _kept(slot), None, None, Action.AGAIN)
            outcome = record(session, actor, reopened, [save], now)
            if outcome.decision.accepted:
                saving.set_phase(session, slot.id, slot.tries, Phase.OPEN)
    if outcome is not None:
        unless_refused(outcome)


def _kept(slot: Slot) -> Any:
    """Return the answer that the next try begins with."""
    kind, keyed = type_named(slot.type), slot.keyed or {}
    hint = hint_of(keyed, slot.tries)
    if kind.keep_right is None or slot.answer is None or not (hint and hint.get("clear")):
        return slot.answer
    return kind.keep_right(kind.parse(keyed["item"]), slot.answer)


def hint_of(keyed: Any, tries: int) -> Any:
    """Return the hint {"text", "clear", "count"} that follows this many wrong tries, or None."""
    hints: Sequence[Any] = keyed.get("hints") or ()
    return hints[tries - 1] if 0 < tries <= len(hints) else None


def _set_phase(session: Session, paper: Paper, slot: Slot) -> None:
    kind, keyed = type_named(slot.type), slot.keyed or {}
    item, hints = kind.parse(keyed["item"]), len(keyed.get("hints") or ())
    steps = saving.steps_of_slot(session, slot.id)
    behaviour = Behaviour(paper.behaviour)
    tries = len(counted(behaviour, tries_of(kind, item, steps), hints))
    saving.set_phase(session, slot.id, tries, phase(behaviour, moves_of(kind, item, steps), hints))
