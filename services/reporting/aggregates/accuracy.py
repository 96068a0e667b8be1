"""Factual accuracy: the partnership reads the approved draft and says what is wrong, and every point is answered."""

from collections.abc import Iterator
from datetime import date, timedelta

from services.reporting.aggregates.drafting import DraftNotApproved, refuse_older
from services.reporting.aggregates.report import Report, refuse_published, report
from services.reporting.commands import (
    CloseFactualAccuracy,
    ExtendFactualAccuracy,
    RaiseInaccuracy,
    RuleOnInaccuracy,
    SendForFactualAccuracy,
)
from services.reporting.events import (
    FactualAccuracyClosed,
    FactualAccuracyExtended,
    InaccuracyRaised,
    InaccuracyRuledOn,
    SentForFactualAccuracy,
)
from shared.errors import NotFound, Refused
from shared.vocabulary.bank_holidays import is_working_day
from shared.vocabulary.identity import InspectionId


class CommentWindowTooShort(Refused):
    """The partnership has the edition's number of working days; give it a later day."""

    status = 422


class AlreadySentForAccuracy(Refused):
    """This draft is with the partnership already."""


class NotSentForAccuracy(Refused):
    """The draft was not sent to the partnership for factual accuracy."""

    recorded = True


class FactualAccuracyOver(Refused):
    """The time for saying what is wrong with the draft is over."""


class ExtendedAlready(Refused):
    """The partnership was given longer once; that is all there is."""


class NotLater(Refused):
    """An extension ends on a later day than the one that holds."""

    status = 422


class EvaluationOfAnother(Refused):
    """This evaluation is not one of the report's."""

    status = 422


class InaccuracyAlreadyRaised(Refused):
    """This inaccuracy was raised already; take a new id for another."""


class InaccuracyUnknown(Refused):
    """No such inaccuracy was raised."""

    status = 404


class InaccuracyAlreadyRuledOn(Refused):
    """The team has answered this already."""


@report.decides()
def send_for_factual_accuracy(command: SendForFactualAccuracy, state: Report) -> Iterator[SentForFactualAccuracy]:
    """Only what the panel approved goes to the partnership, and for no less time than the edition gives."""
    refuse_published(state)
    refuse_older(state, command.content_hash)
    if state.approved is None:
        raise DraftNotApproved
    if state.sent == command.content_hash:
        raise AlreadySentForAccuracy
    earliest = after_working_days(command.today or date.max, state.comment_working_days)
    if command.due_on < earliest:
        raise CommentWindowTooShort(earliest=earliest, pointer="/due_on")
    yield SentForFactualAccuracy(report_id=command.report_id, content_hash=command.content_hash, due_on=command.due_on)


def after_working_days(day: date, count: int) -> date:
    """The last of so many working days after a day: from Monday to Friday, bank holidays in Scotland not counted."""
    while count and day < date.max:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


@report.decides()
def raise_inaccuracy(command: RaiseInaccuracy, state: Report) -> Iterator[InaccuracyRaised]:
    """The partnership says it within its time; each point has its own id."""
    refuse_published(state)
    if state.due_on is None:
        raise NotSentForAccuracy
    if window_is_over(state, command.today or date.max):
        raise FactualAccuracyOver(due_on=state.due_on)
    if command.inaccuracy_id in state.inaccuracies:
        raise InaccuracyAlreadyRaised
    yield InaccuracyRaised(
        report_id=command.report_id,
        inspection_id=_about(state),
        inaccuracy_id=command.inaccuracy_id,
        kind=command.kind,
        words=command.words,
    )


@report.decides()
def rule_on_inaccuracy(command: RuleOnInaccuracy, state: Report) -> Iterator[InaccuracyRuledOn]:
    """Every point is answered once, with a reason, upheld or not."""
    refuse_published(state)
    if command.inaccuracy_id not in state.inaccuracies:
        raise InaccuracyUnknown
    if state.inaccuracies[command.inaccuracy_id] is not None:
        raise InaccuracyAlreadyRuledOn
    if command.changes is not None and command.changes not in state.evaluations:
        raise EvaluationOfAnother(pointer="/changes")
    yield InaccuracyRuledOn(
        report_id=command.report_id,
        inspection_id=_about(state),
        inaccuracy_id=command.inaccuracy_id,
        upheld=command.upheld,
        changes=command.changes if command.upheld else None,
        reason=command.reason,
    )


@report.decides()
def extend_factual_accuracy(command: ExtendFactualAccuracy, state: Report) -> Iterator[FactualAccuracyExtended]:
    """It is asked for before the day and given once; after the day there is nothing to extend."""
    refuse_published(state)
    if state.due_on is None:
        raise NotSentForAccuracy
    if window_is_over(state, command.today or date.max):
        raise FactualAccuracyOver(due_on=state.due_on)
    if state.extended:
        raise ExtendedAlready
    if command.due_on <= state.due_on:
        raise NotLater(due_on=state.due_on, pointer="/due_on")
    yield FactualAccuracyExtended(
        report_id=command.report_id, due_on=command.due_on, was_due_on=state.due_on, reason=command.reason
    )


@report.decides()
def close_factual_accuracy(command: CloseFactualAccuracy, state: Report) -> Iterator[FactualAccuracyClosed]:
    """It is the partnership's time, so the partnership ends it early; saying so again changes nothing."""
    refuse_published(state)
    if state.due_on is None:
        raise NotSentForAccuracy
    if not state.closed_early:
        yield FactualAccuracyClosed(report_id=command.report_id)


def window_is_over(state: Report, today: date) -> bool:
    """Whether the partnership's time has passed, or was closed early; its last day still counts."""
    return state.closed_early or (state.due_on is not None and today > state.due_on)


def _about(state: Report) -> InspectionId:
    if state.inspection_id is None:
        raise NotFound
    return state.inspection_id
