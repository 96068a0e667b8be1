"""Reporting over HTTP: one line a command, one line a list, and what is published open to everybody."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from flask import Response, current_app, g, request, url_for

from services.reporting.aggregates.action_plan import action_plan
from services.reporting.aggregates.bundle import AccessibleVersionMissing
from services.reporting.aggregates.drafts import draft_of, drafts, points, sent
from services.reporting.aggregates.embargoed_copy import embargoed_copy
from services.reporting.aggregates.evaluation import evaluation
from services.reporting.aggregates.inspected import inspected
from services.reporting.aggregates.recommendation import recommendation
from services.reporting.aggregates.report import Report, hash_of, report
from services.reporting.aggregates.versions import Public, Version, public
from services.reporting.commands import (
    AcceptRecommendation,
    AdjustEvaluation,
    AnnounceProgressReview,
    ApproveDraft,
    ApprovePublication,
    AttachAccessibleVersion,
    CarryForward,
    ClearIdentifiability,
    CloseFactualAccuracy,
    CloseRecommendation,
    ConfirmEvaluation,
    CorrectReport,
    CoverRights,
    DraftReport,
    ExtendFactualAccuracy,
    GiveEmbargoedCopy,
    HoldDiscussion,
    IssueRecommendation,
    LeaveUnevaluated,
    ProposeEvaluation,
    PublishReport,
    RaiseInaccuracy,
    ReadEmbargoedCopy,
    RecordProgress,
    RejectRecommendation,
    ReturnProgress,
    ReviewActionPlan,
    RevokeEmbargoedCopy,
    RuleOnInaccuracy,
    SendForFactualAccuracy,
    SetEmbargo,
    SubmitActionPlan,
    SupersedeRecommendation,
    WithdrawReport,
)
from services.reporting.read_models.action_plans import action_plans
from services.reporting.read_models.embargoed_copies import embargoed_copies, opened_by
from services.reporting.read_models.evaluations import evaluations
from services.reporting.read_models.evidence_known import UNHEARD, known_of
from services.reporting.read_models.progress_reviews import announced_after
from services.reporting.read_models.published import is_public, public_page
from services.reporting.read_models.recommendation_history import recommendation_history
from services.reporting.read_models.recommendation_owners import counted, recommendation_owners
from services.reporting.read_models.recommendations import made_in, recommendations
from services.reporting.read_models.reports import reports
from services.reporting.read_models.shelf import found, wanted
from shared.audit.api import log_api
from shared.edges import disclosing, requests
from shared.edges.access import Caller
from shared.edges.admitting import admitted, seen_of
from shared.edges.answers import AnswerSchema
from shared.edges.http import Api, answered, listed, page
from shared.edges.pages import Pages
from shared.edges.requests import Serving, serving
from shared.edges.views import plain
from shared.errors import NotFound, NotUnderstood, Refused, Unavailable
from shared.messages import Sealed
from shared.schemas import CODE, schema_of
from shared.sourcing.due import command_name
from shared.sourcing.service import Cause
from shared.vocabulary.areas import area_of, council
from shared.vocabulary.benchmarks import earlier
from shared.vocabulary.councils import COUNCILS
from shared.vocabulary.follow_up import owner_code
from shared.vocabulary.framework import INDICATORS
from shared.vocabulary.identity import EmbargoedCopyId, ReportId

WEIGHED = ("rationale", "reason")
FOUND_OUT = ("content", "accessible", "title", "clearance", "cleared_at")
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class DraftErased(Refused):
    """The key of this inspection's drafts is destroyed: their texts cannot be read any more."""

    recorded = True


def with_clearance_and_content(here: Serving, members: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Find out what a publication needs: the approved texts, and participation's word. A refusal is recorded."""
    running = here.running
    with running.log.reading() as tx:
        history, version = running.log.facts(tx, report.stream_of(members["report_id"]))
    state = report.state(history)
    if not version or state.inspection_id is None:
        raise NotFound
    if state.published_on is not None:  # asked again: no word is opened to answer as before, or that it is published
        unopened = dict.fromkeys(("title", "content", "accessible"), "")
        return members | unopened | {"clearance": state.clearance, "cleared_at": LONG_AGO}
    try:
        return members | _texts(here, state) | _clearance(state)
    except Refused as refusal:
        if refusal.recorded:
            running.record_refusal(refusal, command_name(PublishReport), requests.cause_of(caller), state.inspection_id)
        raise


def _texts(here: Serving, state: Report) -> dict[str, str]:
    if state.accessible is None:
        raise AccessibleVersionMissing
    return disclosing.opened(here, _fields(state, "title", "content", "accessible"), lost=DraftErased)


def _fields(state: Any, *names: str) -> dict[str, Sealed]:
    """The sealed fields of a state that are there."""
    found = {name: getattr(state, name) for name in names}
    return {name: field for name, field in found.items() if isinstance(field, Sealed)}


def _clearance(state: Report) -> dict[str, Any]:
    ask = current_app.extensions.get("speir.clearance")
    if ask is None or state.inspection_id is None:
        raise Unavailable
    given = ask(state.inspection_id)
    return {"clearance": given.clearance_id, "cleared_at": given.cleared_at}


api = Api("reporting", besides=(log_api,))
pages = Pages(Path(__file__).parent / "pages")

EVALUATION = "/evaluations/<uuid:evaluation_id>"
api.accepts(ProposeEvaluation, f"{EVALUATION}/proposals")
api.accepts(ConfirmEvaluation, f"{EVALUATION}/confirmation")
api.accepts(AdjustEvaluation, f"{EVALUATION}/adjustments")
api.accepts(LeaveUnevaluated, f"{EVALUATION}/leaving")

REPORT = "/reports/<uuid:report_id>"
INACCURACY = f"{REPORT}/inaccuracies/<uuid:inaccuracy_id>"
api.accepts(DraftReport, f"{REPORT}/drafts")
api.accepts(ApproveDraft, f"{REPORT}/draft-approvals")
api.accepts(SendForFactualAccuracy, f"{REPORT}/factual-accuracy")
api.accepts(ExtendFactualAccuracy, f"{REPORT}/factual-accuracy/extension")
api.accepts(CloseFactualAccuracy, f"{REPORT}/factual-accuracy/closure")
api.accepts(RaiseInaccuracy, INACCURACY)
api.accepts(RuleOnInaccuracy, f"{INACCURACY}/ruling")
api.accepts(ClearIdentifiability, f"{REPORT}/identifiability")
api.accepts(AttachAccessibleVersion, f"{REPORT}/accessible-versions")
api.accepts(CoverRights, f"{REPORT}/rights")
api.accepts(SetEmbargo, f"{REPORT}/embargo")
api.accepts(ApprovePublication, f"{REPORT}/publication-approvals")
api.accepts(PublishReport, f"{REPORT}/publication", prepare=with_clearance_and_content, without=FOUND_OUT)

COPY = "/embargoed-copies/<uuid:copy_id>"
api.accepts(RevokeEmbargoedCopy, f"{COPY}/revocation")
api.shows(COPY, embargoed_copy)

api.accepts(CorrectReport, f"{REPORT}/corrections")
api.accepts(WithdrawReport, f"{REPORT}/withdrawal")
api.accepts(
    HoldDiscussion,
    "/inspections/<uuid:inspection_id>/discussions/<uuid:discussion_id>",
)

RECOMMENDATION = "/recommendations/<uuid:recommendation_id>"
api.accepts(IssueRecommendation, RECOMMENDATION)
api.accepts(AcceptRecommendation, f"{RECOMMENDATION}/acceptances")
api.accepts(RejectRecommendation, f"{RECOMMENDATION}/rejections")
api.accepts(RecordProgress, f"{RECOMMENDATION}/progress")
api.accepts(ReturnProgress, f"{RECOMMENDATION}/returns")
api.accepts(CloseRecommendation, f"{RECOMMENDATION}/closure")
api.accepts(SupersedeRecommendation, f"{RECOMMENDATION}/supersession")

FOLLOW_UP = "/inspections/<uuid:inspection_id>"
api.accepts(SubmitActionPlan, f"{FOLLOW_UP}/action-plan")
api.accepts(ReviewActionPlan, f"{FOLLOW_UP}/action-plan/review")
api.accepts(AnnounceProgressReview, f"{FOLLOW_UP}/progress-review")
api.accepts(CarryForward, f"{FOLLOW_UP}/carrying-forward")

api.lists("/inspections/<uuid:inspection_id>/evaluations", evaluations)
api.lists("/inspections/<uuid:inspection_id>/reports", reports)
api.lists("/recommendations", recommendations, filters=("inspection_id", "report_id", "state"))
OWNED = ("owner", "state", "inspection_id")
api.lists("/recommendations/owners", recommendation_owners, filters=OWNED)
api.lists(f"{RECOMMENDATION}/history", recommendation_history, of=recommendation)
api.lists("/action-plans", action_plans, filters=("link_inspector", "state", "overdue"))

api.shows(EVALUATION, evaluation)
api.shows(f"{REPORT}/draft", report)
api.shows(RECOMMENDATION, recommendation)
api.shows(f"{FOLLOW_UP}/action-plan", action_plan)


@api.asks("/recommendations/status", listed=True, query=("owner",))
def recommendations_by_owner() -> Response:
    """How many of an owner's recommendations are how far: what it tells the body that it answers to."""
    asked = request.args.get("owner", "")
    if not re.fullmatch(CODE, asked, re.ASCII):
        raise NotUnderstood(("owner", "Not a code."))
    owner = owner_code(asked)
    with serving("reporting").running.log.shown(admitted().allowed.inspections) as tx:
        return answered({"owner": owner, "recommendations": counted(tx, owner, seen_of(recommendation_owners))})


@api.opens("/reports", methods=("GET",), query=("council", "cursor", "limit"), answer=AnswerSchema)
def published_reports() -> Response:
    """The published reports, of all areas or of a council's; a retired code is read as the current one."""
    code = request.args.get("council")
    cursor, limit = requests.page_wanted()
    with serving("reporting").running.log.shown(None) as tx:
        rows, further = public_page(tx, None if code is None else council(code), cursor, limit)
    return page([_listed(row._mapping) for row in rows], further)  # noqa: SLF001 - SQLAlchemy's public name


def _listed(row: Any) -> dict[str, Any]:
    area = area_of(row["councils"].split())
    shown = {name: value for name, value in row.items() if name not in ("stream", "councils")}
    return shown | {"councils": area.councils, "area": area.name}


@api.opens(REPORT, methods=("GET",))
def published_report(report_id: UUID) -> Response:
    """A published report: both versions, the evaluations, and the hashes of what was approved."""
    known, version = _published(report_id)
    fact = known.report
    area = {"area": {"name": fact.area.name, "councils": fact.area.councils}}
    history = [{"version": each.name, "since": each.since, "note": each.note} for each in known.versions]
    if version is None:
        left_out = ("clearance", "content", "accessible")
        shown = {name: value for name, value in plain(fact).items() if name not in left_out}
        withdrawn = plain(known.withdrawn)
        return answered(shown | area | {"versions": history, "withdrawn": withdrawn})
    shown = {name: value for name, value in plain(fact).items() if name != "clearance"}
    more = {"title_hash": hash_of(fact.title), "accessible_hash": hash_of(version.accessible)}
    texts = {name: getattr(version, name) for name in ("content", "accessible", "content_hash")}
    return answered(shown | more | texts | area | {"version": version.name, "versions": history, "withdrawn": None})


@api.opens("/reports/page", methods=("GET",))
def reports_page() -> Response:
    """The published reports, to be looked through in a browser."""
    looked_for = wanted(request.args)
    with serving("reporting").running.log.shown(None) as tx:
        shelf = found(tx, looked_for)
    here = partial(url_for, "reporting.reports_page")
    return pages.rendered(
        "reports.html",
        asks=True,
        wanted=looked_for,
        found=shelf,
        councils=[one.name for one in COUNCILS.values()],
        link=lambda endpoint, report_id: url_for(f"reporting.{endpoint}", report_id=report_id),
        at=lambda number: here(**looked_for.at(number)),
        **_around(),
    )


def _around() -> dict[str, Any]:
    """What every page shows beside its own: the way back to all reports, and whether this is a demonstration."""
    demonstration = serving("reporting").running.log.origin.startswith("demo.")
    return {"listing": url_for("reporting.reports_page"), "demonstration": demonstration}


@api.opens(f"{REPORT}/page", methods=("GET",))
def report_page(report_id: UUID) -> Response:
    """A published report, to be read in a browser."""
    return _rendered("report.html", *_published(report_id), "reporting.accessible_page")


@api.opens(f"{REPORT}/page/accessible", methods=("GET",))
def accessible_page(report_id: UUID) -> Response:
    """The accessible version of a published report."""
    return _rendered("accessible.html", *_published(report_id), "reporting.report_page")


def _published(report_id: UUID) -> tuple[Public, Version | None]:
    """What was published, and the version that was asked for (``?version=1.0``), else the newest; none if withdrawn.

    Raises NotFound in the same way for what is absent, unfinished, embargoed or held.
    """
    running = serving("reporting").running
    stream = report.stream_of(report_id)
    with running.log.shown(None) as tx:
        if not is_public(tx, stream):
            raise NotFound
        known = public(running.log.history(tx, stream).facts)
    if known is None:
        raise NotFound
    version = known.version(request.args.get("version"))
    if version is None and known.withdrawn is None:
        raise NotFound
    return known, version


def _rendered(template: str, known: Public, version: Version | None, other: str) -> Response:
    report_id = known.report.report_id
    with serving("reporting").running.log.shown(None) as tx:
        recommended, review = made_in(tx, report_id), announced_after(tx, report_id)
    return pages.rendered(
        template if version is not None else "withdrawn.html",
        report=known.report,
        version=version,
        versions=known.versions,
        withdrawn=known.withdrawn,
        accessible_hash=None if version is None else hash_of(version.accessible),
        other=url_for(other, report_id=known.report.report_id, version=request.args.get("version")),
        recommended=recommended,
        review=review,
        indicators=INDICATORS,
        **_around(),
    )


@api.asks("/benchmarks", query=("council", "indicator"))
def benchmarks() -> Response:
    """Evaluations published earlier, with the doubts about each: what a panel looks at beside its own."""
    code, indicator = request.args.get("council"), request.args.get("indicator")
    found = earlier(None if code is None else council(code), indicator)
    return answered({"items": [plain(each) for each in found]})


@api.asks(f"{REPORT}/evidence", of=report)
def chain_of_evidence(report_id: UUID) -> Response:
    """What each evaluation of a report rests on, for inspectors: none of it is in the public form."""
    return answered({"evaluations": [plain(each) for each in _chain(report_id)]})


@api.asks(f"{REPORT}/evidence/page", of=report, html=True)
def chain_page(report_id: UUID) -> Response:
    """The same, to be read in a browser."""
    return pages.rendered(
        "chain.html", chain=_chain(report_id), report_id=report_id, indicators=INDICATORS, **_around()
    )


def _chain(report_id: UUID) -> list[dict[str, Any]]:
    """Each evaluation: the grades, why, and every piece of evidence with its strength."""
    here = serving("reporting")
    running = here.running
    with running.log.shown(admitted().allowed.inspections) as tx:
        written = running.state_of(tx, report, report_id)
        if written.inspection_id is None:
            raise NotFound
        states = [running.state_of(tx, evaluation, each) for each in written.evaluations]
        known = known_of(tx, written.inspection_id)
    return [
        {
            "indicator": state.indicator,
            "proposed": state.proposed,
            "settled": state.settled,
            "scale": state.own_scale or state.scale,
            **dict.fromkeys(WEIGHED),
            **words,
            "evidence": [
                {
                    **known.get(item, UNHEARD),
                    "evidence_id": item,
                    "strength": strength,
                    "rests_on": item in state.rests_on,
                }
                for item, strength in state.evidence.items()
            ],
        }
        for state, words in zip(states, _words(here, states), strict=True)
    ]


def _words(here: Serving, states: Sequence[Any]) -> list[dict[str, str]]:
    """The words of evaluations, opened together: that somebody reads them is put on record once."""
    fields = [_fields(state, *WEIGHED) for state in states]
    disclosing.account(here, admitted(), fields)
    return [disclosing.read_out(here, of, lost=DraftErased) for of in fields]


@api.asks(f"{EVALUATION}/benchmarks", of=evaluation)
def benchmarks_beside(evaluation_id: UUID) -> Response:
    """What was published earlier about the same area, and about the same indicator elsewhere: beside the evaluation."""
    running = serving("reporting").running
    with running.log.reading() as tx:
        state = running.state_of(tx, evaluation, evaluation_id)
        about = running.state_of(tx, inspected, state.inspection_id)
    if state.indicator is None or about.area is None:
        raise NotFound
    names = {state.indicator, *(one.title for code, one in INDICATORS.items() if code == state.indicator)}
    same = [each for name in sorted(names) for each in earlier(indicator=name)]
    here = [each for code in about.area.councils if not about.area.is_nation for each in earlier(code)]
    beside = {name: plain(getattr(state, name)) for name in ("indicator", "scale", "own_scale", "proposed", "settled")}
    return answered({**beside, "of_area": plain(here), "of_indicator": plain(same)})


def _history(report_id: UUID) -> list[Any]:
    log = serving("reporting").running.log
    with log.reading() as tx:
        facts, version = log.facts(tx, report.stream_of(report_id))
    if not version:
        raise NotFound
    return facts


@api.asks(f"{REPORT}/drafts", of=report)
def drafts_of_report(report_id: UUID) -> Response:
    """Every draft of a report by its hashes: who wrote and approved it, and what it puts right."""
    return answered({"items": [plain(each) for each in drafts(_history(report_id))]})


@api.asks(f"{REPORT}/inaccuracies", of=report)
def inaccuracies_of_report(report_id: UUID) -> Response:
    """What the partnership said is wrong: its kind, the ruling, and the draft that puts it right."""
    return answered({"items": disclosing.shown(serving("reporting"), points(_history(report_id)))})


@api.asks(f"{REPORT}/factual-accuracy", of=report)
def sent_draft(report_id: UUID) -> Response:
    """The draft that the partnership has, and until when it may say what is wrong with it."""
    facts = _history(report_id)
    draft, state = sent(facts), report.state(facts)
    if draft is None:
        raise NotFound
    texts = disclosing.opened(serving("reporting"), _fields(draft, "title", "content"), lost=DraftErased)
    window = {"due_on": state.due_on, "closed_early": state.closed_early, "extended": state.extended}
    return answered({"number": draft.number, "content_hash": draft.content_hash, **texts, **window})


GIVEN = frozenset({"copy_id", "report_id", "inspection_id", "secret_hash"})


@api.changes(f"{REPORT}/embargoed-copies/<uuid:copy_id>", schema_of(GiveEmbargoedCopy, GIVEN), of=report)
def give_embargoed_copy(loaded: Any, report_id: UUID, copy_id: UUID) -> Response:
    """Let somebody read a report before its publication; the secret address is told once and kept nowhere."""
    here, caller = serving("reporting"), admitted().caller
    about = report.state(_history(report_id)).inspection_id
    if about is None:
        raise NotFound
    secret = token_urlsafe(32)
    command = GiveEmbargoedCopy(
        copy_id=EmbargoedCopyId(copy_id),
        report_id=ReportId(report_id),
        inspection_id=about,
        secret_hash=here.keyed(secret, "embargoed copies"),
        designation=loaded["designation"],
        today=None,
    )
    reply = here.running.handle(command, requests.cause_of(caller), key=requests.request_key(here, caller))
    address = None if reply.replayed else url_for("reporting.read_embargoed_copy", secret=secret)
    return answered({**reply.body, "address": address}, reply.version)


@api.asks(f"{REPORT}/embargoed-copies", of=report, query=("cursor", "limit"))
def embargoed_copies_of_report(report_id: UUID) -> Response:
    """The copies that were given of a report: since when, and how often each was read; never its secret."""
    of_report = [embargoed_copies.table.c.report_id == report_id]
    here = serving("reporting").running
    return listed(here, embargoed_copies, of_report, requests.page_wanted(), without=("secret_hash",))


@api.opens("/embargoed/<secret>", methods=("GET",))
def read_embargoed_copy(secret: str) -> Response:
    """A copy under embargo, marked with whose it is; that it was read is on record before anything is shown."""
    here = serving("reporting")
    log = here.running.log
    with log.reading() as tx:
        copy_id = opened_by(tx, here.keyed(secret, "embargoed copies"))
    if copy_id is None:
        raise NotFound
    cause = Cause(None, "recipient", "read_under_embargo", g.request_id)
    here.running.handle(ReadEmbargoedCopy(copy_id=EmbargoedCopyId(copy_id), today=None), cause)
    with log.reading() as tx:
        copy = here.running.state_of(tx, embargoed_copy, copy_id)
        facts = log.facts(tx, report.stream_of(copy.report_id))[0]
    draft = draft_of(facts, copy.content_hash)
    fields = _fields(draft, "title", "content") | _fields(copy, "designation")
    texts = disclosing.read_out(here, fields, lost=DraftErased)
    return pages.rendered(
        "embargoed.html",
        title=texts["title"],
        content=texts["content"],
        content_hash=draft.content_hash,
        reader=texts["designation"],
        until=report.state(facts).embargo_until,
        **_around(),
    )
