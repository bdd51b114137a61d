"""Keep the schedules of branches, appointments with the places they take, and the numbers of queues."""

import sqlalchemy as sa
from alembic import op

revision = "0033_appointments"
down_revision = "0029_views"
branch_labels = None
depends_on = None

_UNDER_WAY = "state IN ('booked', 'arrived')"


def upgrade() -> None:
    _schedules()
    _appointments()
    _queues()


def downgrade() -> None:
    for table in ("tickets", "days", "places"):
        op.drop_table(f"appointment_{table}")
    op.drop_table("appointments")
    for table in ("links", "windows", "resources", "services"):
        op.drop_table(f"appointment_{table}")


def _reference(name: str, target: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid, sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _exact() -> sa.Text:
    """Text that is compared by code point on both databases."""
    return sa.Text(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.Text()


def _schedules() -> None:
    op.create_table(
        "appointment_services",
        sa.Column("id", sa.Uuid, primary_key=True),
        _reference("branch_id", "branches"),
        sa.Column("key", _exact(), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("at_once", sa.Integer, nullable=False),
        sa.Column("grace", sa.Integer, nullable=False),
        sa.Column("is_offered", sa.Boolean, nullable=False),
        sa.UniqueConstraint("branch_id", "key"),
        sa.CheckConstraint("minutes > 0 AND minutes % 5 = 0", name="minutes"),
        sa.CheckConstraint("at_once > 0", name="at_once"),
        sa.CheckConstraint("grace >= 0", name="grace"),
    )
    op.create_table(
        "appointment_resources",
        sa.Column("id", sa.Uuid, primary_key=True),
        _reference("branch_id", "branches"),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("services", sa.JSON, nullable=False),
    )
    op.create_index("ix_appointment_resources_branch_id", "appointment_resources", ["branch_id"])
    op.create_table(
        "appointment_windows",
        sa.Column("id", sa.Uuid, primary_key=True),
        _reference("branch_id", "branches"),
        _reference("resource_id", "appointment_resources"),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("opens", sa.Time, nullable=False),
        sa.Column("closes", sa.Time, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("opens < closes", name="closes"),
    )
    op.create_index("ix_appointment_windows_branch_id", "appointment_windows", ["branch_id"])
    op.create_table(
        "appointment_links",
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branches.id"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("digest", _exact(), nullable=False, unique=True),
        _moment("made_at"),
        sa.CheckConstraint("kind IN ('screen', 'kiosk')", name="kind"),
    )


def _appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.Uuid, primary_key=True),
        _reference("branch_id", "branches"),
        _reference("service_id", "appointment_services"),
        sa.Column("service_key", _exact(), nullable=False),
        _reference("resource_id", "appointment_resources"),
        _moment("starts_at"),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("visitor_name", sa.Text, nullable=False),
        sa.Column("visitor_key", _exact(), nullable=False),
        sa.Column("sms", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        _moment("booked_at"),
        sa.Column("booked_by", sa.Text, nullable=False),
        _moment("missed_at"),
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE")),
        sa.Column("service_task_id", sa.Uuid, sa.ForeignKey("service_tasks.id", ondelete="CASCADE")),
        sa.Column("code_digest", _exact(), unique=True),
        sa.Column("state", sa.Text, nullable=False),
        _moment("remind_at", nullable=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        _moment("changed_at"),
        sa.Column("cancelled_by", sa.Text),
        sa.Column("row_version", sa.Integer, nullable=False),
        sa.CheckConstraint("state IN ('booked', 'arrived', 'served', 'no_show', 'cancelled')", name="state"),
        sa.CheckConstraint("cancelled_by IN ('citizen', 'branch')", name="cancelled_by"),
        sa.CheckConstraint("language IN ('el', 'en')", name="language"),
        sa.CheckConstraint("minutes > 0", name="minutes"),
    )
    op.create_index("ix_appointments_case_id", "appointments", ["case_id"])
    op.create_index("ix_appointments_service_task_id", "appointments", ["service_task_id"])
    op.create_index("ix_appointments_of_branch", "appointments", ["branch_id", "starts_at", "id"])
    _index("uq_appointments_of_visitor", ["service_key", "visitor_key"], _UNDER_WAY, unique=True)
    _index("ix_appointments_missed", ["missed_at"], "state = 'booked'")
    _index("ix_appointments_reminded", ["remind_at"], "remind_at IS NOT NULL")
    op.create_table(
        "appointment_places",
        sa.Column("holder_id", sa.Uuid, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column(
            "appointment_id", sa.Uuid, sa.ForeignKey("appointments.id", ondelete="CASCADE"), nullable=False
        ),
        sa.CheckConstraint("place >= 0", name="place"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_appointment_places_appointment_id", "appointment_places", ["appointment_id"])


def _queues() -> None:
    op.create_table(
        "appointment_tickets",
        sa.Column("id", sa.Uuid, primary_key=True),
        _reference("branch_id", "branches"),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        _reference("service_id", "appointment_services"),
        _moment("taken_at"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("is_ahead", sa.Boolean, nullable=False),
        sa.Column(
            "appointment_id", sa.Uuid, sa.ForeignKey("appointments.id", ondelete="CASCADE"), unique=True
        ),
        _moment("due_at", nullable=True),
        _reference("resource_id", "appointment_resources", nullable=True),
        _moment("called_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'called', 'served', 'left')", name="state"),
        sa.UniqueConstraint("branch_id", "day", "number"),
    )
    op.create_index("ix_appointment_tickets_called", "appointment_tickets", ["branch_id", "day", "called_at"])
    op.create_table(
        "appointment_days",
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branches.id"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("last_number", sa.Integer, nullable=False),
        sa.Column("ahead", sa.Integer, nullable=False),
    )


def _index(name: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, "appointments", columns, unique=unique, sqlite_where=where, postgresql_where=where)
