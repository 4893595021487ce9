"""The log: one line for each event, and nothing in it about who wrote what."""

import json
import logging
import re
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from learnapp.kit import clock, logs, mail, worker
from learnapp.kit.db import write
from tests.conftest import signed_in_client
from tests.faults.harness import Server, wait_until
from tests.made import make_app
from tests.people import PASSWORD, People
from tests.quizzes.made_up import publish

MARK = "zmarkz"


@pytest.fixture
def lines(app: Flask, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Any:
    """A function that gives what was logged since it was last asked; the app logs as in production."""
    settings = replace(app.config["SETTINGS"], app_env="production", log_level="info")
    logs._log.configure(settings)
    app.testing = True

    def found() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]

    found()
    yield found
    logs._log.configure(app.config["SETTINGS"])


def test_a_request_is_one_line_with_its_routes_template(app: Flask, client: Any, lines: Any):
    client.get(f"/about/facts?{MARK}=1", headers={"User-Agent": MARK, "Referer": MARK})
    [line] = lines()
    assert line.keys() == {"event", "level", "at", "request", "method", "route", "status", "ms"}
    assert (line["event"], line["method"], line["route"], line["status"]) == ("request", "GET", "/about/<page>", 200)
    assert re.fullmatch("[0-9a-f]{12}", line["request"])
    assert 0 < line["ms"] < 10_000


def test_what_has_no_route_and_strange_methods(client: Any, lines: Any):
    client.get(f"/{MARK}/nothing")
    client.open("/about/facts", method=MARK.upper())
    told = lines()
    assert [(line["method"], line["route"]) for line in told] == [("GET", "none"), ("other", "none")]
    assert MARK not in json.dumps(told).lower()


def test_probes_are_too_many_to_tell(client: Any, lines: Any):
    client.get("/livez")
    client.get("/readyz")
    assert lines() == []


def test_nothing_that_people_write_reaches_the_log(app: Flask, people: People, lines: Any):
    """Answers, addresses, names, passwords, tokens, ids and queries: in requests that go well and in all that fail."""
    app.config["WTF_CSRF_ENABLED"] = True
    with app.app_context():
        publish("small", ["choice", "short_text"], clock.now())
    client: Any = signed_in_client(app, people.ana.id)
    token = client.csrf_token("/quizzes/small")
    address = client.post("/quizzes/small/attempts", data={"csrf_token": token}).location
    attempt = address.split("/")[2]
    headers = {"X-CSRFToken": token, "X-Forwarded-For": "203.0.113.77", "X-Request-ID": f"{MARK}-request"}
    for body in ({"revision": 0, "fields": {"answer": [MARK]}}, {"revision": 9, "fields": {"answer": [MARK]}}, [MARK]):
        client.put(f"/attempts/{attempt}/answers/2?q={MARK}", json=body, headers=headers)
    client.put(f"/attempts/{attempt}/answers/2", data=MARK, headers=headers)
    client.post(f"/attempts/{attempt}/questions/2", data={"csrf_token": token, "answer": MARK}, headers=headers)
    client.post(f"/attempts/{attempt}/submit", data={"csrf_token": MARK})
    stranger: Any = app.test_client()
    known = stranger.csrf_token("/account/login")
    login = {"email": people.ben.email, "password": f"{PASSWORD}-{MARK}", "csrf_token": known}
    stranger.post("/account/login", data=login, headers=headers)
    stranger.post("/account/login", data={"email": people.ben.email, "password": MARK})
    stranger.get(f"/account/reset/{MARK}-token")
    told = lines()
    assert len(told) >= 10
    text = json.dumps(told)
    persons = [people.ana, people.ben]
    secrets = [
        attempt,
        token,
        PASSWORD,
        "203.0.113.77",
        "127.0.0.1",
        *(x for who in persons for x in (who.email, who.name)),
    ]
    for secret in (MARK, *secrets, *(who.public_id for who in persons)):
        assert secret not in text


def test_errors_are_told_by_kind_and_place_only(app: Flask, tmp_path: Path, lines: Any):
    def fail(_number: int) -> None:
        raise ValueError(f"{MARK} ana@example.org")

    try:
        fail(1)
    except ValueError as error:
        logs.fault("unexpected_error", error, duty="mail", answer=MARK)
    [line] = lines()
    assert line.keys() == {"event", "level", "at", "error", "where", "duty"}, "unknown fields are left out"
    assert (line["error"], line["level"], line["duty"]) == ("ValueError", "error", "mail")
    assert re.fullmatch(r"kit/test_logs\.py:\d+ fail", line["where"][-1])


def test_a_bug_in_a_page_names_our_line_and_gives_the_visitor_its_number(tmp_path: Path, lines: Any, app: Flask):
    fresh = make_app(tmp_path, app.config["SETTINGS"].database_url, app_env="production", log_level="info")
    fresh.testing = False
    fresh.test_client_class = FlaskClient  # it judges nothing
    fresh.view_functions["site.about"] = _guarded(lambda page: 1 / 0)
    response = fresh.test_client().get("/about/facts")
    error, request = lines()
    assert (error["error"], request["status"]) == ("ZeroDivisionError", 500)
    assert error["request"] == request["request"] == response.headers["X-Request-ID"]


def _guarded(view: Any) -> Any:
    from learnapp.accounts.guard import public

    return public(view)


def test_a_database_that_is_away_is_a_warning(app: Flask, client: Any, monkeypatch: pytest.MonkeyPatch, lines: Any):
    def away(*_values: Any) -> None:
        raise OperationalError(f"SELECT {MARK}", {"email": MARK}, Exception(MARK))

    app.view_functions["site.about"] = _guarded(lambda page: away())
    assert client.get("/about/facts").status_code == 503
    warning, request = lines()
    assert (warning["event"], warning["level"], warning["error"]) == ("database_away", "warning", "OperationalError")
    assert request["status"] == 503
    assert MARK not in json.dumps([warning, request])


def test_what_libraries_log_keeps_its_words_and_loses_what_was_filled_in(lines: Any):
    log = logging.getLogger("some.library")
    log.warning("Error handling request %s", f"/x?{MARK}")
    log.error(f"Invalid request from ip=203.0.113.77: {MARK}")
    log.error("mail to {} failed".format(f"<{MARK}@example.org>"))
    log.info("not worth telling")
    try:
        raise KeyError(MARK)
    except KeyError:
        log.exception("It failed")
    told = lines()
    words = ["Error handling request %s", "Invalid request from ip", "mail to", "It failed"]
    assert [line["event"] for line in told] == words
    assert {line["logger"] for line in told} == {"some.library"}
    assert told[-1]["error"] == "KeyError"
    assert MARK not in json.dumps(told)


def test_mail_that_cannot_be_sent_tells_no_address(app: Flask, monkeypatch: pytest.MonkeyPatch, lines: Any):
    note = mail.Mail(f"{MARK}@example.org", f"About {MARK}", MARK, "test")
    with app.app_context(), write() as session:
        mail.post(session, note, clock.now())

    def refuse(*_values: Any) -> None:
        raise OSError(MARK)

    monkeypatch.setattr(mail, "deliver", refuse)
    worker.work_once(app, clock.now())
    [line] = lines()
    assert (line["event"], line["error"]) == ("mail_not_delivered", "OSError")
    assert MARK not in json.dumps(line)


@pytest.mark.parametrize(
    ("proxies", "sent", "kept"), [(1, "a1b2-c3d4-e5f6", True), (0, "a1b2-c3d4-e5f6", False), (1, "x y\t<", False)]
)
def test_only_a_trusted_proxy_names_a_request(app: Flask, lines: Any, proxies: int, sent: str, kept: bool):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], proxies=proxies)
    app.test_client().get("/about/facts", headers={"X-Request-ID": sent})
    [line] = lines()
    assert (line["request"] == sent) is kept


def test_in_development_it_is_for_reading_and_quiet(app: Flask, client: Any, capfd: pytest.CaptureFixture[str]):
    logs._log.configure(app.config["SETTINGS"])
    capfd.readouterr()
    client.get("/about/facts")
    logs.warn("mail_not_delivered", error="OSError")
    said = capfd.readouterr().err
    assert "request" not in said
    assert re.search(r"warning.*mail_not_delivered.*error=OSError", said)
    assert "{" not in said


def test_a_real_server_in_production_writes_json_and_nothing_else(app: Flask, tmp_path: Path, database: str):
    """gunicorn's first process, its workers and the application; a request that is none quotes nobody either."""
    with Server(tmp_path, database, workers=1, changes={"APP_ENV": "production"}) as server:
        assert server.answers("/about/facts")
        with socket.create_connection(("127.0.0.1", server.port), 5) as link:
            link.sendall(f"{MARK} ana@example.org\r\n\r\n".encode())
            assert b" 400 " in link.recv(100)
        server.reload()
        wait_until(lambda: "Hang up: Master" in server.log.read_text(), 20, "the reload's line")
    told = [json.loads(line) for line in server.log.read_text().splitlines()]
    events = {line["event"] for line in told}
    assert {"request", "Invalid request from ip", "Hang up: Master"} <= events
    assert all({"event", "level", "at"} <= line.keys() for line in told)
    assert "/about/<page>" in {line.get("route") for line in told}
    for secret in (MARK, "ana@example.org", "/about/facts"):
        assert secret not in server.log.read_text()
