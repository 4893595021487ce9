"""At the command line: what publishing asks, what it keeps without a terminal, and grading everything again."""

from datetime import timedelta

import click
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update

from learnapp.corrections import storage
from learnapp.corrections.commands import ask_about_changes
from learnapp.kit import clock
from learnapp.kit.db import read, write
from learnapp.quizzes.domain.ruling import Policy
from learnapp.quizzes.storage.rows import AttemptRow, SlotRow

from .conftest import KEY, REASON, Sat, change, other_choice, scores

NUMBERS = {policy: str(n) for n, policy in enumerate(Policy, 1)}


def run(app: Flask, *words: str, typed: str = "") -> Result:
    return app.test_cli_runner().invoke(args=list(words), input=typed)


def ask(app: Flask, typed: str, at_terminal: bool = True) -> str:
    command = click.Command("ask", callback=lambda: ask_about_changes(clock.now(), at_terminal))
    with app.app_context():
        result = app.test_cli_runner().invoke(command, input=typed)
    assert result.exception is None, result.output
    return result.output


def test_without_a_terminal_all_scores_stay_and_it_says_how_to_decide(app: Flask, changed: Sat):
    said = ask(app, "", at_terminal=False)
    assert "1 changed questions have answers already. All scores stay as they are for now." in said
    assert f"- {KEY} (trainee): 4 tries, another answer is right" in said
    assert "flask corrections decide" in said
    with app.app_context():
        assert storage.corrections(read()) == []
    listed = run(app, "corrections", "list")
    assert KEY in listed.output


def test_publishing_says_which_changed_questions_have_answers(app: Flask, changed: Sat, monkeypatch):
    from learnapp.authoring import commands
    from learnapp.authoring.publish import Published

    monkeypatch.setattr(commands, "publish_if_changed", lambda _now: Published(quizzes=("mixed",)))
    said = run(app, "content", "publish").output
    assert "New versions of quizzes: mixed." in said
    assert f"- {KEY} (trainee): 4 tries" in said
    assert "flask corrections decide" in said
    monkeypatch.setattr(commands, "publish_if_changed", lambda _now: None)
    assert KEY not in run(app, "content", "publish").output


def test_nothing_is_said_when_nothing_changed(app: Flask, sat: Sat):
    assert ask(app, "") == ""
    assert "nothing to decide" in run(app, "corrections", "list").output


def test_at_a_terminal_the_effect_is_shown_before_anything_is_done(app: Flask, changed: Sat):
    said = ask(app, f"{NUMBERS[Policy.NEW_KEY]}\nn\n{NUMBERS[Policy.BOTH]}\ny\n{REASON}\n")
    assert "3 tries: 1 higher, 1 lower, 1 pass only now, 1 would lose their pass, 1 same, 0 stay as they are" in said
    assert "4 of 4 -> 3 of 4  would lose its pass" in said
    assert "Done: 4 tries." in said
    with app.app_context():
        [made] = storage.corrections(read())
        assert (made.policy, made.reason, made.by, made.status) == (Policy.BOTH, REASON, None, "done")
        assert scores(changed)["ben"] == (4, 4, True)
        assert scores(changed)["ana"] == (4, 4, True)


@pytest.mark.parametrize(("answer", "score"), [("n", 4), ("y", 3)])
def test_a_pass_is_taken_only_after_a_yes(app: Flask, changed: Sat, answer: str, score: int):
    ask(app, f"{NUMBERS[Policy.NEW_KEY]}\ny\n{answer}\n{REASON}\n")
    with app.app_context():
        assert scores(changed)["ana"][0] == score


def test_deciding_later_changes_nothing(app: Flask, changed: Sat):
    ask(app, "0\n")
    with app.app_context():
        assert storage.corrections(read()) == []


def test_one_question_is_decided_by_name(app: Flask, changed: Sat):
    done = run(app, "corrections", "decide", KEY, typed=f"{NUMBERS[Policy.OPTION]}\na\ny\n{REASON}\n")
    assert done.exit_code == 0, done.output
    with app.app_context():
        [made] = storage.corrections(read())
        assert (made.policy, made.option) == (Policy.OPTION, "a")
    unknown = run(app, "corrections", "decide", "mixed/q9")
    assert unknown.exit_code == 1
    assert "There is no question mixed/q9" in unknown.output


@pytest.mark.both_databases
def test_grading_everything_again_changes_nothing_bit_for_bit(app: Flask, changed: Sat):
    with app.app_context():
        for policy in (Policy.BOTH, Policy.DISREGARD, Policy.NEW_KEY):
            changed.decide(policy, may_lower=True)
    done = run(app, "attempts", "verify")
    assert done.exit_code == 0
    assert "3 attempts graded again, 0 differences." in done.output


def test_what_is_stored_otherwise_is_listed(app: Flask, sat: Sat):
    from fractions import Fraction

    with app.app_context(), write() as session:
        attempt = session.query(AttemptRow).filter_by(public_id=sat.ana).one()
        session.execute(
            update(AttemptRow).where(AttemptRow.id == attempt.id).values(score=Fraction(7, 2), passed=False)
        )
        one = (SlotRow.attempt_id == attempt.id, SlotRow.position == 2)
        session.execute(update(SlotRow).where(*one).values(fraction=Fraction(1, 2), state="partial"))
    done = run(app, "attempts", "verify")
    assert done.exit_code == 1
    for line in (
        f"{sat.ana}: fraction of question 2 is stored as 1/2, graded as 1",
        f"{sat.ana}: state of question 2 is stored as partial, graded as right",
        f"{sat.ana}: score of the attempt is stored as 7/2, graded as 4",
        f"{sat.ana}: passed of the attempt is stored as False, graded as True",
        "3 attempts graded again, 4 differences.",
    ):
        assert line in done.output


def test_the_worker_carries_on(app: Flask, changed: Sat):
    from learnapp.corrections import actions
    from learnapp.corrections.domain import Decision

    with app.app_context():
        decision = Decision(Policy.BOTH, 1, reason=REASON)
        actions.decide(changed.author, "trainee", KEY, decision, 0, clock.now())
        read().rollback()
    with app.app_context():
        assert run(app, "worker", "--once").exit_code == 0
        [made] = storage.corrections(read())
        assert made.status == "done"
        assert scores(changed)["ben"] == (4, 4, True)


def test_a_change_of_words_is_called_so(app: Flask, sat: Sat):
    with app.app_context():
        from tests.quizzes.made_up import choice

        change("mixed", 1, choice(1), clock.now() - timedelta(minutes=1))
    assert "only words changed" in ask(app, "0\n")
    with app.app_context():
        change("mixed", 1, other_choice(1), clock.now())
    assert "another answer is right" in ask(app, "0\n")


def test_an_attempt_that_is_deleted_meanwhile_is_passed_over(app: Flask, sat: Sat, monkeypatch):
    from learnapp.corrections import commands

    whole = commands.handed_in
    monkeypatch.setattr(commands, "handed_in", lambda session: ["gone", *whole(session)])
    result = run(app, "attempts", "verify")
    assert (result.exit_code, result.output) == (0, "3 attempts graded again, 0 differences.\n")
