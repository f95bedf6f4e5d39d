"""Our forms open in ODK: pyxform and ODK Validate have nothing to say against them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyxform.validators.odk_validate import check_xform

from kasuskit.form.compiler import compile_workbook
from kasuskit.form.workbook import read_workbook

from .panel import ROOT, SHIPPED


@pytest.mark.oracle
@pytest.mark.parametrize("name", SHIPPED)
def test_odk_validate_finds_nothing(name: str, tmp_path: Path, need_java: None) -> None:
    compiled = compile_workbook(read_workbook(ROOT / "data" / "forms" / name))
    assert compiled.warnings == ()
    path = tmp_path / f"{name}.xml"
    path.write_text(compiled.xform, encoding="utf-8")
    assert check_xform(path) == []
