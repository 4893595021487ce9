"""/livez and /readyz: what each asks, and that the answer tells nothing about the machine."""

import json
import re
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from learnapp.kit import clock, mail
from learnapp.kit.db import db, write
from learnapp.kit.outbox import lease
from learnapp.site import storage
from learnapp.upkeep.domain import file_name


def _asked(client, code=503):
    """Return what is wrong, after looking that the body has the one shape it may have."""
    response = client.get("/readyz")
    assert response.status_code == code
    body = response.get_json()
    assert set(body) == {"status", "problems", "notes"}
    assert body["status"] == ("ready" if code == 200 else "not ready")
    for each in body["problems"] + body["notes"]:
        assert re.fullmatch("[a-z_]{4,30}", each)
    return body["problems"]


def _set(app, **changes):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], **changes)


def test_livez_asks_nothing_of_the_database(app, client):
    statements: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert client.get("/livez").get_data(as_text=True) == "alive\n"
    assert statements == []


@pytest.mark.both_databases
def test_all_is_well_on_a_current_database(app, client):
    assert _asked(client, 200) == []
    words = json.dumps(client.get("/readyz").get_json())
    assert not re.search(r"\d|/|" + re.escape(str(app.instance_path)), words), "no versions, no paths"


@pytest.mark.both_databases
def test_an_older_schema_is_not_ready_and_a_newer_one_is(app, client):
    for revision, code, problems in (("0001", 503, ["schema"]), ("9999", 200, [])):
        with app.app_context(), write() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
        assert _asked(client, code) == problems


def test_no_schema_at_all_is_not_ready(app, client):
    with app.app_context(), write() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert _asked(client) == ["database"]


def test_a_journal_that_can_lose_answers_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(storage, "wal_is_safe", lambda _version: False)
    assert _asked(client) == ["journal"]


def test_a_database_that_is_away(client, monkeypatch):
    def away():
        raise OperationalError("select", {}, Exception("away"))

    monkeypatch.setattr(storage, "schema_is_current", away)
    assert _asked(client) == ["database"]


@pytest.mark.both_databases
def test_an_outbox_that_nobody_works_off(app, client):
    now = clock.now()
    note = mail.Mail("ana@example.org", "Hello", "Words", "test")
    for minutes, problems in ((4, []), (6, ["outbox"])):
        with app.app_context(), write() as session:
            mail.post(session, note, now - timedelta(minutes=minutes))
        assert _asked(client, 503 if problems else 200) == problems
    with app.app_context():
        assert len(lease([mail.KIND], now, 10, 600)) == 2
    assert _asked(client, 200) == [], "somebody is working on it"


def test_a_disk_that_is_nearly_full(client, monkeypatch):
    usage = type(shutil.disk_usage("/"))
    for free, problems in ((51, []), (49, ["disk"])):
        monkeypatch.setattr(storage.shutil, "disk_usage", lambda _folder, free=free: usage(1000, 1000 - free, free))
        assert _asked(client, 503 if problems else 200) == problems


def test_backups_are_judged_only_when_the_setting_says_how_old_they_may_be(app, client):
    now = clock.now()
    folder = app.config["SETTINGS"].backup_dir
    assert _asked(client, 200) == []
    _set(app, backup_max_age_hours=26)
    assert _asked(client) == ["backup"], "there is none"
    folder.mkdir()
    (folder / "notes.txt").write_text("no backup")
    (folder / file_name(now - timedelta(hours=27), "sqlite")).write_text("")
    assert _asked(client) == ["backup"]
    (folder / file_name(now - timedelta(hours=25), "sqlite")).write_text("")
    assert _asked(client, 200) == []
    _set(app, backup_max_age_hours=0)
    shutil.rmtree(folder)
    assert _asked(client, 200) == []
