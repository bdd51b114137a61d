"""Builds small diagrams for tests, in the words of BPMN."""

from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256
from itertools import pairwise
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

from engine.runtime import SpiffWorkflowEngine
from engine.runtime.contract import Step, Surroundings
from engine.runtime.definition import Definition

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def diagram(*parts: str, declares: str = "") -> bytes:
    """A BPMN file of processes, with what is declared beside them."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="urn:test">\n'
        f"{declares}\n" + "\n".join(parts) + "\n</definitions>"
    ).encode()


def process(*parts: str, process_id: str = "procedure") -> str:
    return f'<process id="{process_id}" isExecutable="true">\n' + "\n".join(parts) + "\n</process>"


def element(kind: str, element_id: str, *inner: str, extensions: str = "", **attributes: str) -> str:
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    held = f"<extensionElements>{extensions}</extensionElements>" if extensions else ""
    return f'<{kind} id="{element_id}"{written}>{held}{"".join(inner)}</{kind}>'


def start(element_id: str = "start", *inner: str, **attributes: str) -> str:
    return element("startEvent", element_id, *inner, **attributes)


def end(element_id: str = "end", *inner: str, **attributes: str) -> str:
    return element("endEvent", element_id, *inner, **attributes)


def user(element_id: str, *inner: str, extensions: str = "", **attributes: str) -> str:
    return element("userTask", element_id, *inner, extensions=extensions, **attributes)


def service(element_id: str, *inner: str, topic: str = "register", extensions: str = "") -> str:
    definition = f"<zeebe:taskDefinition type={quoteattr(topic)}/>"
    return element("serviceTask", element_id, *inner, extensions=definition + extensions)


def script(element_id: str, expression: str, result: str, *inner: str, extensions: str = "") -> str:
    held = f"<zeebe:script expression={quoteattr('=' + expression)} resultVariable={quoteattr(result)}/>"
    return element("scriptTask", element_id, *inner, extensions=held + extensions)


def mapping(*, inputs: dict[str, str] | None = None, outputs: dict[str, str] | None = None) -> str:
    """An ioMapping: targets to FEEL sources."""
    lines = [
        f"<zeebe:input source={quoteattr('=' + v)} target={quoteattr(k)}/>" for k, v in (inputs or {}).items()
    ]
    lines += [
        f"<zeebe:output source={quoteattr('=' + v)} target={quoteattr(k)}/>"
        for k, v in (outputs or {}).items()
    ]
    return f"<zeebe:ioMapping>{''.join(lines)}</zeebe:ioMapping>"


def property_(name: str, value: str, **more: str) -> str:
    """Extension properties; `more` are further ones, with `_` for the `-` in their names, after `stoa:`."""
    named = {name: value, **{f"stoa:{key.replace('_', '-')}": text for key, text in more.items()}}
    entries = "".join(f"<zeebe:property name={quoteattr(k)} value={quoteattr(v)}/>" for k, v in named.items())
    return f"<zeebe:properties>{entries}</zeebe:properties>"


def flow(source: str, target: str, condition: str | None = None, *, flow_id: str | None = None) -> str:
    held = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    named = flow_id or f"{source}_to_{target}"
    return f'<sequenceFlow id="{named}" sourceRef="{source}" targetRef="{target}">{held}</sequenceFlow>'


def chain(*ids: str) -> str:
    """Flows from each element to the next."""
    return "\n".join(flow(one, other) for one, other in pairwise(ids))


def timer(*, duration: str | None = None, date: str | None = None, cycle: str | None = None) -> str:
    kind, text = (
        ("timeDuration", duration) if duration else ("timeDate", date) if date else ("timeCycle", cycle)
    )
    return f"<timerEventDefinition><{kind}>{escape(text or '')}</{kind}></timerEventDefinition>"


def boundary(element_id: str, host: str, definition: str, *, interrupting: bool = True) -> str:
    cancel = "true" if interrupting else "false"
    return element("boundaryEvent", element_id, definition, attachedToRef=host, cancelActivity=cancel)


def message(element_id: str, name: str, key: str | None = None) -> str:
    held = f"<zeebe:subscription correlationKey={quoteattr('=' + key)}/>" if key else ""
    return element("message", element_id, extensions=held, name=name)


def on_message(declared: str) -> str:
    return f'<messageEventDefinition messageRef="{declared}"/>'


def on_signal(declared: str) -> str:
    return f'<signalEventDefinition signalRef="{declared}"/>'


def on_error(declared: str | None = None) -> str:
    return f'<errorEventDefinition errorRef="{declared}"/>' if declared else "<errorEventDefinition/>"


def on_escalation(declared: str) -> str:
    return f'<escalationEventDefinition escalationRef="{declared}"/>'


def several(
    collection: str,
    item: str,
    *,
    output: tuple[str, str] | None = None,
    sequential: bool = False,
    completion: str = "",
) -> str:
    """A multi-instance marker: over `collection`, gathering `output` (expression, collection)."""
    gathered = (
        f" outputElement={quoteattr('=' + output[0])} outputCollection={quoteattr(output[1])}"
        if output
        else ""
    )
    over = f"inputCollection={quoteattr('=' + collection)} inputElement={quoteattr(item)}"
    held = f"<zeebe:loopCharacteristics {over}{gathered}/>"
    condition = f"<completionCondition>={escape(completion)}</completionCondition>" if completion else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<extensionElements>{held}</extensionElements>{condition}</multiInstanceLoopCharacteristics>"
    )


def definition(*contents: bytes, process_id: str = "procedure", **more: bytes) -> Definition:
    """A definition of diagrams (and other files by name, `_` for `.`)."""
    files = {f"diagram{number}.bpmn": content for number, content in enumerate(contents)}
    files |= {name.replace("_", "."): content for name, content in more.items()}
    digest = sha256(repr(sorted(files.items())).encode()).hexdigest()
    return Definition(sha256=digest, process_id=process_id, files=files)


def simple(*parts: str, declares: str = "") -> Definition:
    """A definition of one process."""
    return definition(diagram(process(*parts), declares=declares))


class Run:
    """One case, moved step by step; `step` is the last one, `open` what waits by element id."""

    def __init__(
        self,
        what: Definition,
        variables: dict[str, Any] | None = None,
        *,
        engine: SpiffWorkflowEngine | None = None,
        names: dict[str, Any] | None = None,
        zone: tzinfo = UTC,
        at: str | None = None,
    ) -> None:
        self.engine = engine or SpiffWorkflowEngine()
        self.definition = what
        self.now = NOON
        self.names = names or {}
        self.zone = zone
        self.open: dict[UUID, str] = {}
        self.log: list[str] = []
        self.steps: list[Step] = []
        self._take(self.engine.start(what, variables=variables or {}, surroundings=self.surroundings, at=at))

    @property
    def surroundings(self) -> Surroundings:
        return Surroundings(now=self.now, zone=self.zone, names=self.names)

    @property
    def step(self) -> Step:
        return self.steps[-1]

    @property
    def variables(self) -> dict[str, Any]:
        return dict(self.step.variables)

    @property
    def waiting(self) -> list[str]:
        """The ids of the elements that wait for somebody outside, sorted."""
        return sorted(self.open.values())

    def token(self, element_id: str) -> UUID:
        return next(token for token, waiting in self.open.items() if waiting == element_id)

    def complete(self, element_id: str, **variables: Any) -> Step:
        return self._take(
            self.engine.complete(
                self.definition,
                self.step.snapshot,
                token=self.token(element_id),
                variables=variables,
                surroundings=self.surroundings,
            )
        )

    def fail(self, element_id: str, code: str, **variables: Any) -> Step:
        return self._take(
            self.engine.fail(
                self.definition,
                self.step.snapshot,
                token=self.token(element_id),
                code=code,
                variables=variables,
                surroundings=self.surroundings,
            )
        )

    def deliver(self, element_id: str, **variables: Any) -> Step:
        return self._take(
            self.engine.deliver(
                self.definition,
                self.step.snapshot,
                token=self.token(element_id),
                variables=variables,
                surroundings=self.surroundings,
            )
        )

    def later(self, **by: float) -> Step:
        """Let time pass and fire what is due."""
        self.now += timedelta(**by)
        return self._take(
            self.engine.fire_timers(self.definition, self.step.snapshot, surroundings=self.surroundings)
        )

    def _take(self, step: Step) -> Step:
        self.steps.append(step)
        for token in step.closed:
            del self.open[token]
        self.open |= {task.token: task.element_id for task in step.opened_tasks}
        self.open |= {task.token: task.element_id for task in step.opened_service_tasks}
        self.open |= {waiting.token: waiting.element_id for waiting in step.opened_subscriptions}
        self.log += [passed.element_id for passed in step.passed]
        return step
