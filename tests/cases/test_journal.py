"""The journal: whoever changes, drops or moves a line is found out."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from engine.cases.journal import JournalEntry, JournalHead
from engine.sealing.chain import first_broken_line
from engine.sealing.journal_keys import JournalKey, JournalKeys
from engine.sealing.keyring import Keyring
from tests.builders import NOON, a_clerk, an_id

KEYS = JournalKeys(Keyring([b"\x01" * 32]))
AFTER_A_ROTATION = JournalKeys(Keyring([b"\x02" * 32, b"\x01" * 32]))
OTHER_KEYS = JournalKeys(Keyring([b"\x02" * 32]))


def a_journal(lines: int, key: JournalKey | None = None) -> list[JournalEntry]:
    case_id, head, journal = an_id(), JournalHead(), []
    for number in range(lines):
        entry, head = head.next(
            case_id=case_id,
            at=NOON,
            actor=a_clerk(),
            action="noted",
            detail={"line": number, "όνομα": "Α"},
            key=key,
        )
        journal.append(entry)
    return journal


def test_a_journal_that_nobody_touched_is_intact() -> None:
    assert first_broken_line(a_journal(5)) is None
    assert first_broken_line([]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"action": "other"},
        {"detail": {"line": 7}},
        {"reason": "why not"},
        {"actor_name": "nobody"},
        {"branch_code": "0010"},
        {"at": NOON.replace(year=2025)},
        {"number": 9},
    ],
)
def test_a_changed_line_breaks_the_chain_there(change: dict[str, Any]) -> None:
    journal = a_journal(5)
    journal[2] = replace(journal[2], **change)

    assert first_broken_line(journal) == 3


def test_a_changed_line_with_a_fresh_hash_breaks_the_chain_after_it() -> None:
    journal = a_journal(5)
    forged = replace(journal[2], action="other")
    journal[2] = replace(forged, hash=forged.computed_hash(None))

    assert first_broken_line(journal) == 4


def test_a_dropped_line_and_two_swapped_lines_are_noticed() -> None:
    journal = a_journal(4)

    assert first_broken_line([journal[0], *journal[2:]]) == 2
    assert first_broken_line([journal[0], journal[2], journal[1], journal[3]]) == 2


def test_the_hash_of_a_line_of_before_there_were_keys_stays_what_it_was() -> None:
    line = replace(a_journal(1)[0], case_id=UUID(int=1), actor_id=UUID(int=2), detail={"β": 1, "α": "Α"})

    assert line.computed_hash(None) == "3515b26a8510f2677ea58cf94182e2d328d7a216969d8a97b3fb316fa5fb21a5"


def test_a_keyed_journal_is_intact_for_whoever_has_the_key_after_a_rotation_too() -> None:
    journal = a_journal(3, KEYS.newest)

    assert first_broken_line(journal, KEYS) is None
    assert first_broken_line(journal, AFTER_A_ROTATION) is None
    assert first_broken_line(journal, OTHER_KEYS) == 1
    assert first_broken_line(journal) == 1


def test_a_line_of_another_key_follows_one_of_an_older_key_and_one_without() -> None:
    head, journal = JournalHead(), []
    for key in (None, KEYS.newest, AFTER_A_ROTATION.newest):
        entry, head = head.next(case_id=an_id(), at=NOON, actor=a_clerk(), action="noted", key=key)
        journal.append(entry)

    assert [line.key_name is None for line in journal] == [True, False, False]
    assert journal[1].key_name != journal[2].key_name
    assert first_broken_line(journal, AFTER_A_ROTATION) is None


@pytest.mark.parametrize("key", [None, OTHER_KEYS.newest], ids=["plain", "another key"])
def test_a_keyed_line_cannot_be_forged_without_its_key(key: JournalKey | None) -> None:
    journal = a_journal(3, KEYS.newest)
    forged = replace(journal[2], action="other")
    journal[2] = replace(forged, hash=forged.computed_hash(key))

    assert first_broken_line(journal, AFTER_A_ROTATION) == 3


def test_a_line_that_names_a_key_nobody_has_is_not_judged_as_one_without() -> None:
    journal = a_journal(3, KEYS.newest)
    forged = replace(journal[2], action="other", key_name="ab" * 8)
    journal[2] = replace(forged, hash=forged.computed_hash(None))

    assert first_broken_line(journal, AFTER_A_ROTATION) == 3


def test_the_name_of_a_key_is_part_of_its_lines() -> None:
    journal = a_journal(3, KEYS.newest)
    other = AFTER_A_ROTATION.newest
    assert other is not None
    journal[2] = replace(journal[2], key_name=other.name)

    assert first_broken_line(journal, AFTER_A_ROTATION) == 3


def test_keys_tell_nothing_of_one_another() -> None:
    key = KEYS.newest
    assert key is not None

    parts = {b"\x01" * 32, key.secret, key.signing_seed, bytes.fromhex(key.name)}

    assert len(parts) == 4
    assert key.secret.hex() not in repr(key)
