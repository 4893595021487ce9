"""Who is acting, what a grant allows, and which names, zones and passwords we accept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from zoneinfo import available_timezones

from learnapp.kit.errors import Problem

TRACKS = ("trainee", "patient")
# Grants are data on roles; code asks for a grant, never for a role's name.
TEACH = "teach"  # make cohorts, see the scores and answers of one's own cohorts
PEOPLE = "people"  # give and take roles
AUTHOR = "author"  # decide about questions and their corrections
ROLES = {
    "instructor": ("Makes groups and sees the scores and answers of their own groups.", TEACH),
    "author": ("Decides what happens to the answers when a question was wrong.", AUTHOR),
    "administrator": ("Gives and takes roles.", f"{PEOPLE} {AUTHOR}"),
}
NAME_LENGTH = 120
PASSWORD_LENGTH = 12  # the least; see OWASP ASVS 5.0, 6.2.1
SETUP_LINK_LIFETIME = timedelta(days=7)
REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip
# What is left of a password without its digits and signs must be more than one of these, however often repeated.
COMMON_WORDS = ("password", "passwort", "qwertyuiop", "qwerty", "letmein", "iloveyou", "welcome", "admin", "abc")
TEXT_SIZES = ("", "large", "largest")
THEMES = ("", "light", "dark")
# What the account stores for a setting that is not chosen.
EMPTY_SETTINGS: dict[str, str | None] = {"text_size": "", "theme": "", "track": None, "time_zone": None}


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person as every loader and action sees them.

    id: internal key. public_id: the id used in URLs. grants: what their roles allow.
    track: "trainee", "patient" or None when not chosen yet. time_zone: IANA name or None.
    has_password: False for the demo's made-up people, who come in by a button.
    """

    id: int
    public_id: str
    name: str
    email: str
    confirmed: bool
    track: str | None
    time_zone: str | None
    text_size: str
    theme: str
    grants: frozenset[str]
    session_id: int
    has_password: bool = True

    def may(self, grant: str) -> bool:
        """Say whether one of the actor's roles carries this grant."""
        return grant in self.grants


def relative_path(target: str | None) -> str | None:
    """Return `target` when it is a plain path on this site ("/progress?x=1"), else None.

    Browsers read "//host", "/\\host" and paths with control characters as other sites.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(sign) < 33 or ord(sign) == 127 for sign in target):
        return None
    return target


@cache
def time_zones() -> tuple[str, ...]:
    """Return the IANA zones that people choose from, sorted: "UTC", then those named by region and city."""
    cities = (name for name in available_timezones() if name.split("/")[0] in REGIONS and "/" in name)
    return ("UTC", *sorted(cities))


def is_plain(text: str) -> bool:
    """Say whether a name is one line of printable signs (no control or direction-changing characters)."""
    return all(sign.isprintable() for sign in text)


def profile_problems(name: str, track: str | None, time_zone: str | None) -> list[Problem]:
    """Return what is wrong with a profile: a name of 1 to 120 signs, a known track, a known zone or None."""
    problems = []
    if not name.strip():
        problems.append(Problem("name_missing", "name"))
    elif len(name) > NAME_LENGTH or not is_plain(name):
        problems.append(Problem("name_unfit", "name", {"most": NAME_LENGTH}))
    if track not in TRACKS:
        problems.append(Problem("track_missing", "track"))
    if time_zone is not None and time_zone not in time_zones():
        problems.append(Problem("zone_unknown", "time_zone"))
    return problems


def settings_problems(changes: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with changed settings, by name; "" is allowed everywhere."""
    known = {"text_size": TEXT_SIZES, "theme": THEMES, "track": ("", *TRACKS), "time_zone": ("", *time_zones())}
    return [Problem(f"{name}_unknown", name) for name, value in changes.items() if value not in known.get(name, ())]


def password_problems(password: str, email: str = "", name: str = "") -> list[Problem]:
    """Return why a password is too easy to guess; [] when it is good enough (ASVS 6.2.1, 6.2.4, 6.2.11)."""
    if len(password) < PASSWORD_LENGTH:
        return [Problem("password_short", "password", {"least": PASSWORD_LENGTH})]
    folded = password.casefold()
    own = {part for part in (email.casefold(), email.partition("@")[0].casefold(), name.casefold()) if len(part) > 3}
    if len(set(folded)) < 5 or any(folded.replace(part, "").strip("0123456789!?.-_ ") == "" for part in own):
        return [Problem("password_guessable", "password")]
    letters = "".join(sign for sign in folded if sign.isalpha())
    if letters and any(letters.replace(word, "") == "" for word in COMMON_WORDS):
        return [Problem("password_guessable", "password")]
    return []
