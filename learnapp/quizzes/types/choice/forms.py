"""Single choice as a form field: radio buttons, and what to say about them."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, arranged, plain, say_with
from learnapp.quizzes.readings import one_of

say = say_with({"not_answered": _l('Select an answer, or "I am not sure"')})


def field(shown: Mapping[str, Any], arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one single-choice question."""
    known = [option["id"] for option in shown["options"]]
    return AnswerField(name, one_of(known), arranged(shown["options"], arrangement["options"]))


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the chosen option's text without markup."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    texts = [option["text"] for option in shown["options"] if option["id"] == answer.get("choice")]
    return plain(texts[0]) if texts else ""


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do and, where an answer may take points away, that it does."""
    if shown.get("takes"):
        return _("Select one answer.") + " " + _("A wrong answer may take points away.")
    return _("Select one answer.")
