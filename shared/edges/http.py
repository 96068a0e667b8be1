"""The HTTP edge: a route is a command or a question, and says which roles may use it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_smorest import Blueprint
from marshmallow import Schema

from shared.aggregates import Aggregate
from shared.edges import disclosing, requests, strict_json
from shared.edges.access import Caller
from shared.edges.admitting import Gate, admitted, seen_of
from shared.edges.answers import AnswerSchema, PageSchema, ReplySchema, ShownSchema
from shared.edges.asking_purpose import asked_first
from shared.edges.problems import ProblemSchema
from shared.edges.requests import Serving, StrictParser, serving
from shared.edges.through_glass import HEADER
from shared.edges.views import plain
from shared.errors import NotFound, NotUnderstood
from shared.schemas import schema_of
from shared.sourcing import codec
from shared.sourcing.idempotency import RequestKey
from shared.sourcing.read_models import ReadModel
from shared.sourcing.running import RunningService

View = Callable[..., Any]
Prepare = Callable[[Serving, dict[str, Any], Caller], dict[str, Any]]
"""Adds members that the edge itself finds out (a signed clearance) to a command before it is handled."""

YES_OR_NO = {"true": True, "false": False}


class Api(Blueprint):  # type: ignore[misc]  # flask-smorest is untyped
    """A service's routes: ``accepts`` a command, ``lists`` a read model, ``shows`` a stream, ``asks`` anything else."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(
        self, service: str, part: str = "", *, reference: bool = False, besides: Sequence[Callable[[str], "Api"]] = ()
    ) -> None:
        """Routes under ``/<service>/v1``; a part groups some of them; ``reference`` serves the vocabularies too.

        ``besides`` make further parts of the service, mounted with it.
        """
        name = f"{service}-{part}" if part else service
        super().__init__(name, name, url_prefix=f"/{service}/v1", description=f"{name.replace('-', ': ')}")
        self.service = service
        self.reference = reference
        self.besides = tuple(besides)
        self.commands: dict[str, type] = {}
        self.gates: dict[str, Gate] = {}
        """What stands before an endpoint; one that is not here is open to all."""
        self.pages: set[str] = set()
        """The endpoints that are pages: a browser in which somebody is signed in may look at them."""

    def accepts(
        self,
        command_type: type,
        rule: str,
        *,
        prepare: Prepare | None = None,
        without: tuple[str, ...] = (),
        action: str | None = None,
        then: Callable[[Any], None] | None = None,
    ) -> None:
        """``POST rule`` loads the command from path and body and hands it to the service.

        ``prepare`` fills the members that ``without`` keeps out of the body. ``action`` is what the policy knows it by,
        its own name unless said. ``then`` is called once it is done.
        """
        in_path = frozenset(part.strip("<>").split(":")[-1] for part in rule.split("/") if part.startswith("<"))
        schema = schema_of(command_type, in_path | frozenset(without))
        needs_body = any(field.required for field in schema().fields.values())
        gate = Gate(self.service, action or command_type.__name__, command_type)

        def view(loaded: Any, **path: UUID) -> Response:
            here, caller = serving(self.service), admitted().caller
            members = (
                loaded if isinstance(loaded, dict) else {n: getattr(loaded, n) for n in loaded.__dataclass_fields__}
            ) | path
            gate.admit_further(members)
            key = requests.request_key(here, caller)
            if prepare is not None:
                members = prepare(here, members, caller)
            return _replied(here, caller, command_type(**members), key, then)

        view.__doc__ = command_type.__doc__
        view = self.response(201, ReplySchema)(self.arguments(schema, required=needs_body)(view))
        self.commands[command_type.__name__] = command_type
        self._route("POST", rule, command_type.__name__, view, gate, changes=True)

    def reads(self, command_type: type, rule: str, *, kinds: Iterable[str]) -> Callable[[View], View]:
        """``POST rule`` for a file of one of these content types; the decorated function makes the command of it."""

        def register(read: View) -> View:
            def view(**path: UUID) -> Response:
                here, caller = serving(self.service), admitted().caller
                key = requests.request_key(here, caller)
                return _replied(here, caller, read(here, caller, **path), key)

            view.__doc__ = command_type.__doc__
            file = {"schema": {"type": "string", "format": "binary"}}
            described = self.doc(requestBody={"required": True, "content": dict.fromkeys(kinds, file)})(view)
            self.commands[command_type.__name__] = command_type
            answering = self.response(201, ReplySchema)(described)
            gate = Gate(self.service, command_type.__name__, command_type)
            self._route("POST", rule, command_type.__name__, answering, gate, changes=True)
            return read

        return register

    def lists(
        self, rule: str, model: ReadModel, *, filters: tuple[str, ...] = (), of: Aggregate[Any] | None = None
    ) -> None:
        """``GET rule`` pages through what the caller may see of a read model.

        ``filters`` are columns that the query may name; ``of`` is the aggregate that an id in the path belongs to.
        """

        def view(**path: UUID) -> Response:
            running = serving(self.service).running
            cut = requests.page_wanted()
            wanted = {name: request.args[name] for name in filters if name in request.args} | path
            return listed(running, model, [*filtered(model, wanted), *(seen_of(model) if of is None else ())], cut)

        view.__doc__ = f"The {model.name.replace('_', ' ')}, a page at a time."
        query = ("cursor", "limit", *filters)
        gate = Gate(self.service, f"list_{model.name}", of, listed=of is None)
        self._route("GET", rule, gate.action, view, gate, query=query, answer=PageSchema)

    def shows(self, rule: str, aggregate: Aggregate[Any], *, shape: Callable[[Any], Any] | None = None) -> None:
        """``GET rule`` folds a stream, now or ``?as_of=``; its words are opened for whom the policy opens them."""

        def view(**path: UUID) -> Response:
            here = serving(self.service)
            name = aggregate.stream_of(path[aggregate.by])
            with here.running.log.reading() as tx:
                up_to = requests.version_wanted(here.running.log, tx, name)
                history, version = here.running.log.facts(tx, name, up_to)
            if not version:
                raise NotFound
            state = aggregate.state(history)
            members = disclosing.shown(here, shape(state) if shape else state)
            return answered({**path, **members, "version": version}, version)

        view.__doc__ = f"One {aggregate.name.replace('_', ' ')}, folded from its stream."
        gate = Gate(self.service, f"show_{aggregate.name}", aggregate, shows=True)
        self._route("GET", rule, gate.action, view, gate, query=("as_of",), answer=ShownSchema)

    def asks(
        self,
        rule: str,
        *,
        of: Aggregate[Any] | None = None,
        listed: bool = False,
        query: tuple[str, ...] = (),
        html: bool = False,
    ) -> Callable[[View], View]:
        """``GET rule`` answers with what the decorated function returns.

        ``of`` is the aggregate that an id in the path belongs to; ``listed`` says that the function itself shows no
        more than the caller may see of what it lists.
        """

        def register(view: View) -> View:
            answer = None if html else AnswerSchema
            if html:
                self.pages.add(view.__name__)
            gate = Gate(self.service, view.__name__, of, listed=listed)
            self._route("GET", rule, view.__name__, view, gate, query=query, answer=answer)
            return view

        return register

    def changes(self, rule: str, schema: type[Schema], *, of: Aggregate[Any] | None = None) -> Callable[[View], View]:
        """``POST rule`` for the rare change that is not a command; the function gets the loaded body."""

        def register(view: View) -> View:
            described = self.arguments(schema)(view)
            self._route(
                "POST", rule, view.__name__, described, Gate(self.service, view.__name__, of), answer=AnswerSchema
            )
            return view

        return register

    def opens(
        self,
        rule: str,
        *,
        methods: tuple[str, ...] = ("POST",),
        query: tuple[str, ...] = (),
        answer: type[Schema] | None = None,
    ) -> Callable[[View], View]:
        """A route that anybody may use, without a token."""

        def register(view: View) -> View:
            for method in methods:
                self._route(method, rule, view.__name__, view, None, query=query, answer=answer)
            return view

        return register

    def _route(  # noqa: PLR0913 - what a route is
        self,
        method: str,
        rule: str,
        endpoint: str,
        view: View,
        gate: Gate | None,
        *,
        changes: bool = False,
        query: tuple[str, ...] = (),
        answer: type[Schema] | None = None,
    ) -> None:
        if gate is not None:
            self.gates[endpoint] = gate
            view = guarded(view, gate, page=endpoint in self.pages)
        headers = [("Idempotency-Key", True), ("If-Match", False)] if changes else []
        headers += [(HEADER, False)] if gate is not None and gate.shows else []
        parameters = [_parameter("header", name, required=required) for name, required in headers]
        parameters += [_parameter("query", name, required=False) for name in query]
        described: dict[str, Any] = {"parameters": parameters}
        if gate is not None:
            described |= {"security": [{"bearer": []}], "x-roles": gate.roles}
        if answer is not None:
            view = self.alt_response(200, schema=answer, content_type="application/json")(view)
        elif method == "GET":
            described["responses"] = {200: {"description": "OK"}}
        for status in (400, 401, 403, 404, 409, 412, 413, 414, 415, 422, 429, 431, 503):
            view = self.alt_response(status, schema=ProblemSchema, content_type="application/problem+json")(view)
        self.route(rule, endpoint=endpoint, methods=[method])(self.doc(**described)(view))


def guarded(view: View, gate: Gate, *, page: bool = False) -> View:
    """The view behind its gate; before a page that shows words stands the question what for."""

    @wraps(view)
    def let_in(*args: Any, **kwargs: Any) -> Any:
        if page and (asking := asked_first(gate)) is not None:
            return asking
        gate.admit(kwargs)
        return view(*args, **kwargs)

    return let_in


def _replied(
    here: Serving, caller: Caller, command: Any, key: RequestKey, then: Callable[[Any], None] | None = None
) -> Response:
    reply = here.running.handle(command, requests.cause_of(caller), expected=requests.version_seen(), key=key)
    if then is not None and not reply.replayed:
        then(command)
    answer = Response(codec.canonical(reply.body), 201, content_type="application/json")
    answer.headers["ETag"] = f'"{reply.version}"'
    if reply.replayed:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _parameter(where: str, name: str, *, required: bool) -> dict[str, Any]:
    return {"in": where, "name": name, "required": required, "schema": {"type": "string"}}


def filtered(model: ReadModel, wanted: Mapping[str, Any]) -> list[Any]:
    """What narrows a list to the values that were asked for; raises NotUnderstood for one that is of no such kind."""
    return [model.table.c[name] == _filter(model, name, value) for name, value in wanted.items()]


def _filter(model: ReadModel, name: str, value: Any) -> Any:
    kind = model.table.c[name].type.python_type
    if isinstance(value, str) and strict_json.flaw_in_text(value):
        raise NotUnderstood((name, "Not a text."))
    try:
        read = YES_OR_NO.__getitem__ if kind is bool else codec.converter(kind) or kind
        return value if isinstance(value, kind) else read(value)
    except (LookupError, ValueError, TypeError) as unfit:
        raise NotUnderstood((name, "Not a value of this kind.")) from unfit


def answered(body: Mapping[str, Any], version: int | None = None) -> Response:
    """A JSON answer, with the version as its ETag."""
    answer = Response(codec.canonical(body), 200, content_type="application/json")
    if version is not None:
        answer.headers["ETag"] = f'"{version}"'
    return answer


def listed(
    running: RunningService,
    model: ReadModel,
    where: Sequence[Any],
    cut: tuple[str | None, int],
    without: tuple[str, ...] = (),
) -> Response:
    """A page of rows, but for their streams' names and these columns; ``cut`` is what ``page_wanted`` gives.

    Read within the second fence, as far as this request's caller is let in.
    """
    with running.log.shown(admitted().allowed.inspections) as tx:
        rows, further = model.page(tx, where, *cut)
    unseen = {"stream", *without}
    return page([{n: v for n, v in row._mapping.items() if n not in unseen} for row in rows], further)  # noqa: SLF001 - SQLAlchemy's public name


def page(items: list[dict[str, Any]], further: str | None) -> Response:
    """A page of items, with a Link to the next."""
    answer = answered({"items": [plain(each) for each in items], "next": further})
    if further is not None:
        wanted = {**request.args, "cursor": further}
        link = url_for(str(request.endpoint), **(request.view_args or {}), **wanted)  # type: ignore[arg-type]  # its other keywords are the rule's
        answer.headers["Link"] = f'<{link}>; rel="next"'
    return answer
