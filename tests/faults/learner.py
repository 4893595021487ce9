"""A learner as a browser is one: signs in by a cookie, keeps the CSRF token, tries again, remembers what was said."""

import http.client
import json
import random
import re
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"
AGAIN = {429, 502, 503, 504}  # what is tried again; 500 is not: no drill may cause one
CUT = (OSError, http.client.HTTPException)
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
PATIENCE = 120.0
Fields = Mapping[str, Sequence[str]]


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def location(self) -> str:
        """Return where it sends us, or ""."""
        return self.headers.get("location", "")

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.text)


@dataclass(frozen=True)
class Acknowledged:
    """One answer that the server said it has stored. n: the question's place. revision, saved_at: as it said."""

    attempt: str
    n: int
    revision: int
    fields: Fields
    saved_at: str


@dataclass
class Log:
    """What all learners of a drill were told; threads share it."""

    saved: list[Acknowledged] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    handed_in: list[str] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    longest: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, seconds: float = 0.0) -> None:
        """Count a status or a cut connection, and keep the longest wait for any reply."""
        with self._lock:
            self.statuses[what] = self.statuses.get(what, 0) + 1
            self.longest = max(self.longest, seconds)

    @property
    def retried(self) -> int:
        """Return how many requests had to be sent again."""
        again = {"cut", *map(str, AGAIN)}
        return sum(count for what, count in self.statuses.items() if what in again)


def newest_known(page: Reply) -> dict[str, str]:
    """Return what a start button sends along: the number of the newest attempt when its page was made."""
    return dict(re.findall(r'name="(after)" value="(\d+)"', page.text))


class Learner:
    """One person at one browser. port: of the server. cookie: the value of the session cookie."""

    def __init__(self, port: int, cookie: str, log: Log | None = None, seed: int = 0, timeout: float = 30) -> None:
        self.port, self.cookie, self.timeout = port, cookie, timeout
        self.log = log if log is not None else Log()
        self.dice = random.Random(seed)
        self.token = ""
        self.revisions: dict[tuple[str, int], int] = {}

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """Send one request, once; raises OSError or HTTPException when no whole reply comes."""
        sent = {"Cookie": f"session={self.cookie}", "Sec-Fetch-Site": "same-origin", "Connection": "close"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        began = time.monotonic()
        try:
            link.request(method, path, body, sent)
            reply = link.getresponse()
            text = reply.read().decode("utf-8", "replace")
        except CUT:
            self.log.note("cut", time.monotonic() - began)
            raise
        finally:
            link.close()
        self.log.note(str(reply.status), time.monotonic() - began)
        found = {name.lower(): value for name, value in reply.getheaders()}
        kept = re.match(r"session=([^;]+)", found.get("set-cookie", ""))
        self.cookie = kept.group(1) if kept else self.cookie
        return Reply(reply.status, found, text)

    def patient(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
        """Send a request again, with longer and longer pauses of uneven length, until a final reply comes."""
        pause, end = FIRST_PAUSE, time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                reply = self.request(method, path, body, **headers)
            except CUT:
                pass
            else:
                if reply.status not in AGAIN:
                    return reply
            time.sleep(pause * self.dice.uniform(0.5, 1.5))
            pause = min(LONGEST_PAUSE, pause * 2)
        raise AssertionError(f"{method} {path}: no final reply within {PATIENCE} s")

    def get(self, path: str) -> Reply:
        """Fetch a page, and keep the CSRF token that stands on it."""
        reply = self.patient("GET", path)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reply.text)
        self.token = found.group(1) if found else self.token
        return reply

    def follow(self, reply: Reply) -> Reply:
        """Go where replies send us, and return the page at the end of the way."""
        for _step in range(5):
            if reply.status not in {301, 302, 303}:
                return reply
            reply = self.get(reply.location)
        raise AssertionError("sent round and round")

    def form(self, **fields: str) -> bytes:
        """Return a form's body with the CSRF token."""
        return urlencode({"csrf_token": self.token, **fields}).encode()

    def post(self, path: str, **fields: str) -> Reply:
        """Post a form; redirects are not followed."""
        return self.patient("POST", path, self.form(**fields), Content_Type=FORM)

    def start(self, slug: str) -> str:
        """Press "Start"; return the attempt's public id."""
        page = self.get(f"/quizzes/{slug}")
        assert page.status == 200, (page.status, page.text[:300])
        reply = self.post(f"/quizzes/{slug}/attempts", **newest_known(page))
        found = re.fullmatch(r"/attempts/([^/?#]+)", reply.location)
        assert reply.status == 303, (reply.status, reply.text[:300])
        assert found, reply.location
        self.log.started.append(found.group(1))
        return found.group(1)

    def save_body(self, attempt: str, n: int, fields: Fields, key: str = "", **more: Any) -> bytes:
        """Return the body of an autosave at the revision that this browser knows."""
        known = self.revisions.get((attempt, n), 0)
        sent = {"revision": known, "fields": fields, "key": key or str(uuid.uuid4()), "flagged": None, **more}
        return json.dumps(sent).encode()

    def save_once(self, attempt: str, n: int, fields: Fields, body: bytes = b"") -> Reply:
        """Send an answer once, and keep what an acknowledgement said."""
        body = body or self.save_body(attempt, n, fields)
        return self._told(attempt, n, fields, self.request("PUT", *self._save(attempt, n, body), **self._json()))

    def save(self, attempt: str, n: int, fields: Fields) -> Reply:
        """Send an answer until it is acknowledged (or finally refused), always with the same key."""
        body = self.save_body(attempt, n, fields)
        return self._told(attempt, n, fields, self.patient("PUT", *self._save(attempt, n, body), **self._json()))

    def _save(self, attempt: str, n: int, body: bytes) -> tuple[str, bytes]:
        return f"/attempts/{attempt}/answers/{n}", body

    def _json(self) -> dict[str, str]:
        return {"Content_Type": "application/json", "Accept": "application/json", "X_CSRFToken": self.token}

    def _told(self, attempt: str, n: int, fields: Fields, reply: Reply) -> Reply:
        if reply.status == 200:
            said = reply.json
            self.revisions[attempt, n] = said["revision"]
            self.log.saved.append(Acknowledged(attempt, n, said["revision"], fields, said["saved_at"]))
        return reply

    def submit(self, attempt: str) -> Reply:
        """Press "Hand in"; return the reply, which is the way to the result."""
        reply = self.post(f"/attempts/{attempt}/submit")
        if reply.status == 303 and reply.location.endswith("/result"):
            self.log.handed_in.append(attempt)
        return reply
