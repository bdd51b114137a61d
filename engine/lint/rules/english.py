"""English beside Greek: names in diagrams, and labels, options and texts in forms."""

from collections.abc import Iterator, Mapping

from engine.bpmn.diagram import FLOW_NODES, Diagram, property_of
from engine.lint.checked_bundle import CheckedBundle, Component
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violation, Violations, bundle_rule, rule

_NAME = "stoa:name-en"
_TEXTS = ("label", "description", "text")
_NAMED = (*sorted(FLOW_NODES), "process", "sequenceFlow")


@rule(
    "name-in-english",
    severity=Severity.WARNING,
    source="the dialect: the property stoa:name-en",
    says_el="Το {what} δεν έχει αγγλικό όνομα.",
    says_en="{what} has no English name.",
    why_el="Όποιος διαβάζει αγγλικά βλέπει εκεί το ελληνικό όνομα, και μια έκδοση χωρίς αγγλικά δεν "
    "πιστοποιείται.",
    why_en="Whoever reads English sees the Greek name, and no version is certified without the English.",
    remedy_el="Προσθέστε στο στοιχείο την ιδιότητα {property} με το αγγλικό του όνομα.",
    remedy_en="Add the property {property} to the element, with its English name.",
)
def name_in_english(diagram: CheckedDiagram) -> Violations:
    """Yields what has a Greek name and no English one, in a whole procedure or shared part.

    Where a diagram has no English at all, that is one mistake.
    """
    if not diagram.files.is_whole or diagram.files.main_process is None:
        return
    named = [element for element in diagram.elements(*_NAMED) if _is_greek(element.get("name"))]
    missing = [element for element in named if not (property_of(element, _NAME) or "").strip()]
    cause = f"no English in {diagram.file}" if _has_none(diagram) else ""
    for element in missing:
        yield Violation(
            element=element, values={"property": _NAME}, text=element.get("name", ""), cause=cause
        )


def _has_none(diagram: Diagram) -> bool:
    return not any(named.get("name") == _NAME for named in diagram.extensions("property"))


def _is_greek(text: object) -> bool:
    """Whether a text has words in Greek letters; numbers and Latin words need no translation."""
    return isinstance(text, str) and any("Ͱ" <= letter <= "Ͽ" or "ἀ" <= letter <= "῿" for letter in text)


@bundle_rule(
    "form-in-english",
    severity=Severity.WARNING,
    source="the dialect: the properties stoa:label-en, stoa:option-en, stoa:description-en and stoa:text-en",
    says_el="Στο {what} λείπουν τα αγγλικά: {missing}.",
    says_en="{what} has no English for: {missing}.",
    why_el="Στην αγγλική φόρμα θα φαινόταν το ελληνικό κείμενο, και μια έκδοση χωρίς αγγλικά δεν "
    "πιστοποιείται.",
    why_en="The English form would show the Greek text, and no version is certified without the English.",
    remedy_el="Προσθέστε στο πεδίο τις ιδιότητες {properties}.",
    remedy_en="Add to the field the properties {properties}.",
)
def form_in_english(bundle: CheckedBundle) -> Violations:
    """Yields components with Greek texts that have no English beside them; a form without any is one."""
    if bundle.index.main_process is None:
        return
    for form in bundle.forms:
        found = [
            (way, component, missing)
            for way, component in form.components()
            if (missing := tuple(_missing(component)))
        ]
        has_english = any(name.endswith("-en") for name in _property_names(form.source))
        for way, component, missing in found:
            first = missing[0]
            yield Violation(
                spot=form.spot((*way, first[0]), component, first[1]),
                values={
                    "missing": ", ".join(f"{name} «{text[:40]}»" for name, text, _ in missing),
                    "properties": ", ".join(wanted for _, _, wanted in missing),
                },
                cause="" if has_english else f"no English in {form.file}",
            )


def _property_names(source: str) -> Iterator[str]:
    return (part.split('"')[0].split(":")[0] for part in source.split('"stoa:')[1:])


def _missing(component: Component) -> Iterator[tuple[str, str, str]]:
    """Each text without its English: where it stands, what it says, and the property that is missing."""
    properties = component.get("properties")
    known: Mapping[str, object] = properties if isinstance(properties, Mapping) else {}
    for name in _TEXTS:
        if _is_greek(text := component.get(name)) and not known.get(f"stoa:{name}-en"):
            yield name, str(text).strip().split("\n")[0], f"stoa:{name}-en"
    options = component.get("values")
    for option in options if isinstance(options, list) else ():
        if not isinstance(option, dict) or not _is_greek(option.get("label")):
            continue
        value = option.get("value")
        written = str(value).lower() if isinstance(value, bool) else str(value)
        if not known.get(f"stoa:option-en:{written}"):
            yield "values", str(option["label"]), f"stoa:option-en:{written}"
