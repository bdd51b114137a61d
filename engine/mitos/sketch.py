"""The diagram of a draft: a clerk checks, the conditions are judged, and each step of the record follows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final

from engine.lint.finding import Text
from engine.mitos import words
from engine.mitos.drawn import Drawing, Drawn, Way
from engine.mitos.record import Record, Step
from engine.mitos.skeleton_forms import ANSWER, CHECK, STEP
from engine.mitos.unmapped import Unmappeds

ELIGIBILITY: Final = "eligibility"
"""The decision on the conditions, and its file."""

CHECK_STEP: Final = "check_application"
"""The id of the clerk's first step."""

REFUSED: Final = "refused"

_MOST_STEPS: Final = 40

_START: Final = Text(el="Αίτηση πολίτη", en="Citizen applies")
_CHECK_NAME: Final = Text(el="Έλεγχος προϋποθέσεων και δικαιολογητικών", en="Check conditions and papers")
_COMPLETE: Final = Text(el="Πλήρη δικαιολογητικά;", en="Are the papers complete?")
_JUDGE: Final = Text(el="Κρίση προϋποθέσεων", en="Judge the conditions")
_ELIGIBLE: Final = Text(el="Πληρούνται οι προϋποθέσεις;", en="Are the conditions met?")
_GRANTED: Final = Text(el="Εγκρίνεται;", en="Is it granted?")
_YES: Final = Text(el="Ναι", en="Yes")
_NO: Final = Text(el="Όχι", en="No")
_ENDS: Final = {
    "granted": Text(el="Έγινε δεκτή", en="Granted"),
    "not_filed": Text(el="Δεν υποβλήθηκε", en="Not filed"),
    "not_eligible": Text(el="Δεν πληρούνται οι προϋποθέσεις", en="Not eligible"),
    REFUSED: Text(el="Απορρίφθηκε", en="Refused"),
}

_WHO: Final = Text(
    el="Το βήμα έγινε αίτημα προς τον φορέα: ποιος ακριβώς το κάνει δεν λέγεται στο διάγραμμα.",
    en="The step became a request to the agency: who exactly does it is not said in the diagram.",
)
_TOPIC: Final = Text(
    el="Γράφτηκε το θέμα {topic}. Καταχωρίστε το, και έναν φορέα που το εξυπηρετεί.",
    en="The topic {topic} was written. Register it, and an agency that serves it.",
)
_DIGITAL: Final = Text(
    el="Τα ψηφιακά βήματα δεν σχεδιάστηκαν: το διάγραμμα έχει τα βήματα με φυσική παρουσία.",
    en="The digital steps were not drawn: the diagram has those of an application in person.",
)
_DIGITAL_DRAWN: Final = Text(
    el="Η εγγραφή έχει μόνο ψηφιακά βήματα· σχεδιάστηκαν αυτά. Ελέγξτε ποιος κάνει το καθένα.",
    en="The record has digital steps only; these were drawn. Check who does each.",
)
_TOO_MANY: Final = Text(el="Σχεδιάστηκαν τα {most} πρώτα βήματα.", en="The first {most} steps were drawn.")


def sketch(record: Record, english: Record | None, *, key: str, agency: str, unmapped: Unmappeds) -> Drawing:
    """The process; notes what of the steps it does not say."""
    process = key.replace("-", "_")
    title_en = (english.title_en if english else None) or record.title_en or ""
    pen = _Pen(Drawing(process, Text(el=record.title, en=title_en)), agency, unmapped, _translated(english))
    pen.draw("startEvent", "application_received", _START)
    first, others = _steps_of(record, unmapped)
    pen.check(first)
    pen.ask("papers_complete", _COMPLETE, '=papers_verdict = "complete"', "not_filed")
    if record.conditions:
        decides = f'<zeebe:calledDecision decisionId="{ELIGIBILITY}" resultVariable="{ELIGIBILITY}" />'
        pen.draw("businessRuleTask", "judge_conditions", _JUDGE, (decides,))
        pen.ask("is_eligible", _ELIGIBLE, f"={ELIGIBILITY}.eligible", "not_eligible")
    for number, step in enumerate(others, start=2):
        pen.step(f"step_{number}", step)
    pen.draw("endEvent", "granted", _ENDS["granted"])
    return pen.finished()


def _translated(english: Record | None) -> dict[str, str]:
    """The English titles of steps, by their paths."""
    steps = (*english.steps, *english.digital_steps) if english else ()
    return {step.path: step.title for step in steps}


def _steps_of(record: Record, unmapped: Unmappeds) -> tuple[Step | None, Sequence[Step]]:
    """The clerk's first step, if the record begins with one, and the others."""
    steps: Sequence[Step] = record.steps
    if record.digital_steps:
        drawn = bool(steps)
        unmapped.add("metadata.process_steps_digital", None, _DIGITAL if drawn else _DIGITAL_DRAWN)
        steps = steps or record.digital_steps
    if len(steps) > _MOST_STEPS:
        why = _TOO_MANY.filled({"most": str(_MOST_STEPS)})
        unmapped.add(steps[_MOST_STEPS].path, steps[_MOST_STEPS].title, why)
        steps = steps[:_MOST_STEPS]
    if steps and steps[0].official == words.CLERK:
        return steps[0], steps[1:]
    return None, steps


@dataclass
class _Pen:
    """Draws from left to right; the ends of what goes otherwise are below."""

    drawing: Drawing
    agency: str
    unmapped: Unmappeds
    translated: dict[str, str]
    column: int = 0
    last: str = ""
    on: str = ""
    """The condition under which the case goes on from the last node, where that is a gateway."""

    def draw(
        self,
        kind: str,
        element: str,
        name: Text,
        extensions: tuple[str, ...] = (),
        *,
        properties: tuple[tuple[str, str], ...] = (),
        documentation: str = "",
        default: str = "",
    ) -> None:
        """A node after the last one."""
        self.drawing.nodes.append(
            Drawn(
                id=element,
                kind=kind,
                name=name,
                column=self.column,
                extensions=extensions,
                properties=properties,
                documentation=documentation,
                default=default,
            )
        )
        if self.last:
            named = _YES if self.on else None
            self.drawing.ways.append(Way(source=self.last, target=element, name=named, condition=self.on))
        self.last, self.on = element, ""
        self.column += 1

    def ask(self, element: str, name: Text, condition: str, end: str) -> None:
        """A gateway from which the case goes on under the condition, and otherwise ends."""
        self.draw("exclusiveGateway", element, name, default=f"{element}__{end}")
        self.on = condition
        if all(node.id != end for node in self.drawing.nodes):
            row = 2 if end == REFUSED else 1
            self.drawing.nodes.append(
                Drawn(id=end, kind="endEvent", name=_ENDS[end], column=self.column, row=row)
            )
        self.drawing.ways.append(Way(source=element, target=end, name=_NO))

    def check(self, step: Step | None) -> None:
        """The clerk's first step, in which papers and conditions are looked at."""
        name = self._named(step) if step else _CHECK_NAME
        inputs = (
            ("=applicant", "applicant"),
            ("=case", "case"),
            ("=stoa.papers()", "papers"),
            ("=stoa.conditions()", "conditions"),
        )
        documentation = (step.description or "") if step else ""
        self.draw("userTask", CHECK_STEP, name, _by_clerk(CHECK, inputs), documentation=documentation)

    def step(self, element: str, step: Step) -> None:
        """A step of the record: the clerk's task, or a request to the agency, which may refuse."""
        name, documentation = self._named(step), step.description or ""
        if step.official == words.CLERK:
            extensions = _by_clerk(STEP, (("=applicant", "applicant"), ("=case", "case")))
            self.draw("userTask", element, name, extensions, documentation=documentation)
            return
        topic = f"{self.agency}.{self.drawing.process.replace('_', '-')}-{element.replace('_', '-')}"
        if step.official and step.official != words.OFFICER:
            self.unmapped.add(f"{step.path}.step_official", step.official, _WHO)
        self.unmapped.add(step.path, step.title, _TOPIC.filled({"topic": topic}))
        answer = f"{element}_decision"
        self.draw(
            "serviceTask",
            element,
            name,
            _by_agency(topic, answer),
            properties=(("stoa:answer-form", ANSWER), ("stoa:documents", "all")),
            documentation=documentation,
        )
        self.ask(f"{element}_granted", _GRANTED, f'={answer} = "grant"', REFUSED)

    def _named(self, step: Step) -> Text:
        return Text(el=step.title, en=self.translated.get(step.path, ""))

    def finished(self) -> Drawing:
        """The drawing, with the end that several lead to at its right."""
        self.drawing.nodes = [
            replace(node, column=self.column) if node.id == REFUSED else node for node in self.drawing.nodes
        ]
        return self.drawing


def _by_clerk(form: str, inputs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return (
        f'<zeebe:formDefinition formId="{form}" />',
        "<zeebe:userTask />",
        '<zeebe:assignmentDefinition candidateGroups="clerk" />',
        "<zeebe:ioMapping>",
        *(f'  <zeebe:input source="{escape(source)}" target="{target}" />' for source, target in inputs),
        "</zeebe:ioMapping>",
    )


def _by_agency(topic: str, answer: str) -> tuple[str, ...]:
    return (
        f'<zeebe:taskDefinition type="{topic}" />',
        "<zeebe:ioMapping>",
        '  <zeebe:input source="=applicant.given_name" target="given_name" />',
        '  <zeebe:input source="=applicant.family_name" target="family_name" />',
        '  <zeebe:input source="=applicant.afm" target="afm" />',
        f'  <zeebe:output source="=decision" target="{answer}" />',
        '  <zeebe:output source="=refusal_reason" target="refusal_reason" />',
        "</zeebe:ioMapping>",
    )
