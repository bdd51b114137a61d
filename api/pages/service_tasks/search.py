"""The search among requests, kept in the address of the page."""

from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from api.pages.frame.language import gettext as _
from engine.kernel.pages import Slice
from engine.service_tasks.model import RequestFilter
from engine.service_tasks.requests import ListRequests

ON_A_PAGE = 50

_NEWEST = "newest"
_LONGEST_NUMBER = 20
_IN_NUMBERS = frozenset("0123456789-")


class WaitsFor(StrEnum):
    """Whose turn it is with a request."""

    ANYBODY = ""
    US = "us"
    CITIZEN = "citizen"


@dataclass(frozen=True, kw_only=True)
class Search:
    """One view of the requests; invalid arguments are ignored."""

    number: str = ""
    procedure: str = ""
    waits_for: WaitsFor = WaitsFor.ANYBODY
    newest_first: bool = False
    cursor: str | None = None

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> "Search":
        waits_for = arguments.get("waits", "")
        typed = "".join(letter for letter in arguments.get("q", "") if letter in _IN_NUMBERS)
        return cls(
            number=typed[:_LONGEST_NUMBER],
            procedure=arguments.get("procedure", "").replace("\0", "")[:100],
            waits_for=WaitsFor(waits_for) if waits_for in set(WaitsFor) else WaitsFor.ANYBODY,
            newest_first=arguments.get("order") == _NEWEST,
            cursor=arguments.get("cursor") or None,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.number or self.procedure or self.waits_for)

    @property
    def order(self) -> str:
        """The order as the address has it: empty for the usual one."""
        return _NEWEST if self.newest_first else ""

    @property
    def turned(self) -> "Search":
        """The same in the other order, from its beginning."""
        return replace(self, newest_first=not self.newest_first, cursor=None)

    def address(self, *, cursor: str | None = None) -> str:
        """The address of this search, from its beginning or after `cursor`."""
        fields = {
            "q": self.number,
            "procedure": self.procedure,
            "waits": self.waits_for.value,
            "order": self.order,
            "cursor": cursor or "",
        }
        query = urlencode({name: value for name, value in fields.items() if value})
        return f"{url_for('agency.show')}{'?' if query else ''}{query}"

    def question(self) -> ListRequests:
        awaits = {WaitsFor.US: False, WaitsFor.CITIZEN: True}.get(self.waits_for)
        wanted = RequestFilter(
            number=self.number or None,
            procedure=self.procedure or None,
            awaits_citizen=awaits,
            newest_first=self.newest_first,
        )
        return ListRequests(wanted=wanted, part=Slice(limit=ON_A_PAGE, cursor=self.cursor))


def waits_words(waits_for: WaitsFor) -> str:
    return {
        WaitsFor.ANYBODY: _("Anything"),
        WaitsFor.US: _("Our answer"),
        WaitsFor.CITIZEN: _("What the citizen is to bring"),
    }[waits_for]
