"""Evidence over HTTP: one line a command, one line a list."""

from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response, request

from services.evidence.aggregates.disposal import disposal
from services.evidence.aggregates.disposing import stops
from services.evidence.aggregates.evidence_item import evidence_item
from services.evidence.aggregates.gathering import Gathering, gathering
from services.evidence.aggregates.information_return import information_return
from services.evidence.aggregates.over_supply import look_of, over_supplied
from services.evidence.aggregates.scope_register import scope_register
from services.evidence.aggregates.self_evaluation import self_evaluation
from services.evidence.aggregates.submitters import closes_on
from services.evidence.commands import (
    AcceptReturn,
    AskForReturn,
    BorrowOriginals,
    ChangeValidationScope,
    ChooseForValidation,
    DisposeRecords,
    ExtendSelfEvaluation,
    ExtendWindow,
    HoldForProceedings,
    LiftHold,
    LinkToIndicator,
    NoteOverSupply,
    ProposeDisposal,
    RaiseUncertainty,
    RecordEmptyStratum,
    RecordFinding,
    RecordProceedingsEnded,
    RegisterEvidence,
    ResolveUncertainty,
    ReturnOriginals,
    SetSelfEvaluationWindow,
    SubmitReturn,
    SubmitSelfEvaluation,
    SubmitSpreadsheet,
    SubmitToMinisters,
    SupportSelfEvaluation,
    ValidateSelfEvaluation,
    WithdrawEvidence,
)
from services.evidence.read_models.campaign import campaign
from services.evidence.read_models.disposals import disposals
from services.evidence.read_models.evidence_items import evidence_items
from services.evidence.read_models.evidence_links import evidence_links
from services.evidence.read_models.findings import findings
from services.evidence.read_models.gatherings import gatherings
from services.evidence.read_models.matrix import Matrix, matrix
from services.evidence.read_models.over_supplies import over_supplies
from services.evidence.read_models.returns import returns
from services.evidence.read_models.strata import accounted
from services.evidence.read_models.uncertainties import uncertainties
from shared.audit.api import log_api
from shared.edges import erasures, spreadsheets
from shared.edges.access import Caller
from shared.edges.admitting import admitted
from shared.edges.http import Api, answered
from shared.edges.pages import Pages
from shared.edges.requests import Serving, cause_of, serving
from shared.edges.views import plain
from shared.erasure.counting import counted
from shared.errors import NotFound
from shared.messages import Words
from shared.sourcing import clock
from shared.vocabulary.erasure import ErasedId, ErasedKind
from shared.vocabulary.identity import ContentHash, InspectionId

api = Api("evidence", besides=(log_api,))
pages = Pages(Path(__file__).parent / "pages")

api.accepts(AskForReturn, "/returns/<uuid:return_id>")
api.accepts(ExtendWindow, "/returns/<uuid:return_id>/extensions")
api.accepts(AcceptReturn, "/returns/<uuid:return_id>/acceptance")
api.accepts(RegisterEvidence, "/items/<uuid:evidence_id>")
api.accepts(LinkToIndicator, "/items/<uuid:evidence_id>/links")
api.accepts(WithdrawEvidence, "/items/<uuid:evidence_id>/withdrawal")

INSPECTION = "/inspections/<uuid:inspection_id>"
api.accepts(RecordEmptyStratum, f"{INSPECTION}/empty-strata")
api.accepts(SetSelfEvaluationWindow, f"{INSPECTION}/self-evaluation-window")
api.accepts(ChangeValidationScope, f"{INSPECTION}/validation-scope")
api.accepts(ChooseForValidation, f"{INSPECTION}/validations")
SELF_EVALUATION = f"{INSPECTION}/self-evaluations/<submitter>"
api.accepts(SupportSelfEvaluation, f"{SELF_EVALUATION}/support")
api.accepts(SubmitSelfEvaluation, f"{SELF_EVALUATION}/submissions")
api.accepts(ExtendSelfEvaluation, f"{SELF_EVALUATION}/extensions")
api.accepts(ValidateSelfEvaluation, f"{SELF_EVALUATION}/validation")
api.accepts(RaiseUncertainty, f"{INSPECTION}/uncertainties/<uuid:uncertainty_id>")
api.accepts(ResolveUncertainty, f"{INSPECTION}/uncertainties/<uuid:uncertainty_id>/resolution")
api.accepts(RecordFinding, f"{INSPECTION}/findings/<uuid:finding_id>")
api.accepts(SubmitToMinisters, f"{INSPECTION}/disposal/submission")
api.accepts(HoldForProceedings, f"{INSPECTION}/disposal/hold")
api.accepts(RecordProceedingsEnded, f"{INSPECTION}/disposal/proceedings-end")
api.accepts(LiftHold, f"{INSPECTION}/disposal/hold/end")
api.accepts(BorrowOriginals, f"{INSPECTION}/originals/<uuid:originals_id>")
api.accepts(ReturnOriginals, f"{INSPECTION}/originals/<uuid:originals_id>/return")
api.accepts(ProposeDisposal, f"{INSPECTION}/disposal/proposal")
api.accepts(DisposeRecords, f"{INSPECTION}/disposal")
erasures.certify(api)

api.lists("/inspections", gatherings, filters=("inspection_id",))
api.lists("/returns", returns, filters=("inspection_id", "kind"))
api.lists("/over-supplies", over_supplies, filters=("inspection_id", "return_id"))
api.lists("/items", evidence_items, filters=("inspection_id", "method", "stratum"))
api.lists("/links", evidence_links, filters=("inspection_id", "evidence_id", "indicator", "method"))

api.lists(f"{INSPECTION}/uncertainties", uncertainties, filters=("indicator", "topic", "state"))
api.lists(f"{INSPECTION}/findings", findings, filters=("topic", "parked"))
api.lists("/disposals", disposals, filters=("inspection_id",))

api.shows("/self-evaluations/<uuid:self_evaluation_id>", self_evaluation)
api.shows(f"{INSPECTION}/scope", scope_register)
api.shows(f"{INSPECTION}/disposal", disposal)
api.shows("/inspections/<uuid:inspection_id>", gathering)
api.shows("/returns/<uuid:return_id>", information_return)
api.shows("/items/<uuid:evidence_id>", evidence_item)


def _noting_over_supply(here: Serving, members: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Take note of a return that holds too much, before it is refused."""
    columns, return_id = members["columns"], members["return_id"]
    found = over_supplied(columns, members.get("looks", ()))
    if not found:
        return members
    with here.running.log.reading() as tx:
        known = here.running.state_of(tx, information_return, return_id)
    if known.inspection_id is not None:
        noted = NoteOverSupply(
            inspection_id=known.inspection_id,
            return_id=return_id,
            columns=len(columns),
            positions=tuple(found),
            kinds=tuple(sorted(set(found.values()))),
            today=None,
        )
        here.running.handle(noted, cause_of(caller))
    return members


api.accepts(SubmitReturn, "/returns/<uuid:return_id>/submissions", prepare=_noting_over_supply)


@api.reads(SubmitSpreadsheet, "/returns/<uuid:return_id>/spreadsheets", kinds=spreadsheets.KINDS)
def spreadsheet(here: Serving, caller: Caller, return_id: UUID) -> SubmitSpreadsheet:
    """What is kept of a spreadsheet: its headings, how many rows it has, and its digest."""
    raw = request.get_data(cache=True)
    table = spreadsheets.read(raw, request.mimetype)
    members = {
        "return_id": return_id,
        "columns": tuple(map(Words, table.headings)),
        "looks": tuple(look_of(table.column(place)) for place in range(len(table.headings))),
        "rows": len(table.rows),
        "digest": ContentHash(sha256(raw).hexdigest()),
    }
    return SubmitSpreadsheet(**_noting_over_supply(here, members, caller))


@api.asks(f"{INSPECTION}/self-evaluations")
def self_evaluated(inspection_id: UUID) -> Response:
    """Who has evaluated themselves, and who is missing; for the team only."""
    with serving("evidence").running.log.shown(admitted().allowed.inspections) as tx:
        seen = _gathered(tx, inspection_id)
        if seen.area is None or seen.validation is None:
            raise NotFound
        shown = campaign(tx, inspection_id, seen.area)
    numbers = {"closes_on": closes_on(seen), "to_validate": seen.to_validate, "chosen": len(seen.chosen)}
    return answered(plain(shown) | numbers)


@api.asks(f"{INSPECTION}/strata")
def strata(inspection_id: UUID) -> Response:
    """How each stratum of the inspection's sample is accounted for, and how much there is on each stage."""
    with serving("evidence").running.log.shown(admitted().allowed.inspections) as tx:
        seen = _gathered(tx, inspection_id)
        return answered(plain(accounted(tx, inspection_id, seen.strata, seen.empty_strata, seen.stages)))


@api.asks(f"{INSPECTION}/matrix")
def triangulation(inspection_id: UUID) -> Response:
    """Which methods bear on which indicator, how strongly, and which rights and promises the evidence is about."""
    shown = _matrix(inspection_id)
    return answered(plain(shown) | {"lines": [_line(each) for each in shown.lines]})


@api.asks(f"{INSPECTION}/matrix/page", html=True)
def matrix_page(inspection_id: UUID) -> Response:
    """The same, to be looked at: a picture, and the table that it is drawn from."""
    shown = _matrix(inspection_id)
    demonstration = serving("evidence").running.log.origin.startswith("demo.")
    return pages.rendered("matrix.html", matrix=shown, inspection=inspection_id, demonstration=demonstration)


@api.asks(f"{INSPECTION}/disposal/rehearsal")
def rehearse_disposal(inspection_id: UUID) -> Response:
    """What disposing of an inspection's records would destroy here, and what stops it today; nothing is changed."""
    running = serving("evidence").running
    with running.log.reading() as tx:
        _gathered(tx, inspection_id)
        state = running.state_of(tx, disposal, inspection_id)
        today = clock.today(running.log, tx)
    stopped = [{"code": each.code(), **each.details} for each in stops(state, InspectionId(inspection_id), today)]
    found = counted(running, ErasedKind.INSPECTION, ErasedId(inspection_id))
    proposed = {"due_on": state.due_on, "proposed_by": state.proposed_by}
    return answered({"inspection_id": inspection_id, **proposed, "stopped_by": plain(stopped), **plain(found)})


def _line(line: Any) -> dict[str, Any]:
    return {**plain(line), "triangulated": line.triangulated}


def _matrix(inspection_id: UUID) -> Matrix:
    with serving("evidence").running.log.shown(admitted().allowed.inspections) as tx:
        return matrix(tx, inspection_id, _gathered(tx, inspection_id).indicators)


def _gathered(tx: Any, inspection_id: UUID) -> Gathering:
    seen = serving("evidence").running.state_of(tx, gathering, inspection_id)
    if seen.reference_date is None:
        raise NotFound
    return seen
