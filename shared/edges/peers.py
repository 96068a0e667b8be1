"""Asking the other services over HTTP: their feeds, and participation's clearance."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

import httpx
import orjson

from shared.edges.access import Issuer
from shared.edges.clearance import Clearance, PublicationHeld, believed
from shared.errors import Unavailable
from shared.limits import HTTP_CONNECT_S, HTTP_S
from shared.vocabulary.roles import AccessRole

SERVICES = UUID("6c1f3f0e-6f7e-5d6e-9a55-0d6b7f0a1c11")
"""The namespace of services' own actor ids."""
HELD = 409
FAR = 2**53
"""Beyond any number: asked for what comes after it, a feed says how far it is, and nothing else."""


class Peers:
    """The other services, as one service knows them: their addresses, and its own word for who it is."""

    def __init__(
        self, service: str, addresses: dict[str, str], signing_key: bytes, service_keys: dict[str, bytes]
    ) -> None:
        """Speak for ``service`` with its own key."""
        self._addresses = addresses
        self._issuer = Issuer(service, signing_key)
        self._actor = uuid5(SERVICES, service)
        self._keys = service_keys
        self._http = httpx.Client(timeout=httpx.Timeout(HTTP_S, connect=HTTP_CONNECT_S), follow_redirects=False)

    def feed(self, producer: str, partition: int, after: int) -> Sequence[bytes]:
        """A page of the producer's feed; raises Unavailable where it does not answer as it should."""
        return [orjson.dumps(each) for each in self._feed(producer, partition, after)["items"]]

    def _feed(self, producer: str, partition: int, after: int) -> dict[str, list[Any]]:
        answer = self._get(producer, f"/{producer}/v1/feed", {"partition": partition, "after": after})
        if answer.status_code != httpx.codes.OK:
            raise Unavailable
        try:
            said = orjson.loads(answer.content)
            if all(type(each) is int for each in said["numbers"]):
                return {name: list(said[name]) for name in ("items", "numbers")}
        except (ValueError, KeyError, TypeError) as garbled:
            raise Unavailable from garbled
        raise Unavailable

    def numbers(self, producer: str) -> Sequence[int]:
        """The last number that the producer gave in each partition; raises Unavailable as ``feed`` does."""
        return self._feed(producer, 0, FAR)["numbers"]

    def clearance(self, inspection_id: UUID) -> Clearance:
        """Participation's clearance; raises PublicationHeld, or Unavailable where it does not answer."""
        answer = self._get("participation", f"/participation/v1/inspections/{inspection_id}/clearance", {})
        if answer.status_code == HELD:
            raise PublicationHeld
        if answer.status_code != httpx.codes.OK:
            raise Unavailable
        return believed(answer.json(), inspection_id, self._keys["participation"])

    def _get(self, service: str, path: str, query: dict[str, int]) -> httpx.Response:
        token = self._issuer.mint(self._actor, AccessRole.SERVICE, service, 60)
        headers = {"Authorization": f"Bearer {token}"}
        try:
            return self._http.get(self._addresses[service] + path, params=query, headers=headers)
        except (httpx.HTTPError, KeyError) as silent:
            raise Unavailable from silent
