"""Deciding about a question, and carrying the decision out: one transaction per attempt, each done once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.accounts.domain import Actor
from learnapp.kit import logs
from learnapp.kit.db import read, write
from learnapp.kit.errors import Conflict, Forbidden, NotFound, Problem
from learnapp.kit.worker import unless_idle
from learnapp.quizzes.domain.attempt import Status
from learnapp.quizzes.domain.ruling import NEEDS_KEY, Policy
from learnapp.quizzes.storage import attempts, closing, marking
from learnapp.quizzes.storage.rows import QuestionRow

from . import storage
from .concerned import Concerned, concerned, counted
from .domain import Counts, Decision, Effect, counts, problems_of, reason_problems
from .effects import Change, Plan, changes
from .questions import Question, question_named
from .storage import Correction, Waiting

BATCH = 100  # attempts that a request does before it answers; the worker does the rest
PAUSE = timedelta(minutes=1)  # of the worker, before it looks again at a decision of which it could do nothing


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a decision would do: counts of everything, and each attempt that was handed in with its effect."""

    counts: Counts
    effects: Sequence[tuple[Concerned, Effect]]


def plan_for(question: Question, decision: Decision) -> Plan:
    """Return what it takes to carry a decision out."""
    wordings = {each.id: each.wording for each in question.versions}
    keys = {each.id: each.keyed for each in question.versions}
    return Plan(decision, question.newest.wording, wordings, keys)


def problems(question: Question, decision: Decision) -> list[Problem]:
    """Return why a decision makes no sense for a question; [] when it does."""
    corrected = any(each.policy is not Policy.KEEP for each in storage.corrections(read(), question_id=question.id))
    return problems_of(decision, [each.wording for each in question.versions], corrected)


def dry_run(question: Question, decision: Decision) -> DryRun:
    """Return what a decision would do now, and change nothing; about six statements, however many attempts."""
    if decision.policy is Policy.KEEP:
        return DryRun(Counts(), ())
    session = read()
    found = concerned(session, question.id, decision.upto)
    standing = counted(session, question.id, decision.upto)
    plan = plan_for(question, decision)
    effects = [(one, change.effect) for one, change in changes(plan, found, standing)]
    still_open = sum(one.facts.status == Status.OPEN for one in found)
    return DryRun(counts((effect for _one, effect in effects), still_open), effects)


def decide(
    actor: Actor | None, track: str, key: str, decision: Decision, seen: int, now: datetime
) -> tuple[str, list[Problem]]:
    """Write a decision down, to be carried out; return its public id, or "" with the problems.

    actor: None at the command line. seen: id of the newest decision about the question that the actor saw, 0 for
    none. The same decision sent again by the same person is the one that was written. Raises NotFound,
    Conflict("correction_running", by=...) while another one is carried out, and Conflict("corrected_meanwhile").
    """
    reason = decision.reason.replace("\0", "").strip()
    with write() as session:
        question = _locked(session, track, key)
        found = problems(question, decision) + reason_problems(reason)
        if found:
            return "", found
        newest = next(iter(storage.corrections(session, question_id=question.id)), None)
        values = _values(question, decision, actor) | {"reason": reason}
        if newest is not None and newest.id != seen:
            if _same(newest, values):
                return newest.public_id, []
            raise Conflict("correction_running" if newest.running else "corrected_meanwhile", by=newest.by)
        if newest is not None and newest.running:
            raise Conflict("correction_running", by=newest.by)
        done = decision.policy is Policy.KEEP  # nothing to carry out
        status = {"status": storage.DONE if done else storage.RUNNING, "finished_at": now if done else None}
        return storage.add_correction(session, values | status | {"made_at": now}), []


def _locked(session: Session, track: str, key: str) -> Question:
    """Return a question, locked: two people who decide about it at the same moment come one after the other."""
    row = select(QuestionRow.id).where(QuestionRow.key == key, QuestionRow.track == track).with_for_update()
    session.execute(row)
    return question_named(session, track, key)


def _values(question: Question, decision: Decision, actor: Actor | None) -> dict[str, object]:
    about = next((each for each in question.versions if each.number == decision.upto), question.newest)
    return {
        "question_id": question.id,
        "version_id": question.newest.id if decision.policy in NEEDS_KEY else about.id,
        "policy": str(decision.policy),
        "option": decision.option if decision.policy is Policy.OPTION else None,
        "may_lower": decision.may_lower,
        "actor_id": actor.id if actor else None,
    }


def _same(made: Correction, values: dict[str, object]) -> bool:
    return all(getattr(made, name) == value for name, value in values.items())


def carry_on(public_id: str, now: datetime, limit: int = BATCH, *, past_faults: bool = False) -> int:
    """Carry a decision out for up to `limit` attempts, each in a transaction of its own; return how many were done.

    past_faults: broken attempts do not count into the limit, so that many of them hold up no others.
    The request that decides, its "carry on" button and the worker all come through here; stopped anywhere it goes
    on where it stopped. When nothing is left the decision is closed.
    """
    made = storage.correction(read(), public_id)
    if not made.running:
        return 0
    plan = plan_for(_as_decided(made), made.decision)
    left = _left(made, plan)
    done = 0
    for attempt in left if past_faults else left[:limit]:
        if done == limit:
            break
        try:
            done += _correct(made, plan, attempt, now)
        except Exception as error:  # one broken attempt must not hold up the others; the decision stays open
            logs.fault("attempt_not_corrected", error)
    if len(left) <= limit and not _left(made, plan):
        with write() as session:
            storage.finish(session, made.id, now)
    return done


def carry_on_all(now: datetime, limit: int = BATCH) -> int:
    """Carry on whatever was decided and is not done: the worker's duty; return how many attempts were done.

    A decision of which only attempts are left that cannot be graded is looked at once a minute, until it is stopped.
    """

    def duty(made: Correction) -> int:
        return unless_idle(
            f"correction {made.public_id}",
            PAUSE,
            lambda then: carry_on(made.public_id, then, limit, past_faults=True),
            now,
        )

    return sum(duty(made) for made in reversed(storage.corrections(read(), status=storage.RUNNING)))


def stop(public_id: str, now: datetime) -> bool:
    """End a decision whose last attempts cannot be graded, and leave those as they are; return whether it has ended.

    Each is tried once more: as long as anything can still be done, it goes on. Raises NotFound.
    """
    if carry_on(public_id, now, past_faults=True):
        return not storage.correction(read(), public_id).running
    made = storage.correction(read(), public_id)
    if made.running:
        with write() as session:
            storage.finish(session, made.id, now)
        logs.warn("correction_stopped", count=len(not_reached(storage.correction(read(), public_id))))
    return True


def not_reached(made: Correction) -> list[Concerned]:
    """Return the attempts that a closed decision has not reached, because it was stopped before; mostly none."""
    if made.running or made.policy is Policy.KEEP:
        return []
    plan = plan_for(_as_decided(made), made.decision)
    since = storage.corrections(read(), question_id=made.question_id)
    last = not any(each.id > made.id and each.policy is not Policy.KEEP for each in since)
    rows = storage.waiting(read(), made.id, made.question_id, plan.decision.upto)
    missed = {row.attempt for row in rows if _is_missed(row, made, plan, last)}
    found = concerned(read(), made.question_id, plan.decision.upto) if missed else []
    return [one for one in found if one.facts.public_id in missed]


def _is_missed(row: Waiting, made: Correction, plan: Plan, last: bool) -> bool:
    """Say whether an attempt without an entry was there and got no ruling. last: no later decision replaced that."""
    if plan.carried(row) or (row.status != Status.SUBMITTED and plan.problem_of(row.version_id)):
        return False
    if last:
        return made.finished_at is not None and row.started_at < made.finished_at
    return row.submitted_at is not None and row.submitted_at <= made.made_at


def left_to_do(made: Correction) -> int:
    """Return how many attempts a decision has not reached."""
    return len(_left(made, plan_for(_as_decided(made), made.decision))) if made.running else 0


def _as_decided(made: Correction) -> Question:
    """Return the question as it was when this was decided: a wording published since changes nothing about it."""
    question = question_named(read(), made.track, made.key)
    if made.policy not in NEEDS_KEY:
        return question
    return Question(
        question.id,
        question.key,
        question.track,
        tuple(each for each in question.versions if each.number <= made.number),
    )


def _left(made: Correction, plan: Plan) -> list[str]:
    rows = storage.waiting(read(), made.id, made.question_id, plan.decision.upto)
    return list(dict.fromkeys(row.attempt for row in rows if _to_do(row, plan)))


def _to_do(row: Waiting, plan: Plan) -> bool:
    """Say whether an attempt without an entry is to be done: an open one only until it carries the ruling."""
    return row.status == Status.SUBMITTED or not (plan.carried(row) or plan.problem_of(row.version_id))


def _correct(made: Correction, plan: Plan, attempt_id: str, now: datetime) -> bool:
    """Carry a decision out for one attempt; return whether this call did it."""
    with write() as session:
        try:
            paper = attempts.locked_for_grading(session, attempt_id)
        except NotFound:  # deleted meanwhile
            return False
        if not storage.is_to_do(session, made.id, paper.id):
            return False
        values = (session, made.question_id, plan.decision.upto, attempt_id)
        [one] = concerned(*values)
        if one.facts.status != Status.SUBMITTED:
            _rule(session, plan, one)
            return True
        [(_one, change)] = changes(plan, [one], counted(*values))
        if change.effect.applied:
            _apply(session, plan, one, change, paper)
        storage.add_entry(session, made.id, paper.id, change.effect, now)
        if change.effect.applied and change.effect.told:
            storage.tell(session, paper.id, now)
    return True


def _rule(session: Session, plan: Plan, one: Concerned) -> None:
    """Write the ruling on an attempt that has no score yet: it will be graded so, and nobody is told."""
    for slot in one.slots:
        if plan.problem_of(slot.question_version_id) is None:
            marking.set_ruling(session, slot.id, plan.stored_ruling, plan.key_id)


def _apply(session: Session, plan: Plan, one: Concerned, change: Change, paper: attempts.Paper) -> None:
    _rule(session, plan, one)
    for slot_id, grade in change.grades.items():
        marking.set_grade(session, slot_id, grade.fraction, grade.state)
    marking.rescore(session, paper, change.rescored)
    if change.rescored.provisional:
        closing.forget_score(session, paper)
    closing.keep_score(session, paper)


def see(actor: Actor, attempt_id: str) -> None:
    """Note that the actor has seen their changed score. Raises NotFound when the attempt is not theirs."""
    with write() as session:
        storage.seen(session, attempt_id, actor.id)


def refuse_unless_known(policy: str) -> Policy:
    """Return the policy of this name. Raises Forbidden("unknown_policy")."""
    try:
        return Policy(policy)
    except ValueError:
        raise Forbidden("unknown_policy") from None
