"""The guard of pages: who may see one, and whether a form was on a page of ours."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, current_app, redirect, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from api.http import form_tokens, session_cookie
from api.http.context import site
from api.http.identity import count_session
from api.pages.frame.re_authentication import ask_to_sign_in_again
from engine.kernel.actor import Actor, Role
from engine.kernel.permission import require_role
from engine.people.session import SignedIn

View = TypeVar("View", bound=Callable[..., object])

_LARGEST = "largest_form"
"""The attribute of a view that takes larger forms than others."""
_SIGNED_IN = "is_for_signed_in"
"""The attribute of a view that opens only to people who are signed in."""
_SAFE = ("GET", "HEAD", "OPTIONS")

CASE_WORKERS = (Role.CLERK, Role.MANAGER)
CASE_READERS = (*CASE_WORKERS, Role.SUPERVISOR, Role.AUDITOR)


def guard_form() -> AnyResponse | None:
    """Let a request of a page in only if what it sends is not too large and comes from a page of ours.

    Files are taken from nobody who is not signed in, unless `takes_up_to` says so: they are asked to sign in.
    Runs before every request of the pages' blueprints.
    """
    if request.method in _SAFE:
        return None
    request.max_content_length = _largest_form()
    request.max_form_memory_size = site().settings.max_json_bytes
    try:
        token = form_tokens.sent_token()
    except RequestEntityTooLarge:
        if session_cookie.open_session() is None and _of_view(_SIGNED_IN, False):
            return ask_to_sign_in(keeps_form=False)
        raise
    form_tokens.require(token)
    return None


def takes_up_to(most_bytes: int, *, of: Callable[[], bool]) -> Callable[[View], View]:
    """Let the forms of a view be this large, whatever the settings say, if `of` is true for the request.

    That is asked before anything of the form is read.
    """

    def mark(view: View) -> View:
        view.__dict__[_LARGEST] = (most_bytes, of)
        return view

    return mark


def _largest_form() -> int:
    most_bytes: int
    most_bytes, of = _of_view(_LARGEST, (0, bool))
    if of():
        return most_bytes
    settings = site().settings
    from_anybody = min(settings.max_json_bytes, settings.max_upload_bytes)
    if request.content_length is not None and request.content_length <= from_anybody:
        return from_anybody
    return from_anybody if session_cookie.open_session() is None else settings.max_upload_bytes


def _of_view(attribute: str, otherwise: Any) -> Any:
    """What the view of the present request is marked with."""
    view = current_app.view_functions.get(request.endpoint or "")
    return otherwise if view is None else vars(view).get(attribute, otherwise)


def signed_in(
    *roles: Role, anywhere: bool = False, before_second_factor: bool = False
) -> Callable[[View], View]:
    """Show the page only to people who are signed in, in a branch, and in one of `roles` if any are given.

    With `anywhere` also to people without a workplace. Others are asked to sign in and come back, with
    everything that they had typed. Who must set up a second factor first is led there, unless the page is
    part of that (`before_second_factor`).
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: object, **named: object) -> object:
            found = session_cookie.signed_in()
            if found is None:
                return ask_to_sign_in()
            works_nowhere = not found.workplaces
            if found.workplace is None and not (works_nowhere and anywhere):
                return redirect(url_for("sign_in.workplaces", next=here()), 303)
            count_session(found)
            if session_cookie.needs_second_factor(found) and not before_second_factor:
                return redirect(url_for("own_account.show_need"), 303)
            if roles:
                require_role(found.actor, *roles)
            return view(*args, **named)

        guarded.__dict__[_SIGNED_IN] = True
        return cast(View, guarded)

    return guard


def reader() -> SignedIn:
    """Who is signed in. Only for pages behind `signed_in`."""
    found = session_cookie.signed_in()
    if found is None:
        raise RuntimeError("Expected a page behind `signed_in`, but nobody is signed in.")
    return found


def actor() -> Actor:
    """Who acts. Only for pages behind `signed_in`."""
    return reader().actor


def csrf_field() -> Markup:
    """The hidden field that every form needs which is not sent by GET."""
    field = '<input type="hidden" name="{}" value="{}">'
    return Markup(field).format(form_tokens.FIELD, form_tokens.form_token())  # noqa: S704 - format escapes


def ask_to_sign_in(*, keeps_form: bool = True) -> AnyResponse:
    """A redirect to the sign-in page; for a form that was sent, the page that keeps what was typed.

    Scripts get 401, ask in place, and repeat their request. A form that is not to be read is not kept.
    """
    if request.headers.get("HX-Request") == "true" or request.is_json:
        return Response(status=401)
    if request.method in _SAFE:
        return redirect(url_for("sign_in.sign_in", next=here()), 303)
    return ask_to_sign_in_again() if keeps_form else redirect(url_for("sign_in.sign_in"), 303)


def here() -> str:
    return request.full_path.rstrip("?")
