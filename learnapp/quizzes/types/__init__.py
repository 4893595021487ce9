"""The list of question types: a new one is its folder and one line here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType, ModuleType

from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.types import (
    case,
    categorise,
    choice,
    claim,
    cloze,
    free_text,
    hotspot,
    information,
    label_image,
    matching,
    multiple,
    numeric,
    ordering,
    short_text,
    true_false,
)

ALONE = (
    choice,
    multiple,
    true_false,
    numeric,
    ordering,
    matching,
    categorise,
    claim,
    free_text,
    hotspot,
    information,
    label_image,
    short_text,
    cloze,
)
COMPOSED = (case,)  # types whose questions hold questions of other types; they are given `type_named`
_known: dict[str, QuestionType] = {}
TYPES: Mapping[str, QuestionType] = MappingProxyType(_known)


def type_named(name: str) -> QuestionType:
    """Return the type that a question version names. Raises KeyError for a name that is not in the list."""
    return _known[name]


def register(kind: QuestionType) -> None:
    """Add a type to the list. Raises ValueError when another one has its name."""
    if _known.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"there is a question type {kind.name} already")


@contextmanager
def with_type(kind: QuestionType) -> Iterator[None]:
    """Know one more type for a while: so that a type of another package can be tried out."""
    register(kind)
    try:
        yield
    finally:
        del _known[kind.name]


def _register(modules: tuple[ModuleType, ...], composed: tuple[ModuleType, ...]) -> None:
    for module in modules:
        register(module.TYPE)
    for module in composed:
        register(module.build(type_named))


_register(ALONE, COMPOSED)
