"""A case of each procedure is carried from the intake to its end at the desk, as one of its scenarios tells.

People open the case, do its tasks, take its actions and its money, choose their times and sign in browsers.
What agencies answer, what time brings and tasks that take files are played below. Another procedure is one
more row of `CARRIED`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.bundle.party_rules import SigningMeans
from engine.bundle.scenario import Act, Book, Complete, Given, Pay, Sign
from engine.kernel.actor import SYSTEM, Actor, Role
from engine.payments.model import Payment
from engine.payments.queries import ListPayments
from engine.rehearsal.office import Office as RehearsalOffice
from engine.rehearsal.player import Play
from engine.rehearsal.recording_workflow import RecordingWorkflow
from engine.rehearsal.visits import offer_times
from engine.signatures import store as signatures_store
from engine.signatures.links import code_of
from tests.journeys.conftest import Visit
from tests.journeys.serving import Door, Served
from tests.journeys.test_forms import island, newest_case
from tests.office import offer
from tests.procedures.shipped import scenario_of

CARRIED = {
    "amka-issue": "greek-adult",
    "closest-relatives": "revoked",
    "criminal-record": "appeal-upheld",
    "cross-border-services": "registered",
    "day-care-licence": "silently-approved",
    "disabled-parking-card": "delivered",
    "driving-licence-renewal": "renewed",
    "european-health-card": "posted",
    "family-status-certificate": "issued-at-once",
    "food-business-notification": "inspected",
    "military-status": "appeal-upheld",
    "residence-certificate": "issued",
    "signature-authentication": "authenticated",
    "vehicle-transfer": "transferred",
}
"""The scenario by which a case is carried, by the key of its procedure."""

DIGITS = 4
"""Of the AFM, by which a party shows who they are."""


@pytest.fixture
def town(door: Door) -> Served:
    """A desk at which nothing has been done yet."""
    found = Served(address=door.address)
    door.app = found.desk.desk.app
    return found


@pytest.mark.parametrize("key", CARRIED)
def test_a_case_is_carried_to_its_end(town: Served, visit: Visit, key: str) -> None:
    if key != "residence-certificate":
        offer(town.office.engine, key)
    scenario = scenario_of(key, CARRIED[key])
    desk = Desk(town=town, play=behind(town, key), visit=visit, pages={})

    desk.opens(key, scenario.given)
    for step in scenario.steps:
        # Refusals are seen by the scenario itself.
        if getattr(step, "refused", ()):
            continue
        match step:
            case Complete() if not desk.play.documents:
                desk.completes(step)
            case Act():
                desk.acts(step)
            case Pay():
                desk.pays(step)
            case Book():
                desk.books(step)
            case Sign():
                desk.signs(step)
            case _:
                desk.play.take(step)

    case = desk.play.view.case
    assert (case.status, case.outcome) == (scenario.end.status, scenario.end.outcome)


def behind(town: Served, key: str) -> Play:
    """What plays the steps of agencies and of time in the office of a town."""
    office = town.office
    recorder = RecordingWorkflow(office.engine.workflow)
    return Play(
        office=RehearsalOffice(
            engine=replace(office.engine, workflow=recorder),
            clock=office.clock,
            recorder=recorder,
            branch=office.branch,
            people={Role.CLERK: office.clerk, Role.MANAGER: office.manager},
            procedure=key,
        )
    )


@dataclass(kw_only=True)
class Desk:
    """People at their browsers, one for each of them, and what plays everything else in the case."""

    town: Served
    play: Play
    visit: Visit
    pages: dict[Actor | None, Page]

    def page_of(self, who: Actor | None) -> Page:
        """The browser of somebody, None for the citizen, who is signed in however much time has passed."""
        if who not in self.pages:
            self.pages[who] = self.visit(None)
        page = self.pages[who]
        if who is not None:
            page.context.add_cookies([self.town.session_cookie(who)])
        return page

    def opens(self, key: str, given: Given) -> None:
        """Take the application down at the counter, with every paper that it obliges to."""
        page = self.page_of(self.town.office.clerk)
        page.goto(f"/desk/open/{key}")
        page.get_by_label("Πώς ελέγχθηκε η ταυτότητα").select_option(label="Δελτίο ταυτότητας")
        for name in ("given_name", "family_name", "patronymic"):
            page.locator(f"#applicant-{name}").fill(getattr(given.applicant, name) or "")
        if given.data:
            fills_in(island(page), given.data)
        if given.parties:
            # Whoever signs is known by a number.
            page.locator("#applicant-afm").fill(given.applicant.afm or "")
        if given.applicant_role and page.locator("[name=applicant_role]").count():
            page.locator("[name=applicant_role]").select_option(given.applicant_role)
        for number, party in enumerate(given.parties):
            row = page.locator("fieldset.party-row").nth(number)
            if not row.count():
                page.locator(f"button[name=add_party][value={party.role}]").click()
            row.locator("[id$=-afm]").fill(party.person.afm or "")
            row.locator("[id$=-given_name]").fill(party.person.given_name)
            row.locator("[id$=-family_name]").fill(party.person.family_name)
            for box in row.locator(".papers input").all():
                box.check()
        papers = page.locator("fieldset:has(#papers)")
        if papers.get_attribute("data-hx-post"):
            # The list is looked up a while after the last change, and what is new in it appears bit by bit.
            with page.expect_request("**/papers") as looked_up:
                page.locator("#opening").dispatch_event("change")
            looked_up.value.response()
            expect(papers).not_to_have_class(re.compile("htmx-"))
        for box in papers.locator("label").filter(has_text="(υποχρεωτικό)").all():
            box.locator("input").check()
        page.get_by_role("button", name="Άνοιγμα υπόθεσης").click()
        expect(page.get_by_role("heading", name="Απόδειξη κατάθεσης")).to_be_visible()
        self.play.case_id = newest_case(self.town).id

    def completes(self, step: Complete) -> None:
        """Take the task in hand, fill in its form and complete it."""
        page = self.page_of(self.play.office.people[step.role])
        task = next(task for task in self.play.view.tasks if task.element_id == step.element)
        page.goto(f"/desk/tasks/{task.id}")
        page.get_by_role("button", name="Ανάληψη εργασίας").click()
        fills_in(island(page), step.data)
        page.get_by_role("button", name="Ολοκλήρωση εργασίας").click()
        # What follows is the case, or the next task in it.
        page.wait_for_url(lambda address: str(task.id) not in address)

    def acts(self, step: Act) -> None:
        """Take an action of the case: at the desk, or as its citizen where the receipt leads."""
        case = self.play.view.case
        is_citizens = step.actor == "citizen"
        page = self.page_of(None if is_citizens else self.play.office.people[Role(step.actor)])
        page.goto(self.town.tracked(case) if is_citizens else f"/desk/cases/{case.id}")
        link = page.locator(f"a[href$='/actions/{step.action}']")
        label = link.inner_text().strip()
        link.click()
        if step.data:
            fills_in(island(page), step.data)
        if step.reason:
            page.locator("#reason").fill(step.reason)
        page.get_by_role("button", name=label).click()
        page.wait_for_url(lambda address: "/actions/" not in address)

    def pays(self, step: Pay) -> None:
        """Take the fee at the counter."""
        case = self.play.view.case
        payment = next(one for one in self.payments(case.id) if one.fee_id == step.fee and one.is_due)
        page = self.page_of(self.town.office.clerk)
        page.goto(f"/desk/cases/{case.id}")
        page.goto(f"/desk/payments/awaited/{payment.service_task_id}")
        take = page.locator("form[action$='/take'] button")
        take.click()
        expect(take).to_have_count(0)

    def payments(self, case_id: UUID) -> Sequence[Payment]:
        return self.town.office.engine.ask(ListPayments(case_id=case_id), actor=SYSTEM)

    def books(self, step: Book) -> None:
        """Choose the first free time, as the citizen where the receipt leads."""
        view = self.play.view
        task = next(task for task in view.service_tasks if task.element_id == step.service_task)
        offer_times(self.play.office, str(task.variables["service"]))
        page = self.page_of(None)
        page.goto(self.town.tracked(view.case))
        page.locator(f"a[href*='{task.id}']").click()
        page.locator("#times label").first.click()
        page.locator("form:has(#times) button").first.click()
        expect(page.locator("#appointment-1")).to_be_visible()

    def signs(self, step: Sign) -> None:
        """Sign from the link of the party, in a browser that knows nothing of the desk; or at the counter."""
        if step.means is SigningMeans.COUNTER:
            self.play.take(step)
            return
        engine, case_id = self.town.office.engine, self.play.view.case.id
        with engine.store.reading() as connection:
            signers = signatures_store.signers_of(connection, case_id)
        person, signature = next(
            (one.party.person, one.signature)
            for one in signers
            if one.party.declared_role == step.role and one.signature and one.signature.state.is_awaited
        )
        assert person.afm is not None
        page = self.visit(None)
        page.goto(f"/sign?code={code_of(signature, engine.seals)}")
        page.locator("#digits").fill(person.afm[-DIGITS:])
        page.locator("form:has(#digits) button").click()
        page.locator("#agreed").check()
        page.locator("#signing button").click()
        expect(page.locator("#agreed")).to_have_count(0)


def fills_in(form: Locator, data: Mapping[str, Any]) -> None:
    """Answer the questions of a form by what a scenario says, in the order of the form."""
    schema = json.loads(form.locator("script[type='application/json']").text_content() or "")["schema"]
    for path, component in questions(schema["components"]):
        value: Any = data
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            answers(form, component, value)


def questions(components: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """The components that ask for something, and where their answers go."""
    for component in components:
        if component["type"] == "group":
            for path, inner in questions(component["components"]):
                yield (component["path"], *path), inner
        elif "key" in component:
            yield (component["key"],), component


def answers(form: Locator, component: Mapping[str, Any], value: Any) -> None:
    """Answer one question."""
    field = form.locator(f":is(input, select, textarea)[id$='-{component['id']}']")
    options = [one["value"] for one in component.get("values", ())]
    match component["type"]:
        case "radio" if not options:
            found = re.search(rf'label: "([^"]*)"[^{{}}]*value: "{value}"', component["valuesExpression"])
            assert found is not None
            form.get_by_label(found[1], exact=True).check()
        case "radio":
            form.locator(f"input[id$='-{component['id']}-{options.index(value)}']").check()
        case "select":
            field.select_option(label=component["values"][options.index(value)]["label"])
        case "checkbox":
            field.set_checked(value)
        case "checklist":
            # The choices follow from the case: the papers that it needs, of which everything is there.
            for box in form.locator(f"input[id*='-{component['id']}-']").all():
                box.check()
        case _:
            field.fill(str(value))
