"""A team member: who they are by pseudonym, what ties them to an area, and which teams they are on."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.scheduling.aggregates.inspection import Inspection, inspection, refuse_closed
from services.scheduling.commands import AssignToTeam, DeclareInterest, RegisterTeamMember
from services.scheduling.events import InterestDeclared, TeamMemberRegistered
from shared.aggregates import Aggregate, one
from shared.contracts.scheduling import TeamMemberAssigned
from shared.errors import NotFound, Refused
from shared.messages import Sealed, Words
from shared.vocabulary.areas import council
from shared.vocabulary.identity import GssCode, InspectionId


class TeamMemberAlreadyRegistered(Refused):
    """This person is registered already."""


class ConflictOfInterest(Refused):
    """This person is tied to the area: by home, by employer or by a declared interest."""

    recorded = True


class AlreadyOnTeam(Refused):
    """This person is on the inspection's team already."""


@dataclass(frozen=True, slots=True)
class TeamMember:
    """What a team member's facts add up to."""

    registered: bool = False
    name: Words | Sealed | None = None
    employed_in: GssCode | None = None
    home_area: GssCode | None = None
    interests: tuple[tuple[GssCode, date | None], ...] = ()
    teams: frozenset[InspectionId] = frozenset()

    def tied_to(self, councils: tuple[GssCode, ...], on: date) -> bool:
        """Whether home, employer or an interest that still runs lies in one of the councils."""
        running = {area for area, until in self.interests if until is None or until >= on}
        return bool(({self.home_area, self.employed_in} | running) & set(councils))


def evolve(state: TeamMember, fact: Any) -> TeamMember:
    """Add a fact up."""
    match fact:
        case TeamMemberRegistered():
            return replace(
                state, registered=True, name=fact.name, employed_in=fact.employed_in, home_area=fact.home_area
            )
        case InterestDeclared():
            return replace(state, interests=(*state.interests, (fact.council, fact.until)))
        case TeamMemberAssigned():
            return replace(state, teams=state.teams | {fact.inspection_id})
    return state


team_member = Aggregate("team_member", by="person_id", about="person_id", initial=TeamMember(), evolve=evolve)


@team_member.decides(creates=True)
def register_team_member(command: RegisterTeamMember, state: TeamMember) -> Iterator[TeamMemberRegistered]:
    """The name is sealed under the person's own key; the nation is no council that anybody could be tied to."""
    if state.registered:
        raise TeamMemberAlreadyRegistered(person_id=command.person_id)
    yield TeamMemberRegistered(
        person_id=command.person_id,
        body=command.body,
        employed_in=council(command.employed_in) if command.employed_in is not None else None,
        home_area=council(command.home_area),
        name=command.name,
    )


@team_member.decides()
def declare_interest(command: DeclareInterest, _state: TeamMember) -> Iterator[InterestDeclared]:
    """Declared is declared: an interest ends by its date only."""
    yield InterestDeclared(
        person_id=command.person_id, council=council(command.council), reason=command.reason, until=command.until
    )


@team_member.decides(inspected=one(inspection, lambda command, _state: command.inspection_id))
def assign_to_team(command: AssignToTeam, state: TeamMember, *, inspected: Inspection) -> Iterator[TeamMemberAssigned]:
    """Nobody inspects the area that they live in, work in or have an interest in."""
    if inspected.area is None:
        raise NotFound
    refuse_closed(inspected)
    if state.tied_to(inspected.area.councils, command.today or date.max):
        raise ConflictOfInterest(person_id=command.person_id, inspection_id=command.inspection_id)
    if command.inspection_id in state.teams:
        raise AlreadyOnTeam(person_id=command.person_id)
    yield TeamMemberAssigned(
        inspection_id=command.inspection_id, person_id=command.person_id, team_role=command.team_role
    )
