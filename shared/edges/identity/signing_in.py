"""The pages by which people sign in and out; nothing else of the services is changed by a cookie."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import uuid4

from flask import Flask, Response, request

from shared.edges.access import Caller
from shared.edges.identity.links import let_in
from shared.edges.identity.provider import PENDING_S, Provider, SignInNotFinished
from shared.edges.identity.sessions import ABSOLUTE_S
from shared.edges.identity.visiting import SEE_OTHER, SignIn, local_place
from shared.edges.pages import Pages
from shared.edges.requests import Serving, serving
from shared.errors import NotFound, NotRecognised

PENDING = "-login"
pages = Pages(Path(__file__).parent / "pages")


def add_to(app: Flask, service: str) -> None:
    """``/<service>/login``, where people come back to, links, who is signed in, and ``/<service>/logout``."""
    routes: tuple[tuple[str, str, Callable[..., Response]], ...] = (
        ("login", "GET", login),
        ("login/back", "GET", back),
        ("login/once/<link>", "GET", once),
        ("session", "GET", session),
        ("logout", "POST", logout),
    )
    for path, method, view in routes:
        endpoint = f"{service}.sign_in_{view.__name__}"
        app.add_url_rule(f"/{service}/{path}", endpoint, partial(view, service), methods=[method])


def login(service: str) -> Response:
    """Send a browser to where people sign in."""
    sign_in = _sign_in(service)
    there, pending = _provider(sign_in).begin(_place(service))
    answer = _gone_to(there)
    sign_in.keep(answer, pending, PENDING, seconds=PENDING_S)
    return answer


def back(service: str) -> Response:
    """Take somebody in who comes back from there."""
    sign_in = _sign_in(service)
    kept = request.cookies.get(sign_in.cookie(PENDING))
    if kept is None:
        raise SignInNotFinished
    caller, to = _provider(sign_in).finish(kept, request.args)
    answer = _let_in(serving(service), sign_in, caller, to)
    sign_in.keep(answer, "", PENDING, seconds=0)
    return answer


def once(service: str, link: str) -> Response:
    """Take somebody in who has a link; a look ahead by a program (HEAD) spends none."""
    sign_in, here = _sign_in(service), serving(service)
    if not sign_in.links or request.method != "GET":
        raise NotFound
    caller, until = let_in(here.signing_key, link)
    if not sign_in.sessions.spend(link, until):
        raise NotRecognised
    return _let_in(here, sign_in, caller, f"/{service}/session")


def session(service: str) -> Response:
    """Who is signed in, and a form to sign out."""
    sign_in = _sign_in(service)
    found, secret = sign_in.session(serving(service).verifier), sign_in.secret()
    if found is None or secret is None:
        return _signed_out(sign_in, None)
    token = sign_in.sessions.form_token(secret)
    return pages.rendered("signed_in.html", asks=True, service=service, role=found.caller.role.value, token=token)


def logout(service: str) -> Response:
    """End the session whose page sent the form."""
    sign_in = _sign_in(service)
    sign_in.refuse_forged(request.form.get("token", ""))
    sign_in.sessions.end(sign_in.secret() or "")
    provider = sign_in.provider
    answer = _signed_out(sign_in, provider.leave(f"{sign_in.origin()}/{service}/session") if provider else None)
    sign_in.keep(answer, "", seconds=0)
    return answer


def _signed_out(sign_in: SignIn, leave: str | None) -> Response:
    again = sign_in.provider is not None
    return pages.rendered("signed_out.html", service=sign_in.service, again=again, leave=leave)


def _sign_in(service: str) -> SignIn:
    """How people sign in here; NotFound where they do not, or where another name led the browser here."""
    sign_in = serving(service).sign_in
    if sign_in is None or not sign_in.at_home():
        raise NotFound
    return sign_in


def _provider(sign_in: SignIn) -> Provider:
    if sign_in.provider is None:
        raise NotFound
    return sign_in.provider


def _place(service: str) -> str:
    """Where to go once signed in: a place of this service's, whatever was asked for."""
    asked = request.args.get("to", "")
    local = asked.startswith(f"/{service}/") and local_place.fullmatch(asked) and "//" not in asked
    return asked if local else f"/{service}/session"


def _let_in(here: Serving, sign_in: SignIn, caller: Caller, to: str) -> Response:
    """Begin a session under a new id, in place of the browser's former; NotRecognised if the role is not given."""
    here.verifier.admitted(caller, int(time.time()), uuid4())
    if before := sign_in.secret():
        sign_in.sessions.end(before)
    answer = _gone_to(to)
    sign_in.keep(answer, sign_in.sessions.begin(caller), seconds=ABSOLUTE_S)
    return answer


def _gone_to(there: str) -> Response:
    return Response(b"", SEE_OTHER, {"Location": there})
