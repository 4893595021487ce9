"""Is this process alive, and may it be sent visitors: for load balancers and for the person on call."""

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from learnapp.accounts.guard import public

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
    """Say whether the database answers, has our schema and keeps what it acknowledges; 503 when not."""
    try:
        problems = [] if storage.schema_is_current() else ["schema"]
        journal = storage.journal_problem()
    except SQLAlchemyError as error:
        current_app.logger.error("readiness: %s", type(error).__name__)
        return jsonify(status="not ready", problems=["database"]), 503
    if journal == "unsafe":
        problems.append("journal")
    notes = ["an older database library: slower, safe journal"] if journal == "fallback" else []
    status, code = ("not ready", 503) if problems else ("ready", 200)
    return jsonify(status=status, problems=problems, notes=notes), code
