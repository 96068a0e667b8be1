"""Evidence, assembled: read this first."""

import services.evidence.aggregates.disposing
import services.evidence.aggregates.originals  # its decisions belong to the disposal
import services.evidence.aggregates.spreadsheet  # its decisions belong to the information return
import services.evidence.aggregates.validation  # noqa: F401 - its decisions belong to the gathering
from services.evidence.aggregates.disposal import disposal
from services.evidence.aggregates.evidence_item import evidence_item
from services.evidence.aggregates.gathering import gathering
from services.evidence.aggregates.information_return import information_return
from services.evidence.aggregates.over_supply_notice import over_supply_notice
from services.evidence.aggregates.scope_register import scope_register
from services.evidence.aggregates.self_evaluation import self_evaluation
from services.evidence.policies import policies
from services.evidence.read_models.disposals import disposals
from services.evidence.read_models.evidence_items import evidence_items
from services.evidence.read_models.evidence_links import evidence_links
from services.evidence.read_models.findings import findings
from services.evidence.read_models.gatherings import gatherings
from services.evidence.read_models.over_supplies import over_supplies
from services.evidence.read_models.returns import returns
from services.evidence.read_models.self_evaluations import self_evaluations
from services.evidence.read_models.uncertainties import uncertainties
from shared.contracts.evidence import ErasureConfirmed
from shared.edges.everywhere import AGGREGATES, POLICIES, READ_MODELS
from shared.erasure.carrying import confirming
from shared.erasure.certifying import certification
from shared.erasure.deeds import deeds
from shared.erasure.policies import carrying_out, certifying
from shared.identity.api_token import api_token
from shared.identity.read_models import api_tokens_of, revocations_of
from shared.sourcing.service import Service
from shared.vocabulary.erasure import ErasedKind

evidence = Service(
    name="evidence",
    aggregates=(
        *AGGREGATES,
        gathering,
        information_return,
        over_supply_notice,
        evidence_item,
        self_evaluation,
        scope_register,
        disposal,
        api_token,
        certification,
        confirming("evidence", ErasureConfirmed),
    ),
    read_models=(
        *READ_MODELS,
        gatherings,
        returns,
        over_supplies,
        evidence_items,
        evidence_links,
        self_evaluations,
        uncertainties,
        findings,
        disposals,
        api_tokens_of("evidence"),
        revocations_of("evidence"),
    ),
    policies=policies.joined(POLICIES, carrying_out, certifying(ErasedKind.INSPECTION)),
    deeds=deeds,
    hears=("scheduling", "participation", "reporting"),
)
