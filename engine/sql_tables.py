"""Every table, column, constraint and index; the migrations must come to the same, and a test compares them.

Columns that are rarely wanted stand last: lists leave them out. Conditions of partial indexes are written as
literals, because a database does not match an index condition with a bound parameter.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, text

from engine.cases.model import CaseStatus, Channel, Flag
from engine.messages.model import SubscriptionKind
from engine.outbox.model import JobState
from engine.procedures.model import VersionStatus
from engine.service_tasks.model import ServiceTaskState
from engine.storage.types import PlainText, UtcDateTime
from engine.tasks.model import TaskState

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

FLAGS: tuple[Flag, ...] = tuple(Flag)
"""The flags in the order of their columns in `cases`."""


def _id() -> Column[Any]:
    return Column("id", sa.Uuid, primary_key=True)


def _text(name: str, *, optional: bool = False, binary: bool = False) -> Column[Any]:
    return Column(name, PlainText(binary=binary), nullable=optional)


def _moment(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=optional)


def _whole(name: str) -> Column[Any]:
    return Column(name, sa.Integer, nullable=False)


def _json(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, sa.JSON(none_as_null=True), nullable=optional)


def _reference(name: str, target: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, sa.Uuid, ForeignKey(f"{target}.id"), nullable=optional)


def _one_of(column: str, choices: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{choice.value}'" for choice in choices)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _partial(name: str, columns: Sequence[Column[Any]], condition: str) -> Index:
    """An index over the rows that meet a condition, for both databases."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


# People, agencies and offices

branches = Table(
    "branches",
    metadata,
    _id(),
    Column("code", PlainText(binary=True), nullable=False, unique=True),
    _text("name"),
    _text("name_en"),
    _text("municipality", optional=True),
    _reference("parent_id", "branches", optional=True),
    _json("local_holidays"),
    _json("closures"),
)

users = Table(
    "users",
    metadata,
    _id(),
    Column("username", PlainText(binary=True), nullable=False, unique=True),
    _text("display_name"),
    Column("active", sa.Boolean, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("user_id", sa.Uuid, ForeignKey("users.id"), primary_key=True),
    Column("branch_id", sa.Uuid, ForeignKey("branches.id"), primary_key=True),
    _json("roles"),
)

agencies = Table(
    "agencies",
    metadata,
    _id(),
    Column("key", PlainText(binary=True), nullable=False, unique=True),
    _text("name"),
    _text("endpoint", optional=True),
    _json("secrets"),
    _moment("disabled_at", optional=True),
    Column("name_en", PlainText(), nullable=False, server_default=""),
)

agency_topics = Table(
    "agency_topics",
    metadata,
    Column("agency_id", sa.Uuid, ForeignKey("agencies.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", PlainText(binary=True), primary_key=True),
    _whole("position"),
)
Index(None, agency_topics.c.topic)

tokens = Table(
    "tokens",
    metadata,
    _id(),
    Column("digest", sa.LargeBinary, nullable=False, unique=True),
    _text("label"),
    _json("scopes"),
    _moment("created_at"),
    _reference("user_id", "users", optional=True),
    _reference("agency_id", "agencies", optional=True),
    _reference("branch_id", "branches", optional=True),
    _moment("expires_at", optional=True),
    _moment("revoked_at", optional=True),
    CheckConstraint("(user_id IS NULL) <> (agency_id IS NULL)", name="owner"),
)

# Procedures

procedure_versions = Table(
    "procedure_versions",
    metadata,
    _id(),
    _text("key", binary=True),
    _whole("number"),
    _text("sha256"),
    _text("title"),
    _text("title_en"),
    _moment("created_at"),
    _reference("created_by", "users", optional=True),
    _text("status"),
    _moment("published_at", optional=True),
    _moment("retired_at", optional=True),
    _text("search_text"),
    _json("metadata"),
    sa.UniqueConstraint("key", "number"),
    _one_of("status", VersionStatus),
    CheckConstraint("number >= 1", name="number"),
)

version_files = Table(
    "version_files",
    metadata,
    Column("version_id", sa.Uuid, ForeignKey("procedure_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("path", PlainText(binary=True), primary_key=True),
    Column("content", sa.LargeBinary, nullable=False),
)

# Cases

branch_year_numbers = Table(
    "branch_year_numbers",
    metadata,
    Column("branch_id", sa.Uuid, ForeignKey("branches.id"), primary_key=True),
    Column("year", sa.Integer, primary_key=True, autoincrement=False),
    _whole("last_number"),
)

cases = Table(
    "cases",
    metadata,
    _id(),
    Column("number", PlainText(binary=True), nullable=False, unique=True),
    _text("procedure_key"),
    _reference("version_id", "procedure_versions"),
    _whole("version_number"),
    _reference("branch_id", "branches"),
    _text("branch_code"),
    _text("channel"),
    _moment("opened_at"),
    _reference("opened_by", "users", optional=True),
    _moment("due_at", optional=True),
    _text("tracking_code"),
    _text("status"),
    _text("outcome", optional=True),
    _moment("next_timer_at", optional=True),
    _moment("suspended_at", optional=True),
    _moment("closed_at", optional=True),
    _text("notify_sms", optional=True),
    _text("notify_email", optional=True),
    _whole("journal_length"),
    _text("journal_hash"),
    _whole("row_version"),
    *(Column(flag.value, sa.Boolean, nullable=False) for flag in FLAGS),
    Column("snapshot", sa.LargeBinary, nullable=False),
    _moment("term_rests_since", optional=True),
    Column("notify_language", PlainText(), nullable=False, server_default="el"),
    _one_of("status", CaseStatus),
    _one_of("channel", Channel),
    CheckConstraint("row_version >= 1", name="row_version"),
    CheckConstraint("journal_length >= 0", name="journal_length"),
)
Index("ix_cases_newest", cases.c.opened_at, cases.c.id)
Index("ix_cases_newest_of_branch", cases.c.branch_id, cases.c.opened_at, cases.c.id)
Index("ix_cases_newest_of_status", cases.c.status, cases.c.opened_at, cases.c.id)
Index("ix_cases_newest_of_procedure", cases.c.procedure_key, cases.c.opened_at, cases.c.id)
# The status stands in front although the condition fixes it: SQLite would prefer the index above otherwise.
_partial("ix_cases_next_timer", [cases.c.status, cases.c.next_timer_at, cases.c.id], "status = 'open'")
_partial("ix_cases_term", [cases.c.status, cases.c.due_at, cases.c.id], "status = 'open' AND NOT overdue")
_partial("ix_cases_stuck", [cases.c.id], "stuck")
_partial("ix_cases_ended", [cases.c.closed_at, cases.c.status], "closed_at IS NOT NULL")

case_words = Table(
    "case_words",
    metadata,
    Column("word", PlainText(binary=True), primary_key=True),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
Index(None, case_words.c.case_id)

parties = Table(
    "parties",
    metadata,
    _id(),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    _text("role"),
    _json("person"),
)

tasks = Table(
    "tasks",
    metadata,
    _id(),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    _text("case_number"),
    _text("procedure_key"),
    Column("branch_id", sa.Uuid, nullable=False),
    Column("token", sa.Uuid, nullable=False),
    _text("element_id"),
    _text("name"),
    _text("form_id", optional=True),
    _moment("created_at"),
    _text("state"),
    _text("flag", optional=True),
    _whole("priority"),
    _moment("due_at", optional=True),
    _moment("sort_at"),
    _moment("follow_up_at", optional=True),
    _json("candidate_groups"),
    _json("candidate_users"),
    _reference("assignee_id", "users", optional=True),
    _text("assignee_name", optional=True),
    _moment("closed_at", optional=True),
    _whole("row_version"),
    _json("prefill"),
    _json("draft", optional=True),
    _moment("draft_saved_at", optional=True),
    _one_of("state", TaskState),
    CheckConstraint("priority BETWEEN 0 AND 100", name="priority"),
    CheckConstraint("row_version >= 1", name="row_version"),
)
for _state in (TaskState.OPEN, TaskState.COMPLETED):
    _by_due = [tasks.c.sort_at, tasks.c.id]
    _condition = f"state = '{_state.value}'"
    _partial(f"ix_tasks_{_state.value}", _by_due, _condition)
    _partial(f"ix_tasks_{_state.value}_of_branch", [tasks.c.branch_id, *_by_due], _condition)
# Whom an open task belongs to is asked branch by branch: by the worklist, and for the load of each clerk.
_by_assignee = [tasks.c.assignee_id, tasks.c.branch_id, tasks.c.sort_at, tasks.c.id]
_partial("ix_tasks_open_of_assignee", _by_assignee, "state = 'open' AND assignee_id IS NOT NULL")
_partial(
    "ix_tasks_completed_of_assignee",
    [tasks.c.assignee_id, tasks.c.sort_at, tasks.c.id],
    "state = 'completed'",
)
_partial(
    "ix_tasks_unassigned",
    [tasks.c.branch_id, tasks.c.sort_at, tasks.c.id],
    "state = 'open' AND assignee_id IS NULL",
)

service_tasks = Table(
    "service_tasks",
    metadata,
    _id(),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    _text("case_number"),
    _text("procedure_key"),
    Column("branch_id", sa.Uuid, nullable=False),
    Column("token", sa.Uuid, nullable=False),
    _text("element_id"),
    _text("name"),
    _text("topic"),
    _moment("created_at"),
    _reference("agency_id", "agencies", optional=True),
    _text("agency_key", optional=True),
    _text("state"),
    _json("headers"),
    _json("variables"),
    _text("locked_by", optional=True),
    _moment("locked_until", optional=True),
    _moment("accepted_at", optional=True),
    _moment("closed_at", optional=True),
    _text("error_code", optional=True),
    _text("error_message", optional=True),
    _whole("row_version"),
    _text("supplement_wanted", optional=True),
    _json("answer", optional=True),
    _one_of("state", ServiceTaskState),
    CheckConstraint("row_version >= 1", name="row_version"),
)
_oldest = [service_tasks.c.created_at, service_tasks.c.id]
Index("ix_service_tasks_of_agency", service_tasks.c.agency_id, *_oldest)
Index("ix_service_tasks_of_branch", service_tasks.c.branch_id, *_oldest)
_partial("ix_service_tasks_open", _oldest, "state = 'open'")
_partial("ix_service_tasks_open_of_agency", [service_tasks.c.agency_id, *_oldest], "state = 'open'")
_partial("ix_service_tasks_open_of_branch", [service_tasks.c.branch_id, *_oldest], "state = 'open'")
_partial("ix_service_tasks_dead", _oldest, "state = 'dead'")

subscriptions = Table(
    "subscriptions",
    metadata,
    _id(),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    Column("token", sa.Uuid, nullable=False),
    _text("element_id"),
    _text("message"),
    _text("correlation_key"),
    _moment("created_at"),
    _text("kind"),
    sa.UniqueConstraint("case_id", "token"),
    _one_of("kind", SubscriptionKind),
)
_partial(
    "ix_subscriptions_oldest",
    [
        subscriptions.c.message,
        subscriptions.c.correlation_key,
        subscriptions.c.created_at,
        subscriptions.c.id,
    ],
    "kind = 'message'",
)
_partial("ix_subscriptions_signal", [subscriptions.c.message, subscriptions.c.id], "kind = 'signal'")

journal = Table(
    "journal",
    metadata,
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _moment("at"),
    _text("actor_kind"),
    Column("actor_id", sa.Uuid),
    _text("actor_name"),
    _text("branch_code", optional=True),
    _text("action"),
    _json("detail"),
    _text("reason", optional=True),
    _text("previous_hash"),
    _text("hash"),
    CheckConstraint("number >= 1", name="number"),
    sqlite_with_rowid=False,
)

# Background work, messages, and what is noted once

jobs = Table(
    "jobs",
    metadata,
    _id(),
    _text("kind"),
    Column("case_id", sa.Uuid, ForeignKey("cases.id", ondelete="CASCADE"), index=True),
    Column("service_task_id", sa.Uuid, ForeignKey("service_tasks.id", ondelete="CASCADE"), index=True),
    _moment("run_at"),
    _moment("created_at"),
    _json("payload"),
    _text("state"),
    _whole("attempts"),
    _text("leased_by", optional=True),
    _moment("leased_until", optional=True),
    _text("last_error", optional=True),
    _one_of("state", JobState),
    CheckConstraint("attempts >= 0", name="attempts"),
)
_partial("ix_jobs_ready", [jobs.c.state, jobs.c.run_at, jobs.c.id], "state = 'ready'")
Index("ix_jobs_newest", jobs.c.created_at, jobs.c.id)
Index("ix_jobs_newest_of_state", jobs.c.state, jobs.c.created_at, jobs.c.id)

messages = Table(
    "messages",
    metadata,
    _id(),
    _text("name"),
    _text("correlation_key"),
    _moment("created_at"),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    _json("data"),
)
Index(
    "ix_messages_oldest",
    messages.c.name,
    messages.c.correlation_key,
    messages.c.created_at,
    messages.c.id,
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", PlainText(), primary_key=True),
    Column("key", PlainText(), primary_key=True),
    Column("fingerprint", sa.LargeBinary, nullable=False),
    Column("until", UtcDateTime, nullable=False, index=True),
    _json("receipt", optional=True),
)

worker_beats = Table(
    "worker_beats",
    metadata,
    Column("worker", PlainText(), primary_key=True),
    _moment("at"),
)
