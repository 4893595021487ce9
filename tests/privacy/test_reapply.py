"""Erasures come back after a restore, and are applied again: from the table and from the file."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from learnapp.accounts.storage import PersonRow
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.kit.errors import NotFound
from learnapp.privacy import actions
from learnapp.privacy.storage import FILE, ErasureRow, list_erasures, listed
from tests.people import People, Someone


def erase(app: Flask, someone: Someone) -> None:
    with app.app_context():
        actions.erase_address(someone.email, clock.now())


def row_of(app: Flask, someone: Someone) -> PersonRow:
    with app.app_context():
        row = read().get_one(PersonRow, someone.id)
        read().expunge(row)
        return row


def bring_back(app: Flask, someone: Someone) -> None:
    """Put a person back as an older backup would, without their erasure."""
    with app.app_context(), write() as session:
        back = {"email": someone.email, "name": someone.name, "erased_at": None, "active": True}
        session.execute(update(PersonRow).where(PersonRow.id == someone.id).values(back))
        session.execute(delete(ErasureRow))


def folder(app: Flask) -> Path:
    return app.config["SETTINGS"].instance_dir


@pytest.mark.both_databases
def test_an_erasure_leaves_a_tombstone_a_row_and_a_line(app: Flask, people: People):
    erase(app, people.ana)
    row = row_of(app, people.ana)
    assert (row.name, row.password, row.active, row.track) == ("", None, False, None)
    assert row.email == f"erased-{people.ana.id}@erased.invalid"
    assert row.fs_uniquifier != "fs-ana"
    lines = [json.loads(line) for line in (folder(app) / FILE).read_text().splitlines()]
    assert [line["person"] for line in lines] == [people.ana.public_id]
    assert set(lines[0]) == {"person", "at"}
    with app.app_context():
        assert read().scalars(select(ErasureRow.person_public_id)).all() == [people.ana.public_id]


@pytest.mark.both_databases
def test_who_comes_back_with_an_older_backup_is_erased_again(app: Flask, people: People):
    erase(app, people.ana)
    moment = row_of(app, people.ana).erased_at
    bring_back(app, people.ana)
    with app.app_context():
        assert actions.reapply_erasures(clock.now()) == 1
        assert actions.reapply_erasures(clock.now()) == 0
    row = row_of(app, people.ana)
    assert (row.name, row.active, row.erased_at) == ("", False, moment)
    with app.app_context():
        assert read().scalars(select(ErasureRow.person_public_id)).all() == [people.ana.public_id]
    assert row_of(app, people.ben).name == people.ben.name


def test_the_table_is_enough_when_the_file_is_lost(app: Flask, people: People):
    erase(app, people.ana)
    (folder(app) / FILE).unlink()
    with app.app_context(), write() as session:
        session.execute(update(PersonRow).where(PersonRow.id == people.ana.id).values(name="Back", erased_at=None))
    with app.app_context():
        assert actions.reapply_erasures(clock.now()) == 1
    assert row_of(app, people.ana).name == ""
    assert set(listed(folder(app))) == {people.ana.public_id}


def test_somebody_newer_than_the_backup_stays_listed(app: Flask, people: People):
    with app.app_context():
        list_erasures(folder(app), {"nobody-here-any-m": clock.now()})
        assert actions.reapply_erasures(clock.now()) == 0
        assert read().scalars(select(ErasureRow.person_public_id)).all() == ["nobody-here-any-m"]


def test_the_worker_writes_a_missing_line(app: Flask, people: People):
    erase(app, people.ana)
    erase(app, people.ben)
    (folder(app) / FILE).unlink()
    with app.app_context():
        actions.sweep(clock.now() + timedelta(days=30))
    assert set(listed(folder(app))) == {people.ana.public_id, people.ben.public_id}


def test_a_line_that_a_crash_cut_off_harms_no_other(app: Flask, people: People):
    erase(app, people.ana)
    path = folder(app) / FILE
    path.write_text(path.read_text() + '{"person": "half')
    erase(app, people.ben)
    assert set(listed(folder(app))) == {people.ana.public_id, people.ben.public_id}


def test_a_full_disk_does_not_undo_the_erasure(app: Flask, people: People):
    (folder(app) / FILE).mkdir()  # cannot be opened as a file
    erase(app, people.ana)
    assert row_of(app, people.ana).erased_at
    shutil.rmtree(folder(app) / FILE)
    with app.app_context():
        actions.sweep(clock.now())
    assert set(listed(folder(app))) == {people.ana.public_id}


def test_the_commands(app: Flask, people: People):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["people", "erase", people.ana.email], input="n\n").exit_code == 1
    assert row_of(app, people.ana).name == people.ana.name
    assert runner.invoke(args=["people", "erase", people.ana.email, "--yes"]).exit_code == 0
    assert row_of(app, people.ana).name == ""
    listed_people = runner.invoke(args=["people", "list"]).output
    assert people.ben.email in listed_people
    assert "erased" not in listed_people
    again = runner.invoke(args=["people", "erase", people.ana.email, "--yes"])
    assert (again.exit_code, "Nobody has that address" in again.output) == (1, True)
    bring_back(app, people.ana)
    assert "1 deleted accounts" in runner.invoke(args=["privacy", "reapply"]).output
    assert "erase" in runner.invoke(args=["people", "--help"]).output


def test_nobody_has_that_address(app: Flask):
    with app.app_context(), pytest.raises(NotFound):
        actions.erase_address("nobody@example.org", clock.now())
