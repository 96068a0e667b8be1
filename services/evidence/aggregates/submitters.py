"""Who is expected to evaluate themselves for an inspection, and until when."""

from datetime import date

from services.evidence.aggregates.gathering import Gathering, refuse_unless_open
from shared.errors import Refused
from shared.vocabulary.areas import PARTNERSHIPS, Area
from shared.vocabulary.councils import COUNCILS, RETIRED
from shared.vocabulary.identity import GssCode, PartnershipCode, SubmitterCode
from shared.vocabulary.methods import ReturnKind


class NoSelfEvaluationAsked(Refused):
    """The inspection's edition asks nobody to evaluate themselves."""


class SubmitterNotExpected(Refused):
    """Nobody with this code is expected to evaluate themselves for this inspection."""

    status = 422


def expected(gathered: Gathering, submitter: SubmitterCode) -> tuple[GssCode, ...]:
    """The councils that a submitter speaks for; raises NoSelfEvaluationAsked and SubmitterNotExpected.

    Of the nation every council is expected; of an area the area itself, as its one council or as a partnership.
    """
    refuse_unless_open(gathered)
    if gathered.validation is None or gathered.area is None:
        raise NoSelfEvaluationAsked
    speaks_for = _area_of(submitter)
    nationwide = gathered.area.is_nation and speaks_for is not None and len(speaks_for.councils) == 1
    if speaks_for is None or not (nationwide or speaks_for == gathered.area):
        raise SubmitterNotExpected(pointer="/submitter")
    return speaks_for.councils


def _area_of(submitter: SubmitterCode) -> Area | None:
    current = RETIRED.get(submitter, GssCode(submitter))
    return Area((current,)) if current in COUNCILS else PARTNERSHIPS.get(PartnershipCode(submitter))


def closes_on(gathered: Gathering) -> date | None:
    """The last day for self-evaluations: the one that was set, else the end of the step that asks for them."""
    steps = [asked.step for asked in gathered.requests if asked.kind is ReturnKind.SELF_EVALUATION]
    ends = [gathered.due[step] for step in steps if step in gathered.due]
    return gathered.window_closes_on or max(ends, default=None)
