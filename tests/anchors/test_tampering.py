"""Claims about what an insider does to journals: each kind of it is found, with the case and the line."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from engine.cases.journal_store import journal, journal_entry_of
from engine.sealing.chain import GENESIS
from engine.storage.connecting import open_engine
from tests.anchors.records import KEY, NEW_KEY, Records, write_records
from tests.tampering import tamper


@pytest.fixture(scope="module")
def kept(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Records:
    """Anchored journals that no test changes."""
    folder = tmp_path_factory.mktemp("records")
    (folder / "kept.db").write_bytes(sqlite_template.read_bytes())
    return write_records(f"sqlite:///{folder / 'kept.db'}", folder / "anchors.jsonl")


@pytest.fixture
def records(kept: Records, tmp_path: Path) -> Records:
    """A copy of them for one test."""
    return kept.moved_to(tmp_path)


def of_case(number: str) -> str:
    return f"case_id = (SELECT id FROM cases WHERE number = '{number}')"


def rewrite_without_key(records: Records, number: str, *, only: int | None = None) -> None:
    """Write a journal anew, or `only` one line: with plain hashes that follow from one another."""
    case_id = one(records, f"SELECT id FROM cases WHERE number = '{number}'")
    database = open_engine(records.url, pool_size=1)
    with database.connect() as connection:
        rows = connection.execute(journal.select().order_by(journal.c.case_id, journal.c.number)).all()
    database.dispose()
    before, statements = GENESIS, []
    for line in (journal_entry_of(row) for row in rows if row.case_id == UUID(case_id)):
        if only not in (None, line.number):
            before = line.hash
            continue
        forged = replace(line, key_name=None, previous_hash=before, actor_name="somebody")
        before = forged.computed_hash(None)
        statements.append(
            f"UPDATE journal SET key_name = NULL, actor_name = 'somebody', hash = '{before}', "
            f"previous_hash = '{forged.previous_hash}' WHERE case_id = '{case_id}' AND number = {line.number}"
        )
    tamper(records.url, *statements, f"UPDATE cases SET journal_hash = '{before}' WHERE id = '{case_id}'")


def one(records: Records, query: str) -> str:
    database = open_engine(records.url, pool_size=1)
    with database.connect() as connection:
        (found,) = connection.exec_driver_sql(query).one()
    database.dispose()
    return str(found)


def test_what_nobody_touched_is_intact(kept: Records) -> None:
    assert kept.findings() == []


@pytest.mark.parametrize(
    "change",
    ["actor_name = 'somebody'", "reason = 'why'", "at = '2026-03-09 11:00:00.000000'", "detail = '{}'"],
)
def test_a_changed_line(records: Records, change: str) -> None:
    tamper(records.url, f"UPDATE journal SET {change} WHERE number = 2 AND {of_case(records.open)}")

    assert records.found() == {("line_changed", records.open, 2)}


@pytest.mark.parametrize("change", ["actor_kind = 'nobody'", "detail = '{'", "detail = '[]'", "at = 'noon'"])
def test_a_line_that_cannot_even_be_read(records: Records, change: str) -> None:
    tamper(records.url, f"UPDATE journal SET {change} WHERE number = 2 AND {of_case(records.open)}")

    assert records.found() == {("line_changed", records.open, 2)}


def test_a_line_dropped_in_the_middle(records: Records) -> None:
    tamper(records.url, f"DELETE FROM journal WHERE number = 2 AND {of_case(records.open)}")

    assert records.found() == {("lines_missing", records.open, 2)}


def test_last_lines_dropped_though_the_case_was_told(records: Records) -> None:
    last = one(records, f"SELECT hash FROM journal WHERE number = 2 AND {of_case(records.open)}")
    tamper(
        records.url,
        f"DELETE FROM journal WHERE number > 2 AND {of_case(records.open)}",
        f"UPDATE cases SET journal_length = 2, journal_hash = '{last}' WHERE number = '{records.open}'",
    )

    assert records.found() == {("lines_missing", records.open, 3)}


def test_last_lines_dropped_that_no_anchor_covers(records: Records) -> None:
    tamper(
        records.url,
        "DELETE FROM anchor_leaves",
        "DELETE FROM anchors",
        f"DELETE FROM journal WHERE number = 3 AND {of_case(records.open)}",
    )

    assert records.found(records.settings(STOA_ANCHOR_FILE="")) == {("lines_missing", records.open, 3)}


def test_a_case_that_was_told_another_last_line(records: Records) -> None:
    length = one(records, f"SELECT max(number) FROM journal WHERE {of_case(records.open)}")
    tamper(records.url, f"UPDATE cases SET journal_hash = 'ab' WHERE number = '{records.open}'")

    assert records.found() == {("line_changed", records.open, int(length))}


def test_a_whole_journal_removed(records: Records) -> None:
    tamper(records.url, f"DELETE FROM journal WHERE {of_case(records.open)}")

    assert records.found() == {("journal_removed", records.open, 1)}


def test_a_case_removed_with_everything(records: Records) -> None:
    tamper(
        records.url,
        f"DELETE FROM journal WHERE {of_case(records.closed)}",
        f"DELETE FROM cases WHERE number = '{records.closed}'",
    )

    assert {(what, case) for what, case, _ in records.found()} == {("case_removed", records.closed)}


def test_a_case_removed_with_its_leaves(records: Records) -> None:
    tamper(
        records.url,
        f"DELETE FROM journal WHERE {of_case(records.closed)}",
        f"DELETE FROM anchor_leaves WHERE {of_case(records.closed)}",
        f"DELETE FROM cases WHERE number = '{records.closed}'",
    )

    found = records.found()

    assert ("anchor_changed", None, 1) in found
    assert ("case_removed", records.closed) in {(what, case) for what, case, _ in found}


def test_a_case_removed_with_every_anchor(records: Records) -> None:
    tamper(
        records.url,
        f"DELETE FROM journal WHERE {of_case(records.closed)}",
        f"DELETE FROM cases WHERE number = '{records.closed}'",
        "DELETE FROM anchor_leaves",
        "DELETE FROM anchors",
        "DELETE FROM anchor_copies",
    )

    found = records.found()

    assert {("anchor_removed", None, 1), ("anchor_removed", None, 2)} <= found
    assert ("case_removed", records.closed) in {(what, case) for what, case, _ in found}


def test_a_journal_left_without_its_case(records: Records) -> None:
    tamper(records.url, f"DELETE FROM cases WHERE number = '{records.closed}'")

    assert records.found() == {("case_removed", records.closed, 1)}


def test_a_chain_rewritten_from_the_start(records: Records) -> None:
    rewrite_without_key(records, records.open)
    length = int(one(records, f"SELECT max(number) FROM journal WHERE {of_case(records.open)}"))

    assert records.found() == {
        *{("unkeyed", records.open, number) for number in range(1, length + 1)},
        ("rewritten", records.open, length),
    }


def test_a_chain_rewritten_from_the_start_on_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    records = write_records(postgresql_url, tmp_path / "anchors.jsonl")

    rewrite_without_key(records, records.open)

    assert ("rewritten", records.open) in {(what, case) for what, case, _ in records.found()}


def test_a_chain_rewritten_where_lines_without_a_key_are_accepted(records: Records) -> None:
    rewrite_without_key(records, records.closed)

    found = records.found()

    assert {what for what, _, _ in found} == {"rewritten"}
    assert {case for _, case, _ in found} == {records.closed}


def test_a_line_that_was_replaced_by_one_with_a_fresh_hash(records: Records) -> None:
    rewrite_without_key(records, records.closed, only=2)

    assert records.found() == {("line_changed", records.closed, 3)}


@pytest.mark.parametrize(
    ("change", "case"),
    [
        ("outcome = 'issued'", "closed"),
        ("status = 'completed'", "closed"),
        ("status = 'open', outcome = NULL", "closed"),
        ("status = 'suspended'", "open"),
        ("status = 'withdrawn'", "open"),
    ],
)
def test_a_changed_outcome(records: Records, change: str, case: str) -> None:
    number = getattr(records, case)
    tamper(records.url, f"UPDATE cases SET {change} WHERE number = '{number}'")

    assert {(what, case) for what, case, _ in records.found()} == {("outcome_changed", number)}


def test_the_line_of_a_changed_outcome_is_the_one_that_closed_the_case(records: Records) -> None:
    tamper(records.url, f"UPDATE cases SET outcome = 'issued' WHERE number = '{records.closed}'")
    closing = one(
        records, f"SELECT number FROM journal WHERE action = 'case_rejected' AND {of_case(records.closed)}"
    )

    assert records.found() == {("outcome_changed", records.closed, int(closing))}


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE document_parts SET sealed = X'255044462D'", "document_changed"),
        ("UPDATE documents SET sha256 = 'ab'", "document_changed"),
        ("DELETE FROM document_parts", "document_removed"),
        ("UPDATE document_keys SET sealed = X'255044462D'", "key_missing"),
        ("DELETE FROM documents", "document_removed"),
    ],
)
def test_replaced_and_removed_documents(records: Records, statement: str, what: str) -> None:
    line = one(records, "SELECT number FROM journal WHERE action = 'document_added'")
    tamper(records.url, statement)

    assert records.found() == {(what, records.documented, int(line))}


def test_a_document_put_in_behind_the_journals_back(records: Records) -> None:
    tamper(
        records.url,
        "INSERT INTO documents SELECT '00000000000000000000000000000001', c.id, d.name, d.media_type, "
        "d.size, d.sha256, d.added_at, d.added_by, NULL, d.scan, d.view FROM documents d, cases c "
        f"WHERE c.number = '{records.open}'",
    )

    assert records.found() == {("document_unknown", records.open, None)}


def test_a_forged_line_at_the_end(records: Records) -> None:
    tamper(
        records.url,
        "INSERT INTO journal SELECT case_id, number + 1, at, actor_kind, actor_id, actor_name, branch_code, "
        "'task_claimed', '{}', NULL, hash, 'ab', key_name FROM journal j "
        f"WHERE {of_case(records.open)} "
        "AND number = (SELECT max(number) FROM journal k WHERE k.case_id = j.case_id)",
    )

    assert {what for what, _, _ in records.found()} == {"line_changed", "lines_unknown"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE anchors SET at = '2026-03-09 11:00:00.000000' WHERE number = 2",
        "UPDATE anchors SET root = 'ab' WHERE number = 2",
        "UPDATE anchors SET signature = 'ab' WHERE number = 2",
        "UPDATE anchor_leaves SET length = 1 WHERE anchor = 2",
        "DELETE FROM anchor_leaves WHERE anchor = 2",
        "UPDATE anchors SET key_name = NULL, public_key = NULL, signature = NULL WHERE number = 2",
    ],
)
def test_a_changed_anchor(records: Records, statement: str) -> None:
    tamper(records.url, statement)

    assert ("anchor_changed", None, 2) in records.found(records.settings(STOA_ANCHOR_FILE=""))


def test_a_removed_anchor(records: Records) -> None:
    tamper(records.url, "DELETE FROM anchor_leaves WHERE anchor = 1", "DELETE FROM anchors WHERE number = 1")

    assert ("anchor_removed", None, 1) in records.found(records.settings(STOA_ANCHOR_FILE=""))


def test_last_anchors_dropped_from_the_database(records: Records) -> None:
    tamper(records.url, "DELETE FROM anchor_leaves WHERE anchor = 2", "DELETE FROM anchors WHERE number = 2")

    assert records.found() == {("anchor_removed", None, 2)}


def test_last_anchors_dropped_from_the_file(records: Records) -> None:
    text = records.file.read_text()
    records.file.write_text(text[: text.rindex("{")])

    assert records.found() == {("copy_lacks_anchor", None, 2)}


def test_a_file_that_is_gone(records: Records) -> None:
    records.file.unlink()

    assert records.found() == {("copy_lacks_anchor", None, 1)}


def test_a_leaf_changed_in_the_file(records: Records) -> None:
    records.file.write_text(records.file.read_text().replace(records.open, "0009-26-000009-0"))

    assert records.found() == {("copy_lacks_anchor", None, 2)}


def test_a_key_that_is_not_at_hand_is_told_and_is_no_forgery(records: Records) -> None:
    found = records.found(records.settings(keys=NEW_KEY))

    assert {what for what, _, _ in found} == {"key_missing"}


def test_after_a_rotation_everything_is_intact_and_new_lines_have_the_new_key(records: Records) -> None:
    rotated = records.settings(keys=f"{NEW_KEY},{KEY}")
    records.anchors(rotated)

    assert records.findings(rotated) == []
