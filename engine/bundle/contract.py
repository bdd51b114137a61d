"""What the engine needs to know about procedures: metadata, forms and executable files of a version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from engine.kernel.bilingual import Bilingual

Files = Mapping[str, bytes]
"""The files of a version by path: `procedure.yaml`, `process.bpmn`, `forms/intake.form` …"""


IsFiled = Callable[[str], bool]
"""Whether a reference names a document of the case that a form is filled in for."""


def nothing_filed(_reference: str) -> bool:
    """What is filed where there is no case yet: no reference names a document."""
    return False


@dataclass(frozen=True, kw_only=True)
class OutcomeRule:
    """What an end event makes of a case (`completed` or `rejected`), and what the citizen is told."""

    status: str
    text: str
    text_en: str


@dataclass(frozen=True, kw_only=True)
class AnswerSheet:
    """What a diagram hands over with a service task, and takes of its answer.

    `results` are the names that it takes as they are. `refusals` are the error codes that are caught there,
    each with what it is called. `sources` say of a variable that was handed over as it is where the case has
    it: `given_name` is `applicant.given_name`. `papers` says which documents of the case its agency may
    read, as `stoa:documents` does; None where the diagram does not say.
    """

    results: tuple[str, ...] = ()
    refusals: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    papers: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeskAction:
    """An action that a diagram offers while an event waits for its message.

    `roles` are those of `stoa:action-roles`. `says` is what it leads to, None where the diagram does not say;
    `interrupts` tells whether what is under way around it ends by it, None where the case waits for it
    without anything around it. `form_id` is the form of what it takes.
    """

    name: str
    label: Bilingual
    roles: tuple[str, ...]
    says: Bilingual | None = None
    law: str | None = None
    needs_reason: bool = False
    interrupts: bool | None = None
    form_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class AcceptedAnswer:
    """An answer that fits its form: its typed values, and the paths of what was sent besides."""

    values: Mapping[str, Any]
    left_out: tuple[str, ...] = ()


class Form(Protocol):
    """One form of a procedure."""

    @property
    def id(self) -> str:
        """The id that diagrams name it by."""

    @property
    def schema(self) -> Mapping[str, Any]:
        """The form-js JSON."""

    def accept(
        self, data: Mapping[str, Any], *, scope: Mapping[str, Any], is_filed: IsFiled = nothing_filed
    ) -> dict[str, Any]:
        """The values of the form, typed; `Invalid` with every field's problem.

        A field that the form takes over from `scope` need not be sent, and is refused if it says otherwise.
        A field the form does not have is refused, and so is a read-only one that differs from `scope`, and
        a file whose reference `is_filed` does not know. `scope` is what the form was prefilled from:
        conditions of hidden fields see it.
        """

    def accept_answer(
        self, data: Mapping[str, Any], *, scope: Mapping[str, Any], is_filed: IsFiled = nothing_filed
    ) -> AcceptedAnswer:
        """As `accept`, for a sender that is a system of its own and may know more than the form asks.

        What the form does not have is left out. It is among the problems of an answer that has others: a
        name that is written wrongly is missed somewhere else.
        """

    def draft(self, data: Mapping[str, Any], *, scope: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The values so far, without what is required or how it must look.

        With `scope` they have what the form takes over from it.
        `Invalid` for a field that the form does not have.
        """
