"""What is checked in every question, of a quiz or inside a lesson."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from learnapp.kit.errors import Problem
from learnapp.lessons.text import CITATION
from learnapp.quizzes.question_type import QuestionType
from learnapp.quizzes.types import TYPES

from .check_pictures import check_pictures
from .check_texts import check_sentences, check_text
from .course import Ask, Course
from .faults import Report
from .files import Place, places
from .problems import PROBLEMS

STEP = re.compile(r"([A-Za-z_][\w-]*)|\[(\d+)\]|\[\"?([^\]\"]*)\"?\]")
COMMON_TEXTS = ("stem", "story", "explanation", "general_feedback")


def check_ask(ask: Ask, goals: Mapping[str, str] | None, course: Course, track: str, report: Report) -> None:
    """Note everything that is wrong with one question as one track sees it. goals: its objectives, None: unknown."""
    _check_claims(ask, course, track, report)
    _check_objective(ask, goals, report)
    _check_type(ask, report)
    _check_tags(ask, course, report)
    check_pictures(ask, course, report)
    _check_words(ask, course, track, report)


def _fault(ask: Ask, report: Report, place: Place, text: str) -> None:
    report.fault(ask.document.path, ask.document.line(place), text)


def _check_claims(ask: Ask, course: Course, track: str, report: Report) -> None:
    for place, code in _claims(ask):
        claim = course.claims.by_key.get(code)
        if claim is None:
            _fault(ask, report, place, f"There is no claim {code}. Look it up in content/evidence/claims.yaml.")
            continue
        if claim.audience not in ("both", track):
            text = f"{code} is for {claim.audience}s only. Use another claim for the {track} track."
            _fault(ask, report, place, text)
        if claim.basis == "memory":
            _fault(ask, report, place, f"{code} was not read (basis: memory), so it may not be tested.")
        if claim.grade == "D" and ask.model.key_is is None:
            text = f"{code} is contested (grade D). Ask for what is unsettled or for the safe rule, and add `key_is`."
            _fault(ask, report, place, text)


def _claims(ask: Ask) -> list[tuple[Place, str]]:
    """Return the claims that a question cites, also those of questions inside it, each with its place."""
    found: list[tuple[Place, str]] = [(("claims", number), code) for number, code in enumerate(ask.model.claims)]
    for place, codes in places(ask.model.own_fields, "claims"):
        listed = codes if isinstance(codes, list) else [codes]
        found += [((*place, number), str(code)) for number, code in enumerate(listed)]
    return found


def check_disputed(asks: Iterable[Ask], course: Course, report: Report) -> None:
    """Note, once in a file, each claim on whose details sources disagree and that is tested without `key_is`."""
    seen: set[str] = set()
    for ask in asks:
        for number, code in enumerate(ask.model.claims):
            claim = course.claims.by_key.get(code)
            disputed = claim is not None and claim.grade != "D" and "disagree" in claim.caution.lower()
            if disputed and ask.model.key_is is None and code not in seen:
                seen.add(code)
                text = f"Sources disagree on {code} (see its caution). No key may rest on that point without `key_is`."
                report.warn(ask.document.path, ask.document.line(("claims", number)), text)


def _check_objective(ask: Ask, goals: Mapping[str, str] | None, report: Report) -> None:
    if goals is not None and ask.model.objective not in goals:
        known = ", ".join(goals) or "none"
        text = f"There is no objective {ask.model.objective} for this track. There is: {known}."
        _fault(ask, report, ("objective",), text)


def _check_type(ask: Ask, report: Report) -> None:
    kind = TYPES.get(ask.model.type)
    if kind is None:
        _fault(ask, report, ("type",), f"There is no question type `{ask.model.type}`. Use one of: {', '.join(TYPES)}.")
        return
    for name in sorted(set(ask.model.own_fields) - kind.fields):
        _fault(ask, report, (name,), f"A question of type {kind.name} has no field `{name}`. Take it out.")
    _check_common(ask, kind, report)
    data: dict[str, Any] = {"v": 1, **ask.model.own_fields}
    for problem in kind.check_data(data):
        _fault(ask, report, place_of(problem), problem_words(problem))


def _check_common(ask: Ask, kind: QuestionType, report: Report) -> None:
    """Note common fields that the type cannot do without, or can do nothing with."""
    for name in sorted(kind.needs):
        if not getattr(ask.model, name, None):
            _fault(ask, report, (name,), f"A question of type {kind.name} needs `{name}`. Add it.")
    if getattr(ask.model, "critical", False) and not kind.marked:
        _fault(ask, report, ("critical",), f"A question of type {kind.name} has no marks, so it cannot be critical.")
    if ask.model.hints and not kind.marked:
        _fault(ask, report, ("hints",), f"Nobody answers a question of type {kind.name}: take its hints out.")
    for number, hint in enumerate(ask.model.hints):
        if hint.clear and kind.keep_right is None:
            text = f"A question of type {kind.name} has no parts that a hint could clear. Take `clear` out."
            _fault(ask, report, ("hints", number, "clear"), text)


def place_of(problem: Problem) -> Place:
    """Return the place of a problem ("options[2].reason") as steps into the data."""
    steps: list[str | int] = []
    for name, number, key in STEP.findall(problem.place):
        steps.append(int(number) if number else name or key)
    return tuple(steps)


def problem_words(problem: Problem) -> str:
    """Return what to do about a problem that a question type found."""
    words = PROBLEMS.get(problem.code, problem.code.replace("_", " ").capitalize() + ".")
    return words.format(**problem.values)


def _check_tags(ask: Ask, course: Course, report: Report) -> None:
    for place, value in _tags(ask):
        if not isinstance(value, str) or value not in course.misconceptions.by_key:
            text = f"There is no misconception {value}. Look it up in content/evidence/misconceptions.yaml."
            _fault(ask, report, place, text)


def _tags(ask: Ask) -> Iterable[tuple[Place, Any]]:
    """Yield every misconception that an answer, option or part is tagged with, wherever it stands."""
    yield from places(ask.model.own_fields, "misconception")
    for place, by_key in places(ask.model.own_fields, "misconceptions"):
        if isinstance(by_key, dict):
            yield from (((*place, key), value) for key, value in by_key.items())


def _check_words(ask: Ask, course: Course, track: str, report: Report) -> None:
    def check(text: Any, place: str) -> Any:
        if isinstance(text, str):
            where = place_of(Problem("", place))
            check_text(text, ask.document.path, ask.document.line(where), course, report)
            if CITATION.search(text):
                _fault(ask, report, where, "Name claims in `claims`; citations stand only in a lesson's paragraphs.")
            if track == "patient":
                check_sentences(text, ask.document.path, ask.document.line(where), report)
        return text

    for name in COMMON_TEXTS:
        check(getattr(ask.model, name), name)
    for number, hint in enumerate(ask.model.hints):
        check(hint.text, f"hints[{number}].text")
    kind = TYPES.get(ask.model.type)
    if kind is not None:
        kind.map_texts(ask.model.own_fields, check)
