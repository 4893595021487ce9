"""Places on a picture: shapes that hold points, what an area is worth, and markers put on places (rules A1, B)."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from learnapp.quizzes.domain.authored import number
from learnapp.quizzes.domain.mapping import bounded

Exact = int | Fraction
Point = tuple[Exact, Exact]
Area = Mapping[str, Any]  # {"shape", "coords"}, and "value" (area_map) or "label" (markers)


def exact(value: Any) -> Exact | None:
    """Return a number exactly, or None when it is none; whole numbers stay ints, which count faster."""
    return value if type(value) is int or isinstance(value, Fraction) else number(value)


def point_of(value: Any) -> Point | None:
    """Return the point in [x, y] or {"x", "y"}, or None when there is none."""
    read = _numbers([value.get("x"), value.get("y")] if isinstance(value, dict) else value)
    return (read[0], read[1]) if read is not None and len(read) == 2 else None


def _numbers(values: Any) -> list[Exact] | None:
    if not isinstance(values, list | tuple):
        return None
    read = [exact(value) for value in values]
    return None if None in read else [value for value in read if value is not None]


def _in_rect(coords: Sequence[Exact], point: Point) -> bool:
    left, top, width, height = coords
    return 0 <= point[0] - left <= width and 0 <= point[1] - top <= height


def _in_circle(coords: Sequence[Exact], point: Point) -> bool:
    across, down = point[0] - coords[0], point[1] - coords[1]
    return coords[2] >= 0 and across * across + down * down <= coords[2] * coords[2]


def _in_ellipse(coords: Sequence[Exact], point: Point) -> bool:
    across, down, wide, high = point[0] - coords[0], point[1] - coords[1], coords[2], coords[3]
    if not (-wide <= across <= wide and -high <= down <= high):
        return False  # asked first: of an ellipse as flat as a line the equation lets everything in
    one, other, limit = across * high, down * wide, wide * high
    return one * one + other * other <= limit * limit


def _in_polygon(corners: Sequence[Point], point: Point) -> bool:
    inside = False
    for start, end in pairwise([*corners, corners[0]]):
        side = (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
        if side == 0 and _between(start[0], point[0], end[0]) and _between(start[1], point[1], end[1]):
            return True
        if (start[1] > point[1]) != (end[1] > point[1]) and (side > 0) == (end[1] > start[1]):
            inside = not inside
    return inside


def _between(one: Exact, value: Exact, other: Exact) -> bool:
    return min(one, other) <= value <= max(one, other)


def _plain(count: int) -> Callable[[Any], Sequence[Any] | None]:
    def read(coords: Any) -> Sequence[Any] | None:
        values = _numbers(coords)
        return values if values is not None and len(values) == count else None

    return read


def _corners(coords: Any) -> Sequence[Any] | None:
    """Read [[x, y], ...], or the same numbers in one flat list."""
    flat = _numbers(coords)
    listed = list(zip(flat[::2], flat[1::2], strict=False)) if flat and len(flat) % 2 == 0 else coords
    points = [point_of(each) for each in listed] if isinstance(listed, list | tuple) else []
    return points if len(points) > 2 and None not in points else None


_SHAPES: Mapping[str, tuple[Callable[[Any], Sequence[Any] | None], Callable[[Sequence[Any], Point], bool]]] = {
    "rect": (_plain(4), _in_rect),
    "circle": (_plain(3), _in_circle),
    "ellipse": (_plain(4), _in_ellipse),
    "polygon": (_corners, _in_polygon),
}
SHAPES = tuple(_SHAPES)


def _ready(area: Any) -> tuple[Callable[[Sequence[Any], Point], bool], Sequence[Any]] | None:
    """Return an area's test and its numbers, None when it cannot be read."""
    shape = area.get("shape") if isinstance(area, Mapping) else None
    if not isinstance(shape, str) or shape not in _SHAPES:
        return None
    read, inside = _SHAPES[shape]
    coords = read(area.get("coords"))
    return None if coords is None else (inside, coords)


def readable(area: Any) -> bool:
    """Say whether an area has a known shape and the numbers that this shape needs."""
    return _ready(area) is not None


def holds(area: Any, point: Point) -> bool:
    """Say whether a point lies in an area; its edge belongs to it (rules B).

    rect [left, top, width, height], circle [x, y, radius], ellipse [x, y, radius across, radius down], polygon
    [[x, y], ...]: where its sides cross, a place counts as inside when a ray out of it crosses an odd number of
    sides. What cannot be read holds nothing.
    """
    return bool(_holders([point], [area])[0])


def _holders(points: Iterable[Point], areas: Iterable[Any]) -> list[list[int]]:
    """Return for each point the numbers of the areas that hold it; every area is read once."""
    ready = [(n, *test) for n, test in enumerate(map(_ready, areas)) if test is not None]
    return [[n for n, inside, coords in ready if inside(coords, point)] for point in points]


def area_map(
    points: Any, areas: Any, default: Any = 0, lower: Any = None, upper: Any = None, maximum: Any = 1
) -> Fraction:
    """Return what the points are worth together, within the bounds, over the maximum (QTI areaMapping; rules B).

    Every area that holds a point counts once, with its `value`; every distinct point in no area counts the
    default. No point at all is 0, whatever the bounds say. What cannot be read is no point, no area, no bound.
    """
    known = {point for point in map(point_of, _listed(points)) if point is not None}
    highest = exact(maximum)
    if not known or highest is None or highest <= 0:
        return Fraction(0)
    held = _holders(known, _listed(areas))
    hit = [areas[n] for n in sorted({n for numbers in held for n in numbers})]
    total = sum((Fraction(exact(area.get("value", 1)) or 0) for area in hit), Fraction(0))
    total += Fraction(exact(default) or 0) * held.count([])
    return bounded(total, _bound(lower), _bound(upper)) / highest


def _listed(values: Any) -> Sequence[Any]:
    return values if isinstance(values, list | tuple) else ()


def _bound(value: Any) -> Fraction | None:
    read = exact(value)
    return None if read is None else Fraction(read)


def markers(points: Any, places: Any) -> Fraction:
    """Return places hit / the larger of places and markers put down (rules B).

    points: of each marker, [x, y] or {"x", "y", "label"}. A place with a label takes only markers of this label.
    What cannot be read was not put down.
    """
    return share(fits(_listed(points), _listed(places)), len(_listed(places)))


def share(fitting: Sequence[Iterable[int]], places: int) -> Fraction:
    """Return places hit / the larger of places and markers, from what `fits` gave; no place and no marker: 0."""
    most = max(places, len(fitting))
    return Fraction(len(matched(fitting)), most) if most else Fraction(0)


def fits(points: Sequence[Any], places: Sequence[Any]) -> list[list[int]]:
    """Return for each marker that can be read the numbers of the places that hold it and have its label."""
    put = [(point, _label(marker)) for marker in points if (point := point_of(marker)) is not None]
    held = _holders([point for point, _ in put], places)
    labels = [_label(place) for place in places]
    return [[n for n in numbers if labels[n] == label] for numbers, (_, label) in zip(held, put, strict=True)]


def _label(value: Any) -> Hashable:
    label = value.get("label") if isinstance(value, Mapping) else None
    return label if isinstance(label, str | int) else None


def matched(fitting: Sequence[Iterable[int]]) -> dict[int, int]:
    """Return {right: left} of a largest matching, where fitting[left] names the right sides it may take.

    Nobody loses because of the order of the markers: as many as can be, found by augmenting paths.
    """
    taken: dict[int, int] = {}
    for left in range(len(fitting)):
        _augment(left, fitting, taken)
    return taken


def _augment(start: int, fitting: Sequence[Iterable[int]], taken: dict[int, int]) -> None:
    """Give `start` a right side, moving others along a path of changes if that frees one."""
    came: dict[int, int] = {}  # right side -> the left one that reached it
    waiting = [start]
    while waiting:
        left = waiting.pop()
        for right in fitting[left]:
            if right in came:
                continue
            came[right] = left
            if right not in taken:
                _turn(right, start, came, taken)
                return
            waiting.append(taken[right])


def _turn(right: int, start: int, came: Mapping[int, int], taken: dict[int, int]) -> None:
    held = {left: place for place, left in taken.items()}
    left = came[right]
    while left != start:
        taken[right], right = left, held[left]
        left = came[right]
    taken[right] = left
