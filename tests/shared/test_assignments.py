"""Where somebody stands is asked in one question: every assignment of theirs, the day, and what a stream is about."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from shared.edges.assignments import assignments, where_they_stand
from shared.policy.standing import Assignment, Period
from shared.sourcing.clock import day_of
from shared.sourcing.service import Service
from shared.vocabulary.roles import TeamRole
from tests.shared.log_fixtures import append, appending, at_work

SERVICE = Service(name="kitchen", aggregates=(), read_models=(assignments,))
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 27)


def test_every_assignment_counts_also_two_to_one_inspection(database_url: str, tmp_path: Path) -> None:
    person, other, once, twice = (uuid4() for _ in range(4))
    put = assignments.put
    rows = [
        ("heard/scheduling/1", put(inspection_id=once, person_id=person, team_role="lead", first_day=FIRST)),
        ("heard/scheduling/2", put(inspection_id=twice, person_id=person, team_role="inspector", last_day=LAST)),
        ("heard/scheduling/3", put(inspection_id=twice, person_id=person)),
        ("heard/scheduling/4", put(inspection_id=once, person_id=other, team_role="inspector")),
    ]
    with at_work(database_url, tmp_path, SERVICE) as at:
        append(at.log, appending("jar/1", 0))
        with at.log.writing() as tx:
            for stream, row in rows:
                assignments.apply(tx, stream, row)
        with at.log.reading() as tx:
            stood = where_they_stand(tx, person, "jar/1")
            nobody = where_they_stand(tx, uuid4(), "jar/2")
    assert stood.standing[once] == (Assignment(TeamRole.LEAD, Period(FIRST, None)),)
    assert set(stood.standing[twice]) == {
        Assignment(TeamRole.INSPECTOR, Period(None, LAST)),
        Assignment(None, Period()),
    }
    assert stood.standing.keys() == {once, twice}
    assert stood.about == "about-jar/1"
    assert (nobody.standing, nobody.about) == ({}, "")
    assert abs((stood.today - day_of(datetime.now(UTC))).days) <= 1
