"""Claims and their sources, as published rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import String, Text, delete, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from learnapp.kit.db import Base, read
from learnapp.kit.upsert import insert_into

from .domain import Fact, Source, citable

THE_ONE = 1  # there is one publication; its row is also the lock that keeps two publishers apart


class ClaimRow(Base):
    """A graded claim. `sources` lists keys of sources; `basis` is read, part or memory.

    `lessons`: the lessons that cite it, [{"slug", "titles": {track: title}}].
    """

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
    lessons: Mapped[list[Any]]


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


def published_hash() -> str | None:
    """Return the hash of the content that was published last, or None before the first time."""
    return read().scalar(select(PublicationRow.content_hash).where(PublicationRow.id == THE_ONE))


def lock_publication(session: Session) -> str:
    """Return the hash published last ("" before the first time), and let nobody else publish until we commit."""
    row = insert_into(session, PublicationRow).values(id=THE_ONE, content_hash="")
    session.execute(row.on_conflict_do_nothing(index_elements=["id"]))
    found = session.execute(select(PublicationRow).where(PublicationRow.id == THE_ONE).with_for_update()).scalar_one()
    return found.content_hash


def note_publication(session: Session, content_hash: str) -> None:
    """Remember what is published now."""
    session.get_one(PublicationRow, THE_ONE).content_hash = content_hash


def replace_evidence(
    session: Session, claims: Sequence[Mapping[str, Any]], sources: Sequence[Mapping[str, Any]]
) -> None:
    """Put these claims and sources in the place of all that were there; lessons keep what they have cited."""
    session.execute(delete(ClaimRow))
    session.execute(delete(SourceRow))
    if claims:
        session.execute(insert(ClaimRow), [dict(claim) for claim in claims])
    if sources:
        session.execute(insert(SourceRow), [dict(source) for source in sources])


def fact(code: str) -> Fact | None:
    """Return a claim with the sources that may be shown for it, in two statements at most."""
    row = read().get(ClaimRow, code)
    if row is None:
        return None
    keys = row.sources if row.basis != "memory" else []
    rows = read().execute(select(SourceRow.key, SourceRow.body).where(SourceRow.key.in_(keys))).all() if keys else []
    bodies = {key: body for key, body in rows if citable(body["read"], body["kind"])}
    shown = [Source(key=key, **bodies[key]) for key in keys if key in bodies]
    return Fact(
        row.code, row.text, row.audience, row.grade, row.bracket, row.basis, row.ask, row.caution,
        tuple(shown), tuple((lesson["slug"], lesson["titles"]) for lesson in row.lessons),
    )  # fmt: skip
