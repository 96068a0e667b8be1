"""Who takes part in an inspection: further scrutiny bodies, and whom the partnership names."""

from collections.abc import Iterator

from services.scheduling.aggregates.inspection import Inspection, inspection, refuse_closed, refuse_strangers
from services.scheduling.commands import InvitePartner, NominateContact
from services.scheduling.events import ContactDetailsGiven
from shared.contracts.scheduling import ContactNominated, PartnerInvited


@inspection.decides()
def invite_partner(command: InvitePartner, state: Inspection) -> Iterator[PartnerInvited]:
    """A partner joins once; inviting it again changes nothing."""
    refuse_closed(state)
    if state.edition is not None:
        refuse_strangers(state.edition, (command.partner,), "/partner")
    if command.partner not in state.partners:
        yield PartnerInvited(inspection_id=command.inspection_id, partner=command.partner)


@inspection.decides()
def nominate_contact(command: NominateContact, state: Inspection) -> Iterator[ContactNominated | ContactDetailsGiven]:
    """The latest nomination for a purpose counts; who it is stays sealed."""
    refuse_closed(state)
    yield ContactNominated(
        inspection_id=command.inspection_id, contact_id=command.contact_id, contact_role=command.contact_role
    )
    yield ContactDetailsGiven(
        inspection_id=command.inspection_id,
        contact_id=command.contact_id,
        contact_role=command.contact_role,
        designation=command.designation,
        reached_by=command.reached_by,
    )
