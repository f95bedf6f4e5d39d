"""The other sheets: record, story, answer key, ready-for-entry sheet, code book."""

from __future__ import annotations

import pytest

from kasuskit.form import Question, load_form
from kasuskit.form.definition import pick
from kasuskit.messages import KasusErrors
from kasuskit.paper import entry_sheet, page_count, print_codebook, print_key, print_record, print_story
from kasuskit.paper.labels import numbers
from kasuskit.paper.outline import Heading, Line, outline
from kasuskit.training import list_cases, load_case
from tests.paper_text import pages, reader, says, squeezed
from tests.small_case import KEY, make_case


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return make_case(tmp_path_factory.mktemp("case"))


@pytest.fixture
def record(case):
    return case.key_record()


def every_page_says(pdf, *words):
    for page in pages(pdf):
        for word in words:
            assert word in page
    return True


# record ----------------------------------------------------------------------------------------------------------


def test_a_record_holds_labels_answers_and_findings(record):
    record.set("tgl_kejadian", "2026-10-20")
    record.set("korban[1]/nama_korban", "")
    made = print_record(record, "Catatan K90", "K90")
    assert every_page_says(made, "LATIHAN – bukan kasus nyata", "Kode kasus: K90", "Halaman")
    assert says(made, "Tanggal kejadian 20/10/2026")
    assert says(made, "Nama belum diisi")
    assert says(made, "Bentuk kekerasan Psikis")
    assert says(made, "R01")
    assert says(made, "Kejadian sesudah lapor. Tanggal tertukar.")
    assert "FASILITATOR" not in " ".join(pages(made))


def test_a_record_without_findings_says_so(record):
    assert says(print_record(record), "Tidak ada yang perlu diperbaiki.")
    assert says(print_record(record, lang="en"), "Nothing needs mending.")


def test_the_outline_names_each_person_and_leaves_out_empty_headings(record):
    items = outline(record, "id")
    headings = [item.text for item in items if isinstance(item, Heading)]
    assert headings == ["A. Laporan", "B. Korban", "Korban 1", "Korban 2", "C. Keinginan", "Keinginan 1"]
    lines = {item.at: item.answer for item in items if isinstance(item, Line)}
    assert lines["korban[2]/bentuk"] == "Psikis"
    assert "keinginan_korban[2]/keinginan" not in lines  # not required, not answered


def test_unreadable_answers_are_printed_as_typed(record):
    record.set("tgl_lapor", "lusa")
    assert says(print_record(record), "Tanggal lapor lusa")


# story -----------------------------------------------------------------------------------------------------------


def test_a_story_has_its_title_note_and_all_its_words(case):
    made = print_story(case)
    assert every_page_says(made, "LATIHAN – bukan kasus nyata", "Kode kasus: K90", "SAPA 129")
    text = squeezed(" ".join(pages(made)))
    assert squeezed(case.title) in text and squeezed("Tentang isi cerita: Kekerasan fisik.") in text
    for number, paragraph in enumerate(case.story.paragraphs, 1):
        for sentence in paragraph.split(". "):
            assert squeezed(sentence) in text
        assert f"({number})" in text


def test_printing_a_story_never_reads_its_key(tmp_path):
    case = make_case(tmp_path, key="not a key at all")
    assert page_count(print_story(case)) >= 1
    with pytest.raises(Exception, match="T205"):
        print_key(case)


@pytest.mark.parametrize("name", [card.id for card in list_cases()])
def test_no_story_holds_answers_that_the_story_itself_does_not_say(name):
    case = load_case(name)
    text = squeezed(" ".join(pages(print_story(case))))
    own = squeezed(" ".join(case.story.paragraphs))
    told = 0
    for field in case.key.values():
        for words in (
            field.reason,
            field.unsaid,
            field.hint,
            *field.misread.values(),
            field.answer if field.free else "",
        ):
            if len(words) > 25 and squeezed(words) not in own:
                told += 1
                assert squeezed(words) not in text, (field.at, words)
    assert told > 40
    assert page_count(print_story(case)) <= 2


# key -------------------------------------------------------------------------------------------------------------


def test_a_key_holds_answer_sentence_reason_and_trap(case):
    made = print_key(case)
    assert every_page_says(made, "HANYA UNTUK FASILITATOR", "LATIHAN")
    assert says(made, "Hanya untuk fasilitator. Jangan dibagikan")
    for field in case.key.values():
        assert says(made, field.reason)
        assert not field.unsaid or says(made, field.unsaid)
        for span in field.quotes:
            quote = case.story.paragraphs[span.paragraph][span.start : span.end]
            assert says(made, f"“{quote}” (alinea {span.paragraph + 1})")
        for why in field.misread.values():
            assert says(made, why)
    assert says(made, "≠ Lainnya: Tamparan sudah ada namanya: fisik.")
    assert says(made, "Juga benar: Mama Maria")
    assert says(made, "kata-kata bebas")
    for trap in case.settings["traps"]:
        assert says(made, trap)


def test_a_key_holds_the_notes_for_the_debriefing(tmp_path):
    case = make_case(tmp_path)
    assert not says(print_key(case), "Bahan untuk membahas bersama")
    settings = case.folder / "kasus.toml"
    settings.write_text(settings.read_text("utf-8") + 'debrief = """\nSatu\nkalimat.\n\nDua.\n"""\n', "utf-8")
    assert says(print_key(load_case(case.folder)), "Bahan untuk membahas bersama Satu kalimat. Dua.")


def test_a_key_with_mistakes_is_refused(tmp_path):
    broken = KEY.replace("Ia berumur 30 tahun", "Ia berumur 31 tahun")
    with pytest.raises(KasusErrors, match="T206"):
        print_key(make_case(tmp_path, key=broken))


@pytest.mark.parametrize("name", [card.id for card in list_cases()])
def test_every_key_of_the_kit_can_be_printed(name):
    made = print_key(load_case(name))
    assert every_page_says(made, "HANYA UNTUK FASILITATOR", f"Kode kasus: {name}")


# ready for entry -------------------------------------------------------------------------------------------------


ROWS = [
    ("Data kasus", "Tanggal kejadian", "4/10/2026"),
    ("Data kasus", "Konselor", ""),
    ("Korban 1", "Nama", "Maria Contoh"),
]


def test_the_entry_sheet_holds_its_rows_by_section():
    made = entry_sheet(ROWS, code="K90")
    assert every_page_says(made, "LATIHAN – bukan kasus nyata", "Kode kasus: K90")
    text = " ".join(pages(made))
    assert text.index("Data kasus") < text.index("4/10/2026") < text.index("Korban 1") < text.index("Maria Contoh")
    assert text.count("Data kasus") == 1
    assert says(made, "Ini bukan SIMFONI PPA") and says(made, "Nomor register SIMFONI PPA")


def test_the_entry_sheet_takes_a_warning_and_leaves_the_handover_to_its_rows():
    made = entry_sheet(ROWS, "Lembar", "K90", "en", warning="Only for the officer.", handover=False)
    assert says(made, "Only for the officer.") and not says(made, "register number")


def test_a_long_entry_sheet_goes_on_overleaf():
    made = entry_sheet([(f"Korban {n // 30}", f"Isian {n}", "kata " * 12) for n in range(200)])
    assert page_count(made) > 3 and every_page_says(made, "LATIHAN")


# code book -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kasus():
    return load_form("kasus")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_code_book_holds_every_field_list_and_check(kasus, lang):
    made = squeezed(" ".join(pages(print_codebook(kasus, lang))))
    for node in kasus.nodes.values():
        assert squeezed(node.name) in made, node.name
        if isinstance(node, Question) and node.asked:
            assert numbers(kasus)[node.name] in made
    for name, choices in kasus.lists.items():
        assert squeezed(name) in made
        for choice in choices:
            assert squeezed(pick(choice.label, lang)) in made, (name, choice.name)
            simfoni = choice.column("simfoni")
            assert not simfoni or squeezed(f"→ {simfoni}") in made
    for check in kasus.checks:
        assert squeezed(check.name) in made
        longest = max(pick(check.message, lang).replace("{", "$").split("$"), key=len)
        assert squeezed(longest.partition("}")[2] or longest) in made, check.name


def test_the_code_book_names_condition_rule_and_source(kasus):
    made = print_codebook(kasus)
    assert says(made, "Isi bila A.9 Status pengaduan bukan Baru Wajib.")
    assert says(made, "R82") and says(made, "S22")
    assert every_page_says(made, "Buku kode", f"versi {kasus.version}", "LATIHAN")
    assert {round(float(page.mediabox.width)) for page in reader(made).pages} == {842}  # landscape
    assert "Kode kasus" not in " ".join(pages(made))
