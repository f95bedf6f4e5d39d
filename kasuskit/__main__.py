"""``python -m kasuskit`` is ``kasuskit``."""

from kasuskit.cli import main

main()
