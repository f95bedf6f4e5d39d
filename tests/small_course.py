"""A small course for tests, made in a temporary folder: two days, three lessons, two aims, every kind of question."""
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

from kasuskit.training.course import Course, load_course

PLAN = """id = "kecil"
judul = "Kursus kecil"

[[hari]]
nomor = 1
judul = "Mendengar"
mulai = "08.00"
menit = 90

[[hari]]
nomor = 2
judul = "Memeriksa"
mulai = "08.00"
menit = 45

[[pelajaran]]
id = "01"
hari = 1
berkas = "hari-1/01-satu.ipynb"
judul = "Pembukaan"
mulai = "08.00"
menit = 30

[[pelajaran]]
id = "02"
hari = 1
berkas = "hari-1/02-dua.ipynb"
judul = "Bentuk kekerasan"
mulai = "08.45"
menit = 60

[[pelajaran]]
id = "03"
hari = 2
berkas = "hari-2/03-tiga.ipynb"
judul = "Memeriksa"
mulai = "08.00"
menit = 45

[jalur]
paralegal = "Paralegal desa"
polisi = "Polisi"

[uji_praktik]
paralegal = "K10"
polisi = "K15"
"""
AIMS = """id,pelajaran,tujuan,bagian,latihan
T01,01,Menjaga rahasia kelas.,Aturan kelas,kuis-01-aturan
T02,02,Menggolongkan bentuk kekerasan.,Bentuk,kuis-02-bentuk kartu-bentuk
"""
ITEMS = """id,tujuan,jenis,jalur,tingkat,uji,kuis,soal,penjelasan,sumber,keyakinan
T01a,T01,satu,,1,A,,Teman bertanya siapa korban di cerita Anda. Apa jawab Anda?,Nama tetap di kelas.,Standar layanan UPTD PPA,S
T01b,T01,satu,,1,B,,Anda mengenal orang dalam cerita teman. Apa yang Anda lakukan?,Diam menjaga korban.,Standar layanan UPTD PPA,S
T02a,T02,beberapa,,2,A,,K1 ditampar dan diancam. Bentuk apa saja?,Tamparan itu fisik. Ancaman itu psikis.,UU 23/2004 Pasal 5,S
T02b,T02,beberapa,,2,B,,K1 dikurung dan tidak diberi makan. Bentuk apa saja?,Dikurung itu fisik. Tidak diberi makan itu penelantaran.,UU 23/2004 Pasal 5,L
T01c,T01,urutan,,1,,01-aturan,Urutkan langkah membuka kelas.,Salam dahulu lalu kesepakatan.,Panduan kelas,C
T02c,T02,pasangan,,2,,02-bentuk,Pasangkan perbuatan dan bentuknya.,Bentuk dilihat dari perbuatan.,UU 23/2004 Pasal 5,S
T02d,T02,isian,,1,,02-bentuk,Kepanjangan KDRT: Kekerasan dalam … Tangga?,Rumah Tangga.,UU 23/2004 Pasal 1,S
T02e,T02,satu,polisi,3,,02-bentuk,Apa yang dicatat di laporan polisi?,Perbuatan dicatat apa adanya.,Kesepakatan tim,I
"""
OPTIONS = """soal,nama,teks,benar,umpan
T01a,a,Menyebut namanya,0,Apakah korban setuju?
T01a,b,Menolak dengan sopan,1,
T01a,c,Menyebut desanya saja,,Desa kecil mudah ditebak.
T01b,a,Memberi tahu fasilitator berdua saja,1,
T01b,b,Bercerita kepada keluarga,0,Siapa lagi yang lalu tahu?
T02a,a,Fisik,1,
T02a,b,Seksual,0,Adakah itu dalam cerita?
T02a,c,Psikis,1,
T02a,d,Penelantaran,0,Adakah itu dalam cerita?
T02b,a,Seksual,0,Adakah itu dalam cerita?
T02b,b,Fisik,1,
T02b,c,Penelantaran,1,
T02b,d,Eksploitasi,0,Adakah itu dalam cerita?
T01c,a,Kesepakatan belajar,2,
T01c,b,Perkenalan,3,
T01c,c,Salam pembuka,1,Apa yang pertama Anda ucapkan?
T02c,a,Menampar,Fisik,Tubuh siapa yang kena?
T02c,b,Mengancam,Psikis,Apa yang dirasakan korban?
T02c,c,Tidak memberi nafkah,Penelantaran,Apa yang tidak diberikan?
T02c,d,Memukul,Fisik,Tubuh siapa yang kena?
T02d,a,Rumah,1,
T02d,b,rumah tangga,1,
T02d,c,keluarga,0,Lihat huruf R pada KDRT.
T02e,a,Pendapat petugas,0,Apakah itu terjadi atau dipikirkan?
T02e,b,Perbuatan terlapor,1,
"""
CARDS = """set,kartu,jalur,teks,golongan,alasan,sumber,keyakinan
bentuk,1,,K1 ditampar dan diancam suaminya.,bentuk=fisik psikis; kdrt=ya,Tamparan itu fisik; ancaman itu psikis.,UU 23/2004 Pasal 5,S
bentuk,2,polisi,K1 dicegat orang tak dikenal dan dipukul.,bentuk=fisik; kdrt=tidak,Bukan anggota rumah tangga.,UU 23/2004 Pasal 2,L
"""
CLASSES = """set,dimensi,label,pilih,nama,teks
bentuk,bentuk,Bentuk kekerasan,beberapa,fisik,Fisik
bentuk,bentuk,Bentuk kekerasan,beberapa,psikis,Psikis
bentuk,bentuk,Bentuk kekerasan,beberapa,penelantaran,Penelantaran
bentuk,kdrt,KDRT?,satu,ya,Ya
bentuk,kdrt,KDRT?,satu,tidak,Tidak
"""
NOTEBOOKS = ("hari-1/01-satu.ipynb", "hari-1/02-dua.ipynb", "hari-2/03-tiga.ipynb")
EMPTY_NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'


def write_course(folder: Path, **files: str) -> Path:
    """Write the small course into a folder; ``soal="…"`` puts another ``soal.csv`` there, ``kursus`` another plan."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"kursus": PLAN, "tujuan": AIMS, "soal": ITEMS, "pilihan": OPTIONS, "kartu": CARDS, "golongan": CLASSES}
    for name, text in {**content, **files}.items():
        (folder / f"{name}.{'toml' if name == 'kursus' else 'csv'}").write_text(text, "utf-8")
    for name in NOTEBOOKS:
        notebook = folder / "notebooks" / name
        notebook.parent.mkdir(parents=True, exist_ok=True)
        notebook.write_text(EMPTY_NOTEBOOK, "utf-8")
    return folder


def make_course(folder: Path, **files: str) -> Course:
    """Write the small course into a folder and load it."""
    return load_course(write_course(folder, **files))
