"""What is kept only for a while (docs/data-map.md says how long), and the worker's duty that deletes it."""

from datetime import datetime, timedelta

from flask import current_app

from learnapp.accounts import retention as accounts
from learnapp.kit import mail, outbox
from learnapp.kit.db import write

DONE_JOBS = timedelta(days=90)  # until then their keys keep them from happening again
LETTERS = timedelta(days=30)  # written to the folder where no mail server is set


def forget_old(now: datetime) -> int:
    """Delete ended sessions, dead set-up links, old done jobs and old letters; safe to repeat. Returns 0: no hurry."""
    with write() as session:
        accounts.forget_old(session, now)
        outbox.sweep(session, now - DONE_JOBS)
    mail.sweep_letters(now - LETTERS, current_app.config["SETTINGS"])
    return 0
