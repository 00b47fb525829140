"""How wide a text is in a terminal, and where its lines break."""

from __future__ import annotations

import re
from unicodedata import east_asian_width


def display_width(text: str) -> int:
    """Columns a text takes in a terminal: wide characters take two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _pieces(text: str) -> list[str]:
    """What a line may be broken between: wide characters one by one, Latin words whole or after a bar."""
    return re.findall(r"[!-{}~]+[| ]?|.", text)


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` columns; closing punctuation never starts a line."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and display_width(line + piece.rstrip()) > width and piece not in "，。；：、）”":
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]
