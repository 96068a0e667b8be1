"""A token for a programme: whose it is, in which role, for what and until when."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from shared.aggregates import Aggregate
from shared.errors import NotUnderstood, Refused
from shared.identity.commands import IssueApiToken, RevokeApiToken
from shared.identity.facts import ApiTokenIssued, ApiTokenRevoked
from shared.vocabulary.identity import ActorId
from shared.vocabulary.roles import AccessRole

LONGEST: Final = timedelta(days=366)
ACTIONS_AT_MOST: Final = 100


class ApiTokenKnown(Refused):
    """A token with this id is there already; its secret was shown once. Issue another under a new id."""


class ApiTokenIsRevoked(Refused):
    """This token has been revoked already."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """Whose token it is, in which role, and whether it still opens anything."""

    owner: ActorId | None = None
    role: AccessRole | None = None
    revoked: bool = False


def evolve(state: ApiToken, fact: ApiTokenIssued | ApiTokenRevoked) -> ApiToken:
    """Add a fact up."""
    match fact:
        case ApiTokenIssued():
            return replace(state, owner=fact.owner, role=fact.role)
        case ApiTokenRevoked():
            return replace(state, revoked=True)
    return state


api_token = Aggregate("api_token", by="token_id", about="owner", initial=ApiToken(), evolve=evolve)


@api_token.decides(creates=True)
def issue_api_token(command: IssueApiToken, state: ApiToken) -> Iterator[ApiTokenIssued]:
    """Nothing that a programme holds is for ever: it says when it ends, within a year, and what it is for."""
    if state.owner is not None:
        raise ApiTokenKnown(token_id=command.token_id)
    if not timedelta() < command.expires_at - command.issued_at <= LONGEST:
        raise NotUnderstood(("/expires_at", "An instant ahead, within a year."))
    if not 0 < len(command.actions) <= ACTIONS_AT_MOST:
        raise NotUnderstood(("/scopes", f"Between 1 and {ACTIONS_AT_MOST} actions."))
    yield ApiTokenIssued(
        token_id=command.token_id,
        owner=command.owner,
        role=command.role,
        actions=tuple(sorted(set(command.actions))),
        handle=command.handle,
        secret_hash=command.secret_hash,
        pepper=command.pepper,
        issued_at=command.issued_at,
        expires_at=command.expires_at,
        issued_by=command.actor,
    )


@api_token.decides()
def revoke_api_token(command: RevokeApiToken, state: ApiToken) -> Iterator[ApiTokenRevoked]:
    """What was revoked is not issued again; a new one has a new secret."""
    if state.revoked:
        raise ApiTokenIsRevoked(token_id=command.token_id)
    yield ApiTokenRevoked(token_id=command.token_id, revoked_by=command.actor)
