"""`python -m bench.volume [--learners N] [--postgres]`: pages of an installation that has been in use for years.

10,000 learners with 50 handed-in attempts each, in groups of 100; then the pages that read most are opened one after
the other, and the largest export is fetched while the server's memory is watched.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Table, insert, select

from bench import acts, school
from bench.acts import Learner
from bench.driver import Link
from bench.postgres import postgres
from bench.server import Server, serve
from learnapp.accounts import actions as accounts
from learnapp.accounts.storage import PersonRow
from learnapp.cohorts.storage import CohortRow, EnrolmentRow
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.quizzes.storage.rows import AttemptRow, GradeRow, QuestionVersionRow, QuizRow, SlotRow

ATTEMPTS, SLOTS, GROUP, BATCH = 50, 4, 100, 5000
TURNS = 40
Row = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """Where the pages are: a learner in the middle, their group, one of their attempts."""

    group: str
    person: str
    attempt: str


def _rows(table: Any, rows: Iterator[Row]) -> None:
    """Insert rows in batches, each in its own transaction."""
    target: Table = table.__table__
    while batch := list(islice(rows, BATCH)):
        with write() as session:
            session.execute(insert(target), batch)


def _people(count: int, now: datetime) -> Iterator[Row]:
    for number in range(1, count + 1):
        yield {
            "id": 1000 + number, "public_id": f"p{number:015}", "email": f"p{number}@volume.invalid",
            "name": f"Learner {number}", "active": True, "fs_uniquifier": f"fs-{number}", "created_at": now,
            "confirmed_at": now, "track": "trainee", "text_size": "", "theme": "",
        }  # fmt: skip


def _groups(count: int, teacher: int, now: datetime) -> Iterator[Row]:
    for number in range(1, count // GROUP + 1):
        yield {
            "id": 100 + number, "public_id": f"g{number:015}", "name": f"Group {number}", "track": "trainee",
            "place_name": "", "place_phone": "", "join_code": f"J{number:07}", "made_by": teacher, "created_at": now,
        }  # fmt: skip


def _enrolments(count: int, teacher: int, now: datetime) -> Iterator[Row]:
    for group in range(1, count // GROUP + 1):
        yield {"cohort_id": 100 + group, "person_id": teacher, "part": "instructor", "joined_at": now}
    for number in range(1, count + 1):
        group = 101 + (number - 1) // GROUP
        yield {"cohort_id": group, "person_id": 1000 + number, "part": "learner", "joined_at": now}


def _attempts(count: int, quizzes: list[tuple[int, int]], now: datetime) -> Iterator[Row]:
    chance = random.Random(19)
    for number in range(count * ATTEMPTS):
        person, turn = divmod(number, ATTEMPTS)
        quiz, version = quizzes[turn % len(quizzes)]
        points = chance.randint(0, SLOTS)
        at = now - timedelta(days=400 - 7 * turn, minutes=number % 600)
        yield {
            "id": 1 + number, "public_id": f"a{number:015}", "person_id": 1001 + person, "quiz_id": quiz,
            "quiz_version_id": version, "track": "trainee", "kind": "graded", "number": 1 + turn // len(quizzes),
            "status": "submitted", "seed": number, "layout": "paged", "pass_percent": Fraction(80), "started_at": at,
            "submitted_at": at + timedelta(minutes=9), "score": Fraction(points), "maximum": Fraction(SLOTS),
            "passed": points == SLOTS, "safety_missed": False, "late_by_latency": False, "closed_by": "learner",
        }  # fmt: skip


def _slots(count: int, versions: list[int], now: datetime) -> Iterator[Row]:
    for number in range(count * ATTEMPTS * SLOTS):
        attempt, place = divmod(number, SLOTS)
        right = (attempt + place) % 3 > 0
        yield {
            "attempt_id": 1 + attempt, "position": 1 + place, "question_version_id": versions[number % len(versions)],
            "arrangement": {"options": ["a", "b", "c", "d"]}, "weight": Fraction(1), "critical": False,
            "objective": "O1", "flagged": False, "revision": 1, "answer": {"choice": "a" if right else "b"},
            "answered": True, "saved_at": now, "fraction": Fraction(int(right)), "state": "right" if right else "wrong",
            "section": None,
        }  # fmt: skip


def _grades(count: int, quizzes: list[tuple[int, int]]) -> Iterator[Row]:
    for person in range(count):
        for turn, (quiz, _version) in enumerate(quizzes):
            yield {
                "person_id": 1001 + person, "quiz_id": quiz, "attempt_id": 1 + person * ATTEMPTS + turn,
                "score": Fraction(2), "maximum": Fraction(SLOTS), "passed": False, "method": "highest",
            }  # fmt: skip


def fill(app: Flask, count: int) -> tuple[Place, str, str]:
    """Write everybody and everything; return the places, and session tokens of a learner and of the instructor."""
    now = clock.now()
    with app.app_context():
        email = "teacher@volume.invalid"
        teacher = accounts.add_person(accounts.NewPerson(email, "Teacher", None, None, confirmed_at=now), now)
        accounts.give_role(email, "instructor")
        quizzes = [(row.id, row.version_id) for row in read().execute(select(QuizRow.id, QuizRow.version_id))]
        versions = list(read().scalars(select(QuestionVersionRow.id).where(QuestionVersionRow.type == "choice")))
        for table, rows in (
            (PersonRow, _people(count, now)),
            (CohortRow, _groups(count, teacher, now)),
            (EnrolmentRow, _enrolments(count, teacher, now)),
            (AttemptRow, _attempts(count, quizzes, now)),
            (SlotRow, _slots(count, versions, now)),
            (GradeRow, _grades(count, quizzes)),
        ):
            _rows(table, rows)
        middle = count // 2
        place = Place(f"g{1 + (middle - 1) // GROUP:015}", f"p{middle:015}", f"a{(middle - 1) * ATTEMPTS:015}")
        tokens = [accounts.open_session(person, now) for person in (1000 + middle, teacher)]
    return place, tokens[0], tokens[1]


def pages(place: Place) -> dict[str, tuple[bool, str]]:
    """Return the pages that read most: {name: (the instructor opens it, path)}."""
    return {
        "Today": (False, "/progress"),
        "start page": (False, "/quizzes/healing"),
        "result": (False, f"/attempts/{place.attempt}/result"),
        "groups": (True, "/teach/"),
        "a group of 100": (True, f"/teach/cohorts/{place.group}"),
        "a learner": (True, f"/teach/cohorts/{place.group}/learners/{place.person}"),
        "an attempt": (True, f"/teach/attempts/{place.attempt}"),
        "scores as CSV": (True, f"/teach/cohorts/{place.group}/scores.csv"),
    }


def measure(server: Server, app: Flask, place: Place, learner: str, teacher: str) -> list[str]:
    """Return a line for each page: median and 95th percentile in ms; then the memory after all exports."""
    people = {False: Learner(acts.cookie_of(app, learner)), True: Learner(acts.cookie_of(app, teacher))}
    link, before = Link(server.port), server.pss_mib()
    lines = [f"{'':20}{'p50 ms':>8}{'p95 ms':>8}"]
    for name, (by_teacher, path) in pages(place).items():
        took = []
        for _turn in range(TURNS):
            began = time.perf_counter()
            link.get(path, people[by_teacher].cookie)
            took.append(1000 * (time.perf_counter() - began))
        lines.append(f"{name:20}{statistics.median(took):8.1f}{statistics.quantiles(took, n=20)[18]:8.1f}")
    link.close()
    return [*lines, f"memory of the server: {before:.0f} MiB before, {server.pss_mib():.0f} MiB after"]


def main() -> None:
    """Fill a database, measure, print."""
    parser = argparse.ArgumentParser(prog="bench.volume", description=__doc__)
    parser.add_argument("--learners", type=int, default=10_000)
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL instead of SQLite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with postgres(folder) if asked.postgres else nullcontext("") as url:
            app, _tokens = school.make(folder, url)
            began = time.perf_counter()
            place, learner, teacher = fill(app, asked.learners)
            print(f"{asked.learners} learners x {ATTEMPTS} attempts written in {time.perf_counter() - began:.0f} s")
            with serve("wsgi:app", school.environment(folder, url)) as server:
                print("\n".join(measure(server, app, place, learner, teacher)))


if __name__ == "__main__":
    main()
