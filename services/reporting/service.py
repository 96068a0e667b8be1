"""Reporting, assembled: read this first."""

import services.reporting.aggregates.panel
import services.reporting.aggregates.publication  # noqa: F401 - the decisions of both belong to evaluation and report
from services.reporting.aggregates.evaluation import evaluation
from services.reporting.aggregates.inspected import inspected
from services.reporting.aggregates.recommendation import recommendation
from services.reporting.aggregates.report import report
from services.reporting.policies import policies
from services.reporting.read_models.evaluations import evaluations
from services.reporting.read_models.published import published
from services.reporting.read_models.recommendations import recommendations
from services.reporting.read_models.reports import reports
from shared.sourcing.service import Service

reporting = Service(
    name="reporting",
    aggregates=(inspected, evaluation, report, recommendation),
    read_models=(evaluations, reports, published, recommendations),
    policies=policies,
    hears=("scheduling", "evidence"),
)
