"""Everybody whom one service recognises: its fellow services, its own issuer, issuers elsewhere, and programmes."""

from collections.abc import Mapping, Sequence

from shared.edges.access import Verifier
from shared.edges.identity import api_tokens
from shared.edges.identity.api_tokens import ApiTokens
from shared.edges.identity.calling_back import CalledBack
from shared.edges.identity.fetching import Fetching
from shared.edges.identity.outside import Outside
from shared.edges.identity.trusted import TrustedIssuer
from shared.edges.settings import demo
from shared.sourcing.running import RunningService
from shared.vocabulary.roles import AccessRole


def verifier_of(
    running: RunningService,
    signing_key: bytes,
    keys: Mapping[str, bytes],
    granted: Mapping[str, frozenset[AccessRole]],
    trusted: Sequence[TrustedIssuer] = (),
) -> Verifier:
    """What a service believes: these issuers by their public keys, those elsewhere, and its own programmes' tokens.

    ``granted`` says which roles the first may speak of; for the others it follows from the origin of the log.
    """
    real = not demo(running.log.origin)
    outside = Outside(trusted, running.name, Fetching())
    besides = {api_tokens.ISSUER: api_tokens.may_hold(real=real)}
    return Verifier(
        keys,
        running.name,
        roles_by_issuer={**granted, **outside.grants(real=real), **besides},
        revoked=CalledBack(running),
        kinds=(ApiTokens(running, signing_key).read, outside.read),
    )
