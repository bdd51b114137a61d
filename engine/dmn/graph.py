"""Evaluates a requirement graph: each decision once, seeing only what it requires (DMN 1.5, 10.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from engine import feel
from engine.dmn.decision_run import CompiledExpression, DecisionRun, ExpressionSite, NamedValues
from engine.dmn.functions import Function, FunctionParameter, function_value
from engine.dmn.item_types import ItemType
from engine.dmn.linking import Requirement
from engine.dmn.model import BusinessKnowledgeModel, Decision, DecisionService, InputData
from engine.dmn.outcome import DecisionTrace, InputTrace
from engine.feel.types import Types


@dataclass(frozen=True, slots=True)
class CompiledDecision:
    """A decision with its logic compiled and its requirements resolved.

    `undeclared` are names that its texts read although the model has no element of that name. `read` are the
    names that they read of all.
    """

    element: Decision
    site: ExpressionSite
    type: ItemType | None
    information: tuple[Requirement, ...]
    knowledge: tuple[Requirement, ...]
    undeclared: tuple[str, ...]
    read: frozenset[str]
    logic: CompiledExpression | None


@dataclass(frozen=True, slots=True)
class CompiledKnowledge:
    """A business knowledge model with its function compiled."""

    element: BusinessKnowledgeModel
    function: Function
    knowledge: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class CompiledService:
    """A decision service: what it answers with, its parameters, input data before input decisions."""

    element: DecisionService
    site: ExpressionSite
    type: ItemType | None
    outputs: tuple[Requirement, ...]
    parameters: tuple[tuple[Requirement, FunctionParameter], ...]


@dataclass(frozen=True, slots=True)
class CompiledInput:
    """Input data with its type."""

    element: InputData
    site: ExpressionSite
    type: ItemType | None


@dataclass(frozen=True, slots=True)
class CompiledFile:
    """Everything of one DMN file, by id."""

    namespace: str
    types: Types
    decisions: Mapping[str, CompiledDecision]
    knowledge: Mapping[str, CompiledKnowledge]
    services: Mapping[str, CompiledService]
    inputs: Mapping[str, CompiledInput]


Files = Mapping[str, CompiledFile]
"""The files of a bundle, by namespace."""


@dataclass(slots=True)
class Graph:
    """One evaluation of one file's graph: the inputs, and the values computed so far.

    An imported file has a graph of its own below the import's name: its input data are looked for in the
    inputs under that name, and where nothing stands there, among the importing file's inputs. `given` holds
    values of input decisions that a decision service was called with, by id.
    """

    files: Files
    file: CompiledFile
    inputs: Mapping[str, object]
    run: DecisionRun
    given: Mapping[tuple[str, str], object] = field(default_factory=dict)
    _values: dict[str, object] = field(default_factory=dict)
    _absent: dict[str, feel.Absent | None] = field(default_factory=dict)
    """Of each element with a value, why that is null, so that who reads it meets a problem."""
    _functions: dict[str, feel.FeelFunction] = field(default_factory=dict)
    _imported: dict[str, "Graph"] = field(default_factory=dict)

    def decision(self, decision_id: str) -> object:
        key = (self.file.namespace, decision_id)
        if key in self.given:
            return self.given[key]
        if decision_id not in self._values:
            mark = len(self.run.problems)
            self._values[decision_id] = self._decide(self.file.decisions[decision_id])
            self._absent[decision_id] = self.run.absence(self._values[decision_id], mark)
        return self._values[decision_id]

    def _decide(self, decision: CompiledDecision) -> object:
        scope: NamedValues = {}
        given: list[InputTrace] = []
        for requirement in decision.information:
            value, absent = self._required(requirement)
            _put(scope, requirement, absent or value)
            given.append(InputTrace(requirement.path, value))
        for name in decision.undeclared:
            if name in self.inputs:
                scope[name] = self.inputs[name]
                given.append(InputTrace(name, self.inputs[name]))
        for requirement in decision.knowledge:
            _put(scope, requirement, self._callable(requirement))
        trace = self.run.trace
        if trace is None:
            return self._value(decision, scope)
        outer, trace.tables = trace.tables, []
        value = self._value(decision, scope)
        trace.decisions.append(
            DecisionTrace(
                id=decision.element.id,
                name=decision.element.name,
                inputs=tuple(given),
                tables=tuple(trace.tables),
                value=value,
            )
        )
        trace.tables = outer
        return value

    def _value(self, decision: CompiledDecision, scope: NamedValues) -> object:
        if decision.logic is None:
            self.run.report(decision.site, "expected an expression that decides, found none")
            return None
        outer = self.run.enter_file(self.file.types)
        value = self.run.conform(decision.logic(scope, self.run), decision.type, decision.site)
        self.run.leave_file(outer)
        return value

    def _required(self, requirement: Requirement) -> tuple[object, feel.Absent | None]:
        """The value of what is required, and why it is null if it is so for a reason."""
        graph, element = self._graph(requirement), requirement.element
        value = graph.decision(element.id) if isinstance(element, Decision) else graph.input(element.id)
        return value, graph.absent(element.id)

    def absent(self, element_id: str) -> feel.Absent | None:
        """Why the value of an element of this file is null; None where null is the value, or it has one."""
        return self._absent.get(element_id)

    def input(self, input_id: str) -> object:
        """The value given for input data of this file; null where none was given or it has another type."""
        key = (self.file.namespace, input_id)
        if key in self.given:
            return self.given[key]
        if input_id not in self._values:
            mark = len(self.run.problems)
            self._values[input_id] = self._given(self.file.inputs[input_id])
            self._absent[input_id] = self.run.absence(self._values[input_id], mark)
        return self._values[input_id]

    def _given(self, compiled: CompiledInput) -> object:
        name = compiled.element.name
        if name not in self.inputs and compiled.element.variable.name not in self.inputs:
            self.run.report(compiled.site, f"expected a value for input '{name}', found none")
            return None
        value = self.inputs.get(name, self.inputs.get(compiled.element.variable.name))
        return self.run.conform(value, compiled.type, compiled.site)

    def _callable(self, requirement: Requirement) -> feel.FeelFunction:
        graph = self._graph(requirement)
        if isinstance(requirement.element, DecisionService):
            return graph.service(requirement.element.id)
        return graph.knowledge(requirement.element.id)

    def knowledge(self, knowledge_id: str) -> feel.FeelFunction:
        """A business knowledge model of this file as a function (DMN 1.5, 10.4)."""
        if knowledge_id not in self._functions:
            model = self.file.knowledge[knowledge_id]
            scope: NamedValues = {}
            self._functions[knowledge_id] = function_value(model.function, scope, self.run)
            scope[model.element.variable.name] = self._functions[knowledge_id]
            for requirement in model.knowledge:
                _put(scope, requirement, self._callable(requirement))
        return self._functions[knowledge_id]

    def call_knowledge(self, knowledge_id: str, arguments: Mapping[str, object]) -> object:
        """A knowledge model's result for arguments by parameter name."""
        function = self.knowledge(knowledge_id)
        site = self.file.knowledge[knowledge_id].function.site
        outer = self.run.enter_file(self.file.types)
        value = self.run.invoke(function, arguments, site)
        self.run.leave_file(outer)
        return value

    def service(self, service_id: str) -> feel.FeelFunction:
        """A decision service of this file as a function (DMN 1.5, 10.4)."""
        if service_id not in self._functions:
            service = self.file.services[service_id]
            function = Function(
                name=service.element.name,
                site=service.site,
                types=self.file.types,
                parameters=tuple(parameter for _, parameter in service.parameters),
                result=service.type,
                body=partial(self._serve, service),
            )
            self._functions[service_id] = function_value(function, {}, self.run)
        return self._functions[service_id]

    def call_service(self, service_id: str, arguments: Mapping[str, object]) -> object:
        """A service's result for arguments by name; one that is missing or of another type is null."""
        service = self.file.services[service_id]
        scope: NamedValues = {}
        for _, parameter in service.parameters:
            if parameter.name not in arguments:
                self.run.report(service.site, f"expected an argument '{parameter.name}', found none")
            value = arguments.get(parameter.name)
            scope[parameter.name] = self.run.conform(value, parameter.type, service.site)
        return self.run.conform(self._serve(service, scope, self.run), service.type, service.site)

    def _serve(self, service: CompiledService, scope: NamedValues, run: DecisionRun) -> object:
        given = {
            (requirement.definitions.namespace, requirement.element.id): scope[parameter.name]
            for requirement, parameter in service.parameters
        }
        graph = Graph(files=self.files, file=self.file, inputs={}, run=run, given=given)
        if len(service.outputs) == 1:
            return graph._required(service.outputs[0])[0]
        return {requirement.element.name: graph._required(requirement)[0] for requirement in service.outputs}

    def _graph(self, requirement: Requirement) -> "Graph":
        name = requirement.import_name
        if name is None:
            return self
        key = f"{name}\n{requirement.definitions.namespace}"
        if key not in self._imported:
            nested = self.inputs.get(name)
            self._imported[key] = Graph(
                files=self.files,
                file=self.files[requirement.definitions.namespace],
                inputs=nested if isinstance(nested, Mapping) else self.inputs,
                run=self.run,
                given=self.given,
            )
        return self._imported[key]


def _put(scope: NamedValues, requirement: Requirement, value: object) -> None:
    """Makes a required value visible under its variable's name, if it is imported below its import's name.

    The element's own name and its id stand for it too where nothing else has them: modelers let the names of
    element and variable differ, and refer to tables by id.
    """
    own: NamedValues = scope
    if requirement.import_name:
        imported = scope.setdefault(requirement.import_name, {})
        own = imported if isinstance(imported, dict) else {}
    element = requirement.element
    own[element.variable.name] = value
    own.setdefault(element.name, value)
    own.setdefault(element.id, value)
