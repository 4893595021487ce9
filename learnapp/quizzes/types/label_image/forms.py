"""Naming the parts as a form field: a select of labels for every number, and what to say about it."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, arranged, plain, refuse, say_with
from learnapp.quizzes.domain.pairs import ALL_OR_NOTHING, given
from learnapp.quizzes.types.label_image.rules import FIELD

say = say_with(
    {
        "not_answered": _l('Choose a name for each number, or select "I am not sure"'),
        "part_missing": _l("Choose a name for every number"),
    }
)


def field(shown: Mapping[str, Any], arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one picture to label."""
    ids = [part["id"] for part in shown["parts"]]
    labels = {label["id"] for label in shown["labels"]}

    def read(posted: Posted) -> Reading:
        named: dict[str, str] = {}
        for key in ids:
            sent = posted.values(key)
            if len(sent) > 1:
                return refuse("one_answer_only")
            if not labels.issuperset(sent):
                return refuse("unknown_part")
            if sent:
                named[key] = sent[0]
        return Reading({FIELD: named} if named else None)

    lines = [(part["id"], part["where"] or "") for part in shown["parts"]]
    return AnswerField(name, read, lines, arranged(shown["labels"], arrangement["labels"]))


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return the chosen names by number, without markup: "1: outer layer"."""
    if not answer:
        return ""
    if UNSURE in answer:
        return _("I am not sure")
    texts = {label["id"]: label["text"] for label in shown["labels"]}
    chosen = given(answer, FIELD)
    named = [(n, texts.get(chosen.get(part["id"], ""))) for n, part in enumerate(shown["parts"], 1)]
    return "; ".join(f"{n}: {plain(text)}" for n, text in named if text is not None)


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do and how it is scored, in words."""
    if shown["scoring"] == ALL_OR_NOTHING:
        return _("Choose a name for each number on the picture. You get the points only when all are right.")
    return _("Choose a name for each number on the picture. Every right name counts.")
