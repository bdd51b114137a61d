"""What the engine needs to know about procedures: metadata, forms and executable files of a version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from engine import dmn
from engine.bundle.term import Term
from engine.kernel.bilingual import Bilingual
from engine.runtime.contract import Definition

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
    it: `given_name` is `applicant.given_name`.
    """

    results: tuple[str, ...] = ()
    refusals: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


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


class Procedure(Protocol):
    """A version of a procedure, read and checked."""

    @property
    def key(self) -> str:
        """The key, as in `residence-certificate`."""

    @property
    def title(self) -> str:
        """The Greek title."""

    @property
    def title_en(self) -> str:
        """The English title."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        """All of procedure.yaml, as JSON."""

    @property
    def term(self) -> Term:
        """The term; 50 days where the procedure sets none (ν. 2690/1999, art. 4)."""

    @property
    def start_form(self) -> Form | None:
        """The form of the start event, which `data` of a new case must fit.

        Without one a case takes no data.
        """

    @property
    def definition(self) -> Definition:
        """The executable files."""

    @property
    def decisions(self) -> dmn.Bundle | None:
        """The DMN decisions, read once; None where the procedure has none."""

    @property
    def main_file(self) -> str:
        """The name of the BPMN file that holds the process a case starts."""

    @property
    def forms(self) -> Mapping[str, Form]:
        """Every form, by id."""

    def form(self, form_id: str) -> Form:
        """A form by id; `KeyError` cannot happen, because a version with a missing form is refused."""

    def outcome(self, end_event_id: str) -> OutcomeRule:
        """What ending in that event means; `completed` where procedure.yaml says nothing."""

    def answer_form(self, element_id: str) -> Form | None:
        """The form that an answer to the service task of that element must fit; None if any will do."""

    def answer_sheet(self, element_id: str) -> AnswerSheet:
        """What the service task of that element hands over, and takes of an answer."""

    def called(self, name: str) -> Bilingual:
        """A name that was noted of an element, in both languages; as it is if no element is called so."""


class Catalogue(Protocol):
    """Reads procedures. A version is immutable, so what was read is kept by its id."""

    def procedure(self, version_id: UUID, load: Callable[[], Files]) -> Procedure:
        """The procedure of that version.

        `load` gives its files and is called only when it was not read before.
        """

    def check(self, files: Files) -> Procedure:
        """Read files that are not deployed yet.

        `Invalid` with every finding (file name to sentences) if they are not a sound procedure.
        """
