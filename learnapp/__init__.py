"""learnapp: short lessons on micro-needling, graded quizzes, and progress that is kept."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from learnapp.config import ROOT, Settings, load_settings
from learnapp.kit import db, logs, static, web

# Lower rooms first; a room is a package with `web.bp` or, for a package, `web/__init__.py: bp`.
ROOMS = (
    "accounts", "cohorts", "evidence", "sitting", "receipts", "corrections", "lessons", "progress", "gradebook",
    "privacy", "site",
)  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application: config, database, rooms, error pages, commands."""
    settings = settings or load_settings()
    app = Flask(
        __name__,
        instance_path=str(settings.instance_dir),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    _configure(app, settings)
    _add_type_templates(app)
    logs.init_logs(app)
    db.init_db(app)
    web.init_web(app)
    static.init_static(app)
    _register_rooms(app, settings)
    _register_commands(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        WTF_CSRF_SECRET_KEY=[*settings.secret_key_fallbacks, settings.secret_key],  # pages opened before still save
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="__Host-session" if settings.https else "session",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PREFERRED_URL_SCHEME="https" if settings.https else "http",
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True


def _add_type_templates(app: Flask) -> None:
    """Let each question type keep its two templates in its own folder: "types/<name>/answer.html"."""
    types = FileSystemLoader(Path(__file__).parent / "quizzes")
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates"), types])


def _register_rooms(app: Flask, settings: Settings) -> None:
    rooms = ROOMS + (("demo",) if settings.demo else ())
    for room in rooms:
        if find_spec(f"learnapp.{room}.web") is None:
            continue
        module = import_module(f"learnapp.{room}.web")
        if hasattr(module, "init_room"):
            module.init_room(app)
        if hasattr(module, "bp"):
            app.register_blueprint(module.bp)


def _register_commands(app: Flask) -> None:
    if find_spec("learnapp.cli"):
        import_module("learnapp.cli").init_commands(app)
