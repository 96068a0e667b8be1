"""What is called back: everything by which somebody was recognised until now, or one token."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from services.scheduling.commands import RevokeToken, RevokeTokens
from shared.aggregates import Aggregate
from shared.contracts.scheduling import TokenRevoked, TokensRevoked


@dataclass(frozen=True, slots=True)
class Holder:
    """The last instant before which everything of somebody's was called back."""

    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """Whether a token was called back."""

    revoked: bool = False


def holder_evolves(state: Holder, fact: TokensRevoked) -> Holder:
    """Add a fact up."""
    return replace(state, before=fact.before)


def token_evolves(state: Token, _fact: TokenRevoked) -> Token:
    """Add a fact up."""
    return replace(state, revoked=True)


token_holder = Aggregate("token_holder", by="holder", about="holder", initial=Holder(), evolve=holder_evolves)
token = Aggregate("token", by="token_id", about="token_id", initial=Token(), evolve=token_evolves)


@token_holder.decides(creates=True)
def revoke_tokens(command: RevokeTokens, state: Holder) -> Iterator[TokensRevoked]:
    """Whoever leaves, or loses a device, can be shut out at once; an earlier instant takes nothing back."""
    if state.before is None or command.before > state.before:
        yield TokensRevoked(holder=command.holder, before=command.before)


@token.decides(creates=True)
def revoke_token(command: RevokeToken, state: Token) -> Iterator[TokenRevoked]:
    """What was called back stays so; asking again changes nothing."""
    if not state.revoked:
        yield TokenRevoked(token_id=command.token_id)
