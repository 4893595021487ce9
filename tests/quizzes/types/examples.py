"""The examples that every question type brings along, read once."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from werkzeug.datastructures import MultiDict

import learnapp.quizzes.types as types
from learnapp.quizzes.answer_field import AnswerField
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.types import TYPES

FOLDER = Path(types.__file__).parent
BASE = "q1"
EXAMPLES: Mapping[str, Any] = {
    name: YAML(typ="safe").load((FOLDER / name / "examples.yaml").read_text("utf-8")) for name in TYPES
}


def items() -> Iterator[tuple[QuestionType, Mapping[str, Any]]]:
    """Yield every example item with its type."""
    for name, kind in TYPES.items():
        for example in EXAMPLES[name]["items"]:
            yield kind, example


def cases(field: str) -> Iterator[tuple[QuestionType, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield every case under `field` ("answers", "posted") with its type and its item's data."""
    for kind, example in items():
        for case in example.get(field, []):
            yield kind, example["data"], case


def fraction(text: Any) -> Fraction:
    """Return an example's fraction: 1, 0 or a text such as 1/3."""
    return Fraction(str(text))


def shown_field(kind: QuestionType, data: Mapping[str, Any]) -> AnswerField:
    """Return the unprocessed field of an example item, as seed 1 arranges it."""
    item = kind.parse(data)
    return kind.field(kind.public(item), kind.arrange(item, 1), BASE)


def form(fields: Mapping[str, list[Any]]) -> MultiDict[str, Any]:
    """Return a posted form: the keys are what follows the base name."""
    return MultiDict([(BASE + part, value) for part, values in fields.items() for value in values])
