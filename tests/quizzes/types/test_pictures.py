"""What questions on pictures promise beyond the shared contract."""

import json
import re
from collections.abc import Callable
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from learnapp.config import ROOT
from learnapp.quizzes.domain.grading import Part, State
from learnapp.quizzes.domain.pictures import LETTERS
from learnapp.quizzes.domain.regions import markers
from learnapp.quizzes.domain.review import EVERYTHING, Disclosure
from learnapp.quizzes.types import TYPES
from tests.quizzes.types.examples import BASE, EXAMPLES, FOLDER, items, shown_field

HOTSPOT, LABEL = TYPES["hotspot"], TYPES["label_image"]
ONE, SEVERAL = (EXAMPLES["hotspot"]["items"][n]["data"] for n in (0, 1))
NAMES, STRICT = (EXAMPLES["label_image"]["items"][n]["data"] for n in (0, 1))
OWN = Disclosure(correctness=True, own_reason=True)
PICTURED = [(kind, each["data"]) for kind, each in items() if kind in (HOTSPOT, LABEL)]


@pytest.fixture(scope="module")
def render() -> Callable[..., str]:
    loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), FileSystemLoader(FOLDER.parent)])
    env = Environment(loader=loader, autoescape=True, extensions=["jinja2.ext.i18n"])
    env.install_gettext_callables(lambda text: text, lambda one, many, n: one if n == 1 else many, newstyle=True)  # type: ignore[attr-defined]
    env.globals["asset"] = lambda name: f"/static/{name}"
    return lambda template, **values: env.get_template(template).render(**values)


def asked(render: Any, kind: Any, data: Any, answer: Any = None) -> str:
    field = shown_field(kind, data)
    field.process(None, data=answer)
    html: str = render(kind.answer_template, field=field, shown=kind.public(kind.parse(data)), base=BASE)
    return html


def reviewed(render: Any, kind: Any, data: Any, answer: Any, allowed: Disclosure) -> str:
    item = kind.parse(data)
    revealed = json.loads(json.dumps(kind.reveal(item, answer, kind.arrange(item, 1), allowed)))
    html: str = render(kind.review_template, revealed=revealed)
    return html


# --- pictures ----------------------------------------------------------------------------------------------


def test_every_picture_that_an_example_asks_about_exists() -> None:
    for _kind, data in PICTURED:
        assert (ROOT / "static" / "pictures" / f"{data['picture']['name']}.svg").exists()


@pytest.mark.parametrize(("kind", "data"), PICTURED, ids=lambda value: getattr(value, "name", ""))
def test_no_page_tells_where_the_areas_are(render: Any, kind: Any, data: Any) -> None:
    shown = json.dumps(kind.public(kind.parse(data)))
    for word in ("areas", "coords", "shape", "value", "label"):
        assert f'"{word}"' not in shown
    revealed = json.dumps(kind.reveal(kind.parse(data), None, kind.arrange(kind.parse(data), 1), EVERYTHING))
    assert '"areas"' not in revealed
    assert '"coords"' not in revealed


@pytest.mark.parametrize(("kind", "data"), PICTURED, ids=lambda value: getattr(value, "name", ""))
def test_the_picture_is_shown_with_its_words_and_placed_points(render: Any, kind: Any, data: Any) -> None:
    picture = data["picture"]
    for html in (asked(render, kind, data), reviewed(render, kind, data, None, EVERYTHING)):
        assert f'viewBox="0 0 {picture["width"]} {picture["height"]}" role="img" aria-label="{picture["alt"]}"' in html
        assert f'href="/static/pictures/{picture["name"]}.svg#picture"' in html
        assert html.count('aria-hidden="true"') >= 1
        assert "style=" not in html
        for at in data.get("points", data.get("parts")):
            across, down = 100 * at["x"] / picture["width"], 100 * at["y"] / picture["height"]
            assert re.search(rf'x="{round(across, 2)}%" c?y="{round(down, 2)}%"', html)


def bare(width: Any = 280, height: Any = 200, *points: Any) -> list[str]:
    data = SEVERAL | {
        "picture": {"name": "tray", "width": width, "height": height, "alt": "A"},
        "points": [{"id": f"p{n}", "name": "N", "reason": "R", "x": x, "y": y} for n, (x, y) in enumerate(points)],
        "areas": [{"shape": "circle", "coords": [*points[0], 1]}],
    }
    return [f"{problem.code} {problem.place}" for problem in HOTSPOT.check_data(data)]


def test_points_lie_on_the_picture_and_a_finger_apart() -> None:
    assert bare(280, 200, (0, 0), (44, 0), (280, 200)) == []
    assert bare(280, 200, (0, 0), (43.99, 0)) == ["too_close points[1]"]
    assert bare(280, 200, (0, 0), (0, 43)) == ["too_close points[1]"]
    assert bare(280, 200, (0, 0), (31, 31)) == ["too_close points[1]"]
    assert bare(280, 200, (0, 0), (31, 32)) == []
    assert bare(280, 200, (0, 0), (280.5, 0)) == ["off_the_picture points[1].x"]
    assert bare(280, 200, (0, 0), (100, 201)) == ["off_the_picture points[1].y"]
    assert bare(280, 200, (0, 0), (-0.5, 100)) == ["off_the_picture points[1].x"]
    assert bare(280, 200, (0, 0), (100, -1)) == ["off_the_picture points[1].y"]
    assert bare(560, 200, (0, 0), (87, 0)) == ["too_close points[1]"]
    assert bare(0, 200, (0, 0), (0, 100)) == ["not_a_number picture.width"]
    assert bare(-1, True, (0, 0), (0, 100))[:2] == ["not_a_number picture.width", "not_a_number picture.height"]
    assert bare("280", 200, (0, 0), (100, 0)) == ["not_a_number picture.width"]
    assert bare(280, 200, (0, 0), (100, "1/2")) == ["not_a_number points[1].y"]
    assert bare(280, 200, (0, 0), (100, float("nan"))) == ["not_a_number points[1].y"]


def test_no_more_points_than_letters() -> None:
    nine = [(n % 3 * 100, n // 3 * 100) for n in range(9)]
    assert bare(280, 200, *nine[:8]) == []
    assert bare(280, 200, *nine) == ["too_many points"]
    problems = HOTSPOT.check_data(SEVERAL | {"points": SEVERAL["points"] * 3})
    assert {"at_most": 8} in [problem.values for problem in problems]
    assert len(LETTERS) == 8


# --- hotspot -----------------------------------------------------------------------------------------------


def test_a_place_on_an_edge_and_in_two_areas_is_worth_both() -> None:
    grade = HOTSPOT.grade(HOTSPOT.parse(ONE), {"points": ["k2"]})
    assert (grade.fraction, grade.rule, grade.parts) == (F(1), "one", (Part("k2", F(1)),))
    grade = HOTSPOT.grade(HOTSPOT.parse(ONE), {"points": ["v9"]})
    assert grade.parts == (Part("v9", F(1, 4), "wrong_place"),)


def test_what_lies_in_no_area_gets_what_the_author_says() -> None:
    far = {"points": ["d4"]}
    assert HOTSPOT.grade(HOTSPOT.parse(ONE | {"default": "1/10"}), far).fraction == F(1, 10)
    minus = HOTSPOT.parse(ONE | {"default": -0.5})
    assert HOTSPOT.grade(minus, far).fraction == F(-1, 2)
    assert HOTSPOT.grade(minus, far).state is State.WRONG
    assert HOTSPOT.grade(minus, far).parts == (Part("d4", F(0), "wrong_place"),)
    assert HOTSPOT.grade(HOTSPOT.parse(ONE | {"default": -0.5, "lower": "-1/4"}), far).fraction == F(-1, 4)
    half = HOTSPOT.parse(ONE | {"upper": 0.5})
    assert HOTSPOT.grade(half, {"points": ["k2"]}).fraction == F(1, 2)
    assert [problem.code for problem in HOTSPOT.check_data(ONE | {"upper": 0.5})] == ["no_right_point"]
    rich = HOTSPOT.parse(ONE | {"areas": [ONE["areas"][1] | {"value": 7}]})
    assert HOTSPOT.grade(rich, {"points": ["k2"]}).fraction == 1


def test_the_parts_of_several_places() -> None:
    item = HOTSPOT.parse(SEVERAL)
    grade = HOTSPOT.grade(item, {"points": ["g1", "w5"]})
    assert grade.rule == "several"
    assert grade.parts == (
        Part("g1", F(1)),
        Part("w5", F(0), "wrong_place"),
        Part("n3", F(0), "missed"),
        Part("c8", F(1)),
    )
    assert HOTSPOT.public(item)["select"] == 2
    assert HOTSPOT.public(HOTSPOT.parse(ONE))["select"] == 1
    assert HOTSPOT.arrange(item, 5) == {}


IDS = [point["id"] for point in SEVERAL["points"]]


@given(st.lists(st.sampled_from([*IDS, "gone"]), max_size=6))
def test_several_places_are_graded_like_markers_and_order_never_matters(chosen: list[str]) -> None:
    item = HOTSPOT.parse(SEVERAL)
    grade = HOTSPOT.grade(item, {"points": chosen})
    put = [[point["x"], point["y"]] for point in SEVERAL["points"] if point["id"] in chosen]
    assert grade.fraction == markers(put, SEVERAL["areas"])
    assert grade == HOTSPOT.grade(item, {"points": chosen[::-1]})
    assert 0 <= grade.fraction <= 1
    assert (grade.fraction == 1) == (set(chosen) - {"gone"} == {"g1", "n3"})


@given(st.integers(0, 2**63), st.booleans())
def test_samples_of_every_seed(seed: int, right: bool) -> None:
    for kind, data in PICTURED:
        item = kind.parse(data)
        assert (kind.grade(item, kind.sample(item, seed, right)).fraction == 1) is right


def test_samples_differ_by_seed() -> None:
    item = HOTSPOT.parse(ONE)
    assert {HOTSPOT.sample(item, seed, False)["points"][0] for seed in range(30)} == {"q7", "v9", "d4"}
    item = HOTSPOT.parse(SEVERAL)
    wrong = {tuple(HOTSPOT.sample(item, seed, False)["points"]) for seed in range(40)}
    assert wrong == {("g1", "w5"), ("g1", "c8"), ("w5", "n3"), ("n3", "c8")}
    assert HOTSPOT.sample(item, 3, True) == {"points": ["g1", "n3"]}


def test_a_hint_may_clear_the_wrong_points() -> None:
    keep = HOTSPOT.keep_right
    assert keep is not None
    assert keep(HOTSPOT.parse(SEVERAL), {"points": ["c8", "n3", "gone"]}) == {"points": ["n3"]}
    assert keep(HOTSPOT.parse(SEVERAL), {"points": ["c8"]}) is None
    assert keep(HOTSPOT.parse(ONE), {"points": ["q7"]}) is None
    assert keep(HOTSPOT.parse(ONE), {"points": ["k2"]}) == {"points": ["k2"]}
    assert keep(HOTSPOT.parse(ONE), {"unsure": True}) is None


def test_letters_on_the_picture_are_labels_of_the_list(render: Any) -> None:
    for data, kind in ((ONE, "radio"), (SEVERAL, "checkbox")):
        html = asked(render, HOTSPOT, data, {"points": [data["points"][1]["id"]]})
        pins = re.findall(r'<label class="pin" for="([^"]+)">.*?<text[^>]*>(\w)</text>', html)
        controls = re.findall(rf'<input type="{kind}" id="([^"]+)" name="q1" value="([^"]+)"( checked)?>', html)
        assert [control for control, _letter in pins] == [control for control, _id, _ in controls]
        assert [letter for _control, letter in pins] == list("ABCD")
        assert [each for _, each, _ in controls] == [point["id"] for point in data["points"]]
        assert [bool(checked) for _, _, checked in controls] == [False, True, False, False]
        assert html.count(" checked") == 1
        for letter, point in zip("ABCD", data["points"], strict=True):
            assert f'<b class="letter">{letter}<span>, </span></b>{point["name"]}' in html


def test_a_review_marks_places_by_shape_and_word(render: Any) -> None:
    html = reviewed(render, HOTSPOT, ONE, {"points": ["v9"]}, EVERYTHING)
    assert re.findall(r'<svg class="pt (\w*)" x', html) == ["", "best", "wrong", ""]
    assert "Your answer: C" in html
    assert "Best answer: B" in html
    html = reviewed(render, HOTSPOT, ONE, {"points": ["v9"]}, OWN)
    assert re.findall(r'<svg class="pt (\w*)" x', html) == ["", "", "wrong", ""]
    assert "KEY a vessel" in html
    assert "Best answer" not in html
    html = reviewed(render, HOTSPOT, ONE, {"points": ["v9"]}, Disclosure())
    assert re.findall(r'<svg class="pt (\w*)" x', html) == ["", "", "mine", ""]
    assert "Your answer: C" in html
    html = reviewed(render, HOTSPOT, ONE, {"points": ["k2"]}, OWN)
    assert re.findall(r'<svg class="pt (\w*)" x', html) == ["", "best", "", ""]
    html = reviewed(render, HOTSPOT, SEVERAL, {"points": ["g1", "c8"]}, EVERYTHING)
    assert re.findall(r'<svg class="pt (\w*)" x', html) == ["best", "", "best", "wrong"]
    assert "Your answer: A, D<" in html
    assert "Best answer: A, C<" in html


def test_the_rows_of_a_review() -> None:
    item = HOTSPOT.parse(ONE)
    rows = HOTSPOT.reveal(item, {"points": ["q7"]}, {}, OWN)["rows"]
    assert rows[0] == {
        "id": "q7", "letter": "A", "text": "a thin <strong>outer</strong> layer", "x": 130, "y": 110,
        "mine": True, "right": False, "reason": "KEY cells of the outer layer",
    }  # fmt: skip
    assert rows[1] == {"id": "k2", "letter": "B", "text": "pink fibres", "x": 400, "y": 330, "mine": False}
    revealed = HOTSPOT.reveal(item, {"points": ["q7"]}, {}, EVERYTHING)
    assert [row["best"] for row in revealed["rows"]] == [False, True, False, False]
    assert (revealed["unsure"], revealed["blank"]) == (False, False)


def test_the_hint_tells_what_to_do() -> None:
    assert HOTSPOT.hint({"scoring": "one", "select": 1}).startswith("Select a letter")
    assert HOTSPOT.hint({"scoring": "several", "select": 1}).startswith("Select 1 letter on")
    assert HOTSPOT.hint({"scoring": "several", "select": 3}).startswith("Select 3 letters on")


# --- label image -------------------------------------------------------------------------------------------


def test_parts_are_counted_back_each_by_itself() -> None:
    count_back = LABEL.count_back
    assert count_back is not None
    right = {"parts": {"t3": "outer", "m8": "derm", "u1": "derm", "b5": "fat"}}
    first = {"parts": {"t3": "fat", "m8": "derm", "u1": "bone", "b5": "fat"}}
    item = LABEL.parse(NAMES)
    assert count_back(item, [first, right], F(1, 3)) == F(1, 4) * (F(2, 3) + 1 + F(2, 3) + 1)
    assert count_back(item, [first, None], F(1, 3)) == 0
    assert count_back(
        LABEL.parse(STRICT), [{"parts": {"p1": "gl"}}, {"parts": {"p1": "gl", "p2": "ga"}}], F(1, 4)
    ) == F(3, 4)


def test_a_hint_may_clear_the_wrong_names() -> None:
    keep = LABEL.keep_right
    assert keep is not None
    item = LABEL.parse(NAMES)
    assert keep(item, {"parts": {"t3": "outer", "m8": "fat", "gone": "fat"}}) == {"parts": {"t3": "outer"}}
    assert keep(item, {"parts": {"m8": "fat"}}) is None


def test_every_number_has_its_own_select(render: Any) -> None:
    html = asked(render, LABEL, NAMES, {"parts": {"m8": "fat"}})
    labels = re.findall(r'<label for="([^"]+)"><b class="letter"><span>Number </span>(\d)', html)
    assert labels == [("q1", "1"), ("q1-m8", "2"), ("q1-u1", "3"), ("q1-b5", "4")]
    assert re.findall(r'<select class="inp" id="([^"]+)" name="([^"]+)"', html) == [
        ("q1", "q1.t3"), ("q1-m8", "q1.m8"), ("q1-u1", "q1.u1"), ("q1-b5", "q1.b5"),
    ]  # fmt: skip
    assert re.findall(r'<option value="(\w*)" selected', html) == ["fat"]
    assert "the violet band on top" in html
    assert len(re.findall(r'<svg class="pt "', html)) == 4


def test_a_review_of_names_marks_right_and_wrong_by_shape(render: Any) -> None:
    answer = {"parts": {"t3": "outer", "m8": "bone"}}
    html = reviewed(render, LABEL, NAMES, answer, EVERYTHING)
    assert re.findall(r'<svg class="pt (\w*)" x', html) == ["best", "wrong", "", ""]
    assert html.count("Best answer") == 3
    assert html.count("You left this empty") == 2
    html = reviewed(render, LABEL, NAMES, answer, Disclosure())
    assert re.findall(r'<svg class="pt (\w*)" x', html) == ["mine", "mine", "", ""]
    rows = LABEL.reveal(LABEL.parse(NAMES), answer, {}, OWN)["rows"]
    assert (rows[0]["x"], rows[0]["y"], rows[0]["right"], rows[0]["reason"]) == (130, 110, True, "KEY it is on top")
    assert rows[1]["right"] is False
    assert "reason" not in rows[1]


def test_labels_are_shuffled_and_numbers_are_not() -> None:
    item = LABEL.parse(NAMES)
    orders = {tuple(LABEL.arrange(item, seed)["labels"]) for seed in range(40)}
    assert len(orders) > 10
    assert set(LABEL.arrange(item, 1)) == {"labels"}
    assert [part["id"] for part in LABEL.public(item)["parts"]] == ["t3", "m8", "u1", "b5"]


def test_the_hint_tells_the_scoring() -> None:
    assert LABEL.hint({"scoring": "pairs"}).endswith("Every right name counts.")
    assert LABEL.hint({"scoring": "all_or_nothing"}).endswith("only when all are right.")
