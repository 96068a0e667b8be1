"""The door: what is turned away before anybody looks at what it asks for."""

from flask import Flask, request

from shared.errors import Refused
from shared.limits import HEADER_BYTES, HEADER_FIELDS, HEADERS_BYTES, URL_BYTES

HERE = ("localhost", "127.0.0.1", "[::1]")
"""The names of the machine itself, by which it may always be called: whoever uses them is on it."""


class HostUnknown(Refused):
    """This service is not called by the name that you asked for; use its address as you were given it."""

    status = 400


class AddressTooLong(Refused):
    """Path and query are longer than 4 KiB together; ask for less at a time."""

    status = 414


class HeadersTooLarge(Refused):
    """The headers are more than 64, or one is larger than 8 KiB, or all of them than 32 KiB; send fewer."""

    status = 431


def add_to(app: Flask, hosts: tuple[str, ...]) -> None:
    """Refuse requests for any other host than these and this machine, and those that begin too large.

    What a proxy says of where a request came from (``X-Forwarded-…``, ``Forwarded``) is never looked at.
    """
    app.config["TRUSTED_HOSTS"] = [*HERE, *hosts]
    app.before_request(turn_away)


def turn_away() -> None:
    """Refuse what is too large before it is read; raises AddressTooLong or HeadersTooLarge."""
    asked = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    if len(asked.encode()) > URL_BYTES:
        raise AddressTooLong
    sizes = [len(name) + len(value) for name, value in request.headers]
    if len(sizes) > HEADER_FIELDS or max(sizes, default=0) > HEADER_BYTES or sum(sizes) > HEADERS_BYTES:
        raise HeadersTooLarge
