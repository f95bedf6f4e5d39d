"""What a browser may say, and what it may not."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kasuskit.messages import KasusError
from kasuskit.widgets.protocol import Again, Answers, Check, Hello, Item, Reveal, read_message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"kind": "hello", "tab": "t1"}, Hello("t1")),
        ({"kind": "check"}, Check()),
        ({"kind": "reveal", "at": "korban[1]/nama"}, Reveal("korban[1]/nama")),
        ({"kind": "again"}, Again()),
        (
            {"kind": "answers", "tab": "t", "items": [{"n": 3, "op": "set", "at": "tgl", "value": "x"}]},
            Answers("t", (Item(3, "set", "tgl", "x"),)),
        ),
        (
            {"kind": "answers", "tab": "t", "items": [{"n": 1, "op": "remove", "at": "korban[2]"}]},
            Answers("t", (Item(1, "remove", "korban[2]", ""),)),
        ),
        (
            {
                "kind": "answers",
                "tab": "t",
                "draft": "d1",
                "items": [{"n": 1, "op": "set", "at": "a", "value": "x", "was": ""}],
            },
            Answers("t", (Item(1, "set", "a", "x", ""),), "d1"),
        ),
        (
            {
                "kind": "answers",
                "tab": "t",
                "draft": None,
                "items": [{"n": 1, "op": "add", "at": "a", "value": "1", "was": "x"}],
            },
            Answers("t", (Item(1, "add", "a", "1"),)),
        ),
    ],
)
def test_a_message_is_understood(content: dict[str, Any], message: object) -> None:
    assert read_message(content) == message


def _answers(**item: Any) -> dict[str, Any]:
    return {"kind": "answers", "tab": "t", "items": [{"n": 1, "op": "set", "at": "a", "value": "x", **item}]}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "W401"),
        ("hello", "W401"),
        ([], "W401"),
        ({}, "W402"),
        ({"kind": "eval", "code": "1"}, "W402"),
        ({"kind": ["hello"]}, "W402"),
        ({"kind": "hello"}, "W403"),
        ({"kind": "hello", "tab": 5}, "W403"),
        ({"kind": "hello", "tab": ""}, "W403"),
        ({"kind": "hello", "tab": "a\x00b"}, "W403"),
        ({"kind": "hello", "tab": "x" * 65}, "W404"),
        ({"kind": "answers", "tab": "t"}, "W403"),
        ({"kind": "answers", "tab": "t", "items": {}}, "W403"),
        ({"kind": "answers", "tab": "t", "items": ["x"]}, "W403"),
        ({"kind": "answers", "tab": "t", "items": [{}] * 201}, "W404"),
        (_answers(n=True), "W403"),
        (_answers(n=0), "W403"),
        (_answers(n=1.0), "W403"),
        (_answers(n=2**40), "W403"),
        (_answers(op="exec"), "W403"),
        (_answers(op=None), "W403"),
        (_answers(op=["set"]), "W403"),
        (_answers(at=""), "W403"),
        (_answers(at="a\nb"), "W403"),
        (_answers(at="x" * 201), "W404"),
        (_answers(value=5), "W403"),
        (_answers(value={"a": 1}), "W403"),
        (_answers(value="x" * 20_001), "W404"),
        (_answers(was=5), "W403"),
        (_answers(was=["x"]), "W403"),
        (_answers(was="x" * 20_001), "W404"),
        ({"kind": "answers", "tab": "t", "items": [], "draft": 5}, "W403"),
        ({"kind": "answers", "tab": "t", "items": [], "draft": "a\nb"}, "W403"),
        ({"kind": "answers", "tab": "t", "items": [], "draft": "x" * 65}, "W404"),
        ({"kind": "reveal", "at": None}, "W403"),
    ],
)
def test_anything_else_is_refused_with_a_code(content: Any, code: str) -> None:
    with pytest.raises(KasusError) as caught:
        read_message(content)
    assert caught.value.code == code
    assert caught.value.say("id") != caught.value.say("en")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_near = st.fixed_dictionaries(
    {"kind": st.sampled_from(["hello", "answers", "check", "reveal", "again"])},
    optional={"tab": _json, "items": _json, "at": _json},
)


@given(_json | _near)
def test_no_message_breaks_the_reader(content: Any) -> None:
    try:
        read_message(content)
    except KasusError as error:
        assert error.code.startswith("W4")


def test_numbers_that_json_cannot_write_are_refused() -> None:
    with pytest.raises(KasusError):
        read_message(_answers(n=math.nan))
