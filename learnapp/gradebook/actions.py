"""What an instructor changes here: the mark of an answer that a machine cannot grade, and a try that is given back."""

from datetime import datetime
from fractions import Fraction

from learnapp.accounts.domain import Actor
from learnapp.kit.db import write
from learnapp.kit.errors import NotFound
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.marks import give_mark
from learnapp.quizzes.storage.attempts import Paper, locked_for_grading

from . import storage


def mark(
    actor: Actor, attempt_id: str, position: int, fraction: Fraction, comment: str, expected: int, now: datetime
) -> None:
    """Give an answer of one of the actor's learners its points; see `give_mark` for what is refused.

    Raises NotFound when the learner is not in a group that the actor teaches now.
    """
    with write() as session:
        paper = _theirs(actor, locked_for_grading(session, attempt_id))
        give_mark(session, paper, position, fraction, comment, actor, expected, now)


def reopen(actor: Actor, attempt_id: str, reason: str, now: datetime) -> bool:
    """Give a learner an abandoned try back; return whether it is open now (rules A4.7).

    Where none of the learner's time is left, it is handed in at once from its saved answers. Raises NotFound,
    Forbidden("not_abandoned") and Conflict("another_open").
    """
    with write() as session:
        paper = _theirs(actor, locked_for_grading(session, attempt_id))
        return quizzes.reopen(actor, session, paper, reason, now)


def _theirs(actor: Actor, paper: Paper) -> Paper:
    """Return the attempt when the actor teaches its learner now; a preview is shown to nobody but its own person."""
    if paper.kind == "preview" or storage.shared_with(actor, paper.person_id) is None:
        raise NotFound("attempt")
    return paper
