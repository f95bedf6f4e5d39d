"""The real ``kasuskit serve``, its server with other settings: `python serve.py JSON OPTION ...`."""

from __future__ import annotations

import json
import sys
from typing import Any

from kasuskit.cli import main
from kasuskit.serving.app import KasusApp


def set_traits(traits: dict[str, Any]) -> None:
    """Let every server of this process start with these traits."""
    start = KasusApp.__init__

    def start_so(self: KasusApp, **given: Any) -> None:
        start(self, **(given | traits))

    KasusApp.__init__ = start_so  # type: ignore[method-assign]


if __name__ == "__main__":
    set_traits(json.loads(sys.argv[1]))
    main(["serve", *sys.argv[2:]])
