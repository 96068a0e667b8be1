"""Two of three holders rebuild a root key; one alone knows nothing, and a damaged share is not believed."""

from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.sealing import custody
from shared.sealing.custody import Share, ShareDamaged, SharesDoNotMatch, rebuilt, split

roots = some.binary(min_size=32, max_size=32)


@given(roots)
def test_any_two_of_three_shares_rebuild_the_root(root: bytes) -> None:
    shares = [Share.read(share.written()) for share in split("evidence", root)]
    assert all(rebuilt(two) == root for two in permutations(shares, 2))
    assert rebuilt(shares) == root


@given(roots, roots, some.integers(1, 3))
def test_one_share_tells_nothing_of_the_root(root: bytes, other: bytes, number: int) -> None:
    """For whatever root, there is just one line through a share: any share may be of any root, all alike."""
    share = split("evidence", root)[number - 1]
    secret = other + custody.sha256(other).digest()[:8]
    inverse = custody._inverse(number)
    slopes = bytes(custody._times(a ^ b, inverse) for a, b in zip(share.part, secret, strict=True))
    assert bytes(b ^ custody._times(s, number) for b, s in zip(secret, slopes, strict=True)) == share.part


def test_a_share_is_spread_evenly_whatever_the_root() -> None:
    seen = {root: {split("evidence", bytes([root] * 32))[0].part[0] for _ in range(4000)} for root in (0, 255)}
    assert {len(values) for values in seen.values()} == {256}


def test_the_field_is_the_one_that_everybody_uses() -> None:
    assert custody._times(0x57, 0x83) == 0xC1  # FIPS 197, section 4.2
    assert custody._times(0x57, 0x13) == 0xFE
    assert all(custody._times(a, custody._inverse(a)) == 1 for a in range(1, 256))


@given(some.integers(min_value=0), some.sampled_from("0123456789abcdef"))
def test_a_share_with_a_wrong_digit_is_refused(at: int, digit: str) -> None:
    written = split("evidence", bytes(32))[0].written()
    at %= len(written)
    changed = written[:at] + digit + written[at + 1 :]
    if changed != written:
        with pytest.raises(ShareDamaged):
            Share.read(changed)


@pytest.mark.parametrize("cut", [0, 10, 60, -1, -5])
def test_a_share_that_is_not_whole_is_refused(cut: int) -> None:
    with pytest.raises(ShareDamaged):
        Share.read(split("evidence", bytes(32))[0].written()[:cut])


def test_a_share_may_be_typed_in_again_from_paper() -> None:
    share = split("evidence", bytes(range(32)))[1]
    typed = "# the second of three\n" + share.written().upper().replace(" ", "\n  ")
    assert Share.read(typed) == share


def test_shares_that_were_not_split_together_rebuild_nothing() -> None:
    mine, again, other = (split(service, bytes(range(32))) for service in ("evidence", "evidence", "reporting"))
    for two in ([mine[0], again[1]], [mine[0], mine[0]], [mine[0]], [mine[0], other[1]], [*mine[:2], again[2]]):
        with pytest.raises(SharesDoNotMatch):
            rebuilt(two)


def test_a_share_that_was_made_up_rebuilds_nothing() -> None:
    shares = split("evidence", bytes(range(32)))
    made_up = [Share(each.service, each.set_id, each.number, bytes(40)) for each in shares]
    for one, other in combinations(range(3), 2):
        with pytest.raises(SharesDoNotMatch):
            rebuilt([shares[one], made_up[other]])


def test_a_share_shows_itself_to_nobody_by_accident() -> None:
    share = split("evidence", bytes(range(32)))[0]
    assert share.part.hex() not in repr(share)
    assert str(share.part) not in repr(share)
