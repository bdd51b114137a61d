"""FEEL text into a syntax tree, by recursive descent (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.feel.cursor import Cursor
from engine.feel.lexer import Kind
from engine.feel.literals import number_value, string_value
from engine.feel.names import NameBook
from engine.feel.problems import Fault, Position
from engine.feel.syntax import (
    Argument,
    Arithmetic,
    AtLiteral,
    Between,
    Call,
    Comparison,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    HalfRange,
    If,
    In,
    InstanceOf,
    Iterator,
    Junction,
    ListLiteral,
    Literal,
    Name,
    Negation,
    Node,
    Operation,
    Parameter,
    Path,
    Quantified,
    RangeLiteral,
    Tests,
)
from engine.feel.type_parser import read_type

NAME_ENDS = frozenset(
    ("and", "between", "else", "false", "for", "function", "if", "in", "instance", "null", "or", "return")
) | frozenset(("satisfies", "then", "true"))
"""Words that end a name which is not known beforehand."""

PROPERTY_NAMES = ("time offset", "start included", "end included")

# How tightly operators bind, from loose to tight: the order of the grammar's alternatives (DMN 1.5,
# 10.3.1.2). Only `instance of` binds more loosely than there, below arithmetic, where it would give nothing
# but null.
_OR, _AND, _COMPARISON, _INSTANCE, _SUM, _PRODUCT, _POWER, _POSTFIX = range(1, 9)
_ARITHMETIC = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_HALF_RANGES = frozenset({"<", "<=", ">", ">="})
_JUNCTIONS = {"or": _OR, "and": _AND}
_COMPARING_WORDS = frozenset({"between", "in"})

_ITERATOR_ENDS = frozenset({"in"})
_KEY_ENDS = frozenset({":"})
_PARAMETER_ENDS = frozenset({":", ",", ")"})
_NO_ARGUMENT_NAME = frozenset({"(", ")", "[", "]", "{", "}", ",", "@", "<", ">"})
_LONGEST_ARGUMENT_NAME = 12
# After the `[` that closes a half-open range, as in `[1..10[`, no filter condition can begin.
_NO_CONDITION = frozenset(
    ("", ",", ")", "]", "}", ".", "=", "!=", "+", "*", "/", "**", ":", "<", "<=", ">", ">=")
) | frozenset(("and", "or", "then", "else", "return", "satisfies", "in", "between", "instance"))


def parse_expression(text: str, names: Iterable[str], functions: NameBook) -> Node:
    """The tree of an expression; raises FeelSyntaxError, or FeelLimitError for one that is long or deep.

    names: those of variables and their entries that have more than one word or special characters
    functions: those of the built-in functions
    """
    parser = _Parser(text, names, functions)
    node = parser.expression()
    parser.finish()
    return node


def parse_unary_tests(text: str, names: Iterable[str], functions: NameBook) -> Tests:
    """The tree of the unary tests of a decision table's cell; raises as `parse_expression`."""
    tests = _Parser(text, names, functions).unary_tests()
    if tests is not None:
        return tests
    # What begins like a negation, `not(…)`, went on: it is an expression after all.
    parser = _Parser(text, names, functions)
    return parser.positive_unary_tests()


class _Parser:
    """Reads one text."""

    def __init__(self, text: str, names: Iterable[str], functions: NameBook) -> None:
        names = tuple(names)
        self._tokens = Cursor(text)
        self._known = NameBook(names)
        self._scopes = [functions, self._known]
        self._members = NameBook((*PROPERTY_NAMES, *names))
        self._filters = 0
        self._ends_range = False

    def finish(self) -> None:
        """Refuses what is left over."""
        if not self._tokens.at_end():
            raise self._tokens.expected("an operator or the end of the text")

    # Unary tests

    def unary_tests(self) -> Tests | None:
        """`-`, `not(tests)` or tests; None when `not(…)` does not reach up to the end of the text."""
        tokens = self._tokens
        position = tokens.position()
        if tokens.at("-") and tokens.peek().kind is Kind.END:
            return Tests((), negated=False, position=position)
        if not (tokens.at("not") and tokens.peek().text == "("):
            return self.positive_unary_tests()
        tokens.advance(2)
        tests = self._tests()
        tokens.expect(")")
        return Tests(tests, negated=True, position=position) if tokens.at_end() else None

    def positive_unary_tests(self) -> Tests:
        """Tests with commas between, up to the end of the text."""
        position = self._tokens.position()
        tests = self._tests()
        self.finish()
        return Tests(tests, negated=False, position=position)

    def _tests(self) -> tuple[Node, ...]:
        tests = [self._test()]
        while self._tokens.accept(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self) -> Node:
        if self._tokens.current.text in _COMPARISONS and self._tokens.current.kind is Kind.SYMBOL:
            return self._half_range()
        return self.expression()

    def _half_range(self) -> HalfRange:
        position = self._tokens.position()
        operator = self._tokens.advance().text
        return HalfRange(operator, self._operand(_INSTANCE), position)

    # Expressions

    def expression(self) -> Node:
        """Any expression, as far as it reaches."""
        self._tokens.go_deeper()
        ends_range, self._ends_range = self._ends_range, False
        if self._tokens.current.text in _HALF_RANGES and self._tokens.current.kind is Kind.SYMBOL:
            node: Node = self._half_range()
        else:
            node = self._operand(_OR)
        self._ends_range = ends_range
        self._tokens.come_back()
        return node

    def _operand(self, rank: int) -> Node:
        """An expression of operators that bind at least as tightly as the rank."""
        return self._continued(self._prefix(), rank)

    def _continued(self, node: Node, rank: int) -> Node:
        """What an expression's beginning becomes with the operators that follow."""
        while True:
            token = self._tokens.current
            text = "" if token.kind is Kind.STRING else token.text
            if text == "." or text == "(" or (text == "[" and not self._closes_range()):
                node = self._postfix(node, text)
            elif _ARITHMETIC.get(text, 0) >= rank:
                node = self._arithmetic(node, _ARITHMETIC[text])
            elif text == "instance" and rank <= _INSTANCE:
                node = self._instance_of(node)
            elif rank <= _COMPARISON and (text in _COMPARISONS or text in _COMPARING_WORDS):
                node = self._comparison(node, text)
            elif _JUNCTIONS.get(text, 0) >= rank:
                node = self._junction(node, text)
            else:
                return node

    def _junction(self, first: Node, word: str) -> Node:
        position = self._tokens.position()
        terms = [first]
        while self._tokens.accept(word):
            terms.append(self._operand(_JUNCTIONS[word] + 1))
        return Junction(word == "and", tuple(terms), position)

    def _comparison(self, left: Node, operator: str) -> Node:
        position = self._tokens.position()
        self._tokens.advance()
        if operator == "between":
            low = self._operand(_INSTANCE)
            self._tokens.expect("and")
            return Between(left, low, self._operand(_INSTANCE), position)
        if operator == "in":
            return In(left, self._membership(), position)
        return Comparison(operator, left, self._operand(_INSTANCE), position)

    def _membership(self) -> tuple[Node, ...]:
        """What follows `in`: one test, or several in brackets."""
        tokens = self._tokens
        if not tokens.at("("):
            if tokens.current.text in _COMPARISONS and tokens.current.kind is Kind.SYMBOL:
                return (self._half_range(),)
            return (self._operand(_INSTANCE),)
        tests = self._bracketed_tests()
        if len(tests) == 1:
            return (self._continued(tests[0], _INSTANCE),)
        return tests

    def _bracketed_tests(self) -> tuple[Node, ...]:
        tokens = self._tokens
        position = tokens.position()
        tokens.expect("(")
        tests = [self._test()]
        if tokens.at(".."):
            return (self._range(tests[0], start_included=False, position=position),)
        while tokens.accept(","):
            tests.append(self._test())
        tokens.expect(")")
        return tuple(tests)

    def _arithmetic(self, first: Node, rank: int) -> Node:
        position = self._tokens.position()
        operations = []
        while _ARITHMETIC.get(self._tokens.current.text) == rank and self._tokens.current.kind is Kind.SYMBOL:
            at = self._tokens.position()
            operator = self._tokens.advance().text
            operations.append(Operation(operator, self._operand(rank + 1), at))
        return Arithmetic(first, tuple(operations), position)

    def _instance_of(self, value: Node) -> Node:
        position = self._tokens.position()
        self._tokens.advance()
        self._tokens.expect("of")
        return InstanceOf(value, read_type(self._tokens, self._known), position)

    # What follows an expression directly

    def _postfix(self, node: Node, opening: str) -> Node:
        position = self._tokens.position()
        self._tokens.advance()
        if opening == ".":
            return Path(node, self._member(), position)
        if opening == "(":
            return Call(node, self._arguments(), position)
        self._filters += 1
        condition = self.expression()
        self._filters -= 1
        self._tokens.expect("]")
        return Filter(node, condition, position)

    def _closes_range(self) -> bool:
        return self._ends_range and self._tokens.peek().text in _NO_CONDITION

    def _member(self) -> str:
        tokens = self._tokens
        known = self._members.match(tokens.tokens, tokens.index)
        if known is not None:
            tokens.advance(len(known[0]))
            return self._with_following_words(known[1])
        if tokens.current.kind is not Kind.NAME:
            raise tokens.expected("the name of an entry")
        return self._with_following_words(tokens.advance().text)

    def _arguments(self) -> tuple[Argument, ...]:
        tokens = self._tokens
        if tokens.accept(")"):
            return ()
        named = self._at_argument_name()
        arguments = []
        while True:
            if named:
                name = tokens.words_until(_KEY_ENDS, "the name of a parameter and ':'")
                tokens.expect(":")
                arguments.append(Argument(self.expression(), name))
            else:
                arguments.append(Argument(self.expression()))
            if not tokens.accept(","):
                tokens.expect(")")
                return tuple(arguments)

    def _at_argument_name(self) -> bool:
        """Whether a colon follows before anything that a parameter's name cannot hold."""
        for ahead in range(_LONGEST_ARGUMENT_NAME):
            token = self._tokens.peek(ahead)
            if token.text == ":":
                return ahead > 0
            if token.kind in (Kind.STRING, Kind.END) or token.text in _NO_ARGUMENT_NAME:
                return False
        return False

    # What an expression begins with

    def _prefix(self) -> Node:
        token = self._tokens.current
        if token.kind is Kind.NAME:
            return self._word()
        if token.kind is Kind.NUMBER or token.kind is Kind.STRING:
            return self._literal()
        if token.kind is Kind.SYMBOL:
            return self._symbol(token.text)
        raise self._tokens.expected("an expression")

    def _symbol(self, text: str) -> Node:
        match text:
            case "(":
                return self._brackets()
            case "[":
                return self._list()
            case "]":
                position = self._tokens.position()
                self._tokens.advance()
                return self._range(self.expression(), start_included=False, position=position)
            case "{":
                return self._context()
            case "-":
                return self._negation()
            case "@":
                return self._at_literal()
            case "?":
                position = self._tokens.position()
                return Name(self._tokens.advance().text, position)
        return self._name()

    def _word(self) -> Node:
        text = self._tokens.current.text
        match text:
            case "true" | "false" | "null":
                position = self._tokens.position()
                self._tokens.advance()
                return Literal({"true": True, "false": False, "null": None}[text], position)
            case "if":
                return self._if()
            case "for":
                return self._for()
            case "some" | "every":
                return self._quantified()
            case "function" if self._tokens.peek().text == "(":
                return self._function()
        if text in NAME_ENDS:
            raise self._tokens.expected("an expression")
        return self._name()

    def _literal(self) -> Literal:
        position = self._tokens.position()
        token = self._tokens.advance()
        try:
            value = number_value(token.text) if token.kind is Kind.NUMBER else string_value(token.text)
        except Fault as fault:
            raise self._tokens.refused(str(fault), token) from fault
        return Literal(value, position)

    def _at_literal(self) -> AtLiteral:
        position = self._tokens.position()
        self._tokens.advance()
        if self._tokens.current.kind is not Kind.STRING:
            raise self._tokens.expected("a string after '@'")
        literal = self._literal()
        return AtLiteral(str(literal.value), position)

    def _name(self) -> Name:
        tokens = self._tokens
        position = tokens.position()
        books = [*self._scopes, self._members] if self._filters else self._scopes
        matches = [match for book in books if (match := book.match(tokens.tokens, tokens.index)) is not None]
        if matches:
            # The innermost scope comes last and wins among equals.
            words, name = max(reversed(matches), key=lambda match: len(match[0]))
            tokens.advance(len(words))
        elif tokens.current.kind is Kind.NAME:
            name = tokens.advance().text
        else:
            raise tokens.expected("an expression")
        return Name(self._with_following_words(name), position)

    def _with_following_words(self, name: str) -> str:
        """Two words side by side can only be one name, even where it is not known."""
        tokens = self._tokens
        while tokens.current.kind is Kind.NAME and tokens.current.text not in NAME_ENDS:
            name = f"{name} {tokens.advance().text}"
        return name

    def _negation(self) -> Node:
        positions = []
        while self._tokens.at("-"):
            positions.append(self._tokens.position())
            self._tokens.advance()
        node = self._operand(_POSTFIX)
        for position in reversed(positions):
            node = Negation(node, position)
        return node

    def _brackets(self) -> Node:
        tokens = self._tokens
        position = tokens.position()
        tokens.advance()
        node = self._test()
        if tokens.at(".."):
            return self._range(node, start_included=False, position=position)
        tokens.expect(")")
        return node

    def _list(self) -> Node:
        tokens = self._tokens
        position = tokens.position()
        tokens.advance()
        if tokens.accept("]"):
            return ListLiteral((), position)
        items = [self.expression()]
        if tokens.at(".."):
            return self._range(items[0], start_included=True, position=position)
        while tokens.accept(","):
            items.append(self.expression())
        tokens.expect("]")
        return ListLiteral(tuple(items), position)

    def _range(self, start: Node, *, start_included: bool, position: Position) -> Node:
        tokens = self._tokens
        tokens.expect("..")
        ends_range, self._ends_range = self._ends_range, True
        end = self._operand(_SUM)
        self._ends_range = ends_range
        if not (tokens.at("]") or tokens.at(")") or tokens.at("[")):
            raise tokens.expected("']', ')' or '[' at the end of the range")
        end_included = tokens.advance().text == "]"
        return RangeLiteral(start, end, start_included, end_included, position)

    def _context(self) -> Node:
        tokens = self._tokens
        position = tokens.position()
        tokens.advance()
        scope = NameBook()
        self._scopes.append(scope)
        entries: list[tuple[str, Node]] = []
        while not tokens.accept("}"):
            if entries:
                tokens.expect(",")
            key = self._key()
            tokens.expect(":")
            scope.add(key)
            self._members.add(key)
            entries.append((key, self.expression()))
        self._scopes.pop()
        return ContextLiteral(tuple(entries), position)

    def _key(self) -> str:
        tokens = self._tokens
        if tokens.current.kind is Kind.STRING:
            return str(self._literal().value)
        return tokens.words_until(_KEY_ENDS, "the name of an entry and ':'")

    # Constructs with words

    def _if(self) -> Node:
        position = self._tokens.position()
        self._tokens.advance()
        condition = self.expression()
        self._tokens.expect("then")
        consequence = self.expression()
        self._tokens.expect("else")
        return If(condition, consequence, self.expression(), position)

    def _for(self) -> Node:
        position = self._tokens.position()
        self._tokens.advance()
        self._scopes.append(NameBook())
        iterators = self._iterators()
        self._tokens.expect("return")
        body = self.expression()
        self._scopes.pop()
        return For(iterators, body, position)

    def _quantified(self) -> Node:
        position = self._tokens.position()
        every = self._tokens.advance().text == "every"
        self._scopes.append(NameBook())
        iterators = self._iterators()
        self._tokens.expect("satisfies")
        condition = self.expression()
        self._scopes.pop()
        return Quantified(every, iterators, condition, position)

    def _iterators(self) -> tuple[Iterator, ...]:
        tokens = self._tokens
        iterators = []
        while True:
            position = tokens.position()
            name = tokens.words_until(_ITERATOR_ENDS, "the name of a variable and 'in'")
            tokens.expect("in")
            source = self.expression()
            end = self.expression() if tokens.accept("..") else None
            self._scopes[-1].add(name)
            iterators.append(Iterator(name, source, end, position))
            if not tokens.accept(","):
                return tuple(iterators)

    def _function(self) -> Node:
        tokens = self._tokens
        position = tokens.position()
        tokens.advance(2)
        scope = NameBook()
        parameters: list[Parameter] = []
        while not tokens.accept(")"):
            if parameters:
                tokens.expect(",")
            name = tokens.words_until(_PARAMETER_ENDS, "the name of a parameter")
            feel_type = read_type(tokens, self._known) if tokens.accept(":") else None
            scope.add(name)
            parameters.append(Parameter(name, feel_type))
        external = tokens.accept("external")
        self._scopes.append(scope)
        body = self.expression()
        self._scopes.pop()
        return FunctionLiteral(tuple(parameters), body, external, position)
