"""Ordering as a form field: a select of places for every entry, and what to say about it."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, arranged, plain, refuse, say_with
from learnapp.quizzes.types.ordering.rules import given_places

say = say_with(
    {
        "not_answered": _l('Put the list in order, or select "I am not sure"'),
        "place_missing": _l("Give every line a place"),
        "place_repeated": _l("Give every line a different place"),
    }
)


def field(shown: Mapping[str, Any], arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one ordering question."""
    ids = [entry["id"] for entry in shown["items"]]
    numbers = {str(n): n for n in range(1, len(ids) + 1)}

    def read(posted: Posted) -> Reading:
        places: dict[str, int] = {}
        for key in ids:
            sent = posted.values(key)
            if len(sent) > 1:
                return refuse("one_answer_only")
            if not numbers.keys() >= set(sent):
                return refuse("unknown_part")
            if sent:
                places[key] = numbers[sent[0]]
        return Reading({"places": places} if places else None)

    return AnswerField(name, read, arranged(shown["items"], arrangement["items"]))


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the entries in the learner's order: "1. Clean up; 2. Build"."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    texts = {entry["id"]: entry["text"] for entry in shown["items"]}
    placed = sorted((place, key) for key, place in given_places(answer).items() if key in texts)
    return "; ".join(f"{place}. {plain(texts[key])}" for place, key in placed)


HINTS = {
    "relative_to_correct": _l("The closer each line is to its place, the more it earns."),
    "all_or_nothing": _l("You get the points only when every line is in its place."),
    "absolute": _l("Every line that is in its place counts."),
    "next_exclude_last": _l("Every line that is followed by the right one counts."),
    "next_include_last": _l("Every line that is followed by the right one counts, and so does the right last line."),
    "one_before_after": _l("Each line earns points for the right line just before it and just after it."),
    "all_before_after": _l("Each two lines that stand in the right order count, next to each other or not."),
    "longest_ordered": _l("The most lines that stand in the right order count, with other lines between them or not."),
    "longest_contiguous": _l("The longest unbroken stretch of the right order counts. Other lines may stand in it."),
}


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do and how it is scored, in words."""
    return _("Put the list in order.") + " " + str(HINTS[shown["scoring"]])
