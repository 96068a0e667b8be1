"""Scheduling over HTTP: one line a command, one line a list, and calendars that are read by a secret address."""

from secrets import token_urlsafe
from typing import Any
from uuid import UUID, uuid5

from flask import Response, url_for
from marshmallow import Schema

from services.scheduling.aggregates.inspection import inspection
from services.scheduling.aggregates.programme import programme
from services.scheduling.aggregates.team_member import team_member
from services.scheduling.commands import (
    AssignToTeam,
    ChangeEmployment,
    ChangeScope,
    CloseInspection,
    CloseProgramme,
    CommissionProgramme,
    CompleteStep,
    DeclareInterest,
    DropArea,
    EndPublicationPause,
    ExcludeWeek,
    GrantCalendarFeed,
    IncludeWeek,
    InvitePartner,
    LayTimetable,
    LeaveTeam,
    MitigateConflict,
    MoveStep,
    NominateContact,
    OpenInspection,
    PairTeamMembers,
    PauseClock,
    PausePublication,
    PlanActivity,
    RegisterTeamMember,
    ResumeClock,
    RevokeCalendarFeed,
    RevokeToken,
    RevokeTokens,
    SelectArea,
)
from services.scheduling.read_models.activities import activities
from services.scheduling.read_models.calendar_feeds import calendar_feeds, whose
from services.scheduling.read_models.conflicts import conflicts
from services.scheduling.read_models.deadlines import deadlines
from services.scheduling.read_models.excluded_weeks import excluded_weeks
from services.scheduling.read_models.inspections import inspections
from services.scheduling.read_models.moves import moves
from services.scheduling.read_models.programmes import programmes
from services.scheduling.read_models.publication_pauses import publication_pauses
from services.scheduling.read_models.published_reports import published_reports
from services.scheduling.read_models.scope_changes import scope_changes
from services.scheduling.read_models.teams import inspections_of, teams
from services.scheduling.read_models.timetable import timetable
from shared.audit.api import log_api
from shared.contracts.scheduling import StepMoved, TimetableLaid
from shared.edges import disclosing, requests
from shared.edges.access import Caller
from shared.edges.admitting import Admitted, admitted, seen_of
from shared.edges.calendar_file import CONTENT_TYPE, WholeDays, calendar_file
from shared.edges.http import Api, answered, listed
from shared.edges.requests import Serving, serving
from shared.errors import NotFound
from shared.sourcing.clock import today
from shared.sourcing.event_log import EventLog
from shared.sourcing.read_models import ReadModel
from shared.sourcing.telling import instant
from shared.vocabulary.identity import ActorId, CalendarFeedId, PersonId, StepCode, TokenId

UNSEEN = frozenset({"conflicts", "mitigations"})
"""What of a team member only whoever decides on conflicts is shown; ties are for those who may read words."""

api = Api("scheduling", reference=True, besides=(log_api,))

PROGRAMME = "/programmes/<uuid:programme_id>"
api.accepts(CommissionProgramme, PROGRAMME)
api.accepts(SelectArea, f"{PROGRAMME}/areas")
api.accepts(DropArea, f"{PROGRAMME}/dropped-areas")
api.accepts(ChangeScope, f"{PROGRAMME}/scope-changes")
api.accepts(CloseProgramme, f"{PROGRAMME}/closure")

api.accepts(ExcludeWeek, "/excluded-weeks")
api.accepts(IncludeWeek, "/included-weeks")
api.accepts(PausePublication, "/publication-pauses/<uuid:pause_id>")
api.accepts(EndPublicationPause, "/publication-pauses/<uuid:pause_id>/end")

INSPECTION = "/inspections/<uuid:inspection_id>"
api.accepts(OpenInspection, INSPECTION)
api.accepts(InvitePartner, f"{INSPECTION}/partners")
api.accepts(NominateContact, f"{INSPECTION}/contacts")
api.accepts(LayTimetable, f"{INSPECTION}/timetable")
api.accepts(MoveStep, f"{INSPECTION}/timetable/moves")
api.accepts(PauseClock, f"{INSPECTION}/timetable/pause")
api.accepts(ResumeClock, f"{INSPECTION}/timetable/resumption")
api.accepts(CompleteStep, f"{INSPECTION}/timetable/completions")
api.accepts(CloseInspection, f"{INSPECTION}/closure")

MEMBER = "/team-members/<uuid:person_id>"
api.accepts(RegisterTeamMember, MEMBER)
api.accepts(ChangeEmployment, f"{MEMBER}/employment")
api.accepts(DeclareInterest, f"{MEMBER}/interests")
api.accepts(AssignToTeam, f"{MEMBER}/assignments")
api.accepts(MitigateConflict, f"{MEMBER}/mitigations")
api.accepts(PairTeamMembers, f"{MEMBER}/pairs")
api.accepts(PlanActivity, f"{MEMBER}/activities")
api.accepts(LeaveTeam, f"{MEMBER}/departures")

api.lists("/programmes", programmes)
api.lists(f"{PROGRAMME}/scope-changes", scope_changes)
api.lists("/excluded-weeks", excluded_weeks, filters=("council",))
api.lists("/publication-pauses", publication_pauses, filters=("council", "pause_id"))
api.lists("/inspections", inspections, filters=("council", "programme_id", "inspection_id", "follows"))
api.lists(f"{INSPECTION}/timetable", timetable)
api.lists(f"{INSPECTION}/timetable/moves", moves)
api.lists("/deadlines", deadlines, filters=("inspection_id", "state"))
api.lists(f"{INSPECTION}/team", teams)
api.lists(f"{INSPECTION}/activities", activities)
api.lists("/published-reports", published_reports, filters=("inspection_id",))

api.shows(PROGRAMME, programme)
api.shows(INSPECTION, inspection)


def _unseen(let_in: Admitted) -> frozenset[str]:
    """What of a team member somebody is not shown: conflicts are for who decides on them, ties for who records them."""
    decides = let_in.may("scheduling", "MitigateConflict")
    return (frozenset() if decides else UNSEEN) | (frozenset() if let_in.allowed.words else {"ties"})


@api.asks(MEMBER, query=("as_of",))
def show_team_member(person_id: UUID) -> Response:
    """One team member, folded from their stream; nobody reads their own, as its very version may tell of a conflict."""
    here, let_in = serving("scheduling"), admitted()
    if let_in.caller.actor == person_id:
        raise NotFound
    name = team_member.stream_of(person_id)
    with here.running.log.reading() as tx:
        up_to = requests.version_wanted(here.running.log, tx, name)
        history, version = here.running.log.facts(tx, name, up_to)
    if not version:
        raise NotFound
    state, unseen = team_member.state(history), _unseen(let_in)
    seen = disclosing.shown(here, {n: getattr(state, n) for n in state.__dataclass_fields__ if n not in unseen})
    return answered({"person_id": person_id, **seen, "version": version}, version)


@api.asks("/conflicts", listed=True, query=("cursor", "limit"))
def list_conflicts() -> Response:
    """The conflicts of interest on all teams, but for the caller's own."""
    return _listed(conflicts, conflicts.table.c.person_id != admitted().caller.actor)


@api.asks(f"{INSPECTION}/conflicts", query=("cursor", "limit"))
def list_conflicts_of_inspection(inspection_id: UUID) -> Response:
    """The conflicts of interest on a team, but for the caller's own."""
    own = conflicts.table.c
    return _listed(conflicts, own.person_id != admitted().caller.actor, own.inspection_id == inspection_id)


def _listed(model: ReadModel, *where: Any, without: tuple[str, ...] = ()) -> Response:
    seen = [*where, *seen_of(model)]
    return listed(serving("scheduling").running, model, seen, requests.page_wanted(), without)


class NothingSchema(Schema):
    """Nothing has to be said."""


@api.changes(f"{MEMBER}/calendar-feeds/<uuid:feed_id>", NothingSchema)
def grant_calendar_feed(_loaded: Any, person_id: UUID, feed_id: UUID) -> Response:
    """Let somebody's programme read their inspections' dates; the secret address is told once and kept nowhere."""
    here, caller = serving("scheduling"), admitted().caller
    secret = token_urlsafe(32)
    command = GrantCalendarFeed(
        feed_id=CalendarFeedId(feed_id),
        person_id=PersonId(person_id),
        secret_hash=here.keyed(secret, "calendar feeds"),
        today=None,
    )
    reply = here.running.handle(command, requests.cause_of(caller), key=requests.request_key(here, caller))
    address = None if reply.replayed else url_for("scheduling.calendar", secret=secret)
    return answered({**reply.body, "address": address}, reply.version)


@api.asks(f"{MEMBER}/calendar-feeds", query=("cursor", "limit"))
def list_calendar_feeds(person_id: UUID) -> Response:
    """Somebody's calendar feeds, by id: what may be revoked."""
    return _listed(calendar_feeds, calendar_feeds.table.c.person_id == person_id, without=("secret_hash",))


api.accepts(RevokeCalendarFeed, "/calendar-feeds/<uuid:feed_id>/revocation")


def _until_now(here: Serving, members: dict[str, Any], _caller: Caller) -> dict[str, Any]:
    """Nobody says when: it is by the machine's clock, as tokens are."""
    with here.running.log.reading() as tx:
        return {**members, "before": instant(here.running.log.store.machine_us(tx))}


api.accepts(RevokeTokens, "/revocations/people/<uuid:holder>", prepare=_until_now, without=("before",))
api.accepts(RevokeToken, "/revocations/tokens/<uuid:token_id>")


@api.changes("/revocations/own", NothingSchema)
def revoke_own_tokens(_loaded: Any) -> Response:
    """Shut oneself out, everywhere and from now on, until one signs in or asks for a token anew."""
    here, caller = serving("scheduling"), admitted().caller
    members = _until_now(here, {"holder": ActorId(caller.actor)}, caller)
    return _called_back(RevokeTokens(**members), caller)


@api.changes("/revocations/own/token", NothingSchema)
def revoke_this_token(_loaded: Any) -> Response:
    """Call back the very token by which one asks."""
    caller = admitted().caller
    if caller.token_id is None:
        raise NotFound
    return _called_back(RevokeToken(token_id=TokenId(caller.token_id)), caller)


def _called_back(command: Any, caller: Caller) -> Response:
    here = serving("scheduling")
    reply = here.running.handle(command, requests.cause_of(caller), key=requests.request_key(here, caller))
    return answered(reply.body, reply.version)


@api.opens("/calendar-feeds/<secret>.ics", methods=("GET",))
def calendar(secret: str) -> Response:
    """The dates of the inspections whose team somebody is on; a secret that opens nothing is not there."""
    here = serving("scheduling")
    log = here.running.log
    with log.reading() as tx:
        person_id = whose(tx, here.keyed(secret, "calendar feeds"))
        if person_id is None:
            raise NotFound
        days = [day for each in inspections_of(tx, person_id, today(log, tx)) for day in _days(log, tx, each)]
    return Response(calendar_file("Speir", days), content_type=CONTENT_TYPE)


def _days(log: EventLog, tx: Any, inspection_id: UUID) -> list[WholeDays]:
    """The steps of an inspection, each with when its dates were last decided on and how often they changed."""
    recorded = [(event.fact, event.recorded_us) for event in log.stream(tx, inspection.stream_of(inspection_id))]
    state = inspection.state(fact for fact, _ in recorded)
    revised: dict[StepCode, tuple[int, int]] = {}
    for fact, us in recorded:
        if isinstance(fact, TimetableLaid):
            revised |= {step.code: (us, 0) for step in fact.steps}
        elif isinstance(fact, StepMoved):
            revised[fact.code] = (us, revised[fact.code][1] + 1)
    titles = {step.code: step.title for step in state.edition.steps} if state.edition else {}
    return [
        WholeDays(
            uid=uuid5(inspection_id, step.code),
            title=f"{state.area.name if state.area else ''}: {titles[step.code]}",
            first_day=step.starts_on,
            last_day=step.ends_on,
            revised_at=instant(revised[step.code][0]),
            revision=revised[step.code][1],
        )
        for step in state.steps
    ]
