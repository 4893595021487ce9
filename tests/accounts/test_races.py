"""Many at once, on both databases: one address is one account, one link is one administrator."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from learnapp.accounts import actions
from learnapp.accounts.storage import PersonRow
from learnapp.kit import clock
from learnapp.kit.db import db
from learnapp.kit.errors import NotFound
from tests.together import together

TIMES = 6


@pytest.mark.both_databases
def test_one_address_registered_by_many_at_once(app, mails):
    data = {"name": "Nell", "email": "nell@example.org", "password": "four tiny grey needles", "track": "patient"}

    def register(_number):
        response = app.test_client().send("/account/register", data)
        return response.status_code, response.location

    assert Counter(together(TIMES, register)) == {(303, "/account/sign-in"): TIMES}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(PersonRow)) == 1
    assert Counter(mail["about"] for mail in mails()) == {"welcome": 1, "welcome_existing": TIMES - 1}


@pytest.mark.both_databases
def test_one_setup_link_used_by_many_at_once(app):
    with app.app_context():
        token = actions.make_setup_link(clock.now())

    def use(number):
        person = actions.NewPerson(f"m{number}@example.org", "Mo", "hash", None)
        with app.app_context():
            try:
                actions.use_setup_link(token, person, clock.now())
            except NotFound:
                return "late"
            return "made"

    assert Counter(together(TIMES, use)) == {"made": 1, "late": TIMES - 1}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(PersonRow)) == 1
