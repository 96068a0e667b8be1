"""Evidence, assembled: read this first."""

from services.evidence.aggregates.evidence_item import evidence_item
from services.evidence.aggregates.gathering import gathering
from services.evidence.aggregates.information_return import information_return
from services.evidence.policies import policies
from services.evidence.read_models.evidence_items import evidence_items
from services.evidence.read_models.evidence_links import evidence_links
from services.evidence.read_models.gatherings import gatherings
from services.evidence.read_models.returns import returns
from shared.sourcing.service import Service

evidence = Service(
    name="evidence",
    aggregates=(gathering, information_return, evidence_item),
    read_models=(gatherings, returns, evidence_items, evidence_links),
    policies=policies,
    hears=("scheduling", "participation"),
)
