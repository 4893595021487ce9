"""What a lesson is to its reader: its parts, which of them are read, and where to go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a lesson: its stable key, which is also its anchor, and its title."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The lesson before or after."""

    slug: str
    title: str


def count_read(sections: Sequence[Section], read: frozenset[str]) -> int:
    """Return how many of the sections are read; marks of sections that no longer exist do not count."""
    return sum(section.key in read for section in sections)


@dataclass(frozen=True, slots=True)
class Card:
    """A lesson in a list, with what its reader has read of it."""

    slug: str
    quiz: str | None
    head: Mapping[str, Any]
    sections: tuple[Section, ...]
    read: frozenset[str]

    @property
    def done(self) -> int:
        """How many parts are read."""
        return count_read(self.sections, self.read)

    @property
    def state(self) -> str:
        """One of: new, started, read."""
        if not self.done:
            return "new"
        return "read" if self.done == len(self.sections) else "started"


@dataclass(frozen=True, slots=True)
class Content:
    """What one version of a lesson says in one track: the JSON made at publishing (docs/writing-content.md).

    `body` lists the sections with their blocks. It never changes; nobody may write into it.
    """

    head: Mapping[str, Any]
    body: Sequence[Mapping[str, Any]]
    tail: Mapping[str, Any]
    checks: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One version of a lesson for one track, with what its reader has read.

    head, body, tail and checks: see Content. read: keys of the sections that are read. before and after:
    its neighbours in the course of the track.
    """

    id: int
    slug: str
    version_id: int
    track: str
    head: Mapping[str, Any]
    body: Sequence[Mapping[str, Any]]
    tail: Mapping[str, Any]
    checks: Mapping[str, Any]
    read: frozenset[str]
    before: Neighbour | None = None
    after: Neighbour | None = None

    @property
    def sections(self) -> tuple[Section, ...]:
        """The parts of the lesson in their order."""
        return tuple(Section(section["key"], section["title"]) for section in self.body)

    @property
    def done(self) -> int:
        """How many parts are read."""
        return count_read(self.sections, self.read)

    @property
    def here(self) -> int:
        """The number, from 1, of the first part that is not read; the last part when all are."""
        unread = [number for number, section in enumerate(self.sections, 1) if section.key not in self.read]
        return unread[0] if unread else len(self.sections)


def anchor_after(keys: Sequence[str], number: int) -> str:
    """Return the anchor of the part after part `number` (from 1); after the last one, the lesson's end."""
    return keys[number] if number < len(keys) else END


END = "end"  # the anchor of the words, sources and ways on, after the last part
