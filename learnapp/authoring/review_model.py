"""The shape of a quiz file's `review`: what its review shows, in which phase (rules A5)."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from learnapp.quizzes.domain.review import Cell, Phase, Switch, Value

from .moments import moment

VALUES = ", ".join(Value)
Json = dict[str, Any]


def _cell(value: Any) -> Any:
    """Return one cell of the grid. Raises ValueError with what to write instead."""
    if isinstance(value, dict) and set(value) == {"from"} and value["from"] is not None:
        return moment(value["from"])
    if isinstance(value, str) and value in set(Value):
        return Value(value)
    raise ValueError(f"Write one of {VALUES}, or the moment from which it is shown: {{from: 2026-12-01T08:00+01:00}}.")


Written = Annotated[Any, BeforeValidator(_cell)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class RowModel(_Model):
    """What is shown in one phase; what is left out keeps its default."""

    attempt: Written = None
    right_wrong: Written = None
    marks: Written = None
    option_feedback: Written = None
    general_feedback: Written = None
    right_answer: Written = None
    overall_feedback: Written = None


class ReviewModel(_Model):
    """The rows that an author writes."""

    during: RowModel = RowModel()
    just_after: RowModel = RowModel()
    later: RowModel = RowModel()
    closed: RowModel = RowModel()

    def row(self, phase: Phase) -> dict[Switch, Cell]:
        """Return the cells that are written in this phase."""
        row = getattr(self, phase)
        return {switch: getattr(row, switch) for switch in Switch if getattr(row, switch) is not None}


def stored(review: ReviewModel) -> Json:
    """Return what is written as JSON, as `learnapp.quizzes.domain.review.policy_of` reads it."""
    rows = {str(phase): {str(switch): _json(cell) for switch, cell in review.row(phase).items()} for phase in Phase}
    return {phase: row for phase, row in rows.items() if row}


def _json(cell: Cell) -> Any:
    return str(cell) if isinstance(cell, Value) else {"from": cell.isoformat()}
