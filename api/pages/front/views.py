"""The front page: the two ways in, for citizens and for those who work here."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from api.http import session_cookie
from api.pages.frame.page import page

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
def show() -> Response:
    """The two ways in; who is signed in goes to their work."""
    if session_cookie.signed_in() is not None:
        return redirect(url_for("home"), 303)
    return page("front/front.html")
