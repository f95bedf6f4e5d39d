"""Whatever people do in whatever order: what was worked out step by step equals what is worked out from scratch."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kasuskit.form import Form, Record, load_form
from kasuskit.form import compiler as compiler_module
from kasuskit.form.compiler import compile_workbook
from kasuskit.form.definition import QUESTION_TYPES, Question
from kasuskit.form.typed import Unreadable, canonical
from kasuskit.form.workbook import read_workbook
from kasuskit.messages import KasusError

NOW = "2026-10-05T09:00:00+08:00"

# Everything leans on everything: sums decide relevance, relevance hides repeats, repeats follow repeats, choices and
# constraints look into other rows. Some of it ODK's engines read differently, so that no form of ours may hold it.
TANGLED = """
| survey |                   |            |       |                      |                      |                   |
|        | type              | name       | label | relevant             | required             | repeat_count      |
|        | integer           | n          | N     |                      |                      |                   |
|        | select_one yt     | ada        | Ada   |                      |                      |                   |
|        | calculate         | dobel      |       |                      |                      |                   |
|        | begin_group       | blok       | Blok  | ${ada} != 'tidak'    |                      |                   |
|        | begin_repeat      | korban     | K     | ${dobel} != 6        |                      |                   |
|        | text              | nama       | N     |                      | yes                  |                   |
|        | integer           | umur       | U     | ${nama} != 'x'       |                      |                   |
|        | select_one kab    | kab        | Kab   |                      |                      |                   |
|        | select_one desa   | desa       | Desa  | ${kab} != ''         | ${n} > 3             |                   |
|        | calculate         | ke         |       |                      |                      |                   |
|        | calculate         | tua        |       |                      |                      |                   |
|        | begin_group       | blok_anak  | BA    | ${umur} < 18         |                      |                   |
|        | begin_repeat      | anak       | A     |                      |                      |                   |
|        | text              | adik       | Adik  |                      | ${umur} < 10         |                   |
|        | integer           | u          | U     |                      |                      |                   |
|        | calculate         | gabung     |       |                      |                      |                   |
|        | end_repeat        |            |       |                      |                      |                   |
|        | end_group         |            |       |                      |                      |                   |
|        | calculate         | jml_anak   |       |                      |                      |                   |
|        | calculate         | sebelum    |       | ${nama} != 'y'       |                      |                   |
|        | end_repeat        |            |       |                      |                      |                   |
|        | calculate         | rata       |       |                      |                      |                   |
|        | end_group         |            |       |                      |                      |                   |
|        | begin_repeat      | terlapor   | T     |                      |                      |                   |
|        | text              | nt         | NT    |                      |                      |                   |
|        | select_multiple b | bentuk     | B     |                      |                      |                   |
|        | integer           | ns         | NS    | ${u_semua} < 9       |                      |                   |
|        | begin_repeat      | saksi      | S     |                      |                      | ${ns}             |
|        | text              | s          | S     | ${nt} != ''          | ${muda} = 1          |                   |
|        | end_repeat        |            |       |                      |                      |                   |
|        | end_repeat        |            |       |                      |                      |                   |
|        | begin_repeat      | hub        | H     | ${n} != 1            |                      | count(${korban})  |
|        | calculate         | hk         |       |                      |                      |                   |
|        | text              | hc         | HC    | ${hk} != 'x'         |                      |                   |
|        | begin_repeat      | hb         | HB    |                      |                      | count(${terlapor}) |
|        | text              | jenis      | J     |                      | ${hk} != ''          |                   |
|        | calculate         | ht         |       |                      |                      |                   |
|        | calculate         | hh         |       |                      |                      |                   |
|        | end_repeat        |            |       |                      |                      |                   |
|        | begin_repeat      | bukti      | BU    |                      |                      |                   |
|        | text              | benda      | BE    |                      | yes                  |                   |
|        | end_repeat        |            |       |                      |                      |                   |
|        | end_repeat        |            |       |                      |                      |                   |
|        | calculate         | semua      |       |                      |                      |                   |
|        | calculate         | muda       |       |                      |                      |                   |
|        | calculate         | jml_korban |       |                      |                      |                   |
|        | calculate         | adik_semua |       |                      |                      |                   |
|        | calculate         | u_semua    |       |                      |                      |                   |
|        | begin_group       | penutup    | P     | ${u_semua} > 5 or ${muda} > 1 |             |                   |
|        | text              | akhir      | Akhir | ${ada} = 'ya' or ${n} > 0 | ${semua} != ''  |                   |
|        | integer           | dalam      | D     |                      |                      |                   |
|        | end_group         |            |       |                      |                      |                   |
|        | note              | pesan      | Jumlah ${jml_korban}: ${semua}; ${dalam} | |           |                   |
| choices |           |       |       |       |
|         | list_name | name  | label | kab   |
|         | yt        | ya    | Ya    |       |
|         | yt        | tidak | Tidak |       |
|         | kab       | a     | A     |       |
|         | kab       | b     | B     |       |
|         | desa      | a1    | A1    | a     |
|         | desa      | a2    | A2    | a     |
|         | desa      | b1    | B1    | b     |
|         | b         | f     | F     |       |
|         | b         | p     | P     |       |
|         | b         | s     | S     |       |
| checks  |           |             |          |            |                                    |                 |
|         | name      | fields      | severity | moment     | when                               | message         |
|         | C1        | akhir       | error    | completion | ${muda} > 1                        | ${jml_korban}   |
|         | C2        | nama umur   | warning  | live       | ${umur} < 5 and ${jml_anak} > 0    | ${tua}          |
|         | C3        | adik nama   | info     | live       | ${adik} = ${nama}                  | ${gabung}       |
|         | C4        | jenis       | error    | live       | ${jenis} = ${ht}                   | ${hh}           |
|         | C5        | n nama      | warning  | live       | ${umur} = ${n}                     | ${nama}         |
|         | C6        | korban      | warning  | completion | ${rata} > 20                       | ${rata}         |
|         | C7        | blok_anak   | info     | live       | ${jml_anak} = 0                    | ${nama}         |
"""
RULES = {
    "n": {"constraint": ". <= ${jml_korban} + 5"},
    "dobel": {"calculation": "${n} * 2"},
    "umur": {"constraint": ". < 100 and . >= ${n}"},
    "desa": {"choice_filter": "kab = ${kab} and (${n} != 5 or name = 'b1')"},
    "ke": {"calculation": "position(..)"},
    "tua": {"calculation": "if(${umur} > ${rata}, 'ya', 'tidak')"},
    "gabung": {"calculation": "concat(${nama}, '-', ${adik}, '-', position(..), '/', ${ke})"},
    "u": {"default": "3", "constraint": ". <= ${jml_anak} * 2"},
    "jml_anak": {"calculation": "count(${anak})"},
    "sebelum": {"calculation": "indexed-repeat(${nama}, ${korban}, ${ke} - 1)"},
    "rata": {"calculation": "sum(${umur}) div count(${korban})"},
    "nt": {"default": "t"},
    "bentuk": {"constraint": "count-selected(.) <= ${jml_korban}"},
    "hk": {"calculation": "indexed-repeat(${nama}, ${korban}, position(..))"},
    "ht": {"calculation": "indexed-repeat(${nt}, ${terlapor}, position(..))"},
    "hh": {"calculation": "concat(${hk}, '~', ${ht}, '~', ${jenis}, '~', ${hc})"},
    "semua": {"calculation": "join(';', ${hh})"},
    "muda": {"calculation": "count(${korban}[${umur} < 18])"},
    "jml_korban": {"calculation": "count(${korban})"},
    "adik_semua": {"calculation": "join(',', ${gabung})"},
    "u_semua": {"calculation": "sum(${u})"},
    "dalam": {"constraint": ". < ${u_semua}"},
}

VALUES = {
    "n": ["", "0", "1", "2", "3", "5", "8", "tiga"],
    "ada": ["", "ya", "tidak", "mungkin"],
    "korban/nama": ["", "x", "y", "Maria"],
    "korban/umur": ["", "3", "9", "17", "30", "150", "muda"],
    "korban/kab": ["", "a", "b"],
    "korban/desa": ["", "a1", "b1", "zz"],
    "korban/anak/adik": ["", "y", "Anis"],
    "korban/anak/u": ["", "1", "4"],
    "terlapor/nt": ["", "y", "T"],
    "terlapor/bentuk": ["", "f", "s p", "f p s"],
    "terlapor/ns": ["", "0", "1", "2", "x"],
    "terlapor/saksi/s": ["", "lihat"],
    "hub/hc": ["", "c"],
    "hub/hb/jenis": ["", "y", "suami"],
    "hub/bukti/benda": ["", "kayu"],
    "akhir": ["", "selesai"],
    "dalam": ["", "2", "7"],
}
LISTS = ["korban", "korban/anak", "terlapor", "hub/bukti"]


def tangled() -> Form:
    """Return the tangled form, compiled without the rules on what ODK's engines read differently."""
    heading, *_ = [line for line in TANGLED.splitlines() if "| name " in line and "| relevant " in line]
    columns = ["calculation", "constraint", "choice_filter", "default"]
    lines = []
    for line in TANGLED.strip().splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if line == heading:
            line += " | ".join(columns) + " |"
        elif len(cells) > 7 and not cells[1] and cells[3] in RULES:
            line += " | ".join(RULES[cells[3]].get(column, "") for column in columns) + " |"
        lines.append(line)
    patched = pytest.MonkeyPatch()
    try:
        patched.setattr(compiler_module.dialect, "disagreements", lambda *_: ())
        compiled = compile_workbook(read_workbook("\n".join(lines)))
    finally:
        patched.undo()
    return Form.from_json(compiled.json)


@pytest.fixture(scope="module")
def form() -> Form:
    form = tangled()
    assert all(name in form.nodes for name in RULES)
    assert {each.rpartition("/")[2] for each in VALUES} == {
        node.name for node in form.nodes.values() if isinstance(node, Question) and node.asked
    }
    return form


def _address(path: str, keys: tuple[int, ...]) -> str:
    *repeats, name = path.split("/")
    return "/".join([*(f"{repeat}[{key}]" for repeat, key in zip(repeats, keys, strict=False)), name])


KEYS = st.tuples(st.sampled_from([1, 1, 2, 2, 3]), st.sampled_from([1, 1, 2, 3]))
SETS = st.sampled_from(sorted(VALUES)).flatmap(
    lambda path: st.tuples(st.just("set"), st.builds(_address, st.just(path), KEYS), st.sampled_from(VALUES[path]))
)
ADDS = st.tuples(st.just("add"), st.builds(_address, st.sampled_from(LISTS), KEYS), st.sampled_from(["", "1", "3"]))
ROWS = st.tuples(
    st.sampled_from(["remove", "restore"]),
    st.builds(
        lambda path, keys, key: f"{_address(path, keys)}[{key}]", st.sampled_from(LISTS), KEYS, st.integers(1, 3)
    ),
    st.just(""),
)
OPERATIONS = st.lists(st.one_of(SETS, SETS, SETS, ADDS, ROWS), max_size=20)
# Most of what can be done needs rows to do it in, and answers for others to lean on.
BEGINNING = [
    ("set", "ada", "ya"), ("set", "n", "2"),
    ("add", "korban", ""), ("set", "korban[1]/nama", "Maria"), ("set", "korban[1]/umur", "9"),
    ("set", "korban[1]/kab", "a"), ("set", "korban[1]/desa", "a1"), ("add", "korban[1]/anak", ""),
    ("add", "korban[1]/anak", ""), ("set", "korban[1]/anak[1]/adik", "y"),
    ("add", "korban", ""), ("set", "korban[2]/nama", "y"), ("set", "korban[2]/umur", "30"),
    ("add", "terlapor", ""), ("set", "terlapor[1]/bentuk", "f s"), ("set", "terlapor[1]/ns", "1"),
    ("set", "terlapor[1]/saksi[1]/s", "lihat"), ("add", "terlapor", ""), ("set", "hub[1]/hb[1]/jenis", "t"),
    ("set", "hub[2]/hb[2]/jenis", "suami"), ("set", "akhir", "selesai"), ("set", "dalam", "2"),
]  # fmt: skip


def do(record: Record, entry: tuple[str, str, str]) -> str:
    try:
        record.do(*entry)
    except KasusError as error:
        return error.code
    return ""


def state(record: Record) -> dict[str, Any]:
    """Return what a record has worked out: all cells of all present rows, and every finding."""
    cells: dict[str, Any] = {
        at: (row.relevance.get(node.name), row.cells.get(node.name, "") if isinstance(node, Question) else "")
        for at, node, row in record.cells()
    }
    return cells | {"answers": record.answers(), "findings": record.findings(lang="en")}


def observed(record: Record) -> dict[str, Any]:
    """Return all that a record says, asked as a screen asks, also about rows that are not there."""
    said: dict[str, Any] = {"live": record.findings(moment="live"), "rows": {}}
    for at, node, _ in list(record.cells()):
        cell: list[Any] = [record.relevant(at)]
        if isinstance(node, Question):
            cell += [record.value(at), record.required(at), record.choices(at), record.label(at), record.unreadable(at)]
        elif node.type == "repeat":
            said["rows"][at] = record.rows(at)
        said[at] = cell
    for path in VALUES:
        for keys in ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1)):
            at = _address(path, keys)
            if at not in said:
                said[at] = _asked_in_vain(record, at)
    return state(record) | {"said": said}


def _asked_in_vain(record: Record, at: str) -> tuple[Any, ...]:
    try:
        return (record.value(at), record.relevant(at), record.required(at))
    except KasusError as error:
        assert error.code == "F132"
        return ("", False, False)


@given(OPERATIONS)
@example([("set", "hub[3]/bukti[1]/benda", ""), ("add", "hub[3]/bukti", "")])  # refused: it leaves no row behind
@example([("set", "n", "3"), ("set", "korban[1]/nama", "x"), ("set", "n", "1"), ("set", "n", "2")])
@settings(max_examples=settings().max_examples * 2)
def test_step_by_step_equals_from_scratch(form: Form, operations: list[tuple[str, str, str]]) -> None:
    record = Record(form, now=NOW)
    done = []
    for entry in [*BEGINNING, *operations]:
        refused = do(record, entry)
        if not refused:
            done.append(entry)
    again = Record(form, now=NOW)
    assert again.replay(done) == ()
    assert observed(record) == observed(again)
    record._work_all()
    assert observed(record) == observed(again)


@pytest.mark.parametrize("path", VALUES)
def test_every_single_answer_equals_from_scratch(form: Form, path: str) -> None:
    """Each value after each other, in several rows: one answer alone must reach all that leans on it."""
    record = Record(form, now=NOW)
    record.replay(BEGINNING)
    for keys in ((1, 1), (2, 1), (1, 2)):
        at = _address(path, keys)
        try:
            held = record.typed(at)
        except KasusError:
            continue
        for value in (each for pair in product(VALUES[path], repeat=2) for each in pair):
            record.set(at, value)
            step_by_step = state(record)
            record._work_all()
            assert step_by_step == state(record), (at, value)
        record.set(at, held)


@given(OPERATIONS)
@settings(max_examples=settings().max_examples // 2)
def test_every_single_step_equals_from_scratch(form: Form, operations: list[tuple[str, str, str]]) -> None:
    """The same, looked at after each step: a fault that the next step would mend does not hide."""
    record, done = Record(form, now=NOW), []
    for entry in [*BEGINNING, *operations[:10]]:
        if do(record, entry):
            continue
        done.append(entry)
        again = Record(form, now=NOW)
        again.replay(done)
        assert state(record) == state(again), entry


@given(OPERATIONS)
def test_a_refused_operation_changes_nothing(form: Form, operations: list[tuple[str, str, str]]) -> None:
    record = Record(form, now=NOW)
    for entry in [*BEGINNING, *operations]:
        before = state(record)
        if do(record, entry):
            assert state(record) == before


@given(OPERATIONS)
def test_asking_changes_nothing(form: Form, operations: list[tuple[str, str, str]]) -> None:
    record = Record(form, now=NOW)
    record.replay([*BEGINNING, *operations])
    before = state(record)
    said = observed(record)
    assert (state(record), observed(record)) == (before, said)


@given(OPERATIONS)
def test_an_answer_taken_back_leaves_no_trace(form: Form, operations: list[tuple[str, str, str]]) -> None:
    record = Record(form, now=NOW)
    record.replay([*BEGINNING, *operations])
    before = state(record)
    for path, values in VALUES.items():
        at = _address(path, (1, 1))
        try:
            held = record.typed(at)
        except KasusError:
            continue
        for value in values:
            record.set(at, value)
        record.set(at, held)
        assert state(record) == before, at


@given(OPERATIONS, st.sampled_from(["korban", "terlapor"]), st.integers(1, 2))
def test_a_row_removed_and_restored_leaves_no_trace(
    form: Form, operations: list[tuple[str, str, str]], repeat: str, key: int
) -> None:
    record = Record(form, now=NOW)
    record.replay([*BEGINNING, *operations])
    if key in record.rows(repeat):
        before = state(record)
        record.remove(f"{repeat}[{key}]")
        record.restore(f"{repeat}[{key}]")
        assert state(record) == before


@given(OPERATIONS)
def test_a_record_written_down_and_read_again_says_the_same(form: Form, operations: list[tuple[str, str, str]]) -> None:
    record = Record(form, now=NOW)
    record.replay([*BEGINNING, *operations])
    # all that is asked now, blank or not: a default that was wiped must stay wiped, a row with nothing in it must stay
    asked = {at: record.value(at) for at, node, _ in record.cells() if isinstance(node, Question) and node.asked}
    again = Record.from_answers(form, asked, now=NOW)
    assert again.answers() == record.answers()
    assert {at: again.value(at) for at in asked} == asked
    twice = Record.from_answers(form, {at: again.value(at) for at in asked}, now=NOW)
    assert state(twice) == state(again)


def test_reading_the_answers_alone_gives_the_same_answers(form: Form) -> None:
    record = Record(form, now=NOW)
    record.replay([*BEGINNING, ("set", "korban[2]/nama", "Rosa"), ("set", "hub[2]/hb[1]/jenis", "suami")])
    assert Record.from_answers(form, record.answers(), now=NOW).answers() == record.answers()


# what people type -------------------------------------------------------------------------------------------

TYPED = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"[ ]?[0-9]{1,4}[-/., ][0-9a-z]{1,4}[-/., ][0-9]{1,4}[ ]?", fullmatch=True),
    st.from_regex(r"[+-]?[0-9]{0,12}[.,]?[0-9]{0,12}", fullmatch=True),
    st.from_regex(r"[0-9]{1,2}[.:][0-9]{2}([.:][0-9]{2})?", fullmatch=True),
    st.dates().map(str),
    st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "+08:00"),
    st.lists(st.sampled_from(["a", "b", "c", "zz", ""])).map(" ".join),
)


@given(st.sampled_from(QUESTION_TYPES), TYPED)
@settings(max_examples=settings().max_examples * 10)
@example("dateTime", "2026-10-03t08:00")
@example("dateTime", "2026-10-03T")
@example("text", "\u1100\u1161 \u11a8")
def test_what_is_kept_stays_as_it_is_when_read_again(kind: str, text: str) -> None:
    names = ("a", "b", "c")
    try:
        kept = canonical(kind, text, names)
    except Unreadable:
        return
    assert canonical(kind, kept, names) == kept


@given(st.text(max_size=30))
def test_a_label_can_hold_anything_people_type(text: str) -> None:
    form = load_form("\n".join(["| survey | | | |", "| | type | name | label |", "| | text | a | A |",
                                "| | note | b | Halo ${a}! |"]))  # fmt: skip
    record = Record.from_answers(form, {"a": text}, now=NOW)
    assert record.label("b") == f"Halo {record.value('a')}!"
