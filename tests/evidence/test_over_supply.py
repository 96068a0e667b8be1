"""Which headings name a person, and which do not."""

import pytest

from services.evidence.aggregates.over_supply import PersonalColumn, personal

NAMING = {
    "Name": PersonalColumn.NAME,
    "Full name": PersonalColumn.NAME,
    "CHILD_NAME": PersonalColumn.NAME,
    "Child's names": PersonalColumn.NAME,
    "Name of the child": PersonalColumn.NAME,
    "serviceUserName": PersonalColumn.NAME,
    "First_Name": PersonalColumn.FORENAME,
    "forename(s)": PersonalColumn.FORENAME,
    "Mother - maiden name": PersonalColumn.SURNAME,
    "S U R N A M E": PersonalColumn.SURNAME,
    "Initials": PersonalColumn.INITIALS,
    "CHI": PersonalColumn.CHI_NUMBER,
    "chi-number": PersonalColumn.CHI_NUMBER,
    "CHI No.": PersonalColumn.CHI_NUMBER,
    "NHS number": PersonalColumn.NHS_NUMBER,
    "National Insurance no": PersonalColumn.NATIONAL_INSURANCE_NUMBER,
    "Pupil SCN": PersonalColumn.CANDIDATE_NUMBER,
    "DOB": PersonalColumn.DATE_OF_BIRTH,
    "d.o.b. (dd/mm/yyyy)": PersonalColumn.DATE_OF_BIRTH,
    "Date of Birth": PersonalColumn.DATE_OF_BIRTH,
    "date_of_birth": PersonalColumn.DATE_OF_BIRTH,
    "Home address, line 1": PersonalColumn.ADDRESS,
    "ADDRESS2": PersonalColumn.ADDRESS,
    "Post Code": PersonalColumn.POSTCODE,
    "next of kin phone no": PersonalColumn.PHONE,
    "Mobile": PersonalColumn.PHONE,
    "e-mail address": PersonalColumn.EMAIL,
    "\uff2e\uff41\uff4d\uff45": PersonalColumn.NAME,
    "nam\u200be": PersonalColumn.NAME,
    "N\u0101me": PersonalColumn.NAME,
}
HARMLESS = (
    "age",
    "child",
    "children",
    "year of birth",
    "legal basis",
    "case number",
    "record id",
    "school name",
    "service name",
    "name of service",
    "NHS board",
    "chief officer in post",
    "address changes in 12 months",
    "team",
    "",
    "...",
    "zippers",
    "nationality",
)


@pytest.mark.parametrize("heading", NAMING)
def test_a_heading_that_names_a_person_is_found_however_it_is_written(heading: str):
    assert personal(heading) is NAMING[heading]


@pytest.mark.parametrize("heading", HARMLESS)
def test_a_heading_that_names_nobody_is_let_through(heading: str):
    assert personal(heading) is None


def test_a_very_long_heading_is_looked_at_without_trouble():
    assert personal("child" * 20_000 + "x") is None
    assert personal("no" * 20_000) is None
