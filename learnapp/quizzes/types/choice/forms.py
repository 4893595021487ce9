"""Single choice as a form field: radio buttons, and what to say about them."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, arranged, plain, refuse, say_with

say = say_with({"not_answered": _l('Select an answer, or "I am not sure"')})


def field(shown: Mapping[str, Any], arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one single-choice question."""
    known = {option["id"] for option in shown["options"]}

    def read(posted: Posted) -> Reading:
        sent = posted.values()
        chosen = [value for value in sent if value != UNSURE]
        if not chosen:
            return Reading({UNSURE: True} if sent else None)
        if not known.issuperset(chosen):
            return refuse("unknown_part")
        return Reading({"choice": chosen[0]}) if len(chosen) == 1 else refuse("one_answer_only")

    return AnswerField(name, read, arranged(shown["options"], arrangement["options"]))


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the chosen option's text without markup."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    texts = [option["text"] for option in shown["options"] if option["id"] == answer.get("choice")]
    return plain(texts[0]) if texts else ""


def hint(_shown: Mapping[str, Any]) -> str:
    """Return what to do, in words."""
    return _("Select one answer.")
