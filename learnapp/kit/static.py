"""The static build: a few hashed, compressed files made from static/, and the small server that hands them out.

Folders are the convention. `css/<layer>/*.css` becomes one `app.css`, each folder in its cascade layer;
`js/<bundle>/*.js` becomes `<bundle>.js`, each file in a scope of its own; `fonts/`, `pictures/` and `*.svg` are copied.
"""

import gzip
import hashlib
import json
import re
import secrets
from pathlib import Path
from threading import Lock
from typing import TypedDict, cast
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import brotli
from flask import Flask, current_app
from servestatic import ServeStatic

from learnapp.config import ROOT

LAYERS = ("base", "layout", "parts", "pages", "print")
COMPRESSED = {".css", ".js", ".svg"}
MANIFEST = "manifest.json"
YEAR = 365 * 24 * 60 * 60
FORMAT = "3"  # part of the fingerprint: raise it when the build itself changes
HASHED = r"\.[0-9a-f]{12}\.\w+$"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Manifest(TypedDict):
    """What the last build was made from, and what it made."""

    sources: str
    files: dict[str, str]


def build(source: Path, target: Path) -> dict[str, str]:
    """Build `source` into `target` and return {name: hashed name}; do nothing when no source has changed."""
    fingerprint = _fingerprint(source)
    done = _manifest(target)
    if done is not None and done["sources"] == fingerprint:
        return dict(done["files"])
    names: dict[str, str] = {}
    for path in _copied(source):
        _put(target, names, path.relative_to(source).as_posix(), path.read_bytes())
    _put(target, names, "app.css", _css(source / "css", names).encode())
    for bundle in sorted(path for path in (source / "js").glob("*") if path.is_dir()):
        _put(target, names, f"{bundle.name}.js", _js(bundle).encode())
    _write(target / MANIFEST, json.dumps({"sources": fingerprint, "files": names}, indent=1).encode())
    _sweep(target, names)
    return names


def build_for(app: Flask) -> dict[str, str]:
    """Build this installation's static files into its instance folder."""
    return build(ROOT / "static", app.config["SETTINGS"].instance_dir / "static")


def _sources(source: Path) -> list[Path]:
    return sorted(path for path in source.rglob("*") if path.is_file())


def _copied(source: Path) -> list[Path]:
    return sorted([*source.glob("*.svg"), *source.glob("pictures/*.svg"), *source.glob("fonts/*.woff2")])


def _fingerprint(source: Path) -> str:
    digest = hashlib.sha256(FORMAT.encode())
    for path in _sources(source):
        digest.update(path.relative_to(source).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _manifest(target: Path) -> Manifest | None:
    try:
        return cast(Manifest, json.loads((target / MANIFEST).read_text()))
    except (FileNotFoundError, ValueError):
        return None


def _css(folder: Path, names: dict[str, str]) -> str:
    """Join the layers in their order and point every url() at its hashed file."""
    parts = [f"@layer {','.join(LAYERS)};"]
    for layer in LAYERS:
        text = "\n".join(path.read_text() for path in sorted((folder / layer).glob("*.css")))
        parts.append(f"@layer {layer}{{{_squeeze_css(text)}}}")
    return re.sub(r'url\("?(?:\.\./)*([^")]+)"?\)', lambda match: f"url({names[match[1]]})", "\n".join(parts))


def _squeeze_css(text: str) -> str:
    """Drop comments and needless white space; what stands in quotes stays as it is."""
    pieces = re.split(r'("[^"]*")', re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))
    for index in range(0, len(pieces), 2):
        piece = re.sub(r"\s+", " ", pieces[index])
        piece = re.sub(r"\s*([{};,>])\s*", r"\1", piece)
        pieces[index] = re.sub(r":\s+", ":", piece).replace(";}", "}")
    return "".join(pieces).strip()


def _js(bundle: Path) -> str:
    """Join a folder's files in name order; each runs in strict mode in its own scope, so no name leaks."""
    parts = []
    for path in sorted(bundle.glob("*.js")):
        lines = [line.strip() for line in path.read_text().splitlines()]
        text = "\n".join(line for line in lines if line and not line.startswith("//"))
        parts.append(f'(() => {{"use strict";\n{text}\n}})();\n')
    return "".join(parts)


def _put(target: Path, names: dict[str, str], name: str, body: bytes) -> None:
    path = Path(name)
    hashed = path.with_suffix(f".{hashlib.sha256(body).hexdigest()[:12]}{path.suffix}").as_posix()
    names[name] = hashed
    if (target / hashed).exists():
        return
    if path.suffix in COMPRESSED:
        _write(target / f"{hashed}.br", brotli.compress(body, quality=11))
        _write(target / f"{hashed}.gz", gzip.compress(body, 9, mtime=0))
    _write(target / hashed, body)


def _write(path: Path, body: bytes) -> None:
    """Write a whole file or none of it: two workers may build at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    draft.write_bytes(body)
    draft.replace(path)


def _sweep(target: Path, names: dict[str, str]) -> None:
    """Remove the files of older builds."""
    kept = {MANIFEST} | {name + end for name in names.values() for end in ("", ".br", ".gz")}
    for path in _sources(target):
        if path.relative_to(target).as_posix() not in kept and not path.name.startswith("."):
            path.unlink(missing_ok=True)


class StaticFiles:
    """Serves the built folder under /static/ in front of the app; builds it when it is first needed."""

    def __init__(self, application: WSGIApplication, source: Path, target: Path) -> None:
        self.application = application
        self.source = source
        self.target = target
        self._lock = Lock()
        self._names: dict[str, str] | None = None
        self._server: ServeStatic | None = None

    @property
    def names(self) -> dict[str, str]:
        """Return {name: hashed name} of the build."""
        if self._names is None:
            with self._lock:
                self._names = build(self.source, self.target)
        return self._names

    def server(self) -> ServeStatic:
        """Return the server of the hashed files, which may be kept for a year."""
        if self._server is None:
            names = set(self.names.values())
            server = _Server(
                self.application, allow_all_origins=False, add_headers_function=_add_headers, immutable_file_test=HASHED
            )
            server.add_files(self.target, "static/")
            server.files = {url: file for url, file in server.files.items() if url.removeprefix("/static/") in names}
            self._server = server
        return self._server

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> object:
        if environ.get("PATH_INFO", "").startswith("/static/"):
            return self.server()(environ, start_response)
        return self.application(environ, start_response)


class _Server(ServeStatic):  # type: ignore[misc]
    FOREVER = YEAR


def _add_headers(headers: Headers, _path: str, _url: str) -> None:
    for name, value in _HEADERS.items():
        headers[name] = value


def asset(name: str) -> str:
    """Return the URL of a built file, such as asset("app.css") -> "/static/app.0f3a….css"."""
    files: StaticFiles = current_app.extensions["static_files"]
    return f"/static/{files.names[name]}"


def built(name: str) -> bytes:
    """Return what is in a built file, such as built("sw.js"), for a page that hands it out under another address."""
    files: StaticFiles = current_app.extensions["static_files"]
    return (files.target / files.names[name]).read_bytes()


def build_digest() -> str:
    """Return a short hash of every built file: another one means that pages may look or work differently."""
    files: StaticFiles = current_app.extensions["static_files"]
    return hashlib.sha256("\n".join(sorted(files.names.values())).encode()).hexdigest()[:16]


def init_static(app: Flask) -> None:
    """Serve the built files, and give every template `asset(name)`."""
    settings = app.config["SETTINGS"]
    files = StaticFiles(app.wsgi_app, ROOT / "static", settings.instance_dir / "static")
    app.extensions["static_files"] = files
    app.wsgi_app = files  # type: ignore[assignment, method-assign]
    app.jinja_env.globals["asset"] = asset
