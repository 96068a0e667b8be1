"""Every way in which a command can be refused is shown by a decision's test, and over REST."""

import pytest

from docs.catalogue import GENERIC
from docs.declared import everything, routes, service
from docs.refusing import refusals_of
from shared.edges.settings import SERVICES
from shared.errors import Refused, refusals
from tests.contracts.tested import Said, shown_in

OF_THE_LANGUAGE = ("shared.vocabulary.", "shared.methodologies")
"""What a word refuses whoever uses it (a council that there is not) is shown once, by the word's own tests."""


def every_way() -> list[tuple[str, type, type[Refused]]]:
    """Service, command, refusal; what any command may be answered with has tests of its own in tests/journeys."""
    return [
        (name, command, refusal)
        for name in SERVICES
        for aggregate in service(name).aggregates
        for command, allowed in aggregate.decisions.items()
        for refusal in refusals_of(allowed.decide)
        if refusal not in GENERIC and not refusal.__module__.startswith(OF_THE_LANGUAGE)
    ]


def shown_by(name: str, command: type, *, over_http: bool) -> tuple[Said, ...]:
    """What a service's tests come to; what every service has of the shared library has its tests by itself."""
    root, package, *_ = command.__module__.split(".")
    of_its_own = shown_in(package, over_http=over_http) if root == "shared" else ()
    return (*shown_in(name, over_http=over_http), *of_its_own)


WAYS = every_way()
KNOWN = [f"{name}.{command.__name__}-{refusal.code()}" for name, command, refusal in WAYS]


@pytest.mark.parametrize(("name", "command", "refusal"), WAYS, ids=KNOWN)
def test_a_refusal_is_shown_by_a_test_of_the_decision(name: str, command: type, refusal: type[Refused]) -> None:
    shown = shown_by(name, command, over_http=False)
    assert any({command.__name__, refusal.__name__} <= said.names for said in shown), (
        f"no given/when/then test refuses {command.__name__} with {refusal.__name__}"
    )


@pytest.mark.parametrize(
    ("name", "command", "refusal"),
    [way for way in WAYS if way[1].__name__ in routes(way[0])],
    ids=[known for known, way in zip(KNOWN, WAYS, strict=True) if way[1].__name__ in routes(way[0])],
)
def test_a_refusal_is_shown_over_rest(name: str, command: type, refusal: type[Refused]) -> None:
    last = routes(name)[command.__name__].rule.rstrip("/").split("/")
    path = next(part for part in reversed(last) if not part.startswith("<"))
    shown = shown_by(name, command, over_http=True)
    assert any(_answers(said, refusal.code(), path) for said in shown), (
        f"no test over REST refuses {command.__name__} with {refusal.code()}"
    )


def _answers(said: Said, code: str, path: str) -> bool:
    return any(code in text for text in said.texts) and any(
        path in text.split("/") or text.endswith(path) for text in said.texts
    )


def test_there_are_ways_to_be_refused_in_every_service() -> None:
    assert {name for name, _, _ in WAYS} == set(SERVICES)


def test_what_a_word_of_the_language_refuses_is_shown_by_the_words_tests() -> None:
    everything()
    words = {each.__name__ for each in refusals.values() if each.__module__.startswith(OF_THE_LANGUAGE)}
    shown = {name for said in shown_in("shared", over_http=False) for name in said.names}
    assert words - shown == set()
