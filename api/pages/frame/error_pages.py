"""Error pages: a page for each kind of problem, instead of JSON."""

import json
from typing import NamedTuple

from flask import Response, request, url_for

from api.http import session_cookie
from api.http.problems import MEDIA_TYPE
from api.pages.frame.language import gettext as _
from api.pages.frame.page import page
from engine.kernel.refusal import Unavailable

_API = ("/api/", "/problems/", "/healthz", "/readyz", "/metrics", "/bundles/")


class ErrorText(NamedTuple):
    """What an error page says: a heading, what it means, and what to do."""

    heading: str
    meaning: str
    remedy: str


def error_text_of(status: int, code: str) -> ErrorText:
    if code == "outcome_unknown":
        return ErrorText(
            _("It is not known whether this was done"),
            _("The connection to the database broke at the last moment."),
            _("Look at the case or the list before you do it again."),
        )
    if code == "reason_needed":
        return ErrorText(
            _("Your work does not need this case"),
            _("You may read it all the same, if you say why. The reason is kept, and looked into."),
            _("Give a reason, or go back."),
        )
    if code == "held_by_another":
        return ErrorText(
            _("A colleague has this task"),
            _("Somebody took it a moment before you. Nothing was lost."),
            _("Choose another task, or ask the colleague or your manager."),
        )
    if code == "document_not_shown":
        return ErrorText(
            _("It cannot be shown here"),
            _("It has no copy without scripts: that is still being made, or the file is locked or damaged."),
            _("Download the original from the list of documents, if you trust who sent it."),
        )
    if code in ("out_of_date", "precondition_failed"):
        return ErrorText(
            _("It changed in the meantime"),
            _("Somebody changed this after you opened it. Nothing of theirs was overwritten."),
            _("Go back, load the page again, and decide anew."),
        )
    texts = {
        403: ErrorText(
            _("You may not do this"),
            _("What you asked for is there, but your role in this branch does not allow it."),
            _("Ask your manager, or choose another branch if you work in several."),
        ),
        404: ErrorText(
            _("There is nothing here"),
            _("The address is wrong, or it leads to something that you may not see."),
            _("Look it up in the worklist by its number or by the citizen's name."),
        ),
        409: ErrorText(
            _("That is not possible now"),
            _("The case is no longer in a state in which this can be done."),
            _("Open the case again and see where it stands."),
        ),
        413: ErrorText(
            _("That is too large"),
            _("What you sent is larger than the system takes."),
            _("Send a smaller file."),
        ),
        422: ErrorText(
            _("Something does not fit"),
            _("What you sent breaks a rule. Nothing was changed."),
            _("Go back and correct it."),
        ),
        429: ErrorText(
            _("Too many requests"),
            _("There were more requests than we can answer at once."),
            _("Wait a minute and try again."),
        ),
        503: ErrorText(
            _("The system is not available now"),
            _("It is being worked on, or it has too much to do. Nothing was changed."),
            _("Try again in a few minutes."),
        ),
    }
    return texts.get(status) or (_system_error() if status >= 500 else texts[422])


def _system_error() -> ErrorText:
    return ErrorText(
        _("Something went wrong here"),
        _("This is a fault of the system, not yours. Nothing that you sent was half done."),
        _("Try again. If it happens again, tell the operator the number below."),
    )


def as_page(response: Response) -> Response:
    """The page for a problem, to those who asked for a page; any other response as it is.

    Where the system is in trouble, who has not been recognised yet is shown as neither signed in nor out.
    """
    if response.mimetype != MEDIA_TYPE or request.path.startswith(_API) or not _reads_pages():
        return response
    problem = json.loads(response.get_data())
    code = problem["type"].rpartition("/")[2]
    shown = page(
        "frame/error.html",
        status=response.status_code,
        is_known=_knows_reader(response.status_code),
        text=error_text_of(response.status_code, code),
        code=code,
        reason_address=_reason_address() if code == "reason_needed" else None,
    )
    for name in ("Retry-After", "WWW-Authenticate", "Allow"):
        if name in response.headers:
            shown.headers[name] = response.headers[name]
    return shown


def _reason_address() -> str:
    """Where a reason is given for what was refused, and from where one comes back to it."""
    case_id = (request.view_args or {}).get("case_id")
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return url_for("desk_access.ask_reason", case=case_id, next=back)


def _knows_reader(status: int) -> bool:
    """Whether it is known who is signed in, or that nobody is; the page then asks no more.

    A database that is in trouble is asked nothing.
    """
    if session_cookie.is_looked_up():
        return True
    try:
        if status < 500:
            session_cookie.open_session()
            return True
    except Unavailable:
        pass
    session_cookie.forget_session()
    return False


def _reads_pages() -> bool:
    """Whether the client prefers a page; clients that do not say get problem details."""
    return request.accept_mimetypes["text/html"] > request.accept_mimetypes[MEDIA_TYPE]
