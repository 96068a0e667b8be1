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
from shared.edges import erasures, spreadsheets
from shared.edges.access import Caller
from shared.edges.http import Api, answered
from shared.edges.pages import Pages
from shared.edges.requests import cause_of, serving
from shared.edges.views import plain
from shared.erasure.counting import counted
from shared.errors import NotFound
from shared.messages import Words
from shared.sourcing.running import RunningService
from shared.sourcing.service import SCOTLAND
from shared.sourcing.telling import instant
from shared.vocabulary.erasure import ErasedId, ErasedKind
from shared.vocabulary.identity import ContentHash, InspectionId
from shared.vocabulary.roles import AccessRole as Role

ORGANISERS = (Role.PLANNER, Role.COORDINATOR, Role.LEAD)
GATHERERS = (Role.LEAD, Role.INSPECTOR, Role.PARTNER_INSPECTOR, Role.PARTICIPATION_LEAD)
SENDERS = (Role.PARTNERSHIP_CONTACT, Role.COORDINATOR)
TEAM = (
    *ORGANISERS,
    Role.INSPECTOR,
    Role.PARTNER_INSPECTOR,
    Role.PARTICIPATION_LEAD,
    Role.QUALITY_PANEL,
    Role.APPROVER,
)
READERS = (*TEAM, Role.AUDITOR)

api = Api("evidence")
pages = Pages(Path(__file__).parent / "pages")

api.accepts(AskForReturn, "/returns/<uuid:return_id>", roles=(*ORGANISERS, Role.INSPECTOR))
api.accepts(ExtendWindow, "/returns/<uuid:return_id>/extensions", roles=ORGANISERS)
api.accepts(AcceptReturn, "/returns/<uuid:return_id>/acceptance", roles=(*ORGANISERS, Role.INSPECTOR))
api.accepts(RegisterEvidence, "/items/<uuid:evidence_id>", roles=GATHERERS)
api.accepts(LinkToIndicator, "/items/<uuid:evidence_id>/links", roles=GATHERERS)
api.accepts(WithdrawEvidence, "/items/<uuid:evidence_id>/withdrawal", roles=GATHERERS)

INSPECTION = "/inspections/<uuid:inspection_id>"
api.accepts(RecordEmptyStratum, f"{INSPECTION}/empty-strata", roles=GATHERERS)
api.accepts(SetSelfEvaluationWindow, f"{INSPECTION}/self-evaluation-window", roles=ORGANISERS)
api.accepts(ChangeValidationScope, f"{INSPECTION}/validation-scope", roles=ORGANISERS)
api.accepts(ChooseForValidation, f"{INSPECTION}/validations", roles=ORGANISERS)
SELF_EVALUATION = f"{INSPECTION}/self-evaluations/<submitter>"
api.accepts(SupportSelfEvaluation, f"{SELF_EVALUATION}/support", roles=ORGANISERS)
api.accepts(SubmitSelfEvaluation, f"{SELF_EVALUATION}/submissions", roles=SENDERS)
api.accepts(ExtendSelfEvaluation, f"{SELF_EVALUATION}/extensions", roles=ORGANISERS)
api.accepts(ValidateSelfEvaluation, f"{SELF_EVALUATION}/validation", roles=GATHERERS)
api.accepts(RaiseUncertainty, f"{INSPECTION}/uncertainties/<uuid:uncertainty_id>", roles=GATHERERS)
api.accepts(ResolveUncertainty, f"{INSPECTION}/uncertainties/<uuid:uncertainty_id>/resolution", roles=GATHERERS)
api.accepts(RecordFinding, f"{INSPECTION}/findings/<uuid:finding_id>", roles=GATHERERS)
DISPOSERS = (Role.PLANNER, Role.COORDINATOR)
api.accepts(SubmitToMinisters, f"{INSPECTION}/disposal/submission", roles=DISPOSERS)
api.accepts(HoldForProceedings, f"{INSPECTION}/disposal/hold", roles=DISPOSERS)
api.accepts(RecordProceedingsEnded, f"{INSPECTION}/disposal/proceedings-end", roles=DISPOSERS)
api.accepts(LiftHold, f"{INSPECTION}/disposal/hold/end", roles=DISPOSERS)
api.accepts(BorrowOriginals, f"{INSPECTION}/originals/<uuid:originals_id>", roles=DISPOSERS)
api.accepts(ReturnOriginals, f"{INSPECTION}/originals/<uuid:originals_id>/return", roles=DISPOSERS)
api.accepts(ProposeDisposal, f"{INSPECTION}/disposal/proposal", roles=DISPOSERS)
api.accepts(DisposeRecords, f"{INSPECTION}/disposal", roles=DISPOSERS)
erasures.certify(api)

api.lists("/inspections", gatherings, roles=READERS, filters=("inspection_id",))
api.lists("/returns", returns, roles=(*READERS, Role.PARTNERSHIP_CONTACT), filters=("inspection_id", "kind"))
api.lists("/over-supplies", over_supplies, roles=(*ORGANISERS, Role.AUDITOR), filters=("inspection_id", "return_id"))
api.lists("/items", evidence_items, roles=READERS, filters=("inspection_id", "method", "stratum"))
api.lists("/links", evidence_links, roles=READERS, filters=("inspection_id", "evidence_id", "indicator", "method"))

api.lists(f"{INSPECTION}/uncertainties", uncertainties, roles=READERS, filters=("indicator", "topic", "state"))
api.lists(f"{INSPECTION}/findings", findings, roles=READERS, filters=("topic", "parked"))
api.lists("/disposals", disposals, roles=(*DISPOSERS, Role.AUDITOR), filters=("inspection_id",))

api.shows("/self-evaluations/<uuid:self_evaluation_id>", self_evaluation, roles=READERS)
api.shows(f"{INSPECTION}/scope", scope_register, roles=READERS)
api.shows(f"{INSPECTION}/disposal", disposal, roles=(*DISPOSERS, Role.AUDITOR))
api.shows("/inspections/<uuid:inspection_id>", gathering, roles=READERS)
api.shows("/returns/<uuid:return_id>", information_return, roles=(*READERS, Role.PARTNERSHIP_CONTACT), opens=GATHERERS)
api.shows("/items/<uuid:evidence_id>", evidence_item, roles=READERS, opens=(*GATHERERS, Role.QUALITY_PANEL))


def _noting_over_supply(running: RunningService, members: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Take note of a return that holds too much, before it is refused."""
    columns, return_id = members["columns"], members["return_id"]
    found = over_supplied(columns, members.get("looks", ()))
    if not found:
        return members
    with running.log.reading() as tx:
        known = running.state_of(tx, information_return, return_id)
    if known.inspection_id is not None:
        noted = NoteOverSupply(
            inspection_id=known.inspection_id,
            return_id=return_id,
            columns=len(columns),
            positions=tuple(found),
            kinds=tuple(sorted(set(found.values()))),
            today=None,
        )
        running.handle(noted, cause_of(caller))
    return members


api.accepts(SubmitReturn, "/returns/<uuid:return_id>/submissions", roles=SENDERS, prepare=_noting_over_supply)


@api.reads(SubmitSpreadsheet, "/returns/<uuid:return_id>/spreadsheets", roles=SENDERS, kinds=spreadsheets.KINDS)
def spreadsheet(running: RunningService, caller: Caller, return_id: UUID) -> SubmitSpreadsheet:
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
    return SubmitSpreadsheet(**_noting_over_supply(running, members, caller))


@api.asks(f"{INSPECTION}/self-evaluations", roles=READERS)
def self_evaluated(inspection_id: UUID) -> Response:
    """Who has evaluated themselves, and who is missing; for the team only."""
    with serving("evidence").running.log.reading() as tx:
        seen = _gathered(tx, inspection_id)
        if seen.area is None or seen.validation is None:
            raise NotFound
        shown = campaign(tx, inspection_id, seen.area)
    numbers = {"closes_on": closes_on(seen), "to_validate": seen.to_validate, "chosen": len(seen.chosen)}
    return answered(plain(shown) | numbers)


@api.asks(f"{INSPECTION}/strata", roles=READERS)
def strata(inspection_id: UUID) -> Response:
    """How each stratum of the inspection's sample is accounted for, and how much there is on each stage."""
    with serving("evidence").running.log.reading() as tx:
        seen = _gathered(tx, inspection_id)
        return answered(plain(accounted(tx, inspection_id, seen.strata, seen.empty_strata, seen.stages)))


@api.asks(f"{INSPECTION}/matrix", roles=READERS)
def triangulation(inspection_id: UUID) -> Response:
    """Which methods bear on which indicator, how strongly, and which rights and promises the evidence is about."""
    shown = _matrix(inspection_id)
    return answered(plain(shown) | {"lines": [_line(each) for each in shown.lines]})


@api.asks(f"{INSPECTION}/matrix/page", roles=READERS, html=True)
def matrix_page(inspection_id: UUID) -> Response:
    """The same, to be looked at: a picture, and the table that it is drawn from."""
    shown = _matrix(inspection_id)
    demonstration = serving("evidence").running.log.origin.startswith("demo.")
    return pages.rendered("matrix.html", matrix=shown, inspection=inspection_id, demonstration=demonstration)


@api.asks(f"{INSPECTION}/disposal/rehearsal", roles=(*DISPOSERS, Role.DATA_PROTECTION_OFFICER, Role.AUDITOR))
def rehearse_disposal(inspection_id: UUID) -> Response:
    """What disposing of an inspection's records would destroy here, and what stops it today; nothing is changed."""
    running = serving("evidence").running
    with running.log.reading() as tx:
        _gathered(tx, inspection_id)
        state = running.state_of(tx, disposal, inspection_id)
        today = instant(running.log.now_us(tx)).astimezone(SCOTLAND).date()
    stopped = [{"code": each.code(), **each.details} for each in stops(state, InspectionId(inspection_id), today)]
    found = counted(running, ErasedKind.INSPECTION, ErasedId(inspection_id))
    proposed = {"due_on": state.due_on, "proposed_by": state.proposed_by}
    return answered({"inspection_id": inspection_id, **proposed, "stopped_by": plain(stopped), **plain(found)})


def _line(line: Any) -> dict[str, Any]:
    return {**plain(line), "triangulated": line.triangulated}


def _matrix(inspection_id: UUID) -> Matrix:
    with serving("evidence").running.log.reading() as tx:
        return matrix(tx, inspection_id, _gathered(tx, inspection_id).indicators)


def _gathered(tx: Any, inspection_id: UUID) -> Gathering:
    seen = serving("evidence").running.state_of(tx, gathering, inspection_id)
    if seen.reference_date is None:
        raise NotFound
    return seen
