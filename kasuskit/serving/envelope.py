"""Read what a browser sends on the line: strict JSON in Jupyter's envelope, made anew from what was understood."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

DEEPEST = 8
MOST_PARTS = 4000


def read_envelope(message: str | bytes) -> dict[str, Any]:
    """Return what a browser sent, or an empty dict when it is not in order.

    Parameters
    ----------
    message : str or bytes
        JSON as browsers write it: UTF-8, no NaN, no number that is too large.
    """
    try:
        told = json.loads(message, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(told, dict) or not isinstance(told.get("header"), dict):
        return {}
    return told


def widget_content(content: Any, known: Callable[[str], bool]) -> dict[str, Any] | None:
    """Return a widget's own message, made anew; None when it is anything else, too deep or too long.

    Only ``custom`` messages pass: ``update`` would write into the widget's state.

    Parameters
    ----------
    content : Any
        The content of a ``comm_msg``.
    known : callable
        Whether a widget may be spoken to.
    """
    if not isinstance(content, dict):
        return None
    comm_id, data = content.get("comm_id"), content.get("data")
    if not isinstance(comm_id, str) or not known(comm_id) or not isinstance(data, dict):
        return None
    if data.get("method") != "custom" or "content" not in data:
        return None
    try:
        said = _copy(data["content"], DEEPEST, [MOST_PARTS])
    except ValueError:
        return None
    return {"comm_id": comm_id, "data": {"method": "custom", "content": said}}


def _copy(value: Any, depth: int, left: list[int]) -> Any:
    """Return a copy that can be written as JSON; ValueError where it is too deep or has too many parts."""
    left[0] -= 1
    if depth < 0 or left[0] < 0:
        raise ValueError("too deep or too many parts")
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, dict):
        return {whole(name): _copy(part, depth - 1, left) for name, part in value.items()}
    if isinstance(value, list):
        return [_copy(part, depth - 1, left) for part in value]
    return value


def whole(text: str) -> str:
    """Return a text without halves of characters: a phone that cuts an emoji in two leaves one, and no UTF-8 has it."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError(written)
    return number
