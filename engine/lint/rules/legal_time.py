"""What the law says of an element: the clock of a timer, what silence brings, the moments that terms know."""

import re
from collections.abc import Iterator

from engine.bpmn.diagram import ACTIVITIES, DrawnNode, DrawnScope, property_of
from engine.bpmn.timers import NotATimer, parse_duration
from engine.kernel.legal_time import (
    CLOCK,
    LAW,
    LEGAL_EFFECT,
    MILESTONE,
    TERM,
    Clock,
    LegalEffect,
    Milestone,
)
from engine.kernel.vocabulary import Flag
from engine.lint.expressions import TIMERS
from engine.lint.finding import Severity
from engine.lint.rule import CheckedDiagram, Violations, at, carrier, rule
from engine.terms.length import LONGEST, Length, Unit
from engine.terms.term import FURTHER, STATUTORY_ACT, TermKind

_TIMED = {"boundaryEvent", "intermediateCatchEvent", "startEvent"}
_SOURCE = "the dialect: {}"
_COUNTED = re.compile(r"=\s*stoa\.(working_days|months)\(\s*(\d+)\s*\)\s*")
_TERM_END = re.compile(r"=\s*stoa\.term_end\(\s*\)\s*")


def _waits_for_time(node: DrawnNode | None) -> bool:
    """Whether a case waits there for a timer: the start of a process is waited for by none."""
    if node is None or node.kind not in _TIMED or not node.has("timer"):
        return False
    parent = node.element.parent
    return node.kind != "startEvent" or (parent is not None and parent.flag("triggeredByEvent"))


@rule(
    "legal-property-placed",
    source=_SOURCE.format("the properties stoa:clock, stoa:term, stoa:legal-effect and stoa:milestone"),
    says_el="Η ιδιότητα {name} δεν μπορεί να βρίσκεται στο {what}.",
    says_en="The property {name} may not stand on {what}.",
    why_el="Διαβάζεται από χρονόμετρα μιας υπόθεσης, και το ορόσημο από κόμβους· αλλού θα αγνοούνταν.",
    why_en="It is read from timers inside a case, and a milestone from nodes; elsewhere it would be ignored.",
    remedy_el="Βάλτε την στο συμβάν χρονομέτρου, και το ορόσημο στην εργασία ή στο συμβάν όπου συμβαίνει.",
    remedy_en="Put it on the timer event, and a milestone on the task or event where it comes about.",
)
def legal_property_placed(diagram: CheckedDiagram) -> Violations:
    """Yields elements with a property that nothing reads there."""
    for named in diagram.extensions("property"):
        name, owner = named.get("name", ""), carrier(named)
        node = diagram.node(owner)
        if name == MILESTONE:
            is_read = node is not None
        elif name in {CLOCK, LEGAL_EFFECT, TERM}:
            is_read = _waits_for_time(node)
        else:
            continue
        if not is_read:
            yield at(owner, name=name)


def _silent(diagram: CheckedDiagram) -> Iterator[tuple[DrawnScope, DrawnNode]]:
    for scope in diagram.scopes:
        for node in scope.nodes:
            if property_of(node.element, LEGAL_EFFECT) is not None:
                yield scope, node


@rule(
    "silence-needs-clock",
    source=_SOURCE.format("the property stoa:legal-effect"),
    says_el="Το {what} λέει τι φέρνει η σιωπή, αλλά όχι με stoa:clock legal ή rests.",
    says_en="{what} says what silence brings, but not with the stoa:clock legal or rests.",
    why_el="Χωρίς αυτό το χρονόμετρο χτυπά και όσο αναμένεται ο πολίτης: θα δινόταν άδεια παράνομα.",
    why_en="It fires also while the citizen is awaited, and a licence is granted against the law.",
    remedy_el="Προσθέστε stoa:clock με τιμή legal (τέλος της νόμιμης προθεσμίας) ή rests.",
    remedy_en="Add stoa:clock with the value legal (the end of the term of law), or rests.",
)
def silence_needs_clock(diagram: CheckedDiagram) -> Violations:
    """Yields what silence brings by the clock on the wall."""
    for _, node in _silent(diagram):
        if property_of(node.element, CLOCK) not in {Clock.LEGAL, Clock.RESTS}:
            yield at(node.element)


@rule(
    "silence-needs-law",
    source=_SOURCE.format("the property stoa:legal-effect"),
    says_el="Το {what} λέει τι φέρνει η σιωπή, αλλά όχι με ποιο νόμο.",
    says_en="{what} says what silence brings, but not by which law.",
    why_el="Το ημερολόγιο γράφει την πράξη «εκ του νόμου», με νόμο και άρθρο.",
    why_en="The journal writes that act as the law's, with law and article.",
    remedy_el="Προσθέστε stoa:law, π.χ. ν. 4442/2016 άρθρο 7.",
    remedy_en="Add stoa:law, for example ν. 4442/2016 άρθρο 7.",
)
def silence_needs_law(diagram: CheckedDiagram) -> Violations:
    """Yields what silence brings by no law."""
    for _, node in _silent(diagram):
        if not (property_of(node.element, LAW) or "").strip():
            yield at(node.element)


@rule(
    "silence-needs-act",
    source=_SOURCE.format("the property stoa:legal-effect"),
    says_el="Μετά το {what} δεν ακολουθεί πράξη.",
    says_en="No act follows {what}.",
    why_el="Ό,τι φέρνει η σιωπή βεβαιώνεται με πράξη, μέσα σε 10 ημέρες (ν. 4442/2016).",
    why_en="What silence brings is confirmed by an act, within 10 days (ν. 4442/2016).",
    remedy_el="Σχεδιάστε μετά την εργασία που εκδίδει την πράξη· για έγκριση, με stoa:milestone decided.",
    remedy_en="Draw after it the task that issues the act; for an approval, with the stoa:milestone decided.",
)
def silence_needs_act(diagram: CheckedDiagram) -> Violations:
    """Yields silence after which no act is issued, and approval whose act would not end its 10 days."""
    for scope, node in _silent(diagram):
        acts = [other for other in _after(scope, node) if other.kind in ACTIVITIES]
        if property_of(node.element, LEGAL_EFFECT) == LegalEffect.SILENCE_APPROVES:
            acts = [act for act in acts if property_of(act.element, MILESTONE) == Milestone.DECIDED]
        if not acts:
            yield at(node.element)


@rule(
    "silent-act-in-time",
    source=_SOURCE.format("the field silence_act of procedure.yaml"),
    says_el="Το procedure.yaml δίνει για την πράξη μετά το {what} προθεσμία {found}· ο νόμος δίνει {term}.",
    says_en="procedure.yaml gives the act after {what} {found}; the law gives {term}.",
    why_el="Η πράξη μετά τη σιωπή εκδίδεται μέσα σε 10 ημέρες (ν. 4442/2016).",
    why_en="The act after silence is issued within 10 days (ν. 4442/2016).",
    remedy_el="Γράψτε silence_act: {{days: 10}} ή λιγότερο, ή παραλείψτε το.",
    remedy_en="Write silence_act: {{days: 10}} or less, or leave it out.",
)
def silent_act_in_time(diagram: CheckedDiagram) -> Violations:
    """Yields silence that approves, where the act may follow later than the law says."""
    term = diagram.files.further.get(TermKind.ACT)
    if term is None or (term.length.unit is Unit.DAYS and term.length.amount <= STATUTORY_ACT.length.amount):
        return
    found, allowed = (f"{one.length.amount} {one.length.unit}" for one in (term, STATUTORY_ACT))
    for _, node in _silent(diagram):
        if property_of(node.element, LEGAL_EFFECT) == LegalEffect.SILENCE_APPROVES:
            yield at(node.element, found=found, term=allowed)


@rule(
    "term-known",
    source=_SOURCE.format("the properties stoa:term and stoa:milestone"),
    says_el="Το {what} αφορά την προθεσμία ένστασης, που το procedure.yaml δεν ορίζει.",
    says_en="{what} is about the term to appeal, which procedure.yaml does not set.",
    why_el="Χωρίς προθεσμία το χρονόμετρο δεν θα χτυπούσε ποτέ, και η υπόθεση δεν θα τελείωνε.",
    why_en="Without the term the timer would never fire, and the case would not end.",
    remedy_el="Προσθέστε στο procedure.yaml, για παράδειγμα, appeal: {{days: 15, law: …}}.",
    remedy_en="Add to procedure.yaml, for example, appeal: {{days: 15, law: …}}.",
)
def term_known(diagram: CheckedDiagram) -> Violations:
    """Yields what is about the term to appeal in a procedure that has none."""
    if diagram.files.term is None or TermKind.APPEAL in diagram.files.further:
        return
    for node in diagram.nodes:
        is_timer = property_of(node.element, TERM) == TermKind.APPEAL
        if is_timer or property_of(node.element, MILESTONE) == Milestone.APPEALABLE_UNTIL:
            yield at(node.element)


def _after(scope: DrawnScope, node: DrawnNode) -> Iterator[DrawnNode]:
    """The nodes to which ways lead from there."""
    seen, waiting = {node}, [node]
    while waiting:
        for way in scope.outgoing(waiting.pop()):
            if way.target is not None and way.target not in seen:
                seen.add(way.target)
                waiting.append(way.target)
                yield way.target


@rule(
    "clock-needed",
    source=_SOURCE.format("an interrupting timer with consequences for rights must say its clock"),
    says_el="Το {what} διακόπτει εργασία μέσα στην οποία αναμένεται ο πολίτης, και δεν λέει με ποιο ρολόι.",
    says_en="{what} interrupts work within which the citizen is awaited, and does not say by which clock.",
    why_el="Θα χτυπούσε και όσο ο πολίτης αναμένεται και η προθεσμία της υπηρεσίας είναι σε αναστολή.",
    why_en="It would fire also while the citizen is awaited and the term of the office rests.",
    remedy_el="Γράψτε stoa:clock: legal (νόμιμη προθεσμία), rests (σταματά όσο αναμένεται) ή runs (τρέχει).",
    remedy_en="Write stoa:clock: legal (the term of law), rests (it stops meanwhile), or runs (it does not).",
)
def clock_needed(diagram: CheckedDiagram) -> Violations:
    """Yields interrupting timers without a clock around work in which the citizen is awaited."""
    scopes = {scope.element: scope for scope in diagram.scopes}
    for scope in diagram.scopes:
        for node in scope.nodes:
            if not (_waits_for_time(node) and node.interrupts):
                continue
            if node.kind == "boundaryEvent":
                host = diagram.named(node.element.get("attachedToRef"))
                around = scopes.get(host) if host is not None else None
            else:
                around = scope.parent if node.kind == "startEvent" else None
            if around is not None and property_of(node.element, CLOCK) is None and _awaits_citizen(around):
                yield at(node.element)


def _awaits_citizen(scope: DrawnScope) -> bool:
    return any(
        named.get("name") == "stoa:flag" and named.get("value") == Flag.AWAITING_CITIZEN
        for named in scope.element.within("property", namespace="*")
    )


@rule(
    "legal-timer-is-the-term",
    severity=Severity.WARNING,
    source=_SOURCE.format("the property stoa:clock"),
    says_el="Το {what} λέει {text}, αλλά με stoa:clock legal είναι το τέλος της προθεσμίας: {term}.",
    says_en="{what} says {text}, but with the stoa:clock legal it is the end of the term: {term}.",
    why_el="Η προθεσμία είναι αυτή του procedure.yaml· ό,τι άλλο γράφει το χρονόμετρο δεν διαβάζεται.",
    why_en="The term is the one of procedure.yaml; what else the timer says is not read.",
    remedy_el="Γράψτε timeDate με =stoa.term_end(), ή διορθώστε την προθεσμία στο procedure.yaml.",
    remedy_en="Write a timeDate with =stoa.term_end(), or correct the term in procedure.yaml.",
)
def legal_timer_is_the_term(diagram: CheckedDiagram) -> Violations:
    """Yields timers of the term of law that say another time than it has."""
    for node in diagram.nodes:
        named = property_of(node.element, TERM)
        if property_of(node.element, CLOCK) != Clock.LEGAL:
            if named is not None:
                yield at(node.element, text=f"stoa:term {named}", term="stoa:clock legal")
            continue
        term = diagram.files.further.get(TermKind(named)) if named in list(FURTHER) else diagram.files.term
        for trigger in node.definitions:
            for written in trigger.element.children(*TIMERS):
                text = written.content
                if _TERM_END.fullmatch(text) or (term is not None and _length_of(text) == term.length):
                    continue
                length = f"{term.length.amount} {term.length.unit}" if term else "procedure.yaml"
                yield at(node.element, text=text, term=length)


@rule(
    "timer-within-term",
    severity=Severity.WARNING,
    source=_SOURCE.format("the field term of procedure.yaml"),
    says_el="Το {what} χτυπά μετά από {text}, όταν η προθεσμία ({term}) έχει ήδη λήξει.",
    says_en="{what} fires after {text}, when the term ({term}) is already over.",
    why_el="Μια υπενθύμιση ή κλιμάκωση που έρχεται μετά την προθεσμία δεν βοηθά κανέναν να την τηρήσει.",
    why_en="A reminder or escalation that comes after the term helps nobody to keep it.",
    remedy_el="Γράψτε μικρότερο διάστημα, ή stoa:milestone decided εκεί όπου τελειώνει η προθεσμία.",
    remedy_en="Write a shorter time, or the stoa:milestone decided where the term ends before it.",
)
def timer_within_term(diagram: CheckedDiagram) -> Violations:
    """Yields timers of work within the term of law that surely fire after its end."""
    term = diagram.files.term
    if term is None:
        return
    for scope in diagram.scopes:
        for node in scope.nodes:
            is_plain = property_of(node.element, CLOCK) is None and property_of(node.element, TERM) is None
            if not (_waits_for_time(node) and is_plain) or _is_after_decision(diagram, scope, node):
                continue
            for text in (
                part.content for each in node.definitions for part in each.element.children(*TIMERS)
            ):
                length = _length_of(_IN_FEEL.sub(r"\1", text))
                if length is not None and _least_days(length) > _most_days(term.length):
                    yield at(node.element, text=text, term=f"{term.length.amount} {term.length.unit}")


_IN_FEEL = re.compile(r'=\s*duration\(\s*"([^"]*)"\s*\)\s*')
_RESTING = frozenset({Flag.AWAITING_CITIZEN, Flag.READY_FOR_PICKUP})


def _is_after_decision(diagram: CheckedDiagram, scope: DrawnScope, node: DrawnNode) -> bool:
    """Whether the term is over or rests there: behind what decides, or where the citizen is awaited."""
    host = diagram.node(diagram.named(node.element.get("attachedToRef"))) or node
    if any(property_of(each.element, "stoa:flag") in _RESTING for each in (node, host)):
        return True
    if diagram.node(scope.element) is not None and scope.parent is not None:
        around = diagram.node(scope.element)
        if around is not None and _is_after_decision(diagram, scope.parent, around):
            return True
    decided = (one for one in scope.nodes if property_of(one.element, MILESTONE) is not None)
    return any(host in _after(scope, one) for one in decided if _ends_term(one))


def _ends_term(node: DrawnNode) -> bool:
    return property_of(node.element, MILESTONE) in {
        Milestone.DECIDED,
        Milestone.NOTIFIED,
        Milestone.DELIVERED,
    }


def _least_days(length: Length) -> int:
    """The fewest calendar days that a length is."""
    match length.unit:
        case Unit.MONTHS:
            return 28 * length.amount
        case Unit.WORKING_DAYS:
            return length.amount + 2 * (max(length.amount - 1, 0) // 5)
    return length.amount


def _most_days(length: Length) -> int:
    """The most calendar days that a term of this length runs; holidays of two weeks are allowed for."""
    match length.unit:
        case Unit.MONTHS:
            return 31 * length.amount
        case Unit.WORKING_DAYS:
            return 7 * length.amount // 5 + 14
    return length.amount


def _length_of(text: str) -> Length | None:
    """The length that a timer says, where it is a term's; None for what is none, or depends on the case."""
    counted = _COUNTED.fullmatch(text)
    if counted is not None:
        return Length(int(counted[2]), Unit(counted[1])) if int(counted[2]) <= LONGEST else None
    try:
        duration = parse_duration(text)
    except NotATimer:
        return None
    if not 0 <= duration.months + duration.exact.days <= LONGEST or duration.exact.seconds:
        return None
    if duration.months:
        return None if duration.exact else Length(duration.months, Unit.MONTHS)
    return Length(duration.exact.days)
