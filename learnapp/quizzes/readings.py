"""What several types read from a form alike: one of the choices, or one of the choices for each part."""

from collections.abc import Collection, Iterable
from typing import Any

from learnapp.quizzes.answer_field import UNSURE, Posted, Read, Reading, refuse


def one_of(known: Collection[str]) -> Read:
    """Return the reader of radio buttons, "I am not sure" among them, as {"choice": id}."""

    def read(posted: Posted) -> Reading:
        sent = posted.values()
        chosen = [value for value in sent if value != UNSURE]
        if not chosen:
            return Reading({UNSURE: True} if sent else None)
        if not set(known).issuperset(chosen):
            return refuse("unknown_part")
        return Reading({"choice": chosen[0]}) if len(chosen) == 1 else refuse("one_answer_only")

    return read


def one_each(things: Iterable[str], choices: Collection[str], field: str) -> Read:
    """Return the reader of `<base>.<thing>` for every thing, as {field: {thing: choice}}."""
    names, known = list(things), set(choices)

    def read(posted: Posted) -> Reading:
        pairs: dict[str, Any] = {}
        for name in names:
            sent = posted.values(name)
            if len(sent) > 1:
                return refuse("one_answer_only")
            if not known.issuperset(sent):
                return refuse("unknown_part")
            if sent:
                pairs[name] = sent[0]
        return Reading({field: pairs} if pairs else None)

    return read
