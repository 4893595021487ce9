"""What people and administrators do to accounts: each verb is one transaction."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from learnapp.kit import sessions
from learnapp.kit.db import write
from learnapp.kit.errors import Conflict, Forbidden, NotFound, Problem
from learnapp.kit.mail import Mail, post

from . import storage
from .domain import (
    EMPTY_SETTINGS,
    PEOPLE,
    ROLES,
    SETUP_LINK_LIFETIME,
    TEXT_SIZES,
    THEMES,
    Actor,
    profile_problems,
    settings_problems,
)
from .storage import PersonRow, RoleRow, SessionRow, SetupLinkRow, person_role


@dataclass
class Pending:
    """What one request of Flask-Security wants to change; `settle` writes it in one transaction.

    people: detached rows with changed columns. opened: (person as just checked, hash of the new token).
    closed: sessions to end. closed_of: people all of whose sessions end before any is opened.
    """

    people: list[PersonRow] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    opened: list[tuple[PersonRow, str]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    closed_of: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.people, self.mails, self.opened, self.closed, self.closed_of))


@dataclass(frozen=True)
class NewPerson:
    """Somebody about to have an account; the password is hashed already, because that takes long.

    password_hash None: nobody can sign in with a password (the demo's people).
    """

    email: str
    name: str
    password_hash: str | None
    track: str | None
    uniquifier: str = field(default_factory=lambda: secrets.token_hex(32))
    confirmed_at: datetime | None = None

    def row(self, now: datetime) -> dict[str, Any]:
        """Return the columns of the new row."""
        return {
            "email": self.email,
            "name": self.name.strip(),
            "password": self.password_hash,
            "active": True,
            "fs_uniquifier": self.uniquifier,
            "confirmed_at": self.confirmed_at,
            "created_at": now,
            "track": self.track,
            "text_size": "",
            "theme": "",
        }


def settle(pending: Pending, now: datetime) -> None:
    """Write everything that a request left pending; raise Conflict when a person was changed meanwhile."""
    if not pending:
        return
    with write() as session:
        for person in pending.people:
            _save_changes(session, person)
        for person_id in pending.closed_of:
            storage.end_sessions(session, now, of=person_id)
        storage.end_sessions(session, now, ids=pending.closed)
        for person, token_hash in pending.opened:
            _open_checked(session, person, token_hash, now)
        for mail in pending.mails:
            post(session, mail, now)


def _save_changes(session: Session, person: PersonRow) -> None:
    known_as, changed = storage.changes_of(person)
    if not changed:
        return
    # The uniquifier changes with every password, so a link or form made before the change comes too late.
    same = (PersonRow.id == person.id, PersonRow.fs_uniquifier == known_as)
    saved = session.execute(update(PersonRow).where(*same).values(changed).returning(PersonRow.id)).first()
    if saved is None:
        raise Conflict("person_changed")


def _open_checked(session: Session, person: PersonRow, token_hash: str, now: datetime) -> None:
    """Open a session for somebody whose password was right a moment ago, unless it was changed or they were suspended.

    The row's lock puts this before or after a change of password, which ends all sessions that exist then.
    """
    unchanged = (PersonRow.id == person.id, PersonRow.fs_uniquifier == person.fs_uniquifier, PersonRow.active)
    if session.scalar(select(PersonRow.id).where(*unchanged).with_for_update()) is None:
        raise Conflict("person_changed")
    storage.forget_dead_sessions(session, person.id, now)
    session.add(_session_row(person.id, token_hash, now))


def _session_row(person_id: int, token_hash: str, now: datetime) -> SessionRow:
    return SessionRow(
        token_hash=token_hash, person_id=person_id, created_at=now, expires_at=now + sessions.LIFETIME
    )  # fmt: skip


def open_session(person_id: int, now: datetime) -> str:
    """Sign a person in without asking for a password (demo, measurements); return the token for the cookie."""
    token = sessions.new_token()
    with write() as session:
        session.add(_session_row(person_id, sessions.token_hash(token), now))
    return token


def end_session(actor: Actor, now: datetime) -> None:
    """Sign the actor out on this device."""
    with write() as session:
        storage.end_sessions(session, now, ids=[actor.session_id])


def register(person: NewPerson, welcome: Mail, already_here: Mail, now: datetime) -> None:
    """Make an account, or tell the owner of the address that they have one; the caller cannot tell which.

    Two registrations of one address at the same moment make one account and two mails.
    """
    with write() as session:
        made = storage.insert_person(session, person.row(now))
        post(session, welcome if made is not None else already_here, now)


def add_person(person: NewPerson, now: datetime) -> int:
    """Make an account for somebody (administrator, demo); raise Conflict when the address has one."""
    with write() as session:
        return _add(session, person, now)


def _add(session: Session, person: NewPerson, now: datetime) -> int:
    made = storage.insert_person(session, person.row(now))
    if made is None:
        raise Conflict("address_taken")
    return made


def save_profile(actor: Actor, name: str, track: str | None, time_zone: str | None) -> list[Problem]:
    """Change one's own name, track and zone (None: the installation's); return problems instead when unfit."""
    problems = profile_problems(name, track, time_zone)
    if not problems:
        _change(actor, name=name.strip(), track=track, time_zone=time_zone)
    return problems


def save_reading(actor: Actor, text_size: str, theme: str) -> list[Problem]:
    """Change one's own text size ("", large, largest) and colours ("", light, dark)."""
    problems = [] if text_size in TEXT_SIZES else [Problem("text_size_unknown", "text_size")]
    problems += [] if theme in THEMES else [Problem("theme_unknown", "theme")]
    if not problems:
        _change(actor, text_size=text_size, theme=theme)
    return problems


def save_settings(actor: Actor, changes: Mapping[str, str]) -> list[Problem]:
    """Change some of one's text_size, theme, track and time_zone; "" for a track or zone means: not chosen."""
    problems = settings_problems(changes)
    if changes and not problems:
        _change(actor, **{name: value or EMPTY_SETTINGS[name] for name, value in changes.items()})
    return problems


def _change(actor: Actor, **values: Any) -> None:
    with write() as session:
        # A change that was under way when the account was deleted must not bring a name back.
        there = (PersonRow.id == actor.id, PersonRow.erased_at.is_(None))
        session.execute(update(PersonRow).where(*there).values(values))


def ensure_roles(session: Session) -> None:
    """Create the roles that we know, inside the caller's transaction; safe to repeat.

    A role from an earlier release gets the grants that it lacks; none is taken away.
    """
    known = {role.name: role for role in session.scalars(select(RoleRow))}
    for name, (description, grants) in ROLES.items():
        role = known.get(name)
        if role is None:
            session.add(RoleRow(name=name, description=description, grants=grants))
        elif missing := [grant for grant in grants.split() if grant not in role.grants.split()]:
            role.grants = " ".join([*role.grants.split(), *missing])
    session.flush()


def give_role(email: str, role: str) -> None:
    """Give a role; raise NotFound for an unknown person or role, Forbidden while the address is unconfirmed."""
    with write() as session:
        ensure_roles(session)
        person, wanted = _person(session, email), _role(session, role)
        if person.confirmed_at is None and wanted.grants:
            raise Forbidden("not_confirmed", email=email)
        if wanted not in person.roles:
            person.roles.append(wanted)


def take_role(email: str, role: str) -> None:
    """Take a role away; it bites on the person's next request. Repeating it changes nothing."""
    with write() as session:
        person, wanted = _person(session, email), _role(session, role)
        link = person_role.c
        session.execute(delete(person_role).where(link.person_id == person.id, link.role_id == wanted.id))


def suspend(email: str, now: datetime) -> None:
    """Keep a person out: every session ends now, and signing in is refused until `restore`."""
    with write() as session:
        person = _person(session, email)
        person.active = False
        storage.end_sessions(session, now, of=person.id)


def restore(email: str) -> None:
    """Let a suspended person sign in again."""
    with write() as session:
        _person(session, email).active = True


def _person(session: Session, email: str) -> PersonRow:
    person = session.scalar(select(PersonRow).where(PersonRow.email == email.strip().lower()).with_for_update())
    if person is None:
        raise NotFound("no_such_person")
    return person


def _role(session: Session, name: str) -> RoleRow:
    role = session.scalar(select(RoleRow).where(RoleRow.name == name))
    if role is None:
        raise NotFound("no_such_role")
    return role


def make_setup_link(now: datetime) -> str:
    """Return the token of a new one-time link that makes an administrator; unused older ones stop working."""
    token = sessions.new_token()
    with write() as session:
        session.execute(delete(SetupLinkRow).where(SetupLinkRow.used_at.is_(None)))
        session.add(SetupLinkRow(token_hash=sessions.token_hash(token), created_at=now))
    return token


def setup_link_when_needed(now: datetime) -> str | None:
    """Return the address of a new set-up link while nobody may give roles, else None."""
    if storage.somebody_may(PEOPLE):
        return None
    return f"{current_app.config['SETTINGS'].base_url}/account/setup/{make_setup_link(now)}"


def use_setup_link(token: str, person: NewPerson, now: datetime) -> int:
    """Make the administrator of a set-up link, confirmed at once; raise NotFound when the link was used or is old.

    The link is taken and the account made in one transaction: of two people with one link, one wins.
    """
    with write() as session:
        open_link = (
            SetupLinkRow.token_hash == sessions.token_hash(token),
            SetupLinkRow.used_at.is_(None),
            SetupLinkRow.created_at > now - SETUP_LINK_LIFETIME,
        )
        taken = update(SetupLinkRow).where(*open_link).values(used_at=now).returning(SetupLinkRow.id)
        if session.execute(taken).first() is None:
            raise NotFound("setup_link")
        person_id = _add(session, person, now)
        session.execute(update(PersonRow).where(PersonRow.id == person_id).values(confirmed_at=now))
        _give_every_role_with(session, person_id, PEOPLE)
        return person_id


def _give_every_role_with(session: Session, person_id: int, grant: str) -> None:
    ensure_roles(session)
    roles = [role.id for role in session.scalars(select(RoleRow)) if grant in role.grants.split()]
    session.execute(insert(person_role), [{"person_id": person_id, "role_id": role} for role in roles])
