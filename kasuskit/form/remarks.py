"""Say what is odd about a form's sheets though it can be used: nothing here stops anyone."""

from __future__ import annotations

from collections.abc import Iterator

from kasuskit.form.typography import curly_quotes, formulas
from kasuskit.form.workbook import Workbook
from kasuskit.messages import KasusError


def remarks(book: Workbook) -> Iterator[KasusError]:
    """Yield what the author of a form may want to know, each with its place.

    F183 a formula with curly quotes, which is read as if they were straight (as pyxform, ODK and Kobo do); F188 a
    form without the sheet ``checks``, often only misnamed.
    """
    for row, column, formula in formulas(book):
        if found := curly_quotes(formula):
            yield KasusError("form.F183", str(row.spot(column)), found=found)
    if not book.rows("checks"):
        yield KasusError("form.F188", book.source)
