"""The application for a WSGI server: `gunicorn wsgi:app`."""

from learnapp import create_app

app = create_app()
