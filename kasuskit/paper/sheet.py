"""What every sheet says about itself: title, case code, form and version, LATIHAN, page x of y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kasuskit.form import Form
from kasuskit.messages import LANGUAGES, text


@dataclass(frozen=True)
class Sheet:
    """The head of a sheet.

    Parameters
    ----------
    title : str
        What it is, for the file's title.
    code : str
        The case's code (``K01``); blank leaves a gap to write it by hand, None is for a sheet of no single case.
    short : str
        The title in a few words, for the page's left corner; blank for the title itself.
    form : Form, optional
        The form it belongs to, for name and version at the foot.
    practice : bool
        Whether LATIHAN stands across the page and in its head.
    facilitator : bool
        Whether the head says that only the facilitator may see it.
    lang : {"id", "en"}
        Language of the words around the content; anything else is Indonesian.
    """

    title: str
    code: str | None = ""
    short: str = ""
    form: Form | None = None
    practice: bool = True
    facilitator: bool = False
    lang: str = "id"

    @property
    def language(self) -> str:
        """The language that the sheet is in."""
        return self.lang if self.lang in LANGUAGES else "id"

    def head(self) -> dict[str, Any]:
        """Return the head as the templates read it."""
        lang = self.language
        banners = [self.facilitator and "facilitator", self.practice and "practice"]
        code = "" if self.code is None else text("paper.sheet.code", lang, code=self.code or "_" * 14)
        return {
            "title": self.title,
            "lang": lang,
            "mark": text("paper.sheet.mark", lang) if self.practice else "",
            "left": self.short or self.title,
            "banner": " · ".join(text(f"paper.sheet.{name}", lang) for name in banners if name),
            "right": code,
            "foot": " · ".join(part for part in (self._form_words(), text("paper.sheet.help", lang)) if part),
            "page": text("paper.sheet.page", lang, page="{page}", total="{total}"),
        }

    def _form_words(self) -> str:
        if self.form is None:
            return ""
        key = "form" if self.form.version else "unversioned"
        return text(f"paper.sheet.{key}", self.language, form=self.form.id, version=self.form.version)
