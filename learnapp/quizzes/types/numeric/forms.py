"""A number as a form field: one text input, kept as it was typed."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, plain, refuse, say_with
from learnapp.quizzes.domain.numbers import LENGTH
from learnapp.quizzes.domain.texts import clean
from learnapp.quizzes.types.numeric.rules import BEFORE, is_readable

say = say_with(
    {
        "not_answered": _l('Enter a number, or select "I am not sure"'),
        "not_a_number": _l("Enter a number without words, like 1.5"),
        "not_a_quantity": _l("Enter one number with its unit, like 1.5 km"),
        "too_long": _l("Enter a number of at most %(limit)s characters"),
    }
)


def field(shown: Mapping[str, Any], _arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one numeric question."""

    def read(posted: Posted) -> Reading:
        texts = [text for text in (clean(value, LENGTH) for value in posted.values()) if text]
        if not texts:
            return Reading()
        if len(texts) > 1:
            return refuse("one_answer_only")
        if len(texts[0]) > LENGTH:
            return refuse("too_long", limit=LENGTH)
        readable = is_readable(shown, texts[0])
        return Reading({"text": texts[0]}, () if readable else (_unreadable(shown),))

    return AnswerField(name, read)


def _unreadable(shown: Mapping[str, Any]) -> Problem:
    return Problem("not_a_quantity" if "typed_unit" in shown else "not_a_number")


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the text as typed, with the unit."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    return f"{answer.get('text', '')} {plain(shown['unit'])}".strip()


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do and how near is near enough, in words, and what the unit is worth."""
    said = [_what_to_do(shown)]
    if "penalty" in shown:
        said.append(_penalty(**shown["penalty"]))
    if shown.get("near"):
        said.append(_("A number close to the best one counts too."))
    return " ".join(said)


def _what_to_do(shown: Mapping[str, Any]) -> str:
    if shown.get("typed_unit") == BEFORE:
        return _("Enter the unit and then the number, like 1.5 or 1,5.")
    if "typed_unit" in shown:
        return _("Enter a number and then its unit. Write the number like 1.5 or 1,5.")
    if shown["unit"]:
        return _("Enter a number in %(unit)s, like 1.5 or 1,5.", unit=plain(shown["unit"]))
    return _("Enter a number, like 1.5 or 1,5.")


def _penalty(percent: str, of: str) -> str:
    if percent == "0":
        return _("A missing or wrong unit costs nothing.")
    if of == "question":
        return _("A missing or wrong unit costs %(share)s of the question's points.", share=_share(percent))
    return _("A missing or wrong unit costs %(share)s of the points for the number.", share=_share(percent))


def _share(percent: str) -> str:
    words = {"100": _("all"), "50": _("half"), "25": _("a quarter"), "75": _("three quarters")}
    return words.get(percent) or _("%(n)s percent", n=percent)
