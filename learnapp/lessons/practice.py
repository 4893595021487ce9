"""The checks inside a lesson: one question each, answered for practice; nothing is ever stored."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from learnapp.quizzes.answer_field import AnswerField, FormData
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.review import Disclosure
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.types import type_named

# Practice tells what was chosen and why it is so, not the key: the reader may try again.
TELL = Disclosure(marks=True, own_reason=True)


@dataclasses.dataclass(frozen=True)
class Feedback:
    """What a reader is told about an answer: its state, the reasons, and the rows where there are several."""

    state: State
    reasons: tuple[str, ...]
    explanation: str
    revealed: Mapping[str, Any]

    @property
    def right(self) -> bool:
        """Say whether all of the answer is right."""
        return self.state is State.RIGHT


@dataclasses.dataclass
class Check:
    """A check as the page shows it: `base` is the name of its form fields, `errors` say what is missing."""

    number: int
    kind: QuestionType
    shown: Mapping[str, Any]
    field: AnswerField
    base: str
    feedback: Feedback | None = None
    errors: list[str] = dataclasses.field(default_factory=list)

    @property
    def hint(self) -> Any:
        """What to do, in words."""
        return self.kind.hint(self.shown)


def open_check(number: int, stored: Mapping[str, Any]) -> Check:
    """Return a check that nobody has answered, from what publishing stored."""
    kind = type_named(stored["type"])
    base = f"c{number}"
    answer = kind.field(stored["shown"], stored["arrangement"], base)
    answer.process(None)
    return Check(number, kind, stored["shown"], answer, base)


def answered_check(number: int, stored: Mapping[str, Any], form: FormData) -> Check:
    """Return a check with the answer in the form and what is said about it."""
    check = open_check(number, stored)
    check.field.process(form)
    kind, given = check.kind, check.field.data
    problems = check.field.problems or kind.complete(check.shown, given)
    if problems or check.field.refused:
        check.errors = [str(kind.say(problem)) for problem in problems]
        return check
    item = kind.parse(stored["keyed"]["item"])
    revealed = kind.reveal(item, given, stored["arrangement"], TELL)
    reasons = tuple(row["reason"] for row in revealed["rows"] if row.get("reason"))
    check.feedback = Feedback(kind.grade(item, given).state, reasons, stored["keyed"]["explanation"], revealed)
    return check
