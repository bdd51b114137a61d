"""Mistakes in what people read: English that is missing, and names in texts and forms that nothing writes."""

from tests.lint.mistakes.mistake import Mistake

DIAGRAM = "residence-certificate.bpmn"
CHECK = "forms/check-papers.form"
NAME_EN = '<zeebe:property name="stoa:name-en" value="Check the papers" />'

MISTAKES = (
    Mistake(
        name="a task without an English name",
        made=((DIAGRAM, NAME_EN, ""),),
        rule="name-in-english",
        at='<bpmn:userTask id="check_papers"',
        element="check_papers",
        says=("Έλεγχος δικαιολογητικών",),
        remedy="stoa:name-en",
    ),
    Mistake(
        name="a flow without an English name",
        made=((DIAGRAM, '<zeebe:property name="stoa:name-en" value="Yes" />', ""),),
        rule="name-in-english",
        at='<bpmn:sequenceFlow id="papers_complete__municipality_certifies"',
        element="papers_complete__municipality_certifies",
        says=("Ναι",),
        remedy="stoa:name-en",
    ),
    Mistake(
        name="a field without an English label",
        made=((CHECK, '"stoa:label-en": "The papers are",', ""),),
        rule="form-in-english",
        at="Τα δικαιολογητικά είναι",
        element="Field_papers_verdict",
        says=("Τα δικαιολογητικά είναι",),
        remedy="stoa:label-en",
    ),
    Mistake(
        name="an option without an English label",
        made=((CHECK, '"stoa:option-en:complete": "Complete",', ""),),
        rule="form-in-english",
        at="Πλήρη",
        element="Field_papers_verdict",
        says=("Πλήρη",),
        remedy="stoa:option-en:complete",
    ),
    Mistake(
        name="a text without its English",
        made=(
            (CHECK, '"stoa:text-en": "### {{applicant.family_name}}', '"stoa:note": "### {{case.number}}'),
        ),
        rule="form-in-english",
        at="### {{applicant.family_name}}",
        element="Text_about",
        says=("Text_about",),
        remedy="stoa:text-en",
    ),
    Mistake(
        name="an unknown name in a text",
        made=((CHECK, "{{applicant.family_name}}", "{{aplicant.family_name}}"),),
        rule="form-name-known",
        at="aplicant",
        element="Text_about",
        says=("aplicant", "did you mean applicant"),
        remedy="Correct the name",
    ),
    Mistake(
        name="an unknown name in the English text alone",
        made=((CHECK, 'text-en": "### {{applicant.family_name}}', 'text-en": "### {{surname}}'),),
        rule="form-name-known",
        at="{{surname}}",
        element="Text_about",
        says=("surname",),
        remedy="add the field",
    ),
    Mistake(
        name="an unknown name in a hide condition",
        made=((CHECK, '=papers_verdict != \\"incomplete\\"', '=papers_verdit != \\"incomplete\\"'),),
        rule="form-name-known",
        at="papers_verdit",
        element="Field_missing_papers",
        says=("papers_verdit", "did you mean papers_verdict"),
        remedy="Correct the name",
    ),
    Mistake(
        name="a text that is no FEEL",
        made=((CHECK, "{{case.number}}", "{{case number +}}"),),
        rule="form-feel",
        at="case number +",
        element="Text_about",
        says=("case number +", "is not FEEL"),
        remedy="FEEL",
    ),
)
