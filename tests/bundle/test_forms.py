"""What a form asks depends on its other answers and on what it was prefilled from."""

import pytest

from engine.kernel.bilingual import Bilingual
from engine.kernel.refusal import Invalid
from tests.bundle.samples import a_component, a_form, a_group, a_list, refused

KIND = a_component("radio", "kind", values=[{"value": "bill", "label": ""}, {"value": "other", "label": ""}])
WHICH = a_component(
    "textfield", "which", validate={"required": True}, conditional={"hide": '=kind != "other"'}
)


def test_every_field_s_problem_is_collected() -> None:
    form = a_form(
        a_component("textfield", "name", validate={"required": True}),
        a_component("number", "age"),
        a_group(a_component("checkbox", "agreed", validate={"required": True}), path="terms"),
    )

    problems = refused(form, {"age": "old", "stray": 1})

    assert problems == {
        "name": ["An answer is required."],
        "age": ["Expected a number."],
        "terms.agreed": ["This must be ticked."],
        "stray": ["The form has no such field."],
    }


@pytest.mark.parametrize("empty", [None, "", "left out"])
def test_a_required_field_needs_an_answer(empty: str | None) -> None:
    form = a_form(a_component("textfield", "name", validate={"required": True}))

    problems = refused(form, {} if empty == "left out" else {"name": empty})

    assert problems == {"name": ["An answer is required."]}


def test_what_is_left_out_is_unanswered() -> None:
    form = a_form(
        a_component("textfield", "name"),
        a_component("checkbox", "agreed"),
        a_component("checklist", "papers", values=[{"value": "a", "label": "a"}]),
        a_list(a_component("textfield", "child"), path="children"),
    )

    taken = form.accept({}, scope={})

    assert taken == {"name": None, "agreed": False, "papers": [], "children": []}


def test_a_hidden_field_is_neither_required_nor_kept() -> None:
    form = a_form(KIND, WHICH)

    taken = form.accept({"kind": "bill", "which": ""}, scope={})

    assert taken == {"kind": "bill"}


def test_a_hidden_field_takes_no_answer() -> None:
    form = a_form(KIND, WHICH)

    problems = refused(form, {"kind": "bill", "which": "a letter"})

    assert list(problems) == ["which"]


def test_a_shown_field_is_required() -> None:
    form = a_form(KIND, WHICH)

    problems = refused(form, {"kind": "other"})

    assert problems == {"which": ["An answer is required."]}


def test_what_is_hidden_does_not_show_another_field() -> None:
    third = a_component(
        "textfield", "third", conditional={"hide": "=which = null"}, validate={"required": True}
    )
    form = a_form(KIND, WHICH, third)

    problems = refused(form, {"kind": "bill", "which": "sneaked in"})

    assert list(problems) == ["which"]


def test_a_hidden_group_hides_what_is_in_it() -> None:
    inner = a_component("textfield", "name", validate={"required": True})
    form = a_form(KIND, a_group(inner, path="proxy", conditional={"hide": '=kind = "bill"'}))

    taken = form.accept({"kind": "bill"}, scope={})

    assert taken == {"kind": "bill"}


def test_conditions_see_what_the_form_was_prefilled_from() -> None:
    form = a_form(a_component("textfield", "why", conditional={"hide": "=applicant.adult"}))

    taken = form.accept({}, scope={"applicant": {"adult": True}})

    assert taken == {}


def test_a_condition_that_cannot_be_computed_hides_nothing() -> None:
    form = a_form(a_component("textfield", "why", conditional={"hide": "=nobody.knows > 3"}))

    taken = form.accept({"why": "so"}, scope={})

    assert taken == {"why": "so"}


def test_a_read_only_field_may_come_back_as_it_was_shown() -> None:
    form = a_form(a_component("number", "sum", readonly=True))

    taken = form.accept({"sum": 10}, scope={"sum": 10.0})

    assert taken == {}


@pytest.mark.parametrize("lock", [{"readonly": True}, {"disabled": True}, {"readonly": "=locked"}])
def test_a_read_only_field_cannot_be_changed(lock: dict) -> None:
    form = a_form(a_component("number", "sum", **lock))

    problems = refused(form, {"sum": 11}, sum=10, locked=True)

    assert problems == {"sum": ["Expected the value as it was shown: it cannot be changed here."]}


def test_a_read_only_field_without_a_value_takes_none() -> None:
    form = a_form(a_component("textfield", "number", readonly=True))

    problems = refused(form, {"number": "7"})

    assert list(problems) == ["number"]


def test_a_field_that_is_read_only_by_expression_can_be_filled_in_otherwise() -> None:
    form = a_form(a_component("number", "sum", readonly="=locked"))

    taken = form.accept({"sum": 11}, scope={"sum": 10, "locked": False})

    assert taken == {"sum": 11}


@pytest.mark.parametrize(
    "options",
    [
        {"valuesKey": "offices"},
        {"valuesExpression": "=offices"},
        {"valuesExpression": '=for o in offices return {label: "x", value: o}'},
    ],
)
def test_options_come_from_the_variables(options: dict) -> None:
    form = a_form(a_component("select", "office", **options))

    problems = refused(form, {"office": "0011"}, offices=["0009", "0010"])

    assert refused(form, {"office": "0010"}, offices=["0009", "0010"]) == {}
    assert problems == {"office": ["Expected one of the options offered."]}


def test_options_that_are_not_there_are_told_from_a_wrong_choice() -> None:
    form = a_form(a_component("select", "office", valuesKey="offices"))

    problems = refused(form, {"office": "0011"})

    assert problems == {"office": ["What is allowed here could not be worked out from the other answers."]}


def test_a_bound_may_depend_on_another_answer() -> None:
    form = a_form(
        a_component("number", "copies"), a_component("number", "printed", validate={"max": "=copies"})
    )

    problems = refused(form, {"copies": 2, "printed": 3})

    assert problems == {"printed": ["Expected at most 2, found 3."]}


def test_a_computed_field_is_computed_here_whatever_was_sent() -> None:
    form = a_form(
        a_component("number", "copies"), a_component("expression", "fee", expression="=copies * 150")
    )

    taken = form.accept({"copies": 2, "fee": 0}, scope={})

    assert taken == {"copies": 2, "fee": 300}


def test_conditions_do_not_believe_what_was_sent_for_a_computed_field() -> None:
    form = a_form(
        a_component("textfield", "why", conditional={"hide": "=fee > 100"}, validate={"required": True}),
        a_component("number", "copies"),
        a_component("expression", "fee", expression="=copies * 10"),
    )

    problems = refused(form, {"copies": 2, "fee": 1000})

    assert problems == {"why": ["An answer is required."]}


def test_a_bound_that_cannot_be_worked_out_lets_nothing_through() -> None:
    form = a_form(a_component("number", "printed", validate={"max": "=copies"}))

    problems = refused(form, {"printed": 3})

    assert problems == {"printed": ["What is allowed here could not be worked out from the other answers."]}


def test_zero_is_an_answer() -> None:
    form = a_form(a_component("number", "sum", conditional={"hide": "=closed"}, validate={"required": True}))

    assert refused(form, {"sum": 0}) == {}
    assert list(refused(form, {"sum": 0}, closed=True)) == ["sum"]


def test_an_expression_that_would_run_for_ever_comes_to_nothing() -> None:
    endless = "=for a in 1..99999, b in 1..99999 return a * b"
    form = a_form(a_component("expression", "fee", expression=endless))

    taken = form.accept({}, scope={})

    assert taken == {"fee": None}


def test_the_entries_of_a_list_are_judged_one_by_one() -> None:
    form = a_form(
        a_list(
            a_component("textfield", "name", validate={"required": True}),
            a_component("number", "age", conditional={"hide": '=name = "Ann"'}),
            path="children",
        )
    )

    problems = refused(
        form, {"children": [{"name": "Ann", "age": 3}, {"age": 1}, {"name": "Bob", "pet": 1}, 7]}
    )

    assert problems == {
        "children.0.age": ["Expected no answer: with the other answers, this is not asked."],
        "children.1.name": ["An answer is required."],
        "children.2.pet": ["The form has no such field."],
        "children.3": ["Expected an object with the fields of this part."],
    }


def test_an_entry_sees_the_answers_around_it() -> None:
    age = a_component("number", "age", validate={"max": "=oldest"})
    form = a_form(a_component("number", "oldest"), a_list(age, path="children"))

    problems = refused(form, {"oldest": 10, "children": [{"age": 9}, {"age": 11}]})

    assert problems == {"children.1.age": ["Expected at most 10, found 11."]}


def test_a_list_has_an_end() -> None:
    form = a_form(a_list(a_component("textfield", "name"), path="children"))

    problems = refused(form, {"children": [{}] * 201})

    assert problems == {"children": ["Expected at most 200 entries, found 201."]}


@pytest.mark.parametrize("part", [None, 3, "x", []])
def test_a_group_with_a_path_is_an_object(part: object) -> None:
    form = a_form(a_group(a_component("textfield", "name", validate={"required": True}), path="proxy"))

    problems = refused(form, {"proxy": part})

    assert problems == {"proxy": ["Expected an object with the fields of this part."]}


def test_a_group_without_a_path_leaves_its_answers_where_they_are() -> None:
    form = a_form(a_group(a_component("textfield", "name")))

    taken = form.accept({"name": "Ann"}, scope={})

    assert taken == {"name": "Ann"}


def test_a_dotted_key_is_a_nested_one() -> None:
    form = a_form(a_component("textfield", "home.street", id="Field_street"))

    taken = form.accept({"home": {"street": "Ερμού"}}, scope={})

    assert taken == {"home": {"street": "Ερμού"}}


def test_variables_keep_the_entries_that_the_form_does_not_ask_for() -> None:
    form = a_form(a_group(a_component("textfield", "note"), path="register"))

    taken = form.accept({"register": {"note": "seen"}}, scope={"register": {"number": "12"}, "case": {}})

    assert taken == {"register": {"number": "12", "note": "seen"}}


def test_what_only_shows_something_asks_nothing() -> None:
    shown = [{"type": kind, "id": kind} for kind in ("text", "html", "image", "spacer", "separator", "table")]
    form = a_form(*shown)

    taken = form.accept({}, scope={})

    assert taken == {}


@pytest.mark.parametrize("key", ["Meta", "load", "fields", "context", "data_key", "__class__"])
def test_a_field_may_be_called_anything(key: str) -> None:
    form = a_form(a_component("textfield", key))

    taken = form.accept({key: "x"}, scope={})

    assert taken == {key: "x"}


def test_what_was_sent_and_what_was_there_are_left_as_they_are() -> None:
    data, scope = {"proxy": {"name": "Ann"}}, {"proxy": {"name": "Bob", "age": 3}}
    form = a_form(a_group(a_component("textfield", "name", conditional={"hide": "=true"}), path="proxy"))

    refused(form, data, **scope)

    assert (data, scope) == ({"proxy": {"name": "Ann"}}, {"proxy": {"name": "Bob", "age": 3}})


def test_a_draft_may_be_unfinished() -> None:
    form = a_form(KIND, WHICH, a_component("number", "sum", validate={"min": 5}))

    draft = form.draft({"kind": "bill", "which": "left over", "sum": 1})

    assert draft == {"kind": "bill", "which": "left over", "sum": 1}


def test_a_draft_has_the_form_s_fields_only_and_nothing_that_cannot_be_kept() -> None:
    form = a_form(
        a_component("textfield", "name"),
        a_group(a_component("textfield", "street"), path="home"),
        a_list(a_component("textfield", "child"), path="children"),
    )

    with pytest.raises(Invalid) as refusal:
        form.draft(
            {
                "name": "a\0",
                "stray": 1,
                "home": {"street": {"deep": 1}, "stray": 2},
                "children": [{"child": "x"}, {"stray": 3}],
            }
        )

    assert set(refusal.value.errors) == {"name", "stray", "home.street", "home.stray", "children.1.stray"}


CONFIRMED = a_component(
    "radio",
    "confirmed",
    values=[{"label": "Ναι", "value": True}, {"label": "Όχι", "value": False}],
    validate={"required": True},
)


@pytest.mark.parametrize("said", [True, False])
def test_a_choice_may_be_false_and_is_an_answer_all_the_same(said: bool) -> None:
    assert a_form(CONFIRMED).accept({"confirmed": said}, scope={}) == {"confirmed": said}


def test_a_choice_that_was_not_made_is_missed_though_false_is_among_its_options() -> None:
    assert refused(a_form(CONFIRMED), {}) == {"confirmed": ["An answer is required."]}


def test_an_answer_that_says_more_than_is_asked_is_taken_without_it() -> None:
    form = a_form(CONFIRMED, a_group(a_component("textfield", "name"), path="holder"))
    sent = {"confirmed": True, "holder": {"name": "Α. Λάμπρου", "desk": 4}, "seal": "Β/7"}

    accepted = form.accept_answer(sent, scope={})

    assert accepted.values == {"confirmed": True, "holder": {"name": "Α. Λάμπρου"}}
    assert accepted.left_out == ("holder.desk", "seal")


def test_entries_of_a_list_may_say_more_than_is_asked_too() -> None:
    form = a_form(a_list(a_component("textfield", "amka"), path="candidates"))

    accepted = form.accept_answer({"candidates": [{"amka": "1", "score": 0.9}, {"amka": "2"}]}, scope={})

    assert accepted.values == {"candidates": [{"amka": "1"}, {"amka": "2"}]}
    assert accepted.left_out == ("candidates.0.score",)


def test_a_name_written_wrongly_is_listed_beside_what_is_missed_for_it() -> None:
    with pytest.raises(Invalid) as refusal:
        a_form(CONFIRMED).accept_answer({"confirmd": True}, scope={})

    assert refusal.value.errors == {
        "confirmed": ["An answer is required."],
        "confirmd": ["The form has no such field."],
    }


def test_what_is_wrong_with_an_answer_is_known_in_both_languages() -> None:
    with pytest.raises(Invalid) as refusal:
        a_form(a_component("number", "sum")).accept_answer({"sum": "7", "more": 1}, scope={})

    said = [sentence for sentences in refusal.value.errors.values() for sentence in sentences]
    assert [one.el for one in said if isinstance(one, Bilingual)] == [
        "Γράψτε αριθμό.",
        "Η φόρμα δεν έχει τέτοιο πεδίο.",
    ]
