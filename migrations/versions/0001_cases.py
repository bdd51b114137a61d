"""Create everything: offices, procedures, cases with their work and journal, background work."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True)
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    create_offices()
    create_procedures()
    create_cases()
    create_tasks()
    create_service_tasks()
    create_background_work()


def create_offices() -> None:
    op.create_table(
        "branches",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("code", WORD, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("municipality", sa.Text),
        sa.Column("parent_id", sa.Uuid, sa.ForeignKey("branches.id")),
        sa.Column("local_holidays", JSON, nullable=False),
        sa.Column("closures", JSON, nullable=False),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("username", WORD, nullable=False, unique=True),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_table(
        "memberships",
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id"), primary_key=True),
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branches.id"), primary_key=True),
        sa.Column("roles", JSON, nullable=False),
    )
    op.create_table(
        "agencies",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("key", WORD, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("endpoint", sa.Text),
        sa.Column("secrets", JSON, nullable=False),
        sa.Column("disabled_at", MOMENT),
    )
    op.create_table(
        "agency_topics",
        sa.Column("agency_id", sa.Uuid, sa.ForeignKey("agencies.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("topic", WORD, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("ix_agency_topics_topic", "agency_topics", ["topic"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("digest", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("user_id", sa.Uuid, sa.ForeignKey("users.id")),
        sa.Column("agency_id", sa.Uuid, sa.ForeignKey("agencies.id")),
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branches.id")),
        sa.Column("expires_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.CheckConstraint("(user_id IS NULL) <> (agency_id IS NULL)", name="owner"),
    )


def create_procedures() -> None:
    op.create_table(
        "procedure_versions",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("key", WORD, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Uuid, sa.ForeignKey("users.id")),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("published_at", MOMENT),
        sa.Column("retired_at", MOMENT),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.Column("metadata", JSON, nullable=False),
        sa.UniqueConstraint("key", "number"),
        sa.CheckConstraint("status IN ('draft', 'published', 'retired')", name="status"),
        sa.CheckConstraint("number >= 1", name="number"),
    )
    op.create_table(
        "version_files",
        sa.Column(
            "version_id",
            sa.Uuid,
            sa.ForeignKey("procedure_versions.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("path", WORD, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def create_cases() -> None:
    op.create_table(
        "branch_year_numbers",
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branches.id"), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last_number", sa.Integer, nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("number", WORD, nullable=False, unique=True),
        sa.Column("procedure_key", sa.Text, nullable=False),
        sa.Column("version_id", sa.Uuid, sa.ForeignKey("procedure_versions.id"), nullable=False),
        sa.Column("version_number", sa.Integer, nullable=False),
        sa.Column("branch_id", sa.Uuid, sa.ForeignKey("branches.id"), nullable=False),
        sa.Column("branch_code", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("opened_by", sa.Uuid, sa.ForeignKey("users.id")),
        sa.Column("due_at", MOMENT),
        sa.Column("tracking_code", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("next_timer_at", MOMENT),
        sa.Column("suspended_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("notify_sms", sa.Text),
        sa.Column("notify_email", sa.Text),
        sa.Column("journal_length", sa.Integer, nullable=False),
        sa.Column("journal_hash", sa.Text, nullable=False),
        sa.Column("row_version", sa.Integer, nullable=False),
        sa.Column("awaiting_citizen", sa.Boolean, nullable=False),
        sa.Column("awaiting_agency", sa.Boolean, nullable=False),
        sa.Column("overdue", sa.Boolean, nullable=False),
        sa.Column("stuck", sa.Boolean, nullable=False),
        sa.Column("ready_for_pickup", sa.Boolean, nullable=False),
        sa.Column("appealed", sa.Boolean, nullable=False),
        sa.Column("snapshot", sa.LargeBinary, nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'suspended', 'completed', 'rejected', 'withdrawn')", name="status"
        ),
        sa.CheckConstraint("channel IN ('counter', 'phone', 'web', 'video', 'post')", name="channel"),
        sa.CheckConstraint("row_version >= 1", name="row_version"),
        sa.CheckConstraint("journal_length >= 0", name="journal_length"),
    )
    op.create_index("ix_cases_newest", "cases", ["opened_at", "id"])
    op.create_index("ix_cases_newest_of_branch", "cases", ["branch_id", "opened_at", "id"])
    op.create_index("ix_cases_newest_of_status", "cases", ["status", "opened_at", "id"])
    op.create_index("ix_cases_newest_of_procedure", "cases", ["procedure_key", "opened_at", "id"])
    create_partial_index(
        "ix_cases_next_timer", "cases", ["status", "next_timer_at", "id"], where="status = 'open'"
    )
    create_partial_index(
        "ix_cases_term", "cases", ["status", "due_at", "id"], where="status = 'open' AND NOT overdue"
    )
    create_partial_index("ix_cases_stuck", "cases", ["id"], where="stuck")
    op.create_table(
        "case_words",
        sa.Column("word", WORD, primary_key=True),
        of_case(primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_words_case_id", "case_words", ["case_id"])
    op.create_table(
        "parties",
        sa.Column("id", sa.Uuid, primary_key=True),
        of_case(nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("person", JSON, nullable=False),
    )
    op.create_index("ix_parties_case_id", "parties", ["case_id"])
    op.create_table(
        "journal",
        of_case(primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Uuid),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("branch_code", sa.Text),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("previous_hash", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.CheckConstraint("number >= 1", name="number"),
        sqlite_with_rowid=False,
    )


def create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid, primary_key=True),
        of_case(nullable=False),
        sa.Column("case_number", sa.Text, nullable=False),
        sa.Column("procedure_key", sa.Text, nullable=False),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("token", sa.Uuid, nullable=False),
        sa.Column("element_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("form_id", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("flag", sa.Text),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("sort_at", MOMENT, nullable=False),
        sa.Column("follow_up_at", MOMENT),
        sa.Column("candidate_groups", JSON, nullable=False),
        sa.Column("candidate_users", JSON, nullable=False),
        sa.Column("assignee_id", sa.Uuid, sa.ForeignKey("users.id")),
        sa.Column("assignee_name", sa.Text),
        sa.Column("closed_at", MOMENT),
        sa.Column("row_version", sa.Integer, nullable=False),
        sa.Column("prefill", JSON, nullable=False),
        sa.Column("draft", JSON),
        sa.CheckConstraint("state IN ('open', 'completed', 'cancelled')", name="state"),
        sa.CheckConstraint("priority BETWEEN 0 AND 100", name="priority"),
        sa.CheckConstraint("row_version >= 1", name="row_version"),
    )
    op.create_index("ix_tasks_case_id", "tasks", ["case_id"])
    for state in ("open", "completed"):
        condition = f"state = '{state}'"
        by_due = ["sort_at", "id"]
        create_partial_index(f"ix_tasks_{state}", "tasks", by_due, where=condition)
        create_partial_index(f"ix_tasks_{state}_of_branch", "tasks", ["branch_id", *by_due], where=condition)
        create_partial_index(
            f"ix_tasks_{state}_of_assignee", "tasks", ["assignee_id", *by_due], where=condition
        )
    create_partial_index(
        "ix_tasks_unassigned",
        "tasks",
        ["branch_id", "sort_at", "id"],
        where="state = 'open' AND assignee_id IS NULL",
    )


def create_service_tasks() -> None:
    op.create_table(
        "service_tasks",
        sa.Column("id", sa.Uuid, primary_key=True),
        of_case(nullable=False),
        sa.Column("case_number", sa.Text, nullable=False),
        sa.Column("procedure_key", sa.Text, nullable=False),
        sa.Column("branch_id", sa.Uuid, nullable=False),
        sa.Column("token", sa.Uuid, nullable=False),
        sa.Column("element_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("agency_id", sa.Uuid, sa.ForeignKey("agencies.id")),
        sa.Column("agency_key", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("variables", JSON, nullable=False),
        sa.Column("locked_by", sa.Text),
        sa.Column("locked_until", MOMENT),
        sa.Column("accepted_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("error_code", sa.Text),
        sa.Column("error_message", sa.Text),
        sa.Column("row_version", sa.Integer, nullable=False),
        sa.CheckConstraint("state IN ('open', 'dead', 'completed', 'failed', 'cancelled')", name="state"),
        sa.CheckConstraint("row_version >= 1", name="row_version"),
    )
    oldest = ["created_at", "id"]
    op.create_index("ix_service_tasks_case_id", "service_tasks", ["case_id"])
    op.create_index("ix_service_tasks_of_agency", "service_tasks", ["agency_id", *oldest])
    op.create_index("ix_service_tasks_of_branch", "service_tasks", ["branch_id", *oldest])
    create_partial_index("ix_service_tasks_open", "service_tasks", oldest, where="state = 'open'")
    create_partial_index("ix_service_tasks_dead", "service_tasks", oldest, where="state = 'dead'")
    for owner in ("agency", "branch"):
        create_partial_index(
            f"ix_service_tasks_open_of_{owner}",
            "service_tasks",
            [f"{owner}_id", *oldest],
            where="state = 'open'",
        )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid, primary_key=True),
        of_case(nullable=False),
        sa.Column("token", sa.Uuid, nullable=False),
        sa.Column("element_id", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("correlation_key", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("case_id", "token"),
    )
    op.create_index(
        "ix_subscriptions_oldest", "subscriptions", ["message", "correlation_key", "created_at", "id"]
    )


def create_background_work() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        of_case(),
        sa.Column("service_task_id", sa.Uuid, sa.ForeignKey("service_tasks.id", ondelete="CASCADE")),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("leased_by", sa.Text),
        sa.Column("leased_until", MOMENT),
        sa.Column("last_error", sa.Text),
        sa.CheckConstraint("state IN ('ready', 'done', 'dead')", name="state"),
        sa.CheckConstraint("attempts >= 0", name="attempts"),
    )
    op.create_index("ix_jobs_case_id", "jobs", ["case_id"])
    op.create_index("ix_jobs_service_task_id", "jobs", ["service_task_id"])
    op.create_index("ix_jobs_newest", "jobs", ["created_at", "id"])
    op.create_index("ix_jobs_newest_of_state", "jobs", ["state", "created_at", "id"])
    create_partial_index("ix_jobs_ready", "jobs", ["state", "run_at", "id"], where="state = 'ready'")
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("correlation_key", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("data", JSON, nullable=False),
    )
    op.create_index("ix_messages_expires_at", "messages", ["expires_at"])
    op.create_index("ix_messages_oldest", "messages", ["name", "correlation_key", "created_at", "id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("receipt", JSON),
    )
    op.create_index("ix_idempotency_keys_until", "idempotency_keys", ["until"])
    op.create_table(
        "worker_beats",
        sa.Column("worker", sa.Text, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
    )


def of_case(**options: Any) -> sa.Column[Any]:
    """The column of a row that belongs to a case and goes with it."""
    return sa.Column("case_id", sa.Uuid, sa.ForeignKey("cases.id", ondelete="CASCADE"), **options)


def create_partial_index(name: str, table: str, columns: list[str], *, where: str) -> None:
    """An index over the rows that meet a condition, on both databases."""
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for table in (
        "worker_beats",
        "idempotency_keys",
        "messages",
        "jobs",
        "subscriptions",
        "service_tasks",
        "tasks",
        "journal",
        "parties",
        "case_words",
        "cases",
        "branch_year_numbers",
        "version_files",
        "procedure_versions",
        "tokens",
        "agency_topics",
        "agencies",
        "memberships",
        "users",
        "branches",
    ):
        op.drop_table(table)
