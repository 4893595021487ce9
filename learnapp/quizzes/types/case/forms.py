"""A case as a form field: the fields of its open steps, and the button that locks one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.kit.i18n import _, _l
from learnapp.quizzes.answer_field import UNSURE, AnswerField, Posted, Reading, refuse, say_with
from learnapp.quizzes.domain.scoring import points_text
from learnapp.quizzes.question_type import QuestionType

from . import checks
from .answers import Answer, Data, given_steps, locked_steps, open_steps
from .rules import Rules

LOCK = "lock"
OWN_WORDS = say_with(
    {
        "not_answered": _l("Answer the steps of this case"),
        "not_locked": _l("Step %(step)s: lock your answer to see what happened next"),
        "lock_unfinished": _l("Step %(step)s: finish this answer, then lock it"),
    }
)


@dataclass(frozen=True)
class StepView:
    """One open step as the template sees it. locked: only to be read. can_lock: it has the button."""

    id: str
    n: int
    kind: QuestionType
    stem: str
    shown: Data
    field: AnswerField
    hint: str
    errors: tuple[str, ...]
    locked: bool
    can_lock: bool
    summary: str


class CaseField(AnswerField):
    """The field of a case: every step is read by its own type's field, under the base `<base>.<step id>`.

    What was last shown to it (`process(None, data=stored)`) says which steps are locked when a form is read.
    Without that everything sent is read, and `settle` decides when the answer is stored.
    """

    def __init__(self, name: str, shown: Data, arrangement: Data, forms: "Forms") -> None:
        super().__init__(name, self._put_together, [(step["id"], step["stem"]) for step in shown["steps"]])
        self._shown, self._forms = shown, forms
        self._stored: Answer | None = None
        self._knows = False
        self._inner = {
            key: forms.type_named(step["type"]).field(step["shown"], arrangement["steps"][key], f"{name}.{key}")
            for key, step in ((step["id"], step) for step in shown["steps"])
        }

    def process(self, formdata: Any, data: Any = None, *filters: Any) -> None:
        """Read a form, or with None as form take a stored answer to show it."""
        if formdata is None:
            self._stored, self._knows = data or None, True
        for key, inner in self._inner.items():
            inner.process(formdata, data=None if formdata is not None else given_steps(data).get(key))
        super().process(formdata, data, *filters)
        if formdata is not None and self._knows and not self.refused:
            self.data = self._forms.rules.settle(self._shown, self._stored, self.data)

    def _put_together(self, posted: Posted) -> Reading:
        """Return what the steps read, and the lock."""
        asked = posted.values(LOCK)
        pauses = {step["id"]: (n, step) for n, step in enumerate(self._shown["steps"], 1) if step["pause"]}
        if len(asked) > 1:
            return refuse("one_answer_only")
        if not set(pauses).issuperset(asked):
            return refuse("unknown_part")
        problems = self._inner_problems()
        if any(inner.refused for inner in self._inner.values()):
            return Reading(None, tuple(problems), True)
        steps = {key: inner.data for key, inner in self._inner.items() if inner.data}
        for key in asked:
            problems += self._lock_problems(*pauses[key], steps.get(key))
        answer = {"steps": steps, "locked": asked} if steps or asked else None
        return Reading(answer, tuple(problems), stay=bool(asked))

    def _inner_problems(self) -> list[Problem]:
        return [
            checks.inside(problem, n, step)
            for n, step in enumerate(self._shown["steps"], 1)
            for problem in self._inner[step["id"]].problems
        ]

    def _lock_problems(self, n: int, step: Data, answer: Answer | None) -> list[Problem]:
        if self._knows and step["id"] in locked_steps(self._shown, self._stored):
            return []  # the button was pressed twice
        unfinished = self._forms.type_named(step["type"]).complete(step["shown"], answer)
        return [Problem("lock_unfinished", step["id"], {"step": n})] if unfinished else []

    @property
    def steps(self) -> list[StepView]:
        """The steps that may be shown now, for the template."""
        answer = self._stored if self._knows else self.data
        locked = locked_steps(self._shown, answer)
        return [self._view(n, step, locked, answer) for n, step in enumerate(open_steps(self._shown, answer), 1)]

    def _view(self, n: int, step: Data, locked: list[str], answer: Answer | None) -> StepView:
        kind, key, inner = self._forms.type_named(step["type"]), step["id"], self._inner[step["id"]]
        errors = [str(kind.say(problem)) for problem in inner.problems]
        errors += [OWN_WORDS(p) for p in self.problems if p.place == key and p.code == "lock_unfinished"]
        return StepView(
            id=key,
            n=n,
            kind=kind,
            stem=step["stem"],
            shown=step["shown"],
            field=inner,
            hint=self._forms.step_hint(self._shown, step),
            errors=tuple(errors),
            locked=key in locked,
            can_lock=step["pause"] and key not in locked,
            summary=kind.summary(step["shown"], given_steps(answer).get(key)),
        )


@dataclass(frozen=True)
class Forms:
    """The words and the field of the type, over the types that its steps may have."""

    type_named: Callable[[str], QuestionType]

    @property
    def rules(self) -> Rules:
        """The rules over the same types."""
        return Rules(self.type_named)

    def field(self, shown: Data, arrangement: Data, name: str) -> AnswerField:
        """Return the field of one case."""
        return CaseField(name, shown, arrangement, self)

    def summary(self, shown: Data, answer: Answer | None) -> str:
        """Return the answers of the steps in one line: "1. Leave it alone; 2. 5 days"."""
        if answer and UNSURE in answer:
            return _("I am not sure")
        given = given_steps(answer)
        words = [
            (n, self.type_named(step["type"]).summary(step["shown"], given.get(step["id"])))
            for n, step in enumerate(shown["steps"], 1)
        ]
        return "; ".join(f"{n}. {text}" for n, text in words if text)

    def hint(self, shown: Data) -> str:
        """Return what to do and how it is scored, in words."""
        words = _("Answer every step. Every step counts.")
        if any(step["pause"] for step in shown["steps"]):
            words += " " + _("Where you can lock an answer, what happened next follows. A locked answer stays.")
        return words

    def step_hint(self, shown: Data, step: Data) -> str:
        """Return the hint of one step, with its share of the points when the steps do not count the same."""
        kind = self.type_named(step["type"])
        words = str(kind.hint(step["shown"]))
        marked = [each for each in shown["steps"] if self.type_named(each["type"]).marked]
        if not kind.marked or len({each["weight"] for each in marked}) == 1:
            return words
        weights = {each["id"]: checks.weight_of(each) for each in marked}
        share = points_text(100 * weights[step["id"]] / sum(weights.values()))
        return f"{words} {_('This step gives %(share)s%% of the points.', share=share)}"

    def say(self, problem: Problem) -> str:
        """Return what to do about a problem; one of a step is told in its type's words, with its number."""
        name = problem.values.get("type")
        if name is None:
            return OWN_WORDS(problem)
        words = self.type_named(name).say(problem)
        return _("Step %(n)s: %(words)s", n=problem.values["step"], words=words)
