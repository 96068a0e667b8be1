"""May they? One pure function answers for every route, list, page and export: allowed how far, or refused and why."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.policy.standing import NOWHERE, Standing, inspections_of
from shared.policy.table import Obligation, Reach, Row, purposes_of
from shared.vocabulary.roles import AccessRole, Purpose


class Reason(StrEnum):
    """Why somebody is refused."""

    NO_SUCH_ACTION = "no-such-action"
    ROLE = "role"
    SCOPE = "scope"
    PURPOSE = "purpose"
    ASSIGNMENT = "assignment"
    PAIRING = "pairing"
    SOMEBODY_ELSE = "somebody-else"


BREAKABLE: Final = frozenset({Reason.ASSIGNMENT, Reason.PAIRING})
"""What stands in somebody's way like glass: their role may, and only where they are assigned is in question."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: in which role, within which scopes of their token (None: all of the role's), and where they stand."""

    actor: UUID
    role: AccessRole
    scopes: frozenset[str] | None = None
    standing: Standing = field(default_factory=lambda: NOWHERE)


@dataclass(frozen=True, slots=True)
class Resource:
    """What is asked about: every inspection and person that the request names in any place, or that it leads to."""

    inspections: frozenset[UUID] = frozenset()
    persons: frozenset[UUID] = frozenset()
    through: frozenset[UUID] = frozenset()
    """The inspections on whose teams those persons are: one that is in reach is enough, where none is named."""
    partly: bool = False
    """Whether naming nothing is not yet asking for too much: of a list everybody sees their part."""


@dataclass(frozen=True, slots=True)
class Allow:
    """Allowed: for which purpose, whether words are opened, what of a list is seen (None: all), and what it asks."""

    purpose: Purpose
    words: bool
    inspections: frozenset[UUID] | None
    persons: frozenset[UUID] | None
    obligations: frozenset[Obligation]
    through_glass: bool = False
    """Whether it is allowed only because they broke the glass before exactly this."""


@dataclass(frozen=True, slots=True)
class Deny:
    """Refused."""

    reason: Reason


def decide(
    principal: Principal,
    action: Row | None,
    resource: Resource,
    purpose: Purpose | None,
    today: date,
    *,
    glass: bool = False,
) -> Allow | Deny:
    """Say whether somebody may do this, on this day, for this purpose; whatever is not written down is refused.

    A purpose has to be stated where words are opened; elsewhere the first one counts that role and action share.
    ``glass`` says that they broke the glass before exactly this: then it does not count where they are assigned.
    """
    if action is None:
        return Deny(Reason.NO_SUCH_ACTION)
    grant = action.grants.get(principal.role)
    if grant is None:
        return Deny(Reason.ROLE)
    if principal.scopes is not None and action.action not in principal.scopes:
        return Deny(Reason.SCOPE)
    shared = [each for each in purposes_of(principal.role) if each in action.purposes]
    meant = purpose or (shared[0] if shared and not grant.words else None)
    if meant not in shared or meant is None:
        return Deny(Reason.PURPOSE)
    seen, themselves = _seen(principal, grant.reach, today), frozenset({principal.actor})
    if (refused := _beyond(principal, grant.reach, resource, seen, today)) is not None:
        if not glass or refused not in BREAKABLE:
            return Deny(refused)
        return Allow(meant, grant.words, resource.inspections, None, grant.obligations, through_glass=True)
    return Allow(meant, grant.words, seen, themselves if grant.reach is Reach.SELF else None, grant.obligations)


def _seen(principal: Principal, reach: Reach, today: date) -> frozenset[UUID] | None:
    """The inspections that a right reaches to; None where it reaches to all."""
    if reach in (Reach.OWN, Reach.PAIRED):
        return inspections_of(principal.role, principal.standing, today, paired=reach is Reach.PAIRED)
    return None


def _beyond(
    principal: Principal, reach: Reach, resource: Resource, seen: frozenset[UUID] | None, today: date
) -> Reason | None:
    """Why a resource is beyond somebody's reach; None where it is not."""
    if reach is Reach.SELF:
        named = resource.persons or (frozenset({principal.actor}) if resource.partly else frozenset())
        return None if named == {principal.actor} else Reason.SOMEBODY_ELSE
    if seen is None or _within(resource, seen):
        return None
    assigned = inspections_of(principal.role, principal.standing, today)
    return Reason.PAIRING if reach is Reach.PAIRED and _within(resource, assigned) else Reason.ASSIGNMENT


def _within(resource: Resource, seen: frozenset[UUID]) -> bool:
    """Whether all that is named is in reach, or at least one way to it where only persons are."""
    if resource.inspections:
        return resource.inspections <= seen
    return resource.partly or not resource.through.isdisjoint(seen)
