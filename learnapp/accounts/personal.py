"""What this room keeps about a person: to take along, and to delete."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from learnapp.kit import mail
from learnapp.kit.i18n import _
from learnapp.kit.personal import Kept, Record

from .storage import PersonRow, RoleRow, SessionRow, person_role

_SESSION_TIMES = ("created_at", "expires_at", "revoked_at")


def kept_about(session: Session, person_id: int, _now: datetime) -> list[Kept]:
    """Return the account, its roles and its sessions; neither the password's hash nor any token."""
    return [
        Kept(
            "account",
            _("Your account"),
            {
                "id": _("your number in the addresses of pages"),
                "email": _("your e-mail address"),
                "name": _("your name"),
                "created_at": _("when the account was made"),
                "confirmed_at": _("when you confirmed the address"),
                "has_password": _("whether a password is set; only a scrambled form of it is kept"),
                "active": _("whether you may sign in"),
                "roles": _("what you may do for others"),
                "track": _("which lessons you read: trainee or patient"),
                "time_zone": _("your time zone, when you chose one"),
                "text_size": _("your text size, when you chose one"),
                "theme": _("your colours, when you chose some"),
            },
            lambda: _account(session, person_id),
        ),
        Kept(
            "sign_ins",
            _("When you signed in on a device"),
            {
                "created_at": _("when you signed in"),
                "expires_at": _("when that ends by itself"),
                "revoked_at": _("when you signed out"),
            },
            lambda: _sign_ins(session, person_id),
        ),
        Kept(
            "mail_waiting",
            _("Mail to you that is not sent yet; its text is deleted when it is sent"),
            {"subject": _("what it is about"), "created_at": _("when it was written")},
            lambda: _mail(session, person_id),
        ),
    ]


def _account(session: Session, person_id: int) -> Iterator[Record]:
    row = session.get_one(PersonRow, person_id)
    held = select(RoleRow.name).join(person_role, person_role.c.role_id == RoleRow.id)
    roles = session.scalars(held.where(person_role.c.person_id == person_id).order_by(RoleRow.name))
    yield {
        "id": row.public_id, "email": row.email, "name": row.name, "created_at": row.created_at,
        "confirmed_at": row.confirmed_at, "has_password": row.password is not None, "active": row.active,
        "roles": " ".join(roles), "track": row.track, "time_zone": row.time_zone, "text_size": row.text_size,
        "theme": row.theme,
    }  # fmt: skip


def _sign_ins(session: Session, person_id: int) -> Iterator[Record]:
    columns = (SessionRow.created_at, SessionRow.expires_at, SessionRow.revoked_at)
    for row in session.execute(select(*columns).where(SessionRow.person_id == person_id).order_by(SessionRow.id)):
        yield dict(zip(_SESSION_TIMES, row, strict=True))


def _mail(session: Session, person_id: int) -> Iterator[Record]:
    for subject, created_at in mail.waiting(session, session.get_one(PersonRow, person_id).email):
        yield {"subject": subject, "created_at": created_at}


def lock(session: Session, public_id: str) -> PersonRow | None:
    """Return a person, locked until the transaction ends; None when there is nobody.

    On PostgreSQL nobody else writes a row that refers to the person meanwhile: it comes before, or is swept after.
    """
    return session.scalar(select(PersonRow).where(PersonRow.public_id == public_id).with_for_update())


def erase(session: Session, person_id: int, _keep_scores: bool, now: datetime) -> None:
    """Replace who it was by a tombstone: no address, name, password, settings, roles, sessions or waiting mail."""
    address = session.scalar(select(PersonRow.email).where(PersonRow.id == person_id))
    mail.forget(session, str(address))
    session.execute(delete(SessionRow).where(SessionRow.person_id == person_id))
    session.execute(delete(person_role).where(person_role.c.person_id == person_id))
    erased = PersonRow.erased_at.is_not(None)
    moment = session.scalar(select(PersonRow.erased_at).where(PersonRow.id == person_id, erased)) or now
    session.execute(update(PersonRow).where(PersonRow.id == person_id).values(_tombstone(person_id, moment)))


def _tombstone(person_id: int, moment: datetime) -> dict[str, Any]:
    """Return what stays of a person's row. A new uniquifier: links that were mailed before stop working."""
    return {
        "email": f"erased-{person_id}@erased.invalid",
        "name": "",
        "password": None,
        "active": False,
        "fs_uniquifier": secrets.token_hex(32),
        "confirmed_at": None,
        "created_at": moment,
        "track": None,
        "time_zone": None,
        "text_size": "",
        "theme": "",
        "erased_at": moment,
    }
