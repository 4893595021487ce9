"""Matching as a form field: a select of choices for every pair, and what to say about it."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, arranged, plain, say_with
from learnapp.quizzes.domain import pairs
from learnapp.quizzes.readings import one_each
from learnapp.quizzes.types.matching.rules import FIELD

say = say_with(
    {
        "not_answered": _l('Choose an answer for each line, or select "I am not sure"'),
        "pair_missing": _l("Choose an answer for every line"),
    }
)


def field(shown: Mapping[str, Any], arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one matching question."""
    lines = [(pair["id"], pair["text"]) for pair in shown["pairs"]]
    choices = [choice["id"] for choice in shown["choices"]]
    read = one_each([key for key, _text in lines], choices, FIELD)
    return AnswerField(name, read, lines, arranged(shown["choices"], arrangement["choices"]))


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the chosen pairs without markup: "Platelet: plugs the channel"."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    texts = {choice["id"]: choice["text"] for choice in shown["choices"]}
    given = pairs.given(answer, FIELD)
    matched = [(pair["text"], texts[given[pair["id"]]]) for pair in shown["pairs"] if given.get(pair["id"]) in texts]
    return "; ".join(f"{plain(left)}: {plain(right)}" for left, right in matched)


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do and how it is scored, in words."""
    if shown["scoring"] == pairs.ALL_OR_NOTHING:
        return _("Choose an answer for each line. You get the points only when every line is right.")
    return _("Choose an answer for each line. Every right line counts.")
