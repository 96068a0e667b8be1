"""A programme's scope over HTTP: reasons, areas dropped, numbers, phases, the end, and when nothing is published."""

from typing import Any
from uuid import uuid4

import pytest

from services.scheduling.api import api
from services.scheduling.service import scheduling
from tests.scheduling.facts import AYRSHIRE, FALKIRK, FIFE, KEY, NATION, STIRLING
from tests.scheduling.test_scheduling_over_http import PARTNERS, TODAY, Planned, refused
from tests.scheduling.test_scope import ASKS_WHY, FIRST_PHASE, OF_ALL, SECOND_PHASE
from tests.serving import serve


@pytest.fixture
def planned(tmp_path) -> Planned:
    return Planned(serve(tmp_path, scheduling, api))


def commissioned(planned: Planned, edition: str, **given: Any) -> str:
    path = f"/programmes/{uuid4()}"
    planned.does(path, edition=edition, **given)
    return path


def test_an_edition_may_ask_why_an_area_is_chosen_and_the_area_is_told(planned: Planned):
    here = commissioned(planned, ASKS_WHY.name)
    refused(planned.post(f"{here}/areas", councils=[FALKIRK]), 422, "reason-missing", "/reason")
    half = planned.post(f"{here}/areas", councils=[FALKIRK], reason="sample")
    refused(half, 422, "reason-missing", "/risk_based")
    planned.does(f"{here}/areas", councils=[FALKIRK], reason="sample", risk_based=False)
    inspection, programme = f"/inspections/{uuid4()}", here.rpartition("/")[2]
    opening = {"programme_id": programme, "councils": [FALKIRK], "partners": PARTNERS[:1], "opens_on": TODAY}
    planned.does(inspection, **opening)
    shown = planned.get(inspection, "partnership_contact")
    assert (shown["chosen_for"], shown["risk_based"]) == ("sample", False)


def test_the_nation_is_selected_beside_its_areas(planned: Planned):
    here = commissioned(planned, OF_ALL.name, areas_at_most=1)
    for councils in ([FALKIRK], [NATION]):
        planned.does(f"{here}/areas", councils=councils)
    refused(planned.post(f"{here}/areas", councils=[NATION]), 409, "council-already-selected")
    refused(planned.post(f"{here}/areas", councils=[FIFE]), 409, "area-cap-reached")


def test_an_area_is_dropped_until_its_inspection_is_opened(planned: Planned):
    path = f"/programmes/{planned.programme}/dropped-areas"
    refused(planned.post(f"/programmes/{uuid4()}/dropped-areas", councils=[FIFE], reason="request"), 404, "not-found")
    refused(planned.post(path, councils=[FIFE], reason="request"), 409, "area-not-selected")
    refused(planned.post(path, councils=["S12000099"], reason="request"), 422, "not-understood", "/councils/0")
    refused(planned.post(path, councils=[], reason="request"), 422, "not-an-area")
    assert planned.select(FIFE).status_code == 201
    planned.does(path, councils=[FIFE], reason="request")
    assert planned.get(f"/programmes/{planned.programme}")["areas"] == []
    planned.opened()
    planned.served.react()
    refused(planned.post(path, councils=[FALKIRK], reason="request"), 409, "area-is-inspected")


def test_a_scope_changes_and_what_was_planned_is_shown_beside_it(planned: Planned):
    here = commissioned(planned, OF_ALL.name, areas_at_most=4)
    path = f"{here}/scope-changes"
    planned.does(path, areas_at_most=6, reason="two-more-areas")
    planned.does(path, areas_at_most=None, reason="every-area")
    refused(planned.served.call("GET", path, "inspector"), 403, "not-allowed")
    first, second = planned.get(path, "auditor")["items"]
    assert (first["was"], first["areas_at_most"], first["reason"]) == (4, 6, "two-more-areas")
    assert (second["was"], second["areas_at_most"]) == (6, None)
    assert first["changed_at"].startswith("2025-09-01T09:00:")
    assert planned.get(here)["areas_at_most"] is None


def test_scopes_that_cannot_be_are_refused(planned: Planned):
    path = f"/programmes/{planned.programme}/scope-changes"
    problem = refused(planned.post(path, areas_at_most=5, reason="more"), 422, "cap-above-edition", "/areas_at_most")
    assert (problem["areas_at_most"], problem["allowed"]) == (5, 4)
    refused(planned.post(path, areas_at_most=2), 422, "not-understood", "/reason")
    refused(planned.post(path, reason="more"), 422, "not-understood", "/areas_at_most")
    for councils in (AYRSHIRE, [FIFE]):
        assert planned.select(*councils).status_code == 201
    problem = refused(planned.post(path, areas_at_most=1, reason="fewer"), 409, "scope-below-selected")
    assert problem["selected"] == 2


def test_a_programme_ends_once_nothing_of_it_is_open(planned: Planned):
    closure = f"/programmes/{planned.programme}/closure"
    planned.opened()
    planned.served.react()
    problem = refused(planned.post(closure), 409, "inspections-still-open")
    assert problem["inspections"] == 1
    planned.does(f"{planned.here}/closure")
    planned.does(closure)
    assert [row["closed_on"] for row in planned.get("/programmes")["items"]] == [TODAY]
    here = f"/programmes/{planned.programme}"
    for answer in (
        planned.post(closure),
        planned.post(f"{here}/areas", councils=[FIFE]),
        planned.post(f"{here}/dropped-areas", councils=[FALKIRK], reason="request"),
        planned.post(f"{here}/scope-changes", areas_at_most=2, reason="fewer"),
        planned.post(
            f"/inspections/{uuid4()}",
            programme_id=str(planned.programme),
            councils=[FALKIRK],
            partners=PARTNERS,
            opens_on=TODAY,
        ),
    ):
        refused(answer, 409, "programme-is-closed")


def test_a_phase_continues_the_one_before(planned: Planned):
    first = commissioned(planned, FIRST_PHASE.name).rpartition("/")[2]
    second = commissioned(planned, SECOND_PHASE.name, continues=first)
    assert planned.get(second)["continues"] == first
    assert {row["continues"] for row in planned.get("/programmes")["items"]} == {None, first}
    path = f"/programmes/{uuid4()}"
    unknown = planned.post(path, edition=SECOND_PHASE.name, continues=str(uuid4()))
    refused(unknown, 422, "earlier-programme-unknown", "/continues")
    for edition, earlier in ((FIRST_PHASE.name, first), (KEY, first), (SECOND_PHASE.name, str(planned.programme))):
        skipping = planned.post(path, edition=edition, continues=earlier)
        refused(skipping, 422, "not-the-next-phase", "/continues")


def test_a_progress_review_follows_an_earlier_inspection(planned: Planned):
    planned.opened()
    assert planned.select(FIFE).status_code == 201
    review = f"/inspections/{uuid4()}"
    opening = {"programme_id": str(planned.programme), "partners": PARTNERS, "opens_on": TODAY}
    stranger = planned.post(review, councils=[FALKIRK], follows=str(uuid4()), **opening)
    refused(stranger, 422, "earlier-inspection-unknown", "/follows")
    elsewhere = planned.post(review, councils=[FIFE], follows=str(planned.id), **opening)
    refused(elsewhere, 422, "follows-another-area", "/follows")
    planned.does(review, councils=[FALKIRK], follows=str(planned.id), **opening)
    assert planned.get(review)["follows"] == str(planned.id)
    (row,) = planned.get(f"/inspections?follows={planned.id}")["items"]
    assert row["inspection_id"] == review.rpartition("/")[2]


def test_nothing_is_published_before_an_election(planned: Planned):
    path = f"/publication-pauses/{uuid4()}"
    days = {"first_day": "2026-03-26", "last_day": "2026-05-07", "reason": "election"}
    refused(planned.post(f"{path}/end"), 404, "not-found")
    turned = planned.post(path, councils=[NATION], **{**days, "last_day": "2026-03-25"})
    refused(turned, 422, "publication-pause-turned", "/last_day")
    refused(planned.post(path, councils=[NATION, FALKIRK], **days), 422, "not-an-area")
    refused(planned.post(path, councils=["S12000099"], **days), 422, "not-understood", "/councils/0")
    planned.does(path, councils=[NATION], **days)
    refused(planned.post(path, councils=[STIRLING], **days), 409, "publication-pause-known")
    (row,) = planned.get(f"/publication-pauses?council={NATION}", "partnership_contact")["items"]
    assert (row["first_day"], row["last_day"], row["ended_on"]) == ("2026-03-26", "2026-05-07", None)
    planned.does(f"{path}/end")
    assert [row["ended_on"] for row in planned.get("/publication-pauses")["items"]] == [TODAY]
    refused(planned.post(f"{path}/end"), 409, "publication-pause-is-over")


def test_a_week_that_was_excluded_by_mistake_counts_again(planned: Planned):
    week = {"council": FALKIRK, "week_of": "2025-10-15", "reason": "mistake"}
    refused(planned.post("/included-weeks", **week), 404, "not-found")
    planned.does("/excluded-weeks", **{**week, "reason": "school-holiday"})
    refused(planned.post("/included-weeks", **{**week, "week_of": "2025-10-22"}), 409, "week-not-excluded")
    planned.does("/included-weeks", **week)
    (row,) = planned.get(f"/excluded-weeks?council={FALKIRK}", "auditor")["items"]
    assert (row["monday"], row["reason"], row["excluded"]) == ("2025-10-13", "mistake", False)
    planned.opened().laid()
    assert planned.get(planned.here)["excluded_weeks"] == []
