"""What is said to people: the texts of a form, and the errors of a check, for tests that read them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from kasuskit.form import Form, Question
from kasuskit.messages import LANGUAGES, KasusError, KasusErrors


def texts_of(form: Form) -> Iterator[tuple[str, Mapping[str, str], bool]]:
    """Yield (where, texts by language, whether it must be there) of everything in the form that people read."""
    for node in form.nodes.values():
        shown = not isinstance(node, Question) or node.asked or node.type == "note"
        yield f"{node.name} label", node.label, shown
        yield f"{node.name} hint", node.hint, False
        yield f"{node.name} guidance", node.guidance, False
        if isinstance(node, Question):
            yield f"{node.name} required_message", node.required_message, bool(node.required)
            yield f"{node.name} constraint_message", node.constraint_message, bool(node.constraint)
    for name, choices in form.lists.items():
        for choice in choices:
            yield f"{name}/{choice.name}", choice.label, True
    for check in form.checks:
        yield f"{check.name} message", check.message, True
        yield f"{check.name} why", check.why, True


def errors_of(check: Callable[[Path], object], code: str, folder: Path) -> list[KasusError]:
    """Return what a check says, one by one, and see that all of it can be read in both languages.

    Several mistakes at once come under ``code``.
    """
    try:
        check(folder)
    except KasusErrors as found:
        assert (found.code, found.place) == (code, folder.name)
        assert str(len(found.errors)) in found.sentence()
        errors = list(found.errors)
    except KasusError as found:
        errors = [found]
    else:
        return []
    for error in errors:
        for said in (error.sentence, error.way_out):
            assert all(said(lang).strip() and not re.search(r"\{\w+\}", said(lang)) for lang in LANGUAGES), error.key
            assert said("id") != said("en"), error.key
        assert all(error.code in error.say(lang) and error.place in error.say(lang) for lang in LANGUAGES)
    return errors
