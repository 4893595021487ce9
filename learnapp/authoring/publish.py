"""Publishing: checked content becomes rows, in one transaction; the same content again changes nothing.

Light to import: what reads, checks and renders is loaded only when there is something to publish.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy.orm import Session

from learnapp.config import ROOT
from learnapp.evidence.storage import lock_publication, note_publication, published_hash, replace_evidence
from learnapp.kit.db import write
from learnapp.lessons.storage import hide_other_lessons, publish_lesson
from learnapp.quizzes.storage.publishing import hide_other_quizzes, publish_question, publish_quiz

from .faults import Report

if TYPE_CHECKING:
    from .course import Course, Lesson

Json = dict[str, Any]
Pools = dict[str, dict[str, list[int]]]  # by track and pool: ids of question versions
# Whatever decides how a page comes out: when one of these changes, everything is rendered and compared again.
MAKERS = (
    "learnapp/authoring/*.py",
    "learnapp/quizzes/domain/*.py",
    "learnapp/quizzes/types/*/rules.py",
    "templates/lessons/published/*.html",
)
CONTENT = ("content/**/*.yaml", "content/**/*.md")


class FaultyContent(SystemExit):
    """The content cannot be published; its text is the list of what to put right."""

    def __init__(self, report: Report) -> None:
        self.report = report
        lines = [str(fault) for fault in sorted(report.faults)]
        super().__init__("\n".join([*lines, f"{len(lines)} to put right: nothing was published."]))


@dataclass(frozen=True)
class Published:
    """What a publication changed: the slugs of lessons and quizzes with a new version."""

    lessons: tuple[str, ...] = ()
    quizzes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Plan:
    """Everything rendered and ready to be written."""

    claims: list[Json]
    sources: list[Json]
    lessons: list[Json]
    quizzes: list[Json]


def content_hash(root: Path = ROOT, demo: bool = False) -> str:
    """Return the hash of all content files, of what renders them, and of whether the demo's are published."""
    digest = hashlib.sha256(b"demo" if demo else b"")
    for base, patterns in ((root, CONTENT), (ROOT, MAKERS)):
        for path in sorted(path for pattern in patterns for path in base.glob(pattern)):
            digest.update(path.relative_to(base).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def publish_if_changed(now: datetime, root: Path = ROOT) -> Published | None:
    """Publish the content under `root` unless exactly this was published last; return what changed.

    The quizzes of content/demo are checked always, and published only where the demo runs: elsewhere they are
    hidden. Raises FaultyContent, and writes nothing, when the check finds faults.
    """
    demo = bool(current_app.config["SETTINGS"].demo)
    digest = content_hash(root, demo)
    if published_hash() == digest:
        return None
    plan = _plan(_checked(root), demo)
    with write() as session:
        if lock_publication(session) == digest:  # somebody else was faster
            return None
        published = _write(session, plan, now)
        note_publication(session, digest)
    return published


def _checked(root: Path) -> "Course":
    from .check import check_content  # heavy: pydantic, ruamel, markdown-it

    course, report = check_content(root)
    if report.faults:
        raise FaultyContent(report)
    return course


def _hash(*parts: Any) -> str:
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _plan(course: "Course", demo: bool) -> _Plan:
    from .course import by_name
    from .quiz_plans import quiz_plan

    lessons = [_lesson_plan(course, lessons) for lessons in by_name(course.lessons).values()]
    offered = [quizzes for quizzes in by_name(course.quizzes).values() if demo or not quizzes[0].demo]
    quizzes = [quiz_plan(course, by_track) for by_track in offered]
    taught = _taught(lessons)
    claims = [
        {"code": code, **claim.model_dump(), "lessons": taught.get(code, [])}
        for code, claim in course.claims.by_key.items()
    ]
    sources = [{"key": key, "body": source.model_dump()} for key, source in course.sources.by_key.items()]
    return _Plan(claims, sources, lessons, quizzes)


def _taught(lessons: Iterable[Json]) -> dict[str, list[Json]]:
    """Return, for each claim, the lessons that cite it, in the order of the course."""
    found: dict[str, list[Json]] = {}
    for lesson in sorted(lessons, key=lambda one: one["position"]):
        titles = {track: page["head"]["title"] for track, page in lesson["pages"].items()}
        for code in lesson["claims"]:
            found.setdefault(code, []).append({"slug": lesson["slug"], "titles": titles})
    return found


def _lesson_plan(course: "Course", by_track: list["Lesson"]) -> Json:
    from learnapp.lessons.text import pieces

    from .render import lesson_page

    model = by_track[0].model
    pages = {lesson.track: lesson_page(lesson, course) for lesson in by_track}
    claims = {code for lesson in by_track for piece, _ in pieces(lesson.blocks) for code in piece.claims}
    place = {"slug": model.slug, "position": model.position, "quiz": model.quiz}
    return {**place, "pages": pages, "content_hash": _hash(pages), "claims": sorted(claims)}


def _write(session: Session, plan: _Plan, now: datetime) -> Published:
    replace_evidence(session, plan.claims, plan.sources)
    pools = {quiz["slug"]: _write_questions(session, quiz, now) for quiz in plan.quizzes}
    quizzes = [quiz["slug"] for quiz in plan.quizzes if _write_quiz(session, quiz, pools, now)]
    lessons = [lesson["slug"] for lesson in plan.lessons if _write_lesson(session, lesson, now)]
    hide_other_lessons(session, [lesson["slug"] for lesson in plan.lessons])
    hide_other_quizzes(session, [quiz["slug"] for quiz in plan.quizzes])
    return Published(tuple(lessons), tuple(quizzes))


def _write_lesson(session: Session, lesson: Json, now: datetime) -> bool:
    values = {name: value for name, value in lesson.items() if name != "claims"}
    return publish_lesson(session, **values, now=now)


def _write_questions(session: Session, quiz: Json, now: datetime) -> Pools:
    pools: Pools = {}
    for track, plans in quiz["questions"].items():
        for plan in plans:
            version = publish_question(session, **plan["row"], content_hash=_hash(plan["row"]), now=now)
            pools.setdefault(track, {}).setdefault(plan["pool"], []).append(version)
    return pools


def _write_quiz(session: Session, quiz: Json, pools: Mapping[str, Pools], now: datetime) -> bool:
    papers = {
        track: [_slot(slot, pools[slot["quiz"] or quiz["slug"]].get(track, {})) for slot in slots]
        for track, slots in quiz["blueprint"].items()
    }
    names = ("slug", "lesson_slug", "position", "titles", "settings", "objectives", "sections")
    values = {name: quiz[name] for name in names}
    facts = _hash({name: value for name, value in values.items() if name != "position"}, papers)
    return publish_quiz(session, **values, papers=papers, content_hash=facts, now=now)


def _slot(slot: Json, pools: Mapping[str, list[int]]) -> Json:
    """Return a row of the blueprint as the paper stores it: a pool of another quiz is named with that quiz."""
    pool = f"{slot['quiz']}/{slot['pool']}" if slot["quiz"] else slot["pool"]
    kept = {name: slot[name] for name in ("objective", "draw", "section")}
    return {**kept, "pool": pool, "questions": pools.get(slot["pool"], [])}
