"""Regular expressions as XPath has them."""

from __future__ import annotations

import pytest

from engine import feel

MATCHES = [
    ("abracadabra", "bra", "", True),
    ("abracadabra", "^a.*a$", "", True),
    ("abracadabra", "^bra", "", False),
    ("hello\nworld", "hello.*world", "", False),
    ("hello\nworld", "hello.*world", "s", True),
    ("a\nb", "^b$", "m", True),
    ("a\nb", "a$", "", False),
    ("HELLO", "hello", "i", True),
    ("ΑΒΓ", "[α-γ]+", "i", True),
    ("abc", "[^a-z]", "i", False),
    ("ABC", "[^a-z]", "i", False),
    ("7", "[^A-Z]", "i", True),
    ("i", "[A-Z-[IO]]", "i", False),
    ("b", "[A-Z-[IO]]", "i", True),
    ("b", r"\p{Lu}", "i", False),
    ("b", r"[^\p{Lu}]", "i", True),
    ("ß", "[A-Z]", "i", False),
    ("helloworld", "hello world", "x", True),
    ("helloworld", "hello[ ]world", "x", False),
    ("hello world", r"hello\ sworld", "x", True),
    ("a.b", "a.b", "q", True),
    ("axb", "a.b", "q", False),
    ("xyz", "[a-z-[aeiou]]{3}", "", True),
    ("xez", "[a-z-[aeiou]]{3}", "", False),
    ("Μαρία", r"^\p{Lu}\p{IsGreek}+$", "", True),
    ("42€", r"^\d+\p{Sc}$", "", True),
    ("a b", r"^\w\s\w$", "", True),
    ("_a:b", r"^\i\c*$", "", True),
    ("abcabc", r"^(abc)\1$", "", True),
    ("abcABC", r"^(abc)\1$", "i", True),
    ("aab", "a{2}b", "", True),
    ("ab", "a{2,}b", "", False),
    ("aaa", "^a{1,2}$", "", False),
    ("a-b", "[a-]+-b|a-b", "", True),
    ("", "^$", "", True),
    ("xcx", r"(a|b*)*c\1", "", True),
]


@pytest.mark.parametrize(("text", "pattern", "flags", "expected"), MATCHES)
def test_a_pattern_matches_as_xpath_says(text: str, pattern: str, flags: str, expected: bool) -> None:
    result = feel.expression("matches(t, p, f)").evaluate({"t": text, "p": pattern, "f": flags})

    assert result.problems == ()
    assert result.value is expected


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "expected"),
    [
        ("abracadabra", "bra", "*", "a*cada*"),
        ("abracadabra", "a.*a", "*", "*"),
        ("abracadabra", "a.*?a", "*", "*c*bra"),
        ("abracadabra", "a", "", "brcdbr"),
        ("abracadabra", "a(.)", "a$1$1", "abbraccaddabbra"),
        ("AAAA", "A+", "b", "b"),
        ("AAAA", "A+?", "b", "bbbb"),
        ("darted", "^(.*?)d(.*)$", "$1c$2", "carted"),
        ("abcd", "(ab)|(a)", "[1=$1][2=$2]", "[1=ab][2=]cd"),
        ("a", "(a)", "$12", "a2"),
        ("a", "a", r"\$\\", "$\\"),
        ("a", "a", "$0$0", "aa"),
    ],
)
def test_matches_are_replaced(text: str, pattern: str, replacement: str, expected: str) -> None:
    result = feel.expression("replace(t, p, r)").evaluate({"t": text, "p": pattern, "r": replacement})

    assert result.value == expected


@pytest.mark.parametrize(
    "call",
    [
        'matches("a", "(")',
        'matches("a", "a)")',
        'matches("a", "[")',
        'matches("a", "[]")',
        'matches("a", "*")',
        'matches("a", "a{2,1}")',
        'matches("a", "a**")',
        'matches("a", "[z-a]")',
        r'matches("a", "\y")',
        r'matches("a", "(a\1)")',
        r'matches("a", "\p{Nonsense}")',
        'matches("a", "(?=a)")',
        'matches("a", "a", "g")',
        'replace("abracadabra", ".*?", "$1")',
        'replace("a", "a", "$")',
        r'replace("a", "a", "\x")',
        'split("abc", "")',
        'matches("a", "((a{500}){500}){500}")',
    ],
)
def test_a_wrong_pattern_flag_or_replacement_is_null_with_a_reason(call: str) -> None:
    result = feel.expression(call).evaluate()

    assert result.value is None
    assert len(result.problems) == 1
