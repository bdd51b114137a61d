"""A procedure with fees, for tests: a licence that costs 75 euros, and a duty by the size of an engine."""

from collections.abc import Mapping

from engine.procedures.model import ProcedureVersion
from tests.bundle.samples import a_component, form_json
from tests.dmn.models import a_decision, a_literal, a_model, an_input
from tests.office import Office, offer_files
from tests.runtime.diagrams import (
    boundary,
    chain,
    diagram,
    element,
    end,
    flow,
    mapping,
    process,
    service,
    start,
    timer,
    user,
)

NOT_EMPLOYED = "unemployed"

FEES = """fees:
  - id: licence
    title: {el: Παράβολο άδειας, en: Licence fee}
    law: ν. 4442/2016 άρθρο 7
    code: "2201"
    beneficiary: {el: Ελληνικό Δημόσιο, en: Greek State}
    amount: "75.00"
    exemptions:
      - title: {el: Άνεργοι, en: Unemployed people}
        law: ν. 4442/2016 άρθρο 9
        condition: reason = "unemployed"
  - id: duty
    title: {el: Τέλος κυβισμού, en: Engine duty}
    law: ν. 2367/1953 άρθρο 20
    beneficiary: {el: Περιφέρεια, en: Region}
    decision: d_duty
"""

METADATA = f"""key: licence
title: {{el: Άδεια, en: Licence}}
summary: {{el: Μία άδεια., en: A licence.}}
codes: {{mitos: "664541"}}
agency: municipality
{FEES}term: {{days: 50}}
process: licence
channels: [counter]
papers: []
outcomes:
  done: {{status: completed, text: {{el: Εκδόθηκε., en: Issued.}}}}
  dear: {{status: completed, text: {{el: Εκδόθηκε., en: Issued.}}}}
"""

DUTY = a_model(
    an_input("size"),
    a_decision("duty", a_literal("if size > 1300 then 205 else 30.5"), inputs=["size"]),
)


INTAKE = '<zeebe:formDefinition formId="intake"/>'


def the_files(*parts: str, metadata: str = METADATA) -> Mapping[str, bytes]:
    """The files of the procedure, its process `licence` drawn of these parts."""
    form = form_json(a_component("number", "size"), a_component("textfield", "reason"))
    return {
        "procedure.yaml": metadata.encode(),
        "licence.bpmn": diagram(process(*parts, process_id="licence")),
        "duty.dmn": DUTY,
        "forms/intake.form": form,
    }


def asking(condition: str) -> tuple[str, ...]:
    """A process that ends in `dear` where that is true, else in `done`."""
    return (
        start("opened", extensions=INTAKE),
        element("exclusiveGateway", "judge", default="judge_to_done"),
        end("dear"),
        end("done"),
        chain("opened", "judge"),
        flow("judge", "dear", f"={condition}"),
        chain("judge", "done"),
    )


def offer_licence(office: Office, *parts: str, asks: str = 'stoa.fee("licence") > 0') -> ProcedureVersion:
    """Put it on offer: with these parts, or one that only asks."""
    files = the_files(*(parts or asking(asks)))
    return offer_files(office.engine, files)


def paying(
    fee: str = "licence", *, for_days: int = 30, named: str = "", twice: bool = False
) -> tuple[str, ...]:
    """A process that waits until the fee is paid, then for a clerk; in vain for so many days: `dear`.

    Where an expression is `named`, it says which fee, by an input mapping.
    """
    header = f'<zeebe:taskHeaders><zeebe:header key="fee" value="{fee}"/></zeebe:taskHeaders>'
    which = mapping(inputs={"fee": named}) if named else header
    return (
        start("opened", extensions=INTAKE),
        service("pay", topic="stoa:payment", extensions=which),
        *((service("again", topic="stoa:payment", extensions=which),) if twice else ()),
        boundary("late", "pay", timer(duration=f"P{for_days}D")),
        user("issue", extensions=mapping(inputs={"paid": "payment"})),
        end("done"),
        end("dear"),
        chain("opened", "pay", *(["again"] if twice else []), "issue", "done"),
        chain("late", "dear"),
    )
