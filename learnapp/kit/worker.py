"""One round of the worker: mail that is due, then windows of rate limits that are over; and duties with a pace."""

import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask, current_app

from . import limits, logs, mail, outbox

BATCH = 10
LEASE_SECONDS = 600  # longer than a whole batch may take with a mail server that answers slowly


def work_once(app: Flask, now: datetime) -> int:
    """Deliver the mail that is due; return how many rows were worked on (0: nothing to do, sleep)."""
    settings = app.config["SETTINGS"]
    with app.app_context():
        jobs = outbox.lease([mail.KIND], now, BATCH, LEASE_SECONDS)
        for job in jobs:
            try:
                mail.deliver(job.key, job.payload, settings)
            except (OSError, ValueError, smtplib.SMTPException) as error:
                logs.warn("mail_not_delivered", error=type(error).__name__)
                outbox.failed(job, type(error).__name__, now)
            else:
                outbox.done(job, now)
        if not jobs:
            limits.sweep(now)
    return len(jobs)


def unless_idle(name: str, every: timedelta, duty: Callable[[datetime], int], now: datetime) -> int:
    """Do a duty, but after a turn in which nothing could be done not again for so long; return how much was done."""
    idle: dict[str, datetime] = current_app.extensions.setdefault("idle_duties", {})
    if name in idle and idle[name] <= now < idle[name] + every:
        return 0
    done = duty(now)
    if done:
        idle.pop(name, None)
    else:
        idle[name] = now
    return done


def now_and_then(name: str, every: timedelta, duty: Callable[[datetime], int], now: datetime) -> int:
    """Do a duty at the worker's start and then at most once in so much time; return how much there was to do."""
    done: dict[str, datetime] = current_app.extensions.setdefault("done_now_and_then", {})
    if name in done and done[name] <= now < done[name] + every:
        return 0
    done[name] = now
    return duty(now)
