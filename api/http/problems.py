"""Problems: every refusal of the API as RFC 9457 problem details, from one table of codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from flask import Response, request
from werkzeug.exceptions import HTTPException

from engine.kernel import refusal
from engine.people.attempts import TooManyAttempts

MEDIA_TYPE = "application/problem+json"
TRY_AGAIN_SECONDS = 5
"""What Retry-After says when the engine is unavailable."""

FieldErrors = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its HTTP status, a title, and what a caller does about it."""

    status: int
    title: str
    remedy: str


KINDS: Mapping[str, Kind] = {
    "bad_request": Kind(400, "The request cannot be read", "Correct the request; the detail says where."),
    "malformed_json": Kind(
        400, "The body is not the JSON that is expected", "Send I-JSON (RFC 7493): UTF-8, each name once."
    ),
    "unauthenticated": Kind(401, "Nobody is signed in", "Send `Authorization: Bearer` with a valid token."),
    "signature_refused": Kind(
        401, "The signature proves nothing", "Sign with the agency's secret, and check the clock."
    ),
    "not_permitted": Kind(403, "Not permitted", "Ask somebody who has the role that the detail names."),
    "scope_missing": Kind(403, "The token was not made for this", "Use a token that has the scope."),
    "second_factor_needed": Kind(
        403, "A second factor is needed first", "Set it up on the page of your account; your role needs one."
    ),
    "form_token_refused": Kind(
        403, "The request does not come from a page of ours", "Load the page again and send X-CSRF-Token."
    ),
    "provider_refused": Kind(403, "The identity provider let nobody in", "Sign in there first."),
    "not_the_answer": Kind(
        403, "What came back is not the identity provider's answer", "Begin to sign in once more."
    ),
    "reason_needed": Kind(
        403,
        "Your work does not need this case",
        "Give a reason: POST /access/exceptions opens it for a while.",
    ),
    "four_eyes": Kind(403, "Four eyes are needed", "Have somebody else do it."),
    "own_post": Kind(403, "It is a post of your own", "Have somebody else give it or end it."),
    "own_receipt": Kind(403, "You took this money yourself", "Have somebody else cancel the receipt."),
    "caller_not_recognised": Kind(
        403, "No caller was recognised in this call", "Ask the caller, and send what they say."
    ),
    "stranger": Kind(403, "Nobody here is known by that sign-in", "Ask the operator to set up your user."),
    "user_inactive": Kind(403, "This user may not sign in any more", "Ask the operator."),
    "message_not_permitted": Kind(
        403,
        "No diagram lets you send this message",
        "Ask whoever is responsible for the procedure: `stoa:message-from` says who may.",
    ),
    "not_found": Kind(404, "Not found", "Check the address. What you may not see is not found either."),
    "method_not_allowed": Kind(405, "This address does not take that method", "See the header Allow."),
    "request_too_slow": Kind(
        408,
        "The request did not come in time",
        "Send it again, in smaller parts or over a better connection.",
    ),
    "conflict": Kind(409, "The state does not allow it", "Read the object again, then decide."),
    "other_workplace": Kind(
        409, "The page was opened at another workplace", "Go back to that workplace, or load the page again."
    ),
    "held_by_another": Kind(409, "A colleague has the task", "Ask the colleague, or the branch's manager."),
    "agency_known": Kind(409, "There is such an agency", "Connect that one."),
    "too_many_keys": Kind(409, "Too many keys sign", "End one first."),
    "last_key": Kind(409, "It is the last key", "Make another one first."),
    "no_endpoint": Kind(409, "The agency has no endpoint", "Give it one first."),
    "agency_paused": Kind(409, "The agency is paused", "Switch it on instead."),
    "setting_settled": Kind(
        409, "Something else became of the change", "Read the setting again; decide another value."
    ),
    "topic_known": Kind(409, "The topic is registered", "Give it a further version instead."),
    "topic_unserved": Kind(409, "No agency serves the topic", "It is sent once one does; answer it then."),
    "topics_refused": Kind(
        422, "The topics are not in order", "Correct them, connect an agency, or say by-hand."
    ),
    "out_of_date": Kind(409, "It changed since you last saw it", "Read it again, then decide."),
    "case_stuck": Kind(
        409, "The case cannot go on now", "The case waits for a repair; send the same again later."
    ),
    "not_so_in_play": Kind(
        409, "That is not so in the play", "See in its state what waits, and act on that."
    ),
    "play_changed": Kind(409, "The play was changed meanwhile", "Read it again, then act."),
    "play_too_long": Kind(
        409, "The play takes too long", "See whether its diagram has a loop without an end."
    ),
    "too_many_plays": Kind(409, "You keep too many plays", "End one that is not needed any more."),
    "nothing_to_undo": Kind(409, "There is no act to take back", "Begin the play first."),
    "nothing_played": Kind(409, "Nothing was played yet", "Begin the play first."),
    "no_timer": Kind(409, "No timer waits", "Let time pass by a duration, or act otherwise."),
    "only_a_rehearsal": Kind(409, "This engine only plays procedures", "Submit the version in the real one."),
    "incident_open": Kind(
        409, "The case has stopped there again", "Look at the incident; correct a variable or move the case."
    ),
    "incident_resolved": Kind(409, "The incident was resolved", "There is nothing left to do about it."),
    "incident_outdated": Kind(
        409, "Nothing waits for what was attempted", "Move the case; the incident is resolved by that."
    ),
    "branch_unknown": Kind(
        409, "Nobody says which branch works the case", "Name it at the start event by stoa:branch."
    ),
    "move_refused": Kind(409, "The case cannot go there", "Choose another element; the detail says why."),
    "nothing_to_claim": Kind(404, "There is no task for you", "Ask again later."),
    "clerk_paused": Kind(409, "Your work is paused", "Ask the branch's manager to end the pause."),
    "version_altered": Kind(409, "These are not the files that were looked at", "Look at the version again."),
    "version_to_come": Kind(409, "Another version is to be on offer later", "Retire that one first."),
    "plan_not_decided": Kind(409, "The plan was not decided", "Have a certifier decide it, with the decree."),
    "run_under_way": Kind(409, "Cases are being moved by this plan", "Wait for that run, or stop it."),
    "other_version": Kind(409, "The case is on another version", "Look at the case, then at the plan."),
    "code_taken": Kind(
        409, "The code is taken", "Choose another one: a code names one organisation for ever."
    ),
    "change_in_force": Kind(409, "The change is in force already", "Enter another change instead."),
    "organisation_closed": Kind(409, "The organisation is closed", "Go to its successor."),
    "organisation_in_use": Kind(409, "Others are below the organisation", "Move or close them first."),
    "branch_closed": Kind(409, "The branch is closed", "Open the case at the branch that took over."),
    "no_examining_branch": Kind(
        409, "No office examines applications", "An administrator of the ministry decides which one does."
    ),
    "done_by_the_system": Kind(409, "The system does this itself", "Wait until it is done."),
    "procedure_not_offered": Kind(409, "The branch does not offer it", "Open the case at another branch."),
    "comments_open": Kind(409, "Comments are open", "Resolve them, or return the version."),
    "too_many_filters": Kind(409, "You keep too many filters", "Forget one first."),
    "supplement_wanted_already": Kind(
        409, "A supplement was asked for already", "Wait until the citizen brings it."
    ),
    "no_supplement_wanted": Kind(409, "No supplement was asked for", "There is nothing to bring."),
    "action_not_open": Kind(
        409, "This action is not open to you now", "List the actions of the case: it may have gone on."
    ),
    "signature_wanted": Kind(
        409, "A party is to sign there", "Have the party sign, from their link or at the counter."
    ),
    "signature_not_awaited": Kind(
        409, "This signature is not awaited any more", "Show the case: its party may have signed."
    ),
    "parties_incomplete": Kind(422, "Somebody of the case is missing", "Add them; `errors` names the role."),
    "not_at_counter": Kind(409, "This signature is not taken at the counter", "Send the party their link."),
    "not_from_link": Kind(409, "This party has no link", "Take the signature at the counter."),
    "party_unknown": Kind(
        409,
        "The diagram asks the signature of nobody",
        "Tell the analyst to hand over a party.",
    ),
    "signature_not_declared": Kind(
        409, "Nobody of that role signs in this procedure", "Tell the analyst: procedure.yaml says who signs."
    ),
    "not_silent": Kind(409, "Silence has approved nothing here", "Look at the terms of the case."),
    "not_awaited": Kind(409, "Nothing is awaited there any more", "Track the case and see where it is."),
    "document_pending": Kind(
        409, "The virus scanner has not looked at the file yet", "Wait a moment, and ask again."
    ),
    "document_infected": Kind(
        409, "The virus scanner found something harmful in the file", "Ask whoever sent it for another one."
    ),
    "document_failed": Kind(
        409, "The virus scanner could not look at the file", "Ask for another one, or tell the operator."
    ),
    "document_not_shown": Kind(
        409, "The file has no copy for the screen", "Download the original, if you trust who sent it."
    ),
    "document_damaged": Kind(
        503, "What is kept of the file is not what was sealed", "Tell the operator: a backup may have it."
    ),
    "supply_full": Kind(
        409, "The citizen has sent as much as is taken", "Bring the rest to the service centre."
    ),
    "no_applicant": Kind(409, "The case has no applicant", "Nobody can be recognised for it."),
    "term_has_begun": Kind(409, "The term has begun already", "Look at the terms of the case."),
    "term_not_begun": Kind(409, "The term has not begun", "Look at the terms of the case."),
    "term_has_ended": Kind(409, "The term has ended", "Correct the day of that, if need be."),
    "term_is_over": Kind(409, "The term is over", "A term is extended by its last day at the latest."),
    "term_not_extendable": Kind(
        409, "The term may not be extended any more", "The procedure says whether and by how much it may."
    ),
    "term_rests": Kind(409, "The term rests already", "Look at the terms of the case."),
    "term_runs": Kind(409, "The term does not rest", "Look at the terms of the case."),
    "day_before_term": Kind(409, "That day is before the term begins", "Choose a later day."),
    "day_out_of_order": Kind(
        409, "On that day it could not have happened", "Correct the entry before or after it first."
    ),
    "no_such_entry": Kind(409, "The term has no entry of that number", "Look at the terms of the case."),
    "time_taken": Kind(409, "The time is not free any more", "Choose another of the free times."),
    "already_booked": Kind(
        409, "There is an appointment already", "Move that one: a person has one for a service."
    ),
    "no_appointment_wanted": Kind(
        409, "The case asks for no appointment", "Track the case and see where it is."
    ),
    "not_today": Kind(409, "The appointment is on another day", "Move it, or give a number without one."),
    "not_yet": Kind(409, "Its time has not come", "Cancel the appointment if nobody will come."),
    "counter_busy": Kind(409, "Somebody is at that counter", "Say first what became of them."),
    "no_numbers_left": Kind(409, "The branch gives no more numbers today", "Book an appointment."),
    "window_overlaps": Kind(409, "It is open then already", "Close the other window first."),
    "lease_lost": Kind(409, "The lease is over", "Lease the service task again."),
    "agency_not_paused": Kind(409, "The agency is not paused", "There is nothing to switch on."),
    "task_unclaimed": Kind(409, "Nobody has the task", "Claim the task first."),
    "already_reviewed": Kind(409, "It was reviewed already", "There is nothing left to do about it."),
    "post_over": Kind(409, "The post is over already", "Load the person again; give another post."),
    "not_proposed": Kind(409, "The post waits for nobody", "Load the person again; nothing is to be done."),
    "invitation_over": Kind(409, "The invitation is over", "Ask for another one."),
    "already_exists": Kind(409, "There is one already", "Choose another name."),
    "file_exists": Kind(
        409, "The draft has a file of that name", "Choose another name, or change that file."
    ),
    "file_needed": Kind(409, "The draft cannot be without this file", "Change it instead of removing it."),
    "draft_changed": Kind(
        409, "The draft was changed meanwhile", "Look at it as it is now, and submit that."
    ),
    "payment_awaited": Kind(
        409, "The service task waits for a payment", "Have the payment taken; that answers it."
    ),
    "amount_unknown": Kind(
        409, "What is due cannot be told", "Correct the values of the case that the detail names."
    ),
    "unknown_fee": Kind(409, "The procedure has no such fee", "Tell whoever is responsible for it."),
    "not_paid_at_counter": Kind(409, "It was not paid at the counter", "Only such receipts are cancelled."),
    "receipt_of_another_day": Kind(409, "The receipt is of another day", "Refund the payment instead."),
    "nothing_to_refund": Kind(409, "There is nothing to refund", "Look at the payment again."),
    "paravolo_used": Kind(409, "Another payment has this e-Paravolo", "Ask the citizen for another one."),
    "paravolo_off": Kind(409, "e-Paravolo is not asked here", "Take the payment at the counter."),
    "not_by_paravolo": Kind(409, "The fee is not paid by e-Paravolo", "Take it at the counter."),
    "paravolo_busy": Kind(409, "e-Paravolo is just being asked", "Look at the payment in a minute."),
    "precondition_failed": Kind(412, "It changed since you last saw it", "Read it again, then decide."),
    "content_too_large": Kind(413, "The body is too large", "Send less; the detail says how much is taken."),
    "uri_too_long": Kind(414, "The address is too long", "Shorten the query."),
    "unsupported_media_type": Kind(
        415, "The body is of the wrong type", "Send the Content-Type that is documented."
    ),
    "papers_missing": Kind(
        422, "The papers are not complete", "Bring what the errors name, then file again."
    ),
    "document_type_refused": Kind(
        422, "The file is of no kind that is taken", "Send a PDF or an image; the detail names the kinds."
    ),
    "document_too_large": Kind(
        422, "The file is too large", "Send a smaller one; the detail says how large."
    ),
    "invalid": Kind(422, "What was sent breaks a rule", "Correct the fields that `errors` names."),
    "gate_refused": Kind(
        422, "The version cannot be submitted yet", "Mend what `errors` lists, and deploy it again."
    ),
    "procedure_refused": Kind(422, "The procedure may not be deployed", "Correct every finding in `errors`."),
    "shared_part_changed": Kind(
        422, "A shared part was published with other files", "Raise its version, and call that one."
    ),
    "unsound_procedure": Kind(422, "The files are no sound procedure", "Correct every finding in `errors`."),
    "idempotency_key_reused": Kind(
        422, "The idempotency key was used for another request", "Use a fresh key for each request."
    ),
    "too_many_attempts": Kind(429, "There were too many wrong answers", "Wait as long as Retry-After says."),
    "too_many_requests": Kind(429, "Too many requests", "Wait for the seconds that Retry-After says."),
    "internal_error": Kind(500, "Something went wrong here", "Report the request id; it is in our log."),
    "no_room": Kind(503, "There is no room to take this now", "Send it again later; nothing of it was kept."),
    "unavailable": Kind(503, "Not available now", "Try again after the seconds that Retry-After says."),
    "version_unsound": Kind(
        503,
        "This version is not as it was certified",
        "Tell whoever runs the installation.",
    ),
    "outcome_unknown": Kind(
        503,
        "Nobody knows whether it was done",
        "Read the object again; or send the same again with the same Idempotency-Key.",
    ),
}
"""Every kind by code. A code that a refusal brings and that is not here is of its class's kind."""

_RESTATED = ("idempotency_key_reused", "too_many_attempts")
"""Codes that have another status than the class of the refusal that brings them."""

_CLASSES: tuple[tuple[type[refusal.Refusal], str], ...] = (
    (refusal.NotFound, "not_found"),
    (refusal.NotPermitted, "not_permitted"),
    (refusal.HeldByAnother, "held_by_another"),
    (refusal.OutOfDate, "out_of_date"),
    (refusal.Conflict, "conflict"),
    (refusal.Invalid, "invalid"),
    (refusal.OutcomeUnknown, "outcome_unknown"),
    (refusal.Unavailable, "unavailable"),
)
_HTTP_CODES = {
    400: "bad_request",
    401: "unauthenticated",
    404: "not_found",
    405: "method_not_allowed",
    413: "content_too_large",
    414: "uri_too_long",
    415: "unsupported_media_type",
    422: "invalid",
}


class Problem(Exception):
    """A refusal by the API itself, before the engine was asked; `code` is one of `KINDS`."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: FieldErrors | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}


def of_refusal(refused: refusal.Refusal) -> Response:
    code, kind = refused.code, _kind_of(refused)
    headers = {}
    if isinstance(refused, refusal.OutOfDate) and "If-Match" in request.headers:
        code, kind = "precondition_failed", KINDS["precondition_failed"]
    if isinstance(refused, TooManyAttempts):
        headers["Retry-After"] = str(refused.wait_seconds)
    elif kind.status == 503:
        headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    errors = refused.errors if isinstance(refused, refusal.Invalid) else None
    return _response(code, kind, refused.message, errors=errors, headers=headers)


def status_of(refused: refusal.Refusal) -> int:
    """The HTTP status of a refusal."""
    return _kind_of(refused).status


def of_problem(problem: Problem) -> Response:
    return _response(
        problem.code, KINDS[problem.code], problem.detail, errors=problem.errors, headers=problem.headers
    )


def of_http_exception(error: HTTPException) -> Response:
    """The response to what Flask or Werkzeug refused: unknown addresses, wrong methods, large bodies."""
    code = _HTTP_CODES.get(
        error.code or 500, "bad_request" if (error.code or 500) < 500 else "internal_error"
    )
    headers = {"Allow": error.get_response().headers["Allow"]} if code == "method_not_allowed" else {}
    details = {
        "not_found": "There is nothing at this address.",
        "method_not_allowed": f"{request.method} is not possible here.",
        "content_too_large": "The body is larger than this call takes.",
    }
    return _response(code, KINDS[code], details.get(code, KINDS[code].title + "."), headers=headers)


def of_fault(request_id: str) -> Response:
    """The response to a bug: the request id, and nothing of what happened."""
    detail = f"This is a fault of the system, not of your request. Its request id is {request_id}."
    return _response("internal_error", KINDS["internal_error"], detail)


def _kind_of(refused: refusal.Refusal) -> Kind:
    """The kind of the refusal's code, unless other refusals with another status use the same code."""
    of_class = KINDS[_class_code(refused)]
    of_code = KINDS.get(refused.code, of_class)
    return of_code if of_code.status == of_class.status or refused.code in _RESTATED else of_class


def _class_code(refused: refusal.Refusal) -> str:
    return next((code for kind, code in _CLASSES if isinstance(refused, kind)), "conflict")


def _response(
    code: str,
    kind: Kind,
    detail: str,
    *,
    errors: FieldErrors | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    body: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    return Response(orjson.dumps(body), kind.status, headers=dict(headers or {}), content_type=MEDIA_TYPE)
