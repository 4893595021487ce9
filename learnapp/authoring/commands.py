"""The authors' commands: `flask content check` and `flask content publish`."""

import sys

import click
from flask.cli import AppGroup

from learnapp.config import ROOT
from learnapp.corrections.commands import ask_about_changes
from learnapp.kit import clock

from .check import check_content
from .faults import Report
from .publish import publish_if_changed

content = AppGroup("content", help="Check and publish lessons and quizzes.")


@content.command("check")
def check() -> None:
    """List everything that is wrong with the content, with file, line and what to do."""
    _course, report = check_content(ROOT)
    sys.exit(print_report(report))


@content.command("publish")
def publish() -> None:
    """Publish what has changed; nothing happens when the check finds faults or nothing has changed.

    Of changed questions that were answered before it asks, at a terminal, what happens to those answers.
    """
    published = publish_if_changed(clock.now())
    if not published or not (published.lessons or published.quizzes):
        click.echo("Nothing has changed: no new version was made.")
        return
    click.echo(f"New versions of lessons: {', '.join(published.lessons) or 'none'}.")
    click.echo(f"New versions of quizzes: {', '.join(published.quizzes) or 'none'}.")
    ask_about_changes(clock.now(), sys.stdin.isatty())


def print_report(report: Report) -> int:
    """Print faults, then warnings apart, then one line that sums up; return 1 when there are faults."""
    for fault in sorted(report.faults):
        click.echo(str(fault))
    if report.warnings:
        click.echo("\nWorth a second look (these do not stop publishing):")
        for warning in sorted(report.warnings):
            click.echo(str(warning))
    click.echo(f"\n{len(report.faults)} to put right, {len(report.warnings)} worth a second look.")
    return 1 if report.faults else 0
