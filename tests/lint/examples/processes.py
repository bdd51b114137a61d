"""Examples of processes and the calls between them."""

from tests.lint.drawing import Element, element, end, file, node, path, process, simple, start, task, timer
from tests.lint.example import Example, example

GOOD = simple(task())
PROCEDURE = b"key: demo\nprocess: "


def calling(called: str, *, id_: str = "p") -> bytes:
    """A process that calls another."""
    return file(
        process(
            start(),
            node("callActivity", "call", calledElement=called),
            end(),
            *path("begin", "call", "done"),
            id_=id_,
        )
    )


def called(*inside: Element) -> bytes:
    """A process to be called, that begins as given."""
    return file(process(start("b", *inside), end("d"), *path("b", "d"), id_="sub"))


def inside(executable: str) -> bytes:
    """A process that calls another of the same file."""
    inner = process(start("b"), end("d"), *path("b", "d"), id_="sub", isExecutable=executable)
    call = node("callActivity", "call", calledElement="sub")
    return file(process(start(), call, end(), *path("begin", "call", "done")), inner)


def importing(location: str) -> Element:
    """The import of another BPMN file."""
    return element(
        "import",
        importType="http://www.omg.org/spec/BPMN/20100524/MODEL",
        namespace="urn:s",
        location=location,
    )


EXAMPLES: dict[str, Example] = {
    "executable-process-needed": example(
        file(process(start(), end(), *path("begin", "done"), isExecutable="false")), GOOD, "p"
    ),
    "public-process-not-executable": example(
        file(process(start(), end(), *path("begin", "done"), processType="Public")),
        file(process(start(), end(), *path("begin", "done"), processType="Private")),
        "p",
    ),
    "main-process-known": Example(
        {"p.bpmn": GOOD, "procedure.yaml": PROCEDURE + b"other"},
        {"p.bpmn": GOOD, "procedure.yaml": PROCEDURE + b"p"},
    ),
    "run-process-executable": example(inside("false"), inside("true"), "sub"),
    "called-process-known": Example(
        {"p.bpmn": calling("sub")}, {"p.bpmn": calling("sub"), "s.bpmn": called()}, "call"
    ),
    "called-process-plain-start": Example(
        {"p.bpmn": calling("sub"), "s.bpmn": called(timer())},
        {"p.bpmn": calling("sub"), "s.bpmn": called()},
        "call",
    ),
    "call-cycle": Example(
        {"p.bpmn": calling("q"), "q.bpmn": calling("p", id_="q")},
        {"p.bpmn": calling("q"), "q.bpmn": calling("sub", id_="q"), "s.bpmn": called()},
        "call",
        times=2,
    ),
    "no-mandatory-extension": example(
        simple(task(), roots=(element("extension", mustUnderstand="true", definition="x"),)),
        simple(task(), roots=(element("extension", mustUnderstand="false", definition="x"),)),
    ),
    "import-known": Example(
        {"p.bpmn": simple(task(), roots=(importing("s.bpmn"),))},
        {"p.bpmn": simple(task(), roots=(importing("s.bpmn"),)), "s.bpmn": called()},
    ),
    "not-run": example(
        simple(task(), roots=(element("globalConversation", id="chat"),)),
        simple(task(), roots=(element("collaboration", element("participant", id="pool", processRef="p")),)),
        "chat",
    ),
}
