"""Processes and the calls between them."""

from collections.abc import Iterator

from engine.bpmn.diagram import DrawnScope
from engine.bpmn.shared_parts import called_process, means_part
from engine.kernel.xml import Element
from engine.lint import cycles
from engine.lint.rule import CheckedDiagram, Violation, Violations, at, described, resembling, rule


@rule(
    "executable-process-needed",
    source="BPMN 2.0.2, table 10.1; the engine runs executable processes",
    says_el="Το αρχείο δεν έχει εκτελέσιμη διαδικασία.",
    says_en="The file has no executable process.",
    why_el='Εκτελείται μόνο διαδικασία με isExecutable="true"· τα άλλα σχέδια είναι για ανάγνωση.',
    why_en='Only a process with isExecutable="true" is run; other drawings are for reading.',
    remedy_el="Σημάνετε τη διαδικασία ως εκτελέσιμη.",
    remedy_en="Mark the process as executable.",
)
def executable_process_needed(diagram: CheckedDiagram) -> Violations:
    """Yields the first process, or the file, where none is executable."""
    processes = list(diagram.processes)
    if not any(scope.executable for scope in processes):
        yield at(processes[0].element if processes else diagram.root)


@rule(
    "public-process-not-executable",
    source="BPMN 2.0.2, table 10.1; EXT.035",
    says_el="Η δημόσια διαδικασία {what} είναι σημασμένη ως εκτελέσιμη.",
    says_en="The public {what} is marked as executable.",
    why_el="Μια δημόσια διαδικασία δείχνει μόνο τι βλέπουν οι άλλοι· δεν έχει όλα όσα χρειάζονται για να "
    "τρέξει.",
    why_en="A public process shows only what others see of it, not all that is needed to run it.",
    remedy_el='Γράψτε processType="Private".',
    remedy_en='Write processType="Private".',
)
def public_process_not_executable(diagram: CheckedDiagram) -> Violations:
    """Yields public processes marked as executable."""
    for scope in diagram.processes:
        if scope.element.get("processType") == "Public" and scope.executable:
            yield at(scope.element)


@rule(
    "main-process-known",
    source="the engine: procedure.yaml names the process that a case starts",
    says_el="Το procedure.yaml ονομάζει τη διαδικασία {ref}, που δεν υπάρχει στα αρχεία.",
    says_en="procedure.yaml names the process {ref}, which is in none of the files.",
    why_el="Μια νέα υπόθεση δεν θα είχε τι να αρχίσει.",
    why_en="A new case would have nothing to start.",
    remedy_el="Διορθώστε το process στο procedure.yaml ή το id της διαδικασίας.",
    remedy_en="Correct process in procedure.yaml, or the id of the process.",
)
def main_process_known(diagram: CheckedDiagram) -> Violations:
    """Yields the file's root where the process of the procedure is missing."""
    main = diagram.files.main_process
    if main is not None and main not in diagram.files.processes:
        yield at(diagram.root, ref=main)


@rule(
    "run-process-executable",
    source="BPMN 2.0.2, table 10.1; the engine runs executable processes",
    says_el="Η διαδικασία {what} εκτελείται από {by}, αλλά δεν είναι σημασμένη ως εκτελέσιμη.",
    says_en="{what} is run by {by}, but is not marked as executable.",
    why_el="Ό,τι δεν είναι εκτελέσιμο δεν ελέγχεται ως τέτοιο, και η υπόθεση θα έφτανε σε κάτι "
    "μισοτελειωμένο.",
    why_en="What is not executable is not checked as such, and a case would come upon something unfinished.",
    remedy_el='Σημάνετε τη διαδικασία ως εκτελέσιμη (isExecutable="true").',
    remedy_en='Mark the process as executable (isExecutable="true").',
)
def run_process_executable(diagram: CheckedDiagram) -> Violations:
    """Yields processes that a case starts, or their file calls, and that are not executable."""
    callers = {called: described(element) for element, called in calls(diagram)}
    if diagram.files.main_process is not None:
        callers[diagram.files.main_process] = "procedure.yaml"
    for scope in diagram.processes:
        if scope.id in callers and not scope.executable:
            yield at(scope.element, by=callers[scope.id])


def calls(diagram: CheckedDiagram) -> Iterator[tuple[Element, str]]:
    """Every call activity with the id of what it calls: empty for none, FEEL where it begins with `=`."""
    for element in diagram.elements("callActivity"):
        yield element, called_process(element)


@rule(
    "called-process-known",
    source="BPMN 2.0.2, 10.3.6; the engine pins what is called",
    says_el="Η δραστηριότητα κλήσης {what} καλεί το «{ref}», που δεν υπάρχει στα αρχεία.",
    says_en="The {what} calls {ref}, which is in none of the files.",
    why_el="Η έκδοση μιας διαδικασίας περιέχει όλα όσα καλεί, ώστε να μην αλλάζουν κάτω από μια υπόθεση.",
    why_en="A version of a procedure holds all that it calls, so that nothing changes under a running case.",
    remedy_el="Προσθέστε το αρχείο της διαδικασίας ή διορθώστε το id.",
    remedy_en="Add the file of the process, or correct the id.",
)
def called_process_known(diagram: CheckedDiagram) -> Violations:
    """Yields call activities that call nothing, or what is not there; not FEEL, and no shared parts."""
    files = diagram.files
    for element, called in calls(diagram):
        known = called in files.processes or called in files.global_tasks or called.startswith("=")
        if not known and not means_part(called) and diagram.is_executable(element):
            near = resembling(called, files.processes)
            yield Violation(element=element, values={"ref": called or "–"}, near=near)


@rule(
    "called-process-plain-start",
    source="BPMN 2.0.2, 10.3.6; EXT.099",
    says_el="Η διαδικασία {ref}, που καλεί το {what}, δεν έχει απλή έναρξη.",
    says_en="The process {ref}, which {what} calls, has no plain start event.",
    why_el="Μια κλήση δεν είναι μήνυμα ούτε χρονόμετρο: αρχίζει στην έναρξη χωρίς αφορμή.",
    why_en="A call is no message and no timer: it begins at the start event without a trigger.",
    remedy_el="Προσθέστε στην καλούμενη διαδικασία συμβάν έναρξης χωρίς αφορμή.",
    remedy_en="Add a start event without a trigger to the called process.",
)
def called_process_plain_start(diagram: CheckedDiagram) -> Violations:
    """Yields calls of processes that have start events, but no none start event."""
    unsuitable = {
        identifier
        for identifier, scope in diagram.files.processes.items()
        if all(start.definitions for start in scope.of("startEvent"))
    }
    yield from (at(element, ref=called) for element, called in calls(diagram) if called in unsuitable)


@rule(
    "call-cycle",
    source="the engine: a call opens the called process at once",
    says_el="Το {what} καλεί, μέσα από άλλες κλήσεις, την ίδια του τη διαδικασία: {cycle}.",
    says_en="{what} calls, through other calls, its own process: {cycle}.",
    why_el="Η κλήση δεν επιστρέφει ποτέ: κάθε διαδικασία ανοίγει την επόμενη.",
    why_en="The call never returns: each process opens the next.",
    remedy_el="Σπάστε τον κύκλο, π.χ. με βρόχο μέσα στη διαδικασία.",
    remedy_en="Break the cycle, for example with a loop inside the process.",
)
def call_cycle(diagram: CheckedDiagram) -> Violations:
    """Yields the first call activity of each cycle of calls, with the processes on the way round."""
    graph = {identifier: _called_in(scope) for identifier, scope in diagram.files.processes.items()}
    components = cycles.components(graph)
    reported: set[frozenset[str]] = set()
    for element, called in calls(diagram):
        home = next((each for each in element.ancestors() if each.kind == "process"), None)
        identifier = "" if home is None else home.get("id", "")
        component = components.get(called)
        if component is not None and identifier in component and component not in reported:
            reported.add(component)
            way = (identifier, *cycles.shortest_path(called, identifier, graph))
            yield at(element, cycle=" → ".join(way), path=way)


def _called_in(scope: DrawnScope) -> frozenset[str]:
    return frozenset(map(called_process, scope.element.within("callActivity")))


@rule(
    "no-mandatory-extension",
    source="BPMN 2.0.2, 8.3.3; EXT.003",
    says_el="Το αρχείο απαιτεί την επέκταση {ref}, που δεν υποστηρίζεται.",
    says_en="The file demands the extension {ref}, which is not understood here.",
    why_el='Με mustUnderstand="true" το διάγραμμα λέει ότι χωρίς την επέκταση έχει άλλη σημασία.',
    why_en='With mustUnderstand="true" the diagram says that it means something else without the extension.',
    remedy_el="Αφαιρέστε την επέκταση.",
    remedy_en="Remove the extension.",
)
def no_mandatory_extension(diagram: CheckedDiagram) -> Violations:
    """Yields extensions that must be understood."""
    for element in diagram.elements("extension"):
        if element.flag("mustUnderstand"):
            yield at(element, ref=element.get("definition") or "–")


@rule(
    "import-known",
    source="BPMN 2.0.2, 8.2.2; EXT.001",
    says_el="Το αρχείο εισάγει το {ref}, που δεν υπάρχει ανάμεσα στα αρχεία.",
    says_en="The file imports {ref}, which is not among the files.",
    why_el="Τίποτα έξω από τα αρχεία της διαδικασίας δεν διαβάζεται· ό,τι εισάγεται από εκεί λείπει.",
    why_en="Nothing outside of the procedure's files is read; what is imported from there is missing.",
    remedy_el="Προσθέστε το αρχείο ή αφαιρέστε την εισαγωγή.",
    remedy_en="Add the file, or remove the import.",
)
def import_known(diagram: CheckedDiagram) -> Violations:
    """Yields imports of files that are not here."""
    for element in diagram.elements("import"):
        location = element.get("location") or ""
        if location.rpartition("/")[2] not in diagram.files.names:
            yield at(element, ref=location or "–")
