"""Numbers with and without units: what is read, what is accepted, what a wrong unit costs (rules B, D4)."""

import time
from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.numbers import (
    RULE_FIELDS,
    Accepted,
    NumberRule,
    NumberVerdict,
    Quantity,
    UnitPenalty,
    dump_rule,
    exact,
    number_text,
    parse_rule,
    read_number,
    read_quantity,
    rule_problems,
    unit_key,
)

MASS = {"kg": F(1), "g": F(1000)}
QUARTER = UnitPenalty(F(1, 4), "question")
ABOUT = Accepted(F(3), amount=F(1, 10))


# --- reading ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("3 kg", F(3), "kg"), ("3kg", F(3), "kg"), (" 3 k g ", F(3), "kg"), ("3", F(3), ""), ("-3,5kg", F(-7, 2), "kg"),
        ("1,234.5 g", F(2469, 2), "g"), ("1 234 567g", F(1234567), "g"), ("3e2g", F(300), "g"), ("3E2 g", F(300), "g"),
        ("3x10^2 g", F(300), "g"), ("3 X 10^-1 g", F(3, 10), "g"), ("3×10**2g", F(300), "g"), ("3*10^+2g", F(300), "g"),
        ("３．５ ｋｇ", F(7, 2), "kg"), ("3 m²", F(3), "m2"), ("3 \u00b5g", F(3), "\u03bcg"), ("3 %", F(3), "%"),
        ("＋３ kg", F(3), "kg"), ("－3 kg", F(-3), "kg"), ("−３，５ kg", F(-7, 2), "kg"),
        ("20 °C", F(20), "°C"), ("20 ℃", F(20), "°C"), ("3 €", F(3), "€"), ("3 eV", F(3), "eV"), ("3 x", F(3), "x"),
        ("3″", F(3), "′′"), ("3‰", F(3), "‰"), ("3'", F(3), "'"),
        ("5.kg", F(5), "kg"), (".5kg", F(1, 2), "kg"), ("3 kg/m3", F(3), "kg/m3"),
    ],
)  # fmt: skip
def test_a_number_is_read_with_the_unit_after_it(text: str, number: F, unit: str) -> None:
    assert read_quantity(text, ()) == Quantity(number, unit)


@pytest.mark.parametrize(
    "text",
    ["", "kg", "kg 3", "3/4 kg", "3-4 kg", "3+", "3^2", "3;", "3=3", "1.2.3 kg", "1e400 kg", "1e309kg", "5² kg",
     "5½", "nan", "inf kg", "3~", "3_000", "\0", "3\0", "3 \ud800", "k" * 101, "3" + "g" * 100, ".", ".kg"],
    ids=ascii,
)  # fmt: skip
def test_what_is_no_number_with_a_unit_is_unreadable(text: str) -> None:
    assert read_quantity(text, ()) is None
    assert read_quantity(text, MASS) is None


def test_the_longest_text_is_read_and_no_longer_one() -> None:
    assert read_quantity("3" + "g" * 99, ()) == Quantity(F(3), "g" * 99)
    assert read_number("0" * 99 + "7") == 7
    assert read_number("0" * 100 + "7") is None


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("€ 5", Quantity(F(5), "€")), ("€5", Quantity(F(5), "€")), ("5", Quantity(F(5), "")),
        ("€-5", Quantity(F(-5), "€")),
        ("Fr. 5", Quantity(F(5), "Fr.")), ("fr.5", Quantity(F(1, 2), "fr")),
        ("US$ 1,5", Quantity(F(3, 2), "US$")), ("5 €", None), ("€", None),
        ("ｋ５", Quantity(F(5), "k")), ("-€5", None), ("/5", None), ("€ 1.2.3", None), ("€ 5e1", Quantity(F(50), "€")),
        ("CHF\n5", Quantity(F(5), "CHF")), ("", None), ("€ + 5", Quantity(F(5), "€")), ("€€5", Quantity(F(5), "€€")),
    ],
)  # fmt: skip
def test_a_unit_may_stand_before_the_number(text: str, quantity: Quantity | None) -> None:
    assert read_quantity(text, {"€": 1, "Fr.": 2}, units_before=True) == quantity


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("250 x10^9/l", Quantity(F(250), "x10^9/l")), ("250", Quantity(F(250), "")), ("5/min", Quantity(F(5), "/min")),
        ("5 l", Quantity(F(5), "l")), ("5 /l", None), ("x10^9/l", None), ("a x10^9/l", None),
    ],
)  # fmt: skip
def test_a_known_name_may_look_like_a_part_of_the_number(text: str, quantity: Quantity | None) -> None:
    assert read_quantity(text, ("x10^9/l", "/min")) == quantity


def test_the_longest_known_name_is_tried_first() -> None:
    assert read_quantity("5 ^a^b", ("^b", "^a^b")) == Quantity(F(5), "^a^b")


@pytest.mark.parametrize(
    ("names", "before", "odd"),
    [(("kg", "m²", "%"), False, ()), (("x10^9/l", "/min", "g"), False, ("x10^9/l", "/min")),
     (("€", "Fr.", "a.b"), True, ("Fr.", "a.b")), (("€", "Fr."), False, ())],
)  # fmt: skip
def test_odd_units_are_those_that_cannot_be_told_from_the_number(
    names: tuple[str, ...], before: bool, odd: tuple[str, ...]
) -> None:
    assert NumberRule((ABOUT,), dict.fromkeys(names, F(1)), before).odd_units == odd


def test_units_are_compared_without_blanks_by_form_and_with_their_case() -> None:
    assert unit_key(" k g\n") == "kg"
    assert unit_key("\u00b5m") == unit_key("\u03bcm")
    assert unit_key("kG") != unit_key("kg")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(F(100, 3), 0, "33"), (F(5, 2), 0, "3"), (F(-5, 2), 0, "-3"), (F(1, 2), 0, "1"), (F(100), 0, "100"),
     (F(1, 3), 2, "0.33"), (F(-1, 1000), 2, "0"), (F(12345, 1000), 1, "12.3"), (F(1, 10**6), 6, "0.000001")],
)  # fmt: skip
def test_numbers_are_rounded_half_up(value: F, decimals: int, text: str) -> None:
    assert number_text(value, decimals) == text
    assert number_text(F(1, 3)) == "0.333333"


# --- judging ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "low", "high"),
    [
        (Accepted(F(50), "absolute", F(2)), F(48), F(52)), (Accepted(F(-50), "absolute", F(2)), F(-52), F(-48)),
        (Accepted(F(50), "relative", F(1, 10)), F(45), F(55)), (Accepted(F(-50), "relative", F(1, 10)), F(-55), F(-45)),
        (Accepted(F(50), "geometric", F(1)), F(25), F(100)), (Accepted(F(-50), "geometric", F(1)), F(-100), F(-25)),
        (Accepted(F(7)), F(7), F(7)), (Accepted(F(0), "relative", F(1)), F(0), F(0)),
    ],
)  # fmt: skip
def test_both_ends_are_in_and_in_order(accepted: Accepted, low: F, high: F) -> None:
    assert accepted.limits() == (low, high)
    near, far = max(abs(low), abs(high)) / 10**14, max(abs(low), abs(high)) / 10**13
    assert all(accepted.takes(each) for each in (low, high, accepted.value, low - near, high + near))
    if far:
        assert not accepted.takes(low - far)
        assert not accepted.takes(high + far)


def test_the_allowance_is_measured_by_the_greatest_of_both_ends_and_the_value() -> None:
    one_sided = Accepted(F(1), "absolute", F(1))  # 0..2
    assert one_sided.takes(F(-2, 10**14))
    assert not one_sided.takes(F(-2, 10**14) - F(1, 10**20))
    assert one_sided.takes(2 + F(2, 10**14))
    assert not one_sided.takes(2 + F(2, 10**14) + F(1, 10**20))
    below = Accepted(F(-1), "absolute", F(1))  # -2..0
    assert below.takes(F(2, 10**14))
    assert not below.takes(F(2, 10**14) + F(1, 10**20))


def test_the_usual_last_digits_are_in() -> None:
    assert Accepted(F(981, 100), amount=F(1, 50)).takes(F(9.81 + 0.02))
    assert Accepted(F(-117, 10), amount=F(1, 50)).takes(F(-11.7 - 0.02))


def test_answers_are_tried_in_order_and_the_first_decides() -> None:
    rule = NumberRule((Accepted(F(1)), Accepted(F(1), amount=F(1), fraction=F(1, 2)), Accepted(F(2))))
    assert rule.judge("1") == NumberVerdict(F(1), 0, "", F(1))
    assert rule.judge("2") == NumberVerdict(F(1, 2), 1, "partly", F(2))
    assert rule.judge("2,5") == NumberVerdict(F(0), None, "outside", F(5, 2))
    assert rule.best == rule.answers[0]


def test_a_number_may_be_known_and_wrong() -> None:
    rule = NumberRule((Accepted(F(7), fraction=F(0)), Accepted(F(8), fraction=F(-1, 2)), Accepted(F(9))))
    assert rule.judge("7") == NumberVerdict(F(0), 0, "outside", F(7))
    assert rule.judge("8") == NumberVerdict(F(-1, 2), 1, "outside", F(8))
    assert rule.best == rule.answers[2]


@pytest.mark.parametrize("text", ["", " ", "\n\u3000"])
def test_a_blank_is_no_answer_even_to_the_catch_all(text: str) -> None:
    rule = NumberRule((ABOUT, Accepted(F(0), fraction=F(1, 10), anything=True)))
    assert rule.judge(text) == NumberVerdict(F(0), None, "blank")


def test_the_catch_all_takes_whatever_is_not_blank() -> None:
    rule = NumberRule((ABOUT, Accepted(F(0), fraction=F(1, 10), anything=True)))
    assert rule.judge("3.05") == NumberVerdict(F(1), 0, "", F(61, 20))
    assert rule.judge("7") == NumberVerdict(F(1, 10), 1, "partly", F(7))
    assert rule.judge("0") == NumberVerdict(F(1, 10), 1, "partly", F(0))
    assert rule.judge("who knows") == NumberVerdict(F(1, 10), 1, "partly", None)
    assert rule.judge("x" * 10**6) == NumberVerdict(F(1, 10), 1, "partly", None)
    assert rule.best == ABOUT
    everything = NumberRule((Accepted(F(0), anything=True), ABOUT))
    assert everything.judge("x") == NumberVerdict(F(1), 0, "", None)
    with_units = NumberRule((ABOUT, Accepted(F(0), fraction=F(1, 10), anything=True)), MASS, penalty=QUARTER)
    assert with_units.judge("7") == NumberVerdict(F(1, 10), 1, "partly", F(7))
    assert with_units.judge("7000 g") == NumberVerdict(F(1, 10), 1, "partly", F(7))


@pytest.mark.parametrize("text", ["3 kg", "3kg", "3 %", "about 3", "3 3/4", "NaN", "Infinity", "1e400", "٣", "3\0"])
def test_without_units_text_beside_the_number_is_unreadable(text: str) -> None:
    assert NumberRule((ABOUT,)).judge(text) == NumberVerdict(F(0), None, "unreadable")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("3 kg", NumberVerdict(F(1), 0, "", F(3))), ("3000 g", NumberVerdict(F(1), 0, "", F(3))),
        ("3.1 kg", NumberVerdict(F(1), 0, "", F(31, 10))), ("3200 g", NumberVerdict(F(0), None, "outside", F(16, 5))),
        ("3", NumberVerdict(F(3, 4), 0, "unit_missing", F(3))), ("3 lb", NumberVerdict(F(3, 4), 0, "unit_wrong", F(3))),
        ("3 g", NumberVerdict(F(3, 4), 0, "unit_wrong", F(3, 1000))),
        ("3 KG", NumberVerdict(F(3, 4), 0, "unit_wrong", F(3))),
        ("3000", NumberVerdict(F(0), None, "outside", F(3000))), ("4 lb", NumberVerdict(F(0), None, "outside", F(4))),
        ("kg", NumberVerdict(F(0), None, "unreadable", None)),
        ("3/1 kg", NumberVerdict(F(0), None, "unreadable", None)),
    ],
)  # fmt: skip
def test_a_right_number_with_a_wrong_unknown_or_no_unit_loses_the_penalty(text: str, verdict: NumberVerdict) -> None:
    assert NumberRule((ABOUT,), MASS, penalty=QUARTER).judge(text) == verdict


def test_for_each_answer_the_scaled_number_goes_before_the_bare_one() -> None:
    rule = NumberRule((Accepted(F(3), fraction=F(1, 2)), Accepted(F(3000))), MASS, penalty=UnitPenalty(F(1, 2)))
    assert rule.judge("3000 g") == NumberVerdict(F(1, 2), 0, "partly", F(3))
    assert rule.judge("3000 kg") == NumberVerdict(F(1), 1, "", F(3000))
    other = NumberRule((Accepted(F(3000), fraction=F(1, 2)), Accepted(F(3))), MASS, penalty=UnitPenalty(F(1, 2)))
    assert other.judge("3000 g") == NumberVerdict(F(1, 4), 0, "unit_wrong", F(3))
    assert other.judge("3000000 g") == NumberVerdict(F(1, 2), 0, "partly", F(3000))


def test_units_before_are_judged_alike() -> None:
    rule = NumberRule((Accepted(F(5)),), {"€": F(1), "ct": F(100)}, True, UnitPenalty(F(1)))
    assert rule.judge("ct 500") == NumberVerdict(F(1), 0, "", F(5))
    assert rule.judge("$ 5") == NumberVerdict(F(0), 0, "unit_wrong", F(5))
    assert rule.judge("5") == NumberVerdict(F(0), 0, "unit_missing", F(5))
    assert rule.judge("5 €") == NumberVerdict(F(0), None, "unreadable")


@pytest.mark.parametrize(
    ("penalty", "fraction", "left"),
    [
        (UnitPenalty(), F(1), F(1)), (UnitPenalty(F(1, 4)), F(1, 2), F(3, 8)), (UnitPenalty(F(1)), F(1, 2), F(0)),
        (UnitPenalty(F(1, 4), "question"), F(1, 2), F(1, 4)), (UnitPenalty(F(3, 4), "question"), F(1, 2), F(0)),
        (UnitPenalty(F(1, 4), "response"), F(-1), F(0)),
    ],
)  # fmt: skip
def test_the_penalty_is_a_share_of_the_response_or_of_the_question(penalty: UnitPenalty, fraction: F, left: F) -> None:
    assert penalty.apply(fraction) == left


FRACTIONS = st.fractions(0, 1, max_denominator=20)


@given(st.text(max_size=120), st.booleans(), FRACTIONS, FRACTIONS, st.sampled_from(["response", "question"]))
def test_no_text_breaks_a_rule_or_earns_more_than_it_may(text: str, before: bool, share: F, f: F, of: str) -> None:
    units = {"kg": F(1), "x10^9/l": F(2), "Fr.": F(1, 2)}
    verdict = NumberRule((Accepted(F(3), "geometric", F(2), f),), units, before, UnitPenalty(share, of)).judge(text)
    assert 0 <= verdict.fraction <= f
    assert (verdict.index is None) <= (verdict.fraction == 0)
    assert (verdict.number is None) is (verdict.why in {"blank", "unreadable"})


@given(st.integers(-(10**9), 10**9), st.sampled_from(sorted(MASS)), st.sampled_from(["", " ", "\u00a0"]))
def test_every_unit_says_the_same_amount(grams: int, unit: str, gap: str) -> None:
    rule = NumberRule((Accepted(F(grams, 1000)),), MASS, penalty=QUARTER)
    typed = f"{number_text(F(grams, 1000) * MASS[unit])}{gap}{unit}"
    assert rule.judge(typed) == NumberVerdict(F(1), 0, "", F(grams, 1000))


@pytest.mark.parametrize(
    "text", ["9" * 10**6, " " * 10**6 + "5", "1,", "3" + " kg" * 10**5, "e" * 10**6, "3" * 50 + "x" * 10**6]
)
def test_a_megabyte_is_dealt_with_at_once(text: str) -> None:
    began = time.process_time()
    assert NumberRule((Accepted(F(5)),), MASS, penalty=QUARTER).judge(text).fraction == 0
    assert time.process_time() - began < 0.3


# --- as authored and stored ---------------------------------------------------------------------------------

FULL = {
    "answers": [
        {"value": "3", "tolerance": {"kind": "relative", "amount": "1/10"}, "fraction": "1", "reason": "r"},
        {"value": "4", "tolerance": {"kind": "absolute", "amount": "0"}, "fraction": "1/2"},
        {"value": "*", "fraction": "0"},
    ],
    "units": {"kg": "1", "g": "1000"},
    "units_before": True,
    "unit_penalty": {"share": "1/4", "of": "question"},
}


def test_a_rule_survives_storage() -> None:
    assert set(FULL) == RULE_FIELDS
    rule = parse_rule(FULL)
    assert rule == NumberRule(
        (
            Accepted(F(3), "relative", F(1, 10), F(1), "r"),
            Accepted(F(4), "absolute", F(0), F(1, 2)),
            Accepted(F(0), fraction=F(0), anything=True),
        ),
        MASS,
        True,
        QUARTER,
    )
    assert dump_rule(rule) == FULL


def test_what_is_left_out_is_as_usual() -> None:
    rule = parse_rule({"answers": [{"value": 0.5}]})
    assert rule == NumberRule(
        (Accepted(F(1, 2), "absolute", F(0), F(1), None, False),), {}, False, UnitPenalty(F(0), "response")
    )
    assert dump_rule(rule) == {
        "answers": [{"value": "1/2", "tolerance": {"kind": "absolute", "amount": "0"}, "fraction": "1"}]
    }


def test_only_numbers_are_parsed() -> None:
    assert exact("1/3") == F(1, 3)
    with pytest.raises(ValueError, match=r"^not a number$"):
        exact("third")


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        ({"answers": [{"value": 1}]}, []),
        (FULL | {"answers": [{"value": 1}, {"value": 2, "fraction": 0, "reason": "r"}]}, []),
        (FULL | {"answers": [{"value": 1, "reason": "r"}], "units": {"X": 1}}, []),
        ({"answers": [{"value": 1, "reason": " "}]}, [Problem("missing_reason", "answers[0].reason")]),
        ({"answers": [{"value": 1}], "units_before": "x"}, [Problem("not_yes_or_no", "units_before")]),
        ({"answers": [{"value": 1}], "units": ["g"]}, [Problem("not_a_mapping", "units")]),
        ({"answers": [{"value": 1}], "units": {"g": 1}}, [Problem("missing_unit_penalty", "unit_penalty")]),
        ({"answers": [{"value": 1}], "units": {"g": 1}, "unit_penalty": 1}, [Problem("not_a_mapping", "unit_penalty")]),
        ({"answers": [{"value": 1}], "units": {"g": 1, " g": 1}, "unit_penalty": {"share": 0, "of": "response"}},
         [Problem("duplicate_unit", "units")]),
        ({"answers": [{"value": "x"}]}, [Problem("not_a_number", "answers[0].value")]),
        ({"answers": [{"value": 1, "tolerance": 3}]}, [Problem("not_a_mapping", "answers[0].tolerance")]),
        ({"answers": [{"value": 1, "tolerance": {"kind": "absolute", "amount": 0, "x": 0}}]},
         [Problem("unknown_field", "answers[0].tolerance", {"field": "x"})]),
        ({"answers": []}, [Problem("too_few", "answers", {"at_least": 1})]),
        ({"answers": [{"value": 1, "fraction": 1.01, "reason": "r"}]},
         [Problem("bad_fraction", "answers[0].fraction"), Problem("no_right_answer", "answers")]),
        ({"answers": [{"value": 1}, {"value": 2, "fraction": 0}]}, [Problem("missing_reason", "answers[1].reason")]),
        ({"answers": [{"value": "*", "tolerance": {}}]},
         [Problem("unknown_field", "answers[0]", {"field": "tolerance"}), Problem("no_right_answer", "answers")]),
        ({"answers": [{"value": 1, "tolerance": {"kind": "near", "amount": -1}}]},
         [Problem("unknown_tolerance", "answers[0].tolerance.kind", {"known": "absolute, relative, geometric"}),
          Problem("bad_tolerance", "answers[0].tolerance.amount")]),
        ({"answers": [{"value": 1, "size": 2}]}, [Problem("unknown_field", "answers[0]", {"field": "size"})]),
        ({"answers": [{"value": 1}], "units": {"+g": "-1", "g": 0}, "unit_penalty": {"share": -1, "of": "question"}},
         [Problem("bad_unit", "units", {"unit": "+g"}), Problem("bad_multiplier", "units", {"unit": "+g"}),
          Problem("bad_multiplier", "units", {"unit": "g"}), Problem("bad_fraction", "unit_penalty.share")]),
        ({"answers": [{"value": 1}], "units": {"g": 1}, "unit_penalty": {"share": 1, "of": "me", "per": 1}},
         [Problem("unknown_field", "unit_penalty", {"field": "per"}),
          Problem("unknown_penalty", "unit_penalty.of", {"known": "response, question"})]),
        ({"answers": [{"value": 1}], "unit_penalty": {"share": 0, "of": "response"}},
         [Problem("penalty_without_units", "unit_penalty")]),
        ({"answers": [{"value": "*", "fraction": 0, "reason": "r"}, {"value": 1}, {"value": 2}]},
         [Problem("never_reached", "answers[1]")]),
    ],
)  # fmt: skip
def test_faults_are_named_exactly(data: Any, problems: list[Problem]) -> None:
    assert list(rule_problems(data)) == problems
