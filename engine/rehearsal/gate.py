"""The gate to submit: what a version still lacks, and the evidence that it lacks nothing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from engine.bundle.contents import NOTES
from engine.bundle.contract import Files
from engine.bundle.description import lacking
from engine.bundle.evidence import Evidence, GateFinding, Lack
from engine.bundle.files import fingerprint
from engine.bundle.metadata import FILE as METADATA_FILE
from engine.bundle.yaml_tree import YamlPlaces, places_in, read_yaml
from engine.kernel.recently_used import RecentlyUsed
from engine.kernel.refusal import Invalid
from engine.lint import check
from engine.lint.finding import Finding, Text
from engine.lint.places import Source
from engine.lint.rules import ENGLISH, SUBJECT_OF
from engine.mitos.unmapped import open_points
from engine.rehearsal.coverage import Coverable, Coverage, Measure, coverable
from engine.rehearsal.rehearsal import ScenarioResult, run

FORMAT: Final = 1
"""The number of the shape of an evidence's document."""

_KEPT: Final = 16
"""The evidence of how many versions is kept."""

_ASKED: Final = {Measure.NODES: Lack.NODE, Measure.FLOWS: Lack.FLOW, Measure.RULES: Lack.RULE}
"""What must be covered whole; form fields and error codes are shown beside."""

_NOT_COVERED: Final = {
    Measure.NODES: Text(
        el="Κανένα σενάριο δεν περνά από το στοιχείο «{called}» ({id}). Προσθέστε ένα.",
        en="No scenario passes the element “{called}” ({id}). Add one.",
    ),
    Measure.FLOWS: Text(
        el="Κανένα σενάριο δεν ακολουθεί τη ροή «{called}» ({id}). Προσθέστε ένα.",
        en="No scenario takes the flow “{called}” ({id}). Add one.",
    ),
    Measure.RULES: Text(
        el="Κανένα σενάριο δεν κρίνεται από τον κανόνα «{called}» ({id}). Προσθέστε ένα.",
        en="No scenario is decided by the rule “{called}” ({id}). Add one.",
    ),
}
_OUT_OF_REACH: Final = Text(
    el="Το «{called}» ({id}) δεν καλύπτεται από κανένα σενάριο: {why}",
    en="No scenario can ever cover “{called}” ({id}): {why}",
)
_NO_SCENARIO: Final = Text(
    el="Η διαδικασία δεν έχει κανένα σενάριο. Γράψτε ένα στον φάκελο scenarios/.",
    en="The procedure has no scenario. Write one in scenarios/.",
)
_NOT_SAID: Final = Text(
    el="Λείπει το πεδίο {field} του procedure.yaml. Συμπληρώστε το.",
    en="The field {field} of procedure.yaml is missing. Fill it in.",
)
_OPEN: Final = Text(
    el="Ανοικτό σημείο: {point}. Διορθώστε τα αρχεία και σβήστε τη γραμμή από το {file}.",
    en="An open point: {point}. Correct the files, and delete the line in {file}.",
)
_FAILED: Final = Text(
    el="Το σενάριο «{title}» δεν εξελίχθηκε όπως περιγράφεται: {problem}",
    en="The scenario “{title}” does not go as it says: {problem}",
)


class Gate:
    """Gathers evidence; the same files are checked and played once. Threads may share it."""

    def __init__(self) -> None:
        self._known = RecentlyUsed[str, Evidence](_KEPT)

    def evidence_of(self, files: Files) -> Evidence:
        """What the files prove, and what they lack; the port `EvidenceOf`."""
        return self._known.get(fingerprint(files), lambda: evidence_of(files))


def evidence_of(files: Files) -> Evidence:
    """Check the files, play every scenario and see what is covered."""
    found = check(files)
    lacks = [_of_finding(finding, Lack.ERROR) for finding in found.errors]
    lacks += [_of_finding(one, Lack.LANGUAGE) for one in found.findings if SUBJECT_OF[one.rule] == ENGLISH]
    results: Sequence[ScenarioResult] = ()
    coverage = Coverage(items=())
    if not found.errors:
        try:
            results = run(files)
            coverage = coverage_of(files, results)
        except Invalid as refusal:
            lacks += _of_refusal(refusal, files)
        else:
            lacks += (*_of_description(files), *_of_scenarios(results, files), *_of_coverage(coverage))
    lacks += _of_notes(files)
    sha256 = fingerprint(files)
    findings = tuple(lacks)
    return Evidence(sha256=sha256, findings=findings, document=_document(sha256, findings, results, coverage))


def coverage_of(files: Files, results: Iterable[ScenarioResult]) -> Coverage:
    """What those scenarios cover that went as they say: one that failed proves nothing."""
    return coverable(files).with_traces(
        {result.scenario.name: result.trace for result in results if result.problem is None}
    )


def _of_finding(finding: Finding, lack: Lack) -> GateFinding:
    message = Text(
        el=f"{finding.message.el} {finding.remedy.el} [{finding.rule}]",
        en=f"{finding.message.en} {finding.remedy.en} [{finding.rule}]",
    )
    where = _where(finding.file, finding.line, finding.column)
    return GateFinding(lack=lack, where=where, message=message)


def _where(file: str, line: int, column: int) -> str:
    """`file:line:column`; without the column where it is not known."""
    return f"{file}:{line}:{column}" if column else f"{file}:{line}"


def _of_refusal(refusal: Invalid, files: Files) -> Iterator[GateFinding]:
    for file, sentences in refusal.errors.items():
        lack = Lack.SCENARIO if file.startswith("scenarios/") else Lack.METADATA
        content = files.get(file, b"")
        places = places_in(content) if file.endswith(".yaml") else YamlPlaces()
        for sentence in sentences:
            text, said = str(sentence), places.said(sentence)
            if said is None:
                where = file
            else:
                column = said.column or Source.of(content).whole(said.line).column
                where = _where(file, said.line, column)
            yield GateFinding(lack=lack, where=where, message=Text(el=text, en=text))


def _of_description(files: Files) -> Iterator[GateFinding]:
    """What procedure.yaml, which was read without findings, does not say yet."""
    if METADATA_FILE not in files:
        # A shared part is not described: it is submitted with the procedures that call it.
        return
    content = files[METADATA_FILE]
    tree, places = read_yaml(content), places_in(content)
    for path in lacking(tree.value):
        around = places.around(path)
        where = _where(METADATA_FILE, around.line, around.column)
        field = ".".join(str(part) for part in path)
        yield GateFinding(lack=Lack.METADATA, where=where, message=_NOT_SAID.filled({"field": field}))


def _of_notes(files: Files) -> Iterator[GateFinding]:
    """What an import left open, as long as it stands in the notes."""
    for number, point in open_points(files.get(NOTES, b"").decode(errors="replace")):
        message = _OPEN.filled({"point": point, "file": NOTES})
        yield GateFinding(lack=Lack.NOTE, where=f"{NOTES}:{number}", message=message)


def _of_scenarios(results: Sequence[ScenarioResult], files: Files) -> Iterator[GateFinding]:
    if not results:
        yield GateFinding(lack=Lack.SCENARIO, where="scenarios/", message=_NO_SCENARIO)
    for result in results:
        if result.problem is not None:
            values = {"title": result.scenario.title, "problem": result.problem.problem or ""}
            file, line = result.scenario.file, result.problem.line
            where = _where(file, line, places_in(files.get(file, b"")).first_on(line))
            yield GateFinding(lack=Lack.SCENARIO, where=where, message=_FAILED.filled(values))


def _of_coverage(coverage: Coverage) -> Iterator[GateFinding]:
    for measure, lack in _ASKED.items():
        for item in coverage.of(measure):
            if not item.is_covered:
                yield GateFinding(lack=lack, where=item.where, message=_uncovered(item))


def _uncovered(item: Coverable) -> Text:
    values: dict[str, str | Text] = {"called": item.called, "id": item.id}
    if item.cannot is not None:
        return _OUT_OF_REACH.filled({**values, "why": item.cannot})
    return _NOT_COVERED[item.measure].filled(values)


def _document(
    sha256: str, findings: Sequence[GateFinding], results: Sequence[ScenarioResult], coverage: Coverage
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "sha256": sha256,
        "passes": not findings,
        "scenarios": [
            {
                "file": result.scenario.file,
                "title": result.scenario.title,
                "as_expected": result.problem is None,
                "outcome": result.outcome,
                "path": list(result.passed),
            }
            for result in results
        ],
        "coverage": coverage.as_json(),
        "lacks": [
            {
                "lack": finding.lack.value,
                "where": finding.where,
                "message": {"el": finding.message.el, "en": finding.message.en},
            }
            for finding in findings
        ],
    }
