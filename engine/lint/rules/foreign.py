"""What other engines and tools have written into a diagram: told, never ignored in silence."""

from collections.abc import Iterator

from engine.bpmn.diagram import ACTIVITIES, RESOURCE_ROLES
from engine.bpmn.foreign import ForeignExtension, Standing, foreign_extensions
from engine.bpmn.foreign_names import ForeignMeaning
from engine.lint.finding import Severity
from engine.lint.foreign_texts import FOREIGN_TEXTS
from engine.lint.rule import CheckedDiagram, Violation, Violations, at, rule


@rule(
    "foreign-behaviour",
    source="the dialect: no extension of another engine is read",
    says_el="Το {names} στο {what} δεν διαβάζεται εδώ· στο {engine} {does}.",
    says_en="{names} on {what} is not read here; in {engine} it {does}.",
    why_el="Ό,τι γράφτηκε για άλλη μηχανή θα έλειπε σιωπηλά: η εργασία θα άνοιγε χωρίς υπεύθυνο, η δουλειά "
    "δεν θα γινόταν.",
    why_en="What was written for another engine would be missing in silence: a task would open for nobody, "
    "work would not be done.",
    remedy_el="Γράψτε το στη διάλεκτο, όπως λέει ο πίνακας στο τέλος· ό,τι έχει ακριβές αντίστοιχο το γράφει "
    "το stoa convert.",
    remedy_en="Say it in the dialect, as the table at the end says; stoa convert writes what has an exact "
    "counterpart.",
)
def foreign_behaviour(diagram: CheckedDiagram) -> Violations:
    """Yields what means behaviour in another engine, once for each meaning at an element."""
    for found in _of(diagram, Standing.BEHAVIOUR):
        text = FOREIGN_TEXTS[found.meaning or ForeignMeaning.UNKNOWN]
        yield Violation(
            element=found.element,
            values={"names": ", ".join(found.names), "engine": found.engine, "does": text.does},
            remedy=text.here,
        )


@rule(
    "foreign-note",
    severity=Severity.HINT,
    source="the dialect: no extension of another engine is read",
    says_el="Το {names} του {engine} είναι σημείωση άλλου εργαλείου, χωρίς αποτέλεσμα (θέσεις: {count}).",
    says_en="{names} of {engine} is a note of another tool and has no effect (places: {count}).",
    why_el="Οι σημειώσεις δεν αλλάζουν τη διαδικασία· όποιος τις διαβάζει ας ξέρει ότι εδώ δεν μετρούν.",
    why_en="Such notes do not change the procedure; whoever reads them should know that they do not count "
    "here.",
    remedy_el="Αφήστε το ή αφαιρέστε το.",
    remedy_en="Leave it, or remove it.",
)
def foreign_note(diagram: CheckedDiagram) -> Violations:
    """Yields the notes of engines and tools, each name once, where it is first."""
    yield from _once(_of(diagram, Standing.NOTE))


@rule(
    "foreign-namespace",
    severity=Severity.WARNING,
    source="the dialect: no extension of another engine is read",
    says_el="Το {names} ανήκει στον χώρο ονομάτων {engine}, που δεν είναι γνωστός, και δεν διαβάζεται "
    "(θέσεις: {count}).",
    says_en="{names} is of the namespace {engine}, which is not known, and is not read (places: {count}).",
    why_el="Αν εκεί σήμαινε συμπεριφορά, αυτή θα λείπει.",
    why_en="If it meant behaviour there, that will be missing.",
    remedy_el="Βρείτε τι σημαίνει, γράψτε το στη διάλεκτο ή αφαιρέστε το.",
    remedy_en="Find out what it means, say it in the dialect, or remove it.",
)
def foreign_namespace(diagram: CheckedDiagram) -> Violations:
    """Yields what is of no known namespace, each name once, where it is first."""
    yield from _once(_of(diagram, Standing.UNKNOWN))


@rule(
    "people-assigned",
    source="the dialect: zeebe:assignmentDefinition says who has a task",
    says_el="Το {what} λέει με {role} ποιος το εκτελεί· αυτό δεν διαβάζεται εδώ.",
    says_en="{what} says by {role} who does it, which is not read here.",
    why_el="Η εργασία θα άνοιγε χωρίς υπεύθυνο και χωρίς υποψηφίους.",
    why_en="The task would open without an assignee and without candidates.",
    remedy_el="Γράψτε το ως zeebe:assignmentDefinition assignee, candidateGroups ή candidateUsers.",
    remedy_en="Write it as zeebe:assignmentDefinition assignee, candidateGroups or candidateUsers.",
)
def people_assigned(diagram: CheckedDiagram) -> Violations:
    """Yields activities with BPMN's own elements for who does them."""
    for role in diagram.elements(*RESOURCE_ROLES):
        if role.parent is not None and role.parent.kind in ACTIVITIES:
            yield at(role.parent, role=role.kind)


def _of(diagram: CheckedDiagram, standing: Standing) -> Iterator[ForeignExtension]:
    return (found for found in foreign_extensions(diagram.root) if found.standing is standing)


def _once(extensions: Iterator[ForeignExtension]) -> Iterator[Violation]:
    places: dict[tuple[str, str], list[ForeignExtension]] = {}
    for found in extensions:
        for name in found.names:
            places.setdefault((found.engine, name), []).append(found)
    for (engine, name), found_at in places.items():
        yield at(found_at[0].element, names=name, engine=engine, count=str(len(found_at)))
