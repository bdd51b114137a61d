"""Link events: each throwing link leads to one catching link of its own level."""

from engine.lint.firing import leaps, links, listed
from engine.lint.rule import CheckedDiagram, Violations, at, rule


@rule(
    "link-has-target",
    source="BPMN 2.0.2, 10.5.5; EXT.118, EXT.125, EXT.126",
    says_el="Ο σύνδεσμος {what} δεν οδηγεί σε ακριβώς έναν σύνδεσμο εισόδου του ίδιου επιπέδου (βρέθηκαν "
    "{count}).",
    says_en="The link {what} does not lead to exactly one catching link on its level ({count} found).",
    why_el="Ένας σύνδεσμος είναι άλμα μέσα στην ίδια διαδικασία· χωρίς προορισμό η υπόθεση χάνεται.",
    why_en="A link is a leap within one process; without a target the case is lost.",
    remedy_el="Δώστε το ίδιο όνομα στους δύο συνδέσμους και βάλτε τους στο ίδιο επίπεδο.",
    remedy_en="Give both links the same name, and put them on the same level.",
)
def link_has_target(diagram: CheckedDiagram) -> Violations:
    """Yields throwing links that lead to no or to several catching links."""
    for scope in diagram.scopes:
        targets = leaps(scope)
        for node, throw in links(scope, "intermediateThrowEvent"):
            count = len(targets[node])
            if count != 1 or len(listed(throw, "target")) > 1:
                yield at(node.element, count=str(count))


@rule(
    "link-has-source",
    source="BPMN 2.0.2, 10.5.5; EXT.118, EXT.124",
    says_el="Σε κανέναν σύνδεσμο εξόδου του επιπέδου δεν αντιστοιχεί ο σύνδεσμος {what}.",
    says_en="No throwing link on its level leads to the link {what}.",
    why_el="Από έναν σύνδεσμο στον οποίο δεν οδηγεί κανείς δεν περνά ποτέ υπόθεση.",
    why_en="No case ever passes a link that none leads to.",
    remedy_el="Προσθέστε τον σύνδεσμο εξόδου ή διαγράψτε αυτόν.",
    remedy_en="Add the throwing link, or delete this one.",
)
def link_has_source(diagram: CheckedDiagram) -> Violations:
    """Yields catching links that no throwing link leads to."""
    for scope in diagram.scopes:
        reached = {catch for catches in leaps(scope).values() for catch in catches}
        for node, _ in links(scope, "intermediateCatchEvent"):
            if node not in reached:
                yield at(node.element)


@rule(
    "link-ends-agree",
    source="BPMN 2.0.2, 10.5.5; EXT.118, EXT.124, EXT.125",
    says_el="Ο σύνδεσμος {what} αναφέρει το {ref}, που δεν τον αναφέρει πίσω.",
    says_en="The link {what} names {ref}, which does not name it back.",
    why_el="Οι δύο άκρες ενός συνδέσμου πρέπει να λένε το ίδιο.",
    why_en="The two ends of a link must say the same.",
    remedy_el="Διορθώστε το source ή το target των δύο ορισμών.",
    remedy_en="Correct source or target of the two definitions.",
)
def link_ends_agree(diagram: CheckedDiagram) -> Violations:
    """Yields links whose named other end does not name them."""
    for scope in diagram.scopes:
        for kind, there, back in (
            ("intermediateThrowEvent", "target", "source"),
            ("intermediateCatchEvent", "source", "target"),
        ):
            for node, trigger in links(scope, kind):
                for reference in listed(trigger, there):
                    other = diagram.named(reference)
                    named = (
                        []
                        if other is None
                        else [part.content.rpartition(":")[2] for part in other.children(back)]
                    )
                    if trigger.element.get("id") not in named:
                        yield at(node.element, ref=reference)


@rule(
    "link-one-sided",
    source="BPMN 2.0.2, 10.5.5; EXT.117",
    says_el="Ο σύνδεσμος {what} έχει τη ροή {flow} στη λάθος πλευρά.",
    says_en="The link {what} has the flow {flow} on its wrong side.",
    why_el="Σύνδεσμος εξόδου δεν έχει εξερχόμενη ροή, σύνδεσμος εισόδου δεν έχει εισερχόμενη.",
    why_en="A throwing link has no outgoing flow, a catching link no incoming one.",
    remedy_el="Διαγράψτε τη ροή.",
    remedy_en="Delete the flow.",
)
def link_one_sided(diagram: CheckedDiagram) -> Violations:
    """Yields links with a flow on both sides."""
    for scope in diagram.scopes:
        for node, _ in links(scope, "intermediateThrowEvent"):
            yield from (at(node.element, flow=flow.id) for flow in scope.outgoing(node))
        for node, _ in links(scope, "intermediateCatchEvent"):
            yield from (at(node.element, flow=flow.id) for flow in scope.incoming(node))
