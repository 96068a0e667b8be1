"""Letting a request in: who asks, what they name and where it leads go to the policy; a refusal goes on record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import ColumnElement, Connection

from shared.aggregates import Aggregate
from shared.edges import ceilings
from shared.edges.access import Caller
from shared.edges.assignments import Stood, known_through, where_they_stand
from shared.edges.identity.visiting import caller_of
from shared.edges.proving import ProofNeeded, just_proved
from shared.edges.requests import cause_of, serving
from shared.edges.through_glass import GlassDoesNotFit, ShownGlass, shown_glass
from shared.errors import NotAllowed, NotAssigned, NotFound, PurposeUnfit, Refused
from shared.policy.deciding import BREAKABLE, Allow, Deny, Principal, Reason, Resource, decide
from shared.policy.standing import NOWHERE
from shared.policy.table import Obligation, Reach, Row, row_of
from shared.sourcing.read_models import ReadModel
from shared.vocabulary.roles import Purpose

REFUSED_AS: Mapping[Reason, type[Refused]] = {
    Reason.NO_SUCH_ACTION: NotAllowed,
    Reason.ROLE: NotAllowed,
    Reason.SCOPE: NotAllowed,
    Reason.PURPOSE: PurposeUnfit,
    Reason.ASSIGNMENT: NotAssigned,
    Reason.PAIRING: NotAssigned,
    Reason.SOMEBODY_ELSE: NotAssigned,
}


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who was let in: who they are to the policy, what they asked about, and what they are allowed."""

    action: str
    caller: Caller
    principal: Principal
    asked: Resource
    today: date
    allowed: Allow
    glass: ShownGlass | None = None
    """The glass through which they are let in; None where they are assigned."""

    def may(self, service: str, action: str) -> bool:
        """Say whether their role may take another action as well, if all else is right."""
        row = row_of(service, action)
        return row is not None and self.principal.role in row.grants


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands before one route: its row of the table, and what its path leads to."""

    service: str
    action: str
    leads_to: Aggregate[Any] | type | None = None
    """An aggregate, or the command whose aggregate it is."""
    listed: bool = False
    shows: bool = False
    """Whether it shows one stream and nothing else: the only thing that may be read through broken glass."""

    @property
    def name(self) -> str:
        """What the record calls it."""
        return f"{self.service}.{self.action}"

    @property
    def row(self) -> Row | None:
        """The action's row; None where the table has none, so that nobody may."""
        return row_of(self.service, self.action)

    @property
    def roles(self) -> list[str]:
        """The roles that may, if all else is right."""
        return sorted(role.value for role in self.row.grants) if self.row else []

    def is_for_some(self, caller: Caller) -> bool:
        """Whether it matters where the caller stands: not to a right that reaches to all, nor to none."""
        grant = self.row.grants.get(caller.role) if self.row else None
        return grant is not None and grant.reach is not Reach.ALL

    def admit(self, path: Mapping[str, Any]) -> None:
        """Let somebody in, or raise what the outside may know of why not; NotRecognised for nobody in particular."""
        here = serving(self.service)
        caller = caller_of(here.verifier, here.sign_in)
        ceilings.spend(self.service, self.action, caller)
        leads_to = self._leads_to(path)
        with here.running.log.reading() as tx:
            if self.is_for_some(caller):
                stood = where_they_stand(tx, caller.actor, leads_to)
            else:
                stood = Stood(date.max, NOWHERE, here.running.log.head(tx, leads_to)[1] if leads_to else "")
            who = Principal(caller.actor, caller.role, caller.scopes, stood.standing)
            asked = self._asked(tx, path, stood.about)
            glass = shown_glass(here.running, tx, caller, leads_to if self.shows else None)
        self._judge(caller, who, asked, stood.today, glass)

    def admit_further(self, members: Mapping[str, Any]) -> None:
        """Judge again, now that a command's members say what else it names: an inspection, or what is about one."""
        known = admitted()
        if known.allowed.inspections is None:
            return
        running = serving(self.service).running
        ids = frozenset(_ids_in(members))
        kinds = running.service.of_inspections.values()
        with running.log.reading() as tx:
            named = running.log.abouts(tx, [kind.stream_of(each) for kind in kinds for each in ids])
        inspections = known.asked.inspections | named | _uuid(members.get("inspection_id"))
        asked = replace(known.asked, inspections=inspections, partly=False)
        self._judge(known.caller, known.principal, asked, known.today)

    def _judge(
        self, caller: Caller, who: Principal, asked: Resource, today: date, glass: ShownGlass | None = None
    ) -> None:
        fits = glass is not None and glass.fits
        answer = decide(who, self.row, asked, stated_purpose(), today, glass=fits)
        if isinstance(answer, Deny):
            unfit = glass is not None and answer.reason in BREAKABLE
            self._refuse(caller, GlassDoesNotFit() if unfit else REFUSED_AS[answer.reason](), asked)
        elif Obligation.PROVED in answer.obligations and not just_proved(caller):
            self._refuse(caller, ProofNeeded(), asked)
        else:
            through = glass if answer.through_glass else None
            request.environ["speir.admitted"] = Admitted(self.name, caller, who, asked, today, answer, through)

    def _refuse(self, caller: Caller, refusal: Refused, asked: Resource) -> None:
        """Raise it, once it is on record; whoever is not assigned learns no more than that there is nothing."""
        about = min(asked.inspections, default=None)
        serving(self.service).running.record_refusal(refusal, self.name, cause_of(caller), about)
        if isinstance(refusal, NotAssigned | GlassDoesNotFit) or (self.row is not None and self.row.hidden):
            raise NotFound
        raise refusal

    def _aggregate(self) -> Aggregate[Any] | None:
        to = self.leads_to
        return serving(self.service).running.service.addressed(to)[0] if isinstance(to, type) else to

    def _leads_to(self, path: Mapping[str, Any]) -> str:
        """The stream that a request's path leads to; empty where it leads to none."""
        to = self._aggregate()
        return to.stream_of(path[to.by]) if to is not None and to.by in path else ""

    def _asked(self, tx: Connection, path: Mapping[str, Any], about: str) -> Resource:
        """What a request's path and filters name, and what the stream that it leads to is about."""
        named = {"inspection_id": _uuid(path.get("inspection_id")), "person_id": _uuid(path.get("person_id"))}
        to, is_command = self._aggregate(), isinstance(self.leads_to, type)
        if to is not None and to.about in named:
            named[to.about] |= _uuid(about)
        if self.listed:
            named["inspection_id"] |= _uuid(request.args.get("inspection_id"))
        persons = named["person_id"]
        through = known_through(tx, persons) if persons else frozenset()
        return Resource(named["inspection_id"], persons, through, partly=self.listed or is_command)


def admitted() -> Admitted:
    """Who was let in to this request, and how far."""
    found: Admitted = request.environ["speir.admitted"]
    return found


def seen_of(model: ReadModel) -> list[ColumnElement[bool]]:
    """What narrows a list to the rows that this request's caller may see."""
    allowed, columns = admitted().allowed, model.table.c
    narrowed = {"inspection_id": allowed.inspections, "person_id": allowed.persons}
    return [columns[name].in_(list(seen)) for name, seen in narrowed.items() if seen is not None]


def said_purpose() -> str | None:
    """What stands where a request says what it is for, whatever it is; None where nothing does."""
    return request.headers.get("Speir-Purpose") or request.args.get("purpose")


def stated_purpose() -> Purpose | None:
    """What the request says that it is for; None where it says nothing. Raises PurposeUnfit for no purpose at all."""
    stated = said_purpose()
    try:
        return None if stated is None else Purpose(stated)
    except ValueError as unknown:
        raise PurposeUnfit from unknown


def _ids_in(value: Any) -> Iterator[UUID]:
    """Every id that a command names anywhere."""
    if isinstance(value, UUID):
        yield value
    elif is_dataclass(value):
        for member in fields(value):
            yield from _ids_in(getattr(value, member.name))
    elif isinstance(value, Mapping):
        yield from _ids_in(tuple(value.values()))
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            yield from _ids_in(each)


def _uuid(said: Any) -> frozenset[UUID]:
    """An id by itself; nothing for what is none."""
    try:
        return frozenset() if said is None else frozenset({UUID(str(said))})
    except ValueError:
        return frozenset()
