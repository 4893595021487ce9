"""Short texts as people type them: accepted answers with `*`, letter case, accents and small slips."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

from learnapp.kit.errors import Problem

from . import authored

LONGEST = 1000  # characters; a longer text matches nothing, and is never normalised
PATTERN_LENGTH = 200
SLIPS = 3
ABOVE = 9  # combining classes up to 9 make other letters (kana voicing, nukta, overlays), those above are accents

# Why a text earned less than full marks.
BLANK, NO_MATCH, PARTLY = "blank", "no_match", "partly"

_WILDCARD = re.compile(r"(?<!\\)\*")

# Full-width and half-width forms -> the ordinary character (Unicode calls the forms <wide> and <narrow>).
_WIDTH = {
    code: int(mark.split()[1], 16)
    for code in (0x3000, *range(0xFF01, 0xFFEF))
    if (mark := unicodedata.decomposition(chr(code))).startswith(("<wide>", "<narrow>"))
}


@dataclass(frozen=True, slots=True)
class AcceptedText:
    r"""One accepted text. text: `*` stands for any run of characters, `\*` for a star, all else for itself.

    fraction: what it earns. reason: inline HTML. misconception: the code of the error behind a wrong text.
    """

    text: str
    fraction: Fraction = Fraction(1)
    reason: str | None = None
    misconception: str | None = None


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """What a text is worth. index: of the answer that took it, None when none did.

    why: "" or one of the codes above. slip: it was taken although it is not spelt like the answer.
    """

    fraction: Fraction
    index: int | None
    why: str = ""
    slip: bool = False


@dataclass(frozen=True, slots=True)
class Folding:
    """Which differences between two texts do not count."""

    case_sensitive: bool = False
    ignore_accents: bool = False
    ignore_punctuation: bool = False
    collapse_spaces: bool = True
    fold_width: bool = True


@dataclass(frozen=True)
class TextRule:
    """Which texts are accepted.

    answers: tried in order, the first that takes the text gives its fraction (rules B, D5). typos: so many
    slips (a letter too much, too few, wrong, or two swapped) are forgiven in longer answers without `*`.
    """

    answers: tuple[AcceptedText, ...]
    folding: Folding = Folding()
    typos: int = 0

    @property
    def best(self) -> AcceptedText:
        """The first text that earns the most; of equals, one without `*`."""
        return max(self.answers, key=lambda each: (each.fraction, len(split(each.text)) == 1))

    def judge(self, text: str) -> TextVerdict:
        """Return what a typed text earns (rules B, D5).

        A slip never turns one accepted answer into another: it is forgiven only where no answer, but for a
        catch-all of stars, takes the text as it is.
        """
        if not text.strip():
            return TextVerdict(Fraction(0), None, BLANK)
        if len(text) > LONGEST:
            return TextVerdict(Fraction(0), None, NO_MATCH)
        typed = fold(text, self.folding)
        patterns = [_pattern(each.text, self.folding) for each in self.answers]
        exact = [_matches(pattern, typed) for pattern in patterns]
        slips = 0 if any(hit and any(pattern) for hit, pattern in zip(exact, patterns, strict=True)) else self.typos
        for index, (answer, pattern) in enumerate(zip(self.answers, patterns, strict=True)):
            if exact[index] or (slips and _nearly(pattern, typed, slips)):
                return TextVerdict(answer.fraction, index, _why(answer.fraction), not exact[index])
        return TextVerdict(Fraction(0), None, NO_MATCH)


def _why(fraction: Fraction) -> str:
    if fraction <= 0:
        return NO_MATCH
    return PARTLY if fraction < 1 else ""


def fold(text: str, folding: Folding = Folding()) -> str:
    """Return a text without the differences that do not count, trimmed, in Unicode's NFC (rules B)."""
    return _trimmed(_folded(text, folding), folding)


def _folded(text: str, folding: Folding) -> str:
    if folding.fold_width:
        text = text.translate(_WIDTH)
    text = unicodedata.normalize("NFC", text)
    if not folding.case_sensitive:
        text = text.casefold()
    if folding.ignore_accents:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.combining(c) <= ABOVE)
    if folding.ignore_punctuation:
        text = "".join(c for c in text if unicodedata.category(c)[0] != "P")
    return unicodedata.normalize("NFC", text)


def _trimmed(text: str, folding: Folding) -> str:
    return " ".join(text.split()) if folding.collapse_spaces else text.strip()


def split(pattern: str) -> list[str]:
    r"""Return what stands between the wildcards of a pattern: "a*b" gives ["a", "b"]; `\*` is a star."""
    return [piece.replace("\\*", "*") for piece in _WILDCARD.split(pattern)]


@lru_cache(maxsize=2048)
def _pattern(text: str, folding: Folding) -> tuple[str, ...]:
    """Return the folded pieces between the wildcards; blanks beside a wildcard count, blanks at the ends do not."""
    pieces = [_folded(piece, folding) for piece in split(text)]
    if folding.collapse_spaces:
        pieces = [" ".join(f"|{piece}|".split())[1:-1] for piece in pieces]
    pieces[0] = pieces[0].lstrip()
    pieces[-1] = pieces[-1].rstrip()
    return tuple(pieces)


def _matches(pieces: Sequence[str], text: str) -> bool:
    """Say whether the text is the pieces in order with anything between: no going back, so never slow."""
    if len(pieces) == 1:
        return bool(text) and text == pieces[0]
    first, *middle, last = pieces
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in middle:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _nearly(pieces: Sequence[str], text: str, slips: int) -> bool:
    return len(pieces) == 1 and bool(text) and len(pieces[0]) > slips and is_within(text, pieces[0], slips)


def is_within(one: str, other: str, slips: int) -> bool:
    """Say whether at most so many slips lie between two texts: the optimal string alignment distance.

    A slip is a character too much, too few or wrong, or two neighbours swapped. Only cells that can still come
    to the limit are computed: length x slips steps.
    """
    if abs(len(one) - len(other)) > slips:
        return False
    before: dict[int, int] = {}
    row = {column: column for column in range(min(slips, len(other)) + 1)}
    for n, letter in enumerate(one, 1):
        earlier, before, row = before, row, {}
        for m in range(max(0, n - slips), min(len(other), n + slips) + 1):
            far = slips + 1
            steps = [before.get(m, far) + 1, row.get(m - 1, far) + 1]
            if m:
                steps.append(before.get(m - 1, far) + (letter != other[m - 1]))
            if m > 1 and n > 1 and letter == other[m - 2] and one[n - 2] == other[m - 1]:
                steps.append(earlier.get(m - 2, far) + 1)
            row[m] = min(steps)
        if min(row.values()) > slips:
            return False
    return row.get(len(other), slips + 1) <= slips


def clean(text: str, limit: int) -> str:
    """Return typed text that any database can hold: trimmed, controls and broken characters replaced.

    A text of more than ten times the limit is cut: it is too long in any case, nobody walks through a megabyte.
    """
    return "".join(map(_kept, text[: 10 * limit])).strip()


def _kept(character: str) -> str:
    if character.isspace():
        return " "
    return "\N{REPLACEMENT CHARACTER}" if unicodedata.category(character) in {"Cc", "Cs"} else character


# --- as authored and stored ---------------------------------------------------------------------------------

SWITCHES = tuple(each.name for each in fields(Folding))
RULE_FIELDS = frozenset({"answers", "typos", *SWITCHES})
ANSWER_FIELDS = ("text", "fraction", "reason", "misconception")


def rule_problems(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield every problem of an authored text rule: `answers`, the switches of `Folding`, `typos`."""
    yield from authored.list_problems(data, "answers", 1, ANSWER_FIELDS)
    answers = authored.mappings(data, "answers")
    for place, answer in answers:
        yield from _answer_problems(answer, place)
    full = [each for _, each in answers if authored.number(each.get("fraction", 1)) == 1]
    if answers and all(_takes_anything(each) for each in full):
        yield Problem("no_right_answer", "answers")
    for (_, before), (place, _after) in pairwise(answers):
        if _takes_anything(before):
            yield Problem("never_reached", place)
    for switch in SWITCHES:
        if not isinstance(data.get(switch, False), bool):
            yield Problem("not_yes_or_no", switch)
    typos = data.get("typos", 0)
    if type(typos) is not int or typos not in range(SLIPS + 1):
        yield Problem("bad_typos", "typos", {"most": SLIPS})


def _answer_problems(answer: Mapping[str, Any], place: str) -> Iterator[Problem]:
    text = answer.get("text")
    if not isinstance(text, str) or not text.strip():
        yield Problem("missing_text", f"{place}.text")
    elif len(text) > PATTERN_LENGTH:
        yield Problem("too_long", f"{place}.text", {"limit": PATTERN_LENGTH})
    fraction = authored.number(answer.get("fraction", 1))
    if fraction is None or not 0 <= fraction <= 1:
        yield Problem("bad_fraction", f"{place}.fraction")
    if "reason" in answer or fraction != 1:
        yield from authored.text_problems(answer, place, reason="missing_reason")
    yield from authored.tag_problems(answer, place)


def _takes_anything(answer: Mapping[str, Any]) -> bool:
    text = answer.get("text")
    return isinstance(text, str) and bool(text.strip()) and not text.strip().strip("*")


def parse_rule(data: Mapping[str, Any]) -> TextRule:
    """Read a checked text rule. Raises ValueError for a fraction that `rule_problems` would report."""
    usual = Folding()
    return TextRule(
        tuple(_parse_accepted(each) for each in data["answers"]),
        Folding(**{switch: data.get(switch, getattr(usual, switch)) for switch in SWITCHES}),
        data.get("typos", 0),
    )


def _parse_accepted(data: Mapping[str, Any]) -> AcceptedText:
    fraction = authored.number(data.get("fraction", 1))
    if fraction is None:
        raise ValueError("not a number")
    return AcceptedText(data["text"], fraction, data.get("reason"), data.get("misconception"))


def dump_rule(rule: TextRule) -> dict[str, Any]:
    """Write JSON that parses to an equal rule."""
    return {
        "answers": [_dump_accepted(each) for each in rule.answers],
        "typos": rule.typos,
        **{switch: getattr(rule.folding, switch) for switch in SWITCHES},
    }


def _dump_accepted(answer: AcceptedText) -> dict[str, Any]:
    dumped: dict[str, Any] = {"text": answer.text, "fraction": str(answer.fraction)}
    named = {"reason": answer.reason, "misconception": answer.misconception}
    return dumped | {name: value for name, value in named.items() if value is not None}
