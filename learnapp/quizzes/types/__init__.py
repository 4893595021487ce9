"""The list of question types: a new one is its folder and one line here."""

from collections.abc import Mapping
from types import MappingProxyType

from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.types import choice, matching, multiple, numeric, ordering, true_false

TYPES: Mapping[str, QuestionType] = MappingProxyType(
    {module.TYPE.name: module.TYPE for module in (choice, multiple, true_false, numeric, ordering, matching)}
)


def type_named(name: str) -> QuestionType:
    """Return the type that a question version names. Raises KeyError for a name that is not in the list."""
    return TYPES[name]
