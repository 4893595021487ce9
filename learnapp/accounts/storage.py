"""People, roles and grants, as rows; queries hand out actors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    func,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from learnapp.kit.db import Base, PublicIdMixin, read
from learnapp.kit.upsert import insert_into

from .domain import Actor

person_role = Table(
    "person_role",
    Base.metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class RoleRow(Base, RoleMixin):
    """A named bundle of grants; `grants` is a space-separated list such as "teach people"."""

    __tablename__ = "role"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    description: Mapped[str] = mapped_column(String(200), default="")
    grants: Mapped[str] = mapped_column(String(400), default="")


class PersonRow(PublicIdMixin, Base, UserMixin):
    """Somebody with an account. E-mail is stored normalised and in lower case."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("track in ('trainee', 'patient')", name="track"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    track: Mapped[str | None] = mapped_column(String(10))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    text_size: Mapped[str] = mapped_column(String(10), default="")
    theme: Mapped[str] = mapped_column(String(10), default="")
    erased_at: Mapped[datetime | None]  # a tombstone: who it was is gone
    roles: Mapped[list[RoleRow]] = relationship(secondary=person_role, lazy="select")  # type: ignore[assignment]


class SessionRow(Base):
    """A signed-in browser. The cookie carries a random token; only its SHA-256 is stored."""

    __tablename__ = "session"
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SetupLinkRow(Base):
    """The one-time link that makes the first administrator."""

    __tablename__ = "setup_link"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def _grants_of_person() -> Any:
    """Return the subquery that joins the grants of all roles of a person into one text."""
    role = RoleRow.__table__
    grants = select(func.aggregate_strings(role.c.grants, " "))
    joined = grants.join_from(role, person_role, person_role.c.role_id == role.c.id)
    return joined.where(person_role.c.person_id == PersonRow.__table__.c.id).scalar_subquery()


def _actor_statement() -> Any:
    """Return the one statement that turns a session's token into an actor; plain columns, no ORM objects."""
    person, session = PersonRow.__table__.c, SessionRow.__table__.c
    columns = (
        person.id, person.public_id, person.name, person.email, person.confirmed_at, person.track,
        person.time_zone, person.text_size, person.theme, _grants_of_person(), session.id,
        person.password.is_not(None),
    )  # fmt: skip
    joined = select(*columns).join_from(SessionRow.__table__, PersonRow.__table__, session.person_id == person.id)
    return joined.where(
        session.token_hash == bindparam("token_hash"),
        session.expires_at > bindparam("now"),
        session.revoked_at.is_(None),
        person.active,
    )


_ACTOR = _actor_statement()


def actor_of_session(token_hash: str, now: datetime) -> Actor | None:
    """Return the actor of a session that is neither revoked nor out of date, of a person who is active.

    Grants are read here, on every request, so a role taken away bites at once. Without a confirmed
    address nobody has any grant.
    """
    row = read().execute(_ACTOR, {"token_hash": token_hash, "now": now}).one_or_none()
    if row is None:
        return None
    confirmed = row[4] is not None
    grants = frozenset((row[9] or "").split()) if confirmed else frozenset[str]()
    return Actor(row[0], row[1], row[2], row[3], confirmed, row[5], row[6], row[7], row[8], grants, row[10], row[11])


def find_person(**unique: Any) -> PersonRow | None:
    """Return a person with their roles by one unique column (id, email, fs_uniquifier), detached from the session.

    Detached, because Flask-Security changes what it loads; those changes are written by `actions.settle`.
    """
    session = read()
    statement = select(PersonRow).filter_by(**unique).options(selectinload(PersonRow.roles))
    person = session.scalars(statement).one_or_none()
    if person is not None:
        session.expunge(person)
    return person


@dataclass(frozen=True)
class Listed:
    """A person as the administrator's list shows them."""

    email: str
    name: str
    active: bool
    confirmed: bool
    roles: tuple[str, ...]


def list_people() -> list[Listed]:
    """Return everybody, by address; who deleted their account is nobody."""
    there = select(PersonRow).where(PersonRow.erased_at.is_(None))
    people = read().scalars(there.options(selectinload(PersonRow.roles)).order_by(PersonRow.email))
    return [
        Listed(row.email, row.name, row.active, row.confirmed_at is not None, tuple(sorted(r.name for r in row.roles)))
        for row in people
    ]


def somebody_may(grant: str) -> bool:
    """Say whether an active, confirmed person holds a role with this grant."""
    holders = select(RoleRow.grants).join(person_role, person_role.c.role_id == RoleRow.id)
    holders = holders.join(PersonRow, PersonRow.id == person_role.c.person_id)
    found = read().scalars(holders.where(PersonRow.active, PersonRow.confirmed_at.is_not(None)).distinct())
    return any(grant in grants.split() for grants in found)


def setup_link_is_open(token_hash: str, made_after: datetime) -> bool:
    """Say whether a set-up link exists, was made after this moment, and was not used."""
    link = select(SetupLinkRow.id).where(SetupLinkRow.token_hash == token_hash, SetupLinkRow.used_at.is_(None))
    return read().scalar(link.where(SetupLinkRow.created_at > made_after)) is not None


def changes_of(person: PersonRow) -> tuple[str, dict[str, Any]]:
    """Return the uniquifier that a detached person was loaded with, and the columns changed since."""
    state = inspect(person)
    changed = {
        attribute.key: attribute.value
        for attribute in state.attrs
        if attribute.key != "roles" and attribute.history.has_changes()
    }
    old = state.attrs.fs_uniquifier.history.deleted
    return (old[0] if old else person.fs_uniquifier), changed


def insert_person(session: Session, person: dict[str, Any]) -> int | None:
    """Add a person; return their key, or None when the address has an account already (also by a race)."""
    row = insert_into(session, PersonRow).values(person).on_conflict_do_nothing(index_elements=[PersonRow.email])
    key: int | None = session.scalar(row.returning(PersonRow.id))
    return key


def end_sessions(session: Session, now: datetime, *, of: int | None = None, ids: Iterable[int] = ()) -> None:
    """Revoke all sessions of a person, or these ones."""
    which = SessionRow.person_id == of if of is not None else SessionRow.id.in_(list(ids))
    session.execute(update(SessionRow).where(which, SessionRow.revoked_at.is_(None)).values(revoked_at=now))


def forget_dead_sessions(session: Session, person_id: int, now: datetime) -> None:
    """Delete a person's sessions that are revoked or out of date: nobody needs them, and they say when one was here."""
    dead = or_(SessionRow.revoked_at.is_not(None), SessionRow.expires_at <= now)
    session.execute(delete(SessionRow).where(SessionRow.person_id == person_id, dead))
