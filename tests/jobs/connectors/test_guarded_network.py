"""The guarded network, and the seam of httpcore that it stands on."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import httpcore
import pytest

from engine.jobs.connectors.address_rules import AddressRules
from engine.jobs.connectors.guarded_network import AddressRefused, Deadline, GuardedNetwork, resolve
from tests.jobs.connectors.loopback_agency import LoopbackAgency


class RecordingNetwork(httpcore.NetworkBackend):
    """A network that connects for real, from loopback to loopback, and notes where it was sent."""

    def __init__(self, *, unreachable: Iterable[str] = ()) -> None:
        self.asked: list[tuple[str, int]] = []
        self._unreachable = set(unreachable)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.asked.append((host, port))
        if host in self._unreachable:
            raise httpcore.ConnectError(f"{host} does not answer")
        return httpcore.SyncBackend().connect_tcp(host, port, timeout, local_address, socket_options)


def _network(
    *, found: list[str], allowed: list[str], system: RecordingNetwork, seconds: float = 5
) -> GuardedNetwork:
    return GuardedNetwork(
        rules=AddressRules.of(allowed),
        deadline=Deadline.after(seconds),
        resolve=lambda host, port: found,
        system=system,
    )


def test_httpcore_is_the_release_whose_seam_was_checked() -> None:
    assert version("httpcore").startswith("1.0."), "Read the seam's tests against the new httpcore first."


def test_httpcore_connects_through_the_given_network_by_the_name_in_the_url(agency: LoopbackAgency) -> None:
    system = RecordingNetwork()
    network = _network(found=["127.0.0.1"], allowed=[f"agency.example:{agency.port}"], system=system)

    with httpcore.ConnectionPool(network_backend=network) as pool:
        response = pool.request("POST", f"http://agency.example:{agency.port}/inbox", content=b"{}")

    assert response.status == 202
    assert agency.received[0].headers["host"] == f"agency.example:{agency.port}"


def test_the_connection_goes_to_the_address_that_was_checked(agency: LoopbackAgency) -> None:
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    system = RecordingNetwork()
    network = GuardedNetwork(
        rules=AddressRules.of(["127.0.0.0/8"]),
        deadline=Deadline.after(5),
        resolve=lambda host, port: next(answers),
        system=system,
    )

    network.connect_tcp("rebinding.example", agency.port).close()

    assert system.asked == [("127.0.0.1", agency.port)]


@pytest.mark.parametrize("found", [["10.0.0.7"], ["194.177.210.1", "10.0.0.7"], ["::1"], ["fe80::1%1"]])
def test_a_host_with_any_closed_address_is_not_connected_to(found: list[str]) -> None:
    system = RecordingNetwork()
    network = _network(found=found, allowed=[], system=system)

    with pytest.raises(AddressRefused):
        network.connect_tcp("agency.example", 443)

    assert system.asked == []


def test_a_port_that_is_not_listed_is_not_connected_to() -> None:
    system = RecordingNetwork()
    network = _network(found=["194.177.210.1"], allowed=[], system=system)

    with pytest.raises(AddressRefused, match="port 22"):
        network.connect_tcp("agency.example", 22)

    assert system.asked == []


def test_the_next_address_is_tried_when_the_first_does_not_answer(agency: LoopbackAgency) -> None:
    system = RecordingNetwork(unreachable=["127.0.0.9"])
    network = _network(found=["127.0.0.9", "127.0.0.1"], allowed=["127.0.0.0/8"], system=system)

    network.connect_tcp("agency.example", agency.port).close()

    assert [host for host, _ in system.asked] == ["127.0.0.9", "127.0.0.1"]


@pytest.mark.parametrize("found", [[], ["127.0.0.9"]])
def test_a_host_of_which_no_address_answers_is_a_connection_error(found: list[str]) -> None:
    system = RecordingNetwork(unreachable=["127.0.0.9"])
    network = _network(found=found, allowed=["127.0.0.0/8"], system=system)

    with pytest.raises((httpcore.ConnectError, httpcore.ConnectTimeout)):
        network.connect_tcp("agency.example", 80)


def test_nothing_is_connected_to_after_the_deadline() -> None:
    system = RecordingNetwork()
    network = _network(found=["127.0.0.1"], allowed=["127.0.0.0/8"], system=system, seconds=0)

    with pytest.raises(httpcore.ConnectTimeout):
        network.connect_tcp("agency.example", 80)

    assert system.asked == []


def test_a_name_that_cannot_be_looked_up_is_a_connection_error() -> None:
    network = GuardedNetwork(rules=AddressRules(), deadline=Deadline.after(5))

    with pytest.raises(httpcore.ConnectError, match="could not be looked up"):
        network.connect_tcp("a..b", 443)


def test_a_socket_of_this_machine_is_never_connected_to() -> None:
    network = GuardedNetwork(rules=AddressRules.of(["127.0.0.0/8"]), deadline=Deadline.after(5))

    with pytest.raises(AddressRefused):
        network.connect_unix_socket("/var/run/docker.sock")


def test_the_system_resolver_gives_each_address_once() -> None:
    found = resolve("127.0.0.1", 80)

    assert found == ["127.0.0.1"]
