"""`flask corrections ...` and `flask attempts verify`: deciding about changed questions, and grading all again."""

import sys
from collections.abc import Sequence
from datetime import datetime

import click
from flask.cli import AppGroup

from learnapp.accounts.domain import TRACKS
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.kit.errors import Conflict, NotFound, Problem
from learnapp.quizzes.domain.ruling import NEEDS_KEY, Policy

from . import actions, showing, storage
from .domain import Counts, Decision
from .questions import Listed, Question, changed, question_named
from .verifying import differences, handed_in

SHOWN = 20  # attempts of a dry run, lost passes first
LATER = 'Decide later on the page "Questions", or with: flask corrections decide KEY --track TRACK'

attempts = AppGroup("attempts", help="Grade every attempt again, and compare.")
corrections = AppGroup("corrections", help="Decide about questions that changed after somebody answered them.")


@attempts.command("verify")
def verify() -> None:
    """Grade every attempt that was handed in again, and list what is stored otherwise (exit 1 when anything is)."""
    ids = handed_in(read())
    again = found = 0
    for public_id in ids:
        try:
            differing = list(differences(read(), public_id))
        except NotFound:  # deleted since the list was read
            continue
        again += 1
        for each in differing:
            found += 1
            place = f"question {each.position}" if each.position else "the attempt"
            click.echo(f"{each.attempt}: {each.name} of {place} is stored as {each.stored}, graded as {each.found}")
        read().rollback()  # a long list must not be one long transaction
    click.echo(f"{again} attempts graded again, {found} differences.")
    sys.exit(1 if found else 0)


@corrections.command("list")
def list_changed() -> None:
    """List the questions that changed after somebody answered them and about which nobody has decided."""
    listed = changed(read())
    for each in listed:
        click.echo(_line(each))
    click.echo(LATER if listed else "There is nothing to decide.")


@corrections.command("decide")
@click.argument("key")
@click.option("--track", type=click.Choice(TRACKS), default=TRACKS[0], help="Whose question.")
def decide(key: str, track: str) -> None:
    """Say what happens to the answers to one question; the effect is shown first."""
    try:
        _ask(question_named(read(), track, key), clock.now())
    except NotFound:
        raise click.ClickException(f"There is no question {key} for the {track} track that somebody answers.") from None


def ask_about_changes(now: datetime, at_terminal: bool) -> None:
    """Say which changed questions have answers; at a terminal ask what to do with each, else keep all scores."""
    listed = changed(read())
    if not listed:
        return
    click.echo(f"\n{len(listed)} changed questions have answers already. All scores stay as they are for now.")
    for each in listed:
        click.echo(_line(each))
        if at_terminal:
            _ask(question_named(read(), each.track, each.key), now)
    if not at_terminal:
        click.echo(LATER)


def _line(each: Listed) -> str:
    what = "another answer is right" if each.key_changed else "only words changed"
    return f"- {each.key} ({each.track}): {each.attempts} tries, {what}"


def _ask(question: Question, now: datetime) -> None:
    """Ask what to do with the answers to a question, until something is done or it is left for later."""
    made = storage.corrections(read(), question_id=question.id)
    offered = showing.policies(question, any(each.policy is not Policy.KEEP for each in made))
    for number, policy in enumerate(offered, 1):
        click.echo(f"  {number}  {showing.POLICIES[policy][0]}. {showing.POLICIES[policy][1]}")
    click.echo("  0  Decide later")
    while chosen := click.prompt("What should happen to the answers?", type=click.IntRange(0, len(offered)), default=0):
        decision = _decision(question, offered[chosen - 1])
        counts = _show(question, decision)
        if counts is not None and click.confirm("Do this?", default=False):
            _carry_out(question, _with_reason(decision, counts), made[0].id if made else 0, now)
            return


def _decision(question: Question, policy: Policy) -> Decision:
    newest = question.newest.number
    upto = newest - 1 if policy in NEEDS_KEY or question.earlier else newest
    if policy is not Policy.OPTION:
        return Decision(policy, upto)
    options = showing.options(question)
    for key, words in options.items():
        click.echo(f"     {key}  {words}")
    return Decision(policy, upto, click.prompt("Which answer is right too?", type=click.Choice(list(options))))


def _show(question: Question, decision: Decision) -> Counts | None:
    """Print what a decision would do; return the counts, None when it makes no sense."""
    problems = actions.problems(question, decision)
    if problems:
        _say(problems)
        return None
    run = actions.dry_run(question, decision)
    counts = run.counts
    click.echo(
        f"  {counts.attempts} tries: {counts.raised} higher, {counts.lowered} lower, {counts.gains} pass only now, "
        f"{counts.loses} would lose their pass, {counts.unchanged} same, {counts.stays} stay as they are, "
        f"{counts.still_open} still open."
    )
    moved = sorted((effect for _one, effect in run.effects if effect.told), key=lambda effect: not effect.loses)
    for effect in moved[:SHOWN]:
        before, after = effect.before, effect.after
        click.echo(
            f"    {effect.public_id}: {showing.score_words(before.score, before.maximum)} -> "
            f"{showing.score_words(after.score, after.maximum)}{'  would lose its pass' if effect.loses else ''}"
        )
    if len(moved) > SHOWN:
        click.echo(f"    and {len(moved) - SHOWN} more")
    return counts


def _with_reason(decision: Decision, counts: Counts) -> Decision:
    lower = bool(counts.loses) and click.confirm(
        f"{counts.loses} would lose their pass. Without a yes they stay as they are. Take their pass?", default=False
    )
    reason = click.prompt("Why? Learners read this. Do not name the answer")
    return Decision(decision.policy, decision.upto, decision.option, lower, reason)


def _carry_out(question: Question, decision: Decision, seen: int, now: datetime) -> None:
    try:
        public_id, problems = actions.decide(None, question.track, question.key, decision, seen, now)
    except Conflict as conflict:
        _say([Problem(conflict.code, values=conflict.values)])
        return
    if problems:
        _say(problems)
        return
    done = 0
    while storage.correction(read(), public_id).running:
        batch = actions.carry_on(public_id, now)
        done += batch
        if not batch and storage.correction(read(), public_id).running:
            click.echo("  Some tries could not be done now. `flask worker` goes on with them.")
            break
    click.echo(f"  Done: {done} tries.")


def _say(problems: Sequence[Problem]) -> None:
    for each in problems:
        click.echo(f"  {showing.say(each)}.")
