"""Checking and reading the authored data of a case: each step by its own type, told with its place."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored

AT_LEAST, AT_MOST = 2, 5
OWN = ("id", "type", "stem", "weight", "then", "v")
TEXTS = ("stem", "then")
RESERVED = frozenset({"lock"})  # "<base>.lock" is the button
Data = Mapping[str, Any]
Change = Callable[[Any, str], Any]
# A QuestionType; not by its name, because that record also makes form fields, which rules know nothing of.
Kind = Any
TypeNamed = Callable[[str], Kind]


def kind_of(step: Data, type_named: TypeNamed) -> Kind | None:
    """Return the type of a step, None when it has none that a step can have.

    A type that needs fields of the whole question cannot be a step: so there is no case in a case.
    """
    try:
        kind = type_named(step.get("type", ""))
    except (KeyError, TypeError):
        return None
    return None if kind.needs else kind


def weight_of(step: Data) -> Fraction:
    """Return a step's share of the points, 1 when it says none; 0 for what is no number."""
    return authored.number(step.get("weight", 1)) or Fraction(0)


def inside(problem: Problem, n: int, step: Data) -> Problem:
    """Return a problem of step n's answer as the case's own: `say` finds the words by its type."""
    return Problem(problem.code, step["id"], {**problem.values, "step": n, "type": step["type"]})


def map_texts(data: Data, change: Change, type_named: TypeNamed) -> dict[str, Any]:
    """Return data with the texts of every step changed; what has another shape stays as it is."""
    steps = data.get("steps")
    if not isinstance(steps, list | tuple):
        return dict(data)
    return {**data, "steps": [_mapped(step, f"steps[{n}]", change, type_named) for n, step in enumerate(steps)]}


def _mapped(step: Any, place: str, change: Change, type_named: TypeNamed) -> Any:
    if not isinstance(step, Mapping):
        return step

    def placed(text: Any, inner: str) -> Any:
        return change(text, f"{place}.{inner}")

    kind = kind_of(step, type_named)
    copy = dict(step) if kind is None else kind.map_texts(step, placed)
    return authored.map_texts(copy, placed, TEXTS)


def tags(data: Data, type_named: TypeNamed) -> list[str]:
    """Return the misconception codes that the steps name, sorted, each once."""
    kinds = [(kind_of(step, type_named), step) for _, step in authored.mappings(data, "steps")]
    return sorted({tag for kind, step in kinds if kind is not None for tag in kind.tags(step)})


def check_data(data: Data, type_named: TypeNamed) -> list[Problem]:
    """Return every problem: of the list of steps, of what each step has, and of what its type asks."""
    steps = data.get("steps")
    if not isinstance(steps, list | tuple) or len(steps) < AT_LEAST:
        return [Problem("too_few", "steps", {"at_least": AT_LEAST})]
    problems = [Problem("too_many", "steps", {"at_most": AT_MOST})] if len(steps) > AT_MOST else []
    problems += [
        Problem("not_a_mapping", f"steps[{n}]") for n, step in enumerate(steps) if not isinstance(step, Mapping)
    ]
    problems += authored.id_problems(data, "steps")
    for place, step in authored.mappings(data, "steps"):
        problems += _step_problems(step, place, type_named)
    kinds = [kind_of(step, type_named) for _, step in authored.mappings(data, "steps")]
    if not any(kind is None or kind.marked for kind in kinds):
        problems.append(Problem("no_marked_step", "steps"))
    return problems


def _step_problems(step: Data, place: str, type_named: TypeNamed) -> Iterator[Problem]:
    if step.get("id") in RESERVED:
        yield Problem("reserved_id", f"{place}.id", {"id": step["id"]})
    yield from authored.text_problems(step, place, stem="missing_text")
    if weight_of(step) <= 0:
        yield Problem("bad_weight", f"{place}.weight")
    kind = kind_of(step, type_named)
    if kind is None:
        yield Problem("no_step_type", f"{place}.type")
        return
    if step.get("then") is not None:
        yield from _then_problems(step, place, kind)
    yield from authored.unknown_fields(step, place, {*OWN, *kind.fields})
    for problem in kind.check_data(step):
        yield Problem(problem.code, f"{place}.{problem.place}" if problem.place else place, problem.values)


def _then_problems(step: Data, place: str, kind: Kind) -> Iterator[Problem]:
    yield from authored.text_problems(step, place, then="missing_text")
    if not kind.marked:
        yield Problem("then_without_answer", f"{place}.then")
