"""How a review is done: methods, outputs, units and kinds of step; code knows these, never the name of a review."""

from enum import StrEnum


class ScrutinyForm(StrEnum):
    """What kind of scrutiny it is."""

    JOINT_INSPECTION = "joint_inspection"
    PROGRESS_REVIEW = "progress_review"
    THEMATIC_REVIEW = "thematic_review"
    SUPPORTED_SELF_EVALUATION = "supported_self_evaluation"
    VALIDATED_SELF_EVALUATION = "validated_self_evaluation"
    INQUIRY = "inquiry"


class EvidenceMethod(StrEnum):
    """The ways evidence is gathered."""

    DOCUMENT = "document"
    DATA = "data"
    LITERATURE = "literature"
    RECORD_READING = "record_reading"
    SURVEY = "survey"
    INTERVIEW = "interview"
    FOCUS_GROUP = "focus_group"
    MEETING = "meeting"
    SCOPING_MEETING = "scoping_meeting"
    OBSERVATION = "observation"
    CASE_DISCUSSION = "case_discussion"
    POSITION_STATEMENT = "position_statement"
    SELF_EVALUATION = "self_evaluation"


class StepKind(StrEnum):
    """What a step of a timetable is for, whatever its edition calls it."""

    NOTIFICATION = "notification"
    MEETING = "meeting"
    RETURN = "return"
    SURVEY = "survey"
    DISCUSSION = "discussion"
    ANALYSIS = "analysis"
    RECORD_READING = "record_reading"
    ENGAGEMENT = "engagement"
    PANEL = "panel"
    DRAFT = "draft"
    EMBARGOED_REPORT = "embargoed_report"
    PUBLICATION = "publication"
    FOLLOW_UP = "follow_up"


class Closing(StrEnum):
    """What completes a step."""

    BY_HAND = "by_hand"
    """Somebody of the team says so."""
    WINDOW = "window"
    """Its last week ends; once closed it does not move."""
    RETURN = "return"
    """What was asked for has come in."""
    OUTPUT = "output"
    """What the step is for is out."""


class ReturnKind(StrEnum):
    """What a partnership is asked to send."""

    PRE_INSPECTION_RETURN = "pre_inspection_return"
    DOCUMENT_RETURN = "document_return"
    POSITION_STATEMENT = "position_statement"
    SELF_EVALUATION = "self_evaluation"


class OutputForm(StrEnum):
    """What a review gives back."""

    REPORT = "report"
    ACCESSIBLE_REPORT = "accessible_report"
    VALIDATION_LETTER = "validation_letter"
    FEEDBACK_LETTER = "feedback_letter"
    NATIONAL_REPORT = "national_report"
    VERBAL_FEEDBACK = "verbal_feedback"


class OutputScope(StrEnum):
    """Whether there is one output an area, or one for the nation."""

    AREA = "area"
    NATION = "nation"


class ReachUnit(StrEnum):
    """What a review is carried out on."""

    LOCAL_AUTHORITY_AREA = "local_authority_area"
    COMMUNITY_JUSTICE_PARTNERSHIP = "community_justice_partnership"
    NATION = "nation"


class Delivery(StrEnum):
    """Where the work happens."""

    ON_SITE = "on_site"
    REMOTE = "remote"
    HYBRID = "hybrid"


class Attribution(StrEnum):
    """Whether findings may be tied to an authority."""

    PER_AREA = "per_area"
    """What is published names the area."""
    NOT_ATTRIBUTED = "not_attributed"
    """What is published must not let an authority be told from another."""


class Strength(StrEnum):
    """How much weight a piece of evidence bears: our own three words, from no public list."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"


class ScopeState(StrEnum):
    """How sure the team is about something: the first three may be open, the last two are what uncertainty becomes."""

    NO_SIGNIFICANT_CONCERN = "no_significant_concern"
    UNCERTAINTY = "uncertainty"
    CONCERN = "concern"
    STRENGTH = "strength"
    AREA_FOR_IMPROVEMENT = "area_for_improvement"


class ValidationOutcome(StrEnum):
    """What came of validating a self-evaluation; the score that it gave itself is never overwritten."""

    CONFIRMED = "confirmed"
    PARTLY_CONFIRMED = "partly_confirmed"
    NOT_CONFIRMED = "not_confirmed"


class InaccuracyKind(StrEnum):
    """What a partnership says is wrong with a draft."""

    TYPO = "typo"
    INACCURATE = "inaccurate"
    OMITTED = "omitted"


class ContactRole(StrEnum):
    """What the partnership nominates somebody for."""

    INSPECTION_CO_ORDINATOR = "inspection_co_ordinator"
    PARTICIPATION_CO_ORDINATOR = "participation_co_ordinator"
    LEAD_FOR_CHILD_CONCERNS = "lead_for_child_concerns"
    LEAD_FOR_ADULT_CONCERNS = "lead_for_adult_concerns"
