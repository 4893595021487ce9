"""Choose all that apply: several options, none, one or more of them right."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, choosing, options
from learnapp.quizzes.domain.choosing import Decision, Terms
from learnapp.quizzes.domain.grading import Grade, Part, State, graded, is_unsure, state_of, unmarked
from learnapp.quizzes.domain.options import Option
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.review import Disclosure
from learnapp.quizzes.domain.ruling import Alternative

FIELDS = frozenset({"options", "scoring", "dock", "blank_is_zero", "pass_percent", "none_right"})
RULES = tuple(choosing.RULES)
BALANCED = RULES[0]


@dataclass(frozen=True)
class Item:
    """A choose-all question; answers are {"choices": sorted option ids}.

    none_right: "None of these" is offered, stored as {"choices": []}. It is an answer then, and full marks where no
    option is right (rules D2); authors may offer it where some are, so that the offer alone tells nothing.
    """

    options: tuple[Option, ...]
    scoring: str = BALANCED
    terms: Terms = choosing.USUAL
    none_right: bool = False


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, options.TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the options."""
    return authored.tags(data, "options")


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored choose-all: some option is right, unless "None of these" is; one is wrong."""
    problems = list(options.check(data, "weight"))
    listed = authored.mappings(data, "options")
    right = [option for _, option in listed if options.worth(option) > 0]
    if not right and data.get("none_right") is not True:
        problems.append(Problem("no_right_option", "options"))
    elif right and len(right) == len(listed):
        problems.append(Problem("no_wrong_option", "options"))
    problems += authored.scoring_problems(data, RULES)
    return [*problems, *_switch_problems(data), *_number_problems(data, [option for _, option in listed], right)]


def _switch_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    for field in ("blank_is_zero", "none_right"):
        if not isinstance(data.get(field, False), bool):
            yield Problem("not_yes_or_no", field)


def _number_problems(
    data: Mapping[str, Any], listed: list[Mapping[str, Any]], right: list[Mapping[str, Any]]
) -> Iterator[Problem]:
    scoring = data.get("scoring", BALANCED)
    if (scoring == "dock" or data.get("dock") is not None) and not _within(data.get("dock"), 1):
        yield Problem("bad_dock", "dock")
    if data.get("pass_percent") is not None and not _within(data["pass_percent"], 100):
        yield Problem("bad_pass_percent", "pass_percent")
    for place, option in enumerate(listed):
        weight = authored.number(option.get("weight", 1))
        if weight is None or weight < 0:
            yield Problem("bad_weight", f"options[{place}].weight")
    if right and scoring == "sum" and round(sum(map(options.worth, right)), 2) != 1:
        yield Problem("fractions_not_one", "options")
    if right and scoring == "weighted" and not any(authored.number(option.get("weight", 1)) for option in right):
        yield Problem("no_right_weight", "options")


def _within(value: Any, most: int) -> bool:
    number = authored.number(value)
    return number is not None and 0 < number <= most


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    terms = Terms(
        dock=authored.number(data.get("dock")) or choosing.ZERO,
        blank_is_zero=data.get("blank_is_zero", True),
        pass_percent=authored.number(data.get("pass_percent")),
    )
    return Item(options.parse(data), data.get("scoring", BALANCED), terms, data.get("none_right", False))


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    terms = item.terms
    return {
        "v": authored.VERSION,
        "options": options.dump(item.options),
        "scoring": item.scoring,
        "dock": str(terms.dock) if terms.dock else None,
        "blank_is_zero": terms.blank_is_zero,
        "pass_percent": None if terms.pass_percent is None else str(terms.pass_percent),
        "none_right": item.none_right,
    }


def public(item: Item) -> dict[str, Any]:
    """Return options, scoring rule and how many to select, without keys and reasons.

    Where "None of these" is offered the number to select would tell too much. whole: only enough of it counts.
    """
    shown: dict[str, Any] = {"options": options.public(item.options), "scoring": item.scoring}
    if item.terms.pass_percent is not None:
        shown["whole"] = True
    if item.none_right:
        return shown | {"none": True}
    return shown | {"select": sum(option.right for option in item.options)}


def arrange(item: Item, seed: int) -> dict[str, Any]:
    """Return the order of the options by seed."""
    return options.arrange(item.options, seed)


def complete(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" unless something is ticked; ticking fewer or more than asked is an answer."""
    answered = is_unsure(answer) or ticks(answer) or (shown.get("none") and is_none(answer))
    return [] if answered else [Problem("not_answered")]


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade by the item's rule (rules A2, B, D2; `domain.choosing`).

    Unknown ids count for nothing; ticking nothing is a blank, which is 0, unless "None of these" is offered or
    the author lets blanks earn.
    """
    ticked = _ticked(item, answer)
    if is_unsure(answer) or not (ticked or _may_be_none(item, answer)):
        return unmarked(answer, item.scoring)
    parts = tuple(_part(option, option.id in ticked) for option in item.options)
    return graded(_score(item, ticked), parts, item.scoring)


def _may_be_none(item: Item, answer: Mapping[str, Any] | None) -> bool:
    return is_none(answer) and (item.none_right or not item.terms.blank_is_zero)


def _score(item: Item, ticked: Collection[str]) -> Fraction:
    decisions = [Decision(each.id, each.right, each.fraction, each.weight) for each in item.options]
    return choosing.score(item.scoring, decisions, ticked, item.terms)


def _part(option: Option, tick: bool) -> Part:
    if option.right == tick:
        return Part(option.id, Fraction(1))
    return Part(option.id, Fraction(0), "missed" if option.right else "wrong_tick")


def ticks(answer: Mapping[str, Any] | None) -> list[Any]:
    """Return what a stored answer ticks, unknown ids included."""
    listed = (answer or {}).get("choices")
    return listed if isinstance(listed, list) else []


def is_none(answer: Mapping[str, Any] | None) -> bool:
    """Say whether a stored answer is "None of these"."""
    return (answer or {}).get("choices") == []


def _ticked(item: Item, answer: Mapping[str, Any] | None) -> list[str]:
    given = ticks(answer)
    return [option.id for option in item.options if option.id in given]


def keep_right(item: Item, answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the answer without its wrong ticks; None when no right one is left."""
    right = {option.id for option in item.options if option.right}
    kept = sorted(right.intersection(_ticked(item, answer)))
    return {"choices": kept} if kept else None


def reveal(
    item: Item, answer: Mapping[str, Any] | None, arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return the options as arranged, "None of these" last, with what the disclosure allows of key and reasons."""
    best = [option.id for option in item.options if option.right]
    ticked, none = _ticked(item, answer), item.none_right and is_none(answer)
    rows = options.rows(item.options, ticked, best, arrangement, allowed)
    if item.none_right:
        rows.append(_none_row(none, not best, allowed))
    unsure = is_unsure(answer)
    return {"rows": rows, "unsure": unsure, "blank": not (unsure or ticked or none)}


def _none_row(mine: bool, best: bool, allowed: Disclosure) -> dict[str, Any]:
    row: dict[str, Any] = {"id": "none", "text": "", "mine": mine}
    if mine and allowed.correctness:
        row["right"] = best
    return row | ({"best": best} if allowed.key else {})


def alternatives(item: Item) -> dict[str, Alternative]:
    """Return, for each option, the question with it right too (rules A7)."""
    return {
        each.id: Alternative({"choices": [each.id]}, replace(item, options=options.called_right(item.options, each.id)))
        for each in item.options
    }


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    chosen = {option.id for option in item.options if option.right}
    if not right:  # one decision the other way round is how people usually miss
        turned = [chosen ^ {option.id} for option in item.options]
        wrong = {",".join(sorted(each)): each for each in turned if each and _misses(item, each)}
        all_wrong = {option.id for option in item.options} - chosen
        chosen = wrong[shuffle(wrong, seed, "sample")[0]] if wrong else all_wrong
    return {"choices": sorted(chosen)}


def _misses(item: Item, ticked: Collection[str]) -> bool:
    return state_of(_score(item, ticked)) is not State.RIGHT
