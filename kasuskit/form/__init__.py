"""The ground floor: forms as XLSForm sheets, one syntax tree, one record at a time.

``load_form`` gives a ``Form``; ``Record(form)`` takes answers and says what is relevant, missing, wrong and
calculated. Opening a compiled form imports neither pyxform nor pandas.
"""

from kasuskit.form.definition import Check, Choice, FormNode, FormSpec, Group, Question, Repeat
from kasuskit.form.findings import Finding
from kasuskit.form.form import Form
from kasuskit.form.library import load_form
from kasuskit.form.record import Record

__all__ = [
    "Check", "Choice", "Finding", "Form", "FormNode", "FormSpec", "Group", "Question", "Record", "Repeat",
    "load_form",
]  # fmt: skip
