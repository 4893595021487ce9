"""Checking all content at once: every fault with its file and line, and what to do about it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .check_lessons import check_lesson, check_words_used
from .check_quizzes import check_quiz, check_tracks_agree
from .check_texts import check_text
from .course import Course, Entries, Figure, Lesson, by_name, load_course
from .faults import Report
from .schema import ClaimModel


def check_content(root: Path) -> tuple[Course, Report]:
    """Read and check everything under `root`/content; nothing is raised for what an author wrote."""
    report = Report()
    course = load_course(root, report)
    _check_evidence(course, report)
    _check_words(course, report)
    for figure, (_, track) in zip(course.figures.values(), course.figures, strict=True):
        _check_figure(figure, track, course, report)
    _check_places(course.lessons, report)
    for lesson in course.lessons.values():
        check_lesson(lesson, course, report)
    for lessons in by_name(course.lessons).values():
        check_words_used(lessons, course, report)
    for quiz in course.quizzes.values():
        check_quiz(quiz, course, report)
    for quizzes in by_name(course.quizzes).values():
        check_tracks_agree(quizzes, report)
    return course, report


def _check_evidence(course: Course, report: Report) -> None:
    for code, claim in course.claims.by_key.items():
        for number, key in enumerate(claim.sources):
            if key not in course.sources.by_key:
                line = course.claims.line(code, "sources", number)
                text = f"There is no source {key} in content/evidence/sources.yaml."
                report.fault(course.claims.document.path, line, text)
    for code, belief in course.misconceptions.by_key.items():
        _check_known(course.misconceptions, code, belief.claims, course.claims, report)


def _check_words(course: Course, report: Report) -> None:
    path = course.words.document.path
    for key, word in course.words.by_key.items():
        if word.claim:
            _check_known(course.words, key, [word.claim], course.claims, report)
        for name in ("word", "plain", "professional"):
            check_text(getattr(word, name), path, course.words.line(key, name), course, report)


def _check_known(
    entries: Entries[Any], key: str, codes: list[str], claims: Entries[ClaimModel], report: Report
) -> None:
    for code in codes:
        if code not in claims.by_key:
            text = f"There is no claim {code}. Look it up in content/evidence/claims.yaml."
            report.fault(entries.document.path, entries.line(key), text)


def _check_figure(figure: Figure, track: str, course: Course, report: Report) -> None:
    path, line = figure.document.path, figure.document.line
    for number, stop in enumerate(figure.model.stops):
        for code in stop.claims:
            claim = course.claims.by_key.get(code)
            if claim is None or claim.audience not in ("both", track):
                text = f"There is no claim {code} for the {track} track. Look it up in content/evidence/claims.yaml."
                report.fault(path, line(("stops", number, "claims")), text)
        for name in ("when", "stage", "what", "do"):
            check_text(getattr(stop, name), path, line(("stops", number, name)), course, report)
        for place, text in enumerate(stop.see):
            check_text(text, path, line(("stops", number, "see", place)), course, report)
    for name in ("title", "caption", "alt"):
        check_text(getattr(figure.model, name), path, line((name,)), course, report)
    ids = [stop.id for stop in figure.model.stops]
    if len(set(ids)) < len(ids):
        report.fault(path, line(("stops",)), "Two stops have the same id. Give each its own.")


def _check_places(lessons: Mapping[tuple[str, str], Lesson], report: Report) -> None:
    """Note lessons that stand at the same place in the course, or carry the same number."""
    for name in ("position", "number"):
        first: dict[object, str] = {}
        for (slug, _), lesson in lessons.items():
            value = getattr(lesson.model, name)
            other = first.setdefault(value, slug)
            if other != slug:
                text = f"The lesson `{other}` has the same {name}, {value}. Choose another."
                report.fault(lesson.document.path, lesson.document.line((name,)), text)
