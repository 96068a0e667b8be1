"""Asking an issuer something: never for long, never for much, and never anywhere that it points us to."""

import time
from typing import Any

import httpx

from shared.edges import strict_json
from shared.errors import Refused, Unavailable
from shared.limits import HTTP_CONNECT_S, HTTP_S, ISSUER_BYTES


class Fetching:
    """A client for small JSON answers."""

    def __init__(self) -> None:
        """Connect to nothing yet; proxies of the environment are not used."""
        self._tls = httpx.create_ssl_context(trust_env=False)

    def get(self, url: str) -> dict[str, Any]:
        """The object at an address; Unavailable for anything else, for a redirection, and for too much or too slow."""
        return self._object(httpx.codes.OK, "GET", url)

    def post(self, url: str, form: dict[str, str], auth: tuple[str, str] | None) -> dict[str, Any]:
        """What a form is answered with; Unavailable as above, and where it is refused."""
        return self._object(httpx.codes.OK, "POST", url, data=form, auth=auth)

    def _object(self, wanted: int, method: str, url: str, **asked: Any) -> dict[str, Any]:
        try:
            raw = self._bounded(wanted, method, url, **asked)
            found = strict_json.loads(raw)
        except (httpx.HTTPError, httpx.InvalidURL, Refused) as silent:
            raise Unavailable from silent
        if not isinstance(found, dict):
            raise Unavailable
        return found

    def _bounded(self, wanted: int, method: str, url: str, **asked: Any) -> bytes:
        until, raw = time.monotonic() + HTTP_S, b""
        patience = httpx.Timeout(HTTP_S, connect=HTTP_CONNECT_S)
        with (
            # Asked so seldom that no connection is worth keeping.
            httpx.Client(verify=self._tls, timeout=patience, follow_redirects=False, trust_env=False) as client,
            client.stream(method, url, headers={"Accept": "application/json"}, **asked) as answer,
        ):
            if answer.status_code != wanted:
                raise Unavailable
            for part in answer.iter_bytes():
                raw += part
                if len(raw) > ISSUER_BYTES or time.monotonic() > until:
                    raise Unavailable
        return raw
