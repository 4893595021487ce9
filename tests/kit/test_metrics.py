"""Figures for Prometheus: the sum over all processes, on a port of their own, and nothing when nobody wants them."""

import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from learnapp.kit import clock, metrics, outbox
from learnapp.kit.db import write
from learnapp.quizzes.storage.rows import AttemptRow
from tests.faults.harness import BIN, ROOT, Learner, Place, Server, environment, free_port, wait_until
from tests.made import make_app

Figures = dict[str, float]


@pytest.fixture
def place(app: Flask, tmp_path: Path, database: str) -> Place:
    return Place("sqlite", tmp_path, database, app)


def _read(port: int) -> Figures:
    """Return {"name{labels}": value} as Prometheus would read it; {} while nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as reply:
            text = reply.read().decode()
    except OSError:
        return {}
    found = re.findall(r"^(learnapp_\S+) (\S+)$", text, re.MULTILINE)
    return {name.removeprefix("learnapp_"): float(value) for name, value in found}


def _serve(place: Place, port: int) -> Server:
    return place.serve(workers=2, changes={"METRICS_PORT": str(port)})


@contextmanager
def _worker(place: Place, port: int) -> Iterator[subprocess.Popen[bytes]]:
    env = environment(place.folder, place.url) | {"METRICS_PORT": str(port)}
    process = subprocess.Popen([str(BIN / "flask"), "--app", "wsgi", "worker"], cwd=ROOT, env=env)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_all_processes_are_counted_together(place: Place):
    place.publish("drill", 3)
    place.publish("timed", 3)
    port, (cookie,) = free_port(), place.people(1)
    with _serve(place, port) as server:
        learner = Learner(server.port, cookie)
        attempt, timed = learner.start("drill"), learner.start("timed")
        for n in (1, 2, 3):
            learner.save(attempt, n, {"answer": ["b"]})
        learner.revisions.clear()
        assert learner.save(attempt, 1, {"answer": ["a"]}).status == 409
        learner.submit(attempt)
        assert learner.save(attempt, 1, {"answer": ["c"]}).status == 403
        for _time in range(20):
            learner.get(f"/attempts/{attempt}/result?secret=1")
        with place.inside(), write() as session:
            past = clock.now() - timedelta(hours=1)
            session.execute(
                update(AttemptRow).where(AttemptRow.public_id == timed).values(deadline=past, check_at=past)
            )  # fmt: skip
        with _worker(place, port):
            wait_until(
                lambda: _read(port).get('attempts_handed_in_total{by="worker"}') == 1, 20, "the worker's hand-in"
            )
            wait_until(lambda: _read(port).get("outbox_waiting") == 0, 20, "an empty outbox")
        told = _read(port)
        assert told["answers_saved_total"] == 3
        assert told['saves_refused_total{why="stale"}'] == 1
        assert told['saves_refused_total{why="closed"}'] == 1
        assert told['attempts_started_total{kind="graded"}'] == 2
        assert told['attempts_handed_in_total{by="learner"}'] == 1
        route = "/attempts/<attempt_id>/result"
        assert told[f'http_requests_total{{method="GET",route="{route}",status="200"}}'] == 20
        assert told[f'http_request_seconds_count{{route="{route}"}}'] == 20
        assert told["outbox_oldest_seconds"] == 0
        assert told["database_errors_total"] == 0
        assert attempt not in str(told)
        assert "secret" not in str(told)


def test_the_port_is_handed_on_and_the_apps_own_port_shows_nothing(place: Place):
    port = free_port()
    with _serve(place, port) as server:
        wait_until(lambda: "database_errors_total" in _read(port), 20, "figures")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics")
        before = _pages(port)
        server.reload()
        wait_until(lambda: server.answers("/about/facts") and _pages(port) > before, 20, "the new workers' figures")
        before = _pages(port)
        for worker in server.workers():
            os.kill(worker, signal.SIGKILL)
        wait_until(lambda: server.answers("/about/facts"), 20, "new workers")
        wait_until(lambda: _pages(port) > before, 20, "somebody who takes the port over, and what dead workers counted")
    assert (place.folder / "metrics").stat().st_mode & 0o077 == 0
    with _serve(place, port) as server:
        wait_until(lambda: "database_errors_total" in _read(port), 20, "figures")
        assert server.answers("/about/facts")
        wait_until(lambda: _pages(port) == 1, 20, "a fresh start that forgets the figures of processes that are gone")


def _pages(port: int) -> float:
    return _read(port).get('http_requests_total{method="GET",route="/about/<page>",status="200"}', 0.0)


def test_nothing_is_counted_without_a_port(app: Flask):
    metrics.start(app)
    metrics.count("answers_saved")
    metrics.request("GET", "/", 200, 0.1)
    with app.app_context(), write() as session:
        metrics.count_at_commit(session, "answers_saved")
        assert not session.info
    assert metrics._figures is None
    assert not (Path(app.instance_path) / "metrics").exists()


class _Counted:
    def __init__(self) -> None:
        self.calls: list[tuple[int, dict[str, str]]] = []
        self.counters = {"saves_refused": self}

    def labels(self, **labels: str) -> "_Counted":
        self.now = labels
        return self

    def inc(self, times: int) -> None:
        self.calls.append((times, self.now))


def _count_and_fail() -> None:
    with write() as session:
        metrics.count_at_commit(session, "saves_refused", 2, why="stale")
        raise ZeroDivisionError


def test_what_is_rolled_back_is_not_counted(app: Flask, monkeypatch: pytest.MonkeyPatch):
    counted = _Counted()
    monkeypatch.setattr(metrics, "_figures", counted)
    with app.app_context():
        with pytest.raises(ZeroDivisionError):
            _count_and_fail()
        with write() as session:
            metrics.count_at_commit(session, "saves_refused", 3, why="stale")
            assert counted.calls == []
    assert counted.calls == [(3, {"why": "stale"})]


def test_what_waits_is_asked_when_somebody_reads(app: Flask, tmp_path: Path):
    now = clock.now()
    with app.app_context(), write() as session:
        for minutes in (3, 1):
            outbox.enqueue(session, "mail", f"mail:{minutes}", {}, now - timedelta(minutes=minutes))
    waiting, oldest = metrics._Waiting(app).collect()
    assert waiting.samples[0].value == 2
    assert 180 <= oldest.samples[0].value < 240


def test_figures_of_the_database_are_left_out_while_it_is_away(tmp_path: Path):
    (tmp_path / "learnapp.db").write_bytes(b"no database" * 100)
    assert list(metrics._Waiting(make_app(tmp_path)).collect()) == []
