"""Is this process alive, and may it be sent visitors: for load balancers and for the person on call."""

from datetime import datetime

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from learnapp.accounts.guard import public
from learnapp.kit import clock, logs

from . import storage


def add_probes(bp: Blueprint) -> None:
    """Add /livez and /readyz to the room."""
    bp.add_url_rule("/livez", "livez", livez)
    bp.add_url_rule("/readyz", "readyz", readyz)


@public
def livez() -> Response:
    """Say that the process answers; asks nothing of the database."""
    return current_app.response_class("alive\n", mimetype="text/plain")


@public
def readyz() -> tuple[Response, int]:
    """Say whether visitors are well served here, in short codes; 503 when not.

    database: it does not answer. schema: older than this code. journal: acknowledged answers could be lost.
    outbox: due for over five minutes. disk: under 5 % free. backup: older than the setting allows.
    """
    now = clock.now()
    settings = current_app.config["SETTINGS"]
    problems, notes = _database_problems(now)
    if storage.disk_is_full(settings.instance_dir):
        problems.append("disk")
    if storage.backup_is_old(settings, now):
        problems.append("backup")
    status, code = ("not ready", 503) if problems else ("ready", 200)
    return jsonify(status=status, problems=problems, notes=notes), code


def _database_problems(now: datetime) -> tuple[list[str], list[str]]:
    """Return what is wrong with the database, and what is only worth knowing."""
    try:
        problems = [] if storage.schema_is_current() else ["schema"]
        journal = storage.journal_problem()
        if storage.outbox_is_late(now):
            problems.append("outbox")
    except SQLAlchemyError as error:
        logs.warn("not_ready", error=type(error).__name__)
        return ["database"], []
    if journal == "unsafe":
        problems.append("journal")
    return problems, ["slower_safe_journal"] if journal == "fallback" else []
