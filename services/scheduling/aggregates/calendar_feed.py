"""A calendar that somebody's own programme reads by a secret address, until it is revoked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.scheduling.aggregates.team_member import TeamMember, team_member
from services.scheduling.commands import GrantCalendarFeed, RevokeCalendarFeed
from services.scheduling.events import CalendarFeedGranted, CalendarFeedRevoked
from shared.aggregates import Aggregate, one
from shared.errors import NotFound, Refused
from shared.vocabulary.identity import PersonId


class CalendarFeedKnown(Refused):
    """A calendar feed with this id is there already; its secret was shown once. Grant another under a new id."""


class CalendarFeedIsRevoked(Refused):
    """This calendar feed has been revoked already."""


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """Whose calendar it is, and whether its secret still opens anything."""

    person_id: PersonId | None = None
    revoked: bool = False


def evolve(state: CalendarFeed, fact: CalendarFeedGranted | CalendarFeedRevoked) -> CalendarFeed:
    """Add a fact up."""
    match fact:
        case CalendarFeedGranted():
            return replace(state, person_id=fact.person_id)
        case CalendarFeedRevoked():
            return replace(state, revoked=True)
    return state


calendar_feed = Aggregate("calendar_feed", by="feed_id", about="person_id", initial=CalendarFeed(), evolve=evolve)


@calendar_feed.decides(creates=True, person=one(team_member, lambda command, _state: command.person_id))
def grant_calendar_feed(
    command: GrantCalendarFeed, state: CalendarFeed, *, person: TeamMember
) -> Iterator[CalendarFeedGranted]:
    """Somebody may have several, one for each of their devices."""
    if state.person_id is not None:
        raise CalendarFeedKnown(feed_id=command.feed_id)
    if not person.registered:
        raise NotFound
    yield CalendarFeedGranted(
        feed_id=command.feed_id,
        person_id=command.person_id,
        secret_hash=command.secret_hash,
        granted_on=command.today or date.max,
    )


@calendar_feed.decides()
def revoke_calendar_feed(command: RevokeCalendarFeed, state: CalendarFeed) -> Iterator[CalendarFeedRevoked]:
    """What was revoked is not granted again; a new one has a new secret."""
    if state.revoked:
        raise CalendarFeedIsRevoked(feed_id=command.feed_id)
    yield CalendarFeedRevoked(feed_id=command.feed_id, revoked_on=command.today or date.max)
