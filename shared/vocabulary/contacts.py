"""Whom to call when somebody may not be safe: numbers of services, none of them shown before it was checked."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from shared.vocabulary.areas import council as current
from shared.vocabulary.identity import GssCode
from shared.vocabulary.tables import rows_of
from shared.vocabulary.text import PublishedText


class ProtectionService(StrEnum):
    """What a number is for."""

    CHILD_PROTECTION = "child_protection"
    ADULT_PROTECTION = "adult_protection"
    OUT_OF_HOURS = "out_of_hours"


class Checked(StrEnum):
    """Whether the council itself has confirmed a number. Those that come with the project are all unchecked."""

    UNCHECKED = "unchecked"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionContact:
    """A council's number as a public page gave it; two pages may disagree, then both stand here."""

    council: GssCode
    service: ProtectionService
    telephone: PublishedText
    hours: PublishedText
    status: Checked
    source: str
    source_kind: str
    doubt: str


@dataclass(frozen=True, slots=True)
class NationalContact:
    """A number that works everywhere in Scotland."""

    name: PublishedText
    telephone: PublishedText


CHILDLINE: Final = NationalContact(PublishedText("Childline"), PublishedText("0800 1111"))
EMERGENCY: Final = NationalContact(PublishedText("Emergency services"), PublishedText("999"))
POLICE: Final = NationalContact(PublishedText("Police, when it is not an emergency"), PublishedText("101"))
NATIONAL_CONTACTS: Final = (EMERGENCY, CHILDLINE, POLICE)
"""What anybody can be told at once, wherever they are."""


def contacts_of(council: str) -> tuple[ProtectionContact, ...]:
    """The numbers that were read for a council, none for some: then only the national ones; raises UnknownCouncil."""
    code = current(council)
    return tuple(contact for contact in contacts() if contact.council == code)


@cache
def contacts() -> tuple[ProtectionContact, ...]:
    """Every council's number that was read."""
    return tuple(map(_contact, rows_of("protection_contacts")))


def _contact(row: dict[str, str]) -> ProtectionContact:
    return ProtectionContact(
        council=current(row["gss_code"]),
        service=ProtectionService(row["service"]),
        telephone=PublishedText(row["telephone"]),
        hours=PublishedText(row["hours"]),
        status=Checked(row["status"]),
        source=row["source"],
        source_kind=row["source_kind"],
        doubt=row["doubt"],
    )
