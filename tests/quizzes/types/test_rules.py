"""What single question types promise beyond the shared contract."""

import itertools
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.authored import number
from learnapp.quizzes.domain.grading import Part
from learnapp.quizzes.domain.numbers import number_text, read_number
from learnapp.quizzes.domain.review import EVERYTHING, Disclosure
from learnapp.quizzes.types import TYPES
from tests.quizzes.types.examples import EXAMPLES, items

OWN = Disclosure(correctness=True, own_reason=True)
ITEMS = list(items())


def example(name: str, at: int = 0) -> Any:
    return TYPES[name].parse(EXAMPLES[name]["items"][at]["data"])


# --- numbers (rules B, D4) ---------------------------------------------------------------------------------

READ = {
    "5": F(5), " 5 ": F(5), "+5": F(5), "-5": F(-5), "−5": F(-5), "007": F(7), "5.": F(5), ".5": F(1, 2), ",5": F(1, 2),
    "1.5": F(3, 2), "1,5": F(3, 2), "1,234": F(1234, 1000), "1,234,567": F(1234567), "1,234.5": F(12345, 10),
    "1 234,5": F(12345, 10), "1\u00a0234\u202f567": F(1234567), "1e3": F(1000), "1E3": F(1000), "1e+3": F(1000),
    "1e-3": F(1, 1000), "1,5e1": F(15), "2x10^3": F(2000), "2 X 10^3": F(2000), "2*10**3": F(2000), "2×10^3": F(2000),
    "2×10^-1": F(1, 5), "2*10^+1": F(20), "１２．５": F(25, 2), "－１，５": F(-3, 2), "1e308": F(10) ** 308, "-0": F(0),
}  # fmt: skip
UNREADABLE = [
    "", " ", "five", "5 mm", "5mm", "5%", "€5", "nan", "NaN", "inf", "-Infinity", "1e309", "1e-309", "1e99999999999999",
    "1..5", "1.2.3", ".", ",", "-", "+-5", "--5", "e5", "5e", "5e1.5", "x10^3", "2x10^", "2x10", "2^3", "1/2", "0x10",
    "1_000", "5\0", "５½", "5²", "٥", "1;5", "5=5", "9" * 101,
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), READ.items())
def test_reads_numbers_as_people_type_them(text: str, value: F) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize("text", UNREADABLE, ids=ascii)
def test_what_is_no_plain_number_is_unreadable(text: str) -> None:
    assert read_number(text) is None


@given(st.text(max_size=120))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert read_number(text) is None or isinstance(read_number(text), F)


@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_every_floating_number_is_read_as_its_digits_say(value: float) -> None:
    exact = number(value)
    assert read_number(repr(value)) == (
        exact if value == 0 or 1e-300 < abs(value) < 1e300 else read_number(repr(value))
    )


@pytest.mark.parametrize("value", [True, None, "", "1e5", "½", "1/0", "nan", float("nan"), float("inf"), [1], "9" * 41])
def test_authored_values_that_are_no_numbers(value: Any) -> None:
    assert number(value) is None


@pytest.mark.parametrize(("value", "exact"), [(0.1, F(1, 10)), (3, F(3)), ("1/3", F(1, 3)), ("-2.50", F(-5, 2))])
def test_authored_numbers_are_exact(value: Any, exact: F) -> None:
    assert number(value) == exact


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F(5), "5"),
        (F(-1, 2), "-0.5"),
        (F(1, 3), "0.333333"),
        (F(2, 3), "0.666667"),
        (F(-1, 10**9), "0"),
        (F(100), "100"),
    ],
)
def test_numbers_are_written_for_people(value: F, text: str) -> None:
    assert number_text(value) == text


def test_stored_numbers_must_be_numbers() -> None:
    data = EXAMPLES["numeric"]["items"][0]["data"]
    with pytest.raises(ValueError, match="not a number"):
        TYPES["numeric"].parse(data | {"answers": [{"value": "five"}]})


def test_a_wrong_number_gets_the_reason_of_its_range() -> None:
    item = example("numeric")
    reveal = TYPES["numeric"].reveal
    reasons = {
        text: reveal(item, {"text": text}, {}, OWN)["rows"][0]["reason"] for text in ("1", "2", "3", "31", "x", "5")
    }
    assert reasons == {
        "1": "KEY far too soon", "2": "KEY far too soon", "3": "KEY not in the range", "31": "KEY far too late",
        "x": "KEY not in the range", "5": "KEY about five",
    }  # fmt: skip


def test_the_best_number_is_shown_with_its_limits() -> None:
    key = Disclosure(correctness=True, key=True)
    [row] = TYPES["numeric"].reveal(example("numeric"), None, {}, key)["rows"]
    assert row == {"value": "5", "low": "4", "high": "6", "mine": False, "best": True}
    [row] = TYPES["numeric"].reveal(example("numeric", 6), None, {}, key)["rows"]
    assert row == {"value": "1", "mine": False, "best": True}


# --- what the learner's own reasons alone may tell --------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("ordering", {"places": {"plug": 4, "clean": 3, "build": 2, "strong": 1}}),
        ("matching", {"pairs": {"platelet": "feel", "macrophage": "feel", "neutrophil": "feel", "fibroblast": "feel"}}),
    ],
)
def test_a_part_that_is_wrong_keeps_its_reason(name: str, answer: Any) -> None:
    kind, item = TYPES[name], example(name)
    rows = kind.reveal(item, answer, kind.arrange(item, 1), OWN)["rows"]
    assert all(row["right"] is False and "reason" not in row and "best" not in row for row in rows)


@pytest.mark.parametrize("name", ["choice", "multiple"])
def test_an_option_that_was_not_chosen_keeps_its_secret(name: str) -> None:
    kind, item = TYPES[name], example(name)
    answer = {"choice": "scrub"} if name == "choice" else {"choices": ["pus"]}
    rows = kind.reveal(item, answer, kind.arrange(item, 1), OWN)["rows"]
    assert {"id", "text", "mine", "right", "reason"} == set(next(row for row in rows if row["mine"]))
    assert all(set(row) == {"id", "text", "mine"} for row in rows if not row["mine"])


def test_an_ordering_is_reviewed_in_the_learners_order_until_the_key_is_shown() -> None:
    kind, item = TYPES["ordering"], example("ordering")
    answer = {"places": {"strong": 1, "build": 2, "clean": 3}}
    own = kind.reveal(item, answer, {"items": ["plug", "build"]}, OWN)["rows"]
    assert [row["id"] for row in own] == ["strong", "build", "clean", "plug"]
    full = kind.reveal(item, answer, {"items": []}, Disclosure(key=True))["rows"]
    assert [(row["id"], row["best"]) for row in full] == [("plug", 1), ("clean", 2), ("build", 3), ("strong", 4)]


# --- choose-all: shares, weights and none of these --------------------------------------------------------


def test_a_near_answer_is_told_as_partly_right_and_never_as_the_best() -> None:
    kind, item = TYPES["choice"], example("choice", 1)
    rows = kind.reveal(item, {"choice": "wait"}, kind.arrange(item, 1), EVERYTHING)["rows"]
    assert {row["id"]: (row.get("right"), row.get("partly"), row["best"]) for row in rows} == {
        "call": (None, None, True), "wait": (False, True, False), "squeeze": (None, None, False),
        "nap": (None, None, False),
    }  # fmt: skip
    [mine] = [row for row in kind.reveal(item, {"choice": "nap"}, {"options": ["nap"]}, OWN)["rows"] if row["mine"]]
    assert mine == {"id": "nap", "text": "Sleep", "mine": True, "right": False, "reason": "KEY no help"}


def test_a_grade_names_its_parts_and_rule() -> None:
    grade = TYPES["choice"].grade(example("choice", 1), {"choice": "squeeze"})
    assert (grade.parts, grade.rule) == ((Part("squeeze", F(-1, 2), "wrong_option"),), "single")
    assert TYPES["choice"].grade(example("choice", 1), {"choice": "gone"}).parts == ()
    full = TYPES["choice"].grade(example("choice", 1), {"choice": "call"})
    assert full.parts == (Part("call", F(1), ""),)
    several = TYPES["multiple"].grade(example("multiple"), {"choices": ["flakes", "pus"]})
    assert several.rule == "balanced"
    assert set(several.parts) == {
        Part("pus", F(1)), Part("worse", F(0), "missed"), Part("flakes", F(0), "wrong_tick"), Part("tight", F(1)),
    }  # fmt: skip


def test_none_of_these_is_a_row_of_the_review() -> None:
    kind, key = TYPES["multiple"], Disclosure(correctness=True, key=True)
    for at, right in ((3, True), (4, False)):
        item = example("multiple", at)
        order = kind.arrange(item, 1)
        mine = {"id": "none", "text": "", "mine": True}
        assert kind.reveal(item, {"choices": []}, order, Disclosure())["rows"][-1] == mine
        assert kind.reveal(item, {"choices": []}, order, OWN)["rows"][-1] == mine | {"right": right}
        assert kind.reveal(item, {"choices": []}, order, key)["rows"][-1] == mine | {"right": right, "best": right}
        assert kind.reveal(item, None, order, key)["rows"][-1] == mine | {"mine": False, "best": right}
        assert kind.reveal(item, {"choices": ["scrub"]}, order, OWN)["rows"][-1] == mine | {"mine": False}
    assert all(row["id"] != "none" for row in kind.reveal(example("multiple"), None, {"options": ["pus"]}, key)["rows"])


@pytest.mark.parametrize(
    ("at", "answer", "blank"),
    [(0, None, True), (0, {"choices": []}, True), (0, {"choices": ["gone"]}, True), (0, {"choices": ["pus"]}, False),
     (0, {"unsure": True}, False), (3, {"choices": []}, False), (3, None, True), (3, {"choices": ["ice"]}, False)],
)  # fmt: skip
def test_a_choose_all_without_a_tick_is_reviewed_as_empty(at: int, answer: Any, blank: bool) -> None:
    assert TYPES["multiple"].reveal(example("multiple", at), answer, {"options": []}, OWN)["blank"] is blank


def test_wrong_ticks_can_be_taken_away() -> None:
    keep, item = TYPES["multiple"].keep_right, example("multiple")
    assert keep is not None
    assert keep(item, {"choices": ["worse", "flakes", "pus", "gone"]}) == {"choices": ["pus", "worse"]}
    assert keep(item, {"choices": ["flakes"]}) is None
    assert keep(item, {"unsure": True}) is None


@pytest.mark.parametrize(("name", "field"), [("matching", "pairs"), ("categorise", "cards")])
def test_pairs_and_cards_are_counted_back_and_kept(name: str, field: str) -> None:
    kind, item = TYPES[name], example(name)
    right = kind.sample(item, 1, True)
    [wrong_part] = [part for part in right[field] if right[field][part] != kind.sample(item, 1, False)[field][part]]
    wrong = kind.sample(item, 1, False)
    assert kind.count_back is not None
    assert kind.keep_right is not None
    assert kind.count_back(item, [wrong, right], F(1, 2)) == F(7, 8)
    assert kind.count_back(item, [None, {"unsure": True}, right], F(1, 3)) == F(1, 3)
    assert kind.keep_right(item, wrong) == {field: {k: v for k, v in right[field].items() if k != wrong_part}}
    whole = example(name, 1)
    assert kind.count_back(whole, [kind.sample(whole, 1, False), kind.sample(whole, 1, True)], F(1, 3)) == F(2, 3)


@pytest.mark.parametrize("name", ["choice", "true_false", "claim", "ordering"])
def test_what_has_no_parts_is_counted_as_a_whole(name: str) -> None:
    assert TYPES[name].count_back is None
    assert TYPES[name].keep_right is None


def test_a_wrong_sample_misses_even_where_some_mistakes_cost_nothing() -> None:
    kind = TYPES["multiple"]
    options = [
        {"id": key, "text": key, "reason": "r", "fraction": fraction, "weight": weight}
        for key, fraction, weight in (("a", 1, 9), ("b", 0, 0), ("c", 0, 1), ("d", 0, 0))
    ]
    lenient = kind.parse({"options": options, "scoring": "weighted", "pass_percent": 50})
    assert {tuple(kind.sample(lenient, seed, False)["choices"]) for seed in range(9)} == {("b", "c", "d")}
    summed = kind.parse({"options": [*options, options[0] | {"id": "e", "fraction": -1}], "scoring": "sum"})
    assert {tuple(kind.sample(summed, seed, False)["choices"]) for seed in range(9)} == {("a", "e")}
    weighted = kind.parse({"options": options, "scoring": "weighted"})
    assert {tuple(kind.sample(weighted, seed, False)["choices"]) for seed in range(9)} == {("a", "c")}


@pytest.mark.parametrize(
    ("scoring", "more", "shares", "codes"),
    [
        ("dock", {"dock": 1}, [1, 0], []),
        ("dock", {"dock": "1/100"}, [1, -1], []),
        ("dock", {"dock": "101/100"}, [1, 0], ["bad_dock"]),
        ("dock", {}, [1, 0], ["bad_dock"]),
        ("balanced", {"pass_percent": 100}, [1, 0], []),
        ("balanced", {"pass_percent": 0}, [1, 0], ["bad_pass_percent"]),
        ("sum", {}, ["0.333", "1/3", "0.3333333", 0], []),
        ("sum", {}, ["0.33", "0.33", "0.33", 0], ["fractions_not_one"]),
        ("sum", {}, [1, 1, 0], ["fractions_not_one"]),
        ("sum", {}, [1, -1], []),
        ("sum", {"none_right": True}, [0, -1], []),
        ("sum", {"none_right": False}, [0, -1], ["no_right_option"]),
        ("weighted", {"none_right": True}, [0, 0], []),
        ("balanced", {}, ["-101/100", 1], ["bad_share"]),
        ("balanced", {}, ["101/100", 0], ["bad_share"]),
    ],
)
def test_what_an_author_may_set(scoring: str, more: Any, shares: list[Any], codes: list[str]) -> None:
    options = [{"id": f"o{n}", "text": "T", "reason": "r", "fraction": each} for n, each in enumerate(shares)]
    data = {"options": options, "scoring": scoring, **more}
    assert [problem.code for problem in TYPES["multiple"].check_data(data)] == codes
    assert codes or TYPES["multiple"].parse(TYPES["multiple"].dump(TYPES["multiple"].parse(data))).scoring == scoring


def test_a_weight_of_nothing_is_allowed_but_not_for_all_right_ones() -> None:
    def codes(*weights: int) -> list[str]:
        options = [
            {"id": f"o{n}", "text": "T", "reason": "r", "right": n < 2, "weight": each}
            for n, each in enumerate(weights)
        ]
        return [each.code for each in TYPES["multiple"].check_data({"options": options, "scoring": "weighted"})]

    assert codes(0, 1, 0) == codes(2, 0, 5) == []
    assert codes(0, 0, 1) == ["no_right_weight"]
    assert codes(1, 1, -1) == ["bad_weight"]


def test_stored_weights_must_be_numbers() -> None:
    data = EXAMPLES["multiple"]["items"][0]["data"]
    options = [data["options"][0] | {"weight": "much"}, *data["options"][1:]]
    with pytest.raises(ValueError, match="not a number"):
        TYPES["multiple"].parse(data | {"options": options})


def test_shown_says_how_many_to_select_unless_none_may_be_right() -> None:
    public = TYPES["multiple"].public
    told = [
        {key: value for key, value in public(example("multiple", at)).items() if key != "options"} for at in range(11)
    ]
    assert told[0] == {"scoring": "balanced", "select": 2}
    assert told[3] == told[4] == {"scoring": "balanced", "none": True}
    assert told[10] == {"scoring": "weighted", "select": 2, "whole": True}
    assert TYPES["choice"].public(example("choice", 1))["takes"] is True
    assert "takes" not in TYPES["choice"].public(example("choice"))


HINTS = {
    ("choice", 0): "Select one answer.",
    ("choice", 1): "Select one answer. A wrong answer may take points away.",
    ("multiple", 0): "Select 2 answers. A wrong answer takes away the points of a right one.",
    (
        "multiple",
        3,
    ): 'Select every answer that fits, or "None of these". A wrong answer takes away the points of a right one.',
    ("multiple", 10): "Select 2 answers. You get the points only when enough of your answers are right.",
    ("ordering", 0): "Put the list in order. The closer each line is to its place, the more it earns.",
    ("ordering", 1): "Put the list in order. You get the points only when every line is in its place.",
    ("categorise", 0): "Choose a box for each card. Every card in its box counts.",
    ("categorise", 1): "Choose a box for each card. You get the points only when every card is in its box.",
    ("claim", 0): "Select the wording that goes as far as the evidence does, and no further.",
    ("claim", 1): "Select the grade that the evidence for this statement deserves.",
}


@pytest.mark.parametrize(("which", "words"), HINTS.items(), ids=str)
def test_hints_tell_the_rule(which: tuple[str, int], words: str) -> None:
    name, at = which
    assert str(TYPES[name].hint(TYPES[name].public(example(name, at)))) == words


def test_a_wording_that_takes_points_says_so() -> None:
    kind, data = TYPES["claim"], EXAMPLES["claim"]["items"][0]["data"]
    harsh = [each | {"fraction": -1} if each["id"] == "cures" else each for each in data["options"]]
    shown = kind.public(kind.parse(data | {"options": harsh}))
    assert str(kind.hint(shown)) == HINTS["claim", 0] + " A wrong answer may take points away."


def test_every_way_of_scoring_has_its_own_hint() -> None:
    for name in ("multiple", "ordering"):
        scorings = {example(name, at).scoring for at in range(len(EXAMPLES[name]["items"]))}
        hints = {str(TYPES[name].hint({"scoring": scoring, "select": 2})) for scoring in scorings}
        assert len(hints) == len(scorings) == {"multiple": 6, "ordering": 9}[name]


def test_parts_of_an_order() -> None:
    answer = {"places": {"plug": 2, "clean": 2, "build": 4, "strong": 3}}
    near = TYPES["ordering"].grade(example("ordering"), answer)
    assert [(part.key, part.fraction, part.why) for part in near.parts] == [
        ("plug", 0, "misplaced"), ("clean", 0, "misplaced"), ("build", F(2, 3), "misplaced"),
        ("strong", F(2, 3), "misplaced"),
    ]  # fmt: skip
    strict = TYPES["ordering"].grade(example("ordering", 1), {"places": {"one": 1, "two": 3, "three": 2}})
    assert [part.fraction for part in strict.parts] == [1, 0, 0]
    assert (near.rule, strict.rule) == ("relative_to_correct", "all_or_nothing")


def test_cards_are_reviewed_as_they_were_shown() -> None:
    kind, item = TYPES["categorise"], example("categorise")
    answer = {"cards": {"crust": "call", "red": "emergency"}}
    order = {"cards": ["crust", "gone", "red", "flakes"]}
    rows = kind.reveal(item, answer, order, OWN)["rows"]
    assert [(row["id"], row["chosen"], row.get("right")) for row in rows] == [
        ("crust", "Call the <strong>clinic</strong>", True), ("red", "Emergency", False), ("flakes", None, None),
    ]  # fmt: skip
    assert [row.get("reason") for row in rows] == ["KEY may be infection", None, None]


def test_grades_stand_from_strong_to_contested() -> None:
    kind, item = TYPES["claim"], example("claim", 1)
    assert kind.arrange(item, 7) == {}
    revealed = kind.reveal(item, {"choice": "a"}, {}, EVERYTHING)
    assert [(row["id"], row["mine"], row["best"]) for row in revealed["rows"]] == [
        ("a", True, False), ("b", False, False), ("c", False, True), ("d", False, False),
    ]  # fmt: skip
    assert (revealed["asks"], revealed["statement"]) == ("grade", item.statement)
    assert item.options[0].misconception == "M-11"
    wording = kind.reveal(example("claim"), None, {"options": ["may", "cures"]}, EVERYTHING)
    assert [row["id"] for row in wording["rows"]] == ["may", "cures"]
    assert (wording["asks"], wording["blank"], wording["unsure"]) == ("wording", True, False)


# --- properties -------------------------------------------------------------------------------------------


def answers(kind: Any, item: Any) -> list[Any]:
    """Return a few hundred answers of an item, right, partial and wrong ones."""
    shown = kind.public(item)
    if kind.name in {"choice", "true_false", "claim"}:
        ids = [each["id"] for each in shown.get("options", [])] or [*"abcd", "true", "false"]
        return [{"choice": key} for key in ids]
    if kind.name == "multiple":
        ids = [each["id"] for each in shown["options"]]
        return [{"choices": list(ticks)} for n in range(len(ids) + 1) for ticks in itertools.combinations(ids, n)]
    if kind.name == "ordering":
        ids = [each["id"] for each in shown["items"]]
        options = [*range(1, len(ids) + 1), None]
        return [
            {"places": {key: place for key, place in zip(ids, places, strict=True) if place}}
            for places in itertools.product(options, repeat=len(ids))
            if any(places)
        ]
    if kind.name == "categorise":
        cards, boxes = [card["id"] for card in shown["cards"]], [box["id"] for box in shown["boxes"]]
        return [{"cards": dict(zip(cards, way, strict=True))} for way in itertools.product(boxes, repeat=len(cards))]
    assert kind.name == "matching"
    lefts, rights = [p["id"] for p in shown["pairs"]], [c["id"] for c in shown["choices"]]
    return [{"pairs": dict(zip(lefts, way, strict=True))} for way in itertools.product(rights, repeat=len(lefts))]


LISTED = {"choice", "true_false", "claim", "multiple", "ordering", "categorise", "matching"}
COUNTABLE = [(kind, sample) for kind, sample in ITEMS if kind.name in LISTED]


@pytest.mark.parametrize(("kind", "sample"), COUNTABLE, ids=lambda value: getattr(value, "name", ""))
def test_one_and_only_one_kind_of_answer_is_fully_right(kind: Any, sample: Any) -> None:
    item = kind.parse(sample["data"])
    grades = [kind.grade(item, answer) for answer in answers(kind, item)]
    lowest = min(case.get("lowest", 0) for case in sample["answers"])
    assert all(lowest <= grade.fraction <= 1 for grade in grades)
    assert max(grade.fraction for grade in grades) == 1
    assert sum(grade.fraction == 1 for grade in grades) == 1
    parts = [part for grade in grades for part in grade.parts]
    assert all(lowest <= part.fraction <= 1 and bool(part.why) == (part.fraction < 1) for part in parts)


@given(st.integers(0, 2**63 - 1), st.data())
def test_a_shuffle_changes_neither_answer_nor_score(seed: int, data: st.DataObject) -> None:
    kind, sample = data.draw(st.sampled_from(ITEMS))
    item = kind.parse(sample["data"])
    arrangement = kind.arrange(item, seed)
    assert arrangement == kind.arrange(kind.parse(kind.dump(item)), seed)
    case = data.draw(st.sampled_from(sample["answers"]))
    field = kind.field(kind.public(item), arrangement, "answer")
    field.process(None, data=case["answer"])
    assert kind.grade(item, field.data) == kind.grade(item, case["answer"])
    for name, order in arrangement.items():
        assert sorted(order) == sorted(part["id"] for part in kind.public(item)[name])


@given(st.integers(0, 2**63 - 1), st.sampled_from([0, 1]))
def test_the_first_order_shown_is_never_the_right_one(seed: int, at: int) -> None:
    item = example("ordering", at)
    assert TYPES["ordering"].arrange(item, seed)["items"] != [entry.id for entry in item.entries]


@given(st.permutations(["pus", "worse", "flakes", "tight"]), st.integers(0, 4))
def test_the_order_of_ticks_does_not_matter(order: list[str], many: int) -> None:
    item, grade = example("multiple"), TYPES["multiple"].grade
    assert grade(item, {"choices": order[:many]}) == grade(item, {"choices": sorted(order[:many])})


@given(st.sets(st.sampled_from(["pus", "worse", "flakes", "tight"]), min_size=1), st.sampled_from([0, 1, 2, 3]))
def test_one_more_right_decision_never_earns_less(ticked: set[str], at: int) -> None:
    item, grade = example("multiple"), TYPES["multiple"].grade
    option = item.options[at]
    better = ticked | {option.id} if option.right else ticked - {option.id}
    assert grade(item, {"choices": sorted(better)}).fraction >= grade(item, {"choices": sorted(ticked)}).fraction


@given(st.integers(-(10**6), 10**6), st.integers(0, 10**4), st.sampled_from(["absolute", "relative", "geometric"]))
def test_both_ends_of_every_tolerance_are_in(value: int, amount: int, kind_of: str) -> None:
    numeric = TYPES["numeric"]
    tolerance = {"kind": kind_of, "amount": f"{amount}/100"}
    item = numeric.parse(
        {"answers": [{"value": f"{value}/8", "tolerance": tolerance}], "reason": "r", "otherwise": "o"}
    )
    [accepted] = item.answers
    low, high = accepted.limits()
    assert low <= accepted.value <= high
    assert all(accepted.takes(end) for end in (low, accepted.value, high))
    beyond = max(F(1), abs(low), abs(high)) / 10**12
    assert not accepted.takes(low - beyond)
    assert not accepted.takes(high + beyond)
