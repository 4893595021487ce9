"""Backups on both databases: whole, private, signed, brought back; every kind of damage is told in a sentence."""

import json
import shutil
import stat
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pysqlite3 import dbapi2
from sqlalchemy import func, select, text

from learnapp.accounts.domain import Actor
from learnapp.accounts.storage import PersonRow
from learnapp.kit import clock
from learnapp.kit.db import SCHEMA_HEAD, db, read, write
from learnapp.kit.errors import Refusal
from learnapp.privacy.storage import add_erasure
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.storage.rows import StepRow
from learnapp.upkeep import actions, domain, postgres, sqlite, storage
from learnapp.upkeep.commands import SENTENCES
from tests import postgres as servers
from tests.made import make_app
from tests.people import People
from tests.quizzes.made_up import publish

pytestmark = pytest.mark.usefixtures("postgres_tools")
both = pytest.mark.both_databases


@pytest.fixture
def answered(app: Flask, people: People) -> Flask:
    """An application where Ana has saved three answers."""
    with app.app_context():
        publish("small", ["choice"] * 3, clock.now())
        actor = Actor(
            id=people.ana.id, public_id=people.ana.public_id, name=people.ana.name, email=people.ana.email,
            confirmed=True, track="trainee", time_zone=None, text_size="", theme="", grants=frozenset(), session_id=0,
        )  # fmt: skip
        attempt = quizzes.start(actor, "small", clock.now(), 1)
        for n in (1, 2, 3):
            quizzes.save_answer(actor, attempt, n, 0, {"v": 1, "choice": "b"}, None, clock.now())
    return app


def _run(app: Flask, *words: str | Path, code: int = 0) -> str:
    """Run a command; return what it said."""
    with app.app_context():
        db.session.remove()
    done = app.test_cli_runner().invoke(args=[str(word) for word in words])
    assert isinstance(done.exception, SystemExit | None), done.exception
    assert done.exit_code == code, done.output
    return done.output


def _backup(app: Flask) -> Path:
    _run(app, "backup")
    folder = app.config["SETTINGS"].backup_dir
    return folder / storage.backups_in(folder)[-1]


@contextmanager
def _empty_place(app: Flask, folder: Path, **changes: Any):
    """Give an application of the same kind on a database without anything in it."""
    folder.mkdir()
    url = app.config["SETTINGS"].database_url
    if url.startswith("sqlite"):
        yield make_app(folder, "", **changes)
        return
    with servers.scratch_database(url.replace("+psycopg", "")) as empty:
        place = make_app(folder, empty, **changes)
        yield place
        with place.app_context():
            db.session.remove()
            db.engine.dispose()


def _everything(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with app.app_context(), db.engine.connect() as connection:
        names = storage.rows_of(connection)
        return {name: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"')))) for name in names}


@both
def test_a_backup_is_whole_private_and_says_what_it_holds(answered: Flask):
    path = _backup(answered)
    said = json.loads(storage.manifest_of(path).read_text())
    with answered.app_context():
        assert said["rows"]["step"] == read().scalar(select(func.count()).select_from(StepRow)) == 3
        assert said["rows"]["person"] == read().scalar(select(func.count()).select_from(PersonRow))
    assert said["schema"] == SCHEMA_HEAD
    assert len(said["sample"]) == 3
    assert said["size"] == path.stat().st_size
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        assert file.name == "erasures.jsonl" or file.name.startswith(path.name), "nothing half done is left"
    assert "is whole" in _run(answered, "backup", "verify", path)
    assert path.name in _run(answered, "backup", "list")


@both
def test_what_is_restored_is_what_was_there(answered: Flask, tmp_path: Path):
    path, before = _backup(answered), _everything(answered)
    with _empty_place(answered, tmp_path / "empty") as place:
        assert "is restored" in _run(place, "restore", path)
        assert _everything(place) == before
        assert place.test_client().get("/readyz").status_code == 200


@both
def test_a_place_that_is_not_empty_stays_as_it_is(answered: Flask):
    path, before = _backup(answered), _everything(answered)
    assert SENTENCES["not_empty"] in _run(answered, "restore", path, code=1)
    assert _everything(answered) == before


@both
@pytest.mark.parametrize("where", [0.02, 0.5, 0.999])
def test_one_flipped_byte_is_found(answered: Flask, tmp_path: Path, where: float):
    path = _backup(answered)
    held = bytearray(path.read_bytes())
    held[int(len(held) * where)] ^= 1
    path.write_bytes(held)
    assert SENTENCES["changed_file"] in _run(answered, "backup", "verify", path, code=1)
    with _empty_place(answered, tmp_path / "empty") as place:
        assert SENTENCES["changed_file"] in _run(place, "restore", path, code=1)
        assert _is_empty(place)


def _is_empty(place: Flask) -> bool:
    url = place.config["SETTINGS"].database_url
    return sqlite.is_empty(url) if url.startswith("sqlite") else postgres.is_empty(url)


@both
def test_a_damaged_copy_with_a_fitting_checksum_is_found_too(answered: Flask):
    path = _backup(answered)
    held = path.read_bytes()
    path.write_bytes(held[: len(held) // 2] + bytes(2000) + held[len(held) // 2 + 2000 :])
    _forge(answered, path, size=path.stat().st_size, sha256=storage.sha256_of(path))
    said = _run(answered, "backup", "verify", path, code=1)
    assert any(SENTENCES[code].split("{")[0] in said for code in ("not_whole", "counts", "sample"))


def _forge(app: Flask, path: Path, key: str = "", **changes: Any) -> None:
    """Write another manifest, with a good signature."""
    manifest = replace(domain.read_manifest(storage.manifest_of(path).read_text()), **changes)
    signed = manifest.signed(key or app.config["SETTINGS"].secret_key)
    storage.manifest_of(path).write_text(signed.as_text())


@both
def test_a_manifest_that_does_not_fit_is_told(answered: Flask):
    path = _backup(answered)
    whole = storage.manifest_of(path).read_text()
    manifest = domain.read_manifest(whole)
    sqlite_only = {"sample": {**manifest.sample, "1": "0" * 64}}
    cases = [({"rows": {**manifest.rows, "step": 4}}, ("counts", "not_whole"))]
    cases += [(sqlite_only, ("sample",))] if manifest.database == "sqlite" else []
    for change, codes in cases:
        storage.manifest_of(path).write_text(whole)
        _forge(answered, path, **change)
        said = _run(answered, "backup", "verify", path, code=1)
        assert any(SENTENCES[code].format(tables="step", count=1) in said for code in codes)
    storage.manifest_of(path).write_text(whole.replace('"step": 3', '"step": 4'))
    assert SENTENCES["changed_manifest"] in _run(answered, "backup", "verify", path, code=1)
    storage.manifest_of(path).write_text(whole[:-40])
    assert SENTENCES["no_manifest"] in _run(answered, "backup", "verify", path, code=1)
    storage.manifest_of(path).unlink()
    assert SENTENCES["no_manifest"] in _run(answered, "backup", "verify", path, code=1)
    path.unlink()
    assert SENTENCES["no_file"] in _run(answered, "backup", "verify", path, code=1)


@both
def test_a_restored_sample_that_differs_is_told(answered: Flask, tmp_path: Path):
    path = _backup(answered)
    manifest = domain.read_manifest(storage.manifest_of(path).read_text())
    _forge(answered, path, sample={**manifest.sample, "1": "0" * 64})
    with _empty_place(answered, tmp_path / "empty") as place:
        assert SENTENCES["sample"].format(count=1) in _run(place, "restore", path, code=1)


def test_the_key_changes_and_may_be_lost(answered: Flask, tmp_path: Path):
    path = _backup(answered)
    other = {"secret_key": "n" * 40}
    with _empty_place(answered, tmp_path / "lost", **other) as place:
        assert SENTENCES["other_key"] in _run(place, "restore", path, code=1)
        assert SENTENCES["other_key"] in _run(place, "backup", "verify", path, code=1)
        assert "is restored" in _run(place, "restore", path, "--without-signature")
    with _empty_place(answered, tmp_path / "new", **other, secret_key_fallbacks=("k" * 40,)) as place:
        assert "is restored" in _run(place, "restore", path)


@both
def test_a_second_one_of_the_same_second_is_refused(answered: Flask):
    settings, now = answered.config["SETTINGS"], clock.now()
    with answered.app_context():
        first = actions.make(settings, settings.backup_dir, now, 1, 14, 30)
        with pytest.raises(Refusal, match="exists"):
            actions.make(settings, settings.backup_dir, now, 1, 14, 30)
        actions.verify(settings, first.path)


def test_old_ones_go_only_when_a_new_one_is_there(answered: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    settings, now, folder = answered.config["SETTINGS"], clock.now(), tmp_path / "elsewhere"

    def make(days: int) -> actions.Made:
        with answered.app_context():
            return actions.make(settings, folder, now + timedelta(days=days), 1, 2, 30)

    names = [make(day).path.name for day in (0, 1)]
    (folder / "mine.txt").write_text("not a backup")
    monkeypatch.setattr(sqlite, "is_whole", lambda _connection: False)
    with pytest.raises(Refusal, match="not_whole"):
        make(2)
    assert storage.backups_in(folder) == names
    assert not [path for path in folder.iterdir() if path.name.endswith(".part")]
    monkeypatch.undo()
    third = make(2)
    assert third.removed == names[:1]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["erasures.jsonl", "mine.txt", *names[1:], f"{names[1]}.json", third.path.name, f"{third.path.name}.json"]
    )


def test_no_room_is_told_before_anything_is_written(answered: Flask, monkeypatch: pytest.MonkeyPatch):
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(actions.shutil, "disk_usage", lambda _folder: usage(100, 99, 1))
    assert "There is not enough room: " in _run(answered, "backup", code=1)
    assert list(answered.config["SETTINGS"].backup_dir.iterdir()) == []


@both
def test_an_older_backup_is_brought_to_this_release(answered: Flask, tmp_path: Path, database: str):
    from learnapp.kit import schema

    schema.init_schema(answered)
    with answered.app_context():
        db.session.remove()
        schema.downgrade("0002")
    path = _backup(answered)
    assert json.loads(storage.manifest_of(path).read_text())["schema"] == "0002"
    with _empty_place(answered, tmp_path / "empty") as place:
        assert "is restored" in _run(place, "restore", path)
        assert place.test_client().get("/readyz").status_code == 200
        with place.app_context():
            assert read().scalar(select(func.count()).select_from(StepRow)) == 3


def test_a_newer_or_foreign_backup_is_refused(answered: Flask, tmp_path: Path):
    path = _backup(answered)
    with _empty_place(answered, tmp_path / "empty") as place:
        _forge(answered, path, schema="9999")
        assert SENTENCES["newer_schema"] in _run(place, "restore", path, code=1)
        _forge(answered, path, schema=SCHEMA_HEAD)
        elsewhere = replace(place.config["SETTINGS"], database_url="postgresql+psycopg://127.0.0.1:1/none")
        with place.app_context(), pytest.raises(Refusal, match="other_database"):
            actions.restore(elsewhere, path)


def test_what_is_no_empty_place_for_sqlite(tmp_path: Path):
    path = tmp_path / "learnapp.db"
    url = f"sqlite:///{path}"
    assert sqlite.is_empty(url)
    journal = tmp_path / "learnapp.db-wal"
    journal.write_bytes(b"left over")
    assert not sqlite.is_empty(url), "an old journal would be written into the new database"
    journal.unlink()
    path.write_bytes(b"something else of somebody")
    assert not sqlite.is_empty(url)
    path.unlink()
    dbapi2.connect(path).close()
    assert sqlite.is_empty(url)


def test_a_database_without_our_schema_is_not_copied(tmp_path: Path):
    place = make_app(tmp_path, "")
    with place.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE other (id INTEGER)")
    assert SENTENCES["not_ours"] in _run(place, "backup", code=1)


@both
def test_the_tools_of_postgres_are_missing(answered: Flask, monkeypatch: pytest.MonkeyPatch, database: str):
    monkeypatch.setenv("PATH", "/nowhere")
    if answered.config["SETTINGS"].database_url.startswith("sqlite"):
        assert "is whole" in _run(answered, "backup"), "SQLite needs none"
    else:
        assert SENTENCES["tool_missing"].format(tool="pg_dump") in _run(answered, "backup", code=1)


def test_a_tool_that_fails_is_quoted_and_leaves_nothing(
    answered: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    tool = tmp_path / "failing"
    tool.write_text("#!/bin/sh\necho 'server version mismatch' >&2\nexit 1\n")
    tool.chmod(0o700)
    with pytest.raises(Refusal, match="tool_failed") as refusal:
        postgres._run([str(tool)])
    assert refusal.value.values == {"tool": "failing", "said": "server version mismatch"}


def test_a_password_is_never_in_a_command_line():
    env = postgres._environment("postgresql+psycopg://ana:s%40cret@db.example.org:5433/learn?sslmode=require")
    wanted = {
        "PGUSER": "ana", "PGPASSWORD": "s@cret", "PGHOST": "db.example.org", "PGPORT": "5433", "PGDATABASE": "learn",
        "PGSSLMODE": "require",
    }  # fmt: skip
    assert wanted.items() <= env.items()


@both
def test_who_was_erased_after_the_backup_is_erased_again(answered: Flask, people: People, tmp_path: Path):
    path = _backup(answered)
    with answered.app_context():
        person = read().scalars(select(PersonRow.public_id).where(PersonRow.id == people.ana.id)).one()
        with write() as session:
            add_erasure(session, person, clock.now())
        from learnapp.privacy import actions as privacy

        privacy.reapply_erasures(clock.now())
        actions.keep_list(answered.config["SETTINGS"])
    assert person in (path.parent / "erasures.jsonl").read_text()
    with _empty_place(answered, tmp_path / "empty") as place:
        assert "Erased again, because they had asked for it: 1." in _run(place, "restore", path)
        with place.app_context():
            row = read().scalars(select(PersonRow).where(PersonRow.public_id == person)).one()
            assert row.erased_at is not None
            assert row.email != people.ana.email


def test_the_worker_keeps_the_list_beside_the_backups(answered: Flask, run_worker: Callable[[], None]):
    settings = answered.config["SETTINGS"]
    _backup(answered)
    (settings.instance_dir / "erasures.jsonl").write_text('{"person": "p1", "at": "2026-01-01T00:00:00+00:00"}\n')
    run_worker()
    assert "p1" in (settings.backup_dir / "erasures.jsonl").read_text()


@pytest.fixture
def run_worker(app: Flask) -> Callable[[], None]:
    """One round of `flask worker`, in this process."""

    def once() -> None:
        from learnapp import cli

        with app.app_context():
            cli._work_round()

    return once
