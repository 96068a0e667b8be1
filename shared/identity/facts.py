"""Facts about tokens for programmes, recorded in the log of the service that they are for."""

from datetime import datetime

from shared.messages import event
from shared.vocabulary.identity import ActionCode, ActorId, ApiTokenId, HandleCode, KeyedHash, PepperCode
from shared.vocabulary.roles import AccessRole


@event
class ApiTokenIssued:
    """A programme may act for somebody, in one role, for a time and as far as these actions go."""

    token_id: ApiTokenId
    owner: ActorId
    role: AccessRole
    actions: tuple[ActionCode, ...]
    handle: HandleCode
    secret_hash: KeyedHash
    pepper: PepperCode
    issued_at: datetime
    expires_at: datetime
    issued_by: ActorId | None


@event
class ApiTokenRevoked:
    """A programme's token opens nothing any more."""

    token_id: ApiTokenId
    revoked_by: ActorId | None
