"""A NIK: read, explained, compared, made for practice, and judged as the form's own rules judge it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kasuskit.form import Record, load_form
from kasuskit.form.areas import areas, find
from kasuskit.form.nik import Difference, compare, explain, parse, practice_nik
from kasuskit.messages import LANGUAGES, KasusError

AT = date(2026, 10, 5)
WOMAN = "5301165212980000"  # Nekamese, 12 December 1998


def test_what_a_nik_says():
    read = parse(WOMAN, AT)
    assert (read.text, read.area) == (WOMAN, "53.01.16")
    assert (read.province, read.regency, read.district) == ("Nusa Tenggara Timur", "Kabupaten Kupang", "Nekamese")
    assert (read.day, read.month, read.year, read.sex) == (12, 12, 1998, "p")
    assert (read.born, read.serial, read.practice) == (date(1998, 12, 12), "0000", True)
    man = parse("5301161212980001", AT)
    assert (man.day, man.sex, man.practice) == (12, "l", False)


@pytest.mark.parametrize(
    "written",
    ["5301 1652 1298 0000", "53.01.16-521298-0000", "530116–521298–0000", " 5301165212980000\n", "53\t01165212980000"],
)
def test_what_stands_between_the_digits_is_forgiven(written):
    assert parse(written, AT).text == WOMAN


def test_names_that_the_list_does_not_know_are_blank():
    read = parse("5301995212980000", AT)
    assert (read.regency, read.district) == ("Kabupaten Kupang", "")
    read = parse("3578015212980000", AT)
    assert (read.area, read.province, read.regency, read.district) == ("35.78.01", "", "", "")


@pytest.mark.parametrize(
    ("digits", "at", "born"),
    [
        ("051026", date(2026, 10, 5), date(2026, 10, 5)),  # born today
        ("061026", date(2026, 10, 5), date(1926, 10, 6)),  # tomorrow cannot be
        ("010116", date(2026, 10, 5), date(2016, 1, 1)),  # 10 years old rather than 110
        ("010125", date(2026, 10, 5), date(2025, 1, 1)),
        ("311299", date(2026, 10, 5), date(1999, 12, 31)),
        ("010127", date(2026, 10, 5), date(1927, 1, 1)),
        ("010100", date(1999, 6, 1), date(1900, 1, 1)),  # 99 years old
        ("290200", date(2026, 10, 5), date(2000, 2, 29)),
        ("290200", date(2105, 1, 1), date(2000, 2, 29)),  # 2100 has no 29 February
        ("290204", date(2003, 1, 1), date(1904, 2, 29)),
        ("290200", date(1999, 1, 1), date(1600, 2, 29)),  # no other year is possible
    ],
)
def test_the_century_comes_from_the_age(digits, at, born):
    assert parse(f"530116{digits}0000", at).born == born


@given(st.dates(date(1916, 10, 6), AT))
def test_nobody_is_born_in_the_future_or_over_a_hundred_and_ten_years_ago(born):
    read = parse(practice_nik("53.01.16", born, "p"), AT)
    assert read.born <= AT
    assert (read.day, read.month, read.year % 100) == (born.day, born.month, born.year % 100)
    assert AT.year - read.year <= 110
    assert read.born == born or born < AT - timedelta(days=365 * 90)


def test_a_nik_is_read_today_when_no_day_is_given():
    today = date.today()
    tomorrow = today + timedelta(days=1)
    assert parse(practice_nik("53.99.01", today, "l")).born == today
    assert parse(practice_nik("53.99.01", tomorrow, "l")).born <= today


@pytest.mark.parametrize(
    ("nik", "practice", "code"),
    [
        ("530116521298000", None, "A820"),
        ("53011652129800000", None, "A820"),
        ("530116521298000O", None, "A820"),
        ("", None, "A820"),
        ("٥٣٠١١٦٥٢١٢٩٨٠٠٠٠", None, "A820"),
        ("5301164012980000", None, "A821"),
        ("5301160012980000", None, "A821"),
        ("5301167212980000", None, "A821"),
        ("5301163212980000", None, "A821"),
        ("5301167106980000", None, "A821"),
        ("5301165213980000", None, "A821"),
        ("5301165200980000", None, "A821"),
        ("5301166902990000", None, "A821"),
        ("5301165212980001", True, "A822"),
        ("5301165212980000", False, "A823"),
    ],
)
def test_a_nik_that_cannot_be_one(nik, practice, code):
    with pytest.raises(KasusError, match=code) as caught:
        parse(nik, AT, practice)
    for lang in LANGUAGES:
        assert caught.value.sentence(lang) and caught.value.way_out(lang)
        assert nik[:15] == "" or nik[:15] not in caught.value.say(lang), "a number that may be real is not repeated"


def test_the_parts_for_teaching_in_both_languages():
    parts = explain(WOMAN, "id", AT)
    assert "".join(part.digits for part in parts) == WOMAN
    assert [part.part for part in parts] == [
        "Provinsi", "Kabupaten/kota", "Kecamatan", "Tanggal lahir", "Bulan lahir", "Tahun lahir", "Nomor urut",
    ]  # fmt: skip
    said = {part.part: part.meaning for part in parts}
    assert said["Kecamatan"].startswith("Nekamese")
    assert "perempuan" in said["Tanggal lahir"] and "40" in said["Tanggal lahir"]
    assert said["Bulan lahir"] == "Desember"
    assert said["Tahun lahir"].startswith("1998") and "27" in said["Tahun lahir"]
    assert "latihan" in said["Nomor urut"]
    english = {part.part: part.meaning for part in explain(parse(WOMAN, AT), "en", AT)}
    assert english["Month of birth"] == "December"
    assert "woman" in english["Day of birth"]


def test_what_the_list_does_not_know_is_said_so():
    old = {part.part: part.meaning for part in explain("5301990101980001", "en", AT)}
    assert "old code" in old["District"]
    assert "a man or boy" in old["Day of birth"]
    assert old["Serial number"].endswith("from 0001")
    elsewhere = {part.part: part.meaning for part in explain("3578010101980001", "id", AT)}
    assert {elsewhere[each] for each in ("Provinsi", "Kabupaten/kota", "Kecamatan")} == {
        "tidak ada dalam daftar kasuskit"
    }


@pytest.mark.parametrize(
    ("nik", "form", "found"),
    [
        (WOMAN, {"sex": "p", "born": date(1998, 12, 12), "area": "53.01.16.2001", "practice": True}, []),
        (WOMAN, {}, []),
        (WOMAN, {"sex": "td", "area": "tidak diketahui"}, []),
        ("9901165212980000", {}, [("R21", "warning")]),
        ("5322165212980000", {}, [("R21", "warning")]),
        ("5301164012980000", {"sex": "l", "born": date(1998, 12, 12)}, [("R22", "error")]),
        (WOMAN, {"sex": "l"}, [("R23", "warning")]),
        ("5301161212980000", {"sex": "p"}, [("R23", "warning")]),
        (WOMAN, {"born": date(1998, 12, 13)}, [("R24", "warning")]),
        (WOMAN, {"born": date(1998, 11, 12)}, [("R24", "warning")]),
        (WOMAN, {"born": date(1989, 12, 12)}, [("R24", "warning")]),
        (WOMAN, {"born": date(1898, 12, 12)}, []),  # two digits of the year are all there is
        (WOMAN, {"area": "53.02"}, [("R25", "info")]),
        (WOMAN, {"area": "53"}, []),
        (WOMAN, {"area": "5302042002"}, [("R25", "info")]),
        (WOMAN, {"practice": False}, [("R26", "error")]),
        ("5301165212980001", {"practice": True}, [("R26", "error")]),
        ("5301165212980001", {"practice": False}, []),
    ],
)
def test_where_a_nik_and_the_form_differ(nik, form, found):
    differences = compare(nik, **form)
    assert [(each.rule, each.severity) for each in differences] == found
    for each in differences:
        assert each.say("id") != each.say("en")
        assert "{" not in each.say("id") + each.say("en")


def test_what_differs_is_told_in_words():
    (sex,) = compare(WOMAN, sex="l")
    assert sex == Difference("R23", "warning", "p", "l")
    assert sex.say("id").startswith("NIK menunjukkan perempuan, formulir menulis laki-laki.")
    (born,) = compare(parse(WOMAN, AT), born=date(1998, 11, 2))
    assert "(12/12/98)" in born.say("en") and "(2/11/1998)" in born.say("en")
    (live,) = compare(WOMAN, practice=False)
    (training,) = compare("5301165212980001", practice=True)
    assert live.say("id") != training.say("id")
    assert training.say("id").startswith("Ini latihan. Gunakan NIK contoh berakhiran 0000.")


def test_a_mismatch_is_never_an_error():
    """R22 and R26 say that it is no NIK for here; what merely differs is a question to ask."""
    mismatches = [
        each
        for nik in (WOMAN, "9999317202980001")
        for each in compare(nik, "l", date(1990, 1, 2), "61.01")
        if each.rule != "R22"
    ]
    assert {each.rule for each in mismatches} == {"R21", "R23", "R24", "R25"}
    assert {each.severity for each in mismatches} == {"warning", "info"}


def test_a_nik_to_compare_needs_its_sixteen_digits():
    with pytest.raises(KasusError, match="A820"):
        compare("530116")


DISTRICTS = [area.code for area in areas() if area.level == "kecamatan"]
BIRTHS = st.dates(date(1927, 1, 1), AT)


@given(st.sampled_from(DISTRICTS), BIRTHS, st.sampled_from("pl"))
def test_a_practice_nik_says_what_it_was_made_of(area, born, sex):
    read = parse(practice_nik(area, born, sex), AT, practice=True)
    assert (read.area, read.born, read.sex, read.district) == (area, born, sex, find(area).name)
    assert compare(read, sex, born, area, practice=True) == []


def test_a_practice_nik_of_a_village_is_one_of_its_district():
    assert practice_nik("53.01.16.2001", date(1998, 12, 12), "p") == WOMAN
    assert practice_nik("5301162001", date(2004, 2, 29), "l") == "5301162902040000"


@pytest.mark.parametrize(
    ("area", "sex", "code"),
    [("53.01", "p", "A824"), ("53.01.99", "p", "A824"), ("Nekamese", "p", "A824"), ("53.99.01", "P", "A825")],
)
def test_a_practice_nik_that_cannot_be_made(area, sex, code):
    with pytest.raises(KasusError, match=code) as caught:
        practice_nik(area, date(1998, 12, 12), sex)
    for lang in LANGUAGES:
        assert caught.value.sentence(lang) and caught.value.way_out(lang)


# The form's own rules ---------------------------------------------------------------------------------------------

FORM = load_form("kasus")
NIK = "korban[1]/nik_korban"
REGENCIES = {"contoh": "53.99", "contoh_lain": "53.98", "kab_kupang": "53.01", "tts": "53.02", "ttu": "53.03",
             "kota_kupang": "53.71", "td": None, "lain": None}  # fmt: skip


def found_by_the_form(nik, sex, born, exact, regency):
    """Return the rules and severities that a record of the form finds at the NIK, R20 as the form's own constraint."""
    record = Record(FORM, now=f"{AT}T09:00:00+08:00")
    record.add("korban")
    record.set("korban[1]/jk_korban", sex)
    record.set("korban[1]/presisi_lahir", "tepat" if exact else "perkiraan")
    record.set("korban[1]/tgl_lahir_korban", born.isoformat())
    record.set("korban[1]/kab_korban", regency)
    record.set(NIK, nik)
    rules = {"F151": "R20", **{f"R{number}": f"R{number}" for number in range(20, 27)}}
    return {
        (rules[finding.code], finding.severity)
        for finding in record.findings()
        if finding.at == NIK and finding.code in rules
    }


def found_by_nik(nik, sex, born, exact, regency):
    try:
        differences = compare(nik, sex, born if exact else None, REGENCIES[regency], practice=True)
    except KasusError as error:
        assert error.code == "A820"
        return {("R20", "error")}
    return {(each.rule, each.severity) for each in differences}


@st.composite
def written_niks(draw):
    """A valid NIK with its birth date and sex; or one with a wrong digit, two swapped, one too few or too many."""
    born, sex = draw(st.dates(date(1917, 1, 1), AT)), draw(st.sampled_from("pl"))
    prefix = draw(
        st.one_of(st.sampled_from(DISTRICTS).map(lambda code: code.replace(".", "")), st.from_regex(r"\A[0-9]{6}\Z"))
    )
    day = born.day + (40 if sex == "p" else 0)
    serial = draw(st.sampled_from(["0000", "0000", "0001", "9999"]))
    digits = list(f"{prefix}{day:02d}{born:%m}{born.year % 100:02d}{serial}")
    how = draw(st.sampled_from(["valid", "digit", "swapped", "short", "long", "letter", "random"]))
    at = draw(st.integers(0, 14))
    if how == "digit":
        digits[at] = draw(st.sampled_from("0123456789"))
    elif how == "swapped":
        digits[at], digits[at + 1] = digits[at + 1], digits[at]
    elif how == "short":
        del digits[at]
    elif how == "long":
        digits.insert(at, "0")
    elif how == "letter":
        digits[at] = draw(st.sampled_from("OlI"))
    elif how == "random":
        digits = list(draw(st.from_regex(r"\A53(01|99)[01][0-9][0-9]{6}0000\Z")))
    return "".join(digits), born, sex


@given(
    written_niks(), st.sampled_from(["same", "same", "p", "l", "td"]), st.integers(-1, 1), st.booleans(),
    st.sampled_from(sorted(REGENCIES)),
)  # fmt: skip
@example(("5399016902000000", date(2000, 2, 29), "p"), "same", 0, True, "contoh")
@example(("5399016902010000", date(2001, 3, 1), "p"), "same", 0, True, "contoh")
@example(("5399014007940000", date(1994, 7, 1), "p"), "same", 0, True, "contoh")
@example(("5499017207940000", date(1994, 7, 1), "l"), "same", 0, True, "contoh")
def test_the_form_and_this_module_find_the_same(written, sex, later, exact, regency):
    nik, born, own_sex = written
    said = (nik, own_sex if sex == "same" else sex, min(born + timedelta(days=later), AT), exact, regency)
    assert found_by_nik(*said) == found_by_the_form(*said)


@pytest.mark.parametrize("province", range(100))
def test_the_form_and_this_module_know_the_same_provinces_and_regencies(province):
    if province == 53:
        prefixes = [f"53{regency:02d}" for regency in range(100)]
    else:
        prefixes = [f"{province:02d}{regency}" for regency in ("01", "22", "79")]
    for prefix in prefixes:
        said = (f"{prefix}015212980000", "p", date(1998, 12, 12), True, "td")
        assert found_by_nik(*said) == found_by_the_form(*said), prefix
