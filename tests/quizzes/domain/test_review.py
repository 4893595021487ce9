"""The grid of what a review may show: every cell against a table written out by hand, and what no grid may break."""

from dataclasses import astuple, fields
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.quizzes.domain.attempt import Status
from learnapp.quizzes.domain.grading import State
from learnapp.quizzes.domain.review import (
    CONDITIONS,
    EVERYTHING,
    NOTHING,
    OPENLY,
    TRAINEES,
    Asked,
    Cell,
    Disclosure,
    Occasion,
    Outlook,
    Phase,
    Policy,
    Sat,
    Switch,
    Value,
    Viewer,
    disclosure,
    outlook,
    phase_of,
    policy_of,
)

NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PAST, FUTURE = NOW - timedelta(days=3), NOW + timedelta(days=3)
# How a look at an attempt comes to stand in each phase: status, minutes since handing in, minutes until closing.
MOMENTS = {
    "during": ("open", None, 10),
    "just_after": ("submitted", 1, 10),
    "later": ("submitted", 2, 10),
    "closed": ("submitted", 1, 0),
}
# What a cell comes to:    nothing yet, passed, last try over, both
VALUES: dict[Any, tuple[int, int, int, int]] = {
    "yes":                (1, 1, 1, 1),
    "no":                 (0, 0, 0, 0),
    "once_passed":        (0, 1, 0, 1),
    "after_last_attempt": (0, 0, 1, 1),
    "passed_or_last":     (0, 1, 1, 1),
    PAST:                 (1, 1, 1, 1),
    NOW:                  (1, 1, 1, 1),
    FUTURE:               (0, 0, 0, 0),
}  # fmt: skip
STANDINGS = ((False, False), (True, False), (False, True), (True, True))
# What is left when one switch is off and all others are on, of a missed question and of the whole attempt:
#                            attempt correctness marks own_reason general key overall
QUESTION = {
    "attempt":          "      .       .         .       .         .     .     x   ",
    "right_wrong":      "      x       .         .       .         x     .     x   ",
    "marks":            "      x       x         .       x         x     x     x   ",
    "option_feedback":  "      x       x         x       .         x     x     x   ",
    "general_feedback": "      x       x         x       x         .     x     x   ",
    "right_answer":     "      x       x         x       x         x     .     x   ",
    "overall_feedback": "      x       x         x       x         x     x     .   ",
}  # fmt: skip
# The score of the whole attempt may be told without its answers.
WHOLE = QUESTION | {
    "attempt":          "      .       .         x       .         .     .     x   ",
    "right_wrong":      "      x       .         x       .         x     .     x   ",
}  # fmt: skip


def told(row: str) -> Disclosure:
    return Disclosure(*(mark == "x" for mark in row.split()))


def grid(default: Cell = Value.YES, **cells: Cell) -> Policy:
    """Return a grid of one value, but for cells named like later__right_answer."""
    found: dict[tuple[Phase, Switch], Cell] = dict.fromkeys(product(Phase, Switch), default)
    for name, cell in cells.items():
        phase, _, switch = name.partition("__")
        found[Phase(phase), Switch(switch)] = cell
    return Policy(found)


def look(
    policy: Policy, phase: str, asked: Asked | None, passed: bool = False, last: bool = False,
    viewer: Viewer = Viewer.LEARNER,
) -> Disclosure:  # fmt: skip
    status, ago, until = MOMENTS[phase]
    sat = Sat(Status(status), None if ago is None else NOW - ago * MINUTE, passed, last)
    assert phase_of(Occasion(NOW, NOW + until * MINUTE), sat) == phase
    return disclosure(policy, Occasion(NOW, NOW + until * MINUTE), sat, asked, viewer)


def as_cell(value: Any) -> Cell:
    return value if isinstance(value, datetime) else Value(value)


@pytest.mark.parametrize("phase", MOMENTS)
@pytest.mark.parametrize("switch", QUESTION)
@pytest.mark.parametrize("value", VALUES, ids=str)
def test_every_cell(phase: str, switch: str, value: Any) -> None:
    """One cell has the value, the rest of its row says yes, and the same switch says no in every other phase."""
    others = {f"{other}__{switch}": Value.NO for other in MOMENTS}
    policy = grid(**{**others, f"{phase}__{switch}": as_cell(value)})
    missed = Asked(State.WRONG, checked=phase == "during", locked=phase == "during")
    for (passed, last), on in zip(STANDINGS, VALUES[value], strict=True):
        question, whole = (EVERYTHING, EVERYTHING) if on else (told(QUESTION[switch]), told(WHOLE[switch]))
        if phase == "during":  # a paper that is open has no result, and as a whole nothing but itself
            question = Disclosure(*astuple(question)[:-1], overall=False)
            whole = Disclosure(attempt=whole.attempt)
        assert look(policy, phase, missed, passed, last) == question
        assert look(policy, phase, None, passed, last) == whole
        assert look(policy, phase, missed, passed, last, Viewer.STAFF) == EVERYTHING


#                                         attempt correctness marks own_reason general key overall
OPEN_TABLE = [
    ("not checked",        False, False, "wrong", "  x       .         .       .         .     .     .   "),
    ("not checked, right", False, False, "right", "  x       .         .       .         .     .     .   "),
    ("tries left",         True,  False, "wrong", "  x       x         x       x         .     .     .   "),
    ("tries left, right",  True,  False, "right", "  x       x         x       x         .     .     .   "),
    ("locked",             True,  True,  "wrong", "  x       x         x       x         .     .     .   "),
    ("locked, right",      True,  True,  "right", "  x       x         x       x         .     x     .   "),
]  # fmt: skip
LOCKED_OPENLY = "                                      x       x         x       x         x     x     .   "
#              nothing yet, passed, last, both: what trainees see of a question they missed
AFTER_TABLE = ["  x       x         x       x         .     .     x   ", *[" x x x x x x x "] * 3]
RIGHT = "         x       x         x       x         .     x     x   "


@pytest.mark.parametrize(("_name", "checked", "locked", "state", "row"), OPEN_TABLE, ids=[row[0] for row in OPEN_TABLE])
def test_what_a_check_tells_by_default(_name: str, checked: bool, locked: bool, state: str, row: str) -> None:
    asked = Asked(State(state), checked, locked)
    for passed, last in STANDINGS:
        assert look(TRAINEES, "during", asked, passed, last) == told(row)
        assert look(OPENLY, "during", asked, passed, last) == told(LOCKED_OPENLY if locked else row)


@pytest.mark.parametrize("phase", ["just_after", "later", "closed"])
def test_what_is_told_after_handing_in_by_default(phase: str) -> None:
    for (passed, last), row in zip(STANDINGS, AFTER_TABLE, strict=True):
        for state in set(State) - {State.RIGHT}:
            assert look(TRAINEES, phase, Asked(state), passed, last) == told(row)
        assert look(TRAINEES, phase, None, passed, last) == told(row)
        assert look(TRAINEES, phase, Asked(State.RIGHT), passed, last) == (
            EVERYTHING if passed or last else told(RIGHT)
        )
        for state in State:
            assert look(OPENLY, phase, Asked(state), passed, last) == EVERYTHING


def test_who_has_which_default() -> None:
    assert policy_of(None, "trainee", False) is TRAINEES
    assert policy_of({}, "patient", False) is OPENLY
    assert policy_of(None, "trainee", True) is OPENLY


@pytest.mark.parametrize("phase", MOMENTS)
def test_what_is_fully_right_holds_no_secret_where_right_is_told(phase: str) -> None:
    right = Asked(State.RIGHT, checked=phase == "during", locked=phase == "during")
    no_key = {f"{phase}__right_answer": Value.NO}
    assert look(grid(**no_key), phase, right).key
    assert not look(grid(**no_key, **{f"{phase}__right_wrong": Value.NO}), phase, right).key
    assert not look(grid(**no_key, **{f"{phase}__attempt": Value.NO}), phase, right).key
    withheld = Asked(State.RIGHT, right.checked, right.locked, withheld=True)
    assert not look(grid(), phase, withheld).key


@pytest.mark.parametrize("phase", ["just_after", "later", "closed"])
def test_nothing_opens_by_a_pass_that_is_not_told(phase: str) -> None:
    #            overall     right_answer         nothing yet, passed, last, both
    table = [
        ("no",           "once_passed",    (0, 0, 0, 0)),
        ("no",           "passed_or_last", (0, 0, 1, 1)),
        ("once_passed",  "once_passed",    (0, 1, 0, 1)),
        ("after_last_attempt", "once_passed", (0, 0, 0, 1)),
        ("yes",          "passed_or_last", (0, 1, 1, 1)),
    ]  # fmt: skip
    for overall, key, row in table:
        cells = {f"{phase}__overall_feedback": Value(overall), f"{phase}__right_answer": Value(key)}
        for (passed, last), on in zip(STANDINGS, row, strict=True):
            assert look(grid(**cells), phase, Asked(State.WRONG), passed, last).key == bool(on), (overall, key)


def test_phases_begin_where_they_should() -> None:
    handed_in = Sat(Status.SUBMITTED, NOW)
    second = timedelta(seconds=1)
    table = [
        (NOW, None, "just_after"),
        (NOW + 2 * MINUTE - second, None, "just_after"),
        (NOW + 2 * MINUTE, None, "later"),
        (NOW + second, NOW + second, "closed"),
        (NOW + second, NOW + 2 * second, "just_after"),
        (NOW + 9 * MINUTE, NOW + 10 * MINUTE, "later"),
        (NOW + 10 * MINUTE, NOW + 10 * MINUTE, "closed"),
    ]
    for now, closes_at, phase in table:
        assert phase_of(Occasion(now, closes_at), handed_in) == phase
    late = Occasion(NOW + 10 * MINUTE, NOW)
    assert phase_of(late, Sat(Status.OPEN)) == "during", "an open paper tells nothing more when the quiz closes"


def test_an_abandoned_attempt_tells_nothing_whatever_the_grid_says() -> None:
    sat = Sat(Status.ABANDONED, None, passed=True, last=True)
    for asked in (None, *(Asked(state) for state in State)):
        assert disclosure(grid(), Occasion(NOW, PAST), sat, asked, Viewer.LEARNER) == NOTHING
        assert disclosure(grid(), Occasion(NOW, PAST), sat, asked, Viewer.STAFF) == EVERYTHING


def test_what_an_author_wrote_is_read_and_the_rest_stays_the_default() -> None:
    written = {
        "later": {"right_answer": "yes", "marks": {"from": "2026-12-01"}, "overall_feedback": {"from": "tomorrow"}},
        "closed": {"marks": {"from": "2026-12-01T08:00:00+01:00"}, "right_answer": "perhaps", "attempt": ["no"]},
        "someday": {"marks": "no"},
    }
    policy = policy_of(written, "trainee", False)
    changed = {key: cell for key, cell in policy.cells.items() if cell != TRAINEES.cells[key]}
    assert changed == {
        (Phase.LATER, Switch.RIGHT_ANSWER): Value.YES,
        (Phase.LATER, Switch.MARKS): datetime(2026, 12, 1, tzinfo=UTC),
        (Phase.CLOSED, Switch.MARKS): datetime(2026, 12, 1, 7, tzinfo=UTC),
    }
    assert set(policy.cells) == set(product(Phase, Switch))


OUTLOOKS = [
    ({"later__marks": FUTURE}, "later", Outlook(moment=FUTURE)),
    ({"later__marks": Value.ONCE_PASSED}, "later", Outlook(value=Value.ONCE_PASSED)),
    ({"closed__marks": Value.YES}, "later", Outlook(moment=NOW + 10 * MINUTE)),
    ({"later__marks": Value.YES}, "just_after", Outlook(moment=NOW + MINUTE)),
    ({"later__marks": PAST}, "just_after", Outlook(moment=NOW + MINUTE)),
    ({"closed__marks": FUTURE}, "just_after", Outlook(moment=FUTURE)),
    ({"closed__marks": Value.PASSED_OR_LAST}, "just_after", Outlook(value=Value.PASSED_OR_LAST)),
    ({"later__marks": NOW + MINUTE}, "just_after", Outlook(moment=NOW + MINUTE)),
    ({"later__marks": PAST, "closed__marks": Value.YES}, "later", Outlook(moment=NOW + 10 * MINUTE)),
    ({"later__marks": NOW, "closed__marks": Value.YES}, "later", Outlook(moment=NOW + 10 * MINUTE)),
    ({"just_after__marks": Value.YES}, "later", Outlook()),
    ({}, "later", Outlook()),
]


@pytest.mark.parametrize(("cells", "phase", "coming"), OUTLOOKS)
def test_when_it_will_be_shown(cells: dict[str, Cell], phase: str, coming: Outlook) -> None:
    status, ago, until = MOMENTS[phase]
    sat = Sat(Status(status), NOW - (ago or 0) * MINUTE)
    assert outlook(grid(Value.NO, **cells), Occasion(NOW, NOW + until * MINUTE), sat, Switch.MARKS) == coming


def test_a_closed_quiz_promises_no_phase_that_came_before() -> None:
    just_handed_in = Sat(Status.SUBMITTED, NOW)
    policy = grid(Value.NO, later__marks=Value.YES)
    assert outlook(policy, Occasion(NOW, NOW), just_handed_in, Switch.MARKS) == Outlook()


def test_a_quiz_without_closing_promises_no_moment() -> None:
    policy = grid(Value.NO, closed__marks=Value.YES)
    assert outlook(policy, Occasion(NOW), Sat(Status.SUBMITTED, PAST), Switch.MARKS) == Outlook()


# What no grid may break.
CELLS = st.sampled_from([*Value, PAST, NOW, FUTURE])
POLICIES = st.fixed_dictionaries(dict.fromkeys(product(Phase, Switch), CELLS)).map(Policy)
OCCASIONS = st.builds(Occasion, st.just(NOW), st.sampled_from([None, PAST, NOW, FUTURE]))
SATS = st.builds(
    Sat, st.sampled_from(Status), st.sampled_from([None, PAST, NOW - MINUTE, NOW]), st.booleans(), st.booleans()
)
QUESTIONS = st.builds(Asked, st.sampled_from(State), st.booleans(), st.booleans(), st.booleans())
NAMES = [field.name for field in fields(Disclosure)]


def shown(allowed: Disclosure) -> set[str]:
    return {name for name in NAMES if getattr(allowed, name)}


@given(POLICIES, OCCASIONS, SATS, QUESTIONS)
def test_whatever_the_grid_says(policy: Policy, occasion: Occasion, sat: Sat, asked: Asked) -> None:
    mine = disclosure(policy, occasion, sat, asked, Viewer.LEARNER)
    staff = disclosure(policy, occasion, sat, asked, Viewer.STAFF)
    assert shown(mine) <= shown(staff) == set(NAMES)
    if mine.key or mine.own_reason or mine.marks:
        assert mine.attempt
        assert mine.correctness
    if mine.general or mine.correctness:
        assert mine.attempt
    if asked.withheld:
        assert not shown(mine) & {"own_reason", "general", "key"}
    if sat.status is Status.ABANDONED:
        assert mine == NOTHING
    if sat.status is Status.OPEN:
        assert not mine.overall
        if not asked.checked:
            assert shown(mine) <= {"attempt"}
        if not asked.locked:
            assert not shown(mine) & {"general", "key"}


@given(POLICIES, OCCASIONS, SATS, QUESTIONS)
def test_a_key_comes_only_by_the_grid_or_with_a_right_answer(
    policy: Policy, occasion: Occasion, sat: Sat, asked: Asked
) -> None:
    mine = disclosure(policy, occasion, sat, asked, Viewer.LEARNER)
    cell = policy.cell(phase_of(occasion, sat), Switch.RIGHT_ANSWER)
    opened = VALUES[cell][STANDINGS.index((sat.passed, sat.last))]
    if mine.key and asked.state is not State.RIGHT:
        assert opened
    if mine.all_reasons and asked.state is not State.RIGHT:
        assert opened


@given(POLICIES, OCCASIONS, SATS, QUESTIONS)
def test_getting_further_never_hides_anything(policy: Policy, occasion: Occasion, sat: Sat, asked: Asked) -> None:
    further = Sat(sat.status, sat.submitted_at, passed=True, last=True)
    before = disclosure(policy, occasion, sat, asked, Viewer.LEARNER)
    assert shown(before) <= shown(disclosure(policy, occasion, further, asked, Viewer.LEARNER))


def test_a_check_asks_how_the_learner_stands_only_where_the_grid_does() -> None:
    assert not TRAINEES.conditional_during
    assert not OPENLY.conditional_during
    for value in Value:
        written = {"during": {"right_answer": str(value)}}
        assert policy_of(written, "trainee", False).conditional_during is (value in CONDITIONS)
