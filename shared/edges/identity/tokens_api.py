"""Tokens for programmes over HTTP: issued by who may, told once, listed without their hashes, revoked."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app
from marshmallow import Schema, fields, validate

from shared.edges import requests
from shared.edges.access import Caller
from shared.edges.admitting import admitted
from shared.edges.http import Api, answered, page
from shared.edges.identity import api_tokens
from shared.edges.identity.api_tokens import ApiTokens
from shared.edges.requests import serving
from shared.edges.settings import demo
from shared.errors import NotAllowed, NotFound, NotUnderstood
from shared.identity.api_token import ACTIONS_AT_MOST, api_token
from shared.identity.commands import IssueApiToken, RevokeApiToken
from shared.identity.read_models import BETWEEN, api_tokens_of
from shared.sourcing.telling import instant
from shared.vocabulary.identity import ActionCode, ActorId, ApiTokenId
from shared.vocabulary.roles import AccessRole as Role

OVERSEERS = (Role.OPERATOR, Role.AUDITOR)


class TokenSchema(Schema):
    """What a token is for: whose, in which role (the caller's own unless said), which actions, and until when."""

    owner = fields.UUID()
    role = fields.Enum(Role, by_value=True)
    scopes = fields.List(
        fields.String(validate=validate.Length(1, 128)), required=True, validate=validate.Length(1, ACTIONS_AT_MOST)
    )
    expires_at = fields.AwareDateTime(required=True)


class NothingMoreSchema(Schema):
    """Nothing has to be said."""


def tokens_api(service: str) -> Api:
    """The routes, under the same address as the service's own."""
    api = Api(service, part="tokens")

    @api.changes("/api-tokens/<uuid:token_id>", TokenSchema)
    def issue_api_token(loaded: dict[str, Any], token_id: UUID) -> Response:
        """Let a programme act; its secret is told once and kept nowhere."""
        here, caller = serving(service), _caller()
        owner, role = ActorId(loaded.get("owner", caller.actor)), loaded.get("role", caller.role)
        _refuse(caller, owner, role, frozenset(loaded["scopes"]), real=not demo(here.running.log.origin))
        _refuse_unknown(service, loaded["scopes"])
        drawn = ApiTokens(here.running, here.signing_key).draw()
        with here.running.log.reading() as tx:
            now = instant(here.running.log.store.machine_us(tx))
        command = IssueApiToken(
            token_id=ApiTokenId(token_id),
            owner=owner,
            role=role,
            actions=tuple(map(ActionCode, loaded["scopes"])),
            handle=drawn.handle,
            secret_hash=drawn.secret_hash,
            pepper=drawn.pepper,
            issued_at=now,
            expires_at=_utc(loaded["expires_at"]),
            actor=None,
        )
        reply = here.running.handle(command, requests.cause_of(caller), key=requests.request_key(here, caller))
        return answered({**reply.body, "token": None if reply.replayed else drawn.text}, reply.version)

    @api.changes("/api-tokens/<uuid:token_id>/revocation", NothingMoreSchema)
    def revoke_api_token(_loaded: Any, token_id: UUID) -> Response:
        """Let a programme's token open nothing any more; others' look the same as none."""
        here, caller = serving(service), _caller()
        with here.running.log.reading() as tx:
            held = here.running.state_of(tx, api_token, token_id)
        if caller.role is not Role.OPERATOR and held.owner != caller.actor:
            raise NotFound
        command = RevokeApiToken(token_id=ApiTokenId(token_id), actor=None)
        reply = here.running.handle(command, requests.cause_of(caller), key=requests.request_key(here, caller))
        return answered(reply.body, reply.version)

    @api.asks("/api-tokens", listed=True, query=("cursor", "limit"))
    def list_api_tokens() -> Response:
        """The tokens for programmes: one's own, or all for who oversees them; never their hashes."""
        caller, model, cut = _caller(), api_tokens_of(service), requests.page_wanted()
        where = [] if caller.role in OVERSEERS else [model.table.c.owner == caller.actor]
        with serving(service).running.log.shown(admitted().allowed.inspections) as tx:
            rows, further = model.page(tx, where, *cut)
        return page([_shown(row) for row in rows], further)

    return api


def _caller() -> Caller:
    return admitted().caller


def _refuse(caller: Caller, owner: UUID, role: Role, actions: frozenset[str], *, real: bool) -> None:
    """People issue for themselves and in their own role, operators for other systems besides; programmes issue none."""
    own = owner == caller.actor and role is caller.role
    for_system = caller.role is Role.OPERATOR and role is Role.SYSTEM_CLIENT
    beyond = caller.scopes is not None and not actions <= caller.scopes
    if caller.issuer == api_tokens.ISSUER or role not in api_tokens.may_hold(real=real) or beyond:
        raise NotAllowed
    if not (own or for_system):
        raise NotAllowed


def _refuse_unknown(service: str, actions: list[str]) -> None:
    known = {
        f"{service}:{rule.endpoint.rpartition('.')[2]}"
        for rule in current_app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0].partition("-")[0] == service
    }
    unknown = [(f"/scopes/{n}", "No action of this service.") for n, each in enumerate(actions) if each not in known]
    if unknown:
        raise NotUnderstood(*unknown)


def _shown(row: Any) -> dict[str, Any]:
    """A token as it is listed: what it is called, whose and what for; never what it is known by."""
    return {
        "token_id": row.token_id,
        "owner": row.owner,
        "role": row.role,
        "scopes": row.actions.split(BETWEEN),
        "handle": row.handle,
        "issued_at": instant(row.issued_s * 10**6),
        "expires_at": instant(row.expires_s * 10**6),
        "revoked": row.revoked,
    }


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as beyond:
        raise NotUnderstood(("/expires_at", "An instant ahead, within a year.")) from beyond
