"""Pages travel compressed; files under /static/ were compressed when they were built."""

import gzip

import brotli
from flask import Response, request

LEAST_BYTES = 1024
GZIP_LEVEL = 4
BROTLI_LEVEL = 3  # as small as gzip at 4, for half of its time; 5 takes a tenth off, for thrice the time
BROTLI_WINDOW = 18  # 256 kB: more than any page; the default of 4 MB takes memory for every thread
KINDS = {"text/html", "text/csv", "text/javascript", "application/json", "text/plain"}


def compress(response: Response) -> Response:
    """Compress a response as its reader accepts it; streams and small answers stay as they are."""
    if response.mimetype not in KINDS or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if (response.content_length or 0) < LEAST_BYTES:
        return response
    accepted = request.accept_encodings
    if accepted["br"] > 0:  # browsers ask for it over https and on this machine
        _replace(response, "br", brotli.compress(response.get_data(), quality=BROTLI_LEVEL, lgwin=BROTLI_WINDOW))
    elif accepted["gzip"] > 0:
        _replace(response, "gzip", gzip.compress(response.get_data(), GZIP_LEVEL, mtime=0))
    return response


def _replace(response: Response, encoding: str, body: bytes) -> None:
    response.set_data(body)
    response.headers["Content-Encoding"] = encoding
