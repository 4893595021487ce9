"""A text with gaps to fill: words, numbers, or a choice for each gap."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, numbers, options, paper, texts, tries
from learnapp.quizzes.domain.grading import Grade, Part, State, graded, is_unsure, state_of, unmarked
from learnapp.quizzes.domain.review import Disclosure

from .gaps import Choices, Gap, GapRule, Judgement

FIELDS = frozenset({"text", "gaps"})
TEXTS = (
    "text", "gaps[].reason", "gaps[].otherwise", "gaps[].unit", "gaps[].choose", "gaps[].answers[].reason",
    "gaps[].options[].text", "gaps[].options[].reason",
)  # fmt: skip
TEXT, NUMBER, CHOICE = "text", "number", "choice"
ANY_GAP = frozenset({"id", "kind", "weight"})
TYPED = ANY_GAP | {"reason", "otherwise"}
GAP_FIELDS: Mapping[Any, frozenset[str]] = {
    TEXT: TYPED | texts.RULE_FIELDS,
    NUMBER: TYPED | {"answers", "unit"},
    CHOICE: ANY_GAP | {"options", "choose"},
}
KNOWN = frozenset().union(*GAP_FIELDS.values())
RULE = "gaps"
MARK = re.compile(r"\[\[([a-z0-9-]{1,40})\]\]")
IN_TAG = re.compile(r"<[a-zA-Z][^<>]*\[\[")


@dataclass(frozen=True)
class Item:
    """A text with gaps; answers are {"gaps": {gap id: text or option id}}.

    text: inline HTML in which [[id]] stands for a gap. gaps: in the order in which the text has them.
    """

    text: str
    gaps: tuple[Gap, ...]


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the answers and options of all gaps."""
    return sorted(
        {tag for _, gap in authored.mappings(data, "gaps") for tag in authored.tags(gap, "answers", "options")}
    )


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored text with gaps: every gap stands in the text once."""
    problems = list(authored.list_problems(data, "gaps", 1, KNOWN))
    problems += authored.id_problems(data, "gaps")
    for place, gap in authored.mappings(data, "gaps"):
        problems += (Problem(each.code, f"{place}.{each.place}", each.values) for each in _gap_problems(gap))
    problems += authored.text_problems(data, "", text="missing_text")
    if authored.is_text(data.get("text")):
        problems += _mark_problems(data["text"], [gap.get("id") for _, gap in authored.mappings(data, "gaps")])
    return problems


def _mark_problems(text: str, ids: Sequence[Any]) -> Iterator[Problem]:
    marks = MARK.findall(text)
    for mark in dict.fromkeys(marks):
        if mark not in ids:
            yield Problem("unknown_gap", "text", {"gap": mark})
        elif marks.count(mark) > 1:
            yield Problem("gap_twice", "text", {"gap": mark})
    for n, key in enumerate(ids):
        if key not in marks:
            yield Problem("gap_not_in_text", f"gaps[{n}].id")
    if IN_TAG.search(text):
        yield Problem("gap_in_markup", "text")


def _gap_problems(gap: Mapping[str, Any]) -> Iterator[Problem]:
    kind = gap.get("kind")
    if kind not in (TEXT, NUMBER, CHOICE):
        yield Problem("unknown_kind", "kind", {"known": ", ".join(GAP_FIELDS)})
        return
    for field in gap:
        if field in KNOWN - GAP_FIELDS[kind]:
            yield Problem("not_of_this_kind", str(field), {"kind": kind})
    if (authored.number(gap.get("weight", 1)) or 0) <= 0:
        yield Problem("bad_weight", "weight")
    if kind == CHOICE:
        yield from options.check(gap)
        yield from options.one_right_problems(gap)
        yield from authored.text_problems(gap, "", choose="missing_text")
        return
    yield from authored.text_problems(gap, "", reason="missing_reason", otherwise="missing_reason")
    if kind == TEXT:
        yield from texts.rule_problems(gap)
        return
    yield from numbers.rule_problems({"answers": gap.get("answers")})
    if gap.get("unit") is not None and not isinstance(gap["unit"], str):
        yield Problem("missing_text", "unit")


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    gaps = {each["id"]: _gap(each) for each in data["gaps"]}
    return Item(data["text"], tuple(gaps[mark] for mark in MARK.findall(data["text"])))


def _gap(data: Mapping[str, Any]) -> Gap:
    rule: GapRule
    if data["kind"] == CHOICE:
        rule = Choices(options.parse(data), data["choose"])
    else:
        rule = texts.parse_rule(data) if data["kind"] == TEXT else numbers.parse_rule(data)
    weight = numbers.exact(data.get("weight", 1))
    return Gap(data["id"], rule, weight, data.get("reason", ""), data.get("otherwise", ""), data.get("unit") or "")


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    return {"v": authored.VERSION, "text": item.text, "gaps": [_dump_gap(gap) for gap in item.gaps]}


def _dump_gap(gap: Gap) -> dict[str, Any]:
    common = {"id": gap.id, "kind": kind_of(gap), "weight": str(gap.weight)}
    if isinstance(gap.rule, Choices):
        return common | {"options": options.dump(gap.rule.options), "choose": gap.rule.choose}
    common |= {"reason": gap.reason, "otherwise": gap.otherwise}
    if isinstance(gap.rule, texts.TextRule):
        return common | texts.dump_rule(gap.rule)
    return common | numbers.dump_rule(gap.rule) | {"unit": gap.unit}


def kind_of(gap: Gap) -> str:
    """Return how a gap is filled: "text", "number" or "choice"."""
    if isinstance(gap.rule, Choices):
        return CHOICE
    return TEXT if isinstance(gap.rule, texts.TextRule) else NUMBER


def public(item: Item) -> dict[str, Any]:
    """Return the text in pieces (one more than gaps), the gaps, and all options as "gap.option" without the key."""
    return {
        "pieces": MARK.split(item.text)[::2],
        "gaps": [_public_gap(gap) for gap in item.gaps],
        "options": [{"id": key, "text": text} for key, text in _all_options(item, 0, "public")],
        "weighted": len({gap.weight for gap in item.gaps}) > 1,
    }


def _public_gap(gap: Gap) -> dict[str, Any]:
    choose = gap.rule.choose if isinstance(gap.rule, Choices) else ""
    return {"id": gap.id, "kind": kind_of(gap), "unit": gap.unit, "choose": choose}


def _all_options(item: Item, seed: int, salt: str) -> list[tuple[str, str]]:
    known = {
        f"{gap.id}.{option.id}": option.text
        for gap in item.gaps
        if isinstance(gap.rule, Choices)
        for option in gap.rule.options
    }
    return [(key, known[key]) for key in paper.shuffle(known, seed, salt)]


def arrange(item: Item, seed: int) -> dict[str, Any]:
    """Return the order of all options, written "gap.option", by seed; gaps keep their places."""
    return {"options": [key for key, _text in _all_options(item, seed, "options")]}


def complete(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" for a blank, "gap_missing" until every gap is filled, and what cannot be read."""
    if is_unsure(answer):
        return []
    ids = [gap["id"] for gap in shown["gaps"]]
    given = given_gaps(answer, ids)
    if not given:
        return [Problem("not_answered")]
    missing = [Problem("gap_missing", values={"n": n}) for n, key in enumerate(ids, 1) if key not in given]
    return missing[:1] + unreadable(shown, given)


def unreadable(shown: Mapping[str, Any], given: Mapping[str, str]) -> list[Problem]:
    """Return "not_a_number" for every number gap whose text cannot be read; it may still be handed in (rules D4)."""
    return [
        Problem("not_a_number", gap["id"], {"n": n})
        for n, gap in enumerate(shown["gaps"], 1)
        if gap["kind"] == NUMBER and gap["id"] in given and numbers.read_number(given[gap["id"]]) is None
    ]


def given_gaps(answer: Mapping[str, Any] | None, ids: Iterable[str]) -> dict[str, str]:
    """Return what a stored answer holds for these gaps; what is no text, or only blanks, is none."""
    gaps = (answer or {}).get("gaps")
    known = gaps if isinstance(gaps, Mapping) else {}
    said = {key: known.get(key) for key in ids}
    return {key: text for key, text in said.items() if isinstance(text, str) and text.strip()}


def _given(item: Item, answer: Mapping[str, Any] | None) -> dict[str, str]:
    return given_gaps(answer, [gap.id for gap in item.gaps])


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade the mean of the gaps by their weights; an empty gap earns 0 (rules A1, B)."""
    given = _given(item, answer)
    if is_unsure(answer) or not given:
        return unmarked(answer, RULE)
    parts = tuple(_part(gap, given.get(gap.id)) for gap in item.gaps)
    weighted = [(part.fraction, gap.weight) for part, gap in zip(parts, item.gaps, strict=True)]
    return graded(tries.weighted_mean(weighted), parts, RULE)


def _part(gap: Gap, said: str | None) -> Part:
    judged = gap.judge(said)
    return Part(gap.id, judged.fraction, judged.why)


def count_back(item: Item, answers: Sequence[Mapping[str, Any] | None], penalty: Fraction) -> Fraction:
    """Return what several tries earn: each gap its last fraction less penalty x the try that last changed it.

    answers: of every try, oldest first. A gap that stands since the first try loses nothing; none falls below 0;
    then the mean by weights (rules B, interactive with count-back, cloze).
    """
    given = [_given(item, answer) for answer in answers]
    return tries.weighted_mean([(_counted_back(gap, given, penalty), gap.weight) for gap in item.gaps])


def _counted_back(gap: Gap, given: Sequence[Mapping[str, str]], penalty: Fraction) -> Fraction:
    said = [each.get(gap.id) for each in given]
    return tries.gap_counted_back([(text, gap.judge(text).fraction) for text in said], penalty)


def keep_right(item: Item, answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the answer with only its right gaps, or None when no gap is right."""
    given = _given(item, answer)
    right = {gap.id: given[gap.id] for gap in item.gaps if gap.id in given and _is_right(gap.judge(given[gap.id]))}
    return {"gaps": right} if right else None


def _is_right(judged: Judgement) -> bool:
    return state_of(judged.fraction) is State.RIGHT


def reveal(
    item: Item, answer: Mapping[str, Any] | None, _arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return a row per gap with what was filled in, and what the disclosure allows of best answer and reasons."""
    given = _given(item, answer)
    rows = [_row(n, gap, given.get(gap.id), allowed) for n, gap in enumerate(item.gaps, 1)]
    blank = not given and not is_unsure(answer)
    return {"pieces": MARK.split(item.text)[::2], "rows": rows, "unsure": is_unsure(answer), "blank": blank}


def _row(n: int, gap: Gap, said: str | None, allowed: Disclosure) -> dict[str, Any]:
    judged = gap.judge(said)
    row: dict[str, Any] = {"id": gap.id, "n": n, "mine": said is not None, "unit": gap.unit}
    row |= {"text": gap.words(said), "markup": kind_of(gap) == CHOICE, "readable": judged.why != numbers.UNREADABLE}
    if allowed.correctness and said is not None:
        partly = state_of(judged.fraction) is State.PARTIAL
        row |= {"right": _is_right(judged), "partly": partly, "slip": judged.slip}
    if allowed.key:
        row["best"] = gap.best
    if allowed.own_reason and said is not None:
        row["reason"] = judged.reason
    if allowed.all_reasons and row.get("reason") != gap.best_reason:
        row["because"] = gap.best_reason
    return row


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    gaps = {gap.id: gap.right_answer() for gap in item.gaps}
    if not right:
        missed = paper.shuffle(gaps, seed, "sample")[0]
        gaps[missed] = next(gap for gap in item.gaps if gap.id == missed).wrong_answer(seed)
    return {"gaps": gaps}
