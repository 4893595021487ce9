"""Lessons, their published versions, and who has read what, as rows."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    String,
    UniqueConstraint,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from learnapp.kit.db import Base, read
from learnapp.kit.upsert import insert_into

from .domain import Card, Content, Lesson, Neighbour, Section

SEPARATOR = ","  # between section keys; a key holds none


class LessonRow(Base):
    """A lesson under its stable slug; `version_id` is the version shown now."""

    __tablename__ = "lesson"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    position: Mapped[int]
    quiz_slug: Mapped[str | None] = mapped_column(String(60))
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("lesson_version.id", use_alter=True, name="fk_lesson_version_id_lesson_version")
    )


class LessonVersionRow(Base):
    """What was published once; never changed afterwards."""

    __tablename__ = "lesson_version"
    __table_args__ = (UniqueConstraint("lesson_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]


class LessonPageRow(Base):
    """One version of a lesson for one track, rendered at publishing.

    `head`: title, lead, minutes, objectives, picture, checked_on, reviewed_by, grade ... (what lists show).
    `sections`: [{"key", "title", "blocks": [...]}] as docs/writing-content.md describes.
    `tail`: words and sources of the lesson. `checks`: inline questions with their keys, by number on the page.
    """

    __tablename__ = "lesson_page"
    version_id: Mapped[int] = mapped_column(ForeignKey("lesson_version.id"), primary_key=True)
    track: Mapped[str] = mapped_column(String(10), primary_key=True)
    head: Mapped[dict[str, Any]]
    sections: Mapped[list[Any]] = mapped_column(deferred=True)
    tail: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    checks: Mapped[dict[str, Any]] = mapped_column(deferred=True)


class ReadingRow(Base):
    """A section that a person has read; completion only ever moves forward."""

    __tablename__ = "reading"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    section_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    done_at: Mapped[datetime]


def _marks() -> Any:
    """Return the keys of the sections that a person has read, joined by commas; as a column they cost no statement."""
    reading = ReadingRow.__table__.c
    keys = select(func.aggregate_strings(reading.section_key, SEPARATOR))
    keys = keys.where(reading.person_id == bindparam("person_id"), reading.lesson_id == LessonRow.__table__.c.id)
    return keys.scalar_subquery()


def _cards() -> Any:
    lesson, page = LessonRow.__table__.c, LessonPageRow.__table__.c
    return (
        select(lesson.slug, lesson.quiz_slug, page.head, _marks())
        .join_from(LessonRow.__table__, LessonPageRow.__table__, page.version_id == lesson.version_id)
        .where(page.track == bindparam("track"))
        .order_by(lesson.position, lesson.id)
    )


def _course() -> Any:
    """Return the statement for a track's lessons in order, with the reading marks of the one with this slug."""
    lesson, page = LessonRow.__table__.c, LessonPageRow.__table__.c
    return (
        select(
            lesson.id, lesson.slug, lesson.version_id, page.head["title"].as_string(),
            case((lesson.slug == bindparam("slug"), _marks()), else_=None),
        )
        .join_from(LessonRow.__table__, LessonPageRow.__table__, page.version_id == lesson.version_id)
        .where(page.track == bindparam("track"))
        .order_by(lesson.position, lesson.id)
    )  # fmt: skip


def _content() -> Any:
    page = LessonPageRow.__table__.c
    key = (page.version_id == bindparam("version_id"), page.track == bindparam("track"))
    return select(page.head, page.sections, page.tail, page.checks).where(*key)


# Built once: building a statement costs more than running it.
_CARDS = _cards()
_COURSE = _course()
_CONTENT = _content()


def lesson_cards(track: str, person_id: int | None = None) -> list[Card]:
    """Return the lessons of a track in order, with what this person has read of each: one statement."""
    rows = read().execute(_CARDS, {"track": track, "person_id": person_id})
    return [Card(slug, quiz, head, _sections(head), _keys(marks)) for slug, quiz, head, marks in rows]


def content_of(version_id: int, track: str) -> Content:
    """Return what a version says in a track: one statement. It never changes, so it may be kept."""
    return Content(*read().execute(_CONTENT, {"version_id": version_id, "track": track}).one())


def lesson_for(
    slug: str, track: str, person_id: int | None = None, content: Callable[[int, str], Content] = content_of
) -> Lesson | None:
    """Return the shown version of a lesson for a track, with this person's reading marks and its neighbours.

    One statement, and one more where `content` has to ask for what the version says.
    """
    values = {"slug": slug, "track": track, "person_id": person_id}
    course = read().execute(_COURSE, values).all()
    at = next((place for place, row in enumerate(course) if row.slug == slug), None)
    if at is None:
        return None
    lesson_id, known_slug, version_id, _title, marks = course[at]
    said = content(version_id, track)
    before, after = (course[at - 1] if at else None), (course[at + 1] if at + 1 < len(course) else None)
    return Lesson(
        lesson_id, known_slug, version_id, track, said.head, said.body, said.tail, said.checks, _keys(marks),
        *(Neighbour(row[1], row[3]) if row else None for row in (before, after)),
    )  # fmt: skip


def section_keys(session: Session, slug: str, track: str) -> tuple[int, tuple[str, ...]] | None:
    """Return the lesson's id and the keys of its sections in their order, for an action."""
    row = session.execute(
        select(LessonRow.id, LessonPageRow.head)
        .join(LessonPageRow, LessonPageRow.version_id == LessonRow.version_id)
        .where(LessonRow.slug == slug, LessonPageRow.track == track)
    ).one_or_none()
    return (row[0], tuple(section.key for section in _sections(row[1]))) if row else None


def add_mark(session: Session, person_id: int, lesson_id: int, key: str, now: datetime) -> None:
    """Note that a section was read; a mark that is there stays as it was, also when two tabs race."""
    row = insert_into(session, ReadingRow)
    row = row.values(person_id=person_id, lesson_id=lesson_id, section_key=key, done_at=now)
    session.execute(row.on_conflict_do_nothing())


def publish_lesson(
    session: Session, *, slug: str, position: int, quiz: str | None, content_hash: str,
    pages: Mapping[str, Mapping[str, Any]], now: datetime,
) -> bool:  # fmt: skip
    """Publish a lesson; return whether its text changed. pages: {track: {"head", "sections", "tail", "checks"}}.

    The same hash as the version that is shown adds none; another makes a new number, and older ones stay.
    """
    place = {"position": position, "quiz_slug": quiz}
    lesson = session.scalar(select(LessonRow).where(LessonRow.slug == slug))
    if lesson is None:
        lesson = LessonRow(slug=slug, **place)
        session.add(lesson)
        session.flush()
    newest = session.execute(
        select(LessonVersionRow.id, LessonVersionRow.number, LessonVersionRow.content_hash)
        .where(LessonVersionRow.lesson_id == lesson.id)
        .order_by(LessonVersionRow.number.desc())
        .limit(1)
    ).one_or_none()
    same = newest is not None and newest.content_hash == content_hash
    version_id = newest.id if newest is not None and same else _add_version(
        session, lesson.id, (newest.number if newest else 0) + 1, content_hash, pages, now
    )  # fmt: skip
    session.execute(update(LessonRow).where(LessonRow.id == lesson.id).values(version_id=version_id, **place))
    return not same


def _add_version(
    session: Session, lesson_id: int, number: int, content_hash: str, pages: Mapping[str, Any], now: datetime
) -> int:
    version = LessonVersionRow(lesson_id=lesson_id, number=number, content_hash=content_hash, published_at=now)
    session.add(version)
    session.flush()
    rows = [{"version_id": version.id, "track": track, **page} for track, page in pages.items()]
    session.execute(insert(LessonPageRow), rows)
    return version.id


def hide_other_lessons(session: Session, slugs: list[str]) -> None:
    """Take lessons that are no longer written out of the lists; what people read of them stays."""
    session.execute(update(LessonRow).where(LessonRow.slug.not_in(slugs)).values(version_id=None))


def _keys(marks: str | None) -> frozenset[str]:
    return frozenset(marks.split(SEPARATOR)) if marks else frozenset()


def _sections(head: Mapping[str, Any]) -> tuple[Section, ...]:
    return tuple(Section(section["key"], section["title"]) for section in head["sections"])
