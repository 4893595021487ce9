"""Dates and times as people write them: the moment in their zone, and the times that do not exist there."""

from datetime import UTC, datetime

import pytest

from learnapp.kit.errors import Problem
from learnapp.kit.moments import shown, wall_moment


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-12-03T10:30", "UTC", datetime(2026, 12, 3, 10, 30, tzinfo=UTC)),
        (" 2026-12-03 10:30:59 ", "Asia/Kolkata", datetime(2026, 12, 3, 5, 0, tzinfo=UTC)),
        ("2026-07-01T00:15", "Europe/London", datetime(2026, 6, 30, 23, 15, tzinfo=UTC)),
        ("2026-10-25T01:30", "Europe/London", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first of the two
        ("2028-02-29T12:00", "America/New_York", datetime(2028, 2, 29, 17, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_in_a_zone(text: str, zone: str, moment: datetime) -> None:
    assert wall_moment(text, zone) == moment
    assert shown(moment, zone) == text.strip().replace(" ", "T")[:16]


@pytest.mark.parametrize(
    ("text", "zone", "last", "following"),
    [
        ("2026-03-29T01:00", "Europe/London", "00:59", "02:00"),
        ("2026-03-29T02:59", "Europe/Berlin", "01:59", "03:00"),
        ("2026-03-08T02:30", "America/New_York", "01:59", "03:00"),
        ("2026-10-04T02:10", "Australia/Lord_Howe", "01:59", "02:30"),
    ],
)
def test_a_time_that_the_clocks_leave_out(text: str, zone: str, last: str, following: str) -> None:
    assert wall_moment(text, zone) == Problem("moment_skipped", values={"last": last, "next": following})


@pytest.mark.parametrize("text", ["", "soon", "2026-02-29T10:00", "2026-12-03", "2026-12-03T25:00", "10:30"])
def test_what_is_no_moment(text: str) -> None:
    assert wall_moment(text, "UTC") == Problem("moment_unreadable")


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "1999-12-31T23:59", "2101-01-01T00:00", "9999-12-31T23:59"])
def test_a_year_of_nobody(text: str) -> None:
    found = wall_moment(text, "Pacific/Kiritimati")
    assert isinstance(found, Problem)
    assert found.code == "moment_far"
