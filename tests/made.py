"""What a test run makes once and every test process copies: static files, databases with content, the demo.

Whoever needs a thing first makes it while the others wait; see the fixtures of tests/conftest.py that use it.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from learnapp import create_app
from learnapp.config import ROOT, load_settings
from learnapp.kit import clock
from learnapp.kit.db import db
from tests import postgres
from tests.judge import JudgingClient


class _Compiled(BytecodeCache):
    """Templates that an application of this process compiled, for the next one: a test run makes over a thousand."""

    codes: ClassVar[dict[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.codes[bucket.key + bucket.checksum] = bucket.code  # type: ignore[assignment]


class _Rule(Rule):
    """A route whose builder of addresses an earlier application of this process compiled."""

    builders: ClassVar[dict[tuple[object, ...], Any]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Any:
        key = (self.rule, str(self.defaults), append_unknown)
        if key not in self.builders:
            self.builders[key] = super()._compile_builder(append_unknown)
        return self.builders[key]


Flask.url_rule_class = _Rule


class _Statements(dict[tuple[object, ...], Any]):
    """Statements that an application of this process compiled; the key without the engine's own dialect object."""

    def get(self, key: tuple[object, ...], default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[object, ...], compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


STATEMENTS = {"sqlite": _Statements(), "postgresql": _Statements()}


def settings_env(folder: Path, url: str = "") -> dict[str, str]:
    """Return the environment of an application on this folder."""
    return {"INSTANCE_DIR": str(folder), "DATABASE_URL": url, "SECRET_KEY": "k" * 40, "DEMO": "0"}


def make_app(folder: Path, url: str = "", **changes: object) -> Flask:
    """Make an application for tests with its own instance folder."""
    settings = replace(load_settings(settings_env(folder, url)), **changes)  # type: ignore[arg-type]
    app = create_app(settings)
    app.jinja_env.bytecode_cache = _Compiled()
    with app.app_context():
        db.engine.update_execution_options(compiled_cache=STATEMENTS[db.engine.name])
    app.testing = True
    app.test_client_class = JudgingClient
    return app


def once(run: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder `name` of this test run, filled by `make` in the first process that asks."""
    folder = run / "made" / name
    folder.parent.mkdir(exist_ok=True)
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            part = folder.with_suffix(f".{os.getpid()}")
            part.mkdir()
            make(part)
            part.rename(folder)
    return folder


def static_files(run: Path) -> Path:
    """Return the folder of the built static files."""
    from learnapp.kit.static import build

    return once(run, "static", lambda folder: build(ROOT / "static", folder) and None)


def fill(app: Flask, part: str) -> None:
    """Fill an empty database: "empty" has schema and roles, "school" also the content, "demo" also made-up people."""
    from learnapp.accounts.actions import ensure_roles
    from learnapp.authoring.publish import publish_if_changed
    from learnapp.demo.actions import make_demo_when_absent
    from learnapp.kit import schema
    from learnapp.kit.db import write

    schema.init_schema(app)
    with app.app_context():
        schema.upgrade()
    with app.app_context(), write() as session:
        ensure_roles(session)
    with app.app_context():
        if part != "empty":
            publish_if_changed(clock.now())
        if part == "demo":
            make_demo_when_absent(clock.now())
        db.session.remove()
        db.engine.dispose()


def sqlite_file(run: Path, part: str) -> Path:
    """Return a finished SQLite file to copy."""

    def make(folder: Path) -> None:
        (folder / "static").symlink_to(static_files(run))
        fill(make_app(folder, demo=part == "demo"), part)

    return once(run, f"sqlite-{part}", make) / "learnapp.db"


def postgres_database(run: Path, server: str, part: str) -> str:
    """Return the name of a finished database on this server, to use as a template."""

    def make(folder: Path) -> None:
        name = postgres.make_database(server)
        (folder / "static").symlink_to(static_files(run))
        fill(make_app(folder, postgres.with_name(server, name)), part)
        (folder / "name").write_text(name)

    return (once(run, f"postgres-{part}", make) / "name").read_text()


def forget(run: Path) -> None:
    """Drop the template databases of this run; a server that was given to us outlives it."""
    server = os.environ.get("TEST_POSTGRES_URL")
    for path in (run / "made").glob("postgres-*/name"):
        if server:
            postgres.drop_database(server, path.read_text())
    shutil.rmtree(run / "made", ignore_errors=True)
