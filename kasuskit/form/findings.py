"""What can be said against an answer, and how it is found."""

from __future__ import annotations

from dataclasses import dataclass

from kasuskit.form.definition import Question
from kasuskit.form.plan import Judge
from kasuskit.form.rows import Row

KINDS = ("required", "constraint", "choice", "type", "check")
SEVERITIES = ("info", "warning", "error")
MOMENTS = ("live", "completion")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something missing, wrong or doubtful in a record.

    ``kind`` is one of ``KINDS``; ``code`` names the check (``R07``) or, for the other kinds, our message
    (``F150`` …). ``why`` and ``source`` say where a check comes from; both may be blank.
    """

    at: str
    kind: str
    code: str
    severity: str
    message: str
    why: str = ""
    source: str = ""


def judge_answer(judge: Judge, row: Row) -> tuple[tuple[str, str], ...]:
    """Return (kind, detail) of what is wrong with one answer in one row: at most one of each kind."""
    name = judge.name
    if not row.relevance.get(name):
        return ()
    if name in row.bad:
        return (("type", row.bad[name]),)
    value = row.cells[name]
    if not value:
        return (("required", ""),) if judge.required is not None and judge.required(row.context) else ()
    found: tuple[tuple[str, str], ...] = ()
    if judge.constraint is not None and not judge.constraint(row.context):
        found = (("constraint", ""),)
    if judge.choices:
        foreign = _foreign_choice(judge, row, value)
        if foreign:
            found = (*found, ("choice", foreign))
    return found


def _foreign_choice(judge: Judge, row: Row, value: str) -> str:
    """Return the first chosen name that is not on offer, else blank."""
    assert isinstance(judge.node, Question)
    for name in value.split() if judge.node.type == "select_multiple" else (value,):
        rows = judge.choices.get(name)
        if rows is None:
            return name
        passes = judge.filter
        if passes is not None and not any(passes((*row.context, each)) for each in rows):
            return name
    return ""


_FIRES = (("check", ""),)


def judge_check(judge: Judge, row: Row) -> tuple[tuple[str, str], ...]:
    """Return whether a check of the sheet ``checks`` fires in one row of its context."""
    shown = row if judge.above == judge.depth else row.ancestor(judge.above)
    if shown.relevance.get(judge.name) and judge.when is not None and judge.when(row.context):
        return _FIRES
    return ()
