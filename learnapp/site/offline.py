"""Reading without a connection: the worker that keeps lessons in the browser, and the page for what is not kept."""

import json
from hashlib import sha256

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learnapp.accounts.guard import public
from learnapp.config import ROOT
from learnapp.kit.static import build_digest, built

KEPT = "offline_worker"  # where an application keeps the worker's text


def add_offline(bp: Blueprint) -> None:
    """Add /sw.js and /offline to the room."""
    bp.add_url_rule("/sw.js", "worker", worker)
    bp.add_url_rule("/offline", "offline", offline)


@public
def worker() -> ResponseReturnValue:
    """Return the worker's code; it stands at the root because a worker serves only pages below its own address.

    Browsers ask at each page whether it changed, so it asks nothing of the database, and 304 is the usual answer.
    """
    text = current_app.extensions.get(KEPT)
    if text is None:
        text = current_app.extensions[KEPT] = _worker_text()
    response = current_app.response_class(text, mimetype="text/javascript")
    response.set_etag(sha256(text.encode()).hexdigest()[:32], weak=True)
    return response.make_conditional(request)


@public
def offline() -> Response:
    """Show what can be read without a connection; the worker keeps this page for everybody on the device."""
    return make_response(render_template("site/offline.html"))


def _worker_text() -> str:
    """Return the code with its version in front: any other build or template makes another worker."""
    digest = sha256(build_digest().encode())
    for path in sorted((ROOT / "templates").rglob("*.html")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    about = {"version": digest.hexdigest()[:16], "offline": url_for("site.offline")}
    return f"self.build = {json.dumps(about)};\n{built('sw.js').decode()}"
