"""Loading rows as they are, without the rules of the commands that write them: for a made-up country."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.context import Command, Transaction
from engine.kernel.permission import require_system
from engine.kernel.refusal import Invalid
from engine.storage.bulk import Texts, load
from engine.storage.columns import metadata


@dataclass(frozen=True, kw_only=True)
class LoadRows(Command[None]):
    """Write new rows, by the name of their table; no rule of the domain is asked."""

    rows: Mapping[str, Sequence[Texts]]


def load_rows(command: LoadRows, transaction: Transaction) -> None:
    """Write them, those first that others refer to; for the system itself, never for a person."""
    require_system(transaction.actor)
    unknown = command.rows.keys() - metadata.tables.keys()
    if unknown:
        raise Invalid.field("rows", f"expected the names of tables, found {', '.join(sorted(unknown))}")
    for table in metadata.sorted_tables:
        load(transaction.connection, table, command.rows.get(table.name, ()))
