"""What this room keeps about a person, to take along: their own answers always, the rest as the pages tell it."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from markupsafe import Markup
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from learnapp.kit.i18n import _
from learnapp.kit.personal import Kept, Record

from . import disclosing
from .domain.grading import State
from .domain.review import NOTHING, Asked, Disclosure, Viewer, disclosure
from .domain.ruling import ruling_in, without_key
from .storage.rows import AttemptEventRow, MarkingRow, StaleSaveRow
from .storage.saving import step_t
from .storage.standing import Standing, Try, asked_now, standing
from .storage.tables import attempt_t, grade_t, question_t, quiz_t, slot_t, version_t
from .types import type_named

_ATTEMPTS: Select[Any] = (
    select(*attempt_t.c, quiz_t.c.slug, version_t.c.titles)
    .join(quiz_t, quiz_t.c.id == attempt_t.c.quiz_id)
    .join(version_t, version_t.c.id == attempt_t.c.quiz_version_id)
    .order_by(attempt_t.c.started_at, attempt_t.c.id)
)
# The key is not among the columns: no list of these can hold it.
_SLOTS: Select[Any] = (
    select(*slot_t.c, question_t.c.type, question_t.c.shown)
    .join(question_t, question_t.c.id == slot_t.c.question_version_id)
    .order_by(slot_t.c.position)
)


class Own:
    """One person's attempts, and what they may be told of each: by the review policy, as on the pages (rules A5)."""

    def __init__(self, session: Session, person_id: int, now: datetime) -> None:
        self.session, self.person_id, self.now = session, person_id, now
        self._standings: dict[tuple[int, str], Standing] = {}
        self._shown: dict[tuple[int, str, datetime], dict[str, Try]] = {}
        self._told: dict[int, dict[int, Disclosure]] = {}

    @cached_property
    def attempts(self) -> list[Row[Any]]:
        """Every attempt, the oldest first."""
        return list(self.session.execute(_ATTEMPTS.where(attempt_t.c.person_id == self.person_id)).all())

    def slots(self, attempt: Row[Any]) -> list[Row[Any]]:
        """Return the questions of an attempt."""
        return list(self.session.execute(_SLOTS.where(slot_t.c.attempt_id == attempt.id)).all())

    def standing(self, attempt: Row[Any]) -> Standing:
        """Return where the person stands in the attempt's quiz."""
        key = (attempt.quiz_id, attempt.kind)
        if key not in self._standings:
            self._standings[key] = standing(self.session, self.person_id, *key)
        return self._standings[key]

    def moment(self, attempt: Row[Any]) -> datetime:
        """Return when somebody looks; a preview pretends another moment."""
        return attempt.preview_at or self.now

    def told(self, attempt: Row[Any]) -> Disclosure:
        """Return what may be told of the whole attempt."""
        where, one = self._try(attempt)
        return disclosing.told_of(one, where, self.moment(attempt)) if one else NOTHING

    def shown_try(self, attempt: Row[Any]) -> Try | None:
        """Return the attempt as lists of tries show it: without what may not be told yet."""
        key = (attempt.quiz_id, attempt.kind, self.moment(attempt))
        if key not in self._shown:
            shown = disclosing.masked(self.standing(attempt), self.moment(attempt))
            self._shown[key] = {one.public_id: one for one in shown.tries}
        return self._shown[key].get(attempt.public_id)

    def told_of_slots(self, attempt: Row[Any], slots: list[Row[Any]]) -> dict[int, Disclosure]:
        """Return what may be told of each question, by slot; of an open attempt nothing that a check earned."""
        if attempt.id not in self._told:
            self._told[attempt.id] = self._decide(attempt, slots)
        return self._told[attempt.id]

    def _decide(self, attempt: Row[Any], slots: list[Row[Any]]) -> dict[int, Disclosure]:
        where, one = self._try(attempt)
        if one is None:
            return {slot.id: NOTHING for slot in slots}
        versions = [slot.question_version_id for slot in slots]
        withheld: frozenset[int] = frozenset()
        if where.any_open:
            withheld = asked_now(self.session, self.person_id, attempt.public_id, versions)
        policy = disclosing.policy(where.settings, attempt.track)
        occasion = disclosing.occasion(where, attempt.track, self.moment(attempt))
        sat = disclosing.sat(one, where)
        return {
            slot.id: disclosure(
                policy, occasion, sat, _question(slot, slot.question_version_id in withheld), Viewer.LEARNER
            )
            for slot in slots
        }  # fmt: skip

    def _try(self, attempt: Row[Any]) -> tuple[Standing, Try | None]:
        where = self.standing(attempt)
        return where, next((one for one in where.tries if one.public_id == attempt.public_id), None)


def _question(slot: Row[Any], withheld: bool) -> Asked:
    return Asked(State(slot.state), withheld=withheld, given=without_key(ruling_in(slot.ruling)) is not None)


def kept_about(session: Session, person_id: int, now: datetime) -> list[Kept]:
    """Return somebody's attempts, answers and what teachers wrote to them; and that they marked for others."""
    own = Own(session, person_id, now)
    return [
        _attempts(own),
        _kept_scores(own),
        _answers(own),
        _history(own),
        _refused(own),
        _marks(own),
        _events(own),
        *_given(own),
    ]


def _attempts(own: Own) -> Kept:
    columns = {
        "attempt": _("the attempt's number in the addresses of pages"),
        "quiz": _("the quiz"),
        "title": _("its title"),
        "track": _("trainee or patient"),
        "kind": _("graded, practice or preview"),
        "number": _("your first, second, ... try"),
        "status": _("open, submitted or abandoned"),
        "started_at": _("when you started"),
        "deadline": _("when your time ends or ended"),
        "closes_at": _("when the quiz closes for you"),
        "limit_minutes": _("the quiz's time limit"),
        "extra_minutes": _("your minutes on top of it"),
        "submitted_at": _("when it was handed in"),
        "handed_in_by": _(
            "who handed it in: learner (you), worker (when time was over) or reader (when you came back)"
        ),
        "late": _("whether an answer arrived in the seconds after the deadline"),
        "points": _("your points; empty while the quiz does not show them"),
        "points_possible": _("the points you could have"),
        "pass_percent": _("the percent that pass"),
        "passed": _("whether you passed; empty while the quiz does not show it"),
        "safety_missed": _("whether a safety question kept you from passing"),
        "counts": _("whether this try is the one that counts"),
        "waits_for_mark": _("whether a teacher must still mark an answer"),
    }
    return Kept("attempts", _("Your tries at quizzes"), columns, lambda: (_attempt(own, row) for row in own.attempts))


def _attempt(own: Own, row: Row[Any]) -> Record:
    shown = own.shown_try(row)
    return {
        "attempt": row.public_id, "quiz": row.slug, "title": row.titles.get(row.track), "track": row.track,
        "kind": row.kind, "number": row.number, "status": row.status, "started_at": row.started_at,
        "deadline": row.deadline, "closes_at": row.closes_at, "limit_minutes": row.limit_minutes,
        "extra_minutes": row.extra_minutes, "submitted_at": row.submitted_at, "handed_in_by": row.closed_by,
        "late": row.late_by_latency, "points": shown.score if shown else None, "points_possible": row.maximum,
        "pass_percent": row.pass_percent, "passed": shown.passed if shown else None,
        "safety_missed": shown.safety_missed if shown else None,
        "counts": shown.counts if shown else False, "waits_for_mark": row.provisional,
    }  # fmt: skip


def _kept_scores(own: Own) -> Kept:
    columns = {
        "quiz": _("the quiz"),
        "method": _("how the score that is kept comes about: highest, first, last or average"),
        "points": _("the points that are kept; empty while the quiz does not show them"),
        "points_possible": _("the points you could have"),
        "passed": _("whether that is a pass; empty while the quiz does not show it"),
    }
    return Kept("kept_scores", _("The score that counts in each quiz"), columns, lambda: _kept_rows(own))


def _kept_rows(own: Own) -> Iterator[Record]:
    rows = select(*grade_t.c, quiz_t.c.slug).join(quiz_t, quiz_t.c.id == grade_t.c.quiz_id).order_by(grade_t.c.id)
    for row in own.session.execute(rows.where(grade_t.c.person_id == own.person_id)).all():
        over = [each for each in own.attempts if (each.quiz_id, each.status) == (row.quiz_id, "submitted")]
        told = [own.told(each) for each in over if each.kind == "graded"]
        yield {
            "quiz": row.slug, "method": row.method,
            "points": row.score if all(tell.marks for tell in told) else None, "points_possible": row.maximum,
            "passed": row.passed if all(tell.marks and tell.overall for tell in told) else None,
        }  # fmt: skip


def _answers(own: Own) -> Kept:
    columns = {
        "attempt": _("the attempt"),
        "question": _("its number on the paper"),
        "asked": _("what was asked; empty while the quiz does not show it"),
        "answer": _("your newest answer, as it is stored"),
        "answer_in_words": _("the same in words"),
        "answered": _("whether it counts as answered"),
        "flagged": _("whether you marked it to come back to"),
        "sureness": _("how sure you said you were: 1, 2 or 3"),
        "version": _("how often you saved it"),
        "saved_at": _("when you saved it last"),
        "points": _("your points; empty while the quiz does not show them"),
        "points_possible": _("the points you could have"),
        "result": _("right, partial, wrong, ...; empty while the quiz does not show it"),
    }
    return Kept("answers", _("Your answers"), columns, lambda: _answer_rows(own))


def _answer_rows(own: Own) -> Iterator[Record]:
    for attempt in own.attempts:
        slots = own.slots(attempt)
        told = own.told_of_slots(attempt, slots)
        yield from (_answer(attempt, slot, told[slot.id]) for slot in slots)


def _answer(attempt: Row[Any], slot: Row[Any], told: Disclosure) -> Record:
    handed_in = attempt.status == "submitted"
    earned = slot.fraction * slot.weight if slot.fraction is not None and told.marks and handed_in else None
    return {
        "attempt": attempt.public_id, "question": slot.position,
        "asked": _asked(slot) if told.attempt else None, "answer": slot.answer,
        "answer_in_words": _in_words(slot) if told.attempt else None, "answered": slot.answered,
        "flagged": slot.flagged, "sureness": slot.certainty, "version": slot.revision, "saved_at": slot.saved_at,
        "points": earned, "points_possible": slot.weight,
        "result": slot.state if told.correctness and handed_in else None,
    }  # fmt: skip


def _asked(slot: Row[Any]) -> str:
    return Markup(slot.shown.get("stem", "")).striptags()  # noqa: S704  our own text, and only its words


def _in_words(slot: Row[Any]) -> str:
    return type_named(slot.type).summary(slot.shown, slot.answer)


def _history(own: Own) -> Kept:
    columns = {
        "attempt": _("the attempt"),
        "question": _("its number on the paper"),
        "version": _("which save it was"),
        "action": _("save, check (you asked whether it is right) or again (another try)"),
        "answer": _("what was saved"),
        "answered": _("whether it counted as answered"),
        "sureness": _("how sure you said you were"),
        "saved_at": _("when"),
        "late": _("whether it arrived in the seconds after the deadline"),
    }
    names = ("version", "action", "answer", "answered", "sureness", "saved_at", "late")
    steps = (
        step_t.c.seq, step_t.c.action, step_t.c.answer, step_t.c.answered, step_t.c.certainty, step_t.c.recorded_at,
        step_t.c.late_by_latency,
    )  # fmt: skip
    chosen = select(*_PLACE, *steps).join(slot_t, slot_t.c.id == step_t.c.slot_id).order_by(slot_t.c.id, step_t.c.seq)
    return Kept("answer_history", _("Every answer that you saved"), columns, lambda: _below(own, chosen, names))


_PLACE = (attempt_t.c.public_id, slot_t.c.position)


def _below(own: Own, chosen: Select[Any], names: tuple[str, ...]) -> Iterator[Record]:
    """Yield rows that hang on the person's slots, each with its attempt and question."""
    mine = chosen.join(attempt_t, attempt_t.c.id == slot_t.c.attempt_id).where(attempt_t.c.person_id == own.person_id)
    for row in own.session.execute(mine, execution_options={"yield_per": 500}):
        yield dict(zip(("attempt", "question", *names), row, strict=True))


def _refused(own: Own) -> Kept:
    columns = {
        "attempt": _("the attempt"),
        "question": _("its number on the paper"),
        "answer": _("what was sent, while a newer answer was saved on another page"),
        "knew_version": _("the save that the page knew"),
        "sent_at": _("when"),
    }
    stale = StaleSaveRow.__table__.c
    chosen = select(*_PLACE, stale.answer, stale.expected, stale.recorded_at)
    chosen = chosen.join(slot_t, slot_t.c.id == stale.slot_id).order_by(stale.id)
    names = ("answer", "knew_version", "sent_at")
    return Kept("refused_answers", _("Answers that came too late"), columns, lambda: _below(own, chosen, names))


def _marks(own: Own) -> Kept:
    columns = {
        "attempt": _("the attempt"),
        "question": _("its number on the paper"),
        "points": _("the points that a teacher gave; empty while the quiz does not show them"),
        "comment": _("what the teacher wrote; empty while the quiz does not show it"),
        "given_at": _("when"),
    }
    return Kept("teachers_marks", _("Marks and comments from your teachers"), columns, lambda: _mark_rows(own))


def _mark_rows(own: Own) -> Iterator[Record]:
    marking = MarkingRow.__table__.c
    rows = select(slot_t.c.attempt_id, marking.slot_id, marking.fraction, marking.comment, marking.recorded_at)
    rows = rows.join(slot_t, slot_t.c.id == marking.slot_id).join(attempt_t, attempt_t.c.id == slot_t.c.attempt_id)
    mine = rows.where(attempt_t.c.person_id == own.person_id).order_by(marking.id)
    by_id = {attempt.id: attempt for attempt in own.attempts}
    for mark in own.session.execute(mine).all():
        attempt = by_id[mark.attempt_id]
        slots = own.slots(attempt)
        slot = next(each for each in slots if each.id == mark.slot_id)
        tell = own.told_of_slots(attempt, slots)[slot.id]
        yield {
            "attempt": attempt.public_id, "question": slot.position,
            "points": mark.fraction * slot.weight if tell.marks else None,
            "comment": mark.comment if tell.own_reason else None, "given_at": mark.recorded_at,
        }  # fmt: skip


def _events(own: Own) -> Kept:
    columns = {
        "attempt": _("the attempt"),
        "event": _("what a teacher did to it"),
        "reason": _("the reason that was written down"),
        "at": _("when"),
    }
    return Kept("teachers_changes", _("What teachers did to your tries"), columns, lambda: _event_rows(own))


def _event_rows(own: Own) -> Iterator[Record]:
    event = AttemptEventRow.__table__.c
    rows = select(attempt_t.c.public_id, event.event, event.reason, event.recorded_at)
    mine = rows.join(attempt_t, attempt_t.c.id == event.attempt_id).where(attempt_t.c.person_id == own.person_id)
    for row in own.session.execute(mine.order_by(event.id)):
        yield dict(zip(("attempt", "event", "reason", "at"), row, strict=True))


def _given(own: Own) -> list[Kept]:
    """Return that somebody acted as staff, without what they wrote: it belongs to those it was written for."""
    columns = {"did": _("mark, or the name of a change to a try"), "at": _("when")}
    return [Kept("marks_given", _("What you did to the tries of others"), columns, lambda: _given_rows(own))]


def _given_rows(own: Own) -> Iterator[Record]:
    marks = select(MarkingRow.recorded_at).where(MarkingRow.actor_id == own.person_id).order_by(MarkingRow.id)
    for moment in own.session.scalars(marks):
        yield {"did": "mark", "at": moment}
    events = select(AttemptEventRow.event, AttemptEventRow.recorded_at)
    mine = events.where(AttemptEventRow.actor_id == own.person_id).order_by(AttemptEventRow.id)
    for event, moment in own.session.execute(mine):
        yield {"did": event, "at": moment}
