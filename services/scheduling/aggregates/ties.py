"""What ties somebody to a council: an employer, a relation, a service received; and how long it counts."""

from dataclasses import dataclass
from datetime import date, timedelta

from shared.vocabulary.identity import GssCode
from shared.vocabulary.roles import NEVER_LAPSES, InterestKind


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie to a council, until a day if one is known; it counts as soon as it is known, even before it begins."""

    council: GssCode
    kind: InterestKind
    until: date | None = None
    employer: bool = False
    """Whether it is somebody's own employer, rather than an interest that they declared."""

    def counts(self, on: date, looks_back_years: int) -> bool:
        """Whether it ties on a day: while it lasts, and for so many years after."""
        lasts = self.until is None or self.kind in NEVER_LAPSES
        return lasts or (self.until is not None and self.until >= years_before(on, looks_back_years))

    def is_own(self, on: date) -> bool:
        """Whether somebody is employed there on a day."""
        return self.employer and (self.until is None or self.until >= on)


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; of 29 February, the 28th. The calendar's first day where there is none."""
    if day.year <= years:
        return date.min
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return (day - timedelta(days=1)).replace(year=day.year - years)


def ended(ties: tuple[Tie, ...], from_day: date) -> tuple[Tie, ...]:
    """The same ties, that of the present employer ending the day before a day."""
    last = from_day - timedelta(days=1) if from_day > date.min else from_day
    return tuple(
        Tie(tie.council, tie.kind, last, employer=True) if tie.employer and tie.until is None else tie for tie in ties
    )
