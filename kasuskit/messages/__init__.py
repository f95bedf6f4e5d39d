"""Every sentence that a person reads, in Indonesian and English, and the error that carries one.

Sentences live in gettext catalogues, ``messages/LANG/DOMAIN.po``, one domain for each floor of the kit.
A key is ``"DOMAIN.NAME"``: ``text("widgets.check")``, ``KasusError("form.F101", ...)``.
"""

from kasuskit.messages.catalogue import LANGUAGES, catalogue_keys, text, texts
from kasuskit.messages.errors import KasusError, KasusErrors

__all__ = ["LANGUAGES", "KasusError", "KasusErrors", "catalogue_keys", "text", "texts"]
