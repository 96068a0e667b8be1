"""Everybody whom one service recognises: its fellow services, its own issuer, issuers elsewhere, and programmes."""

from collections.abc import Mapping, Sequence

from shared.edges.access import Verifier
from shared.edges.identity import api_tokens
from shared.edges.identity.api_tokens import ApiTokens
from shared.edges.identity.calling_back import CalledBack
from shared.edges.identity.fetching import Fetching
from shared.edges.identity.outside import Outside
from shared.edges.identity.provider import Provider
from shared.edges.identity.sessions import Sessions
from shared.edges.identity.trusted import TrustedIssuer
from shared.edges.identity.visiting import SignIn
from shared.edges.requests import Serving
from shared.edges.settings import demo
from shared.sourcing.running import RunningService
from shared.vocabulary.roles import AccessRole


def served(
    running: RunningService,
    signing_key: bytes,
    keys: Mapping[str, bytes],
    granted: Mapping[str, frozenset[AccessRole]],
    *,
    trusted: Sequence[TrustedIssuer] = (),
    address: str | None = None,
) -> Serving:
    """A service that recognises these issuers by their public keys, those elsewhere, and its own programmes' tokens.

    ``granted`` says which roles the first may speak of; for the others it follows from the origin of the log. People
    sign in to pages at the one issuer elsewhere that knows the services as its client and sends them back to
    ``address``.
    """
    real = not demo(running.log.origin)
    fetching = Fetching()
    outside = Outside(trusted, running.name, fetching)
    besides = {api_tokens.ISSUER: api_tokens.may_hold(real=real)}
    verifier = Verifier(
        keys,
        running.name,
        roles_by_issuer={**granted, **outside.grants(real=real), **besides},
        revoked=CalledBack(running),
        kinds=(ApiTokens(running, signing_key).read, outside.read),
    )
    back = f"{address}/{running.name}/login/back"
    providers = (Provider(each, outside, fetching, back, signing_key) for each in trusted if each.client_id)
    provider = next(providers, None)
    if provider is None:
        return Serving(running, verifier, signing_key)
    sign_in = SignIn(running.name, Sessions(running.log, signing_key), address, provider)
    return Serving(running, verifier, signing_key, sign_in)


def served_here(
    running: RunningService,
    signing_key: bytes,
    keys: Mapping[str, bytes],
    granted: Mapping[str, frozenset[AccessRole]],
) -> Serving:
    """The same on the very machine of whoever starts it: people sign in to pages by links that let in once."""
    alone = served(running, signing_key, keys, granted)
    sign_in = SignIn(running.name, Sessions(running.log, signing_key), links=True)
    return Serving(running, alone.verifier, signing_key, sign_in)
