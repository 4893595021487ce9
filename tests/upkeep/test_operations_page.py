"""docs/operations.md says what is: its settings, commands, codes, events and figures are those of the code."""

import re

import click
from flask import Flask

from learnapp.kit.metrics import COUNTERS
from tests.test_house import PACKAGE, ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text()
CODE = "".join(path.read_text() for path in PACKAGE.rglob("*.py"))
SERVER = (ROOT / "gunicorn.conf.py").read_text()


def _section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def _first_cells(section: str) -> list[str]:
    """Return every `name` in the first column of a section's table."""
    rows = [line.split("|")[1] for line in _section(section).splitlines() if line.startswith("| `")]
    return [name for cell in rows for name in re.findall(r"`([^`]+)`", cell)]


def test_every_setting_is_told_and_none_that_is_not_there():
    read = set(re.findall(r'\benv(?:\.get\(|\[|, )"([A-Z_]+)"', (PACKAGE / "config.py").read_text()))
    read |= set(re.findall(r'environ\.get\("([A-Z_]+)"', SERVER))
    assert set(_first_cells("Settings")) == read


def test_every_command_is_there(app: Flask):
    for words in re.findall(r"flask --app wsgi ([a-z -]+)", PAGE):
        group: click.Command = app.cli
        names = words.split(" --")[0].split()
        with app.app_context():
            for name in names:
                if not isinstance(group, click.Group):
                    break
                found = group.get_command(click.Context(group), name)
                assert found is not None, f"flask {words}"
                group = found


def test_every_option_of_backups_is_there(app: Flask):
    commands = [app.cli.commands[name] for name in ("backup", "restore")]
    known = {option for command in commands for each in command.params for option in each.opts}
    assert set(re.findall(r"`(--[a-z-]+)`", _section("Backup") + _section("Restore"))) <= known


def test_every_code_event_and_figure_is_there():
    probes = "".join((PACKAGE / "site" / name).read_text() for name in ("probes.py", "storage.py"))
    assert all(f'"{code}"' in probes for code in _first_cells("Probes"))
    assert all(f'"{event}"' in CODE for event in _first_cells("Logs"))
    told = {re.split("[{ ]", name)[0] for name in _first_cells("Metrics") if name.startswith("learnapp_")}
    counted = {f"learnapp_{name}_total" for name in COUNTERS}
    asked = {"learnapp_http_request_seconds", "learnapp_outbox_waiting", "learnapp_outbox_oldest_seconds"}
    assert told == counted | asked


def test_what_systemd_is_told_starts_what_is_there():
    started = re.findall(r"ExecStart=/srv/mendwell/\.venv/bin/(\w+)", PAGE)
    assert sorted(started) == ["flask", "flask", "gunicorn"]
    [patience] = re.findall(r"running requests (\d+) seconds", PAGE)
    assert f"graceful_timeout = {patience} " in SERVER
