"""Text in spreadsheet cells: never a formula, never a character that a workbook cannot hold."""

from __future__ import annotations

import re
from typing import Any

_RUNS = ("=", "+", "-", "@", "\t", "\r")
_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def inert(value: Any) -> Any:
    """A value as a cell may hold it: text that a spreadsheet would run gets an apostrophe before it.

    >>> inert("=1+1")
    "'=1+1"
    """
    if not isinstance(value, str):
        return value
    text = _UNHOLDABLE.sub("", value)
    return f"'{text}" if text.startswith(_RUNS) else text
