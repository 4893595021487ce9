"""Figures for Prometheus: counted in files that all processes of a machine share, answered on a port of their own.

Nothing is counted, and prometheus_client is not even loaded, until `start` finds METRICS_PORT set. Each process counts
into its own file in instance/metrics; the process that holds the port answers for all, and when it ends another of
them takes the port over.
"""

import errno
import logging
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.orm import Session

from learnapp.config import Settings

if TYPE_CHECKING:  # lazily imported: see above
    from prometheus_client.metrics_core import Metric

COUNTERS = {  # name: (help, labels)
    "http_requests": ("Requests that were answered", ("method", "route", "status")),
    "answers_saved": ("Answers that were stored and acknowledged", ()),
    "saves_refused": ("Answers that were refused", ("why",)),  # stale, too_late, hand_in_only, locked or closed
    "attempts_started": ("Attempts that were begun", ("kind",)),
    "attempts_handed_in": ("Attempts that were handed in", ("by",)),  # learner, worker or reader
    "database_errors": ("Requests answered with 503 because the database was away, busy or full", ()),
}
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
RETRY_SECONDS = 1.0
ROOM = 1 << 20  # bytes of a file of figures: thousands of them
WAITING = "figures"  # a session's note of what to count at its commit


class _Figures:
    """The counters of this process."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        registry = CollectorRegistry()  # only their files are read, together with those of the other processes
        self.counters = {
            name: Counter(name, words, labels, namespace="learnapp", registry=registry)
            for name, (words, labels) in COUNTERS.items()
        }
        self.seconds = Histogram(
            "http_request_seconds", "Time until the first byte of the answer", ("route",),
            namespace="learnapp", buckets=SECONDS, registry=registry,
        )  # fmt: skip
        for name, (_words, labels) in COUNTERS.items():
            if not labels:
                self.counters[name].inc(0)  # nothing has happened yet is a figure too


_figures: _Figures | None = None


def count(name: str, times: int = 1, **labels: str) -> None:
    """Add to one of COUNTERS; does nothing unless figures are wanted."""
    if _figures is not None and times:
        counter = _figures.counters[name]
        (counter.labels(**labels) if labels else counter).inc(times)


def count_at_commit(session: Session, name: str, times: int = 1, **labels: str) -> None:
    """Count what a transaction does, if and when it is committed."""
    if _figures is not None and times:
        session.info.setdefault(WAITING, []).append((name, times, labels))


def committed(session: Session, well: bool) -> None:
    """Count what waited for a commit, or forget it; for kit/db.py alone."""
    for name, times, labels in session.info.pop(WAITING, ()):
        if well:
            count(name, times, **labels)


def request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request under its route's template."""
    if _figures is not None:
        _figures.counters["http_requests"].labels(method, route, str(status)).inc()
        _figures.seconds.labels(route).observe(seconds)


def start(app: Flask) -> None:
    """Begin to count in this process, and answer on the port as soon as it is free; off without METRICS_PORT.

    For processes that stay: a web worker after its fork, and `flask worker`.
    """
    global _figures
    settings: Settings | None = app.config.get("SETTINGS")  # the bare application of the measurement has none
    if settings is None or not settings.metrics_port:
        return
    folder = settings.instance_dir / "metrics"
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _reserved(folder):
        logging.getLogger(__name__).warning("no room for figures: this process counts nothing")
        return
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)  # read when the library is loaded
    _figures = _Figures()
    threading.Thread(target=_hold_port, args=(app, settings), name="metrics", daemon=True).start()


def _reserved(folder: Path) -> bool:
    """Take the room for this process's files before they are used; say whether there was some.

    They are mapped into memory: on a disk that has become full, writing to a part that was never written ends the
    process on the spot, in the middle of a learner's request.
    """
    paths = [folder / f"{kind}_{os.getpid()}.db" for kind in ("counter", "histogram")]
    try:
        for path in paths:
            with path.open("ab") as file:
                file.write(bytes(max(0, ROOM - file.tell())))
    except OSError:
        for path in paths:
            path.unlink(missing_ok=True)
        return False
    return True


def _hold_port(app: Flask, settings: Settings) -> None:
    """Take the port, or wait until the process that has it ends."""
    from prometheus_client import start_http_server

    registry: Any = _everything(app)
    while True:
        try:
            start_http_server(settings.metrics_port, settings.metrics_host, registry)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def _everything(app: Flask) -> Any:
    """Return what the port answers with: the files of all processes, and how much waits in the outbox."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    registry: Any = CollectorRegistry()
    files: Any = MultiProcessCollector  # it carries no types
    files(registry, str(app.config["SETTINGS"].instance_dir / "metrics"))
    registry.register(_Waiting(app))
    return registry


class _Waiting:
    """Asks the database when somebody reads the figures; leaves its two out while the database is away."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def describe(self) -> list["Metric"]:
        return []

    def collect(self) -> Iterator["Metric"]:
        from prometheus_client.core import GaugeMetricFamily
        from sqlalchemy.exc import SQLAlchemyError

        from learnapp.kit import clock, outbox

        try:
            with self.app.app_context():
                waiting, oldest = outbox.waiting()
        except SQLAlchemyError:
            return
        age = (clock.now() - oldest) if oldest else timedelta()
        yield GaugeMetricFamily("learnapp_outbox_waiting", "Rows that are not done", value=waiting)
        seconds = max(0.0, age.total_seconds())
        yield GaugeMetricFamily("learnapp_outbox_oldest_seconds", "How long the oldest has been due", value=seconds)
