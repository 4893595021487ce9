"""The product as it is, but waiting a second for a lock instead of eight: for the short form of a drill."""

from learnapp.kit import db

db.LOCK_SECONDS = 1

from learnapp import create_app  # noqa: E402  the patience is read when the database is bound

app = create_app()
