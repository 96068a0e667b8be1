"""Tests that read like the glossary: given these facts, when asked this, then these facts, or a refusal."""

from typing import Any

from shared.aggregates import Aggregate
from shared.errors import Refused


class Given:
    """A stream's past, and the states of what a decision looks at."""

    def __init__(self, aggregate: Aggregate[Any], *history: Any, **looked_at: Any) -> None:
        """Name the aggregate, its facts so far, and by keyword the states of further streams."""
        self._aggregate = aggregate
        self._history = history
        self._looked_at = looked_at
        self._command: Any = None

    def when(self, command: Any) -> "Given":
        """Ask for something."""
        self._command = command
        return self

    def then(self, *facts: Any) -> None:
        """Expect exactly these facts."""
        decided = self._decide()
        if decided != list(facts):
            message = f"decided {decided}, not {list(facts)}"
            raise AssertionError(message)

    def refused(self, refusal: type[Refused]) -> Refused:
        """Expect a refusal, and return it."""
        try:
            decided = self._decide()
        except refusal as refused:
            return refused
        message = f"decided {decided} where {refusal.__name__} was expected"
        raise AssertionError(message)

    def _decide(self) -> list[Any]:
        state = self._aggregate.state(self._history)
        return self._aggregate.decide(self._command, state, **self._looked_at)
