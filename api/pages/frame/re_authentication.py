"""Re-authentication in the middle of a form: the page keeps what was typed, and the form is sent once more.

Nothing typed is stored here meanwhile: it stays in the page. Only the user for whom the form was made can
send it, as the form's own token says.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from api.http import form_tokens
from api.http.context import site
from api.http.form_tokens import PageOwner
from api.pages.frame.page import local_address, page
from engine.kernel.refusal import Invalid

ADDRESS, FIELDS, TOKEN = "again_address", "again_fields", "again_token"

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class InterruptedForm:
    """A form sent without a session: where it was sent, what was typed, and for whom its page was made.

    `files` are the names of the fields whose files have to be chosen again: a page cannot keep them.
    """

    address: str
    typed: Fields
    token: str
    owner: PageOwner
    files: Sequence[str] = ()

    @property
    def to_send(self) -> Fields:
        return [*self.typed, (form_tokens.FIELD, self.token)]

    @property
    def to_keep(self) -> Fields:
        """The hidden fields in which our page keeps the form, as `interrupted_form` reads them."""
        typed = json.dumps([list(pair) for pair in self.typed], ensure_ascii=False)
        return [(ADDRESS, self.address), (FIELDS, typed), (TOKEN, self.token)]


def ask_to_sign_in_again() -> Response:
    """The page that asks to sign in again and keeps the present form, whose token was checked."""
    token = form_tokens.sent_token()
    form = InterruptedForm(
        address=request.full_path.rstrip("?"),
        typed=[pair for pair in request.form.items(multi=True) if pair[0] != form_tokens.FIELD],
        token=token,
        owner=form_tokens.owner_of(token),
        files=[name for name, file in request.files.items(multi=True) if file.filename],
    )
    return re_authentication_page(form, status=401)


def re_authentication_page(form: InterruptedForm, *, problem: str | None = None, status: int) -> Response:
    """The page that asks to sign in again and keeps a form; `problem` is why the last attempt failed."""
    provider = site().authenticator.provider is not None
    return page("people/again.html", status=status, form=form, problem=problem, provider=provider)


def interrupted_form() -> InterruptedForm | None:
    """The form kept by the page of the present request; None if it kept none.

    `NotPermitted` for one that was not ours, `Invalid` for one that cannot be read.
    """
    token = request.form.get(TOKEN)
    if token is None:
        return None
    try:
        typed = [(str(name), str(value)) for name, value in json.loads(request.form.get(FIELDS, "[]"))]
    except (ValueError, TypeError) as error:
        raise Invalid.field(FIELDS, "expected the form that the page kept") from error
    address = local_address(request.form.get(ADDRESS), otherwise="/")
    return InterruptedForm(address=address, typed=typed, token=token, owner=form_tokens.owner_of(token))
