"""YAML says what it seems to say, or is refused."""

import pytest

from engine.bundle.yaml_tree import YamlRefused, YamlSpan, places_in, read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", {"a": "no"}),
        ("a: on", {"a": "on"}),
        ("a: 2026-03-09", {"a": "2026-03-09"}),
        ("a: 0182", {"a": "0182"}),
        ("a: 0755", {"a": "0755"}),
        ("a: 0x1F", {"a": "0x1F"}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: 1:30", {"a": "1:30"}),
        ("a: .inf", {"a": ".inf"}),
        ("a: 12", {"a": 12}),
        ("a: -1.5", {"a": -1.5}),
        ("a: true", {"a": True}),
        ("a: True", {"a": "True"}),
        ("a: null", {"a": None}),
        ("a:", {"a": None}),
        ('a: "12"', {"a": "12"}),
        ("1: a", {"1": "a"}),
        ("- {a: [1, b]}", [{"a": [1, "b"]}]),
        ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
        ("", None),
    ],
)
def test_plain_words_are_texts_unless_json_has_them(text: str, value: object) -> None:
    tree = read_yaml(text.encode())

    assert tree.value == value


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\na: 2", "line 2: expected a once, found it again"),
        ("a: &x 1", "line 1: expected no anchors or aliases"),
        ("a: 1\nb: *x", "line 2: expected no anchors or aliases"),
        (
            "a: !!python/object:os.system x",
            "line 1: expected no tags, found tag:yaml.org,2002:python/object:os.system",
        ),
        ("a: !!str 1", "line 1: expected no tags, found tag:yaml.org,2002:str"),
        ("a: 1\n---\nb: 1", "line 2: expected one document"),
        ("? [a]\n: 1", "line 1: expected a text as a key"),
        ("a: [1", "line 1: expected ',' or ']', but got '<stream end>'"),
        ("[" * 31, "line 1: expected at most 30 levels"),
        ("a: \x00", "expected YAML"),
        (" " * 200_001, "expected at most 200,000 bytes, found 200,001"),
    ],
)
def test_what_could_mislead_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(YamlRefused, match="^" + sentence.replace("[", r"\[").replace("*", r"\*")):
        read_yaml(text.encode())


def test_text_that_is_no_utf_8_is_refused() -> None:
    with pytest.raises(YamlRefused, match="UTF-8"):
        read_yaml("a: ά".encode("iso-8859-7"))


def test_every_part_knows_its_line() -> None:
    tree = read_yaml(b"a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n")

    assert (tree.line(("a",)), tree.line(("b", 0)), tree.line(("b", 1, "d"))) == (1, 3, 5)


def test_what_is_not_there_has_the_line_of_what_is_around_it() -> None:
    tree = read_yaml(b"a: 1\nb:\n  - x\n  - c: 2\n")

    assert tree.line(("b", 1, "missing", "deep")) == 4


PLACES = "τίτλος: Άδεια\nlist:\n  - a: 'x y'\n    b: |\n      one\n      two\n  - {c: 1}\nnothing:\n"


@pytest.mark.parametrize(
    ("path", "name", "line", "column", "end"),
    [
        ("τίτλος", False, 1, 9, 14),
        ("τίτλος", True, 1, 1, 7),
        ("list", False, 2, 1, 5),
        ("list.0.a", False, 3, 8, 13),
        ("list.0.b", False, 4, 5, 6),
        ("list.1.c", False, 7, 9, 10),
        ("list.1", False, 7, 5, 0),
        ("nothing", False, 8, 1, 8),
    ],
)
def test_every_value_and_name_has_its_line_and_columns(
    path: str, name: bool, line: int, column: int, end: int
) -> None:
    assert places_in(PLACES.encode()).of(path, name=name) == YamlSpan(line, column, end)


def test_what_is_not_there_and_what_cannot_be_read_has_no_place() -> None:
    assert places_in(PLACES.encode()).of("list.2") is None
    assert places_in(b"a: [").of("b") is None
    assert places_in(b"\xff").of("a") is None
