"""A graded question as a review shows it: only what the disclosure allows ever reaches the template."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from learnapp.kit.db import read
from learnapp.kit.i18n import _, _n
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.review import Disclosure, Viewer, disclosure
from learnapp.quizzes.domain.scoring import Mark, points_text
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.storage.attempts import Paper, Slot
from learnapp.quizzes.storage.marking import Marking, marks_of
from learnapp.quizzes.types import type_named

MARKS_ONLY = Disclosure(marks=True)


@dataclass(frozen=True)
class Reviewed:
    """One question of a submitted attempt. review: what the type's review.html shows."""

    slot: Slot
    kind: QuestionType
    state: State
    allowed: Disclosure
    review: dict[str, Any]
    heading: str
    explanation: str | None
    general: str | None = None
    marking: Marking | None = None

    @property
    def waiting(self) -> bool:
        """Say whether a person must still grade it."""
        return self.state is State.NEEDS_GRADING

    @property
    def right(self) -> bool:
        """Say whether it earned full marks."""
        return self.state is State.RIGHT


def mark(slot: Slot) -> Mark:
    """Return what a slot of a submitted attempt earned."""
    return Mark(slot.fraction, slot.weight, State(slot.state), slot.critical, slot.objective)


def review(
    paper: Paper, viewer: Viewer, passed: bool, last: bool, withheld: Collection[int] = frozenset()
) -> list[Reviewed]:
    """Return the questions of an attempt with what this viewer may see of each (rules D12).

    passed: in any attempt of this quiz. last: no further attempt may be started. withheld: ids of
    question versions that an open attempt asks now: of those only the marks are shown.
    """
    found = []
    practice = paper.kind == "practice"
    marked = marks_of(read(), paper.id) if any(slot.shown.get("waits") for slot in paper.slots) else {}
    for slot in paper.slots:
        state = State(slot.state)
        if state is State.INFORMATION:
            continue
        allowed = disclosure(paper.track, paper.attempt.status, passed, last, state, viewer, practice)
        if slot.question_version_id in withheld and allowed.marks:
            allowed = MARKS_ONLY
        found.append(_reviewed(slot, state, allowed, marked.get(slot.position)))
    return found


def _heading(slot: Slot) -> str:
    """Return "Question 4 · 0 of 1 point", in the words of the reader."""
    points, weight = points_text(mark(slot).points), points_text(slot.weight)
    many = 1 if slot.weight == 1 else 2
    earned = _n("%(points)s of %(weight)s point", "%(points)s of %(weight)s points", many, points=points, weight=weight)
    if State(slot.state) is State.NEEDS_GRADING:
        earned = _("waits for your teacher's mark")
    words = [_("Question %(n)s", n=slot.position), earned]
    if slot.critical:
        words.append(_("safety question"))
    return " · ".join(words)


def _reviewed(slot: Slot, state: State, allowed: Disclosure, marking: Marking | None) -> Reviewed:
    kind = type_named(slot.type)
    keyed = slot.keyed or {}
    return Reviewed(
        slot=slot,
        kind=kind,
        state=state,
        allowed=allowed,
        review=kind.reveal(kind.parse(keyed["item"]), slot.answer, slot.arrangement, allowed),
        heading=_heading(slot),
        explanation=keyed.get("explanation") if allowed.all_reasons else None,
        general=keyed.get("general_feedback") if allowed.key else None,
        marking=marking,
    )
