"""A backup's name, age and manifest: pure functions over what is written down about it."""

import hashlib
import hmac
import json
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

FORMAT = 1
KEEP = 14  # backups
DAYS = 30  # nobody's data are kept longer than this after they were deleted (security.md, Privacy)
SAMPLE = 200  # answers
ENDINGS = {"sqlite": ".db", "postgresql": ".dump"}
MANIFEST = ".json"
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"learnapp-(\d{8}T\d{6}Z)\.(db|dump)")


class Broken(ValueError):
    """A manifest that cannot be read."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds.

    database: "sqlite" or "postgresql"; schema: the migration it had; rows: {table: number};
    sample: {id of a saved answer's step: its fingerprint}; key: which secret key signed, itself unreadable.
    """

    made_at: str
    database: str
    schema: str
    file: str
    size: int
    sha256: str
    rows: Mapping[str, int]
    sample: Mapping[str, str]
    key: str = ""
    signature: str = ""

    def signed(self, secret: str) -> "Manifest":
        """Return it with a signature of everything else in it."""
        named = replace(self, key=key_name(secret))
        return replace(named, signature=_signature(named, secret))

    def is_signed_by(self, secret: str) -> bool:
        """Say whether nothing in it changed since this key signed it."""
        return hmac.compare_digest(self.signature, _signature(self, secret))

    def as_text(self) -> str:
        """Return the file's text."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True) + "\n"


def read_manifest(text: str) -> Manifest:
    """Return a manifest from its file's text; raise Broken when it is none, or of another format."""
    try:
        values = json.loads(text)
        if values.pop("format") != FORMAT:
            raise Broken("another format")
        return Manifest(**values)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Broken("no manifest") from fault


def _derived(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"learnapp backup manifest 1", "sha256")


def key_name(secret: str) -> str:
    """Return a short name of a secret key, from which nobody can learn the key."""
    return hashlib.sha256(_derived(secret)).hexdigest()[:12]


def _signature(manifest: Manifest, secret: str) -> str:
    told = {name: value for name, value in asdict(manifest).items() if name != "signature"}
    return hmac.new(_derived(secret), _exact(told), "sha256").hexdigest()


def _exact(value: Any) -> bytes:
    """Return the one way to write a value down, whichever database it comes from."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def fingerprint(slot: int, seq: int, answer: Any) -> str:
    """Return what stands for one saved answer in a sample: the same answer always gives the same, another never."""
    return hashlib.sha256(_exact([slot, seq, answer])).hexdigest()


def choose(ids: Sequence[int], seed: int) -> list[int]:
    """Return at most SAMPLE of these, in order, as the seed has it."""
    return sorted(random.Random(seed).sample(ids, min(SAMPLE, len(ids))))  # noqa: S311  no secret hangs on it


def file_name(made_at: datetime, database: str) -> str:
    """Return what a backup of this moment is called, such as "learnapp-20261126T031500Z.db"."""
    return f"learnapp-{made_at.astimezone(UTC).strftime(_STAMP)}{ENDINGS[database]}"


def made_at(name: str) -> datetime | None:
    """Return when the backup of this name was made; None when the name is none of ours."""
    found = _NAME.fullmatch(name)
    return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC) if found else None


def newest(names: Iterable[str]) -> datetime | None:
    """Return when the newest of these backups was made, None when there is none."""
    return max(filter(None, map(made_at, names)), default=None)


def too_many(names: Iterable[str], keep: int, days: int, now: datetime) -> list[str]:
    """Return which backups to remove: all but the newest `keep`, and all older than `days`; never the newest one."""
    known = sorted(((made, name) for name in names if (made := made_at(name)) is not None), reverse=True)
    old = timedelta(days=days)
    return [name for place, (made, name) in enumerate(known) if place and (place >= keep or now - made > old)]


def differences(said: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return the names whose values are not the same in both, sorted; a name on one side only counts."""
    return sorted(name for name in said.keys() | found.keys() if said.get(name) != found.get(name))
