"""Activities: tasks, sub-processes, ad-hoc sub-processes, compensation handlers and scripts."""

import re

from engine.lint import xml
from engine.lint.finding import Severity, Text
from engine.lint.model import ACTIVITIES, CHOREOGRAPHY_ACTIVITIES, SUB_PROCESSES, Diagram, Node, Scope
from engine.lint.rule import Spots, at, rule

MIME_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*(\s*;.*)?")
FEEL_FORMATS = frozenset({"feel", "text/feel", "application/feel", "text/x-feel"})


@rule(
    "quantity-positive",
    source="BPMN 2.0.2, table 10.3; EXT.037, EXT.038",
    says=Text(
        el='Το {what} έχει {name}="{value}"· πρέπει να είναι ακέραιος από 1 και πάνω.',
        en='{what} has {name}="{value}"; it must be a whole number of at least 1.',
    ),
    why=Text(
        el="Μια δραστηριότητα αρχίζει με ένα σημείο ελέγχου τουλάχιστον και αφήνει ένα τουλάχιστον.",
        en="An activity starts with at least one token and leaves at least one.",
    ),
    remedy=Text(el="Γράψτε 1 ή αφαιρέστε το χαρακτηριστικό.", en="Write 1, or remove the attribute."),
)
def quantity_positive(diagram: Diagram) -> Spots:
    """Yields activities whose start or completion quantity is below one."""
    for node in diagram.nodes:
        for name in ("startQuantity", "completionQuantity"):
            value = node.element.get(name)
            if value is not None and not re.fullmatch(r"\s*\+?0*[1-9][0-9]*\s*", value):
                yield at(node.element, name=name, value=value)


@rule(
    "no-choreography-in-process",
    source="BPMN 2.0.2, 10.3 and 11; EXT.036, EXT.056, EXT.062",
    says=Text(
        el="Η δραστηριότητα χορογραφίας {what} βρίσκεται μέσα σε διαδικασία.",
        en="The choreography activity {what} is inside a process.",
    ),
    why=Text(
        el="Μια χορογραφία περιγράφει μηνύματα μεταξύ συμμετεχόντων· καμία διαδικασία δεν την εκτελεί.",
        en="A choreography describes messages between participants; no process runs it.",
    ),
    remedy=Text(el="Αντικαταστήστε τη με εργασία.", en="Put a task in its place."),
)
def no_choreography_in_process(diagram: Diagram) -> Spots:
    """Yields choreography activities in processes and sub-processes."""
    for scope in diagram.scopes:
        yield from (at(node.element) for node in scope.of(*CHOREOGRAPHY_ACTIVITIES))


@rule(
    "receive-instantiates-first",
    source="BPMN 2.0.2, 10.3.3; EXT.049",
    says=Text(
        el="Η εργασία λήψης {what} ξεκινά τη διαδικασία, αλλά οδηγεί σε αυτήν η ροή {flow}.",
        en="The receive task {what} starts the process, but the flow {flow} leads to it.",
    ),
    why=Text(
        el="Ό,τι ξεκινά μια διαδικασία βρίσκεται στην αρχή της.",
        en="What starts a process is at its beginning.",
    ),
    remedy=Text(el="Αφαιρέστε το instantiate ή τη ροή.", en="Remove instantiate, or the flow."),
)
def receive_instantiates_first(diagram: Diagram) -> Spots:
    """Yields instantiating receive tasks that a flow leads to."""
    for scope in diagram.scopes:
        for node in scope.of("receiveTask"):
            if xml.flag(node.element, "instantiate", default=False):
                yield from (at(node.element, flow=flow.id) for flow in scope.incoming(node))


@rule(
    "ad-hoc-has-activity",
    source="BPMN 2.0.2, 10.3.5; EXT.061",
    says=Text(
        el="Η ad-hoc υποδιαδικασία {what} δεν έχει καμία δραστηριότητα.",
        en="The ad-hoc sub-process {what} has no activity.",
    ),
    why=Text(
        el="Δεν υπάρχει κάτι να διαλέξει κανείς, και η υποδιαδικασία δεν τελειώνει.",
        en="There is nothing to choose from, and it never completes.",
    ),
    remedy=Text(el="Βάλτε μέσα μία τουλάχιστον δραστηριότητα.", en="Put at least one activity in it."),
)
def ad_hoc_has_activity(diagram: Diagram) -> Spots:
    """Yields ad-hoc sub-processes without an activity."""
    for scope in diagram.scopes:
        if scope.kind == "adHocSubProcess" and not any(scope.of(*ACTIVITIES)):
            yield at(scope.element)


@rule(
    "ad-hoc-without-ends",
    source="BPMN 2.0.2, 10.3.5; EXT.062",
    says=Text(
        el="Το {what} βρίσκεται μέσα σε ad-hoc υποδιαδικασία.",
        en="{what} is inside an ad-hoc sub-process.",
    ),
    why=Text(
        el="Σε μια ad-hoc υποδιαδικασία οι δραστηριότητες δεν έχουν αρχή και τέλος· τις διαλέγει ο άνθρωπος.",
        en="In an ad-hoc sub-process activities have no beginning and no end; a person chooses them.",
    ),
    remedy=Text(
        el="Διαγράψτε το συμβάν ή κάντε τη συνηθισμένη υποδιαδικασία.",
        en="Delete the event, or make it an ordinary sub-process.",
    ),
)
def ad_hoc_without_ends(diagram: Diagram) -> Spots:
    """Yields start and end events directly inside ad-hoc sub-processes."""
    for scope in diagram.scopes:
        if scope.kind == "adHocSubProcess":
            yield from (at(node.element) for node in scope.of("startEvent", "endEvent"))


@rule(
    "sub-process-without-io",
    source="BPMN 2.0.2, 10.4.1; EXT.079",
    says=Text(
        el="Η υποδιαδικασία {what} έχει ioSpecification.",
        en="The sub-process {what} has an ioSpecification.",
    ),
    why=Text(
        el="Μια υποδιαδικασία βλέπει ήδη τα δεδομένα της διαδικασίας της· είσοδοι και έξοδοι ανήκουν στις "
        "εργασίες.",
        en="A sub-process sees the data of its process already; inputs and outputs belong to tasks.",
    ),
    remedy=Text(
        el="Βάλτε το ioSpecification στις εργασίες της ή χρησιμοποιήστε zeebe:ioMapping.",
        en="Put the ioSpecification on its tasks, or use zeebe:ioMapping.",
    ),
)
def sub_process_without_io(diagram: Diagram) -> Spots:
    """Yields sub-processes with a specification of inputs and outputs."""
    for element in diagram.elements(*SUB_PROCESSES):
        if xml.child(element, "ioSpecification") is not None:
            yield at(element)


@rule(
    "compensation-handler-linked",
    source="BPMN 2.0.2, 10.7; EXT.144",
    says=Text(
        el="Το συμβάν αντιστάθμισης {what} οδηγεί με συσχέτιση σε {count} δραστηριότητες αντιστάθμισης "
        "αντί για μία.",
        en="The compensation event {what} is associated with {count} compensation activities instead of one.",
    ),
    why=Text(
        el="Η συσχέτιση δείχνει ποια δραστηριότητα (isForCompensation) αναιρεί την άλλη.",
        en="The association shows which activity (isForCompensation) undoes the other.",
    ),
    remedy=Text(
        el='Ενώστε το συμβάν με μία δραστηριότητα που έχει isForCompensation="true".',
        en='Associate the event with one activity that has isForCompensation="true".',
    ),
)
def compensation_handler_linked(diagram: Diagram) -> Spots:
    """Yields compensation boundary events that do not lead to exactly one compensation activity."""
    for scope in diagram.scopes:
        for node in scope.of("boundaryEvent"):
            if node.triggered_by("compensation"):
                count = sum(handler.is_compensation_handler for handler in _associated(diagram, node))
                if count != 1:
                    yield at(node.element, count=str(count))


@rule(
    "compensation-handler-marked",
    source="BPMN 2.0.2, 10.7.2; EXT.144",
    says=Text(
        el='Το {other} αναιρεί την εργασία του {what}, αλλά δεν έχει isForCompensation="true".',
        en='{other} is to compensate at {what}, but has no isForCompensation="true".',
    ),
    why=Text(
        el="Χωρίς τη σήμανση η δραστηριότητα δεν ανήκει στην αντιστάθμιση και δεν εκτελείται.",
        en="Without the mark the activity is no part of the compensation, and does not run.",
    ),
    remedy=Text(el="Σημάνετέ τη ως αντιστάθμισης.", en="Mark it as a compensation activity."),
)
def compensation_handler_marked(diagram: Diagram) -> Spots:
    """Yields compensation events associated with an activity that is not marked for it."""
    for scope in diagram.scopes:
        for node in scope.of("boundaryEvent"):
            if node.triggered_by("compensation"):
                for handler in _associated(diagram, node):
                    if handler.kind in ACTIVITIES and not handler.is_compensation_handler:
                        yield at(node.element, other=xml.described(handler.element))


def _associated(diagram: Diagram, node: Node) -> list[Node]:
    identifier = node.element.get("id")
    ends = (
        {association.get("sourceRef"), association.get("targetRef")}
        for association in diagram.elements("association")
    )
    others = (
        diagram.node(diagram.referred(other))
        for pair in ends
        if identifier in pair
        for other in pair - {identifier}
    )
    return [other for other in others if other is not None]


@rule(
    "compensation-handler-unconnected",
    source="BPMN 2.0.2, 10.7.2; EXT.114",
    says=Text(
        el="Η ροή {flow} συνδέεται με το {what}, που ανήκει στην αντιστάθμιση.",
        en="The flow {flow} is connected to {what}, which belongs to compensation.",
    ),
    why=Text(
        el="Η αντιστάθμιση εκτελείται μόνο όταν ζητηθεί, έξω από την κανονική ροή.",
        en="Compensation runs only when it is asked for, outside of the normal flow.",
    ),
    remedy=Text(
        el="Αφαιρέστε τη ροή· ενώστε συμβάν και δραστηριότητα με συσχέτιση.",
        en="Remove the flow; connect event and activity with an association.",
    ),
)
def compensation_handler_unconnected(diagram: Diagram) -> Spots:
    """Yields compensation events with an outgoing flow and compensation activities with any flow."""
    for scope in diagram.scopes:
        for node in scope.nodes:
            if node.is_compensation_handler or (
                node.kind == "boundaryEvent" and node.triggered_by("compensation")
            ):
                flows = scope.outgoing(node)
                flows += scope.incoming(node) if node.kind != "boundaryEvent" else ()
                yield from (at(node.element, flow=flow.id) for flow in flows)


@rule(
    "compensation-target",
    source="BPMN 2.0.2, 10.5.5, table 10.97",
    says=Text(
        el="Το {what} ζητά αντιστάθμιση του {ref}, που δεν είναι δραστηριότητα που μπορεί να αναιρεθεί από "
        "εκεί.",
        en="{what} asks to compensate {ref}, which is no activity that can be undone from there.",
    ),
    why=Text(
        el="Αντισταθμίζεται δραστηριότητα του ίδιου επιπέδου (ή του γύρω, από υποδιαδικασία συμβάντος).",
        en="What is compensated is an activity on the same level (or around it, from an event sub-process).",
    ),
    remedy=Text(
        el="Διορθώστε ή αφαιρέστε το activityRef.",
        en="Correct activityRef, or remove it to compensate all.",
    ),
)
def compensation_target(diagram: Diagram) -> Spots:
    """Yields compensation throws that name something they cannot undo."""
    for scope in diagram.scopes:
        for node in scope.of("intermediateThrowEvent", "endEvent"):
            for trigger in node.triggers:
                reference = trigger.element.get("activityRef")
                if trigger.kind == "compensation" and reference is not None:
                    target = diagram.node(diagram.referred(reference))
                    if (
                        target is None
                        or target.kind not in ACTIVITIES
                        or not _within_reach(diagram, scope, target)
                    ):
                        yield at(node.element, ref=reference)


def _within_reach(diagram: Diagram, scope: Scope, target: Node) -> bool:
    home = diagram.scope_of(target)
    return home is not None and (home is scope or (scope.is_event_sub_process and home is scope.parent))


@rule(
    "script-format",
    source="BPMN 2.0.2, table 10.12; EXT.145",
    says=Text(
        el="Η μορφή δέσμης ενεργειών «{format}» του {what} δεν είναι τύπος MIME.",
        en="The script format {format} of {what} is no MIME type.",
    ),
    why=Text(
        el="Το scriptFormat λέει σε ποια γλώσσα είναι γραμμένη η δέσμη ενεργειών.",
        en="scriptFormat says which language the script is written in.",
    ),
    remedy=Text(
        el="Χρησιμοποιήστε zeebe:script με έκφραση FEEL.",
        en="Use zeebe:script with a FEEL expression.",
    ),
)
def script_format(diagram: Diagram) -> Spots:
    """Yields script tasks whose format is no MIME type."""
    for element in diagram.elements("scriptTask"):
        written = element.get("scriptFormat")
        if (
            written is not None
            and written.lower() not in FEEL_FORMATS
            and not MIME_TYPE.fullmatch(written.strip())
        ):
            yield at(element, format=written)


@rule(
    "script-language",
    source="the engine: FEEL is the only language that is evaluated",
    says=Text(
        el="Η δέσμη ενεργειών του {what} είναι γραμμένη σε {format}.",
        en="The script of {what} is written in {format}.",
    ),
    why=Text(
        el="Εκτελείται μόνο FEEL· κάθε άλλη γλώσσα θα μπορούσε να διαβάσει ή να αλλάξει ό,τι δεν της "
        "αναλογεί.",
        en="Only FEEL is evaluated; any other language could read or change what it has no business with.",
    ),
    remedy=Text(
        el="Γράψτε την ως έκφραση FEEL σε zeebe:script ή κάντε τη εργασία υπηρεσίας.",
        en="Write it as a FEEL expression in zeebe:script, or make it a service task.",
    ),
)
def script_language(diagram: Diagram) -> Spots:
    """Yields script tasks with a script in another language that nothing else carries out."""
    for element in diagram.elements("scriptTask"):
        written = element.get("scriptFormat", "")
        if xml.extension(element, "taskDefinition") is not None or xml.child(element, "script") is None:
            continue
        if MIME_TYPE.fullmatch(written.strip()) and written.strip().lower() not in FEEL_FORMATS:
            yield at(element, format=written)


@rule(
    "script-format-needed",
    severity=Severity.WARNING,
    source="BPMN 2.0.2, table 10.12; EXT.053",
    says=Text(
        el="Το {what} έχει δέσμη ενεργειών χωρίς scriptFormat· διαβάζεται ως FEEL.",
        en="{what} has a script without a scriptFormat; it is read as FEEL.",
    ),
    why=Text(
        el="Άλλα εργαλεία δεν ξέρουν σε ποια γλώσσα είναι γραμμένη.",
        en="Other tools do not know which language it is written in.",
    ),
    remedy=Text(
        el='Γράψτε scriptFormat="application/feel" ή χρησιμοποιήστε zeebe:script.',
        en='Write scriptFormat="application/feel", or use zeebe:script.',
    ),
)
def script_format_needed(diagram: Diagram) -> Spots:
    """Yields script tasks whose script does not say its language."""
    for element in diagram.elements("scriptTask"):
        if xml.child(element, "script") is not None and not (element.get("scriptFormat") or "").strip():
            yield at(element)


@rule(
    "script-needed",
    source="BPMN 2.0.2, table 10.12; EXT.054",
    says=Text(
        el="Το {what} δεν έχει δέσμη ενεργειών.",
        en="{what} has no script.",
    ),
    why=Text(
        el="Μια εργασία δέσμης ενεργειών χωρίς δέσμη περνά χωρίς να κάνει τίποτα.",
        en="A script task without a script passes without doing anything.",
    ),
    remedy=Text(
        el="Γράψτε την έκφραση σε zeebe:script ή κάντε τη απλή εργασία.",
        en="Write the expression in zeebe:script, or make it a plain task.",
    ),
)
def script_needed(diagram: Diagram) -> Spots:
    """Yields script tasks that name a format, or nothing at all, and have no script."""
    for element in diagram.elements("scriptTask"):
        has_work = (
            xml.extension(element, "taskDefinition") is not None
            or xml.extension(element, "script") is not None
        )
        if not has_work and xml.child(element, "script") is None and diagram.is_executable(element):
            yield at(element)


@rule(
    "text-format",
    source="BPMN 2.0.2, tables 8.5 and 8.26; EXT.004",
    says=Text(
        el="Το textFormat «{format}» του {what} δεν είναι τύπος MIME.",
        en="The textFormat {format} of {what} is no MIME type.",
    ),
    why=Text(
        el="Ο τύπος λέει πώς διαβάζεται το κείμενο· ένα εργαλείο δεν μπορεί να δείξει άγνωστο τύπο.",
        en="The type says how the text is to be read; no tool can show an unknown one.",
    ),
    remedy=Text(el="Γράψτε text/plain ή αφαιρέστε το.", en="Write text/plain, or remove it."),
)
def text_format(diagram: Diagram) -> Spots:
    """Yields documentation and annotations whose format is no MIME type."""
    for element in diagram.elements("documentation", "textAnnotation"):
        written = element.get("textFormat")
        if written is not None and not MIME_TYPE.fullmatch(written.strip()):
            yield at(element, format=written)
