"""Following a log over HTTP, as a witness does: fetch what it says of itself, and have it show that it only grew."""

import time
from base64 import b64decode

import httpx

from shared.audit.checkpoints import believed
from shared.audit.notes import Verifier
from shared.audit.witnessing import Witness
from shared.errors import Refused, Unavailable
from shared.limits import HTTP_CONNECT_S, HTTP_S, NOTE_BYTES


class AnswerUnfit(Refused):
    """What answered at the log's address is no answer of a log."""


class Followed:
    """A log at an address (``https://speir.example/evidence/v1``), whose key is known from elsewhere."""

    def __init__(self, address: str, log: Verifier, http: httpx.Client | None = None) -> None:
        """Ask at this address; without a client of the caller's own, one that follows no redirection."""
        self.log = log
        self._address = address.rstrip("/")
        waits = httpx.Timeout(HTTP_S, connect=HTTP_CONNECT_S)
        self._http = http or httpx.Client(timeout=waits, follow_redirects=False)

    def look(self, witness: Witness) -> str | None:
        """Have a witness see how far the log is; returns what it signed, or None where the log is not further.

        Raises Unavailable where nobody answers, AnswerUnfit or NoteUnfit for what is no answer, and LogDiffers.
        """
        answer = self._get("/log/checkpoint")
        if answer.status_code == httpx.codes.NOT_FOUND and witness.last(self.log) is None:
            return None
        raw = self._text(answer)
        said, _ = believed(raw, self.log)
        before = witness.last(self.log)
        if said == before:
            return None
        grown = before is not None and before.size < said.size
        proof = self._proof(before.size, said.size) if before is not None and grown else []
        return witness.saw(raw, self.log, proof, int(time.time()))

    def _proof(self, old: int, new: int) -> list[bytes]:
        answer = self._get(f"/log/consistency?old={old}&new={new}")
        self._text(answer)
        try:
            return [b64decode(each, validate=True) for each in answer.json()["hashes"]]
        except (ValueError, KeyError, TypeError) as garbled:
            raise AnswerUnfit from garbled

    def _get(self, path: str) -> httpx.Response:
        try:
            return self._http.get(f"{self._address}{path}")
        except httpx.HTTPError as silent:
            raise Unavailable from silent

    @staticmethod
    def _text(answer: httpx.Response) -> str:
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Unavailable
        if answer.status_code != httpx.codes.OK or len(answer.content) > NOTE_BYTES:
            raise AnswerUnfit(status=answer.status_code)
        try:
            return answer.content.decode()
        except UnicodeDecodeError as garbled:
            raise AnswerUnfit from garbled
