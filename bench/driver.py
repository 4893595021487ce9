"""A small HTTP driver: keep-alive connections in threads, each request timed."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from bench.server import Server

CONNECTIONS = 8


class Browser:
    """One connection with one person's cookie."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookie = cookie
        self.bytes = 0

    def request(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, bytes, str]:
        """Send a request; return status, body and Location. Cookies that the server sets are kept."""
        sent = {"Cookie": self.cookie, "Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin", **(headers or {})}
        self.link.request(method, path, body or None, sent)
        reply = self.link.getresponse()
        data = reply.read()
        fresh = reply.getheader("Set-Cookie")
        if fresh:
            self.cookie = fresh.split(";", 1)[0]
        self.bytes += len(data)
        if reply.status >= 400:
            raise RuntimeError(f"{method} {path}: {reply.status} {data[:200]!r}")
        return reply.status, data, reply.getheader("Location") or ""

    def get(self, path: str) -> bytes:
        """Fetch a page."""
        return self.request("GET", path)[1]

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Post a form; return where it sends us."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, urlencode(fields).encode(), kind)[2]


@dataclass(frozen=True)
class Figures:
    """What a run of one thing cost. cpu_ms: server CPU per thing. rate: things per second."""

    cpu_ms: float
    rate: float
    p50_ms: float
    p99_ms: float


def run(server: Server, count: int, thing: Callable[[int], None]) -> Figures:
    """Do `thing(number)` `count` times over 8 threads and return what it cost the server."""
    numbers = iter(range(count))
    lock = threading.Lock()
    times: list[float] = []
    faults: list[BaseException] = []

    def work() -> None:
        while not faults:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            began = time.perf_counter()
            try:
                thing(number)
            except BaseException as fault:  # told to the main thread below
                faults.append(fault)
                return
            times.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    cpu, began = server.cpu_seconds(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - began, server.cpu_seconds() - cpu
    if faults:
        raise faults[0]
    cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [times[0]] * 99
    return Figures(1000 * cpu / count, count / wall, 1000 * cuts[49], 1000 * cuts[98])
