"""Refusals: the ways the project says no, each with a stable code and a sentence that says what to do."""

import re
from typing import ClassVar

refusals: "dict[str, type[Refused]]" = {}
"""Every declared refusal by its code; the catalogue and the problem pages are made from it."""


class Refused(Exception):  # noqa: N818 - a refusal is named for the situation, not as an error
    """The request was understood and refused."""

    status: ClassVar[int] = 409
    """The HTTP status that says it best."""
    recorded: ClassVar[bool] = False
    """Whether the refusal itself becomes a fact in the log (access, publication, safeguarding, conflicts)."""

    def __init_subclass__(cls) -> None:
        """Register the refusal under its code; two refusals may not share one."""
        if (other := refusals.get(cls.code())) is not None and other.__module__ != cls.__module__:
            message = f"{cls.code()} is declared in {other.__module__} and in {cls.__module__}"
            raise TypeError(message)
        refusals[cls.code()] = cls

    def __init__(self, **details: object) -> None:
        """Refuse, with ids, codes, dates and counts as details: never anybody's words."""
        super().__init__(type(self).sentence())
        self.details = details

    @classmethod
    def code(cls) -> str:
        """``InspectionAlreadyOpen`` is ``inspection-already-open`` to the outside."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def sentence(cls) -> str:
        """The class docstring's first paragraph: the message, written once."""
        return " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())


class NotUnderstood(Refused):
    """Some fields are not right; see the pointers."""

    status = 422

    def __init__(self, *errors: tuple[str, str]) -> None:
        """Refuse with (JSON pointer, what is wrong) pairs."""
        super().__init__(errors=[{"pointer": pointer, "detail": detail} for pointer, detail in errors])


class NotFound(Refused):
    """There is nothing here, or nothing that you may see."""

    status = 404


class NotAllowed(Refused):
    """Your role does not allow this."""

    status = 403
    recorded = True


class PurposeUnfit(Refused):
    """Say what you need this for, in a Speir-Purpose header or ?purpose=: something that your role may want it for."""

    status = 403
    recorded = True


class NotAssigned(Refused):
    """This is for those who are assigned to it."""

    status = 404
    recorded = True


class NotRecognised(Refused):
    """A valid bearer token is needed for this."""

    status = 401


class StaleVersion(Refused):
    """This has changed since you read it; read it again and decide again."""

    status = 412


class TooManyClashes(Refused):
    """Others kept changing this at the same moment; try again."""

    status = 409


class KeyInFlight(Refused):
    """A request with this Idempotency-Key is still being answered; ask again in a moment."""

    status = 409


class KeyReused(Refused):
    """This Idempotency-Key was used for another request; take a new one."""

    status = 422


class KeyMissing(Refused):
    """A change needs an Idempotency-Key header of 1 to 255 visible characters."""

    status = 400


class Unavailable(Refused):
    """Something needed does not answer; nothing is known to be changed. Try again with the same Idempotency-Key."""

    status = 503
