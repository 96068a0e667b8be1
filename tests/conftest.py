"""Fixtures that all tests share."""

import os

from tests.backing import broker_url, database_url, left_out, postgres_database, postgres_url

__all__ = ["broker_url", "database_url", "postgres_database", "postgres_url"]


def pytest_terminal_summary(terminalreporter) -> None:
    """Close with what ran and what did not."""
    counts = {name: len(terminalreporter.stats.get(name, ())) for name in ("passed", "failed", "error", "skipped")}
    halves = "embedded half only" if left_out else "embedded and deployed halves"
    without = f"; left out: {', '.join(sorted(left_out))}" if left_out else ""
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    terminalreporter.write_line(f"speir tests: {said}; {halves}{without}; CI={os.environ.get('CI', 'false')}")
