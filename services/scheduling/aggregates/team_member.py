"""A team member: who they are by pseudonym, what ties them to an area, and which teams they are on."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from services.scheduling.aggregates.ties import Tie, ended
from services.scheduling.commands import ChangeEmployment, DeclareInterest, RegisterTeamMember
from services.scheduling.events import (
    ConflictFound,
    ConflictMitigated,
    EmploymentChanged,
    InterestDeclared,
    TeamMemberRegistered,
)
from shared.aggregates import Aggregate
from shared.contracts.scheduling import TeamMemberAssigned, TeamMemberLeft, TeamMembersPaired
from shared.errors import Refused
from shared.messages import Sealed, Words
from shared.vocabulary.areas import council
from shared.vocabulary.bodies import ScrutinyBody
from shared.vocabulary.identity import ActorId, GssCode, InspectionId, PersonId
from shared.vocabulary.roles import VOLUNTEER_AGES, InterestKind, TeamRole, birthday, last_day_as_volunteer


class TeamMemberAlreadyRegistered(Refused):
    """This person is registered already."""


class NotOfVolunteersAge(Refused):
    """A young inspection volunteer is 18 to 26 years old on the day, and registered with a birth date."""

    status = 422


@dataclass(frozen=True, slots=True)
class Mitigation:
    """Who let somebody inspect an area, in spite of how many of their ties, and how that was made safe."""

    mitigated_by: ActorId
    mitigated_on: date
    ties: int
    reason: Words | Sealed


Teams = MappingProxyType[InspectionId, TeamRole]
Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class TeamMember:
    """What a team member's facts add up to."""

    registered: bool = False
    name: Words | Sealed | None = None
    body: ScrutinyBody | None = None
    employed_in: GssCode | None = None
    home_area: GssCode | None = None
    volunteer_until: date | None = None
    ties: tuple[Tie, ...] = ()
    teams: Teams = field(default_factory=lambda: MappingProxyType({}))
    pairs: MappingProxyType[InspectionId, PersonId] = field(default_factory=lambda: MappingProxyType({}))
    pair_days: MappingProxyType[InspectionId, Days] = field(default_factory=lambda: MappingProxyType({}))
    """The first and the last day of a pairing, where it has any."""
    conflicts: frozenset[InspectionId] = frozenset()
    mitigations: MappingProxyType[InspectionId, Mitigation] = field(default_factory=lambda: MappingProxyType({}))
    team_days: MappingProxyType[InspectionId, Days] = field(default_factory=lambda: MappingProxyType({}))
    """The first and the last day on a team, where it has any."""

    def on_team_from(self, inspection_id: InspectionId, day: date) -> bool:
        """Whether somebody is on an inspection's team on a day, or will be: one whose last day is past is over."""
        last_day = self.team_days.get(inspection_id, (None, None))[1]
        return inspection_id in self.teams and (last_day is None or last_day >= day)


def evolve(state: TeamMember, fact: Any) -> TeamMember:
    """Add a fact up."""
    match fact:
        case TeamMemberRegistered():
            names = ("name", "body", "employed_in", "home_area", "volunteer_until")
            known = {name: getattr(fact, name) for name in names}
            return replace(state, registered=True, ties=_employed(fact.employed_in), **known)
        case EmploymentChanged():
            ties = ended(state.ties, fact.from_day) + _employed(fact.employed_in)
            return replace(state, body=fact.body, employed_in=fact.employed_in, ties=ties)
        case InterestDeclared():
            return replace(state, ties=(*state.ties, Tie(fact.council, fact.kind, fact.until)))
        case TeamMembersPaired():
            return _paired(state, fact)
        case ConflictFound():
            return replace(state, conflicts=state.conflicts | {fact.inspection_id})
        case ConflictMitigated():
            done = Mitigation(fact.mitigated_by, fact.mitigated_on, len(state.ties), fact.reason)
            mitigations = MappingProxyType({**state.mitigations, fact.inspection_id: done})
            return replace(state, conflicts=state.conflicts - {fact.inspection_id}, mitigations=mitigations)
        case TeamMemberAssigned():
            return _assigned(state, fact)
        case TeamMemberLeft():
            return _left(state, fact.inspection_id)
    return state


def _employed(where: GssCode | None) -> tuple[Tie, ...]:
    return () if where is None else (Tie(where, InterestKind.EMPLOYMENT, employer=True),)


def _assigned(state: TeamMember, fact: TeamMemberAssigned) -> TeamMember:
    days = {**state.team_days, fact.inspection_id: (fact.from_day, fact.to_day)}
    teams = {**state.teams, fact.inspection_id: fact.team_role}
    return replace(state, teams=MappingProxyType(teams), team_days=MappingProxyType(days))


def _paired(state: TeamMember, fact: TeamMembersPaired) -> TeamMember:
    pairs = {**state.pairs, fact.inspection_id: fact.with_person}
    days = {**state.pair_days, fact.inspection_id: (fact.from_day, fact.to_day)}
    return replace(state, pairs=MappingProxyType(pairs), pair_days=MappingProxyType(days))


def _left(state: TeamMember, left: InspectionId) -> TeamMember:
    return replace(
        state,
        teams=MappingProxyType({each: role for each, role in state.teams.items() if each != left}),
        pairs=MappingProxyType({each: other for each, other in state.pairs.items() if each != left}),
        conflicts=state.conflicts - {left},
    )


team_member = Aggregate("team_member", by="person_id", about="person_id", initial=TeamMember(), evolve=evolve)


@team_member.decides(creates=True)
def register_team_member(command: RegisterTeamMember, state: TeamMember) -> Iterator[TeamMemberRegistered]:
    """Name and birth date are sealed under the person's own key; nobody is tied to the nation."""
    if state.registered:
        raise TeamMemberAlreadyRegistered(person_id=command.person_id)
    born_on = command.born_on
    if born_on is not None:
        _refuse_other_ages(born_on, command.today)
    yield TeamMemberRegistered(
        person_id=command.person_id,
        body=command.body,
        employed_in=council(command.employed_in) if command.employed_in is not None else None,
        home_area=council(command.home_area),
        name=command.name,
        volunteer_until=last_day_as_volunteer(born_on) if born_on is not None else None,
        born_on=Words(born_on.isoformat()) if born_on is not None else None,
    )


def _refuse_other_ages(born_on: date, today: date | None) -> None:
    """Refuse who is too young or too old today, and birth dates from which no calendar reaches so far."""
    latest_year = date.max.year - VOLUNTEER_AGES.stop
    if born_on.year > latest_year or today is None:
        raise NotOfVolunteersAge(pointer="/born_on")
    if not birthday(born_on, VOLUNTEER_AGES.start) <= today <= last_day_as_volunteer(born_on):
        raise NotOfVolunteersAge(pointer="/born_on")


@team_member.decides()
def change_employment(command: ChangeEmployment, _state: TeamMember) -> Iterator[EmploymentChanged]:
    """The employer before counts on for the years that an edition looks back; the new one counts as soon as known."""
    yield EmploymentChanged(
        person_id=command.person_id,
        body=command.body,
        employed_in=council(command.employed_in) if command.employed_in is not None else None,
        from_day=command.from_day,
    )


@team_member.decides()
def declare_interest(command: DeclareInterest, _state: TeamMember) -> Iterator[InterestDeclared]:
    """Declared is declared: an interest ends by its date only, and counts for some years after."""
    yield InterestDeclared(
        person_id=command.person_id,
        council=council(command.council),
        kind=command.kind,
        reason=command.reason,
        until=command.until,
    )
