"""From the steps of a question to what it earns: pure, so that regrading gives the stored result bit for bit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from types import MappingProxyType
from typing import Any

from .domain.grading import Grade, State, information, state_of
from .domain.ruling import NEEDS_KEY, Policy, better, ruling_in, without_key
from .domain.scoring import Mark, maximum, total, verdict_of
from .domain.tries import Action, Behaviour, Move, Try, counted, score
from .question_type import Answer, QuestionType
from .storage.attempts import Paper, Slot
from .storage.marking import Rescored
from .storage.saving import Step
from .types import type_named

NOBODY: Mapping[int, Fraction] = MappingProxyType({})


def keeps_tries(paper: Paper) -> bool:
    """Say whether earlier steps of this paper's questions count, and not only the newest answer."""
    return paper.behaviour != Behaviour.DEFERRED


def final_grades(
    paper: Paper, steps: Mapping[int, Sequence[Step]], marked: Mapping[int, Fraction] = NOBODY
) -> list[Grade]:
    """Return the grade of every slot, in order. steps: of each position; needed when the paper keeps tries.

    marked: by position, the fraction that a person gave. Handing in and every regrade come through here.
    """
    behaviour = Behaviour(paper.behaviour)
    return [
        final_grade(slot, behaviour, paper.penalty, steps.get(slot.position, ()), marked.get(slot.position))
        for slot in paper.slots
    ]


def final_grade(
    slot: Slot, behaviour: Behaviour, penalty: Fraction, steps: Sequence[Step], given: Fraction | None = None
) -> Grade:
    """Return what a question earns in the end (rules A3, A7, B): from its newest answer, or from all its tries.

    Its ruling says by which keys; of several the best counts. given: the fraction that a person gave; it replaces
    what the rules say, but not a ruling for which no answer matters.
    """
    kind = type_named(slot.type)
    if not kind.marked:
        return information()
    ruled = without_key(ruling_in(slot.ruling))
    if ruled is not None:
        return ruled
    hints = len((slot.keyed or {}).get("hints") or ())
    grades = (_by_key(kind, item, slot, behaviour, penalty, steps, hints) for item in _items(kind, slot))
    return marked_grade(slot, reduce(better, grades), given)


def marked_grade(slot: Slot, grade: Grade, given: Fraction | None) -> Grade:
    """Return what a question earns once a person gave this fraction (None: nobody did)."""
    ruled = without_key(ruling_in(slot.ruling))
    if ruled is not None or given is None:
        return ruled or grade
    return replace(grade, fraction=given, state=state_of(given))


def _items(kind: QuestionType, slot: Slot) -> list[Any]:
    """Return the question with each key that holds for this slot, as its ruling says."""
    return [item for _keyed, item in _keys(kind, slot)]


def _keys(kind: QuestionType, slot: Slot) -> list[tuple[Mapping[str, Any], Any]]:
    own = slot.keyed or {}
    ruling = ruling_in(slot.ruling)
    found: list[tuple[Mapping[str, Any], Any]] = [(own, kind.parse(own["item"]))]
    if ruling is not None and ruling.policy in NEEDS_KEY:
        newer = slot.new_keyed or {}
        found.append((newer, kind.parse(newer["item"])))
    elif ruling is not None and ruling.policy is Policy.OPTION:
        found.append((own, kind.alternatives(found[0][1])[ruling.option or ""].item))
    return found[1:] if ruling is not None and ruling.policy is Policy.NEW_KEY else found


def reviewed_key(slot: Slot) -> tuple[Mapping[str, Any], Any]:
    """Return the key that a review shows, (stored part, item): the one by which the newest answer earns most."""
    kind = type_named(slot.type)
    keys = _keys(kind, slot)
    if len(keys) == 1:
        return keys[0]
    return max(keys, key=lambda each: kind.grade(each[1], slot.answer).fraction or Fraction(0))  # the first of equals


def _by_key(
    kind: QuestionType, item: Any, slot: Slot, behaviour: Behaviour, penalty: Fraction, steps: Sequence[Step],
    hints: int,
) -> Grade:  # fmt: skip
    if behaviour is Behaviour.DEFERRED:
        return kind.grade(item, slot.answer)
    return grade_tries(kind, item, tries_of(kind, item, steps), behaviour, penalty, hints)


def mark_of(slot: Slot, grade: Grade | None = None) -> Mark:
    """Return what a slot adds to its paper, with its stored grade or with this one."""
    fraction, state = (grade.fraction, grade.state) if grade else (slot.fraction, State(slot.state))
    return Mark(fraction, slot.weight, state, slot.critical, slot.objective)


def result_of(marks: Sequence[Mark], pass_percent: Fraction) -> Rescored:
    """Return what an attempt comes to: at hand-in, after a mark and in every regrade."""
    verdict = verdict_of(marks, pass_percent)
    waiting = any(mark.state is State.NEEDS_GRADING for mark in marks)
    return Rescored(total(marks), maximum(marks), verdict.passed, verdict.safety_missed, waiting)


def grade_tries(
    kind: QuestionType, item: Any, tries: Sequence[Try], behaviour: Behaviour, penalty: Fraction, hints: int
) -> Grade:
    """Return the grade of a question from its tries; parts and rule are those of the last try that counts."""
    kept = counted(behaviour, tries, hints)
    last = kind.grade(item, kept[-1].answer if kept else None)
    fraction = score(behaviour, tries, hints, penalty)
    if fraction is None:
        return Grade(None, last.state, last.parts, last.rule)
    if kept and behaviour is Behaviour.INTERACTIVE and kind.count_back is not None:
        fraction = kind.count_back(item, [one.answer for one in kept], penalty)
    state = state_of(fraction)
    return Grade(fraction, last.state if state is State.WRONG else state, last.parts, last.rule)


def tries_of(kind: QuestionType, item: Any, steps: Sequence[Step]) -> list[Try]:
    """Return the tries in a question's steps: every check, and the newest answer when it came after the last one."""
    checks = [step for step in steps if step.action == Action.CHECK]
    newest = [step for step in steps[-1:] if step.action == Action.SAVE and step.answer is not None]
    return [_try(kind, item, step.answer, step.action == Action.CHECK) for step in [*checks, *newest]]


def _try(kind: QuestionType, item: Any, answer: Answer | None, checked: bool) -> Try:
    return Try(answer, kind.grade(item, answer).fraction, checked)


def moves_of(kind: QuestionType, item: Any, steps: Sequence[Step]) -> list[Move]:
    """Return a question's steps as the phases see them."""
    return [Move(Action(step.action), kind.grade(item, step.answer).fraction or Fraction(0)) for step in steps]
