"""How gunicorn serves the app: two workers with threads on one shared listener.

The first process reads this file and imports nothing of the application: what it knew, its workers would keep on HUP.
"""

import gc
import json
import logging
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '5000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = False  # each worker imports the code itself, so HUP loads a new release (decision 0016)
timeout = 30
graceful_timeout = 20  # seconds that running requests get to finish after TERM or HUP
keepalive = 5
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
production = os.environ.get("APP_ENV") == "production"
loglevel = os.environ.get("LOG_LEVEL", "info" if production else "warning")


class _Lines(logging.Formatter):
    """The first process's own lines as JSON; a worker's go through learnapp/kit/logs.py."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        line = {"event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name, "at": at}
        return json.dumps(line)


class _Logger(Logger):  # type: ignore[misc]
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if production:
            for handler in self.error_log.handlers:
                handler.setFormatter(_Lines())


logger_class = _Logger


def on_starting(_server: Any) -> None:
    """Remove the figures of processes that are gone; those of a worker that runs beside us stay."""
    instance = Path(os.environ.get("INSTANCE_DIR", Path(__file__).parent / "instance"))
    for path in (instance / "metrics").glob("*_*.db"):
        if not _lives(int(path.stem.rpartition("_")[2])):
            path.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


# On HUP gunicorn starts new workers and ends the old ones at once, so that nobody answers until the new ones have
# imported the code. Here each old one goes on until its successor is ready (decision 0016).


def on_reload(server: Any) -> None:
    """Let old and new workers live side by side for a while, and share out whom each new one succeeds."""
    old, new = list(server.WORKERS), server.cfg.workers
    server.succession = [old[number::new] for number in range(new)]
    server.num_workers = len(old) + new


def pre_fork(server: Any, worker: Any) -> None:
    """Tell a new worker whom it succeeds."""
    succession = getattr(server, "succession", [])
    worker.succeeds = succession.pop(0) if succession else []


def child_exit(server: Any, worker: Any) -> None:
    """Count one worker less when an old one has left; the task of a new one that died young goes to the next."""
    left = [pid for pid in worker.succeeds if pid in server.WORKERS]
    if left:
        server.succession.append(left)
    elif server.num_workers > server.cfg.workers:
        server.num_workers -= 1


def post_worker_init(worker: Any) -> None:
    """Begin to count when figures are wanted, and keep the garbage collector away from what stays for ever."""
    from learnapp.kit import metrics

    # Ctrl-C reaches everybody at once, and the first process passes it on: told twice, a worker waits for itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    metrics.start(worker.app.wsgi())
    gc.collect()
    gc.freeze()
    for pid in worker.succeeds:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
