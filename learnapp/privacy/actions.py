"""Handing out everything about a person, deleting it, and deleting it again after an older backup was restored."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import IO

from flask import current_app
from sqlalchemy.orm import Session

from learnapp.accounts import personal as accounts
from learnapp.accounts.domain import Actor
from learnapp.accounts.storage import PersonRow
from learnapp.cohorts import personal as cohorts
from learnapp.config import Settings
from learnapp.corrections import personal as corrections
from learnapp.kit import limits, mail
from learnapp.kit.db import read, write
from learnapp.kit.errors import Forbidden, NotFound
from learnapp.kit.mail import Mail
from learnapp.kit.personal import Kept
from learnapp.lessons import personal as lessons
from learnapp.quizzes import erasing
from learnapp.quizzes import personal as quizzes

from . import storage
from .export import zipped

# The account comes last: what was under way when it began has then let go of the person's row.
ERASERS: tuple[Callable[[Session, int, bool, datetime], None], ...] = (
    erasing.erase, corrections.erase, lessons.erase, cohorts.erase, accounts.erase,
)  # fmt: skip
KEEPERS: tuple[Callable[[Session, int, datetime], list[Kept]], ...] = (
    accounts.kept_about, cohorts.kept_about, lessons.kept_about, quizzes.kept_about, corrections.kept_about,
)  # fmt: skip
COPIES = 10  # in an hour: a copy reads everything
FIRST_LOOK = timedelta(days=7)  # a worker that just started looks back this far
LONGEST_REQUEST = timedelta(minutes=10)
SWEPT = "erasures_swept_at"


def copy_own(actor: Actor, now: datetime) -> IO[bytes]:
    """Return a ZIP of everything that is kept about the actor; the caller closes it. Raises TooMany."""
    limits.hit("copy", str(actor.id), COPIES, 3600, now)
    return _copy(actor.id, now)


def copy_of(email: str, now: datetime) -> IO[bytes]:
    """Return the same for the people who run the site, for a request by letter. Raises NotFound."""
    person = storage.person_with(email)
    if person is None:
        raise NotFound("no_such_person")
    return _copy(person[0], now)


def _copy(person_id: int, now: datetime) -> IO[bytes]:
    session = read()
    lists = [each for keeper in KEEPERS for each in keeper(session, person_id, now)]
    return zipped(lists, current_app.config["SETTINGS"].app_name, now)


def erase_own(actor: Actor, farewell: Mail, now: datetime) -> None:
    """Delete the actor's account and all that is kept about them; a second time, also at once, changes nothing.

    farewell: told to a confirmed address when mail is really sent. Raises Forbidden("made_up") for the demo's people.
    """
    _erase(actor.public_id, farewell if actor.confirmed else None, now)


def erase_address(email: str, now: datetime) -> None:
    """Delete somebody's account for the people who run the site. Raises NotFound and Forbidden as above."""
    person = storage.person_with(email)
    if person is None:
        raise NotFound("no_such_person")
    _erase(person[1], None, now)


def _erase(public_id: str, farewell: Mail | None, now: datetime) -> None:
    settings: Settings = current_app.config["SETTINGS"]
    with write() as session:
        person = _locked(session, public_id)
        if person is None:
            raise NotFound("no_such_person")
        if person.erased_at is not None:
            return
        if settings.demo and person.password is None:
            raise Forbidden("made_up")
        address = person.email
        _erase_rows(session, public_id, person.id, settings.keep_scores, now)
        if farewell is not None and settings.smtp_url:
            mail.post(session, farewell, now)
    _list_and_forget({public_id: now}, [address])


def _locked(session: Session, public_id: str) -> PersonRow | None:
    """Return a person with everything that others may be writing locked, in the order in which they lock it."""
    erasing.lock(session, public_id)
    return accounts.lock(session, public_id)


def _erase_rows(session: Session, public_id: str, person_id: int, keep_scores: bool, now: datetime) -> None:
    for erase in ERASERS:
        erase(session, person_id, keep_scores, now)
    storage.add_erasure(session, public_id, now)


def _list_and_forget(erased: dict[str, datetime], addresses: list[str]) -> None:
    """Write the file and delete letters after the commit: a file that says too much could not be taken back."""
    settings: Settings = current_app.config["SETTINGS"]
    try:
        storage.list_erasures(settings.instance_dir, erased)
        mail.forget_letters(addresses, settings)
    except OSError as error:  # the account is deleted all the same; the worker writes the missing line
        current_app.logger.error("the list of erasures could not be written: %s", type(error).__name__)


def reapply_erasures(_now: datetime) -> int:
    """Delete again everybody who is in the table or in the file; return how many had come back.

    For after a backup was restored that is older than some of them, and after KEEP_SCORES was changed.
    Safe to repeat; each person is one transaction.
    """
    settings: Settings = current_app.config["SETTINGS"]
    return _again(storage.listed(settings.instance_dir) | storage.erasures())


def _again(erased: dict[str, datetime]) -> int:
    back, addresses = 0, []
    for public_id, moment in erased.items():
        address = _erase_again(public_id, moment)
        if address is not None:
            back += 1
            addresses.append(address)
    if erased:
        _list_and_forget(erased, addresses)
    return back


def _erase_again(public_id: str, moment: datetime) -> str | None:
    """Delete one person again; return the address if they had come back. Somebody newer than the backup is listed."""
    settings: Settings = current_app.config["SETTINGS"]
    with write() as session:
        person = _locked(session, public_id)
        if person is None:
            storage.add_erasure(session, public_id, moment)
            return None
        address = person.email if person.erased_at is None else None
        _erase_rows(session, public_id, person.id, settings.keep_scores, moment)
        return address


def sweep(now: datetime) -> int:
    """Delete what requests wrote that were under way while their account was deleted, and write missing lines.

    The worker's duty, every minute; returns how many people had come back (0, unless a backup was restored).
    """
    settings: Settings = current_app.config["SETTINGS"]
    before: datetime | None = current_app.extensions.get(SWEPT)
    recent = storage.erasures(since=before - LONGEST_REQUEST if before else now - FIRST_LOOK)
    everybody = storage.erasures()
    missing = everybody.keys() - storage.listed(settings.instance_dir).keys()
    back = _again(recent | {person: everybody[person] for person in missing})
    current_app.extensions[SWEPT] = now
    return back
