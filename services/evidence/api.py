"""Evidence over HTTP: one line a command, one line a list."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response

from services.evidence.aggregates.disposal import disposal
from services.evidence.aggregates.evidence_item import evidence_item
from services.evidence.aggregates.gathering import gathering
from services.evidence.aggregates.information_return import information_return
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
    RaiseUncertainty,
    RecordEmptyStratum,
    RecordFinding,
    RegisterEvidence,
    ResolveUncertainty,
    ReturnOriginals,
    SetSelfEvaluationWindow,
    SubmitReturn,
    SubmitSelfEvaluation,
    SubmitToMinisters,
    SupportSelfEvaluation,
    ValidateSelfEvaluation,
    WithdrawEvidence,
)
from services.evidence.read_models.disposals import disposals
from services.evidence.read_models.evidence_items import evidence_items
from services.evidence.read_models.evidence_links import evidence_links
from services.evidence.read_models.findings import findings
from services.evidence.read_models.gatherings import gatherings
from services.evidence.read_models.matrix import matrix
from services.evidence.read_models.returns import returns
from services.evidence.read_models.self_evaluations import self_evaluations
from services.evidence.read_models.uncertainties import uncertainties
from shared.edges.http import Api, answered
from shared.edges.pages import Pages
from shared.edges.requests import serving
from shared.edges.views import plain
from shared.errors import NotFound
from shared.vocabulary.areas import name_of
from shared.vocabulary.councils import COUNCILS
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
api.accepts(SubmitReturn, "/returns/<uuid:return_id>/submissions", roles=SENDERS)
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
api.accepts(LiftHold, f"{INSPECTION}/disposal/hold/end", roles=DISPOSERS)
api.accepts(BorrowOriginals, f"{INSPECTION}/originals/<uuid:originals_id>", roles=DISPOSERS)
api.accepts(ReturnOriginals, f"{INSPECTION}/originals/<uuid:originals_id>/return", roles=DISPOSERS)
api.accepts(DisposeRecords, f"{INSPECTION}/disposal", roles=DISPOSERS)

api.lists("/inspections", gatherings, roles=READERS, filters=("inspection_id",))
api.lists("/returns", returns, roles=(*READERS, Role.PARTNERSHIP_CONTACT), filters=("inspection_id", "kind"))
api.lists("/items", evidence_items, roles=READERS, filters=("inspection_id", "method"))
api.lists("/links", evidence_links, roles=READERS, filters=("inspection_id", "evidence_id", "indicator", "method"))

api.lists(f"{INSPECTION}/uncertainties", uncertainties, roles=READERS)
api.lists(f"{INSPECTION}/findings", findings, roles=READERS)
api.lists("/disposals", disposals, roles=(*DISPOSERS, Role.AUDITOR), filters=("inspection_id",))

api.shows("/self-evaluations/<uuid:self_evaluation_id>", self_evaluation, roles=READERS)
api.shows(f"{INSPECTION}/scope", scope_register, roles=READERS)
api.shows(f"{INSPECTION}/disposal", disposal, roles=(*DISPOSERS, Role.AUDITOR))
api.shows("/inspections/<uuid:inspection_id>", gathering, roles=READERS)
api.shows("/returns/<uuid:return_id>", information_return, roles=(*READERS, Role.PARTNERSHIP_CONTACT), opens=GATHERERS)
api.shows("/items/<uuid:evidence_id>", evidence_item, roles=READERS, opens=(*GATHERERS, Role.QUALITY_PANEL))


@api.asks(f"{INSPECTION}/self-evaluations", roles=READERS)
def campaign(inspection_id: UUID) -> Response:
    """Who has evaluated themselves, and who is missing; for the team only."""
    running = serving("evidence").running
    with running.log.reading() as tx:
        gathered = gathering.state(running.log.history(tx, gathering.stream_of(inspection_id)).facts)
        where = self_evaluations.table.c.inspection_id == inspection_id
        rows, _ = self_evaluations.page(tx, [where], None, len(COUNCILS) + 1)
    if gathered.area is None or gathered.validation is None:
        raise NotFound
    expected = sorted(COUNCILS) if gathered.area.is_nation else list(gathered.area.councils)
    handed_in = {council for row in rows for council in row.councils.split()}
    missing = [{"council": code, "name": name_of(code)} for code in expected if code not in handed_in]
    return answered(
        {
            "closes_on": closes_on(gathered),
            "expected": len(expected),
            "handed_in": len(expected) - len(missing),
            "missing": missing,
            "to_validate": gathered.to_validate,
            "chosen": len(gathered.chosen),
            "items": [plain({n: v for n, v in row._mapping.items() if n != "stream"}) for row in rows],  # noqa: SLF001 - SQLAlchemy's public name
        }
    )


@api.asks(f"{INSPECTION}/matrix", roles=READERS)
def triangulation(inspection_id: UUID) -> Response:
    """Which methods bear on which indicator, how strongly, and which rights and promises the evidence is about."""
    shown = _matrix(inspection_id)
    return answered(plain(shown) | {"lines": [_line(each) for each in shown.lines]})


@api.asks(f"{INSPECTION}/matrix/page", roles=READERS)
def matrix_page(inspection_id: UUID) -> Response:
    """The same, to be looked at: a picture, and the table that it is drawn from."""
    shown = _matrix(inspection_id)
    demonstration = serving("evidence").running.log.origin.startswith("demo.")
    return pages.rendered("matrix.html", matrix=shown, inspection=inspection_id, demonstration=demonstration)


def _line(line: Any) -> dict[str, Any]:
    return {**plain(line), "triangulated": line.triangulated}


def _matrix(inspection_id: UUID) -> Any:
    running = serving("evidence").running
    with running.log.reading() as tx:
        gathered = gathering.state(running.log.history(tx, gathering.stream_of(inspection_id)).facts)
        if gathered.reference_date is None:
            raise NotFound
        return matrix(tx, inspection_id, gathered.indicators)
