"""Pages travel compressed; files under /static/ were compressed when they were built."""

import gzip

from flask import Response, request

LEAST_BYTES = 1024
LEVEL = 4  # a lesson page costs about half a millisecond and shrinks to a quarter
KINDS = {"text/html", "text/csv", "application/json", "text/plain"}


def compress(response: Response) -> Response:
    """Gzip a response whose reader accepts it; streams and small answers stay as they are."""
    if response.mimetype not in KINDS or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] <= 0 or (response.content_length or 0) < LEAST_BYTES:
        return response
    response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response
