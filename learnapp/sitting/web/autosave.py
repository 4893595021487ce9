"""Saving one answer while its page stays open: JSON in, JSON out (docs/interfaces.md)."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from learnapp.accounts.guard import signed_in, the_actor
from learnapp.kit import clock
from learnapp.kit.errors import Conflict, Forbidden
from learnapp.kit.i18n import _, clock_time
from learnapp.quizzes import actions
from learnapp.quizzes.actions import Saved, Stale
from learnapp.quizzes.domain.tries import Phase
from learnapp.quizzes.storage import attempts
from learnapp.quizzes.storage.attempts import Slot
from learnapp.quizzes.types import type_named

from . import bp
from .answers import as_fields, from_json, is_key
from .views import iso

MOST_REVISIONS = 10**9  # what fits a column, and more than anybody saves


class Sent(NamedTuple):
    """What a body held: the revision that the page knew, the answer, the flag, how sure, and the save's own name."""

    revision: int
    answer: Any
    flagged: bool | None
    certainty: int | None
    key: str | None


@bp.put("/attempts/<attempt_id>/answers/<int(max=999):n>")
@signed_in
def autosave(attempt_id: str, n: int) -> ResponseReturnValue:
    """Save one answer; 409 with the current one when a newer one is stored."""
    now = clock.now()
    body = _body()
    slot = attempts.question_of(the_actor(), attempt_id, n).slot(n)
    sent = _read(body, slot)
    if sent is None:
        return _bad(_("This answer could not be read. Reload the page."))
    try:
        saved = actions.save_answer(
            the_actor(), attempt_id, n, sent.revision, sent.answer, sent.flagged, now, sent.certainty, sent.key
        )
    except Conflict as conflict:
        return _stale(slot, conflict.values["stale"], now)
    except Forbidden as refusal:
        abandoned = attempts.question_of(the_actor(), attempt_id, n).status == "abandoned"
        why = reason("abandoned" if abandoned else refusal.code)
        return jsonify(error=refusal.code, reason=why, server_time=iso(now)), 403
    return _saved(slot, saved, now)


def _body() -> Any:
    """Return the JSON that was sent; None when it is none, or nested so deep that it only means harm."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _read(body: Any, slot: Slot) -> Sent | None:
    """Return what was sent; None when the body has another shape or holds no possible answer."""
    if not isinstance(body, dict):
        return None
    form, revision, flagged = from_json(body.get("fields")), body.get("revision"), body.get("flagged")
    if form is None or type(revision) is not int or type(flagged) not in {bool, type(None)}:
        return None
    certainty, key = body.get("certainty"), body.get("key")
    if abs(revision) > MOST_REVISIONS or type(certainty) not in {int, type(None)} or not is_key(key):
        return None
    if slot.phase != Phase.OPEN and not form:  # a checked question has no controls: only its flag is sent
        return Sent(revision, slot.answer, flagged, slot.certainty, key)
    field = type_named(slot.type).field(slot.shown, slot.arrangement, "answer")
    field.process(form)
    return None if field.refused else Sent(revision, field.data, flagged, certainty, key)


def _bad(words: str) -> ResponseReturnValue:
    return jsonify(error="unreadable", reason=words), 400


def reason(code: str) -> str:
    """Return why nothing is saved any more, in words."""
    if code == "too_late":
        return _("Time is up. We handed in the answers that were saved before.")
    if code == "hand_in_only":
        return _("Time is up. Answers cannot be changed any more, but you can still hand in what was saved before.")
    if code == "abandoned":
        return _("Time is up. This try was not handed in in time, so it does not count. What was saved before is kept.")
    if code == "locked":
        return _("This answer is checked already. It cannot be changed any more.")
    return _("This try is handed in. Answers cannot be changed any more.")


def _saved(slot: Slot, saved: Saved, now: datetime) -> ResponseReturnValue:
    newer = {"newer": _current(slot, saved.newer)} if saved.newer else {}
    return jsonify(
        **newer,
        revision=saved.revision,
        saved_at=iso(saved.saved_at),
        saved_text=_("Saved at %(time)s", time=clock_time(saved.saved_at)),
        deadline=iso(saved.deadline),
        server_time=iso(now),
        answered=saved.answered,
    )


def _stale(slot: Slot, stale: Stale, now: datetime) -> ResponseReturnValue:
    return jsonify(error="stale", server_time=iso(now), **_current(slot, stale)), 409


def _current(slot: Slot, stale: Stale) -> dict[str, Any]:
    return {
        "revision": stale.revision,
        "fields": as_fields(stale.current),
        "answer_text": type_named(slot.type).summary(slot.shown, stale.current) or _("not answered"),
        "saved_at": iso(stale.saved_at),
        "saved_text": _("Saved at %(time)s", time=clock_time(stale.saved_at)) if stale.saved_at else None,
        "key": stale.key,
        "answered": not type_named(slot.type).complete(slot.shown, stale.current),
    }
