"""Reading answers from forms and JSON, and writing a stored answer back as form fields."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from learnapp.quizzes.actions import Save
from learnapp.quizzes.question_type import Answer
from learnapp.quizzes.storage.attempts import Slot

from .views import Question, question_view

FLAG = "1"
KEY = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_question(slot: Slot, base: str) -> Question:
    """Return a question with what this request's form sent for it, and the words for what cannot be read."""
    question = question_view(slot, base)
    question.field.process(request.form)
    question.errors = [str(question.kind.say(problem)) for problem in question.field.problems]
    question.flagged = request.form.get(f"flag{question.suffix}") == FLAG
    question.revision = _revision(question)
    question.certainty = _certainty(question)
    return question


def _certainty(question: Question) -> int | None:
    sent = request.form.get(f"certainty{question.suffix}", "")
    return int(sent) if sent in {"1", "2", "3"} else None


def _revision(question: Question) -> int:
    """Return the revision that the page knew; a form without one has no older page behind it."""
    raw = request.form.get(f"revision{question.suffix}")
    if raw is None:
        return question.slot.revision
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else -1


def is_key(sent: Any) -> bool:
    """Say whether this may be a browser's name for one save: a UUID in small letters, or none at all."""
    return sent is None or (isinstance(sent, str) and KEY.fullmatch(sent) is not None)


def was_sent(base: str, suffix: str) -> bool:
    """Say whether the form held this question at all; one without any trace of it leaves it as it is."""
    names = request.form.keys()
    return f"revision{suffix}" in names or any(name == base or name.startswith(f"{base}.") for name in names)


def as_save(question: Question) -> Save:
    """Return what to store for a question that was read from a form; one without controls keeps its answer."""
    slot = question.slot
    if not question.open and question.field.data is None:
        return Save(slot.position, slot.revision, slot.answer, question.flagged)
    return Save(slot.position, question.revision, question.field.data, question.flagged, question.certainty)


def from_json(fields: Any) -> MultiDict[str, Any] | None:
    """Return the autosave's "fields" as a form, or None when they do not have its shape."""
    if not isinstance(fields, dict):
        return None
    form: MultiDict[str, Any] = MultiDict()
    for name, values in fields.items():
        if not isinstance(values, list):
            return None
        form.setlist(name, values)
    return form


def as_fields(answer: Answer | None, base: str = "answer") -> dict[str, list[str]]:
    """Return a stored answer as the form fields that a page would send for it (docs/interfaces.md)."""
    fields: dict[str, list[str]] = {}
    for name, value in (answer or {}).items():
        if value is True:
            fields[f"{base}.{name}"] = [FLAG]
        elif isinstance(value, Mapping):
            fields |= _part_fields(value, base)
        elif name == "locked":  # what is locked stays locked, whatever is sent
            continue
        elif value == []:
            fields[f"{base}.none"] = [FLAG]
        else:
            fields[base] = list(value) if isinstance(value, list) else [str(value)]
    return fields


def _part_fields(parts: Mapping[str, Any], base: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for part, each in parts.items():
        inner = f"{base}.{part}"
        fields |= as_fields(each, inner) if isinstance(each, Mapping) else {inner: [str(each)]}
    return fields
