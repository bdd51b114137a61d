"""Decision tables: every case meets a rule, and no case meets two that exclude each other."""

from engine.dmn.model import DecisionTable, HitPolicy
from engine.lint.checked_bundle import CheckedBundle, Spot
from engine.lint.finding import Severity
from engine.lint.rule import Violation, Violations, bundle_rule
from engine.lint.table_analysis import (
    bound_beside,
    gap_of,
    in_words,
    may_be_incomplete,
    overlaps_of,
    tables_of,
    unknown_cells,
)


@bundle_rule(
    "table-complete",
    severity=Severity.WARNING,
    source="DMN 1.5, 8.2.9: a complete table has a rule for every case",
    says_el="Στον πίνακα {what} κανένας κανόνας δεν ισχύει για {values}.",
    says_en="In the table {what} no rule holds for {values}.",
    why_el="Χωρίς κανόνα το αποτέλεσμα είναι κενό, και η υπόθεση σταματά εκεί όπου χρειάζεται.",
    why_en="Without a rule the result is null, and the case stops where it is needed.",
    remedy_el="Προσθέστε κανόνα για αυτές τις τιμές, διορθώστε ένα όριο ή βάλτε προεπιλεγμένο αποτέλεσμα.",
    remedy_en="Add a rule for these values, correct a bound, or give the table a default output.",
)
def table_complete(bundle: CheckedBundle) -> Violations:
    """Yields the first case of each table that no rule is for, as far as that can be told beforehand."""
    for checked in tables_of(bundle):
        gap = gap_of(checked) if may_be_incomplete(checked.table) else None
        if gap is not None:
            cell = bound_beside(checked, gap)
            place = cell.place if cell is not None else checked.table.place
            yield Violation(
                spot=Spot(place.file, place.line, checked.what, checked.id, cell.text if cell else ""),
                values={"values": in_words(checked.columns, gap)},
            )


@bundle_rule(
    "table-decidable",
    severity=Severity.HINT,
    source="DMN 1.5, 8.2.9 and 8.3.3: unary tests may hold any expression",
    says_el="Στον πίνακα {what} το κελί «{text}» δεν αφήνει να κριθεί αν υπάρχει κανόνας για κάθε τιμή.",
    says_en="In the table {what} the cell {text} keeps from telling whether there is a rule for every value.",
    why_el="Ένα κελί που υπολογίζεται, ή στήλη με τιμές πολλών τύπων, δεν συγκρίνεται εκ των προτέρων.",
    why_en="A cell that is computed, or a column of values of several types, cannot be compared beforehand.",
    remedy_el="Γράψτε σταθερές και διαστήματα, ή βάλτε για τα άλλα τελευταίο κανόνα ή προεπιλογή.",
    remedy_en="Write constants and ranges, or give the table a last rule or a default output for the others.",
)
def table_decidable(bundle: CheckedBundle) -> Violations:
    """Yields the first cell for which a table that must have a rule for every case cannot be judged."""
    for checked in tables_of(bundle):
        if may_be_incomplete(checked.table) and not _has_rule_for_all(checked.table):
            cell = next(unknown_cells(checked), None)
            if cell is not None:
                spot = Spot(cell.place.file, cell.place.line, checked.what, checked.id, cell.text)
                yield Violation(spot=spot, values={"text": cell.text.strip()[:60]})


def _has_rule_for_all(table: DecisionTable) -> bool:
    return any(all(cell.text.strip() in {"", "-"} for cell in rule.inputs) for rule in table.rules)


@bundle_rule(
    "table-unambiguous",
    source="DMN 1.5, 8.2.10: of a UNIQUE table one rule matches, of an ANY table all give the same",
    says_el="Στον πίνακα {what} ισχύουν μαζί οι κανόνες {first} και {second}, για {values}.",
    says_en="In the table {what} the rules {first} and {second} hold together, for {values}.",
    why_el="Με πολιτική UNIQUE δύο κανόνες που ισχύουν μαζί δίνουν κενό αποτέλεσμα.",
    why_en="By the policy UNIQUE two rules that hold together give null.",
    remedy_el="Στενέψτε τον έναν από τους δύο, ή βάλτε πολιτική FIRST αν ο πρώτος υπερισχύει.",
    remedy_en="Narrow one of the two, or set the policy FIRST if the first one prevails.",
)
def table_unambiguous(bundle: CheckedBundle) -> Violations:
    """Yields, for each rule of such a table, the first earlier one that holds for a case of it too."""
    for checked in tables_of(bundle):
        policy = checked.table.hit_policy
        if policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
            continue
        for first, second, values in overlaps_of(checked, only_different=policy is HitPolicy.ANY):
            row = checked.table.rules[second]
            cell = row.inputs[next(iter(values), 0)] if row.inputs else None
            place = cell.place if cell is not None else row.place
            yield Violation(
                spot=Spot(place.file, place.line, checked.what, checked.id, cell.text if cell else ""),
                values={
                    "first": str(first + 1),
                    "second": str(second + 1),
                    "values": in_words(checked.columns, values),
                },
                cause=f"rules of {checked.id} overlap",
            )
