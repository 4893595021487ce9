"""The one thing an instructor changes here: the mark of an answer that a machine cannot grade."""

from datetime import datetime
from fractions import Fraction

from learnapp.accounts.domain import Actor
from learnapp.kit.db import write
from learnapp.kit.errors import NotFound
from learnapp.quizzes.marks import give_mark
from learnapp.quizzes.storage.attempts import locked_for_grading

from . import storage


def mark(
    actor: Actor, attempt_id: str, position: int, fraction: Fraction, comment: str, expected: int, now: datetime
) -> None:
    """Give an answer of one of the actor's learners its points; see `give_mark` for what is refused.

    Raises NotFound when the learner is not in a group that the actor teaches now.
    """
    with write() as session:
        paper = locked_for_grading(session, attempt_id)
        if storage.shared_with(actor, paper.person_id) is None:
            raise NotFound("attempt")
        give_mark(session, paper, position, fraction, comment, actor, expected, now)
