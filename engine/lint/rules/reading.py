"""Rules judged while a file is read: it must be XML of a bounded size, and BPMN by its schema."""

from engine.bpmn import schema
from engine.lint.rule import CheckedDiagram, Violation, Violations, rule

MOST_DUPLICATES = 100

WELL_FORMED = rule(
    "well-formed",
    source="XML 1.0, 2.1",
    says_el="Το αρχείο δεν είναι καλοσχηματισμένη XML: {detail}.",
    says_en="The file is not well-formed XML: {detail}.",
    why_el="Ένα αρχείο που δεν διαβάζεται δεν μπορεί να ελεγχθεί ούτε να εκτελεστεί.",
    why_en="A file that cannot be read can be neither checked nor run.",
    remedy_el="Αποθηκεύστε ξανά το διάγραμμα από τον σχεδιαστή.",
    remedy_en="Save the diagram anew from the modeler.",
)(None)

NO_DOCTYPE = rule(
    "no-doctype",
    source="the engine's safety",
    says_el="Το αρχείο έχει δήλωση τύπου εγγράφου ({detail}).",
    says_en="The file has a document type declaration ({detail}).",
    why_el="Οι οντότητες ενός DOCTYPE μπορούν να διαβάσουν άλλα αρχεία ή να εξαντλήσουν τη μνήμη.",
    why_en="The entities of a DOCTYPE can read other files or use up the memory.",
    remedy_el="Αφαιρέστε τη γραμμή DOCTYPE.",
    remedy_en="Remove the DOCTYPE line.",
)(None)

SIZE_LIMIT = rule(
    "size-limit",
    source="the engine's safety",
    says_el="Το αρχείο ξεπερνά ένα όριο: {detail}.",
    says_en="The file passes a limit: {detail}.",
    why_el="Κανένα πραγματικό διάγραμμα δεν είναι τόσο μεγάλο ή τόσο βαθύ· ένα κακόβουλο μπορεί να είναι.",
    why_en="No honest diagram is that large or that deep; a hostile one may be.",
    remedy_el="Χωρίστε τη διαδικασία σε περισσότερα αρχεία με δραστηριότητες κλήσης.",
    remedy_en="Split the procedure into several files with call activities.",
)(None)

IS_BPMN = rule(
    "is-bpmn",
    source="BPMN 2.0.2, 8.1.1",
    says_el="Το αρχείο δεν είναι BPMN 2.0: αρχίζει με {detail}.",
    says_en="The file is not BPMN 2.0: it begins with {detail}.",
    why_el="Η ρίζα ενός διαγράμματος είναι το στοιχείο definitions του χώρου ονομάτων του BPMN 2.0.",
    why_en="The root of a diagram is the element definitions of BPMN 2.0's namespace.",
    remedy_el="Εξαγάγετε το διάγραμμα ως BPMN 2.0.",
    remedy_en="Export the diagram as BPMN 2.0.",
)(None)


DECISIONS_READ = rule(
    "decisions-read",
    source="DMN 1.5",
    says_el="Η απόφαση {element} δεν διαβάζεται: {detail}.",
    says_en="The decision file cannot be read at {element}: {detail}.",
    why_el="Μια απόφαση που δεν διαβάζεται ολόκληρη θα έδινε null τη στιγμή που χρειάζεται.",
    why_en="A decision that is not understood in full would give null at the moment it is needed.",
    remedy_el="Διορθώστε το αρχείο DMN στον σχεδιαστή.",
    remedy_en="Correct the DMN file in the modeler.",
)(None)


@rule(
    "schema",
    source="BPMN 2.0.2, the XML Schema (BPMN20.xsd); EXT.014, EXT.060",
    says_el="Το σχήμα του BPMN 2.0 δεν το επιτρέπει: {detail}.",
    says_en="The schema of BPMN 2.0 does not allow it: {detail}.",
    why_el="Ό,τι δεν επιτρέπει το σχήμα, κάθε εργαλείο το διαβάζει αλλιώς ή το χάνει.",
    why_en="What the schema does not allow is read differently by every tool, or lost.",
    remedy_el="Διορθώστε το στοιχείο στον σχεδιαστή· μη γράφετε το αρχείο με το χέρι.",
    remedy_en="Correct the element in the modeler rather than in the text of the file.",
)
def schema_kept(diagram: CheckedDiagram) -> Violations:
    """Yields every line that the schema refuses.

    The validator's time grows with the square of repeated ids; many of them are left to the rule `unique-id`.
    """
    if sum(1 for _ in diagram.duplicates()) > MOST_DUPLICATES:
        return
    found = list(schema.errors(diagram.root))
    lines = {error.line for error in found}
    at_line = {
        element.line: element for element in diagram.root.within(namespace="*") if element.line in lines
    }
    for error in found:
        yield Violation(
            element=at_line.get(error.line, diagram.root),
            values={"detail": error.detail},
            line=error.line or 1,
        )
