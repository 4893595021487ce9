"""Reading the stored answer of a case, whatever its shape."""

from collections.abc import Mapping
from typing import Any

Data = Mapping[str, Any]
Answer = Mapping[str, Any]


def given_steps(answer: Answer | None) -> dict[str, Any]:
    """Return the answers of the steps by id; what is no answer is none."""
    steps = (answer or {}).get("steps")
    if not isinstance(steps, Mapping):
        return {}
    return {key: each for key, each in steps.items() if isinstance(each, Mapping) and each}


def given_locks(answer: Answer | None) -> list[str]:
    """Return the ids that an answer calls locked; what is no id is none."""
    locked = (answer or {}).get("locked")
    if not isinstance(locked, list | tuple):
        return []
    return [key for key in locked if isinstance(key, str)]


def locked_steps(shown: Data, answer: Answer | None) -> list[str]:
    """Return the steps that are locked, in order: only those before which every other pause is locked too."""
    claimed = given_locks(answer)
    found: list[str] = []
    for step in shown["steps"]:
        if step["pause"]:
            if step["id"] not in claimed:
                break
            found.append(step["id"])
    return found


def open_steps(shown: Data, answer: Answer | None) -> list[Mapping[str, Any]]:
    """Return the steps that a page may show for this answer: up to the first pause that is not locked."""
    locked = locked_steps(shown, answer)
    found = []
    for step in shown["steps"]:
        found.append(step)
        if step["pause"] and step["id"] not in locked:
            break
    return found
