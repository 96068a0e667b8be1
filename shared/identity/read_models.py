"""What every service knows of tokens: those for its programmes, and those that were called back."""

from functools import cache
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Connection, Row, Text, Uuid, select

from shared.contracts.scheduling import TokenRevoked, TokensRevoked
from shared.identity.facts import ApiTokenIssued, ApiTokenRevoked
from shared.sourcing.read_models import Put, ReadModel, Set, Values

BETWEEN = " "
"""What stands between actions in a column."""


@cache
def api_tokens_of(service: str) -> ReadModel:
    """A service's tokens for programmes, found by what of their text is no secret."""
    model = ReadModel(
        f"{service}_api_tokens",
        Column("token_id", Uuid, nullable=False),
        Column("owner", Uuid, nullable=False, index=True),
        Column("role", Text, nullable=False),
        Column("actions", Text, nullable=False),
        Column("handle", Text, nullable=False, index=True),
        Column("secret_hash", Text, nullable=False),
        Column("pepper", Text, nullable=False),
        Column("issued_s", BigInteger, nullable=False),
        Column("expires_s", BigInteger, nullable=False),
        Column("revoked", Boolean, nullable=False),
    )

    @model.on
    def api_token_issued(fact: ApiTokenIssued) -> Put:
        """A row a token."""
        return model.put(**_row_of(fact))

    @model.on
    def api_token_revoked(_fact: ApiTokenRevoked) -> Set:
        """It opens nothing any more."""
        return model.set(revoked=True)

    return model


def _row_of(fact: ApiTokenIssued) -> Values:
    return {
        "token_id": fact.token_id,
        "owner": fact.owner,
        "role": fact.role.value,
        "actions": BETWEEN.join(fact.actions),
        "handle": fact.handle,
        "secret_hash": fact.secret_hash,
        "pepper": fact.pepper,
        "issued_s": int(fact.issued_at.timestamp()),
        "expires_s": int(fact.expires_at.timestamp()),
        "revoked": False,
    }


def found(tx: Connection, service: str, handle: str) -> list[Row[tuple[object, ...]]]:
    """The tokens with a handle: one or none, unless somebody drew the same twice."""
    table = api_tokens_of(service).table
    return list(tx.execute(select(table).where(table.c.handle == handle)))


@cache
def revocations_of(service: str) -> ReadModel:
    """What a service heard was called back: everything of somebody's from before an instant, or one token."""
    model = ReadModel(
        f"{service}_revocations",
        Column("subject", Uuid, primary_key=True, index=True),
        Column("before_s", BigInteger),
    )

    @model.on
    def tokens_revoked(fact: TokensRevoked) -> Put:
        """A row a person: their last instant counts."""
        return model.put(subject=fact.holder, before_s=int(fact.before.timestamp()))

    @model.on
    def token_revoked(fact: TokenRevoked) -> Put:
        """A row a token."""
        return model.put(subject=fact.token_id, before_s=None)

    return model


def called_back(tx: Connection, service: str, holder: UUID, issued_s: int, token_id: UUID) -> bool:
    """Whether somebody's token, issued at that second since 1970 and with that id, was called back."""
    table = revocations_of(service).table
    asked = select(table.c.subject, table.c.before_s).where(table.c.subject.in_((holder, token_id)))
    return any(
        (row.subject == token_id) if row.before_s is None else (row.subject == holder and issued_s <= row.before_s)
        for row in tx.execute(asked)
    )
