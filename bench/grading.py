"""What grading costs: one attempt of 40 questions of all types, from its stored items to its grades, no database."""

import json
import time
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

import learnapp.quizzes.types as types
from learnapp.quizzes.domain.tries import DEFAULT_PENALTY, Behaviour
from learnapp.quizzes.outcomes import final_grade
from learnapp.quizzes.storage.attempts import Slot
from learnapp.quizzes.types import TYPES, type_named

QUESTIONS = 40
ROUNDS = 200


def _items() -> list[tuple[str, dict[str, Any]]]:
    """Return the example items of every type, turn by turn: (type's name, item as stored)."""
    folder, found = Path(types.__file__).parent, {}
    for name, kind in TYPES.items():
        listed = YAML(typ="safe").load((folder / name / "examples.yaml").read_text("utf-8"))["items"]
        found[name] = cycle([json.loads(json.dumps(kind.dump(kind.parse(each["data"])))) for each in listed])
    return [(name, next(found[name])) for name in islice(cycle(found), QUESTIONS)]


def _slot(position: int, name: str, item: dict[str, Any]) -> Slot:
    """Return a slot whose answer is right in two of three."""
    kind = type_named(name)
    answer = kind.sample(kind.parse(item), position, position % 3 > 0)
    return Slot(
        id=position, position=position, question_version_id=position, arrangement={}, weight=Fraction(1),
        critical=False, objective="O1", flagged=False, revision=1, answer=answer, answered=True, saved_at=None,
        fraction=None, state="complete", section=None, certainty=None, tries=0, phase="open", ruling=None,
        graded_version_id=None, type=name, keyed={"item": item},
    )  # fmt: skip


def slots() -> list[Slot]:
    """Return the questions of the attempt."""
    return [_slot(position, name, item) for position, (name, item) in enumerate(_items(), 1)]


def milliseconds() -> float:
    """Return the CPU that grading the attempt costs at hand-in: of many times the lower quartile, since other work on
    the machine empties our caches and never fills them.
    """
    paper, spent = slots(), []
    for _round in range(ROUNDS):
        begun = time.process_time_ns()
        for slot in paper:
            final_grade(slot, Behaviour.DEFERRED, DEFAULT_PENALTY, ())
        spent.append(time.process_time_ns() - begun)
    return sorted(spent)[ROUNDS // 4] / 1e6


if __name__ == "__main__":
    print(f"{milliseconds():.2f} ms for {QUESTIONS} questions")
