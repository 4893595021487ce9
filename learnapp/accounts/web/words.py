"""Our words for what Flask-Security says, and for problems with accounts."""

from learnapp.kit.errors import Problem
from learnapp.kit.i18n import _


def _mark(text: str) -> str:
    """Mark a text for the catalogue; Flask-Security translates it when it is shown."""
    return text


SIGN_IN_AGAIN = _mark("The e-mail address or the password is not right. Check both and try again.")
MESSAGES = {
    "GENERIC_AUTHN_FAILED": (SIGN_IN_AGAIN, "error"),
    "DISABLED_ACCOUNT": (SIGN_IN_AGAIN, "error"),
    "EMAIL_NOT_PROVIDED": (_mark("Enter your e-mail address"), "error"),
    "INVALID_EMAIL_ADDRESS": (_mark("Enter an e-mail address, like name@example.org"), "error"),
    "PASSWORD_NOT_PROVIDED": (_mark("Enter your password"), "error"),
    "INVALID_PASSWORD": (_mark("This is not your password. Check it and try again."), "error"),
    "PASSWORD_IS_THE_SAME": (_mark("Enter a new password that is different from the old one"), "error"),
    "PASSWORD_CHANGE": (
        _mark("Your password is changed. All other devices are signed out."),
        "success",
    ),
    "PASSWORD_RESET_NO_LOGIN": (_mark("Your password is changed. Sign in with the new one."), "success"),
    "PASSWORD_RESET_REQUEST": (
        _mark(
            "If %(email)s has an account, we have sent it a message with a link to choose a new password. "
            "The link works for 1 hour."
        ),
        "info",
    ),
    "PASSWORD_RESET_EXPIRED": (_mark("This link is too old. Ask for a new one."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (
        _mark("This link was used or is not complete. Ask for a new one."),
        "error",
    ),
    "CONFIRMATION_REQUEST": (
        _mark("If %(email)s has an account that is not confirmed yet, we have sent it a message with a link."),
        "info",
    ),
    "CONFIRMATION_EXPIRED": (_mark("This link is too old. Ask for a new one."), "error"),
    "INVALID_CONFIRMATION_TOKEN": (_mark("This link is not complete. Ask for a new one."), "error"),
    "ALREADY_CONFIRMED": (_mark("Your e-mail address is confirmed already."), "info"),
    "EMAIL_CONFIRMED": (_mark("Thank you. Your e-mail address is confirmed."), "success"),
    "REAUTHENTICATION_REQUIRED": (_mark("Enter your password again to carry on."), "info"),
    "REAUTHENTICATION_SUCCESSFUL": (_mark("Thank you. You can carry on."), "success"),
    "UNAUTHENTICATED": (_mark("Sign in to see this page."), "info"),
    "INVALID_REDIRECT": (_mark("That link leads to another site, so we did not follow it."), "error"),
}
SUBJECTS = {
    "EMAIL_SUBJECT_REGISTER": _mark("Your account"),
    "EMAIL_SUBJECT_CONFIRM": _mark("Confirm your e-mail address"),
    "EMAIL_SUBJECT_PASSWORD_RESET": _mark("Choose a new password"),
    "EMAIL_SUBJECT_PASSWORD_NOTICE": _mark("Your password was changed"),
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": _mark("Your password was changed"),
}


class Translator:
    """Lets Flask-Security find its words in our catalogue."""

    def gettext(self, text: str, **values: object) -> str:
        """Return the text in the reader's language."""
        return _(text, **values)


def problem_text(problem: Problem) -> str:
    """Return what to do about a problem with a profile or password."""
    texts = {
        "name_missing": _("Enter your name"),
        "name_unfit": _("Enter a name of up to %(most)s letters, on one line"),
        "track_missing": _("Select the track that fits you"),
        "zone_unknown": _("Select a time zone from the list"),
        "password_short": _("Enter a password of %(least)s characters or more. A few words in a row work well."),
        "password_guessable": _("Enter a password that is harder to guess. A few words in a row work well."),
    }
    return texts[problem.code] % problem.values
