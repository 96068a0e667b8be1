"""Saying no over HTTP: every refusal is an RFC 9457 problem with a stable type, and no error says anybody's words."""

import logging
from typing import Any, cast

from flask import Flask, Response, request
from marshmallow import INCLUDE, Schema, fields
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from shared.edges.strict_json import BodyTooLarge
from shared.errors import NotRecognised, Refused, Unavailable
from shared.sourcing import codec

PROBLEM = "application/problem+json"
RETRY_AFTER_S = 2

log = logging.getLogger(__name__)


class PointerSchema(Schema):
    """Where in the request something is not right, as a JSON pointer, and what."""

    pointer = fields.String(required=True)
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """RFC 9457 problem details; a type may have members of its own."""

    class Meta:
        """A refusal's details, such as a count or an id, stand beside these."""

        unknown = INCLUDE

    type = fields.String(required=True, metadata={"description": "stable; /problems/<code> explains it"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    request_id = fields.UUID()
    errors = fields.List(fields.Nested(PointerSchema))
    version = fields.Integer(metadata={"description": "the current version, where the one sent is stale"})


def problem(status: int, code: str, title: str, details: dict[str, Any] | None = None) -> Response:
    """A problem of a code; details are ids, codes, dates and counts."""
    body = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "request_id": request.environ.get("speir.id"),
    }
    response = Response(codec.canonical({**(details or {}), **body}), status, content_type=PROBLEM)
    if status == Unavailable.status:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    if status == NotRecognised.status:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def refused(refusal: Refused) -> Response:
    """A refusal as a problem; a pointer among its details shows where in the request it lies."""
    details = dict(refusal.details)
    if (pointer := details.pop("pointer", None)) is not None:
        details["errors"] = [{"pointer": pointer, "detail": str(refusal)}]
    return problem(refusal.status, refusal.code(), str(refusal), details)


def http_problem(failed: HTTPException) -> Response:
    """What the framework refuses, as a problem whose code is the status's name."""
    if failed.response is not None:
        given = cast("Response", failed.response)
        return Response(given.get_data(), given.status_code, given.headers)
    if isinstance(failed, RequestEntityTooLarge):
        return refused(BodyTooLarge())
    status = failed.code or 500
    code = failed.name.lower().replace(" ", "-")
    answer = problem(status, code, failed.name)
    for name, value in failed.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def _database_failed(failed: SQLAlchemyError) -> Response:
    log.error("database failed: %s", type(failed).__name__)
    return refused(Unavailable())


def _failed(failed: Exception) -> Response:
    log.error("request failed: %s", type(failed).__name__, exc_info=failed)
    return problem(500, "internal-server-error", "Something is wrong with the service; it has been logged.")


def register(app: Flask) -> None:
    """Answer every failure of the app's routes with a problem."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, http_problem)
    for kind in (DBAPIError, PoolTimeout):
        app.register_error_handler(kind, _database_failed)
    app.register_error_handler(Exception, _failed)
