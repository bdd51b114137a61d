"""What the linter finds in a draft, in the reader's language, with the address of each place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from api.pages.frame.language import gettext as _
from api.pages.frame.language import language
from api.pages.studio.words import kind_of
from engine.lint.finding import Finding, Severity


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A finding as it is shown; `element` is the id of what it is at, in the diagram or form."""

    rule: str
    severity: str
    called: str
    file: str
    line: int
    column: int
    end_column: int
    element: str | None
    message: str
    remedy: str
    consequences: tuple[str, ...]
    address: str

    def as_json(self) -> dict[str, Any]:
        """The finding for the island."""
        return asdict(self)


def shown_findings(files: Mapping[str, bytes], draft_id: UUID) -> Sequence[Shown]:
    """The findings of a draft's files: errors first, then by file and line."""
    from engine.lint import check  # the rules are loaded where somebody draws

    found = sorted(check(files).findings, key=lambda one: one.severity.rank)
    return tuple(_shown(found, draft_id))


def _shown(findings: Sequence[Finding], draft_id: UUID) -> Iterator[Shown]:
    called = {
        Severity.ERROR: _("Error"),
        Severity.WARNING: _("Warning"),
        Severity.HINT: _("Hint"),
    }
    spoken = language()
    for one in findings:
        at: dict[str, Any] = (
            {"element": one.element_id} if kind_of(one.file) == "diagram" and one.element_id else {}
        )
        yield Shown(
            rule=one.rule,
            severity=one.severity.value,
            called=called[one.severity],
            file=one.file,
            line=one.line,
            column=one.column,
            end_column=one.end_column,
            element=one.element_id,
            message=one.message.in_language(spoken),
            remedy=one.remedy.in_language(spoken),
            consequences=tuple(also.message.in_language(spoken) for also in one.consequences),
            address=url_for("studio_room.show_file", draft_id=draft_id, name=one.file, line=one.line, **at),
        )
