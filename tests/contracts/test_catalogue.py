"""The written catalogue and the problem pages are what the code says now."""

import pytest

from docs.declared import everything, service
from docs.generate import documents, written
from docs.refusing import refusals_of
from services.scheduling.commands import MoveStep, OpenInspection
from shared.edges.settings import SERVICES
from shared.errors import Refused, refusals

made, stands = documents(), written()


def test_nothing_generated_is_missing_or_left_behind() -> None:
    assert set(stands) == set(made), "run: make docs"


@pytest.mark.parametrize("name", [name for name in made if name.endswith(".md")])
def test_a_page_says_what_the_code_says(name: str) -> None:
    assert stands.get(name) == made[name], "run: make docs"


def test_every_refusal_of_ours_has_a_page_with_its_sentence() -> None:
    everything()
    for code, refusal in refusals.items():
        if refusal.__module__.startswith(("services.", "shared.")):
            assert refusal.sentence() in stands[f"problems/{code}.md"]


def test_every_command_event_and_policy_is_in_the_catalogue() -> None:
    for name in SERVICES:
        for aggregate in service(name).aggregates:
            for command in aggregate.decisions:
                assert f"**{command.__name__}**" in stands["catalogue.md"]
        for policies in service(name).policies.values():
            for policy in policies:
                assert f"**{policy.__name__.replace('_', ' ')}**" in stands["catalogue.md"]


@pytest.mark.parametrize(
    ("command", "codes"),
    [
        (OpenInspection, {"inspection-already-open", "too-few-partners", "partner-not-in-methodology"}),
        (MoveStep, {"inspection-is-closed", "timetable-not-laid", "move-too-far", "too-many-excluded-weeks"}),
    ],
)
def test_refusals_are_found_in_a_decision_and_in_what_it_calls(command: type, codes: set[str]) -> None:
    _, allowed = service("scheduling").addressed(command)
    assert codes <= {refusal.code() for refusal in refusals_of(allowed.decide)}


class JarIsEmpty(Refused):
    """There is nothing in the jar."""


class Jar:
    """A jar that may be empty."""

    def open(self) -> None:
        self._look()

    def _look(self) -> None:
        raise JarIsEmpty


def test_a_refusal_is_found_behind_a_method() -> None:
    def open_jar(jar: Jar) -> None:
        jar.open()

    assert refusals_of(open_jar) == []  # a test's own classes are not the project's
    Jar.open.__module__ = Jar._look.__module__ = "shared.jars"
    assert refusals_of(open_jar) == [JarIsEmpty]
