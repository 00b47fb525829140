"""Text in spreadsheet cells: never a formula, never a character that a workbook cannot hold."""

from __future__ import annotations

import re
from typing import Any

_RUNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_LOOKS_GUARDED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def inert(value: Any) -> Any:
    """A value as a CSV cell may hold it: text that a spreadsheet would run gets an apostrophe before it.

    >>> inert("=1+1")
    "'=1+1"
    """
    if not isinstance(value, str):
        return value
    text = exact(value)
    return f"'{text}" if text.startswith(_RUNS) else text


def exact(text: str) -> str:
    """Text for a cell that is not run, without what no cell can hold. What looks guarded gets one more apostrophe, so that
    reading takes off exactly what writing put on."""
    held = _UNHOLDABLE.sub("", text)
    return f"'{held}" if _LOOKS_GUARDED.match(held) else held
