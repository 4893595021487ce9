"""Trying a key before anybody is asked: grade answers in a file by the product's own engine, and say why."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from learnapp.authoring.check_questions import place_of, problem_words
from learnapp.authoring.faults import Report
from learnapp.authoring.files import Document, for_track, parse_yaml
from learnapp.kit.errors import Problem
from learnapp.quizzes.domain.authored import number
from learnapp.quizzes.domain.certainty import LEVELS, marks
from learnapp.quizzes.domain.grading import Grade
from learnapp.quizzes.domain.tries import DEFAULT_PENALTY, Behaviour, Try
from learnapp.quizzes.outcomes import grade_tries
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.types import TYPES

COMMON = frozenset(
    ("id", "type", "pool", "objective", "tracks", "claims", "section", "critical", "weight", "key_is", "stem", "story",
     "explanation", "general_feedback", "hints")
)  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """One answer of a file and what it earns. marks: by certainty, where the file says how sure somebody was."""

    number: int
    type: str
    answer: Any
    grade: Grade
    marks: Fraction | None = None


def try_file(path: Path, track: str) -> tuple[list[Tried], Report]:
    """Grade every answer in a YAML or JSON-lines file.

    Each entry (or the whole file) is {"question": fields as in a quiz, "answers": [...]}, or "answer" for one.
    An entry may also hold "behaviour", "penalty", "tries": [{"answer", "checked"}] (then the tries are one
    answer), and "certainty". Faults of the file and of its questions come with their lines.
    """
    report = Report()
    tried: list[Tried] = []
    for entry in _entries(path, track, report):
        tried += _entry(entry, len(tried), report)
    return tried, report


def _entries(path: Path, track: str, report: Report) -> Iterator[Document]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        report.fault(str(path), 1, "This file cannot be read. Give the path of a UTF-8 text file.")
        return
    if path.suffix in {".jsonl", ".ndjson"}:
        yield from _json_lines(text, str(path), report)
        return
    document = parse_yaml(text, str(path), report)
    if document is None:
        return
    chosen = for_track(document, track, report)
    if isinstance(chosen.data, list):
        yield from (chosen.part((n,)) for n in range(len(chosen.data)))
    else:
        yield chosen


def _json_lines(text: str, path: str, report: Report) -> Iterator[Document]:
    for line, row in enumerate(text.splitlines(), 1):
        if row.strip():
            try:
                yield Document(path, json.loads(row), {(): line})
            except ValueError:
                report.fault(path, line, "This line is not JSON.")


def _entry(entry: Document, before: int, report: Report) -> list[Tried]:
    data = entry.data if isinstance(entry.data, Mapping) else {}
    question = data.get("question")
    if not isinstance(question, Mapping):
        report.fault(entry.path, entry.line(), "Write `question` with its type and fields, and `answers`.")
        return []
    kind = TYPES.get(str(question.get("type")))
    if kind is None:
        text = f"There is no such question type. Use one of: {', '.join(TYPES)}."
        report.fault(entry.path, entry.line(("question", "type")), text)
        return []
    own = {"v": 1, **{name: value for name, value in question.items() if name not in COMMON}}
    if not (_sound(entry, kind, own, report) and _sound_tries(entry, data, report)):
        return []
    item = kind.parse(own)
    level = data.get("certainty")
    return [
        _tried(n, kind.name, answer, _grade(kind, item, data, question, answer), level)
        for n, answer in enumerate(_answers(data), before + 1)
    ]


def _sound(entry: Document, kind: QuestionType, own: Mapping[str, Any], report: Report) -> bool:
    unknown = [Problem("unknown_field", "", {"field": name}) for name in sorted(set(own) - kind.fields - {"v"})]
    problems = [*kind.check_data(own), *unknown]
    for problem in problems:
        where = ("question", *place_of(problem))
        report.fault(entry.path, entry.line(where), f"{problem.place or 'question'}: {problem_words(problem)}")
    return not problems


def _sound_tries(entry: Document, data: Mapping[str, Any], report: Report) -> bool:
    known = [behaviour.value for behaviour in Behaviour]
    if data.get("behaviour", known[0]) not in known:
        text = f"There is no such behaviour. Use one of: {', '.join(known)}."
        report.fault(entry.path, entry.line(("behaviour",)), text)
        return False
    if not isinstance(data.get("tries", []), list):
        report.fault(entry.path, entry.line(("tries",)), "Write `tries` as a list, the first one first.")
        return False
    return True


def _tried(n: int, name: str, answer: Any, grade: Grade, level: Any) -> Tried:
    sure = level in LEVELS and grade.fraction is not None
    return Tried(n, name, answer, grade, marks(grade.fraction or Fraction(0), level) if sure else None)


def _answers(data: Mapping[str, Any]) -> list[Any]:
    if "tries" in data:
        return [data["tries"]]
    answers = data.get("answers", [data.get("answer")])
    return answers if isinstance(answers, list) else [answers]


def _grade(kind: QuestionType, item: Any, data: Mapping[str, Any], question: Mapping[str, Any], answer: Any) -> Grade:
    if "tries" not in data:
        return kind.grade(item, answer if isinstance(answer, Mapping) else None)
    behaviour = Behaviour(data.get("behaviour", Behaviour.INTERACTIVE))
    penalty = number(data.get("penalty", str(DEFAULT_PENALTY)))
    tries = [_try(kind, item, one) for one in answer]
    hints = len(question.get("hints") or ())
    return grade_tries(kind, item, tries, behaviour, DEFAULT_PENALTY if penalty is None else penalty, hints)


def _try(kind: QuestionType, item: Any, one: Any) -> Try:
    given = one.get("answer") if isinstance(one, Mapping) else None
    checked = not isinstance(one, Mapping) or one.get("checked", True) is True
    return Try(given, kind.grade(item, given if isinstance(given, Mapping) else None).fraction, checked)


def said(tried: Tried) -> list[str]:
    """Return what a person reads about one answer: the fraction, the parts and why."""
    grade = tried.grade
    earned = "earns nothing yet" if grade.fraction is None else f"earns {_share(grade.fraction)}"
    lines = [f"{tried.number}. {tried.type}: {json.dumps(tried.answer, ensure_ascii=False)}"]
    lines.append(f"   {earned} ({grade.state.value.replace('_', ' ')}), by the rule {grade.rule or '-'}")
    if tried.marks is not None:
        lines.append(f"   marks by certainty: {_share(tried.marks)}")
    for part in grade.parts:
        why = f": {part.why.replace('_', ' ')}" if part.why else ""
        lines.append(f"   - {part.key} {_share(part.fraction)}{why}")
    return lines


def _share(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{value} = {float(value):.4g}"


def as_json(tried: Tried) -> str:
    """Return one answer and its grade as a line of JSON; fractions as exact texts."""
    grade = tried.grade
    parts = [{"key": part.key, "fraction": str(part.fraction), "why": part.why} for part in grade.parts]
    exact = None if grade.fraction is None else str(grade.fraction)
    by_certainty = None if tried.marks is None else str(tried.marks)
    found = {
        "n": tried.number,
        "type": tried.type,
        "answer": tried.answer,
        "fraction": exact,
        "state": grade.state.value,
    }
    return json.dumps(found | {"rule": grade.rule, "parts": parts, "marks": by_certainty}, ensure_ascii=False)
