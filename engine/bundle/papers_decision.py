"""The decision that says which papers somebody needs: it must exist, and need only what is known by then."""

from collections.abc import Mapping

from engine import dmn
from engine.bundle.findings import Findings
from engine.bundle.forms import FormReading
from engine.bundle.metadata import FILE, Metadata

_ALWAYS_KNOWN = ("applicant", "representative", "case")


def check_papers_decision(
    metadata: Metadata, *, start_form: FormReading | None, tables: Mapping[str, bytes], findings: Findings
) -> None:
    """Note what is wrong with `papers_decision`; `tables` are the DMN files by name."""
    decision = metadata.papers_decision
    if decision is None:
        return
    place = metadata.place("papers_decision")
    summary = _decisions(tables).get(decision)
    if summary is None:
        findings.add(FILE, place, f"Expected the id of a decision in the DMN files beside, found {decision}.")
        return
    asked = {question.path[0] for question in start_form.questions} if start_form else set()
    unknown = [name for name in summary.requires_inputs if name not in {*asked, *_ALWAYS_KNOWN}]
    if unknown:
        expected = ", ".join([*_ALWAYS_KNOWN, *sorted(asked)])
        sentence = f"Expected a decision that needs no more than: {expected}. It needs {', '.join(unknown)}."
        findings.add(FILE, place, sentence)


def _decisions(tables: Mapping[str, bytes]) -> Mapping[str, dmn.DecisionSummary]:
    """The decisions by id; none where the files cannot be read, which is found elsewhere."""
    try:
        return dmn.read(tables).decisions if tables else {}
    except dmn.DmnReadError:
        return {}
