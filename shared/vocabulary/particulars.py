"""Particulars: what by which a person is known, and what no return may hold."""

from enum import StrEnum


class PersonalColumn(StrEnum):
    """What a column holds by which a person is known."""

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
