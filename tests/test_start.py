"""Starting as a newcomer does: real processes, `prepare` twice, the one-time link, the worker, a whole server."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from learnapp.config import ROOT

FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
TABLES = ("person", "attempt", "slot", "step", "grade", "reading", "lesson_version", "question_version", "quiz_version")


def _env(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return {**kept, "INSTANCE_DIR": str(folder), "DEMO": "0", **more}


def _run(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*FLASK, *command], cwd=ROOT, env=_env(folder, **more), capture_output=True, text=True, timeout=120, check=False
    )


def _counts(folder: Path) -> dict[str, int]:
    with sqlite.connect(folder / "learnapp.db") as connection:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a first start with the demo, and what it said."""
    folder = tmp_path_factory.mktemp("first")
    started = _run(folder, "prepare", DEMO="1")
    assert started.returncode == 0, started.stderr
    return folder, started.stdout


def test_a_second_start_changes_nothing(first: tuple[Path, str]):
    folder, said = first
    assert len(said.strip().splitlines()) == 3, said
    before = _counts(folder)
    assert before["person"] == 41
    assert before["attempt"] > 60
    assert _run(folder, "prepare", DEMO="1").returncode == 0
    assert _counts(folder) == before


def test_an_empty_start_gives_a_one_time_link_for_the_administrator(tmp_path: Path):
    first = _run(tmp_path, "prepare")
    link = re.search(r"http://127\.0\.0\.1:5000/account/setup/([\w-]+)", first.stdout)
    assert link, first.stdout + first.stderr
    with sqlite.connect(tmp_path / "learnapp.db") as connection:
        stored = connection.execute("SELECT token_hash FROM setup_link").fetchall()
    assert link.group(1) not in str(stored), "only a hash of the link is kept"
    assert _counts(tmp_path)["person"] == 0


@pytest.mark.parametrize("more", [{"DEMO": "1", "HOST": "0.0.0.0"}, {"DEMO": "1", "APP_ENV": "production"}])
def test_the_demo_does_not_start_where_others_could_enter(tmp_path: Path, more: dict[str, str]):
    refused = _run(tmp_path, "prepare", **more)
    assert refused.returncode != 0
    assert "The demo signs people in with one click" in refused.stderr
    assert not (tmp_path / "learnapp.db").exists()


def test_the_worker_hands_in_what_is_overdue_and_writes_mail(tmp_path: Path, first: tuple[Path, str]):
    shutil.copytree(first[0], tmp_path, dirs_exist_ok=True)
    past = "2020-01-01 00:00:00.000000"
    with sqlite.connect(tmp_path / "learnapp.db") as connection:
        opened = connection.execute("SELECT count(*) FROM attempt WHERE status = 'open'").fetchone()[0]
        connection.execute("UPDATE attempt SET deadline = ? WHERE status = 'open'", (past,))
        connection.execute(
            "INSERT INTO outbox (kind, key, payload, created_at, due_at, tries) VALUES ('mail', 'test', ?, ?, ?, 0)",
            ('{"to": "a@example.org", "subject": "Hello", "body": "Text", "about": "test"}', past, past),
        )
    assert opened > 0
    assert _run(tmp_path, "worker", "--once", DEMO="1").returncode == 0
    with sqlite.connect(tmp_path / "learnapp.db") as connection:
        closed = connection.execute("SELECT count(*) FROM attempt WHERE closed_by = 'worker'").fetchone()[0]
    assert closed == opened
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


def _group_members(group: int) -> list[str]:
    """Return the living processes of a process group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it ended while we looked
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fetch(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=5) as reply:
        return reply.status, reply.read().decode()


# A worker that has nothing to do and gets a signal, and one more at every step of what it does about the first.
TOLD_TWICE = """
import os, signal, sys, threading
from unittest.mock import patch
from learnapp import cli, create_app

def again(frame, event, _arg):
    names = set()
    while frame:
        names.add(frame.f_code.co_name)
        frame = frame.f_back
    if "leave" in names and "again" not in names and told:
        told.pop()
        signal.raise_signal(signal.SIGTERM)

told, app = list(range(20)), create_app()
with app.app_context(), patch.object(cli, "_work_round", lambda: 0), patch.object(cli.metrics, "start"):
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    sys.setprofile(again)
    cli.worker.callback(False)
    sys.setprofile(None)
assert len(told) < 20, "no second signal came"
"""


def test_the_worker_stops_when_it_is_told_twice(tmp_path: Path):
    """Ctrl-C reaches it twice: as a signal to everybody, and from the script that started it."""
    command = [sys.executable, "-c", TOLD_TWICE]
    done = subprocess.run(command, cwd=ROOT, env=_env(tmp_path), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_run_serves_and_ctrl_c_stops_everything(tmp_path: Path):
    port = _free_port()
    command = ["sh", "scripts/run", str(Path(sys.executable).parent)]
    server = subprocess.Popen(
        command, cwd=ROOT, env=_env(tmp_path, PORT=str(port)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(300):
            try:
                assert _fetch(f"http://127.0.0.1:{port}/livez")[0] == 200
                break
            except OSError:
                time.sleep(0.1)
        status, page = _fetch(f"http://127.0.0.1:{port}/")
        assert status == 200
        assert "Mendwell" in page
        assert '"ready"' in _fetch(f"http://127.0.0.1:{port}/readyz")[1]
    finally:
        os.killpg(server.pid, signal.SIGINT)
        output, _ = server.communicate(timeout=30)
    assert b"Traceback" not in output, output.decode()
    assert not _group_members(server.pid), "still running after Ctrl-C"
