"""`flask content check` and `flask content publish`: the authors' two commands."""

import click

from .faults import Report


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
