"""What a person prints: blank and filled forms, stories, keys, the code book, and a pack for a whole training.

Every function returns the bytes of a PDF; ``kasuskit print`` puts them into files. Typst is imported with the first.
"""

from kasuskit.paper.codebook import print_codebook
from kasuskit.paper.entry import entry_sheet
from kasuskit.paper.files import save, save_folder, save_zip
from kasuskit.paper.forms import print_form, print_further, print_written
from kasuskit.paper.key import print_key
from kasuskit.paper.pack import Item, make_pack, pack_items, print_flawed
from kasuskit.paper.press import page_count
from kasuskit.paper.record import print_record
from kasuskit.paper.seeds import print_seeds
from kasuskit.paper.story import print_story

__all__ = [
    "Item", "entry_sheet", "make_pack", "pack_items", "page_count", "print_codebook", "print_flawed", "print_form",
    "print_further", "print_key", "print_record", "print_seeds", "print_story", "print_written", "save",
    "save_folder", "save_zip",
]  # fmt: skip
