"""Claims about cycles of calls."""

from engine.lint import check
from engine.lint.cycles import components, shortest_path
from tests.lint.drawing import end, file, node, path, process, start


def test_names_that_lead_round_are_knotted_together() -> None:
    graph = {"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": ["e"], "e": ["e"], "f": ["a"]}

    found = components(graph)

    assert found["a"] == found["b"] == found["c"] == {"a", "b", "c"}
    assert found["e"] == {"e"}
    assert "d" not in found
    assert "f" not in found


def test_a_shortest_way_is_found_and_none_where_there_is_none() -> None:
    graph = {"a": ["b", "c"], "b": ["d"], "c": ["b"]}

    assert shortest_path("a", "d", graph) == ("a", "b", "d")
    assert shortest_path("d", "a", graph) == ()
    assert shortest_path("a", "a", graph) == ("a",)


def test_a_long_chain_of_calls_is_no_cycle_and_does_not_recurse() -> None:
    graph = {str(number): [str(number + 1)] for number in range(20_000)}

    assert components(graph) == {}
    assert components(graph | {"20000": ["0"]})["7"] >= {"0", "20000"}


def test_a_process_that_calls_itself_is_told_with_the_way_round() -> None:
    content = file(
        process(
            start(), node("callActivity", "call", calledElement="p"), end(), *path("begin", "call", "done")
        )
    )

    (finding,) = [each for each in check({"p.bpmn": content}).errors if each.rule == "call-cycle"]

    assert finding.element_id == "call"
    assert finding.path == ("p", "p")
