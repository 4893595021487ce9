"""Typed settings from the environment; a bad value stops the start with a sentence."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent.parent
YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off", ""}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class BadSetting(SystemExit):
    """A setting that cannot work; its text says which, and what to write instead."""


@dataclass(frozen=True)
class Settings:
    """Everything that an installation may choose. Names in capitals are the environment variables."""

    app_env: str  # APP_ENV: development or production
    app_name: str  # APP_NAME: shown to people
    database_url: str  # DATABASE_URL: a SQLite file by default
    secret_key: str  # SECRET_KEY, else instance/secret_key, made on the first start
    secret_key_fallbacks: tuple[str, ...]  # SECRET_KEY_FALLBACKS: older keys, comma-separated
    instance_dir: Path  # INSTANCE_DIR: database, key, mail, built static files
    host: str  # HOST: 127.0.0.1 by default
    port: int  # PORT: 5000 by default
    base_url: str  # BASE_URL: for links in mail, e.g. https://learn.example.org
    https: bool  # HTTPS: Secure __Host- cookies; on unless bound to loopback
    demo: bool  # DEMO: made-up cohorts and one-click sign-in; only on loopback, never in production
    time_zone: str  # APP_TIMEZONE: IANA name, UTC by default
    emergency_number: str  # EMERGENCY_NUMBER: "" shows "your local emergency number"
    smtp_url: str  # SMTP_URL: smtp://user:password@host:587; "" writes mail to instance/mail/
    mail_from: str  # MAIL_FROM
    proxies: int  # TRUSTED_PROXIES: how many reverse proxies set X-Forwarded-*
    keep_scores: bool  # KEEP_SCORES: scores of deleted accounts stay, without a name; off by default
    log_level: str  # LOG_LEVEL: debug, info, warning or error; info in production, else warning
    metrics_host: str  # METRICS_HOST: 127.0.0.1 by default
    metrics_port: int  # METRICS_PORT: 0 (the default) counts nothing
    backup_dir: Path  # BACKUP_DIR: instance/backups by default
    backup_max_age_hours: int  # BACKUP_MAX_AGE_HOURS: /readyz complains later than this; 0 (the default) never

    @property
    def loopback(self) -> bool:
        """Say whether the server is bound to this machine only."""
        return self.host in LOOPBACK

    @property
    def demo_on(self) -> bool:
        """Say whether the demo is offered (the start is refused when it must not be)."""
        return self.demo


def _yes_no(env: Mapping[str, str], name: str, default: bool) -> bool:
    raw = env.get(name)
    if raw is None:
        return default
    if raw.strip().lower() in YES:
        return True
    if raw.strip().lower() in NO:
        return False
    raise BadSetting(f"{name} is {raw!r}. Write {name}=1 or {name}=0.")


def _number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    raw = env.get(name, str(default))
    if raw.isascii() and raw.isdigit() and low <= int(raw) <= high:
        return int(raw)
    raise BadSetting(f"{name} is {raw!r}. Write a whole number from {low} to {high}, like {name}={default}.")


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    raw = env.get(name, allowed[0])
    if raw not in allowed:
        raise BadSetting(f"{name} is {raw!r}. Write one of: {', '.join(allowed)}.")
    return raw


def _secret(env: Mapping[str, str], instance_dir: Path) -> str:
    """Return SECRET_KEY, or the key kept in the instance folder, made once and readable by its owner only."""
    if env.get("SECRET_KEY"):
        if len(env["SECRET_KEY"]) < 32:
            raise BadSetting("SECRET_KEY is too short. Write at least 32 random characters.")
        return env["SECRET_KEY"]
    path = instance_dir / "secret_key"
    if not path.exists():
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # another process made it between the question and the act
    return path.read_text().strip()


def _database_url(env: Mapping[str, str], instance_dir: Path) -> str:
    url = env.get("DATABASE_URL", "") or f"sqlite:///{instance_dir / 'learnapp.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL must start with sqlite:/// or postgresql://.")
    return url


def _time_zone(env: Mapping[str, str]) -> str:
    zone = env.get("APP_TIMEZONE", "UTC")
    try:
        return ZoneInfo(zone).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise BadSetting(f"APP_TIMEZONE is {zone!r}. Write a name like Europe/London or UTC.") from None


def _log_level(env: Mapping[str, str]) -> str:
    quiet = ("warning", "debug", "info", "error")
    return _one_of(env, "LOG_LEVEL", ("info", *quiet) if env.get("APP_ENV") == "production" else quiet)


def _check_together(settings: Settings) -> Settings:
    if settings.demo and (not settings.loopback or settings.app_env == "production"):
        raise BadSetting(
            "The demo signs people in with one click, so it runs only on this machine and never in production. "
            "Start with DEMO=0, or with HOST=127.0.0.1 and without APP_ENV=production."
        )
    if not settings.https and not settings.loopback:
        raise BadSetting("HTTPS=0 works only on 127.0.0.1: cookies must not travel in the clear.")
    return settings


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read all settings; raise BadSetting with a sentence for the first that cannot work."""
    env = os.environ if env is None else env
    instance_dir = Path(env.get("INSTANCE_DIR", ROOT / "instance")).resolve()
    instance_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    host = env.get("HOST", "127.0.0.1")
    port = _number(env, "PORT", 5000, 1, 65535)
    https = _yes_no(env, "HTTPS", host not in LOOPBACK)
    fallback_keys = tuple(key for key in env.get("SECRET_KEY_FALLBACKS", "").split(",") if key)
    return _check_together(
        Settings(
            app_env=_one_of(env, "APP_ENV", ("development", "production")),
            app_name=env.get("APP_NAME", "Mendwell"),
            database_url=_database_url(env, instance_dir),
            secret_key=_secret(env, instance_dir),
            secret_key_fallbacks=fallback_keys,
            instance_dir=instance_dir,
            host=host,
            port=port,
            base_url=env.get("BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            https=https,
            demo=_yes_no(env, "DEMO", False),
            time_zone=_time_zone(env),
            emergency_number=env.get("EMERGENCY_NUMBER", ""),
            smtp_url=env.get("SMTP_URL", ""),
            mail_from=env.get("MAIL_FROM", "Mendwell <no-reply@localhost>"),
            proxies=_number(env, "TRUSTED_PROXIES", 0, 0, 5),
            keep_scores=_yes_no(env, "KEEP_SCORES", False),
            log_level=_log_level(env),
            metrics_host=env.get("METRICS_HOST", "127.0.0.1"),
            metrics_port=_number(env, "METRICS_PORT", 0, 0, 65535),
            backup_dir=Path(env.get("BACKUP_DIR") or instance_dir / "backups").resolve(),
            backup_max_age_hours=_number(env, "BACKUP_MAX_AGE_HOURS", 0, 0, 8760),
        )
    )
