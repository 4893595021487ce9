"""`flask people ...`: what an administrator does until there are pages for it."""

import secrets
from collections.abc import Callable
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_security import hash_password
from flask_security.recoverable import generate_reset_password_token

from learnapp.kit import clock
from learnapp.kit.errors import Refusal

from . import actions, storage
from .domain import TRACKS

SENTENCES = {
    "no_such_person": "Nobody has that address. `flask people list` shows everybody.",
    "no_such_role": "There is no such role. The roles are: instructor, author, administrator.",
    "not_confirmed": "That address is not confirmed yet, so it cannot hold a role.",
    "address_taken": "That address has an account already.",
}


def _or_say_why(act: Callable[..., Any], *values: Any) -> Any:
    try:
        return act(*values)
    except Refusal as refusal:
        raise click.ClickException(SENTENCES.get(refusal.code, refusal.code)) from refusal


@click.group(cls=AppGroup)
def people() -> None:
    """Add people, give and take roles."""


@people.command("add")
@click.argument("email")
@click.argument("name")
@click.option("--track", type=click.Choice(TRACKS), help="What they read; they can change it.")
@click.option("--role", help="instructor, author or administrator")
def add(email: str, name: str, track: str | None, role: str | None) -> None:
    """Add somebody whose address you vouch for, and print a link to choose a password (works for 1 hour)."""
    try:
        address = current_app.extensions["security"].mail_util.normalize(email)
    except ValueError as fault:
        raise click.ClickException(f"{email} is not an e-mail address.") from fault
    now = clock.now()
    hashed = hash_password(secrets.token_urlsafe(32))
    person = actions.NewPerson(address, name, hashed, track, confirmed_at=now)
    _or_say_why(actions.add_person, person, now)
    if role:
        _or_say_why(actions.give_role, address, role)
    row = storage.find_person(email=address)
    token = generate_reset_password_token(row)  # type: ignore[no-untyped-call]
    click.echo(f"Give this link to {name}: {current_app.config['SETTINGS'].base_url}/account/reset/{token}")


@people.command("list")
def list_all() -> None:
    """List everybody with their roles."""
    for person in storage.list_people():
        marks = [*person.roles]
        marks += [] if person.confirmed else ["unconfirmed"]
        marks += [] if person.active else ["suspended"]
        click.echo(f"{person.email}\t{person.name}\t{', '.join(marks) or '-'}")


@people.command("give")
@click.argument("email")
@click.argument("role")
def give(email: str, role: str) -> None:
    """Give a role: instructor, author or administrator."""
    _or_say_why(actions.give_role, email, role)
    click.echo(f"{email} now has the role {role}.")


@people.command("take")
@click.argument("email")
@click.argument("role")
def take(email: str, role: str) -> None:
    """Take a role away; it bites on the person's next request."""
    _or_say_why(actions.take_role, email, role)
    click.echo(f"{email} no longer has the role {role}.")


@people.command("suspend")
@click.argument("email")
def suspend(email: str) -> None:
    """Sign a person out everywhere and keep them out."""
    _or_say_why(actions.suspend, email, clock.now())
    click.echo(f"{email} is signed out everywhere and cannot sign in.")


@people.command("restore")
@click.argument("email")
def restore(email: str) -> None:
    """Let a suspended person sign in again."""
    _or_say_why(actions.restore, email)
    click.echo(f"{email} can sign in again.")


@people.command("setup-link")
def setup_link() -> None:
    """Print a new one-time link that makes an administrator; older unused links stop working."""
    token = actions.make_setup_link(clock.now())
    click.echo(f"{current_app.config['SETTINGS'].base_url}/account/setup/{token}")
