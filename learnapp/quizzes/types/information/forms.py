"""Information as a form field: one that never has an answer, whatever is sent."""

from collections.abc import Mapping
from typing import Any

from learnapp.kit.i18n import _
from learnapp.quizzes.answer_field import AnswerField, Posted, Reading, say_with

say = say_with({})


class NothingToAnswer(AnswerField):
    """A field that stays empty, also when "I am not sure" is sent for it."""

    def process(self, formdata: Any, data: Any = None, *filters: Any) -> None:
        """Ignore what a form holds."""
        super().process(formdata, data, *filters)
        self.data = None


def field(_shown: Mapping[str, Any], _arrangement: Mapping[str, Any], name: str) -> AnswerField:
    """Return the field of one text to read."""
    return NothingToAnswer(name, _read)


def _read(_posted: Posted) -> Reading:
    return Reading()


def summary(_shown: Mapping[str, Any], _answer: Mapping[str, Any] | None) -> str:
    """Return no words: nothing was answered."""
    return ""


def hint(_shown: Mapping[str, Any]) -> str:
    """Return what to do, in words."""
    return _("Read this. There is nothing to answer.")
