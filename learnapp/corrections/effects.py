"""What a decision does to each attempt, by the function that grades at hand-in: pure, for the dry run and for real."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from learnapp.quizzes.domain.attempt import Attempt, Status
from learnapp.quizzes.domain.grading import Grade
from learnapp.quizzes.domain.kept import kept
from learnapp.quizzes.domain.ruling import NEEDS_KEY, Policy, Ruling
from learnapp.quizzes.domain.tries import Behaviour
from learnapp.quizzes.outcomes import final_grade, mark_of, result_of
from learnapp.quizzes.storage.attempts import Slot
from learnapp.quizzes.storage.marking import Rescored

from .concerned import Concerned, Counted
from .domain import Decision, Effect, Standing, Wording, impossible
from .storage import Waiting


@dataclass(frozen=True)
class Plan:
    """A decision with what it takes to carry it out. newest: the wording whose key a newer one brings.

    wordings: of the question, by id. keys: their keyed parts, by id.
    """

    decision: Decision
    newest: Wording
    wordings: Mapping[int, Wording]
    keys: Mapping[int, Mapping[str, Any]]

    @property
    def ruling(self) -> Ruling | None:
        """What is written on each slot; None takes earlier rulings back."""
        policy = self.decision.policy
        return None if policy is Policy.OWN_KEY else Ruling(policy, self.decision.option)

    @property
    def key_id(self) -> int | None:
        """The wording whose key is written on each slot."""
        return self.newest.id if self.decision.policy in NEEDS_KEY else None

    def problem_of(self, version_id: int) -> str | None:
        """Return why the decision cannot be carried out for answers to this wording."""
        return self._problems[version_id]

    @cached_property
    def _problems(self) -> dict[int, str | None]:
        """Looked at once: there are few wordings and may be many attempts."""
        return {each.id: impossible(self.decision, each, self.newest) for each in self.wordings.values()}

    @property
    def stored_ruling(self) -> dict[str, Any] | None:
        """Return the ruling as a slot stores it."""
        return self.ruling.as_json() if self.ruling else None

    def carried(self, slot: Slot | Waiting) -> bool:
        """Say whether a slot carries this ruling already."""
        return (slot.ruling or None, slot.graded_version_id) == (self.stored_ruling, self.key_id)

    def ruled(self, slot: Slot) -> Slot:
        """Return the slot as it will be, with its keys."""
        return slot._replace(
            ruling=self.stored_ruling,
            graded_version_id=self.key_id,
            keyed=dict(self.keys[slot.question_version_id]),
            new_keyed=dict(self.keys[self.newest.id]),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """An effect with what is to be written: each slot's grade, by slot id, and what the attempt comes to."""

    effect: Effect
    grades: Mapping[int, Grade]
    rescored: Rescored


def changes(
    plan: Plan, found: Sequence[Concerned], standing: Mapping[tuple[int, int], Counted]
) -> Iterator[tuple[Concerned, Change]]:
    """Yield what a decision does to each attempt that was handed in, in their order; open ones have no score yet.

    standing: what counts for each person and quiz before. Two attempts of one person follow each other, as they do
    when the decision is carried out.
    """
    now = dict(standing)
    for one in found:
        if one.facts.status != Status.SUBMITTED:
            continue
        change = _change(plan, one)
        at = (one.facts.person_id, one.facts.quiz_id)
        after = _after(one, change, now.get(at))
        lost = _passes(now.get(at)) and not _passes(after)
        change = replace(change, effect=replace(change.effect, kept_pass_lost=lost))
        if change.effect.applied and after is not None:
            now[at] = after
        yield one, change


def _change(plan: Plan, one: Concerned) -> Change:
    facts, first = one.facts, one.slots[0]
    before = Standing(first.fraction, facts.score or Fraction(0), facts.maximum, bool(facts.passed))
    problem = next((code for slot in one.slots if (code := plan.problem_of(slot.question_version_id))), None)
    if problem is not None:
        result = result_of(list(one.marks.values()), facts.pass_percent)
        return Change(Effect(facts.public_id, first.position, before, before, problem), {}, result)
    grades = {slot.id: _grade(plan.ruled(slot), one) for slot in one.slots}
    by_id = {slot.id: slot for slot in one.slots}
    marks = [mark_of(by_id[key], grades[key]) if key in grades else mark for key, mark in one.marks.items()]
    result = result_of(marks, facts.pass_percent)
    after = Standing(grades[first.id].fraction, result.score, result.maximum, result.passed)
    effect = Effect(facts.public_id, first.position, before, after, allowed=plan.decision.may_lower)
    return Change(effect, grades, result)


def _grade(slot: Slot, one: Concerned) -> Grade:
    steps, given = one.steps.get(slot.id, ()), one.given.get(slot.id)
    return final_grade(slot, Behaviour(one.facts.behaviour), one.facts.penalty, steps, given)


def _after(one: Concerned, change: Change, counted: Counted | None) -> Counted | None:
    """Return what counts for the person and quiz afterwards: practice never does, nor what still waits for a mark."""
    facts, result = one.facts, change.rescored
    if counted is None or facts.kind != "graded" or change.effect.problem is not None:
        return counted
    others = [each for each in counted.attempts if each.id != facts.id]
    if not result.provisional:
        others.append(_scored(one, result))
    return replace(counted, attempts=sorted(others, key=lambda each: each.number))


def _scored(one: Concerned, result: Rescored) -> Attempt:
    facts = one.facts
    return Attempt(
        status=Status.SUBMITTED, id=facts.id, number=facts.number, started_at=facts.started_at, score=result.score,
        maximum=result.maximum, passed=result.passed,
    )  # fmt: skip


def _passes(counted: Counted | None) -> bool:
    if counted is None:
        return False
    grade = kept(counted.attempts, counted.method, counted.pass_percent)
    return grade is not None and grade.passed
