"""Fees that a diagram names are in procedure.yaml, and nobody is waited for to pay for ever."""

import re
from collections.abc import Iterator

from engine.bpmn.diagram import extension, extension_pairs
from engine.kernel.money import FEE_HEADER, PAYMENT_TOPIC
from engine.kernel.xml import Element
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violations, at, carrier, rule

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
    """Yields payments and expressions that name no fee of the procedure."""
    fees = diagram.files.fees
    if fees is None:
        return
    known = ", ".join(sorted(fees)) or "–"
    for task in _payments(diagram):
        named = extension_pairs(task, "taskHeaders", "header", key="key").get(FEE_HEADER, "").strip()
        if named not in fees:
            yield at(task, fee=named or "–", known=known)
    for found in diagram.expressions:
        for named in _ASKED.findall(found.text):
            if named not in fees:
                yield at(carrier(found.element), fee=named, known=known)


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
