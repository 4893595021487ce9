"""Put things in order: every item gets a place from 1 to n."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, paper, sequences
from learnapp.quizzes.domain.grading import Grade, Part, graded, is_unsure, unmarked
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"items", "scoring"})
TEXTS = ("items[].text", "items[].reason")
RELATIVE = "relative_to_correct"
RULES = tuple(sequences.METHODS)
AT_LEAST = 3  # with 2 the first order shown, which is never the right one, would tell the key


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to place. text, reason (why it belongs where it belongs): inline HTML."""

    id: str
    text: str
    reason: str


@dataclass(frozen=True)
class Item:
    """An ordering question, its entries in the right order; answers are {"places": {entry id: 1..n}}."""

    entries: tuple[Entry, ...]
    scoring: str = RELATIVE


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(_data: Mapping[str, Any]) -> list[str]:
    """Return nothing: a wrong order names no misconception."""
    return []


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored ordering, which is written in the right order."""
    problems = list(authored.list_problems(data, "items", AT_LEAST, ("id", "text", "reason")))
    problems += authored.id_problems(data, "items")
    for place, entry in authored.mappings(data, "items"):
        problems += authored.text_problems(entry, place, text="missing_text", reason="missing_reason")
    return problems + list(authored.scoring_problems(data, RULES))


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    entries = tuple(Entry(each["id"], each["text"], each["reason"]) for each in data["items"])
    return Item(entries, data.get("scoring", RELATIVE))


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    entries = [{"id": entry.id, "text": entry.text, "reason": entry.reason} for entry in item.entries]
    return {"v": authored.VERSION, "items": entries, "scoring": item.scoring}


def public(item: Item) -> dict[str, Any]:
    """Return ids and texts in an order that does not depend on the right one."""
    texts = {entry.id: entry.text for entry in item.entries}
    items = [{"id": key, "text": texts[key]} for key in paper.shuffle(texts, 0, "public")]
    return {"items": items, "scoring": item.scoring}


def arrange(item: Item, seed: int) -> dict[str, Any]:
    """Return the order that a page shows first: by seed, and never the right one."""
    right = [entry.id for entry in item.entries]
    order = paper.shuffle(right, seed, "items")
    return {"items": order[1:] + order[:1] if order == right else order}


def complete(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered", or "place_missing" and "place_repeated" until every place is taken once."""
    if is_unsure(answer):
        return []
    given = list(given_places(answer).values())
    if not given:
        return [Problem("not_answered")]
    problems = [Problem("place_repeated")] if len(set(given)) < len(given) else []
    return problems + ([Problem("place_missing")] if len(given) < len(shown["items"]) else [])


def given_places(answer: Mapping[str, Any] | None) -> dict[str, int]:
    """Return the places in a stored answer; what is no whole number is none."""
    places = (answer or {}).get("places")
    if not isinstance(places, Mapping):
        return {}
    return {key: place for key, place in places.items() if type(place) is int}


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade by the item's rule, one of the nine of `domain.sequences` (rules B, D6).

    An entry without a place earns nothing, and so do entries that share one: only an order is an answer.
    """
    if is_unsure(answer) or not given_places(answer):
        return unmarked(answer, item.scoring)
    right = [entry.id for entry in item.entries]
    line = _line(item, _alone(item, answer))
    shares = _shares(item.scoring, right, line)
    parts = tuple(Part(key, share, "" if share == 1 else "misplaced") for key, share in shares.items())
    return graded(sequences.score(item.scoring, right, line), parts, item.scoring)


def _alone(item: Item, answer: Mapping[str, Any] | None) -> dict[str, int]:
    known = {entry.id for entry in item.entries}
    given = {key: n for key, n in given_places(answer).items() if key in known and 1 <= n <= len(known)}
    taken = Counter(given.values())
    return {key: place for key, place in given.items() if taken[place] == 1}


def _line(item: Item, places: Mapping[str, int]) -> list[str | None]:
    """Return what stands at each place, None where nothing does."""
    standing = {place: key for key, place in places.items()}
    return [standing.get(place) for place in range(1, len(item.entries) + 1)]


def _shares(scoring: str, right: Sequence[str], line: Sequence[str | None]) -> dict[str, Fraction]:
    """Return how right each entry is by itself: how near to its place, or whether it stands in it."""
    if scoring == RELATIVE:
        return sequences.relative_shares(right, line)
    return {key: Fraction(stands == key) for key, stands in zip(right, line, strict=True)}


def reveal(
    item: Item, answer: Mapping[str, Any] | None, arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return a row per entry: in the right order where the key is allowed, else in the learner's.

    An entry's reason tells its right place, so with the learner's own reasons alone it is shown only for
    entries that stand there.
    """
    given = {} if is_unsure(answer) else given_places(answer)
    alone = _alone(item, answer)
    rows = [_row(entry, right, given, alone, allowed) for right, entry in enumerate(item.entries, start=1)]
    if not allowed.key:
        rows = _as_given(rows, arrangement["items"])
    return {"rows": rows, "unsure": is_unsure(answer), "blank": not answer}


def _as_given(rows: list[dict[str, Any]], shown: Sequence[str]) -> list[dict[str, Any]]:
    as_shown = {key: n for n, key in enumerate(shown)}
    last = len(rows) + 1
    return sorted(rows, key=lambda row: (row["place"] or last, as_shown.get(row["id"], last)))


def _row(
    entry: Entry, right: int, given: Mapping[str, int], alone: Mapping[str, int], allowed: Disclosure
) -> dict[str, Any]:
    hit = alone.get(entry.id) == right
    row: dict[str, Any] = {"id": entry.id, "text": entry.text, "place": given.get(entry.id)}
    if allowed.correctness and row["place"] is not None:
        row["right"] = hit
    if allowed.key:
        row["best"] = right
    if allowed.all_reasons or (allowed.own_reason and hit):
        row["reason"] = entry.reason
    return row


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or wrong; for made-up learners, measurements and tests."""
    ids = [entry.id for entry in item.entries]
    if not right:
        at = seed % (len(ids) - 1)
        ids[at], ids[at + 1] = ids[at + 1], ids[at]
    return {"places": {id: place for place, id in enumerate(ids, 1)}}
