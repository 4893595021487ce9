"""The least that any Flask application must do for the same work, under the same server and engine settings.

A page: one Jinja template of 15 kB. An attempt: 5 requests (start, page, save, hand in, result), each with a
signed cookie and the learner read from the database; 10 questions are read and rendered, 10 answers are written
in one transaction.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, redirect, render_template_string, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from learnapp.kit.db import db, init_db, read, write

PAGE = "<!doctype html><title>{{ title }} - bare</title><main>{% for n in range(60) %}<p>{{ n }} " + "word " * 48 + "</p>{% endfor %}</main>"
QUESTIONS = (
    "<!doctype html><title>{{ name }} - bare</title><form method=post>{% for q in questions %}<fieldset><legend>{{ q.stem }}</legend>"
    "{% for o in 'abcd' %}<label><input type=radio name=q{{ q.id }} value={{ o }}>{{ q[o] }}</label>{% endfor %}</fieldset>{% endfor %}</form>"
)
SCHEMA = (
    "CREATE TABLE learner (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TABLE question (id INTEGER PRIMARY KEY, stem TEXT, a TEXT, b TEXT, c TEXT, d TEXT, key TEXT)",
    "CREATE TABLE try (id INTEGER PRIMARY KEY, learner INTEGER, started TEXT, score INTEGER)",
    "CREATE TABLE answer (id INTEGER PRIMARY KEY, try INTEGER, question INTEGER, value TEXT, at TEXT)",
)


def make(folder: Path) -> None:
    """Create the bare database with 200 learners and 10 questions."""
    with app.app_context(), write() as session_:
        for statement in SCHEMA:
            session_.execute(text(statement))
        session_.execute(
            text("INSERT INTO learner (id, name) VALUES (:id, :name)"),
            [{"id": n, "name": f"Learner {n}"} for n in range(1, 201)],
        )
        words = "some words that a question or an option may have " * 2
        session_.execute(
            text("INSERT INTO question VALUES (:id, :w, :w, :w, :w, :w, 'a')"),
            [{"id": n, "w": f"{n} {words}"} for n in range(1, 11)],
        )


def _app() -> Flask:
    bare = Flask(__name__)
    bare.config["SECRET_KEY"] = "bare " * 10
    bare.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("BARE_URL", "sqlite:///:memory:")
    init_db(bare)
    return bare


app = _app()


def _learner() -> str:
    return str(read().execute(text("SELECT name FROM learner WHERE id = :id"), {"id": session["id"]}).scalar_one())


def _questions() -> list[dict[str, str]]:
    return [dict(row) for row in read().execute(text("SELECT * FROM question ORDER BY id")).mappings()]


@app.get("/livez")
def livez() -> str:
    """Say that the process lives."""
    return "ok"


@app.get("/page")
def page() -> str:
    """Render the bare page."""
    return render_template_string(PAGE, title="Page")


@app.get("/in/<int:who>")
def enter(who: int) -> str:
    """Sign the cookie."""
    session["id"] = who
    return "ok"


@app.post("/tries")
def start() -> ResponseReturnValue:
    """Start: read the learner, insert a try."""
    _learner()
    with write() as session_:
        values = {"l": session["id"], "t": datetime.now(UTC).isoformat()}
        number = session_.execute(text("INSERT INTO try (learner, started) VALUES (:l, :t) RETURNING id"), values).scalar_one()
    return redirect(f"/tries/{number}", 303)


@app.get("/tries/<int:number>")
def show(number: int) -> str:
    """Show 10 questions."""
    return render_template_string(QUESTIONS, name=_learner(), questions=_questions())


@app.post("/tries/<int:number>")
def save(number: int) -> ResponseReturnValue:
    """Write 10 answers in one transaction."""
    _learner()
    now = datetime.now(UTC).isoformat()
    rows = [{"t": number, "q": n, "v": request.form.get(f"q{n}", ""), "at": now} for n in range(1, 11)]
    with write() as session_:
        session_.execute(text("INSERT INTO answer (try, question, value, at) VALUES (:t, :q, :v, :at)"), rows)
    return redirect(f"/tries/{number}/check", 303)


@app.post("/tries/<int:number>/submit")
def submit(number: int) -> ResponseReturnValue:
    """Grade and store the score."""
    _learner()
    with write() as session_:
        given = dict(session_.execute(text("SELECT question, value FROM answer WHERE try = :t"), {"t": number}).all())
        keys = dict(session_.execute(text("SELECT id, key FROM question")).all())
        score = sum(given.get(question) == key for question, key in keys.items())
        session_.execute(text("UPDATE try SET score = :s WHERE id = :t AND score IS NULL"), {"s": score, "t": number})
    return redirect(f"/tries/{number}/result", 303)


@app.get("/tries/<int:number>/result")
def result(number: int) -> str:
    """Show the score and the questions."""
    score = read().execute(text("SELECT score FROM try WHERE id = :t"), {"t": number}).scalar_one()
    return render_template_string(QUESTIONS, name=f"{_learner()} {score}", questions=_questions())


__all__ = ["app", "db", "make"]
