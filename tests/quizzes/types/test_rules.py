"""What single question types promise beyond the shared contract."""

import itertools
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.authored import number
from learnapp.quizzes.domain.numbers import number_text, read_number
from learnapp.quizzes.domain.review import Disclosure
from learnapp.quizzes.types import TYPES
from tests.quizzes.types.examples import EXAMPLES, items

OWN = Disclosure(marks=True, own_reason=True)
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
    key = Disclosure(marks=True, key=True)
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


# --- properties -------------------------------------------------------------------------------------------


def answers(kind: Any, item: Any) -> list[Any]:
    """Return a few hundred answers of an item, right, partial and wrong ones."""
    shown = kind.public(item)
    if kind.name in {"choice", "true_false"}:
        return [{"choice": each["id"]} for each in shown.get("options", [{"id": "true"}, {"id": "false"}])]
    if kind.name == "multiple":
        ids = [each["id"] for each in shown["options"]]
        return [{"choices": list(ticks)} for n in range(1, len(ids) + 1) for ticks in itertools.combinations(ids, n)]
    if kind.name == "numeric":
        return [{"text": str(n / 100)} for n in range(-2000, 12000)]
    if kind.name == "ordering":
        ids = [each["id"] for each in shown["items"]]
        options = [*range(1, len(ids) + 1), None]
        return [
            {"places": {key: place for key, place in zip(ids, places, strict=True) if place}}
            for places in itertools.product(options, repeat=len(ids))
            if any(places)
        ]
    lefts, rights = [p["id"] for p in shown["pairs"]], [c["id"] for c in shown["choices"]]
    return [{"pairs": dict(zip(lefts, way, strict=True))} for way in itertools.product(rights, repeat=len(lefts))]


@pytest.mark.parametrize(("kind", "sample"), ITEMS, ids=lambda value: getattr(value, "name", ""))
def test_one_and_only_one_kind_of_answer_is_fully_right(kind: Any, sample: Any) -> None:
    item = kind.parse(sample["data"])
    grades = [kind.grade(item, answer) for answer in answers(kind, item)]
    assert all(0 <= grade.fraction <= 1 for grade in grades)
    assert max(grade.fraction for grade in grades) == 1
    assert sum(grade.fraction == 1 for grade in grades) == 1 or kind.name == "numeric"
    assert all(
        0 <= part.fraction <= 1 and bool(part.why) == (part.fraction < 1) for g in grades for part in g.parts
    ) or (kind.name == "numeric")


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
