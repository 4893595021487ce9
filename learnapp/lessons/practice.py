"""The checks inside a lesson: one question each, answered for practice; nothing is ever stored."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from learnapp.quizzes.answer_field import AnswerField, FormData
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.review import EVERYTHING, Disclosure
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.types import type_named

# Practice tells what was chosen and why it is so, not the key: the reader may try again.
TELL = Disclosure(correctness=True, own_reason=True)
MOST_TRIES = 99


@dataclasses.dataclass(frozen=True)
class Feedback:
    """What a reader is told about an answer: its state, the reasons, and the rows where there are several.

    hint: for the next try. over: no hint is left, so everything is told (rules A3: hints + 1 tries).
    """

    state: State
    reasons: tuple[str, ...]
    explanation: str
    revealed: Mapping[str, Any]
    hint: str = ""
    over: bool = False

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
    tries: int = 0

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
    check.tries = _tries(form, check.base)
    kind, given = check.kind, check.field.data
    problems = check.field.problems or kind.complete(check.shown, given)
    if problems or check.field.refused:
        check.errors = [str(kind.say(problem)) for problem in problems]
        return check
    check.tries += 1
    check.feedback = _feedback(check, stored)
    return check


def _tries(form: FormData, base: str) -> int:
    """Return how many tries there were before this one, as the page says; nothing depends on it but the hints."""
    sent = [value for value in form.getlist(f"{base}-tries") if isinstance(value, str)]
    said = sent[0] if sent and sent[0].isascii() and sent[0].isdigit() and len(sent[0]) < 3 else "0"
    return min(int(said), MOST_TRIES)


def _feedback(check: Check, stored: Mapping[str, Any]) -> Feedback:
    kind, given, keyed = check.kind, check.field.data, stored["keyed"]
    item, hints = kind.parse(keyed["item"]), keyed.get("hints") or ()
    state = kind.grade(item, given).state
    over = bool(hints) and (state is State.RIGHT or check.tries > len(hints))
    revealed = kind.reveal(item, given, stored["arrangement"], EVERYTHING if over else TELL)
    own = [row for row in revealed["rows"] if row.get("mine")] if over else revealed["rows"]
    reasons = tuple(row["reason"] for row in own if row.get("reason"))
    hint = "" if over or state is State.RIGHT or not hints else hints[check.tries - 1]["text"]
    told = "" if hints and not over else keyed["explanation"]
    return Feedback(state, reasons, told, revealed, hint, over)
