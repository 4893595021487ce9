"""`flask privacy ...` and `flask people erase`: requests that come by letter, and after a restore."""

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
