"""A short text as a form field: one text input, kept as it was typed."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, refuse, say_with
from learnapp.quizzes.domain.texts import clean
from learnapp.quizzes.types.short_text.rules import typed_text

say = say_with(
    {
        "not_answered": _l('Enter your answer, or select "I am not sure"'),
        "too_long": _l("Enter at most %(limit)s characters"),
    }
)


def field(shown: Mapping[str, Any], _arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one short-text question."""
    limit = shown["limit"]

    def read(posted: Posted) -> Reading:
        typed = [text for text in (clean(value, limit) for value in posted.values()) if text]
        if not typed:
            return Reading()
        if len(typed) > 1:
            return refuse("one_answer_only")
        return Reading({"text": typed[0]}) if len(typed[0]) <= limit else refuse("too_long", limit=limit)

    return AnswerField(name, read)


def summary(_shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the text as typed."""
    return _("I am not sure") if answer and UNSURE in answer else typed_text(answer)


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do, and which differences in spelling count."""
    said = [_("Enter a word or a few words.")]
    if shown["case_sensitive"]:
        said.append(_("Capital and small letters count."))
    if shown["slips"]:
        said.append(_("A small slip in spelling is forgiven."))
    return " ".join(said)
