"""The application for a WSGI server: `gunicorn wsgi:app`."""

import gc

gc.disable()  # what is loaded at the start stays: looking for garbage in it costs an eighth of the start

from learnapp import create_app  # noqa: E402

app = create_app()
gc.enable()
