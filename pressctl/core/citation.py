"""Clause ids: typed half-width, 三(三)3; printed in documents full-width, 三（三）3."""

from __future__ import annotations

_WIDE = str.maketrans("()", "（）")


def printed(clause: str) -> str:
    """A clause id as a document prints it.

    >>> printed("三(三)3")
    '三（三）3'
    """
    return clause.translate(_WIDE)
