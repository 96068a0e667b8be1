"""Evidence over HTTP: one line a command, one line a list."""

from services.evidence.aggregates.evidence_item import evidence_item
from services.evidence.aggregates.gathering import gathering
from services.evidence.aggregates.information_return import information_return
from services.evidence.commands import (
    AcceptReturn,
    AskForReturn,
    ExtendWindow,
    LinkToIndicator,
    RegisterEvidence,
    SubmitReturn,
    WithdrawEvidence,
)
from services.evidence.read_models.evidence_items import evidence_items
from services.evidence.read_models.evidence_links import evidence_links
from services.evidence.read_models.gatherings import gatherings
from services.evidence.read_models.returns import returns
from shared.edges.http import Api
from shared.vocabulary.roles import AccessRole as Role

ORGANISERS = (Role.PLANNER, Role.COORDINATOR, Role.LEAD)
GATHERERS = (Role.LEAD, Role.INSPECTOR, Role.PARTNER_INSPECTOR, Role.PARTICIPATION_LEAD)
SENDERS = (Role.PARTNERSHIP_CONTACT, Role.COORDINATOR)
TEAM = (
    *ORGANISERS,
    Role.INSPECTOR,
    Role.PARTNER_INSPECTOR,
    Role.PARTICIPATION_LEAD,
    Role.QUALITY_PANEL,
    Role.APPROVER,
)
READERS = (*TEAM, Role.AUDITOR)

api = Api("evidence")

api.accepts(AskForReturn, "/returns/<uuid:return_id>", roles=(*ORGANISERS, Role.INSPECTOR))
api.accepts(SubmitReturn, "/returns/<uuid:return_id>/submissions", roles=SENDERS)
api.accepts(ExtendWindow, "/returns/<uuid:return_id>/extensions", roles=ORGANISERS)
api.accepts(AcceptReturn, "/returns/<uuid:return_id>/acceptance", roles=(*ORGANISERS, Role.INSPECTOR))
api.accepts(RegisterEvidence, "/items/<uuid:evidence_id>", roles=GATHERERS)
api.accepts(LinkToIndicator, "/items/<uuid:evidence_id>/links", roles=GATHERERS)
api.accepts(WithdrawEvidence, "/items/<uuid:evidence_id>/withdrawal", roles=GATHERERS)

api.lists("/inspections", gatherings, roles=READERS, filters=("inspection_id",))
api.lists("/returns", returns, roles=(*READERS, Role.PARTNERSHIP_CONTACT), filters=("inspection_id", "kind"))
api.lists("/items", evidence_items, roles=READERS, filters=("inspection_id", "method"))
api.lists("/links", evidence_links, roles=READERS, filters=("inspection_id", "evidence_id", "indicator", "method"))

api.shows("/inspections/<uuid:inspection_id>", gathering, roles=READERS)
api.shows("/returns/<uuid:return_id>", information_return, roles=(*READERS, Role.PARTNERSHIP_CONTACT), opens=GATHERERS)
api.shows("/items/<uuid:evidence_id>", evidence_item, roles=READERS, opens=(*GATHERERS, Role.QUALITY_PANEL))
