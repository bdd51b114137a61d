"""The words of a diagram that are ours and not BPMN's: properties that begin with `stoa:`, and roles."""

from typing import Final

from lxml import etree

from engine.bundle.findings import Findings
from engine.kernel.actor import Role
from engine.kernel.case_words import Flag

_BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"
_PREFIX: Final = "stoa:"
_NAME: Final = "stoa:name-en"
_FLAG: Final = "stoa:flag"
_BRANCH: Final = "stoa:branch"
ANSWER_FORM: Final = "stoa:answer-form"
"""Names, on a service task, the form that an agency's answer must fit."""
_PROPERTIES: Final = (_NAME, _FLAG, _BRANCH, ANSWER_FORM)

TASK_FLAGS: Final = (Flag.AWAITING_CITIZEN, Flag.READY_FOR_PICKUP)
"""The flags that a case carries while a task is open; every other one follows from the case itself."""


def check_own_words(file: str, root: etree._Element, findings: Findings) -> None:
    """Note properties that mean nothing here, flags that no task sets, and groups that nobody is in."""
    for element in root.iter(f"{_ZEEBE}property", f"{_ZEEBE}assignmentDefinition"):
        sentence = _problem(element)
        if sentence is not None:
            line: int | None = element.sourceline  # type: ignore[assignment]  # the stubs declare no type
            findings.add(file, f"line {line or 1}, {_owner(element)}", sentence)


def _problem(element: etree._Element) -> str | None:
    if str(element.tag).endswith("assignmentDefinition"):
        return _group_problem(element.get("candidateGroups", ""))
    name, value = element.get("name", ""), element.get("value", "")
    if name.startswith(_PREFIX) and name not in _PROPERTIES:
        return f"Expected one of the properties {', '.join(_PROPERTIES)}, found {name!r:.80}."
    if name == _FLAG and value not in TASK_FLAGS:
        return f"Expected {_FLAG} to be one of {', '.join(TASK_FLAGS)}, found {value!r:.80}."
    if name == ANSWER_FORM and not _is_for_an_agency(element):
        return f"Expected {ANSWER_FORM} on what an agency answers: an element with a zeebe:taskDefinition."
    if name == _BRANCH and not (len(value) == 4 and value.isascii() and value.isdigit()):
        return f"Expected {_BRANCH} to be the four digits of a branch's code, found {value!r:.80}."
    return None


def _is_for_an_agency(element: etree._Element) -> bool:
    """Whether the element that the property is on is handed to an agency."""
    around = next(element.iterancestors(f"{_BPMN}extensionElements"), None)
    return around is not None and around.find(f"{_ZEEBE}taskDefinition") is not None


def _group_problem(groups: str) -> str | None:
    """What is wrong with a list of groups; those of an expression are not known before it is evaluated."""
    if groups.startswith("="):
        return None
    named = [group.strip() for group in groups.split(",") if group.strip()]
    unknown = [group for group in named if group not in list(Role)]
    if not unknown:
        return None
    return f"Expected the candidate groups to be roles ({', '.join(Role)}), found {', '.join(unknown)!r:.80}."


def _owner(element: etree._Element) -> str:
    """The id of the BPMN element that the extension belongs to."""
    return next((around.get("id", "") for around in element.iterancestors() if around.get("id")), "")
