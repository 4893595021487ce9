"""What a review may show of a question, and when: one pure decision (rules A5, D12)."""

from dataclasses import dataclass
from enum import StrEnum

from learnapp.quizzes.domain.attempt import Status
from learnapp.quizzes.domain.grading import State


class Viewer(StrEnum):
    """Who looks at the attempt: the learner who sat it, or staff who may see it."""

    LEARNER = "learner"
    STAFF = "staff"


@dataclass(frozen=True)
class Disclosure:
    """What a review may show of one question (rules A5, D12).

    marks: points and right/wrong. own_reason: the explanation of what they chose.
    key: the best answer. all_reasons: every option's reason and the general explanation.
    """

    marks: bool = False
    own_reason: bool = False
    key: bool = False
    all_reasons: bool = False


NOTHING = Disclosure()
EVERYTHING = Disclosure(marks=True, own_reason=True, key=True, all_reasons=True)


def disclosure(
    track: str,
    status: Status,
    passed: bool,
    is_last_attempt: bool,
    state: State,
    viewer: Viewer,
    practice: bool = False,
) -> Disclosure:
    """Decide what may be shown of one question of an attempt (rules D12).

    passed: the learner has passed this quiz in any submitted attempt, not only in this one: who has
    passed may read every paper of theirs. is_last_attempt: no further attempt may be started; never
    true without an attempt limit, so there the key waits for a pass. state: of this question. practice: the
    attempt never counts, so there is nothing to keep for later.

    Staff see everything. A learner sees nothing of an attempt that is open or abandoned. After
    submitting, patients see everything; trainees see marks and the reason of what they chose, and the
    rest once they passed or used their last attempt. What a trainee got fully right holds no secret:
    its key is their own answer, so it is shown as such.
    """
    if viewer is Viewer.STAFF:
        return EVERYTHING
    if status is not Status.SUBMITTED:
        return NOTHING
    if track == "patient" or passed or is_last_attempt or practice:
        return EVERYTHING
    return Disclosure(marks=True, own_reason=True, key=state is State.RIGHT)


def told_by_check(track: str, kind: str, locked: bool, state: State) -> Disclosure:
    """Decide what a check may tell while the paper is open (rules A3, D12).

    locked: the question takes no more answers. While tries are left: marks and the reason of what was
    chosen. Once locked, patients and everybody in practice see everything; others what they will see
    after handing in, and the key when they gave it themselves.
    """
    if locked and (track == "patient" or kind == "practice"):
        return EVERYTHING
    return Disclosure(marks=True, own_reason=True, key=locked and state is State.RIGHT)
