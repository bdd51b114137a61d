"""The journal: whoever changes, drops or moves a line is found out."""

from dataclasses import replace
from typing import Any

import pytest

from engine.cases.journal import JournalEntry, JournalHead, first_broken_line
from tests.builders import NOON, a_clerk, an_id


def a_journal(lines: int) -> list[JournalEntry]:
    case_id, head, journal = an_id(), JournalHead(), []
    for number in range(lines):
        entry, head = head.next(
            case_id=case_id, at=NOON, actor=a_clerk(), action="noted", detail={"line": number, "όνομα": "Α"}
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
    journal[2] = replace(forged, hash=forged.computed_hash())

    assert first_broken_line(journal) == 4


def test_a_dropped_line_and_two_swapped_lines_are_noticed() -> None:
    journal = a_journal(4)

    assert first_broken_line([journal[0], *journal[2:]]) == 2
    assert first_broken_line([journal[0], journal[2], journal[1], journal[3]]) == 2
