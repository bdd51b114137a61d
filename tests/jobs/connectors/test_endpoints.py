"""Which URLs may be an agency's endpoint, and which addresses may be called."""

from ipaddress import ip_address

import pytest

from engine.jobs.connectors.address_rules import AddressRules, is_public
from engine.jobs.connectors.endpoints import endpoint_problem, read_endpoint

_STRICT = AddressRules()


@pytest.mark.parametrize(
    "text",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254"),
        *("172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1"),
        *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1"),
        *("100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "fc00::1", "fd12::1", "fe80::1"),
        *("fec0::1", "ff02::1"),
    ],
)
def test_addresses_of_our_own_world_are_not_public(text: str) -> None:
    public = is_public(ip_address(text))

    assert not public


@pytest.mark.parametrize("text", ["8.8.8.8", "100.128.0.1", "172.32.0.1", "194.177.210.1", "2a02:587::1"])
def test_addresses_of_the_internet_are_public(text: str) -> None:
    public = is_public(ip_address(text))

    assert public


@pytest.mark.parametrize(
    "url",
    [
        "https://agency.example/stoa",
        "https://agency.example:443/stoa?office=1",
        "https://xn--mxafmkd4c.example/",
        "https://194.177.210.1/",
        "https://[2a02:587::1]/",
    ],
)
def test_a_public_https_url_may_be_an_endpoint(url: str) -> None:
    reason = endpoint_problem(url, _STRICT)

    assert reason is None


@pytest.mark.parametrize(
    "url",
    [
        *("", "agency.example", "//agency.example/", "https://", "https:///path", "ftp://agency.example/"),
        *(
            "http://agency.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://user:pw@agency.example/",
        ),
        *(
            "https://@agency.example/",
            "https://agency.example/#part",
            "https://agency.example\\@evil.example/",
        ),
        *("https://agency.example:8443/", "https://agency.example:0/", "https://agency.example:99999/"),
        *("https://agency.example:x/", "https://agency .example/", "https://agency.example/\r\nX: 1"),
        *(
            "https://παράδειγμα.example/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://127.1/",
            "https://2130706433/",
        ),
        *("https://0x7f.0.0.1/", "https://0x7f000001/", "https://169.254.169.254/latest/meta-data/"),
        *("https://[::ffff:10.0.0.1]/", "https://[fe80::1%25eth0]/", "https://[nonsense]/"),
        "https://agency.example/" + "x" * 2000,
    ],
)
def test_anything_else_is_refused_with_what_was_expected(url: str) -> None:
    reason = endpoint_problem(url, _STRICT)

    assert reason is not None
    assert reason.startswith("Expected")
    assert reason.endswith(".")


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("127.0.0.1:9001", "http://127.0.0.1:9001/inbox"),
        ("[::1]:9001", "http://[::1]:9001/inbox"),
        ("Registry.internal:8443", "https://registry.INTERNAL:8443/inbox"),
        ("10.1.0.0/16", "http://10.1.7.7:8080/inbox"),
        ("fd00::/8", "https://[fd00::1]:8080/inbox"),
    ],
)
def test_what_the_operator_lists_may_be_an_endpoint(entry: str, url: str) -> None:
    reason = endpoint_problem(url, AddressRules.of([entry]))

    assert reason is None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9002/", "http://127.0.0.2:9001/", "http://localhost:9001/"]
)
def test_listing_one_place_lists_no_other(url: str) -> None:
    reason = endpoint_problem(url, AddressRules.of(["127.0.0.1:9001"]))

    assert reason is not None


@pytest.mark.parametrize(
    "entry", ["", "localhost", "localhost:", ":80", "localhost:0", "localhost:70000", "10.0.0.1/8"]
)
def test_an_entry_that_is_neither_place_nor_network_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        AddressRules.of([entry])


def test_an_endpoint_is_read_into_what_a_request_needs() -> None:
    endpoint = read_endpoint("https://[2a02:587::1]?office=1", _STRICT)

    assert (endpoint.scheme, endpoint.host, endpoint.port) == ("https", "2a02:587::1", 443)
    assert endpoint.target == "/?office=1"
    assert endpoint.authority == "[2a02:587::1]"
