"""Drafting a report: written, written again, and approved by the panel together with its grades."""

from collections.abc import Iterable, Iterator

from services.reporting.aggregates.evaluation import Evaluation, evaluation, evaluation_of, somebody
from services.reporting.aggregates.inspected import NAMED_INSPECTION, OWN_INSPECTION, Inspected, refuse_neighbour
from services.reporting.aggregates.report import Report, hash_of, refuse_empty, refuse_published, report
from services.reporting.commands import ApproveDraft, DraftReport
from services.reporting.events import DraftApproved, DraftWritten, ReportBegun
from shared.aggregates import each
from shared.contracts.reporting import PublishedEvaluation
from shared.errors import NotFound, Refused
from shared.vocabulary.areas import names_in
from shared.vocabulary.identity import ContentHash
from shared.vocabulary.methods import OutputForm

LONGEST_TITLE = 200
"""Characters in a title."""


class ReportOfAnother(Refused):
    """This report was begun about another inspection or in another form; take a new id."""


class FormNotInEdition(Refused):
    """The inspection's edition does not give this back."""

    status = 422


class FormIsNotDrafted(Refused):
    """This is not written as a draft: hold a discussion, or attach the accessible version to its report."""

    status = 422


class NotUpheld(Refused):
    """A draft puts right what was upheld; rule on it first."""

    status = 422


class NamesAnArea(Refused):
    """What is not attributed names no council, health board or partnership; take the names out."""

    status = 422


class StrataUnaccounted(Refused):
    """Of some kinds of record nothing is known yet: register what was read, or record that there is none."""

    recorded = True


class TitleUnfit(Refused):
    """A title is one line of at most 200 characters."""

    status = 422


class DraftHasChanged(Refused):
    """There is a newer draft than the one you read; read it and decide again."""


class DraftAlreadyApproved(Refused):
    """The panel has approved this draft, and no evaluation has changed since."""


class AuthorApproves(Refused):
    """Whoever wrote a draft does not approve it; ask another member of the panel."""

    recorded = True


class EvaluationsNotSettled(Refused):
    """The panel has not settled every evaluation of this inspection."""

    recorded = True


class DraftNotApproved(Refused):
    """The panel has not approved this draft."""

    recorded = True


@report.decides(creates=True, about=NAMED_INSPECTION)
def draft_report(command: DraftReport, state: Report, *, about: Inspected) -> Iterator[ReportBegun | DraftWritten]:
    """The first draft begins the report; each draft after it has the next number."""
    if about.area is None:
        raise NotFound
    refuse_published(state)
    _refuse_unfit(command, about)
    not_upheld = sum(not state.inaccuracies.get(each) for each in command.answers)
    if not_upheld:
        raise NotUpheld(missing=not_upheld, pointer="/answers")
    if state.number == 0:
        yield ReportBegun(
            report_id=command.report_id,
            inspection_id=command.inspection_id,
            area=about.area,
            form=command.form,
            evaluations=tuple(evaluation_of(command.inspection_id, code) for code in about.indicators),
            comment_working_days=about.comment_working_days,
            action_plan_weeks=about.action_plan_weeks,
            programme_id=about.programme_id,
            grades_published=about.grades_published and command.form not in LETTERS,
            rights_needed=about.rights_needed,
        )
    elif (state.inspection_id, state.form) != (command.inspection_id, command.form):
        raise ReportOfAnother
    yield DraftWritten(
        report_id=command.report_id,
        inspection_id=command.inspection_id,
        number=state.number + 1,
        content_hash=hash_of(command.content.reveal()),
        title_hash=hash_of(command.title.reveal()),
        author=somebody(command.actor),
        answers=tuple(dict.fromkeys(command.answers)),
        title=command.title,
        content=command.content,
    )


def _refuse_unfit(command: DraftReport, about: Inspected) -> None:
    if command.form not in about.forms:
        raise FormNotInEdition(pointer="/form")
    if command.form in NOT_DRAFTED:
        raise FormIsNotDrafted(pointer="/form")
    title = command.title.reveal()
    if title != " ".join(title.split()) or not 1 <= len(title) <= LONGEST_TITLE:
        raise TitleUnfit(pointer="/title")
    refuse_empty(command.content)
    refuse_names(command.form, about, command.title.reveal(), command.content.reveal())


LETTERS = frozenset({OutputForm.VALIDATION_LETTER, OutputForm.FEEDBACK_LETTER})
"""What has no grades, whatever the edition publishes."""
NOT_DRAFTED = frozenset({OutputForm.VERBAL_FEEDBACK, OutputForm.ACCESSIBLE_REPORT})
"""What is said, and what comes with a report."""
NATIONAL = frozenset({OutputForm.NATIONAL_REPORT})
"""What is about the nation, and where findings are not attributed names nobody."""


def refuse_names(form: OutputForm | None, about: Inspected, *texts: str) -> None:
    """A text on the nation that is not attributed names no area; raises NamesAnArea with a count."""
    named = 0 if about.attributed or form not in NATIONAL else len(names_in("\n".join(texts)))
    if named:
        raise NamesAnArea(areas=named, pointer="/content")


def settled(evaluations: Iterable[Evaluation]) -> tuple[PublishedEvaluation, ...]:
    """The evaluations as the panel settled them; raises EvaluationsNotSettled."""
    evaluations = tuple(evaluations)
    missing = sum(one.indicator is None or one.settled is None for one in evaluations)
    if missing:
        raise EvaluationsNotSettled(missing=missing)
    return tuple(
        PublishedEvaluation(indicator=one.indicator, grade=one.settled)
        for one in evaluations
        if one.indicator is not None and one.settled is not None
    )


def refuse_older(state: Report, content_hash: ContentHash) -> None:
    """Whoever decides on a draft has read the newest one."""
    if content_hash != state.content_hash:
        raise DraftHasChanged(number=state.number)


@report.decides(
    evaluations=each(evaluation, lambda _command, state: state.evaluations),
    about=OWN_INSPECTION,
)
def approve_draft(
    command: ApproveDraft, state: Report, *, evaluations: tuple[Evaluation, ...], about: Inspected
) -> Iterator[DraftApproved]:
    """An approval holds for this text and these grades; it is asked for again when either changes."""
    refuse_published(state)
    refuse_older(state, command.content_hash)
    refuse_neighbour(command.home_area, about)
    actor = somebody(command.actor)
    if actor in state.authors:
        raise AuthorApproves
    if about.unaccounted:
        raise StrataUnaccounted(strata=list(about.unaccounted))
    grades = settled(evaluations)
    if state.approved == grades:
        raise DraftAlreadyApproved
    yield DraftApproved(
        report_id=command.report_id,
        number=state.number,
        content_hash=command.content_hash,
        evaluations=grades,
        approved_by=actor,
    )
