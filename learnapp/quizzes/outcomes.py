"""From the steps of a question to what it earns: pure, so that regrading gives the stored result bit for bit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from .domain.grading import Grade, State, information, state_of
from .domain.tries import Action, Behaviour, Move, Try, counted, score
from .question_type import Answer, QuestionType
from .storage.attempts import Paper, Slot
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

    marked: by position, the fraction that a person gave: it replaces what the rules say (rules B).
    """
    behaviour = Behaviour(paper.behaviour)
    grades = [final_grade(slot, behaviour, paper.penalty, steps.get(slot.position, ())) for slot in paper.slots]
    return [_marked(grade, marked.get(slot.position)) for slot, grade in zip(paper.slots, grades, strict=True)]


def _marked(grade: Grade, fraction: Fraction | None) -> Grade:
    return grade if fraction is None else replace(grade, fraction=fraction, state=state_of(fraction))


def final_grade(slot: Slot, behaviour: Behaviour, penalty: Fraction, steps: Sequence[Step]) -> Grade:
    """Return what a question earns in the end (rules A3, B): from its newest answer, or from all its tries."""
    kind, keyed = type_named(slot.type), slot.keyed or {}
    if not kind.marked:
        return information()
    item = kind.parse(keyed["item"])
    if behaviour is Behaviour.DEFERRED:
        return kind.grade(item, slot.answer)
    tries = tries_of(kind, item, steps)
    return grade_tries(kind, item, tries, behaviour, penalty, len(keyed.get("hints") or ()))


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
