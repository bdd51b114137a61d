"""Keep the further terms of cases, when each ends, who holds what was decided, and when a day was moved.

The columns may be empty, so that the version before goes on writing cases. It cannot read the ledger of a
further term, and does not meet one: such terms begin in versions of procedures that it refuses.
"""

import sqlalchemy as sa
from alembic import op

from engine.storage.index_building import TableIndex, build_indexes, replace_check

revision = "0031_further_terms"
down_revision = "0030_shared_parts"
branch_labels = None
depends_on = None

_BEFORE = ("legal", "service")
_NOW = (*_BEFORE, "appeal", "answer", "act")
_MOMENTS = ("appealable_until", "answer_due_at", "act_due_at", "term_changed_at")
_DECIDED = TableIndex(
    name="ix_cases_decided",
    table="cases",
    columns=("branch_id", "opened_at", "id"),
    where="status = 'open' AND term_ended_at IS NOT NULL",
)


def upgrade() -> None:
    build_indexes(_DECIDED)
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(_condition(_NOW))
    else:
        replace_check("term_entries", "ck_term_entries_term", _condition(_NOW))
    for name in _MOMENTS:
        op.add_column("cases", sa.Column(name, sa.DateTime(timezone=True)))
    op.add_column("cases", sa.Column("holder_id", sa.Uuid))


def downgrade() -> None:
    """Give the further terms up: the version before cannot read them."""
    entries = sa.table("term_entries", sa.column("term"))
    op.execute(entries.delete().where(entries.c.term.not_in(_BEFORE)))
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(_condition(_BEFORE))
    else:
        op.drop_constraint(op.f("ck_term_entries_term"), "term_entries")
        op.create_check_constraint(op.f("ck_term_entries_term"), "term_entries", _condition(_BEFORE))
    op.drop_index("ix_cases_decided", "cases")
    op.drop_column("cases", "holder_id")
    for name in reversed(_MOMENTS):
        op.drop_column("cases", name)


def _condition(terms: tuple[str, ...]) -> str:
    """That a ledger is of one of these terms."""
    return f"term IN ({', '.join(repr(term) for term in terms)})"


def _rebuild(condition: str) -> None:
    """SQLite changes no constraint of a table that is there: the rows go into a new one."""
    op.rename_table("term_entries", "term_entries_before")
    op.create_table(
        "term_entries",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("term", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("law", sa.Text),
        sa.Column("amount", sa.Integer),
        sa.Column("unit", sa.Text),
        sa.Column("corrects", sa.Integer),
        sa.CheckConstraint(condition, name="term"),
        sa.CheckConstraint(
            "event IN ('begun', 'rested', 'resumed', 'restarted', 'extended', 'ended', 'corrected')",
            name="event",
        ),
        sa.CheckConstraint("unit IN ('days', 'working_days', 'weeks', 'months', 'years')", name="unit"),
        sa.CheckConstraint("number >= 1", name="number"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO term_entries SELECT * FROM term_entries_before")
    op.drop_table("term_entries_before")
