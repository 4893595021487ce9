"""Mail: put into the outbox by actions, delivered by the worker, to SMTP or to a folder."""

import hashlib
import os
import re
import secrets
import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.config import LOOPBACK, Settings

from . import clock, outbox
from .outbox import OutboxRow, enqueue

KIND = "mail"
_PATIENCE = 15  # seconds for each word of the mail server


@dataclass(frozen=True)
class Mail:
    """One plain-text message; `about` names its occasion ("reset_instructions") for file names and logs."""

    to: str
    subject: str
    body: str
    about: str


def post(session: Session, mail: Mail, now: datetime, key: str = "") -> None:
    """Put a mail into the outbox, inside the caller's transaction; with a `key`, at most once for that key."""
    enqueue(session, KIND, key or f"mail:{mail.about}:{secrets.token_hex(12)}", asdict(mail), now)


def deliver(key: str, payload: dict[str, Any], settings: Settings) -> None:
    """Send one mail, or write it to instance/mail/; a second delivery of the same key is recognisable as such.

    Raises OSError or smtplib.SMTPException when the mail server cannot take it now.
    """
    message = _message(key, payload, settings)
    if settings.smtp_url:
        _send(message, settings.smtp_url)
    else:
        _write(message, key, settings)


def _message(key: str, payload: dict[str, Any], settings: Settings) -> EmailMessage:
    sender = parseaddr(settings.mail_from)[1]
    message = EmailMessage()
    message["From"] = settings.mail_from
    message["To"] = payload["to"]
    message["Subject"] = " ".join(str(payload["subject"]).split())
    message["Date"] = format_datetime(clock.now())
    # The same key always gives the same id, so a mail program shows a redelivery once.
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(payload["body"])
    return message


def _write(message: EmailMessage, key: str, settings: Settings) -> None:
    folder = settings.instance_dir / "mail"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / (re.sub(r"[^A-Za-z0-9]+", "-", key) + ".eml")
    half = path.with_suffix(".part")
    half.write_bytes(bytes(message))
    os.replace(half, path)


def _send(message: EmailMessage, url: str) -> None:
    """Speak SMTP as in smtp://user:password@host:587; encrypted, except to a server on this machine."""
    at = urlsplit(url)
    host = at.hostname or "localhost"
    context = ssl.create_default_context()
    if at.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, at.port or 465, timeout=_PATIENCE, context=context)
    else:
        server = smtplib.SMTP(host, at.port or 587, timeout=_PATIENCE)
    with server:
        if at.scheme != "smtps" and host not in LOOPBACK:
            server.starttls(context=context)
        if at.username:
            server.login(unquote(at.username), unquote(at.password or ""))
        server.send_message(message)


def forget(session: Session, address: str) -> None:
    """Delete the mail to this address that waits, inside the caller's transaction."""
    outbox.forget(session, "to", [address])


def waiting(session: Session, address: str) -> list[tuple[str, datetime]]:
    """Return (subject, when it was put in) of the mail to this address that waits; what it says holds live links."""
    rows = select(OutboxRow.payload, OutboxRow.created_at).where(
        OutboxRow.kind == KIND, OutboxRow.payload["to"].as_string() == address
    )  # fmt: skip
    return [(payload["subject"], created) for payload, created in session.execute(rows.order_by(OutboxRow.id))]


def letters(settings: Settings) -> list[Path]:
    """Return the letters that were written to the folder instead of sent."""
    return sorted((settings.instance_dir / "mail").glob("*.eml"))


def forget_letters(addresses: Iterable[str], settings: Settings) -> None:
    """Delete the letters to these addresses that were written to the folder."""
    gone = {address.lower() for address in addresses}
    for path in letters(settings):
        letter = message_from_bytes(path.read_bytes(), policy=default)
        if parseaddr(str(letter["To"]))[1].lower() in gone:
            path.unlink(missing_ok=True)


def sweep_letters(before: datetime, settings: Settings) -> None:
    """Delete the letters that were written to the folder before this moment."""
    for path in letters(settings):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
