"""Over-supply: columns that are called like something by which a person is known."""

import re
import unicodedata
from enum import StrEnum
from typing import Final


class PersonalColumn(StrEnum):
    """What by which a person is known, and what no return may hold."""

    NAME = "name"
    FORENAME = "forename"
    SURNAME = "surname"
    INITIALS = "initials"
    CHI_NUMBER = "chi_number"
    NHS_NUMBER = "nhs_number"
    NATIONAL_INSURANCE_NUMBER = "national_insurance_number"
    CANDIDATE_NUMBER = "candidate_number"
    DATE_OF_BIRTH = "date_of_birth"
    ADDRESS = "address"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"


# Our own list, to be lengthened as other headings are met; each is matched whole, without blanks and punctuation.
_CALLED: Final = {
    PersonalColumn.NAME: "(?:full|known)?name|knownas|alias",
    PersonalColumn.FORENAME: "forename|(?:first|given|middle|christian)name",
    PersonalColumn.SURNAME: "surname|(?:last|family|maiden|birth)name",
    PersonalColumn.INITIALS: "initial",
    PersonalColumn.CHI_NUMBER: "chi|communityhealthindex",
    PersonalColumn.NHS_NUMBER: "nhs",
    PersonalColumn.NATIONAL_INSURANCE_NUMBER: "nino|ninumber|nationalinsurance",
    PersonalColumn.CANDIDATE_NUMBER: "scn|scottishcandidate",
    PersonalColumn.DATE_OF_BIRTH: "dob|dateofbirth|birthdate|birthday|dateborn",
    PersonalColumn.ADDRESS: "address|street",
    PersonalColumn.POSTCODE: "(?:post|postal|zip)code|zip",
    PersonalColumn.PHONE: "(?:tele)?phone|tel|mobile(?:phone)?|landline",
    PersonalColumn.EMAIL: "e?mail(?:address)?",
}
_WHOSE: Final = (
    "childs?|childrens?|youngpersons?|youngpeoples?|parents?|carers?|mothers?|fathers?|guardians?|siblings?|pupils?"
    "|patients?|clients?|serviceusers?|persons?|staff|workers?|contact|emergency|next|of|kin|the|home|current|previous"
    "|former|preferred|legal"
)
_WHICH: Final = r"number|no|id|line|s|es|\d|ddmmyy(?:yy)?"
_HEADING: Final = re.compile(
    f"(?:{_WHOSE})*(?:{'|'.join(f'(?P<{column.value}>{called})' for column, called in _CALLED.items())})"
    f"(?:{_WHICH})*(?:of(?:{_WHOSE})+)?"
)
LONGEST_HEADING: Final = 200
"""Characters, without blanks and punctuation, that are looked at; nobody calls a column anything longer."""


def personal(heading: str) -> PersonalColumn | None:
    """What personal a column with this heading holds, whatever its case, blanks and punctuation; None for nothing."""
    decomposed = unicodedata.normalize("NFKD", heading).casefold()
    found = _HEADING.fullmatch("".join(filter(str.isalnum, decomposed))[:LONGEST_HEADING])
    return PersonalColumn(str(found.lastgroup)) if found else None
