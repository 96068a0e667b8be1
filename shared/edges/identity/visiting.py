"""A browser that visits pages: by which cookie it is known, where it signs in, and what it may do by that."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from flask import Response, current_app, redirect, request
from werkzeug.exceptions import HTTPException

from shared.edges.access import Caller, Verifier
from shared.edges.identity.provider import Provider
from shared.edges.identity.sessions import Session, Sessions
from shared.errors import NotAllowed, NotRecognised

SEE_OTHER: Final = 303

loopback_host: Final = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?")
local_place: Final = re.compile(r"/[A-Za-z0-9_~-][A-Za-z0-9._~/-]{0,500}(\?[A-Za-z0-9._~%&=:+-]{0,500})?")


@dataclass(frozen=True, slots=True)
class SignIn:
    """How people sign in to the pages of one service."""

    service: str
    sessions: Sessions
    address: str | None = None
    """Where browsers reach the services; None on the machine itself, under whatever loopback address."""
    provider: Provider | None = None
    """Where they sign in."""
    links: bool = False
    """Whether links let them in too, which whoever has the machine makes."""

    @property
    def secure(self) -> bool:
        """Whether cookies are for TLS only: everywhere but on the machine itself."""
        return self.address is not None and self.address.startswith("https://")

    def cookie(self, suffix: str = "") -> str:
        """A cookie's name; the browser itself sees to it that one so named is this host's and came by TLS."""
        return f"{'__Host-' if self.secure else ''}speir-{self.service}{suffix}"

    def keep(self, answer: Response, value: str, suffix: str = "", *, seconds: int) -> None:
        """Have the browser keep a cookie that no script reads; none and 0 seconds end it."""
        answer.set_cookie(
            self.cookie(suffix), value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="Lax"
        )

    def at_home(self) -> bool:
        """Whether the browser asked for us by our own name: one that another name leads here is not answered."""
        if self.address is None:
            return loopback_host.fullmatch(request.host) is not None
        return request.host == urlsplit(self.address).netloc

    def origin(self) -> str:
        """What a browser says that our own pages are from."""
        return self.address or f"{request.scheme}://{request.host}"

    def secret(self) -> str | None:
        """What the browser's cookie holds, if it has one."""
        return request.cookies.get(self.cookie()) if self.at_home() else None

    def session(self, verifier: Verifier) -> Session | None:
        """Who is signed in in this browser: somebody whose role still holds, and whom nobody shut out since."""
        secret = self.secret()
        found = self.sessions.of(secret) if secret else None
        if found is None or secret is None or found.caller.token_id is None:
            return None
        try:
            verifier.admitted(found.caller, found.began_s, found.caller.token_id)
        except NotRecognised:
            self.sessions.end(secret)
            return None
        return found

    def refuse_forged(self, given: str) -> None:
        """Refuse a form that was not sent by a page of ours to this very session, by two independent signs."""
        secret = self.secret()
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "null")
        # A page that tells nobody where it was (no-referrer) is null to browsers, and so is one of nobody's.
        said = [site == "same-origin"] * (site is not None) + [origin == self.origin()] * (origin != "null")
        if secret is None or not said or not all(said) or not self.sessions.is_form_token(secret, given):
            raise NotAllowed


def is_page() -> bool:
    """Whether a page is asked for, rather than the API."""
    pages: Collection[str] = getattr(current_app.blueprints.get(request.blueprint or ""), "pages", ())
    return request.method in ("GET", "HEAD") and (request.endpoint or "").rpartition(".")[2] in pages


def visitor(sign_in: SignIn, verifier: Verifier) -> Session:
    """Who looks at a page; a browser in which nobody is signed in is sent to sign in, or NotRecognised."""
    found = sign_in.session(verifier)
    if found is not None:
        return found
    if sign_in.provider is None or "text/html" not in request.headers.get("Accept", ""):
        raise NotRecognised
    to = request.full_path.removesuffix("?")
    asked = f"?{urlencode({'to': to})}" if local_place.fullmatch(to) else ""
    raise HTTPException(response=redirect(f"/{sign_in.service}/login{asked}", SEE_OTHER))


def caller_of(verifier: Verifier, sign_in: SignIn | None) -> Caller:
    """Who asks: whoever the token names, or, where a page is asked for without one, whoever is signed in."""
    given = request.headers.get("Authorization")
    if given is None and sign_in is not None and is_page():
        return visitor(sign_in, verifier).caller
    return verifier.caller(given)
