"""Incidents in words: why a case stopped, where, and what had been attempted."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from api.pages.frame.language import gettext as _
from api.pages.frame.language import localized_pair
from engine.bundle.steps import DrawnElement, elements_of
from engine.incidents.model import Attempt, AttemptKind
from engine.kernel.topics import ORGANISATION_TOPIC
from engine.service_tasks.register_jobs import GIVEN_UP

Elements = Mapping[str, DrawnElement]
"""The elements of a version's diagrams, by id."""


class Repair(StrEnum):
    RETRY = "retry"
    CORRECT = "correct"
    MOVE = "move"


class Explanation(NamedTuple):
    """Why a case stopped: a heading, what it means, what usually helps, and which repair that is."""

    heading: str
    meaning: str
    remedy: str
    best: Repair


def explanation_of(code: str, element: DrawnElement | None = None) -> Explanation:
    """The explanation of a code at an element; a general one for codes without their own."""
    if code == "uncaught_error" and asks_registers(element):
        return _refused_by_registers()
    if code == "uncaught_error" and element is not None and element.is_end:
        return _thrown_by_the_diagram()
    known = _known()
    return known.get(code) or known["fault"]


def codes() -> list[tuple[str, str]]:
    """Every code with an explanation of its own, with its heading, by heading."""
    return sorted(((code, why.heading) for code, why in _known().items()), key=lambda pair: pair[1])


def asks_registers(element: DrawnElement | None) -> bool:
    """Whether an element asks for a change of the registers, and not an agency."""
    return element is not None and element.topic == ORGANISATION_TOPIC


def _refused_by_registers() -> Explanation:
    return Explanation(
        _("A refusal that the procedure does not know"),
        _(
            "The procedure asked for a change of the registers. "
            "It was refused, with a code for which it has no way."
        ),
        _(
            "Set right what stands in the way of the change, in the registers or in a value of the case, "
            "and try again: the change is asked for anew."
        ),
        Repair.RETRY,
    )


def _thrown_by_the_diagram() -> Explanation:
    return Explanation(
        _("An error that the procedure throws and does not catch"),
        _("The case came to an end that throws an error, and no part around it has a way for that error."),
        _tell(),
        Repair.MOVE,
    )


def _tell() -> str:
    return _("Tell whoever answers for the procedure. Meanwhile the case can be taken to another step.")


def _known() -> Mapping[str, Explanation]:
    correct = _("Look at the values of the case, correct the one that is wrong or missing, and try again.")
    tell = _tell()
    return {
        "no_flow_chosen": Explanation(
            _("No way on applies"),
            _("The procedure branches here, and none of its ways applies to what the case knows."),
            correct,
            Repair.CORRECT,
        ),
        "undecidable_expression": Explanation(
            _("A value is missing or does not fit"),
            _("The procedure needs a value here that the case does not have, or that it cannot use."),
            correct,
            Repair.CORRECT,
        ),
        "undecidable_decision": Explanation(
            _("The rules came to no answer"),
            _("A table of rules was to decide here, and a value that it needs is missing or does not fit."),
            correct,
            Repair.CORRECT,
        ),
        "merge_conflict": Explanation(
            _("Two parts of the case contradict each other"),
            _("Two steps that ran at the same time gave one value differently. Cases stopped there once."),
            _("Try again: the value given last holds. If it is the wrong one, correct it."),
            Repair.RETRY,
        ),
        "uncaught_error": Explanation(
            _("A refusal that the procedure does not know"),
            _("The answer was a refusal, with a code for which the procedure has no way."),
            _("Clear it up with the agency, then take the case to the step at which it goes on."),
            Repair.MOVE,
        ),
        "register_act_given_up": Explanation(
            _("The registers could not be changed"),
            _("The procedure asked for a change of the registers, and a fault kept it from being made."),
            _("Once the fault is gone, try again: the change is made once, and the case goes on."),
            Repair.RETRY,
        ),
        "uncaught_cancel": Explanation(
            _("A cancellation that the procedure does not know"),
            _("A part of the procedure was cancelled, and there is no way for what follows."),
            tell,
            Repair.MOVE,
        ),
        "nothing_waits": Explanation(
            _("Nothing can move the case any more"),
            _("The case is not over, but it waits for nobody and for no date."),
            tell,
            Repair.MOVE,
        ),
        "limit_passed": Explanation(
            _("The case became too large"),
            _("The step would have taken more time or room than one case may take."),
            tell,
            Repair.MOVE,
        ),
        "unkeepable_value": Explanation(
            _("A value cannot be kept"),
            _("The step came to a value that no case can hold."),
            correct,
            Repair.CORRECT,
        ),
        "unknown_process": Explanation(
            _("A part of the procedure is missing"),
            _("The procedure calls another one that is not there."),
            tell,
            Repair.MOVE,
        ),
        "unknown_decision": Explanation(
            _("A table of rules is missing"),
            _("The procedure asks for a decision that is not there."),
            tell,
            Repair.MOVE,
        ),
        "fault": Explanation(
            _("A fault of the system"),
            _("The step ended in a fault that nobody foresaw. Nothing was half done."),
            _("Try again. If it happens again, tell the people who keep the system."),
            Repair.RETRY,
        ),
    }


def attempted_words(attempt: Attempt, element: DrawnElement | None = None) -> str:
    """What had been attempted, at the element where the case stopped."""
    if attempt.kind is AttemptKind.FAIL and attempt.error_code == GIVEN_UP:
        return _("A change of the registers was asked for, without success")
    if attempt.kind is AttemptKind.FAIL and asks_registers(element):
        return _(
            "A change of the registers was refused, with the code %(code)s", code=attempt.error_code or "–"
        )
    if attempt.kind is AttemptKind.FAIL:
        return _("The agency refused, with the code %(code)s", code=attempt.error_code or "–")
    return {
        AttemptKind.COMPLETE: _("A form or an answer was sent"),
        AttemptKind.RECEIVE: _("A message from outside arrived"),
        AttemptKind.FIRE_TIMERS: _("A date of the procedure was reached"),
    }[attempt.kind]


def elements_by_id(diagrams: tuple[str, ...]) -> Elements:
    return {element.element_id: element for bpmn in diagrams for element in elements_of(bpmn)}


def place_words(element_id: str | None, elements: Elements) -> str:
    """What the place is called where a case stopped; a dash if it is not in the diagram."""
    element = elements.get(element_id or "")
    if element is None:
        return element_id or "–"
    if element.is_flow:
        name = localized_pair(element.name, element.name_en)
        way = _(
            "the way from “%(source)s” to “%(target)s”",
            source=element_words(elements.get(element.source)),
            target=element_words(elements.get(element.target)),
        )
        return f"{way} ({name})" if name else way
    return element_words(element)


def element_words(element: DrawnElement | None) -> str:
    """The name of an element, or else its kind and its id."""
    if element is None:
        return "–"
    return localized_pair(element.name, element.name_en) or f"{kind_words(element.kind)} {element.element_id}"


def kind_words(kind: str) -> str:
    if kind.endswith("Gateway"):
        return _("branching")
    return {
        "userTask": _("task"),
        "manualTask": _("task"),
        "serviceTask": _("request to an agency"),
        "sendTask": _("message"),
        "receiveTask": _("message"),
        "scriptTask": _("calculation"),
        "businessRuleTask": _("rules"),
        "callActivity": _("part of the procedure"),
        "subProcess": _("part of the procedure"),
        "startEvent": _("beginning"),
        "endEvent": _("end"),
    }.get(kind, _("step"))
