"""The scores of a group as CSV: numbers stay numbers, and no name can become a formula."""

import csv
import io
from collections.abc import Iterator, Sequence

from learnapp.kit.i18n import _
from learnapp.quizzes.domain.scoring import percent_text, points_text

from .domain import Cell, Quiz, Row

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def text_cell(text: str) -> str:
    """Return text that a spreadsheet shows as it is: an apostrophe before what would be a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def header(quizzes: Sequence[Quiz]) -> list[str]:
    """Return the column names: two for the learner, five per quiz."""
    names = [_("Learner"), _("Lessons read")]
    for quiz in quizzes:
        for part in (_("best score in percent"), _("points"), _("points possible"), _("tries"), _("result")):
            names.append(f"{quiz.title}: {part}")
    return [text_cell(name) for name in names]


def result_word(cell: Cell) -> str:
    """Return the state of a cell in words."""
    if cell.state == "open":
        return _("In progress")
    if cell.state == "none":
        return _("Not started")
    if cell.provisional:
        return _("So far: an answer waits for a mark")
    if cell.passed:
        return _("Passed")
    return _("Not yet: safety") if cell.safety_missed else _("Not yet")


def _quiz_columns(cell: Cell, quiz: Quiz) -> list[str]:
    if cell.percent is None or cell.score is None or cell.maximum is None:
        return ["", "", "", str(cell.tries), result_word(cell)]
    percent = percent_text(cell.percent, quiz.pass_percent)
    return [percent, points_text(cell.score), points_text(cell.maximum), str(cell.tries), result_word(cell)]


def csv_lines(rows: Sequence[Row], quizzes: Sequence[Quiz]) -> Iterator[str]:
    """Yield the file line by line, with a byte order mark so that spreadsheets read UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for line in _lines(rows, quizzes):
        writer.writerow(line)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _lines(rows: Sequence[Row], quizzes: Sequence[Quiz]) -> Iterator[list[str]]:
    yield header(quizzes)
    for row in rows:
        line = [text_cell(row.learner.name), str(row.learner.lessons_read)]
        for cell, quiz in zip(row.cells, quizzes, strict=True):
            line += _quiz_columns(cell, quiz)
        yield line
