"""`flask backup`, `flask backup verify`, `flask restore`: with a sentence for whatever is in the way."""

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from learnapp.config import Settings
from learnapp.kit import clock
from learnapp.kit.errors import Refusal

from .domain import DAYS, KEEP

if TYPE_CHECKING:
    from .domain import Manifest

SENTENCES = {
    "exists": "{file} exists already. Wait a second and try again.",
    "no_room": "There is not enough room: {megabytes} MB must be free where the backups lie.",
    "not_ours": "The database has no schema of ours yet. Run `flask --app wsgi prepare` first.",
    "not_whole": "The copy is not whole. Nothing that it holds can be relied on.",
    "tool_missing": "{tool} is not here. Install PostgreSQL's client programs, of the server's version or newer, "
    "such as postgresql-client, and try again.",
    "tool_failed": "{tool} did not succeed. It says: {said}",
    "no_file": "There is no such file.",
    "no_manifest": "Its manifest, the file of the same name with .json at the end, is missing or cannot be read.",
    "other_key": "It was made with another secret key. Give that key as SECRET_KEY or in SECRET_KEY_FALLBACKS. "
    "If the key is lost, --without-signature leaves this check out.",
    "changed_manifest": "Its manifest was changed after it was made.",
    "changed_file": "The file is not what was written: its size or checksum differs from the manifest's.",
    "counts": "These tables have other rows than the manifest says: {tables}.",
    "sample": "{count} of the answers in the manifest's sample are missing or different.",
    "other_database": "This is a backup of {database}, and DATABASE_URL names another kind of database.",
    "newer_schema": "This backup comes from a newer release. Install that release first.",
    "not_empty": "The database is not empty. A backup is restored only into an empty place: give DATABASE_URL a new "
    "database, or INSTANCE_DIR a new folder.",
}
FILE = click.Path(path_type=Path, dir_okay=False)
unsigned = click.option("--without-signature", is_flag=True, help="For when the secret key is lost.")


class _Group(AppGroup):
    """A group that turns a refusal into a sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise _in_words(refusal) from refusal


def _in_words(refusal: Refusal) -> click.ClickException:
    return click.ClickException(SENTENCES.get(refusal.code, refusal.code).format(**refusal.values))


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@click.group("backup", cls=_Group, invoke_without_command=True)
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="The folder; BACKUP_DIR by default.")
@click.option("--keep", type=click.IntRange(1), default=KEEP, show_default=True, help="How many to keep.")
@click.option("--days", type=click.IntRange(1), default=DAYS, show_default=True, help="Remove those that are older.")
@click.pass_context
@with_appcontext
def backup(ctx: click.Context, to: Path | None, keep: int, days: int) -> None:
    """Copy the database while people work, prove the copy, and remove old copies."""
    if ctx.invoked_subcommand is not None:
        return
    from . import actions

    settings = _settings()
    made = actions.make(settings, to or settings.backup_dir, clock.now(), secrets.randbits(32), keep, days)
    click.echo(f"{made.path} is whole: {_told(made.manifest)}.")
    for name in made.removed:
        click.echo(f"Removed {name}.")


@backup.command("verify")
@click.argument("file", type=FILE)
@unsigned
def verify(file: Path, without_signature: bool) -> None:
    """Prove that FILE is what was written, and that all of it can be read."""
    from . import actions

    manifest = actions.verify(_settings(), file, not without_signature)
    click.echo(f"{file} is whole: {_told(manifest)}.")


@backup.command("list")
def list_() -> None:
    """Show the backups in BACKUP_DIR, newest first, with their size."""
    from . import storage

    folder = _settings().backup_dir
    for name in reversed(storage.backups_in(folder)):
        click.echo(f"{name}  {(folder / name).stat().st_size / 1e6:.1f} MB")


def _told(manifest: "Manifest") -> str:
    rows = sum(manifest.rows.values())
    return f"{rows} rows in {len(manifest.rows)} tables, {len(manifest.sample)} answers compared"


@click.command("restore")
@click.argument("file", type=FILE)
@unsigned
@with_appcontext
def restore(file: Path, without_signature: bool) -> None:
    """Bring FILE back into an empty database, compare it, migrate it, and erase again who was erased since."""
    from . import actions

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        manifest = actions.restore(_settings(), file, not without_signature)
    except Refusal as refusal:
        raise _in_words(refusal) from refusal
    _migrate(app, manifest.schema)
    with app.app_context():
        erased = actions.finish(_settings(), file.resolve().parent, clock.now())
    click.echo(f"{file} is restored: {_told(manifest)}.")
    if erased:
        click.echo(f"Erased again, because they had asked for it: {erased}.")
    click.echo("Run `flask --app wsgi prepare`, then start the server and the worker.")


def _migrate(app: Flask, schema: str) -> None:
    """Bring an older backup to the schema of this code."""
    from learnapp.kit import schema as migrations
    from learnapp.kit.db import SCHEMA_HEAD

    if schema != SCHEMA_HEAD:
        migrations.init_schema(app)
        with app.app_context():
            migrations.upgrade()
