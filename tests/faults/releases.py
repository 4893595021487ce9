"""Code of other releases in folders of their own, and what may be asked of it."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .harness import BIN, ROOT, Learner, Place
from .servers import Server

PARTS = ("learnapp", "templates", "static", "content", "migrations", "wsgi.py", "gunicorn.conf.py")
PEOPLE = """
from learnapp import create_app
from learnapp.accounts import actions
from learnapp.kit import clock
app, now = create_app(), clock.now()
with app.app_context():
    for number in range({count}):
        person = actions.NewPerson(f"{{number}}@release.example.org", f"Learner {{number}}", {hash!r}, "trainee",
                                   confirmed_at=now)
        print(actions.open_session(actions.add_person(person, now), now))
"""


@dataclass(frozen=True)
class Release:
    """Code in a folder. name: its tag, or what stands in for one."""

    name: str
    root: Path

    def serve(self, place: Place, workers: int = 2) -> Server:
        """Return this code's server for an installation."""
        return Server(place.folder, place.url, workers, root=self.root)

    def flask(self, place: Place, *words: str) -> str:
        """Run one of this code's commands on an installation; return what it prints."""
        return self._run([str(BIN / "flask"), "--app", "wsgi", *words], place)

    def people(self, place: Place, count: int, password_hash: str) -> list[str]:
        """Let this code add people, each with an open session; return the tokens for their cookies."""
        script = PEOPLE.format(count=count, hash=password_hash)
        return self._run([sys.executable, "-c", script], place).split()

    def _run(self, command: list[str], place: Place) -> str:
        env = {**place.environment(), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command, cwd=self.root, env=env, capture_output=True, text=True, timeout=240, check=False
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def copy_of_this(folder: Path) -> Release:
    """Return a copy of the code that is tested now."""
    folder.mkdir()
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, folder / part)
    return Release("this code", folder)


def last_release(folder: Path) -> Release:
    """Return the newest tagged release that is not this very commit.

    A clone without tags has none: then a copy of this code stands in, and the table of figures says so.
    """
    here = _git("rev-parse", "HEAD")
    for tag in _git("tag", "--list", "v*", "--sort=-version:refname").split():
        commit = _git("rev-list", "-n", "1", tag)
        if commit and commit != here:
            folder.mkdir()
            packed = folder / "release.tar"
            subprocess.run(["git", "archive", "-o", str(packed), commit], cwd=ROOT, check=True)
            subprocess.run(["tar", "x", "-f", str(packed), "-C", str(folder)], check=True)
            return Release(tag, folder)
    release = copy_of_this(folder)
    return Release("no tag in this clone: this code stood in", release.root)


def answer_what_can_be_chosen(learner: Learner, attempt: str) -> int:
    """Choose the first option wherever one is to be chosen; return how many answers were acknowledged."""
    done = 0
    for n in range(1, 100):
        page = learner.get(f"/attempts/{attempt}/questions/{n}")
        if page.status == 404:
            break
        radio = re.search(r'<input[^>]*type="radio"[^>]*>', page.text)
        named = re.search(r'name="(answer[^"]*)"', radio.group()) if radio else None
        value = re.search(r'value="([^"]+)"', radio.group()) if radio else None
        if named and named.group(1) == "answer" and value:
            learner.revisions.setdefault((attempt, n), 0)
            done += learner.save(attempt, n, {"answer": [value.group(1)]}).status == 200
    return done
