"""What everybody may look up: the vocabularies with their versions, and the editions of the methodologies."""

from hashlib import sha256

from flask import Response, request

from shared.edges.http import Api
from shared.edges.views import plain
from shared.errors import NotFound
from shared.methodologies import editions
from shared.sourcing import codec
from shared.vocabulary.catalogue import Vocabulary, vocabularies, vocabulary
from shared.vocabulary.identity import EditionKey

A_DAY = 24 * 60 * 60


def reference_api(service: str) -> Api:
    """The routes, under the address of the service that plans."""
    api = Api(service, part="reference")
    _open_vocabularies(api)
    _open_editions(api)
    return api


def _open_vocabularies(api: Api) -> None:
    @api.opens("/vocabularies", methods=("GET",))
    def list_vocabularies() -> Response:
        """The vocabularies, each with its version; another version is another content."""
        items = [_named(each) | {"entries": len(each.entries)} for each in vocabularies().values()]
        return _cached({"items": items})

    @api.opens("/vocabularies/<name>", methods=("GET",))
    def show_vocabulary(name: str) -> Response:
        """One vocabulary: every code with its label, its meaning, whether it was checked, and its source."""
        found = vocabulary(name)
        if found is None:
            raise NotFound
        return _cached(_named(found) | {"entries": plain(found.entries)})


def _open_editions(api: Api) -> None:
    @api.opens("/editions", methods=("GET",))
    def list_editions() -> Response:
        """The editions of the methodologies, by name."""
        items = [{"edition": name, "title": each.title, "form": each.form.value} for name, each in editions().items()]
        return _cached({"items": items})

    @api.opens("/editions/<name>", methods=("GET",))
    def show_edition(name: str) -> Response:
        """One edition, whole: what every inspection that follows it keeps."""
        found = editions().get(EditionKey(name))
        if found is None:
            raise NotFound
        return _cached({"name": name, **plain(found)})


def _named(one: Vocabulary) -> dict[str, str]:
    return {"name": one.name, "title": one.title, "version": one.version, "since": one.since.isoformat()}


def _cached(body: object) -> Response:
    """A JSON answer that may be kept for a day, and is asked for again by its hash."""
    text = codec.canonical(body)
    answer = Response(text, content_type="application/json")
    answer.set_etag(sha256(text).hexdigest()[:32])
    answer.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    answer.make_conditional(request)
    return answer
