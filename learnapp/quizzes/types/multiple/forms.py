"""Choose all that apply as a form field: tick boxes, and what to say about them."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l, _n
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, arranged, plain, refuse, say_with
from learnapp.quizzes.types.multiple.rules import ALL_OR_NOTHING, ticks

say = say_with({"not_answered": _l('Select one or more answers, or "I am not sure"')})


def field(shown: Mapping[str, Any], arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one choose-all question."""
    known = {option["id"] for option in shown["options"]}

    def read(posted: Posted) -> Reading:
        ticked = posted.values()
        if not known.issuperset(ticked):
            return refuse("unknown_part")
        return Reading({"choices": sorted(ticked)} if ticked else None)

    return AnswerField(name, read, arranged(shown["options"], arrangement["options"]))


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the texts of the ticked options without markup."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    ticked = ticks(answer)
    return "; ".join(plain(option["text"]) for option in shown["options"] if option["id"] in ticked)


def hint(shown: Mapping[str, Any]) -> str:
    """Return how many to select and how it is scored, in words."""
    if shown["scoring"] == ALL_OR_NOTHING:
        rule = _("You get the points only when all your answers are right.")
    else:
        rule = _("A wrong answer takes away the points of a right one.")
    return _n("Select %(num)s answer.", "Select %(num)s answers.", shown["select"]) + " " + rule
