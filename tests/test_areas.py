"""The list of areas: true to its source, found however a name is spelt, and joined with a fuller table."""

from __future__ import annotations

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kasuskit.form import areas
from kasuskit.form.area_spelling import LEVEL_WORDS, letters, level_of, parent_code, plain_code, sound
from kasuskit.messages import LANGUAGES, KasusError, KasusErrors
from kasuskit.places import data_dir

# Districts by regency, as domain.md section 7 counts them.
DISTRICTS = {"53.01": 24, "53.02": 32, "53.03": 24, "53.71": 6}
PROGRAMME = {
    "53.01.16.2001": "Oelomin", "53.01.16.2006": "Tunfeu", "53.01.17.2004": "Niukbaun", "53.01.17.2006": "Nekbaun",
    "53.01.08.2010": "Oebelo", "53.01.09.2001": "Oesena", "53.02.03.2007": "Ajaobaki", "53.02.02.2001": "Biloto",
    "53.02.04.2002": "Oelet", "53.03.15.2005": "Kuenak", "53.03.21.2004": "Maubesi",
}  # fmt: skip
OEEKAM = {"53.02.04.2012", "53.02.05.2003", "53.02.26.2004"}
SQL = """-- Provinsi NUSA TENGGARA TIMUR
INSERT INTO wilayah (kode, nama)
VALUES
('53','Nusa Tenggara Timur'),
('53.02','Kab Timor Tengah Selatan'),
('53.02.10','KI''E'),
('53.02.10.2013','Naile''u'),
('53.02.20','Kot olin'),
('53.02.08.2002','Nunle"u');

-- Provinsi lain
INSERT INTO wilayah (kode, nama)
VALUES
('61','Kalimantan Barat'),
('61.01','Kabupaten Sambas'),
('61.01.09','Sajingan Besar'),
('61.01.09.2001','Kaliau''');
"""


@pytest.fixture(autouse=True)
def user_folder(tmp_path, monkeypatch):
    """Give each test a data folder of its own."""
    folder = tmp_path / "data"
    monkeypatch.setenv("KASUSKIT_DATA", str(folder))
    return folder


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a table and gives its path."""

    def table(content, name="tabel.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return table


# the kit's own list -----------------------------------------------------------------------------------------------


def test_every_area_has_a_parent_a_level_and_a_source():
    codes = [area.code for area in areas.areas()]
    assert len(set(codes)) == len(codes)
    for area in areas.areas():
        assert plain_code(area.code) == area.code
        assert area.parent == parent_code(area.code)
        assert area.parent in codes or area.level == "provinsi"
        assert area.practice or area.level == level_of(area.code)
        assert area.name and area.source and area.confidence
        assert all(sound(alias) and alias == alias.strip() for alias in area.aliases)


def test_the_regencies_have_all_their_districts():
    regencies = {area.code for area in areas.children("53") if not area.practice}
    assert regencies == DISTRICTS.keys()
    for code, count in DISTRICTS.items():
        assert len(areas.children(code)) == count
        assert {area.level for area in areas.children(code)} == {"kecamatan"}
    assert [area.name for area in areas.children("53.71")] == [
        "Alak", "Maulafa", "Kelapa Lima", "Oebobo", "Kota Raja", "Kota Lama",
    ]  # fmt: skip
    assert areas.children("") == (areas.find("53"),)


def test_the_twelve_villages_of_the_programme_with_the_doubt_about_one():
    assert {area.code: area.name for area in areas.areas() if area.programme == "ya"} == PROGRAMME
    perhaps = [area for area in areas.areas() if area.programme == "mungkin"]
    assert {area.code for area in perhaps} == OEEKAM
    assert {area.confidence for area in perhaps} == {"belum pasti"}
    assert "kesimpulan" in areas.find("53.03.15.2005").confidence


def test_apostrophes_are_kept():
    names = {area.name for area in areas.areas()}
    assert {"Ki'e", "Kot'olin", "Oe'ekam", "Oe'Ekam"} <= names


def test_practice_areas_are_marked():
    practice = [area for area in areas.areas() if area.practice]
    assert {area.code[:5] for area in practice} == {"53.98", "53.99"}
    assert [area.name for area in practice if area.level == "desa"] == [
        "Desa Contoh D", "Desa Contoh A", "Desa Contoh B", "Desa Contoh C",
    ]  # fmt: skip


# the form's lists -------------------------------------------------------------------------------------------------


def choices(name):
    with (data_dir() / "forms" / "kasus" / "choices.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["list_name"] == name]
    return {row["name"]: row for row in rows if row["kode"] != "-"}


def test_the_regencies_of_the_form_are_in_the_list():
    for row in choices("kab").values():
        label = re.sub(r"\s*\(.*\)", "", row["label::Bahasa Indonesia (id)"])
        assert areas.find(row["kode"]) in areas.search(label), label
    assert {row["kode"] for row in choices("kab").values()} == {area.code for area in areas.children("53")}


def test_the_villages_of_the_form_are_in_the_list_and_in_the_right_district():
    """R54: village, district and regency are one chain, in the form's own lists too."""
    regencies = {name: row["kode"] for name, row in choices("kab").items()}
    villages = {name: row for name, row in choices("desa").items() if plain_code(name)}
    for name, row in villages.items():
        _, regency, district, village = areas.chain(name)
        assert row["kode"] == name == village.code
        assert regencies[row["kab"]] == regency.code
        label = re.fullmatch(r"(.+) \(Kec\. (.+)\)", row["label::Bahasa Indonesia (id)"])
        assert {letters(each) for each in label[1].split("/")} <= {letters(each) for each in village.names}
        assert letters(label[2]) == letters(district.name)
    practice = {area.code for area in areas.areas() if area.practice and area.level == "desa"}
    assert set(villages) == PROGRAMME.keys() | OEEKAM | practice


def test_other_village_means_its_regency():
    regencies = {name: row["kode"] for name, row in choices("kab").items()}
    others = {name: row for name, row in choices("desa").items() if not plain_code(name)}
    assert {row["kab"]: row["kode"] for row in others.values()} == regencies


# looking up -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["53.01.16.2001", "5301162001", " 53.01.16.2001 "])
def test_a_code_with_dots_or_without(code):
    assert areas.find(code).name == "Oelomin"


@pytest.mark.parametrize(
    "code", ["", "53.01.99", "5", "530", "5301162", "53.01.16.4001", "53..01", "Oelomin", "٥٣", "53.01.16.2001.1"]
)
def test_no_such_code(code):
    assert areas.find(code) is None


def test_a_chain_goes_from_the_province_down():
    assert [area.name for area in areas.chain("53.02.10")] == [
        "Nusa Tenggara Timur", "Kabupaten Timor Tengah Selatan", "Ki'e",
    ]  # fmt: skip
    assert [area.code for area in areas.chain("53.01.99.2001")] == ["53", "53.01"]
    assert areas.chain("61.01") == areas.chain("apa") == ()
    assert areas.children("53.01.99") == areas.children("apa") == ()


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Oelomin", ["53.01.16.2001"]),
        ("oe ekam", sorted(OEEKAM)),
        ("OE'EKAM", sorted(OEEKAM)),
        ("Oe’ekam", sorted(OEEKAM)),
        ("Oekam", sorted(OEEKAM)),
        ("Kuanek", ["53.03.15.2005"]),
        ("Nitbaun", ["53.01.17.2004"]),
        ("ajobaki", ["53.02.03.2007"]),
        ("Kie", ["53.02.10"]),
        ("kec. ki'e", ["53.02.10"]),
        ("Kotolin", ["53.02.20"]),
        ("Kot olin", ["53.02.20"]),
        ("Oebello", ["53.01.08.2010", "53.02.06.2003"]),
        ("desa oebelo", ["53.01.08.2010", "53.02.06.2003"]),
        ("TTS", ["53.02"]),
        ("NTT", ["53"]),
        ("Kupang", ["53.01", "53.71"]),
        ("Kab. Kupang", ["53.01"]),
        ("kota kupang", ["53.71"]),
        ("soe", ["53.02.01"]),
        ("mollo", ["53.02.02", "53.02.03", "53.02.22", "53.02.30"]),
        ("contoh a", ["53.99.01.2001"]),
        ("nilulat", ["53.03.16"]),
        ("mo", []),
        ("", []),
        ("'", []),
        ("Atambua", []),
        ("kab. mollo", []),
    ],
)
def test_a_name_however_it_is_spelt(name, codes):
    assert [area.code for area in areas.search(name)] == codes


def test_a_name_that_several_regencies_have_is_told_apart_by_regency():
    assert [area.code for area in areas.search("Oebelo", within="53.02")] == ["53.02.06.2003"]
    assert [area.code for area in areas.search("Oesena", within="5301")] == ["53.01.09.2001"]
    assert areas.search("Oelomin", within="53.02") == ()
    assert areas.search("Oelomin", within="bukan kode") == ()
    assert [area.code for area in areas.search("Kupang", within="53.01")] == [
        "53.01.05", "53.01.06", "53.01.08",
    ]  # fmt: skip


@given(st.data())
def test_any_name_is_found_with_other_capitals_apostrophes_spaces_and_double_letters(data):
    area = data.draw(st.sampled_from(areas.areas()))
    written = ""
    for sign in data.draw(st.sampled_from((area.name, *area.aliases))):
        if sign in "' ":
            written += data.draw(st.sampled_from(["'", "’", "`", " ", "", "''"]))
        elif sign.isalpha():
            written += data.draw(st.sampled_from([sign, sign.upper(), sign.lower(), sign * 2]))
        else:
            written += sign
    assert area in areas.search(written)


# a fuller table ---------------------------------------------------------------------------------------------------

FULLER = [("53.05", "Kabupaten Alor"), ("53.05.07", "Alor Tengah Utara"), ("53.05.07.2010", "Kafakbeka")]


def as_csv(mark=",", dots=True, heading="kode,nama"):
    rows = [heading.replace(",", mark)] if heading else []
    return "\n".join([*rows, *(f"{code if dots else code.replace('.', '')}{mark}{name}" for code, name in FULLER)])


@pytest.mark.parametrize(
    "content",
    [
        as_csv(),
        as_csv(";"),
        as_csv("\t"),
        as_csv(dots=False),
        as_csv(heading=""),
        as_csv(heading="Kode Wilayah,Nama Wilayah"),
        as_csv(heading="ID,Name"),
        "﻿" + as_csv(";") + "\n;\n\n",
        as_csv().replace("\n", "\r\n"),
        as_csv().encode("utf-16"),
        "INSERT INTO `wilayah` VALUES " + ",".join(f"('{code}','{name}')" for code, name in FULLER) + ";",
        "insert into db.wilayah(nama, kode) values " + ", ".join(f'("{n}" , "{c}")' for c, n in FULLER) + ";",
        "INSERT INTO wilayah_pulau (kode,nama,lat) VALUES ('53.05.40001','Pulau',NULL);\n"
        "INSERT INTO wilayah (kode,nama) VALUES\n" + ",\n".join(f"('{c}', '{n}')" for c, n in FULLER) + "\n;",
        "INSERT INTO wilayah_penduduk(kode,nama,pria,wanita) VALUES\n"
        + ",\n".join(f"('{c}','{n}','12',-3.5)" for c, n in FULLER)
        + "\nON CONFLICT DO NOTHING;",
    ],
    ids=[
        "comma", "semicolon", "tab", "no-dots", "no-heading", "long-headings", "english", "mark-and-blank-rows",
        "windows", "utf-16", "sql", "sql-other-order", "sql-islands", "sql-more-columns",
    ],
)  # fmt: skip
def test_a_fuller_table_is_read_however_it_was_exported(table, content):
    done = areas.load_table(table(content))
    assert (done.count, done.kept) == (3, areas.table_file())
    assert [area.name for area in areas.chain("5305072010")] == ["Nusa Tenggara Timur", *(n for _, n in FULLER)]
    assert [area.code for area in areas.search("kafak beka")] == ["53.05.07.2010"]
    assert [area.level for area in areas.chain("53.05.07.2010")] == ["provinsi", "kabupaten", "kecamatan", "desa"]
    assert areas.find("53.05").source.startswith("tabel.csv")
    assert areas.table_problem() is None


def test_the_dump_of_wilayah_with_its_apostrophes(table):
    areas.load_table(table(SQL, "wilayah.sql"))
    assert areas.find("53.02.10.2013").name == "Naile'u"
    assert areas.find("61.01.09.2001").name == "Kaliau'"
    assert areas.search("nunleu") == (areas.find("53.02.08.2002"),)
    assert areas.find("53.02.10").name == "Ki'e", "the kit's own spelling stays"
    assert areas.find("53.02.20").name == "Kot'olin"
    assert areas.find("53.02").name == "Kabupaten Timor Tengah Selatan"


def test_a_backslash_before_an_apostrophe(table):
    areas.load_table(table("INSERT INTO wilayah VALUES ('53.02.10.2013','Naile\\'u \\\\ lama');", "a.sql"))
    assert areas.find("53.02.10.2013").name == "Naile'u \\ lama"


def test_what_the_kit_knows_of_an_area_stays_unless_its_name_is_another(table):
    before = areas.find("53.03.15.2005")
    areas.load_table(table("kode,nama\n53.03.15.2005,KUENAK\n53.03.15,Bikomi Baru\n53.99.01.2001,Desa Nyata\n"))
    assert areas.find("53.03.15.2005") == before
    assert areas.find("53.99.01.2001").name == "Desa Contoh A"
    renamed = areas.find("53.03.15")
    assert (renamed.name, renamed.aliases, renamed.source) == ("Bikomi Baru", ("Bikomi Tengah",), "tabel.csv")
    assert areas.search("Bikomi Tengah") == areas.search("bikomi baru") == (renamed,)


def test_the_kits_own_list_can_be_extended_and_loaded(table):
    own = (data_dir() / "reference" / "wilayah.csv").read_text("utf-8")
    before = areas.areas()
    areas.load_table(table(own + "53.01.16.2009,Taloetan,desa,53.01.16,Talutan,,bersumber,catatan,LBH\n"))
    added = areas.find("53.01.16.2009")
    assert [area for area in areas.areas() if area != added] == list(before)
    assert (added.aliases, added.confidence, added.note, added.source) == (("Talutan",), "bersumber", "catatan", "LBH")


def test_a_new_table_takes_the_place_of_the_earlier_one(table):
    areas.load_table(table(as_csv()))
    areas.load_table(table("kode,nama\n53.06,Kabupaten Flores Timur\n"))
    assert areas.find("53.05") is None
    assert areas.find("53.06").name == "Kabupaten Flores Timur"
    areas.table_file().unlink()
    assert areas.find("53.06") is None


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ("kode,nama\n53.5,Kabupaten Alor\n", "A801", "baris/row 2"),
        ("kode,nama\n53.1,Kabupaten Kupang\n", "A801", "baris/row 2"),
        ("kode,nama\n,Kabupaten Kupang\n", "A801", "baris/row 2"),
        ("kode,nama\n53.01.16.9001,Oelomin\n", "A801", "baris/row 2"),
        ("kode,nama\n53.05,Kabupaten Alor\n53.06.01.2001,Hewa\n", "A802", "baris/row 3"),
        ("kode,nama\n61.01,Kabupaten Sambas\n", "A802", "baris/row 2"),
        ("kode,nama\n53.05,Kabupaten Alor\n5305,Alor\n", "A803", "baris/row 3"),
        ("kode,nama\n53.05,\n", "A804", "baris/row 2"),
        ("kode,nama\n53.05,'\n", "A804", "baris/row 2"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_place_and_the_way_out(table, content, code, place):
    areas.load_table(table(as_csv()))
    with pytest.raises(KasusErrors, match="A800") as caught:
        areas.load_table(table(content, "baru.csv"))
    (error,) = caught.value.errors
    assert error.code == code
    assert error.place == f"baru.csv, {place}"
    assert areas.find("53.05.07.2010").name == "Kafakbeka", "the earlier table stays in use"
    for lang in LANGUAGES:
        assert error.sentence(lang) and error.way_out(lang) and caught.value.way_out(lang)


def test_all_mistakes_come_at_once_but_not_thousands(table):
    rows = [f"53.{number:03d},Nama" for number in range(200)]
    with pytest.raises(KasusErrors) as caught:
        areas.load_table(table("kode,nama\n53.05,Alor\n53.05,Alor\n53.06,\n" + "\n".join(rows)))
    codes = [error.code for error in caught.value.errors]
    assert codes[:3] == ["A803", "A804", "A801"]
    assert codes[-1] == "A809"
    assert "172" in caught.value.errors[-1].sentence()
    assert len(codes) == 31


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ("nama desa,kecamatan\nOelomin,Nekamese\n", "A805", ", baris/row 1"),
        ("kode\n53\n", "A805", ", baris/row 1"),
        ("Catatan rapat\n", "A805", ", baris/row 1"),
        ("INSERT INTO wilayah (id_wil, judul) VALUES (1,'x');", "A805", ", baris/row 1"),
        ("", "A807", ""),
        ("\n\n", "A807", ""),
        ("kode,nama\n", "A807", ""),
        (";;\n", "A807", ""),
        ("INSERT INTO wilayah VALUES\n('53','NTT'),\n('53.05','Kabup", "A808", ", baris/row 3"),
        ("INSERT INTO wilayah VALUES\n('53','NTT'),\n", "A808", ", baris/row 3"),
        ("INSERT INTO wilayah VALUES\n('53','NTT')\n('53.05','Alor');", "A808", ", baris/row 2"),
        ("INSERT INTO wilayah VALUES\n('53','NTT'),\n('53.02.10','Ki'e');", "A808", ", baris/row 3"),
        ("INSERT INTO wilayah VALUES\n('53','NTT'),\n('53.05');", "A808", ", baris/row 3"),
        ('kode,nama\n53.05,"Alor\n', "F106", ", baris/row 2"),
        ("kode,nama\n53.05,Álor\n".encode("latin-1"), "F103", ""),
        (b"PK\x03\x04\x00\x00", "F103", ""),
    ],
)
def test_a_file_that_is_no_table_is_refused(table, content, code, place):
    areas.load_table(table(as_csv()))
    with pytest.raises(KasusError) as caught:
        areas.load_table(table(content, "baru.csv"))
    assert (caught.value.code, caught.value.place) == (code, f"baru.csv{place}")
    assert areas.find("53.05.07.2010").name == "Kafakbeka"
    for lang in LANGUAGES:
        assert caught.value.sentence(lang) and caught.value.way_out(lang)


def test_a_file_that_is_not_there(tmp_path):
    for path in (tmp_path / "tidak-ada.csv", tmp_path):
        with pytest.raises(KasusError, match="F101"):
            areas.load_table(path)


@pytest.mark.parametrize(
    "content",
    [
        "kode,nama\n53,NUSA TENGGARA TIMUR\n5305,TIMOR TENGAH UTARA\n",
        "kode,nama\n5305,Timor Tengah Utara\n5305024,Bikomi Nilulat\n",
        "kode,nama\n53.03,Kab. Kupang\n",
        "kode;nama\n5305024;Bikomi Nilulat\n5305024001;Inbate\n",
        "53.05.024,Bikomi Nilulat\n53.05.024.001,Inbate\n",
        "kode,nama\n5303100001,A\n5303100002,B\n5303101001,C\n",
    ],
)
def test_the_codes_of_the_statistics_office_are_told_apart(table, content):
    with pytest.raises(KasusError, match="A806") as caught:
        areas.load_table(table(content))
    assert "BPS" in caught.value.sentence()
    assert "53.03" in caught.value.way_out("en")
    assert not areas.table_file().exists()


def test_one_wrong_code_does_not_make_a_table_of_the_statistics_office(table):
    with pytest.raises(KasusErrors) as caught:
        areas.load_table(table(as_csv() + "\n5305077,Petleng\n"))
    assert [error.code for error in caught.value.errors] == ["A801"]


def test_a_regency_of_the_same_name_elsewhere_is_no_sign_of_the_statistics_office(table):
    areas.load_table(table("kode,nama\n61,Kalimantan Barat\n61.01,Kabupaten Kupang\n"))
    assert areas.find("61.01").name == "Kabupaten Kupang"


def test_a_folder_that_cannot_be_written(table, user_folder):
    user_folder.write_text("a file, not a folder")
    with pytest.raises(KasusError, match="A810") as caught:
        areas.load_table(table(as_csv()))
    assert caught.value.place.endswith("wilayah.csv")
    for lang in LANGUAGES:
        assert caught.value.sentence(lang) and caught.value.way_out(lang)
    assert areas.find("53.01").name == "Kabupaten Kupang"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"kode,nama\n53.05,\n", b"", b'kode,nama\n53,"NTT'])
def test_a_kept_table_that_got_damaged_leaves_the_kits_own_list(table, content):
    areas.load_table(table(as_csv()))
    areas.table_file().write_bytes(content)
    assert areas.find("53.05") is None
    assert areas.find("53.01").name == "Kabupaten Kupang"
    assert areas.table_problem() is not None
    areas.load_table(table(as_csv()))
    assert areas.table_problem() is None


@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(st.sampled_from(["53", "53.05", "5305024", "kode", "nama", ",", "\n", '"', "'", "Alor", ";"])).map(
            lambda parts: "".join(parts).encode()
        ),
        st.lists(st.sampled_from(["INSERT INTO wilayah VALUES", "('53','NTT')", ",", ";", "(", "'", "\\", "\n"])).map(
            lambda parts: "".join(parts).encode()
        ),
    )
)
def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("tabel") / "apa.csv"
    path.write_bytes(content)
    try:
        done = areas.load_table(path)
    except KasusError as error:
        assert error.way_out("id") and error.way_out("en")
    else:
        assert done.count >= 1
    assert areas.find("53.01") is not None


def test_every_word_for_a_level_names_one():
    assert set(LEVEL_WORDS.values()) == {"provinsi", "kabupaten", "kota", "kecamatan", "desa", "kelurahan"}
    assert level_of("53.71.01.1001") == "kelurahan"
    assert level_of("53.71") == "kota"
