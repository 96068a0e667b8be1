"""An inspection's records are disposed of by two people, and by nobody while anything stops it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.evidence.aggregates.disposal import RecordsAlreadyDisposedOf, disposal
from services.evidence.aggregates.disposing import (
    DisposalNeedsAnother,
    DisposalNotDue,
    DisposalNotProposed,
    OriginalsAreOut,
    RecordsAreHeld,
)
from services.evidence.commands import DisposeRecords, ProposeDisposal
from shared.testing import Given
from tests.evidence.test_disposal import (
    DUE,
    INSPECTION,
    ONE,
    OTHER,
    SHREDDED,
    borrowed,
    disposed,
    due,
    held,
    lifted,
    noted,
    proposed,
    returned,
)

propose = ProposeDisposal(inspection_id=INSPECTION, method=SHREDDED, actor=ONE, today=DUE)
dispose = DisposeRecords(inspection_id=INSPECTION, actor=OTHER, today=DUE)


def test_one_person_proposes_and_another_decides():
    Given(disposal, noted, due).when(propose).then(proposed)
    Given(disposal, noted, due, proposed).when(dispose).then(disposed)
    Given(disposal, noted, due, proposed, disposed).when(dispose).refused(RecordsAlreadyDisposedOf)
    Given(disposal, noted, due, proposed, disposed).when(propose).refused(RecordsAlreadyDisposedOf)


def test_nobody_decides_what_they_proposed_or_what_nobody_did():
    alone = replace(dispose, actor=ONE)
    assert Given(disposal, noted, due, proposed).when(alone).refused(DisposalNeedsAnother).recorded
    Given(disposal, noted, due, proposed).when(replace(dispose, actor=None)).refused(DisposalNeedsAnother)
    Given(disposal, noted, due).when(replace(propose, actor=None)).refused(DisposalNeedsAnother)
    Given(disposal, noted, due).when(dispose).refused(DisposalNotProposed)


def test_somebody_else_may_propose_instead_and_then_the_first_decides():
    again = replace(proposed, proposed_by=OTHER)
    Given(disposal, noted, due, proposed, again).when(dispose).refused(DisposalNeedsAnother)
    Given(disposal, noted, due, proposed, again).when(replace(dispose, actor=ONE)).then(
        replace(disposed, proposed_by=OTHER, disposed_by=ONE)
    )


@pytest.mark.parametrize("asked", [propose, dispose], ids=["proposed", "decided"])
def test_nothing_is_disposed_of_early_or_held_or_while_originals_are_out(asked: object):
    early = replace(asked, today=DUE - timedelta(days=1))  # type: ignore[type-var]
    assert Given(disposal, noted, due, proposed).when(early).refused(DisposalNotDue).recorded
    assert Given(disposal, noted, due, proposed, held).when(asked).refused(RecordsAreHeld).recorded
    assert Given(disposal, noted, due, borrowed, proposed).when(asked).refused(OriginalsAreOut).recorded
    Given(disposal, proposed).when(asked).refused(DisposalNotDue)
    Given(disposal, noted, due, borrowed, returned, proposed).when(propose).then(proposed)


def test_a_hold_on_the_day_before_ends_what_was_proposed():
    late = replace(dispose, today=DUE + timedelta(days=3650))
    Given(disposal, noted, due, proposed, held, lifted).when(late).refused(DisposalNotProposed)
