"""The search for incidents, kept in the address of the page."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict

from engine.incidents.model import Cause, IncidentFilter
from engine.kernel.pages import Slice
from engine.kernel.refusal import NotFound

ON_A_PAGE = 25
_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Search:
    """One view of the open incidents: all that fit, or those of one cause."""

    procedure: str | None = None
    agency: str | None = None
    code: str | None = None
    cause: Cause | None = None
    cursor: str | None = None

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> "Search":
        """The search in the arguments of an address; with a version it is for one cause."""

        def text(name: str) -> str | None:
            return arguments.get(name, "").strip()[:_LONGEST] or None

        version, code = text("version"), text("code")
        cause = None
        if version is not None:
            cause = Cause(version_id=_id(version), code=code or "", element_id=text("element"))
        return cls(
            procedure=text("procedure"),
            agency=text("agency"),
            code=code,
            cause=cause,
            cursor=arguments.get("cursor") or None,
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.procedure or self.agency or self.code)

    @property
    def wanted(self) -> IncidentFilter:
        return IncidentFilter(procedure=self.procedure, agency=self.agency, code=self.code, cause=self.cause)

    @property
    def part(self) -> Slice:
        return Slice(limit=ON_A_PAGE, cursor=self.cursor)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The search as fields of an address or a form, without the cursor."""
        cause = self.cause
        given = {
            "procedure": self.procedure,
            "agency": self.agency,
            "code": self.code,
            "version": str(cause.version_id) if cause else None,
            "element": cause.element_id if cause else None,
        }
        return [(name, value) for name, value in given.items() if value]

    def address(self, *, cursor: str | None = None) -> str:
        there = url_for("desk_incidents.show_cause" if self.cause else "desk_incidents.show")
        query = urlencode([*self.fields, *([("cursor", cursor)] if cursor else [])])
        return f"{there}?{query}" if query else there

    def of_cause(self, cause: Cause) -> "Search":
        """The same search for one cause."""
        return Search(procedure=self.procedure, agency=self.agency, code=cause.code, cause=cause)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise NotFound.of("version", text) from wrong
