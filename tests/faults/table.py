"""The table of what the drills measured, printed at the end of a run."""

import os
from collections.abc import Iterable
from typing import Any

import pytest

COLUMN = "drill"


def lines(rows: Iterable[dict[str, Any]]) -> list[str]:
    """Return one line of text for each drill: "1 workers killed, sqlite: acknowledged 4000, missing 0"."""
    found = []
    for row in sorted(rows, key=lambda row: (row["drill"], row["what"])):
        numbers = {name: value for name, value in row.items() if name not in {"drill", "what"}}
        said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in numbers.items())
        found.append(f"| {row['drill']} | {row['what']} | {said} |")
    return found


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of all drills of this run, whichever process they ran in."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    rows = [value for report in reports if report.when == "call" for name, value in report.user_properties
            if name == COLUMN]  # fmt: skip
    if rows:
        form = "long" if os.environ.get("DRILL") == "long" else "short"
        terminalreporter.section(f"drills, {form} form", sep="-")
        for line in lines(rows):
            terminalreporter.write_line(line)
