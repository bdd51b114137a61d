"""Examples of rules about the files of a procedure together: its forms, its choices, its decisions."""

from tests.lint.drawing import (
    Element,
    condition,
    definition,
    element,
    end,
    extended,
    file,
    flow,
    node,
    path,
    process,
    simple,
    start,
    timer,
    zeebe,
)
from tests.lint.example import Example, Files

PROCEDURE = {"procedure.yaml": b"key: k\nprocess: p\nterm:\n  days: 10\n"}
FORM = zeebe("formDefinition", formId="check")
VERDICT = (
    '{"type": "radio", "id": "Verdict", "key": "verdict", "values": ['
    '{"label": "Yes", "value": "yes"}, {"label": "No", "value": "no"}]}'
)


LATER = VERDICT.replace("]}", ', {"label": "Later", "value": "later"}]}')
OUTPUTS = zeebe("ioMapping", zeebe("output", source="=granted", target="granted"))


def form(*components: str) -> dict[str, bytes]:
    """The form of the task, with these components."""
    return {"forms/check.form": f'{{"id": "check", "components": [{", ".join(components)}]}}'.encode()}


def shown(text: str) -> Files:
    """A procedure whose form shows a text."""
    return deciding('=verdict = "yes"', form(VERDICT, f'{{"type": "text", "id": "Shown", "text": "{text}"}}'))


def deciding(
    written: str, forms: Files | None = None, *nodes: Element, back: str = "done", more: Files | None = None
) -> Files:
    """A procedure with a task, and a gateway that lets a case end on a condition; else it goes `back`."""
    content = file(
        process(
            start("begin"),
            node("userTask", "check", extended(FORM), name="Check"),
            node("exclusiveGateway", "ask", default="otherwise"),
            *path("begin", "check", "ask"),
            flow("ask", "granted", condition(written), id="on_yes"),
            flow("ask", back, id="otherwise"),
            *(() if back == "check" else (end("done"),)),
            end("granted"),
            *nodes,
        )
    )
    return {"p.bpmn": content, **PROCEDURE, **(form(VERDICT) if forms is None else forms), **(more or {})}


def named(*extensions: Element) -> Files:
    """A procedure with a task that has a Greek name."""
    task = node("userTask", "check", extended(FORM, *extensions), name="Έλεγχος")
    return {
        "p.bpmn": file(process(start("begin"), task, end("done"), *path("begin", "check", "done"))),
        **PROCEDURE,
        **form(VERDICT),
    }


def labelled(properties: str) -> Files:
    """A procedure with a field that has a Greek label."""
    field = f'{{"type": "textfield", "id": "Field", "key": "name", "label": "Όνομα"{properties}}}'
    return deciding('=verdict = "yes"', form(VERDICT, field))


def late(duration: str) -> Files:
    """A procedure with a reminder after so long."""
    return deciding(
        '=verdict = "yes"',
        None,
        node("boundaryEvent", "late", timer(duration), attachedToRef="check", cancelActivity="false"),
        node("task", "remind"),
        end("reminded"),
        *path("late", "remind", "reminded"),
    )


def awaiting(*subscription: Element) -> Files:
    """A procedure that waits for a message."""
    message = element("message", extended(*subscription), id="m", name="moved")
    waits = node("intermediateCatchEvent", "wait", definition("message", messageRef="m"))
    content = file(message, process(start("begin"), waits, end("done"), *path("begin", "wait", "done")))
    return {"p.bpmn": content, **PROCEDURE}


def reminded(*ending: Element) -> Files:
    """A procedure with a reminder that a person does beside the task, and an end of the main way."""
    content = file(
        process(
            start("begin"),
            node("userTask", "check", extended(FORM), name="Check"),
            node("boundaryEvent", "late", timer("P5D"), attachedToRef="check", cancelActivity="false"),
            node("userTask", "remind", extended(FORM), name="Remind"),
            end("reminded"),
            end("done", *ending),
            *path("begin", "check", "done"),
            *path("late", "remind", "reminded"),
        )
    )
    return {"p.bpmn": content, **PROCEDURE, **form(VERDICT)}


def answered(text: str) -> Files:
    """A procedure in which an agency may refuse, bringing what it likes, and a text that is read then."""
    content = file(
        element("error", id="no", errorCode="NO"),
        process(
            start("begin"),
            node("userTask", "check", extended(FORM), name="Check"),
            node("serviceTask", "agency", extended(zeebe("taskDefinition", type="t"), OUTPUTS)),
            node("boundaryEvent", "refused", definition("error", errorRef="no"), attachedToRef="agency"),
            node("scriptTask", "note", extended(zeebe("script", expression=text, resultVariable="x"))),
            end("told"),
            end("done"),
            *path("begin", "check", "agency", "done"),
            *path("refused", "note", "told"),
        ),
    )
    return {"p.bpmn": content, **PROCEDURE, **form(VERDICT)}


def table(*rules: str) -> Files:
    """A table of one column, which must be UNIQUE."""
    rows = "".join(
        f'<rule id="r{number}"><inputEntry id="i{number}"><text>{rule}</text></inputEntry>'
        f'<outputEntry id="o{number}"><text>{number}</text></outputEntry></rule>'
        for number, rule in enumerate(rules)
    )
    return {
        "p.bpmn": simple(),
        "fee.dmn": f"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
    namespace="d"><decision id="fee" name="fee"><variable name="fee"/><decisionTable id="t">
      <input id="c"><inputExpression id="e"><text>age</text></inputExpression></input><output id="o"/>
      {rows}</decisionTable></decision></definitions>""".encode(),
    }


def english(name: str) -> Element:
    return zeebe("properties", zeebe("property", name="stoa:name-en", value=name))


EXAMPLES = {
    "variable-misspelt": Example(answered("= verdictt"), answered("= verdict"), "note"),
    "form-feel": Example(shown("{{verdict +}}"), shown("{{verdict}}"), "Shown"),
    "form-name-known": Example(shown("{{verdic}}"), shown("{{verdict}}"), "Shown"),
    "member-known": Example(shown("{{case.nummber}}"), shown("{{case.number}}"), "Shown"),
    "option-known": Example(deciding('=verdict = "oui"'), deciding('=verdict = "yes"'), "on_yes"),
    "option-decided": Example(
        deciding('=verdict = "yes"', form(LATER)), deciding('=verdict = "yes"', form(VERDICT)), "Verdict"
    ),
    "name-in-english": Example(named(), named(english("Check")), "check"),
    "form-in-english": Example(labelled(""), labelled(', "properties": {"stoa:label-en": "Name"}'), "Field"),
    "table-complete": Example(table("&lt; 18", "> 18"), table("&lt; 18", ">= 18"), "fee"),
    "table-decidable": Example(table("? * 2 &lt; 36", ">= 18"), table("&lt; 18", ">= 18"), "fee"),
    "table-unambiguous": Example(table("&lt;= 18", ">= 18"), table("&lt; 18", ">= 18"), "fee"),
    "message-key-needed": Example(
        awaiting(), awaiting(zeebe("subscription", correlationKey="=case.number")), "wait"
    ),
    "timer-within-term": Example(late("P11D"), late("P10D"), "late"),
    "condition-can-hold": Example(
        deciding('=verdict = "yes" and verdict = "no"'), deciding('=verdict = "yes"'), "on_yes"
    ),
    "loop-can-end": Example(
        deciding('=applicant.afm = "1"', back="check"), deciding('=verdict = "yes"', back="check"), "ask"
    ),
    "end-leaves-work": Example(reminded(), reminded(definition("terminate")), "done"),
}
