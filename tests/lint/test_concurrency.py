"""Which elements may touch a variable at the same time, and which cannot."""

from engine.lint import check
from tests.lint.drawing import (
    Element,
    element,
    end,
    extended,
    file,
    flow,
    node,
    path,
    process,
    start,
    timer,
    zeebe,
)
from tests.lint.examples.data import at_once, computed


def clashes(content: bytes, **files: bytes) -> set[tuple[str, str]]:
    """Who writes, and the sentence's rest from the variable on, shortened to the other's id."""
    found = check({"p.bpmn": content, **{name.replace("_", "."): each for name, each in files.items()}})
    return {
        (finding.element_id or "", finding.message.en.rpartition("(")[2].partition(")")[0])
        for finding in found.findings
        if finding.rule == "concurrent-variable"
    }


def drawn(*inside: Element) -> bytes:
    return file(process(start(), *inside, end()))


def test_one_branch_reads_what_another_writes() -> None:
    assert clashes(at_once(computed("write", "1", "fee"), computed("read", "fee * 2", "twice"))) == {
        ("write", "read")
    }


def test_a_condition_on_a_branch_reads() -> None:
    content = drawn(
        node("parallelGateway", "fork"),
        node("exclusiveGateway", "ask", default="no"),
        computed("write", "true", "agreed"),
        *path("begin", "fork", "write", "done"),
        *path("fork", "ask"),
        flow("ask", "done", element("conditionExpression", "=agreed", xsi_type="bpmn:tFormalExpression")),
        flow("ask", "done", id="no"),
    )

    assert clashes(content) == {("write", "ask")}


def test_what_comes_before_the_fork_or_behind_the_join_is_not_at_the_same_time() -> None:
    content = drawn(
        computed("before", "1", "fee"),
        node("parallelGateway", "fork"),
        computed("one", "fee", "a"),
        computed("other", "fee", "b"),
        node("parallelGateway", "join"),
        computed("behind", "a + b", "fee"),
        *path("begin", "before", "fork", "one", "join", "behind", "done"),
        *path("fork", "other", "join"),
    )

    assert clashes(content) == set()


def test_the_ways_of_an_exclusive_gateway_are_not_at_the_same_time() -> None:
    content = drawn(
        node("exclusiveGateway", "which", default="which-other"),
        computed("one", "1", "fee"),
        computed("other", "2", "fee"),
        *path("begin", "which", "one", "done"),
        *path("which", "other", "done"),
    )

    assert clashes(content) == set()


def test_a_boundary_event_that_does_not_interrupt_runs_beside_its_host_and_what_follows() -> None:
    def content(interrupting: str) -> bytes:
        return drawn(
            computed("host", "1", "fee"),
            node("boundaryEvent", "late", timer(), attachedToRef="host", cancelActivity=interrupting),
            computed("remind", "2", "fee"),
            computed("behind", "3", "fee"),
            *path("begin", "host", "behind", "done"),
            *path("late", "remind", "done"),
        )

    assert clashes(content("false")) == {("host", "remind"), ("behind", "remind")}
    assert clashes(content("true")) == set()


def test_an_event_sub_process_that_does_not_interrupt_runs_beside_everything() -> None:
    def content(interrupting: str) -> bytes:
        handler = node(
            "subProcess",
            "handler",
            start("opened", timer(), isInterrupting=interrupting),
            computed("handle", "2", "fee"),
            end("closed"),
            *path("opened", "handle", "closed"),
            triggeredByEvent="true",
        )
        return drawn(computed("work", "1", "fee"), handler, *path("begin", "work", "done"))

    assert clashes(content("false")) == {("handle", "work")}
    assert clashes(content("true")) == set()


def test_instances_of_a_parallel_loop_write_over_each_other_unless_they_are_collected() -> None:
    def content(sequential: str, **collected: str) -> bytes:
        loop = element(
            "multiInstanceLoopCharacteristics",
            extended(
                zeebe("loopCharacteristics", inputCollection="=items", inputElement="item", **collected)
            ),
            isSequential=sequential,
        )
        work = computed("work", "item * 2", "answer")
        return drawn(node("scriptTask", "work", *work.inside, loop), *path("begin", "work", "done"))

    assert clashes(content("false")) == {("work", "work")}
    assert clashes(content("true")) == set()
    assert clashes(content("false", outputCollection="all", outputElement="=answer")) == set()


def test_the_own_variables_of_an_element_touch_nothing_around_it() -> None:
    inside = node(
        "subProcess",
        "inside",
        extended(zeebe("ioMapping", zeebe("input", source="=1", target="fee"))),
        start("s"),
        computed("inner", "fee + 1", "fee"),
        end("e"),
        *path("s", "inner", "e"),
    )

    assert clashes(at_once(computed("one", "1", "fee"), inside)) == set()


def test_an_output_mapping_says_what_an_element_writes() -> None:
    def mapped(target: str) -> Element:
        outputs = zeebe("ioMapping", zeebe("output", source="=fee", target=target))
        script = zeebe("script", expression="=1", resultVariable="fee")
        return node("scriptTask", "mapped", extended(script, outputs))

    assert clashes(at_once(computed("one", "1", "fee"), mapped("deposit"))) == set()
    assert clashes(at_once(computed("one", "1", "deposit"), mapped("deposit"))) == {("one", "mapped")}


def test_the_fields_of_a_form_are_written() -> None:
    form = b'{"id": "f", "components": [{"type": "number", "key": "fee"}]}'
    task = node("userTask", "fill", extended(zeebe("formDefinition", formId="f")))

    assert clashes(at_once(computed("one", "1", "fee"), task), f_form=form) == {("one", "fill")}


def test_the_activities_of_an_ad_hoc_sub_process_run_at_the_same_time() -> None:
    def content(ordering: str) -> bytes:
        inside = computed("one", "1", "fee"), computed("other", "2", "fee")
        return drawn(
            node("adHocSubProcess", "visit", *inside, ordering=ordering), *path("begin", "visit", "done")
        )

    assert clashes(content("Parallel")) == {("one", "other")}
    assert clashes(content("Sequential")) == set()
