"""A date and a time of day as people write them, in a zone of theirs, read as a moment."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from .errors import Problem

WALL = "%Y-%m-%dT%H:%M"  # what a browser's field for a date and a time sends
FIRST_YEAR, LAST_YEAR = 2000, 2100
_SECONDS = re.compile(r"(:\d\d):\d\d(\.\d+)?$", re.ASCII)
_DAY = timedelta(days=1)


def wall_moment(text: str, zone: str) -> datetime | Problem:
    """Return the moment (UTC) at which clocks in this zone show "2026-12-03T10:30", or why there is none.

    Seconds are left out. "moment_unreadable"; "moment_far" when the year is no year of ours; "moment_skipped"
    (last, next: "01:59" and "03:00") for a time that the change to summer time leaves out. A time that comes twice
    in autumn means the first of the two.
    """
    try:
        wall = datetime.strptime(_SECONDS.sub(r"\1", text.strip().replace(" ", "T")), WALL)  # noqa: DTZ007  a zone follows
    except ValueError:
        return Problem("moment_unreadable")
    if not FIRST_YEAR <= wall.year <= LAST_YEAR:
        return Problem("moment_far", values={"first": FIRST_YEAR, "last": LAST_YEAR})
    moment = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if shown(moment, zone) != wall.strftime(WALL):
        return _skipped(moment, zone)
    return moment


def shown(moment: datetime, zone: str) -> str:
    """Return what clocks in this zone show at a moment: "2026-12-03T10:30"."""
    return moment.astimezone(ZoneInfo(zone)).strftime(WALL)


def _skipped(near: datetime, zone: str) -> Problem:
    """Return the problem for a time inside a gap; near: a moment within an hour or so of the gap."""
    place = ZoneInfo(zone)
    low, high = near - _DAY, near + _DAY
    before = low.astimezone(place).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        same = middle.astimezone(place).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    change = high.replace(second=0, microsecond=0)
    times = ((change - timedelta(minutes=1)).astimezone(place), change.astimezone(place))
    return Problem("moment_skipped", values=dict(zip(("last", "next"), (f"{t:%H:%M}" for t in times), strict=True)))
