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


def fraction(text: Any) -> Fraction | None:
    """Return an example's fraction: 1, 0 or a text such as 1/3; None while a person must grade."""
    return None if text is None else Fraction(str(text))


def parts_of(example: Mapping[str, Any], kind: QuestionType) -> list[str]:
    """Return what may follow the base in the names of an item's form fields."""
    lines = [f".{line}" for line, _text in shown_field(kind, example["data"]).lines]
    named = [part for case in example.get("posted", []) for part in case["fields"]]
    return list(dict.fromkeys(["", ".unsure", *lines, *named]))


def everything(value: Any, name: str) -> list[Any]:
    """Return every value under this name, anywhere in JSON."""
    if isinstance(value, dict):
        return [each for key, each in value.items() if key == name] + [
            each for part in value.values() for each in everything(part, name)
        ]
    return [each for part in value for each in everything(part, name)] if isinstance(value, list) else []


def shown_field(kind: QuestionType, data: Mapping[str, Any]) -> AnswerField:
    """Return the unprocessed field of an example item, as seed 1 arranges it."""
    item = kind.parse(data)
    return kind.field(kind.public(item), kind.arrange(item, 1), BASE)


def form(fields: Mapping[str, list[Any]]) -> MultiDict[str, Any]:
    """Return a posted form: the keys are what follows the base name."""
    return MultiDict([(BASE + part, value) for part, values in fields.items() for value in values])
