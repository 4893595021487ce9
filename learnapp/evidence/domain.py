"""What a fact is: a claim in words, how good its evidence is, and the sources that may be shown for it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ASIDE = re.compile(r"\s*\([^)]*\)?")  # the researcher's remarks, such as "(authors from memory)"
SHORT_TITLE = 48  # characters of a title that stand for a source without an author
INITIALS = re.compile(r"(?<=[a-zà-ÿ])( [A-Z]{1,3})+$")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a claim comes from. read: how much of it was opened (full page, abstract or excerpt)."""

    key: str
    title: str
    authors: str
    year: int | None
    publisher: str
    kind: str
    read: str
    doi: str = ""
    url: str = ""
    note: str = ""

    @property
    def reference(self) -> str:
        """Who wrote what, when and where, as one line."""
        return reference(self.authors, self.title, self.year, self.publisher)

    @property
    def address(self) -> str:
        """The web address to read it at: its own, else that of its DOI, else ""."""
        return address(self.url, self.doi)


@dataclass(frozen=True, slots=True)
class Fact:
    """A claim as its page shows it.

    grade: A to D. bracket: for C, what kind of source. basis: read, part or memory. sources: only those that
    were read; none when the basis is memory. lessons: (slug, {track: title}) of the lessons that teach it.
    """

    code: str
    text: str
    audience: str
    grade: str
    bracket: str
    basis: str
    ask: bool
    caution: str
    sources: tuple[Source, ...]
    lessons: tuple[tuple[str, Mapping[str, str]], ...]

    @property
    def checking(self) -> bool:
        """Say whether the source is still being checked: nothing that was read may be shown for it."""
        return not self.sources


def address(url: str, doi: str) -> str:
    """Return the address of a source, or "" when it has none; only http and https are ever linked."""
    if url.startswith(("https://", "http://")):
        return url
    return f"https://doi.org/{doi}" if doi else ""


def citable(read: str, kind: str) -> bool:
    """Say whether a source may be shown as a citation: it was read, and it is not advertising."""
    return read != "memory" and kind != "marketing"


def reference(authors: str, title: str, year: int | None, publisher: str) -> str:
    """Return "Authors. Title. Year. Publisher."; what the page that was read does not print is left out."""
    parts = [ASIDE.sub("", authors), title, str(year or ""), publisher]
    printed = [part for part in parts if _printed(part)]
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in printed)


def short_reference(authors: str, title: str, year: int | None) -> str:
    """Return "Aust and others 2008", or a title's first words where no author is printed."""
    names = [name.strip() for name in ASIDE.sub("", authors).split(",")]
    if not _printed(authors) or not names[0]:
        return f"{_first_words(title)} {year or ''}".strip()
    first = INITIALS.sub("", names[0].removesuffix(" and others"))
    others = " and others" if len(names) > 1 or names[0].endswith(" and others") else ""
    return f"{first}{others} {year or ''}".strip()


def _printed(text: str) -> bool:
    return bool(text) and "not printed" not in text and text != "not stated"


def _first_words(title: str) -> str:
    if len(title) <= SHORT_TITLE:
        return title
    return title[:SHORT_TITLE].rsplit(" ", 1)[0].rstrip(" ,:;-") + " …"


def common_grade(grades: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return the (grade, bracket) that most claims have; of two equally common grades the weaker; none: C."""
    counts = Counter(grades)
    letters = Counter(letter for letter, _ in counts.elements())
    letter = max(letters, key=lambda one: (letters[one], one), default="C")
    brackets = {bracket: count for (one, bracket), count in counts.items() if one == letter}
    return letter, max(brackets, key=lambda one: (brackets[one], one), default="")
