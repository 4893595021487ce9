"""Find the place: lettered points on a picture, worth what the areas under them say."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain import authored, pictures, regions
from learnapp.quizzes.domain.grading import Grade, Part, graded, is_unsure, unmarked
from learnapp.quizzes.domain.paper import shuffle
from learnapp.quizzes.domain.pictures import LETTERS
from learnapp.quizzes.domain.review import Disclosure

FIELDS = frozenset({"picture", "points", "areas", "scoring", "default", "lower", "upper"})
TEXTS = ("picture.alt", "points[].name", "points[].reason")
ONE = "one"
SEVERAL = "several"
RULES = (ONE, SEVERAL)
AT_LEAST = 2
BOUNDS = {"default": 0, "lower": None, "upper": 1}


@dataclass(frozen=True, slots=True)
class Place:
    """A lettered point. name: what is there. reason: why it is or is not the place that was asked for."""

    id: str
    name: str
    x: float
    y: float
    reason: str
    misconception: str | None = None


@dataclass(frozen=True)
class Item:
    """A picture with points; answers are {"points": point ids in the author's order}.

    picture: name, width, height, alt. areas: shape, coords and value, in the picture's units; no page shows
    them. default, lower, upper: of the area map, for scoring `one`.
    """

    picture: Mapping[str, Any]
    points: tuple[Place, ...]
    areas: tuple[Mapping[str, Any], ...]
    scoring: str = ONE
    default: Any = BOUNDS["default"]
    lower: Any = BOUNDS["lower"]
    upper: Any = BOUNDS["upper"]


def map_texts(data: Mapping[str, Any], change: Callable[[Any, str], Any]) -> dict[str, Any]:
    """Return data with every human text changed."""
    return authored.map_texts(data, change, TEXTS)


def tags(data: Mapping[str, Any]) -> list[str]:
    """Return the misconception codes of the points."""
    return authored.tags(data, "points")


def check_data(data: Mapping[str, Any]) -> list[Problem]:
    """Return every problem of an authored hotspot; see `_key_problems` for what makes a key."""
    problems = list(pictures.picture_problems(data))
    problems += authored.list_problems(data, "points", AT_LEAST, Place.__slots__)
    problems += authored.id_problems(data, "points")
    problems += pictures.point_problems(data, "points")
    for place, point in authored.mappings(data, "points"):
        problems += authored.text_problems(point, place, name="missing_text", reason="missing_reason")
        problems += authored.tag_problems(point, place)
    problems += authored.list_problems(data, "areas", 1, ("shape", "coords", "value"))
    for place, area in authored.mappings(data, "areas"):
        if not regions.readable(area):
            problems.append(Problem("bad_area", place, {"known": ", ".join(regions.SHAPES)}))
        if authored.number(area.get("value", 1)) is None:
            problems.append(Problem("not_a_number", f"{place}.value"))
    problems += [Problem("not_a_number", name) for name in BOUNDS if not _is_bound(data, name)]
    problems += authored.scoring_problems(data, RULES)
    return problems or _key_problems(parse(data))


def _is_bound(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, BOUNDS[name])
    return authored.number(value) is not None or value is BOUNDS[name]


def _key_problems(item: Item) -> list[Problem]:
    """Return what keeps the areas from being a key.

    one: some point is worth everything, some is not. several: every area holds one point, and no two the same,
    so that the best answer is these points and no others; one point is not among them.
    """
    best = _best(item)
    if item.scoring == SEVERAL:
        if not len(best) == len(item.areas) == sum(map(len, _held(item))):
            return [Problem("not_one_point_each", "areas")]
    elif not best:
        return [Problem("no_right_point", "areas")]
    return [Problem("no_wrong_point", "points")] if len(best) == len(item.points) else []


def parse(data: Mapping[str, Any]) -> Item:
    """Read checked data."""
    authored.check_version(data)
    return Item(
        picture=dict(data["picture"]),
        points=tuple(Place(**point) for point in data["points"]),
        areas=tuple(dict(area) for area in data["areas"]),
        scoring=data.get("scoring", ONE),
        **{name: data.get(name, usual) for name, usual in BOUNDS.items()},
    )


def dump(item: Item) -> dict[str, Any]:
    """Write JSON that parses to an equal item."""
    return {
        "v": authored.VERSION,
        "picture": dict(item.picture),
        "points": [{name: getattr(point, name) for name in Place.__slots__} for point in item.points],
        "areas": [dict(area) for area in item.areas],
        "scoring": item.scoring,
        **{name: getattr(item, name) for name in BOUNDS},
    }


def public(item: Item) -> dict[str, Any]:
    """Return the picture and its points in the author's order, the scoring rule and how many to select."""
    return {
        "picture": dict(item.picture),
        "points": [{"id": point.id, "name": point.name, "x": point.x, "y": point.y} for point in item.points],
        "scoring": item.scoring,
        "select": len(item.areas) if item.scoring == SEVERAL else 1,
    }


def arrange(_item: Item, _seed: int) -> dict[str, Any]:
    """Return nothing: the letters follow the author's order, on the picture and in the list."""
    return {}


def complete(_shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> list[Problem]:
    """Return "not_answered" unless a point is chosen; choosing fewer or more than asked is an answer."""
    return [] if is_unsure(answer) or chosen_ids(answer) else [Problem("not_answered")]


def chosen_ids(answer: Mapping[str, Any] | None) -> list[Any]:
    """Return what a stored answer chooses, unknown ids included."""
    listed = (answer or {}).get("points")
    return listed if isinstance(listed, list) else []


def _chosen(item: Item, answer: Mapping[str, Any] | None) -> list[Place]:
    ids = chosen_ids(answer)
    chosen = [point for point in item.points if point.id in ids]
    return chosen if item.scoring == SEVERAL or len(chosen) == 1 else []


def grade(item: Item, answer: Mapping[str, Any] | None) -> Grade:
    """Grade by the item's rule (rules A1, B).

    one: what the areas under the chosen point are worth; in none of them, the default. several: places hit /
    the larger of places and points chosen. Unknown ids count for nothing; a blank is 0, and so are two points
    where one is asked for.
    """
    chosen = _chosen(item, answer)
    if is_unsure(answer) or not chosen:
        return unmarked(answer if is_unsure(answer) else None, item.scoring)
    if item.scoring == SEVERAL:
        return _grade_several(item, chosen)
    fraction = _worth(item, chosen[0])
    part = Part(chosen[0].id, max(fraction, Fraction(0)), "" if fraction == 1 else "wrong_place")
    return graded(fraction, (part,), item.scoring)


def _grade_several(item: Item, chosen: Sequence[Place]) -> Grade:
    held = _held(item)
    put = [numbers for point, numbers in zip(item.points, held, strict=True) if point in chosen]
    best = {item.points[n].id for n in regions.matched(held).values()}
    parts = tuple(_part(point.id, point in chosen, point.id in best) for point in item.points)
    return graded(regions.share(put, len(item.areas)), parts, item.scoring)


def _part(key: str, chosen: bool, best: bool) -> Part:
    if chosen == best:
        return Part(key, Fraction(1))
    return Part(key, Fraction(0), "missed" if best else "wrong_place")


def _held(item: Item) -> list[list[int]]:
    """Return for each point the numbers of the areas that hold it."""
    return regions.fits([(point.x, point.y) for point in item.points], item.areas)


def _worth(item: Item, point: Place) -> Fraction:
    return regions.area_map([(point.x, point.y)], item.areas, item.default, item.lower, item.upper)


def _best(item: Item) -> Collection[str]:
    """Return the ids of the points that are worth everything, or that the best answer consists of."""
    if item.scoring == SEVERAL:
        return {item.points[n].id for n in regions.matched(_held(item)).values()}
    return {point.id for point in item.points if _worth(item, point) == 1}


def keep_right(item: Item, answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the answer with the right points alone, for a hint that clears the wrong ones; None when none is."""
    best = _best(item)
    kept = [point.id for point in _chosen(item, answer) if point.id in best]
    return {"points": kept} if kept else None


def reveal(
    item: Item, answer: Mapping[str, Any] | None, _arrangement: Mapping[str, Any], allowed: Disclosure
) -> dict[str, Any]:
    """Return the picture and a row per point, with what the disclosure allows of key and reasons."""
    mine = {point.id for point in _chosen(item, answer)}
    best = _best(item)
    rows = [_row(n, point, mine, best, allowed) for n, point in enumerate(item.points)]
    return {"picture": dict(item.picture), "rows": rows, "unsure": is_unsure(answer), "blank": not answer}


def _row(n: int, point: Place, mine: Collection[str], best: Collection[str], allowed: Disclosure) -> dict[str, Any]:
    row: dict[str, Any] = {"id": point.id, "letter": LETTERS[n], "text": point.name, "x": point.x, "y": point.y}
    row["mine"] = point.id in mine
    if row["mine"] and allowed.correctness:
        row["right"] = point.id in best
    if allowed.key:
        row["best"] = point.id in best
    if allowed.all_reasons or (row["mine"] and allowed.own_reason):
        row["reason"] = point.reason
    return row


def sample(item: Item, seed: int, right: bool) -> dict[str, Any]:
    """Return a believable answer by seed, fully right or not; for made-up learners, measurements and tests."""
    right_ones = _best(item)
    best = [point.id for point in item.points if point.id in right_ones]
    others = [point.id for point in item.points if point.id not in best]
    if item.scoring == ONE:
        return {"points": shuffle(best if right else others, seed, "sample")[:1]}
    chosen = set(best)
    if not right:  # one place mistaken for another is how people usually miss
        chosen ^= {shuffle(best, seed, "sample")[0], shuffle(others, seed, "sample other")[0]}
    return {"points": [point.id for point in item.points if point.id in chosen]}
