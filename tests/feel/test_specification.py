"""What the specification says holds, mostly in its own examples (DMN 1.5, chapter 10)."""

from __future__ import annotations

import pytest

from tests.feel.evaluating import evaluation, problem, value

HOLDS = r"""
1 + 3/2*2 - 2**3 = -4.0
1/3 = 0.3333333333333333333333333333333333
10000000000000000000000000000000000 + 0.4 = 10000000000000000000000000000000000
1.0*10**3 = 1000
-2 ** 2 = 4
2 ** 3 ** 2 = 64
10 - 2 - 3 = 5
24 / 4 / 2 = 3
-(-5) = --5
1 = 1.000
"a" + "b" = "ab"
"\u0041\U01F40E\uD83D\uDC0E" = "A🐎🐎"
string length("\U01F40Eab") = 3
"\d" = "\\d"
not(true) = false
(false and null) = false
(true or null) = true
if null then false else true
5 between 1 and 5
5 in [1..5]
not(5 in [1..5))
5 in ]4..5]
not(5 in [1..5[)
5 in (1, <3, >=5)
5 in (> 4)
"b" in ["a".."c"]
date("2026-05-05") in [date("2026-01-01")..date("2026-12-31")]
1 in [[2..4], [1..3]]
[1,2,3] in [[1,2,3,4], [1,2,3]]
{a: 1} in ({a: 2}, {a: 1})
10 in (? > 5)
[1, 2, 3, 4][item > 2] = [3, 4]
[ {x:1, y:2}, {x:2, y:3} ][x=1] = [{x:1, y:2}]
[ {x:1, y:2}, {x:null, y:3} ][x < 2] = [{x:1, y:2}]
[ {x:1, y:2}, {x:2, y:3} ].y = [2,3]
[{item: 1}, {item: 2}][item >= 2] = [{item: 2}]
[1,2,3][-1] = 3
3[item > 2] = [3]
3[1] = 3
[[1], [2, 3]][2][1] = 2
get entries({key1: "value1"})[key="key1"].value[1] = "value1"
{a: 1, b: a + 1, c: b * a}.c = 2
{"a b": 1}.a b = 1
{a+b: 3}.a+b = 3
[{b: [1]}, {b: [2.1, 2.2]}].b = [[1], [2.1, 2.2]]
(for i in 0..4 return if i = 0 then 1 else i * partial[-1]) = [1, 1, 2, 6, 24]
(for i in [1,2], j in [3,4] return i * j) = [3, 4, 6, 8]
(for x in [[1,2], [3,4]], y in x return y) = [1, 2, 3, 4]
(for i in 4..2 return i) = [4, 3, 2]
(for d in @"2026-02-27"..@"2026-03-01" return d.day) = [27, 28, 1]
(for i in (1..4) return i) = [2, 3]
some x in [1, 2] satisfies x = 2
every x in [1, 2] satisfies x > 0
every x in [] satisfies false
not(some x in [] satisfies true)
some x in [1, 2], y in [x] satisfies x + y = 4
(function(a, b) a - b)(5, 3) = 2
(function(a, b) a - b)(b: 5, a: 3) = -2
(function(a, b) b)(a: 1) = null
{fact: function(n) if n < 2 then 1 else n * fact(n - 1), r: fact(20)}.r = 2432902008176640000
{adder: function(n) function(m) n + m, r: adder(2)(3)}.r = 5
[1..10].start = 1 and [1..10].end included
(<=10).end included and (<=10).start = null and not((<=10).start included)
(=10).start = 10 and (=10).end = 10
{a: <3}.a.end = 3
5 in [<3, >4]
(>= @"2019-01-01") instance of range<date>
[1..3] = [1..3] and [1..3] != [1..3)
{a: 1, b: [1]} = {b: [1], a: 1}
[1, 2] != [2, 1]
1 + /* one */ 1 = 2 // two
"""

TEMPORAL = r"""
date("2012-12-25") - date("2012-12-24") = duration("P1D")
date(date and time("2012-12-25T11:00:00Z")) = date("2012-12-25")
date(2012, 12, 25) = date("2012-12-25")
date and time("2012-12-24T23:59:00") = date and time(date("2012-12-24"), time("23:59:00"))
date and time("2012-12-24T23:59:00") + duration("PT1M") = date and time("2012-12-25T00:00:00")
time("23:59:00z") + duration("PT2M") = time("00:01:00@Etc/UTC")
time(date and time("2012-12-25T11:00:00Z")) = time("11:00:00Z")
time("23:59:00z") = time(23, 59, 0, duration("PT0H"))
date and time("2012-12-24T23:59:00") - date and time("2012-12-22T03:45:00") = duration("P2DT20H14M")
duration("P2Y2M") = duration("P26M")
years and months duration(date("2011-12-22"), date("2013-08-24")) = duration("P1Y8M")
@"2026-01-31" + @"P1M" = @"2026-02-28"
@"2028-01-31" + @"P1M" = @"2028-02-29"
@"2026-03-31" - @"P1M" = @"2026-02-28"
@"2026-11-21" + @"PT36H" = @"2026-11-22"
@"23:30:00" + @"PT1H" = @"00:30:00"
@"PT1H" + @"23:30:00" = @"00:30:00"
@"P1Y" * 1.5 = @"P18M"
@"P1D" / 2 = @"PT12H"
@"P1D" / @"PT1H" = 24
@"P1Y" / @"P5M" = 2.4
-@"P1D" = @"-PT24H"
@"10:00:00Z" = @"11:00:00+01:00"
@"10:00:00" < @"10:30:00+05:00"
@"00:30:00+01:00" != @"23:30:00Z"
@"02:30:00@Europe/Athens" - @"01:30:00@Europe/Athens" = @"PT1H"
@"01:30:00@Europe/Athens" < @"02:30:00@Europe/Athens"
@"02:30:00+02:00" - @"23:30:00Z" = @"-PT23H"
@"01:00:00+02:00" in [@"00:30:00+02:00"..@"03:00:00+02:00"]
@"-0001-07-01T12:00:00@Europe/Athens" < @"-0001-07-01T12:00:00Z"
@"2026-06-01T12:00:00@Europe/Athens" = @"2026-06-01T09:00:00Z"
@"2026-03-28T12:00:00@Europe/Athens" + @"P1D" = @"2026-03-29T13:00:00@Europe/Athens"
@"2026-11-21".weekday = 6
@"2026-11-21T10:20:30.5+02:00".second = 30.5
@"2026-11-21T10:20:30+02:00".time offset = @"PT2H"
@"2026-07-01T10:20:30@Europe/Athens".time offset = @"PT3H"
@"2026-11-21T10:20:30@Europe/Athens".timezone = "Europe/Athens"
@"-P1Y3M".months = -3
@"P1DT25H".days = 2
string(@"-999999999-12-31") = "-999999999-12-31"
string(@"999999999-12-31T23:59:59.999999999@Europe/Paris") = "999999999-12-31T23:59:59.999999999@Europe/Paris"
string(@"11:22:33.123456789") = "11:22:33.123456789"
string(time(11, 59, 45, duration("-PT2H45M55S"))) = "11:59:45-02:45:55"
string(@"999999999-01-01" - @"-999999999-01-01") = "P730484999269D"
string(duration("PT0.000000001S")) = "PT0.000000001S"
@"2026-12-31T24:00:00" = @"2027-01-01T00:00:00"
is(time("23:00:50z"), time("23:00:50+00:00"))
not(is(time("23:00:50z"), time("23:00:50")))
not(is(date("2012-12-25"), time("23:00:50")))
is(value1: 1) = false and is(value2: null) and is(1) = null and is() = null
day of year(date(2019, 9, 17)) = 260
day of week(date(2019, 9, 17)) = "Tuesday"
month of year(date(2019, 9, 17)) = "September"
week of year(date(2019, 9, 17)) = 38
week of year(date(2003, 12, 29)) = 1
week of year(date(2005, 1, 1)) = 53
week of year(date(2005, 1, 9)) = 1
now() = @"2026-11-21T10:30:00Z"
today() = @"2026-11-21"
"""

FUNCTIONS = r"""
number("1 000,0", " ", ",") = number("1,000.0", ",", ".")
string(1.1) = "1.1" and string(null) = null and string(1e3) = "1000"
string([1, "a", {b: null}]) = "[1, \"a\", {b: null}]"
string({"a b": 1, "c:": [@"P1D"]}) = "{a b: 1, \"c:\": [@\"P1D\"]}"
substring("foobar", 3) = "obar" and substring("foobar", 3, 3) = "oba" and substring("foobar", -2, 1) = "a"
substring("\U01F40Eab", 2) = "ab"
upper case("aBc4") = "ABC4" and lower case("aBc4") = "abc4"
substring before("foobar", "bar") = "foo" and substring before("foobar", "xyz") = ""
substring after("foobar", "ob") = "ar" and substring after("", "a") = ""
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") = "[1=ab][2=]cd"
contains("foobar", "of") = false and starts with("foobar", "fo") and ends with("foobar", "r")
contains(["foobar"], "of") = false
matches("foobar", "^fo*b")
split("John Doe", "\s") = ["John", "Doe"] and split("a;b;c;;", ";") = ["a", "b", "c", "", ""]
string join(["a", null, "c"], "_and_") = "a_and_c" and string join([]) = ""
list contains([1, null], null) and count([1, [2, 3]]) = 2
min(1, 2, 3) = 1 and max(["a", "c", "b"]) = "c" and min(1) = 1 and max([]) = null
sum([1, 2, 3]) = 6 and sum(1, 2) = 3 and sum([]) = null
mean([1, 2, 3]) = 2 and median(8, 2, 5, 3, 4) = 4 and median([6, 1, 2, 3]) = 2.5
all([true, true]) and all([]) and all([false, null, true]) = false
any([false, null, true]) and any([]) = false
sublist([4, 5, 6], 1, 2) = [4, 5] and sublist([4, 5, 6], -2) = [5, 6]
append([1], 2, 3) = [1, 2, 3] and concatenate([1, 2], [3]) = [1, 2, 3]
insert before([1, 3], 1, 2) = [2, 1, 3] and remove([1, 2, 3], 2) = [1, 3]
list replace([2, 4, 7, 8], 3, 6) = [2, 4, 6, 8] and list replace([2, 4], -1, 6) = [2, 6]
list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5) = [5, 5, 7, 8]
list replace([1, 2, 3], 2.5, 4) = [1, 4, 3] and list replace([1, 2, 3], -1.5, 4) = [1, 2, 4]
list replace([1, 2, 3], 0.5, 4) = null
substring("abc", 2, null) = null and sublist([1, 2], 1, null) = null
reverse([1, 2, 3]) = [3, 2, 1] and index of([1, 2, 3, 2], 2) = [2, 4]
union([1, 2], [2, 3]) = [1, 2, 3] and distinct values([1, 2, 3, 2, 1]) = [1, 2, 3]
flatten([[1, 2], [[3]], 4]) = [1, 2, 3, 4]
product([2, 3, 4]) = 24
stddev(2, 4, 7, 5) = 2.081665999466132735282297706979931
mode(6, 3, 9, 6, 6) = [6] and mode([6, 1, 9, 6, 1]) = [1, 6] and mode([]) = []
decimal(1/3, 2) = .33 and decimal(1.5, 0) = 2 and decimal(2.5, 0) = 2 and decimal(1234, -2) = 1200
floor(1.5) = 1 and floor(-1.56, 1) = -1.6 and ceiling(1.5) = 2 and ceiling(-1.56, 1) = -1.5
round up(-5.5, 0) = -6 and round down(-1.126, 2) = -1.12
round half up(5.5, 0) = 6 and round half up(-1.126, 2) = -1.13 and round half down(-5.5, 0) = -5
abs(-10) = 10 and abs(@"-PT5H") = @"PT5H" and abs(@"-P1Y") = @"P1Y"
modulo(-12, 5) = 3 and modulo(12, -5) = -3 and modulo(10.1, -4.5) = -3.4
sqrt(16) = 4 and decimal(log(10), 11) = 2.30258509299 and decimal(exp(5), 12) = 148.413159102577
odd(5) and even(2) and odd(-1) and not(odd(1.5))
sort(list: [3, 1, 4, 5, 2], precedes: function(x, y) x < y) = [1, 2, 3, 4, 5]
sort([3, 1, 2], function(x, y) x > y) = [3, 2, 1]
get value({key1: "value1"}, "key1") = "value1" and get value({a: 1}, "b") = null
context([{key: "a", value: 1}, {key: "b", value: 2}]) = {a: 1, b: 2}
context put({x: 1, y: {a: 0}}, ["y", "a"], 2) = {x: 1, y: {a: 2}}
context put({x: 1}, "y", 2) = {x: 1, y: 2}
context merge([{x: 1, y: 0}, {y: 2}]) = {x: 1, y: 2}
range("[18..21)") = [18..21) and range("(..10]").start = null
range("[date(\"2026-01-01\")..@\"2026-02-01\"]").end = @"2026-02-01"
before(1, (1..10]) and after((11..20], [1..11]) and meets([1..5], [5..10]) and met by([5..10], [1..5])
overlaps([1..5], [5..8]) and overlaps before([1..5], [3..8]) and overlaps after([3..8], [1..5])
finishes([5..10], [1..10]) and finished by([1..10], 10) and starts(1, [1..10]) and started by([1..10], [1..5])
includes([1..10], [4..6]) and during(5, [1..10]) and coincides([1..5], [1..5]) and coincides(5, 5)
before((<5), 6) and includes((>5), [6..7]) and not(before((>5), 6))
"""

TYPES = r"""
123 instance of number
"abc" instance of string
[123] instance of list<number>
not([1, "a"] instance of list<number>)
{a: "x", b: 1} instance of context<a: string>
[1..2] instance of range<number>
(function(a: number) "x") instance of function<number> -> string
@"P1D" instance of days and time duration
@"P1M" instance of years and months duration
@"2026-01-01T00:00:00" instance of date and time
not(null instance of Any)
null instance of Null
{a: null} instance of context<a: string>
1 + 1 instance of number
"""


def _statements(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


@pytest.mark.parametrize("statement", _statements(HOLDS))
def test_the_core_language_holds(statement: str) -> None:
    assert evaluation(statement).value is True


@pytest.mark.parametrize("statement", _statements(TEMPORAL))
def test_dates_times_and_durations_hold(statement: str) -> None:
    assert evaluation(statement).value is True


@pytest.mark.parametrize("statement", _statements(FUNCTIONS))
def test_the_built_in_functions_hold(statement: str) -> None:
    assert evaluation(statement).value is True


@pytest.mark.parametrize("statement", _statements(TYPES))
def test_types_hold(statement: str) -> None:
    assert evaluation(statement).value is True


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('1 = "1"', "line 1, column 3: cannot compare number with string"),
        ('"a" < 1', "cannot compare string with number"),
        ("1 + null", "cannot add number and null"),
        ('-"1"', "cannot negate string"),
        ("1 / 0", "cannot divide by zero"),
        ("10 ** 7000", "beyond the numbers"),
        ("2 ** 1000000000", "an exponent is at most"),
        ("missing", "line 1, column 1: there is no 'missing' here"),
        ("{a: 1}.b", "there is no entry 'b'"),
        ("[1,2][3]", "there is no element 3 in a list of 2"),
        ("{a: 1, a: 2}", "the entry 'a' is there twice"),
        ('[1.."a"]', "cannot compare number with string"),
        ("5 in [1..null]", "cannot compare number with null"),
        ("null in [1..5]", "null lies in no range"),
        ("for i in [2..1] return i", "from a lower to a higher end"),
        ('for i in "a".."z" return i', "expected two numbers or two dates"),
        ("for i in null return i", "expected a list or a range, found null"),
        ('substring("abc", 0)', "there is no position 0"),
        ('substring("abc")', "expected substring(string: string, start position: number"),
        ("abs(number: 1)", "found abs(number: number)"),
        ('@"tomorrow"', "expected a date such as 2026-01-31, found 'tomorrow'"),
        ('date("2026-02-30")', "there is no day 30 in month 2"),
        ('date("01211-12-31")', "expected a date"),
        ('time("10:00:00@Nowhere/City")', "there is no time zone"),
        ('time("10:00:00+19:00")', "an offset is at most 18 hours"),
        ('duration("P1Y1D")', "expected a duration"),
        ('@"2026-01-01T00:00:00" - @"2026-01-01T00:00:00Z"', "cannot subtract a local time"),
        ('-@"2026-01-01"', "cannot negate date"),
        ("1(2)", "a number is no function"),
        ("null.a", "null has no property 'a'"),
        ('abs("1")', "expected abs(n: days and time duration or number or years and months duration)"),
        ("(function(a) a)(1, 2)", "expected function(a), found function(number, number)"),
        ('(function(a: number) a)("x")', "parameter 'a' expected number, found string"),
        ("1 instance of tUnknown", "there is no type 'tUnknown'"),
        ("[1] instance of list", "there is no type 'list'"),
        ("any([1, false])", "expected booleans, found number"),
        ("sum([1, null])", "expected numbers, found null"),
        (
            '(function() external {java: {class: "java.lang.Math", method signature: "random()"}})()',
            "functions in other languages are not called",
        ),
    ],
)
def test_what_cannot_be_computed_is_null_with_a_reason(text: str, reason: str) -> None:
    assert reason in problem(text)


def test_a_singleton_list_stands_for_its_element_and_the_other_way_round() -> None:
    assert value('upper case(["a"])') == "A"
    assert value("(function(x: list<number>) count(x))(3)") == 1
    assert value('(function(x: date and time) x.hour)(@"2026-01-01")') == 0
