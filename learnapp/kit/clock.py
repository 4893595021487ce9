"""The only reader of the time: everything else takes `now` as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the server's time, timezone-aware, in UTC (rules D10: one server clock)."""
    return datetime.now(UTC)
