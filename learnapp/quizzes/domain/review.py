"""What a review may show, and when: the grid of phases and switches, and the one function that decides (A5, D12)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from learnapp.quizzes.domain.attempt import Status
from learnapp.quizzes.domain.grading import State

JUST_AFTER = timedelta(minutes=2)  # rules A5: the first minutes after handing in are a phase of their own


class Viewer(StrEnum):
    """Who looks at the attempt: the learner who sat it (in a preview, staff as that learner), or staff."""

    LEARNER = "learner"
    STAFF = "staff"


class Phase(StrEnum):
    """Where an attempt stands in time. CLOSED wins as soon as the quiz has closed for this learner."""

    DURING = "during"
    JUST_AFTER = "just_after"
    LATER = "later"
    CLOSED = "closed"


class Switch(StrEnum):
    """What a review can show, each by itself (rules A5).

    ATTEMPT: the questions and the own answers. MARKS: the points (off: only the maximum). OPTION_FEEDBACK: the reason
    of what they chose, how many parts are right, a marker's comment. GENERAL_FEEDBACK: what is said whatever was
    answered. OVERALL_FEEDBACK: passed or not yet.
    """

    ATTEMPT = "attempt"
    RIGHT_WRONG = "right_wrong"
    MARKS = "marks"
    OPTION_FEEDBACK = "option_feedback"
    GENERAL_FEEDBACK = "general_feedback"
    RIGHT_ANSWER = "right_answer"
    OVERALL_FEEDBACK = "overall_feedback"


class Value(StrEnum):
    """What a cell of the grid may say; beside these it may be the moment from which it is shown."""

    YES = "yes"
    NO = "no"
    ONCE_PASSED = "once_passed"
    AFTER_LAST_ATTEMPT = "after_last_attempt"
    PASSED_OR_LAST = "passed_or_last"


Cell = Value | datetime
# A switch shows nothing without these. A reason tells whether the choice was right, and so does the key beside it.
NEEDS: Mapping[Switch, tuple[Switch, ...]] = {
    Switch.RIGHT_WRONG: (Switch.ATTEMPT,),
    Switch.OPTION_FEEDBACK: (Switch.ATTEMPT, Switch.RIGHT_WRONG),
    Switch.GENERAL_FEEDBACK: (Switch.ATTEMPT,),
    Switch.RIGHT_ANSWER: (Switch.ATTEMPT, Switch.RIGHT_WRONG),
}


@dataclass(frozen=True)
class Policy:
    """The grid of one quiz and track: a cell for each phase and switch."""

    cells: Mapping[tuple[Phase, Switch], Cell]

    def cell(self, phase: Phase, switch: Switch) -> Cell:
        """Return what the grid says there."""
        return self.cells[phase, switch]

    @property
    def conditional_during(self) -> bool:
        """Say whether a check must know if the learner has passed or used their last attempt."""
        return any(self.cells[Phase.DURING, switch] in CONDITIONS for switch in Switch)


CONDITIONS = frozenset((Value.ONCE_PASSED, Value.AFTER_LAST_ATTEMPT, Value.PASSED_OR_LAST))


def _policy(key_during: Value, key_after: Value) -> Policy:
    """Return a grid that tells everything but keeps the key and general feedback back by these values."""
    keys = (Switch.GENERAL_FEEDBACK, Switch.RIGHT_ANSWER)
    cells: dict[tuple[Phase, Switch], Cell] = {(phase, switch): Value.YES for phase in Phase for switch in Switch}
    cells |= {(phase, switch): key_after for phase in Phase for switch in keys}
    cells |= {(Phase.DURING, switch): key_during for switch in keys}
    return Policy(cells | {(Phase.DURING, Switch.OVERALL_FEEDBACK): Value.NO})


# D12: trainees wait for the key until they passed or used their last attempt; patients and practice do not.
TRAINEES = _policy(Value.NO, Value.PASSED_OR_LAST)
OPENLY = _policy(Value.YES, Value.YES)


def policy_of(written: Mapping[str, Any] | None, track: str, practice: bool) -> Policy:
    """Return the grid of a quiz: our default for the track (D12), with the cells that its author wrote.

    written: {phase: {switch: "yes" | ... | {"from": ISO date or moment}}}; a date begins at 0:00 UTC. What is not
    understood keeps its default, so that a grid of a newer release opens nothing by accident.
    """
    default = OPENLY if practice or track == "patient" else TRAINEES
    if not written:
        return default
    cells = dict(default.cells)
    for phase, switch in default.cells:
        cell = read_cell((written.get(phase) or {}).get(switch))
        if cell is not None:
            cells[phase, switch] = cell
    return Policy(cells)


def read_cell(value: Any) -> Cell | None:
    """Return a stored cell, or None when it says nothing that is known."""
    if isinstance(value, Mapping):
        try:
            moment = datetime.fromisoformat(str(value.get("from")))
        except ValueError:
            return None
        return moment if moment.tzinfo else datetime.combine(moment.date(), time.min, UTC)
    return Value(value) if isinstance(value, str) and value in set(Value) else None


@dataclass(frozen=True)
class Occasion:
    """When somebody looks: now (in a preview the pretended moment), and when the quiz closes for the learner."""

    now: datetime
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Sat:
    """The attempt that is looked at, and where its learner stands in the quiz.

    passed: in any submitted attempt: who has passed may read every paper of theirs. last: no attempt is open and no
    further one may be started; never true without an attempt limit.
    """

    status: Status
    submitted_at: datetime | None = None
    passed: bool = False
    last: bool = False


@dataclass(frozen=True)
class Asked:
    """One question of it. checked: it was judged while the paper was open; locked: it takes no more answers then.

    withheld: another open attempt asks it now. given: a correction gave its points, whatever was answered.
    """

    state: State
    checked: bool = False
    locked: bool = False
    withheld: bool = False
    given: bool = False


@dataclass(frozen=True)
class Disclosure:
    """What may be shown (rules A5, D12); of a whole attempt, or of one question.

    attempt: question and own answer. correctness: right or wrong. marks: points. own_reason: the reason of what they
    chose. general: what is said whatever was answered. key: the best answer. overall: passed or not yet.
    """

    attempt: bool = False
    correctness: bool = False
    marks: bool = False
    own_reason: bool = False
    general: bool = False
    key: bool = False
    overall: bool = False

    @property
    def all_reasons(self) -> bool:
        """Say whether every option's reason may be shown: together they tell the key."""
        return self.key and self.general


NOTHING = Disclosure()
EVERYTHING = Disclosure(*(True,) * len(Disclosure.__dataclass_fields__))


def phase_of(occasion: Occasion, sat: Sat) -> Phase:
    """Return the phase; an open attempt is DURING, even past its closing, until it is handed in."""
    if sat.status is Status.OPEN:
        return Phase.DURING
    if occasion.closes_at is not None and occasion.now >= occasion.closes_at:
        return Phase.CLOSED
    just = sat.submitted_at is not None and occasion.now < sat.submitted_at + JUST_AFTER
    return Phase.JUST_AFTER if just else Phase.LATER


def disclosure(policy: Policy, occasion: Occasion, sat: Sat, asked: Asked | None, viewer: Viewer) -> Disclosure:
    """Decide what may be shown of one question, or of the whole attempt (asked: None). Nothing else decides.

    Staff see everything. A learner sees nothing of an abandoned attempt: it may be opened again. During an attempt a
    question tells only what its own checks earned: right or wrong and the reason once checked, the rest once locked.
    Where they may not know whether they passed, nothing opens because they did.
    What they got fully right holds no secret: where right or wrong is told, its key is shown as theirs. Points of one
    question tell whether it was right, so they wait for that. What another open attempt asks is withheld always.
    """
    return disclosures(policy, occasion, sat, (asked,), viewer)[0]


def disclosures(
    policy: Policy, occasion: Occasion, sat: Sat, asked: Sequence[Asked | None], viewer: Viewer
) -> list[Disclosure]:  # fmt: skip
    """Decide as `disclosure` does for several questions of one attempt: the grid is read once for all of them."""
    if viewer is Viewer.STAFF:
        return [EVERYTHING for _each in asked]
    if sat.status is Status.ABANDONED:
        return [NOTHING for _each in asked]
    phase = phase_of(occasion, sat)
    if phase is not Phase.DURING and not _is_on(policy.cell(phase, Switch.OVERALL_FEEDBACK), occasion, sat):
        sat = replace(sat, passed=False)  # what opens once passed would tell who has passed
    on = {switch for switch in Switch if _is_on(policy.cell(phase, switch), occasion, sat)}
    on = {switch for switch in on if on.issuperset(NEEDS.get(switch, ()))}
    allowed = Disclosure(*(switch in on for switch in Switch))
    return [_for_one(allowed, each, phase) for each in asked]


def _for_one(allowed: Disclosure, asked: Asked | None, phase: Phase) -> Disclosure:
    if phase is Phase.DURING:
        allowed = _earned(allowed, asked)
    return allowed if asked is None else _of_question(allowed, asked)


def _is_on(cell: Cell, occasion: Occasion, sat: Sat) -> bool:
    if isinstance(cell, datetime):
        return occasion.now >= cell
    if cell in CONDITIONS:
        return (sat.passed and cell is not Value.AFTER_LAST_ATTEMPT) or (sat.last and cell is not Value.ONCE_PASSED)
    return cell is Value.YES


def _earned(allowed: Disclosure, asked: Asked | None) -> Disclosure:
    """Return what is left of it while the paper is open: the score and a pass do not exist yet."""
    if asked is None or not asked.checked:
        return Disclosure(attempt=allowed.attempt)
    locked = asked.locked
    return replace(allowed, general=allowed.general and locked, key=allowed.key and locked, overall=False)


def _of_question(allowed: Disclosure, asked: Asked) -> Disclosure:
    allowed = replace(allowed, marks=allowed.marks and allowed.correctness)
    if asked.withheld:
        return replace(allowed, own_reason=False, general=False, key=False)
    settled = asked.locked or not asked.checked
    known = allowed.correctness and settled and asked.state is State.RIGHT and not asked.given
    return replace(allowed, key=allowed.key or known)


@dataclass(frozen=True)
class Outlook:
    """When a switch that is off will be on: at a moment, or by a value's condition; neither: never, as things are."""

    moment: datetime | None = None
    value: Value | None = None


def outlook(policy: Policy, occasion: Occasion, sat: Sat, switch: Switch) -> Outlook:
    """Return when a switch of a submitted attempt comes on, looking from now through the phases that are still to come.

    The cell of the present phase comes first, then the later ones; a phase whose moment nobody knows is left out.
    """
    phase = phase_of(occasion, sat)
    found = _coming(policy.cell(phase, switch), occasion.now)
    if found is not None:
        return found
    begins = {
        Phase.LATER: sat.submitted_at + JUST_AFTER if sat.submitted_at else None,
        Phase.CLOSED: occasion.closes_at,
    }
    order = list(Phase)
    for later in order[order.index(phase) + 1 :]:
        start = begins.get(later)
        if start is not None and start > occasion.now:
            cell = policy.cell(later, switch)
            if cell is Value.YES or (isinstance(cell, datetime) and cell <= start):
                return Outlook(moment=start)
            found = _coming(cell, start)
            if found is not None:
                return found
    return Outlook()


def _coming(cell: Cell, after: datetime) -> Outlook | None:
    if isinstance(cell, datetime):
        return Outlook(moment=cell) if cell > after else None
    return Outlook(value=cell) if cell in CONDITIONS else None
