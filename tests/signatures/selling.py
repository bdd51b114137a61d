"""A vehicle that is sold, for tests: seller and buyer sign, from links of their own or at the counter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.kernel.actor import SYSTEM
from engine.messages.timers import FireTimer
from engine.signatures import store as signatures_store
from engine.signatures.links import code_of
from engine.signatures.model import Signer
from tests.api.desk import APPLICANT, Desk
from tests.messages.drawn import drawn
from tests.office import offer_files
from tests.runtime.diagrams import chain, element, end, flow, mapping, service, start, timer, user

PARTIES = """\
parties:
  - role: buyer
    title: {el: Αγοραστής, en: Buyer}
    applicant: true
    identified_by: [afm]
    signs: true
    statement: {el: Αγοράζω το όχημα., en: I buy the vehicle.}
  - role: seller
    title: {el: Πωλητής, en: Seller}
    applicant: true
    min: 1
    max: 2
    identified_by: [afm, identity_document]
    signs: true
    statement: {el: Πουλάω το όχημα., en: I sell the vehicle.}
    papers:
      - {id: registration, title: {el: Άδεια κυκλοφορίας, en: Vehicle registration}, obligatory: true}
"""
SELLER: Mapping[str, Any] = {
    "given_name": "Γιώργος",
    "family_name": "Νικολάου",
    "afm": "090000045",
    "email": "giorgos@example.org",
    "phone": "6912345678",
    "address": "Ερμού 15",
}
OTHER_SELLER: Mapping[str, Any] = {"given_name": "Άννα", "family_name": "Πωλήτρια", "afm": "094259216"}
ALL = 'stoa.parties("seller"), stoa.parties("buyer")'
NAMES = {"seller": "Υπογραφή πωλητή", "buyer": "Υπογραφή αγοραστή"}
PLATE = '"ΙΒΧ-4471"'


def instances(collection: str, each: str, *, collects: str = "", element: str = "", **more: str) -> str:
    """The marker of work that is done once for each of a list."""
    written = f' outputCollection="{collects}" outputElement="={element}"' if collects else ""
    quoted = collection.replace('"', "&quot;")
    held = f'<zeebe:loopCharacteristics inputCollection="={quoted}" inputElement="{each}"{written}/>'
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in more.items())
    return (
        f"<multiInstanceLoopCharacteristics><extensionElements>{held}</extensionElements>{inner}"
        "</multiInstanceLoopCharacteristics>"
    )


def signature(element_id: str, role: str, *, inputs: Mapping[str, str] | None = None, days: str = "") -> str:
    """A signature of everybody of a role, who is shown the plate; what they answered is collected."""
    header = f'<zeebe:taskHeaders><zeebe:header key="link_days" value="{days}"/></zeebe:taskHeaders>'
    handed = {"party": "each", "plate": PLATE, **(inputs or {})}
    given = {"state": "state", "answers": "answers", "signed_on": "signed_on"}
    loop = instances(
        f'stoa.parties("{role}")',
        "each",
        collects=f"{role}_answers",
        element="{state: state, answers: answers}",
    )
    drawn_as = service(
        element_id,
        loop,
        topic="stoa:signature",
        extensions=mapping(inputs=handed, outputs=given) + (header if days else ""),
    )
    return drawn_as.replace("<serviceTask", f'<serviceTask name="{NAMES[role]}"', 1)


def selling(
    *, parties: str = PARTIES, days: str = "", forms: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """The files: seller and buyer sign at the same time, and a clerk then looks; who refuses ends it."""
    files = drawn(
        "selling",
        start(),
        element(
            "subProcess",
            "signing",
            start("begun"),
            element("parallelGateway", "both"),
            signature("seller_signs", "seller", days=days),
            signature("buyer_signs", "buyer", days=days),
            element("parallelGateway", "all"),
            end("over"),
            chain("begun", "both", "seller_signs", "all", "over"),
            chain("both", "buyer_signs", "all"),
        ),
        element("boundaryEvent", "too_late", timer(duration="P10D"), attachedToRef="signing"),
        element("exclusiveGateway", "agreed", default="agreed_to_refused"),
        user("look"),
        end("done"),
        end("refused"),
        end("never_signed"),
        chain("start", "signing", "agreed"),
        flow(
            "agreed",
            "look",
            f'=every one in concatenate({ALL}) satisfies one.state = "signed"',
        ),
        flow("agreed", "refused"),
        chain("look", "done"),
        chain("too_late", "never_signed"),
    )
    metadata = files["procedure.yaml"].decode().replace("term: {days: 50, working_days: false}", TERM)
    outcomes = "  refused: {status: rejected, text: {el: Όχι, en: Refused}}\n"
    outcomes += "  never_signed: {status: rejected, text: {el: Κανείς, en: Nobody signed}}\n"
    return {**files, "procedure.yaml": (metadata + outcomes + parties).encode(), **(forms or {})}


TERM = "term: {days: 50, supplement: pauses}"


@dataclass
class Sale:
    """A desk on which vehicles are sold, and a case that was opened there."""

    desk: Desk
    case: Mapping[str, Any]

    @classmethod
    def at(cls, desk: Desk, *, files: Mapping[str, bytes] | None = None, **changes: Any) -> "Sale":
        """Offer the procedure, and open a case of it by REST."""
        offers(desk, files or selling())
        opened = opens(desk, **changes)
        assert opened.status_code == 201, opened.text
        return cls(desk=desk, case=opened.get_json())

    def now(self) -> dict[str, Any]:
        """The case as it is now."""
        return dict(self.desk.get(f"/cases/{self.case['id']}").get_json())

    def signer(self, role: str, number: int = 0) -> Signer:
        """A party of a role with their newest signature."""
        with self.desk.office.engine.store.reading() as connection:
            found = signatures_store.signers_of(connection, UUID(self.case["id"]))
        return [one for one in found if one.party.declared_role == role][number]

    def code(self, role: str, number: int = 0) -> str:
        """The code in the link of a party."""
        found = self.signer(role, number).signature
        assert found is not None
        code = code_of(found, self.desk.office.engine.seals)
        assert code is not None
        return code

    def awaited(self, role: str, number: int = 0) -> str:
        """The id of the service task that waits for a party."""
        found = self.signer(role, number).signature
        assert found is not None
        return str(found.service_task_id)

    def fires(self) -> None:
        """The timers of the case that are due."""
        self.desk.office.does(FireTimer(case_id=UUID(self.case["id"])), actor=SYSTEM)

    def signs_at_counter(self, role: str, number: int = 0, **changes: Any) -> Any:
        """Maria takes a signature."""
        body = {"identity": "identity_card", "signed": True, **changes}
        return self.desk.post(f"/service-tasks/{self.awaited(role, number)}/signature", body)


def offers(desk: Desk, files: Mapping[str, bytes]) -> None:
    """Put a procedure on offer."""
    offer_files(desk.office.engine, files)


def opens(desk: Desk, **changes: Any) -> Any:
    """Open a sale as Maria: Eleni buys from Giorgos."""
    body = {
        "procedure": "selling",
        "channel": "counter",
        "applicant": {**APPLICANT, "phone": "6987654321", "email": "eleni@example.org"},
        "applicant_role": "buyer",
        "parties": [{"role": "seller", "person": SELLER}],
        "data": {},
        **changes,
    }
    return desk.post("/cases", body)
