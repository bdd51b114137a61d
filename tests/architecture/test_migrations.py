"""Claims about how migrations change tables that are in use: nobody who writes waits for them."""

import ast
from collections.abc import Iterator
from typing import Final

import pytest

from tests.office import ROOT

MIGRATIONS: Final = sorted((ROOT / "migrations" / "versions").glob("*.py"))
LOCKING: Final = {
    "create_index": 1,
    "create_foreign_key": 1,
    "create_check_constraint": 1,
    "create_unique_constraint": 1,
    "alter_column": 0,
}
"""What looks at every row of a table under its lock, with the place of the table among its arguments."""
SQL: Final = ("CREATE INDEX", "CREATE UNIQUE INDEX", "ADD CONSTRAINT", "VALIDATE CONSTRAINT", "SET NOT NULL")
SMALL: Final = {"agencies", "branches", "memberships", "procedure_versions", "sign_in_attempts"}
"""Tables with some thousands of rows at most: registers, and the attempts of a day."""
NAMED_BY_HELPERS: Final = {"0001_cases", "0021_access", "0036_branches_by_version"}
"""Migrations in which a function is given the table: it is one that they made, or a small one."""


def locked(source: str, *, is_read_closely: bool = True) -> Iterator[str]:
    """What an upgrade does under the lock of a table that it did not make, and that may be large."""
    tree = ast.parse(source)
    backwards = {
        node
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and function.name == "downgrade"
        for node in ast.walk(function)
    }
    nodes = [node for node in ast.walk(tree) if node not in backwards]
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    made = {text_of(call.args[0]) for call in calls if name_of(call) == "create_table"}
    for call in calls:
        place = LOCKING.get(name_of(call))
        if place is None:
            continue
        table = text_of(call.args[place])
        if table not in made | SMALL and (table or is_read_closely):
            yield f"line {call.lineno}: {name_of(call)} of {ast.unparse(call.args[place])}"
    for node in nodes:
        text = text_of(node)
        if any(words in text for words in SQL) and not any(f" {table} " in text for table in SMALL):
            yield f"a statement: {text[:60]}"


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def text_of(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_no_migration_looks_at_every_row_of_a_large_table_under_its_lock() -> None:
    """Indexes and checks go by `engine/storage/index_building.py`, as ADR 59 says."""
    found = {
        path.name: problems
        for path in MIGRATIONS
        if (problems := list(locked(path.read_text(), is_read_closely=path.stem not in NAMED_BY_HELPERS)))
    }

    assert MIGRATIONS
    assert found == {}


@pytest.mark.parametrize(
    "statement",
    [
        'op.create_index("ix_cases_of", "cases", ["branch_id"])',
        'op.create_foreign_key("fk", "cases", "users", ["user_id"], ["id"])',
        'op.create_check_constraint("ck", "tasks", "flag IS NOT NULL")',
        'op.alter_column("documents", "scan", nullable=False)',
        'op.execute("ALTER TABLE cases ADD CONSTRAINT ck CHECK (true) NOT VALID")',
        'op.execute("ALTER TABLE cases VALIDATE CONSTRAINT ck")',
        "helper(table)\n\n\ndef helper(table):\n    op.create_index('ix', table, ['id'])",
    ],
)
def test_a_migration_that_would_is_found(statement: str) -> None:
    assert list(locked(f"def upgrade():\n    {statement}\n"))


def test_a_table_that_the_migration_makes_is_its_own() -> None:
    source = 'def upgrade():\n    op.create_table("notes")\n    op.create_index("ix", "notes", ["id"])\n'
    backwards = 'def downgrade():\n    op.create_index("ix", "cases", ["id"])\n'

    assert list(locked(source + backwards)) == []
