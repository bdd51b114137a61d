"""The zeebe extension elements: an unknown one is refused with its line, never ignored."""

import re

from engine.bpmn.diagram import asked_version, extension
from engine.bpmn.dialect import BINDINGS, placed
from engine.bpmn.event_definitions import hidden_changes
from engine.bpmn.listeners import not_run
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violations, at, carrier, rule

TARGET = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


@rule(
    "unknown-extension",
    source="the dialect: the table of extension elements",
    says_el="Το {name} στο {what} δεν ανήκει στη διάλεκτο.",
    says_en="{name} on {what} is not part of the dialect.",
    why_el="Ό,τι δεν διαβάζεται θα αγνοούνταν σιωπηλά, και η διαδικασία θα έκανε κάτι άλλο από αυτό που "
    "γράφει.",
    why_en="What is not read would be ignored in silence, and the procedure would do something else than "
    "it says.",
    remedy_el="Αφαιρέστε το.",
    remedy_en="Remove it.",
)
def unknown_extension(diagram: CheckedDiagram) -> Violations:
    """Yields zeebe elements and attributes that the dialect does not know."""
    for element, name, attribute in diagram.unknown_extensions():
        if attribute is None:
            yield at(carrier(element), name=f"zeebe:{name}")
        elif name is None:
            yield at(element, name=f"zeebe:{attribute}")
        else:
            yield at(carrier(element), name=f"{attribute} (zeebe:{name})")


@rule(
    "mapping-target",
    source="the dialect: zeebe:ioMapping",
    says_el="Η αντιστοίχιση στο {what} έχει ως target «{target}», που δεν είναι όνομα μεταβλητής.",
    says_en="The mapping on {what} has the target {target}, which is no name of a variable.",
    why_el="Το αποτέλεσμα δεν θα μπορούσε να διαβαστεί από καμία έκφραση.",
    why_en="No expression could read the result.",
    remedy_el="Γράψτε ένα όνομα, π.χ. certificate ή address.city.",
    remedy_en="Write a name, for example certificate or address.city.",
)
def mapping_target(diagram: CheckedDiagram) -> Violations:
    """Yields mappings without a target, or with one that is no name."""
    for element in diagram.extensions("input", "output"):
        target = (element.get("target") or "").strip()
        if TARGET.fullmatch(target) is None:
            yield at(carrier(element), target=target or "–")


@rule(
    "binding-deployment",
    severity=Severity.HINT,
    source="the dialect: versions are pinned",
    says_el='Το {what} ζητά bindingType="{binding}"· καλείται αυτό που βρίσκεται στα ίδια αρχεία.',
    says_en='{what} asks for bindingType="{binding}"; what is called is that of the same files.',
    why_el="Μια υπόθεση μένει στην έκδοση με την οποία άρχισε, μαζί με όσα αυτή καλεί: η νεότερη έκδοση "
    "είναι εκείνη των αρχείων της.",
    why_en="A case stays with the version it began with, and with all that version calls: the latest version "
    "is the one of its files.",
    remedy_el='Γράψτε bindingType="deployment", που λέει το ίδιο.',
    remedy_en='Write bindingType="deployment", which says the same.',
)
def binding_deployment(diagram: CheckedDiagram) -> Violations:
    """Yields bindings to the latest version, where that is not what the words say."""
    for element in diagram.extensions():
        binding = element.get("bindingType")
        if binding == "latest":
            yield at(carrier(element), binding=binding)


CALLED = {
    "calledElement": ("process", "processId"),
    "calledDecision": ("decision", "decisionId"),
    "formDefinition": ("form", "formId"),
}
"""What the elements with a binding call, and the attribute with its id."""


@rule(
    "version-provided",
    source="the dialect: bindingType and zeebe:versionTag",
    says_el="Το {what} ζητά την έκδοση {asked} του {called}, που δεν υπάρχει στα αρχεία.",
    says_en="{what} asks for the version {asked} of {called}, which none of the files provides.",
    why_el="Μια υπόθεση καλεί ό,τι βρίσκεται στα αρχεία της έκδοσής της· άλλη έκδοση δεν μπορεί να βρεθεί.",
    why_en="A case calls what is in the files of its version; another version cannot be found.",
    remedy_el="Βάλτε στα αρχεία εκείνο που έχει αυτό το zeebe:versionTag, ή ζητήστε deployment.",
    remedy_en="Put the one that has this zeebe:versionTag among the files, or ask for deployment.",
)
def version_provided(diagram: CheckedDiagram) -> Violations:
    """Yields references to a version tag that what they name does not carry, and unknown bindings."""
    for element in diagram.extensions(*CALLED):
        kind, attribute = CALLED[element.kind]
        called = element.get(attribute, "")
        asked, binding = asked_version(element), element.get("bindingType")
        if binding is not None and binding not in BINDINGS:
            yield at(carrier(element), asked=binding, called=called or "–")
        elif asked is not None and not called.startswith("="):
            provided = diagram.files.version_tags.get((kind, called))
            if not asked or provided != asked:
                yield at(carrier(element), asked=asked or "–", called=called or "–")


@rule(
    "output-element-collected",
    source="the dialect: zeebe:loopCharacteristics",
    says_el="Το {what} έχει μόνο ένα από τα outputCollection και outputElement.",
    says_en="{what} has only one of outputCollection and outputElement.",
    why_el="Το ένα λέει τι δίνει κάθε στιγμιότυπο, το άλλο πού μαζεύονται· μόνα τους χάνονται.",
    why_en="One says what each instance gives, the other where it is gathered; alone they are lost.",
    remedy_el="Συμπληρώστε και τα δύο ή κανένα.",
    remedy_en="Fill in both, or neither.",
)
def output_element_collected(diagram: CheckedDiagram) -> Violations:
    """Yields multi-instance activities whose results are computed but not gathered, or the reverse."""
    for element in diagram.extensions("loopCharacteristics"):
        if bool(element.get("outputCollection")) != bool(element.get("outputElement")):
            yield at(carrier(element))


@rule(
    "listener-has-moment",
    source="the dialect: a listener is a service task right before its element or right after it",
    says_el="Ο ακροατής για το συμβάν {event} στο {what} δεν εκτελείται ποτέ εδώ.",
    says_en="The listener for the event {event} on {what} is never done here.",
    why_el="Πριν από το στοιχείο γίνονται τα start και creating, μετά τα completing και end. Η ανάθεση, η "
    "αλλαγή και η ακύρωση μιας εργασίας δεν έχουν θέση στη ροή· πριν από έναρξη, συνοριακό συμβάν ή συμβάν "
    "πύλης συμβάντων δεν υπάρχει τίποτα, όπως και μετά από πύλη ή λήξη που σταματά τα πάντα.",
    why_en="Before the element start and creating are done, after it completing and end. Assigning, "
    "changing and cancelling a task have no place in the flow; there is nothing before a start, a boundary "
    "event or an event behind an event-based gateway, nor after a gateway or an end that stops everything.",
    remedy_el="Σχεδιάστε ό,τι κάνει ως εργασία υπηρεσίας, ή αφαιρέστε τον.",
    remedy_en="Draw what it does as a service task, or take it away.",
)
def listener_has_moment(diagram: CheckedDiagram) -> Violations:
    """Yields listeners of events that no moment of the engine stands for."""
    for listener in not_run(diagram):
        yield at(listener.carrier, event=listener.event or "–")


@rule(
    "filter-hides-nothing",
    source="the dialect: zeebe:conditionalFilter; a condition is judged whenever a variable changes",
    says_el="Το φίλτρο του {what} κρύβει αλλαγές από τις οποίες εξαρτάται η συνθήκη του.",
    says_en="The filter of {what} hides changes that its condition depends on.",
    why_el="Μια συνθήκη που έγινε αληθής χωρίς να φανεί θα έμενε έτσι· εδώ κάθε αλλαγή φαίνεται.",
    why_en="A condition that became true without being seen would stay so; here every change is seen.",
    remedy_el="Γράψτε στο variableNames κάθε μεταβλητή της συνθήκης και στο variableEvents create και "
    "update, ή αφαιρέστε το φίλτρο.",
    remedy_en="Write every variable of the condition into variableNames, and create and update into "
    "variableEvents, or take the filter away.",
)
def filter_hides_nothing(diagram: CheckedDiagram) -> Violations:
    """Yields conditional events whose filter leaves out a variable of the condition, or a kind of change."""
    for found in diagram.expressions:
        definition = found.element.parent
        if found.element.kind != "condition" or found.parsed is None or definition is None:
            continue
        if hidden_changes(definition, found.parsed.free_names):
            yield at(definition if definition.parent is None else definition.parent)


@rule(
    "ad-hoc-without-worker",
    source="the dialect: zeebe:taskDefinition on an ad-hoc sub-process",
    says_el="Το {what} αφήνει σε ένα πρόγραμμα να επιλέξει τι εκτελείται μέσα του.",
    says_en="{what} leaves it to a program which of its activities are done.",
    why_el="Εδώ τις επιλέγει το διάγραμμα: με το activeElementsCollection, τη συνθήκη και τη σειρά.",
    why_en="Here the diagram chooses them: by activeElementsCollection, its condition and its order.",
    remedy_el="Αφαιρέστε το zeebe:taskDefinition και γράψτε ποια εκτελούνται.",
    remedy_en="Take the zeebe:taskDefinition away, and write which are done.",
)
def ad_hoc_without_worker(diagram: CheckedDiagram) -> Violations:
    """Yields ad-hoc sub-processes that a job worker would lead."""
    for element in diagram.elements("adHocSubProcess"):
        if extension(element, "taskDefinition") is not None:
            yield at(element)


@rule(
    "extension-without-effect",
    severity=Severity.HINT,
    source="the dialect: zeebe:jobPriorityDefinition, zeebe:agentDefinition",
    says_el="Το {name} στο {what} δεν αλλάζει τίποτα.",
    says_en="{name} on {what} changes nothing.",
    why_el="Οι φορείς παίρνουν τις εργασίες με τη σειρά που άνοιξαν, όποιος κι αν τις κάνει.",
    why_en="Agencies get their work in the order in which it was opened, whoever does it.",
    remedy_el="Μπορεί να μείνει.",
    remedy_en="It may stay.",
)
def extension_without_effect(diagram: CheckedDiagram) -> Violations:
    """Yields priorities of jobs, and who is said to do them."""
    for element in diagram.extensions("jobPriorityDefinition", "agentDefinition"):
        yield at(carrier(element), name=f"zeebe:{element.kind}")


@rule(
    "extension-placed",
    source="the dialect: each extension element stands once, on what it is about",
    says_el="Το {name} στο {what} δεν μπορεί να βρίσκεται εκεί, ή όχι δεύτερη φορά.",
    says_en="{name} may not stand on {what}, or not a second time.",
    why_el="Από δύο ίδια στοιχεία θα διαβαζόταν το ένα, και το άλλο θα αγνοούνταν σιωπηλά.",
    why_en="Of two alike one would be read, and the other ignored in silence.",
    remedy_el="Αφαιρέστε το.",
    remedy_en="Take it away.",
)
def extension_placed(diagram: CheckedDiagram) -> Violations:
    """Yields extension elements that are repeated, and agent definitions that fit nothing."""
    for part in placed(diagram.extensions())[1]:
        yield at(carrier(part), name=f"zeebe:{part.kind}")
