"""Claims about workers: they outlive a database that is restarted or stands still, and lose nothing."""

import pytest

from tests.jobs.town import a_town
from tests.outages.own_server import OwnServer
from tests.servers import eventually


@pytest.mark.slow
def test_workers_go_on_when_the_database_comes_back(server: OwnServer) -> None:
    with a_town(server.url) as town:
        workers = [town.starts_worker(), town.starts_worker()]
        cases = []
        for _ in range(3):
            cases += town.sends(3)
            eventually(lambda: town.has_heard_more_than(len(town.agency.ids)), seconds=0.3)
            server.restarts()
        server.stops()
        assert not eventually(lambda: not all(worker.is_alive() for worker in workers), seconds=3)
        server.starts()
        cases += town.sends(3)

        assert eventually(lambda: not town.unanswered(cases)), town.unanswered(cases)
        assert all(worker.is_alive() for worker in workers)
        assert len(set(town.agency.ids)) == len(cases)
        assert {town.actions(case)["service_task_completed"] for case in cases} == {1}


@pytest.mark.slow
def test_a_worker_goes_on_when_a_frozen_database_moves_again(server: OwnServer) -> None:
    with a_town(server.url) as town:
        worker = town.starts_worker()
        first = town.sends(3)
        assert eventually(lambda: not town.unanswered(first))
        cases = town.sends(6)
        with server.frozen():
            assert not eventually(lambda: not worker.is_alive(), seconds=5)

        assert eventually(lambda: not town.unanswered(cases)), town.unanswered(cases)
        assert len(set(town.agency.ids)) == len(first) + len(cases)
        assert {town.actions(case)["service_task_completed"] for case in cases} == {1}
