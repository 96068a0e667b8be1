"""What has to hold in a deployment that came to rest: nothing lost, nothing doubled, nothing said that is secret."""  # noqa: INP001 - no package

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import uuid4

import httpx

from deploy.trial import Failed, Trial, until
from deploy.write_env import read_env
from services.assembly import all_declared
from services.command import deployed_issuer
from shared.edges.access import EVERY_SERVICE
from shared.edges.settings import SERVICES
from shared.vocabulary.roles import AccessRole

REST_S = 90.0
"""Seconds in which all must be told, heard and done once nobody asks for anything any more."""
NOT_SECRET = ("SPEIR_ORIGIN", "SPEIR_DEFINITIONS", "SPEIR_SERVICE_KEYS", "SPEIR_ISSUER_PUBLIC_KEY")
PERSONAL = ("demonstration", "Falkirk", "social worker", "Date of Birth", "surname", "Bearer ", "eyJ")
"""What is in everything that people write in the demonstration, in the names of its columns, and in every token."""

PUBLISHED = """
    SELECT ledger.partition || ' ' || ledger.number || ' ' || event.event_id
    FROM ledger JOIN event ON event.id = ledger.event_pk
    WHERE ledger.partition IS NOT NULL ORDER BY ledger.partition, ledger.number
"""
HEARD = """
    SELECT (fact->>'partition') || ' ' || (fact->>'number') || ' ' || (fact->>'event_id')
    FROM (SELECT convert_from(body, 'UTF8')::json AS fact FROM event WHERE type = 'speir.Heard') AS heard
    WHERE fact->>'producer' = '{producer}' ORDER BY (fact->>'partition')::int, (fact->>'number')::int
"""
CURSORS = """
    SELECT partition || ' ' || number FROM cursor WHERE producer = '{producer}' AND number > 0 ORDER BY partition
"""


class Afterwards:
    """The checks, and the counts of what they looked at."""

    def __init__(self, trial: Trial) -> None:
        """Look into a trial's deployment as its operator."""
        self._trial = trial
        self._issuer = deployed_issuer(trial.env_file)
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{trial.port}", timeout=60)
        self._hears = {name: each.service.hears for name, each in all_declared().items()}
        self.counts = dict.fromkeys(("published", "heard", "read models", "verified", "logs"), 0)

    def problems(self) -> list[str]:
        """All that is not as it should be; waits first until the deployment has come to rest."""
        until(self._rests, REST_S, f"something was still to be told, heard or done after {REST_S:.0f} s")
        return [*self.shown(), *self.told(), *self.verified(), *self.said()]

    def _rests(self) -> bool:
        try:
            lags = [self._shown(service, "lag") for service in SERVICES]
        except Failed:
            return False
        return not any(lag | {"size": 0} != dict.fromkeys(lag, 0) for lag in lags) and not [*self.missing()]

    def _shown(self, service: str, what: str) -> dict[str, Any]:
        token = self._issuer.mint(uuid4(), AccessRole.OPERATOR, EVERY_SERVICE)
        try:
            answer = self._http.get(f"/{service}/v1/{what}", headers={"Authorization": f"Bearer {token}"})
            answer.raise_for_status()
        except httpx.HTTPError as unanswered:
            message = f"{service} does not show its {what}: {unanswered}"
            raise Failed(message) from unanswered
        shown: dict[str, Any] = answer.json()
        return shown

    def shown(self) -> Iterator[str]:
        """Every read model equals its rebuild, nothing is parked, and nothing waits."""
        for service in SERVICES:
            models = self._shown(service, "read-models")["items"]
            self.counts["read models"] += len(models)
            yield from (f"{service}: {each} differs from its rebuild" for each in models if each["equal"] is not True)
            yield from (f"{service}: {each} is parked" for each in self._shown(service, "parked")["items"])

    def missing(self) -> Iterator[str]:
        """What a listener has not heard, or has heard otherwise, of what a producer has published."""
        for listener, producers in self._hears.items():
            for producer in producers:
                published = self._trial.asks(producer, PUBLISHED)
                heard = self._trial.asks(listener, HEARD.format(producer=producer))
                if published != heard:
                    apart = len(set(published) ^ set(heard))
                    yield f"{listener} heard {len(heard)} of {len(published)} facts of {producer}; {apart} differ"

    def told(self) -> Iterator[str]:
        """What was published was heard once by everybody who listens, in order, and the cursors say the same."""
        yield from self.missing()
        ends: dict[str, list[str]] = {}
        for producer in SERVICES:
            published = [tuple(map(int, row.split()[:2])) for row in self._trial.asks(producer, PUBLISHED)]
            self.counts["published"] += len(published)
            ends[producer] = []
            for partition, rows in groupby(published, itemgetter(0)):
                numbers = [number for _, number in rows]
                ends[producer].append(f"{partition} {numbers[-1]}")
                if numbers != [*range(1, len(numbers) + 1)]:
                    yield f"{producer}: the numbers of partition {partition} are not 1 to {len(numbers)}"
        for listener, producers in self._hears.items():
            for producer in producers:
                self.counts["heard"] += len(self._trial.asks(listener, HEARD.format(producer=producer)))
                if self._trial.asks(listener, CURSORS.format(producer=producer)) != ends[producer]:
                    yield f"{listener}: the cursors of {producer} are not at its last numbers"

    def verified(self) -> Iterator[str]:
        """Every log is hashed anew where it is, and is what it signed; what it signed is there for everybody."""
        for service in SERVICES:
            worker = ("exec", "-T", f"{service}-worker", "speir", "audit", "verify", service, "--full")
            try:
                said = self._trial.compose(*worker)
            except Failed as failed:
                yield f"{service}: {failed}"
                continue
            self.counts["verified"] += int(said.split(" events")[0].split()[-1])
            if self._http.get(f"/{service}/v1/log/checkpoint").status_code != httpx.codes.OK:
                yield f"{service} shows no checkpoint of its log"

    def said(self) -> Iterator[str]:
        """No log of any container holds a secret, a token, or what anybody wrote."""
        secrets = {name: value for name, value in read_env(self._trial.env_file).items() if name not in NOT_SECRET}
        marks = secrets | {word: word for word in PERSONAL}
        logs = self._trial.logs | {name: self._trial.log_of(name) for name in self._trial.states()}
        self.counts["logs"] = len(logs)
        for container, log in logs.items():
            yield from (f"{container} wrote down {name}" for name, mark in marks.items() if mark in log)
