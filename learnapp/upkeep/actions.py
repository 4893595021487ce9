"""Making a backup, proving one, and bringing one back into an empty place."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DatabaseError

from learnapp.config import Settings
from learnapp.kit.db import SCHEMA_HEAD
from learnapp.kit.errors import Refusal
from learnapp.privacy.actions import reapply_erasures
from learnapp.privacy.storage import ErasureRow, erasures, list_erasures, listed

from . import domain, postgres, sqlite, storage
from .domain import Manifest

SPARE = 1.1  # room on the disk, as a part of the database's size


@dataclass(frozen=True)
class Made:
    """A new backup, its manifest, and the names of the old ones that were removed."""

    path: Path
    manifest: Manifest
    removed: list[str]


def make(settings: Settings, folder: Path, now: datetime, seed: int, keep: int, days: int) -> Made:
    """Copy the database into `folder`, prove the copy, and remove what is beyond `keep` backups or `days` days.

    Raises Refusal: "exists" (one of the same second), "no_room", "not_ours" (no schema of ours), "not_whole",
    "tool_missing", "tool_failed". Nothing half done is left, and nothing old is removed then.
    """
    kind = _kind(settings)
    path = folder / domain.file_name(now, kind)
    if path.exists():
        raise Refusal("exists", file=path.name)
    with storage.half_done(path) as half:
        manifest = _copied(settings, kind, half, path.name, now, seed)
        storage.write_text(storage.manifest_of(path), manifest.signed(settings.secret_key).as_text())
    known = erasures() if ErasureRow.__tablename__ in manifest.rows else {}  # not yet, before a release is prepared
    list_erasures(folder, known | listed(settings.instance_dir))
    old = domain.too_many(storage.backups_in(folder), keep, days, now)
    storage.remove(folder, old)
    return Made(path, manifest, old)


def _kind(settings: Settings) -> str:
    return make_url(settings.database_url).get_backend_name()


def _copied(settings: Settings, kind: str, half: Path, name: str, now: datetime, seed: int) -> Manifest:
    """Make the copy, and return what is in it, as it was counted in the copy or at the copy's moment."""
    if kind == "sqlite":
        _demand_room(half.parent, sqlite.file_of(settings.database_url).stat().st_size)
        sqlite.copy(settings.database_url, half)
        with sqlite.opened(half) as connection:
            if not sqlite.is_whole(connection):
                raise Refusal("not_whole")
            return _described(connection, kind, half, name, now, seed)
    with postgres.opened(settings.database_url) as connection:
        postgres.dump(settings.database_url, connection, half)
        manifest = _described(connection, kind, half, name, now, seed)
    if postgres.rows_in(half) != manifest.rows:
        raise Refusal("not_whole")
    return manifest


def _demand_room(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size * SPARE:
        raise Refusal("no_room", megabytes=int(size * SPARE / 1e6) + 1)


def _described(connection: Connection, kind: str, half: Path, name: str, now: datetime, seed: int) -> Manifest:
    schema = storage.schema_of(connection)
    if not schema:
        raise Refusal("not_ours")
    return Manifest(
        made_at=now.isoformat(),
        database=kind,
        schema=schema,
        file=name,
        size=half.stat().st_size,
        sha256=storage.sha256_of(half),
        rows=storage.rows_of(connection),
        sample=storage.sample_of(connection, seed),
    )


def verify(settings: Settings, path: Path, signature: bool = True) -> Manifest:
    """Prove a backup: the manifest's signature, the checksum, the database's own checks, every count, the sample.

    Raises Refusal: "no_file", "no_manifest", "other_key", "changed_manifest", "changed_file", "not_whole", "counts",
    "sample", "tool_missing". signature=False leaves the signature out, for when the secret key is lost.
    """
    manifest = _read(path)
    if signature:
        _demand_signature(manifest, settings)
    if path.stat().st_size != manifest.size or storage.sha256_of(path) != manifest.sha256:
        raise Refusal("changed_file")
    if manifest.database == "sqlite":
        _look_through(path, manifest)
    elif postgres.rows_in(path) != manifest.rows:
        raise Refusal("not_whole")
    return manifest


def _read(path: Path) -> Manifest:
    if not path.is_file():
        raise Refusal("no_file")
    try:
        return domain.read_manifest(storage.manifest_of(path).read_text())
    except (OSError, ValueError) as fault:
        raise Refusal("no_manifest") from fault


def _demand_signature(manifest: Manifest, settings: Settings) -> None:
    keys = [settings.secret_key, *settings.secret_key_fallbacks]
    if any(manifest.is_signed_by(key) for key in keys):
        return
    known = manifest.key in {domain.key_name(key) for key in keys}
    raise Refusal("changed_manifest" if known else "other_key")


def _look_through(path: Path, manifest: Manifest) -> None:
    try:
        with sqlite.opened(path) as connection:
            if not sqlite.is_whole(connection):
                raise Refusal("not_whole")
            _compare(connection, manifest)
    except DatabaseError as fault:
        raise Refusal("not_whole") from fault


def _compare(connection: Connection, manifest: Manifest) -> None:
    """Demand the same rows in every table, and the same answers in the sample."""
    if wrong := domain.differences(manifest.rows, storage.rows_of(connection)):
        raise Refusal("counts", tables=", ".join(wrong))
    found = storage.fingerprints(connection, [int(step) for step in manifest.sample])
    if wrong := domain.differences(manifest.sample, found):
        raise Refusal("sample", count=len(wrong))


def restore(settings: Settings, path: Path, signature: bool = True) -> Manifest:
    """Prove a backup, put it into the empty database of the settings, and compare what is there afterwards.

    Raises what `verify` does, and Refusal: "other_database", "newer_schema", "not_empty", "tool_failed". The schema
    is as old as the backup; `finish` comes after the migration.
    """
    manifest = verify(settings, path, signature)
    if manifest.database != _kind(settings):
        raise Refusal("other_database", database=manifest.database)
    if manifest.schema > SCHEMA_HEAD:
        raise Refusal("newer_schema")
    kind = sqlite if manifest.database == "sqlite" else postgres
    if not kind.is_empty(settings.database_url):
        raise Refusal("not_empty")
    kind.put(path, settings.database_url)
    _compare_restored(settings, manifest)
    return manifest


def _compare_restored(settings: Settings, manifest: Manifest) -> None:
    if manifest.database == "sqlite":
        with sqlite.opened(sqlite.file_of(settings.database_url)) as connection:
            _compare(connection, manifest)
        return
    with postgres.opened(settings.database_url) as connection:
        _compare(connection, manifest)


def finish(settings: Settings, folder: Path, now: datetime) -> int:
    """After the migration: erase again who was erased since the backup was made; return how many had come back.

    folder: where the list of erased people lies, beside the backup.
    """
    list_erasures(settings.instance_dir, listed(folder))
    return reapply_erasures(now)


def keep_list(settings: Settings) -> int:
    """Let the list beside the backups name everybody who is erased, also since the newest backup; return 0.

    A duty of the worker, so that even a backup of last night can be restored without bringing anybody back.
    """
    if storage.list_is_old(settings):
        storage.list_erased(settings)
    return 0
