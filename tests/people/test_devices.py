"""Claims about known devices."""

import pytest

from engine.people.devices import device_of, new_device, new_device_key

KEY, OTHER = b"k" * 32, b"o" * 32


def test_a_device_is_known_by_the_keys_that_signed_it_and_by_no_other() -> None:
    device = new_device().known_by(KEY)

    assert device.is_known_by(KEY)
    assert not device.is_known_by(OTHER)
    assert not device.is_known_by(None)
    assert device.known_by(OTHER).is_known_by(KEY)


def test_what_a_browser_keeps_is_read_as_it_was_written() -> None:
    device = new_device().known_by(KEY).known_by(OTHER)

    assert device_of(device.text) == device


def test_a_signature_of_another_device_counts_for_nothing() -> None:
    device, other = new_device().known_by(KEY), new_device().known_by(KEY)

    forged = device_of(f"{device.id}.{other.signatures[0]}")

    assert forged is not None
    assert not forged.is_known_by(KEY)


def test_the_account_that_was_signed_in_to_first_is_forgotten_first() -> None:
    device = new_device()
    keys = [new_device_key() for _ in range(17)]
    for key in keys:
        device = device.known_by(key)

    assert [device.is_known_by(key) for key in keys] == [False] + [True] * 16
    assert device_of(device.text) == device
    assert device_of(f"{device.text}.{'a' * 22}") is None


def test_a_device_keeps_one_signature_of_an_account() -> None:
    device = new_device().known_by(KEY)

    assert device.known_by(KEY) == device


def test_the_key_of_an_account_has_256_bits() -> None:
    assert len(new_device_key()) == 32


@pytest.mark.parametrize(
    "text", ["", "a" * 22, f"{'a' * 22}.", f"{'a' * 22}.{'b' * 21}", f"{'a' * 22}.{'b' * 22}\n", "ά" * 22]
)
def test_what_cannot_be_a_device_is_none(text: str) -> None:
    assert device_of(text) is None
