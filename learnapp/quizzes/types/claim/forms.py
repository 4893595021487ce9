"""Judging evidence as a form field: radio buttons, and what to say about them."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, arranged, plain, say_with
from learnapp.quizzes.readings import one_of
from learnapp.quizzes.types.claim.rules import WORDING, choices

say = say_with({"not_answered": _l('Select an answer, or "I am not sure"')})
WORDS = {"a": _l("Strong"), "b": _l("Good"), "c": _l("No controlled study"), "d": _l("Contested")}
MEANINGS = {
    "a": _l("A systematic review, or a trial in which chance decided who got which treatment"),
    "b": _l("Controlled studies, several groups followed over time, or a formal agreement of experts"),
    "c": _l("Textbooks, experts, reports of single cases, laboratory work, authorities or makers"),
    "d": _l("Sources do not agree, or the claim comes from advertising"),
}


def field(shown: Mapping[str, Any], arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one question about evidence."""
    if shown["asks"] == WORDING:
        lines = arranged(shown["options"], arrangement["options"])
    else:
        lines = [(key, str(meaning)) for key, meaning in MEANINGS.items()]
    return AnswerField(name, one_of(choices(shown)), lines)


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the chosen wording without markup, or the grade: "B Good"."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    chosen = answer.get("choice")
    if chosen not in choices(shown):
        return ""
    if shown["asks"] == WORDING:
        return next(plain(option["text"]) for option in shown["options"] if option["id"] == chosen)
    return f"{chosen.upper()} {WORDS[chosen]}"


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do, in words."""
    if shown["asks"] != WORDING:
        return _("Select the grade that the evidence for this statement deserves.")
    task = _("Select the wording that goes as far as the evidence does, and no further.")
    return task + " " + _("A wrong answer may take points away.") if shown.get("takes") else task
