"""JSON as a person reads it: indented by two, Chinese as it is, whatever is no JSON as text.

What `json.dumps(value, ensure_ascii=False, indent=2, default=str)` gives, to the letter; but that walks through every
word in Python, where a list or object of plain values can be left to the encoder in C.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

_HOLDERS = (dict, list, tuple)


def document(value: Any) -> str:
    """The text of a result, without the last line end."""
    return _written(value, 0)


def _written(value: Any, depth: int) -> str:
    if not isinstance(value, _HOLDERS) or not value:
        return _encoder(depth).encode(value)
    pad, end = "\n" + "  " * (depth + 1), "\n" + "  " * depth
    held = value.values() if isinstance(value, dict) else value
    if not any(isinstance(each, _HOLDERS) and each for each in held):
        plain = _encoder(depth + 1).encode(value)
        return f"{plain[0]}{pad}{plain[1:-1]}{end}{plain[-1]}"
    if isinstance(value, dict):
        lines = (f"{_key(name)}: {_written(each, depth + 1)}" for name, each in value.items())
        return "{" + pad + f",{pad}".join(lines) + end + "}"
    return "[" + pad + f",{pad}".join(_written(each, depth + 1) for each in value) + end + "]"


@lru_cache(maxsize=256)
def _key(name: Any) -> str:
    return json.dumps({name: 0}, ensure_ascii=False)[1:-4]


@lru_cache(maxsize=64)
def _encoder(depth: int) -> json.JSONEncoder:
    """Parts what it is given by a line end and so many steps."""
    return json.JSONEncoder(ensure_ascii=False, separators=(",\n" + "  " * depth, ": "), default=str)
