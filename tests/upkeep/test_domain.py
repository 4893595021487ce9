"""Names, ages, manifests and signatures of backups."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnapp.upkeep import domain
from learnapp.upkeep.domain import Broken, Manifest

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
KEY, OTHER = "k" * 40, "o" * 40
MANIFEST = Manifest(NOW.isoformat(), "sqlite", "0003", "learnapp-x.db", 7, "ab", {"person": 2}, {"1": "cd"})


def test_a_name_tells_the_moment_in_utc():
    moment = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert domain.file_name(moment, "sqlite") == "learnapp-20260329T013000Z.db"
    assert domain.file_name(moment, "postgresql") == "learnapp-20260329T013000Z.dump"
    assert domain.made_at("learnapp-20260329T013000Z.db") == NOW
    for name in ("learnapp.db", "learnapp-20260329T013000Z.db.json", ".learnapp-20260329T013000Z.db.7.part", ""):
        assert domain.made_at(name) is None


def test_the_newest_is_found_among_other_files():
    names = [domain.file_name(NOW - timedelta(days=day), "sqlite") for day in (2, 1, 3)]
    assert domain.newest([*names, "notes.txt"]) == NOW - timedelta(days=1)
    assert domain.newest(["notes.txt"]) is None


def _days(*days: int) -> list[str]:
    return [domain.file_name(NOW - timedelta(days=day), "sqlite") for day in days]


@pytest.mark.parametrize(
    ("there", "keep", "days", "removed"),
    [
        ((0, 1, 2, 3), 14, 30, ()),
        ((0, 1, 2, 3), 2, 30, (2, 3)),
        ((0, 29, 30, 31), 14, 30, (31,)),
        ((40,), 14, 30, ()),  # the only one
        ((40, 41), 14, 30, (41,)),
        ((), 1, 1, ()),
    ],
)
def test_what_is_removed(there: tuple[int, ...], keep: int, days: int, removed: tuple[int, ...]):
    names = [*_days(*there), "notes.txt", "secret_key"]
    assert sorted(domain.too_many(names, keep, days, NOW)) == sorted(_days(*removed))


def test_a_manifest_comes_back_as_it_was_written():
    signed = MANIFEST.signed(KEY)
    assert domain.read_manifest(signed.as_text()) == signed
    assert signed.is_signed_by(KEY)
    assert not signed.is_signed_by(OTHER)
    assert signed.key != MANIFEST.signed(OTHER).key
    assert KEY not in signed.as_text()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "unknown": 1}', "\x00", "null"])
def test_what_is_no_manifest(text: str):
    with pytest.raises(Broken):
        domain.read_manifest(text)


@pytest.mark.parametrize(
    "change",
    [
        {"rows": {"person": 1}}, {"sample": {}}, {"sha256": "ac"}, {"size": 8}, {"schema": "0002"}, {"file": "y"},
        {"made_at": ""}, {"database": "postgresql"}, {"key": "0"}, {"signature": ""},
    ],
)  # fmt: skip
def test_every_part_is_signed(change: dict):
    assert not replace(MANIFEST.signed(KEY), **change).is_signed_by(KEY)


def test_a_fingerprint_tells_answers_apart_and_not_how_they_were_written():
    one = domain.fingerprint(7, 1, {"choice": "b", "v": 1})
    assert one == domain.fingerprint(7, 1, {"v": 1, "choice": "b"})
    others = [(7, 1, {"choice": "a", "v": 1}), (7, 2, {"choice": "b", "v": 1}), (8, 1, {"choice": "b", "v": 1})]
    assert len({one, *(domain.fingerprint(*each) for each in others), domain.fingerprint(7, 1, None)}) == 5


@given(st.lists(st.integers(1, 10**6), unique=True, max_size=600), st.integers(0, 2**32 - 1))
def test_a_sample_is_of_what_is_there_and_follows_the_seed(ids: list[int], seed: int):
    chosen = domain.choose(ids, seed)
    assert len(chosen) == len(set(chosen)) == min(domain.SAMPLE, len(ids))
    assert set(chosen) <= set(ids)
    assert chosen == sorted(chosen) == domain.choose(ids, seed)


def test_differences_are_named():
    assert domain.differences({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 3, "d": 4}) == ["b", "c", "d"]
    assert domain.differences({"a": 1}, {"a": 1}) == []
