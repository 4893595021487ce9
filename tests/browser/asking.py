"""Somebody who sits a quiz of every question type, made without pages, and where each type stands on their paper.

`TYPED` is a made-up quiz with one question of every type, each with a hint and a second try. The demo's own quiz of all
types has words of real length: `SHOWN` is its paper on one page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from playwright.sync_api import BrowserContext

from learnapp.accounts.actions import open_session
from learnapp.accounts.domain import Actor
from learnapp.accounts.storage import PersonRow
from learnapp.kit import clock
from learnapp.kit.db import db, new_public_id, write
from learnapp.quizzes import actions, checks
from learnapp.quizzes.actions import Save
from learnapp.quizzes.storage import attempts
from learnapp.quizzes.storage.attempts import Paper
from learnapp.quizzes.storage.publishing import publish_quiz
from learnapp.quizzes.types import TYPES, type_named
from tests.browser.conftest import Site
from tests.quizzes.made_up import MAKERS, publish

DEMO, TYPED, SHOWN = "all-types", "typed", "shown"
KINDS = sorted(TYPES)
HINT = "Think of the first hour"
PRACTICE = {"kind": "practice", "behaviour": "interactive", "certainty": "ask", "order": "fixed"}


@dataclass(frozen=True)
class Sitting:
    """Somebody with an open paper at `/attempts/<attempt>`."""

    site: Site
    actor: Actor
    attempt: str

    def sign_in(self, context: BrowserContext) -> None:
        """Put this person's session into a browser, without spending time on the password hash."""
        client = self.site.app.test_client()
        with self.site.app.app_context():
            token = open_session(self.actor.id, clock.now())
        with client.session_transaction() as cookie:
            cookie["sid"] = token
        value = client.get_cookie("session")
        assert value is not None
        context.add_cookies([{"name": "session", "value": value.value, "url": self.site.url}])

    @property
    def url(self) -> str:
        """Return the address of the paper."""
        return f"/attempts/{self.attempt}"

    @property
    def paper(self) -> Paper:
        """Return the paper as it is now."""
        with self.site.app.app_context():
            return attempts.attempt_of(self.actor, self.attempt)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Return where the questions of each type stand."""
        found: dict[str, list[int]] = {kind: [] for kind in TYPES}
        for slot in self.paper.slots:
            found[slot.type].append(slot.position)
        missing = [kind for kind, places in found.items() if not places]
        assert not missing, f"no question of these types: {missing}"
        return found

    def save(self, answers: Mapping[int, Any]) -> None:
        """Store answers by position."""
        paper = self.paper
        saves = [Save(n, paper.slot(n).revision, answer, None, 1 + n % 3) for n, answer in answers.items()]
        with self.site.app.app_context():
            assert not actions.save_all(self.actor, self.attempt, saves, clock.now())[1]

    def check(self, answers: Mapping[int, Any]) -> None:
        """Have answers judged where the paper has checks: a person's are only saved."""
        with self.site.app.app_context():
            for n, answer in answers.items():
                checks.check_answer(self.actor, self.attempt, n, self.paper.slot(n).revision, answer, clock.now())

    def hand_in(self) -> str:
        """Hand the paper in; return the address of the result with every answer."""
        with self.site.app.app_context():
            actions.submit(self.actor, self.attempt, clock.now())
        return f"{self.url}/result?show=all"

    def samples(self, right: bool) -> dict[int, Any]:
        """Return a believable answer to every question, fully right or not."""
        with self.site.app.app_context(), write() as session:
            slots = attempts.locked_for_grading(session, self.attempt).slots
        kinds = {slot.position: (type_named(slot.type), (slot.keyed or {})["item"]) for slot in slots}
        return {n: kind.sample(kind.parse(item), 7, right) for n, (kind, item) in kinds.items() if kind.marked}


def sit(site: Site, name: str, quiz: str) -> Sitting:
    """Make a trainee of this name and give them an open paper, always in the same order."""
    now, key = clock.now(), new_public_id()
    with site.app.app_context():
        with write() as session:
            row = PersonRow(
                email=f"{key.lower()}@example.org", name=name, track="trainee", active=True, password=None,
                fs_uniquifier=key, confirmed_at=now, created_at=now, time_zone=None,
            )  # fmt: skip
            session.add(row)
            session.flush()
            actor = Actor(row.id, row.public_id, name, row.email, True, "trainee", None, "", "", frozenset(), 0)
        attempt = actions.start(actor, quiz, now, seed=3)
        db.session.remove()
    return Sitting(site, actor, attempt)


def publish_typed(site: Site) -> None:
    """Publish the made-up quiz with one question of every type."""
    missing = set(KINDS) - set(MAKERS)
    assert not missing, f"tests/quizzes/made_up.py makes no question of {missing}"
    hint = {"text": HINT, "clear": False, "count": True}
    with site.app.app_context():
        publish(TYPED, KINDS, clock.now(), settings=PRACTICE, hints=[hint])


def publish_shown(site: Site) -> None:
    """Publish the demo's questions of all types on one page."""
    demo = sit(site, "showing", DEMO).paper
    with site.app.app_context():
        ids = [slot.question_version_id for slot in demo.slots]
        paper = [{"pool": f"p{n}", "objective": "O1", "draw": 1, "questions": [key]} for n, key in enumerate(ids)]
        with write() as session:
            publish_quiz(
                session, slug=SHOWN, lesson_slug="", position=90, content_hash="shown",
                titles={"trainee": "All question types on one page"}, objectives={"trainee": {"O1": "See them all"}},
                settings={
                    **PRACTICE, "layout": "single", "time_limit_minutes": None, "attempt_limit": None,
                    "pass_percent": {"trainee": 80},
                },
                papers={"trainee": paper}, now=clock.now(),
            )  # fmt: skip
