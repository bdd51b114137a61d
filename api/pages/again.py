"""Signing in again in the middle of a form: the page keeps what was typed, and the form is sent once more.

Nothing typed is stored here meanwhile: it stays in the page that asks. Only the user whose form it was can
send it, which the form's own token says.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, request

from api import form_tokens
from api.context import site
from api.form_tokens import Seen
from api.pages.page import page
from engine.domain.refusal import Invalid

ADDRESS, FIELDS, OWNER = "again_address", "again_fields", "again_owner"

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Interrupted:
    """A form that came without a session: where it was sent, what was typed, and for whom its page was made.

    `files` are the names of the fields whose files have to be chosen again: a page cannot keep them.
    """

    address: str
    typed: Fields
    token: str
    seen: Seen
    files: Sequence[str] = ()

    @property
    def fields(self) -> Fields:
        """Everything to be sent again, with its token."""
        return [*self.typed, (form_tokens.FIELD, self.token)]

    @property
    def packed(self) -> str:
        """What was typed as one text, which `unpacked` reads."""
        return json.dumps([list(pair) for pair in self.typed], ensure_ascii=False)


def ask_again() -> Response:
    """The page that asks to sign in again and keeps the present form."""
    return asking(interrupted())


def asking(form: Interrupted, *, problem: str | None = None, status: int = 401) -> Response:
    """The page that asks to sign in again and keeps a form; `problem` is why the last try did not do."""
    return page(
        "sign_in/again.html",
        status=status,
        form=form,
        problem=problem,
        provider=site().door.provider is not None,
    )


def interrupted() -> Interrupted:
    """The present form, whose token has been checked."""
    token = form_tokens.sent_with_a_form()
    return Interrupted(
        address=request.full_path.rstrip("?"),
        typed=[pair for pair in request.form.items(multi=True) if pair[0] != form_tokens.FIELD],
        token=token,
        seen=form_tokens.seen_with(token),
        files=[name for name, file in request.files.items(multi=True) if file.filename],
    )


def unpacked(address: str) -> Interrupted | None:
    """The form that the sign-in page kept for `address`; None if it kept none. `Invalid` for a broken one."""
    packed = request.form.get(FIELDS)
    token = request.form.get(OWNER)
    if packed is None or token is None:
        return None
    try:
        typed = [(str(name), str(value)) for name, value in json.loads(packed)]
    except (ValueError, TypeError) as error:
        raise Invalid.field(FIELDS, "expected the form that the page kept") from error
    return Interrupted(address=address, typed=typed, token=token, seen=form_tokens.seen_with(token))
