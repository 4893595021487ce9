"""What is checked in the settings of what a review shows, and when."""

from collections.abc import Iterator, Mapping

from learnapp.quizzes.domain.review import NEEDS, Cell, Phase, Switch, Value

from .course import Quiz
from .faults import Report
from .schema import SettingsModel

Row = Mapping[Switch, Cell]
Fault = tuple[Switch, str]
PASSING = (Value.YES, Value.ONCE_PASSED)


def check_review(quiz: Quiz, report: Report) -> None:
    """Note cells that contradict each other, or that can never come true (rules A5)."""
    settings = quiz.model.settings
    for phase in Phase:
        row = settings.review.row(phase)
        found = [*_needs(row), *_last(row, settings)]
        found += _during(row, settings) if phase is Phase.DURING else _after(row, settings)
        for switch, text in found:
            place = ("settings", "review", str(phase), str(switch))
            report.fault(quiz.document.path, quiz.document.line(place), text)


def _needs(row: Row) -> Iterator[Fault]:
    for switch, cell in row.items():
        missing = [needed for needed in NEEDS.get(switch, ()) if row.get(needed) is Value.NO]
        if cell is not Value.NO and missing:
            yield switch, f"`{switch}` shows nothing without `{missing[0]}`. Show both, or write `{switch}: no`."


def _last(row: Row, settings: SettingsModel) -> Iterator[Fault]:
    for switch, cell in row.items():
        if cell is Value.AFTER_LAST_ATTEMPT and settings.attempt_limit is None:
            yield switch, "Without `attempt_limit` there is no last attempt. Add it, or write another value here."


def _during(row: Row, settings: SettingsModel) -> Iterator[Fault]:
    if row.get(Switch.ATTEMPT, Value.YES) is not Value.YES:
        yield Switch.ATTEMPT, "Who answers must see the questions: take `attempt` out of `during`."
    if row.get(Switch.OVERALL_FEEDBACK, Value.NO) is not Value.NO:
        text = "Nobody has passed before handing in: take `overall_feedback` out of `during`."
        yield Switch.OVERALL_FEEDBACK, text
    if settings.behaviour != "deferred" and row.get(Switch.RIGHT_WRONG, Value.YES) is not Value.YES:
        text = "A check says whether the answer is right. Write `behaviour: deferred`, or take `right_wrong` out."
        yield Switch.RIGHT_WRONG, text


def _after(row: Row, settings: SettingsModel) -> Iterator[Fault]:
    if settings.stop_once_passed and row.get(Switch.OVERALL_FEEDBACK, Value.YES) not in PASSING:
        text = "`stop_once_passed` tells who has passed, so show `overall_feedback` too: yes or once_passed."
        yield Switch.OVERALL_FEEDBACK, text
