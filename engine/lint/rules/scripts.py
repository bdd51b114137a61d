"""Scripts and texts: the language each is written in, and that it is there."""

import re

from engine.bpmn.diagram import GLOBAL_TASKS, content_of, extension
from engine.bpmn.expressions import FEEL_FORMATS
from engine.kernel.xml import Element
from engine.lint.expressions import without_mark
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violations, at, rule

MIME_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*(\s*;.*)?")
LANGUAGES = frozenset(
    {
        *("javascript", "ecmascript", "typescript", "python", "jython", "ruby", "jruby", "groovy", "java"),
        *("juel", "mvel", "drools", "kotlin", "scala", "lua", "perl", "php", "bash", "shell", "powershell"),
        *("sql", "xpath", "xquery", "freemarker", "velocity", "jsonata"),
    }
)
"""Languages that engines know by names which are no MIME types."""


@rule(
    "script-format",
    source="BPMN 2.0.2, table 10.12; EXT.145",
    says_el="Η μορφή δέσμης ενεργειών «{format}» του {what} δεν είναι τύπος MIME.",
    says_en="The script format {format} of {what} is no MIME type.",
    why_el="Το scriptFormat λέει σε ποια γλώσσα είναι γραμμένη η δέσμη ενεργειών.",
    why_en="scriptFormat says which language the script is written in.",
    remedy_el="Χρησιμοποιήστε zeebe:script με έκφραση FEEL.",
    remedy_en="Use zeebe:script with a FEEL expression.",
)
def script_format(diagram: CheckedDiagram) -> Violations:
    """Yields script tasks whose format is no MIME type."""
    for element in diagram.elements("scriptTask"):
        written = (element.get("scriptFormat") or "").strip()
        named = written.lower() in FEEL_FORMATS | LANGUAGES
        if "scriptFormat" in element.attrib and not named and not MIME_TYPE.fullmatch(written):
            yield at(element, format=written or "–")


@rule(
    "script-language",
    source="the engine: FEEL is the only language that is evaluated",
    says_el="Η δέσμη ενεργειών του {what} είναι γραμμένη σε {format}.",
    says_en="The script of {what} is written in {format}.",
    why_el="Εκτελείται μόνο FEEL· κάθε άλλη γλώσσα θα μπορούσε να διαβάσει ή να αλλάξει ό,τι δεν της "
    "αναλογεί.",
    why_en="Only FEEL is evaluated; any other language could read or change what it has no business with.",
    remedy_el="Γράψτε την ως έκφραση FEEL σε zeebe:script ή κάντε τη εργασία υπηρεσίας.",
    remedy_en="Write it as a FEEL expression in zeebe:script, or make it a service task.",
)
def script_language(diagram: CheckedDiagram) -> Violations:
    """Yields script tasks with a script in another language that nothing else carries out."""
    for element in diagram.elements("scriptTask", "globalScriptTask"):
        if not (_has_own_script(element) and _is_run(diagram, element)):
            continue
        written = (element.get("scriptFormat") or element.get("scriptLanguage") or "").strip()
        is_language = MIME_TYPE.fullmatch(written) is not None or written.lower() in LANGUAGES
        if is_language and written.lower() not in FEEL_FORMATS:
            yield at(element, format=written)


def _is_run(diagram: CheckedDiagram, element: Element) -> bool:
    """Whether a task is in a scope of an executable process, or stands beside them to be called.

    What stands within an event or another task is read by nobody.
    """
    if element.kind in GLOBAL_TASKS:
        return True
    node = diagram.node(element)
    return node is not None and diagram.scope_of(node) is not None and diagram.is_executable(element)


def _has_own_script(element: Element) -> bool:
    """Whether a script task has a script of BPMN's own, which nothing of the dialect replaces."""
    replaced = any(extension(element, kind) is not None for kind in ("script", "taskDefinition"))
    return not replaced and element.child("script") is not None


@rule(
    "script-format-needed",
    source="BPMN 2.0.2, table 10.12; EXT.053",
    says_el="Το {what} έχει δέσμη ενεργειών που δεν λέει τη γλώσσα της και δεν είναι FEEL.",
    says_en="{what} has a script that does not say its language and is not FEEL.",
    why_el="Κανείς δεν ξέρει πώς να τη διαβάσει.",
    why_en="Nobody knows how to read it.",
    remedy_el="Γράψτε την ως έκφραση FEEL σε zeebe:script ή κάντε τη εργασία υπηρεσίας.",
    remedy_en="Write it as a FEEL expression in zeebe:script, or make it a service task.",
)
def script_format_needed(diagram: CheckedDiagram) -> Violations:
    """Yields script tasks whose script names no language and does not parse, or is words in a row."""
    for expression in diagram.expressions:
        task = expression.element.parent
        if expression.element.kind != "script" or task is None or not _names_no_language(task):
            continue
        words = expression.parsed is not None and any(" " in name for name in expression.parsed.free_names)
        if expression.parsed is None or words:
            yield at(task)


@rule(
    "script-read-as-feel",
    severity=Severity.WARNING,
    source="BPMN 2.0.2, table 10.12; the engine: FEEL is the only language that is evaluated",
    says_el="Το {what} έχει δέσμη ενεργειών χωρίς scriptFormat· διαβάζεται ως FEEL.",
    says_en="{what} has a script without a scriptFormat; it is read as FEEL.",
    why_el="Άλλα εργαλεία δεν ξέρουν σε ποια γλώσσα είναι γραμμένη.",
    why_en="Other tools do not know which language it is written in.",
    remedy_el='Γράψτε scriptFormat="application/feel" ή χρησιμοποιήστε zeebe:script.',
    remedy_en='Write scriptFormat="application/feel", or use zeebe:script.',
)
def script_read_as_feel(diagram: CheckedDiagram) -> Violations:
    """Yields script tasks whose script does not say its language."""
    for element in diagram.elements("scriptTask"):
        if element.child("script") is not None and _names_no_language(element):
            yield at(element)


def _names_no_language(element: Element) -> bool:
    return element.kind == "scriptTask" and not (element.get("scriptFormat") or "").strip()


@rule(
    "script-needed",
    source="BPMN 2.0.2, table 10.12; EXT.054",
    says_el="Το {what} δεν έχει δέσμη ενεργειών.",
    says_en="{what} has no script.",
    why_el="Μια εργασία δέσμης ενεργειών χωρίς δέσμη περνά χωρίς να κάνει τίποτα.",
    why_en="A script task without a script passes without doing anything.",
    remedy_el="Γράψτε την έκφραση σε zeebe:script ή κάντε τη απλή εργασία.",
    remedy_en="Write the expression in zeebe:script, or make it a plain task.",
)
def script_needed(diagram: CheckedDiagram) -> Violations:
    """Yields script tasks that name a format, or nothing at all, and have no script."""
    for element in diagram.elements("scriptTask", "globalScriptTask"):
        has_work = (
            extension(element, "taskDefinition") is not None or extension(element, "script") is not None
        )
        written = without_mark(content_of(element.child("script")))
        if not has_work and not written and _is_run(diagram, element):
            yield at(element)


@rule(
    "text-format",
    source="BPMN 2.0.2, tables 8.5 and 8.26; EXT.004",
    says_el="Το textFormat «{format}» του {what} δεν είναι τύπος MIME.",
    says_en="The textFormat {format} of {what} is no MIME type.",
    why_el="Ο τύπος λέει πώς διαβάζεται το κείμενο· ένα εργαλείο δεν μπορεί να δείξει άγνωστο τύπο.",
    why_en="The type says how the text is to be read; no tool can show an unknown one.",
    remedy_el="Γράψτε text/plain ή αφαιρέστε το.",
    remedy_en="Write text/plain, or remove it.",
)
def text_format(diagram: CheckedDiagram) -> Violations:
    """Yields documentation and annotations whose format is no MIME type."""
    for element in diagram.elements("documentation", "textAnnotation"):
        written = element.get("textFormat")
        if written is not None and not MIME_TYPE.fullmatch(written.strip()):
            yield at(element, format=written)
