"""What a reader does to a lesson: mark a part as read."""

from datetime import datetime

from learnapp.accounts.domain import TRACKS, Actor
from learnapp.kit.db import write
from learnapp.kit.errors import NotFound

from . import storage


def mark_done(actor: Actor, slug: str, number: int, now: datetime, track: str | None = None) -> tuple[str, ...]:
    """Mark part `number` (from 1) of a lesson as read, and return the keys of all its parts.

    track: what the reader was shown; their own by default. Reading only moves forward: marking a part again,
    or in two tabs at once, changes nothing. Raises NotFound for a lesson or a part that is not there.
    """
    with write() as session:
        found = storage.section_keys(session, slug, track or actor.track or TRACKS[-1])
        if found is None or not 1 <= number <= len(found[1]):
            raise NotFound("section")
        lesson_id, keys = found
        storage.add_mark(session, actor.id, lesson_id, keys[number - 1], now)
    return keys
