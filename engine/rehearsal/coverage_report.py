"""What scenarios cover, and how those went that failed: as text, and as a page that is one file."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Final

from engine.bpmn.diagram import Diagram, is_diagram
from engine.bpmn.drawing import Mark, draw
from engine.bpmn.shared_parts import divided
from engine.bundle.contract import Files
from engine.bundle.steps import LIMITS
from engine.lint.finding import Text
from engine.rehearsal.coverage import Coverable, Coverage, Measure
from engine.rehearsal.rehearsal import ScenarioResult

COVERED: Final = Mark(stroke="#166534", fill="#dcfce7")
MISSING: Final = Mark(stroke="#b91c1c", fill="#fee2e2", width=3, sign="!")
OUT_OF_REACH: Final = Mark(stroke="#4b5563", fill="#f3f4f6", dashes="6 3", sign="–")
WALKED: Final = Mark(stroke="#1d4ed8", fill="#dbeafe")
STANDING: Final = Mark(stroke="#b45309", fill="#fef3c7", width=4, sign="●")
EXPECTED: Final = Mark(stroke="#b91c1c", fill="#ffffff", width=3, dashes="6 3", sign="?")

_NAMES: Final = {
    Measure.NODES: Text(el="Στοιχεία", en="Nodes"),
    Measure.FLOWS: Text(el="Ροές", en="Flows"),
    Measure.RULES: Text(el="Κανόνες αποφάσεων", en="Decision rules"),
    Measure.FIELDS: Text(el="Πεδία φορμών", en="Form fields"),
    Measure.ERRORS: Text(el="Κωδικοί σφάλματος", en="Error codes"),
}
_TITLE: Final = Text(el="Κάλυψη: {key}", en="Coverage: {key}")
_COUNTS: Final = Text(el="Πόσα καλύπτονται", en="How much is covered")
_WHAT: Final = Text(el="Τι", en="What")
_COVERED: Final = Text(el="Καλύπτονται", en="Covered")
_OF: Final = Text(el="Από", en="Of")
_MISSING: Final = Text(el="Δεν καλύπτονται", en="Not covered")
_WHERE: Final = Text(el="Πού", en="Where")
_BY: Final = Text(el="Σενάρια", en="Scenarios")
_NOT: Final = Text(el="κανένα", en="none")
_ALL: Final = Text(el="Όλα καλύπτονται.", en="All of it is covered.")
_NOTHING: Final = Text(el="Δεν υπάρχει τίποτε τέτοιο.", en="There is nothing of the kind.")
_DRAWN: Final = Text(el="Το διάγραμμα {file}", en="The diagram {file}")
_LEGEND: Final = Text(
    el="Πράσινο: καλύπτεται. Κόκκινο με !: δεν καλύπτεται. Γκρι διακεκομμένο με –: δεν καλύπτεται ποτέ.",
    en="Green: covered. Red with !: not covered. Grey and dashed with –: can never be covered.",
)
_NOT_DRAWN: Final = Text(
    el="Το αρχείο δεν λέει πώς σχεδιάζεται το διάγραμμα.", en="The file does not say how it is laid out."
)
_FAILURES: Final = Text(el="Σενάρια που δεν εξελίχθηκαν όπως λένε", en="Scenarios that do not go as they say")
_FAILURE_LEGEND: Final = Text(
    el="Μπλε: ο δρόμος ως εκεί. Πορτοκαλί με ●: εδώ βρίσκεται η υπόθεση. Κόκκινο με ?: αναμενόταν εδώ.",
    en="Blue: the way so far. Orange with ●: there the case stands. Red with ?: expected here.",
)
_LINE: Final = Text(el="Γραμμή {line}: {step}", en="Line {line}: {step}")

_STYLE: Final = """
body{font-family:system-ui,sans-serif;line-height:1.5;margin:0 auto;max-width:75rem;padding:1rem;
color:#1f2937;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #9ca3af;padding:.3rem .5rem;text-align:left;vertical-align:top}
td{overflow-wrap:anywhere}th{background:#f3f4f6}
.none{color:#b91c1c;font-weight:600}.drawing{overflow-x:auto;border:1px solid #9ca3af}
pre{white-space:pre-wrap;background:#f3f4f6;padding:.5rem}
"""


def coverage_text(key: str, coverage: Coverage, *, language: str = "en") -> str:
    """A line for each measure, and below it what is not covered, with its place."""
    lines = []
    for measure in Measure:
        items = coverage.of(measure)
        total = sum(item.cannot is None for item in items)
        covered = sum(item.is_covered for item in items)
        lines.append(f"{key}: {_NAMES[measure].in_language(language)}: {covered}/{total}")
        for item in items:
            if not item.is_covered:
                why = f" ({item.cannot.in_language(language)})" if item.cannot else ""
                lines.append(f"  {item.where} {item.id}: {item.called.in_language(language)}{why}")
    return "\n".join(lines) + "\n"


def coverage_drawing(files: Files, coverage: Coverage, *, language: str = "en") -> dict[str, str | None]:
    """Each diagram of the files as SVG, coloured by what is covered; None for one without a layout."""
    marks: dict[str, dict[str, Mark]] = {}
    for item in (*coverage.of(Measure.NODES), *coverage.of(Measure.FLOWS)):
        mark = COVERED if item.is_covered else MISSING if item.cannot is None else OUT_OF_REACH
        marks.setdefault(item.file, {})[item.id] = mark
    return {
        file: draw(
            diagram,
            marks.get(file, {}),
            title=_DRAWN.filled({"file": file}).in_language(language),
            english=language != "el",
        )
        for file, diagram in _diagrams(files)
    }


def failure_drawing(files: Files, result: ScenarioResult, *, language: str = "en") -> dict[str, str]:
    """The diagrams in which a failed scenario went: the way so far, where it stands, what was expected."""
    drawn: dict[str, str] = {}
    for file, diagram in _diagrams(files):
        ids = {element.get("id", "") for element in diagram.root.within()}
        marks: dict[str, Mark] = {
            element: WALKED for place, element in result.trace.nodes | result.trace.flows if place == file
        }
        marks |= {element: EXPECTED for element in result.expected_at if element in ids}
        marks |= {element: STANDING for element in result.stands_at if element in ids}
        title = _DRAWN.filled({"file": file}).in_language(language)
        picture = draw(diagram, marks, title=title, english=language != "el") if marks else None
        if picture is not None:
            drawn[file] = picture
    return drawn


def coverage_page(
    key: str,
    files: Files,
    coverage: Coverage,
    *,
    failures: Sequence[ScenarioResult] = (),
    language: str = "en",
) -> str:
    """The page: one file without scripts, whose style is allowed by its hash alone.

    Where another policy takes the style away, it still reads from top to bottom.
    """
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    title = escape(_TITLE.filled({"key": key}).in_language(language))
    body = "".join(_sections(files, coverage, failures, language))
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"style-src 'sha256-{digest}'\"><title>{title}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{body}</main></body></html>\n"
    )


def _sections(
    files: Files, coverage: Coverage, failures: Sequence[ScenarioResult], language: str
) -> Iterator[str]:
    def said(text: Text, **values: str) -> str:
        return escape((text.filled(values) if values else text).in_language(language))

    yield f"<h2>{said(_COUNTS)}</h2>"
    yield _table(
        (said(_WHAT), said(_COVERED), said(_OF)),
        (
            (
                said(_NAMES[measure]),
                str(sum(item.is_covered for item in coverage.of(measure))),
                str(sum(item.cannot is None for item in coverage.of(measure))),
            )
            for measure in Measure
        ),
    )
    if failures:
        yield f"<h2>{said(_FAILURES)}</h2><p>{said(_FAILURE_LEGEND)}</p>"
        for result in failures:
            yield _failure(files, result, language)
    for file, picture in coverage_drawing(files, coverage, language=language).items():
        yield f"<h2>{said(_DRAWN, file=file)}</h2>"
        yield _drawing(picture, said(_DRAWN, file=file)) if picture else f"<p>{said(_NOT_DRAWN)}</p>"
        yield f"<p>{said(_LEGEND)}</p>"
    for measure in Measure:
        yield f"<h2>{said(_NAMES[measure])}</h2>"
        items = sorted(coverage.of(measure), key=lambda item: item.is_covered)
        if not items:
            yield f"<p>{said(_NOTHING)}</p>"
            continue
        if all(item.is_covered for item in items):
            yield f"<p>{said(_ALL)}</p>"
        yield _table((said(_WHAT), said(_WHERE), said(_BY)), (_row(item, language) for item in items))


def _failure(files: Files, result: ScenarioResult, language: str) -> str:
    problem = result.problem
    if problem is None:
        return ""
    line = _LINE.filled({"line": str(problem.line), "step": problem.text}).in_language(language)
    walked = escape(" > ".join(result.passed))
    pictures = "".join(
        _drawing(picture, escape(f"{result.scenario.title}: {file}"))
        for file, picture in failure_drawing(files, result, language=language).items()
    )
    return (
        f"<h3>{escape(result.scenario.title)}</h3><p>{escape(result.scenario.file)}. {escape(line)}</p>"
        f"<p>{escape(problem.problem or '')}</p><pre>{walked}</pre>{pictures}"
    )


def _drawing(picture: str, label: str) -> str:
    """A drawing that is wider than the screen is scrolled by keyboard too."""
    return f'<div class="drawing" role="region" tabindex="0" aria-label="{label}">{picture}</div>'


def _row(item: Coverable, language: str) -> tuple[str, str, str]:
    if item.is_covered:
        by = escape(", ".join(item.scenarios))
    else:
        why = item.cannot.in_language(language) if item.cannot else _NOT.in_language(language)
        by = f'<span class="none">{escape(why)}</span>'
    return (
        f"{escape(item.called.in_language(language))} <code>{escape(item.id)}</code>",
        escape(item.where),
        by,
    )


def _table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _diagrams(files: Files) -> Iterator[tuple[str, Diagram]]:
    own: Mapping[str, bytes] = divided(files)[0]
    for name in sorted(own):
        if "/" not in name and is_diagram(name):
            yield name, Diagram.read(name, own[name], LIMITS)
