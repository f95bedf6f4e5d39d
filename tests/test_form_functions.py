"""Each function of the dialect gives what JavaRosa gives (``tests/oracle`` asks JavaRosa itself)."""

from __future__ import annotations

import math
import re

import pytest

from kasuskit.form import Form, Record, load_form
from kasuskit.form.functions import FUNCTIONS, REFUSED
from kasuskit.form.runner import ExpressionError, Place, compile_tree
from kasuskit.form.xpath import Call, parse, walk
from kasuskit.messages import LANGUAGES, text

NOW = "2026-10-05T09:30:15+08:00"

FORM = """
| survey  |                        |        |        |
|         | type                   | name   | label  |
|         | text                   | kosong | Kosong |
|         | text                   | a      | A      |
|         | integer                | n      | N      |
|         | date                   | tgl    | Tgl    |
|         | select_one kab         | kab    | Kab    |
|         | select_multiple bentuk | bentuk | Bentuk |
|         | begin_repeat           | korban | Korban |
|         | text                   | nama   | Nama   |
|         | integer                | umur   | Umur   |
|         | begin_repeat           | anak   | Anak   |
|         | text                   | adik   | Adik   |
|         | end_repeat             |        |        |
|         | end_repeat             |        |        |
| choices |                        |        |        |
|         | list_name | name    | label::id       | label::en        | kode |
|         | kab       | tts     | Timor Tengah S. | South C. Timor   | 5304 |
|         | kab       | malaka  | Malaka          | Malaka           | 5321 |
|         | bentuk    | fisik   | Fisik           | Physical         | f    |
|         | bentuk    | seksual | Seksual         | Sexual           | s    |
"""

ANSWERS = {
    "a": "halo dunia",
    "n": "7",
    "tgl": "2026-03-04",
    "kab": "malaka",
    "bentuk": "fisik seksual",
    "korban[1]/nama": "Maria",
    "korban[1]/umur": "30",
    "korban[1]/anak[1]/adik": "Anis",
    "korban[1]/anak[2]/adik": "Yuli",
    "korban[2]/nama": "Rosa",
    "korban[3]/umur": "9",
    "korban[3]/anak[1]/adik": "Domi",
}

INF, NAN = math.inf, math.nan

# function: {expression: value}
ROWS: dict[str, dict[str, object]] = {
    # kinds
    "string": {"string(1.50)": "1.5", "string(0.1 + 0.2)": "0.30000000000000004", "string(1 div 0)": "Infinity",
               "string('' + 1)": "NaN", "string(true())": "true", "string(${kosong})": "", "string(3.0)": "3"},
    "number": {"number(' -3.50 ')": -3.5, "number('')": NAN, "number('abc')": NAN, "number('5.')": 5.0,
               "number('1e3')": NAN, "number(true())": 1.0, "number('.5')": 0.5, "number(${n})": 7.0},
    "boolean": {"boolean(0)": False, "boolean('' + 1)": False, "boolean('0')": True, "boolean('')": False,
                "boolean(-1)": True},
    "true": {"true()": True, "string(true())": "true"},
    "false": {"false()": False, "number(false())": 0.0},
    "not": {"not(true())": False, "not(${kosong} != '')": True, "not(0)": True},
    "boolean-from-string": {"boolean-from-string('1')": True, "boolean-from-string('TRUE')": True,
                            "boolean-from-string('2')": False, "boolean-from-string('')": False},
    # text
    "string-length": {"string-length('Ndolu')": 5.0, "string-length('')": 0.0, "string-length('Roté')": 4.0,
                      "string-length(12.0)": 2.0},
    "normalize-space": {"normalize-space('  a \n b ')": "a b", "normalize-space('')": ""},
    "concat": {"concat('a', 1, true())": "a1true", "concat('a')": "a", "concat(${nama}, '!')": "MariaRosa!"},
    "join": {"join('-', 'a', '', 'b')": "a--b", "join(', ', ${nama})": "Maria, Rosa, ", "join('', 1, 2)": "12"},
    "contains": {"contains('suami', 'am')": True, "contains('suami', '')": True, "contains('', 'a')": False,
                 "contains('Suami', 's')": False},
    "starts-with": {"starts-with('suami', 'su')": True, "starts-with('suami', '')": True,
                    "starts-with('suami', 'am')": False},
    "ends-with": {"ends-with('suami', 'mi')": True, "ends-with('suami', 'su')": False, "ends-with('a', 'aa')": False},
    "substr": {"substr('hello', 1)": "ello", "substr('hello', 1, -1)": "ell", "substr('hello', -2)": "lo",
               "substr('hello', 3, 1)": "", "substr('hello', 10)": "", "substr('hello', -9, 2)": "he",
               "substr('hello', number(''))": "hello", "substr('hello', 0, 1 div 0)": "hello"},
    "substring-before": {"substring-before('a-b-c', '-')": "a", "substring-before('abc', 'x')": "",
                         "substring-before('abc', '')": ""},
    "substring-after": {"substring-after('a-b-c', '-')": "b-c", "substring-after('abc', 'x')": "",
                        "substring-after('abc', '')": "abc"},
    "translate": {"translate('abc', 'ab', 'x')": "xc", "translate('0812', '0123456789', 'XXXXXXXXXX')": "XXXX",
                  "translate('aa', 'aa', 'bc')": "bb", "translate('abc', '', 'x')": "abc"},
    "regex": {"regex('5304', '^[0-9]{4}$')": True, "regex('x5304', '[0-9]{4}')": False, "regex('', '^$')": True,
              "regex('a', '^[')": False, "regex('a', '^a{99999999999}$')": False, "regex('٣', '^[0-9]$')": False,
              "regex('٣', '^\\d$')": False, "regex('a\nb', '^a$')": False},
    # choices
    "selected": {"selected(${bentuk}, 'seksual')": True, "selected(${bentuk}, 'seks')": False,
                 "selected(${kosong}, 'fisik')": False, "selected(' a  b ', 'b')": True,
                 "selected('a b', concat('', 'b'))": True, "selected('', '')": True, "selected('a', '')": False},
    "selected-at": {"selected-at(${bentuk}, 0)": "fisik", "selected-at(${bentuk}, 1.7)": "seksual",
                    "selected-at(${bentuk}, 2)": "", "selected-at(${bentuk}, -1)": "", "selected-at('', 0)": ""},
    "count-selected": {"count-selected(${bentuk})": 2.0, "count-selected('')": 0.0, "count-selected(' a  b ')": 2.0},
    "jr:choice-name": {"jr:choice-name(${kab}, '${kab}')": "Malaka",
                       "jr:choice-name('tts', '${kab}')": "Timor Tengah S.",
                       "jr:choice-name('lain', '${kab}')": "", "jr:choice-name('', ' ${ bentuk } ')": ""},
    "coalesce": {"coalesce('', 'x')": "x", "coalesce(${n}, 'x')": "7", "coalesce('', '')": ""},
    "checklist": {"checklist(1, 2, true(), false())": True, "checklist(-1, 1, true(), true())": False,
                  "checklist(1, -1, '')": False, "checklist(2, -1, 'a', 1, 0)": True},
    # numbers
    "int": {"int(3.7)": 3.0, "int(-3.7)": -3.0, "int('x')": NAN, "int(1 div 0)": INF},
    "floor": {"floor(-0.5)": -1.0, "floor(2.9)": 2.0, "floor(-1 div 0)": -INF, "floor('')": NAN},
    "ceiling": {"ceiling(2.1)": 3.0, "ceiling(-2.9)": -2.0, "ceiling(1 div 0)": INF},
    "abs": {"abs(-3)": 3.0, "abs('')": NAN},
    "sqrt": {"sqrt(9)": 3.0, "sqrt(-1)": NAN},
    "exp": {"exp(0)": 1.0, "exp(1000)": INF, "exp(-1000)": 0.0},
    "exp10": {"exp10(2)": 100.0, "exp10(400)": INF},
    "log": {"log(1)": 0.0, "log(0)": -INF, "log(-1)": NAN},
    "log10": {"log10(1000)": 3.0, "log10(0)": -INF},
    "sin": {"sin(0)": 0.0, "sin(1 div 0)": NAN},
    "cos": {"cos(0)": 1.0, "cos('')": NAN},
    "tan": {"tan(0)": 0.0, "tan(1 div 0)": NAN},
    "asin": {"asin(0)": 0.0, "asin(2)": NAN},
    "acos": {"acos(1)": 0.0, "acos(-2)": NAN},
    "atan": {"atan(0)": 0.0, "atan(1 div 0)": math.pi / 2},
    "round": {"round(2.5)": 3.0, "round(-2.5)": -2.0, "round(0.49999999999999994)": 0.0, "round(1.005, 2)": 1.01,
              "round(2.675, 2)": 2.68, "round(1250, -2)": 1300.0, "round(-1250, -2)": -1200.0, "round(1, 400)": NAN,
              "round(1, -400)": NAN, "round(1, 1 div 0)": NAN, "round(2.6, number(''))": 3.0, "round('x')": NAN,
              "round(1 div 0)": INF, "round(123456789012345680)": 123456789012345680.0},
    "pow": {"pow(2, 10)": 1024.0, "pow(0, -1)": INF, "pow(-8, 0.5)": NAN, "pow(-10, 309)": -INF, "pow(10, 400)": INF},
    "pi": {"pi()": math.pi, "floor(pi())": 3.0},
    "atan2": {"atan2(1, 1)": math.pi / 4, "atan2(0, -1)": math.pi},
    # dates
    "today": {"today()": "2026-10-05", "substr(today(), 0, 4)": "2026"},
    "now": {"now()": NOW, "string-length(now())": 25.0},
    "date": {"date('2026-03-04')": "2026-03-04", "date('2026-02-30')": "", "date('')": "",
             "date('2026-03-04T23:00:00.000+08:00')": "2026-03-04", "date(${tgl})": "2026-03-04"},
    "date-time": {"date-time('2026-03-04T05:06:07.000+08:00')": "2026-03-04T05:06:07.000+08:00", "date-time('')": ""},
    "decimal-date-time": {"decimal-date-time('2026-03-04T00:00:00.000+08:00')": 20515 + 16 / 24,
                          "decimal-date-time('2026-03-04')": 20515 + 16 / 24,
                          "decimal-date-time('1970-01-01T00:00:00Z')": 0.0, "decimal-date-time('')": NAN,
                          "decimal-date-time('2026-02-30')": NAN, "decimal-date-time(2.5)": 2.5},
    "decimal-time": {"decimal-time('06:00')": 0.25, "decimal-time('12:00:00.000+08:00')": 0.5,
                     "decimal-time('24:00')": NAN, "decimal-time('x')": NAN},
    "format-date": {"format-date(${tgl}, '%d/%m/%Y %e %n %b %y %a %%')": "04/03/2026 4 3 Mar 26 Wed %",
                    "format-date('x', '%Y')": "", "format-date('', '%Y')": "", "format-date(${tgl}, '%Q')": "%Q"},
    "format-date-time": {
        "format-date-time('2026-03-04T05:06:07.089+08:00', '%H:%M:%S.%3 %h')": "05:06:07.089 5",
        "format-date-time('2026-03-04', '%W')": "10", "format-date-time(now(), '%H.%M')": "09.30"},
    # lists
    "count": {"count(${korban})": 3.0, "count(${anak})": 3.0, "count(${korban}[${umur} > 10])": 1.0,
              "count(${korban}[${umur} = ''])": 1.0, "count(${korban}[umur = 9])": 1.0, "count(${korban}[2])": 1.0,
              "count(${korban}[9])": 0.0, "count(${anak}[${nama} = 'Maria'])": 2.0,
              "count(${anak}[adik = 'Domi'])": 1.0},
    "count-non-empty": {"count-non-empty(${nama})": 2.0, "count-non-empty(${adik})": 3.0,
                        "count-non-empty(${kosong})": 0.0},
    "sum": {"sum(${umur})": 39.0, "sum(${kosong})": 0.0, "sum(${nama})": NAN},
    "min": {"min(3, 1, '')": 1.0, "min(${umur})": 9.0, "min('')": NAN, "min('x', 2)": 2.0, "min(2, 'x')": 2.0},
    "max": {"max(3, 1, '')": 3.0, "max(${umur}, 50)": 50.0, "max('')": NAN, "max('x', 2)": 2.0},
    # the record
    "if": {"if(${n} > 6, 'ya', 'tidak')": "ya", "if('', 1, 2)": 2.0, "if(true(), '', 'x')": ""},
    "once": {"once(${n})": "sudah ada", "once('baru')": "sudah ada"},
    "current": {"current()": "sudah ada", "concat(current(), '!')": "sudah ada!"},
    "position": {},  # in the test of rows below
    "indexed-repeat": {"indexed-repeat(${nama}, ${korban}, 2)": "Rosa", "indexed-repeat(${nama}, ${korban}, 4)": "",
                       "indexed-repeat(${nama}, ${korban}, 0)": "", "indexed-repeat(${nama}, ${korban}, '')": "",
                       "indexed-repeat(${nama}, ${korban}, 1.5)": "Maria",
                       "indexed-repeat(${adik}, ${korban}, 1, ${anak}, 2)": "Yuli"},
    "instance": {"instance('kab')/root/item[name = ${kab}]/kode": ["5321"],
                 "instance('kab')/root/item[kode > 5000][2]/name": ["malaka"],
                 "instance('kab')/root/item[2]/kode": ["5321"], "instance('kab')/root/item[7]/kode": [],
                 "instance('kab')/root/item/name": ["tts", "malaka"]},
    "uuid": {"string-length(uuid())": 36.0, "uuid() != uuid()": True},
    "random": {"random() < 1": True, "random() >= 0": True},
}  # fmt: skip

IN_ROWS = {
    "position(..)": [1.0, 2.0, 3.0],
    "${umur} > 10": [True, False, False],
    "count(${anak})": [2.0, 0.0, 1.0],
    "join('+', ${adik})": ["Anis+Yuli", "", "Domi"],
    "indexed-repeat(${adik}, ${anak}, 1)": ["Anis", "", "Domi"],
    "indexed-repeat(${nama}, ${korban}, position(..) + 1)": ["Rosa", "", ""],
    "count(${korban}[${umur} > 0])": [1.0, 0.0, 1.0],
}


@pytest.fixture(scope="module")
def form() -> Form:
    return load_form(FORM)


@pytest.fixture(scope="module")
def record(form: Form) -> Record:
    record = Record.from_answers(form, ANSWERS, now=NOW)
    record._root.cells["kosong"] = ""
    return record


def evaluate(form: Form, record: Record, expression: str, at: str = "kosong", row: object = None) -> object:
    context = record._root.context if row is None else row.context
    return compile_tree(form.spec, parse(expression), Place(form.nodes[at]), "v")(context)


@pytest.mark.parametrize("expression", [each for rows in ROWS.values() for each in rows])
def test_a_function_gives(form: Form, record: Record, expression: str) -> None:
    wanted = next(rows[expression] for rows in ROWS.values() if expression in rows)
    at = "kosong"
    if "once" in expression or "current" in expression:
        record, at = Record.from_answers(form, {"a": "sudah ada", "n": "7"}, now=NOW), "a"
    found = evaluate(form, record, expression, at)
    assert type(found) is type(wanted)
    assert found == wanted or (found != found and wanted != wanted), found


@pytest.mark.parametrize("expression", IN_ROWS)
def test_a_function_in_a_row_gives(form: Form, record: Record, expression: str) -> None:
    rows = [record._find((("korban", key),)) for key in (1, 2, 3)]
    assert [evaluate(form, record, expression, "umur", row) for row in rows] == IN_ROWS[expression]


def test_once_takes_the_first_value(form: Form) -> None:
    record = Record(form, now=NOW)
    assert evaluate(form, record, "once(concat('b', 'aru'))", "a") == "baru"


def test_current_is_the_cell_itself_also_among_the_choices(form: Form, record: Record) -> None:
    found = evaluate(form, record, "instance('kab')/root/item[name = current()]/kode", "kab")
    assert found == ["5321"]


def test_every_function_is_tried_twice_and_more() -> None:
    every = [*(each for rows in ROWS.values() for each in rows), *IN_ROWS]
    uses = {name: 0 for name in FUNCTIONS}
    for expression in every:
        for call in {node.name for node in walk(parse(expression)) if isinstance(node, Call)}:
            uses[call] += 1
    assert {name for name, count in uses.items() if count < 2} == set()
    assert set(ROWS) == set(FUNCTIONS)
    for name, rows in ROWS.items():
        for expression in rows:
            assert any(isinstance(node, Call) and node.name == name for node in walk(parse(expression))), expression


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_refuses_too_few_and_too_many(form: Form, name: str) -> None:
    function = FUNCTIONS[name]
    wrong = ([function.least - 1] if function.least else []) + ([] if function.most is None else [function.most + 1])
    assert wrong
    for count in wrong:
        with pytest.raises(ExpressionError) as caught:
            compile_tree(form.spec, Call(name, (parse("1"),) * count), Place(form.nodes["kosong"]), "v")
        assert caught.value.reason == "F124"


@pytest.mark.parametrize("name", [*REFUSED, "tidak-ada", "jr:tidak-ada"])
def test_a_function_that_is_not_ours_is_refused_with_a_reason(form: Form, name: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_tree(form.spec, parse(f"{name}('a')"), Place(form.nodes["kosong"]), "v")
    assert caught.value.reason == "F122"
    for lang in LANGUAGES:
        assert text(f"form.{caught.value.values['reason'] or 'fn-unknown'}", lang)


def test_no_function_is_both_ours_and_refused() -> None:
    assert not set(FUNCTIONS) & set(REFUSED)


# expression: (reason, a word of the values)
UNUSABLE = {
    "${tidak_ada}": ("F120", "tidak_ada"),
    "sum(${korban})": ("F121", "korban"),
    "concat(${korban})": ("F121", "korban"),
    "count-non-empty(${korban})": ("F121", "korban"),
    "${korban} = ''": ("F121", "korban"),
    "-${korban}": ("F121", "korban"),
    "if(${korban}, 1, 2)": ("F121", "korban"),
    "1 + ${korban}[1]": ("F121", "korban"),
    "sum(${korban}[umur > 1])": ("F121", "korban"),
    "instance('tidak_ada')/root/item/name": ("F123", "tidak_ada"),
    "position(.)": ("F125", "position"),
    "position(${korban})": ("F125", "position"),
    "position(..)": ("F125", "position"),
    "indexed-repeat(${nama}, ${anak}, 1)": ("F125", "indexed-repeat"),
    "indexed-repeat(${nama}, ${korban}, 1, ${anak})": ("F125", "indexed-repeat"),
    "indexed-repeat('nama', ${korban}, 1)": ("F125", "indexed-repeat"),
    "indexed-repeat(${adik}, ${anak}, 1)": ("F125", "indexed-repeat"),
    "indexed-repeat(${tidak_ada}, ${korban}, 1)": ("F120", "tidak_ada"),
    "jr:choice-name(${kab}, ${kab})": ("F125", "jr:choice-name"),
    "jr:choice-name(${kab}, '${a}')": ("F120", "a"),
    "/data/a": ("F126", "data"),
    "../a": ("F126", ".."),
    "tidak_ada": ("F126", "tidak_ada"),
    "instance('kab')/kode": ("F126", "instance('kab')"),
    "instance('kab')[1]/root/item/kode": ("F126", "instance('kab')"),
    "instance('kab')/root[1]/item/kode": ("F126", "instance('kab')"),
    "instance('kab')/a/item/kode": ("F126", "instance('kab')"),
    "instance('kab')": ("F126", "instance()"),
    "instance(${kab})/root/item/kode": ("F126", "instance()"),
    "a": ("F127", "a"),
    "instance('kab')/root/item/kolom": ("F128", "kolom"),
    "${a}[1]/b": ("F129", "a"),
    "${korban}[1]/tidak_ada": ("F120", "tidak_ada"),
    "${korban}/anak/adik": ("F126", "anak/adik"),
}


@pytest.mark.parametrize("expression", UNUSABLE)
def test_what_cannot_be_used_here_is_refused(form: Form, expression: str) -> None:
    reason, word = UNUSABLE[expression]
    with pytest.raises(ExpressionError) as caught:
        compile_tree(form.spec, parse(expression), Place(form.nodes["kosong"]), "v")
    assert caught.value.reason == reason
    assert word in caught.value.values.values()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_labels_inside_calculations_follow_the_language(form: Form, lang: str) -> None:
    record = Record.from_answers(form, ANSWERS, now=NOW, lang=lang)
    wanted = {"id": "Timor Tengah S.", "en": "South C. Timor"}[lang]
    assert evaluate(form, record, "jr:choice-name('tts', '${kab}')") == wanted


def test_a_new_uuid_each_time(form: Form, record: Record) -> None:
    found = {evaluate(form, record, "uuid()") for _ in range(20)}
    assert len(found) == 20
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(each)) for each in found)
