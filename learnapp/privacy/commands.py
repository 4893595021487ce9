"""`flask privacy ...`, `flask people copy` and `erase`: requests that come by letter, and after a restore."""

import os
import shutil
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from learnapp.kit import clock
from learnapp.kit.errors import Refusal

from . import actions

SENTENCES = {
    "no_such_person": "Nobody has that address. `flask people list` shows everybody.",
    "made_up": "That is a made-up person of the demo, which needs them. Start with DEMO=0 to delete them.",
}


@click.group(cls=AppGroup)
def privacy() -> None:
    """Apply erasures again after a restore."""


@privacy.command("reapply")
def reapply() -> None:
    """Delete again everybody who was deleted: after an older backup was restored, or KEEP_SCORES was changed."""
    back = actions.reapply_erasures(clock.now())
    click.echo(f"{back} deleted accounts had come back and are deleted again.")


@click.command("copy")
@click.argument("email")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def copy(email: str, file: Path) -> None:
    """Write everything that is kept about somebody into FILE, a ZIP that only you can read."""
    try:
        stream = actions.copy_of(email, clock.now())
    except Refusal as refusal:
        raise click.ClickException(SENTENCES.get(refusal.code, refusal.code)) from refusal
    with stream, os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        shutil.copyfileobj(stream, out)
    click.echo(f"{file} holds everything. Delete it once it is handed over.")


@click.command("erase")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def erase(email: str, yes: bool) -> None:
    """Delete somebody's account and all that is kept about them. It cannot be undone."""
    if not yes:
        click.confirm(f"Delete {email} and everything that is kept about them?", abort=True)
    try:
        actions.erase_address(email, clock.now())
    except Refusal as refusal:
        raise click.ClickException(SENTENCES.get(refusal.code, refusal.code)) from refusal
    click.echo("The account is deleted.")
