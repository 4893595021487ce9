"""Every cell of what a review may show (rules D12)."""

from itertools import product

import pytest

from learnapp.quizzes.domain.attempt import Status
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.review import EVERYTHING, NOTHING, Disclosure, Viewer, disclosure, told_by_check

MARKED = Disclosure(marks=True, own_reason=True)
MARKED_RIGHT = Disclosure(marks=True, own_reason=True, key=True)
YES_NO = (False, True)


def cells(**fixed: object) -> list[tuple[object, ...]]:
    """Return every combination of the six arguments, some of them fixed."""
    ranges: dict[str, object] = {
        "track": ("trainee", "patient"),
        "status": Status,
        "passed": YES_NO,
        "last": YES_NO,
        "state": State,
        "viewer": Viewer,
    }
    ranges |= fixed
    return list(product(*ranges.values()))  # type: ignore[call-overload]


TABLE = [
    ("staff see everything, always", cells(viewer=[Viewer.STAFF]), EVERYTHING),
    ("open: nothing", cells(viewer=[Viewer.LEARNER], status=[Status.OPEN]), NOTHING),
    ("abandoned: nothing", cells(viewer=[Viewer.LEARNER], status=[Status.ABANDONED]), NOTHING),
    ("patients: everything at once",
     cells(viewer=[Viewer.LEARNER], status=[Status.SUBMITTED], track=["patient"]), EVERYTHING),
    ("trainees who passed: everything",
     cells(viewer=[Viewer.LEARNER], status=[Status.SUBMITTED], track=["trainee"], passed=[True]), EVERYTHING),
    ("trainees after the last attempt: everything",
     cells(viewer=[Viewer.LEARNER], status=[Status.SUBMITTED], track=["trainee"], last=[True]), EVERYTHING),
    ("other trainees, missed: marks and own reason",
     cells(viewer=[Viewer.LEARNER], status=[Status.SUBMITTED], track=["trainee"], passed=[False], last=[False],
           state=[state for state in State if state is not State.RIGHT]), MARKED),
    ("other trainees, right: their answer is the key",
     cells(viewer=[Viewer.LEARNER], status=[Status.SUBMITTED], track=["trainee"], passed=[False], last=[False],
           state=[State.RIGHT]), MARKED_RIGHT),
]  # fmt: skip


@pytest.mark.parametrize(("_name", "group", "allowed"), TABLE, ids=[row[0] for row in TABLE])
def test_every_cell(_name: str, group: list[tuple[object, ...]], allowed: Disclosure) -> None:
    assert {disclosure(*cell) for cell in group} == {allowed}  # type: ignore[arg-type]


def test_no_cell_is_forgotten() -> None:
    told = {cell for _, group, _ in TABLE for cell in group}
    assert told == set(cells())
    for cell in cells():
        shown = disclosure(*cell)  # type: ignore[arg-type]
        assert shown.marks or not (shown.own_reason or shown.key or shown.all_reasons)
        assert shown.key or not shown.all_reasons


@pytest.mark.parametrize("state", [State.WRONG, State.PARTIAL, State.UNSURE])
def test_practice_shows_everything_at_once(state: State) -> None:
    told = disclosure("trainee", Status.SUBMITTED, False, False, state, Viewer.LEARNER, practice=True)
    assert told == EVERYTHING
    assert disclosure("trainee", Status.OPEN, False, False, state, Viewer.LEARNER, practice=True) == NOTHING


def test_a_check_tells_more_once_the_question_is_locked() -> None:
    for track, kind, state in product(("trainee", "patient"), ("graded", "practice"), State):
        assert told_by_check(track, kind, False, state) == MARKED
        told = told_by_check(track, kind, True, state)
        if track == "patient" or kind == "practice":
            assert told == EVERYTHING
        else:
            assert told == (MARKED_RIGHT if state is State.RIGHT else MARKED)
