"""Where Flask-Security's changes wait: its views change people and send mail, we write it all in one transaction."""

from typing import Any, cast

from flask import Flask, g, session
from flask_login import user_logged_out
from flask_security import MailUtil, PasswordUtil, UserDatastore
from flask_security.signals import password_changed, password_reset, user_authenticated

from learnapp.accounts import actions, guard, storage
from learnapp.accounts.actions import Pending
from learnapp.accounts.domain import password_problems
from learnapp.kit import clock, sessions
from learnapp.kit.mail import Mail

from .words import problem_text


def pending() -> Pending:
    """Return what this request wants to change so far."""
    if "pending" not in g:
        g.pending = Pending()
    return cast(Pending, g.pending)


def settle() -> None:
    """Write it, after the view has ended well; a view that raised leaves nothing behind."""
    actions.settle(g.pop("pending", Pending()), clock.now())
    g.pop("actor", None)


class Datastore(UserDatastore):
    """People as Flask-Security wants to see them: detached rows, whose changes wait for `settle`."""

    def __init__(self) -> None:
        super().__init__(storage.PersonRow, storage.RoleRow)

    def find_user(
        self,
        case_insensitive: bool = False,  # noqa: ARG002 - addresses are stored in lower case: case never matters
        **unique: Any,
    ) -> storage.PersonRow | None:
        """Return a person by one unique column."""
        if "email" in unique:
            unique["email"] = str(unique["email"]).lower()
        return storage.find_person(**unique)

    def put(self, model: Any) -> Any:
        """Remember a changed person."""
        if not any(model is person for person in pending().people):
            pending().people.append(model)
        return model

    def commit(self) -> None:
        """Do nothing: `settle` commits."""


class OutboxMail(MailUtil):
    """Addresses in lower case, and mail through the outbox instead of at once."""

    def normalize(self, email: str) -> str:
        """Return the address as it is stored."""
        return str(super().normalize(email)).lower()

    def validate(self, email: str) -> str:
        """Return the address as it is stored; names of mail servers are not looked up."""
        return str(super().validate(email)).lower()

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,  # noqa: ARG002 - one sender for all mail, from the settings
        body: str | None,
        html: str | None,  # noqa: ARG002 - plain text only
        **context: Any,  # noqa: ARG002
    ) -> None:
        """Let the mail wait until the request has ended well."""
        about = template.rpartition("/")[2]
        pending().mails.append(Mail(str(recipient), str(subject), body or "", about))


class Passwords(PasswordUtil):
    """Our rule for passwords, where Flask-Security asks for it."""

    def validate(self, password: str, is_register: bool, **about: Any) -> tuple[list[str] | None, str]:  # noqa: ARG002
        """Return what is wrong in words (None: nothing), and the password in its normal form."""
        normal = self.normalize(password)
        person = about.get("user")
        problems = password_problems(normal, person.email, person.name) if person else password_problems(normal)
        return [problem_text(problem) for problem in problems] or None, normal


def _on_sign_in(_app: Flask, user: storage.PersonRow, **_more: Any) -> None:
    token = sessions.new_token()
    sessions.keep(token)
    pending().opened.append((user, sessions.token_hash(token)))


def _on_sign_out(_app: Flask, **_more: Any) -> None:
    actor = guard.current_actor()
    if actor is not None:
        pending().closed.append(actor.session_id)
    sessions.forget()


def _on_new_password(_app: Flask, user: storage.PersonRow, **_more: Any) -> None:
    """End every session of the person; the one that changed the password has just been given a new one."""
    pending().closed_of.append(user.id)


def _load_person(_key: object = None) -> storage.PersonRow | None:
    """Return who is signed in, for Flask-Security's own pages: by our session, never by a key in the cookie."""
    actor = guard.current_actor()
    if actor is None:
        return None
    g.fs_authn_via = "session"
    g.fs_paa = session.get("fs_paa", 0)
    return storage.find_person(id=actor.id)


def listen(app: Flask) -> None:
    """Hear what Flask-Security does, and let it ask us who is signed in."""
    user_authenticated.connect(_on_sign_in, app)
    user_logged_out.connect(_on_sign_out, app)
    password_changed.connect(_on_new_password, app)
    password_reset.connect(_on_new_password, app)
    app.login_manager.user_loader(_load_person)  # type: ignore[attr-defined]
    app.login_manager.request_loader(_load_person)  # type: ignore[attr-defined]
