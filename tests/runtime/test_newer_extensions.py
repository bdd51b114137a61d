"""Extension elements of later versions of the dialect: what has an exact meaning runs, else it is refused."""

import pytest

from engine.lint import Severity, check
from engine.runtime import SpiffWorkflowEngine
from engine.runtime.contract import DefinitionRefused, Phase
from engine.runtime.definition import Definition
from tests.runtime.diagrams import Run, chain, element, end, message, on_message, service, simple, start, user


def errors(what: Definition) -> set[str]:
    return {each.rule for each in check(what.files).findings if each.severity is Severity.ERROR}


def choosing(collection: str) -> Definition:
    chosen = f'<zeebe:adHoc activeElementsCollection="{collection}"/>'
    visit = element("adHocSubProcess", "visit", user("a"), user("b"), user("c"), extensions=chosen)
    return simple(start(), visit, user("after"), end(), chain("start", "visit", "after", "end"))


def test_an_ad_hoc_sub_process_does_what_its_collection_names() -> None:
    run = Run(choosing("=wanted"), {"wanted": ["c", "a", "c"]})

    assert run.waiting == ["a", "c"]
    run.complete("c")
    run.complete("a")
    assert run.waiting == ["after"]
    assert errors(choosing("=wanted")) == set()


def test_an_ad_hoc_sub_process_is_done_at_once_where_nothing_is_chosen() -> None:
    assert Run(choosing("=[]")).waiting == ["after"]


@pytest.mark.parametrize("wanted", [["d"], "a", [1], None])
def test_a_collection_of_something_else_is_an_incident(wanted: object) -> None:
    incident = Run(choosing("=wanted"), {"wanted": wanted}).step.incident

    assert incident is not None
    assert (incident.code, incident.element_id) == ("undecidable_expression", "visit")


def test_an_ad_hoc_sub_process_that_a_program_leads_is_refused() -> None:
    led = element("adHocSubProcess", "visit", user("a"), extensions='<zeebe:taskDefinition type="agent"/>')
    what = simple(start(), led, end(), chain("start", "visit", "end"))

    with pytest.raises(DefinitionRefused, match="A program would choose"):
        SpiffWorkflowEngine().prepare(what)
    assert "ad-hoc-without-worker" in errors(what)


def waiting_for(names: str, events: str = "") -> Definition:
    chosen = f'<zeebe:conditionalFilter variableNames="{names}" variableEvents="{events}"/>'
    definition = (
        f"<conditionalEventDefinition><extensionElements>{chosen}</extensionElements>"
        "<condition>=fee = paid</condition></conditionalEventDefinition>"
    )
    wait = element("intermediateCatchEvent", "wait", definition)
    return simple(
        start(),
        element("parallelGateway", "fork"),
        wait,
        user("pay"),
        end(),
        chain("start", "fork", "wait", "end"),
        chain("fork", "pay", "end"),
    )


@pytest.mark.parametrize("events", ["", "create, update"])
def test_a_filter_that_names_every_variable_of_its_condition_changes_nothing(events: str) -> None:
    run = Run(waiting_for("fee, paid", events), {"fee": 10, "paid": 0})

    assert run.complete("pay", paid=10).phase is Phase.COMPLETED
    assert errors(waiting_for("fee, paid", events)) == set()


@pytest.mark.parametrize(("names", "events"), [("fee", ""), ("fee, paid", "create")])
def test_a_filter_that_hides_a_change_is_refused(names: str, events: str) -> None:
    what = waiting_for(names, events)

    with pytest.raises(DefinitionRefused, match="hides changes"):
        SpiffWorkflowEngine().prepare(what)
    assert "filter-hides-nothing" in errors(what)


def test_a_message_is_sent_with_the_key_that_is_published_with_it() -> None:
    publishing = '<zeebe:publishMessage correlationKey="=number"/>'
    sent = f'<messageEventDefinition messageRef="m"><extensionElements>{publishing}</extensionElements>'
    what = simple(
        start(),
        element("intermediateThrowEvent", "tell", sent + "</messageEventDefinition>"),
        element("sendTask", "send", messageRef="m", extensions=publishing),
        end(),
        chain("start", "tell", "send", "end"),
        declares=message("m", "Told"),
    )

    run = Run(what, {"number": 42})

    assert [each.correlation_key for each in run.step.thrown_messages] == ["42", "42"]
    assert errors(what) == set()


@pytest.mark.parametrize(
    "extension",
    ['<zeebe:jobPriorityDefinition priority="5"/>', '<zeebe:agentDefinition agentType="external"/>'],
)
def test_what_changes_nothing_is_a_hint(extension: str) -> None:
    work = service("work", extensions=extension)
    what = simple(start(), work, end(), chain("start", "work", "end"))

    assert Run(what).waiting == ["work"]
    assert "extension-without-effect" in {each.rule for each in check(what.files).findings}
    assert errors(what) == set()


@pytest.mark.parametrize(
    "work",
    [
        service("work", extensions='<zeebe:jobPriorityDefinition priority="5"/>' * 2),
        service("work", extensions='<zeebe:taskDefinition type="other"/>'),
        service("work", extensions="<zeebe:agentDefinition/>"),
        user("work", extensions='<zeebe:agentDefinition agentType="external"/>'),
    ],
)
def test_an_extension_stands_once_and_where_it_fits(work: str) -> None:
    what = simple(start(), work, end(), chain("start", "work", "end"))

    with pytest.raises(DefinitionRefused, match="may not stand here"):
        SpiffWorkflowEngine().prepare(what)
    assert "extension-placed" in errors(what)


def test_what_has_no_meaning_here_is_refused() -> None:
    linked = '<zeebe:linkedResources><zeebe:linkedResource resourceId="r"/></zeebe:linkedResources>'
    what = simple(start(), service("work", extensions=linked), end(), chain("start", "work", "end"))

    with pytest.raises(DefinitionRefused, match="zeebe:linkedResources is unknown here"):
        SpiffWorkflowEngine().prepare(what)
    assert "unknown-extension" in errors(what)


def test_a_subscription_keeps_its_own_key() -> None:
    what = simple(
        start(),
        element("intermediateCatchEvent", "wait", on_message("m")),
        end(),
        chain("start", "wait", "end"),
        declares=message("m", "Told", "number"),
    )

    (waiting,) = Run(what, {"number": 7}).step.opened_subscriptions

    assert waiting.correlation_key == "7"
