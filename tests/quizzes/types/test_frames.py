"""What every review and every problem holds beside its own: the frame of a review, and the values that words need."""

import json
import re
from fractions import Fraction
from typing import Any

import pytest

from learnapp.authoring.problems import PROBLEMS
from learnapp.quizzes.domain.grading import Part, State
from learnapp.quizzes.domain.paper import slot_seed
from learnapp.quizzes.domain.review import EVERYTHING, NOTHING, Disclosure
from learnapp.quizzes.types import TYPES
from tests.quizzes.types.examples import EXAMPLES, items
from tests.quizzes.types.test_contract import ids

ITEMS = list(items())
BAD = [(kind, bad) for kind in TYPES.values() for bad in EXAMPLES[kind.name]["bad"]]
MARKS = Disclosure(correctness=True)
OWN = Disclosure(correctness=True, own_reason=True)
KEY = Disclosure(correctness=True, own_reason=True, key=True)


@pytest.mark.parametrize(("kind", "example"), ITEMS, ids=map(ids, ITEMS))
def test_a_review_says_blank_and_unsure_of_nothing_else(kind: Any, example: Any) -> None:
    item = kind.parse(example["data"])
    arrangement = kind.arrange(item, 1)
    for allowed in (NOTHING, EVERYTHING):
        blank = kind.reveal(item, None, arrangement, allowed)
        assert (blank["blank"], blank["unsure"], type(blank["rows"])) == (kind.marked, False, list)
        unsure = kind.reveal(item, {"unsure": True}, arrangement, allowed)
        assert (unsure["blank"], unsure["unsure"]) == (False, kind.marked)
        for right in (True, False):
            given = kind.reveal(item, kind.sample(item, 1, right), arrangement, allowed)
            assert (given["blank"], given["unsure"]) == (False, False)


@pytest.mark.parametrize(("kind", "bad"), BAD, ids=map(ids, BAD))
def test_the_words_for_a_problem_have_the_values_they_need(kind: Any, bad: Any) -> None:
    for problem in kind.check_data(bad["data"]):
        words = PROBLEMS[problem.code].format(**problem.values)
        assert "None" not in words
        for value in problem.values.values():
            if isinstance(value, str) and ", " in value:
                assert all(re.fullmatch("[a-z_]+", name) for name in value.split(", "))


# --- true or false ------------------------------------------------------------------------------------------

TRUE_FALSE = TYPES["true_false"]


@pytest.mark.parametrize("truth", [True, False])
def test_true_false_rows(truth: bool) -> None:
    item = TRUE_FALSE.parse({"answer": truth, "reasons": {"true": "yes since", "false": "no since"}})
    mine, other = {"id": "true", "mine": True}, {"id": "false", "mine": False}
    judged = mine | {"right": truth}
    table: list[tuple[Disclosure, list[dict[str, Any]]]] = [
        (NOTHING, [mine, other]),
        (MARKS, [judged, other]),
        (OWN, [judged | {"reason": "yes since"}, other]),
        (KEY, [judged | {"reason": "yes since", "best": truth}, other | {"best": not truth}]),
        (
            EVERYTHING,
            [judged | {"reason": "yes since", "best": truth}, other | {"best": not truth, "reason": "no since"}],
        ),
    ]
    for allowed, rows in table:
        assert TRUE_FALSE.reveal(item, {"choice": "true"}, {}, allowed)["rows"] == rows
    blank = TRUE_FALSE.reveal(item, None, {}, KEY)["rows"]
    assert blank == [{"id": "true", "mine": False, "best": truth}, {"id": "false", "mine": False, "best": not truth}]


# --- own words ----------------------------------------------------------------------------------------------

FREE = TYPES["free_text"]
OWN_WORDS = {"limit": 60, "model": "<p>A good one &amp; long</p>", "guide": "look for", "reason": "because"}


def test_own_words_rows() -> None:
    item = FREE.parse(OWN_WORDS)
    row = {"text": "My words"}
    assert FREE.reveal(item, row, {}, NOTHING) == {"rows": [row], "unsure": False, "blank": False}
    assert FREE.reveal(item, row, {}, KEY)["rows"] == [row | {"best": OWN_WORDS["model"]}]
    everything = row | {"best": OWN_WORDS["model"], "reason": "because", "guide": "look for"}
    assert FREE.reveal(item, row, {}, EVERYTHING)["rows"] == [everything]


def test_made_up_own_words() -> None:
    item = FREE.parse(OWN_WORDS)
    assert FREE.sample(item, 1, True) == {"text": "A good one & long"}
    assert FREE.sample(item, 1, False) == {"text": "A goo"}
    assert FREE.sample(FREE.parse(OWN_WORDS | {"model": "ab"}), 1, False) == {"text": "a"}


@pytest.mark.parametrize(("limit", "fine"), [(1, True), (0, False), (True, False), ("5", False), (-1, False)])
def test_limits_of_own_words(limit: Any, fine: bool) -> None:
    assert (FREE.check_data(OWN_WORDS | {"limit": limit}) == []) is fine


def test_the_longest_limit_is_accepted_and_one_more_is_not() -> None:
    [problem] = FREE.check_data(OWN_WORDS | {"limit": 10**9})
    most = problem.values["most"]
    assert FREE.check_data(OWN_WORDS | {"limit": most}) == []
    assert [each.code for each in FREE.check_data(OWN_WORDS | {"limit": most + 1})] == ["bad_limit"]


# --- to read ------------------------------------------------------------------------------------------------


def test_what_is_only_read_is_shown_again() -> None:
    kind = TYPES["information"]
    shown = kind.reveal(kind.parse({"text": "Read me"}), None, {}, NOTHING)
    assert shown == {"rows": [], "text": "Read me", "unsure": False, "blank": False}
    assert kind.sample(kind.parse({"text": "Read me"}), 1, True) == {}


# --- order --------------------------------------------------------------------------------------------------

ORDER = TYPES["ordering"]
LINES = {
    "items": [{"id": key, "text": f"line {key}", "reason": f"since {key}"} for key in "kdw"],
    "scoring": "absolute",
}


def test_rows_of_an_order() -> None:
    item = ORDER.parse(LINES)
    answer = {"places": {"k": 1, "d": 3, "w": 2}}
    rows = [
        {"id": "k", "text": "line k", "place": 1, "right": True, "reason": "since k"},
        {"id": "w", "text": "line w", "place": 2, "right": False},
        {"id": "d", "text": "line d", "place": 3, "right": False},
    ]
    assert ORDER.reveal(item, answer, {"items": ["w", "d", "k"]}, OWN)["rows"] == rows


def test_lines_without_a_place_come_last_as_they_stood() -> None:
    item = ORDER.parse(LINES)
    rows = ORDER.reveal(item, {"places": {"d": 3}}, {"items": ["w", "d", "k"]}, NOTHING)["rows"]
    assert [row["id"] for row in rows] == ["d", "w", "k"]
    rows = ORDER.reveal(item, {"places": {"d": 3}}, {"items": ["k", "w"]}, NOTHING)["rows"]
    assert [row["id"] for row in rows] == ["d", "k", "w"]
    rows = ORDER.reveal(item, {"places": {"d": 3}}, {"items": ["w"]}, NOTHING)["rows"]
    assert [row["id"] for row in rows] == ["d", "w", "k"], "one that the arrangement does not know comes last"


# --- numbers ------------------------------------------------------------------------------------------------

NUMBER = TYPES["numeric"]
GRAMS = {
    "answers": [{"value": 2, "tolerance": {"kind": "absolute", "amount": 1}}],
    "units": {"g": 1000, "kg": 1, "t": "1/1000"},
    "unit_penalty": {"share": "1/3", "of": "question"},
    "reason": "two kilos",
    "otherwise": "no",
}


def test_rows_of_a_number_with_units() -> None:
    shown = NUMBER.reveal(NUMBER.parse(GRAMS), {"text": "2 lb"}, {}, EVERYTHING)
    own, best = shown["rows"]
    assert (own["unit_said"], own["earned"], own["right"], own["partly"]) == ("unit_wrong", "67", False, True)
    assert (best["value"], best["low"], best["high"]) == ("2 kg", "1 kg", "3 kg")
    assert shown["unit"] is None or isinstance(shown["unit"], str)


def test_the_unit_beside_a_number_is_shown() -> None:
    data = {"answers": [{"value": 4}], "unit": "days", "reason": "r", "otherwise": "o"}
    assert NUMBER.reveal(NUMBER.parse(data), {"text": "4"}, {}, MARKS)["unit"] == "days"


def test_a_made_up_miss_lies_beyond_every_answer() -> None:
    data = {
        "answers": [{"value": -7, "fraction": "1/2", "reason": "x"}, {"value": -9}],
        "reason": "r",
        "otherwise": "o",
    }
    item = NUMBER.parse(data)
    assert {NUMBER.sample(item, seed, False)["text"] for seed in range(40)} == {"1", "9", "25"}
    assert NUMBER.sample(item, 1, True)["text"] == "-9"
    assert NUMBER.sample(NUMBER.parse(GRAMS), 1, True)["text"] == "2 kg", "in the unit that is nearest to the answers"


def test_the_share_that_a_unit_leaves_is_a_whole_number_of_percent() -> None:
    thirds = GRAMS | {"unit_penalty": {"share": "1/3", "of": "response"}}
    [row] = NUMBER.reveal(NUMBER.parse(thirds), {"text": "2"}, {}, MARKS)["rows"]
    assert (row["unit_said"], row["earned"]) == ("unit_missing", "67")


# --- several types --------------------------------------------------------------------------------------------


def parts(arrangement: Any) -> int:
    """Return the length of the longest list in an arrangement."""
    if isinstance(arrangement, dict):
        return max(map(parts, arrangement.values()), default=0)
    return len(arrangement) if isinstance(arrangement, list) else 0


@pytest.mark.parametrize(("kind", "example"), ITEMS, ids=map(ids, ITEMS))
def test_another_seed_is_another_order(kind: Any, example: Any) -> None:
    item = kind.parse(example["data"])
    orders = {json.dumps(kind.arrange(item, seed)) for seed in range(60)}
    assert (len(orders) > 1) is (parts(kind.arrange(item, 1)) > 1)


@pytest.mark.parametrize("name", sorted(set(TYPES) - {"true_false", "free_text", "information"}))
def test_another_seed_is_another_made_up_miss(name: str) -> None:
    kind = TYPES[name]
    examples = [kind.parse(example["data"]) for example in EXAMPLES[name]["items"]]
    assert any(len({json.dumps(kind.sample(item, seed, False)) for seed in range(60)}) > 1 for item in examples)


@pytest.mark.parametrize(("kind", "example"), ITEMS, ids=map(ids, ITEMS))
def test_a_blank_names_its_rule_like_an_answer(kind: Any, example: Any) -> None:
    item = kind.parse(example["data"])
    rule = kind.grade(item, kind.sample(item, 1, True)).rule
    assert kind.grade(item, None).rule == kind.grade(item, {"unsure": True}).rule == rule


@pytest.mark.parametrize(("kind", "example"), ITEMS, ids=map(ids, ITEMS))
def test_misconceptions_are_stored(kind: Any, example: Any) -> None:
    assert kind.tags(kind.dump(kind.parse(example["data"]))) == kind.tags(example["data"])


CHOOSING = [(kind, example) for kind, example in ITEMS if "choose" in example["data"]]


@pytest.mark.parametrize(("kind", "example"), CHOOSING, ids=map(ids, CHOOSING))
def test_the_words_above_a_list_of_choices_are_shown(kind: Any, example: Any) -> None:
    assert kind.public(kind.parse(example["data"]))["choose"] == example["data"]["choose"]


def test_a_made_up_miss_takes_one_place_for_another() -> None:
    kind = TYPES["hotspot"]
    for example in EXAMPLES["hotspot"]["items"]:
        if example["data"].get("scoring") == "several":
            item = kind.parse(example["data"])
            best = set(kind.sample(item, 1, True)["points"])
            for seed in range(20):
                missed = set(kind.sample(item, seed, False)["points"])
                assert (len(best - missed), len(missed - best)) == (1, 1)


def test_a_made_up_miss_of_a_case_misses_one_step() -> None:
    kind = TYPES["case"]
    for example in EXAMPLES["case"]["items"]:
        item = kind.parse(example["data"])
        right = kind.sample(item, 3, True)["steps"]
        for seed in range(12):
            parts_of = kind.grade(item, kind.sample(item, seed, False)).parts
            assert sum(part.fraction != 1 for part in parts_of if part.key in right) >= 1


def test_shares_may_be_rounded_to_two_places() -> None:
    kind = TYPES["multiple"]

    def codes(*shares: str) -> list[str]:
        options = [
            {"id": f"o{n}", "text": "t", "reason": "r", "fraction": share} for n, share in enumerate((*shares, "-1/2"))
        ]
        return [problem.code for problem in kind.check_data({"options": options, "scoring": "sum"})]

    assert codes("0.333", "0.333", "0.333") == []
    assert codes("1/3", "1/3", "1/3") == []
    assert codes("0.33", "0.33", "0.33") != []


def test_a_claim_says_each_misconception_that_it_names() -> None:
    kind = TYPES["claim"]
    data = {
        "asks": "grade", "statement": "s", "grade": "A", "reasons": dict.fromkeys("ABCD", "r"),
        "misconceptions": {"B": "M-02", "C": "M-01"}, "options": [{"misconception": "M-09"}],
    }  # fmt: skip
    assert kind.tags(data) == ["M-01", "M-02", "M-09"]


def test_the_most_boxes_are_accepted_and_one_more_is_not() -> None:
    kind = TYPES["categorise"]
    data = next(example["data"] for example in EXAMPLES["categorise"]["items"])

    def codes(most: int) -> list[Any]:
        boxes = [*data["boxes"], *({"id": f"more-{n}", "text": f"More {n}"} for n in range(most - len(data["boxes"])))]
        return [(problem.code, dict(problem.values)) for problem in kind.check_data(data | {"boxes": boxes})]

    assert codes(4) == []
    assert codes(5) == [("too_many", {"at_most": 4})]


# --- cases and claims -----------------------------------------------------------------------------------------

CASE = TYPES["case"]
YES = {"type": "true_false", "stem": "s", "answer": True, "reasons": {"true": "r", "false": "r"}}
WORDS = {"type": "free_text", "stem": "s"} | OWN_WORDS


def case(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"steps": [step | {"id": f"step-{n}"} for n, step in enumerate(steps, 1)]}


def test_a_case_says_that_it_waits_for_a_person() -> None:
    assert "waits" not in CASE.public(CASE.parse(case(YES, YES)))
    assert CASE.public(CASE.parse(case(YES, WORDS)))["waits"] is True


def test_the_step_that_must_be_locked_is_named() -> None:
    shown = CASE.public(CASE.parse(case(YES, YES, YES | {"then": "t"}, YES)))
    answer = {"steps": {f"step-{n}": {"choice": "true"} for n in (1, 2, 3)}, "locked": []}
    [problem] = CASE.complete(shown, answer)
    assert (problem.code, problem.place, dict(problem.values)) == ("not_locked", "step-3", {"step": 3})


def test_each_step_is_shuffled_by_its_own_seed() -> None:
    choice = {"type": "choice", "stem": "s"} | {"options": CHOICES}
    item = CASE.parse(case(choice, choice))
    for seed in range(20):
        wanted = {
            f"step-{n}": TYPES["choice"].arrange(TYPES["choice"].parse(choice), slot_seed(seed, n)) for n in (1, 2)
        }
        assert CASE.arrange(item, seed) in ({"steps": wanted}, wanted)


CHOICES = [{"id": key, "text": key, "reason": "r", "right": key == "a"} for key in "abcde"]


def test_a_statement_to_grade_is_shown() -> None:
    kind = TYPES["claim"]
    data = {"asks": "grade", "statement": "It heals", "grade": "B", "reasons": dict.fromkeys("ABCD", "r")}
    item = kind.parse(data)
    assert kind.public(item) == {"asks": "grade", "statement": "It heals"}
    assert {row["text"] for row in kind.reveal(item, None, {}, EVERYTHING)["rows"]} == {""}


def test_what_can_be_seen_at_a_part_is_told_again() -> None:
    kind = TYPES["label_image"]
    data = EXAMPLES["label_image"]["items"][0]["data"]
    item = kind.parse(data)
    rows = kind.reveal(item, None, kind.arrange(item, 1), NOTHING)["rows"]
    assert [row["text"] for row in rows] == [part.get("where", "") for part in data["parts"]]


def test_the_open_end_of_a_miss_is_stored_as_such() -> None:
    data = {
        "answers": [{"value": 5}], "reason": "r", "otherwise": "o",
        "misses": [{"from": 10, "reason": "x"}, {"to": 1, "reason": "y"}],
    }  # fmt: skip
    misses = NUMBER.dump(NUMBER.parse(data))["misses"]
    assert [(miss.get("from"), miss.get("to")) for miss in misses] == [("10", None), (None, "1")]


def test_who_is_not_sure_has_typed_and_placed_nothing() -> None:
    places = {"unsure": True, "places": {"k": 1, "d": 2, "w": 3}}
    rows = ORDER.reveal(ORDER.parse(LINES), places, {"items": ["w", "d", "k"]}, KEY)["rows"]
    assert [row["place"] for row in rows] == [None, None, None]
    short = TYPES["short_text"]
    item = short.parse({"answers": [{"text": "cell"}], "reason": "r", "otherwise": "o"})
    assert short.reveal(item, {"unsure": True, "text": "cell"}, {}, MARKS)["rows"] == []


def test_parts_of_true_false() -> None:
    item = TRUE_FALSE.parse({"answer": True, "reasons": {"true": "r", "false": "r"}})
    right, wrong, other = (TRUE_FALSE.grade(item, {"choice": choice}) for choice in ("true", "false", "maybe"))
    assert (right.parts, right.fraction) == ((Part("true", Fraction(1)),), 1)
    assert (wrong.parts, wrong.fraction) == ((Part("false", Fraction(0), "wrong_option"),), 0)
    assert (other.parts, other.fraction) == ((), 0)
    assert right.rule == wrong.rule == other.rule


def test_places_of_nothing_on_the_page_take_no_place() -> None:
    item = ORDER.parse(LINES)
    assert ORDER.grade(item, {"places": {"k": 1, "d": 2, "w": 3, "gone": 2}}).fraction == 1
    assert ORDER.grade(item, {"places": {"k": 1, "d": 2, "w": 4}}).fraction == Fraction(2, 3)


ALONE = [(kind, example) for kind, example in ITEMS if kind.marked and not kind.by_person]


@pytest.mark.parametrize(("kind", "example"), ALONE, ids=map(ids, ALONE))
def test_who_is_not_sure_earns_nothing_whatever_else_is_stored(kind: Any, example: Any) -> None:
    item = kind.parse(example["data"])
    grade = kind.grade(item, kind.sample(item, 1, True) | {"unsure": True})
    assert (grade.fraction, grade.state, grade.parts) == (0, State.UNSURE, ())


def test_what_is_no_text_is_no_number() -> None:
    grade = NUMBER.grade(NUMBER.parse(GRAMS), {"text": 5})
    assert grade.parts == (Part("number", Fraction(0), "blank"),)
