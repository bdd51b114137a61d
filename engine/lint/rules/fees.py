"""Fees that a diagram names are in procedure.yaml, and nobody is waited for to pay for ever."""

import re
from collections.abc import Iterator

from engine.bpmn.diagram import extension, extension_pairs, mappings
from engine.bpmn.shared_parts import ValueType, called_process
from engine.kernel.money import FEE_HEADER, PAYMENT_TOPIC
from engine.kernel.xml import Element
from engine.lint.expressions import constant
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violation, Violations, at, carrier, resembling, rule

_ASKED = re.compile(r'\bstoa\.fee\(\s*(?:id\s*:\s*)?"([^"]*)"\s*\)')


def _payments(diagram: CheckedDiagram) -> Iterator[Element]:
    for node in diagram.nodes:
        definition = extension(node.element, "taskDefinition")
        if definition is not None and definition.get("type") == PAYMENT_TOPIC:
            yield node.element


@rule(
    "fee-known",
    source="the dialect: the topic stoa:payment and the function stoa.fee",
    says_el="Το {what} ζητά το παράβολο {fee}, που δεν υπάρχει στο procedure.yaml.",
    says_en="{what} asks for the fee {fee}, which procedure.yaml does not have.",
    why_el="Το ποσό, ο νόμος και οι απαλλαγές ενός παραβόλου λέγονται μία φορά, στο procedure.yaml.",
    why_en="The amount, the law and the exemptions of a fee are said once, in procedure.yaml.",
    remedy_el="Γράψτε ένα id από τα fees του procedure.yaml: {known}.",
    remedy_en="Write an id of the fees of procedure.yaml: {known}.",
)
def fee_known(diagram: CheckedDiagram) -> Violations:
    """Yields payments, calls of shared parts and expressions that name no fee of the procedure.

    Which fee variables name is not known before a case runs.
    """
    fees = diagram.files.fees
    if fees is None:
        return
    known = ", ".join(sorted(fees)) or "–"
    for element, named in (*_named_by_payments(diagram), *_named_by_calls(diagram)):
        if named is not None and named not in fees:
            values = {"fee": str(named) or "–", "known": known}
            near = resembling(str(named), fees)
            yield Violation(element=element, values=values, text=str(named), near=near)
    for found in diagram.expressions:
        for named in _ASKED.findall(found.text):
            if named not in fees:
                values = {"fee": named, "known": known}
                near = resembling(named, fees)
                yield Violation(element=carrier(found.element), values=values, text=named, near=near)


def _named_by_payments(diagram: CheckedDiagram) -> Iterator[tuple[Element, object]]:
    """Each payment with the fee that its header says, or else its input variable; None where that depends."""
    for task in _payments(diagram):
        header = extension_pairs(task, "taskHeaders", "header", key="key").get(FEE_HEADER, "").strip()
        given = [one for one in mappings(task, "input") if one.get("target") == FEE_HEADER]
        yield task, constant(given[-1].get("source", "")) if given and not header else header


def _named_by_calls(diagram: CheckedDiagram) -> Iterator[tuple[Element, object]]:
    """Each fee that a shared part is given; None where that depends on variables."""
    for call in diagram.elements("callActivity"):
        part = diagram.files.parts.get(called_process(call))
        if part is None:
            continue
        for given in mappings(call, "input"):
            if part.types.get(given.get("target", "")) == ValueType.FEE:
                yield call, constant(given.get("source", ""))


@rule(
    "payment-given-up",
    severity=Severity.WARNING,
    source="the dialect: the topic stoa:payment",
    says_el="Το {what} περιμένει την πληρωμή για πάντα.",
    says_en="{what} waits for the payment for ever.",
    why_el="Όποιος δεν πληρώνει θα άφηνε την υπόθεση ανοικτή χωρίς τέλος.",
    why_en="Whoever does not pay would leave the case open without an end.",
    remedy_el="Βάλτε στην εργασία ένα διακόπτον συμβάν χρόνου, και ό,τι ακολουθεί όταν δεν πληρωθεί.",
    remedy_en="Put an interrupting timer on the task, and what follows when it is not paid.",
)
def payment_given_up(diagram: CheckedDiagram) -> Violations:
    """Yields payments without an interrupting timer on their edge."""
    given_up = {
        node.element.get("attachedToRef")
        for node in diagram.nodes
        if node.kind == "boundaryEvent" and node.has("timer") and node.interrupts
    }
    for task in _payments(diagram):
        if task.get("id") not in given_up:
            yield at(task)
