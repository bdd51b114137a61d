"""The schema: the tables of every subject, put together; the migrations must come to the same."""

from engine.access import store as _access
from engine.anchors import store as _anchors
from engine.appointments import queue_store as _queues
from engine.appointments import schedule_store as _schedules
from engine.appointments import store as _appointments
from engine.case_migration import store as _case_migration
from engine.cases import applications_store as _applications
from engine.cases import compaction_store as _compaction
from engine.cases import figures_store as _figures
from engine.cases import journal_store as _journal
from engine.cases import recognition_store as _recognitions
from engine.cases import store as _cases
from engine.cases import term_store as _terms
from engine.content import store as _contents
from engine.documents import store as _documents
from engine.documents import view_store as _views
from engine.incidents import store as _incidents
from engine.messages import store as _messages
from engine.messages import subscription_store as _subscriptions
from engine.notices import store as _notices
from engine.office_settings import store as _office_settings
from engine.operations import element_times_store as _element_times
from engine.operations import store as _operations
from engine.operations import traffic_store as _traffic
from engine.organisation import connection_store as _connections
from engine.organisation import store as _organisation
from engine.organisation import version_store as _versions
from engine.outbox import store as _outbox
from engine.payments import store as _payments
from engine.people import account_store as _accounts
from engine.people import attempts_store as _attempts
from engine.people import former_store as _former_store
from engine.people import invitation_store as _invitations
from engine.people import passkey_store as _passkeys
from engine.people import post_store as _posts
from engine.people import store as _people
from engine.people import token_store as _tokens
from engine.plays import store as _plays
from engine.procedures import comment_store as _comments
from engine.procedures import part_store as _shared_parts
from engine.procedures import record_store as _records
from engine.procedures import store as _procedures
from engine.service_tasks import store as _service_tasks
from engine.signatures import store as _signatures
from engine.storage import idempotency as _idempotency
from engine.storage.columns import metadata
from engine.studio import store as _studio
from engine.tasks import store as _tasks
from engine.tasks import worklist_store as _worklists
from engine.topics import store as _topics

__all__ = ["metadata"]

_STORES = (
    _versions,
    _organisation,
    _connections,
    _people,
    _contents,
    _posts,
    _former_store,
    _invitations,
    _tokens,
    _accounts,
    _attempts,
    _passkeys,
    _procedures,
    _shared_parts,
    _records,
    _comments,
    _plays,
    _studio,
    _topics,
    _office_settings,
    _cases,
    _compaction,
    _figures,
    _journal,
    _anchors,
    _recognitions,
    _applications,
    _terms,
    _tasks,
    _worklists,
    _service_tasks,
    _signatures,
    _subscriptions,
    _messages,
    _incidents,
    _documents,
    _views,
    _notices,
    _payments,
    _schedules,
    _appointments,
    _queues,
    _case_migration,
    _outbox,
    _operations,
    _element_times,
    _traffic,
    _access,
    _idempotency,
)
"""Importing them is what puts their tables into the metadata."""
