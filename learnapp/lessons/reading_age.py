"""How hard a text is to read: sentence lengths and a school-grade estimate."""

import re
from collections.abc import Sequence

SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+")
WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d[\d.,]*")
VOWELS = re.compile(r"[aeiouy]+")


def sentences(text: str) -> list[str]:
    """Return the sentences of a plain text; a colon or semicolon ends one, as a reader breathes there."""
    return [part for part in SENTENCE_END.split(text.strip()) if WORD.search(part)]


def words(text: str) -> list[str]:
    """Return the words and numbers of a text."""
    return WORD.findall(text)


def syllables(word: str) -> int:
    """Return about how many syllables an English word has (groups of vowels, a silent e left out); at least 1."""
    plain = word.lower()
    groups = len(VOWELS.findall(plain))
    silent = plain.endswith("e") and not plain.endswith(("le", "ee"))
    silent = silent or (plain.endswith(("ed", "es")) and not plain.endswith(("ted", "ded", "ses", "ces")))
    return max(1, groups - silent)


def grade(texts: Sequence[str]) -> float:
    """Return the Flesch-Kincaid grade of the texts: 6 is read with ease at about 11 years. No words: 0.

    0.39 x words per sentence + 11.8 x syllables per word - 15.59 (Kincaid and others, 1975).
    """
    found = [sentence for text in texts for sentence in sentences(text)]
    said = [word for sentence in found for word in words(sentence)]
    if not said:
        return 0.0
    per_word = sum(map(syllables, said)) / len(said)
    return 0.39 * len(said) / len(found) + 11.8 * per_word - 15.59
