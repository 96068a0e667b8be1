"""Evaluations that were published earlier come with the doubts about them."""

from shared.vocabulary.benchmarks import earlier
from shared.vocabulary.identity import GssCode


def test_every_graded_row_is_there_and_none_without_a_grade() -> None:
    assert len(earlier()) == 101
    assert all(each.evaluation for each in earlier())


def test_they_are_found_by_council_and_by_indicator() -> None:
    perth = earlier(GssCode("S12000048"))
    assert perth
    assert {each.council for each in perth} == {"S12000048"}
    assert all(each.indicator == "2.1" for each in earlier(indicator="2.1"))
    assert len(earlier(indicator="2.1")) == 1
    assert earlier(GssCode("S12000021")) == ()


def test_doubts_are_said() -> None:
    undated = [each for each in earlier() if each.published is None]
    assert undated
    assert all("no date of publication was read" in each.doubts for each in undated)
    secondhand = [each for each in earlier() if each.source_kind == "press"]
    assert all(any("not the inspectorate's own" in doubt for doubt in each.doubts) for each in secondhand)
