"""Reads the compatibility kit's test files: cases, their inputs and the results they expect."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from tests.conformance_dmn.values import read_value

_NAMESPACE: Final = "{http://www.omg.org/spec/DMN/20160719/testcase}"


@dataclass(frozen=True, slots=True)
class ResultNode:
    """One expected result: the decision it belongs to, its value, and whether an error is expected."""

    name: str
    expected: object
    error_expected: bool


@dataclass(frozen=True, slots=True)
class TestCase:
    """One evaluation: inputs by name, results; `invocable` names a service or knowledge model, if any."""

    __test__ = False

    id: str
    kind: str
    invocable: str | None
    inputs: dict[str, object]
    results: tuple[ResultNode, ...]


@dataclass(frozen=True, slots=True)
class TestFile:
    """One test file with the model it is about and the models beside it."""

    __test__ = False

    level: str
    case: str
    path: Path
    model: str
    cases: tuple[TestCase, ...]

    def files(self) -> dict[str, bytes]:
        """The tested model and, of the other DMN files in its folder, those that it imports."""
        folder = {path.name: path.read_bytes() for path in sorted(self.path.parent.glob("*.dmn"))}
        names = {etree.fromstring(content).get("namespace"): name for name, content in folder.items()}
        found: dict[str, bytes] = {}
        pending = [self.model]
        while pending:
            name = pending.pop()
            if name in folder and name not in found:
                found[name] = folder[name]
                imports = etree.fromstring(folder[name]).iterfind("{*}import")
                pending.extend(names.get(entry.get("namespace"), "") for entry in imports)
        return found


def test_files(folder: Path) -> Iterator[TestFile]:
    """All test files below a folder of the kit's layout, in the order of their names."""
    for path in sorted(folder.glob("**/*-test-*.xml")):
        root = etree.parse(path).getroot()
        yield TestFile(
            level=path.parent.parent.name,
            case=path.parent.name,
            path=path,
            model=_model_name(root, path.parent),
            cases=tuple(_case(element) for element in root.iterfind(f"{_NAMESPACE}testCase")),
        )


def _model_name(root: etree._Element, folder: Path) -> str:
    """The model's file as the test names it; the only one of the folder where no file has that name."""
    name = (root.findtext(f"{_NAMESPACE}modelName") or "").strip()
    models = [path.name for path in folder.glob("*.dmn")]
    return models[0] if name not in models and len(models) == 1 else name


def _case(element: etree._Element) -> TestCase:
    return TestCase(
        id=element.get("id", ""),
        kind=element.get("type", "decision"),
        invocable=element.get("invocableName"),
        inputs={
            node.get("name", ""): read_value(node) for node in element.iterfind(f"{_NAMESPACE}inputNode")
        },
        results=tuple(_result(node) for node in element.iterfind(f"{_NAMESPACE}resultNode")),
    )


def _result(node: etree._Element) -> ResultNode:
    expected = node.find(f"{_NAMESPACE}expected")
    return ResultNode(
        name=node.get("name", ""),
        expected=None if expected is None else read_value(expected),
        error_expected=node.get("errorResult") == "true",
    )
