"""A small HTTP driver: keep-alive connections, each in its own thread, each thing timed."""

import gzip
import http.client
import queue
import statistics
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import urlencode

import brotli

from bench.server import Server

CONNECTIONS = 8
UNPACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}
Who = TypeVar("Who")


class Reply(NamedTuple):
    """What came back. wire: bytes of the body as it travelled. cookie: "name=value" when the server set one."""

    text: str
    wire: int
    location: str
    cookie: str


class Link:
    """One connection that stays open; it may carry one person after another."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def request(self, method: str, path: str, cookie: str, body: bytes = b"", **headers: str) -> Reply:
        """Send a request and read all of its answer; an answer of 400 or more ends the measurement."""
        sent = {"Cookie": cookie, "Accept-Encoding": "gzip, deflate, br", "Sec-Fetch-Site": "same-origin"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        self._http.request(method, path, body or None, sent)
        reply = self._http.getresponse()
        data = reply.read()
        if reply.status >= 400:
            raise RuntimeError(f"{method} {path}: {reply.status}")
        plain = UNPACK[reply.getheader("Content-Encoding") or ""](data)
        location, set_cookie = (reply.getheader(name) or "" for name in ("Location", "Set-Cookie"))
        return Reply(plain.decode("utf-8", "replace"), len(data), location, set_cookie.split(";", 1)[0])

    def get(self, path: str, cookie: str) -> Reply:
        """Fetch a page."""
        return self.request("GET", path, cookie)

    def post(self, path: str, cookie: str, fields: dict[str, str]) -> str:
        """Post a form; return where it sends us."""
        form = "application/x-www-form-urlencoded"
        return self.request("POST", path, cookie, urlencode(fields).encode(), Content_Type=form).location

    def close(self) -> None:
        """Hang up."""
        self._http.close()


@dataclass(frozen=True)
class Figures:
    """What a run of one thing cost. cpu_ms: server CPU for each. rate: how many in a second."""

    cpu_ms: float
    rate: float
    p50_ms: float
    p99_ms: float


class _Run(Generic[Who]):
    """What the threads of one run share: the turns left, who is free, how long each turn took, what went wrong."""

    def __init__(self, count: int, everybody: Iterable[Who]) -> None:
        self.left = count
        self.free: queue.SimpleQueue[Who] = queue.SimpleQueue()
        for who in everybody:
            self.free.put(who)
        self.times: list[float] = []
        self.faults: list[Exception] = []
        self._lock = threading.Lock()

    def next_turn(self) -> bool:
        """Take one of the turns that are left; say whether there was one."""
        with self._lock:
            self.left -= 1
            return self.left >= 0 and not self.faults

    def work(self, link: Link, act: Callable[[Link, Who], None]) -> None:
        """Do turns until none is left. Nobody does two things at once: people wait in line until they are free."""
        while self.next_turn():
            who = self.free.get()
            began = time.perf_counter()
            try:
                act(link, who)
            except Exception as fault:  # told to the main thread by run()
                self.faults.append(fault)
            self.times.append(time.perf_counter() - began)
            self.free.put(who)
        link.close()


def run(
    server: Server, count: int, everybody: Iterable[Who], act: Callable[[Link, Who], None],
    connections: int = CONNECTIONS,
) -> Figures:  # fmt: skip
    """Let `act(link, who)` happen `count` times over this many connections, and return what it cost the server.

    There must be more people than connections; they take turns.
    """
    shared = _Run(count, everybody)
    links = [Link(server.port) for _ in range(connections)]
    threads = [threading.Thread(target=shared.work, args=(link, act)) for link in links]
    cpu, began = server.cpu_seconds(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - began, server.cpu_seconds() - cpu
    if shared.faults:
        raise shared.faults[0]
    cuts = statistics.quantiles(shared.times, n=100)
    return Figures(1000 * cpu / count, count / wall, 1000 * cuts[49], 1000 * cuts[98])
