"""A graded question as a review shows it: only what the disclosure allows ever reaches the template."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from learnapp.kit.db import read
from learnapp.kit.i18n import _, _n
from learnapp.quizzes import disclosing
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.review import Asked, Disclosure, Viewer, disclosures
from learnapp.quizzes.domain.ruling import ruling_in, without_key
from learnapp.quizzes.domain.scoring import Mark, points_text
from learnapp.quizzes.outcomes import reviewed_key
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.storage.attempts import Paper, Slot
from learnapp.quizzes.storage.marking import Marking, marks_of
from learnapp.quizzes.storage.standing import Standing
from learnapp.quizzes.types import type_named


@dataclass(frozen=True)
class Reviewed:
    """One question of a submitted attempt. review: what the type's review.html shows.

    marking: only where a marker's points or comment may be seen.
    """

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
        """Say whether it is known to have earned full marks."""
        return self.allowed.correctness and self.state is State.RIGHT

    @property
    def missed(self) -> bool:
        """Say whether it is known to be worth another look."""
        return self.allowed.correctness and not (self.right or self.waiting or self.state is State.DISREGARDED)


def mark(slot: Slot) -> Mark:
    """Return what a slot of a submitted attempt earned."""
    return Mark(slot.fraction, slot.weight, State(slot.state), slot.critical, slot.objective)


def review(paper: Paper, where: Standing, now: datetime, withheld: Collection[int] = frozenset()) -> list[Reviewed]:
    """Return the questions of an attempt with what its learner may see of each; none when not even their answers.

    withheld: ids of question versions that an open attempt asks now.
    """
    policy = disclosing.policy(where.settings, paper.track)
    occasion, sat = disclosing.occasion(where, paper.track, now), disclosing.sat(paper, where)
    marked = marks_of(read(), paper.id) if any(slot.shown.get("waits") for slot in paper.slots) else {}
    asked = [_asked(slot, withheld) for slot in paper.slots]
    allowed = disclosures(policy, occasion, sat, asked, Viewer.LEARNER)
    return [
        _reviewed(slot, one.state, tell, marked.get(slot.position))
        for slot, one, tell in zip(paper.slots, asked, allowed, strict=True)
        if one.state is not State.INFORMATION and tell.attempt
    ]


def _asked(slot: Slot, withheld: Collection[int]) -> Asked:
    given = without_key(ruling_in(slot.ruling)) is not None
    return Asked(State(slot.state), withheld=slot.question_version_id in withheld, given=given)


def _heading(slot: Slot, allowed: Disclosure) -> str:
    """Return "Question 4 · 0 of 1 point", in the words of the reader; "of 1 point" where points are not told."""
    points, weight = points_text(mark(slot).points), points_text(slot.weight)
    many = 1 if slot.weight == 1 else 2
    earned = _n("%(points)s of %(weight)s point", "%(points)s of %(weight)s points", many, points=points, weight=weight)
    if not allowed.marks:
        earned = _n("%(weight)s point", "%(weight)s points", many, weight=weight)
    elif State(slot.state) is State.NEEDS_GRADING:
        earned = _("waits for your teacher's mark")
    elif State(slot.state) is State.DISREGARDED:
        earned = _("does not count")
    words = [_("Question %(n)s", n=slot.position), earned]
    if slot.critical:
        words.append(_("safety question"))
    return " · ".join(words)


def _reviewed(slot: Slot, state: State, allowed: Disclosure, marking: Marking | None) -> Reviewed:
    kind = type_named(slot.type)
    keyed, item = reviewed_key(slot)
    return Reviewed(
        slot=slot,
        kind=kind,
        state=state,
        allowed=allowed,
        review=kind.reveal(item, slot.answer, slot.arrangement, allowed),
        heading=_heading(slot, allowed),
        explanation=keyed.get("explanation") if allowed.general else None,
        general=keyed.get("general_feedback") if allowed.general else None,
        marking=marking if allowed.marks or allowed.own_reason else None,
    )
