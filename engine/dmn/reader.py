"""Reads the elements of one DMN file: imports, item definitions and the requirement graph's nodes."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urldefrag

from engine.dmn import document
from engine.dmn.boxed_reader import BoxedReader
from engine.dmn.dmn_node import DmnNode
from engine.dmn.findings import DmnFindings
from engine.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    DmnDefinitions,
    DrgElement,
    FunctionItem,
    Import,
    InputData,
    ItemDefinition,
    Reference,
)

_WITHOUT_EFFECT: Final = frozenset(
    {
        "knowledgeSource",
        "performanceIndicator",
        "organizationUnit",
        "elementCollection",
        "businessContextElement",
        "textAnnotation",
        "association",
        "group",
    }
)

_NAMING: Final = ("itemComponent", "output", "column", "variable")


def read_definitions(file: str, content: bytes, findings: DmnFindings) -> DmnDefinitions | None:
    """What stands in one file, or None with the reasons among the findings (DMN 1.5, 6.3.2)."""
    root = document.parse(file, content, findings)
    if root is None:
        return None
    return _DefinitionsReader(DmnNode(root, file, findings)).read()


class _DefinitionsReader:
    def __init__(self, root: DmnNode) -> None:
        self._root = root
        self._findings = root.findings
        self._boxed = BoxedReader(root)

    def read(self) -> DmnDefinitions:
        root = self._root
        root.check_expression_language("expressionLanguage")
        root.check_expression_language("typeLanguage")
        return DmnDefinitions(
            place=root.place,
            namespace=root.required("namespace"),
            imports=tuple(self._imports()),
            item_definitions=tuple(self._item_definition(node) for node in root.children("itemDefinition")),
            elements=self._elements(),
            vocabulary=self._vocabulary(),
        )

    def _vocabulary(self) -> frozenset[str]:
        """Names that may stand after a dot: of components, columns, context entries, imported elements."""
        names = (node.name() for node in self._root.descendants(_NAMING))
        return frozenset(name for name in names if name)

    def _imports(self) -> Iterator[Import]:
        for node in self._root.children("import"):
            import_type = node.required("importType")
            namespace = node.required("namespace")
            if import_type in document.VERSIONS:
                yield Import(place=node.place, name=node.name(), namespace=namespace)
            else:
                message = f"expected an import of a DMN file, found importType {import_type!r}"
                self._findings.add_if_strict(node.place, message)

    def _item_definition(self, node: DmnNode) -> ItemDefinition:
        node.check_expression_language("typeLanguage")
        return ItemDefinition(
            place=node.place,
            name=node.required_name(),
            type_ref=node.type_ref_child(),
            is_collection=node.flag("isCollection"),
            components=tuple(self._item_definition(child) for child in node.children("itemComponent")),
            function=self._function_item(node.child("functionItem")),
            allowed=self._boxed.unary_tests(node.child("allowedValues")),
            constraint=self._boxed.unary_tests(node.child("typeConstraint")),
        )

    def _function_item(self, node: DmnNode | None) -> FunctionItem | None:
        if node is None:
            return None
        return FunctionItem(
            parameters=tuple(child.variable() for child in node.children("parameters")),
            output_type_ref=node.type_ref("outputTypeRef"),
        )

    def _elements(self) -> dict[str, DrgElement]:
        elements: dict[str, DrgElement] = {}
        for node in self._root.children():
            element = self._element(node)
            if element is None:
                continue
            if element.id in elements:
                self._findings.add(
                    element.place, f"expected an id of its own, found {element.id!r} a second time"
                )
            elements[element.id] = element
        return elements

    def _element(self, node: DmnNode) -> DrgElement | None:
        match node.tag:
            case "inputData":
                return self._input_data(node)
            case "decision":
                return self._decision(node)
            case "businessKnowledgeModel":
                return self._business_knowledge_model(node)
            case "decisionService":
                return self._decision_service(node)
            case "description" | "extensionElements" | "import" | "itemDefinition" | "DMNDI":
                return None
            case tag if tag in _WITHOUT_EFFECT:
                return None
            case tag:
                self._findings.add_if_strict(node.place, f"expected an element of a DMN model, found {tag}")
                return None

    def _input_data(self, node: DmnNode) -> InputData:
        return InputData(
            place=node.place, id=node.identity(), name=node.required_name(), variable=node.own_variable()
        )

    def _decision(self, node: DmnNode) -> Decision:
        requirements = tuple(node.children("informationRequirement"))
        return Decision(
            place=node.place,
            id=node.identity(),
            name=node.required_name(),
            variable=node.own_variable(),
            information=tuple(
                reference
                for requirement in requirements
                for tag in ("requiredDecision", "requiredInput")
                for reference in self._references(requirement, tag)
            ),
            knowledge=self._required_knowledge(node),
            logic=self._boxed.only_expression(node),
        )

    def _business_knowledge_model(self, node: DmnNode) -> BusinessKnowledgeModel:
        logic = node.child("encapsulatedLogic")
        return BusinessKnowledgeModel(
            place=node.place,
            id=node.identity(),
            name=node.required_name(),
            variable=node.own_variable(),
            knowledge=self._required_knowledge(node),
            logic=None if logic is None else self._boxed.function_definition(logic),
        )

    def _decision_service(self, node: DmnNode) -> DecisionService:
        return DecisionService(
            place=node.place,
            id=node.identity(),
            name=node.required_name(),
            variable=node.own_variable(),
            outputs=self._references(node, "outputDecision"),
            encapsulated=self._references(node, "encapsulatedDecision"),
            input_decisions=self._references(node, "inputDecision"),
            input_data=self._references(node, "inputData"),
        )

    def _required_knowledge(self, node: DmnNode) -> tuple[Reference, ...]:
        return tuple(
            reference
            for requirement in node.children("knowledgeRequirement")
            for reference in self._references(requirement, "requiredKnowledge")
        )

    def _references(self, node: DmnNode, tag: str) -> tuple[Reference, ...]:
        return tuple(_reference(child) for child in node.children(tag))


def _reference(node: DmnNode) -> Reference:
    href = node.required("href")
    namespace, fragment = urldefrag(href)
    if not fragment:
        return Reference(place=node.place, namespace=None, id=namespace)
    return Reference(place=node.place, namespace=namespace or None, id=fragment)
