"""Ceilings: which allowance a request is taken from, so that nobody's programme keeps the others from their work."""

from flask import current_app, request

from shared.edges.access import Caller
from shared.edges.allowances import Allowances
from shared.limits import (
    ANSWERS_AT_ONCE,
    ANSWERS_S,
    CHANGES,
    CONCERNS,
    OPENINGS,
    READS,
    SERVICE_CALLS,
    Allowance,
)
from shared.policy.table import row_of
from shared.vocabulary.roles import AccessRole

EXTENSION = "speir.allowances"
"""Where an app keeps its services' allowances; an app that has none counts nothing."""
RAISING = "RaiseConcern"


def spend(service: str, action: str, caller: Caller) -> None:
    """Take this request from its caller's allowance; raises TooManyRequests."""
    if (here := allowances(service)) is not None:
        kind, allowed = kind_of(service, action, caller)
        here.spend(kind, f"{caller.issuer}/{caller.actor}", allowed)


def spend_anonymously(service: str) -> None:
    """Take this request from the allowance of everybody without a name together; raises TooManyRequests."""
    if (here := allowances(service)) is not None:
        here.spend_together("answers", ANSWERS_AT_ONCE, ANSWERS_S)


def allowances(service: str) -> Allowances | None:
    """A service's allowances, where the app has them."""
    known: dict[str, Allowances] = current_app.extensions.get(EXTENSION, {})
    return known.get(service)


def kind_of(service: str, action: str, caller: Caller) -> tuple[str, Allowance]:
    """What kind of request this is, and how often one caller may make it."""
    if action == RAISING:
        return "concerns", CONCERNS
    if caller.role == AccessRole.SERVICE:
        return "service calls", SERVICE_CALLS
    if request.method not in ("GET", "HEAD"):
        return "changes", CHANGES
    row = row_of(service, action)
    grant = row.grants.get(caller.role) if row else None
    return ("openings", OPENINGS) if grant and grant.words else ("reads", READS)
