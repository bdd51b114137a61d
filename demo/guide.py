"""The text for somebody who sees the demonstration for the first time: where to go, as whom, with what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from demo.people import OFFICERS, OFFICIALS, STAFF, SampleUser
from demo.seed import Seeded
from engine.kernel.actor import Role

_WORK: Mapping[Role, str] = {
    Role.CLERK: "clerk",
    Role.MANAGER: "manager",
    Role.AGENT: "call-centre agent",
    Role.AUDITOR: "auditor",
    Role.SUPERVISOR: "supervises all branches",
    Role.ADMINISTRATOR: "administers an organisation and what is below it",
    Role.DATA_PROTECTION_OFFICER: "data protection officer",
    Role.ANALYST: "draws procedures",
    Role.CERTIFIER: "certifies procedures",
    Role.OPERATOR: "operator",
    Role.OFFICER: "officer",
}


def guide(*, site: str, seeded: Seeded, walked: Mapping[str, Any], notices: Path | None) -> str:
    """The whole text; `walked` is the case that has just come to its end, with its tracking code.

    `notices` is the folder in which messages to citizens end up that go to no server or gateway.
    """
    receipt = urlencode({"number": walked["number"], "code": walked["tracking_code"]})
    curl = f"curl -H 'Authorization: Bearer {seeded.tokens['maria']}'"
    messages = f"\nMessages to them    {notices}/ (files; nothing is really sent)" if notices else ""
    return f"""
The desk            {site}/sign-in
  sign in as one of these, with the password {seeded.password}

{_indented(_people())}

The citizen's page  {site}/track?{receipt}{messages}
The API             {site}/api/v1/docs
  {curl} {site}/api/v1/cases
  {curl} '{site}/api/v1/tasks?state=open'

Tokens for the API, of people and of agencies:

{_indented(seeded.tokens.items())}

Serving at {site}. Stop with Ctrl-C."""


def _people() -> Iterator[Sequence[str]]:
    for one in (*STAFF, *OFFICERS, *OFFICIALS):
        yield one.username, one.display_name, _WORK[one.role], _place(one)


def _place(one: SampleUser) -> str:
    if one.agency:
        return f"of the agency {one.agency}"
    return f"in {one.organisation or ' and '.join(one.branches)}"


def _indented(rows: Iterable[Sequence[str]]) -> str:
    """The rows, with the cells of a column beneath each other."""
    lines = list(rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
