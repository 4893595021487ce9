"""Every problem that a question type can find in what an author wrote has words that say what to do."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import pytest

from learnapp.authoring.check_questions import problem_words
from learnapp.authoring.problems import PROBLEMS
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.types import TYPES
from tests.quizzes.types.examples import EXAMPLES

OURS = "learnapp.quizzes."
KINDS = pytest.mark.parametrize("kind", TYPES.values(), ids=list(TYPES))


def _plain(function: Any) -> FunctionType:
    while not isinstance(function, FunctionType):
        function = getattr(function, "__func__", None) or getattr(function, "func", None) or function.__wrapped__
    return function


def _named(function: FunctionType) -> Iterator[Any]:
    """Yield what the function and those inside it refer to, through modules too."""
    todo = [function.__code__]
    while todo:
        code = todo.pop()
        todo += [each for each in code.co_consts if inspect.iscode(each)]
        for name in code.co_names:
            found = function.__globals__.get(name)
            yield found
            if isinstance(found, ModuleType):
                yield from (getattr(found, other, None) for other in code.co_names)


def _reached(start: Callable[..., Any]) -> set[FunctionType]:
    """Return our functions that run when this one does, but those that look at an answer."""
    seen: set[FunctionType] = set()
    todo: list[Any] = [start]
    while todo:
        function = todo.pop()
        if (
            callable(function)
            and not inspect.isclass(function)
            and getattr(function, "__module__", "").startswith(OURS)
        ):
            plain = _plain(function)
            if plain not in seen:
                seen.add(plain)
                todo += _named(plain)
    return seen


def _codes(function: FunctionType) -> Iterator[str]:
    """Yield each code that the function's text makes a Problem of."""
    for call in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        codes = call.args[:1] if name == "Problem" else []
        if name == "text_problems":
            codes = [keyword.value for keyword in call.keywords]
        either = [
            each for code in codes for each in ((code.body, code.orelse) if isinstance(code, ast.IfExp) else (code,))
        ]
        yield from (str(code.value) for code in either if isinstance(code, ast.Constant))


@KINDS
def test_every_code_in_the_rules_has_words(kind: QuestionType):
    found = {code for function in _reached(kind.check_data) for code in _codes(function)}
    assert found, "the test no longer sees how problems are made"
    assert sorted(found - set(PROBLEMS)) == []


@KINDS
def test_every_bad_example_is_told_in_words(kind: QuestionType):
    for sample in EXAMPLES[kind.name]["bad"]:
        for problem in kind.check_data(sample["data"]):
            assert problem.code in PROBLEMS
            assert problem_words(problem)


def test_all_words_are_sentences():
    assert all(words[-1] in ".!" for words in PROBLEMS.values())
