"""Nothing is sealed for whoever is erased: not with a key that is still there, nor by somebody who began before."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shared.messages import Words
from shared.sealing.unlocking import OwnerErased
from shared.sourcing.running import ERASED_STREAMS
from shared.sourcing.store import Append, Clash
from tests.shared.log_fixtures import AtWork, an_entry, append, at_work
from tests.shared.samples import PutThings


@pytest.fixture
def at(database_url: str, tmp_path: Path) -> Iterator[AtWork]:
    with at_work(database_url, tmp_path) as working:
        yield working


def erased(at: AtWork, one: UUID) -> None:
    """The log says that somebody is erased; the key is not destroyed yet."""
    append(at.log, Append(f"{ERASED_STREAMS}/{one}", str(one), 0, (an_entry(),)))


def test_once_the_log_says_that_somebody_is_erased_nothing_is_sealed_for_them(at: AtWork) -> None:
    one, other = uuid4(), uuid4()
    at.ask(PutThings(jar_id=one, note=Words("a secret")))
    erased(at, one)
    with pytest.raises(OwnerErased):
        at.ask(PutThings(jar_id=one, note=Words("another")))
    assert at.keyring.keys_of(f"jar/{one}"), "the key is there, and sealed nothing more"
    at.ask(PutThings(jar_id=one))
    at.ask(PutThings(jar_id=other, note=Words("a secret")))
    assert [each.stream for each in at.sequenced()].count(f"jar/{one}") == 2


def test_who_began_before_somebody_was_erased_appends_nothing_after_it(at: AtWork) -> None:
    one = uuid4()
    at.ask(PutThings(jar_id=one, note=Words("a secret")))
    with at.log.reading() as tx:
        before = at.log.head(tx, f"jar/{one}")
    late = [(f"jar/{one}", str(one), 1, (an_entry(),)), (f"{ERASED_STREAMS}/{one}", str(one), 0, ())]
    erased(at, one)
    with pytest.raises(Clash):
        append(at.log, *(Append(*each) for each in late))
    with at.log.reading() as tx:
        assert at.log.head(tx, f"jar/{one}") == before
