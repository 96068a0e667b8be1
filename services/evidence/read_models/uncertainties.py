"""What the team is or was not sure of, and what became of it."""

from sqlalchemy import Column, Text, Uuid

from services.evidence.events import UncertaintyRaised, UncertaintyResolved
from shared.sourcing.read_models import Put, ReadModel, Set
from shared.vocabulary.methods import ScopeState

uncertainties = ReadModel(
    "uncertainties",
    Column("uncertainty_id", Uuid, primary_key=True),
    Column("inspection_id", Uuid, nullable=False),
    Column("indicator", Text),
    Column("topic", Text),
    Column("state", Text, nullable=False),
)


@uncertainties.on
def uncertainty_raised(fact: UncertaintyRaised) -> Put:
    """A row an uncertainty."""
    return uncertainties.put(
        uncertainty_id=fact.uncertainty_id,
        inspection_id=fact.inspection_id,
        indicator=fact.indicator,
        topic=fact.topic,
        state=ScopeState.UNCERTAINTY.value,
    )


@uncertainties.on
def uncertainty_resolved(fact: UncertaintyResolved) -> Set:
    """What it has become."""
    return uncertainties.set(uncertainty_id=fact.uncertainty_id, state=fact.becomes.value)
