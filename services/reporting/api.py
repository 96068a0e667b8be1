"""Reporting over HTTP: one line a command, one line a list, and what is published open to everybody."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response, current_app, request, url_for

from services.reporting.aggregates.bundle import AccessibleVersionMissing
from services.reporting.aggregates.evaluation import evaluation
from services.reporting.aggregates.recommendation import recommendation
from services.reporting.aggregates.report import Report, hash_of, report
from services.reporting.commands import (
    AcceptRecommendation,
    AdjustEvaluation,
    ApproveDraft,
    ApprovePublication,
    AttachAccessibleVersion,
    ClearIdentifiability,
    CloseFactualAccuracy,
    ConfirmEvaluation,
    DraftReport,
    IssueRecommendation,
    LeaveUnevaluated,
    ProposeEvaluation,
    PublishReport,
    RaiseInaccuracy,
    RuleOnInaccuracy,
    SendForFactualAccuracy,
    SetEmbargo,
)
from services.reporting.read_models.evaluations import evaluations
from services.reporting.read_models.published import is_public, public_page
from services.reporting.read_models.recommendations import recommendations
from services.reporting.read_models.reports import reports
from shared.contracts.reporting import ReportPublished
from shared.edges import requests
from shared.edges.access import Caller
from shared.edges.http import Api, answered, page
from shared.edges.pages import Pages
from shared.edges.requests import serving
from shared.edges.views import plain
from shared.errors import NotFound, Refused, Unavailable
from shared.messages import Sealed, Words
from shared.sealing.keyring import Erased, Keyring
from shared.sourcing.due import command_name
from shared.sourcing.running import RunningService
from shared.vocabulary.areas import area_of, council
from shared.vocabulary.roles import AccessRole as Role

LEAD = (Role.LEAD,)
WRITERS = (Role.LEAD, Role.INSPECTOR)
PANEL = (Role.QUALITY_PANEL,)
PARTNERSHIP = (Role.PARTNERSHIP_CONTACT,)
READERS = (*WRITERS, Role.PARTNER_INSPECTOR, Role.QUALITY_PANEL, Role.APPROVER)
OVERSIGHT = (*READERS, Role.PLANNER, Role.COORDINATOR, Role.AUDITOR)

FOUND_OUT = ("content", "accessible", "title", "clearance", "cleared_at")
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class DraftErased(Refused):
    """The key of this inspection's drafts is destroyed: their texts cannot be read any more."""

    recorded = True


def with_clearance_and_content(running: RunningService, members: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Find out what a publication needs: the approved texts, and participation's word. A refusal is recorded."""
    with running.log.reading() as tx:
        history, version = running.log.facts(tx, report.stream_of(members["report_id"]))
    state = report.state(history)
    if not version or state.inspection_id is None:
        raise NotFound
    try:
        return members | _texts(running.keyring, state) | _clearance(state)
    except Refused as refusal:
        if refusal.recorded:
            running.record_refusal(refusal, command_name(PublishReport), requests.cause_of(caller), state.inspection_id)
        raise


def _texts(keyring: Keyring, state: Report) -> dict[str, str]:
    if state.accessible is None:
        raise AccessibleVersionMissing
    return {name: _opened(keyring, getattr(state, name)) for name in ("title", "content", "accessible")}


def _opened(keyring: Keyring, field: Words | Sealed | None) -> str:
    text = keyring.open(field) if isinstance(field, Sealed) else None
    if text is None or isinstance(text, Erased):
        raise DraftErased
    return text


def _clearance(state: Report) -> dict[str, Any]:
    if state.published_on is not None:  # asked again: the answer that was given, or that it is published already
        return {"clearance": state.clearance, "cleared_at": LONG_AGO}
    ask = current_app.extensions.get("speir.clearance")
    if ask is None or state.inspection_id is None:
        raise Unavailable
    given = ask(state.inspection_id)
    return {"clearance": given.clearance_id, "cleared_at": given.cleared_at}


api = Api("reporting")
pages = Pages(Path(__file__).parent / "pages")

EVALUATION = "/evaluations/<uuid:evaluation_id>"
api.accepts(ProposeEvaluation, f"{EVALUATION}/proposals", roles=WRITERS)
api.accepts(ConfirmEvaluation, f"{EVALUATION}/confirmation", roles=PANEL)
api.accepts(AdjustEvaluation, f"{EVALUATION}/adjustments", roles=PANEL)
api.accepts(LeaveUnevaluated, f"{EVALUATION}/leaving", roles=PANEL)

REPORT = "/reports/<uuid:report_id>"
INACCURACY = f"{REPORT}/inaccuracies/<uuid:inaccuracy_id>"
api.accepts(DraftReport, f"{REPORT}/drafts", roles=WRITERS)
api.accepts(ApproveDraft, f"{REPORT}/draft-approvals", roles=PANEL)
api.accepts(SendForFactualAccuracy, f"{REPORT}/factual-accuracy", roles=LEAD)
api.accepts(CloseFactualAccuracy, f"{REPORT}/factual-accuracy/closure", roles=PARTNERSHIP)
api.accepts(RaiseInaccuracy, INACCURACY, roles=PARTNERSHIP)
api.accepts(RuleOnInaccuracy, f"{INACCURACY}/ruling", roles=LEAD)
api.accepts(ClearIdentifiability, f"{REPORT}/identifiability", roles=(Role.LEAD, Role.QUALITY_PANEL))
api.accepts(AttachAccessibleVersion, f"{REPORT}/accessible-versions", roles=(*WRITERS, Role.PARTICIPATION_LEAD))
api.accepts(SetEmbargo, f"{REPORT}/embargo", roles=LEAD)
api.accepts(ApprovePublication, f"{REPORT}/publication-approvals", roles=(Role.APPROVER,))
api.accepts(PublishReport, f"{REPORT}/publication", roles=LEAD, prepare=with_clearance_and_content, without=FOUND_OUT)

RECOMMENDATION = "/recommendations/<uuid:recommendation_id>"
api.accepts(IssueRecommendation, RECOMMENDATION, roles=LEAD)
api.accepts(AcceptRecommendation, f"{RECOMMENDATION}/acceptances", roles=PARTNERSHIP)

api.lists("/inspections/<uuid:inspection_id>/evaluations", evaluations, roles=OVERSIGHT)
api.lists("/inspections/<uuid:inspection_id>/reports", reports, roles=OVERSIGHT)
api.lists("/recommendations", recommendations, roles=(*OVERSIGHT, *PARTNERSHIP), filters=("inspection_id", "report_id"))

api.shows(EVALUATION, evaluation, roles=(*READERS, Role.AUDITOR), opens=READERS)
api.shows(f"{REPORT}/draft", report, roles=(*READERS, Role.AUDITOR), opens=READERS)
api.shows(RECOMMENDATION, recommendation, roles=(*OVERSIGHT, *PARTNERSHIP))


@api.asks("/reports", roles=None, query=("council", "cursor", "limit"))
def published_reports() -> Response:
    """The published reports, of all areas or of a council's; a retired code is read as the current one."""
    code = request.args.get("council")
    cursor, limit = requests.page_wanted()
    with serving("reporting").running.log.reading() as tx:
        rows, further = public_page(tx, None if code is None else council(code), cursor, limit)
    return page([_listed(row._mapping) for row in rows], further)  # noqa: SLF001 - SQLAlchemy's public name


def _listed(row: Any) -> dict[str, Any]:
    area = area_of(row["councils"].split())
    shown = {name: value for name, value in row.items() if name not in ("stream", "councils")}
    return shown | {"councils": area.councils, "area": area.name}


@api.opens(REPORT, methods=("GET",))
def published_report(report_id: UUID) -> Response:
    """A published report: both versions, the evaluations, and the hashes of what was approved."""
    fact = _published(report_id)
    shown = {name: value for name, value in plain(fact).items() if name != "clearance"}
    more = {"title_hash": hash_of(fact.title), "accessible_hash": hash_of(fact.accessible)}
    return answered(shown | more | {"area": {"name": fact.area.name, "councils": fact.area.councils}})


@api.opens(f"{REPORT}/page", methods=("GET",))
def report_page(report_id: UUID) -> Response:
    """A published report, to be read in a browser."""
    return _rendered("report.html", _published(report_id), "reporting.accessible_page")


@api.opens(f"{REPORT}/page/accessible", methods=("GET",))
def accessible_page(report_id: UUID) -> Response:
    """The accessible version of a published report."""
    return _rendered("accessible.html", _published(report_id), "reporting.report_page")


def _published(report_id: UUID) -> ReportPublished:
    """What was published; raises NotFound in the same way for what is absent, unfinished, embargoed or held."""
    running = serving("reporting").running
    stream = report.stream_of(report_id)
    with running.log.reading() as tx:
        if not is_public(tx, stream):
            raise NotFound
        history, _ = running.log.facts(tx, stream)
    *_, last = (fact for fact in history if isinstance(fact, ReportPublished))
    return last


def _rendered(template: str, fact: ReportPublished, other: str) -> Response:
    return pages.rendered(
        template,
        report=fact,
        accessible_hash=hash_of(fact.accessible),
        other=url_for(other, report_id=fact.report_id),
        demonstration=serving("reporting").running.log.origin.startswith("demo."),
    )
