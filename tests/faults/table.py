"""The table of what the drills measured, printed at the end of a run as docs/reliability.md shows it."""

import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

COLUMN = "drill"


def lines(rows: Iterable[dict[str, Any]]) -> list[str]:
    """Return the table's lines, one for each drill and database, with what was measured in words."""
    found = ["| drill | what is done to it | figures |", "| --- | --- | --- |"]
    for row in sorted(rows, key=lambda row: (row["drill"].rjust(3), row["what"])):
        numbers = {name: value for name, value in row.items() if name not in {"drill", "what"}}
        said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in numbers.items())
        found.append(f"| {row['drill']} | {row['what']} | {said} |")
    return found


def _where() -> str:
    from pysqlite3 import dbapi2

    library = dbapi2.sqlite_version
    today = datetime.now(UTC).date().isoformat()
    return f"{today}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, SQLite {library}"


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of all drills of this run, whichever process they ran in."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    rows = [value for report in reports if report.when == "call" for name, value in report.user_properties
            if name == COLUMN]  # fmt: skip
    if rows:
        form = "long" if os.environ.get("DRILL") == "long" else "short"
        terminalreporter.section(f"drills, {form} form, {_where()}", sep="-")
        for line in lines(rows):
            terminalreporter.write_line(line)
