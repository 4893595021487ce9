"""Bytes and requests of a lesson: the first view with an empty cache, and a view when the files are kept."""

import re

from bench.acts import LESSON
from bench.driver import Link


def _files_of(page: str) -> set[str]:
    return set(re.findall(r'(?:src|href)="(/static/[^"#]+)', page))


def _files_of_sheet(link: Link, sheet: str) -> set[str]:
    """Return the files that a stylesheet names: our two fonts, both of which a lesson uses."""
    text = link.request("GET", sheet, "").text
    named = re.findall(r'url\("?([^")]+)"?\)', text)
    return {f"/static/{name.removeprefix('/static/')}" for name in named if not name.startswith("data:")}


def weigh(port: int, cookie: str) -> dict[str, float]:
    """Return kilobytes (bodies as they travel) and requests of a signed-in learner's first and repeat view."""
    link = Link(port)
    page = link.get(LESSON, cookie)
    files = _files_of(page.text)
    for sheet in [name for name in files if name.endswith(".css")]:
        files |= _files_of_sheet(link, sheet)
    weights = {name: link.request("GET", name, "").wire for name in sorted(files)}
    link.close()
    return {
        "first_view_kb": (page.wire + sum(weights.values())) / 1000,
        "first_view_requests": 1 + len(files),
        "repeat_view_kb": page.wire / 1000,
    }
