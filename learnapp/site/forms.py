"""The form of the reading settings: on its own page whole, in the header's menu in part."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.validators import Optional

from learnapp.accounts.domain import time_zones
from learnapp.kit.forms import choices
from learnapp.kit.i18n import _, _l

SIZES = [("", _l("Normal")), ("large", _l("Large")), ("largest", _l("Largest"))]
THEMES = [("", _l("As on my device")), ("light", _l("Light")), ("dark", _l("Dark"))]
TRACKS = [("patient", _l("I am having a treatment, or thinking about it")), ("trainee", _l("I am training to treat"))]
NAMES = ("text_size", "theme", "track", "time_zone")


class SettingsForm(FlaskForm):  # type: ignore[misc]
    """Text size, colours, track and time zone; a field that was not sent stays as it is."""

    text_size = RadioField(_l("Text size"), choices=choices(SIZES), validators=[Optional()])
    theme = RadioField(_l("Colours"), choices=choices(THEMES), validators=[Optional()])
    track = RadioField(_l("Your lessons"), choices=choices(TRACKS), validators=[Optional()])
    time_zone = SelectField(_l("Time zone"), validators=[Optional()])

    def __init__(self, *args: Any, installation_zone: str, **values: Any) -> None:
        super().__init__(*args, **values)
        own = _("The same as this site (%(zone)s)", zone=installation_zone)
        zones = ((zone, zone.replace("_", " ")) for zone in time_zones())
        self.time_zone.choices = choices([("", own), *zones])

    def changes(self) -> dict[str, str]:
        """Return what was sent."""
        return {name: self[name].data or "" for name in NAMES if name in request.form}
