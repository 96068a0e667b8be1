"""Who has evaluated themselves, how often, and what validating it came to; never what they say of themselves."""

from sqlalchemy import Boolean, Column, Date, Integer, Text, Uuid

from shared.contracts.evidence import SelfEvaluationSubmitted, SelfEvaluationValidated
from shared.sourcing.read_models import Put, ReadModel, Set

self_evaluations = ReadModel(
    "self_evaluations",
    Column("self_evaluation_id", Uuid, nullable=False),
    Column("inspection_id", Uuid, nullable=False),
    Column("councils", Text, nullable=False),
    Column("submission", Integer, nullable=False),
    Column("submitted_on", Date, nullable=False),
    Column("extended", Boolean, nullable=False),
    Column("outcome", Text),
)


@self_evaluations.on
def self_evaluation_submitted(fact: SelfEvaluationSubmitted) -> Put:
    """A row a submitter; the latest submission stands there."""
    return self_evaluations.put(
        self_evaluation_id=fact.self_evaluation_id,
        inspection_id=fact.inspection_id,
        councils=" ".join(fact.councils),
        submission=fact.submission,
        submitted_on=fact.submitted_on,
        extended=fact.extended,
    )


@self_evaluations.on
def self_evaluation_validated(fact: SelfEvaluationValidated) -> Set:
    """Beside it, what validating came to."""
    return self_evaluations.set(outcome=fact.outcome.value)
