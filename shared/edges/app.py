"""A Flask app that serves one service, or all four in one process."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Flask, Response, request
from flask_smorest.spec import prepare_response

from shared.edges import description_page, door, headers, health, problems, requests, watch
from shared.edges.erasures import erasing_api
from shared.edges.http import Api
from shared.edges.identity import signing_in
from shared.edges.identity.tokens_api import tokens_api
from shared.edges.overseeing import oversight_api
from shared.edges.problems import PROBLEM, ProblemSchema
from shared.edges.record import record_api
from shared.edges.reference import reference_api
from shared.edges.requests import Serving
from shared.edges.subject_access import subject_api
from shared.errors import NotFound, refusals
from shared.limits import BODY_BYTES, FORM_BYTES, FORM_PARTS
from shared.sourcing import codec


class Description(flask_smorest.Api):  # type: ignore[misc]  # flask-smorest is untyped
    """The OpenAPI description of one service; its errors are problems."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: Any) -> Any:
        """Answer with a problem."""
        return problems.http_problem(error)

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            response: dict[str, Any] = {"description": status.phrase}
            if status >= HTTPStatus.BAD_REQUEST:
                response["schema"] = self.ERROR_SCHEMA
            prepare_response(response, self.spec, PROBLEM)
            self.spec.components.response(status.name, response, lazy=True)
        unforeseen = {"description": "A problem", "schema": self.ERROR_SCHEMA}
        prepare_response(unforeseen, self.spec, PROBLEM)
        self.spec.components.response("DEFAULT_ERROR", unforeseen, lazy=True)


def create_app(served: Sequence[tuple[Api, Serving]], *, hosts: tuple[str, ...] = ()) -> Flask:
    """Mount each service's routes under ``/<service>/v1`` and its description under ``/<service>``.

    ``hosts`` are the names by which whoever asks may call it, beside those of the machine itself.
    """
    app = Flask("speir", static_folder=None)
    app.url_map.merge_slashes = False  # else a doubled slash is answered by a redirection that repeats what was asked
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions["speir"] = {api.service: serving for api, serving in served}
    app.before_request(requests.begin)
    door.add_to(app, hosts)
    app.after_request(_finish)
    watch.add_to(app)
    problems.register(app)
    for api, _ in served:
        describe(app, api)
        health.add_to(app, api.service)
        description_page.add_to(app, api.service)
        signing_in.add_to(app, api.service)
    app.add_url_rule("/problems/<code>", "problem_page", _problem_page)
    return app


def parts_of(api: Api) -> list[Api]:
    """A service's own routes, and those that it has beside them as every service has."""
    alike = (record_api, oversight_api, tokens_api, erasing_api, subject_api)
    parts = [api, *(each(api.service) for each in (*alike, *api.besides))]
    return [*parts, reference_api(api.service)] if api.reference else parts


def describe(app: Flask, api: Api) -> Description:
    """Register a service's routes and serve their OpenAPI 3.1 description at ``/<service>/openapi.json``."""
    prefix = f"{api.service.upper()}_"
    app.config.update(
        {
            f"{prefix}API_TITLE": f"Speir: {api.service}",
            f"{prefix}API_VERSION": "v1",
            f"{prefix}OPENAPI_VERSION": "3.1.0",
            f"{prefix}OPENAPI_URL_PREFIX": f"/{api.service}",
            f"{prefix}OPENAPI_JSON_PATH": "openapi.json",
        }
    )
    description = Description(app, config_prefix=prefix)
    description.spec.components.security_scheme(
        "bearer",
        {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "Ed25519, one role a token"},
    )
    for part in parts_of(api):
        description.register_blueprint(part)
    problems.register(app)
    return description


def _finish(answer: Response) -> Response:
    return headers.said_by(answer, request.environ.get("speir.id", ""))


def _problem_page(code: str) -> Response:
    """What a problem type means, for whoever follows its address."""
    refusal = refusals.get(code)
    if refusal is None:
        raise NotFound
    body = {"type": f"/problems/{code}", "title": refusal.sentence(), "status": refusal.status}
    return Response(codec.canonical(body), content_type="application/json")
