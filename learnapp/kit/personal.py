"""The shape in which each room says what it keeps about a person."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]  # texts, numbers, exact fractions, times, yes or no, nothing, or plain JSON


@dataclass(frozen=True)
class Kept:
    """One list of what is kept about a person, such as their sessions.

    name: stable, for the key in the JSON and the file's name. about: what it is, in words.
    columns: {key: what it means, in words}; every record has exactly these keys.
    rows: gives the records, oldest first; may be called several times.
    """

    name: str
    about: str
    columns: Mapping[str, str]
    rows: Callable[[], Iterable[Record]]
