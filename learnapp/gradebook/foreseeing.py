"""What giving or ending other times would change, for whom and in which quiz: pure, before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from learnapp.cohorts.domain import Override
from learnapp.quizzes.domain.attempt import LATENCY
from learnapp.quizzes.domain.times import Terms
from learnapp.quizzes.storage.terms import terms_of


@dataclass(frozen=True, slots=True)
class Known:
    """An override that holds for somebody. quiz_id: None for every quiz."""

    public_id: str
    quiz_id: int | None
    override: Override


@dataclass(frozen=True, slots=True)
class Course:
    """A quiz of the group's track with the settings of its newest version."""

    id: int
    slug: str
    title: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OpenTry:
    """A try that is not handed in. settings: those that it pinned."""

    person_id: int
    quiz_id: int
    track: str
    started_at: datetime
    deadline: datetime | None
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be: `gives` comes to what holds, or the override `ends` holds no more."""

    gives: Known | None = None
    ends: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The same change for some people in some quizzes. everybody: these are all whom it is for."""

    before: Terms
    after: Terms
    quizzes: tuple[str, ...]
    names: tuple[str, ...]
    everybody: bool


@dataclass(frozen=True, slots=True)
class Move:
    """An open try whose end moves. way: "later", "earlier", "never" (nothing ends it now), or "over" (ended by it)."""

    name: str
    quiz: str
    way: str
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change comes to. same: quizzes in which it changes nothing. kept: for whom it changes nothing at all.

    early: it gives one learner a closing that is earlier than their group's.
    """

    lines: tuple[Line, ...]
    moves: tuple[Move, ...]
    same: tuple[str, ...]
    kept: tuple[str, ...]
    early: bool = False


Held = Mapping[int, Sequence[Known]]


def foresee(
    names: Mapping[int, str], quizzes: Sequence[Course], track: str, held: Held, tries: Iterable[OpenTry],
    change: Change, now: datetime,
) -> Effect:  # fmt: skip
    """Return what a change would do, by the same rules that decide afterwards.

    names: of the people whom it is for, by id. quizzes: those that it is about. held: what holds for each person
    now, the newest first.
    """
    differing: dict[tuple[Terms, Terms], dict[str, list[str]]] = {}
    touched: set[str] = set()
    for quiz in quizzes:
        for person, name in names.items():
            before, after = (
                terms_of(quiz.settings, track, _those(held.get(person, ()), quiz.id, one)) for one in (Change(), change)
            )
            if before != after:
                differing.setdefault((before, after), {}).setdefault(quiz.title, []).append(name)
                touched.add(name)
    lines = [line for pair, found in differing.items() for line in _lines(pair, found, len(names))]
    changed = {title for line in lines for title in line.quizzes}
    titles = {quiz.id: quiz.title for quiz in quizzes}
    moves = [_move(one, names[one.person_id], titles.get(one.quiz_id, ""), held, change, now) for one in tries]
    return Effect(
        tuple(lines), tuple(move for move in moves if move), tuple(q.title for q in quizzes if q.title not in changed),
        tuple(name for name in names.values() if name not in touched) if touched else (),
        any(_early(held.get(person, ()), quiz, track, change) for person in names for quiz in quizzes),
    )  # fmt: skip


def _early(held: Sequence[Known], quiz: Course, track: str, change: Change) -> bool:
    """Say whether a closing that is given to one person comes before the one that their group has without it."""
    if change.gives is None or not change.gives.override.personal or change.gives.override.closes_at is None:
        return False
    shared = [one for one in _those(held, quiz.id, Change()) if not one.personal]
    group = terms_of(quiz.settings, track, shared).closes_at
    own = terms_of(quiz.settings, track, _those(held, quiz.id, change)).closes_at
    return own is not None and (group is None or own < group)


def _those(held: Sequence[Known], quiz_id: int, change: Change) -> list[Override]:
    found = [change.gives, *held] if change.gives else held
    return [
        one.override
        for one in found
        if one is not None and one.quiz_id in (None, quiz_id) and one.public_id != change.ends
    ]


def _lines(pair: tuple[Terms, Terms], found: Mapping[str, Sequence[str]], everybody: int) -> list[Line]:
    """Return a line for each set of people: quizzes in which the same people change stand together."""
    by_people: dict[tuple[str, ...], list[str]] = {}
    for title, people in found.items():
        by_people.setdefault(tuple(people), []).append(title)
    return [
        Line(*pair, tuple(titles), people, len(people) == everybody and everybody > 1)
        for people, titles in by_people.items()
    ]


def _move(one: OpenTry, name: str, title: str, held: Held, change: Change, now: datetime) -> Move | None:
    terms = terms_of(one.settings, one.track, _those(held.get(one.person_id, ()), one.quiz_id, change))
    after = terms.ends(one.started_at)
    if after == one.deadline:
        return None
    return Move(name, title, _way(one.deadline, after, now), one.deadline, after)


def _way(before: datetime | None, after: datetime | None, now: datetime) -> str:
    if after is None:
        return "never"
    if now > after + LATENCY:
        return "over"
    return "later" if before is not None and after > before else "earlier"
