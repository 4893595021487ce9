"""Everything that is kept about a person as one ZIP: a JSON, a CSV for each list, and a page that explains them."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from learnapp.gradebook.export import text_cell
from learnapp.kit.i18n import _
from learnapp.kit.personal import Kept, Record
from learnapp.quizzes.domain.scoring import points_text

FORMAT = 1  # of the JSON; a key that changes its meaning makes it 2
IN_MEMORY = 8 * 1024 * 1024  # bytes; what is longer waits in a file without a name, which is gone when it is closed
MARK = "\ufeff"  # tells spreadsheets that a CSV is UTF-8


def zipped(lists: Sequence[Kept], site: str, now: datetime) -> IO[bytes]:
    """Return the ZIP, at its beginning; the caller closes it. Row by row, so the longest row bounds the memory."""
    out = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  the caller closes it
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            _write(archive, "README.txt", now, [explained(lists, site)])
            _write(archive, "your-data.json", now, json_parts(lists, site, now))
            for each in lists:
                _write(archive, f"{each.name}.csv", now, csv_lines(each))
        out.seek(0)
    except BaseException:
        out.close()
        raise
    return out


def _write(archive: zipfile.ZipFile, name: str, now: datetime, parts: Iterable[str]) -> None:
    entry = zipfile.ZipInfo(name, now.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    with archive.open(entry, "w") as file:
        for part in parts:
            file.write(part.encode())


def explained(lists: Sequence[Kept], site: str) -> str:
    """Return the page in plain words: which files there are, and what each of their columns means."""
    head = [
        _("This is a copy of everything that %(site)s keeps about you.", site=site),
        "",
        _("your-data.json holds all of it, for programs. The .csv files hold the same, one list each:"),
        _("they open in a spreadsheet. Each key of the JSON and each column is explained below."),
        "",
        _("Times are in UTC, such as 2026-03-12T10:58:00+00:00. Points are rounded to two decimals."),
        _("In the .csv files an apostrophe stands before text that a spreadsheet would take for a formula."),
        "",
        _("Not in here: right answers and marks that a quiz does not show you yet, the scrambled form of"),
        _("your password, and what others wrote about others. Comments that you wrote as a teacher belong"),
        _("to the learner that you wrote them for, so only their times are here."),
    ]
    return "\r\n".join([*head, *(line for each in lists for line in _about(each))]) + "\r\n"


def _about(each: Kept) -> Iterator[str]:
    yield ""
    yield f"{each.name}.csv - {each.about}"
    for key, meaning in each.columns.items():
        yield f"  {key}: {meaning}"


def json_parts(lists: Sequence[Kept], site: str, now: datetime) -> Iterator[str]:
    """Yield one JSON object: {"format", "site", "made_at", and a list of records for each name}."""
    head = {"format": FORMAT, "site": site, "made_at": now.isoformat()}
    yield json.dumps(head, ensure_ascii=False)[:-1]
    for each in lists:
        yield f',\n"{each.name}": ['
        for number, record in enumerate(each.rows()):
            yield (",\n " if number else "\n ") + json.dumps(_plain(record), ensure_ascii=False)
        yield "]"
    yield "}\n"


def csv_lines(each: Kept) -> Iterator[str]:
    """Yield a list as CSV, line by line, with a byte order mark; its first line names the columns."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield MARK
    writer.writerow(each.columns)
    for record in each.rows():
        plain = _plain(record)
        writer.writerow([_cell(plain[column]) for column in each.columns])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _plain(record: Record) -> dict[str, Any]:
    return {key: _value(value) for key, value in record.items()}


def _value(value: Any) -> Any:
    """Return a value as JSON has it: times as text, exact fractions as rounded numbers."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Fraction):
        shown = points_text(value)
        return float(shown) if "." in shown else int(shown)
    return value


def _cell(value: Any) -> str | int | float:
    """Return a value as a cell: numbers stay numbers, all else is text that can be no formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    return text_cell(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
