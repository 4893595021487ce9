"""The form field of a question: it reads `<base>`, `<base>.<part>` and `<base>.unsure` into one answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from markupsafe import Markup
from wtforms import Field
from wtforms.meta import DefaultMeta

from learnapp.kit.errors import Problem
from learnapp.kit.i18n import _l

UNSURE = "unsure"
TICKED = "1"


class FormData(Protocol):
    """What a request's form looks like from here."""

    def getlist(self, name: str, /) -> list[Any]:
        """Return every value sent under this name."""


@dataclass(frozen=True)
class Reading:
    """What a type made of the values sent.

    answer: canonical JSON, None when nothing was answered. problems: what could not be understood.
    refused: what was sent cannot be an answer at all and must not be stored.
    stay: the learner asked to see more of this question (a case's next step), not to go on.
    """

    answer: dict[str, Any] | None = None
    problems: tuple[Problem, ...] = ()
    refused: bool = False
    stay: bool = False


def refuse(code: str, **values: Any) -> Reading:
    """Return the reading of input that cannot be stored; values never repeat what was sent."""
    return Reading(None, (Problem(code, values=values),), True)


class Posted:
    """The values of one question in a form: distinct, not empty, text only."""

    def __init__(self, form: FormData, base: str) -> None:
        self._form = form
        self._base = base

    def values(self, part: str = "") -> list[str]:
        """Return what was sent for the base field or one part, each value once, in the order sent.

        JSON bodies may hold anything; what is not text becomes a value that is no part's id.
        """
        sent = self._form.getlist(f"{self._base}.{part}" if part else self._base)
        texts = [value if isinstance(value, str) else "\N{REPLACEMENT CHARACTER}" for value in sent]
        return [text for text in dict.fromkeys(texts) if text]

    @property
    def unsure(self) -> bool:
        """Say whether "I am not sure" was ticked."""
        return TICKED in self.values(UNSURE)


Read = Callable[[Posted], Reading]
Lines = Sequence[tuple[str, str]]  # (id, inline HTML)


class AnswerField(Field):
    """One question's answer as a WTForms field that needs no form around it.

    data: the answer as canonical JSON, or None for a blank: what is to be saved, unless `refused`.
    problems: what the learner should be told about what they sent; an unreadable number is told and saved.
    refused: what was sent cannot be an answer (unknown ids, two answers to one question, far too long):
    nothing may be saved from it, and what was saved before stays.
    stay: the learner asked to see more of this question, not to go on.
    lines: what the page lists (options, entries, left sides) and choices: what may be chosen for each, as
    (id, inline HTML) in the order of the arrangement.
    "I am not sure" counts only when nothing else was answered: an answer may earn points, the tick never.
    """

    def __init__(self, name: str, read: Read, lines: Lines = (), choices: Lines = ()) -> None:
        super().__init__(label="", name=name, _form=None, _meta=DefaultMeta())
        self._read = read
        self.lines = lines
        self.choices = choices
        self.data: dict[str, Any] | None = None
        self.problems: list[Problem] = []
        self.refused = False
        self.stay = False

    def process(self, formdata: Any, data: Any = None, *_filters: Any) -> None:
        """Read a form (anything with `getlist`), or with None as form take a stored answer to show it."""
        self.object_data = self.data = data or None
        self.problems, self.refused, self.stay = [], False, False
        if formdata is None:
            return
        posted = Posted(formdata, self.name)
        reading = self._read(posted)
        self.problems, self.refused = list(reading.problems), reading.refused
        self.stay = reading.stay
        self.data = reading.answer
        if self.data is None and not self.refused and posted.unsure:
            self.data = {UNSURE: True}

    def __new__(cls, *_args: Any, **_kwargs: Any) -> "AnswerField":
        """Make the field itself; WTForms would make a promise of one, for a form that does not exist."""
        return object.__new__(cls)

    @property
    def given(self) -> dict[str, Any]:
        """The answer for a template: {} when there is none."""
        return self.data or {}

    @property
    def unsure(self) -> bool:
        """Say whether the answer is "I am not sure"."""
        return UNSURE in self.given


def arranged(parts: Sequence[Mapping[str, str]], order: Sequence[str]) -> Lines:
    """Return the parts of a question as lines in the given order of ids; what it does not name is left out."""
    texts = {part["id"]: part["text"] for part in parts}
    return [(key, texts[key]) for key in order if key in texts]


def plain(text: str) -> str:
    """Return inline HTML as plain text, for lists, exports and <option> elements."""
    return Markup(text).striptags()  # noqa: S704  stored texts were sanitised at publishing


WORDS: Mapping[str, Any] = {
    "not_answered": _l('Answer the question, or choose "I am not sure"'),
    "unknown_part": _l("Choose from the answers on the page"),
    "one_answer_only": _l("Select one answer only"),
}


def say_with(words: Mapping[str, Any]) -> Callable[[Problem], str]:
    """Return a type's `say`: its own words first, then those that all types share."""
    known = {**WORDS, **words}

    def say(problem: Problem) -> str:
        return str(known[problem.code]) % dict(problem.values)

    return say
