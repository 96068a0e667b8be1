"""The bundle: nobody recognisable, all texts and grades under one hash, and the approval of two people for it."""

from collections.abc import Iterator

from services.reporting.aggregates.drafting import DraftNotApproved, refuse_names, refuse_older
from services.reporting.aggregates.evaluation import somebody
from services.reporting.aggregates.inspected import OWN_INSPECTION, Inspected
from services.reporting.aggregates.report import Report, hash_of, refuse_empty, refuse_published, report
from services.reporting.commands import (
    ApprovePublication,
    AttachAccessibleVersion,
    ClearIdentifiability,
    CoverRights,
    SetEmbargo,
)
from services.reporting.events import (
    AccessibleVersionAttached,
    EmbargoSet,
    IdentifiabilityCleared,
    PublicationApproved,
    RightsCovered,
)
from shared.errors import NotFound, Refused
from shared.vocabulary.framework import LAST_ARTICLE, Foundation, UnknownArticle
from shared.vocabulary.identity import ContentHash, ReportId


class AccessibleVersionMissing(Refused):
    """A report is published together with its accessible version; attach it first."""

    recorded = True


class RightsNotCovered(Refused):
    """A report about children says which of their rights and which promises it covers; say so first."""

    recorded = True


class NothingCovered(Refused):
    """Name at least one article of the Convention or one foundation of The Promise."""

    status = 422


class ApproverIsAuthor(Refused):
    """Whoever wrote a part of this does not approve its publication."""

    recorded = True


class AlreadyApprovedByYou(Refused):
    """You have approved this already; the second approval is another person's."""

    recorded = True


class BundleHasChanged(Refused):
    """This is not the bundle as it is now; read it again and decide again."""

    recorded = True


@report.decides()
def clear_identifiability(command: ClearIdentifiability, state: Report) -> Iterator[IdentifiabilityCleared]:
    """It is said of one draft; the next one is read again."""
    refuse_published(state)
    refuse_older(state, command.content_hash)
    if not state.identifiability_cleared:
        yield IdentifiabilityCleared(
            report_id=command.report_id, content_hash=command.content_hash, cleared_by=somebody(command.actor)
        )


@report.decides(about=OWN_INSPECTION)
def attach_accessible_version(
    command: AttachAccessibleVersion, state: Report, *, about: Inspected
) -> Iterator[AccessibleVersionAttached]:
    """With it the bundle is complete; attaching another makes another bundle, which nobody has approved yet."""
    refuse_published(state)
    if state.approved is None:
        raise DraftNotApproved
    refuse_empty(command.content)
    refuse_names(state.form, about, command.content.reveal())
    accessible_hash = hash_of(command.content.reveal())
    if state.inspection_id is None:
        raise NotFound
    yield AccessibleVersionAttached(
        report_id=command.report_id,
        inspection_id=state.inspection_id,
        accessible_hash=accessible_hash,
        bundle_hash=bundle_hash(command.report_id, state, accessible_hash),
        attached_by=somebody(command.actor),
        content=command.content,
    )


def bundle_hash(report_id: ReportId, state: Report, accessible_hash: ContentHash) -> ContentHash:
    """The SHA-256 of these lines: ids, area, form, the hashes of the three texts, and each indicator's grade.

    Anybody can work it out again from the published report.
    """
    lines = [
        "speir bundle 1",
        f"report {report_id}",
        f"inspection {state.inspection_id}",
        f"area {' '.join(state.area.councils if state.area else ())}",
        f"form {state.form}",
        f"title {state.title_hash}",
        f"content {state.content_hash}",
        f"accessible {accessible_hash}",
        *(f"evaluation {one.indicator} {one.grade}" for one in state.approved or () if state.grades_published),
    ]
    return hash_of("".join(f"{line}\n" for line in lines))


@report.decides()
def cover_rights(command: CoverRights, state: Report) -> Iterator[RightsCovered]:
    """The latest word counts; it is part of what is published."""
    refuse_published(state)
    for place, number in enumerate(command.articles):
        if not 1 <= number <= LAST_ARTICLE:
            raise UnknownArticle(number=number, pointer=f"/articles/{place}")
    if not command.articles and not command.foundations:
        raise NothingCovered(pointer="/articles")
    yield RightsCovered(
        report_id=command.report_id,
        articles=tuple(sorted(set(command.articles))),
        foundations=tuple(each for each in Foundation if each in command.foundations),
    )


@report.decides()
def set_embargo(command: SetEmbargo, state: Report) -> Iterator[EmbargoSet]:
    """The latest word counts, and each is on record."""
    refuse_published(state)
    yield EmbargoSet(report_id=command.report_id, until=command.until)


@report.decides()
def approve_publication(command: ApprovePublication, state: Report) -> Iterator[PublicationApproved]:
    """Two people who did not write it approve exactly what will be published."""
    refuse_published(state)
    refuse_other_bundle(state, command.bundle_hash)
    if state.rights_needed and not (state.articles or state.foundations):
        raise RightsNotCovered
    actor = somebody(command.actor)
    if actor in state.authors | state.bundlers:
        raise ApproverIsAuthor
    if actor in state.approvals:
        raise AlreadyApprovedByYou
    yield PublicationApproved(
        report_id=command.report_id,
        bundle_hash=command.bundle_hash,
        approved_by=actor,
        approvals=len(state.approvals) + 1,
    )


def refuse_other_bundle(state: Report, hash_: ContentHash) -> None:
    """What is decided on is the bundle as it is now."""
    if state.bundle_hash is None:
        raise AccessibleVersionMissing
    if hash_ != state.bundle_hash:
        raise BundleHasChanged
