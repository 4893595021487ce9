"""A question's picture and the points on it: what authors must write, and what a page may show."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.authored import ID, mappings, number, text_problems, unknown_fields

LETTERS = "ABCDEFGH"  # so many points at most: more do not fit on a phone
PICTURE = ("name", "width", "height", "alt")
# A target is 44 px wide; on a screen of 320 px a picture is about 280: closer ones would lie on each other.
APART = Fraction(44, 280)


def picture_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the problems of `picture`: {name of the file, width, height of its drawing, alt text}."""
    picture = data.get("picture")
    if not isinstance(picture, Mapping):
        yield Problem("not_a_mapping", "picture")
        return
    yield from unknown_fields(picture, "picture", PICTURE)
    if not isinstance(picture.get("name"), str) or not ID.fullmatch(picture["name"]):
        yield Problem("bad_picture", "picture.name")
    for side in ("width", "height"):
        if (_plain(picture.get(side)) or 0) <= 0:
            yield Problem("not_a_number", f"picture.{side}")
    yield from text_problems(picture, "picture", alt="missing_text")


def point_problems(data: Mapping[str, Any], field: str) -> Iterator[Problem]:
    """Yield the problems of the points in a list: too many, no number, off the picture, too close for a finger."""
    points = mappings(data, field)
    if len(points) > len(LETTERS):
        yield Problem("too_many", field, {"at_most": len(LETTERS)})
    width, height = _size(data.get("picture"))
    placed: list[tuple[str, Fraction, Fraction]] = []
    for place, point in points:
        x, y = _plain(point.get("x")), _plain(point.get("y"))
        yield from _coordinate(x, width, f"{place}.x")
        yield from _coordinate(y, height, f"{place}.y")
        if x is not None and y is not None:
            placed.append((place, x, y))
    yield from _close(placed, width)


def _size(picture: Any) -> tuple[Fraction | None, Fraction | None]:
    known = picture if isinstance(picture, Mapping) else {}
    return _plain(known.get("width")), _plain(known.get("height"))


def _plain(value: Any) -> Fraction | None:
    """Return a number that a template can reckon with; a fraction written as text is none."""
    return None if isinstance(value, str) else number(value)


def _coordinate(value: Fraction | None, side: Fraction | None, place: str) -> Iterator[Problem]:
    if value is None:
        yield Problem("not_a_number", place)
    elif side is not None and not 0 <= value <= side:
        yield Problem("off_the_picture", place)


def _close(points: Sequence[tuple[str, Fraction, Fraction]], width: Fraction | None) -> Iterator[Problem]:
    limit = (width or 0) * APART
    for (_, x, y), (place, other_x, other_y) in combinations(points, 2):
        if (x - other_x) ** 2 + (y - other_y) ** 2 < limit**2:
            yield Problem("too_close", place)
