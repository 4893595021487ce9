"""What publishing writes: questions and quizzes as numbered versions that never change afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from .rows import QuestionRow, QuestionVersionRow, QuizRow, QuizVersionRow

Json = Mapping[str, Any]
BESIDE = 10_000  # from this position on stand quizzes that are no lesson's own: final tests, practice, the demo's
_QUIZ = select(QuizRow.id, QuizRow.lesson_slug, QuizRow.position, QuizRow.version_id).where(
    QuizRow.slug == bindparam("slug")
)


def publish_question(
    session: Session,
    *,
    key: str,
    track: str,
    content_hash: str,
    type: str,
    objective: str,
    critical: bool,
    weight: Fraction | int,
    claims: Sequence[str],
    shown: Json,
    keyed: Json,
    now: datetime,
) -> int:
    """Publish one wording of a question for one track; return the id of its version.

    The newest version's id comes back when its hash is the same; otherwise a new number is made.
    `shown` may reach a page before hand-in; whatever gives the answer away belongs in `keyed`.
    """
    question_id = _question_id(session, key, track)
    newest = _newest_question_version(session, question_id)
    if newest is not None and newest.content_hash == content_hash:
        return int(newest.id)
    values = {
        "question_id": question_id,
        "number": newest.number + 1 if newest else 1,
        "content_hash": content_hash,
        "type": type,
        "objective": objective,
        "critical": critical,
        "weight": Fraction(weight),
        "claims": list(claims),
        "shown": dict(shown),
        "keyed": dict(keyed),
        "published_at": now,
    }
    return _insert(session, QuestionVersionRow, values)


def publish_quiz(
    session: Session,
    *,
    slug: str,
    lesson_slug: str,
    position: int,
    content_hash: str,
    titles: Json,
    settings: Json,
    objectives: Json,
    papers: Json,
    now: datetime,
    sections: Json | None = None,
) -> bool:
    """Publish a quiz; return whether anything changed. Running attempts keep the version they pinned.

    lesson_slug: "" when it belongs to no lesson. titles: {track: text}. objectives: {track: {"O1": text}};
    a final test's are "healing:O1". settings: {"layout": "paged" | "single", "time_limit_minutes": number | None,
    "attempt_limit": number | None | {track: ...}, "pass_percent": {track: number}, "kind", "behaviour",
    "penalty": "1/3", "certainty": {track: ...}, "order": "shuffled" | "fixed", "keep", "final", "demo", "review"}.
    papers: {track: [{"pool", "objective", "draw", "section", "questions": [question_version_id, ...]}, ...]}.
    sections: {track: {key: {"title", "intro"}}}; a paper's rows stand section by section.
    """
    quiz = session.execute(_QUIZ, {"slug": slug}).one_or_none()
    place = {"lesson_slug": lesson_slug, "position": position}
    quiz_id = quiz.id if quiz else _insert(session, QuizRow, {"slug": slug, **place})
    newest = _newest_quiz_version(session, quiz_id)
    if newest is not None and newest.content_hash == content_hash:
        now_is = (lesson_slug, position, newest.id)
        moved = quiz is not None and (quiz.lesson_slug, quiz.position, quiz.version_id) != now_is
        if moved:
            session.execute(update(QuizRow).where(QuizRow.id == quiz_id).values(version_id=newest.id, **place))
        return moved
    parts = {"titles": titles, "settings": settings, "objectives": objectives, "papers": papers}
    number = newest.number + 1 if newest else 1
    shared = {"quiz_id": quiz_id, "number": number, "content_hash": content_hash, "published_at": now}
    values = {**shared, "sections": dict(sections or {}), **{name: dict(part) for name, part in parts.items()}}
    version_id = _insert(session, QuizVersionRow, values)
    session.execute(update(QuizRow).where(QuizRow.id == quiz_id).values(version_id=version_id, **place))
    return True


def hide_other_quizzes(session: Session, slugs: Sequence[str]) -> None:
    """Let nobody start quizzes that are no longer written; attempts keep their paper, and scores stay."""
    session.execute(update(QuizRow).where(QuizRow.slug.not_in(list(slugs))).values(version_id=None))


def _question_id(session: Session, key: str, track: str) -> int:
    known = select(QuestionRow.id).where(QuestionRow.key == key, QuestionRow.track == track)
    found = session.scalar(known)
    return found if found is not None else _insert(session, QuestionRow, {"key": key, "track": track})


def _newest_question_version(session: Session, question_id: int) -> Any:
    version = QuestionVersionRow
    return session.execute(
        select(version.id, version.number, version.content_hash)
        .where(version.question_id == question_id)
        .order_by(version.number.desc())
        .limit(1)
    ).one_or_none()


def _newest_quiz_version(session: Session, quiz_id: int) -> Any:
    version = QuizVersionRow
    return session.execute(
        select(version.id, version.number, version.content_hash)
        .where(version.quiz_id == quiz_id)
        .order_by(version.number.desc())
        .limit(1)
    ).one_or_none()


def _insert(session: Session, row: Any, values: dict[str, Any]) -> int:
    return int(session.execute(insert(row).values(**values).returning(row.id)).scalar_one())
