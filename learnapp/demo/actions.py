"""Make the made-up groups once, by the same actions that real people use, at times in the last four weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from learnapp.accounts import actions as accounts
from learnapp.accounts.domain import Actor
from learnapp.accounts.storage import find_person
from learnapp.cohorts import actions as cohorts
from learnapp.cohorts.domain import Override
from learnapp.cohorts.storage import cohort_for_teacher
from learnapp.kit.db import db, read
from learnapp.kit.errors import Forbidden, NotFound
from learnapp.lessons import actions as lessons
from learnapp.lessons.storage import lesson_cards
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.storage.attempts import Paper, reviewed_attempt
from learnapp.quizzes.storage.starting import offers
from learnapp.quizzes.types import type_named

from . import domain
from .domain import MadeUp

INSTRUCTOR = "jo.reyes@demo.invalid"
VISITORS = {
    "trainee": domain.everybody()[0].email,
    "patient": domain.everybody()[len(domain.TRAINEES)].email,
    "instructor": INSTRUCTOR,
}
SCHOOL = ("Spring group 2026", "trainee", "Harbour School of Skin Care (made up)", "")
CLINIC = ("Rivers Clinic, autumn", "patient", "Rivers Clinic (made up)", "")


@dataclass(frozen=True)
class _Course:
    """A lesson with its quiz as a made-up learner meets them."""

    slug: str
    quiz: str
    sections: int


def make_demo_when_absent(now: datetime) -> bool:
    """Make everything unless the demo's instructor exists; return whether it was made."""
    if find_person(email=INSTRUCTOR) is not None:
        return False
    _write_fast()
    start = now - domain.WEEKS
    _add(INSTRUCTOR, "Jo Reyes", None, start)
    accounts.give_role(INSTRUCTOR, "instructor")
    accounts.give_role(INSTRUCTOR, "author")
    teacher = _actor(INSTRUCTOR)
    groups = {group[1]: cohorts.create(teacher, *group, start) for group in (SCHOOL, CLINIC)}
    codes = {track: cohort_for_teacher(teacher, public_id).join_code for track, public_id in groups.items()}
    courses = {track: _courses(track) for track in groups}
    for person in domain.everybody():
        _live(person, codes[person.track], courses[person.track], start, now)
    _give_time(teacher, groups["trainee"], start)
    return True


def _give_time(teacher: Actor, group: str, now: datetime) -> None:
    """Give the trainee whom visitors become half as much time again: "15 minutes: 10 and your 5"."""
    target = quizzes.Target(group, _actor(VISITORS["trainee"]).public_id)
    more = Override(personal=True, quiz=False, time_factor=Fraction(3, 2))
    quizzes.allow(teacher, target, more, "Reads English more slowly, and asked for it in writing.", now)


def _write_fast() -> None:
    """Let SQLite skip waiting for the disk in this process: made-up people can be made again.

    A thousand small transactions would otherwise wait a thousand times. The server's own connections
    keep `synchronous=FULL`; the journal is written out when this process ends.
    """
    if db.engine.dialect.name == "sqlite":
        connection = db.engine.raw_connection()
        connection.cursor().execute("PRAGMA synchronous=OFF")
        connection.close()


def _add(email: str, name: str, track: str | None, now: datetime) -> Actor:
    # No password that anybody knows: these accounts open by the demo's button only.
    person = accounts.NewPerson(email, name, None, track, confirmed_at=now)
    accounts.add_person(person, now)
    return _actor(email)


def _actor(email: str) -> Actor:
    """Return a made-up person as the actions see them; there is no browser, so no session."""
    row = find_person(email=email)
    if row is None:
        raise NotFound("demo")
    grants = frozenset(" ".join(role.grants for role in row.roles).split())
    return Actor(row.id, row.public_id, row.name, row.email, True, row.track, None, "", "", grants, 0)


def _courses(track: str) -> list[_Course]:
    return [_Course(card.slug, card.quiz, len(card.sections)) for card in lesson_cards(track) if card.quiz]


def _finals(track: str) -> list[_Course]:
    return [_Course(offer.slug, offer.slug, 0) for offer in offers(read(), track) if offer.kind == "final"]


def _live(person: MadeUp, join_code: str, courses: Sequence[_Course], start: datetime, now: datetime) -> None:
    """Let one person join, read, sit quizzes and perhaps the final test until the present."""
    moment = start + domain.begins(person)
    actor = _add(person.email, person.name, person.track, start)
    cohorts.join(actor, join_code, start + timedelta(hours=1))
    for place, course in enumerate(courses):
        moment = _read(actor, person, place, course, moment, now)
        if place >= person.lessons:
            break
        for attempt in range(1, person.tries + 1):
            moment += domain.pause(person, place, f"try {attempt}") / (1 if attempt > 1 else 12)
            if moment > now - timedelta(hours=1) or _sit(actor, person, course, attempt, moment):
                break
        moment += domain.pause(person, place, "next")
    else:
        _finish(actor, person, moment, now)
    if person.habit == "visitor" and len(courses) > 1:
        _sit(actor, person, courses[1], 1, now - timedelta(hours=20), leave_open=True)


def _finish(actor: Actor, person: MadeUp, moment: datetime, now: datetime) -> None:
    """Let somebody who is through with the lessons sit the final test once, if there is time left."""
    for final in _finals(person.track):
        if moment < now - timedelta(hours=2):
            _sit(actor, person, final, 1, moment)


def _read(
    actor: Actor, person: MadeUp, place: int, course: _Course, moment: datetime, now: datetime
) -> datetime:  # fmt: skip
    for number in range(1, domain.reads(person, place, course.sections) + 1):
        moment += timedelta(seconds=40 + 80 * domain.chance(person.name, course.slug, number))
        if moment < now:
            lessons.mark_done(actor, course.slug, number, moment)
    return moment


def _sit(
    actor: Actor, person: MadeUp, course: _Course, number: int, moment: datetime, leave_open: bool = False
) -> bool:  # fmt: skip
    """Sit one attempt; return whether it was passed (or no more is allowed)."""
    seed = int(domain.chance(person.name, course.slug, number, "seed") * 2**31)
    try:
        public_id = quizzes.start(actor, course.quiz, moment, seed)
    except Forbidden:
        return True
    paper = reviewed_attempt(public_id)
    for slot in paper.slots[: 3 if leave_open else len(paper.slots)]:
        planned = domain.answer(person, course.slug, number, slot.position)
        moment += timedelta(seconds=planned.seconds)
        _save(actor, public_id, slot.position, _answer(paper, slot.position, planned), moment)
    if leave_open:
        return True
    quizzes.submit(actor, public_id, moment + timedelta(seconds=4))
    return bool(reviewed_attempt(public_id).passed)


def _save(actor: Actor, public_id: str, position: int, answer: dict[str, Any] | None, moment: datetime) -> None:
    """Save an answer; a case takes its steps one after the other, as each lock opens the next."""
    revision, before = 0, -1
    while revision > before:
        before = revision
        revision = quizzes.save_answer(actor, public_id, position, before, answer, None, moment).revision


def _answer(paper: Paper, position: int, planned: domain.PlannedAnswer) -> dict[str, Any] | None:
    if planned.kind == "unsure":
        return {"unsure": True}
    slot = paper.slot(position)
    kind = type_named(slot.type)
    item = kind.parse((slot.keyed or {})["item"])
    answer = kind.sample(item, planned.seed, planned.kind == "right")
    if planned.kind == "wrong" and kind.grade(item, answer).fraction == Fraction(1):
        return {"unsure": True}
    return answer
