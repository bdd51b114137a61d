"""Claims about taking a case that cannot go on to another step."""

from tests.messages.drawn import offer_drawn
from tests.office import Office
from tests.pages.stuck import REASON, gets_stuck, incident_of, is_refused, of_incident, open_tasks
from tests.pages.visiting import Visitor
from tests.runtime.diagrams import chain, element, end, flow, mapping, start, user


def test_the_steps_are_listed_in_the_order_of_the_procedure(office: Office, olga: Visitor) -> None:
    incident = is_refused(office)

    olga.opens(of_incident(incident, "/move"))

    names = olga.sees("//fieldset//label/span/text()[1]")
    assert names.index("Check the papers") < names.index("Hand over the certificate")
    here = olga.sees("//fieldset//label[contains(., 'it stands here')]//input/@value")
    assert here == ["municipality_certifies"]
    assert not {"municipality_late", "not_resident"} & set(olga.sees("//fieldset//input/@value"))


def test_what_a_move_would_do_is_told_before(office: Office, olga: Visitor) -> None:
    incident = is_refused(office)

    olga.opens(of_incident(incident, "/move?target=hand_over"))

    assert olga.sees("//ul[@class='changes']/li") == [
        "Municipality certifies the residence is cancelled",
        "Hand over the certificate begins",
    ]
    assert open_tasks(office, incident) == ["municipality_certifies"]


def test_a_move_that_would_end_the_case_says_how(office: Office, olga: Visitor) -> None:
    incident = is_refused(office)

    olga.opens(of_incident(incident, "/move?target=rejected"))

    assert olga.sees("//ul[@class='changes']/li/span") == ["is cancelled", "ends the case"]


def test_a_move_to_where_the_case_would_stop_again_is_not_offered_to_be_confirmed(
    office: Office, olga: Visitor
) -> None:
    incident = gets_stuck(office)

    olga.opens(of_incident(incident, "/move?target=size"))

    assert "That does not help: the case would stop again." in olga.text
    assert olga.sees("//textarea[@name='reason']") == []


def test_a_case_is_taken_to_another_step_with_a_reason(office: Office, olga: Visitor) -> None:
    incident = is_refused(office)
    olga.opens(of_incident(incident, "/move?target=hand_over"))
    hidden = "//section[@aria-labelledby='preview']//input[@type='hidden'][@name != 'csrf']"
    fields = dict(zip(olga.sees(f"{hidden}/@name"), olga.sees(f"{hidden}/@value"), strict=True))

    unsaid = olga.sends(of_incident(incident, "/move"), **fields, reason="")
    preview = olga.sees("//ul[@class='changes']/li/span")
    olga.sends(of_incident(incident, "/move"), **fields, reason=REASON)

    assert unsaid.status_code == 422
    assert preview == ["is cancelled", "begins"]
    assert "The case goes on from the other step." in olga.text
    assert open_tasks(office, incident) == ["hand_over"]


def test_a_case_at_several_steps_is_taken_from_the_one_that_is_chosen(office: Office, nikos: Visitor) -> None:
    offer_drawn(
        office,
        "forked",
        start("opened"),
        element("parallelGateway", "fork"),
        user("measure", extensions=mapping(outputs={"measured": "measured"}), name="Μέτρηση"),
        user("greet", name="Υποδοχή"),
        element("exclusiveGateway", "size"),
        user("after"),
        end("done"),
        chain("opened", "fork", "measure", "size"),
        flow("size", "done", "=measured > 100"),
        flow("size", "measure", "=measured <= 100"),
        chain("fork", "greet", "after", "done"),
    )
    tasks = {task.element_id: task for task in office.opens_case(procedure="forked", data={}).tasks}
    incident = incident_of(office, office.completes(tasks["measure"], {}))

    nikos.opens(of_incident(incident, "/move"))
    first = nikos.sees("//select[@name='source']/option[@selected]/@value")
    nikos.opens(of_incident(incident, "/move?source=greet&target=after"))

    assert first == ["measure"]
    assert nikos.sees("//ul[@class='changes']/li") == ["Υποδοχή is cancelled", "task after begins"]
