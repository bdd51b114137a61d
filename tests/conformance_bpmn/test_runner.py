"""Claims about the runner of the conformance suite, and that the suite's floor is held."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from engine.runtime import SpiffWorkflowEngine
from tests.conformance_bpmn.__main__ import main
from tests.conformance_bpmn.corpus import Case, Model
from tests.conformance_bpmn.judge import verdicts
from tests.conformance_bpmn.translation import BPMN, ZEEBE, in_feel, translated
from tests.lint.drawing import Element, definition, element, end, file, node, path, process, start, timer

CORPUS = Path(os.environ.get("STOA_CORPORA", "../shared/corpora")) / "betsy" / "tests.json"
MESSAGE = element("message", id="papers", name="papers")
PAPERS = definition("message", messageRef="papers")


def script(id_: str, token: str) -> Element:
    return node("scriptTask", id_, element("script", token))


def passes(content: bytes, *expected: str, milliseconds: int = 0) -> bool:
    """Whether the model of one process logs these lines."""
    case = Case(
        number=1,
        test="ab",
        integer=0,
        allowed=timedelta(milliseconds=milliseconds),
        beside_parallel=False,
        expected=expected,
    )
    model = Model(group="events", name="p", feature="x", content=content, cases=(case,))
    return all(verdict.passed for verdict in verdicts(model, SpiffWorkflowEngine()))


@pytest.mark.parametrize(
    ("condition", "feel"),
    [
        ('${test.contains("a")}', '(contains(test, "a"))'),
        ("${!test.contains('a')}", 'not(contains(test, "a"))'),
        ("${true}", "true"),
        ("integerVariable<3", "integerVariable<3"),
    ],
)
def test_a_condition_of_the_suite_becomes_feel(condition: str, feel: str) -> None:
    assert in_feel(condition) == feel


def test_a_script_token_becomes_the_topic_of_a_service_task() -> None:
    content = file(process(start(), script("log", "SCRIPT_task1"), end(), *path("begin", "log", "done")))

    task = etree.fromstring(translated(content)).find(f".//{{{BPMN}}}scriptTask")

    assert task is not None
    assert task.find(f"{{{BPMN}}}script") is None
    assert [part.get("type") for part in task.iter(f"{{{ZEEBE}}}taskDefinition")] == ["SCRIPT_task1"]


def test_what_is_logged_is_compared_without_its_order() -> None:
    content = file(
        process(
            start(),
            script("first", "SCRIPT_task1"),
            script("second", "SCRIPT_task2"),
            end(),
            *path("begin", "first", "second", "done"),
        )
    )

    assert passes(content, "SCRIPT_task2", "SCRIPT_task1")
    assert not passes(content, "SCRIPT_task1")


def test_a_timer_fires_within_the_time_that_a_case_allows() -> None:
    wait = node("intermediateCatchEvent", "wait", timer("PT5S"))
    content = file(
        process(start(), wait, script("log", "SCRIPT_task1"), end(), *path("begin", "wait", "log", "done"))
    )

    assert passes(content, "SCRIPT_task1", milliseconds=5_000)
    assert passes(content, milliseconds=4_000)


def test_a_message_starts_the_process_that_waits_for_it() -> None:
    sender = process(start(), end("done", PAPERS), *path("begin", "done"))
    receiver = process(
        start("b", PAPERS), script("mark", "CREATE_MARKER_FILE"), end("d"), *path("b", "mark", "d"), id_="q"
    )

    assert passes(file(MESSAGE, sender, receiver), "MARKER_exists")


def test_scripts_that_are_open_at_once_overlap() -> None:
    content = file(
        process(
            start(),
            node("parallelGateway", "fork"),
            script("one", "CREATE_TIMESTAMP_LOG_1"),
            script("two", "CREATE_TIMESTAMP_LOG_2"),
            node("parallelGateway", "join"),
            end(),
            *path("begin", "fork", "one", "join", "done"),
            *path("fork", "two", "join"),
        )
    )

    assert passes(content, "EXECUTION_parallel")


def test_a_model_that_cannot_be_deployed_says_so() -> None:
    content = file(process(start(), end(), *path("begin", "nowhere")))

    assert passes(content, "ERROR_deployment")
    assert passes(content, "ERROR")


@pytest.mark.skipif(not CORPUS.is_file(), reason=f"the conformance models are absent: {CORPUS}")
def test_the_suite_holds_its_floor() -> None:
    assert main([]) == 0


def test_an_absent_suite_is_skipped(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--folder", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("skipped: ")
