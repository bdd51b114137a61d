"""Rules judged while a file is read: it must be XML of a bounded size, and BPMN by its schema."""

from engine.bpmn import schema
from engine.lint.finding import Severity, Text
from engine.lint.rule import CheckedDiagram, Rule, Spot, Spots, rule

MOST_DUPLICATES = 100

WELL_FORMED = Rule(
    id="well-formed",
    severity=Severity.ERROR,
    source="XML 1.0, 2.1",
    says=Text(
        el="Το αρχείο δεν είναι καλοσχηματισμένη XML: {detail}.",
        en="The file is not well-formed XML: {detail}.",
    ),
    why=Text(
        el="Ένα αρχείο που δεν διαβάζεται δεν μπορεί να ελεγχθεί ούτε να εκτελεστεί.",
        en="A file that cannot be read can be neither checked nor run.",
    ),
    remedy=Text(
        el="Αποθηκεύστε ξανά το διάγραμμα από τον σχεδιαστή.",
        en="Save the diagram anew from the modeler.",
    ),
    find=None,
)

NO_DOCTYPE = Rule(
    id="no-doctype",
    severity=Severity.ERROR,
    source="the engine's safety",
    says=Text(
        el="Το αρχείο έχει δήλωση τύπου εγγράφου ({detail}).",
        en="The file has a document type declaration ({detail}).",
    ),
    why=Text(
        el="Οι οντότητες ενός DOCTYPE μπορούν να διαβάσουν άλλα αρχεία ή να εξαντλήσουν τη μνήμη.",
        en="The entities of a DOCTYPE can read other files or use up the memory.",
    ),
    remedy=Text(el="Αφαιρέστε τη γραμμή DOCTYPE.", en="Remove the DOCTYPE line."),
    find=None,
)

SIZE_LIMIT = Rule(
    id="size-limit",
    severity=Severity.ERROR,
    source="the engine's safety",
    says=Text(el="Το αρχείο ξεπερνά ένα όριο: {detail}.", en="The file passes a limit: {detail}."),
    why=Text(
        el="Κανένα πραγματικό διάγραμμα δεν είναι τόσο μεγάλο ή τόσο βαθύ· ένα κακόβουλο μπορεί να είναι.",
        en="No honest diagram is that large or that deep; a hostile one may be.",
    ),
    remedy=Text(
        el="Χωρίστε τη διαδικασία σε περισσότερα αρχεία με δραστηριότητες κλήσης.",
        en="Split the procedure into several files with call activities.",
    ),
    find=None,
)

IS_BPMN = Rule(
    id="is-bpmn",
    severity=Severity.ERROR,
    source="BPMN 2.0.2, 8.1.1",
    says=Text(
        el="Το αρχείο δεν είναι BPMN 2.0: αρχίζει με {detail}.",
        en="The file is not BPMN 2.0: it begins with {detail}.",
    ),
    why=Text(
        el="Η ρίζα ενός διαγράμματος είναι το στοιχείο definitions του χώρου ονομάτων του BPMN 2.0.",
        en="The root of a diagram is the element definitions of BPMN 2.0's namespace.",
    ),
    remedy=Text(
        el="Εξαγάγετε το διάγραμμα ως BPMN 2.0.",
        en="Export the diagram as BPMN 2.0.",
    ),
    find=None,
)


DECISIONS_READ = Rule(
    id="decisions-read",
    severity=Severity.ERROR,
    source="DMN 1.5",
    says=Text(
        el="Η απόφαση {element} δεν διαβάζεται: {detail}.",
        en="The decision file cannot be read at {element}: {detail}.",
    ),
    why=Text(
        el="Μια απόφαση που δεν διαβάζεται ολόκληρη θα έδινε null τη στιγμή που χρειάζεται.",
        en="A decision that is not understood in full would give null at the moment it is needed.",
    ),
    remedy=Text(
        el="Διορθώστε το αρχείο DMN στον σχεδιαστή.",
        en="Correct the DMN file in the modeler.",
    ),
    find=None,
)


@rule(
    "schema",
    source="BPMN 2.0.2, the XML Schema (BPMN20.xsd)",
    says=Text(
        el="Το σχήμα του BPMN 2.0 δεν το επιτρέπει: {detail}.",
        en="The schema of BPMN 2.0 does not allow it: {detail}.",
    ),
    why=Text(
        el="Ό,τι δεν επιτρέπει το σχήμα, κάθε εργαλείο το διαβάζει αλλιώς ή το χάνει.",
        en="What the schema does not allow is read differently by every tool, or lost.",
    ),
    remedy=Text(
        el="Διορθώστε το στοιχείο στον σχεδιαστή· μη γράφετε το αρχείο με το χέρι.",
        en="Correct the element in the modeler rather than in the text of the file.",
    ),
)
def schema_kept(diagram: CheckedDiagram) -> Spots:
    """Yields every line that the schema refuses.

    The validator's time grows with the square of repeated ids; many of them are left to the rule `unique-id`.
    """
    if sum(1 for _ in diagram.duplicates()) > MOST_DUPLICATES:
        return
    found = list(schema.breaches(diagram.root))
    lines = {breach.line for breach in found}
    at_line = {
        element.line: element for element in diagram.root.within(namespace="*") if element.line in lines
    }
    for breach in found:
        yield Spot(
            element=at_line.get(breach.line, diagram.root),
            values={"detail": breach.detail},
            line=breach.line or 1,
        )
