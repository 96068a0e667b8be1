"""Saying no over HTTP: every refusal is an RFC 9457 problem with a stable type, and no error says anybody's words."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, cast

import structlog
from flask import Flask, Response, request
from marshmallow import INCLUDE, Schema, fields
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from shared.edges.door import AddressTooLong, HeadersTooLarge, HostUnknown
from shared.edges.requests import MediaTypeUnknown
from shared.edges.strict_json import BodyTooLarge
from shared.errors import NotFound, NotRecognised, NotUnderstood, Refused, Unavailable
from shared.limits import RETRY_AFTER_S
from shared.sourcing import codec

PROBLEM = "application/problem+json"

REFUSED = "speir.refused"
"""Where a request keeps the code of what it was refused with."""

log = structlog.get_logger()


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


class BadRequest(Refused):
    """This is not a request as HTTP has it; send it again as the API's description says."""

    status = 400


class MethodNotAllowed(Refused):
    """This address does not take this method; the Allow header names those it takes."""

    status = 405


class InternalServerError(Refused):
    """Something is wrong with the service, and it has been logged; try again with the same Idempotency-Key."""

    status = 500


framework: Final[Mapping[int, type[Refused]]] = {
    HTTPStatus.NOT_FOUND: NotFound,
    HTTPStatus.METHOD_NOT_ALLOWED: MethodNotAllowed,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: BodyTooLarge,
    HTTPStatus.REQUEST_URI_TOO_LONG: AddressTooLong,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: MediaTypeUnknown,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: HeadersTooLarge,
    HTTPStatus.UNPROCESSABLE_ENTITY: NotUnderstood,
    HTTPStatus.SERVICE_UNAVAILABLE: Unavailable,
}
"""What the framework refuses by itself, by its status, as refusals of ours: so each has a page."""


def refused(refusal: Refused) -> Response:
    """A refusal as a problem; a pointer among its details shows where in the request it lies."""
    details = dict(refusal.details)
    request.environ[REFUSED] = refusal.code()
    if (pointer := details.pop("pointer", None)) is not None:
        details["errors"] = [{"pointer": pointer, "detail": str(refusal)}]
    body = {
        "type": f"/problems/{refusal.code()}",
        "title": str(refusal),
        "status": refusal.status,
        "request_id": request.environ.get("speir.id"),
    }
    response = Response(codec.canonical({**details, **body}), refusal.status, content_type=PROBLEM)
    wait_s = details.get("retry_after_s", RETRY_AFTER_S if refusal.status == Unavailable.status else None)
    if wait_s is not None:
        response.headers["Retry-After"] = str(wait_s)
    if refusal.status == NotRecognised.status:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def http_problem(failed: HTTPException) -> Response:
    """What the framework refuses, as the refusal of ours that says the same."""
    if isinstance(failed, SecurityError):
        return refused(HostUnknown())
    if failed.response is not None:
        given = cast("Response", failed.response)
        return Response(given.get_data(), given.status_code, given.headers)
    status = failed.code or InternalServerError.status
    other = BadRequest if BadRequest.status <= status < InternalServerError.status else InternalServerError
    answer = refused(framework.get(status, other)())
    for name, value in failed.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


def asked() -> dict[str, Any]:
    """What a log line says of a request: nothing that whoever asked could have put words into."""
    rule = request.url_rule.rule if request.url_rule else None
    return {"request_id": request.environ.get("speir.id"), "method": request.method, "route": rule}


def _database_failed(failed: SQLAlchemyError) -> Response:
    log.error("database.failed", **asked(), error_type=type(failed).__name__)
    return refused(Unavailable())


def _failed(failed: Exception) -> Response:
    log.error("request.failed", **asked(), exc_info=failed)
    return refused(InternalServerError())


def register(app: Flask) -> None:
    """Answer every failure of the app's routes with a problem."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(HTTPException, http_problem)
    for kind in (DBAPIError, PoolTimeout):
        app.register_error_handler(kind, _database_failed)
    app.register_error_handler(Exception, _failed)
