"""List every error code with its sentence and way out: ``python -m kasuskit.messages.codes`` writes the docs page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kasuskit.messages.catalogue import catalogue_keys, text

CODE = re.compile(r"[A-Z]\d{3}")
_HEAD = """# Kode kesalahan

Setiap pesan kesalahan kasuskit punya kode, kalimat, dan jalan keluar. Halaman ini dibuat oleh
`python -m kasuskit.messages.codes`; jangan diubah dengan tangan.
"""
_TITLES = {
    "form": "Formulir dan isian (F)",
    "reference": "Wilayah dan NIK (A)",
    "simfoni": "Cermin SIMFONI (M)",
    "training": "Kasus latihan (T)",
    "classroom": "Kelas dan jawaban (K)",
    "paper": "Kertas dan cetak (P)",
    "widgets": "Layar latihan (W)",
    "serving": "Server dan perintah (S)",
}


def domains() -> tuple[str, ...]:
    """Return the names of all catalogues."""
    return tuple(sorted(path.stem for path in (Path(__file__).resolve().parent / "id").glob("*.po")))


def codes() -> Iterator[tuple[str, str]]:
    """Yield (domain, code) of every error that a person can meet, floor by floor."""
    for domain in _TITLES:
        for key in catalogue_keys(domain):
            if CODE.fullmatch(key):
                yield domain, key


def page() -> str:
    """Return the docs page."""
    lines = [_HEAD]
    last = ""
    for domain, code in codes():
        if domain != last:
            lines += [
                f"\n## {_TITLES[domain]}\n",
                "| kode | kalimat | jalan keluar | in English |",
                "|---|---|---|---|",
            ]
            last = domain
        cells = [text(f"{domain}.{code}"), text(f"{domain}.{code}.do"), text(f"{domain}.{code}", "en")]
        lines.append("| " + " | ".join([code, *(cell.replace("|", "\\|").replace("\n", " ") for cell in cells)]) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
