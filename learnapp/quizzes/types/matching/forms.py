"""Matching as a form field: a select of choices for every pair, and what to say about it."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, arranged, plain, refuse, say_with
from learnapp.quizzes.types.matching.rules import ALL_OR_NOTHING, given_pairs

say = say_with(
    {
        "not_answered": _l('Choose an answer for each line, or select "I am not sure"'),
        "pair_missing": _l("Choose an answer for every line"),
    }
)


def field(shown: Mapping[str, Any], arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one matching question."""
    ids = [pair["id"] for pair in shown["pairs"]]
    choices = {choice["id"] for choice in shown["choices"]}

    def read(posted: Posted) -> Reading:
        pairs: dict[str, str] = {}
        for key in ids:
            sent = posted.values(key)
            if len(sent) > 1:
                return refuse("one_answer_only")
            if not choices.issuperset(sent):
                return refuse("unknown_part")
            if sent:
                pairs[key] = sent[0]
        return Reading({"pairs": pairs} if pairs else None)

    lines = [(pair["id"], pair["text"]) for pair in shown["pairs"]]
    return AnswerField(name, read, lines, arranged(shown["choices"], arrangement["choices"]))


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the chosen pairs without markup: "Platelet: plugs the channel"."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    texts = {choice["id"]: choice["text"] for choice in shown["choices"]}
    given = given_pairs(answer)
    matched = [(pair["text"], texts[given[pair["id"]]]) for pair in shown["pairs"] if given.get(pair["id"]) in texts]
    return "; ".join(f"{plain(left)}: {plain(right)}" for left, right in matched)


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do and how it is scored, in words."""
    if shown["scoring"] == ALL_OR_NOTHING:
        return _("Choose an answer for each line. You get the points only when every line is right.")
    return _("Choose an answer for each line. Every right line counts.")
