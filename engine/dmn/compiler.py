"""Compiles the files of a bundle, once, into what every evaluation shares."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine import feel
from engine.dmn.boxed import BoxedCompiler
from engine.dmn.decision_run import ExpressionSite
from engine.dmn.feel_texts import FeelTexts, Functions, Vocabulary
from engine.dmn.findings import DmnFindings
from engine.dmn.functions import FunctionParameter
from engine.dmn.graph import (
    CompiledDecision,
    CompiledFile,
    CompiledInput,
    CompiledKnowledge,
    CompiledService,
)
from engine.dmn.item_types import ItemType, ItemTypes, item_types
from engine.dmn.linking import Linked, Requirement, visible_names
from engine.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    DmnDefinitions,
    FunctionDefinition,
    InputData,
)
from engine.feel.checking import Signatures, signatures_of


def compile_files(linked: Linked, findings: DmnFindings) -> dict[str, CompiledFile]:
    """Each file of a bundle compiled, by namespace; texts that mean nothing are findings.

    Raises DmnReadError where types mean nothing, since nothing can be compiled with them.
    """
    found = item_types(linked, findings)
    findings.refuse_if_any()
    vocabulary = Vocabulary(name for definitions in linked.files for name in definitions.vocabulary)
    return {
        definitions.namespace: _FileCompiler(
            definitions=definitions,
            linked=linked,
            types=found[definitions.namespace],
            findings=findings,
            texts=FeelTexts(vocabulary=vocabulary, findings=findings),
            element_names=frozenset(
                name
                for element in definitions.elements.values()
                for name in (element.name, element.variable.name)
            ),
        ).compile()
        for definitions in linked.files
    }


@dataclass(frozen=True, slots=True)
class _FileCompiler:
    definitions: DmnDefinitions
    linked: Linked
    types: ItemTypes
    findings: DmnFindings
    texts: FeelTexts
    element_names: frozenset[str]

    def compile(self) -> CompiledFile:
        elements = self.definitions.elements.values()
        return CompiledFile(
            namespace=self.definitions.namespace,
            types=self.types.names,
            decisions={each.id: self._decision(each) for each in elements if isinstance(each, Decision)},
            knowledge={
                each.id: self._model(each) for each in elements if isinstance(each, BusinessKnowledgeModel)
            },
            services={each.id: self._service(each) for each in elements if isinstance(each, DecisionService)},
            inputs={each.id: self._input(each) for each in elements if isinstance(each, InputData)},
        )

    def _boxed(self, owner: str, functions: Functions) -> BoxedCompiler:
        texts = self.texts.calling(functions)
        return BoxedCompiler(owner=owner, types=self.types, texts=texts, findings=self.findings)

    def _functions(self, requirements: Iterable[Requirement]) -> Functions:
        """The knowledge models and services among the requirements, by what a text may call them."""
        found: dict[str, Signatures] = {}
        for requirement in requirements:
            prefix = f"{requirement.import_name}." if requirement.import_name else ""
            for name in (requirement.element.variable.name, requirement.element.name, requirement.element.id):
                found.setdefault(prefix + name, self._signatures(requirement))
        return found

    def _signatures(self, requirement: Requirement) -> Signatures:
        element = requirement.element
        if isinstance(element, BusinessKnowledgeModel):
            return signatures_of([each.name for each in element.logic.parameters] if element.logic else [])
        if isinstance(element, DecisionService):
            required = element.input_data + element.input_decisions
            given = self.linked.requirements(required, requirement.definitions)
            return signatures_of([each.element.variable.name for each in given])
        raise TypeError(f"expected a knowledge model or a service, found {type(element).__name__}")

    def _decision(self, decision: Decision) -> CompiledDecision:
        information = self.linked.requirements(decision.information, self.definitions)
        knowledge = self.linked.requirements(decision.knowledge, self.definitions)
        names = visible_names(information + knowledge)
        logic = decision.logic
        boxed = self._boxed(decision.name, self._functions(knowledge))
        evaluator = None if logic is None else boxed.compile(logic, names)
        return CompiledDecision(
            element=decision,
            site=ExpressionSite(decision.name, decision.place),
            type=self._value_type(decision),
            information=information,
            knowledge=knowledge,
            undeclared=tuple(self._undeclared(decision)),
            read=self.texts.names_read(decision.name),
            logic=evaluator,
        )

    def _value_type(self, decision: Decision) -> ItemType | None:
        """The type of the variable, which old files write as the result's where the value is a function."""
        return None if isinstance(decision.logic, FunctionDefinition) else self.types.find(decision.variable)

    def _undeclared(self, decision: Decision) -> Iterator[str]:
        """Names of inputs for which the model has no input data, as in tables drawn without a graph.

        An element that is not required stays invisible; to read its name is a finding, a missing requirement.
        """
        for name in self.texts.unexplained_names(decision.name):
            if name not in self.element_names:
                yield name
                continue
            self.findings.add_if_strict(
                decision.place, f"expected a requirement of '{name}', which its expression reads, found none"
            )

    def _model(self, model: BusinessKnowledgeModel) -> CompiledKnowledge:
        knowledge = self.linked.requirements(model.knowledge, self.definitions)
        names = visible_names(knowledge) | {model.variable.name}
        definition = model.logic or FunctionDefinition(
            place=model.place, type_ref=None, kind="FEEL", parameters=(), body=None
        )
        itself = Requirement(model, self.definitions, import_name=None)
        boxed = self._boxed(model.name, self._functions((*knowledge, itself)))
        function = boxed.function(
            definition, name=model.name, names=names, result=self.types.result_of(model.variable)
        )
        for name in self.texts.unexplained_names(model.name):
            if name in feel.FUNCTIONS:
                continue  # the function itself is meant
            near = feel.nearest(name, {*names, *(each.name for each in definition.parameters)})
            self.findings.add_if_strict(
                model.place,
                f"expected its parameters and what it requires, found '{name}', which nothing gives it; "
                f"the nearest name is '{near}'",
            )
        return CompiledKnowledge(element=model, function=function, knowledge=knowledge)

    def _service(self, service: DecisionService) -> CompiledService:
        required = service.input_data + service.input_decisions
        parameters = self.linked.requirements(required, self.definitions)
        return CompiledService(
            element=service,
            site=ExpressionSite(service.name, service.place),
            type=self.types.result_of(service.variable),
            outputs=self.linked.requirements(service.outputs, self.definitions),
            parameters=tuple((requirement, self._parameter(requirement)) for requirement in parameters),
        )

    def _parameter(self, requirement: Requirement) -> FunctionParameter:
        variable = requirement.element.variable
        return FunctionParameter(name=variable.name, type=self.types.find(variable))

    def _input(self, data: InputData) -> CompiledInput:
        return CompiledInput(
            element=data, site=ExpressionSite(data.name, data.place), type=self.types.find(data.variable)
        )
