"""Places on a picture: what shapes hold, what areas are worth, and the best assignment of markers (rules B)."""

from fractions import Fraction as F
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.regions import (
    SHAPES,
    area_map,
    exact,
    fits,
    holds,
    markers,
    matched,
    point_of,
    readable,
    share,
)

RECT = {"shape": "rect", "coords": [10, 10, 20, 5]}
CIRCLE = {"shape": "circle", "coords": [0, 0, 5]}
ELLIPSE = {"shape": "ellipse", "coords": [10, 20, 5, 2]}
# An arrow head: its notch reaches in from the left to (4, 5).
ARROW = {"shape": "polygon", "coords": [[0, 0], [10, 5], [0, 10], [4, 5]]}
STAR = {"shape": "polygon", "coords": [[0, 0], [10, 6], [0, 6], [10, 0], [5, 12]]}


# --- shapes ------------------------------------------------------------------------------------------------

INSIDE = [
    (RECT, [10, 10]),
    (RECT, [30, 15]),
    (RECT, [10, 15]),
    (RECT, [30, 10]),
    (RECT, [20, 12]),
    (RECT, ["10.0", 12]),
    (CIRCLE, [5, 0]),
    (CIRCLE, [0, -5]),
    (CIRCLE, [3, 4]),
    (CIRCLE, [-3, -4]),
    (CIRCLE, [0, 0]),
    (ELLIPSE, [15, 20]),
    (ELLIPSE, [5, 20]),
    (ELLIPSE, [10, 22]),
    (ELLIPSE, [10, 18]),
    (ELLIPSE, [13, "21.6"]),
    (ELLIPSE, [7, 18.4]),
    (ELLIPSE, [10, 20]),
    (ARROW, [0, 0]),
    (ARROW, [10, 5]),
    (ARROW, [4, 5]),
    (ARROW, [5, 2.5]),
    (ARROW, [5, 7.5]),
    (ARROW, [2, 2.5]),
    (ARROW, [2, 7.5]),
    (ARROW, [6, 5]),
    (ARROW, [2, 2]),
    (ARROW, [2, 8]),
    ({"shape": "polygon", "coords": [0, 0, 10, 0, 10, 10, 0, 10]}, [5, 0]),
    ({"shape": "polygon", "coords": [0, 0, 10, 0, 10, 10, 0, 10]}, [10, 5]),
    ({"shape": "polygon", "coords": [{"x": 0, "y": 0}, {"x": 4, "y": 0}, {"x": 0, "y": 4}]}, [2, 2]),
    ({"shape": "polygon", "coords": [[0, 0], [4, 0], [8, 0]]}, [6, 0]),
    ({"shape": "rect", "coords": [3, 3, 0, 0]}, [3, 3]),
    ({"shape": "circle", "coords": [3, 3, 0]}, [3, 3]),
    ({"shape": "ellipse", "coords": [3, 3, 0, 2]}, [3, 5]),
    ({"shape": "ellipse", "coords": [3, 3, 2, 0]}, [1, 3]),
    ({"shape": "rect", "coords": ["1/3", 0, "1/3", 1]}, ["2/3", 1]),
    ({"shape": "circle", "coords": [0.1, 0.2, 0.3]}, [0.4, 0.2]),
]
OUTSIDE = [
    (RECT, [31, 15]),
    (RECT, [30, 16]),
    (RECT, [9, 12]),
    (RECT, [20, 9]),
    (RECT, [30.000001, 15]),
    (RECT, [40, 12]),
    (CIRCLE, [4, 4]),
    (CIRCLE, [5.0001, 0]),
    (CIRCLE, [0, 6]),
    (CIRCLE, [-5, 1]),
    (CIRCLE, [5, 5]),
    (ELLIPSE, [15, 22]),
    (ELLIPSE, [16, 20]),
    (ELLIPSE, [4, 20]),
    (ELLIPSE, [10, 23]),
    (ELLIPSE, [10, 17]),
    (ELLIPSE, [13, 21.61]),
    (ELLIPSE, [5, 18]),
    (ARROW, [0, 5]),
    (ARROW, [3.9, 5]),
    (ARROW, [10, 4.9]),
    (ARROW, [11, 5]),
    (ARROW, [-1, 0]),
    (ARROW, [-1, 10]),
    (ARROW, [1, 5]),
    (ARROW, [5, 2.4]),
    (ARROW, [5, 7.6]),
    (ARROW, [0, 1]),
    (ARROW, [-20, 5]),
    (ARROW, [20, 10]),
    (STAR, [0, 3]),
    (STAR, [10, 3]),
    ({"shape": "polygon", "coords": [[0, 0], [4, 0], [8, 0]]}, [9, 0]),
    ({"shape": "polygon", "coords": [[0, 0], [4, 0], [8, 0]]}, [4, 1]),
    ({"shape": "rect", "coords": [10, 10, -5, 5]}, [8, 12]),
    ({"shape": "circle", "coords": [0, 0, -5]}, [0, 0]),
    ({"shape": "ellipse", "coords": [0, 0, -5, 5]}, [0, 0]),
    ({"shape": "ellipse", "coords": [0, 0, 5, -5]}, [0, 0]),
    ({"shape": "ellipse", "coords": [3, 3, 0, 2]}, [4, 3]),
    ({"shape": "ellipse", "coords": [3, 3, 2, 0]}, [3, 4]),
]


def at(value: Any) -> Any:
    point = point_of(value)
    assert point is not None
    return point


@pytest.mark.parametrize(("area", "point"), INSIDE, ids=str)
def test_a_shape_holds_its_inside_and_its_edge(area: Any, point: Any) -> None:
    assert readable(area)
    assert holds(area, at(point)) is True


@pytest.mark.parametrize(("area", "point"), OUTSIDE, ids=str)
def test_a_shape_holds_nothing_else(area: Any, point: Any) -> None:
    assert readable(area)
    assert holds(area, at(point)) is False


def test_where_sides_cross_an_even_number_is_outside() -> None:
    bow = {"shape": "polygon", "coords": [[0, 0], [4, 4], [4, 0], [0, 4]]}
    assert holds(bow, (1, 2))
    assert holds(bow, (3, 2))
    assert not holds(bow, (2, 1))
    twice = {"shape": "polygon", "coords": [[0, 0], [9, 0], [9, 9], [0, 9], [0, 0], [6, 0], [6, 6], [0, 6]]}
    assert not holds(twice, (3, 3))
    assert holds(twice, (7, 7))


GARBAGE: list[Any] = [
    None,
    7,
    "rect",
    [],
    {},
    {"shape": "rect"},
    {"coords": [1, 2, 3, 4]},
    {"shape": ["rect"], "coords": [1, 2, 3, 4]},
    {"shape": {}, "coords": [1]},
    {"shape": "star", "coords": [1, 2, 3, 4]},
    {"shape": "rect", "coords": [1, 2, 3]},
    {"shape": "rect", "coords": [1, 2, 3, 4, 5]},
    {"shape": "rect", "coords": None},
    {"shape": "rect", "coords": "1234"},
    {"shape": "rect", "coords": [1, 2, None, 4]},
    {"shape": "rect", "coords": [1, 2, True, 4]},
    {"shape": "circle", "coords": [0, 0, float("nan")]},
    {"shape": "circle", "coords": [0, 0, float("inf")]},
    {"shape": "circle", "coords": [0, 0]},
    {"shape": "circle", "coords": [0, 0, 1, 1]},
    {"shape": "ellipse", "coords": [0, 0, 1]},
    {"shape": "polygon", "coords": [[0, 0], [1, 1]]},
    {"shape": "polygon", "coords": [0, 0, 1, 1]},
    {"shape": "polygon", "coords": [0, 0, 1, 1, 2]},
    {"shape": "polygon", "coords": [[0, 0], [1, 1], [2]]},
    {"shape": "polygon", "coords": [[0, 0], [1, 1], None]},
    {"shape": "polygon", "coords": {}},
    {"shape": "polygon", "coords": []},
    {"shape": "polygon", "coords": [[0, 0], [1, 1], ["x", 2]]},
    {"shape": "polygon", "coords": "0 0 1 1 2 2"},
    {"shape": "rect", "coords": [0, 0, "9" * 10**5, 1]},
]


@pytest.mark.parametrize("area", GARBAGE, ids=lambda area: repr(area)[:50])
def test_what_cannot_be_read_holds_nothing(area: Any) -> None:
    assert holds(area, (0, 0)) is False
    assert area_map([[0, 0], [1, 1]], [area, area]) == 0
    assert markers([[0, 0]], [area]) == 0
    assert not isinstance(area, dict) or not readable(area)


def test_the_shapes() -> None:
    assert SHAPES == ("rect", "circle", "ellipse", "polygon")


POINTS: list[tuple[Any, Any]] = [
    ([1, 2], (1, 2)),
    ((1, 2), (1, 2)),
    (["0.1", 0.1], (F(1, 10), F(1, 10))),
    ({"x": 3, "y": "1/2"}, (3, F(1, 2))),
    ({"x": 3, "y": 4, "label": "a"}, (3, 4)),
    ([1, 2, 3], None),
    ([1], None),
    ([], None),
    ("12", None),
    (None, None),
    (7, None),
    ({"x": 1}, None),
    ({}, None),
    ([True, 2], None),
    ([None, 2], None),
    ([1, "a"], None),
    ([float("nan"), 1], None),
    ([[1], 2], None),
]


@pytest.mark.parametrize(("value", "point"), POINTS, ids=repr)
def test_reads_a_point(value: Any, point: Any) -> None:
    assert point_of(value) == point


def test_numbers_are_exact_and_whole_ones_stay_whole() -> None:
    assert type(exact(5)) is int
    assert exact(0.1) == F(1, 10)
    assert exact(F(1, 3)) == F(1, 3)
    assert exact("2/3") == F(2, 3)
    assert exact(True) is None
    assert exact("x") is None


# --- area map ----------------------------------------------------------------------------------------------

LEFT = {"shape": "rect", "coords": [0, 0, 10, 10], "value": 2}
RIGHT = {"shape": "rect", "coords": [10, 0, 10, 10], "value": 1}
MAPS: list[tuple[Any, dict[str, Any], F]] = [
    ([[5, 5]], {}, F(2)),
    ([[15, 5]], {}, F(1)),
    ([[10, 5]], {}, F(3)),  # on the edge that both share
    ([[5, 5], [6, 6]], {}, F(2)),  # an area counts once
    ([[5, 5], [15, 5]], {}, F(3)),
    ([[50, 50]], {}, F(0)),
    ([[50, 50]], {"default": -1}, F(-1)),
    ([[5, 5], [6, 6], [50, 50]], {"default": -1}, F(1)),
    ([[50, 50], [60, 60]], {"default": "1/4"}, F(1, 2)),
    ([[50, 50], [50, 50.0]], {"default": 1}, F(1)),  # one place, sent twice
    ([[50, 50]], {"default": -1, "lower": 0}, F(0)),
    ([[5, 5], [15, 5]], {"upper": 2.5}, F(5, 2)),
    ([[5, 5], [15, 5]], {"maximum": 3}, F(1)),
    ([[5, 5], [15, 5]], {"upper": 2, "maximum": 3}, F(2, 3)),
    ([[15, 5]], {"maximum": "0.5"}, F(2)),
    ([[5, 5]], {"maximum": 0}, F(0)),
    ([[5, 5]], {"maximum": -1}, F(0)),
    ([[5, 5]], {"maximum": "x"}, F(0)),
    ([[5, 5]], {"lower": "x", "upper": [1]}, F(2)),
    ([[50, 50]], {"default": "x"}, F(0)),
    ([[50, 50]], {"lower": 1}, F(1)),
    ([], {"default": 1, "lower": 1}, F(0)),  # no response at all
    (None, {"lower": 1}, F(0)),
    (["x", None, [1]], {"default": 1, "lower": 1}, F(0)),
    ([[5, 5], "x"], {"default": -1}, F(2)),
    ({"x": 5, "y": 5}, {}, F(0)),
    ("55", {}, F(0)),
    ([{"x": 5, "y": 5}], {}, F(2)),
]


@pytest.mark.parametrize(("points", "rule", "worth"), MAPS, ids=str)
def test_what_points_are_worth(points: Any, rule: Any, worth: F) -> None:
    result = area_map(points, [LEFT, RIGHT], **rule)
    assert result == worth
    assert isinstance(result, F)


def test_the_value_of_an_area() -> None:
    shape = {"shape": "circle", "coords": [0, 0, 1]}
    assert area_map([[0, 0]], [shape]) == 1
    assert area_map([[0, 0]], [shape | {"value": "1/3"}]) == F(1, 3)
    assert area_map([[0, 0]], [shape | {"value": None}], default=5) == 0
    assert area_map([[0, 0]], [shape | {"value": -1}]) == -1
    assert area_map([[0, 0]], None, default=1) == 1


# --- markers -----------------------------------------------------------------------------------------------

NEAR = {"shape": "circle", "coords": [0, 0, 5]}
WIDE = {"shape": "circle", "coords": [0, 0, 50]}
FAR = {"shape": "circle", "coords": [100, 0, 5]}
HITS: list[tuple[Any, Any, F]] = [
    ([[0, 0], [100, 0]], [NEAR, FAR], F(1)),
    ([[0, 0]], [NEAR, FAR], F(1, 2)),
    ([[0, 0], [1, 1]], [NEAR, FAR], F(1, 2)),  # a place takes one marker
    ([[0, 0], [100, 0], [50, 50]], [NEAR, FAR], F(2, 3)),  # too many markers
    ([[0, 0], [1, 1], [2, 2], [3, 3]], [NEAR], F(1, 4)),
    ([[0, 0], [40, 0]], [WIDE, NEAR], F(1)),  # first come, first served would leave the second marker nothing
    ([[0, 0], [40, 0]], [NEAR, WIDE], F(1)),
    ([[40, 0], [0, 0]], [WIDE, NEAR], F(1)),
    ([[0, 0]], [WIDE, NEAR], F(1, 2)),  # a marker takes one place
    ([[9, 9]], [FAR], F(0)),
    ([], [NEAR], F(0)),
    ([], [], F(0)),
    ([[0, 0]], [], F(0)),
    (None, [NEAR], F(0)),
    ([[0, 0]], None, F(0)),
    ([[0, 0], "x", None], [NEAR], F(1)),
    ("x", [NEAR], F(0)),
]


@pytest.mark.parametrize(("points", "places", "fraction"), HITS, ids=str)
def test_markers_on_places(points: Any, places: Any, fraction: F) -> None:
    result = markers(points, places)
    assert result == fraction
    assert isinstance(result, F)


def test_a_label_fits_only_its_own_places() -> None:
    places = [NEAR | {"label": "cell"}, NEAR | {"label": "fibre"}]
    cell, fibre = {"x": 0, "y": 0, "label": "cell"}, {"x": 1, "y": 1, "label": "fibre"}
    assert markers([cell, fibre], places) == 1
    assert markers([cell, cell], places) == F(1, 2)
    assert markers([cell, {"x": 0, "y": 0, "label": "other"}], places) == F(1, 2)
    assert markers([[0, 0], {"x": 0, "y": 0, "label": ["cell"]}], places) == 0
    assert markers([cell], [NEAR]) == 0
    assert markers([{"x": 0, "y": 0, "label": 3}], [NEAR | {"label": 3}]) == 1
    assert fits([fibre, None, cell, [0, 0]], [*places, None]) == [[1], [0], []]
    assert fits([[0, 0], [100, 0]], [WIDE, FAR, NEAR]) == [[0, 2], [1]]


def test_the_share_of_places() -> None:
    assert share([[0], [0, 1]], 2) == 1
    assert share([[0], [0]], 2) == F(1, 2)
    assert share([[0], [1], []], 2) == F(2, 3)
    assert share([], 2) == 0
    assert share([], 0) == 0


def test_a_long_chain_is_turned_over() -> None:
    # Every marker but the last is first put where the next one has to go.
    chain = [[0, 1], [1, 2], [2, 3], [3, 4], [0]]
    assert matched(chain) == {0: 4, 1: 0, 2: 1, 3: 2, 4: 3}
    assert matched([[0], [0], [0]]) == {0: 0}
    assert matched([[], [5]]) == {5: 1}
    assert matched([]) == {}


def test_a_long_chain_needs_no_deep_recursion() -> None:
    size = 3000
    chain: list[list[int]] = [[n, n + 1] for n in range(size)] + [[0]]
    assert len(matched(chain)) == size + 1


@given(st.lists(st.sets(st.integers(0, 4)), max_size=5))
def test_no_assignment_is_larger(fitting: list[set[int]]) -> None:
    found = matched([sorted(each) for each in fitting])
    assert len(set(found.values())) == len(found)
    assert all(right in fitting[left] for right, left in found.items())
    best = max(
        sum(right in fitting[left] for left, right in zip(range(len(fitting)), order, strict=False))
        for order in permutations(range(5))
    )
    assert len(found) == best


COORDINATE = st.integers(-20, 20) | st.fractions(-20, 20, max_denominator=8)
POINT = st.tuples(COORDINATE, COORDINATE)


@given(st.lists(POINT, max_size=5), st.randoms())
def test_the_order_of_points_never_matters(points: list[Any], chance: Any) -> None:
    mixed = list(points)
    chance.shuffle(mixed)
    places = [RECT, CIRCLE, ELLIPSE, ARROW]
    assert markers(points, places) == markers(mixed, places)
    assert 0 <= markers(points, places) <= 1
    assert area_map(points, places, default=-1) == area_map(mixed, places, default=-1)


@given(POINT, st.integers(-9, 9), st.integers(-9, 9), st.integers(0, 9), st.integers(0, 9))
def test_a_rectangle_is_a_polygon(point: Any, left: int, top: int, width: int, height: int) -> None:
    right, bottom = left + width, top + height
    corners = [[left, top], [right, top], [right, bottom], [left, bottom]]
    for coords in (corners, corners[::-1]):
        assert holds({"shape": "rect", "coords": [left, top, width, height]}, point) == holds(
            {"shape": "polygon", "coords": coords}, point
        )


@given(POINT, st.integers(0, 9))
def test_a_circle_is_an_ellipse(point: Any, radius: int) -> None:
    circle = {"shape": "circle", "coords": [1, 2, radius]}
    assert holds(circle, point) == holds({"shape": "ellipse", "coords": [1, 2, radius, radius]}, point)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["x", "y", "shape", "coords", "label", "value"]), inner)
    ),
    max_leaves=12,
)


@given(JSON, st.lists(JSON, max_size=3), JSON)
def test_nothing_breaks_the_reckoning(points: Any, areas: Any, number: Any) -> None:
    assert isinstance(area_map(points, areas, number, number, number, number), F)
    assert 0 <= markers(points, areas) <= 1
