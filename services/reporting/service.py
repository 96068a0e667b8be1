"""Reporting, assembled: read this first."""

import services.reporting.aggregates.answering
import services.reporting.aggregates.carrying
import services.reporting.aggregates.closing
import services.reporting.aggregates.correction
import services.reporting.aggregates.issuing
import services.reporting.aggregates.panel
import services.reporting.aggregates.planning
import services.reporting.aggregates.progress_review
import services.reporting.aggregates.proposing
import services.reporting.aggregates.publication  # noqa: F401 - the decisions of these belong to their aggregates
from services.reporting.aggregates.action_plan import action_plan
from services.reporting.aggregates.embargoed_copy import embargoed_copy
from services.reporting.aggregates.evaluation import evaluation
from services.reporting.aggregates.inspected import inspected
from services.reporting.aggregates.programme_outputs import programme_outputs
from services.reporting.aggregates.publication_pauses import publication_pauses
from services.reporting.aggregates.recommendation import recommendation
from services.reporting.aggregates.report import report
from services.reporting.policies import policies
from services.reporting.read_models.action_plans import action_plans
from services.reporting.read_models.embargoed_copies import embargoed_copies
from services.reporting.read_models.evaluations import evaluations
from services.reporting.read_models.evidence_known import evidence_known
from services.reporting.read_models.progress_reviews import progress_reviews
from services.reporting.read_models.published import published
from services.reporting.read_models.recommendation_history import recommendation_history
from services.reporting.read_models.recommendation_owners import recommendation_owners
from services.reporting.read_models.recommendations import recommendations
from services.reporting.read_models.reports import reports
from shared.contracts.reporting import ErasureConfirmed
from shared.edges.everywhere import AGGREGATES, POLICIES, READ_MODELS
from shared.erasure.carrying import confirming
from shared.erasure.deeds import deeds
from shared.erasure.policies import carrying_out
from shared.identity.api_token import api_token
from shared.identity.read_models import api_tokens_of, revocations_of
from shared.sourcing.service import Service

reporting = Service(
    name="reporting",
    aggregates=(
        *AGGREGATES,
        inspected,
        programme_outputs,
        publication_pauses,
        evaluation,
        report,
        embargoed_copy,
        recommendation,
        action_plan,
        api_token,
        confirming("reporting", ErasureConfirmed),
    ),
    read_models=(
        *READ_MODELS,
        evaluations,
        evidence_known,
        reports,
        embargoed_copies,
        published,
        recommendations,
        recommendation_owners,
        recommendation_history,
        action_plans,
        progress_reviews,
        api_tokens_of("reporting"),
        revocations_of("reporting"),
    ),
    policies=policies.joined(POLICIES, carrying_out),
    deeds=deeds,
    hears=("scheduling", "evidence", "participation"),
)
