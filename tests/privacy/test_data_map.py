"""docs/data-map.md names every column of every table, and says all there is to say about it."""

import re
from collections import Counter

from learnapp.config import ROOT
from learnapp.evidence import storage as _claims  # noqa: F401  its tables
from learnapp.kit.db import Base
from learnapp.privacy import actions
from tests.privacy.seeds import ABOUT

PAGE = (ROOT / "docs" / "data-map.md").read_text()
FATES = ("deleted", "replaced", "name taken off", "stays")


def lines() -> list[tuple[list[str], list[str]]]:
    """Return (columns as "table.column", the other cells) of each line of the tables."""
    found = []
    for part in PAGE.split("\n## ")[1:]:
        heading, _newline, body = part.partition("\n")
        table = (re.findall(r"`(\w+)`", heading) or [""])[0]
        for line in body.splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if line.startswith("| `") and len(cells) == 6:
                names = re.findall(r"`([\w.]+)`", cells[0])
                found.append(([name if "." in name else f"{table}.{name}" for name in names], cells[1:]))
    return found


def test_every_column_is_on_the_map_once():
    named = Counter(name for names, _cells in lines() for name in names)
    there = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    assert there - set(named) == set(), "say in docs/data-map.md why the new column is kept"
    assert set(named) - there == set(), "docs/data-map.md names what is gone"
    assert [name for name, times in named.items() if times > 1] == []


def test_every_line_says_everything():
    for names, cells in lines():
        assert all(cells), names
        assert cells[3].startswith(("yes", "no:", "as shown")), names
        assert cells[4].startswith(FATES), names


def test_nothing_about_a_person_stays_but_the_tombstone():
    kept = {name for names, cells in lines() for name in names if cells[4].startswith("stays")}
    about = {name for name in kept if name.partition(".")[0] in ABOUT}
    assert about == {"person.id", "person.public_id", "person.erased_at"}


def test_every_room_with_rows_about_people_hands_them_out_and_erases_them():
    rooms = {each.__module__.split(".")[1] for each in actions.KEEPERS}
    assert rooms == {each.__module__.split(".")[1] for each in actions.ERASERS}
    owners = {
        mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers if mapper.local_table.name in ABOUT
    }
    assert owners - rooms == {"kit"}, "a room that keeps something about people must export and erase it"
