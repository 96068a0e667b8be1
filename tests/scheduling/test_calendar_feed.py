"""A calendar that is read by a secret address, given, when, then."""

from uuid import UUID

from services.scheduling.aggregates.calendar_feed import CalendarFeedIsRevoked, CalendarFeedKnown, calendar_feed
from services.scheduling.aggregates.team_member import TeamMember, team_member
from services.scheduling.commands import GrantCalendarFeed, RevokeCalendarFeed
from services.scheduling.events import CalendarFeedGranted, CalendarFeedRevoked
from shared.errors import NotFound
from shared.testing import Given
from shared.vocabulary.identity import CalendarFeedId, KeyedHash
from tests.scheduling.facts import PERSON
from tests.scheduling.test_team_member import TODAY, registered

FEED = CalendarFeedId(UUID(int=4))
HASH = KeyedHash("ab" * 32)
KNOWN = team_member.state([registered])

grant = GrantCalendarFeed(feed_id=FEED, person_id=PERSON, secret_hash=HASH, today=TODAY)
granted = CalendarFeedGranted(feed_id=FEED, person_id=PERSON, secret_hash=HASH, granted_on=TODAY)
revoke = RevokeCalendarFeed(feed_id=FEED, today=TODAY)
revoked = CalendarFeedRevoked(feed_id=FEED, revoked_on=TODAY)


def when_granted(*past: object, person: TeamMember = KNOWN) -> Given:
    return Given(calendar_feed, *past, person=person).when(grant)


def test_a_calendar_is_granted_and_only_the_secrets_hash_is_kept():
    when_granted().then(granted)


def test_a_calendar_is_granted_once_under_its_id_even_after_it_was_revoked():
    refused = when_granted(granted).refused(CalendarFeedKnown)
    assert refused.details == {"feed_id": FEED}
    when_granted(granted, revoked).refused(CalendarFeedKnown)


def test_nobody_who_is_not_registered_has_a_calendar():
    when_granted(person=team_member.initial).refused(NotFound)


def test_a_calendar_is_revoked_once():
    Given(calendar_feed, granted).when(revoke).then(revoked)
    refused = Given(calendar_feed, granted, revoked).when(revoke).refused(CalendarFeedIsRevoked)
    assert refused.details == {"feed_id": FEED}


def test_a_calendar_is_about_its_person():
    assert (calendar_feed.by, calendar_feed.about) == ("feed_id", "person_id")
