"""Compiles the files of a bundle, once, into what every evaluation shares."""

from dataclasses import dataclass
from functools import partial

from engine import feel
from engine.dmn.boxed import BoxedCompiler
from engine.dmn.feel_texts import FeelTexts
from engine.dmn.findings import Findings
from engine.dmn.functions import Parameter
from engine.dmn.graph import (
    CompiledDecision,
    CompiledFile,
    CompiledInput,
    CompiledKnowledge,
    CompiledService,
    visible_names,
)
from engine.dmn.item_types import Accepts, ItemType, ItemTypes, item_types
from engine.dmn.linking import Linked, Requirement
from engine.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    Definitions,
    FunctionDefinition,
    InputData,
    UnaryTests,
    Variable,
)
from engine.dmn.session import Site
from engine.feel import conformance, types


def compile_files(linked: Linked, findings: Findings) -> dict[str, CompiledFile]:
    """Each file of a bundle compiled, by namespace; texts and types that mean nothing are findings."""
    allowed = partial(_allowed_values, findings=findings)
    found = item_types(linked, findings, allowed)
    vocabulary = frozenset(name for definitions in linked.files for name in definitions.vocabulary)
    return {
        definitions.namespace: _FileCompiler(
            definitions=definitions,
            linked=linked,
            types=found[definitions.namespace],
            findings=findings,
            texts=FeelTexts(
                types=found[definitions.namespace].names,
                vocabulary=vocabulary,
                findings=findings,
            ),
        ).compile()
        for definitions in linked.files
    }


def _allowed_values(tests: UnaryTests, *, findings: Findings) -> Accepts:
    """A check of a value, or of a list's elements where the list as such is not allowed."""
    try:
        compiled = feel.unary_tests(tests.text)
    except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
        findings.add_if_strict(
            tests.place, f"expected allowed values, found a text that is not FEEL: {error}"
        )
        return lambda _value: True

    def accepts(value: object) -> bool:
        if compiled.matches(value, {}).value is True:
            return True
        return isinstance(value, list) and all(
            compiled.matches(element, {}).value is True for element in value
        )

    return accepts


@dataclass(frozen=True, slots=True)
class _FileCompiler:
    definitions: Definitions
    linked: Linked
    types: ItemTypes
    findings: Findings
    texts: FeelTexts

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

    def _boxed(self, owner: str) -> BoxedCompiler:
        return BoxedCompiler(owner=owner, types=self.types, texts=self.texts, findings=self.findings)

    def _decision(self, decision: Decision) -> CompiledDecision:
        information = self.linked.requirements(decision.information, self.definitions)
        knowledge = self.linked.requirements(decision.knowledge, self.definitions)
        names = visible_names(information + knowledge)
        logic = decision.logic
        return CompiledDecision(
            element=decision,
            site=Site(decision.name, decision.place),
            type=self.types.find(decision.variable),
            information=information,
            knowledge=knowledge,
            logic=None if logic is None else self._boxed(decision.name).compile(logic, names),
        )

    def _model(self, model: BusinessKnowledgeModel) -> CompiledKnowledge:
        knowledge = self.linked.requirements(model.knowledge, self.definitions)
        names = visible_names(knowledge) | {model.variable.name}
        definition = model.logic or FunctionDefinition(
            place=model.place, type_ref=None, kind="FEEL", parameters=(), body=None
        )
        return CompiledKnowledge(
            element=model,
            function=self._boxed(model.name).function(
                definition,
                name=model.name,
                names=names,
                result=self._result(model.variable, definition.type_ref),
            ),
            knowledge=knowledge,
        )

    def _result(self, variable: Variable, written: str | None) -> ItemType | None:
        """The type of what a function returns: its variable's type is that of the function itself.

        Files of DMN 1.1 and 1.2 give the variable the type of the result instead, so a type that is not a
        function's is taken as such.
        """
        for type_ref in (variable.type_ref, written):
            found = self.types.find(Variable(variable.name, type_ref, variable.place))
            if found is None:
                continue
            resolved = conformance.resolve(found.feel_type, found.names)
            if not isinstance(resolved, types.FunctionType):
                return found
            if not isinstance(resolved.result, types.AnyType):
                return ItemType(
                    text=str(resolved.result), feel_type=resolved.result, names=found.names, exact=None
                )
        return None

    def _service(self, service: DecisionService) -> CompiledService:
        required = service.input_data + service.input_decisions
        parameters = self.linked.requirements(required, self.definitions)
        return CompiledService(
            element=service,
            site=Site(service.name, service.place),
            type=self._result(service.variable, None),
            outputs=self.linked.requirements(service.outputs, self.definitions),
            parameters=tuple((requirement, self._parameter(requirement)) for requirement in parameters),
        )

    def _parameter(self, requirement: Requirement) -> Parameter:
        variable = requirement.element.variable
        return Parameter(name=variable.name, type=self.types.find(variable))

    def _input(self, data: InputData) -> CompiledInput:
        return CompiledInput(
            element=data, site=Site(data.name, data.place), type=self.types.find(data.variable)
        )
