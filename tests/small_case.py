"""A small form and case for tests, made in a temporary folder."""
# ruff: noqa: E501

from pathlib import Path

from kasuskit.training import Case, load_case

SURVEY = """type,name,label::Bahasa Indonesia (id),label::English (en),hint::Bahasa Indonesia (id),hint::English (en),relevant,required,constraint,constraint_message::Bahasa Indonesia (id),constraint_message::English (en),repeat_count,calculation
begin_group,bagian_a,A. Laporan,A. Report,,,,,,,,,
date,tgl_lapor,Tanggal lapor,Date of report,Hari datang,The day of coming,,yes,. <= today(),Tanggal ini belum terjadi.,This date has not come yet.,,
date,tgl_kejadian,Tanggal kejadian,Date of incident,,,,yes,,,,,
select_one ya_tidak,ada_saksi,Ada saksi?,A witness?,,,,,,,,,
text,nama_saksi,Nama saksi,Name of witness,,,${ada_saksi} = 'ya',yes,,,,,
end_group,,,,,,,,,,,,
begin_group,bagian_b,B. Korban,B. Victims,,,,,,,,,
begin_repeat,korban,Korban,Victim,,,,,,,,,
text,nama_korban,Nama,Name,,,,yes,,,,,
integer,usia_korban,Usia,Age,,,,,,,,,
select_multiple bentuk,bentuk,Bentuk kekerasan,Forms of violence,,,,,,,,,
end_repeat,,,,,,,,,,,,
end_group,,,,,,,,,,,,
begin_group,bagian_c,C. Keinginan,C. Wishes,,,,,,,,,
begin_repeat,keinginan_korban,Keinginan,Wishes,,,,,,,,count(${korban}),
calculate,nama_k,,,,,,,,,,,"indexed-repeat(${nama_korban}, ${korban}, position(..))"
text,keinginan,Keinginan ${nama_k},Wish of ${nama_k},,,,,,,,,
end_repeat,,,,,,,,,,,,
end_group,,,,,,,,,,,,
"""
CHOICES = """list_name,name,label::Bahasa Indonesia (id),label::English (en)
ya_tidak,ya,Ya,Yes
ya_tidak,tidak,Tidak,No
ya_tidak,td,Tidak diketahui,Unknown
bentuk,fisik,Fisik,Physical
bentuk,psikis,Psikis,Psychological
bentuk,lainnya,Lainnya,Other
"""
SETTINGS = """form_title,form_id,version,default_language
Kecil,kecil,1,Bahasa Indonesia (id)
"""
CHECKS = """name,fields,when,severity,moment,message::Bahasa Indonesia (id),message::English (en),why::Bahasa Indonesia (id),sumber
R01,tgl_kejadian tgl_lapor,${tgl_kejadian} != '' and ${tgl_lapor} != '' and ${tgl_kejadian} > ${tgl_lapor},error,live,Kejadian sesudah lapor.,Incident after report.,Tanggal tertukar.,C
"""
STORY = """Hari ini Senin, 12 Oktober 2026. Maria datang ke pos. Ia berumur 30 tahun.

Kejadiannya Minggu, 4 Oktober 2026. Maria ditampar, kata Maria. Anaknya, Ana, 9 tahun, diancam.

"Beta mau aman dulu," kata Maria."""
TOML = """id = "K90"
form = {form}
title = "Kasus kecil"
level = 1
content_note = "Kekerasan fisik."
now = "2026-10-12T09:00:00+08:00"
aims = ["mengisi tanggal"]
traps = ["dua tanggal"]
"""
KEY = '''isian,jawaban,juga_benar,bukti,tidak_disebut,petunjuk,alasan,salah_kelas,sumber
tgl_lapor,2026-10-12,,"Hari ini Senin, 12 Oktober 2026",,Lihat awal cerita.,Hari Maria datang.,,
tgl_kejadian,2026-10-04,,"Minggu, 4 Oktober 2026",,Cari hari kejadian.,Bukan hari lapor.,2026-10-12 => Itu tanggal lapor.,C
ada_saksi,td,,,Cerita tidak menyebut saksi.,Siapa yang melihat?,Tidak diketahui adalah jawaban.,,
korban[1]/nama_korban,Maria,Mama Maria,Maria datang ke pos,,Siapa yang datang?,Namanya disebut.,,
korban[1]/usia_korban,30,,Ia berumur 30 tahun,,Cari umurnya.,Disebut.,,
korban[1]/bentuk,fisik,,Maria ditampar,,Apa yang dialami?,Tamparan adalah kekerasan fisik.,lainnya => Tamparan sudah ada namanya: fisik.,
korban[2]/nama_korban,Ana,,"Anaknya, Ana",,Siapa lagi?,Ana juga mengalami.,,
korban[2]/usia_korban,9,,9 tahun,,Cari umurnya.,Disebut.,,
korban[2]/bentuk,psikis,,diancam,,Apa yang dialami?,Ancaman adalah kekerasan psikis.,,
keinginan_korban[1]/keinginan,Aman dulu,*,"""Beta mau aman dulu,""",,Apa katanya?,Kata-katanya sendiri.,,
keinginan_korban[2]/keinginan,,,,Cerita tidak menyebut keinginan Ana.,Apakah Ana ditanya?,Jangan menebak.,,
'''


def make_case(folder: Path, key: str = KEY, story: str = STORY) -> Case:
    """Write the small form and case into a folder and load it."""
    form, case = folder / "form", folder / "K90"
    form.mkdir(parents=True, exist_ok=True)
    case.mkdir(exist_ok=True)
    for name, content in (("survey", SURVEY), ("choices", CHOICES), ("settings", SETTINGS), ("checks", CHECKS)):
        (form / f"{name}.csv").write_text(content, "utf-8")
    (case / "kasus.toml").write_text(TOML.format(form=f"'{form.as_posix()}'"), "utf-8")
    (case / "cerita.md").write_text(story, "utf-8")
    (case / "kunci.csv").write_text(key, "utf-8")
    return load_case(case)
