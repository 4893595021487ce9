"""What a backup is compared by, the files beside each other, and the list of erased people."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import Table, inspect, select, text
from sqlalchemy.engine import Connection

from learnapp.config import Settings
from learnapp.privacy.storage import FILE as ERASURES
from learnapp.privacy.storage import list_erasures, listed
from learnapp.quizzes.storage.rows import StepRow

from . import domain

BLOCK = 1 << 20
step_t = cast(Table, StepRow.__table__)


def rows_of(connection: Connection) -> dict[str, int]:
    """Return {table: how many rows} of every table that is there."""
    names = sorted(inspect(connection).get_table_names())
    return {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in names}


def schema_of(connection: Connection) -> str:
    """Return which migration the database has; "" when it is none of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def sample_of(connection: Connection, seed: int) -> dict[str, str]:
    """Return fingerprints of some saved answers, chosen by the seed: {id of the step: fingerprint}."""
    ids = connection.scalars(select(step_t.c.id)).all()
    return fingerprints(connection, domain.choose(ids, seed))


def fingerprints(connection: Connection, ids: list[int]) -> dict[str, str]:
    """Return the fingerprints of these steps, as far as they are there."""
    wanted = select(step_t.c.id, step_t.c.slot_id, step_t.c.seq, step_t.c.answer).where(step_t.c.id.in_(ids))
    return {str(at): domain.fingerprint(slot, seq, answer) for at, slot, seq, answer in connection.execute(wanted)}


def sha256_of(path: Path) -> str:
    """Return the checksum of a file, however large."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            total.update(block)
    return total.hexdigest()


def manifest_of(path: Path) -> Path:
    """Return where a backup's manifest lies."""
    return path.with_name(path.name + domain.MANIFEST)


def backups_in(folder: Path) -> list[str]:
    """Return the names of the backups in a folder."""
    return sorted(path.name for path in folder.iterdir() if domain.made_at(path.name)) if folder.is_dir() else []


def remove(folder: Path, names: list[str]) -> None:
    """Remove backups with their manifests."""
    for name in names:
        for path in (folder / name, manifest_of(folder / name)):
            path.unlink(missing_ok=True)


@contextmanager
def half_done(path: Path) -> Iterator[Path]:
    """Give the place of a new private file, which gets its name when the block ends well and vanishes otherwise."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        yield half
        os.replace(half, path)
        _sync_folder(path.parent)
    finally:
        half.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, words: str) -> None:
    """Write a private file, whole or not at all."""
    with half_done(path) as half, half.open("w") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())


def list_erased(settings: Settings) -> None:
    """Bring the list of erased people that lies beside the backups up to date, where there are backups."""
    if settings.backup_dir.is_dir():
        list_erasures(settings.backup_dir, listed(settings.instance_dir))


def list_is_old(settings: Settings) -> bool:
    """Say, by a look at the sizes, whether the list beside the backups may lack somebody."""
    own, beside = settings.instance_dir / ERASURES, settings.backup_dir / ERASURES
    return own.exists() and own.stat().st_size != (beside.stat().st_size if beside.exists() else 0)
