"""Whatever people try, in whichever order: nothing is published that was not moderated, heard, cleared and approved."""

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import services.reporting.aggregates.publication  # noqa: F401 - its decisions belong to the report
from services.reporting.aggregates.evaluation import Evaluation
from services.reporting.aggregates.report import Report, hash_of, report
from services.reporting.commands import (
    ApproveDraft,
    ApprovePublication,
    AttachAccessibleVersion,
    ClearIdentifiability,
    CloseFactualAccuracy,
    DraftReport,
    PublishReport,
    RaiseInaccuracy,
    RuleOnInaccuracy,
    SendForFactualAccuracy,
    SetEmbargo,
)
from services.reporting.events import (
    AccessibleVersionAttached,
    DraftApproved,
    DraftWritten,
    EmbargoSet,
    FactualAccuracyClosed,
    IdentifiabilityCleared,
    InaccuracyRaised,
    InaccuracyRuledOn,
    PublicationApproved,
    SentForFactualAccuracy,
)
from shared.contracts.reporting import ReportPublished
from shared.errors import Refused
from shared.messages import Words
from shared.vocabulary.identity import ActorId, ContentHash, InaccuracyId
from shared.vocabulary.methods import InaccuracyKind, OutputForm
from shared.vocabulary.text import PublishedText
from tests.reporting.facts import AROUND, CLEARANCE, GOOD, INSPECTION, REPORT, SETTLED, WEAK

WALKS, STEPS = 2_000, 80
PEOPLE = tuple(ActorId(UUID(int=n)) for n in range(1, 8))
TEXTS, ACCESSIBLE_TEXTS = ("One.", "Two."), ("Simply one.", "Simply two.")
POINTS = tuple(InaccuracyId(UUID(int=n)) for n in range(10, 12))


@dataclass
class Walk:
    """A report that people work on in any order, with what happened so far."""

    chance: random.Random
    state: Report = field(default_factory=Report)
    history: list[Any] = field(default_factory=list)
    evaluations: tuple[Evaluation, ...] = SETTLED
    today: date = date(2026, 1, 5)

    def step(self) -> None:
        """Somebody tries something, or time passes, or the panel changes a grade."""
        chosen = self.chance.random()
        if chosen < 0.04:
            self.today += timedelta(days=self.chance.choice((1, 7, 20)))
        elif chosen < 0.07:
            self.evaluations = (replace(SETTLED[0], settled=self.chance.choice((GOOD, WEAK, None))), SETTLED[1])
        else:
            self.attempt(self.chance.choice(ATTEMPTS)(self))

    def attempt(self, command: Any) -> None:
        looks = report.decisions[type(command)].looks
        seen = {"evaluations": self.evaluations, **AROUND}
        try:
            facts = report.decide(command, self.state, **{name: seen[name] for name in looks})
        except Refused:
            return
        for fact in facts:
            if isinstance(fact, ReportPublished):
                assert_publishable(self, fact)
            self.history.append(fact)
            self.state = report.evolve(self.state, fact)

    def whoever(self) -> ActorId:
        return self.chance.choice(PEOPLE)

    def mostly(self, known: ContentHash | None) -> ContentHash:
        """The hash as it is, seldom another."""
        return known if known and self.chance.random() < 0.9 else hash_of("another")


def attempt_draft(walk: Walk) -> DraftReport:
    text = Words(walk.chance.choice(TEXTS))
    return DraftReport(
        report_id=REPORT,
        inspection_id=INSPECTION,
        form=OutputForm.REPORT,
        title=Words("Report"),
        content=text,
        actor=walk.chance.choice(PEOPLE[:2]),
    )


def attempt_approval_of_draft(walk: Walk) -> ApproveDraft:
    return ApproveDraft(report_id=REPORT, content_hash=walk.mostly(walk.state.content_hash), actor=walk.whoever())


def attempt_sending(walk: Walk) -> SendForFactualAccuracy:
    due_on = walk.today + timedelta(days=walk.chance.choice((13, 14)))
    content_hash = walk.mostly(walk.state.content_hash)
    return SendForFactualAccuracy(report_id=REPORT, content_hash=content_hash, due_on=due_on, today=walk.today)


def attempt_point(walk: Walk) -> RaiseInaccuracy:
    point = walk.chance.choice(POINTS)
    return RaiseInaccuracy(
        report_id=REPORT, inaccuracy_id=point, kind=InaccuracyKind.TYPO, words=Words("x"), today=walk.today
    )


def attempt_ruling(walk: Walk) -> RuleOnInaccuracy:
    point = walk.chance.choice(POINTS)
    return RuleOnInaccuracy(report_id=REPORT, inaccuracy_id=point, upheld=False, reason=Words("x"))


def attempt_clearing(walk: Walk) -> ClearIdentifiability:
    content_hash = walk.mostly(walk.state.content_hash)
    return ClearIdentifiability(report_id=REPORT, content_hash=content_hash, actor=walk.whoever())


def attempt_attaching(walk: Walk) -> AttachAccessibleVersion:
    text = Words(walk.chance.choice(ACCESSIBLE_TEXTS))
    return AttachAccessibleVersion(report_id=REPORT, content=text, actor=walk.chance.choice(PEOPLE[1:3]))


def attempt_embargo(walk: Walk) -> SetEmbargo:
    return SetEmbargo(report_id=REPORT, until=walk.today + timedelta(days=walk.chance.choice((-1, 0, 3))))


def attempt_approval(walk: Walk) -> ApprovePublication:
    return ApprovePublication(report_id=REPORT, bundle_hash=walk.mostly(walk.state.bundle_hash), actor=walk.whoever())


def attempt_publication(walk: Walk) -> PublishReport:
    now = datetime(2026, 2, 3, tzinfo=UTC)
    content = next((text for text in TEXTS if hash_of(text) == walk.state.content_hash), TEXTS[0])
    accessible = next((text for text in ACCESSIBLE_TEXTS if hash_of(text) == walk.state.accessible_hash), "none")
    return PublishReport(
        report_id=REPORT,
        bundle_hash=walk.mostly(walk.state.bundle_hash),
        title=PublishedText("Report"),
        content=PublishedText(content if walk.chance.random() < 0.9 else "Something else."),
        accessible=PublishedText(accessible),
        clearance=CLEARANCE,
        cleared_at=now - timedelta(seconds=walk.chance.choice((0, 59, 61))),
        today=walk.today,
        now=now,
    )


ATTEMPTS = (
    attempt_draft,
    *(attempt_approval_of_draft,) * 4,
    *(attempt_sending,) * 3,
    attempt_point,
    *(attempt_ruling,) * 4,
    lambda _walk: CloseFactualAccuracy(report_id=REPORT),
    *(attempt_clearing,) * 3,
    attempt_attaching,
    attempt_embargo,
    *(attempt_approval,) * 8,
    *(attempt_publication,) * 6,
)


def last(history: list[Any], kind: type) -> tuple[int, Any]:
    """Where the last fact of a kind stands, and the fact; (-1, None) where there is none."""
    return next(((n, fact) for n, fact in reversed(list(enumerate(history))) if isinstance(fact, kind)), (-1, None))


def assert_publishable(walk: Walk, published: ReportPublished) -> None:
    """Told from the facts alone, without the report's own state."""
    history = walk.history
    authors = {fact.author for fact in history if isinstance(fact, DraftWritten)}
    drafted_at, draft = last(history, DraftWritten)
    approved_at, approval = last(history, DraftApproved)
    assert drafted_at < approved_at
    assert approval.content_hash == draft.content_hash == hash_of(published.content)
    assert approval.evaluations == published.evaluations
    assert [each.settled for each in walk.evaluations] == [each.grade for each in published.evaluations]
    assert all(fact.approved_by not in authors for fact in history[drafted_at:] if isinstance(fact, DraftApproved))
    assert drafted_at < last(history, IdentifiabilityCleared)[0]
    attached_at, attached = last(history, AccessibleVersionAttached)
    assert approved_at < attached_at
    assert attached.accessible_hash == hash_of(published.accessible)
    wrote = authors | {fact.attached_by for fact in history if isinstance(fact, AccessibleVersionAttached)}
    approvals = [fact for fact in history[attached_at:] if isinstance(fact, PublicationApproved)]
    assert {fact.bundle_hash for fact in approvals} == {published.bundle_hash} == {attached.bundle_hash}
    assert len({fact.approved_by for fact in approvals} - wrote) >= 2
    sent_at, sent = last(history, SentForFactualAccuracy)
    assert sent is not None
    assert walk.today > sent.due_on or last(history, FactualAccuracyClosed)[0] > sent_at
    raised = {fact.inaccuracy_id for fact in history if isinstance(fact, InaccuracyRaised)}
    assert raised == {fact.inaccuracy_id for fact in history if isinstance(fact, InaccuracyRuledOn)}
    _, embargo = last(history, EmbargoSet)
    assert embargo is None or embargo.until <= walk.today
    assert not any(isinstance(fact, ReportPublished) for fact in history)


def test_no_walk_ends_in_a_publication_that_should_not_be():
    published = 0
    for seed in range(WALKS):
        walk = Walk(random.Random(seed))
        for _ in range(STEPS):
            walk.step()
        published += any(isinstance(fact, ReportPublished) for fact in walk.history)
    assert published > WALKS // 50
