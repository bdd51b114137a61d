"""FEEL text into a syntax tree, by recursive descent (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.feel.cursor import Cursor
from engine.feel.lexer import LexemeKind
from engine.feel.literals import read_at_literal, read_literal
from engine.feel.names import NAME_ENDS, NameBook, VisibleNames
from engine.feel.problems import Position
from engine.feel.syntax import (
    Argument,
    Arithmetic,
    ArithmeticTerm,
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
    IterationContext,
    Junction,
    ListLiteral,
    Literal,
    Name,
    Negation,
    ParameterDeclaration,
    PathExpression,
    Quantified,
    RangeLiteral,
    SyntaxNode,
    Tests,
)
from engine.feel.type_parser import read_type

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
# After the `[` that closes a half-open range, as in `[1..10[`, no filter condition can begin.
_NO_CONDITION = frozenset(
    ("", ",", ")", "]", "}", ".", "=", "!=", "+", "*", "/", "**", ":", "<", "<=", ">", ">=")
) | frozenset(("and", "or", "then", "else", "return", "satisfies", "in", "between", "instance"))


def parse_expression(text: str, names: Iterable[str], functions: NameBook) -> SyntaxNode:
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
    def __init__(self, text: str, names: Iterable[str], functions: NameBook) -> None:
        self._cursor = Cursor(text)
        self._names = VisibleNames(self._cursor, names, functions)
        self._ends_range = False

    def finish(self) -> None:
        """Refuses what is left over."""
        if not self._cursor.at_end():
            raise self._cursor.expected("an operator or the end of the text")

    # Unary tests

    def unary_tests(self) -> Tests | None:
        """`-`, `not(tests)` or tests; None when `not(…)` does not reach up to the end of the text."""
        cursor = self._cursor
        position = cursor.position()
        if cursor.at("-") and cursor.peek().kind is LexemeKind.END:
            return Tests((), negated=False, position=position)
        if not (cursor.at("not") and cursor.peek().text == "("):
            return self.positive_unary_tests()
        cursor.advance(2)
        tests = self._tests()
        cursor.expect(")")
        return Tests(tests, negated=True, position=position) if cursor.at_end() else None

    def positive_unary_tests(self) -> Tests:
        """Tests with commas between, up to the end of the text."""
        position = self._cursor.position()
        tests = self._tests()
        self.finish()
        return Tests(tests, negated=False, position=position)

    def _tests(self) -> tuple[SyntaxNode, ...]:
        tests = [self._test()]
        while self._cursor.accept(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self) -> SyntaxNode:
        if self._cursor.current.text in _COMPARISONS and self._cursor.current.kind is LexemeKind.SYMBOL:
            return self._half_range()
        return self.expression()

    def _half_range(self) -> HalfRange:
        position = self._cursor.position()
        operator = self._cursor.advance().text
        return HalfRange(operator, self._operand(_INSTANCE), position)

    # Expressions

    def expression(self) -> SyntaxNode:
        """Any expression, as far as it reaches."""
        self._cursor.go_deeper()
        ends_range, self._ends_range = self._ends_range, False
        if self._cursor.current.text in _HALF_RANGES and self._cursor.current.kind is LexemeKind.SYMBOL:
            node: SyntaxNode = self._half_range()
        else:
            node = self._operand(_OR)
        self._ends_range = ends_range
        self._cursor.come_back()
        return node

    def _operand(self, rank: int) -> SyntaxNode:
        """An expression of operators that bind at least as tightly as the rank."""
        return self._continued(self._prefix(), rank)

    def _continued(self, node: SyntaxNode, rank: int) -> SyntaxNode:
        """What an expression's beginning becomes with the operators that follow."""
        while True:
            lexeme = self._cursor.current
            text = "" if lexeme.kind is LexemeKind.STRING else lexeme.text
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

    def _junction(self, first: SyntaxNode, word: str) -> SyntaxNode:
        position = self._cursor.position()
        terms = [first]
        while self._cursor.accept(word):
            terms.append(self._operand(_JUNCTIONS[word] + 1))
        return Junction(word == "and", tuple(terms), position)

    def _comparison(self, left: SyntaxNode, operator: str) -> SyntaxNode:
        position = self._cursor.position()
        self._cursor.advance()
        if operator == "between":
            low = self._operand(_INSTANCE)
            self._cursor.expect("and")
            return Between(left, low, self._operand(_INSTANCE), position)
        if operator == "in":
            return In(left, self._membership(), position)
        return Comparison(operator, left, self._operand(_INSTANCE), position)

    def _membership(self) -> tuple[SyntaxNode, ...]:
        """What follows `in`: one test, or several in brackets."""
        cursor = self._cursor
        if not cursor.at("("):
            if cursor.current.text in _COMPARISONS and cursor.current.kind is LexemeKind.SYMBOL:
                return (self._half_range(),)
            return (self._operand(_INSTANCE),)
        tests = self._bracketed_tests()
        if len(tests) == 1:
            return (self._continued(tests[0], _INSTANCE),)
        return tests

    def _bracketed_tests(self) -> tuple[SyntaxNode, ...]:
        cursor = self._cursor
        position = cursor.position()
        cursor.expect("(")
        tests = [self._test()]
        if cursor.at(".."):
            return (self._range(tests[0], start_included=False, position=position),)
        while cursor.accept(","):
            tests.append(self._test())
        cursor.expect(")")
        return tuple(tests)

    def _arithmetic(self, first: SyntaxNode, rank: int) -> SyntaxNode:
        position = self._cursor.position()
        operations = []
        while (
            _ARITHMETIC.get(self._cursor.current.text) == rank
            and self._cursor.current.kind is LexemeKind.SYMBOL
        ):
            at = self._cursor.position()
            operator = self._cursor.advance().text
            operations.append(ArithmeticTerm(operator, self._operand(rank + 1), at))
        return Arithmetic(first, tuple(operations), position)

    def _instance_of(self, value: SyntaxNode) -> SyntaxNode:
        position = self._cursor.position()
        self._cursor.advance()
        self._cursor.expect("of")
        return InstanceOf(value, read_type(self._cursor, self._names.known), position)

    # What follows an expression directly

    def _postfix(self, node: SyntaxNode, opening: str) -> SyntaxNode:
        position = self._cursor.position()
        self._cursor.advance()
        if opening == ".":
            return PathExpression(node, self._names.read_member(), position)
        if opening == "(":
            return Call(node, self._arguments(), position)
        self._names.enter_filter()
        condition = self.expression()
        self._names.leave_filter()
        self._cursor.expect("]")
        return Filter(node, condition, position)

    def _closes_range(self) -> bool:
        return self._ends_range and self._cursor.peek().text in _NO_CONDITION

    def _arguments(self) -> tuple[Argument, ...]:
        cursor = self._cursor
        if cursor.accept(")"):
            return ()
        named = self._cursor.at_argument_name()
        arguments = []
        while True:
            if named:
                name = cursor.words_until(_KEY_ENDS, "the name of a parameter and ':'")
                cursor.expect(":")
                arguments.append(Argument(self.expression(), name))
            else:
                arguments.append(Argument(self.expression()))
            if not cursor.accept(","):
                cursor.expect(")")
                return tuple(arguments)

    # What an expression begins with

    def _prefix(self) -> SyntaxNode:
        lexeme = self._cursor.current
        if lexeme.kind is LexemeKind.NAME:
            return self._word()
        if lexeme.kind is LexemeKind.NUMBER or lexeme.kind is LexemeKind.STRING:
            return read_literal(self._cursor)
        if lexeme.kind is LexemeKind.SYMBOL:
            return self._symbol(lexeme.text)
        raise self._cursor.expected("an expression")

    def _symbol(self, text: str) -> SyntaxNode:
        match text:
            case "(":
                return self._brackets()
            case "[":
                return self._list()
            case "]":
                position = self._cursor.position()
                self._cursor.advance()
                return self._range(self.expression(), start_included=False, position=position)
            case "{":
                return self._context()
            case "-":
                return self._negation()
            case "@":
                return read_at_literal(self._cursor)
            case "?":
                position = self._cursor.position()
                return Name(self._cursor.advance().text, position)
        return self._name()

    def _word(self) -> SyntaxNode:
        text = self._cursor.current.text
        match text:
            case "true" | "false" | "null":
                position = self._cursor.position()
                self._cursor.advance()
                return Literal({"true": True, "false": False, "null": None}[text], position)
            case "if":
                return self._if()
            case "for":
                return self._for()
            case "some" | "every":
                return self._quantified()
            case "function" if self._cursor.peek().text == "(":
                return self._function()
        if text in NAME_ENDS:
            raise self._cursor.expected("an expression")
        return self._name()

    def _name(self) -> Name:
        position = self._cursor.position()
        return Name(self._names.read(), position)

    def _negation(self) -> SyntaxNode:
        positions = []
        while self._cursor.at("-"):
            positions.append(self._cursor.position())
            self._cursor.advance()
        node = self._operand(_POSTFIX)
        for position in reversed(positions):
            node = Negation(node, position)
        return node

    def _brackets(self) -> SyntaxNode:
        cursor = self._cursor
        position = cursor.position()
        cursor.advance()
        node = self._test()
        if cursor.at(".."):
            return self._range(node, start_included=False, position=position)
        cursor.expect(")")
        return node

    def _list(self) -> SyntaxNode:
        cursor = self._cursor
        position = cursor.position()
        cursor.advance()
        if cursor.accept("]"):
            return ListLiteral((), position)
        items = [self.expression()]
        if cursor.at(".."):
            return self._range(items[0], start_included=True, position=position)
        while cursor.accept(","):
            items.append(self.expression())
        cursor.expect("]")
        return ListLiteral(tuple(items), position)

    def _range(self, start: SyntaxNode, *, start_included: bool, position: Position) -> SyntaxNode:
        cursor = self._cursor
        cursor.expect("..")
        ends_range, self._ends_range = self._ends_range, True
        end = self._operand(_SUM)
        self._ends_range = ends_range
        if not (cursor.at("]") or cursor.at(")") or cursor.at("[")):
            raise cursor.expected("']', ')' or '[' at the end of the range")
        end_included = cursor.advance().text == "]"
        return RangeLiteral(start, end, start_included, end_included, position)

    def _context(self) -> SyntaxNode:
        cursor = self._cursor
        position = cursor.position()
        cursor.advance()
        self._names.enter_scope()
        entries: list[tuple[str, SyntaxNode]] = []
        while not cursor.accept("}"):
            if entries:
                cursor.expect(",")
            key = self._key()
            cursor.expect(":")
            self._names.add_entry(key)
            entries.append((key, self.expression()))
        self._names.leave_scope()
        return ContextLiteral(tuple(entries), position)

    def _key(self) -> str:
        cursor = self._cursor
        if cursor.current.kind is LexemeKind.STRING:
            return str(read_literal(cursor).value)
        return cursor.words_until(_KEY_ENDS, "the name of an entry and ':'")

    # Constructs with words

    def _if(self) -> SyntaxNode:
        position = self._cursor.position()
        self._cursor.advance()
        condition = self.expression()
        self._cursor.expect("then")
        consequence = self.expression()
        self._cursor.expect("else")
        return If(condition, consequence, self.expression(), position)

    def _for(self) -> SyntaxNode:
        position = self._cursor.position()
        self._cursor.advance()
        self._names.enter_scope()
        iterators = self._iterators()
        self._cursor.expect("return")
        body = self.expression()
        self._names.leave_scope()
        return For(iterators, body, position)

    def _quantified(self) -> SyntaxNode:
        position = self._cursor.position()
        every = self._cursor.advance().text == "every"
        self._names.enter_scope()
        iterators = self._iterators()
        self._cursor.expect("satisfies")
        condition = self.expression()
        self._names.leave_scope()
        return Quantified(every, iterators, condition, position)

    def _iterators(self) -> tuple[IterationContext, ...]:
        cursor = self._cursor
        iterators = []
        while True:
            position = cursor.position()
            name = cursor.words_until(_ITERATOR_ENDS, "the name of a variable and 'in'")
            cursor.expect("in")
            source = self.expression()
            end = self.expression() if cursor.accept("..") else None
            self._names.add(name)
            iterators.append(IterationContext(name, source, end, position))
            if not cursor.accept(","):
                return tuple(iterators)

    def _function(self) -> SyntaxNode:
        cursor = self._cursor
        position = cursor.position()
        cursor.advance(2)
        self._names.enter_scope()
        parameters: list[ParameterDeclaration] = []
        while not cursor.accept(")"):
            if parameters:
                cursor.expect(",")
            name = cursor.words_until(_PARAMETER_ENDS, "the name of a parameter")
            feel_type = read_type(self._cursor, self._names.known) if cursor.accept(":") else None
            self._names.add(name)
            parameters.append(ParameterDeclaration(name, feel_type))
        external = cursor.accept("external")
        body = self.expression()
        self._names.leave_scope()
        return FunctionLiteral(tuple(parameters), body, external, position)
