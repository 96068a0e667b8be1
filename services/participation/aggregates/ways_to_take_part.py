"""An inspection's ways to take part: offered when it opens, used once its signposting is confirmed, closed with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from services.participation.commands import (
    AllowClearance,
    CloseWays,
    ConfirmSignposting,
    ListSurvey,
    OfferWaysToTakePart,
    WithholdClearance,
)
from services.participation.events import (
    ClearanceAllowed,
    ClearanceWithheld,
    SignpostingConfirmed,
    SurveyListed,
    VolunteeringAskedFor,
    VolunteeringTakenUp,
    WaysToTakePartClosed,
)
from shared.aggregates import Aggregate
from shared.contracts.participation import WaysToTakePartOffered
from shared.errors import NotFound, Refused
from shared.messages import Sealed, Words
from shared.vocabulary.areas import Area
from shared.vocabulary.identity import ActorId, PersonId, SurveyId
from shared.vocabulary.participation import ParticipationChannel, ParticipationMode


class WaysAreClosed(Refused):
    """The inspection has ended: nobody is asked any more."""


class SignpostingUnconfirmed(Refused):
    """Nobody is asked before the area's protection numbers were checked; confirm its signposting first."""


class NoNumberChecked(Refused):
    """Signposting is confirmed with at least one number for each council of the area."""

    status = 422


class ClearanceAlreadyWithheld(Refused):
    """Clearance is withheld already."""

    recorded = True


class ClearanceNotWithheld(Refused):
    """Clearance is not withheld."""

    recorded = True


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Somebody who would like to become a young inspection volunteer, and who deals with it."""

    eligible_until: date
    reached_by: Words | Sealed
    dealt_with_by: ActorId | None = None
    taken_up_on: date | None = None


@dataclass(frozen=True, slots=True)
class WaysToTakePart:
    """What the facts about an inspection's ways add up to."""

    area: Area | None = None
    modes: tuple[ParticipationMode, ...] = ()
    channels: tuple[ParticipationChannel, ...] = ()
    volunteer_on_request: bool = False
    supporter_welcome: bool = False
    signposting_confirmed_on: date | None = None
    numbers: int = 0
    surveys: frozenset[SurveyId] = frozenset()
    volunteers: MappingProxyType[PersonId, Volunteer] = field(default_factory=lambda: MappingProxyType({}))
    closed_on: date | None = None
    withheld: bool = False


def evolve(state: WaysToTakePart, fact: Any) -> WaysToTakePart:
    """Add a fact up."""
    match fact:
        case WaysToTakePartOffered():
            return replace(
                state,
                area=fact.area,
                modes=fact.modes,
                channels=fact.channels,
                volunteer_on_request=fact.volunteer_on_request,
                supporter_welcome=fact.supporter_welcome,
            )
        case SignpostingConfirmed():
            return replace(state, signposting_confirmed_on=fact.confirmed_on, numbers=fact.numbers)
        case SurveyListed():
            return replace(state, surveys=state.surveys | {fact.survey_id})
        case VolunteeringAskedFor():
            return _volunteer(state, fact.volunteer_id, Volunteer(fact.eligible_until, fact.reached_by))
        case VolunteeringTakenUp():
            asked = state.volunteers[fact.volunteer_id]
            taken_up = replace(asked, dealt_with_by=fact.dealt_with_by, taken_up_on=fact.taken_up_on)
            return _volunteer(state, fact.volunteer_id, taken_up)
        case WaysToTakePartClosed():
            return replace(state, closed_on=fact.closed_on)
        case ClearanceWithheld():
            return replace(state, withheld=True)
        case ClearanceAllowed():
            return replace(state, withheld=False)
    return state


def _volunteer(state: WaysToTakePart, volunteer_id: PersonId, volunteer: Volunteer) -> WaysToTakePart:
    return replace(state, volunteers=MappingProxyType({**state.volunteers, volunteer_id: volunteer}))


ways_to_take_part = Aggregate(
    "ways_to_take_part", by="inspection_id", about="inspection_id", initial=WaysToTakePart(), evolve=evolve
)


def refuse_unready(ways: WaysToTakePart) -> None:
    """Somebody is asked only where ways are offered, still open, and whoever is asked can be told whom to call."""
    if ways.area is None:
        raise NotFound
    if ways.closed_on is not None:
        raise WaysAreClosed
    if ways.signposting_confirmed_on is None:
        raise SignpostingUnconfirmed


@ways_to_take_part.decides(creates=True)
def offer_ways_to_take_part(command: OfferWaysToTakePart, state: WaysToTakePart) -> Iterator[WaysToTakePartOffered]:
    """They are offered once; offering them again changes nothing."""
    if state.area is None:
        yield WaysToTakePartOffered(
            inspection_id=command.inspection_id,
            area=command.area,
            modes=command.modes,
            channels=command.channels,
            volunteer_on_request=command.volunteer_on_request,
            supporter_welcome=command.supporter_welcome,
        )


@ways_to_take_part.decides()
def confirm_signposting(command: ConfirmSignposting, state: WaysToTakePart) -> Iterator[SignpostingConfirmed]:
    """Numbers change, so it may be confirmed again; the latest count and day stand."""
    if state.closed_on is not None:
        raise WaysAreClosed
    needed = len(state.area.councils) if state.area else 1
    if command.numbers < needed:
        raise NoNumberChecked(needed=needed, pointer="/numbers")
    yield SignpostingConfirmed(
        inspection_id=command.inspection_id, numbers=command.numbers, confirmed_on=command.today or date.max
    )


@ways_to_take_part.decides()
def list_survey(command: ListSurvey, state: WaysToTakePart) -> Iterator[SurveyListed]:
    """A survey that opened just as the ways closed is listed too, so that it ends with them."""
    if command.survey_id not in state.surveys:
        yield SurveyListed(
            inspection_id=command.inspection_id, survey_id=command.survey_id, ways_closed_on=state.closed_on
        )


@ways_to_take_part.decides()
def close_ways(command: CloseWays, state: WaysToTakePart) -> Iterator[WaysToTakePartClosed]:
    """They close once, and every survey with them."""
    if state.closed_on is None:
        yield WaysToTakePartClosed(
            inspection_id=command.inspection_id,
            surveys=tuple(sorted(state.surveys)),
            closed_on=command.closed_on,
        )


@ways_to_take_part.decides()
def withhold_clearance(command: WithholdClearance, state: WaysToTakePart) -> Iterator[ClearanceWithheld]:
    """A hold needs no concern, so that a publication that is not cleared tells nothing of one."""
    if state.withheld:
        raise ClearanceAlreadyWithheld
    yield ClearanceWithheld(inspection_id=command.inspection_id, reason=command.reason)


@ways_to_take_part.decides()
def allow_clearance(command: AllowClearance, state: WaysToTakePart) -> Iterator[ClearanceAllowed]:
    """A hold ends once."""
    if not state.withheld:
        raise ClearanceNotWithheld
    yield ClearanceAllowed(inspection_id=command.inspection_id, reason=command.reason)
