"""A token for a programme, given, when, then: the same decisions in every service."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.errors import NotUnderstood
from shared.identity.api_token import ApiTokenIsRevoked, ApiTokenKnown, api_token
from shared.identity.commands import IssueApiToken, RevokeApiToken
from shared.identity.facts import ApiTokenIssued, ApiTokenRevoked
from shared.testing import Given
from shared.vocabulary.identity import ActionCode, ActorId, ApiTokenId, HandleCode, KeyedHash, PepperCode
from shared.vocabulary.roles import AccessRole

TOKEN, OWNER, OPERATOR = ApiTokenId(UUID(int=7)), ActorId(UUID(int=8)), ActorId(UUID(int=9))
NOW = datetime(2026, 1, 5, 10, tzinfo=UTC)
ACTIONS = (ActionCode("evidence:SubmitReturn"), ActionCode("evidence:list_returns"))

issue = IssueApiToken(
    token_id=TOKEN,
    owner=OWNER,
    role=AccessRole.SYSTEM_CLIENT,
    actions=(ACTIONS[1], ACTIONS[0], ACTIONS[1]),
    handle=HandleCode("0123456789abcdef"),
    secret_hash=KeyedHash("ab" * 32),
    pepper=PepperCode("cd" * 8),
    issued_at=NOW,
    expires_at=NOW + timedelta(days=365),
    actor=OPERATOR,
)
issued = ApiTokenIssued(
    token_id=TOKEN,
    owner=OWNER,
    role=AccessRole.SYSTEM_CLIENT,
    actions=ACTIONS,
    handle=HandleCode("0123456789abcdef"),
    secret_hash=KeyedHash("ab" * 32),
    pepper=PepperCode("cd" * 8),
    issued_at=NOW,
    expires_at=NOW + timedelta(days=365),
    issued_by=OPERATOR,
)
revoke = RevokeApiToken(token_id=TOKEN, actor=OPERATOR)
revoked = ApiTokenRevoked(token_id=TOKEN, revoked_by=OPERATOR)


def a_token_is_issued_once_and_says_by_whom_and_for_which_actions() -> None:
    Given(api_token).when(issue).then(issued)
    for past in ((issued,), (issued, revoked)):
        refused = Given(api_token, *past).when(issue).refused(ApiTokenKnown)
        assert refused.details == {"token_id": TOKEN}


def a_token_is_revoked_once() -> None:
    Given(api_token, issued).when(revoke).then(revoked)
    Given(api_token, issued, revoked).when(revoke).refused(ApiTokenIsRevoked)


def a_token_ends_within_a_year_and_names_what_it_is_for() -> None:
    for later in (timedelta(), timedelta(seconds=-1), timedelta(days=367)):
        Given(api_token).when(replace(issue, expires_at=NOW + later)).refused(NotUnderstood)
    many = tuple(ActionCode(f"evidence:action_{n}") for n in range(101))
    for actions in ((), many):
        Given(api_token).when(replace(issue, actions=actions)).refused(NotUnderstood)
