"""How gunicorn serves the app: two workers with threads on one shared listener."""

import gc
import os
from typing import Any

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
loglevel = os.environ.get("LOG_LEVEL", "warning")


def post_worker_init(_worker: Any) -> None:
    """Keep the garbage collector away from what was imported: it stays for ever."""
    gc.collect()
    gc.freeze()
