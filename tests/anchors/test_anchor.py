"""Claims about an anchor: its tree is that of RFC 6962, and its signature is over everything that it says."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.anchors.model import Anchor, MerkleTree, anchor_of_statement
from engine.sealing.journal_keys import JournalKeys
from engine.sealing.keyring import Keyring
from tests.builders import NOON

KEYS = JournalKeys(Keyring([b"\x01" * 32, b"\x02" * 32]))


def root_of(leaves: list[bytes]) -> bytes:
    """The tree as RFC 6962, section 2.1 defines it, from the top."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_a_tree_that_grows_has_the_root_of_the_standard(leaves: list[bytes]) -> None:
    tree = MerkleTree()

    for leaf in leaves:
        tree.add(leaf)

    assert (tree.size, tree.root) == (len(leaves), root_of(leaves).hex())


def test_the_tree_has_the_roots_that_certificate_transparency_publishes() -> None:
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    tree = MerkleTree()
    for text in inputs:
        tree.add(bytes.fromhex(text))

    assert tree.root == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"


def a_signed_anchor() -> Anchor:
    key = KEYS.newest
    assert key is not None
    anchor = Anchor(
        number=3,
        at=NOON,
        previous_hash="ab" * 32,
        leaf_count=7,
        root="cd" * 32,
        key_name=key.name,
        public_key=key.public_key,
    )
    return replace(anchor, signature=key.signed(anchor.statement()))


def is_signed(anchor: Anchor) -> bool:
    assert KEYS.newest is not None
    return anchor.is_signed_by(KEYS.newest)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 4},
        {"at": NOON + timedelta(microseconds=1)},
        {"previous_hash": "00" * 32},
        {"leaf_count": 6},
        {"root": "00" * 32},
        {"takes_unkeyed": True},
        {"key_name": "00" * 8},
        {"public_key": "00" * 32},
        {"signature": "00" * 64},
        {"signature": "no signature"},
        {"signature": None},
    ],
)
def test_the_signature_is_over_everything_that_an_anchor_says(change: dict[str, Any]) -> None:
    assert is_signed(a_signed_anchor())
    assert not is_signed(replace(a_signed_anchor(), **change))


def test_only_its_own_key_signs() -> None:
    other = JournalKeys(Keyring([b"\x02" * 32])).newest
    assert other is not None

    assert not a_signed_anchor().is_signed_by(other)


def test_an_anchor_is_read_back_from_its_statement() -> None:
    anchor = a_signed_anchor()

    assert anchor_of_statement(anchor.statement(), anchor.signature) == anchor


@pytest.mark.parametrize("text", ["{}", "[]", "3", "no json", '{"number": 1}'])
def test_what_is_no_statement_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        anchor_of_statement(text, None)
