"""The receipt of an attempt: every stored answer in words, and a code by which staff can tell that it is ours.

It says nothing about right or wrong and holds no key, so its learner may always have it.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.quizzes.answer_field import plain
from learnapp.quizzes.storage import saving
from learnapp.quizzes.storage.attempts import Paper, Slot
from learnapp.quizzes.storage.saving import Step
from learnapp.quizzes.types import type_named

from . import storage

PURPOSE = b"receipt of an attempt, 1"
BYTES, GROUP = 15, 4  # 120 bits as 24 letters in groups of four


@dataclass(frozen=True, slots=True)
class Line:
    """One question. answer: in words, "" for none. revision: of the newest answer, 0 when nothing was saved.

    late: that answer was accepted within the allowance after the deadline (rules D10).
    """

    position: int
    question: str
    answer: str
    revision: int
    saved_at: datetime | None
    certainty: int | None
    late: bool


@dataclass(frozen=True)
class Receipt:
    """An attempt with its answers. saves: of all questions together. code: None while the attempt is open."""

    paper: Paper
    version: int
    lines: tuple[Line, ...]
    saves: int
    code: str | None


def receipt_of(session: Session, paper: Paper, secret: str) -> Receipt:
    """Return the receipt of an attempt: two statements. The caller has checked who may see it."""
    version = storage.version_number(session, paper.quiz_version_id)
    steps = saving.steps_of(session, paper.id)
    lines = tuple(_line(slot, steps.get(slot.position, ())) for slot in paper.slots if type_named(slot.type).marked)
    code = code_of(paper, version, secret) if paper.status != "open" else None
    return Receipt(paper, version, lines, sum(len(found) for found in steps.values()), code)


def _line(slot: Slot, steps: Sequence[Step]) -> Line:
    answer = type_named(slot.type).summary(slot.shown, slot.answer)
    late = bool(steps) and steps[-1].late_by_latency
    question = plain(slot.shown["stem"])
    return Line(slot.position, question, answer, slot.revision, slot.saved_at, slot.certainty, late)


def _content(paper: Paper, version: int) -> bytes:
    """Return what the code vouches for, in one way of writing it: facts of the attempt and its stored answers.

    Scores are not in it: a mark or a correction that comes later leaves the receipt as it is.
    """
    facts: dict[str, Any] = {
        "attempt": paper.public_id, "quiz": paper.quiz_slug, "version": version, "track": paper.track,
        "kind": paper.kind, "number": paper.number, "status": paper.status, "closed_by": paper.closed_by,
        "started_at": _utc(paper.started_at), "submitted_at": _utc(paper.submitted_at), "late": paper.late_by_latency,
        "answers": [
            [slot.position, slot.question_version_id, slot.revision, _utc(slot.saved_at), slot.answer, slot.certainty]
            for slot in paper.slots
        ],
    }  # fmt: skip
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _utc(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="microseconds") if moment else None


def code_of(paper: Paper, version: int, secret: str) -> str:
    """Return the check code: "ABCD-EFGH-..."; another answer, time or secret gives another code."""
    digest = hmac.new(secret.encode(), PURPOSE + b"\0" + _content(paper, version), hashlib.sha256).digest()[:BYTES]
    letters = base64.b32encode(digest).decode()
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def is_code_of(said: str, paper: Paper, version: int, secrets: Sequence[str]) -> bool:
    """Say whether a code that somebody brought belongs to this attempt as it is stored now.

    secrets: the present one, then older ones; blanks, dashes and small letters do not matter.
    """
    typed = _letters(said)
    return any(hmac.compare_digest(typed, _letters(code_of(paper, version, secret))) for secret in secrets)


def _letters(said: str) -> bytes:
    return "".join(each for each in said.upper() if each.isascii() and each.isalnum()).encode()
