"""True or false as a form field: two radio buttons, and what to say about them."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, refuse, say_with
from learnapp.quizzes.types.true_false.rules import CHOICES

say = say_with({"not_answered": _l('Select true, false or "I am not sure"')})
LABELS = {"true": _l("True"), "false": _l("False")}


def field(_shown: Mapping[str, Any], _arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one true-or-false question."""
    return AnswerField(name, _read, [(choice, str(label)) for choice, label in LABELS.items()])


def _read(posted: Posted) -> Reading:
    sent = posted.values()
    chosen = [value for value in sent if value != UNSURE]
    if not chosen:
        return Reading({UNSURE: True} if sent else None)
    if not set(CHOICES).issuperset(chosen):
        return refuse("unknown_part")
    return Reading({"choice": chosen[0]}) if len(chosen) == 1 else refuse("one_answer_only")


def summary(_shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return "True", "False" or "I am not sure"."""
    if not answer:
        return ""
    return _("I am not sure") if UNSURE in answer else str(LABELS.get(answer.get("choice", ""), ""))


def hint(_shown: Mapping[str, Any]) -> str:
    """Return what to do, in words."""
    return _("Select one answer.")
