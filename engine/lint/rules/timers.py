"""Timers: each says one date, duration or cycle, in ISO 8601 or FEEL."""

import re
from datetime import UTC, datetime

from engine.bpmn.cron import NotACron, is_cron, parse_cron
from engine.lint import expressions
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violations, at, rule

DURATION = re.compile(
    r"-?P(?=[0-9T])(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:[.,]\d+)?S)?)?"
)
EXAMPLES = {
    "timeDate": "2026-12-01T09:00:00+02:00",
    "timeDuration": "P5D, PT30M",
    "timeCycle": "R3/PT10M, 0 0 9 * * MON-FRI, R/2026-12-01T09:00:00+02:00/P1D",
}


@rule(
    "timer-says-when",
    source="BPMN 2.0.2, table 10.101; EXT.131",
    says_el="Το χρονόμετρο {what} έχει {count} από τα timeDate, timeDuration, timeCycle αντί για ένα.",
    says_en="The timer {what} has {count} of timeDate, timeDuration and timeCycle instead of one.",
    why_el="Ένα χρονόμετρο λέει μία στιγμή, μία διάρκεια ή μία επανάληψη.",
    why_en="A timer says one moment, one duration or one repetition.",
    remedy_el="Κρατήστε ακριβώς ένα.",
    remedy_en="Keep exactly one of them.",
)
def timer_says_when(diagram: CheckedDiagram) -> Violations:
    """Yields timers of executable processes that say nothing or more than one thing."""
    for definition in diagram.elements("timerEventDefinition"):
        count = len(definition.children(*expressions.TIMERS))
        if count != 1:
            yield at(definition, count=str(count))


@rule(
    "timer-syntax",
    source="ISO 8601; BPMN 2.0.2, table 10.101; EXT.132, EXT.133, EXT.134",
    says_el="Το {name} «{text}» δεν διαβάζεται· αναμένεται π.χ. {example}.",
    says_en="The {name} {text} cannot be read; expected is, for example, {example}.",
    why_el="Ένα χρονόμετρο που δεν διαβάζεται δεν θα χτυπούσε ποτέ.",
    why_en="A timer that cannot be read would never fire.",
    remedy_el="Γράψτε κείμενο ISO 8601 ή έκφραση FEEL που αρχίζει με =.",
    remedy_en="Write ISO 8601 text, or a FEEL expression that begins with =.",
)
def timer_syntax(diagram: CheckedDiagram) -> Violations:
    """Yields timers whose text is neither ISO 8601 nor FEEL after `=`."""
    reads = {"timeDate": _is_moment, "timeDuration": _is_duration, "timeCycle": _is_cycle}
    for element in diagram.elements(*expressions.TIMERS):
        name, text = element.kind, element.content
        if text and not text.startswith("=") and not reads[name](text):
            yield at(element, name=name, text=text[:80], example=EXAMPLES[name])


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return "T" in text or " " in text


def _is_duration(text: str) -> bool:
    return DURATION.fullmatch(text) is not None


def _is_cron(text: str) -> bool:
    try:
        parse_cron(text, UTC).after(datetime(2000, 1, 1, tzinfo=UTC))
    except NotACron:
        return False
    return True


def _is_cycle(text: str) -> bool:
    """`R3/PT10M`, `R/start/PT10M`, `R/PT10M/end`, a duration alone, which repeats without an end, or cron."""
    if is_cron(text):
        return _is_cron(text)
    head, *parts = text.split("/")
    if not parts:
        return _is_duration(text)
    if re.fullmatch(r"R\d*", head) is None or re.fullmatch(r"R0+", head) or len(parts) > 2:
        return False
    durations = [_is_duration(part) for part in parts]
    return sum(durations) == 1 and all(
        known or _is_moment(part) for known, part in zip(durations, parts, strict=True)
    )


@rule(
    "timer-offset",
    severity=Severity.WARNING,
    source="the engine: a moment is one moment everywhere",
    says_el="Το timeDate «{text}» δεν λέει ζώνη ώρας.",
    says_en="The timeDate {text} has no offset.",
    why_el="Χωρίς ζώνη εννοείται η ώρα της υπηρεσίας, που αλλού είναι άλλη στιγμή.",
    why_en="Without an offset it is the time in the office's zone, which is another moment elsewhere.",
    remedy_el="Προσθέστε τη, π.χ. +02:00.",
    remedy_en="Add it, for example +02:00.",
)
def timer_offset(diagram: CheckedDiagram) -> Violations:
    """Yields dates without an offset."""
    for element in diagram.elements("timeDate"):
        text = element.content
        if not text.startswith("=") and _is_moment(text) and datetime.fromisoformat(text).tzinfo is None:
            yield at(element, text=text)


@rule(
    "cycle-repeats-nothing",
    severity=Severity.WARNING,
    source="BPMN 2.0.2, 13.5.4",
    says_el="Το {what} διακόπτει και έχει επανάληψη: χτυπά μόνο την πρώτη φορά.",
    says_en="{what} interrupts and has a cycle: it fires the first time only.",
    why_el="Ένα συμβάν που διακόπτει τη δραστηριότητά του δεν έχει δεύτερη φορά.",
    why_en="An event that interrupts its activity has no second time.",
    remedy_el="Χρησιμοποιήστε timeDuration ή κάντε το μη διακοπτόμενο.",
    remedy_en="Use timeDuration, or make it non-interrupting.",
)
def cycle_repeats_nothing(diagram: CheckedDiagram) -> Violations:
    """Yields interrupting boundary timers with a cycle of more than one round."""
    for scope in diagram.scopes:
        for node in scope.of("boundaryEvent"):
            cycles = [part for trigger in node.definitions for part in trigger.element.children("timeCycle")]
            if node.interrupts and any(not re.match(r"R0*1/", cycle.content) for cycle in cycles):
                yield at(node.element)
