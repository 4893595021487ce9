"""True or false as a form field: two radio buttons, and what to say about them."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, say_with
from learnapp.quizzes.readings import one_of
from learnapp.quizzes.types.true_false.rules import CHOICES

say = say_with({"not_answered": _l('Select true, false or "I am not sure"')})
LABELS = {"true": _l("True"), "false": _l("False")}


def field(_shown: Mapping[str, Any], _arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one true-or-false question."""
    return AnswerField(name, one_of(CHOICES), [(choice, str(label)) for choice, label in LABELS.items()])


def summary(_shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return "True", "False" or "I am not sure"."""
    if not answer:
        return ""
    return _("I am not sure") if UNSURE in answer else str(LABELS.get(answer.get("choice", ""), ""))


def hint(_shown: Mapping[str, Any]) -> str:
    """Return what to do, in words."""
    return _("Select one answer.")
