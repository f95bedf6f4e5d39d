"""One record of a form: set an answer, and learn what is relevant, missing, wrong and calculated.

Only what depends on the answer is worked out again. Adding or removing a row works everything out again, which
for a form of 100 questions takes less than half a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from heapq import heappop, heappush
from typing import Any

from kasuskit.form.definition import FormNode, Question, Repeat
from kasuskit.form.findings import Finding, judge_answer, judge_check
from kasuskit.form.form import Form
from kasuskit.form.plan import Judge, Step
from kasuskit.form.rows import MAX_KEY, MAX_ROWS, Row, parse_address
from kasuskit.form.typed import MAX_TEXT, Unreadable, canonical
from kasuskit.form.values import zone_days
from kasuskit.messages import KasusError

Verdict = tuple[str, str]


class Record:
    """The answers to one form and all that follows from them.

    Parameters
    ----------
    form : Form
        The form.
    now : str, optional
        The record's clock, an ISO date-time with zone: what ``today()`` and ``now()`` give. It is kept with the
        record, so that a record valid today stays valid. Default: the time of making it.
    lang : str
        Language of labels inside calculations (``jr:choice-name``).
    """

    def __init__(self, form: Form, now: str | None = None, lang: str = "id") -> None:
        self.form, self.now = form, now or datetime.now().astimezone().isoformat(timespec="seconds")
        self._plan = form.plan
        self._root = self._new_row()
        self._held = False
        self._verdicts: dict[tuple[int, int], tuple[Judge, Row, tuple[Verdict, ...]]] = {}
        clock = {"#now": self.now, "#zone": _zone(self.now), "#lang": lang}
        self._root.cells.update(clock)
        self._apply_defaults(self._root, ())
        self._work_all()

    @classmethod
    def from_answers(cls, form: Form, answers: Mapping[str, str], now: str | None = None, lang: str = "id") -> Record:
        """Return a record that holds the given answers; rows are made as the addresses ask for them.

        Raises
        ------
        KasusError
            As ``set`` does.
        """
        record = cls(form, now, lang)
        for at in answers:
            record._make_rows(at)
        for at, value in answers.items():
            row, node = record._cell(at)
            record._type(row, node, value)
        record._work_all()
        return record

    # answering --------------------------------------------------------------------------------------------

    def set(self, at: str, value: str) -> None:
        """Enter an answer.

        Parameters
        ----------
        at : str
            Address of a cell that takes answers.
        value : str
            The text as typed, or names of choices separated by spaces; blank takes the answer back.

        Raises
        ------
        KasusError
            F130 not an address, F131 no such question, F132 no such row, F133 not answered by people,
            F134 not text, F135 too long. The record is then as it was.
        """
        row, node = self._cell(at)
        self._type(row, node, value)
        if not self._held and (row.parent is None or self._is_present(row)):
            self._spread(self._plan.by_name[node.name], row)

    def add(self, at: str, key: int | None = None) -> str:
        """Add a row to a repeat that people extend (``korban``, ``korban[1]/anak``) and return its address.

        With a ``key`` that is present already, that row is meant and nothing is added.

        Raises
        ------
        KasusError
            F131, F132, F136 rows follow from elsewhere, F137 too many rows, F138 the key belongs to a removed row.
        """
        parent, repeat = self._list(at)
        if key is not None and parent.child(repeat.name, key):
            return f"{at}[{key}]"
        if key is not None and (not 1 <= key <= MAX_KEY or key in parent.gone.get(repeat.name, {})):
            raise KasusError("form.F138", at, key=key)
        key = key or parent.next_key(repeat.name)
        if len(parent.children[repeat.name]) >= MAX_ROWS or key > MAX_KEY:
            raise KasusError("form.F137", at, most=MAX_ROWS)
        row = self._new_row(repeat.name, key, parent)
        row.cells["#"] = len(parent.children[repeat.name]) + 1.0
        self._apply_defaults(row, (*repeat.repeats, repeat.name))
        parent.children[repeat.name].append(row)
        self._work_all()
        return row.address()

    def remove(self, at: str) -> None:
        """Remove a row (``korban[2]``); it can be brought back with ``restore``."""
        parent, repeat, key = self._row_address(at)
        row = parent.child(repeat.name, key)
        if row is None:
            raise KasusError("form.F132", at)
        place = parent.children[repeat.name].index(row)
        del parent.children[repeat.name][place]
        parent.gone.setdefault(repeat.name, {})[key] = (place, row)
        self._work_all()

    def restore(self, at: str) -> None:
        """Bring a removed row back to its place, with its answers; a row that is present stays as it is."""
        parent, repeat, key = self._row_address(at)
        if parent.child(repeat.name, key):
            return
        kept = parent.gone.get(repeat.name, {}).pop(key, None)
        if kept is None:
            raise KasusError("form.F132", at)
        parent.children[repeat.name].insert(kept[0], kept[1])
        self._work_all()

    def do(self, op: str, at: str, value: str = "") -> None:
        """Carry out one entry of an answer log: ``set``, ``add`` (``value`` is the row's key), ``remove``, ``restore``.

        Raises
        ------
        KasusError
            As the method of that name, and F131 for another ``op``.
        """
        if op == "set":
            self.set(at, value)
        elif op == "add":
            self.add(at, int(value) if value.isascii() and value.isdigit() and len(value) < 4 else None)
        elif op == "remove":
            self.remove(at)
        elif op == "restore":
            self.restore(at)
        else:
            raise KasusError("form.F131", at)

    def replay(self, entries: Iterable[tuple[str, str, str]]) -> tuple[KasusError, ...]:
        """Carry out a whole answer log (op, at, value); what follows from answers is worked out as seldom as possible.

        Returns
        -------
        tuple of KasusError
            What this form could not take, for instance a question that a newer version no longer has.
        """
        refused = []
        try:
            for op, at, value in entries:
                if self._held and op != "set":  # which rows there are may follow from the answers so far
                    self._held = False
                    self._work_all()
                self._held = op == "set" and self._plan.timeless
                try:
                    self.do(op, at, value)
                except KasusError as error:
                    refused.append(error)
        finally:
            self._held = False
            self._work_all()
        return tuple(refused)

    # asking -----------------------------------------------------------------------------------------------

    def value(self, at: str) -> str:
        """Return what the cell holds: blank when it is not relevant or its row is not there."""
        row, node = self._cell(at, answered=False)
        return str(row.cells[node.name]) if self._is_present(row) else ""

    def typed(self, at: str) -> str:
        """Return what was entered, as it was entered, relevant or not."""
        row, node = self._cell(at, answered=False)
        return row.typed.get(node.name, "")

    def default(self, at: str) -> str:
        """Return what the form itself puts into a cell at the start; blank when it puts nothing there."""
        row, node = self._cell(at, answered=False)
        step = self._plan.by_name[node.name]
        return canonical(node.type, step.default(row.context)) if step.default is not None else ""

    def relevant(self, at: str) -> bool:
        """Return whether a question, group, repeat or row is to be asked now."""
        address = parse_address(at)
        row = self._find(address.rows)
        if row is None or not self._is_present(row):
            return False
        return True if not address.name else row.relevance.get(self._node(address.name, row).name, False)

    def required(self, at: str) -> bool:
        """Return whether an answer is required now."""
        row, node = self._cell(at, answered=False)
        judge = self.form.judge(node.name)
        return bool(judge and judge.required and self._shown(row, node.name) and judge.required(row.context))

    def choices(self, at: str) -> tuple[str, ...]:
        """Return the names of the choices on offer now, in the list's order."""
        row, node = self._cell(at, answered=False)
        judge = self.form.judge(node.name)
        if judge is None or judge.filter is None:
            return tuple(judge.choices) if judge else ()
        passes = judge.filter
        return tuple(name for name, rows in judge.choices.items() if any(passes((*row.context, each)) for each in rows))

    def label(self, at: str, lang: str = "id") -> str:
        """Return the label of a cell or row, with ``${…}`` filled in."""
        address = parse_address(at)
        row = self._find(address.rows)
        if row is None:
            raise KasusError("form.F132", at)
        return self.form.label(address.name or row.repeat, lang, row.context)

    def rows(self, at: str) -> tuple[int, ...]:
        """Return the keys of a repeat's present rows, in order (``korban``, ``hubungan_korban[1]/hubungan``)."""
        parent, repeat = self._list(at, linked=True)
        return tuple(row.key for row in parent.children[repeat.name]) if self._is_present(parent) else ()

    def findings(self, at: str | None = None, moment: str = "completion", lang: str = "id") -> tuple[Finding, ...]:
        """Return what is missing, wrong or doubtful, in the form's order.

        Parameters
        ----------
        at : str, optional
            Only at this address.
        moment : {"live", "completion"}
            ``live`` leaves out what only matters when the record is handed over (missing answers, checks marked
            ``completion``).
        lang : str
            Language of the messages.
        """
        out = []
        for judge, row, verdicts in self._verdicts.values():
            for kind, detail in verdicts:
                if moment == "live" and (kind == "required" or (judge.check and judge.check.moment != "live")):
                    continue
                shown = row.ancestor(judge.above).address(judge.name)
                if at is None or at == shown:
                    out.append(
                        (self._rank(judge, row), self.form.finding(judge, row.context, shown, kind, detail, lang))
                    )
        return tuple(finding for _, finding in sorted(out, key=lambda pair: pair[0]))

    def answers(self) -> dict[str, str]:
        """Return every relevant cell that people filled, by address, in the form's order."""
        return {at: row.cells[name] for at, row, name in self._asked() if row.cells[name]}

    def cells(self) -> Iterator[tuple[str, FormNode, Row]]:
        """Yield address, node and row of every cell of every present row, groups and repeats included."""
        for row in self._live_rows():
            for node in self.form.level(row.repeat):
                yield row.address(node.name), node, row

    def unreadable(self, at: str) -> str:
        """Return the reason (a key of the domain ``form``) why an entered text cannot be read, else blank."""
        row, node = self._cell(at, answered=False)
        return row.bad.get(node.name, "")

    # inside -----------------------------------------------------------------------------------------------

    def _asked(self) -> Iterator[tuple[str, Row, str]]:
        for at, node, row in self.cells():
            if isinstance(node, Question) and node.asked:
                yield at, row, node.name

    def _live_rows(self) -> Iterator[Row]:
        return self._below(self._root)

    def _below(self, row: Row) -> Iterator[Row]:
        yield row
        for repeat, children in row.children.items():
            if children and row.relevance.get(repeat):
                for child in children:
                    yield from self._below(child)

    def _new_row(self, repeat: str = "", key: int = 0, parent: Row | None = None) -> Row:
        return Row(self.form.blank(repeat), repeat, key, parent)

    def _apply_defaults(self, row: Row, scope: tuple[str, ...]) -> None:
        for step in self.form.defaults.get(scope[-1] if scope else "", ()):
            assert step.default is not None and isinstance(step.node, Question)
            self._type(row, step.node, step.default(row.context))
            row.cells[step.name] = row.clean[step.name]  # the next default may read it

    def _type(self, row: Row, node: Question, value: str) -> None:
        if not isinstance(value, str):
            raise KasusError("form.F134", node.name)
        if len(value) > MAX_TEXT:
            raise KasusError("form.F135", node.name, most=MAX_TEXT)
        try:
            clean = canonical(node.type, value, self.form.choice_names(node))
            row.bad.pop(node.name, None)
        except Unreadable as problem:
            clean = ""
            row.bad[node.name] = problem.reason
        row.typed[node.name], row.clean[node.name] = value, clean

    def _node(self, name: str, row: Row) -> FormNode:
        node = self.form.nodes.get(name)
        if node is None or (node.repeats[-1] if node.repeats else "") != row.repeat:
            raise KasusError("form.F131", row.address(name[:80]))
        return node

    def _find(self, rows: Iterable[tuple[str, int]], made: list[Row] | None = None) -> Row | None:
        """Return the row that an address goes through, also one that is gone.

        With ``made``, linked rows that are not there yet are made, laid aside, and noted in it.
        """
        row = self._root
        for repeat, key in rows:
            node = self._node(repeat, row)
            if not isinstance(node, Repeat):
                raise KasusError("form.F131", row.address(repeat))
            found = row.child(repeat, key)
            if found is None and key in row.gone.get(repeat, {}):
                found = row.gone[repeat][key][1]
            if found is None and made is not None and node.count and key <= MAX_ROWS:
                found = self._new_row(repeat, key, row)
                self._apply_defaults(found, (*node.repeats, repeat))
                row.gone.setdefault(repeat, {})[key] = (key, found)
                made.append(found)
            if found is None:
                return None
            row = found
        return row

    def _cell(self, at: str, answered: bool = True) -> tuple[Row, Question]:
        address = parse_address(at)
        made: list[Row] = []
        try:
            row = self._find(address.rows, made if answered else None)
            if row is None:
                raise KasusError("form.F132", at)
            node = self._node(address.name, row)
            if not isinstance(node, Question):
                raise KasusError("form.F131", at)
            if answered and not node.asked:
                raise KasusError("form.F133", at)
        except KasusError:
            for fresh in made:  # what is refused leaves nothing behind
                assert fresh.parent is not None
                del fresh.parent.gone[fresh.repeat][fresh.key]
            raise
        return row, node

    def _list(self, at: str, linked: bool = False) -> tuple[Row, Repeat]:
        address = parse_address(at)
        parent = self._find(address.rows)
        if parent is None:
            raise KasusError("form.F132", at)
        repeat = self._node(address.name, parent)
        if not isinstance(repeat, Repeat):
            raise KasusError("form.F131", at)
        if repeat.count and not linked:
            raise KasusError("form.F136", at)
        return parent, repeat

    def _row_address(self, at: str) -> tuple[Row, Repeat, int]:
        address = parse_address(at)
        if address.name or not address.rows:
            raise KasusError("form.F131", at)
        *outer, (name, key) = address.rows
        parent = self._find(outer)
        if parent is None:
            raise KasusError("form.F132", at)
        repeat = self._node(name, parent)
        if not isinstance(repeat, Repeat):
            raise KasusError("form.F131", at)
        if repeat.count:
            raise KasusError("form.F136", at)
        return parent, repeat, key

    def _make_rows(self, at: str) -> None:
        rows = parse_address(at).rows
        for depth in range(1, len(rows) + 1):
            *outer, (name, key) = rows[:depth]
            parent = self._find(outer, [])
            if parent is None:
                raise KasusError("form.F132", at)
            repeat = self._node(name, parent)
            if isinstance(repeat, Repeat) and not repeat.count and parent.child(name, key) is None:
                if len(parent.children[name]) >= MAX_ROWS:
                    raise KasusError("form.F137", at, most=MAX_ROWS)
                row = self._new_row(name, key, parent)
                self._apply_defaults(row, (*repeat.repeats, name))
                parent.children[name].append(row)
                parent.children[name].sort(key=lambda each: each.key)

    def _is_present(self, row: Row) -> bool:
        while row.parent is not None:
            if row not in row.parent.children[row.repeat] or not row.parent.relevance.get(row.repeat):
                return False
            row = row.parent
        return True

    def _shown(self, row: Row, name: str) -> bool:
        return self._is_present(row) and row.relevance.get(name, False)

    # working things out -----------------------------------------------------------------------------------

    def _rows_of(self, scope: tuple[str, ...], top: Row | None = None, depth: int = 0) -> list[Row]:
        rows = [top or self._root]
        for repeat in scope[depth:]:
            rows = [child for row in rows if row.relevance.get(repeat) for child in row.children[repeat]]
        return rows

    def _work_all(self) -> None:
        if self._held:
            return
        verdicts = self._verdicts = {}
        scopes, settle = self._plan.scopes, self._settle
        found_rows: list[list[Row] | None] = [None] * len(scopes)
        for step in self._plan.steps:
            rows = found_rows[step.scope_at]
            if rows is None:
                rows = found_rows[step.scope_at] = self._rows_of(step.scope)
            for row in rows:
                settle(step, row)
        for judge in self._plan.judges:
            rows = found_rows[judge.scope_at]
            if rows is None:
                rows = found_rows[judge.scope_at] = self._rows_of(judge.scope)
            look = judge_answer if judge.check is None else judge_check
            for row in rows:
                found = look(judge, row)
                if found:
                    verdicts[judge.index, id(row)] = (judge, row, found)

    def _settle(self, step: Step, row: Row) -> None:
        """Work one node out in one row."""
        name = step.name
        relevant = step.group is None or row.relevance[step.group]
        if relevant and step.relevant is not None:
            relevant = step.relevant(row.context)
        row.relevance[name] = relevant
        if step.repeats:
            row.cells[name] = self._rows_inside(step, row) if relevant else []
        elif step.holds:
            if not relevant:
                row.cells[name] = ""
            elif step.calculate is not None:
                row.cells[name] = step.calculate(row.context)
            else:
                row.cells[name] = row.clean.get(name, "")

    def _work(self, step: Step, row: Row) -> bool:
        """Work one node out in one row; return whether relevance or value changed."""
        name = step.name
        was, before = row.relevance.get(name), row.cells.get(name)
        self._settle(step, row)
        if row.relevance[name] is not was:
            return True
        after = row.cells.get(name)
        if not step.repeats:
            return bool(before != after)
        assert before is not None and after is not None
        return len(before) != len(after) or any(one is not two for one, two in zip(before, after, strict=True))

    def _rows_inside(self, step: Step, row: Row) -> list[dict[str, Any]]:
        """Return the cells of a repeat's rows, numbered anew; a counted repeat first gets the rows it should have."""
        if step.count is not None:
            self._follow(row, step.name, self._wanted_keys(step, row))
        children = row.children[step.name]
        for position, child in enumerate(children, 1):
            child.cells["#"] = float(position)
        return [child.cells for child in children]

    def _wanted_keys(self, step: Step, row: Row) -> list[int]:
        if step.linked is not None:
            other = self.form.nodes[step.linked]
            source = row.ancestor(len(other.repeats))
            return [each.key for each in source.children[step.linked]] if source.relevance.get(step.linked) else []
        assert step.count is not None
        count = step.count(row.context)
        return list(range(1, int(min(count, MAX_ROWS)) + 1)) if count == count and count >= 1 else []

    def _follow(self, row: Row, repeat: str, keys: list[int]) -> None:
        """Give a counted repeat the rows with these keys, in this order; the others are kept aside."""
        present = {child.key: child for child in row.children[repeat]}
        if list(present) == keys:
            return
        gone = row.gone.setdefault(repeat, {})
        rows: list[Row] = []
        for key in keys:
            child = present.pop(key, None)
            if child is None and key in gone:
                child = gone.pop(key)[1]
            if child is None:
                child = self._new_row(repeat, key, row)
                child.cells["#"] = len(rows) + 1.0
                node = self.form.nodes[repeat]
                self._apply_defaults(child, (*node.repeats, repeat))
            rows.append(child)
        gone.update({key: (key, child) for key, child in present.items()})
        row.children[repeat] = rows

    def _spread(self, start: Step, row: Row) -> None:
        """Work out what one changed answer changes, each node once, in order."""
        waiting: list[tuple[int, int, Step, Row]] = [(start.index, id(row), start, row)]
        judges: dict[tuple[int, int], tuple[Judge, Row]] = {}
        queued = {(start.index, id(row))}
        first = True
        while waiting:
            _, _, step, here = heappop(waiting)
            changed = self._work(step, here)
            if changed and isinstance(step.node, Repeat):
                self._work_all()
                return
            if not changed and not first:
                continue
            first = False
            for target, depth in self._plan.reaches[step.name]:
                for other in self._affected(target, here, depth):
                    mark = (target.index, id(other))
                    if isinstance(target, Judge):
                        judges[mark] = (target, other)
                    elif mark not in queued:
                        queued.add(mark)
                        heappush(waiting, (target.index, id(other), target, other))
        for judge, other in judges.values():
            self._judge(judge, other)

    def _affected(self, target: Step | Judge, row: Row, depth: int) -> Iterable[Row]:
        if target.scope and depth == target.depth and depth == len(row.context) - 1:
            return (row,)
        if not target.scope:
            return (self._root,)
        return self._rows_of(target.scope, row.ancestor(depth), depth)

    def _judge(self, judge: Judge, row: Row) -> None:
        verdicts = judge_answer(judge, row) if judge.check is None else judge_check(judge, row)
        mark = (judge.index, id(row))
        if verdicts:
            self._verdicts[mark] = (judge, row, verdicts)
        else:
            self._verdicts.pop(mark, None)

    def _rank(self, judge: Judge, row: Row) -> tuple[Any, ...]:
        shown = row.ancestor(judge.above)
        place: list[Any] = [self.form.place(judge.name)]
        while shown.parent is not None:
            place[:0] = [self.form.place(shown.repeat), shown.cells.get("#", 0.0)]
            shown = shown.parent
        return (tuple(place), judge.index)


def _zone(now: str) -> float:
    tail = now[19:]
    while tail and tail[0] not in "+-Z":
        tail = tail[1:]
    return zone_days(tail)
