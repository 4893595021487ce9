"""How gunicorn serves the app: two workers with threads on one shared listener."""

import gc
import os
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '5000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = True  # one import for all workers: they start sooner and share its memory
timeout = 30
graceful_timeout = 20
keepalive = 5
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
loglevel = os.environ.get("LOG_LEVEL", "warning")


def when_ready(_server: Any) -> None:
    """Keep the garbage collector away from what was imported: it stays for ever, and its pages stay shared."""
    gc.collect()
    gc.freeze()


def post_fork(_server: Any, worker: Any) -> None:
    """Let each worker open its own database connections, should any have been opened before it was forked."""
    app = worker.app.wsgi()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose(close=False)
