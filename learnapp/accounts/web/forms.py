"""The forms of accounts: Flask-Security's with our labels, and our own."""

from typing import Any

from flask import request
from flask_security.forms import (
    ChangePasswordForm,
    EmailValidation,
    ForgotPasswordForm,
    LoginForm,
    ResetPasswordForm,
    SendConfirmationForm,
    VerifyForm,
)
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, ValidationError

from learnapp.accounts.domain import NAME_LENGTH, TRACKS, is_plain, password_problems, relative_path, time_zones
from learnapp.accounts.guard import current_actor
from learnapp.kit.forms import choices
from learnapp.kit.i18n import _, _l

from .words import SIGN_IN_AGAIN, problem_text

TRACK_CHOICES = choices(
    [
        ("trainee", _l("Trainee: I am learning to give needling sessions")),
        ("patient", _l("Patient: I am having sessions, or thinking about it")),
    ]
)

ONE_TRACK = AnyOf(TRACKS, _l("Select the track that fits you"))


class _OurLabels:
    """Gives Flask-Security's fields our labels."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        labels = {"email": _("E-mail address"), "password": _("Password"), "new_password": _("New password")}
        for name, text in labels.items():
            field = getattr(self, name, None)
            if field is not None:
                field.label.text = text


class SignIn(_OurLabels, LoginForm):
    """Address and password; says of an empty field that it is empty, and nothing more of a wrong one."""

    remember = None  # type: ignore[assignment]

    def own_words(self) -> None:
        """Put the message where it helps, after Flask-Security has made every error generic."""
        self.form_errors: list[str] = []
        self.email.errors = [] if self.email.data else [_("Enter your e-mail address")]
        self.password.errors = [] if self.password.data else [_("Enter your password")]
        if not self.email.errors and not self.password.errors:
            self.email.errors = [_(SIGN_IN_AGAIN)]


class Again(_OurLabels, VerifyForm):
    """The password once more, before something that matters."""


class Forgot(_OurLabels, ForgotPasswordForm):
    """The address that gets a link to choose a new password."""


class Confirm(_OurLabels, SendConfirmationForm):
    """The address that gets a new link to confirm it."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        if request.method == "GET":
            actor = current_actor()  # never taken from the query: addresses do not belong in URLs
            self.email.data = actor.email if actor else None


class NewPassword(_OurLabels, ResetPasswordForm):
    """A new password, once: it can be shown, and a password manager fills it."""

    password_confirm = None  # type: ignore[assignment]


class ChangePassword(_OurLabels, ChangePasswordForm):
    """The old password and a new one."""

    new_password_confirm = None  # type: ignore[assignment]


def plain(_form: FlaskForm, field: Field) -> None:
    """Refuse control characters and the like in a name."""
    if field.data and not is_plain(field.data):
        raise ValidationError(_("Enter a name of up to %(most)s letters, on one line", most=NAME_LENGTH))


NAME_RULES = [
    DataRequired(_l("Enter your name")),
    Length(max=NAME_LENGTH, message=_l("Enter a name of up to %(max)d letters, on one line")),
    plain,
]


class _WithPassword(FlaskForm):  # type: ignore[misc]
    """Name, address and a new password."""

    name = StringField(_l("Your name"), NAME_RULES)
    email = EmailField(
        _l("E-mail address"), [DataRequired(_l("Enter your e-mail address")), EmailValidation(verify=True)]
    )
    password = PasswordField(_l("Password"), [InputRequired(_l("Enter a password"))])

    def validate_password(self, field: Field) -> None:
        """Refuse what is short or easy to guess; the address and the name count as easy."""
        for problem in password_problems(field.data, self.email.data or "", self.name.data or ""):
            raise ValidationError(problem_text(problem))


class Register(_WithPassword):
    """A new account."""

    track = RadioField(_l("Which track fits you?"), [ONE_TRACK], choices=TRACK_CHOICES, validate_choice=False)
    next = HiddenField()

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.next.data = relative_path(self.next.data or request.args.get("next")) or ""


class Setup(_WithPassword):
    """The first administrator."""


class Profile(FlaskForm):  # type: ignore[misc]
    """Name, track and time zone."""

    name = StringField(_l("Your name"), NAME_RULES)
    track = RadioField(_l("Track"), [ONE_TRACK], choices=TRACK_CHOICES, validate_choice=False)
    time_zone = SelectField(_l("Time zone"), validate_choice=False)

    def __init__(self, *args: Any, installation_zone: str, **values: Any) -> None:
        super().__init__(*args, **values)
        same = _("Same as this site (%(zone)s)", zone=installation_zone.replace("_", " "))
        zones = ((zone, zone.replace("_", " ")) for zone in time_zones())
        self.time_zone.choices = choices([("", same), *zones])

    def validate_time_zone(self, field: Field) -> None:
        """Refuse a zone that nobody was offered."""
        if field.data and field.data not in time_zones():
            raise ValidationError(_("Select a time zone from the list"))
