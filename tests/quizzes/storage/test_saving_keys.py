"""Keys of saves in the database: what is asked for only when it is needed, and a page of saves at once."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from learnapp.accounts.domain import Actor
from learnapp.kit.db import db, read, write
from learnapp.quizzes import actions
from learnapp.quizzes.actions import Save
from learnapp.quizzes.storage import saving
from learnapp.quizzes.storage.rows import SlotRow, StaleSaveRow, StepRow
from tests.people import People
from tests.quizzes.conftest import NOW

AsActor = Callable[..., Actor]


@pytest.fixture
def ana(app: Flask, quizzes: People, actor: AsActor) -> Iterator[tuple[Actor, str]]:
    """Ana and her open attempt at the short quiz, inside an app context."""
    with app.app_context():
        ana = actor(quizzes.ana)
        yield ana, actions.start(ana, "short", NOW, 7)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that reach the database in this block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def key() -> str:
    return str(uuid.uuid4())


def save(who: tuple[Actor, str], n: int, expected: int, option: str, name: str | None) -> actions.Saved:
    return actions.save_answer(who[0], who[1], n, expected, {"choice": option}, None, NOW, None, name)


def test_the_happy_path_costs_no_statement_more(ana: tuple[Actor, str]) -> None:
    with statements() as without:
        save(ana, 1, 0, "a", None)
    with statements() as with_key:
        save(ana, 1, 1, "b", key())
    assert len(with_key) == len(without)


def test_a_repeated_save_asks_once_when_it_is_the_newest(ana: tuple[Actor, str]) -> None:
    name = key()
    save(ana, 1, 0, "a", name)
    with statements() as seen:
        assert save(ana, 1, 0, "a", name).newer is None
    assert not [one for one in seen if one.startswith(("INSERT", "UPDATE"))]


@pytest.mark.both_databases
def test_a_whole_page_sorts_out_what_it_sent_before(ana: tuple[Actor, str]) -> None:
    who, attempt = ana
    names = {n: key() for n in (1, 2, 4)}
    save(ana, 1, 0, "b", names[1])
    save(ana, 1, 1, "c", key())
    actions.save_answer(who, attempt, 2, 0, {"choices": ["a"]}, None, NOW, None, key())
    page = [
        Save(1, 0, {"choice": "b"}, key=names[1]),
        Save(2, 0, {"choices": ["b"]}, key=names[2]),
        Save(4, 0, {"choice": "true"}, key=names[4]),
    ]
    for _time in range(2):
        saved, stale = actions.save_all(who, attempt, page, NOW)
        assert {each.n: each.revision for each in saved} == {1: 1, 4: 1}
        assert next(each for each in saved if each.n == 1).newer is not None
        assert [each.n for each in stale] == [2]
    assert read().query(StaleSaveRow).one().key == names[2]
    assert read().query(StepRow).count() == 4


def test_no_slots_ask_nothing(ana: tuple[Actor, str]) -> None:
    with write() as session, statements() as seen:
        assert saving.sent_before(session, {}) == {}
        assert saving.newest_keys(session, []) == {}
        saving.keep_refused(session, [])
    assert seen == []


def test_a_key_belongs_to_its_question(ana: tuple[Actor, str]) -> None:
    name = key()
    save(ana, 1, 0, "b", name)
    first, second = (read().query(SlotRow).filter_by(position=n).one().id for n in (1, 2))
    with write() as session:
        assert saving.sent_before(session, {first: key(), second: name}) == {}
        assert saving.sent_before(session, {first: name})[first].key == name
        assert saving.newest_keys(session, [first, second]) == {first: name}
