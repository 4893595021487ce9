"""The questions that somebody has answered: their wordings with keys, for staff, and which of them changed since."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, distinct, func, select
from sqlalchemy.orm import Session, aliased

from learnapp.accounts.domain import Actor
from learnapp.cohorts.domain import INSTRUCTOR, LEARNER
from learnapp.cohorts.storage import CohortRow, EnrolmentRow
from learnapp.kit.errors import NotFound
from learnapp.quizzes.domain.ruling import Policy
from learnapp.quizzes.storage.rows import QuestionRow
from learnapp.quizzes.storage.tables import attempt_t, question_t, quiz_t, slot_t, version_t
from learnapp.quizzes.types import type_named

from .domain import NOT_LATER, Wording
from .storage import IN_SCOPE, correction_t, person_t

_newer_t = question_t.alias("newest")
_asked_t = question_t.alias("asked")


@dataclass(frozen=True, slots=True)
class Version:
    """One published wording with its key. answered: in how many attempts it stands, previews left out."""

    id: int
    number: int
    type: str
    shown: dict[str, Any]
    keyed: dict[str, Any]
    published_at: datetime
    answered: int

    @property
    def wording(self) -> Wording:
        """Return it as the rules see it."""
        kind = type_named(self.type)
        options = kind.alternatives(kind.parse(self.keyed["item"]))
        return Wording(self.id, self.number, self.type, self.shown, frozenset(options))


@dataclass(frozen=True, slots=True)
class Question:
    """A question under its stable key, with all its wordings, the oldest first."""

    id: int
    key: str
    track: str
    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        """Return the wording that new attempts get."""
        return self.versions[-1]

    @property
    def earlier(self) -> tuple[Version, ...]:
        """Return the older wordings that some attempt was asked, the newest first."""
        return tuple(each for each in self.versions[-2::-1] if each.answered)

    def asked_on(self, policy: Policy, number: int) -> bool:
        """Say whether later attempts are asked what a decision about wordings up to this number found wrong."""
        return policy in NOT_LATER and number >= self.newest.number

    def number(self, version_id: int) -> int:
        """Return the number of one of its wordings."""
        return next(each.number for each in self.versions if each.id == version_id)


@dataclass(frozen=True, slots=True)
class Listed:
    """A question in a list. attempts: those it is about. at: when its newest wording was published.

    key_changed: not only words are another in the newest wording, but what is right or how it is scored.
    """

    id: int
    key: str
    track: str
    stem: str
    attempts: int
    at: datetime
    key_changed: bool = True


_answered = (
    select(slot_t.c.question_version_id, func.count(distinct(attempt_t.c.id)).label("attempts"))
    .join(attempt_t, attempt_t.c.id == slot_t.c.attempt_id)
    .join(person_t, person_t.c.id == attempt_t.c.person_id)
    .where(*IN_SCOPE)
    .group_by(slot_t.c.question_version_id)
    .subquery()
)
_VERSIONS = (
    select(
        question_t.c.id, question_t.c.number, question_t.c.type, question_t.c.shown, question_t.c.keyed,
        question_t.c.published_at, func.coalesce(_answered.c.attempts, 0),
    )
    .outerjoin(_answered, _answered.c.question_version_id == question_t.c.id)
    .where(question_t.c.question_id == bindparam("question_id"))
    .order_by(question_t.c.number)
)  # fmt: skip


def question_named(session: Session, track: str, key: str) -> Question:
    """Return a question with its wordings and their keys. Raises NotFound, also for what only is read."""
    known = select(QuestionRow.id).where(QuestionRow.key == key, QuestionRow.track == track)
    question_id = session.scalar(known)
    if question_id is None:
        raise NotFound("question")
    versions = tuple(Version(*row) for row in session.execute(_VERSIONS, {"question_id": question_id}))
    if not versions or not type_named(versions[-1].type).marked:
        raise NotFound("question")
    return Question(question_id, key, track, versions)


def _listed(*about: Any) -> Select[Any]:
    """Return the statement for questions with the number of attempts that asked them, as `about` narrows both."""
    number = select(func.max(question_t.c.number)).where(question_t.c.question_id == QuestionRow.id).scalar_subquery()
    counted = (
        select(
            QuestionRow.id.label("id"), _newer_t.c.id.label("newest"),
            func.count(distinct(attempt_t.c.id)).label("many"),
        )
        .select_from(QuestionRow)
        .join(_newer_t, and_(_newer_t.c.question_id == QuestionRow.id, _newer_t.c.number == number))
        .join(_asked_t, _asked_t.c.question_id == QuestionRow.id)
        .join(slot_t, slot_t.c.question_version_id == _asked_t.c.id)
        .join(attempt_t, attempt_t.c.id == slot_t.c.attempt_id)
        .join(quiz_t, quiz_t.c.id == attempt_t.c.quiz_id)
        .join(person_t, person_t.c.id == attempt_t.c.person_id)
        .where(*IN_SCOPE, *about)
        .group_by(QuestionRow.id, _newer_t.c.id)
        .subquery()
    )  # fmt: skip
    return (
        select(
            QuestionRow.id, QuestionRow.key, QuestionRow.track, question_t.c.type, question_t.c.shown,
            counted.c.many, question_t.c.published_at,
        )
        .join(counted, counted.c.id == QuestionRow.id)
        .join(question_t, question_t.c.id == counted.c.newest)
        .order_by(question_t.c.published_at.desc(), QuestionRow.key, QuestionRow.track)
    )  # fmt: skip


_decided = (
    select(correction_t.c.id)
    .where(correction_t.c.question_id == QuestionRow.id, correction_t.c.made_at >= _newer_t.c.published_at)
    .correlate(QuestionRow, _newer_t)
    .exists()
)
_CHANGED = _listed(_asked_t.c.number < _newer_t.c.number, ~_decided)
_last = (
    select(func.max(correction_t.c.id))
    .where(correction_t.c.question_id == QuestionRow.id, correction_t.c.policy != Policy.KEEP.value)
    .correlate(QuestionRow)
    .scalar_subquery()
)
_not_later = (
    select(correction_t.c.id)
    .where(correction_t.c.id == _last, correction_t.c.version_id == _newer_t.c.id)
    .where(correction_t.c.policy.in_(sorted(NOT_LATER)))
    .correlate(QuestionRow, _newer_t)
    .exists()
)
_STILL_ASKED = _listed(_newer_t.c.id.in_(bindparam("on_papers", expanding=True)), _not_later)
_PAPERS = select(version_t.c.papers).join(quiz_t, quiz_t.c.version_id == version_t.c.id)
_KEYS = select(question_t.c.question_id, question_t.c.type, question_t.c.keyed).where(
    question_t.c.question_id.in_(bindparam("ids", expanding=True))
)
_OF_QUIZ = _listed(quiz_t.c.slug == bindparam("slug"), attempt_t.c.track == bindparam("track"))
_begun = (
    select(attempt_t.c.quiz_id, attempt_t.c.track, func.max(attempt_t.c.quiz_version_id).label("version_id"))
    .where(attempt_t.c.kind != "preview")
    .group_by(attempt_t.c.quiz_id, attempt_t.c.track)
    .subquery()
)
_QUIZZES = (
    select(quiz_t.c.slug, _begun.c.track, version_t.c.titles)
    .join(_begun, _begun.c.quiz_id == quiz_t.c.id)
    .join(version_t, version_t.c.id == func.coalesce(quiz_t.c.version_id, _begun.c.version_id))
    .order_by(quiz_t.c.position, quiz_t.c.id, _begun.c.track)
)


def changed(session: Session) -> list[Listed]:
    """Return the questions with a newer wording than some attempt was asked, about which nobody has decided yet.

    An attempt that goes on is among them: it will be graded by the wording that it pinned, unless one decides.
    """
    listed = _as_listed(session, _CHANGED, {})
    keys: dict[int, set[str]] = defaultdict(set)
    for question_id, kind, keyed in session.execute(_KEYS, {"ids": [each.id for each in listed]}):
        keys[question_id].add(_key(kind, keyed))
    return [replace(each, key_changed=len(keys[each.id]) > 1) for each in listed]


def still_asked(session: Session) -> list[Listed]:
    """Return the questions that quizzes go on asking in the wording that a decision found wrong: two statements."""
    pools = (pool for papers in session.scalars(_PAPERS) for track in papers.values() for pool in track)
    return _as_listed(
        session, _STILL_ASKED, {"on_papers": sorted({each for pool in pools for each in pool["questions"]})}
    )


def _key(kind: str, keyed: dict[str, Any]) -> str:
    """Return what is right and how it is scored, without any words."""
    bare = type_named(kind).map_texts(keyed["item"], lambda _text, _place: "")
    return json.dumps([kind, bare], sort_keys=True)


def questions_of(session: Session, slug: str, track: str) -> list[Listed]:
    """Return the questions that were asked in attempts of a quiz."""
    return _as_listed(session, _OF_QUIZ, {"slug": slug, "track": track})


def _as_listed(session: Session, statement: Select[Any], values: dict[str, Any]) -> list[Listed]:
    return [
        Listed(id, key, track, str(shown["stem"]), many, at)
        for id, key, track, kind, shown, many, at in session.execute(statement, values)
        if type_named(kind).marked
    ]


def quizzes(session: Session) -> Sequence[tuple[str, str, str]]:
    """Return the quizzes that anybody has begun, as (slug, track, title), in the order of the course."""
    return [(slug, track, titles.get(track, slug)) for slug, track, titles in session.execute(_QUIZZES)]


def taught_by(session: Session, actor: Actor | None) -> frozenset[int]:
    """Return the people who are learners of a group that the actor teaches now: whose names the actor may see."""
    if actor is None:
        return frozenset()
    mine, theirs = aliased(EnrolmentRow), aliased(EnrolmentRow)
    rows = (
        select(theirs.person_id)
        .join(mine, mine.cohort_id == theirs.cohort_id)
        .join(CohortRow, CohortRow.id == theirs.cohort_id)
        .where(mine.person_id == actor.id, mine.part == INSTRUCTOR, mine.left_at.is_(None))
        .where(theirs.part == LEARNER, theirs.left_at.is_(None), CohortRow.archived_at.is_(None))
    )
    return frozenset(session.scalars(rows))
