"""The outbox and the worker: at least once, effective once, later after a failure, nothing kept that was sent."""

import smtplib
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import select

from learnapp.kit import clock, mail, outbox, worker
from learnapp.kit.db import db, write
from learnapp.kit.mail import Mail
from learnapp.kit.outbox import OutboxRow
from tests.together import together

NOTE = Mail("ana@example.org", "Choose a new\npassword", "Öffne https://x.example/ü\n", "reset_instructions")


def put(kind="mail", key="k1", now=None, payload=None):
    with write() as session:
        outbox.enqueue(session, kind, key, payload or {"n": 1}, now or clock.now())


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


@pytest.mark.both_databases
def test_the_same_key_is_one_job(app):
    with app.app_context():
        put()
        put(payload={"n": 2})
        assert [row.payload for row in rows()] == [{"n": 1}]


def test_a_rolled_back_action_sends_nothing(app):
    def fail():
        with write() as session:
            outbox.enqueue(session, "mail", "k1", {}, clock.now())
            raise RuntimeError

    with app.app_context():
        with pytest.raises(RuntimeError):
            fail()
        assert rows() == []


@pytest.mark.both_databases
def test_a_job_is_leased_by_one_worker_and_freed_when_that_dies(app):
    now = clock.now()

    def lease(_number):
        with app.app_context():
            return [job.key for job in outbox.lease(["mail"], now, 2, 60)]

    with app.app_context():
        for number in range(4):
            put(key=f"k{number}", now=now)
        put(kind="other", key="k9", now=now)
    taken = together(4, lease)
    assert sorted(key for keys in taken for key in keys) == ["k0", "k1", "k2", "k3"]
    with app.app_context():
        assert outbox.lease(["mail"], now + timedelta(seconds=59), 9, 60) == []
        assert {job.tries for job in outbox.lease(["mail"], now + timedelta(seconds=61), 9, 60)} == {2}


def test_failures_wait_longer_each_time_and_end(app):
    now = clock.now()
    waits = []
    with app.app_context():
        put(now=now)
        for _try in range(outbox.MOST_TRIES):
            (job,) = outbox.lease(["mail"], now, 1, 60)
            outbox.failed(job, "OSError", now)
            (row,) = rows()
            waits.append((row.due_at - now).total_seconds())
            now = max(now, row.due_at)
        assert waits[:4] == [30, 60, 120, 240]
        assert max(waits) == timedelta(hours=6).total_seconds()
        assert row.done_at is not None
        assert row.last_error == "gave up: OSError"
        assert row.payload == {}
        assert outbox.oldest_waiting(clock.now()) is None


def test_mail_is_written_to_the_folder_once(app):
    settings = app.config["SETTINGS"]
    with app.app_context():
        with write() as session:
            mail.post(session, NOTE, clock.now(), key="mail:reset:1")
        assert outbox.oldest_waiting(clock.now()) is not None
    assert worker.work_once(app, clock.now()) == 1
    assert worker.work_once(app, clock.now()) == 0
    (path,) = (settings.instance_dir / "mail").iterdir()
    assert path.name == "mail-reset-1.eml"
    message = message_from_bytes(path.read_bytes())
    assert (message["To"], message["Subject"]) == (NOTE.to, "Choose a new password")
    assert message.get_payload(decode=True).decode() == NOTE.body
    first_id = message["Message-ID"]
    mail.deliver("mail:reset:1", {"to": NOTE.to, "subject": "s", "body": "b"}, settings)
    (path,) = (settings.instance_dir / "mail").iterdir()
    assert message_from_bytes(path.read_bytes())["Message-ID"] == first_id
    with app.app_context():
        (row,) = rows()
        assert row.payload == {}
        assert row.done_at is not None


class FakeServer:
    """Stands in for smtplib.SMTP and remembers what it was told."""

    log: list = []  # noqa: RUF012

    def __init__(self, host, port, **_more):
        self.log.append((host, port))

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return None

    def starttls(self, context):
        self.log.append("starttls")

    def login(self, user, password):
        self.log.append((user, password))

    def send_message(self, message):
        self.log.append(message["To"])


def test_mail_goes_by_smtp_encrypted(app, monkeypatch):
    monkeypatch.setattr(smtplib, "SMTP", FakeServer)
    monkeypatch.setattr(FakeServer, "log", [])
    settings = replace(app.config["SETTINGS"], smtp_url="smtp://me:p%40ss@mail.example.org:2525")
    mail.deliver("k", {"to": NOTE.to, "subject": "s", "body": "b"}, settings)
    assert FakeServer.log == [("mail.example.org", 2525), "starttls", ("me", "p@ss"), NOTE.to]
    FakeServer.log.clear()
    mail.deliver("k", {"to": NOTE.to, "subject": "s", "body": "b"}, replace(settings, smtp_url="smtp://127.0.0.1:25"))
    assert FakeServer.log == [("127.0.0.1", 25), NOTE.to]
    assert not (settings.instance_dir / "mail").exists()


def test_a_mail_server_that_is_away_is_tried_again(app, monkeypatch):
    def refuse(*_args, **_more):
        raise ConnectionRefusedError

    monkeypatch.setattr(smtplib, "SMTP", refuse)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url="smtp://mail.example.org")
    now = clock.now()
    with app.app_context(), write() as session:
        mail.post(session, NOTE, now)
    assert worker.work_once(app, now) == 1
    assert worker.work_once(app, now) == 0
    with app.app_context():
        (row,) = rows()
        assert (row.tries, row.last_error, row.done_at) == (1, "ConnectionRefusedError", None)
        assert row.payload["to"] == NOTE.to
    assert worker.work_once(app, now + timedelta(seconds=31)) == 1
