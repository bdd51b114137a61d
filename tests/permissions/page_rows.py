"""The pages, each with the right that it needs; they are for people, and an agency has none."""

from collections.abc import Mapping
from typing import Any

from engine.kernel.actor import Role
from engine.kernel.permission_examples import AGENCY, COLUMNS
from tests.permissions.rows import ALIKE, Row

PEOPLE = tuple(column for column in COLUMNS if column != AGENCY)
READS = "organisation: read its history, change"
OWN = "account, saved filter: keep one's own"
FEW = (Role.CLERK.value, Role.OFFICER.value)
"""Who asks where a password is checked: that takes long, and their own account is the same for everybody."""
WHY = {"reason": "Το ζήτησε ο πολίτης."}
CAUSE = {"version": "{version}", "code": "{code}", "element": "{element}"}


def _row(
    endpoint: str,
    *rights: str,
    form: Mapping[str, Any] | None = None,
    body: Any = None,
    query: Mapping[str, str] | None = None,
    own: bool = False,
    may_miss: bool = False,
    offered: tuple[Role, ...] | None = None,
    asked_by: tuple[str, ...] = PEOPLE,
    **ids: str,
) -> Row:
    options: dict[str, Any] = {"json": body} if body is not None else {"data": dict(form or {})}
    return Row(
        endpoint=endpoint,
        rights=rights,
        ids=ids,
        query=query or {},
        options=options,
        # A page is not even opened in a role that has no use for it.
        refuses_with=ALIKE,
        own=own,
        may_miss=may_miss,
        offered=offered,
        asked_by=asked_by,
    )


_ORGANISATIONS = (
    _row("organisations_desk.list_organisations", "organisation: list"),
    *(
        _row(f"organisations_desk.{name}", "organisation: list", READS, code="annex")
        for name in ("show", "form", "closing_form")
    ),
    _row("organisations_tree.show", "organisation: list"),
    *(
        _row(
            f"organisations_tree.{name}",
            "organisation: list",
            "organisation: enter",
            asked_by=tuple(column for column in PEOPLE if column != Role.ADMINISTRATOR),
            form={
                "kind": "annex",
                "code": "0019",
                "name": "α",
                "parent": "0009",
                "from": "2027-01-01",
                **WHY,
            },
        )
        for name in ("ask_new", "enter")
    ),
    _row("organisations_tree.ask_move", "organisation: list", READS, code="annex"),
    _row(
        "organisations_tree.move",
        "organisation: list",
        "organisation: move, close",
        form={"from": "2027-01-01", "seen": "2", "parent": "0011", **WHY},
        code="planned_annex",
    ),
    _row("organisations_desk.change", "organisation: list", READS, code="annex"),
    _row(
        "organisations_desk.withdraw",
        "organisation: list",
        READS,
        form={"seen": "2", **WHY},
        code="planned_annex",
        version_id="planned_change",
    ),
    _row(
        "organisations_desk.close",
        "organisation: list",
        "organisation: move, close",
        form={"from": "2027-01-01", "seen": "2", "successor": "0011", **WHY},
        code="planned_annex",
    ),
)
_APPLICATIONS = (
    _row("applications.show_list", "application: list, file", own=True),
    _row("applications.show_form", "application: list, file", own=True, may_miss=True),
    _row("applications.apply", "application: list, file", own=True, may_miss=True),
    _row("applications.show", "application: follow", may_miss=True),
)
_WORKLIST = (
    _row("worklist.show", "task: list", own=True),
    _row("worklist.claim", "task: work on", form={"claim": "{task_id}"}),
    _row("worklist.claim_next", "task: work on", own=True),
    _row("worklist.change_many", "task: work on", own=True),
    _row("worklist.save_search", "task: list", OWN, form={"name": "α", "query": ""}, own=True),
    _row("worklist.forget_search", "task: list", OWN, own=True, may_miss=True),
    _row("worklist.changes", "work: follow its changes", own=True),
    _row("desk_tasks.show", "task: read"),
    _row("desk_tasks.claim", "task: work on"),
    _row("desk_tasks.release", "task: work on", form=WHY),
    _row("desk_tasks.save_draft", "task: work on", body={"data": {}}),
    _row("desk_tasks.complete", "task: work on", form={"data": "{}"}),
    _row("branch.show", "branch: pause people", own=True),
    _row("branch.reassign", "branch: pause people", form={"to": "nikos", **WHY}),
    _row("branch.pause", "branch: pause people", form=WHY),
    _row("branch.end_pause", "branch: pause people", may_miss=True),
    _row("branch.unlock", "branch: pause people", "task: hand out"),
)
_TOPIC = {"name": "Κατοικία", "name_en": "Residence"}
_TOPICS = (
    _row("admin_topics.show_list", "topic: read"),
    _row("admin_topics.show", "topic: read"),
    _row("admin_topics.ask_new", "topic: register, revise"),
    _row("admin_topics.register", "topic: register, revise", form={"topic": "registry.another", **_TOPIC}),
    _row("admin_topics.revise", "topic: register, revise", form={"seen": "1", **_TOPIC}),
)
_PAIR = {"key": "moved", "from_number": "one", "to_number": "two"}
_PLANS, _MOVES = "migration: plan, try", "migration: run, take back"
_MIGRATIONS = (
    _row("migrations_room.show_list", _PLANS),
    _row("migrations_room.show_procedure", _PLANS, key="moved"),
    _row("migrations_room.show", _PLANS, **_PAIR),
    _row("migrations_room.edit", _PLANS, form={"act": "proposed"}, **_PAIR),
    _row("migrations_room.decide", "migration: decide", form={"decree": "1/2026"}, **_PAIR),
    _row("migration_runs.try_out", _PLANS, **_PAIR),
    _row("migration_runs.confirm_start", _MOVES, kind="moving", **_PAIR),
    _row("migration_runs.start", _MOVES, kind="moving", **_PAIR),
    _row("migration_runs.show", _PLANS, key="moved"),
    _row("migration_runs.confirm", _MOVES, key="moved", act="steering"),
    _row("migration_runs.put", _MOVES, key="moved", act="steering"),
)
_DECISIONS = (
    *(
        _row(
            f"decision_tables.{name}",
            "procedure: read",
            key="amka",
            offered=(Role.ANALYST, Role.CERTIFIER, Role.OPERATOR, Role.SUPERVISOR, Role.AUDITOR),
        )
        for name in ("show_list", "show_version", "show")
    ),
    _row("heat.show", "procedure: see where cases wait", key="amka"),
    _row("decision_replays.show", "procedure: replay decisions", key="amka"),
)
_AGENCIES = (
    _row("admin_agencies.show_list", "agency: connect", own=True),
    _row("admin_agencies.show", "agency: connect", may_miss=True),
    _row("admin_agencies.ask_new", "agency: enter, assign topics"),
    _row("admin_agencies.enter", "agency: enter, assign topics", form={"key": "police", **_TOPIC}),
    _row("admin_agencies.serve_topics", "agency: enter, assign topics", form={"topics": ""}),
    _row(
        "admin_agencies.change_endpoint",
        "agency: connect",
        form={"endpoint": ""},
        key="agency",
        may_miss=True,
    ),
    _row("admin_agencies.add_key", "agency: connect", may_miss=True),
    _row("admin_agencies.end_key", "agency: connect", may_miss=True),
    _row("admin_agencies.ping", "agency: connect", may_miss=True),
    _row("admin_agencies.pause", "agency: connect", form=WHY, may_miss=True),
    _row("admin_agencies.switch_on", "agency: connect", may_miss=True),
)
_DRAW = "procedure: draw"
_DRAFT = {"asked_by": (Role.CLERK.value, Role.ANALYST.value, Role.CERTIFIER.value), "own": True}
_STUDIO = (
    _row("studio.show_list", _DRAW, **_DRAFT),
    _row("studio.show_versions", _DRAW, **_DRAFT),
    _row("studio.begin", _DRAW, form={"key": "{key}", "number": "1"}, **_DRAFT),
    *(
        _row(f"studio_new.{name}", _DRAW, **_DRAFT)
        for name in ("ask", "begin_small", "begin_from_model", "begin_from_record")
    ),
    *(
        _row(f"studio_room.{name}", _DRAW, **_DRAFT)
        for name in ("show", "show_file", "show_aside", "restore")
    ),
    _row("studio_room.keep", _DRAW, body={"content": "a", "revision": 1}, **_DRAFT),
    _row("studio_room.find", _DRAW, body={}, **_DRAFT),
    _row("studio_room.tell_presence", _DRAW, body={}, **_DRAFT),
    _row("studio_room.add", _DRAW, form={"name": "notes.md"}, **_DRAFT),
    _row("studio_room.remove", _DRAW, form={"name": "forms/intake.form"}, **_DRAFT),
    _row("studio_room.submit", _DRAW, "procedure: submit", form={"revision": "1"}, **_DRAFT),
    _row("studio_scenarios.show", _DRAW, **_DRAFT),
    _row("studio_changes.show", _DRAW, **_DRAFT),
    *(
        _row(f"studio_plays.{name}", _DRAW, "procedure: play", may_miss=True, **_DRAFT)
        for name in ("show_list", "begin", "show", "act", "undo", "save", "end")
    ),
)
_SETTINGS = (
    _row("admin_settings.show", "setting: read"),
    _row("admin_settings.propose", "setting: decide", form={"value": "30", **WHY}, key="setting_key"),
    _row("admin_settings.approve", "setting: decide"),
    _row("admin_settings.withdraw", "setting: decide"),
)
_CASES = (
    _row("case_file.show", "case: read"),
    _row(
        "case_file.transfer",
        "case: find",
        "case: repair",
        form={"to": "0010", **WHY},
        offered=(Role.MANAGER,),
    ),
    _row("case_file.change", "case: change", form=WHY),
    _row("case_file.assign", "task: read", "task: hand out", form={"to": "petros", **WHY}),
    _row("case_file.retry", "case: repair", offered=(Role.MANAGER,)),
    _row("case_file.write_note", "case: change", form={"text": "Τηλεφώνησε."}),
    _row("receipts.show", "case: read receipt"),
    _row("receipts.download", "case: read receipt"),
    _row("desk_documents.list_documents", "case: read"),
    _row("desk_documents.add", "case: change"),
    _row("desk_documents.download", "case: read"),
    _row("desk_documents.preview", "case: read"),
    _row("diagram.show", "case: read"),
    _row("diagram.explain", "case: read", case_id="decided_case"),
    _row("open_case.choose", "case: open", own=True),
    _row("open_case.show_form", "case: open", own=True),
    _row("open_case.file_case", "case: open", own=True),
    _row("open_case.show_earlier_applicant", "case: open", own=True),
    _row("open_case.take_over", "case: open", own=True),
    _row("open_case.change_parties", "case: open", own=True, form={"data": "{}"}),
    _row("open_case.show_papers", "case: open", own=True),
    _row("open_case.list_missing_papers", "case: open", own=True),
)
_INCIDENTS = (
    _row("desk_incidents.show", "incident: list", own=True),
    _row(
        "desk_incidents.show_cause",
        "incident: list",
        query=CAUSE,
        own=True,
    ),
    _row("desk_incidents.retry", "incident: list", form=CAUSE, own=True),
    _row("desk_incidents.send_again", "installation: run"),
    _row("desk_incidents.switch_on", "installation: run"),
    _row("repairs.show", "case: repair"),
    _row("repairs.retry", "case: repair"),
    _row("corrections.show", "case: repair"),
    _row("corrections.correct", "case: repair", form={"path": "area", "value": "3", **WHY}),
    _row("moves.show", "case: repair"),
    _row("moves.move", "case: repair", form={"target": "measure", **WHY}),
)
_REQUESTS = (
    _row("agency.show", "service task: list", own=True, offered=(Role.OFFICER,)),
    _row("agency.show_request", "service task: read, answer"),
    _row("agency.answer", "service task: read, answer", form={"data": "{}"}),
    _row("agency.refuse", "service task: read, answer"),
    _row("agency.ask_supplement", "service task: ask for supplement", form={"wanted": "Λογαριασμό."}),
    _row("desk_signatures.show", "signature: take, send link", service_task_id="asked_signature"),
    _row("desk_signatures.letter", "signature: take, send link", service_task_id="asked_signature"),
    _row(
        "desk_signatures.take",
        "signature: take, send link",
        form={"decision": "sign", "identity": "passport", "data": "{}"},
        service_task_id="asked_signature",
    ),
    _row("desk_signatures.send", "signature: take, send link", service_task_id="asked_signature"),
    _row("desk_signatures.revoke", "signature: take, send link", service_task_id="asked_signature"),
    _row("agency.bring_supplement", "case: change", form={"note": "Ήρθε."}),
    _row("request_documents.list_of_request", "paper: read one that the request names"),
    _row("request_documents.add_to_request", "service task: read, answer"),
    _row("request_documents.download_of_request", "paper: read one that the request names"),
    _row("request_documents.preview_of_request", "paper: read one that the request names"),
    _row(
        "request_documents.download_of_request",
        "paper: read one that came later",
        document_id="late_document",
    ),
    _row(
        "request_documents.list_of_request",
        "paper: read once the request is closed",
        service_task_id="closed_request",
    ),
)
_CALLS = (
    _row("calls.find", "call: find case, ask caller", query={"q": "dimitriou"}),
    _row("calls.ask", "call: find case, ask caller"),
    _row("calls.identify", "call: find case, ask caller"),
    _row("calls.show_status", "call: tell how case stands", case_id="called_case"),
    _row("calls.end", "call: find case, ask caller"),
)
_ACCOUNT = (
    _row("own_account.show", OWN, own=True),
    _row("own_account.change_password", OWN, own=True, asked_by=FEW),
    _row("own_account.show_need", OWN, own=True),
    _row("own_account.enrol", OWN, own=True),
    _row("own_account.show_enrolment", OWN, own=True),
    _row("own_account.confirm_second_factor", OWN, own=True),
    _row("own_account.end_second_factor", OWN, own=True, asked_by=FEW),
    _row("own_account.end_other_sessions", OWN, own=True),
    _row("passkeys.show_form", OWN, own=True),
    _row("passkeys.begin", OWN, own=True, asked_by=FEW),
    _row("passkeys.add", OWN, own=True, asked_by=FEW),
    _row("passkeys.show_removal", OWN, own=True, may_miss=True, passkey_id="document_id"),
    _row("passkeys.remove", OWN, own=True, may_miss=True, asked_by=FEW, passkey_id="document_id"),
)

_TERMS = (
    _row("calendar.show", "work: follow its changes", own=True, offered=(Role.CLERK, Role.MANAGER)),
    _row(
        "calendar.close",
        "branch: close on a day",
        own=True,
        offered=(Role.MANAGER,),
        form={"first": "2027-04-09", **WHY},
    ),
    _row("silent_approval.show", "case: change"),
    _row("desk_actions.show", "case: change", case_id="acting_case"),
    _row(
        "desk_actions.take",
        "action of a case: be offered, take",
        offered=(Role.CLERK, Role.MANAGER),
        case_id="acting_case",
    ),
    _row("case_terms.show", "case: read"),
    _row("case_terms.extend", "case: change", form={"by": "1", "law": "ν. 1/2026", **WHY}),
    _row(
        "case_terms.correct",
        "case: find",
        "case: repair",
        form={"day": "2026-03-09", **WHY},
        offered=(Role.MANAGER,),
    ),
)
_PAYMENTS = (
    _row("payments_desk.show", "case: read"),
    _row(
        "payments_desk.find", "case: read", service_task_id="payment_task", offered=(Role.CLERK, Role.MANAGER)
    ),
    _row("payments_desk.show_receipt", "case: read"),
    _row(
        "payments_desk.go_on",
        "payment: take, check",
        form={"amount": "75.00", "code": "1" * 20},
        act="take_act",
        offered=(Role.CLERK, Role.MANAGER),
    ),
    _row(
        "payments_desk.take_back",
        "case: find",
        "payment: cancel its receipt, refund",
        form=WHY,
        act="cancel_act",
        offered=(Role.MANAGER,),
    ),
    _row("payments_desk.report", "payment: read the report", own=True),
    _row("payments_desk.download", "payment: read the report", own=True),
)
_KEEPS = "appointment: see, book, move, cancel"
_PLANS = "appointment: plan when they are taken"
_TIME = {"starts_at": "2026-03-10T07:00:00+00:00"}
_APPOINTMENTS = (
    _row("desk_appointments.show", _KEEPS, own=True),
    _row("desk_appointments.call", _KEEPS, form={"counter": "{counter}"}),
    _row("desk_appointments.give_number", _KEEPS, form={"service": "{service}"}),
    _row("desk_appointments.end_ticket", _KEEPS),
    _row("desk_appointments.show_booking", _KEEPS, own=True),
    _row(
        "desk_appointments.book",
        _KEEPS,
        form={"service": "id-photo", "name": "Α", "phone": "6912345679", **_TIME},
        own=True,
    ),
    _row("desk_appointments.show_request", "case: change"),
    _row("desk_appointments.book_request", "case: change", form=_TIME),
    _row("desk_appointments.show_one", _KEEPS),
    _row("desk_appointments.download", _KEEPS),
    _row("desk_appointments.move", _KEEPS, form=_TIME),
    _row("desk_appointments.change", _KEEPS),
    _row("appointment_plan.show", _PLANS, own=True),
    _row("appointment_plan.plan_service", _PLANS, form={"key": "x", "name": "x"}, own=True),
    _row("appointment_plan.plan_resource", _PLANS, form={"name": "x"}, own=True),
    _row("appointment_plan.open_windows", _PLANS, own=True),
    _row("appointment_plan.close_window", _PLANS, own=True, may_miss=True),
    _row("appointment_plan.make_link", _PLANS, own=True),
)
_ACCESS = (
    _row("desk_access.show", "record of access: read"),
    _row("desk_access.review", "record of access: review a concern", form={"note": "Εντάξει."}),
    _row("desk_access.ask_reason", "case: read for a reason"),
    _row("desk_access.give_reason", "case: read for a reason", form={"number": "{paying_number}", **WHY}),
)

_WRITE = "text: write, push, retire"
_WRITERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
_CONTENT = (
    _row("news.show", "text: read", own=True),
    _row("news.read", "text: read", own=True),
    _row("news.confirm", "text: read", own=True),
    _row("admin_content.show", _WRITE, own=True, offered=_WRITERS),
    _row("admin_content.begin", _WRITE, own=True, offered=_WRITERS),
    _row("admin_content.write", _WRITE, own=True, offered=_WRITERS),
    _row("admin_content.show_one", _WRITE),
    _row("admin_content.edit", _WRITE),
    _row("admin_content.rewrite", _WRITE),
    _row("admin_content.go_on", _WRITE, act="retire_act", form=WHY),
    _row("admin_content.show_readers", _WRITE),
    _row("room.show", "branch: see how it does", own=True, offered=_WRITERS),
    _row("room.show_branch", "branch: see how it does", code="branch_code"),
    _row("room.list_cases", "branch: see how it does", query={"organisation": "0009"}),
)
_KEEP = "register of people: open"
_SEE = "person: see, invite as a clerk"
_STAFF = (
    _row("staff_register.show", _KEEP, own=True),
    _row("staff_register.show_person", _KEEP, _SEE),
    _row(
        "staff_register.give",
        _KEEP,
        _SEE,
        form={"organisation": "0009", "role": "clerk"},
    ),
    _row("staff_register.end", _KEEP, _SEE),
    _row("staff_register.confirm", _KEEP, _SEE),
    _row("staff_register.plan_absence", "branch: pause people", _SEE, form=WHY, offered=(Role.MANAGER,)),
    _row("staff_register.show_rights", _KEEP, _SEE, query={"organisation": "0009"}),
    _row("staff_joining.show_form", _KEEP, own=True),
    _row(
        "staff_joining.invite",
        _KEEP,
        form={"name": "Άννα Γεωργίου", "organisation": "0009", "role": "clerk"},
        own=True,
    ),
    _row("staff_joining.revoke", _KEEP, _SEE),
    _row("staff_joining.show_import", _KEEP, own=True),
    _row("staff_joining.import_file", _KEEP, own=True),
    _row("staff_joining.export", _KEEP, own=True),
)

_CERTIFYING = (
    _row("certifying.list_versions", "procedure: comment"),
    _row("certifying.show", "procedure: comment", key="drafted", number="draft_number"),
    _row("certifying_print.download", "procedure: comment", key="drafted", number="draft_number"),
    *(
        _row(
            f"certifying_acts.{name}",
            "procedure: comment",
            form={"text": "Γιατί;", "resolved": "yes"},
            key="drafted",
            number="draft_number",
        )
        for name in ("ask", "answer", "resolve")
    ),
    *(
        _row(
            f"certifying_acts.{name}",
            "procedure: certify, return, publish, retire",
            form=WHY,
            key="drafted",
            number="draft_number",
        )
        for name in ("ask_for_passkey", "certify", "give_back", "publish", "retire")
    ),
)

ROWS = (
    *_CERTIFYING,
    *_ORGANISATIONS,
    *_APPLICATIONS,
    *_CONTENT,
    *_TOPICS,
    *_DECISIONS,
    *_MIGRATIONS,
    *_AGENCIES,
    *_SETTINGS,
    *_STUDIO,
    *_WORKLIST,
    *_CASES,
    *_INCIDENTS,
    *_REQUESTS,
    *_CALLS,
    *_ACCOUNT,
    *_TERMS,
    *_PAYMENTS,
    *_APPOINTMENTS,
    *_ACCESS,
    *_STAFF,
)

PUBLIC = frozenset(
    {
        "bundles.serve",
        "invitation.show",
        "invitation.accept",
        "track.show_readers",
        "front.show_front_page",
        "home",
        "sign_in.sign_in",
        "sign_in.dialog",
        "sign_in.submit_password",
        "sign_in.ask_code",
        "sign_in.submit_code",
        "sign_in.ask_passkey",
        "sign_in.submit_passkey",
        "sign_in.workplaces",
        "sign_in.choose_workplace",
        "sign_in.sign_out",
        "provider.go_to_provider",
        "provider.return_from_provider",
        "provider_notice.signed_out_at_provider",
        "track.track",
        "track.find",
        "track.show",
        "track.send",
        "track.sent",
        "track.finish",
        "citizens_actions.show",
        "citizens_actions.take",
        "silent_approval.show_citizens",
        "own_appointments.show_times",
        "own_appointments.book",
        "own_appointments.show",
        "own_appointments.download",
        "own_appointments.move",
        "own_appointments.cancel",
        "screen.show",
        "screen.show_kiosk",
        "screen.take_number",
        "screen.ask_code",
        "screen.show_own",
        "screen.move_own",
        "screen.cancel_own",
        "screen.download_own",
        "sign.ask",
        "sign.open_link",
        "sign.show",
        "sign.decide",
        "sign.finish",
    }
)
"""What is there for everybody: the ways in, the tracking of a case for whoever holds its receipt.

Also the appointment of whoever has its code, and what hangs on the wall for whoever has the link.
"""
