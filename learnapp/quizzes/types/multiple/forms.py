"""Choose all that apply as a form field: tick boxes, and what to say about them."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l, _n
from learnapp.quizzes.answer_field import (
    TICKED,
    UNSURE,
    AnswerField,
    Posted,
    Reading,
    arranged,
    plain,
    refuse,
    say_with,
)
from learnapp.quizzes.types.multiple.rules import is_none, ticks

NONE = "none"
HINTS = {
    "balanced": _l("A wrong answer takes away the points of a right one."),
    "sum": _l("Each answer adds its own share of the points, and some wrong answers take points away."),
    "dock": _l("Each wrong answer takes away a fixed part of the points."),
    "every_decision": _l("Each right answer you select counts, and so does each wrong answer you leave out."),
    "weighted": _l("Some answers count more than others. Wrong answers take points away."),
    "all_or_nothing": _l("You get the points only when all your answers are right."),
}
say = say_with({"not_answered": _l('Select one or more answers, or "I am not sure"')})


def field(shown: Mapping[str, Any], arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one choose-all question; `<base>.none` counts only when nothing else is ticked."""
    known = {option["id"] for option in shown["options"]}

    def read(posted: Posted) -> Reading:
        ticked = posted.values()
        if not known.issuperset(ticked):
            return refuse("unknown_part")
        none = bool(shown.get(NONE)) and TICKED in posted.values(NONE)
        return Reading({"choices": sorted(ticked)} if ticked or none else None)

    return AnswerField(name, read, arranged(shown["options"], arrangement["options"]))


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the texts of the ticked options without markup."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    if shown.get(NONE) and is_none(answer):
        return _("None of these")
    ticked = ticks(answer)
    return "; ".join(plain(option["text"]) for option in shown["options"] if option["id"] in ticked)


def hint(shown: Mapping[str, Any]) -> str:
    """Return how many to select and how it is scored, in words."""
    if shown.get(NONE):
        task = _('Select every answer that fits, or "None of these".')
    else:
        task = _n("Select %(num)s answer.", "Select %(num)s answers.", shown["select"])
    enough = _("You get the points only when enough of your answers are right.")
    return task + " " + (enough if shown.get("whole") else str(HINTS[shown["scoring"]]))
