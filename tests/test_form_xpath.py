"""Expressions become trees, trees become expressions, and what cannot be read says why and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kasuskit.form.xpath import (
    MAX_DEPTH,
    MAX_HEIGHT,
    MAX_LENGTH,
    PARENT,
    SELF,
    Binary,
    Call,
    Negate,
    Node,
    Number,
    Path,
    Ref,
    Step,
    Text,
    XPathError,
    children,
    parse,
    refs,
    unparse,
    walk,
)
from kasuskit.messages import LANGUAGES, text


def name(*steps: str) -> Path:
    return Path(None, (), tuple(Step(step, ()) for step in steps))


A, B, ONE, TWO, THREE = Ref("a"), Ref("b"), Number(1.0), Number(2.0), Number(3.0)

TREES = {
    # values
    "1": ONE,
    "1.": ONE,
    "01.50": Number(1.5),
    ".5": Number(0.5),
    "''": Text(""),
    "'satu kata'": Text("satu kata"),
    '"ba\'i"': Text("ba'i"),
    "'kata \"itu\"'": Text('kata "itu"'),
    "'dua\nbaris'": Text("dua\nbaris"),
    "${a}": A,
    "${ a }": A,
    "${nama-lama.2}": Ref("nama-lama.2"),
    # operators, weakest first
    "${a} or ${b} and 1": Binary("or", A, Binary("and", B, ONE)),
    "${a} and ${b} or 1": Binary("or", Binary("and", A, B), ONE),
    "${a} and ${b} = 1": Binary("and", A, Binary("=", B, ONE)),
    "${a} = ${b} < 1": Binary("=", A, Binary("<", B, ONE)),
    "1 < 2 + 3": Binary("<", ONE, Binary("+", TWO, THREE)),
    "1 + 2 * 3": Binary("+", ONE, Binary("*", TWO, THREE)),
    "(1 + 2) * 3": Binary("*", Binary("+", ONE, TWO), THREE),
    "1 - 2 - 3": Binary("-", Binary("-", ONE, TWO), THREE),
    "1 div 2 mod 3": Binary("mod", Binary("div", ONE, TWO), THREE),
    "1 != 2": Binary("!=", ONE, TWO),
    "1 <= 2 >= 3": Binary(">=", Binary("<=", ONE, TWO), THREE),
    "- 1": Negate(ONE),
    "--1": Negate(Negate(ONE)),
    "-1 + 2": Binary("+", Negate(ONE), TWO),
    "-1 * 2": Binary("*", Negate(ONE), TWO),
    "1 - -2": Binary("-", ONE, Negate(TWO)),
    "1-2": Binary("-", ONE, TWO),
    "${a}-1": Binary("-", A, ONE),
    "${a}-${b}": Binary("-", A, B),
    "\n 1\t+ \n2 ": Binary("+", ONE, TWO),
    # a minus inside a name belongs to the name, as in XPath
    "a-b": name("a-b"),
    "a - b": Binary("-", name("a"), name("b")),
    # calls
    "today()": Call("today", ()),
    "today ( )": Call("today", ()),
    "if(1, 2, 3)": Call("if", (ONE, TWO, THREE)),
    "jr:choice-name('x', '${a}')": Call("jr:choice-name", (Text("x"), Text("${a}"))),
    "not(${a} = '')": Call("not", (Binary("=", A, Text("")),)),
    # operator words are names where an operator cannot stand
    "div div mod": Binary("div", name("div"), name("mod")),
    "1 and(2)": Binary("and", ONE, TWO),
    "* * *": Binary("*", name("*"), name("*")),
    # paths
    ".": SELF,
    "..": PARENT,
    "../..": Path(None, (), (Step("..", ()), Step("..", ()))),
    "position(..)": Call("position", (PARENT,)),
    ". >= 0": Binary(">=", SELF, Number(0.0)),
    "/data/umur": Path("/", (), (Step("data", ()), Step("umur", ()))),
    "${a}/b": Path(A, (), (Step("b", ()),)),
    "${a}[1]": Path(A, (ONE,), ()),
    "${a}[1][2]": Path(A, (ONE, TWO), ()),
    "(${a})[1]": Path(A, (ONE,), ()),
    "${a}[umur < 2]/nama": Path(A, (Binary("<", name("umur"), TWO),), (Step("nama", ()),)),
    "instance('desa')/root/item[kab = ${a}]/nama": Path(
        Call("instance", (Text("desa"),)),
        (),
        (Step("root", ()), Step("item", (Binary("=", name("kab"), A),)), Step("nama", ())),
    ),
}


@pytest.mark.parametrize("source", TREES)
def test_an_expression_becomes_a_tree(source: str) -> None:
    assert parse(source) == TREES[source]


# expression: (reason, character it is at, what stands there)
REFUSED = {
    "": ("x-end", 0, ""),
    "  \n ": ("x-end", 0, ""),
    "1 +": ("x-end", 3, ""),
    "1 + ": ("x-end", 3, ""),
    "(1": ("x-missing", 2, ")"),
    "if(1, 2": ("x-missing", 7, ")"),
    "${a}[1": ("x-missing", 6, "]"),
    "/": ("x-end", 1, ""),
    "${a}/": ("x-end", 5, ""),
    "1 2": ("x-unexpected", 2, "2"),
    "${a} ${b}": ("x-unexpected", 5, "${b}"),
    "1)": ("x-unexpected", 1, ")"),
    "* 1": ("x-unexpected", 2, "1"),
    "and 1": ("x-unexpected", 4, "1"),
    "1 + * + =": ("x-unexpected", 8, "="),
    "if(1,,2)": ("x-unexpected", 5, ","),
    "1/2": ("x-unexpected", 2, "2"),
    "'a'[1]": ("x-unexpected", 3, "["),
    "(1, 2)": ("x-expected", 2, ","),
    "if(1 2)": ("x-expected", 5, "2"),
    "${a}[1)": ("x-expected", 6, ")"),
    "'tidak ditutup": ("x-character", 0, "'tidak ditut"),
    '1 = "a': ("x-character", 3, '"a'),
    "${a": ("x-character", 0, "${a"),
    "${a b}": ("x-character", 0, "${a b}"),
    "${} = 1": ("x-character", 0, "${} = 1"),
    "1 && 2": ("x-character", 1, "&& 2"),
    "1 == 2": ("x-unexpected", 3, "="),
    "${a} = ‘ya’": ("x-character", 6, "‘ya’"),
    "${a} ≥ 18": ("x-character", 4, "≥ 18"),
    "//umur": ("x-unsupported", 0, "//"),
    "child::umur": ("x-unsupported", 5, "::"),
    "@id": ("x-unsupported", 0, "@"),
    "${a} | ${b}": ("x-unsupported", 5, "|"),
}


@pytest.mark.parametrize("source", REFUSED)
def test_what_cannot_be_read_says_why_and_where(source: str) -> None:
    with pytest.raises(XPathError) as caught:
        parse(source)
    assert (caught.value.reason, caught.value.at, caught.value.found) == REFUSED[source]
    for lang in LANGUAGES:
        assert caught.value.found in text(f"form.{caught.value.reason}", lang, found=caught.value.found)


@pytest.mark.parametrize(
    ("longest", "reason"),
    [
        (lambda n: "(" * n + "1" + ")" * n, "x-deep"),
        (lambda n: "not(" * n + "1" + ")" * n, "x-deep"),
        (lambda n: "-" * n + "1", "x-deep"),
        (lambda n: "a[" * n + "1" + "]" * n, "x-deep"),
    ],
    ids=["parentheses", "calls", "minus signs", "predicates"],
)
def test_an_expression_may_be_nested_so_deep_and_no_deeper(longest, reason: str) -> None:
    parse(longest(MAX_DEPTH - 1))
    for depth in (MAX_DEPTH, 1500):
        with pytest.raises(XPathError) as caught:
            parse(longest(depth))
        assert caught.value.reason == reason


def test_a_row_of_operators_may_be_so_long_and_no_longer() -> None:
    # the tree of 1 + 1 + 1 leans to the left: each sign is a step deeper
    tree = parse(" + ".join(["1"] * MAX_HEIGHT))
    assert len(list(walk(tree))) == 2 * MAX_HEIGHT - 1
    assert parse(unparse(tree)) == tree
    for terms in (MAX_HEIGHT + 1, 4000):
        with pytest.raises(XPathError) as caught:
            parse("+".join(["1"] * terms))
        assert caught.value.reason == "x-deep"


def test_an_expression_may_be_so_long_and_no_longer() -> None:
    assert parse("'" + "x" * (MAX_LENGTH - 2) + "'") == Text("x" * (MAX_LENGTH - 2))
    with pytest.raises(XPathError) as caught:
        parse("'" + "x" * (MAX_LENGTH - 1) + "'")
    assert (caught.value.reason, caught.value.at) == ("x-long", MAX_LENGTH)


def test_children_walk_and_refs_reach_every_part() -> None:
    tree = parse("if(-${a} > 1, ${b}[umur = ${c}]/nama[${d}], instance('x')/root/item[y = ${e}]/z)")
    assert refs(tree) == {"a", "b", "c", "d", "e"}
    assert [type(node).__name__ for node in children(tree)] == ["Binary", "Path", "Path"]
    seen = list(walk(tree))
    assert seen[0] == tree
    assert seen.index(Negate(A)) < seen.index(A)
    assert sum(isinstance(node, Ref) for node in seen) == 5


# any tree, written down and read again ----------------------------------------------------------------------

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}(:[A-Za-z_][A-Za-z0-9_.-]{0,8})?", fullmatch=True)
NUMBERS = st.builds(
    Number,
    st.one_of(
        st.floats(min_value=0, allow_nan=False, allow_infinity=False).map(abs),
        st.integers(0, 10**18).map(float),
        st.sampled_from([0.0, 0.1, 1e-7, 5e-324, 1e15, 1e16, 1e300, float("inf")]),
    ),
)
TEXTS = st.builds(
    Text,
    st.one_of(
        st.text(st.characters(exclude_characters="'"), max_size=12),
        st.text(st.characters(exclude_characters='"'), max_size=12),
    ),
)
REFS = st.builds(Ref, st.text(st.characters(exclude_characters="{} ", exclude_categories=["Z", "C"]), min_size=1))
OPERATORS = st.sampled_from(["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"])


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, max_size=2).map(tuple)
    steps = st.lists(st.builds(Step, NAMES | st.sampled_from([".", "..", "*"]), several), min_size=1, max_size=3)
    start = inner.map(lambda node: node if node != SELF else A)
    return st.one_of(
        st.builds(Negate, inner),
        st.builds(Binary, OPERATORS, inner, inner),
        st.builds(Call, NAMES, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Path, st.sampled_from([None, "/"]), st.just(()), steps.map(tuple)),
        st.builds(Path, start, several, steps.map(tuple)),
        st.builds(Path, start, st.lists(inner, min_size=1, max_size=2).map(tuple), st.just(())),
    )


TREE = st.recursive(NUMBERS | TEXTS | REFS, _larger, max_leaves=12)


@given(TREE)
def test_a_tree_written_down_reads_as_the_same_tree(tree: Node) -> None:
    assert parse(unparse(tree)) == tree


def test_a_tree_is_written_with_few_parentheses() -> None:
    assert unparse(parse("1+2-3 * -4 and ${a}")) == "((1 + 2 - (3 * (- 4))) and ${a})"


@given(TREE)
def test_refs_of_a_tree_are_the_refs_of_what_is_written(tree: Node) -> None:
    assert refs(tree) == {node.name for node in walk(parse(unparse(tree))) if isinstance(node, Ref)}


# anything at all --------------------------------------------------------------------------------------------

_SIGNS = "${a} ${ } ( ) [ ] ' \" 'x' 1 . .. / // :: @ | , - + * = != < <= and or div mod a if( not( é ½ ٣ ²"
PIECES = st.sampled_from([*_SIGNS.split(), " ", "\n", "\0"])


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join), st.text().map(lambda s: s * 200)))
def test_any_text_is_read_or_refused_with_its_place(source: str) -> None:
    try:
        tree = parse(source)
    except XPathError as error:
        assert 0 <= error.at <= len(source)
        for lang in LANGUAGES:
            assert text(f"form.{error.reason}", lang, found=error.found)
    else:
        assert parse(unparse(tree)) == tree
