"""Where a learner stands in an open paper: what is answered, flagged and still to do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One slot as the navigator shows it. position: from 1."""

    position: int
    answered: bool
    flagged: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts for "3 answered, 1 flagged, 6 to go": answered and to_go add up to all, flagged may overlap."""

    answered: int
    flagged: int
    to_go: int


@dataclass(frozen=True, slots=True)
class Groups:
    """The check-answers page: every position once, in the first group that fits."""

    unanswered: tuple[int, ...]
    flagged: tuple[int, ...]
    rest: tuple[int, ...]


def overview(places: Iterable[Place]) -> Overview:
    """Count the places of a paper. "I am not sure" counts as answered."""
    paper = list(places)
    answered = sum(place.answered for place in paper)
    return Overview(answered, sum(place.flagged for place in paper), len(paper) - answered)


def groups(places: Iterable[Place]) -> Groups:
    """Sort the positions of a paper into not answered, flagged, and the rest."""
    paper = list(places)
    return Groups(
        unanswered=tuple(place.position for place in paper if not place.answered),
        flagged=tuple(place.position for place in paper if place.answered and place.flagged),
        rest=tuple(place.position for place in paper if place.answered and not place.flagged),
    )
