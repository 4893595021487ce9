"""What a learner has done, what they know and what comes next: pure functions over plain facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

# Shares of an objective's points in the try that counts.
SECURE = Fraction(4, 5)
GETTING = Fraction(1, 2)
OVER = ("passed", "later")  # nothing is asked for there: it is passed, or nobody may say yet


@dataclass(frozen=True, slots=True)
class Tried:
    """One try at a quiz. Scores are exact points.

    counts: whether it is the try that counts; kept: then the points that are kept for the quiz. Of a submitted try,
    score and passed are None where the quiz does not tell them yet. rescored: a correction changed it, unseen so far.
    """

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
    kept: Fraction | None = None
    rescored: bool = False

    @property
    def shown(self) -> Fraction:
        """Return the points to show for the quiz: what is kept (an average, perhaps), else this try's own."""
        return self.kept if self.kept is not None else self.score or Fraction(0)


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
    """A line of the course: a lesson with its quiz's standing (new, open, passed, later, safety or failed).

    later: handed in, and the result is not told yet.
    """

    lesson: Lesson
    quiz: str
    best: Tried | None
    open_try: Tried | None


@dataclass(frozen=True, slots=True)
class Beside:
    """A quiz that is no lesson's own, with its standing as in Entry. kind: final, practice or demo."""

    slug: str
    title: str
    kind: str
    quiz: str
    best: Tried | None
    open_try: Tried | None


@dataclass(frozen=True, slots=True)
class Step:
    """What comes next. final: when the quiz is a final test.

    kind: resume_quiz, read, quiz, retry, finished, or handed_in when nothing is left but results that come later.
    """

    kind: str
    entry: Entry | None = None
    minutes: int = 0
    final: Beside | None = None

    @property
    def resumes(self) -> str | None:
        """Return the public id of the open try that it carries on with, None when it is something else."""
        quiz = self.final or self.entry
        return quiz.open_try.public_id if self.kind == "resume_quiz" and quiz and quiz.open_try else None


@dataclass(frozen=True, slots=True)
class Goal:
    """How secure one objective is: secure, getting, weak or new; right: of how many questions."""

    text: str
    status: str
    right: int = 0
    questions: int = 0


def _standing(slug: str | None, tries: Sequence[Tried]) -> tuple[str, Tried | None, Tried | None]:
    """Return how a quiz stands, the try that counts and the open one."""
    mine = [one for one in tries if one.quiz_slug == slug]
    best = next((one for one in mine if one.counts), None)
    still_open = next((one for one in mine if one.status == "open"), None)
    if any(one.passed for one in mine):
        standing = "passed"
    elif still_open:
        standing = "open"
    elif any(one.status == "submitted" and one.passed is None for one in mine):
        standing = "later"
    elif failed := [one for one in mine if one.counts or (one.status == "submitted" and one.score is None)]:
        standing = "safety" if failed[0].safety_missed else "failed"
    else:
        standing = "new"
    return standing, best, still_open


def course(lessons: Sequence[Lesson], tries: Sequence[Tried]) -> list[Entry]:
    """Return one entry per lesson, in the order of the course."""
    return [Entry(lesson, *_standing(lesson.quiz_slug, tries)) for lesson in lessons]


def beside(offers: Sequence[tuple[str, str, str]], tries: Sequence[Tried]) -> list[Beside]:
    """Return the standing of the quizzes that are no lesson's own; offers: (slug, title, kind) in their order."""
    return [Beside(slug, title, kind, *_standing(slug, tries)) for slug, title, kind in offers]


def minutes_left(lesson: Lesson) -> int:
    """Return the reading minutes left, at least 1 while something is unread."""
    if not lesson.sections:
        return 0
    unread = len(lesson.sections) - lesson.done
    return -(-lesson.minutes * unread // len(lesson.sections))


def next_step(entries: Sequence[Entry], others: Sequence[Beside] = ()) -> Step:
    """Return what comes next: an open try first, reading that was begun, the course in order, the final tests."""
    finals = [other for other in others if other.kind == "final"]
    for entry in entries:
        if entry.open_try:
            return Step("resume_quiz", entry)
    for final in finals:
        if final.open_try:
            return Step("resume_quiz", final=final)
    for state in ("started", "new"):
        for entry in entries:
            if entry.lesson.state == state and not _owes_quiz_before(entries, entry):
                return Step("read", entry, minutes_left(entry.lesson))
    for entry in entries:
        if entry.lesson.quiz_slug and entry.quiz not in OVER:
            return Step("quiz" if entry.quiz == "new" else "retry", entry)
    for final in finals:
        if final.quiz not in OVER:
            return Step("quiz" if final.quiz == "new" else "retry", final=final)
    states = [entry.quiz for entry in entries] + [final.quiz for final in finals]
    later = "later" in states
    return Step("handed_in" if later else "finished")


def _owes_quiz_before(entries: Sequence[Entry], entry: Entry) -> bool:
    """Say whether an earlier lesson is read but its quiz not tried: the quiz comes before new reading."""
    if entry.lesson.state == "started":
        return False
    earlier = entries[: entries.index(entry)]
    return any(one.lesson.state == "read" and one.lesson.quiz_slug and one.quiz == "new" for one in earlier)


def share_done(entries: Sequence[Entry], others: Sequence[Beside] = ()) -> Fraction:
    """Return how much of the course is done: each lesson, passed quiz and passed final test is one part; 0..1."""
    parts = [entry.lesson.state == "read" for entry in entries]
    parts += [entry.quiz == "passed" for entry in entries if entry.lesson.quiz_slug]
    parts += [other.quiz == "passed" for other in others if other.kind == "final"]
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
