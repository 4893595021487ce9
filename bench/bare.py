"""The least that any Flask application must do for the same work, under the same server and engine settings.

A page: one Jinja template of 15 kB. An attempt: 5 requests (start, page, save, hand in, result), each with a
signed cookie and the learner read from the database; 10 questions are read and rendered, 10 answers are written
in one transaction. Written as one writes a small application, with mapped rows: no accounts, no roles, no layout,
no translations, no CSRF tokens, no compression, no history of answers.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Flask, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from learnapp.kit.db import db, init_db, read, write

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


class Row(DeclarativeBase):
    """The mother of the four tables."""


class Learner(Row):
    """Somebody who learns."""

    __tablename__ = "learner"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Question(Row):
    """A question with four options."""

    __tablename__ = "question"
    id: Mapped[int] = mapped_column(primary_key=True)
    stem: Mapped[str]
    a: Mapped[str]
    b: Mapped[str]
    c: Mapped[str]
    d: Mapped[str]
    key: Mapped[str]


class Try(Row):
    """One sitting."""

    __tablename__ = "try"
    id: Mapped[int] = mapped_column(primary_key=True)
    learner: Mapped[int]
    started: Mapped[datetime]
    score: Mapped[int | None]


class Answer(Row):
    """One answer of a sitting."""

    __tablename__ = "answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    sitting: Mapped[int] = mapped_column(index=True)
    question: Mapped[int]
    value: Mapped[str]
    at: Mapped[datetime]


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
    with create_app(url).app_context():
        Row.metadata.create_all(db.engine)
        with write() as session_:
            session_.add_all(Learner(id=n, name=f"Learner {n}") for n in range(1, LEARNERS + 1))
            texts = dict.fromkeys(("stem", "a", "b", "c", "d"), words)
            session_.add_all(Question(id=n, key="a", **texts) for n in range(1, 11))
    return {"BARE_URL": url}


def _learner() -> Learner:
    return read().get_one(Learner, session["id"])


def _questions() -> Sequence[Question]:
    return read().scalars(select(Question).order_by(Question.id)).all()


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
    learner_id = _learner().id
    with write() as session_:
        sitting = Try(learner=learner_id, started=datetime.now(UTC))
        session_.add(sitting)
    return redirect(f"/tries/{sitting.id}", 303)


@bp.get("/tries/<int:number>")
def show(number: int) -> str:
    """Show 10 questions."""
    del number
    return render_template("questions.html", name=_learner().name, questions=_questions())


@bp.post("/tries/<int:number>")
def save(number: int) -> ResponseReturnValue:
    """Write 10 answers in one transaction."""
    _learner()
    now = datetime.now(UTC)
    with write() as session_:
        given = {n: request.form.get(f"q{n}", "") for n in range(1, 11)}
        session_.add_all(Answer(sitting=number, question=n, value=value, at=now) for n, value in given.items())
    return redirect(f"/tries/{number}/check", 303)


@bp.post("/tries/<int:number>/submit")
def submit(number: int) -> ResponseReturnValue:
    """Grade and store the score."""
    _learner()
    with write() as session_:
        sitting = session_.get_one(Try, number)
        answers = session_.scalars(select(Answer).where(Answer.sitting == number))
        given = {answer.question: answer.value for answer in answers}
        sitting.score = sum(given.get(question.id) == question.key for question in _questions())
    return redirect(f"/tries/{number}/result", 303)


@bp.get("/tries/<int:number>/result")
def result(number: int) -> str:
    """Show the score and the questions."""
    score = read().get_one(Try, number).score
    return render_template("questions.html", name=f"{_learner().name} {score}", questions=_questions())


app = create_app(os.environ.get("BARE_URL", "sqlite:///:memory:"))
