"""The review policy applied to what is stored: what a learner may be told of their attempts now (rules A5, D12)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from .domain.attempt import Status
from .domain.review import Disclosure, Occasion, Policy, Sat, Viewer, disclosure, policy_of
from .storage.attempts import Paper
from .storage.standing import Standing, Try
from .storage.terms import by_track


def policy(settings: Mapping[str, Any], track: str) -> Policy:
    """Return the review policy of a quiz version's settings for a track."""
    return policy_of(by_track(settings.get("review"), track), track, settings.get("kind") == "practice")


def occasion(where: Standing, track: str, now: datetime) -> Occasion:
    """Return the moment, and when the quiz closes for this learner: as it is now, overrides included."""
    return Occasion(now, where.terms(track).closes_at)


def sat(one: Paper | Try, where: Standing) -> Sat:
    """Return an attempt, and where its learner stands in the quiz."""
    return Sat(Status(one.status), one.submitted_at, where.passed, where.last(one.track))


def told_of(one: Paper | Try, where: Standing, now: datetime) -> Disclosure:
    """Return what its learner may be told of a whole attempt."""
    rules = policy(where.settings, one.track)
    return disclosure(rules, occasion(where, one.track, now), sat(one, where), None, Viewer.LEARNER)


def masked(where: Standing, now: datetime) -> Standing:
    """Return a learner's tries without the scores and results that they may not be told yet.

    Which try counts tells how scores compare: while one of them is hidden, none is marked as the one that counts.
    """
    if not where.settings.get("review"):  # our defaults tell every score and result once it is handed in
        return where
    tells = [told_of(one, where, now) for one in where.tries]
    handed_in = [tell for one, tell in zip(where.tries, tells, strict=True) if one.status == Status.SUBMITTED]
    if all(tell.marks and tell.overall for tell in handed_in):
        return where
    compared = all(tell.marks for tell in handed_in)
    tries = tuple(_masked(one, tell, compared) for one, tell in zip(where.tries, tells, strict=True))
    return replace(where, tries=tries, average=where.average if compared else None)


def tells_goals(where: Standing, now: datetime) -> bool:
    """Say whether a learner may be told what each goal of a quiz earned: points, and so what was right."""
    if not where.settings.get("review"):
        return True
    tells = (told_of(one, where, now) for one in where.tries if one.status == Status.SUBMITTED)
    return all(tell.marks and tell.correctness for tell in tells)


def _masked(one: Try, tell: Disclosure, compared: bool) -> Try:
    return replace(
        one,
        score=one.score if tell.marks else None,
        passed=one.passed if tell.overall else None,
        safety_missed=one.safety_missed and tell.overall,
        counts=one.counts and compared,
        rescored_at=one.rescored_at if tell.marks else None,  # only where the answer was wrong, it changes the score
    )
