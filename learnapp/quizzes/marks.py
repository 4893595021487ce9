"""The verb of marking by a person: give one answer its points, and let the attempt follow."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from learnapp.accounts.domain import Actor
from learnapp.kit.errors import Conflict, Forbidden

from .domain.grading import Grade, State, state_of
from .outcomes import mark_of, marked_grade, result_of
from .storage import closing, marking
from .storage.attempts import Paper, Slot
from .storage.marking import Marking

LEAST, MOST = Fraction(0), Fraction(1)
COMMENT = 2000  # characters


def needs_person(slot: Slot, marked: Marking | None) -> bool:
    """Say whether a person gives this answer its points: it waits for a mark, or has one that may be changed."""
    return slot.state == State.NEEDS_GRADING or marked is not None


def give_mark(
    session: Session, paper: Paper, position: int, fraction: Fraction, comment: str, actor: Actor,
    expected: int, now: datetime,
) -> None:  # fmt: skip
    """Give one answer its points (rules B: a manual mark replaces the fraction), inside the caller's transaction.

    paper: locked for grading; the caller has checked that the actor may mark it. fraction: 0..1 of the
    question's points. expected: the id of the newest mark that the actor saw, 0 for none. The attempt's score,
    passing and kept score follow as they do when it is handed in. Where a correction gave everybody the points, or
    took the question out, the mark is kept and changes nothing (rules A7).

    Raises NotFound for an unknown place, Forbidden("not_handed_in"), Forbidden("marked_by_rule"),
    Forbidden("mark_out_of_range"), Forbidden("comment_too_long"), or Conflict("marked_meanwhile",
    marking=Marking) when somebody marked the answer since.
    """
    slot = paper.slot(position)
    if paper.status != "submitted":
        raise Forbidden("not_handed_in")
    marked = marking.marks_of(session, paper.id).get(position)
    if not needs_person(slot, marked):
        raise Forbidden("marked_by_rule")
    if not LEAST <= fraction <= MOST:
        raise Forbidden("mark_out_of_range")
    if len(comment) > COMMENT:
        raise Forbidden("comment_too_long")
    if expected != (marked.id if marked else 0):
        raise Conflict("marked_meanwhile", marking=marked)
    marking.add_mark(session, slot.id, fraction, comment.replace("\0", ""), actor.id, now)
    grade = marked_grade(slot, Grade(fraction, state_of(fraction)), fraction)
    marking.set_grade(session, slot.id, grade.fraction, grade.state)
    marks = [mark_of(each, grade if each.id == slot.id else None) for each in paper.slots]
    marking.rescore(session, paper, result_of(marks, paper.pass_percent))
    closing.keep_score(session, paper)
