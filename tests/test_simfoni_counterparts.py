"""The table of counterparts: what cannot be used is refused with its row and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from kasuskit.form import Choice
from kasuskit.messages import KasusError, KasusErrors
from kasuskit.simfoni.counterparts import COLUMNS, Counterparts

HEAD = ",".join(COLUMNS)


def written(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "simfoni_petaan.csv"
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "code", "said"),
    [
        ("jk,td,,mungkin,a,b,I", "M706", "mungkin"),
        ("agama,islam,Islam,kesimpulan,,,I", "M707", "agama, islam"),
        ("jk,td,,tidak_ada,a,,I", "M708", "jk, td"),
        ("jk,td,,belum_pasti,,,I", "M708", "jk, td"),
        ("jk,td,Perempuan,tidak_ada,a,b,I", "M708", "jk, td"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(tmp_path, row, code, said):
    with pytest.raises(KasusErrors) as refused:
        Counterparts(written(tmp_path, "agama,islam,Islam,kesimpulan,,,I", row))
    assert refused.value.code == "M704"
    assert [error.code for error in refused.value.errors] == [code]
    for lang in ("id", "en"):
        told = refused.value.say(lang)
        assert said in told and "simfoni_petaan.csv, baris/row 3" in told


def test_all_mistakes_come_at_once(tmp_path):
    with pytest.raises(KasusErrors) as refused:
        Counterparts(written(tmp_path, "a,b,,x,,,", "", "c,d,,y,,,"))
    assert [error.place for error in refused.value.errors] == [
        "simfoni_petaan.csv, baris/row 2", "simfoni_petaan.csv, baris/row 4",
    ]  # fmt: skip


def test_a_missing_column_is_refused(tmp_path):
    with pytest.raises(KasusErrors) as refused:
        Counterparts(written(tmp_path, head=HEAD.replace("keyakinan,", "")))
    assert [error.code for error in refused.value.errors] == ["M705"]
    assert "keyakinan" in refused.value.say()


def test_an_empty_or_a_missing_file_is_refused(tmp_path):
    (tmp_path / "kosong.csv").write_text("")
    with pytest.raises(KasusError) as refused:
        Counterparts(tmp_path / "kosong.csv")
    assert refused.value.code == "M704"
    with pytest.raises(KasusError) as refused:
        Counterparts(tmp_path / "tidak-ada.csv")
    assert refused.value.code == "F107"


def test_the_forms_own_column_comes_first_and_the_table_adds_the_doubt(tmp_path):
    table = Counterparts(
        written(tmp_path, "kerja,*,,kesimpulan,,,I", "kerja,b,,belum_pasti,ragu,doubt,I", "kerja,c,Lain,kesimpulan,,,")
    )
    choice = {name: Choice(name, {}, {"simfoni": label, "sumber": "S2"}) for name, label in (("a", "A"), ("b", "B"))}
    assert table.of("kerja", choice["a"])[:2] == ("A", "kesimpulan")
    assert table.of("kerja", choice["b"])[:3] == ("B", "belum_pasti", {"id": "ragu", "en": "doubt"})
    assert table.of("kerja", Choice("c", {}, {"sumber": "S9"})) == ("Lain", "kesimpulan", {"id": "", "en": ""}, "S9")
    assert table.of("lain", choice["a"]) == ("A", "bersumber", {}, "S2")
    assert table.of("lain", Choice("d", {}, {}))[:2] == ("", "tidak_ada")
