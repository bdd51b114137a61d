"""What a diagram says about the rest of its procedure: its processes, their ends, and the forms it names.

Whether the diagram itself is sound is for the linter and the workflow engine to say.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from engine.bundle.findings import Findings
from engine.bundle.own_words import ANSWER_FORM, check_own_words
from engine.kernel import xml

MAX_BYTES = 5_000_000

_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"


@dataclass(frozen=True, kw_only=True)
class FormUse:
    """A place in a diagram that names a form."""

    file: str
    element_id: str
    line: int
    form_id: str

    @property
    def place(self) -> str:
        """Where it is, for a finding."""
        return f"line {self.line}, {self.element_id}"


@dataclass(frozen=True, kw_only=True)
class ProcessOutline:
    """A process: the end events that a case can end in, and the form of its plain start event, by id."""

    id: str
    file: str
    line: int
    executable: bool
    end_events: frozenset[str]
    start_form_id: str | None


@dataclass(frozen=True, kw_only=True)
class Outline:
    """What one diagram, or several, say.

    `form_uses` are all places that name a form, `answer_forms` the ids of those that answers of agencies must
    fit, by the id of the element that is answered.
    """

    processes: tuple[ProcessOutline, ...] = ()
    form_uses: tuple[FormUse, ...] = ()
    answer_forms: Mapping[str, str] = field(default_factory=dict)


def outline(file: str, content: bytes, findings: Findings) -> Outline:
    """What a BPMN file says; empty after noting that it cannot be read. Notes our own words used wrongly."""
    if len(content) > MAX_BYTES:
        findings.add(file, "", f"Expected at most {MAX_BYTES:,} bytes, found {len(content):,}.")
        return Outline()
    try:
        root = xml.parse(content)
    except etree.XMLSyntaxError as error:
        findings.add(file, f"line {error.lineno or 1}", f"Expected XML: {error.msg}.")
        return Outline()
    if xml.doctype_of(root):
        findings.add(file, "line 1", "Expected no DOCTYPE.")
        return Outline()
    check_own_words(file, root, findings)
    answers = tuple(_answer_form_uses(file, root))
    return Outline(
        processes=tuple(_process(file, element) for element in root.iterchildren(f"{_BPMN}process")),
        form_uses=(*_form_uses(file, root), *answers),
        answer_forms={use.element_id: use.form_id for use in answers},
    )


def _process(file: str, element: etree._Element) -> ProcessOutline:
    plain_starts = (
        start
        for start in element.iterchildren(f"{_BPMN}startEvent")
        if not any(str(child.tag).endswith("EventDefinition") for child in start)
    )
    start_forms = [form_id for start in plain_starts if (form_id := _form_id(start)) is not None]
    return ProcessOutline(
        id=element.get("id", ""),
        file=file,
        line=_line(element),
        executable=element.get("isExecutable") in ("true", "1"),
        end_events=frozenset(end.get("id", "") for end in element.iterchildren(f"{_BPMN}endEvent")),
        start_form_id=start_forms[0] if start_forms else None,
    )


def _form_uses(file: str, root: etree._Element) -> Iterator[FormUse]:
    for element in root.iter(f"{_BPMN}userTask", f"{_BPMN}startEvent"):
        form_id = _form_id(element)
        if form_id is not None:
            yield FormUse(
                file=file,
                element_id=element.get("id", ""),
                line=_line(element),
                form_id=form_id,
            )


def _answer_form_uses(file: str, root: etree._Element) -> Iterator[FormUse]:
    for named in root.iter(f"{_ZEEBE}property"):
        owner = next(named.iterancestors(f"{_BPMN}extensionElements"), named).getparent()
        if named.get("name") == ANSWER_FORM and owner is not None:
            yield FormUse(
                file=file,
                element_id=owner.get("id", ""),
                line=_line(named),
                form_id=named.get("value", ""),
            )


def _line(element: etree._Element) -> int:
    line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs declare no type
    return line or 1


def _form_id(element: etree._Element) -> str | None:
    named = element.find(f"{_BPMN}extensionElements/{_ZEEBE}formDefinition")
    return None if named is None else named.get("formId") or named.get("formKey")
