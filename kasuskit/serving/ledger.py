"""Whose kernel is whose: the practice pages that are open, and the kernel behind each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class Line(Protocol):
    """A connection between a page and its kernel."""

    def close(self) -> None:
        """Close it."""


@dataclass(eq=False)
class Page:
    """One practice page that was served.

    Attributes
    ----------
    kernel_id : str
        The kernel behind it.
    person_id : int
        The participant it was served to, the only one who may reach the kernel.
    case : str
        What is practised.
    comms : set of str
        The widgets on the page, the only things in the kernel that the browser may speak to.
    lines : set
        The page's open connections; each can be closed.
    """

    kernel_id: str
    person_id: int
    case: str
    comms: set[str] = field(default_factory=set)
    lines: set[Line] = field(default_factory=set)

    def hang_up(self) -> None:
        """Close all connections, when the kernel behind them ends."""
        for line in tuple(self.lines):
            line.close()


class Ledger:
    """The practice pages that were served and not forgotten yet."""

    def __init__(self) -> None:
        self._pages: dict[str, Page] = {}

    def add(self, kernel_id: str, person_id: int, case: str) -> Page:
        """Write down a new page."""
        page = self._pages[kernel_id] = Page(kernel_id, person_id, case)
        return page

    def page(self, kernel_id: str, person_id: int) -> Page | None:
        """Return the page of this kernel when it belongs to this person."""
        page = self._pages.get(kernel_id)
        return page if page is not None and page.person_id == person_id else None

    def all(self) -> tuple[Page, ...]:
        """Return every page."""
        return tuple(self._pages.values())

    def of_person(self, person_id: int) -> tuple[Page, ...]:
        """Return a person's pages, oldest first."""
        return tuple(page for page in self._pages.values() if page.person_id == person_id)

    def earlier(self, page: Page) -> tuple[Page, ...]:
        """Return the same person's older pages of the same case."""
        pages = self.of_person(page.person_id)
        before = pages[: pages.index(page)] if page in pages else pages
        return tuple(other for other in before if other.case == page.case)

    def forget(self, kernel_id: str) -> None:
        """Strike a page out."""
        self._pages.pop(kernel_id, None)

    def __len__(self) -> int:
        return len(self._pages)
