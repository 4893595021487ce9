"""Reading and writing numbers as people type them: decimal comma or point, spaces, powers of ten."""

import re
from fractions import Fraction

LENGTH = 100  # characters; nobody needs more for one number
POWER = 308  # as far as ordinary floating numbers go; beyond is as good as infinity
DECIMALS = 6

# Full-width digits and signs as Chinese and Japanese keyboards give them, the real minus, and the times sign.
_PLAIN = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    0xFF0C: ",", 0xFF0E: ".", 0xFF0B: "+", 0xFF0D: "-", 0x2212: "-", 0x00D7: "x", ord("X"): "x", ord("E"): "e",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<mantissa>[0-9.,]+)(?:e(?P<e>[+-]?[0-9]+)|[x*]10(?:\^|\*\*)(?P<ten>[+-]?[0-9]+))?"
)
_DECIMAL = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")


def read_number(text: str) -> Fraction | None:
    """Return the number that a text says, exactly, or None when it is not a plain number (rules B, D4).

    Blanks are dropped. With a point, or with two or more commas, commas mark thousands; one comma alone is
    the decimal sign. Powers of ten: 1e3, 1E3, 1x10^3, 1*10**3, 1×10^3. Full-width digits are digits. Text
    after the number, NaN, infinity and powers beyond 308 are unreadable.
    """
    if len(text) > LENGTH:
        return None
    match = _NUMBER.fullmatch("".join(text.translate(_PLAIN).split()))
    if match is None:
        return None
    decimal = _decimal(match["mantissa"])
    power = int(match["e"] or match["ten"] or 0)
    if decimal is None or abs(power) > POWER:
        return None
    return (-1 if match["sign"] == "-" else 1) * decimal * Fraction(10) ** power


def _decimal(mantissa: str) -> Fraction | None:
    thousands = "." in mantissa or mantissa.count(",") > 1
    text = mantissa.replace(",", "" if thousands else ".")
    return Fraction(text) if _DECIMAL.fullmatch(text) else None


def number_text(value: Fraction) -> str:
    """Return a number for people: up to 6 decimals, half up, no trailing zeros, a point ("-0.5")."""
    scaled = abs(value) * 10**DECIMALS + Fraction(1, 2)
    digits = f"{scaled.numerator // scaled.denominator:0{DECIMALS + 1}d}"
    text = f"{digits[:-DECIMALS]}.{digits[-DECIMALS:]}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and text != "0" else text
