"""Sorting into boxes as a form field: radio buttons for every card, and what to say about them."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, arranged, plain, say_with
from learnapp.quizzes.domain import pairs
from learnapp.quizzes.readings import one_each
from learnapp.quizzes.types.categorise.rules import FIELD

say = say_with(
    {
        "not_answered": _l('Choose a box for each card, or select "I am not sure"'),
        "card_missing": _l("Choose a box for every card"),
    }
)


def field(shown: Mapping[str, Any], arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one sorting question."""
    boxes = [(box["id"], box["text"]) for box in shown["boxes"]]
    read = one_each([card["id"] for card in shown["cards"]], [key for key, _text in boxes], FIELD)
    return AnswerField(name, read, arranged(shown["cards"], arrangement["cards"]), boxes)


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the sorted cards without markup, box by box: "Now: wash, rinse; Later: run"."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    given = pairs.given(answer, FIELD)
    filled = [
        (box["text"], [plain(card["text"]) for card in shown["cards"] if given.get(card["id"]) == box["id"]])
        for box in shown["boxes"]
    ]
    return "; ".join(f"{plain(box)}: {', '.join(cards)}" for box, cards in filled if cards)


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do and how it is scored, in words."""
    if shown["scoring"] == pairs.ALL_OR_NOTHING:
        return _("Choose a box for each card. You get the points only when every card is in its box.")
    return _("Choose a box for each card. Every card in its box counts.")
