"""What a learner has done, what they know and what comes next: pure functions over plain facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

# Shares of an objective's points in the try that counts.
SECURE = Fraction(4, 5)
GETTING = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Tried:
    """One try at a quiz. Scores are exact points; counts: whether its score is the one that is kept."""

    quiz_slug: str
    public_id: str
    number: int
    status: str
    started_at: datetime
    submitted_at: datetime | None
    score: Fraction | None
    maximum: Fraction
    passed: bool | None
    safety_missed: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson of the learner's track. sections: (key, title) in order. read: the keys they have read."""

    slug: str
    title: str
    lead: str
    minutes: int
    picture: str
    quiz_slug: str | None
    sections: tuple[tuple[str, str], ...]
    read: frozenset[str]

    @property
    def done(self) -> int:
        """Return how many of the present sections are read."""
        return sum(key in self.read for key, _title in self.sections)

    @property
    def state(self) -> str:
        """Return new, started or read."""
        if self.done == 0:
            return "new"
        return "read" if self.done == len(self.sections) else "started"

    @property
    def next_section(self) -> tuple[str, str] | None:
        """Return the first section that is not read, None when all are."""
        return next(((key, title) for key, title in self.sections if key not in self.read), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the course: a lesson with its quiz's standing (new, open, passed, safety or failed)."""

    lesson: Lesson
    quiz: str
    best: Tried | None
    open_try: Tried | None


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next. kind: resume_quiz, read, quiz, retry or finished."""

    kind: str
    entry: Entry | None = None
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Goal:
    """How secure one objective is: secure, getting, weak or new; right: of how many questions."""

    text: str
    status: str
    right: int = 0
    questions: int = 0


def _entry(lesson: Lesson, tries: Sequence[Tried]) -> Entry:
    mine = [one for one in tries if one.quiz_slug == lesson.quiz_slug]
    best = next((one for one in mine if one.counts), None)
    still_open = next((one for one in mine if one.status == "open"), None)
    if any(one.passed for one in mine):
        standing = "passed"
    elif still_open:
        standing = "open"
    elif best:
        standing = "safety" if best.safety_missed else "failed"
    else:
        standing = "new"
    return Entry(lesson, standing, best, still_open)


def course(lessons: Sequence[Lesson], tries: Sequence[Tried]) -> list[Entry]:
    """Return one entry per lesson, in the order of the course."""
    return [_entry(lesson, tries) for lesson in lessons]


def minutes_left(lesson: Lesson) -> int:
    """Return the reading minutes left, at least 1 while something is unread."""
    if not lesson.sections:
        return 0
    unread = len(lesson.sections) - lesson.done
    return -(-lesson.minutes * unread // len(lesson.sections))


def next_step(entries: Sequence[Entry]) -> Step:
    """Return what comes next: an open try first, then reading that was begun, then the course in order."""
    for entry in entries:
        if entry.open_try:
            return Step("resume_quiz", entry)
    for state in ("started", "new"):
        for entry in entries:
            if entry.lesson.state == state and not _owes_quiz_before(entries, entry):
                return Step("read", entry, minutes_left(entry.lesson))
    for entry in entries:
        if entry.lesson.quiz_slug and entry.quiz != "passed":
            return Step("quiz" if entry.quiz == "new" else "retry", entry)
    return Step("finished")


def _owes_quiz_before(entries: Sequence[Entry], entry: Entry) -> bool:
    """Say whether an earlier lesson is read but its quiz not tried: the quiz comes before new reading."""
    if entry.lesson.state == "started":
        return False
    earlier = entries[: entries.index(entry)]
    return any(one.lesson.state == "read" and one.lesson.quiz_slug and one.quiz == "new" for one in earlier)


def share_done(entries: Sequence[Entry]) -> Fraction:
    """Return how much of the course is done: each lesson and each passed quiz is one part; 0..1."""
    parts = [entry.lesson.state == "read" for entry in entries]
    parts += [entry.quiz == "passed" for entry in entries if entry.lesson.quiz_slug]
    return Fraction(sum(parts), len(parts)) if parts else Fraction(0)


def goals(texts: Mapping[str, str], marks: Mapping[str, Sequence[Fraction]]) -> list[Goal]:
    """Return each objective's standing from the fractions earned for it in the try that counts."""
    return [_goal(text, marks.get(key, ())) for key, text in texts.items()]


def _goal(text: str, fractions: Sequence[Fraction]) -> Goal:
    if not fractions:
        return Goal(text, "new")
    earned = sum(fractions, Fraction(0)) / len(fractions)
    status = "secure" if earned >= SECURE else "getting" if earned >= GETTING else "weak"
    return Goal(text, status, sum(fraction == 1 for fraction in fractions), len(fractions))
