"""The static build: hashed names, layers in order, references that resolve, and nothing done twice."""

import gzip
import re
from pathlib import Path

import brotli
import pytest

from learnapp.config import ROOT
from learnapp.kit.static import LAYERS, build

SOURCE = ROOT / "static"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    for layer in LAYERS:
        (folder / "css" / layer).mkdir(parents=True)
    (folder / "css" / "base" / "a.css").write_text(
        '/* words */\n@font-face {\n  src: url("../fonts/f.woff2") format("woff2");\n}\n'
    )
    (folder / "css" / "parts" / "b.css").write_text('.b::after {\n  content: " : {  } ";\n  color: red;\n}\n')
    (folder / "css" / "print" / "c.css").write_text("@media print {\n  .c {\n    display: none;\n  }\n}\n")
    (folder / "fonts").mkdir()
    (folder / "fonts" / "f.woff2").write_bytes(b"font")
    (folder / "fonts" / "f-OFL.txt").write_text("licence")
    (folder / "icons.svg").write_text("<svg/>")
    (folder / "pictures").mkdir()
    (folder / "pictures" / "hand.svg").write_text("<svg/>")
    (folder / "pictures" / "notes.txt").write_text("not for the public")
    (folder / "js" / "app").mkdir(parents=True)
    (folder / "js" / "app" / "1.js").write_text("// words\nconst name = 1;\n")
    (folder / "js" / "app" / "2.js").write_text("const name = 2;\n")
    return folder


def test_layers_are_joined_in_their_order_and_squeezed(source: Path, tmp_path: Path):
    names = build(source, tmp_path / "out")
    css = (tmp_path / "out" / names["app.css"]).read_text()
    assert css.startswith("@layer base,layout,parts,pages,print;")
    assert [css.index(f"@layer {layer}{{") for layer in LAYERS] == sorted(
        css.index(f"@layer {layer}{{") for layer in LAYERS
    )
    assert "/*" not in css
    assert 'content:" : {  } "' in css, "what stands in quotes stays"
    assert "@media print{.c{display:none}}" in css


def test_names_carry_the_hash_and_references_follow(source: Path, tmp_path: Path):
    names = build(source, tmp_path / "out")
    assert set(names) == {"app.css", "app.js", "icons.svg", "pictures/hand.svg", "fonts/f.woff2"}
    assert all(re.search(r"\.[0-9a-f]{12}\.\w+$", name) for name in names.values())
    assert f"url({names['fonts/f.woff2']})" in (tmp_path / "out" / names["app.css"]).read_text()
    before = names["app.css"]
    (source / "fonts" / "f.woff2").write_bytes(b"another font")
    after = build(source, tmp_path / "out")
    assert after["fonts/f.woff2"] != names["fonts/f.woff2"]
    assert after["app.css"] != before, "a file that names a changed file changes too"
    assert not (tmp_path / "out" / before).exists(), "files of older builds go"


def test_scripts_run_in_scopes_of_their_own(source: Path, tmp_path: Path):
    names = build(source, tmp_path / "out")
    js = (tmp_path / "out" / names["app.js"]).read_text()
    assert js.count('(() => {"use strict";') == 2
    assert "words" not in js


def test_compressed_siblings_hold_the_same(source: Path, tmp_path: Path):
    names = build(source, tmp_path / "out")
    for name in ("app.css", "app.js", "icons.svg", "pictures/hand.svg"):
        path = tmp_path / "out" / names[name]
        assert brotli.decompress(path.with_name(path.name + ".br").read_bytes()) == path.read_bytes()
        assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == path.read_bytes()
    assert not list((tmp_path / "out" / "fonts").glob("*.br")), "woff2 is compressed already"


def test_a_second_build_does_nothing(source: Path, tmp_path: Path):
    first = build(source, tmp_path / "out")
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert build(source, tmp_path / "out") == first
    assert {path: path.stat().st_mtime_ns for path in times} == times


def test_two_builds_at_once_agree(source: Path, tmp_path: Path):
    from concurrent.futures import ThreadPoolExecutor

    for turn in range(10):
        out = tmp_path / f"out{turn}"
        with ThreadPoolExecutor(2) as pool:
            one, other = pool.map(lambda _, out=out: build(source, out), range(2))
        assert one == other
        assert all((out / name).exists() for name in one.values())
        assert not list(out.rglob(".*")), "no drafts are left behind"


def test_every_reference_in_our_own_files_resolves(static_folder: Path):
    names = build(SOURCE, static_folder)
    css = (static_folder / names["app.css"]).read_text()
    targets = re.findall(r"url\(([^)]+)\)", css)
    assert targets
    assert all((static_folder / target).exists() for target in targets)
    used = set(re.findall(r"var\(--([\w-]+)", css + "".join(p.read_text() for p in SOURCE.rglob("*.svg"))))
    defined = set(re.findall(r"--([\w-]+):", css))
    assert used <= defined, f"used and not defined: {sorted(used - defined)}"


@pytest.mark.parametrize("path", sorted((SOURCE / "pictures").glob("*.svg")), ids=lambda path: path.stem)
def test_a_picture_is_one_symbol_in_our_colours(path: Path):
    text = path.read_text()
    assert len(text) <= 12_000
    box = re.match(r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="(0 0 \d+ \d+)">', text)
    assert box
    assert text.count("<symbol") == 1
    assert f'<symbol id="picture" viewBox="{box[1]}">' in text
    assert not re.search(r"<(text|title|style|script|image|clipPath|pattern|use)\b|url\(|#[0-9a-f]{3}", text)
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', text)) <= {"none"} | set(
        re.findall(r'"(var\(--[\w-]+\))"', text)
    )


def test_sprites_and_symbols_that_templates_name_exist():
    icons = set(re.findall(r'id="i-([\w-]+)"', (SOURCE / "icons.svg").read_text()))
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "learnapp").rglob("*.html")]:
        for name in re.findall(r'\bicon\("([\w-]+)"\)', path.read_text()):
            assert name in icons, f"{path} names an icon that does not exist: {name}"


def test_every_part_has_its_stylesheet():
    sheets = {path.stem for path in (SOURCE / "css" / "parts").glob("*.css")}
    for part in (ROOT / "templates" / "parts").glob("*.html"):
        assert part.stem in sheets, f"templates/parts/{part.name} has no static/css/parts/{part.stem}.css"


def test_what_a_first_view_weighs(static_folder: Path):
    names = build(SOURCE, static_folder)

    def wire(name: str) -> int:
        small = static_folder / f"{names[name]}.br"
        return (small if small.exists() else static_folder / names[name]).stat().st_size

    fonts = wire("fonts/atkinson.woff2") + wire("fonts/literata.woff2")
    assert fonts <= 52_000
    assert wire("app.css") <= 16_000
    assert wire("app.js") <= 10_000
    total = fonts + sum(wire(name) for name in ("app.css", "app.js", "lesson.js", "icons.svg", "skin.svg"))
    assert total <= 90_000, "10 kB are left for the page itself"


def test_built_files_are_served_for_a_year(client):
    page = client.get("/about/facts").get_data(as_text=True)
    address = re.search(r'href="(/static/app\.[0-9a-f]{12}\.css)"', page)
    assert address
    response = client.get(address[1], headers={"Accept-Encoding": "br"})
    assert response.status_code == 200
    assert response.headers["Content-Encoding"] == "br"
    assert "immutable" in response.headers["Cache-Control"]
    assert "max-age=31536000" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert brotli.decompress(response.data).startswith(b"@layer")
    response.close()


@pytest.mark.parametrize("path", ["/static/manifest.json", "/static/app.css", "/static/../wsgi.py", "/static/"])
def test_nothing_else_is_served_from_there(client, path: str):
    assert client.get(path).status_code == 404
