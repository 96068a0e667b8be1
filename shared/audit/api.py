"""The log as everybody may check it: checkpoint, key, tiles and proofs; its entries are for auditors."""

from base64 import b64encode
from collections.abc import Callable
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection

from shared.audit.entries import entry_of
from shared.audit.notes import Verifier, verifier_of
from shared.audit.proof_files import ProofFile
from shared.audit.tiles import LEVELS, Place, bundled, place_read, there_is
from shared.edges.http import Api, answered
from shared.edges.requests import Serving, serving
from shared.errors import NotFound, NotUnderstood
from shared.sourcing import proofs, tree
from shared.sourcing.tree import WIDTH, BeyondTheLog, Signed

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
LARGEST = 2**56


def log_api(service: str) -> Api:
    """A service's log under ``/<service>/v1/log``, as C2SP tlog-tiles lays it out."""
    api = Api(service, part="log")
    _open_to_all(api)
    _for_auditors(api)
    return api


def _open_to_all(api: Api) -> None:
    service = api.service

    @api.opens("/log/key", methods=("GET",))
    def log_key() -> Response:
        """The key that checkpoints are signed with; get it by another way too before you trust it."""
        return Response(f"{key_of(serving(service))}\n", content_type=TEXT)

    @api.opens("/log/checkpoint", methods=("GET",))
    def log_checkpoint() -> Response:
        """The newest signed checkpoint, a C2SP signed note; of the empty log there is none."""
        with serving(service).running.log.reading() as tx:
            return Response(_newest(tx).note, content_type=TEXT)

    @api.opens("/log/tile/<int:level>/<path:place>", methods=("GET",))
    def log_tile(level: int, place: str) -> Response:
        """The hashes of a tile, 32 bytes each, as far as they are signed for; a full one never changes."""
        if level >= LEVELS:
            raise NotFound
        answer = _piece(serving(service), place, level, lambda tx, here: b"".join(_hashes(tx, level, here)))
        answer.headers["Cache-Control"] = FOR_EVER
        return answer

    @api.opens("/log/consistency", methods=("GET",), query=("old", "new"))
    def log_consistency() -> Response:
        """The hashes that show that the log of a newer signed size only adds to that of an older one."""
        old, new = _size("old"), _size("new")
        with serving(service).running.log.snapshot() as tx:
            if max(old, new) > _newest(tx).size:
                raise BeyondTheLog
            try:
                found = proofs.consistency(tree.nodes(tx), old, new)
            except IndexError as backward:
                raise NotUnderstood(("/new", "Not older than the other.")) from backward
        return answered({"old": old, "new": new, "hashes": [b64encode(each).decode() for each in found]})


def _for_auditors(api: Api) -> None:
    service = api.service

    @api.asks("/log/tile/entries/<path:place>")
    def log_entries(place: str) -> Response:
        """The entries that the leaves of a tile are the hashes of, each after its length in two bytes."""
        here = serving(service)
        return _piece(here, place, 0, lambda tx, which: bundled(_entries(here, tx, which)))

    @api.asks("/log/proofs/<uuid:event_id>")
    def log_proof(event_id: UUID) -> Response:
        """That an event is in the log, and where: a C2SP proof file over the first checkpoint that covers it."""
        with serving(service).running.log.snapshot() as tx:
            position = tree.position_of(tx, event_id)
            signed = tree.first_signed(tx, position + 1)
            path = tuple(proofs.inclusion(tree.nodes(tx), position, signed.size))
        return Response(str(ProofFile(position, path, signed.note)), content_type=TEXT)


def key_of(here: Serving) -> Verifier:
    """The key by which a service's checkpoints are checked: the service's own, under its log's name."""
    return verifier_of(here.running.log.origin, here.signing_key)


def _newest(tx: Connection) -> Signed:
    signed = tree.last_signed(tx)
    if signed is None:
        raise BeyondTheLog
    return signed


def _piece(here: Serving, path: str, level: int, read: Callable[[Connection, Place], bytes]) -> Response:
    """A piece of the log that was signed for; whatever reaches beyond is not there yet."""
    place = place_read(path)
    with here.running.log.snapshot() as tx:
        if not there_is(place, level, _newest(tx).size):
            raise BeyondTheLog
        piece = read(tx, place)
    return Response(piece, content_type=BYTES)


def _hashes(tx: Connection, level: int, place: Place) -> list[bytes]:
    return list(tree.tile(tx, level, place.number))[: place.width]


def _entries(here: Serving, tx: Connection, place: Place) -> list[bytes]:
    log = here.running.log
    events = log.ordered(tx, place.number * WIDTH - 1, place.width)
    return [entry_of(log.origin, each) for each in events]


def _size(name: str) -> int:
    said = request.args.get(name, "")
    if not said.isascii() or not said.isdigit() or len(said) > len(str(LARGEST)):
        raise NotUnderstood((f"/{name}", "Not a number of leaves."))
    return int(said)
