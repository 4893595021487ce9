"""A web worker never loads what only publishing, migrations and exports of sheets need."""

import json
import os
import subprocess
import sys
from pathlib import Path

from flask import Flask

from learnapp.accounts.actions import open_session
from learnapp.config import ROOT
from learnapp.kit import clock
from tests.people import People

HEAVY = {
    "pydantic", "pydantic_core", "ruamel", "alembic", "flask_alembic", "xlsxwriter",
    "markdown_it", "mdit_py_plugins", "nh3", "prometheus_client",
}  # fmt: skip
PATHS = (
    "/", "/lessons/", "/lessons/healing", "/facts/F-013", "/about/facts", "/settings", "/account/", "/progress",
    "/quizzes/healing", "/teach/", "/teach/cohorts/{group}", "/teach/cohorts/{group}/scores.csv", "/readyz",
)  # fmt: skip
# What a worker does: import the app, then answer pages of every room.
WORK = """
import json, os, sys
import wsgi
client = wsgi.app.test_client()
with client.session_transaction() as session:
    session["sid"] = os.environ["TOKEN"]
answers = {path: client.get(path).status_code for path in os.environ["PATHS"].split()}
print(json.dumps({"answers": answers, "loaded": sorted({name.split(".")[0] for name in sys.modules})}))
"""


def test_a_web_worker_loads_nothing_heavy(school: Flask, people: People, database: str, tmp_path: Path) -> None:
    with school.app_context():
        token = open_session(people.ines.id, clock.now())
    paths = " ".join(PATHS).format(group=people.g1)
    env = {**os.environ, "INSTANCE_DIR": str(tmp_path), "DATABASE_URL": database, "SECRET_KEY": "k" * 40, "DEMO": "1"}
    done = subprocess.run(
        [sys.executable, "-c", WORK], cwd=ROOT, env=env | {"TOKEN": token, "PATHS": paths},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert set(said["answers"].values()) == {200}, said["answers"]
    assert HEAVY.isdisjoint(said["loaded"])
