"""Find the place as a form field: a radio button or tick box for each lettered point, and what to say about them."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l, _n
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, plain, refuse, say_with
from learnapp.quizzes.domain.pictures import LETTERS
from learnapp.quizzes.types.hotspot.rules import SEVERAL, chosen_ids

say = say_with({"not_answered": _l('Choose a letter, or "I am not sure"')})


def field(shown: Mapping[str, Any], _arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one hotspot question."""
    ids = [point["id"] for point in shown["points"]]
    several = shown["scoring"] == SEVERAL

    def read(posted: Posted) -> Reading:
        sent = posted.values()
        chosen = [value for value in sent if value != UNSURE]
        if not chosen:
            return Reading({UNSURE: True} if sent else None)
        if not set(ids).issuperset(chosen):
            return refuse("unknown_part")
        if len(chosen) > 1 and not several:
            return refuse("one_answer_only")
        return Reading({"points": [key for key in ids if key in chosen]})

    return AnswerField(name, read, [(point["id"], point["name"]) for point in shown["points"]])


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return letters and names of the chosen points without markup: "B: vessel"."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    chosen = chosen_ids(answer)
    lettered = zip(LETTERS, shown["points"], strict=False)
    return "; ".join(f"{letter}: {plain(point['name'])}" for letter, point in lettered if point["id"] in chosen)


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to select and how it is scored, in words."""
    if shown["scoring"] != SEVERAL:
        return _("Select a letter on the picture or in the list. The list says what is at each letter.")
    asked = _n("Select %(num)s letter", "Select %(num)s letters", shown["select"])
    return asked + " " + _("on the picture or in the list. Every right place counts. Selecting more takes points away.")
