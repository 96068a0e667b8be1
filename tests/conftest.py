"""Fixtures that all tests share."""

import os

from tests.backing import LEFT_OUT, broker_url, database_url, postgres_database, postgres_url

__all__ = ["broker_url", "database_url", "postgres_database", "postgres_url"]


LONG = 40
"""Characters of a value beyond which a test is named by the argument: keys drawn at random must not be names."""


def pytest_make_parametrize_id(val, argname: str) -> str | None:
    """Name tests alike in every process that collects them."""
    return argname if isinstance(val, bytes) or (isinstance(val, str) and len(val) >= LONG) else None


def pytest_terminal_summary(terminalreporter) -> None:
    """Close with what ran and what did not."""
    stats = terminalreporter.stats
    counts = {name: len(stats.get(name, ())) for name in ("passed", "failed", "error", "skipped")}
    reasons = (report.longrepr[2] for report in stats.get("skipped", ()) if isinstance(report.longrepr, tuple))
    left_out = sorted({found[1] for reason in reasons if (found := LEFT_OUT.search(reason))})
    halves = f"embedded half only, left out: {', '.join(left_out)}" if left_out else "embedded and deployed halves"
    said = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    terminalreporter.write_line(f"speir tests: {said}; {halves}; CI={os.environ.get('CI', 'false')}")
