"""An embargoed copy, given, when, then."""

from dataclasses import replace
from uuid import uuid4

from services.reporting.aggregates.drafting import DraftNotApproved
from services.reporting.aggregates.embargoed_copy import (
    EmbargoedCopyIsRevoked,
    EmbargoedCopyKnown,
    EmbargoNotSet,
    RecipientMissing,
    embargoed_copy,
)
from services.reporting.aggregates.report import ReportAlreadyPublished, report
from services.reporting.commands import GiveEmbargoedCopy, ReadEmbargoedCopy, RevokeEmbargoedCopy
from services.reporting.events import EmbargoedCopyGiven, EmbargoedCopyRead, EmbargoedCopyRevoked, EmbargoSet
from shared.errors import NotFound
from shared.messages import Words
from shared.testing import Given
from shared.vocabulary.identity import EmbargoedCopyId, KeyedHash
from tests.reporting.facts import (
    CONTENT_HASH,
    DRAFTED,
    INSPECTION,
    LATER,
    OTHER_HASH,
    OTHER_INSPECTION,
    PUBLISHED,
    READY,
    REPORT,
    SENT_ON,
    written_again,
)

COPY = EmbargoedCopyId(uuid4())
SECRET_HASH = KeyedHash("ef" * 32)
CHAIR = Words("Chair of the partnership")
embargoed = EmbargoSet(report_id=REPORT, until=LATER)
HELD_BACK = report.state((*READY, embargoed))

give = GiveEmbargoedCopy(
    copy_id=COPY,
    report_id=REPORT,
    inspection_id=INSPECTION,
    secret_hash=SECRET_HASH,
    designation=CHAIR,
    today=SENT_ON,
)
given = EmbargoedCopyGiven(
    copy_id=COPY,
    report_id=REPORT,
    inspection_id=INSPECTION,
    secret_hash=SECRET_HASH,
    given_on=SENT_ON,
    designation=CHAIR,
)
read = ReadEmbargoedCopy(copy_id=COPY, today=SENT_ON)
was_read = EmbargoedCopyRead(copy_id=COPY, content_hash=CONTENT_HASH, reads=1, read_on=SENT_ON)
revoke = RevokeEmbargoedCopy(copy_id=COPY, today=SENT_ON)
revoked = EmbargoedCopyRevoked(copy_id=COPY, revoked_on=SENT_ON)


def test_a_copy_is_given_to_somebody_by_designation():
    Given(embargoed_copy, reported=HELD_BACK).when(give).then(given)


def test_a_copy_is_given_once():
    Given(embargoed_copy, given, reported=HELD_BACK).when(give).refused(EmbargoedCopyKnown)


def test_a_copy_is_of_a_report_about_that_inspection():
    Given(embargoed_copy, reported=report.initial).when(give).refused(NotFound)
    elsewhere = replace(give, inspection_id=OTHER_INSPECTION)
    Given(embargoed_copy, reported=HELD_BACK).when(elsewhere).refused(NotFound)


def test_only_what_the_panel_approved_is_given_and_only_under_embargo():
    drafted = report.state((*DRAFTED, embargoed))
    Given(embargoed_copy, reported=drafted).when(give).refused(DraftNotApproved)
    Given(embargoed_copy, reported=report.state(READY)).when(give).refused(EmbargoNotSet)
    Given(embargoed_copy, reported=report.state(PUBLISHED)).when(give).refused(ReportAlreadyPublished)


def test_a_copy_is_somebodys():
    nobodys = replace(give, designation=Words(" "))
    refused = Given(embargoed_copy, reported=HELD_BACK).when(nobodys).refused(RecipientMissing)
    assert refused.details == {"pointer": "/designation"}


def test_every_reading_is_on_record_with_the_draft_that_was_shown():
    Given(embargoed_copy, given, reported=HELD_BACK).when(read).then(was_read)
    Given(embargoed_copy, given, was_read, reported=HELD_BACK).when(read).then(replace(was_read, reads=2))
    state = embargoed_copy.state([given, was_read])
    assert (state.reads, state.last_read_on, state.content_hash) == (1, SENT_ON, CONTENT_HASH)


def test_from_publication_on_and_while_nothing_is_approved_a_copy_opens_nothing():
    over = report.state((*READY, embargoed, PUBLISHED[-1]))
    Given(embargoed_copy, given, reported=over).when(read).refused(NotFound)
    drafted_again = report.state((*READY, embargoed, replace(written_again, content_hash=OTHER_HASH)))
    Given(embargoed_copy, given, reported=drafted_again).when(read).refused(NotFound)


def test_a_copy_that_was_revoked_opens_nothing_and_is_revoked_once():
    Given(embargoed_copy, given).when(revoke).then(revoked)
    Given(embargoed_copy, given, revoked).when(revoke).refused(EmbargoedCopyIsRevoked)
    Given(embargoed_copy, given, revoked, reported=HELD_BACK).when(read).refused(NotFound)
