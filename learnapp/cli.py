"""The flask commands: prepare, worker, static, and what rooms bring along."""

import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import import_module
from queue import Empty, SimpleQueue
from types import FrameType

import click
from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from learnapp.kit import clock, logs, metrics
from learnapp.kit.db import SCHEMA_HEAD, db, write
from learnapp.upkeep.commands import backup, restore

PAUSE_SECONDS = 2.0


class RoomGroup(click.Group):
    """A room's commands, imported only when one of them is asked for: a web worker never loads them.

    more: {name: room} of commands that a room above brings into this group.
    """

    def __init__(self, name: str, room: str, help_text: str, more: Mapping[str, str] | None = None) -> None:
        super().__init__(name, help=help_text)
        self.module = f"learnapp.{room}.commands"
        self.more = more or {}

    def _commands(self) -> click.Group:
        group: click.Group = getattr(import_module(self.module), self.name or "")
        return group

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*self._commands().list_commands(ctx), *self.more])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.more:
            command: click.Command = getattr(import_module(f"learnapp.{self.more[cmd_name]}.commands"), cmd_name)
            return command
        return self._commands().get_command(ctx, cmd_name)


def init_commands(app: Flask) -> None:
    """Add every command to the app."""
    brought = {"copy": "privacy", "erase": "privacy"}
    app.cli.add_command(RoomGroup("people", "accounts", "Add people, give and take roles.", brought))
    app.cli.add_command(RoomGroup("privacy", "privacy", "Delete again what a restore brought back."))
    app.cli.add_command(RoomGroup("attempts", "corrections", "Grade every attempt again, and compare."))
    app.cli.add_command(RoomGroup("corrections", "corrections", "Decide about questions that changed."))
    app.cli.add_command(RoomGroup("content", "authoring", "Check and publish lessons and quizzes."))
    app.cli.add_command(RoomGroup("questions", "rehearsal", "Try keys and look at questions before anybody is asked."))
    app.cli.add_command(prepare)
    app.cli.add_command(worker)
    app.cli.add_command(static)
    app.cli.add_command(schema)
    app.cli.add_command(backup)
    app.cli.add_command(restore)


@click.group()
def static() -> None:
    """Build the hashed and compressed static files."""


@static.command("build")
def static_build() -> None:
    """Join, hash and compress css, js, fonts and pictures."""
    from learnapp.kit.static import build_for

    click.echo(f"{len(build_for(current_app))} static files are ready.")


@click.group()
def schema() -> None:
    """Change the database's schema by hand."""


@schema.command("upgrade")
@click.argument("target", default="heads")
def schema_upgrade(target: str) -> None:
    """Run migrations up to TARGET."""
    from learnapp.kit import schema as migrations

    migrations.init_schema(current_app._get_current_object())  # type: ignore[attr-defined]
    migrations.upgrade(target)


@schema.command("downgrade")
@click.argument("target", default="base")
def schema_downgrade(target: str) -> None:
    """Undo migrations down to TARGET."""
    from learnapp.kit import schema as migrations

    migrations.init_schema(current_app._get_current_object())  # type: ignore[attr-defined]
    migrations.downgrade(target)


def _schema_is_current() -> bool:
    try:
        with db.engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == SCHEMA_HEAD
    except DBAPIError:
        return False  # no such table yet


def _migrate(app: Flask) -> None:
    """Upgrade in an app context of its own; Alembic is heavy and imported only when there is work."""
    with app.app_context():
        if _schema_is_current():
            return
    from learnapp.kit import schema as migrations

    migrations.init_schema(app)
    with app.app_context():
        migrations.upgrade()


@click.command()
def prepare() -> None:
    """Make everything ready for a start: static files, schema, roles, content, and the demo when it is on."""
    from learnapp.accounts.actions import ensure_roles
    from learnapp.authoring.publish import publish_if_changed
    from learnapp.kit.static import build_for

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    settings = app.config["SETTINGS"]
    build_for(app)
    _migrate(app)
    with write() as session:
        ensure_roles(session)
    publish_if_changed(clock.now())
    if settings.demo:
        from learnapp.demo.actions import make_demo_when_absent

        make_demo_when_absent(clock.now())
        while _pass_on_announcements(clock.now()):
            pass  # what was made up in past weeks must not look like work that nobody does
    _say_where(app)


def _say_where(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    click.echo(f"{settings.app_name} is at http://{settings.host}:{settings.port}")
    if settings.demo:
        click.echo("The start page lets you look around as a trainee, a patient or an instructor (made-up people).")
    else:
        from learnapp.accounts.actions import setup_link_when_needed

        link = setup_link_when_needed(clock.now())
        click.echo(f"Make the first administrator here, once: {link}" if link else "An administrator exists: sign in.")
    click.echo("Press Ctrl-C to stop.")


@click.command()
@click.option("--once", is_flag=True, help="Work off what is waiting, then stop.")
def worker(once: bool) -> None:
    """Send waiting mail and hand in attempts whose time is over, until told to stop."""
    told: SimpleQueue[int] = SimpleQueue()  # a second signal may interrupt its put; it may not interrupt Event.set

    def leave(number: int, _frame: FrameType | None) -> None:
        told.put(number)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    if not once:
        metrics.start(current_app._get_current_object())  # type: ignore[attr-defined]
    while told.empty():
        done = _work_round()
        if once:
            break
        if not done:
            with suppress(Empty):
                told.get(timeout=PAUSE_SECONDS)
                break


def _work_round() -> int:
    """Do one round of each duty; a duty that fails is logged and tried again in the next round."""
    from learnapp.corrections.actions import carry_on_all
    from learnapp.kit.worker import now_and_then, work_once
    from learnapp.privacy.actions import sweep
    from learnapp.privacy.retention import forget_old
    from learnapp.quizzes.actions import finish_overdue
    from learnapp.upkeep.actions import keep_list

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    duties: dict[str, Callable[[datetime], int]] = {
        "mail": lambda now: work_once(app, now),
        "overdue attempts": finish_overdue,
        "corrections": carry_on_all,
        "announcements": _pass_on_announcements,
        "erasures": lambda now: now_and_then("erasures", timedelta(minutes=1), sweep, now),
        "retention": lambda now: now_and_then("retention", timedelta(hours=1), forget_old, now),
        "list of erased people": lambda _now: keep_list(app.config["SETTINGS"]),
    }
    done = 0
    for name, duty in duties.items():
        try:
            done += duty(clock.now())
        except Exception as error:
            logs.fault("duty_failed", error, duty=name)
        finally:
            db.session.remove()
    return done


def _pass_on_announcements(now: datetime) -> int:
    """Work off what rooms announce to whom it may concern; to what is handed in nobody subscribes so far."""
    from learnapp.cohorts.actions import MEMBERSHIP_JOB
    from learnapp.kit import outbox
    from learnapp.quizzes.actions import SUBMITTED_JOB, follow_membership

    jobs = outbox.lease([SUBMITTED_JOB, MEMBERSHIP_JOB], now, 50, 60)
    for job in jobs:
        try:
            if job.kind == MEMBERSHIP_JOB:
                follow_membership(str(job.payload["person"]))
        except Exception as error:  # one that cannot be told must not hold up the others
            logs.fault("announcement_not_passed_on", error)
            outbox.failed(job, type(error).__name__, now)
        else:
            outbox.done(job, now)
    return len(jobs)
