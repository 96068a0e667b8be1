"""Planning: owners say what they will do about every recommendation, and the link inspector says whether it will do."""

from collections.abc import Iterator
from datetime import date

from services.reporting.aggregates.action_plan import ActionPlan, action_plan, every, unanswered
from services.reporting.aggregates.evaluation import somebody
from services.reporting.aggregates.recommendation import Recommendation, State
from services.reporting.commands import Action, ReviewActionPlan, SubmitActionPlan
from services.reporting.events import ActionPlanAccepted, ActionPlanned, ActionPlanReturned, ActionPlanSubmitted
from shared.errors import Refused
from shared.vocabulary.follow_up import PlanState


class NothingToPlan(Refused):
    """No recommendation of this inspection waits for an answer."""


class ActionPlanAlreadyIn(Refused):
    """A plan that answers every recommendation is in; only one that was returned is submitted again."""


class ActionPlanOmits(Refused):
    """The plan says nothing about some of the recommendations; they are listed here."""

    status = 422


class ActionOfAnotherInspection(Refused):
    """Some actions are for recommendations that this inspection did not make; they are listed here."""

    status = 422


class ActionOwnerUnknown(Refused):
    """An action is done by an owner of its recommendation that has not rejected it."""

    status = 422


class ActionNotSmart(Refused):
    """An action says what exactly will be done, how that is measured, and a day to come on which it is done."""

    status = 422


class NothingSubmitted(Refused):
    """There is no action plan to review."""


class ActionPlanHasChanged(Refused):
    """Another plan was submitted since the one that you read; read that one."""


class NotLinkInspector(Refused):
    """The plan is reviewed by the inspection's link inspector."""

    recorded = True


class PlannerReviews(Refused):
    """Whoever submitted a plan does not review it."""

    recorded = True


class ReturnNeedsReasons(Refused):
    """A plan is returned with what is missing in it."""

    status = 422


@action_plan.decides(stand=every)
def submit_action_plan(
    command: SubmitActionPlan, state: ActionPlan, *, stand: tuple[Recommendation, ...]
) -> Iterator[ActionPlanned | ActionPlanSubmitted]:
    """It may be late, and then it is marked so; it may not leave a recommendation out."""
    if not unanswered(state, stand, frozenset()):
        raise NothingToPlan
    if not unanswered(state, stand, state.answered):
        raise ActionPlanAlreadyIn
    today = command.today or date.min
    known = dict(zip(state.recommendations, stand, strict=True))
    strangers = {action.recommendation_id for action in command.actions} - set(known)
    if strangers:
        raise ActionOfAnotherInspection(recommendations=sorted(strangers), pointer="/actions")
    omitted = unanswered(state, stand, frozenset(action.recommendation_id for action in command.actions))
    if omitted:
        raise ActionPlanOmits(recommendations=list(omitted), pointer="/actions")
    for place, action in enumerate(command.actions):
        _refuse_vague(action, place, known[action.recommendation_id], today)
    yield from (_planned(command, state.submission + 1, action) for action in command.actions)
    yield ActionPlanSubmitted(
        inspection_id=command.inspection_id,
        submission=state.submission + 1,
        actions=len(command.actions),
        submitted_by=somebody(command.actor),
        submitted_on=today,
        late=state.due_on is not None and today > state.due_on,
    )


def _refuse_vague(action: Action, place: int, answers: Recommendation, today: date) -> None:
    if answers.standing.get(action.owner, State.REJECTED) is State.REJECTED:
        raise ActionOwnerUnknown(pointer=f"/actions/{place}/owner")
    for name in ("specific", "measurable"):
        if not getattr(action, name).reveal().strip():
            raise ActionNotSmart(pointer=f"/actions/{place}/{name}")
    if action.done_by < today:
        raise ActionNotSmart(pointer=f"/actions/{place}/done_by")


def _planned(command: SubmitActionPlan, submission: int, action: Action) -> ActionPlanned:
    return ActionPlanned(
        inspection_id=command.inspection_id,
        submission=submission,
        recommendation_id=action.recommendation_id,
        owner=action.owner,
        done_by=action.done_by,
        specific=action.specific,
        measurable=action.measurable,
    )


@action_plan.decides(stand=every)
def review_action_plan(
    command: ReviewActionPlan, state: ActionPlan, *, stand: tuple[Recommendation, ...]
) -> Iterator[ActionPlanAccepted | ActionPlanReturned]:
    """Where the team has no link inspector, somebody else of it reads the plan; whoever wrote it never does."""
    reviewer = somebody(command.actor)
    if state.state is not PlanState.SUBMITTED:
        raise NothingSubmitted
    if command.submission != state.submission:
        raise ActionPlanHasChanged(submission=state.submission)
    if reviewer == state.submitted_by:
        raise PlannerReviews(inspection_id=command.inspection_id)
    if state.link_inspector is not None and reviewer != state.link_inspector:
        raise NotLinkInspector(inspection_id=command.inspection_id)
    if command.accepted:
        omitted = unanswered(state, stand, state.answered)
        if omitted:
            raise ActionPlanOmits(recommendations=list(omitted))
        yield ActionPlanAccepted(inspection_id=command.inspection_id, submission=state.submission, reviewed_by=reviewer)
        return
    if command.reasons is None or not command.reasons.reveal().strip():
        raise ReturnNeedsReasons(pointer="/reasons")
    yield ActionPlanReturned(
        inspection_id=command.inspection_id,
        submission=state.submission,
        reviewed_by=reviewer,
        reasons=command.reasons,
    )
