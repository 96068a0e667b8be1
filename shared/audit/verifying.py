"""Verifying a log: everything is hashed anew and held against what was signed, by the log and by whoever saw it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from shared.audit.checkpoints import Checkpoint, believed
from shared.audit.entries import entry_of
from shared.audit.notes import NoteUnfit, Verifier
from shared.sourcing import scanning, tree
from shared.sourcing.event_log import EventLog
from shared.sourcing.merkle import TILE_HEIGHT, Frontier, Subtree, commitment, leaf_hash
from shared.sourcing.proofs import complete_runs
from shared.sourcing.tree import BeyondTheLog


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold: which check, and where: a position or a range of them, a size of the tree, or a stream."""

    check: str
    position: int | None = None
    size: int | None = None
    beyond: int | None = None
    """With a position: the range up to, and not with, this one."""
    stream: str | None = None
    version: int | None = None

    def __str__(self) -> str:
        """As an auditor reads it."""
        where = [
            f"{name} {value}"
            for name in ("position", "size", "stream", "version")
            if (value := getattr(self, name)) is not None
        ]
        ranged = f" up to {self.beyond - 1}" if self.beyond is not None else ""
        return f"{self.check}: {', '.join(where)}{ranged}"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification came to: how far the log reaches, what was looked at, and what does not hold."""

    size: int
    root: bytes
    events: int
    checkpoints: int
    findings: tuple[Finding, ...]


@dataclass
class _Scan:
    """What has been seen of the log so far."""

    origin: str
    frontier: Frontier
    versions: dict[str, int] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    sequenced_us: int = 0
    whole: bool = True
    """Whether it began with the first event, so that everything has to be there from the first version on."""


class _Held:
    """What was signed of the log, held against it while it is hashed."""

    def __init__(self, checkpoints: list[Checkpoint], since: int) -> None:
        self._waiting = sorted(checkpoints, key=lambda each: each.size, reverse=True)
        self._good = since

    def against(self, frontier: Frontier) -> Iterator[Finding]:
        """What was signed at this very size, and says another root; what differs lies after the last that agreed."""
        while self._waiting and self._waiting[-1].size == frontier.size:
            if self._waiting.pop().root == frontier.root():
                self._good = frontier.size
            else:
                yield Finding("root", position=min(self._good, max(frontier.size - 1, 0)), beyond=frontier.size)

    def beyond(self, frontier: Frontier) -> Iterator[Finding]:
        """What was signed of a log that was longer."""
        while self._waiting:
            yield Finding("cut", position=frontier.size, beyond=self._waiting.pop().size)


def verify(log: EventLog, verifier: Verifier, *, since: int = 0, seen: Iterable[Checkpoint] = ()) -> Verified:
    """Hash the log from a position on, in one moment, and say what does not hold; nothing in it is believed.

    ``verifier`` is the log's own key. ``seen`` are checkpoints that others saw or keep, whose signatures were checked:
    only they show that a log was cut, or rewritten by somebody who has its key. What lies before ``since`` is taken
    from the tree as it is written down, which has to come to what was signed there. Raises BeyondTheLog for a position
    beyond the log.
    """
    with log.snapshot() as tx:
        return _verified(tx, log.origin, verifier, since, list(seen))


def _verified(tx: Connection, origin: str, verifier: Verifier, since: int, seen: list[Checkpoint]) -> Verified:
    findings: list[Finding] = []
    signed = []
    for each in tree.all_signed(tx):
        if (said := _signed(each, origin, verifier)) is None:
            findings.append(Finding("checkpoint-signature", size=each.size))
        else:
            signed.append(said)
    scan = _Scan(origin, _frontier(tx, since), whole=since == 0)
    held = _Held([each for each in (*signed, *seen) if each.size >= since], since)
    findings += held.against(scan.frontier)
    events = 0
    for place in scanning.placed(tx, since):
        findings += _looked_at(place, scan)
        scan.frontier.add(place.leaf)
        events += 1
        findings += held.against(scan.frontier)
    findings += held.beyond(scan.frontier)
    if not _is_head(tx, scan.frontier):
        findings.append(Finding("head", size=scan.frontier.size))
    findings += _beside(tx, scan.frontier.completed, whole=scan.whole)
    return Verified(scan.frontier.size, scan.frontier.root(), events, len(signed), tuple(findings))


def _signed(each: tree.Signed, origin: str, verifier: Verifier) -> Checkpoint | None:
    """What a kept checkpoint says, if it is signed and says what stands beside it."""
    try:
        said, _ = believed(each.note, verifier)
    except NoteUnfit:
        return None
    return said if (said.origin, said.size, said.root) == (origin, each.size, each.root) else None


def _is_head(tx: Connection, frontier: Frontier) -> bool:
    """Whether the log's head row says what the places come to."""
    try:
        return tree.head(tx) == (frontier.size, frontier.root())
    except ValueError:
        return False


def _frontier(tx: Connection, size: int) -> Frontier:
    """The tree as it was at a size, by what is written down of it; raises BeyondTheLog."""
    node = tree.nodes(tx)
    try:
        roots = [node(number << height, number + 1 << height) for height, number in complete_runs(0, size)]
    except IndexError as beyond:
        raise BeyondTheLog from beyond
    return Frontier(size, b"".join(roots))


def _looked_at(place: scanning.Placed, scan: _Scan) -> Iterator[Finding]:
    """What does not hold at one place."""
    at, event = place.position, place.event
    if at != scan.frontier.size:
        yield Finding("position-missing", position=scan.frontier.size, beyond=max(at, scan.frontier.size + 1))
    if place.sequenced_us < scan.sequenced_us:
        yield Finding("sequenced-backward", position=at)
    scan.sequenced_us = max(scan.sequenced_us, place.sequenced_us)
    if event is None:
        yield Finding("event-missing", position=at)
        return
    if commitment(event.salt, event.body) != event.commitment:
        yield Finding("body", position=at, stream=event.stream, version=event.version)
    if leaf_hash(entry_of(scan.origin, event)) != place.leaf:
        yield Finding("leaf", position=at, stream=event.stream, version=event.version)
    before = scan.versions.get(event.stream, 0 if scan.whole else event.version - 1)
    if event.version != before + 1:
        yield Finding("version", position=at, stream=event.stream, version=event.version)
    scan.versions[event.stream] = event.version
    yield from _numbered(place, event.partition, scan)


def _numbered(place: scanning.Placed, partition: int | None, scan: _Scan) -> Iterator[Finding]:
    """What does not hold in how listeners count what they are told; ``partition`` is as the event has it."""
    at = place.position
    if place.partition != partition:
        yield Finding("partition", position=at)
    if (place.partition is None) != (place.number is None):
        yield Finding("number", position=at)
    if place.partition is not None and place.number is not None:
        last = scan.numbers.get(place.partition, 0 if scan.whole else place.number - 1)
        if place.number != last + 1:
            yield Finding("number", position=at)
        scan.numbers[place.partition] = place.number


def _beside(tx: Connection, completed: list[Subtree], *, whole: bool) -> Iterator[Finding]:
    """What does not hold in what stands beside the order: subtrees, events without a place, streams cut short."""
    kept = scanning.subtrees(tx)
    for each in completed:
        if kept.get((each.level, each.number)) != each.root:
            leaves = 1 << TILE_HEIGHT * each.level
            yield Finding("subtree", position=each.number * leaves, beyond=(each.number + 1) * leaves)
    if whole and len(kept) > len(completed):
        yield Finding("subtree", size=max(number + 1 << TILE_HEIGHT * level for level, number in kept))
    for stream, version in scanning.without_a_place(tx):
        yield Finding("inserted", stream=stream, version=version)
    for stream, version in scanning.cut_short(tx):
        yield Finding("stream", stream=stream, version=version)
