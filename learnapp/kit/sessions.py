"""The browser's half of a signed-in session: a random token in the cookie, of which we keep only a hash.

The other half, the row that can be revoked, belongs to accounts. A copied cookie is worth nothing
once its row is revoked or out of date.
"""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from flask import g, session

LIFETIME = timedelta(days=14)
_TOKEN = "sid"  # noqa: S105 - the name of a field in the cookie, not a secret
_CSRF = "csrf_token"
_SIGNED_IN_AT = "fs_paa"  # Flask-Security's name for it: it writes the same field when it has checked a password


def new_token() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return the SHA-256 of a token, as stored; a reader of the table cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_in_cookie() -> str | None:
    """Return the token that this browser sent, if any."""
    token = session.get(_TOKEN)
    return token if isinstance(token, str) else None


def keep(token: str) -> None:
    """Put a fresh token in the cookie, and drop the CSRF token that was known before signing in."""
    forget()
    session.permanent = True
    session.update(cookie_values(token))


def cookie_values(token: str) -> dict[str, str]:
    """Return what the cookie carries for a session with this token."""
    return {_TOKEN: token}


def note_sign_in(now: datetime) -> None:
    """Note that this browser's person has just shown that it is them."""
    session[_SIGNED_IN_AT] = now.timestamp()


def signed_in_within(span: timedelta, now: datetime) -> bool:
    """Say whether they did so within this time; a moment in the future counts as never."""
    noted = session.get(_SIGNED_IN_AT)
    return isinstance(noted, int | float) and timedelta(0) <= now - datetime.fromtimestamp(noted, UTC) <= span


def forget() -> None:
    """Take the token and the CSRF token out of the cookie."""
    session.pop(_TOKEN, None)
    session.pop(_CSRF, None)
    g.pop(_CSRF, None)
