"""A new secret key while people work: nobody is signed out, and a page that was opened before still saves."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.conftest import signed_in_client
from tests.made import make_app
from tests.people import People

OLD, NEW = "k" * 40, "n" * 40  # OLD is the one of tests.conftest


@pytest.mark.parametrize(("fallbacks", "status"), [((OLD,), 303), ((), 400)])
def test_a_page_from_before_still_saves(
    app: Flask, people: People, database: str, tmp_path: Path, fallbacks: tuple[str, ...], status: int
):
    before: Any = signed_in_client(app, people.ana.id)
    token = before.csrf_token("/settings")
    after = make_app(tmp_path, database, secret_key=NEW, secret_key_fallbacks=fallbacks)
    client: Any = after.test_client()
    client.set_cookie("session", before.get_cookie("session").value)
    reply = client.post("/settings", data={"csrf_token": token, "text_size": "large"})
    assert reply.status_code == status
    assert ("large" in client.get("/settings").get_data(as_text=True)) or status == 400
    if status == 303:
        assert people.ana.name in client.get("/account/").get_data(as_text=True), "still signed in"
