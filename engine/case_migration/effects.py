"""What another version means for a case beside its diagram: terms, forms, fees, papers and parties."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.bundle.fact_names import fact_name
from engine.bundle.procedure import Procedure
from engine.cases.changeset import CaseChangeset
from engine.cases.further_terms import is_under_way, last_day_of, local_day
from engine.cases.model import Case
from engine.cases.surroundings import calendar_of
from engine.cases.terms import ledger_of_before, recount
from engine.kernel.bilingual import Bilingual
from engine.organisation import store as organisation_store
from engine.runtime.migration_contract import MigrationFinding
from engine.signatures.model import Signer
from engine.tasks.model import Task
from engine.terms.ledger import Ledger
from engine.terms.term import FURTHER, WRITTEN_AS, TermKind
from engine.terms.words import length_words


def term_effects(
    changeset: CaseChangeset, was: Case, before: Procedure, after: Procedure
) -> tuple[list[MigrationFinding], list[MigrationFinding]]:
    """Count the terms that run by the law of the new version: reasons against it, and what it changes.

    A term of another length is counted from the day on which it began, with every rest and extension as it
    was. One that would be over by that is a reason: silence must not take effect by a migration.
    """
    reasons: list[MigrationFinding] = []
    is_amended = False
    branch = organisation_store.branch(
        changeset.transaction.connection, was.branch_id, on=changeset.transaction.today
    )
    calendar, zone = calendar_of(branch), changeset.transaction.zone
    today = local_day(changeset.transaction.now, zone)
    for kind, term in after.terms.items():
        earlier = before.terms.get(kind)
        ledger = changeset.ledger(kind)
        if kind is TermKind.LEGAL and not ledger.has_begun:
            ledger = ledger_of_before(was, before.term, calendar=calendar, zone=zone)
        if earlier is None or earlier.length == term.length or not _runs(was, kind, ledger):
            continue
        amended = ledger.of_length(term.length, law=term.law)
        last_day, last_before = amended.count(calendar).last_day, ledger.count(calendar).last_day
        if last_day is not None and last_day < today and (last_before is None or last_before >= today):
            reasons.append(
                MigrationFinding(
                    code="term_over",
                    text=f"By the law of the new version the {kind} term would have been over on {last_day}.",
                    text_el=f"{fact_name(WRITTEN_AS[kind]).el}: με τον νόμο της νέας έκδοσης θα είχε λήξει "
                    f"στις {last_day:%d/%m/%Y}.",
                )
            )
            continue
        if not changeset.ledger(kind).has_begun:
            changeset.enter(kind, ledger)
        changeset.enter(kind, amended)
        is_amended = True
    if not is_amended:
        return reasons, []
    recount(changeset)
    return reasons, list(_moved_ends(was, changeset.case, changeset, before, after))


def _runs(case: Case, kind: TermKind, ledger: Ledger) -> bool:
    if not ledger.has_begun or ledger.has_ended:
        return False
    if kind in FURTHER:
        return is_under_way(case, kind)
    return case.term_ended_at is None


def _moved_ends(
    was: Case, now: Case, changeset: CaseChangeset, before: Procedure, after: Procedure
) -> Iterator[MigrationFinding]:
    zone = changeset.transaction.zone
    ends = {TermKind.LEGAL: (was.due_at, now.due_at)}
    ends |= {kind: (was.further_ends[kind], now.further_ends[kind]) for kind in FURTHER}
    for kind, (earlier, later) in ends.items():
        if earlier == later or earlier is None or later is None:
            continue
        days = [last_day_of(end, zone) for end in (earlier, later)]
        was_long, is_long = (length_words(one.terms[kind].length) for one in (before, after))
        yield MigrationFinding(
            code="term_moves",
            text=f"The {kind} term ends on {days[1]} and not on {days[0]}: {is_long.en} "
            f"instead of {was_long.en}.",
            text_el=f"{fact_name(WRITTEN_AS[kind]).el}: λήγει στις {days[1]:%d/%m/%Y} και όχι στις "
            f"{days[0]:%d/%m/%Y} ({is_long.el} αντί για {was_long.el}).",
        )


def form_effects(
    were: Sequence[Task], are: Sequence[Task], before: Procedure, after: Procedure
) -> Iterator[MigrationFinding]:
    """The fields that the forms of open tasks ask for now and did not before."""
    earlier = {task.id: task for task in were}
    for task in are:
        asked = _obligatory(after, task.form_id)
        asked_before = _obligatory(before, earlier[task.id].form_id)
        fresh = [label for key, label in asked.items() if key not in asked_before]
        if fresh:
            yield MigrationFinding(
                code="form_asks_more",
                element_id=task.element_id,
                text=f"The form of the task “{task.name}” asks for more: {', '.join(fresh)}.",
                text_el=f"Η φόρμα της εργασίας «{task.name}» ζητά επιπλέον: {', '.join(fresh)}.",
            )


def _obligatory(procedure: Procedure, form_id: str | None) -> dict[str, str]:
    """The labels of the fields that a form requires, by path."""
    form = procedure.forms.get(form_id) if form_id is not None else None
    return dict(_required(form.schema.get("components", ()), "")) if form is not None else {}


def _required(components: Sequence[Mapping[str, Any]], path: str) -> Iterator[tuple[str, str]]:
    for component in components:
        key = component.get("key") or component.get("path") or ""
        here = ".".join(part for part in (path, key) if part)
        if component.get("validate", {}).get("required") is True and key:
            yield here, component.get("label") or here
        yield from _required(component.get("components", ()), here)


def law_effects(changeset: CaseChangeset, before: Procedure, after: Procedure) -> Iterator[MigrationFinding]:
    """The fees that are not settled yet and become others, and the papers that are asked for now or not."""
    settled = {payment.fee_id for payment in changeset.payments.all}
    for fee_id in [*before.fees, *(one for one in after.fees if one not in before.fees)]:
        amounts = [_amount(one, fee_id) for one in (before, after)]
        if amounts[0] != amounts[1] and fee_id not in settled:
            was_owed, is_owed = amounts
            yield MigrationFinding(
                code="fee_changes",
                text=f"The fee {fee_id} is {is_owed.en} and not {was_owed.en}.",
                text_el=f"Το παράβολο {fee_id} είναι {is_owed.el} και όχι {was_owed.el}.",
            )
    papers = [_papers(one) for one in (before, after)]
    for paper_id, title in papers[1].items():
        if paper_id not in papers[0]:
            yield MigrationFinding(
                code="paper_added",
                text=f"The new version asks for the paper “{title}”.",
                text_el=f"Η νέα έκδοση ζητά το δικαιολογητικό «{title}».",
            )
    for paper_id, title in papers[0].items():
        if paper_id not in papers[1]:
            yield MigrationFinding(
                code="paper_dropped",
                text=f"The new version asks no more for the paper “{title}”.",
                text_el=f"Η νέα έκδοση δεν ζητά πλέον το δικαιολογητικό «{title}».",
            )


def _amount(procedure: Procedure, fee_id: str) -> Bilingual:
    fee = procedure.fees.get(fee_id)
    if fee is None:
        return _in_both(en="none", el="κανένα")
    if fee.amount is not None:
        return _in_both(en=f"{fee.amount} euros", el=f"{fee.amount} ευρώ")
    return _in_both(en=f"as {fee.decision} decides", el=f"όσο ορίζει η απόφαση {fee.decision}")


def _in_both(*, en: str, el: str) -> Bilingual:
    return Bilingual(en, el=el, en=en)


def _papers(procedure: Procedure) -> dict[str, str]:
    found = procedure.metadata.get("papers") or ()
    return {paper["id"]: paper.get("title", {}).get("el", paper["id"]) for paper in found if "id" in paper}


def parties_without_a_role(signers: Sequence[Signer], after: Procedure) -> Iterator[MigrationFinding]:
    """The parties whose role the new version does not know: nobody would know what they have to sign."""
    known = {rule.role for rule in after.parties}
    roles = dict.fromkeys(signer.party.declared_role for signer in signers)
    for role in roles:
        if role is not None and role not in known:
            yield MigrationFinding(
                code="role_gone",
                text=f"A party of the case has the role {role}, which the new version does not have.",
                text_el=f"Μέρος της υπόθεσης έχει τον ρόλο {role}, που δεν υπάρχει στη νέα έκδοση.",
            )
