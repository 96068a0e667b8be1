"""What can be asked about tokens for programmes."""

from datetime import datetime

from shared.messages import command, stamped
from shared.vocabulary.identity import ActionCode, ActorId, ApiTokenId, HandleCode, KeyedHash, PepperCode
from shared.vocabulary.roles import AccessRole


@command
class IssueApiToken:
    """Let a programme act for somebody, in one role, until an instant, as far as some actions go."""

    token_id: ApiTokenId
    owner: ActorId
    role: AccessRole
    actions: tuple[ActionCode, ...]
    handle: HandleCode
    secret_hash: KeyedHash
    pepper: PepperCode
    issued_at: datetime
    expires_at: datetime
    actor: ActorId | None = stamped()


@command
class RevokeApiToken:
    """Let a programme's token open nothing any more."""

    token_id: ApiTokenId
    actor: ActorId | None = stamped()
