"""The least that any Flask application must do for the same work, under the same server and engine settings.

A page: one Jinja template of 15 kB. An attempt: 5 requests (start, page, save, hand in, result), each with a
signed cookie and the learner read from the database; 10 questions are read and rendered, 10 answers are written
in one transaction. No accounts, no roles, no layout, no translations, no CSRF, no compression, no history.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Flask, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader
from sqlalchemy import text

from learnapp.kit.db import init_db, read, write

LEARNERS = 200
PAGE = (
    "<!doctype html><title>{{ title }} - bare</title><main>{% for n in range(60) %}<p>{{ n }} "
    + "word " * 48
    + "</p>{% endfor %}</main>"
)
QUESTIONS = """<!doctype html><title>{{ name }} - bare</title>
<form method=post>{% for q in questions %}<fieldset><legend>{{ q.stem }}</legend>
{% for o in "abcd" %}<label><input type=radio name=q{{ q.id }} value={{ o }}>{{ q[o] }}</label>{% endfor %}
</fieldset>{% endfor %}</form>"""
SCHEMA = (
    "CREATE TABLE learner (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TABLE question (id INTEGER PRIMARY KEY, stem TEXT, a TEXT, b TEXT, c TEXT, d TEXT, key TEXT)",
    "CREATE TABLE try (id INTEGER PRIMARY KEY, learner INTEGER, started TEXT, score INTEGER)",
    "CREATE TABLE answer (id INTEGER PRIMARY KEY, try INTEGER, question INTEGER, value TEXT, at TEXT)",
)
bp = Blueprint("bare", __name__)


def create_app(url: str) -> Flask:
    """Make the bare application on this database."""
    bare = Flask(__name__)
    bare.config.update(SECRET_KEY="bare " * 10, SQLALCHEMY_DATABASE_URI=url)
    bare.jinja_loader = DictLoader({"page.html": PAGE, "questions.html": QUESTIONS})  # type: ignore[assignment]
    init_db(bare)
    bare.register_blueprint(bp)
    return bare


def make(folder: Path) -> dict[str, str]:
    """Create the bare database with its learners and 10 questions; return the server's environment."""
    url = f"sqlite:///{folder / 'bare.db'}"
    words = "some words that a question or an option may have " * 2
    learners = [{"id": n, "name": f"Learner {n}"} for n in range(1, LEARNERS + 1)]
    questions = [{"id": n, "w": f"{n} {words}"} for n in range(1, 11)]
    with create_app(url).app_context(), write() as session_:
        for statement in SCHEMA:
            session_.execute(text(statement))
        session_.execute(text("INSERT INTO learner (id, name) VALUES (:id, :name)"), learners)
        session_.execute(text("INSERT INTO question VALUES (:id, :w, :w, :w, :w, :w, 'a')"), questions)
    return {"BARE_URL": url}


LEARNER = text("SELECT name FROM learner WHERE id = :id")
ALL_QUESTIONS = text("SELECT * FROM question ORDER BY id")
NEW_TRY = text("INSERT INTO try (learner, started) VALUES (:l, :t) RETURNING id")
NEW_ANSWER = text("INSERT INTO answer (try, question, value, at) VALUES (:t, :q, :v, :at)")
GIVEN = text("SELECT question, value FROM answer WHERE try = :t")
KEYS = text("SELECT id, key FROM question")
GRADE = text("UPDATE try SET score = :s WHERE id = :t AND score IS NULL")
SCORE = text("SELECT score FROM try WHERE id = :t")


def _learner() -> str:
    return str(read().execute(LEARNER, {"id": session["id"]}).scalar_one())


def _questions() -> list[dict[str, str]]:
    return [dict(row) for row in read().execute(ALL_QUESTIONS).mappings()]


@bp.get("/livez")
def livez() -> str:
    """Say that the process lives."""
    return "ok"


@bp.get("/page")
def page() -> str:
    """Render the bare page."""
    return render_template("page.html", title="Page")


@bp.get("/in/<int:who>")
def enter(who: int) -> str:
    """Sign the cookie."""
    session["id"] = who
    return "ok"


@bp.post("/tries")
def start() -> ResponseReturnValue:
    """Start: read the learner, insert a try."""
    _learner()
    with write() as session_:
        values = {"l": session["id"], "t": datetime.now(UTC).isoformat()}
        number = session_.execute(NEW_TRY, values).scalar_one()
    return redirect(f"/tries/{number}", 303)


@bp.get("/tries/<int:number>")
def show(number: int) -> str:
    """Show 10 questions."""
    del number
    return render_template("questions.html", name=_learner(), questions=_questions())


@bp.post("/tries/<int:number>")
def save(number: int) -> ResponseReturnValue:
    """Write 10 answers in one transaction."""
    _learner()
    now = datetime.now(UTC).isoformat()
    rows = [{"t": number, "q": n, "v": request.form.get(f"q{n}", ""), "at": now} for n in range(1, 11)]
    with write() as session_:
        session_.execute(NEW_ANSWER, rows)
    return redirect(f"/tries/{number}/check", 303)


@bp.post("/tries/<int:number>/submit")
def submit(number: int) -> ResponseReturnValue:
    """Grade and store the score."""
    _learner()
    with write() as session_:
        given = dict(session_.execute(GIVEN, {"t": number}).tuples().all())
        keys = dict(session_.execute(KEYS).tuples().all())
        score = sum(given.get(question) == key for question, key in keys.items())
        session_.execute(GRADE, {"s": score, "t": number})
    return redirect(f"/tries/{number}/result", 303)


@bp.get("/tries/<int:number>/result")
def result(number: int) -> str:
    """Show the score and the questions."""
    score = read().execute(SCORE, {"t": number}).scalar_one()
    return render_template("questions.html", name=f"{_learner()} {score}", questions=_questions())


app = create_app(os.environ.get("BARE_URL", "sqlite:///:memory:"))
