"""Saving answers: one at a time while one answers, or a whole page at once; each is one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.accounts.domain import Actor
from learnapp.kit import metrics
from learnapp.kit.db import write
from learnapp.kit.errors import Conflict, Forbidden
from learnapp.quizzes.domain.attempt import Decision, Event, apply
from learnapp.quizzes.domain.certainty import LEVELS, Mode
from learnapp.quizzes.domain.tries import Action, Phase
from learnapp.quizzes.storage import attempts, saving
from learnapp.quizzes.storage.attempts import Paper, Slot
from learnapp.quizzes.storage.saving import Step
from learnapp.quizzes.types import type_named

from .finishing import finish

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Save:
    """One answer to save. n: its question's position. expected: the revision that the page knew.

    flagged, certainty: None leaves them as they are. action: "check" when the learner wants it judged.
    key: the browser's own name for this save, the same when it is sent again (decision 0018).
    """

    n: int
    expected: int
    answer: Answer | None
    flagged: bool | None = None
    certainty: int | None = None
    action: Action = Action.SAVE
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What is stored for one question after a save. newer: the answer that came after it, when it was sent again."""

    n: int
    revision: int
    answered: bool
    saved_at: datetime
    deadline: datetime | None
    newer: "Stale | None" = None


@dataclass(frozen=True, slots=True)
class Stale:
    """An answer that was refused because a newer one is stored (rules D11). key: under which the newer one came."""

    n: int
    revision: int
    current: Answer | None
    refused: Answer | None
    saved_at: datetime | None
    key: str | None = None


def save_answer(
    actor: Actor, attempt_id: str, n: int, expected_revision: int, answer: Answer | None,
    flagged: bool | None, now: datetime, certainty: int | None = None, key: str | None = None,
) -> Saved:  # fmt: skip
    """Save one answer (rules A4.3, D10, D11, D14); an unchanged answer adds no step, nor does one sent again.

    Raises NotFound, Forbidden("closed"), Forbidden("locked"), Forbidden("too_late", deadline=...), or
    Conflict("stale", stale=Stale) when a newer, different answer is stored.
    """
    with write() as session:
        paper = attempts.locked_question_of(session, actor, attempt_id, n)
        save = Save(n, expected_revision, answer, flagged, certainty, key=key)
        outcome = record(session, actor, paper, [save], now)
    saved, stale = unless_refused(outcome)
    if stale:
        raise Conflict("stale", stale=stale[0])
    return saved[0]


def save_all(
    actor: Actor, attempt_id: str, saves: Sequence[Save], now: datetime
) -> tuple[list[Saved], list[Stale]]:  # fmt: skip
    """Save a whole page of answers at once; return what is stored, and what was refused as stale.

    Raises NotFound, Forbidden("closed") and Forbidden("too_late", deadline=...).
    """
    with write() as session:
        paper = attempts.locked_attempt_of(session, actor, attempt_id)
        outcome = record(session, actor, paper, saves, now)
    return unless_refused(outcome)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a save came to. A refusal is raised only after the commit: closing a late attempt must stay."""

    decision: Decision
    saved: list[Saved]
    stale: list[Stale]


def unless_refused(outcome: Outcome) -> tuple[list[Saved], list[Stale]]:
    """Return what was saved and what was stale; raise Forbidden when the attempt takes no more answers."""
    problem = outcome.decision.problem
    if problem is not None:
        raise Forbidden(_why(outcome.decision), **problem.values)
    return outcome.saved, outcome.stale


def _why(decision: Decision) -> str:
    code = decision.problem.code if decision.problem is not None else "closed"
    return code if code in {"too_late", "hand_in_only"} else "closed"


def record(session: Session, actor: Actor, paper: Paper, saves: Sequence[Save], now: datetime) -> Outcome:
    """Write saves to a locked paper, inside the caller's transaction. Raises Forbidden("locked")."""
    decision = apply(paper.attempt, Event.SAVE, now)
    if decision.closed:
        finish(session, attempts.locked_for_grading(session, paper.public_id), decision, "reader", now)
    if not decision.accepted:
        metrics.count_at_commit(session, "saves_refused", len(saves), why=_why(decision))
        return Outcome(decision, [], [])
    if decision.late and not paper.late_by_latency:
        saving.mark_late(session, paper.id)
    repeated, pairs = _sent_again(session, paper, [_settled(paper, save) for save in saves])
    if any(slot.phase != Phase.OPEN and _changes(save, slot) for save, slot in pairs):
        metrics.count("saves_refused", why="locked")
        raise Forbidden("locked")
    stale = [(save, slot) for save, slot in pairs if _is_stale(save, slot)]
    fresh = [(save, slot) for save, slot in pairs if not _is_stale(save, slot)]
    _keep_refused(session, actor, stale, now)
    saved = _keep(session, actor, paper, fresh, decision.late, now)
    keys = saving.newest_keys(session, [slot.id for _save, slot in stale])
    return Outcome(decision, repeated + saved, [_as_stale(save, slot, keys.get(slot.id)) for save, slot in stale])


def _sent_again(
    session: Session, paper: Paper, pairs: Sequence[tuple[Save, Slot]]
) -> tuple[list[Saved], list[tuple[Save, Slot]]]:
    """Sort out saves that are stored already, as after a lost reply; asked only where the revision does not fit.

    The key alone proves nothing: under it, the same answer must be stored. Another one goes the ordinary way.
    """
    keys = {slot.id: save.key for save, slot in pairs if save.key and save.expected != slot.revision}
    found = saving.sent_before(session, keys)
    steps = {slot.id: found[slot.id] for save, slot in pairs if slot.id in found and _holds(found[slot.id], save, slot)}
    newest = saving.newest_keys(session, [slot.id for _s, slot in pairs if slot.id in steps])
    repeated = [_repeated(paper, slot, steps[slot.id], newest) for _s, slot in pairs if slot.id in steps]
    return repeated, [(save, slot) for save, slot in pairs if slot.id not in steps]


def _holds(step: Step, save: Save, slot: Slot) -> bool:
    # What has been locked since then stands in the save as it is now: the step is looked at in the same way.
    return type_named(slot.type).settle(slot.shown, slot.answer, step.answer) == save.answer


def _repeated(paper: Paper, slot: Slot, step: Step, newest: Mapping[int, str | None]) -> Saved:
    newer = Stale(slot.position, slot.revision, slot.answer, step.answer, slot.saved_at, newest.get(slot.id))
    is_newest = step.seq == slot.revision
    return Saved(
        slot.position, step.seq, step.answered, step.recorded_at, paper.deadline, None if is_newest else newer
    )  # fmt: skip


def _settled(paper: Paper, save: Save) -> tuple[Save, Slot]:
    """Return the save as its type lets it stand beside what is stored: a locked part stays as it was."""
    slot = paper.slot(save.n)
    answer = type_named(slot.type).settle(slot.shown, slot.answer, save.answer)
    asked = save.certainty in LEVELS and paper.certainty != Mode.OFF
    return replace(save, answer=answer, certainty=save.certainty if asked else slot.certainty), slot


def _changes(save: Save, slot: Slot) -> bool:
    return save.action is not Action.SAVE or save.answer != slot.answer or save.certainty != slot.certainty


def _is_stale(save: Save, slot: Slot) -> bool:
    # The same answer sent again (a lost reply, a form after its autosave) is no conflict.
    return save.expected != slot.revision and save.answer != slot.answer


def _as_stale(save: Save, slot: Slot, key: str | None) -> Stale:
    return Stale(save.n, slot.revision, slot.answer, save.answer, slot.saved_at, key)


def _keep_refused(session: Session, actor: Actor, stale: Sequence[tuple[Save, Slot]], now: datetime) -> None:
    rows = [
        {
            "slot_id": slot.id,
            "expected": save.expected,
            "answer": save.answer,
            "actor_id": actor.id,
            "recorded_at": now,
            "key": save.key,
        }
        for save, slot in stale
    ]
    saving.keep_refused(session, rows)
    metrics.count_at_commit(session, "saves_refused", len(rows), why="stale")


def _keep(
    session: Session, actor: Actor, paper: Paper, fresh: Sequence[tuple[Save, Slot]], late: bool, now: datetime
) -> list[Saved]:
    steps: list[Step] = []
    step_flags: dict[int, bool] = {}
    other_flags: dict[int, bool] = {}
    saved: list[Saved] = []
    for save, slot in fresh:
        flagged = slot.flagged if save.flagged is None else save.flagged
        if not _changes(save, slot):
            saved.append(Saved(save.n, slot.revision, slot.answered, slot.saved_at or now, paper.deadline))
            if flagged != slot.flagged:
                other_flags[slot.id] = flagged
            continue
        answered = not type_named(slot.type).complete(slot.shown, save.answer)
        seq, how_sure = slot.revision + 1, save.certainty
        steps.append(Step(slot.id, seq, save.answer, answered, late, actor.id, now, save.action, how_sure, save.key))
        step_flags[slot.id] = flagged
        saved.append(Saved(save.n, seq, answered, now, paper.deadline))
    saving.record_steps(session, steps, step_flags)
    metrics.count_at_commit(session, "answers_saved", len(steps))
    saving.set_flags(session, other_flags)
    return saved
