"""Stopping and reloading real processes: what runs is finished, what comes is served, and the new code is there."""

import http.client
import os
import signal
import socketserver
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import pytest
from flask import Flask
from sqlalchemy import select

from learnapp.kit import clock, mail
from learnapp.kit.db import read, write
from learnapp.kit.outbox import OutboxRow
from tests.faults.harness import BIN, ROOT, Server, environment, free_port, wait_until

# A small application that says which release it is, and has one slow page; it brings along what the settings ask for.
RELEASE = """
import time
from flask import Flask
app = Flask(__name__)

@app.get("/livez")
def livez():
    return "{name}"

@app.get("/slow")
def slow():
    time.sleep(1.0)
    return "{name}"
"""


def _release(folder: Path, name: str) -> None:
    (folder / "wsgi.py").write_text(RELEASE.format(name=name))


@pytest.fixture
def server(tmp_path: Path):
    _release(tmp_path, "old")
    (tmp_path / "gunicorn.conf.py").symlink_to(ROOT / "gunicorn.conf.py")
    (tmp_path / "learnapp").symlink_to(ROOT / "learnapp")
    with Server(tmp_path, "", workers=2, root=tmp_path) as running:
        yield running


def _ask(server: Server, path: str) -> tuple[int, str]:
    """Return status and body; 0 and the fault when no whole answer came."""
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        link.request("GET", path)
        reply = link.getresponse()
        return reply.status, reply.read().decode()
    except (OSError, http.client.HTTPException) as fault:
        return 0, repr(fault)
    finally:
        link.close()


def test_a_stop_lets_running_requests_finish(server: Server):
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(_ask, server, "/slow") for _request in range(4)]
        time.sleep(0.4)
        os.kill(server.master, signal.SIGTERM)
        assert [each.result() for each in running] == [(200, "old")] * 4
    assert server.process is not None
    assert server.process.wait(20) == 0


def _ignores(pid: int, number: int) -> bool:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    ignored = next(line for line in lines if line.startswith("SigIgn:"))
    return bool(int(ignored.split()[1], 16) >> (number - 1) & 1)


def test_ctrl_c_is_for_the_first_process(server: Server):
    """It reaches the workers too, as it does in a terminal; they stop when the first process says so, once."""
    workers = server.workers()
    wait_until(lambda: all(_ignores(pid, signal.SIGINT) for pid in workers), 20, "workers that have begun")
    for pid in workers:
        os.kill(pid, signal.SIGINT)
    time.sleep(1.0)
    assert _ask(server, "/livez") == (200, "old")
    assert server.workers() == workers
    for pid in (*workers, server.master):
        os.kill(pid, signal.SIGINT)
    assert server.process is not None
    assert server.process.wait(15) == 0  # the first process kills who has not left after 20


def test_a_reload_under_load_loses_nothing_and_brings_the_new_code(server: Server, tmp_path: Path):
    found: list[tuple[int, str]] = []
    with ThreadPoolExecutor(40) as pool:
        slow = [pool.submit(_ask, server, "/slow") for _request in range(4)]
        time.sleep(0.2)
        asked = []
        for number in range(150):
            if number == 25:
                _release(tmp_path, "new")
                server.reload()
            asked.append(pool.submit(_ask, server, "/livez"))
            time.sleep(0.02)
        found = [each.result() for each in asked]
        assert [each.result() for each in slow] == [(200, "old")] * 4
    assert {status for status, _body in found} == {200}
    assert found[0][1] == "old"
    assert found[-1][1] == "new"


def test_the_first_process_imports_nothing_of_the_application():
    """Its workers would keep that code on HUP."""
    names = "import runpy, sys; runpy.run_path('gunicorn.conf.py'); print('learnapp' in sys.modules)"
    done = subprocess.run([str(BIN / "python"), "-c", names], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


class _SlowMail(socketserver.StreamRequestHandler):
    """A mail server that takes its time before it says that it has a letter."""

    taken: ClassVar[list[bytes]]
    started: ClassVar[threading.Event]

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        for line in self.rfile:
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.started.set()
                time.sleep(1.0)
                self.taken.append(letter)
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 well\r\n")


def test_the_worker_finishes_its_round_when_it_is_told_to_stop(app: Flask, tmp_path: Path, database: str):
    handler = type("Handler", (_SlowMail,), {"taken": [], "started": threading.Event()})
    with socketserver.ThreadingTCPServer(("127.0.0.1", free_port()), handler) as post:
        threading.Thread(target=post.serve_forever, daemon=True).start()
        with app.app_context(), write() as session:
            for number in (1, 2):
                mail.post(session, mail.Mail("ana@example.org", "Hello", f"Letter {number}", "test"), clock.now())
        env = environment(tmp_path, database) | {"SMTP_URL": f"smtp://127.0.0.1:{post.server_address[1]}"}
        worker = subprocess.Popen([str(BIN / "flask"), "--app", "wsgi", "worker"], cwd=ROOT, env=env)
        try:
            assert handler.started.wait(30)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
        finally:
            worker.kill()
        post.shutdown()
    assert len(handler.taken) == 2
    with app.app_context():
        assert all(read().scalars(select(OutboxRow.done_at)).all()), "both letters are sent, and known to be"
