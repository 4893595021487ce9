"""Lessons, their published versions, and who has read what, as rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.kit.db import Base


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
    `tail`: words and sources of the lesson. `checks`: inline questions with their keys, by key.
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
