"""Claims and their sources, as published rows."""

from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.kit.db import Base


class ClaimRow(Base):
    """A graded claim. `sources` lists keys of sources; `basis` is read, part or memory."""

    __tablename__ = "claim"
    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(10))
    grade: Mapped[str] = mapped_column(String(1))
    bracket: Mapped[str] = mapped_column(String(20), default="")
    basis: Mapped[str] = mapped_column(String(10))
    ask: Mapped[bool]
    caution: Mapped[str] = mapped_column(Text, default="")
    sources: Mapped[list[Any]]


class SourceRow(Base):
    """Where a claim comes from; `body` holds title, authors, year, publisher, doi, url, kind, read, note."""

    __tablename__ = "source"
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    body: Mapped[dict[str, Any]]


class PublicationRow(Base):
    """The hash of the content that was published last, so that a second publish does nothing."""

    __tablename__ = "publication"
    id: Mapped[int] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
