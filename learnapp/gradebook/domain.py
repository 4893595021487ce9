"""The score table of a group and who in it needs a hand: pure functions over plain facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction

QUIET_AFTER = timedelta(days=14)
FAST_SECONDS_PER_QUESTION = 6
LOW_PERCENT = 50
HIGH_PERCENT = 85
MOST_NEEDING_A_HAND = 6
VIEWS = ("best", "first", "tries")


@dataclass(frozen=True, slots=True)
class Learner:
    """A current learner of the group. last_active: their newest start, save or read section, UTC."""

    id: int
    public_id: str
    name: str
    joined_at: datetime
    last_active: datetime | None = None
    lessons_read: int = 0


@dataclass(frozen=True, slots=True)
class Quiz:
    """A quiz of the group's track: a column. pass_percent: exact, 0..100."""

    id: int
    slug: str
    title: str
    pass_percent: Fraction


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt of one learner, reduced to what the table needs. Scores are exact points."""

    person_id: int
    quiz_id: int
    public_id: str
    number: int
    status: str
    started_at: datetime
    submitted_at: datetime | None
    score: Fraction | None
    maximum: Fraction
    passed: bool | None
    safety_missed: bool
    questions: int  # on its paper; 0 for one that was not quick
    counts: bool  # whether this is the attempt that counts (the stored grade)
    provisional: bool = False  # a person must still grade a part of it

    @property
    def percent(self) -> Fraction | None:
        """Return the exact percentage, None while there is no score (never 0)."""
        if self.score is None or not self.maximum:
            return None
        return 100 * self.score / self.maximum

    @property
    def fast(self) -> bool:
        """Say whether it was handed in faster than anybody can read the questions."""
        if self.submitted_at is None:
            return False
        seconds = (self.submitted_at - self.started_at).total_seconds()
        return seconds < FAST_SECONDS_PER_QUESTION * self.questions


@dataclass(frozen=True, slots=True)
class Cell:
    """One learner in one quiz. state: score, open or none. band: 1 (under half) to 4 (85 and over)."""

    state: str
    percent: Fraction | None = None
    tries: int = 0
    passed: bool = False
    safety_missed: bool = False
    band: int = 0
    attempt: str = ""
    score: Fraction | None = None
    maximum: Fraction | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A learner's line in the table; average: over the quizzes with a final score, None when there is none."""

    learner: Learner
    cells: tuple[Cell, ...]
    average: Fraction | None


@dataclass(frozen=True, slots=True)
class Need:
    """Why somebody needs a hand; the page turns the code and values into a sentence."""

    learner: Learner
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that waits for a person's mark. attempt: its public id; position: of the question, from 1."""

    learner: str
    quiz: str
    attempt: str
    position: int
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """The strip above the table."""

    learners: int
    passed_all: int
    need_a_hand: int
    not_started: int
    middle: Fraction | None


def band(percent: Fraction, pass_percent: Fraction) -> int:
    """Return 1 under half, 2 under the pass mark, 3 passed, 4 for 85 and over (design brief, heat table)."""
    if percent < LOW_PERCENT:
        return 1
    if percent < pass_percent:
        return 2
    return 3 if percent < HIGH_PERCENT else 4


def _scored(tries: Iterable[Try]) -> list[Try]:
    return [t for t in tries if t.status == "submitted" and t.score is not None and t.maximum]


def _shown(tries: Sequence[Try], view: str) -> Try | None:
    """Return the attempt a cell shows: the first handed in, or the one whose score is kept.

    Where no score is kept yet because a person must still grade, the newest such attempt shows what it has so far.
    """
    scored = _scored(tries)
    if view == "first":
        return min(scored, key=lambda t: t.number, default=None)
    newest = max((t for t in scored if t.provisional), key=lambda t: t.number, default=None)
    return next((t for t in scored if t.counts), newest)


def cell(tries: Sequence[Try], quiz: Quiz, view: str = "best") -> Cell:
    """Return one learner's cell: best or first score; an open attempt shows only while nothing is scored."""
    shown = _shown(tries, view)
    if shown is None or shown.percent is None:
        state = "open" if any(t.status == "open" for t in tries) else "none"
        return Cell(state, tries=len(tries), attempt=tries[-1].public_id if tries else "")
    place = band(shown.percent, quiz.pass_percent)
    return Cell(
        "score", shown.percent, len(tries), bool(shown.passed), shown.safety_missed,
        place if shown.passed else min(place, 2), shown.public_id, shown.score, shown.maximum, shown.provisional,
    )  # fmt: skip


def average(cells: Iterable[Cell]) -> Fraction | None:
    """Return the mean percentage over the cells with a final score; the others leave the divisor (rules B)."""
    scored = [c.percent for c in cells if c.percent is not None and not c.provisional]
    return sum(scored, Fraction(0)) / len(scored) if scored else None


def table(learners: Sequence[Learner], quizzes: Sequence[Quiz], tries: Iterable[Try], view: str) -> list[Row]:
    """Return one row per learner, one cell per quiz."""
    sorted_tries: dict[tuple[int, int], list[Try]] = {}
    for one in tries:
        sorted_tries.setdefault((one.person_id, one.quiz_id), []).append(one)
    rows = []
    for learner in learners:
        cells = tuple(cell(sorted_tries.get((learner.id, quiz.id), ()), quiz, view) for quiz in quizzes)
        rows.append(Row(learner, cells, average(cells)))
    return rows


def sort_rows(rows: Sequence[Row], by: str, descending: bool) -> list[Row]:
    """Sort by name, active, lessons, average or a quiz's place ("q0"); rows without a value come last."""
    named = sorted(rows, key=lambda row: row.learner.name.casefold())

    def value(row: Row) -> Fraction | datetime | int | str | None:
        if by.startswith("q") and by[1:].isdigit() and int(by[1:]) < len(row.cells):
            return row.cells[int(by[1:])].percent
        keys = {"active": row.learner.last_active, "lessons": row.learner.lessons_read, "average": row.average}
        return keys.get(by, row.learner.name.casefold())

    known = [row for row in named if value(row) is not None]
    unknown = [row for row in named if value(row) is None]
    return sorted(known, key=value, reverse=descending) + unknown  # type: ignore[arg-type]


def column_averages(rows: Sequence[Row], count: int) -> list[Fraction | None]:
    """Return the group's average per quiz, over the learners who have a score."""
    return [average(row.cells[place] for row in rows) for place in range(count)]


def _failing(tries: Sequence[Try], quiz: Quiz) -> Need | None:
    mine = [t for t in tries if t.quiz_id == quiz.id]
    if any(t.passed for t in _scored(mine)):
        return None
    scored = [t for t in _scored(mine) if not t.provisional]
    low = [t for t in scored if (t.percent or 0) < LOW_PERCENT]
    if len(low) >= 2:
        return Need(_NOBODY, "low_twice", {"quiz": quiz.title, "tries": len(low)})
    if scored and scored[-1].safety_missed:
        return Need(_NOBODY, "safety", {"quiz": quiz.title})
    return None


def _need(learner: Learner, tries: Sequence[Try], quizzes: Sequence[Quiz], now: datetime) -> Need | None:
    """Return the first reason that applies, the most urgent first."""
    for quiz in quizzes:
        found = _failing(tries, quiz)
        if found:
            return Need(learner, found.code, found.values)
    fast = next((t for t in tries if t.fast and not t.passed), None)
    if fast and fast.submitted_at:
        seconds = round((fast.submitted_at - fast.started_at).total_seconds())
        return Need(learner, "fast", {"questions": fast.questions, "seconds": seconds})
    seen = learner.last_active or learner.joined_at
    if now - seen >= QUIET_AFTER:
        return Need(learner, "quiet" if learner.last_active else "never", {"days": (now - seen).days})
    return None


_NOBODY = Learner(0, "", "", datetime.min.replace(tzinfo=UTC))
_ORDER = ("safety", "low_twice", "fast", "never", "quiet")


def needs(learners: Sequence[Learner], quizzes: Sequence[Quiz], tries: Sequence[Try], now: datetime) -> list[Need]:
    """Return who needs a hand and why, most urgent first, one reason per learner."""
    by_person: dict[int, list[Try]] = {}
    for one in sorted(tries, key=lambda t: t.started_at):
        by_person.setdefault(one.person_id, []).append(one)
    found = [_need(learner, by_person.get(learner.id, []), quizzes, now) for learner in learners]
    return sorted((n for n in found if n), key=lambda n: (_ORDER.index(n.code), n.learner.name.casefold()))


def facts(rows: Sequence[Row], need_a_hand: int) -> Facts:
    """Return the figures above the table; middle: the median of the averages."""
    averages = sorted(row.average for row in rows if row.average is not None)
    half = len(averages) // 2
    middle = None
    if averages:
        middle = averages[half] if len(averages) % 2 else (averages[half - 1] + averages[half]) / 2
    passed_all = sum(bool(row.cells) and all(c.passed for c in row.cells) for row in rows)
    idle = sum(all(c.tries == 0 for c in row.cells) and not row.learner.lessons_read for row in rows)
    return Facts(len(rows), passed_all, need_a_hand, idle, middle)
