"""Turn a template and plain data into a PDF (or into pictures of its pages) with Typst.

Typst is imported when the first sheet is made; its own fonts are used and no others, so that a sheet looks the same
on every machine, and the same data give the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

TEMPLATES = Path(__file__).resolve().parent / "templates"
STANDARDS = ("a-2a", "ua-1")
DATED = 1_767_225_600  # 1 January 2026: the date in every file, so that the same sheet is the same bytes tomorrow
_PAGE = re.compile(rb"/Type\s*/Page\b")


@lru_cache(maxsize=1)
def _compiler() -> Any:
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    return typst.Compiler(root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True)


def press(template: str, data: Mapping[str, Any]) -> bytes:
    """Return a PDF: tagged, archivable (PDF/A-2a, PDF/UA-1), the same bytes for the same data.

    The standards forbid signs that no font has. Where somebody typed one, the sheet is made without them, and the
    sign is an empty box.
    """
    import typst

    try:
        return bytes(_compiled(template, data, "pdf", pdf_standards=list(STANDARDS), timestamp=DATED))
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return bytes(_compiled(template, data, "pdf", timestamp=DATED))


def pictures(template: str, data: Mapping[str, Any], ppi: float = 70) -> list[bytes]:
    """Return a PNG of each page."""
    out = _compiled(template, data, "png", ppi=ppi)
    return [out] if isinstance(out, bytes) else list(out)


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF made here has."""
    return len(_PAGE.findall(pdf))


def _compiled(template: str, data: Mapping[str, Any], kind: Literal["pdf", "png"], **options: Any) -> Any:
    inputs = {"data": json.dumps(data, ensure_ascii=False, separators=(",", ":"))}
    return _compiler().compile(input=TEMPLATES / f"{template}.typ", format=kind, sys_inputs=inputs, **options)
