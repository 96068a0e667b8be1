"""A published report's versions: as it was published, and as it was corrected; or that it was withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.contracts.reporting import ReportCorrected, ReportPublished, ReportWithdrawn
from shared.vocabulary.identity import ContentHash
from shared.vocabulary.text import PublishedText


@dataclass(frozen=True, slots=True)
class Version:
    """One version's texts: 1.0 as published, 1.1 the first correction."""

    name: str
    content: PublishedText
    accessible: PublishedText
    content_hash: ContentHash
    since: date
    note: PublishedText | None = None
    """What was wrong in the version before."""


@dataclass(frozen=True, slots=True)
class Public:
    """What the public may know of a report that was published."""

    report: ReportPublished
    versions: tuple[Version, ...]
    withdrawn: ReportWithdrawn | None

    def version(self, name: str | None) -> Version | None:
        """The version of a name, else the newest; None where there is no such version, or it was withdrawn."""
        if self.withdrawn is not None:
            return None
        if name is None:
            return self.versions[-1]
        return next((each for each in self.versions if each.name == name), None)


def public(facts: Iterable[Any]) -> Public | None:
    """What a report's facts add up to for the public; None before its publication."""
    report: ReportPublished | None = None
    versions: list[Version] = []
    withdrawn = None
    for fact in facts:
        match fact:
            case ReportPublished():
                report = fact
                versions = [Version("1.0", fact.content, fact.accessible, fact.content_hash, fact.published_on)]
            case ReportCorrected():
                name = f"1.{fact.correction}"
                versions.append(
                    Version(name, fact.content, fact.accessible, fact.content_hash, fact.corrected_on, fact.note)
                )
            case ReportWithdrawn():
                withdrawn = fact
    return None if report is None else Public(report, tuple(versions), withdrawn)
