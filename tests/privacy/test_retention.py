"""What is kept only for a while is gone after it, and not before; the worker does it by itself."""

import os
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from learnapp.accounts.storage import SessionRow, SetupLinkRow
from learnapp.kit import clock, worker
from learnapp.kit.db import read, write
from learnapp.kit.mail import Mail, post
from learnapp.kit.outbox import OutboxRow
from learnapp.privacy.retention import forget_old
from tests.people import People

DAY = timedelta(days=1)


def left(column) -> set[str]:
    return set(read().scalars(select(column)))


def test_ended_sessions_go_after_30_days(app: Flask, people: People):
    now = clock.now()
    ends: dict[str, tuple[datetime, datetime | None]] = {
        "runs": (now + DAY, None), "ended": (now - 29 * DAY, None), "ended long ago": (now - 31 * DAY, None),
        "left": (now + DAY, now - 29 * DAY), "left long ago": (now + DAY, now - 31 * DAY),
    }  # fmt: skip
    with app.app_context():
        with write() as session:
            for name, (expires, revoked) in ends.items():
                about = {"person_id": people.ana.id, "created_at": now - 60 * DAY}
                session.add(SessionRow(token_hash=name, expires_at=expires, revoked_at=revoked, **about))
        forget_old(now)
        assert left(SessionRow.token_hash) == {"runs", "ended", "left"}


def test_setup_links_go_when_used_or_old(app: Flask):
    now = clock.now()
    with app.app_context():
        with write() as session:
            session.add(SetupLinkRow(token_hash="new", created_at=now - 6 * DAY))
            session.add(SetupLinkRow(token_hash="old", created_at=now - 8 * DAY))
            session.add(SetupLinkRow(token_hash="used", created_at=now, used_at=now))
        forget_old(now)
        assert left(SetupLinkRow.token_hash) == {"new"}


def test_done_jobs_go_after_90_days_and_waiting_ones_never(app: Flask):
    now = clock.now()
    with app.app_context():
        with write() as session:
            for key, done in (("done", now - 89 * DAY), ("done long ago", now - 91 * DAY), ("waits", None)):
                post(session, Mail("a@example.org", "s", "b", "x"), now - 100 * DAY, key=key)
                session.flush()
                session.scalars(select(OutboxRow).where(OutboxRow.key == key)).one().done_at = done
        forget_old(now)
        assert left(OutboxRow.key) == {"done", "waits"}


def test_letters_in_the_folder_go_after_30_days(app: Flask):
    now = clock.now()
    folder = app.config["SETTINGS"].instance_dir / "mail"
    folder.mkdir()
    for name, age in (("new.eml", 29), ("old.eml", 31)):
        (folder / name).write_text("To: a@example.org\n\nHello")
        os.utime(folder / name, ((now - age * DAY).timestamp(),) * 2)
    with app.app_context():
        forget_old(now)
    assert [path.name for path in folder.iterdir()] == ["new.eml"]


def test_a_duty_is_done_now_and_then(app: Flask):
    done = []
    now = clock.now()
    with app.app_context():
        for minutes in (0, 1, 59, 60, 61, 200, -300):
            worker.now_and_then(
                "x", timedelta(hours=1), lambda moment: done.append(moment) or 1, now + timedelta(minutes=minutes)
            )
    assert [round((moment - now).total_seconds() / 60) for moment in done] == [0, 60, 200, -300]


def test_the_worker_does_it(app: Flask):
    now = clock.now()
    with app.app_context(), write() as session:
        session.add(SetupLinkRow(token_hash="old", created_at=now - 8 * DAY))
    with app.app_context():
        assert app.test_cli_runner().invoke(args=["worker", "--once"]).exit_code == 0
        assert left(SetupLinkRow.token_hash) == set()
