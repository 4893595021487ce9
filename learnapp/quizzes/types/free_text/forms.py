"""Free text as a form field: a text area whose text is kept as it was typed."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, refuse, say_with
from learnapp.quizzes.types.free_text.rules import KEPT, complete

BROKEN = {"Cc", "Cs"}  # controls and halves of characters, which not every database can hold
say = say_with(
    {
        "not_answered": _l("Write your answer"),
        "too_long": _l("Shorten your answer by %(over)s characters. It may have %(limit)s"),
        "far_too_long": _l("This text is far too long and was not saved. An answer may have %(limit)s characters"),
    }
)


def field(shown: Mapping[str, Any], _arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one question for own words."""
    limit = shown["limit"]

    def read(posted: Posted) -> Reading:
        sent = posted.values()
        if any(len(text) > 2 * KEPT * limit for text in sent):  # do not walk through a megabyte
            return refuse("far_too_long", limit=limit)
        texts = [text for text in (clean(value) for value in sent) if text.strip()]
        if not texts:
            return Reading()
        if len(texts) > 1:
            return refuse("one_answer_only")
        if len(texts[0]) > KEPT * limit:
            return refuse("far_too_long", limit=limit)
        answer = {"text": texts[0]}
        return Reading(answer, tuple(complete(shown, answer)))

    return AnswerField(name, read)


def clean(text: str) -> str:
    """Return typed text that any database can hold: one kind of line end, broken characters replaced."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if c not in "\n\t" and unicodedata.category(c) in BROKEN else c for c in text
    )


def summary(_shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the text in one line."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    text = answer.get("text")
    return " ".join(text.split()) if isinstance(text, str) else ""


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do, how long it may be, and who marks it."""
    words = _("Write in your own words, with up to %(limit)s characters.", limit=shown["limit"])
    return f"{words} {_('Your teacher gives the points.')}"
