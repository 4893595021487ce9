"""A bad line between browser and server: cuts, delays, doubles, reorders and swallows requests, by a seeded plan.

One request a connection. What the plan says about a request is drawn when it arrives; `settled()` waits until
every copy that is still on its way has reached the server.
"""

import random
import re
import socket
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

SAVE = re.compile(rb"PUT /attempts/[^/ ]+/answers/\d+ ")
POST = re.compile(rb"POST /attempts/")
BUSY = b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
LONGEST_HEAD = 65_536


@dataclass(frozen=True)
class Plan:
    """How often what happens, as shares of 1; the rest passes. delay: (least, most) seconds for what is late.

    saves, posts: {"cut", "busy", "deaf", "slow", "late", "double", "held": share}. cut: it never arrives. deaf: it
    arrives, the reply does not. slow: everything later. late: cut for the browser, and yet it arrives, later. double:
    it arrives again, later. held: it waits until another request has overtaken it.
    """

    saves: Mapping[str, float]
    posts: Mapping[str, float]
    delay: tuple[float, float] = (0.1, 1.2)


STORM = Plan(
    saves={"cut": 0.12, "busy": 0.06, "deaf": 0.12, "slow": 0.1, "late": 0.12, "double": 0.14, "held": 0.08},
    posts={"cut": 0.08, "deaf": 0.1, "slow": 0.1, "late": 0.06, "double": 0.06},
)


def _head_and_body(link: socket.socket) -> bytes:
    """Read one whole request or reply; b"" when the other side closed before its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = link.recv(65_536)
        if not more or len(data) > LONGEST_HEAD:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"(?im)^content-length: *(\d+)", head)
    length = int(found.group(1)) if found else 0
    while len(body) < length:
        more = link.recv(65_536)
        if not more:
            return b""
        body += more
    return head + b"\r\n\r\n" + body


class BadLine:
    """Listens on a port of its own and talks to the server behind it; a context that ends it.

    plan may be changed at any time. out: while it is set, nothing gets through at all. told: how often what happened.
    """

    def __init__(self, port: int, seed: int = 0, plan: Plan = STORM) -> None:
        self.behind, self.plan, self.dice = port, plan, random.Random(seed)
        self.told: Counter[str] = Counter()
        self.out = threading.Event()
        self._lock = threading.Lock()
        self._passed = threading.Condition()
        self._count = 0
        self._on_their_way: set[threading.Thread] = set()
        line = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    line._serve(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler, bind_and_activate=True)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> "BadLine":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_why: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def settled(self, seconds: float = 30) -> None:
        """Wait until every copy has arrived."""
        end = time.monotonic() + seconds
        while self._on_their_way:
            assert time.monotonic() < end, "a copy is still on its way"
            time.sleep(0.02)

    def _fate(self, request: bytes) -> tuple[str, float]:
        kinds = self.plan.saves if SAVE.match(request) else self.plan.posts if POST.match(request) else {}
        with self._lock:
            roll, delay = self.dice.random(), self.dice.uniform(*self.plan.delay)
        fate = "pass"
        for kind, share in kinds.items():
            roll -= share
            if roll < 0:
                fate = kind
                break
        if self.out.is_set():
            fate = "out"
        if SAVE.match(request):
            self.told["saves"] += 1
        self.told[fate] += 1
        return fate, delay

    def _serve(self, link: socket.socket) -> None:
        link.settimeout(60)
        request = _head_and_body(link)
        if not request:
            return
        fate, delay = self._fate(request)
        act: Callable[[], bytes] = {
            "cut": bytes, "out": bytes, "busy": lambda: BUSY, "deaf": lambda: self._forward(request)[:0],
            "slow": lambda: self._slow(request, delay), "late": lambda: self._late(request, delay),
            "double": lambda: self._double(request, delay), "held": lambda: self._held(request),
        }.get(fate, lambda: self._forward(request))  # fmt: skip
        reply = act()
        if reply:
            link.sendall(reply)
        else:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # a reset, not an end

    def _forward(self, request: bytes) -> bytes:
        """Hand a request to the server; return its whole reply, b"" when there is none."""
        head, _, body = request.partition(b"\r\n\r\n")
        head = re.sub(rb"(?im)^connection:.*\r\n", b"", head) + b"\r\nConnection: close"
        reply = b""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.behind), 30) as link:
            link.sendall(head + b"\r\n\r\n" + body)
            while more := link.recv(65_536):
                reply += more
        with self._passed:
            self._count += 1
            self._passed.notify_all()
        return reply

    def _slow(self, request: bytes, delay: float) -> bytes:
        time.sleep(delay)
        return self._forward(request)

    def _later(self, request: bytes, delay: float) -> None:
        def arrive() -> None:
            time.sleep(delay)
            self._forward(request)
            self._on_their_way.discard(thread)

        thread = threading.Thread(target=arrive, daemon=True)
        self._on_their_way.add(thread)
        thread.start()

    def _late(self, request: bytes, delay: float) -> bytes:
        self._later(request, delay)
        return b""

    def _double(self, request: bytes, delay: float) -> bytes:
        reply = self._forward(request)
        self._later(request, delay)
        return reply

    def _held(self, request: bytes) -> bytes:
        with self._passed:
            before = self._count
            self._passed.wait_for(lambda: self._count > before, timeout=1.5)
        return self._forward(request)
