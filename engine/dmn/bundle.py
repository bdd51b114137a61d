"""The decisions of one set of DMN files, ready to be taken."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from engine import feel
from engine.dmn.compiler import compile_files
from engine.dmn.decision_run import DecisionRun, Trace
from engine.dmn.explanation import Explanation
from engine.dmn.findings import DmnFindings, DmnPlace
from engine.dmn.graph import CompiledFile, Graph
from engine.dmn.linking import Linked
from engine.dmn.lookup import Element, Lookup
from engine.dmn.model import (
    BusinessKnowledgeModel,
    Decision,
    DecisionService,
    DecisionTable,
    DmnDefinitions,
)
from engine.dmn.outcome import Outcome
from engine.dmn.reader import read_definitions
from engine.dmn.summaries import DecisionSummary, RuleSummary, Summaries, WrittenResults, rules_of


class Bundle:
    """The decisions, services and knowledge models of some DMN files. Immutable; threads may share it."""

    def __init__(self, linked: Linked, files: Mapping[str, CompiledFile]) -> None:
        self._linked = linked
        self._files = files
        self._decisions = Lookup("decision", _elements(linked, Decision))
        self._invocables: Lookup[DecisionService | BusinessKnowledgeModel] = Lookup(
            "decision service or knowledge model",
            (*_elements(linked, DecisionService), *_elements(linked, BusinessKnowledgeModel)),
        )
        summaries = Summaries(files)
        self.decisions: Mapping[str, DecisionSummary] = MappingProxyType(summaries.by_id())
        """Every decision by its id; where two files use one id, the first file's."""
        self.inputs_read: Mapping[str, tuple[str, ...]] = MappingProxyType(summaries.inputs_read())
        """The inputs that a decision's texts, and those of what it requires, read, by its id."""
        self.results: Mapping[str, WrittenResults] = MappingProxyType(summaries.results())
        """What the files say of every decision's result, by its id."""
        self.tables: tuple[tuple[Decision, DecisionTable], ...] = tuple(
            (decision, decision.logic)
            for decision, _ in _elements(linked, Decision)
            if isinstance(decision.logic, DecisionTable)
        )
        """The decisions that are decision tables, with these, as they are written."""

    @property
    def rules(self) -> tuple[RuleSummary, ...]:
        """Every rule of every table, file by file."""
        return tuple(rule for definitions in self._linked.files for rule in rules_of(definitions))

    def decide(
        self,
        decision: str,
        inputs: Mapping[str, object],
        *,
        limits: feel.FeelLimits = feel.DEFAULT_LIMITS,
        now: datetime | None = None,
        file: str | None = None,
        supposed: Mapping[str, object] = MappingProxyType({}),
    ) -> Outcome:
        """Takes a decision, named by its id or name, and every decision it requires (DMN 1.5, 10.4).

        `inputs` holds values by the name of the input data; what an imported file needs may stand under the
        import's name. Values are FEEL's, or Python's that `feel.from_python` takes. `file` says which file is
        meant where names are not unique. `limits` bound the whole evaluation; `now` is what FEEL's `now()`
        and `today()` answer. Decisions of the same file whose values are `supposed`, by id, are not taken.

        Raises UnknownElement for a decision that is not there, feel.FeelLimitError when a limit is reached,
        TypeError for a value that FEEL has no kind for.
        Everything else that goes wrong is null with a problem in the outcome.
        """
        element, definitions = self._decisions.find(decision, file=file)
        run = DecisionRun(feel.Evaluator(limits, now=now))
        graph = self._graph(definitions, inputs, run, supposed)
        return run.outcome(graph.decision(element.id))

    def explain(
        self,
        decision: str,
        inputs: Mapping[str, object],
        *,
        limits: feel.FeelLimits = feel.DEFAULT_LIMITS,
        now: datetime | None = None,
        file: str | None = None,
        supposed: Mapping[str, object] = MappingProxyType({}),
    ) -> Explanation:
        """Takes a decision as `decide` does and tells why it came out so, table by table and cell by cell.

        Every cell is tested, also those that deciding skips, which may add problems. Raises as `decide`.
        """
        element, definitions = self._decisions.find(decision, file=file)
        trace = Trace()
        run = DecisionRun(feel.Evaluator(limits, now=now), trace)
        value = self._graph(definitions, inputs, run, supposed).decision(element.id)
        return Explanation(
            decision=element.name,
            value=value,
            decisions=tuple(trace.decisions),
            problems=run.noted(),
        )

    def invoke(
        self,
        name: str,
        arguments: Mapping[str, object],
        *,
        limits: feel.FeelLimits = feel.DEFAULT_LIMITS,
        now: datetime | None = None,
        file: str | None = None,
    ) -> Outcome:
        """Calls a decision service or a business knowledge model, named by its id or name (DMN 1.5, 10.4).

        `arguments` holds values by parameter name: of a service, the names of its input data and input
        decisions. The value of a service with one output decision is that decision's, with several a context
        of them by name. Raises as `decide` does.
        """
        element, definitions = self._invocables.find(name, file=file)
        run = DecisionRun(feel.Evaluator(limits, now=now))
        graph = self._graph(definitions, {}, run)
        given = _feel_values(arguments)
        if isinstance(element, DecisionService):
            value = graph.call_service(element.id, given)
        else:
            value = graph.call_knowledge(element.id, given)
        return run.outcome(value)

    def outputs_of(self, service: str, *, file: str | None = None) -> tuple[str, ...]:
        """The names of the decisions that a service answers with; none for a business knowledge model."""
        element, definitions = self._invocables.find(service, file=file)
        if not isinstance(element, DecisionService):
            return ()
        return tuple(
            requirement.element.name
            for requirement in self._linked.requirements(element.outputs, definitions)
        )

    def _graph(
        self,
        definitions: DmnDefinitions,
        inputs: Mapping[str, object],
        run: DecisionRun,
        supposed: Mapping[str, object] = MappingProxyType({}),
    ) -> Graph:
        own = definitions.namespace
        return Graph(
            files=self._files,
            file=self._files[own],
            inputs=_feel_values(inputs),
            run=run,
            given={(own, decision): value for decision, value in _feel_values(supposed).items()},
        )


def _elements(linked: Linked, kind: type[Element]) -> Iterator[tuple[Element, DmnDefinitions]]:
    for definitions in linked.files:
        for element in definitions.elements.values():
            if isinstance(element, kind):
                yield element, definitions


def _feel_values(values: Mapping[str, object]) -> dict[str, object]:
    return {name: feel.from_python(value) for name, value in values.items()}


def read(files: Mapping[str, bytes], *, strict: bool = True) -> Bundle:
    """Reads and compiles DMN files (1.1 to 1.5) that may import each other.

    `files` holds the bytes of each file by its name. Raises DmnReadError with every finding: XML that is
    not well formed or not DMN, hrefs that lead nowhere, requirement cycles, and what is not understood:
    texts that are not FEEL, unknown types, other expression languages, unknown elements. With
    `strict=False` what is not understood refuses no file: an expression is then null, with a problem, when
    it is evaluated, a type is not checked, an element not seen. The compatibility kit expects that; nothing
    may be certified that way.
    """
    findings = DmnFindings(strict=strict)
    if not files:
        findings.add(DmnPlace("", 1, "bundle"), "expected at least one DMN file, found none")
    read_files = [read_definitions(name, content, findings) for name, content in files.items()]
    findings.refuse_if_any()
    linked = Linked([definitions for definitions in read_files if definitions is not None], findings)
    linked.check()
    findings.refuse_if_any()
    compiled = compile_files(linked, findings)
    findings.refuse_if_any()
    return Bundle(linked, compiled)
