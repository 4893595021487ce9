"""Gaps as a form field: an input or a select for each, in the sentence, and what to say about them."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, arranged, plain, refuse, say_with
from learnapp.quizzes.domain.numbers import LENGTH
from learnapp.quizzes.domain.texts import clean
from learnapp.quizzes.types.cloze.rules import CHOICE, given_gaps, unreadable

say = say_with(
    {
        "not_answered": _l('Fill the gaps, or select "I am not sure"'),
        "gap_missing": _l("Fill gap %(n)s"),
        "not_a_number": _l("Gap %(n)s: enter a number without words, like 1.5"),
        "too_long": _l("Enter at most %(limit)s characters in a gap"),
    }
)


def field(shown: Mapping[str, Any], arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one text with gaps."""
    known = {option["id"] for option in shown["options"]}

    def read(posted: Posted) -> Reading:
        given: dict[str, str] = {}
        for gap in shown["gaps"]:
            typed = [text for text in (clean(value, LENGTH) for value in posted.values(gap["id"])) if text]
            if len(typed) > 1:
                return refuse("one_answer_only")
            if gap["kind"] == CHOICE and not known.issuperset(f"{gap['id']}.{key}" for key in typed):
                return refuse("unknown_part")
            if typed and len(typed[0]) > LENGTH:
                return refuse("too_long", limit=LENGTH)
            if typed:
                given[gap["id"]] = typed[0]
        return Reading({"gaps": given} if given else None, tuple(unreadable(shown, given)))

    total = len(shown["gaps"])
    lines = [(gap["id"], _("gap %(n)s of %(total)s", n=n, total=total)) for n, gap in enumerate(shown["gaps"], 1)]
    return AnswerField(name, read, lines, arranged(shown["options"], arrangement["options"]))


def summary(shown: Mapping[str, Any], answer: Mapping[str, Any] | None) -> str:
    """Return what was filled in, by gap: "1: platelets; 2: 5 days"."""
    if answer and UNSURE in answer:
        return _("I am not sure")
    given = given_gaps(answer, [gap["id"] for gap in shown["gaps"]])
    texts = {option["id"]: plain(option["text"]) for option in shown["options"]}
    said = [(n, _words(gap, given.get(gap["id"]), texts)) for n, gap in enumerate(shown["gaps"], 1)]
    return "; ".join(f"{n}: {text}" for n, text in said if text)


def _words(gap: Mapping[str, Any], said: str | None, texts: Mapping[str, str]) -> str:
    if said is None:
        return ""
    if gap["kind"] == CHOICE:
        return texts.get(f"{gap['id']}.{said}", "")
    return f"{said} {plain(gap['unit'])}".strip()


def hint(shown: Mapping[str, Any]) -> str:
    """Return what to do and how it is scored, in words."""
    if shown["weighted"]:
        return _("Fill every gap. Every right gap counts, some count more than others.")
    return _("Fill every gap. Every right gap counts.")
