"""How a State Council notice stands in its row: its days as JSON, {"off": {iso: name}, "work": {…}, "gone": {…}}."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from pressctl.core.notices import Notice


def notice_of(columns: Mapping[str, Any]) -> Notice:
    """A notice from its columns. Raises ValueError, TypeError, KeyError or AttributeError for what no program wrote."""
    days = {
        kind: {dt.date.fromisoformat(day): name for day, name in named.items()}
        for kind, named in columns["days"].items()
    }
    return Notice(
        columns["year"],
        days["off"],
        days["work"],
        columns["number"],
        columns["issued"],
        columns["title"],
        columns["source"],
        columns["text"],
        columns["amends"],
        gone=frozenset(days.get("gone", ())),
    )


def columns_of(notice: Notice) -> dict[str, Any]:
    """The inverse. What only the reading of the text needed (doubts, what it recites) is not kept."""
    kinds = {"off": notice.off, "work": notice.work}
    if notice.gone:
        kinds["gone"] = dict.fromkeys(sorted(notice.gone), "")
    return {
        "year": notice.year,
        "number": notice.number,
        "issued": notice.issued,
        "title": notice.title,
        "source": notice.source,
        "text": notice.text,
        "sha256": hashlib.sha256(notice.text.encode()).hexdigest(),
        "amends": notice.amends,
        "days": {
            kind: {day.isoformat(): name for day, name in named.items()} for kind, named in kinds.items()
        },
    }
