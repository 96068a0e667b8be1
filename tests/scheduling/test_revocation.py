"""What is called back, given, when, then."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.scheduling.aggregates.revocation import token, token_holder
from services.scheduling.commands import RevokeToken, RevokeTokens
from shared.contracts.scheduling import TokenRevoked, TokensRevoked
from shared.testing import Given
from shared.vocabulary.identity import ActorId, TokenId

HOLDER, TOKEN = ActorId(UUID(int=3)), TokenId(UUID(int=4))
NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
shut_out = RevokeTokens(holder=HOLDER, before=NOW)
were_shut_out = TokensRevoked(holder=HOLDER, before=NOW)


def test_somebody_is_shut_out_as_often_as_it_is_needed() -> None:
    later = NOW + timedelta(seconds=1)
    Given(token_holder).when(shut_out).then(were_shut_out)
    Given(token_holder, were_shut_out).when(replace(shut_out, before=later)).then(replace(were_shut_out, before=later))


def test_an_earlier_instant_lets_nobody_in_again() -> None:
    Given(token_holder, were_shut_out).when(replace(shut_out, before=NOW - timedelta(days=1))).then()


def test_a_token_is_called_back_and_stays_so() -> None:
    Given(token).when(RevokeToken(token_id=TOKEN)).then(TokenRevoked(token_id=TOKEN))
    Given(token, TokenRevoked(token_id=TOKEN)).when(RevokeToken(token_id=TOKEN)).then()
