"""The rules of a case: its steps are graded by their own types, and a locked step never changes again."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored
from learnapp.quizzes.domain.grading import (
    Grade,
    Part,
    State,
    blank,
    graded,
    is_unsure,
    needs_grading,
    unmarked,
    unsure,
)
from learnapp.quizzes.domain.paper import shuffle, slot_seed
from learnapp.quizzes.domain.review import Disclosure

from . import checks
from .answers import Answer, Data, given_locks, given_steps, locked_steps, open_steps

FIELDS = frozenset({"steps"})
RULE = "weighted_steps"
EMPTY = {State.GAVE_UP, State.UNSURE}


@dataclass(frozen=True)
class Step:
    """One question of a case. weight: its share. then: what happened next, told once the step is locked."""

    id: str
    type: str
    stem: str
    weight: Fraction
    item: Any
    then: str | None = None


@dataclass(frozen=True)
class Item:
    """A case; answers are {"steps": {step id: that type's answer}, "locked": [step ids in order]}."""

    steps: tuple[Step, ...]


def unfolds(_shown: Data, answer: Answer | None) -> bool:
    """Say whether a step is locked, so that there is something to tell."""
    return bool(given_locks(answer))


def told(item: Item, answer: Answer | None) -> dict[str, Any]:
    """Return {step id: what happened next} for the locked steps, and for no other."""
    locked = given_locks(answer)
    return {step.id: step.then for step in item.steps if step.then and step.id in locked}


@dataclass(frozen=True)
class Rules:
    """The functions of the type, over the types that its steps may have."""

    type_named: checks.TypeNamed

    def map_texts(self, data: Data, change: Callable[[Any, str], Any]) -> dict[str, Any]:
        """Return data with every human text changed: stems, what happened next, and the texts of each step."""
        return checks.map_texts(data, change, self.type_named)

    def tags(self, data: Data) -> list[str]:
        """Return the misconception codes of all steps."""
        return checks.tags(data, self.type_named)

    def check_data(self, data: Data) -> list[Problem]:
        """Return every problem of the steps, with places such as "steps[1].options[0].reason"."""
        return checks.check_data(data, self.type_named)

    def parse(self, data: Data) -> Item:
        """Read checked data."""
        authored.check_version(data)
        return Item(tuple(self._step(step) for step in data["steps"]))

    def _step(self, data: Data) -> Step:
        item = self.type_named(data["type"]).parse(data)
        return Step(data["id"], data["type"], data["stem"], checks.weight_of(data), item, data.get("then"))

    def dump(self, item: Item) -> dict[str, Any]:
        """Write JSON that parses to an equal item: each step holds its own fields beside those of its type."""
        return {"v": authored.VERSION, "steps": [self._dumped(step) for step in item.steps]}

    def _dumped(self, step: Step) -> dict[str, Any]:
        own = self.type_named(step.type).dump(step.item)
        common = {"id": step.id, "type": step.type, "stem": step.stem, "weight": str(step.weight)}
        return {**own, **common, **({"then": step.then} if step.then else {})}

    def public(self, item: Item) -> dict[str, Any]:
        """Return the steps without keys, and without what happened next.

        pause: the step must be locked to go on. waits: a person must grade one of the steps.
        """
        steps = [self._public(step) for step in item.steps]
        waits = any(step["shown"].get("waits") for step in steps)
        return {"steps": steps} | ({"waits": True} if waits else {})

    def _public(self, step: Step) -> dict[str, Any]:
        return {
            "id": step.id,
            "type": step.type,
            "stem": step.stem,
            "weight": str(step.weight),
            "pause": step.then is not None,
            "shown": self.type_named(step.type).public(step.item),
        }

    def arrange(self, item: Item, seed: int) -> dict[str, Any]:
        """Return the arrangement of every step, each from a seed of its own; the steps keep their order."""
        orders = {
            step.id: self.type_named(step.type).arrange(step.item, slot_seed(seed, n))
            for n, step in enumerate(item.steps, 1)
        }
        return {"steps": orders}

    def complete(self, shown: Data, answer: Answer | None) -> list[Problem]:
        """Return the problems of every open step, told with its number; "not_answered" for a blank.

        A pause that is not locked yet is one too ("not_locked"), unless its step is the last.
        """
        if is_unsure(answer):
            return []
        steps, opened = given_steps(answer), open_steps(shown, answer)
        if not steps:
            return [Problem("not_answered")]
        found = [
            checks.inside(problem, n, step)
            for n, step in enumerate(opened, 1)
            for problem in self.type_named(step["type"]).complete(step["shown"], steps.get(step["id"]))
        ]
        if len(opened) < len(shown["steps"]):
            found.append(Problem("not_locked", opened[-1]["id"], {"step": len(opened)}))
        return found

    def settle(self, shown: Data, before: Answer | None, after: Answer | None) -> dict[str, Any] | None:
        """Return the answer to store: a locked step stays as it was, and no step beyond an open pause is taken.

        A lock is taken only for the first pause that is not locked yet, and only when its step is complete;
        the steps behind it open for the next answer, never for this one.
        """
        kept = locked_steps(shown, before)
        old, new, asked = given_steps(before), given_steps(after), given_locks(after)
        steps: dict[str, Any] = {}
        locked = list(kept)
        for step in shown["steps"]:
            key = step["id"]
            answer = old.get(key) if key in kept else new.get(key)
            if answer is not None:
                steps[key] = answer
            if not step["pause"] or key in kept:
                continue
            if key in asked and not self.type_named(step["type"]).complete(step["shown"], answer):
                locked.append(key)
            break
        if steps or locked:
            return {"steps": steps, "locked": locked}
        return {"unsure": True} if is_unsure(after) else None

    def grade(self, item: Item, answer: Answer | None) -> Grade:
        """Grade the mean of the steps by their weights (rules A1, as for parts of a cloze).

        What is only read weighs nothing. While a person must grade one step, the whole has no fraction. Nothing
        answered at all is a blank, or "I am not sure" when that is all that was said.
        """
        given = given_steps(answer)
        if not given:
            return unmarked(answer, RULE)
        grades = [(step, self.type_named(step.type).grade(step.item, given.get(step.id))) for step in item.steps]
        counted = [(step, each) for step, each in grades if each.state is not State.INFORMATION]
        states = {each.state for _, each in counted}
        parts = tuple(_part(step, each) for step, each in grades)
        if states <= EMPTY:
            return unsure(RULE) if State.UNSURE in states else blank(RULE)
        if State.NEEDS_GRADING in states:
            return needs_grading(parts, RULE)
        earned = sum((step.weight * (each.fraction or 0) for step, each in counted), Fraction(0))
        return graded(earned / sum(step.weight for step, _ in counted), parts, RULE)

    def reveal(self, item: Item, answer: Answer | None, arrangement: Data, allowed: Disclosure) -> dict[str, Any]:
        """Return a row per step with its own review; what happened next only where it was earned or all is shown."""
        given, locked = given_steps(answer), given_locks(answer)
        rows = [
            self._row(step, given.get(step.id), arrangement["steps"][step.id], allowed)
            | ({"then": step.then} if step.then and (step.id in locked or allowed.all_reasons) else {})
            for step in item.steps
        ]
        return {"rows": rows, "unsure": is_unsure(answer), "blank": not given and not is_unsure(answer)}

    def _row(self, step: Step, answer: Answer | None, arrangement: Data, allowed: Disclosure) -> dict[str, Any]:
        kind = self.type_named(step.type)
        row: dict[str, Any] = {
            "id": step.id,
            "stem": step.stem,
            "template": kind.review_template,
            "shown": kind.public(step.item),
            "revealed": kind.reveal(step.item, answer, arrangement, allowed),
        }
        if allowed.correctness:
            row["state"] = str(kind.grade(step.item, answer).state)
        return row

    def sample(self, item: Item, seed: int, right: bool) -> dict[str, Any]:
        """Return a believable answer by seed, all steps right or one of them wrong, every pause locked."""
        marked = [step.id for step in item.steps if self.type_named(step.type).marked]
        missed = [] if right else shuffle(marked, seed, "sample")[:1]
        steps = {
            step.id: self.type_named(step.type).sample(step.item, slot_seed(seed, n), step.id not in missed)
            for n, step in enumerate(item.steps, 1)
            if step.id in marked
        }
        return {"steps": steps, "locked": [step.id for step in item.steps if step.then]}


def _part(step: Step, grade: Grade) -> Part:
    right = grade.state is State.RIGHT
    return Part(step.id, grade.fraction or Fraction(0), "" if right else str(grade.state))
