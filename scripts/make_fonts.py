"""Make the two font files in static/fonts from the npm packages named below; needs npm and the development set.

Each becomes a variable font limited to weights 400 to 700 and to the characters of Western European text.
Run it only to renew the fonts: `python scripts/make_fonts.py`.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

TARGET = Path(__file__).resolve().parent.parent / "static" / "fonts"
FONTS = {
    "atkinson": ("@fontsource-variable/atkinson-hyperlegible-next@5.3.0", "atkinson-hyperlegible-next"),
    "literata": ("@fontsource-variable/literata@5.3.0", "literata"),
}
# Latin-1, then: ligature letters, dashes, quotes, bullet, ellipsis, primes, euro, arrows, minus, comparison, triangles.
CHARACTERS = [
    *range(0x20, 0x7F), *range(0xA0, 0x100), 0x152, 0x153, 0x178, 0x2010, 0x2011, 0x2013, 0x2014,
    0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026, 0x2032, 0x2033, 0x20AC,
    0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x25BE,
]  # fmt: skip
# Shaping that readers see: joined accents, kerning, and figures of equal width in tables.
FEATURES = {"ccmp", "locl", "mark", "mkmk", "kern", "tnum", "liga"}


def fetch(package: str, folder: Path) -> Path:
    """Download and unpack one npm package; return its folder."""
    npm = shutil.which("npm") or sys.exit("npm is needed to fetch the font packages")
    # The package names are the constants above; nothing comes from outside.
    name = subprocess.run([npm, "pack", "--silent", package], cwd=folder, check=True, capture_output=True, text=True)
    with tarfile.open(folder / name.stdout.strip()) as archive:
        archive.extractall(folder / "out", filter="data")
    return folder / "out" / "package"


def shrink(source: Path, target: Path) -> None:
    """Limit the characters and the weight axis, and write woff2."""
    font = TTFont(source)
    options = Options()
    options.layout_features = sorted(FEATURES)
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    font = instantiateVariableFont(font, {"wght": (400, 700)})
    font.flavor = "woff2"
    font.save(target)


def main() -> None:
    """Make both fonts, and keep each licence beside its font."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, (package, stem) in FONTS.items():
        with tempfile.TemporaryDirectory() as folder:
            unpacked = fetch(package, Path(folder))
            shrink(unpacked / "files" / f"{stem}-latin-wght-normal.woff2", TARGET / f"{name}.woff2")
            shutil.copy(unpacked / "LICENSE", TARGET / f"{name}-OFL.txt")
        print(name, (TARGET / f"{name}.woff2").stat().st_size, "bytes")


if __name__ == "__main__":
    main()
