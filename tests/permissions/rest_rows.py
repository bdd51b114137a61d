"""The calls of the API, each with the right that it needs."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from api.rest.version_life import CERTIFICATION
from api.scim.resources import GROUP, PATCH, USER
from engine.kernel.actor import Role
from engine.kernel.permission_examples import COLUMNS
from tests.api.desk import NEW_CASE
from tests.messages.drawn import drawn
from tests.office import CONFIRMED, PAPERS_COMPLETE
from tests.permissions.rows import (
    ALIKE,
    Predicate,
    Row,
    all_zero,
    no_items,
    no_rows,
    not_delivered,
    nothing_done,
    one_line,
)
from tests.runtime.diagrams import chain, end, start

CALLERS = tuple(column for column in COLUMNS if column != Role.OFFICER)
"""Who may have a token: officers work with pages, and their agency's programs have one of their own."""

PDF = b"%PDF-1.7 another"
REFUSED_ELSEWHERE = frozenset({403, 404, 422})
"""An administrator of another organisation is told in its field that there is no such one."""
HEADINGS = b"username;organisation;role"
WHY = {"reason": "Το ζήτησε ο πολίτης."}


def _row(
    endpoint: str,
    *rights: str,
    body: Any = None,
    data: bytes | None = None,
    media_type: str = "application/octet-stream",
    query: Mapping[str, str] | None = None,
    is_empty: Predicate | None = None,
    refuses_with: frozenset[int] = frozenset(),
    asked_by: tuple[str, ...] = CALLERS,
    may_miss: bool = False,
    **ids: str,
) -> Row:
    options: dict[str, Any] = {} if body is None else {"json": body}
    if data is not None:
        options = {"data": data, "content_type": media_type}
    return Row(
        endpoint=endpoint,
        rights=rights,
        ids=ids,
        query=query or {},
        options=options,
        is_empty=is_empty,
        refuses_with=refuses_with,
        may_miss=may_miss,
        asked_by=asked_by,
    )


def _zipped() -> bytes:
    """The files of a procedure, as they are sent."""
    archive = BytesIO()
    with ZipFile(archive, "w") as held:
        for name, content in drawn("sent", start(), end("done"), chain("start", "done")).items():
            held.writestr(name, content)
    return archive.getvalue()


_DRAFT = {
    "key": "parking-permit",
    "agency": "municipality",
    "record": {"title": {"el": "Άδεια στάθμευσης"}, "metadata": {}},
}

_PLAYS = (
    _row("plays.list_plays", "procedure: play"),
    _row("plays.begin_play", "procedure: play", body={"procedure": "{key}", "version": 1}),
    _row("plays.begin_draft", "procedure: play", data=_zipped(), media_type="application/zip"),
    _row("plays.show_play", "procedure: play", may_miss=True),
    _row("plays.take_act", "procedure: play", body={"act": {"withdraw": "x"}}, may_miss=True),
    _row("plays.undo_act", "procedure: play", may_miss=True),
    _row("plays.save_scenario", "procedure: play", body={"title": "x"}, may_miss=True),
    _row("plays.end_play", "procedure: play", may_miss=True),
)

_KEEP = "register of people: open"
_SEE = "person: see, invite as a clerk"
_GIVE = "post: give, end"
_HIRED = {"name": "Άννα Γεωργίου", "organisation": "0009", "role": "clerk"}
_PEOPLE = (
    _row("people.list_people", _KEEP, _SEE, query={"organisation": "0009"}),
    _row("people.show_person", _KEEP, _SEE),
    _row("people.give_post", _SEE, _GIVE, body={"organisation": "0009", "role": "manager"}),
    _row("people.end_post", _SEE, body={}),
    _row("people.confirm_post", _SEE),
    _row("people.list_invitations", _KEEP, is_empty=no_items, may_miss=True),
    _row("people.invite_person", _SEE, body=_HIRED),
    _row("people.revoke_invitation", _SEE),
    _row("people.import_posts", _KEEP, data=HEADINGS, media_type="text/csv"),
    _row("people.export_posts", _KEEP),
    _row("people.show_rights", _KEEP, _SEE, query={"organisation": "0009"}),
)
_PAYMENTS = (
    _row("payments.list_payments", "case: read", case_id="paid_case"),
    _row("payments.show_payment", "case: read"),
    _row("payments.take_payment", "payment: take, check", body={"amount": "75.00"}),
    _row("payments.present_paravolo", "payment: take, check", body={"code": "1" * 20}),
    _row("payments.check_payment", "payment: take, check"),
    _row("payments.cancel_receipt", "case: find", "payment: cancel its receipt, refund", body=WHY),
    _row("payments.refund_payment", "case: find", "payment: cancel its receipt, refund", body=WHY),
    _row("payments.report_payments", "payment: read the report", is_empty=no_rows),
    _row("payments.download_report", "payment: read the report", is_empty=one_line),
)
_CERTIFIES = "procedure: certify, return, publish, retire"
_PAIR = {"key": "moved", "from_number": "one", "to_number": "two"}
_MIGRATIONS = (
    _row("migrations.list_plans", "migration: plan, try"),
    _row("migrations.show_plan", "migration: plan, try", **_PAIR),
    _row("migrations.edit_plan", "migration: plan, try", body={}, **_PAIR),
    _row("migrations.decide_plan", "migration: decide", body={"decree": "1/2026"}, **_PAIR),
    _row("migrations.start_run", "migration: run, take back", body={"kind": "move"}, **_PAIR),
    _row("migrations.list_runs", "migration: plan, try", **_PAIR),
    _row("migrations.show_run", "migration: plan, try", key="moved"),
    _row("migrations.list_results", "migration: plan, try", key="moved"),
    _row("migrations.pause_run", "migration: run, take back", key="moved"),
    _row("migrations.continue_run", "migration: run, take back", key="moved"),
    _row("migrations.stop_run", "migration: run, take back", key="moved"),
)
_PROCEDURES = (
    _row("procedures.find_procedures", "procedure: read"),
    _row("procedures.deploy_procedure", "procedure: deploy", data=_zipped(), media_type="application/zip"),
    _row("procedures.show_procedure", "procedure: read"),
    _row("mitos.show_record_of_version", "procedure: read"),
    _row("mitos.show_left_out", "procedure: read"),
    _row("mitos.begin_from_record", "procedure: deploy", body=_DRAFT),
    _row("procedures.tell_papers", "procedure: read", body={}),
    _row("procedures.list_versions", "procedure: read"),
    _row("procedures.show_where_offered", "procedure: read", query={"branch": "0009"}),
    _row("procedures.show_version", "procedure: read"),
    _row("procedures.show_file", "procedure: read"),
    _row("version_life.submit_version", "procedure: submit", key="drafted"),
    _row("version_life.return_version", _CERTIFIES, body=WHY, key="drafted"),
    _row("version_life.certify_version", _CERTIFIES, body=CERTIFICATION, key="drafted"),
    _row("version_life.publish_version", _CERTIFIES, body={}, key="drafted"),
    _row("version_life.retire_version", _CERTIFIES, body=WHY, key="drafted"),
    _row("version_life.show_record", "procedure: read"),
    _row("comparisons.compare_versions", "procedure: read", later="number"),
    _row("version_reviews.show_evidence", "procedure: read", may_miss=True),
    _row("version_reviews.list_comments", "procedure: comment"),
    _row("version_reviews.comment_version", "procedure: comment", body={"text": "?"}),
    _row("version_reviews.answer_comment", "procedure: comment", body={"text": "!"}),
    _row("version_reviews.resolve_comment", "procedure: comment", body={"resolved": True}),
    *_MIGRATIONS,
    _row("decisions.list_decisions", "procedure: read", key="amka"),
    _row("decisions.explain_decision", "procedure: read", body={"inputs": {}}, key="amka"),
)
_CASES = (
    _row("cases.open_case", "case: open", body={**NEW_CASE, "branch": "0009"}),
    _row("cases.find_cases", "case: find", is_empty=no_items),
    _row("cases.show_case", "case: read"),
    _row("cases.read_journal", "case: read"),
    _row("cases.draw_case", "case: read"),
    _row("cases.withdraw_case", "case: change", body=WHY),
    _row("cases.transfer_case", "case: find", "case: repair", body={"branch": "0010", **WHY}),
    _row("cases.suspend_case", "case: change", body=WHY),
    _row("cases.resume_case", "case: change", body=WHY),
    _row("decisions.explain_case_decision", "case: read", case_id="decided_case"),
    _row("casebook.list_notes", "case: read"),
    _row("casebook.add_note", "case: change", body={"text": "Τηλεφώνησε."}),
    _row("casebook.show_next_steps", "case: read"),
    _row("casebook.list_related_cases", "case: read"),
    _row("notices.list_notices", "case: read"),
    _row("documents.list_documents", "case: read"),
    _row("documents.add_document", "case: change", data=PDF),
    _row("documents.show_document", "case: read"),
    _row("documents.read_document", "case: read"),
    _row(
        "messages.deliver_message",
        "message: send to a case",
        body={"name": "payment_received", "correlation_key": "{paying_number}", "data": {}},
        is_empty=not_delivered,
        refuses_with=ALIKE,
    ),
)
_TASKS = (
    _row("tasks.list_tasks", "task: list", is_empty=no_items),
    _row("tasks.show_task", "task: read"),
    _row("tasks.claim_task", "task: work on"),
    _row("tasks.release_task", "task: read", "task: hand out", body={}, task_id="held_task"),
    _row(
        "tasks.assign_task",
        "task: read",
        "task: hand out",
        body={"to": "petros", **WHY},
    ),
    # Whoever does not have it in hand is told so, before it is asked who might take it.
    _row("tasks.save_draft", "task: work on", body={"data": {}}, refuses_with=frozenset({404, 409})),
    _row(
        "tasks.complete_task",
        "task: work on",
        body={"data": PAPERS_COMPLETE},
        refuses_with=frozenset({404, 409}),
    ),
    _row("worklists.count_worklist", "task: list", is_empty=all_zero),
    _row("worklists.feel_pulse", "work: follow its changes"),
    _row("worklists.list_filters", "account, saved filter: keep one's own"),
    _row("worklists.save_filter", "account, saved filter: keep one's own", body={"name": "α", "query": ""}),
    _row("worklists.forget_filter", "account, saved filter: keep one's own", may_miss=True),
    _row(
        "worklists.claim_next",
        "task: work on",
        refuses_with=ALIKE,
    ),
    _row(
        "worklists.assign_tasks",
        "task: hand out",
        body={"tasks": ["{task_id}"], "to": "petros", **WHY},
        is_empty=nothing_done,
    ),
    _row(
        "worklists.release_tasks",
        "task: hand out",
        body={"tasks": ["{held_task}"], **WHY},
        is_empty=nothing_done,
    ),
    _row("staff.show_load", "branch: see its load", query={"branch": "0009"}),
    _row("staff.show_figures", "branch: see its load", query={"branch": "0009"}),
    _row("staff.pause_clerk", "branch: pause people", body=WHY),
    _row("staff.end_pause", "branch: pause people", may_miss=True),
    _row(
        "staff.reassign_work",
        "branch: pause people",
        body={"to": "nikos", **WHY},
    ),
)
_REQUESTS = (
    _row("service-tasks.list_service_tasks", "service task: list", is_empty=no_items),
    _row("service-tasks.show_service_task", "service task: read, answer"),
    _row(
        "service-tasks.lease_service_tasks",
        "service task: lease",
        body={"topics": ["municipality.residence"], "max": 1, "lock_seconds": 60, "worker": "w"},
    ),
    _row("service-tasks.answer_service_task", "service task: read, answer", body={"data": CONFIRMED}),
    _row(
        "service-tasks.fail_service_task",
        "service task: read, answer",
        body={"code": "NOT_RESIDENT", "message": "Δεν βρέθηκε."},
    ),
    _row(
        "service-tasks.extend_lease", "service task: read, answer", body={"worker": "w", "lock_seconds": 60}
    ),
    _row("signatures.show_signature", "signature: take, send link", service_task_id="asked_signature"),
    _row(
        "signatures.take_signature",
        "signature: take, send link",
        body={"identity": "passport", "signed": True},
        service_task_id="asked_signature",
    ),
    _row("signatures.send_signing_link", "signature: take, send link", service_task_id="asked_signature"),
    _row("signatures.revoke_signing_link", "signature: take, send link", service_task_id="asked_signature"),
    _row("service-tasks.ask_supplement", "service task: ask for supplement", body={"wanted": "Λογαριασμό."}),
    _row("service-tasks.bring_supplement", "case: change", body={"data": {}}),
    _row("documents.list_documents_of_request", "paper: read one that the request names"),
    _row("documents.add_document_to_request", "service task: read, answer", data=PDF),
    _row("documents.read_document_of_request", "paper: read one that the request names"),
    _row(
        "documents.read_document_of_request",
        "paper: read one that came later",
        document_id="late_document",
    ),
    _row(
        "documents.list_documents_of_request",
        "paper: read once the request is closed",
        service_task_id="closed_request",
    ),
    _row("agencies.list_paused_agencies", "paused agency: list", is_empty=no_items, may_miss=True),
    _row("agencies.switch_agency_on", "agency: connect", body={}, may_miss=True),
    _row("agencies.list_switches", "installation: read switches"),
    _row("organisations.list_organisations", "organisation: list", is_empty=no_items),
    _row("organisations.read_organisation", "organisation: read its history, change", code="annex"),
    _row("organisations.show_tree", "organisation: list", is_empty=no_items),
    _row(
        "organisations.enter_organisation",
        "organisation: enter",
        body={"kind": "annex", "code": "0019", "from": "2027-01-01", "particulars": {"name": "α"}, **WHY},
        refuses_with=ALIKE,
        asked_by=tuple(column for column in CALLERS if column != Role.ADMINISTRATOR),
    ),
    _row(
        "organisations.compare_days",
        "organisation: read its history, change",
        query={"before": "2026-01-01", "after": "2026-03-09"},
        code="annex",
    ),
    _row(
        "organisations.change_organisation",
        "organisation: read its history, change",
        body={"from": "2027-01-01", "changes": {"phone": "210 1234567"}, "seen": 1, **WHY},
        code="annex",
    ),
    _row(
        "organisations.withdraw_change",
        "organisation: read its history, change",
        body={"seen": 2, **WHY},
        code="planned_annex",
        version_id="planned_change",
    ),
    _row(
        "organisations.close_organisation",
        "organisation: move, close",
        body={"from": "2027-01-01", "successor": "0011", "seen": 2, **WHY},
        code="planned_annex",
    ),
)
_INCIDENTS = (
    _row("incidents.list_incidents", "incident: list", is_empty=no_items),
    _row("incidents.retry_incident", "case: repair"),
    _row("incidents.show_variables", "case: repair", case_id="stuck_case"),
    _row(
        "incidents.correct_variable",
        "case: repair",
        body={"path": "area", "value": 3, **WHY},
        case_id="stuck_case",
    ),
    _row(
        "incidents.move_token",
        "case: repair",
        body={"from": "size", "to": "inspect", **WHY},
        case_id="stuck_case",
    ),
)
_CALLS = (
    _row("callers.search_tracking", "call: find case, ask caller", query={"q": "dimitriou"}),
    _row("callers.ask_caller", "call: find case, ask caller"),
    _row(
        "callers.identify_caller",
        "call: find case, ask caller",
        body={"answers": {"afm": "094014201", "patronymic": "Γεώργιος"}},
    ),
    _row("callers.show_callers_case", "call: tell how case stands", case_id="called_case"),
    _row("callers.end_call", "call: find case, ask caller"),
)

_TERMS = (
    _row("silent-approval.show_silent_approval", "case: read", "case: change"),
    _row("actions.list_actions", "case: read"),
    _row("actions.take_action", "action of a case: be offered, take", body={}, case_id="acting_case"),
    _row("terms.show_terms", "case: read"),
    _row("terms.extend_term", "case: change", body={"by": 1, "law": "ν. 1/2026", **WHY}),
    _row("terms.correct_term", "case: find", "case: repair", body={"day": "2026-03-09", **WHY}),
    _row("terms.preview_correction", "case: read", "case: repair", query={"day": "2026-03-09"}),
)
_ACCESS = (
    _row("access.list_access_records", "record of access: read"),
    _row("access.list_access_concerns", "record of access: read"),
    _row("access.open_exceptionally", "case: read for a reason", body={"case": "{paying_number}", **WHY}),
    _row("access.review_concern", "record of access: review a concern", body={"note": "Εντάξει."}),
)

_KEEPS = "appointment: see, book, move, cancel"
_PLANS = "appointment: plan when they are taken"
_TIME = {"starts_at": "2026-03-10T07:00:00Z"}
_APPOINTMENTS = (
    _row("appointments.list_free_times", _KEEPS, query={"service": "id-photo"}, refuses_with=ALIKE),
    _row(
        "appointments.list_appointments",
        _KEEPS,
        query={"day": "2026-03-10"},
        is_empty=no_items,
        refuses_with=ALIKE,
    ),
    _row(
        "appointments.book_appointment",
        _KEEPS,
        body={"service": "id-photo", "name": "Α", "phone": "6912345679", **_TIME},
        refuses_with=ALIKE,
    ),
    _row("appointments.book_requested", "case: change", body={"request_id": "{request_id}", **_TIME}),
    _row("appointments.show_appointment", _KEEPS),
    _row("appointments.move_appointment", _KEEPS, body=_TIME),
    _row("appointments.cancel_appointment", _KEEPS),
    _row("appointments.arrive_at_branch", _KEEPS),
    _row("appointments.end_appointment", _KEEPS),
    _row("queues.show_schedule", _PLANS),
    _row("queues.plan_service", _PLANS, body={"key": "x", "name": "x", "minutes": 5}),
    _row("queues.plan_resource", _PLANS, body={"name": "x"}),
    _row(
        "queues.open_windows",
        _PLANS,
        body={
            "resource_id": "{counter}",
            "weekdays": [6],
            "opens": "08:00:00",
            "closes": "09:00:00",
            "first_day": "2026-03-01",
        },
        may_miss=True,
    ),
    _row("queues.close_window", _PLANS, may_miss=True),
    _row("queues.make_link", _PLANS),
    _row("queues.take_ticket", _KEEPS, body={"service_id": "{service}"}),
    _row("queues.call_next", _KEEPS, body={"resource_id": "{counter}"}),
    _row("queues.end_ticket", _KEEPS),
)

_WRITE = "text: write, push, retire"
_TEXT = {"title_el": "α", "title_en": "a", "text_el": "β", "text_en": "b", "organisations": ["0009"]}
_CONTENTS = (
    _row("contents.list_contents", _WRITE, is_empty=no_items),
    _row(
        "contents.write_content",
        _WRITE,
        body={**_TEXT, "kind": "article", "key": "new"},
        refuses_with=REFUSED_ELSEWHERE,
    ),
    _row("contents.show_content", _WRITE),
    _row("contents.rewrite_content", _WRITE, body=_TEXT),
    _row("contents.go_on_with_content", _WRITE, act="submit_act"),
    _row("contents.take_content_back", _WRITE, act="retire_act", body=WHY),
    _row("contents.list_readers", _WRITE),
    _row("contents.list_news", "text: read"),
    _row("contents.confirm_reading", "text: read"),
    _row("contents.list_beside", "procedure: read", query={"place": "intake"}),
    _row("supervision.show_branches", "branch: see how it does", query={"organisation": "0009"}),
    _row(
        "supervision.list_cases",
        "branch: see how it does",
        query={"organisation": "0009", "figure": "opened"},
    ),
)
_PUSH = "people: push from a directory"
_USER = {"schemas": [USER], "userName": "petros", "displayName": "Πέτρος"}
_GROUP = {"schemas": [GROUP], "members": []}
_PATCH = {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "active", "value": True}]}
_PATCH_GROUP = {"schemas": [PATCH], "Operations": [{"op": "remove", "path": "members", "value": []}]}
_SCIM = (
    _row("scim.list_users", _PUSH),
    _row("scim.add_user", _PUSH, body=_USER),
    _row("scim.show_user", _PUSH),
    _row("scim.replace_user", _PUSH, body=_USER),
    _row("scim.change_user", _PUSH, body=_PATCH),
    _row("scim.remove_user", _PUSH),
    _row("scim.list_groups", _PUSH),
    _row("scim.show_group", _PUSH),
    _row("scim.replace_group", _PUSH, body=_GROUP),
    _row("scim.change_group", _PUSH, body=_PATCH_GROUP),
)
_WORDS = {"name": "Κατοικία", "name_en": "Residence"}
_TOPICS = (
    _row("topics.list_topics", "topic: read"),
    _row("topics.list_held_topics", "topic: read"),
    _row("topics.show_topic", "topic: read"),
    _row("topics.register_topic", "topic: register, revise", body={"topic": "registry.new", **_WORDS}),
    _row("topics.revise_topic", "topic: register, revise", body={"seen": 1, **_WORDS}),
    _row("topics.check_topics", "topic: read"),
)

_AGENCIES = (
    _row(
        "agencies.list_agencies",
        "agency: connect",
        is_empty=no_items,
        refuses_with=frozenset({403}),
        may_miss=True,
    ),
    _row("agencies.show_agency", "agency: connect", may_miss=True),
    _row("agencies.enter_agency", "agency: enter, assign topics", body={"key": "fire-brigade", **_WORDS}),
    _row("agencies.serve_topics", "agency: enter, assign topics", body={"topics": []}),
    _row("agencies.change_endpoint", "agency: connect", body={"endpoint": None}, may_miss=True),
    _row("agencies.add_key", "agency: connect", may_miss=True),
    _row("agencies.end_key", "agency: connect", body={"fingerprint": "0" * 12}, may_miss=True),
    _row("agencies.ping_agency", "agency: connect", may_miss=True),
    _row("agencies.pause_agency", "agency: connect", body=WHY, may_miss=True),
)
_SETTINGS = (
    _row("settings.list_settings", "setting: read"),
    _row("settings.propose_setting", "setting: decide", body={"value": "30", **WHY}, key="setting_key"),
    _row("settings.approve_setting", "setting: decide"),
    _row("settings.withdraw_setting", "setting: decide"),
)

ROWS = (
    *_CONTENTS,
    *_PROCEDURES,
    *_CASES,
    *_TASKS,
    *_REQUESTS,
    *_TOPICS,
    *_AGENCIES,
    *_SETTINGS,
    *_PAYMENTS,
    *_PLAYS,
    *_APPOINTMENTS,
    *_INCIDENTS,
    *_CALLS,
    *_TERMS,
    *_ACCESS,
    *_PEOPLE,
    *_SCIM,
)

PUBLIC = frozenset(
    {
        "openapi",
        "catalogue.describe_services",
        "catalogue.describe_service",
        "mitos.show_record_of_service",
        "tracking.track_case",
        "tracking.list_readers_of_case",
        "tracking.supply_case",
        "tracking.send_message_to_case",
        "actions.list_citizens_actions",
        "silent-approval.show_citizens_silent_approval",
        "actions.take_citizens_action",
        "appointments.show_own_times",
        "appointments.book_own_appointment",
        "appointments.move_own_appointment",
        "appointments.cancel_own_appointment",
        "queues.show_screen",
        "webhooks.take_message",
        "scim.show_config",
        "scim.list_resource_types",
        "scim.list_schemas",
        "scim.add_group",
        "scim.remove_group",
        "docs.index",
        "docs.reference",
        "docs.problems",
        "docs.problem",
        "docs.style",
        "health.alive",
        "health.ready",
        "health.metrics",
    }
)
"""What needs no token: for whoever holds a receipt or a secret, or for everybody."""
