"""A number as a form field: one text input, kept as it was typed."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, plain, refuse, say_with
from learnapp.quizzes.domain.numbers import LENGTH, read_number

say = say_with(
    {
        "not_answered": _l('Enter a number, or select "I am not sure"'),
        "not_a_number": _l("Enter a number without words, like 1.5"),
        "too_long": _l("Enter a number of at most %(limit)s characters"),
    }
)


def field(_shown: Mapping[str, Any], _arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one numeric question."""
    return AnswerField(name, _read)


def _read(posted: Posted) -> Reading:
    texts = [text for text in (clean(value) for value in posted.values()) if text]
    if not texts:
        return Reading()
    if len(texts) > 1:
        return refuse("one_answer_only")
    if len(texts[0]) > LENGTH:
        return refuse("too_long", limit=LENGTH)
    unreadable = () if read_number(texts[0]) is not None else (Problem("not_a_number"),)
    return Reading({"text": texts[0]}, unreadable)


def clean(text: str) -> str:
    """Return typed text that any database can hold: trimmed, controls and broken characters replaced."""
    if len(text) > 10 * LENGTH:
        text = text[: 10 * LENGTH]  # too long in any case: do not walk through a megabyte
    kept = (
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in {"Cc", "Cs"} and not c.isspace() else c for c in text
    )
    return " ".join("".join(kept).split())


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the text as typed, with the unit."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    return f"{answer.get('text', '')} {plain(shown['unit'])}".strip()


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do, in words."""
    if shown["unit"]:
        return _("Enter a number in %(unit)s, like 1.5 or 1,5.", unit=plain(shown["unit"]))
    return _("Enter a number, like 1.5 or 1,5.")
