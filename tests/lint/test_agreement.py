"""Claims that the linter and the engine judge alike: what the one accepts the other builds."""

import os
import random
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from engine.bpmn.diagram import Diagram, is_diagram
from engine.kernel.xml import Unreadable, XmlLimits
from engine.lint import Report, check
from engine.runtime import SpiffWorkflowEngine
from engine.runtime.contract import DefinitionRefused
from engine.runtime.definition import Definition
from tests.lint.drawing import Element, element, end, file, node, path, process, simple, start, task
from tests.lint.examples import EXAMPLES
from tests.lint.test_robustness import SOURCES, damaged

Files = Mapping[str, bytes]

KIT = Path(os.environ.get("STOA_CORPORA", "../shared/corpora")) / "betsy"

OF_THE_ENGINE = frozenset(
    {
        *("well-formed", "no-doctype", "size-limit", "is-bpmn", "decisions-read", "id-needed"),
        *("process-id-unique", "executable-process-needed", "run-process-executable", "called-process-known"),
        *("call-cycle", "start-event-needed", "one-plain-start", "sub-process-empty"),
        *("start-without-incoming", "end-without-outgoing", "boundary-without-incoming", "boundary-attached"),
        *("gateway-flow-needs-condition", "event-gateway-targets", "event-gateway-receive-bare"),
        *("instantiating-gateway", "receive-instantiates-first", "receive-instantiates-alone"),
        *("event-trigger-allowed", "event-trigger-needed", "cancel-needs-transaction"),
        *("event-sub-process-one-start", "event-sub-process-unconnected"),
        *("compensation-handler-linked", "message-needed", "message-has-name", "link-name-needed"),
        *("script-language", "script-needed", "work-named", "decision-known", "decision-result-named"),
        *("unknown-extension", "foreign-behaviour", "people-assigned"),
    }
)
"""Rules about what the engine cannot run, so that it refuses each breach itself.

The other errors are stricter than a run needs: what BPMN's text asks for, and what a certified procedure
must not leave open. Where the schema is broken, an element may stand where the engine looks for none.
"""


def refusal(files: Files) -> tuple[str, ...]:
    """Why the engine does not build the definition; empty where it does."""
    content = b"".join(files.values())
    definition = Definition(
        sha256=sha256(content).hexdigest(), process_id=process_to_run(files), files=dict(files)
    )
    try:
        SpiffWorkflowEngine().prepare(definition)
    except DefinitionRefused as refused:
        return refused.findings
    return ()


def process_to_run(files: Files) -> str:
    for name, content in files.items():
        try:
            diagram = Diagram.read(name, content, XmlLimits()) if is_diagram(name) else None
        except Unreadable:
            continue
        for scope in () if diagram is None else diagram.processes:
            if scope.executable:
                return scope.id
    return "p"


def disagreement(files: Files) -> str:
    """What the one accepts and the other does not; empty where they agree."""
    report: Report = check(files)
    refused = refusal(files)
    if report.passes and refused:
        return f"only the engine refuses: {refused[0]}"
    broken = {finding.rule for finding in report.errors}
    own = sorted(broken & OF_THE_ENGINE if "schema" not in broken else ())
    return f"only the linter refuses: {own}" if own and not refused else ""


def test_they_agree_on_the_example_of_every_rule() -> None:
    files = {name: (example.failing, example.passing) for name, example in EXAMPLES.items()}
    found = {name: [disagreement(each) for each in pair] for name, pair in files.items()}

    assert {name: texts for name, texts in found.items() if any(texts)} == {}


@pytest.mark.parametrize("seed", range(4))
def test_they_agree_on_damaged_diagrams(seed: int) -> None:
    chance = random.Random(seed)
    sources = [content for content in SOURCES if content.startswith(b"<definitions xmlns=")]

    for _ in range(250):
        content = damaged(chance.choice(sources), chance)

        assert disagreement({"p.bpmn": content}) == "", content.decode()


@pytest.mark.skipif(not KIT.is_dir(), reason="the kit of models is not there")
@pytest.mark.parametrize("seed", range(2))
def test_they_agree_on_the_models_of_the_kit_whole_and_damaged(seed: int) -> None:
    chance = random.Random(seed)
    models = sorted(KIT.rglob("*.bpmn"))

    for model in models:
        content = model.read_bytes()

        assert disagreement({model.name: content}) == "", model.name
        for _ in range(2):
            assert disagreement({model.name: damaged(content, chance)}) == "", model.name


def calling(*called: Element) -> bytes:
    return file(
        process(start(), node("callActivity", "c", calledElement="g"), end(), *path("begin", "c", "done")),
        *called,
    )


def other_pool(*inside: Element, **attributes: str) -> bytes:
    """A process that runs, and another that is only drawn."""
    drawn = process(*inside, id_="q", **{"isExecutable": "false"} | attributes)
    return file(process(start(), task(), end(), *path("begin", "work", "done")), drawn)


@pytest.mark.parametrize("ending", [".bpmn", ".BPMN", ".bpmn20.xml", ".bpmn2"])
@pytest.mark.parametrize(
    ("content", "passes"),
    [
        (calling(element("globalScriptTask", element("script", "1 + 1"), id="g")), True),
        (calling(element("globalScriptTask", id="g")), False),
        (
            calling(element("globalScriptTask", element("script", "1"), id="g", scriptLanguage="groovy")),
            False,
        ),
        (calling(element("globalUserTask", id="g", name="Ask")), True),
        (simple(node("subProcess", "s", task("a"))), True),
        (simple(node("transaction", "s", task("a"))), True),
        (simple(node("subProcess", "s")), False),
        (file(process(task("a"))), False),
        (other_pool(start("b"), node("serviceTask", "s"), end("e"), *path("b", "s", "e")), True),
        (other_pool(node("scriptTask", "s", element("script", "x = 1;"), scriptFormat="groovy")), True),
    ],
)
def test_they_agree_on_what_was_judged_differently(content: bytes, ending: str, *, passes: bool) -> None:
    files = {f"p{ending}": content}

    assert check(files).passes is passes
    assert (refusal(files) == ()) is passes
