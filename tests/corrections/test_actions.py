"""What each of the decisions does to attempts, once and only once, on both databases."""

from datetime import timedelta
from fractions import Fraction as F

import pytest
from flask import Flask

from learnapp.corrections import actions, storage
from learnapp.corrections.domain import Decision
from learnapp.corrections.questions import changed as changed_questions
from learnapp.corrections.questions import question_named
from learnapp.corrections.verifying import differences, handed_in
from learnapp.gradebook import actions as gradebook
from learnapp.kit import clock
from learnapp.kit.db import read
from learnapp.kit.errors import Conflict, NotFound
from learnapp.quizzes import actions as quizzes
from learnapp.quizzes.domain.ruling import Policy
from learnapp.quizzes.storage.marking import marks_of
from tests.people import People
from tests.quizzes.made_up import RIGHT, publish
from tests.security.test_matrix import actor_of

from .conftest import KEY, REASON, Sat, change, kept, other_choice, papers, scores, sit

pytestmark = pytest.mark.both_databases
PASSED, FAILED = (4, 4, True), (3, 4, False)
BEFORE = {"ana": PASSED, "ben": FAILED, "cleo": FAILED, "noor": (None, 4, None)}
AFTER = {
    Policy.KEEP: BEFORE,
    Policy.NEW_KEY: BEFORE | {"ana": FAILED, "ben": PASSED},
    Policy.BOTH: BEFORE | {"ben": PASSED},
    Policy.FULL_CREDIT: BEFORE | {"ben": PASSED, "cleo": PASSED},
    Policy.DISREGARD: dict.fromkeys(("ana", "ben", "cleo"), (3, 3, True)) | {"noor": (None, 4, None)},
    Policy.OPTION: BEFORE | {"ben": PASSED},
}


def same_again() -> None:
    """Nothing is stored that grading again does not give."""
    read().rollback()
    assert [found for public_id in handed_in(read()) for found in differences(read(), public_id)] == []


def question(key: str = KEY):
    read().rollback()
    return question_named(read(), "trainee", key)


def decision_of(policy: Policy, **more) -> Decision:
    return Decision(policy, 1, "a" if policy is Policy.OPTION else None, **{"reason": REASON, **more})


@pytest.mark.parametrize("policy", AFTER)
def test_what_a_decision_does_is_what_the_dry_run_said(app: Flask, changed: Sat, policy: Policy):
    with app.app_context():
        assert scores(changed) == BEFORE
        run = actions.dry_run(question(), decision_of(policy, may_lower=True))
        said = {effect.public_id: effect for _one, effect in run.effects}
        public_id = changed.decide(policy, option=decision_of(policy).option, may_lower=True)
        assert scores(changed) == AFTER[policy]
        for name in ("ana", "ben", "cleo") if policy is not Policy.KEEP else ():
            after = said[getattr(changed, name)].after
            assert (after.score, after.maximum, after.passed) == AFTER[policy][name]
        assert run.counts.gains == sum(
            AFTER[policy][name][2] and not BEFORE[name][2] for name in ("ana", "ben", "cleo")
        )
        assert kept(changed.people.ana) == [AFTER[policy]["ana"]]
        assert kept(changed.people.ben) == [AFTER[policy]["ben"]]
        made = storage.correction(read(), public_id)
        assert (made.status, made.reason, made.by, made.policy) == ("done", REASON, "Ines Duarte", policy)
        assert len(storage.entries(read(), made.id)) == (0 if policy is Policy.KEEP else 3)
        told = {name for name, paper in papers(changed).items() if paper.rescored_at}
        assert told == {name for name in AFTER[policy] if AFTER[policy][name] != BEFORE[name]}
        assert changed_questions(read()) == []
        same_again()


@pytest.mark.parametrize(
    ("policy", "score"),
    [
        (Policy.KEEP, FAILED), (Policy.NEW_KEY, PASSED), (Policy.BOTH, PASSED), (Policy.FULL_CREDIT, PASSED),
        (Policy.DISREGARD, (3, 3, True)), (Policy.OPTION, PASSED),
    ],
)  # fmt: skip
def test_a_try_that_is_still_open_is_graded_so_when_it_is_handed_in(app: Flask, changed: Sat, policy, score):
    with app.app_context():
        changed.decide(policy, option=decision_of(policy).option)
        quizzes.submit(actor_of(changed.people.noor), changed.noor, clock.now())
        assert scores(changed)["noor"] == score
        assert papers(changed)["noor"].rescored_at is None, "nothing that they saw has changed"
        same_again()


def test_no_pass_is_lost_without_the_tick(app: Flask, changed: Sat):
    with app.app_context():
        run = actions.dry_run(question(), decision_of(Policy.NEW_KEY))
        assert (run.counts.loses, run.counts.gains, run.counts.still_open) == (1, 1, 1)
        public_id = changed.decide(Policy.NEW_KEY)
        assert scores(changed) == BEFORE | {"ben": PASSED}
        assert papers(changed)["ana"].slots[0].ruling is None, "it stays entirely as it is"
        [left] = [each for each in storage.entries(read(), storage.correction(read(), public_id).id) if each.left]
        assert (left.attempt, left.score_before, left.score_after) == (changed.ana, 4, 3)
        assert (left.passed_before, left.passed_after, left.applied) == (True, False, False)
        assert papers(changed)["ana"].rescored_at is None
        same_again()


def test_a_kept_pass_is_not_lost_without_the_tick_either(app: Flask, people: People):
    """An average may fall below the pass mark though every try that passed goes on passing."""
    with app.app_context():
        start = clock.now() - timedelta(hours=3)
        publish("mean", ["choice"] * 4, start, settings={"keep": "average", "pass_percent": {"trainee": 75}})
        right, wrong = {"choice": "b"}, {"choice": "a"}
        sit(people.ana, "mean", [right] * 4, start)
        sit(people.ana, "mean", [right, right, wrong, wrong], start + timedelta(hours=1))
        assert kept(people.ana) == [(3, 4, True)]
        decision = Decision(Policy.DISREGARD, 1, reason=REASON)
        run = actions.dry_run(question_named(read(), "trainee", "mean/q1"), decision)
        assert (run.counts.loses, run.counts.lowered) == (1, 1), "1/3 instead of 2/4 in the second try"
        public_id, _problems = actions.decide(None, "trainee", "mean/q1", decision, 0, clock.now())
        actions.carry_on(public_id, clock.now())
        assert [each.applied for each in storage.entries(read(), storage.correction(read(), public_id).id)] == [
            True, False,
        ]  # fmt: skip
        assert kept(people.ana) == [(3, 4, True)]
        same_again()


def test_taking_back_gives_the_scores_of_the_wording_that_was_answered(app: Flask, changed: Sat):
    with app.app_context():
        for policy in (Policy.FULL_CREDIT, Policy.DISREGARD, Policy.NEW_KEY):
            changed.decide(policy, may_lower=True)
            assert scores(changed) != BEFORE
        changed.decide(Policy.OWN_KEY, may_lower=True)
        assert scores(changed) == BEFORE
        assert [slot.ruling for paper in papers(changed).values() for slot in paper.slots] == [None] * 16
        same_again()


@pytest.mark.parametrize("ids", ["abcd", "ab", "bac"])
def test_a_key_goes_by_ids_never_by_position(app: Flask, sat: Sat, ids: str):
    with app.app_context():
        change("mixed", 1, other_choice(1, ids=ids), clock.now())
        run = actions.dry_run(question(), decision_of(Policy.NEW_KEY, may_lower=True))
        same = set(ids) == set("abc")
        assert run.counts.problems == ({} if same else {"other_options": 3})
        public_id = sat.decide(Policy.NEW_KEY, may_lower=True)
        assert scores(sat) == (AFTER[Policy.NEW_KEY] if same else BEFORE)
        made = storage.correction(read(), public_id)
        assert made.status == "done"
        assert {each.applied for each in storage.entries(read(), made.id)} == {same}
        same_again()


def test_another_type_takes_no_new_key_but_full_points(app: Flask, sat: Sat):
    with app.app_context():
        change("mixed", 1, {"v": 1, "answer": True, "reasons": {"true": "t", "false": "f"}}, clock.now(), "true_false")
        assert actions.dry_run(question(), decision_of(Policy.BOTH)).counts.problems == {"other_type": 3}
        sat.decide(Policy.FULL_CREDIT)
        assert scores(sat) == AFTER[Policy.FULL_CREDIT]


def test_a_bad_question_needs_no_new_wording(app: Flask, sat: Sat):
    with app.app_context():
        assert changed_questions(read()) == []
        for policy in (Policy.NEW_KEY, Policy.BOTH):
            problems = actions.problems(question(), Decision(policy, 0))
            assert [each.code for each in problems] == ["no_newer_wording"]
        sat.decide(Policy.OPTION, option="a")
        assert scores(sat) == AFTER[Policy.OPTION]


def test_problems_and_conflicts_are_told_and_change_nothing(app: Flask, changed: Sat):
    with app.app_context():
        author, now = changed.author, clock.now()

        def decide(decision: Decision, seen: int = 0):
            return actions.decide(author, "trainee", KEY, decision, seen, now)

        for decision, code in (
            (decision_of(Policy.BOTH, reason=" \n"), "reason_missing"),
            (decision_of(Policy.BOTH, reason="x" * 501), "reason_long"),
            (Decision(Policy.OPTION, 1, "z", reason=REASON), "option_missing"),
            (Decision(Policy.OWN_KEY, 1, reason=REASON), "nothing_to_take_back"),
            (Decision(Policy.BOTH, 2, reason=REASON), "no_newer_wording"),
        ):
            public_id, problems = decide(decision)
            assert (public_id, [each.code for each in problems]) == ("", [code])
        first, _none = decide(decision_of(Policy.BOTH))
        assert decide(decision_of(Policy.BOTH)) == (first, []), "a form that is sent again decides nothing new"
        with pytest.raises(Conflict, match="correction_running"):
            decide(decision_of(Policy.FULL_CREDIT))
        seen = storage.correction(read(), first).id
        with pytest.raises(Conflict, match="correction_running"):
            decide(decision_of(Policy.FULL_CREDIT), seen)
        actions.carry_on(first, now)
        with pytest.raises(Conflict, match="corrected_meanwhile"):
            decide(decision_of(Policy.FULL_CREDIT))
        assert decide(decision_of(Policy.FULL_CREDIT), seen)[0]
        with pytest.raises(NotFound):
            actions.decide(author, "patient", "nothing/q1", decision_of(Policy.BOTH), 0, now)


def test_it_goes_on_where_it_stopped_and_does_each_once(app: Flask, changed: Sat):
    with app.app_context():
        question_id = question().id
        public_id, _none = actions.decide(changed.author, "trainee", KEY, decision_of(Policy.BOTH), 0, clock.now())
        made = storage.correction(read(), public_id)
        assert actions.left_to_do(made) == 4
        for left in (3, 2, 1):
            assert actions.carry_on(public_id, clock.now(), limit=1) == 1
            assert actions.left_to_do(storage.correction(read(), public_id)) == left
        assert storage.correction(read(), public_id).running
        assert actions.carry_on_all(clock.now()) == 1
        assert actions.carry_on_all(clock.now()) == 0
        assert actions.carry_on(public_id, clock.now()) == 0
        assert [each.status for each in storage.corrections(read(), question_id=question_id)] == ["done"]
        assert len(storage.entries(read(), made.id)) == 3
        assert scores(changed) == AFTER[Policy.BOTH]


def test_a_newer_wording_while_it_runs_changes_nothing_about_it(app: Flask, changed: Sat):
    with app.app_context():
        public_id, _none = actions.decide(
            changed.author, "trainee", KEY, decision_of(Policy.NEW_KEY, may_lower=True), 0, clock.now()
        )
        actions.carry_on(public_id, clock.now(), limit=1)
        change("mixed", 1, other_choice(1, right="c"), clock.now())
        actions.carry_on(public_id, clock.now())
        assert scores(changed) == AFTER[Policy.NEW_KEY]
        assert [each.key for each in changed_questions(read())] == [KEY], (
            "and the newest wording is to be decided about"
        )


@pytest.mark.parametrize(
    ("policy", "fraction", "state"),
    [
        (Policy.NEW_KEY, F(1, 2), "partial"), (Policy.BOTH, F(1, 2), "partial"),
        (Policy.FULL_CREDIT, F(1), "right"), (Policy.DISREGARD, None, "disregarded"),
    ],
)  # fmt: skip
def test_marks_and_comments_of_people_survive(app: Flask, people: People, policy, fraction, state):
    with app.app_context():
        start = clock.now() - timedelta(hours=3)
        publish("words", ["choice", "free_text"], start)
        public_id = sit(people.ana, "words", [RIGHT["choice"], {"text": "They fade."}], start)
        sat = Sat(people, public_id, public_id, public_id, public_id)
        gradebook.mark(sat.author, public_id, 2, F(1, 2), "Say how long.", 0, clock.now())
        data = {"v": 1, "limit": 60, "model": "New", "guide": "New", "reason": "New"}
        change("words", 2, data, clock.now(), "free_text")
        sat.decide(policy, key="words/q2", may_lower=True)
        slot = papers(sat)["ana"].slots[1]
        assert (slot.fraction, slot.state) == (fraction, state)
        mark = marks_of(read(), papers(sat)["ana"].id)[2]
        assert (mark.fraction, mark.comment) == (F(1, 2), "Say how long.")
        same_again()
        gradebook.mark(sat.author, public_id, 2, F(1, 4), "Again", mark.id, clock.now())
        slot = papers(sat)["ana"].slots[1]
        assert slot.fraction == (F(1, 4) if fraction == F(1, 2) else fraction), "a later mark obeys the ruling"
        same_again()


def test_full_points_end_the_wait_for_a_mark_and_taking_them_back_begins_it_again(app: Flask, people: People):
    with app.app_context():
        start = clock.now() - timedelta(hours=3)
        publish("words", ["choice", "free_text"], start)
        public_id = sit(people.ana, "words", [RIGHT["choice"], {"text": "They fade."}], start)
        sat = Sat(people, public_id, public_id, public_id, public_id)
        assert papers(sat)["ana"].provisional is True
        assert kept(people.ana) == []
        sat.decide(Policy.FULL_CREDIT, key="words/q2")
        assert papers(sat)["ana"].provisional is False
        assert kept(people.ana) == [(2, 2, True)]
        sat.decide(Policy.OWN_KEY, key="words/q2")
        assert kept(people.ana) == [(2, 2, True)], "the pass would be lost"
        sat.decide(Policy.OWN_KEY, key="words/q2", may_lower=True)
        assert papers(sat)["ana"].provisional is True
        assert kept(people.ana) == [], "it waits for its mark again"
        same_again()


def test_deleted_accounts_stay_as_they_are(app: Flask, changed: Sat):
    from sqlalchemy import update

    from learnapp.accounts.storage import PersonRow
    from learnapp.kit.db import write

    with app.app_context():
        with write() as session:
            session.execute(
                update(PersonRow).where(PersonRow.id == changed.people.ben.id).values(erased_at=clock.now())
            )
        assert actions.dry_run(question(), decision_of(Policy.BOTH)).counts.attempts == 2
        changed.decide(Policy.BOTH)
        assert scores(changed) == BEFORE


@pytest.mark.parametrize("behaviour", ["immediate", "interactive", "adaptive", "adaptive_no_penalty"])
@pytest.mark.parametrize("policy", list(AFTER))
def test_every_behaviour_is_graded_again_from_its_steps(app: Flask, people: People, behaviour: str, policy: Policy):
    from learnapp.quizzes.checks import check_answer

    with app.app_context():
        start = clock.now() - timedelta(hours=3)
        hints = [{"text": "Think"}, {"text": "Think again"}]
        publish("tries", ["choice", "choice"], start, settings={"behaviour": behaviour, "penalty": "1/4"}, hints=hints)
        actor = actor_of(people.ana)
        public_id = quizzes.start(actor, "tries", start, 3)
        check_answer(actor, public_id, 1, 0, {"choice": "a"}, start)
        quizzes.submit(actor, public_id, start + timedelta(minutes=2))
        sat = Sat(people, public_id, public_id, public_id, public_id)
        change("tries", 1, other_choice(1), clock.now())
        before = papers(sat)["ana"].score
        assert before == 0
        sat.decide(policy, key="tries/q1", option="a" if policy is Policy.OPTION else None)
        right = policy not in (Policy.KEEP, Policy.DISREGARD)
        assert papers(sat)["ana"].score == (1 if right else 0)
        same_again()
