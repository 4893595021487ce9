"""Settings: good ones are read, bad ones stop the start with a sentence that says what to write."""

import stat
from pathlib import Path

import pytest

from learnapp.config import BadSetting, load_settings


def _load(folder: Path, **env: str):
    return load_settings({"INSTANCE_DIR": str(folder), **env})


def test_defaults_are_private_and_local(tmp_path: Path):
    settings = _load(tmp_path / "instance")
    assert (settings.host, settings.port, settings.demo, settings.https) == ("127.0.0.1", 5000, False, False)
    assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'learnapp.db'}"
    key = tmp_path / "instance" / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(settings.secret_key) >= 48
    assert _load(tmp_path / "instance").secret_key == settings.secret_key


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "70000"}, "PORT=5000"),
        ({"DEMO": "maybe"}, "DEMO=1 or DEMO=0"),
        ({"DEMO": "1", "HOST": "0.0.0.0"}, "only on this machine"),
        ({"DEMO": "1", "APP_ENV": "production"}, "never in production"),
        ({"HTTPS": "0", "HOST": "192.0.2.1"}, "127.0.0.1"),
        ({"APP_ENV": "staging"}, "development, production"),
        ({"APP_TIMEZONE": "Mars/Olympus"}, "Europe/London"),
        ({"DATABASE_URL": "mysql://x"}, "postgresql://"),
        ({"SECRET_KEY": "short"}, "32"),
        ({"TRUSTED_PROXIES": "9"}, "TRUSTED_PROXIES"),
        ({"METRICS_PORT": "everywhere"}, "METRICS_PORT"),
        ({"BACKUP_MAX_AGE_HOURS": "-1"}, "BACKUP_MAX_AGE_HOURS"),
        ({"LOG_LEVEL": "loud"}, "warning, debug, info, error"),
    ],
)
def test_a_bad_setting_stops_the_start_with_a_sentence(tmp_path: Path, env: dict[str, str], says: str):
    with pytest.raises(BadSetting) as stop:
        _load(tmp_path, **env)
    assert says in str(stop.value)
    assert str(stop.value).endswith(".")


@pytest.mark.parametrize("prefix", ["postgres://", "postgresql://"])
def test_postgres_addresses_get_our_driver(tmp_path: Path, prefix: str):
    assert _load(tmp_path, DATABASE_URL=f"{prefix}u@h/d").database_url == "postgresql+psycopg://u@h/d"


def test_a_public_address_means_secure_cookies(tmp_path: Path):
    assert _load(tmp_path, HOST="0.0.0.0").https is True


def test_what_is_logged_and_where_backups_lie(tmp_path: Path):
    assert _load(tmp_path).log_level == "warning"
    assert _load(tmp_path, APP_ENV="production").log_level == "info"
    assert _load(tmp_path, APP_ENV="production", LOG_LEVEL="error").log_level == "error"
    assert _load(tmp_path).backup_dir == tmp_path / "backups"
    assert _load(tmp_path, BACKUP_DIR=str(tmp_path / "other")).backup_dir == tmp_path / "other"
    assert (_load(tmp_path).metrics_port, _load(tmp_path).backup_max_age_hours) == (0, 0)
