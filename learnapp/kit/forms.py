"""What forms of several rooms share: choices for radios and selects, and the list of errors for the summary."""

from collections.abc import Iterable
from typing import Any

from wtforms import Form
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]


def choices(pairs: Iterable[tuple[str, Any]]) -> list[Any]:
    """Return (value, label) pairs in the shape that WTForms wants."""
    return [SelectChoice(value, label) for value, label in pairs]


def error_list(form: Form) -> list[tuple[str, str]]:
    """Return (field id, message) for the error summary: the first message of each field, in the form's order."""
    general = [("main", str(message)) for message in form.form_errors]
    return general + [(field.id, str(field.errors[0])) for field in form if field.errors]
