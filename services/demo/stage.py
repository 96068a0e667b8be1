"""The stage: who plays, how they ask over REST, and how long they wait to see what another service shows."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as at
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx

from shared.edges.access import EVERY_SERVICE, Issuer
from shared.edges.settings import SERVICES
from shared.policy.table import purposes_of
from shared.sourcing.clock import SCOTLAND
from shared.vocabulary.roles import AccessRole, Purpose

PATIENCE_S = 90.0
"""Seconds that an answer may take while brokers and workers fall over and come back."""
OVERLOADED = frozenset({502, 503, 504})
CREATED, OK = 201, 200

Body = dict[str, Any]


class Unexpected(Exception):  # noqa: N818 - what the demonstration stops at
    """A service did not answer, or did not come to show, what it should."""

    def __init__(self, who: str | None, asked: str, shown: object) -> None:
        """Say who asked for what, and what came of it."""
        super().__init__(f"{who or 'anybody'}: {asked}: {shown}")


@dataclass
class Stage:
    """One run of the demonstration against one address."""

    url: str
    issuer: Issuer
    run: UUID = field(default_factory=uuid4)
    made: dict[str, UUID] = field(default_factory=dict)
    clocks: list[date] = field(default_factory=list)
    """The days that the clocks were set to, shared by all that play at this address."""
    http: httpx.Client | None = None
    """Another's client, which stays theirs to close."""

    def another(self, name: str) -> "Stage":
        """The same address and clocks for another story, whose things have ids of their own."""
        return Stage(self.url, self.issuer, uuid5(self.run, name), {}, self.clocks, self._http)

    def __post_init__(self) -> None:
        """Use one client for all roles."""
        self._http = self.http or httpx.Client(base_url=self.url, timeout=30)

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def id(self, name: str) -> UUID:
        """The id of something in this run, made when it is first named."""
        return self.made.setdefault(name, uuid5(self.run, name))

    def does(self, who: str, path: str, body: Body | None = None, *, key: str | None = None, **headers: str) -> Body:
        """Somebody asks for a change (``lead``, or ``approver/second`` for another person); it must be made."""
        answer = self._post(who, path, body, key or str(uuid4()), headers)
        if answer.status_code != CREATED:
            raise Unexpected(who, f"POST {path}", _said(answer))
        said: Body = answer.json()
        return said | {"replayed": answer.headers.get("Idempotency-Replayed") == "true"}

    def is_refused(
        self,
        status: int,
        code: str,
        who: str,
        path: str,
        body: Body | None = None,
        *,
        key: str | None = None,
        **headers: str,
    ) -> None:
        """Somebody asks for what they may not have; it must be refused in this way."""
        answer = self._post(who, path, body, key or str(uuid4()), headers)
        said = answer.json() if answer.headers.get("Content-Type", "").startswith("application/problem") else {}
        if (answer.status_code, said.get("type")) != (status, f"/problems/{code}"):
            raise Unexpected(who, f"POST {path}", f"{_said(answer)}, not {status} {code}")

    def sees(self, who: str | None, path: str, until: Callable[[Body], object] = bool) -> Body:
        """Somebody reads until what they see is as it should be; nobody in particular needs no token."""
        end = time.monotonic() + PATIENCE_S
        while True:
            answer = self._asked("GET", path, {} if who is None else self._reader(who, path))
            if answer is not None and answer.status_code == OK:
                said: Body = answer.json()
                if until(said):
                    return said
            if time.monotonic() > end:
                raise Unexpected(who, f"GET {path}", _said(answer))
            time.sleep(0.1)

    def sees_nothing(self, who: str | None, path: str) -> None:
        """Somebody asks for what is not there, or not for them; both look the same."""
        answer = self._insist("GET", path, {} if who is None else self._reader(who, path))
        if answer.status_code != httpx.codes.NOT_FOUND:
            raise Unexpected(who, f"GET {path}", _said(answer))

    def answers(self, path: str, body: Body) -> None:
        """Nobody in particular sends something: no token, no key."""
        answer = self._insist("POST", path, {}, body)
        if answer.status_code != httpx.codes.ACCEPTED:
            raise Unexpected(None, f"POST {path}", _said(answer))

    def text(self, path: str) -> str:
        """A page, as anybody gets it."""
        return self._insist("GET", path, {}).text

    def day(self, day: date) -> None:
        """It is nine in the morning of a day, everywhere, or later already; what fell due by then has happened."""
        if self.clocks and day <= self.clocks[-1]:
            self.settles()
            return
        to = datetime.combine(day, at(9), SCOTLAND).isoformat()
        who = "operator"
        for service in SERVICES:
            answer = self._insist("POST", f"/{service}/v1/clock", self._bearer(who), {"to": to})
            if answer.status_code != OK:
                raise Unexpected(who, f"set {service}'s clock; is it an empty demonstration?", _said(answer))
        self.clocks.append(day)
        self.settles()

    def settles(self) -> None:
        """Everything is in order, heard and done, and nothing is parked."""
        quiet = ("unsequenced", "due", "parked")
        for service in SERVICES:
            self.sees("operator", f"/{service}/v1/lag", lambda lag: not any(lag[name] for name in quiet))

    def _post(self, who: str, path: str, body: Body | None, key: str, headers: dict[str, str]) -> httpx.Response:
        sent = self._bearer(who) | {"Idempotency-Key": key}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self._insist("POST", path, sent, body or {})

    def _insist(self, method: str, path: str, headers: dict[str, str], body: Body | None = None) -> httpx.Response:
        """Ask again, with the same key, while a service is away: a change is made once however often it is asked."""
        end = time.monotonic() + PATIENCE_S
        while True:
            answer = self._asked(method, path, headers, body)
            if answer is not None and answer.status_code not in OVERLOADED:
                return answer
            if time.monotonic() > end:
                raise Unexpected(None, f"{method} {path}", _said(answer))
            time.sleep(0.3)

    def _asked(
        self, method: str, path: str, headers: dict[str, str], body: Body | None = None
    ) -> httpx.Response | None:
        try:
            return self._http.request(method, path, headers=headers, json=body)
        except httpx.TransportError:
            return None

    def _bearer(self, who: str) -> dict[str, str]:
        role = AccessRole(who.partition("/")[0])
        return {"Authorization": f"Bearer {self.issuer.mint(self.actor(who), role, EVERY_SERVICE)}"}

    def _reader(self, who: str, path: str) -> dict[str, str]:
        """Somebody who says what they read for: concerns for the sake of safety, anything else for their role's."""
        purpose = Purpose.SAFEGUARD if "/concerns" in path else purposes_of(AccessRole(who.partition("/")[0]))[0]
        return self._bearer(who) | {"Speir-Purpose": purpose.value}

    def actor(self, who: str) -> UUID:
        """The pseudonym of a person in this run."""
        return self.id(f"person/{who}")


def _said(answer: httpx.Response | None) -> str:
    return "no answer" if answer is None else f"{answer.status_code} {answer.text[:500]}"


Play = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Scene:
    """One step of the demonstration: what happens, in a sentence, and how."""

    says: str
    play: Play


stories: dict[str, list[Scene]] = {}
"""By the methodology that it follows, each story's steps in their order, as the acts register them."""


def story(methodology: str) -> Callable[[str], Callable[[Play], Play]]:
    """A decorator factory that registers a step of one story by the sentence that it says."""
    told = stories.setdefault(methodology, [])

    def scene(says: str) -> Callable[[Play], Play]:
        def register(play: Play) -> Play:
            told.append(Scene(says, play))
            return play

        return register

    return scene


FIRST = "supervision-at-home"
"""The story that is told unless another is asked for."""
scene = story(FIRST)
scenes = stories[FIRST]
