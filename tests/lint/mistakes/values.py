"""Mistakes in values: members that are not there, options that nobody knows, tables with gaps."""

from tests.lint.mistakes.mistake import Mistake

DIAGRAM = "residence-certificate.bpmn"
CHECK = "forms/check-papers.form"
COMPLETE = '=papers_verdict = "complete"'
LICENCE = "driving-licence.dmn"
VEHICLE = "vehicle-fees.dmn"
TRANSFER = "vehicle-transfer.bpmn"
LAST_OPTION = """"value": "incomplete"
        }"""

MISTAKES = (
    Mistake(
        name="a member that a person does not have",
        made=((DIAGRAM, "=applicant.afm", "=applicant.vat"),),
        rule="member-known",
        at="applicant.vat",
        element="municipality_certifies",
        says=("applicant", "vat", "afm"),
        remedy="Correct the name",
    ),
    Mistake(
        name="the day of a date that a form gave",
        made=((DIAGRAM, COMPLETE, f"{COMPLETE} and residence.since.day = 1"),),
        rule="member-known",
        at="residence.since.day",
        element="papers_complete__municipality_certifies",
        says=("residence.since", "day", "text"),
        remedy="date(residence.since).day",
    ),
    Mistake(
        name="the cents of a fee",
        procedure="vehicle-transfer",
        made=((TRANSFER, COMPLETE, f'{COMPLETE} and stoa.fee("transfer").cent = 0'),),
        rule="member-known",
        at=".cent",
        element="papers_complete__signing",
        says=("stoa.fee", "cent", "number"),
        remedy="Correct the name",
    ),
    Mistake(
        name="a member of a group of fields, misspelt",
        made=((CHECK, "{{evidence.reference}}", "{{evidence.refrence}}"),),
        rule="member-known",
        at="evidence.refrence",
        element="Text_evidence",
        says=("refrence", "did you mean reference"),
        remedy="Correct the name",
    ),
    Mistake(
        name="a member of the case that is not there",
        made=((CHECK, "{{case.number}}", "{{case.protocol}}"),),
        rule="member-known",
        at="case.protocol",
        element="Text_about",
        says=("case", "protocol"),
        remedy="Correct the name",
    ),
    Mistake(
        name="an option that no branch knows",
        made=((CHECK, LAST_OPTION, LAST_OPTION + ', {"label": "Later", "value": "postponed"}'),),
        rule="option-decided",
        at='"postponed"',
        element="Field_papers_verdict",
        says=("postponed", "papers_complete", "default flow"),
        remedy="Add a condition",
    ),
    Mistake(
        name="a branch for an option that is not offered",
        made=((DIAGRAM, COMPLETE, '=papers_verdict = "completed"'),),
        rule="option-known",
        at='"completed"',
        element="papers_complete__municipality_certifies",
        says=("papers_verdict", "completed", "did you mean complete"),
        remedy="complete, incomplete",
    ),
    Mistake(
        name="a field shown for an option that is not offered",
        made=((CHECK, '=papers_verdict != \\"incomplete\\"', '=papers_verdict != \\"missing\\"'),),
        rule="option-known",
        at='\\"missing\\"',
        element="Field_missing_papers",
        says=("papers_verdict", "missing"),
        remedy="complete, incomplete",
    ),
    Mistake(
        name="a rule for an option that is not offered",
        procedure="vehicle-transfer",
        made=((VEHICLE, '<text>"motorcycle"</text>', '<text>"motorbike"</text>'),),
        rule="option-known",
        at='"motorbike"',
        element="registration_fee",
        says=("vehicle.kind", "motorbike", "did you mean motorcycle"),
        remedy="car, motorcycle",
    ),
    Mistake(
        name="a gap at a bound of a table",
        procedure="vehicle-transfer",
        made=((VEHICLE, "(1300..1600]", "(1300..1600)"),),
        rule="table-complete",
        at="(1300..1600)",
        element="transfer_fee",
        says=("vehicle.engine_cc = 1600",),
        remedy="Add a rule",
    ),
    Mistake(
        name="a gap between two rules of a table with two columns",
        procedure="driving-licence-renewal",
        made=((LICENCE, "<text>&lt; 80</text>", "<text>&lt; 75</text>"),),
        rule="table-complete",
        at="&lt; 75",
        element="renewal_fee",
        says=("age",),
        remedy="Add a rule",
    ),
    Mistake(
        name="an option of the form for which a table has no rule",
        procedure="driving-licence-renewal",
        made=((LICENCE, '<text>"c", "ce", "d", "de"</text>', '<text>"c", "ce", "d"</text>'),),
        rule="table-complete",
        at='"c", "ce", "d"<',
        element="renewal_fee",
        says=("licence.category", '"de"'),
        remedy="Add a rule",
    ),
    Mistake(
        name="two rules of a table for the same value",
        procedure="vehicle-transfer",
        made=((VEHICLE, "(400..800]", "[400..800]"),),
        rule="table-unambiguous",
        at="[400..800]",
        element="transfer_fee",
        says=("rules 1 and 2", "vehicle.engine_cc = 400"),
        remedy="Narrow",
    ),
)
