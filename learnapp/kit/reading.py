"""How somebody reads: text size, colours, track and time zone, kept in a cookie until there is an account."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

COOKIE = "reading"
LIFETIME = timedelta(days=365)
ALLOWED = {
    "text_size": ("", "large", "largest"),
    "theme": ("", "light", "dark"),
    "track": ("", "trainee", "patient"),
}
ZONE_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Reading:
    """The settings of one reader; "" means: as the device or the installation has it, or not chosen yet."""

    text_size: str = ""
    theme: str = ""
    track: str = ""
    time_zone: str = ""

    def as_cookie(self) -> str:
        """Return the value of the cookie."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return urlencode({name: value for name, value in values.items() if value})


def from_cookie(value: str | None) -> Reading:
    """Read the cookie; whatever we would not have written counts as not chosen. Callers check the zone's name."""
    given = dict(parse_qsl(value or "", max_num_fields=10)) if (value or "").count("&") < 10 else {}
    known = {name: given[name] for name, allowed in ALLOWED.items() if given.get(name) in allowed}
    zone = given.get("time_zone", "")
    return Reading(**known, time_zone=zone if len(zone) <= ZONE_LENGTH and zone.isprintable() else "")
