"""The authors' commands: `flask questions grade` and `flask questions preview`."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from learnapp.accounts.domain import TRACKS
from learnapp.authoring.check import check_content
from learnapp.authoring.commands import print_report
from learnapp.config import ROOT

from .preview import preview_html, questions_of, quiz_of
from .trying import as_json, said, try_file

questions = AppGroup("questions", help="Try keys and look at questions before anybody is asked.")
TRACK = click.option("--track", type=click.Choice(TRACKS), default=TRACKS[0], help="Whose wording to use.")


@questions.command("grade")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_lines", is_flag=True, help="Print lines of JSON instead of words.")
@TRACK
def grade(file: Path, as_lines: bool, track: str) -> None:
    """Grade the answers in FILE (YAML, or JSON lines in .jsonl) and say what each part earns, and why."""
    tried, report = try_file(file, track)
    for one in tried:
        click.echo(as_json(one) if as_lines else "\n".join(said(one)))
    for fault in sorted(report.faults):
        click.echo(str(fault), err=True)
    sys.exit(1 if report.faults else 0)


@questions.command("preview")
@click.argument("slug")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write the page (default: SLUG-TRACK.html).")
@TRACK
def preview(slug: str, out: Path | None, track: str) -> None:
    """Write a quiz as one HTML page that stands alone: every question as it is asked and as it is reviewed."""
    course, report = check_content(ROOT)
    if report.faults:
        sys.exit(print_report(report))
    quiz = quiz_of(course, slug, track)
    if quiz is None:
        known = ", ".join(sorted({name for name, _track in course.quizzes}))
        raise click.ClickException(f"There is no quiz {slug} for the {track} track. There are: {known}.")
    path = out or Path(f"{slug}-{track}.html")
    asks = questions_of(quiz, course)
    path.write_text(preview_html(quiz, asks), "utf-8")
    click.echo(f"{len(asks)} questions are in {path}. Open it in a browser.")
