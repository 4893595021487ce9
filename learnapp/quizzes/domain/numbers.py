"""Numbers as people type them: read exactly, judged within a tolerance, with or without a unit."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

from learnapp.kit.errors import Problem

from . import authored

LENGTH = 100  # characters; nobody needs more for one number and its unit
POWER = 308  # as far as ordinary floating numbers go; beyond is as good as infinity
DECIMALS = 6
ALLOWANCE = Fraction(1, 10**14)  # relative: the last digit of ordinary floating numbers (rules B)
KINDS = ("absolute", "relative", "geometric")
ANYTHING = "*"  # authored value of the answer that takes whatever is not blank
PENALTIES = ("response", "question")
RULE_FIELDS = frozenset({"answers", "units", "units_before", "unit_penalty"})

# Why a text earned less than full marks.
BLANK, UNREADABLE, OUTSIDE, PARTLY = "blank", "unreadable", "outside", "partly"
UNIT_MISSING, UNIT_WRONG = "unit_missing", "unit_wrong"

# Full-width digits and signs as Chinese and Japanese keyboards give them, the real minus, and the times sign.
_PLAIN = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    0xFF0C: ",", 0xFF0E: ".", 0xFF0B: "+", 0xFF0D: "-", 0x2212: "-", 0x00D7: "x",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<mantissa>[0-9.,]+)(?:[eE](?P<e>[+-]?[0-9]+)|[xX*]10(?:\^|\*\*)(?P<ten>[+-]?[0-9]+))?"
)
_DECIMAL = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")
_AT_END = re.compile(r"(?P<unit>[^0-9.,+-]*)(?P<number>[0-9.,+-].*)", re.DOTALL)
_UNIT_SIGNS = "%‰°'\"′"  # as `unit_key` writes them


def read_number(text: str) -> Fraction | None:
    """Return the number that a text says, exactly, or None when it is not a plain number (rules B, D4).

    Blanks are dropped. With a point, or with two or more commas, commas mark thousands; one comma alone is
    the decimal sign. Powers of ten: 1e3, 1E3, 1x10^3, 1*10**3, 1×10^3. Full-width digits are digits. Text
    after the number, NaN, infinity and powers beyond 308 are unreadable.
    """
    if len(text) > LENGTH:
        return None
    match = _NUMBER.fullmatch(_compact(text).translate(_PLAIN))
    return _value(match) if match else None


def _compact(text: str) -> str:
    return "".join(text.split())


def _value(match: re.Match[str]) -> Fraction | None:
    decimal = _decimal(match["mantissa"])
    power = int(match["e"] or match["ten"] or 0)
    if decimal is None or abs(power) > POWER:
        return None
    return (-1 if match["sign"] == "-" else 1) * decimal * Fraction(10) ** power


def _decimal(mantissa: str) -> Fraction | None:
    thousands = "." in mantissa or mantissa.count(",") > 1
    text = mantissa.replace(",", "" if thousands else ".")
    return Fraction(text) if _DECIMAL.fullmatch(text) else None


def number_text(value: Fraction, decimals: int = DECIMALS) -> str:
    """Return a number for people: up to so many decimals, half up, no trailing zeros, a point ("-0.5")."""
    scaled = abs(value) * 10**decimals + Fraction(1, 2)
    digits = f"{scaled.numerator // scaled.denominator:0{decimals + 1}d}"
    cut = len(digits) - decimals
    text = f"{digits[:cut]}.{digits[cut:]}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and text != "0" else text


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the unit typed beside it, "" when there is none; blanks are dropped from the unit."""

    number: Fraction
    unit: str


@lru_cache(maxsize=512)
def unit_key(name: str) -> str:
    """Return what unit names are compared by: no blanks, one form of look-alikes (µ and μ, m² and m2), case kept."""
    return unicodedata.normalize("NFKC", _compact(name))


def read_quantity(text: str, units: Collection[str], units_before: bool = False) -> Quantity | None:
    """Return the number and the unit that a text says, or None when it is neither "5" nor "5 kg" (rules B).

    units: the known names; a text beside the number that is none of them is an unknown unit when it begins as
    units do (a letter, a currency, a sign such as % or °), else nothing was understood. units_before: the unit
    stands before the number ("€ 5"). The unit is given as `unit_key` writes it.
    """
    if len(text) > LENGTH:
        return None
    compact = _compact(text)
    known = {unit_key(name) for name in units}
    found = _split_before(compact) if units_before else _split_after(compact)
    if found is None or found.unit not in known:
        found = _split_by_name(compact, units, units_before) or found
    return found if found is None or found.unit in known or _is_unit(found.unit) else None


def _split_after(compact: str) -> Quantity | None:
    match = _NUMBER.match(compact.translate(_PLAIN))  # one character for one, so positions hold
    number = _value(match) if match else None
    return None if match is None or number is None else Quantity(number, unit_key(compact[match.end() :]))


def _split_before(compact: str) -> Quantity | None:
    match = _AT_END.fullmatch(compact.translate(_PLAIN))
    number = read_number(match["number"]) if match else None
    return None if match is None or number is None else Quantity(number, unit_key(compact[: match.end("unit")]))


def _split_by_name(compact: str, units: Collection[str], before: bool) -> Quantity | None:
    """Find a known name that itself looks like a part of a number, such as "Fr." or "x10^9/l"."""
    for name in sorted(map(_compact, units), key=len, reverse=True):
        rest = compact.removeprefix(name) if before else compact.removesuffix(name)
        number = read_number(rest) if len(rest) < len(compact) else None
        if number is not None:
            return Quantity(number, unit_key(name))
    return None


def _is_unit(text: str) -> bool:
    return not text or text[0].isalpha() or text[0] in _UNIT_SIGNS or unicodedata.category(text[0]) == "Sc"


@dataclass(frozen=True, slots=True)
class Accepted:
    """One accepted number. kind, amount: the tolerance. fraction: what it earns. reason: inline HTML.

    anything: this is the catch-all that takes every text but a blank; value and tolerance then mean nothing.
    """

    value: Fraction
    kind: str = "absolute"
    amount: Fraction = Fraction(0)
    fraction: Fraction = Fraction(1)
    reason: str | None = None
    anything: bool = False

    def limits(self) -> tuple[Fraction, Fraction]:
        """Return lowest and highest number accepted, both inclusive, in order below zero too (rules A1, B)."""
        if self.kind == "geometric":
            ends = (self.value / (1 + self.amount), self.value * (1 + self.amount))
            return min(ends), max(ends)
        width = self.amount * abs(self.value) if self.kind == "relative" else self.amount
        return self.value - width, self.value + width

    def takes(self, number: Fraction) -> bool:
        """Say whether a number is inside, with a relative allowance of 1e-14."""
        low, high = self.limits()
        if low <= number <= high:
            return True
        allowance = ALLOWANCE * max(abs(low), abs(high), abs(self.value))
        return low - allowance <= number <= high + allowance


@dataclass(frozen=True, slots=True)
class UnitPenalty:
    """What a right number loses for a wrong, unknown or missing unit.

    share: 0..1. of: "response" (of what the number earned) or "question" (of full marks).
    """

    share: Fraction = Fraction(0)
    of: str = "response"

    def apply(self, fraction: Fraction) -> Fraction:
        """Return what is left of a fraction, never below 0 (rules B)."""
        return max(Fraction(0), fraction - self.share * (fraction if self.of == "response" else 1))


@dataclass(frozen=True, slots=True)
class NumberVerdict:
    """What a text is worth. index: of the answer that took it, None when none did.

    why: "" or one of the codes above; number: as read, divided by a known unit's multiplier, None when unreadable.
    """

    fraction: Fraction
    index: int | None
    why: str = ""
    number: Fraction | None = None


@dataclass(frozen=True)
class NumberRule:
    """Which numbers are accepted, and with which units.

    answers: tried in order, the first that takes the text decides. units: name -> multiplier (how many of it
    make one of what the answers are in: g: 1000 for answers in kg); {} means that no unit may be typed.
    """

    answers: tuple[Accepted, ...]
    units: Mapping[str, Fraction] = field(default_factory=dict)
    units_before: bool = False
    penalty: UnitPenalty = UnitPenalty()

    @property
    def best(self) -> Accepted:
        """The first number that earns the most."""
        return max((each for each in self.answers if not each.anything), key=lambda each: each.fraction)

    @property
    def odd_units(self) -> tuple[str, ...]:
        """The unit names that nobody can tell from a part of the number without knowing them, such as "x10^9/l"."""

        def plain(name: str) -> bool:
            found = read_quantity(f"{name}1" if self.units_before else f"1{name}", (), self.units_before)
            return found is not None and found.unit == unit_key(name)

        return tuple(name for name in self.units if not plain(name))

    def judge(self, text: str) -> NumberVerdict:
        """Return what a typed text earns (rules B, D4).

        For each answer the number divided by its unit's multiplier is tried, then the bare number: that one is
        right with a wrong, unknown or missing unit, and loses the penalty. A catch-all takes unreadable text too.
        """
        if not text.strip():
            return NumberVerdict(Fraction(0), None, BLANK)
        quantity = self.read(text)
        scaled = self._scaled(quantity) if quantity else None
        number = quantity.number if quantity and scaled is None else scaled
        for index, answer in enumerate(self.answers):
            if answer.anything or (scaled is not None and answer.takes(scaled)):
                return NumberVerdict(answer.fraction, index, _why(answer.fraction), number)
            if quantity is not None and answer.takes(quantity.number):
                why = UNIT_WRONG if quantity.unit else UNIT_MISSING
                return NumberVerdict(self.penalty.apply(answer.fraction), index, why, number)
        return NumberVerdict(Fraction(0), None, UNREADABLE if quantity is None else OUTSIDE, number)

    def read(self, text: str) -> Quantity | None:
        """Return the number and unit in a text; without units, text beside the number is unreadable (rules D4)."""
        if self.units:
            return read_quantity(text, self.units, self.units_before)
        number = read_number(text)
        return None if number is None else Quantity(number, "")

    def _scaled(self, quantity: Quantity) -> Fraction | None:
        """Return the number in the answers' unit, None when its unit is missing or unknown."""
        if not self.units:
            return quantity.number
        known = {unit_key(name): multiplier for name, multiplier in self.units.items()}
        return quantity.number / known[quantity.unit] if quantity.unit in known else None


def _why(fraction: Fraction) -> str:
    if fraction <= 0:
        return OUTSIDE
    return PARTLY if fraction < 1 else ""


# --- as authored and stored ---------------------------------------------------------------------------------


def rule_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield every problem of an authored number rule: `answers`, `units`, `units_before`, `unit_penalty`."""
    yield from authored.list_problems(data, "answers", 1, ("value", "tolerance", "fraction", "reason"))
    answers = authored.mappings(data, "answers")
    for place, answer in answers:
        yield from _answer_problems(answer, place)
    full = [each for _, each in answers if authored.number(each.get("fraction", 1)) == 1]
    if answers and all(each.get("value") == ANYTHING for each in full):
        yield Problem("no_right_answer", "answers")
    for (_, before), (place, _after) in pairwise(answers):
        if before.get("value") == ANYTHING:
            yield Problem("never_reached", place)
    yield from _unit_problems(data)


def _answer_problems(answer: Mapping[str, Any], place: str) -> Iterator[Problem]:
    anything = answer.get("value") == ANYTHING
    if not anything and authored.number(answer.get("value")) is None:
        yield Problem("not_a_number", f"{place}.value")
    fraction = authored.number(answer.get("fraction", 1))
    if fraction is None or not 0 <= fraction <= 1:
        yield Problem("bad_fraction", f"{place}.fraction")
    if "reason" in answer or fraction != 1:
        yield from authored.text_problems(answer, place, reason="missing_reason")
    if anything and "tolerance" in answer:
        yield Problem("unknown_field", place, {"field": "tolerance"})
    else:
        yield from _tolerance_problems(answer.get("tolerance", {"kind": KINDS[0], "amount": 0}), f"{place}.tolerance")


def _tolerance_problems(tolerance: Any, place: str) -> Iterator[Problem]:
    if not isinstance(tolerance, Mapping):
        yield Problem("not_a_mapping", place)
        return
    yield from authored.unknown_fields(tolerance, place, ("kind", "amount"))
    if tolerance.get("kind") not in KINDS:
        yield Problem("unknown_tolerance", f"{place}.kind", {"known": ", ".join(KINDS)})
    amount = authored.number(tolerance.get("amount"))
    if amount is None or amount < 0:
        yield Problem("bad_tolerance", f"{place}.amount")


def _unit_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    units = data.get("units", {})
    if not isinstance(units, Mapping):
        yield Problem("not_a_mapping", "units")
        units = {}
    if len({unit_key(str(name)) for name in units}) < len(units):
        yield Problem("duplicate_unit", "units")
    for name, multiplier in units.items():
        key = unit_key(str(name))
        if not key or key[0] in "0123456789+-.,":
            yield Problem("bad_unit", "units", {"unit": str(name)})
        if (authored.number(multiplier) or 0) <= 0:
            yield Problem("bad_multiplier", "units", {"unit": str(name)})
    if not isinstance(data.get("units_before", False), bool):
        yield Problem("not_yes_or_no", "units_before")
    if units or data.get("unit_penalty") is not None:
        yield from _penalty_problems(data.get("unit_penalty"), bool(units))


def _penalty_problems(penalty: Any, has_units: bool) -> Iterator[Problem]:
    if not has_units:
        yield Problem("penalty_without_units", "unit_penalty")
    if not isinstance(penalty, Mapping):
        yield Problem("missing_unit_penalty" if penalty is None else "not_a_mapping", "unit_penalty")
        return
    yield from authored.unknown_fields(penalty, "unit_penalty", ("share", "of"))
    share = authored.number(penalty.get("share"))
    if share is None or not 0 <= share <= 1:
        yield Problem("bad_fraction", "unit_penalty.share")
    if penalty.get("of") not in PENALTIES:
        yield Problem("unknown_penalty", "unit_penalty.of", {"known": ", ".join(PENALTIES)})


def exact(value: Any) -> Fraction:
    """Return an authored number; raises ValueError for what is none."""
    number = authored.number(value)
    if number is None:
        raise ValueError("not a number")
    return number


def parse_rule(data: Mapping[str, Any]) -> NumberRule:
    """Read a checked number rule. Raises ValueError for numbers that `rule_problems` would report."""
    penalty = data.get("unit_penalty") or {"share": 0, "of": PENALTIES[0]}
    return NumberRule(
        tuple(_parse_accepted(each) for each in data["answers"]),
        {name: exact(multiplier) for name, multiplier in (data.get("units") or {}).items()},
        data.get("units_before") or False,
        UnitPenalty(exact(penalty["share"]), penalty["of"]),
    )


def _parse_accepted(data: Mapping[str, Any]) -> Accepted:
    fraction, reason = exact(data.get("fraction", 1)), data.get("reason")
    if data["value"] == ANYTHING:
        return Accepted(Fraction(0), fraction=fraction, reason=reason, anything=True)
    tolerance = data.get("tolerance", {"kind": KINDS[0], "amount": 0})
    return Accepted(exact(data["value"]), tolerance["kind"], exact(tolerance["amount"]), fraction, reason)


def dump_rule(rule: NumberRule) -> dict[str, Any]:
    """Write JSON that parses to an equal rule; numbers as exact texts such as "1/50"."""
    dumped: dict[str, Any] = {"answers": [_dump_accepted(each) for each in rule.answers]}
    if rule.units:
        dumped["units"] = {name: str(multiplier) for name, multiplier in rule.units.items()}
        dumped["units_before"] = rule.units_before
        dumped["unit_penalty"] = {"share": str(rule.penalty.share), "of": rule.penalty.of}
    return dumped


def _dump_accepted(answer: Accepted) -> dict[str, Any]:
    dumped: dict[str, Any] = {"fraction": str(answer.fraction)}
    dumped["value"] = ANYTHING if answer.anything else str(answer.value)
    if not answer.anything:
        dumped["tolerance"] = {"kind": answer.kind, "amount": str(answer.amount)}
    return dumped | ({} if answer.reason is None else {"reason": answer.reason})
