"""Publication: exactly the bundle that two people approved, once nothing stands in its way."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from services.reporting.aggregates.accuracy import NotSentForAccuracy, window_is_over
from services.reporting.aggregates.bundle import refuse_other_bundle
from services.reporting.aggregates.drafting import DraftNotApproved, settled
from services.reporting.aggregates.evaluation import Evaluation, evaluation
from services.reporting.aggregates.inspected import OWN_INSPECTION, Inspected
from services.reporting.aggregates.programme_outputs import ProgrammeOutputs, programme_outputs
from services.reporting.aggregates.publication_pauses import PublicationPauses, publication_pauses
from services.reporting.aggregates.report import Report, hash_of, refuse_published, report
from services.reporting.commands import PublishReport
from shared.aggregates import each, one
from shared.contracts.reporting import ReportPublished
from shared.errors import NotFound, Refused
from shared.vocabulary.areas import NATION
from shared.vocabulary.councils import COUNCILS

APPROVALS = 2
"""People who approve a publication, neither of whom wrote it."""
FRESH = timedelta(seconds=60)
SKEW = timedelta(seconds=5)
"""How old a clearance may be, and how far two services' clocks may differ."""


class FactualAccuracyStillOpen(Refused):
    """The partnership may still say what is wrong with the draft."""

    recorded = True


class InaccuraciesNotRuledOn(Refused):
    """Some of what the partnership raised has no answer yet; rule on it first."""

    recorded = True


class UpheldNotPutRight(Refused):
    """Some of what was upheld is in no draft yet; draft again, and name what the draft puts right."""

    recorded = True


class IdentifiabilityNotCleared(Refused):
    """Nobody has said yet that no person can be recognised in this draft."""

    recorded = True


class TwoApprovalsNeeded(Refused):
    """Two people have to approve exactly this bundle first."""

    recorded = True


class StillEmbargoed(Refused):
    """The report is under embargo."""

    recorded = True


class OutputTooEarly(Refused):
    """Something else has to be out first: feedback to an area, say, before a report on the nation."""

    recorded = True


class OutputAlreadyPublished(Refused):
    """The inspection has given this back already: a published report is corrected, never published a second time."""

    recorded = True


class PublicationIsPaused(Refused):
    """Nothing about this area is published just now, before an election for instance."""

    recorded = True


class EvaluationsHaveChanged(Refused):
    """An evaluation has changed since the panel approved the draft; the panel has to approve it again."""

    recorded = True


class ClearanceStale(Refused):
    """A clearance counts for sixty seconds; ask for another."""

    recorded = True


class ContentNotApproved(Refused):
    """This is not the text that was approved."""

    recorded = True


def _paused(_command: PublishReport, state: Report) -> tuple[str, ...]:
    if state.area is None:
        return ()
    return (*(sorted(COUNCILS) if state.area.is_nation else state.area.councils), *NATION.councils)


@report.decides(
    evaluations=each(evaluation, lambda _command, state: state.evaluations),
    about=OWN_INSPECTION,
    programme=one(programme_outputs, lambda _command, state: state.programme_id),
    pauses=each(publication_pauses, _paused),
)
def publish_report(
    command: PublishReport,
    state: Report,
    *,
    evaluations: tuple[Evaluation, ...],
    about: Inspected,
    programme: ProgrammeOutputs,
    pauses: tuple[PublicationPauses, ...],
) -> Iterator[ReportPublished]:
    """What was approved is what is published: these texts, these grades, and nothing in their way."""
    refuse_published(state)
    _refuse_unfinished(state, command.today or date.min)
    _refuse_out_of_turn(state, about, programme)
    refuse_other_bundle(state, command.bundle_hash)
    if len(state.approvals) < APPROVALS:
        raise TwoApprovalsNeeded(approvals=len(state.approvals))
    grades = settled(evaluations)
    if grades != state.approved:
        raise EvaluationsHaveChanged
    _refuse_uncleared(command, state, pauses)
    if state.inspection_id is None or state.area is None or state.form is None or state.content_hash is None:
        raise NotFound
    yield ReportPublished(
        report_id=command.report_id,
        inspection_id=state.inspection_id,
        area=state.area,
        form=state.form,
        title=command.title,
        content=command.content,
        accessible=command.accessible,
        content_hash=state.content_hash,
        bundle_hash=command.bundle_hash,
        evaluations=grades if state.grades_published else (),
        clearance=command.clearance,
        published_on=command.today or date.min,
        programme_id=state.programme_id,
        articles=state.articles,
        foundations=state.foundations,
    )


def _refuse_out_of_turn(state: Report, about: Inspected, programme: ProgrammeOutputs) -> None:
    if state.inspection_id is None or state.form is None:
        raise NotFound
    if state.form in programme.out.get(state.inspection_id, frozenset()):
        raise OutputAlreadyPublished
    lacking = programme.lacking(state.inspection_id, about.waits_for(state.form))
    if lacking:
        raise OutputTooEarly(lacking=lacking)


def _refuse_unfinished(state: Report, today: date) -> None:
    if state.approved is None:
        raise DraftNotApproved
    if state.due_on is None:
        raise NotSentForAccuracy
    if not window_is_over(state, today):
        raise FactualAccuracyStillOpen(due_on=state.due_on)
    unruled = sum(upheld is None for upheld in state.inaccuracies.values())
    if unruled:
        raise InaccuraciesNotRuledOn(missing=unruled)
    open_still = sum(bool(upheld) and point not in state.answered for point, upheld in state.inaccuracies.items())
    if open_still:
        raise UpheldNotPutRight(missing=open_still)
    if not state.identifiability_cleared:
        raise IdentifiabilityNotCleared


def _refuse_uncleared(command: PublishReport, state: Report, pauses: tuple[PublicationPauses, ...]) -> None:
    until = max(filter(None, (pausing.holds(command.today or date.min) for pausing in pauses)), default=None)
    if until is not None:
        raise PublicationIsPaused(until=until)
    if state.embargo_until is not None and (command.today or date.min) < state.embargo_until:
        raise StillEmbargoed(until=state.embargo_until)
    age = (command.now or datetime.max.replace(tzinfo=UTC)) - command.cleared_at
    if not -SKEW <= age <= FRESH:
        raise ClearanceStale
    given = tuple(hash_of(text) for text in (command.title, command.content, command.accessible))
    if given != (state.title_hash, state.content_hash, state.accessible_hash):
        raise ContentNotApproved
