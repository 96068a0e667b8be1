"""An inspection is opened: of an area that its programme selected, by bodies that its edition names."""

from collections.abc import Iterator

from services.scheduling.aggregates.inspection import Inspection, inspection, refuse_strangers
from services.scheduling.aggregates.programme import Programme, programme, refuse_ended
from services.scheduling.commands import OpenInspection
from shared.aggregates import each, one
from shared.contracts.scheduling import InspectionOpened
from shared.errors import Refused
from shared.methodologies import edition
from shared.methodologies.shape import Edition
from shared.vocabulary.areas import Area
from shared.vocabulary.bodies import ScrutinyBody


class InspectionAlreadyOpen(Refused):
    """This inspection has been opened already."""


class AreaNotSelected(Refused):
    """The programme has not selected this area; select it first."""


class EarlierInspectionUnknown(Refused):
    """There is no such earlier inspection to follow."""

    status = 422


class FollowsAnotherArea(Refused):
    """An inspection follows one of the same area, or of a part of it."""

    status = 422


class TooFewPartners(Refused):
    """A joint inspection is carried out by two scrutiny bodies or more."""

    status = 422


@inspection.decides(
    creates=True,
    commissioned=one(programme, lambda command, _state: command.programme_id),
    earlier=each(inspection, lambda command, _state: (command.follows,) if command.follows is not None else ()),
)
def open_inspection(
    command: OpenInspection, state: Inspection, *, commissioned: Programme, earlier: tuple[Inspection, ...] = ()
) -> Iterator[InspectionOpened]:
    """It pins its edition's content: a later edition does not move it."""
    if state.area is not None:
        raise InspectionAlreadyOpen(inspection_id=command.inspection_id)
    refuse_ended(commissioned)
    area = Area(command.councils)
    if commissioned.edition is None or area not in commissioned.areas:
        raise AreaNotSelected(programme_id=command.programme_id)
    for before in earlier:
        _refuse_no_lineage(area, before)
    pinned = edition(commissioned.edition)
    partners = _partners(pinned, command.partners)
    choice = commissioned.choice_of(area)
    yield InspectionOpened(
        inspection_id=command.inspection_id,
        programme_id=command.programme_id,
        area=area,
        edition=pinned,
        partners=partners,
        opens_on=command.opens_on,
        follows=command.follows,
        chosen_for=choice.reason,
        risk_based=choice.risk_based,
    )


def _partners(pinned: Edition, named: tuple[ScrutinyBody, ...]) -> tuple[ScrutinyBody, ...]:
    partners = tuple(dict.fromkeys(named))
    if len(partners) < pinned.partners_at_least:
        raise TooFewPartners(partners_at_least=pinned.partners_at_least, pointer="/partners")
    refuse_strangers(pinned, partners, "/partners")
    return partners


def _refuse_no_lineage(area: Area, before: Inspection) -> None:
    if before.area is None:
        raise EarlierInspectionUnknown(pointer="/follows")
    if not area.overlaps(before.area):
        raise FollowsAnotherArea(pointer="/follows")
