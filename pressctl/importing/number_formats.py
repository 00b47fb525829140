"""What a number looks like under a spreadsheet's number format, where that changes what it says: 1975.1 as 1975.10, a day as its month.

Of digits only formats of plain digits are followed (0.00, 0000-00000000, 000000). Thousands, percent, scientific and currency formats are looks: what is
stored is read instead. ECMA-376 part 1, 18.8.31.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TypeAlias

BUILT_IN = {1: "0", 2: "0.00", **dict.fromkeys((17, 27, 36, 50, 52, 57), "yyyy-mm")}
"""Built-in formats of plain digits, and those that show a month: 17, and the Chinese 27, 36, 50, 52, 57."""
_NOT_SAID = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')

_PIECE = re.compile(
    r'"([^"]*)"|\\(.)|_.|\*.|\[(?:\$-[^\]]*|Red|Black|Blue|Green|White|Color\d+)\]|([0#?])|(\.)|([-() /:·])',
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[0#?]")


Show: TypeAlias = Callable[[Decimal], str | None]


def show_of(code: str, first_day: date) -> Show | None:
    """How a format writes a number that is not negative, where that is not simply its digits or its date.

    `first_day` is the day from which the workbook counts.
    """
    if not shows_month(code):
        return shower(code)

    def month(value: Decimal) -> str | None:
        return f"{first_day + timedelta(days=int(value)):%Y-%m}" if 1 <= value < _LAST_DAY else None

    return month


_LAST_DAY = 2_958_465  # 31 December 9999


def shows_month(code: str) -> bool:
    """Whether a format shows a date's month and not its day: yyyy"年"m"月", mmm-yy."""
    letters = set(_NOT_SAID.sub("", code.split(";")[0]).lower()) & set("ymdhse")
    return "m" in letters and letters <= {"y", "m", "e"}


@lru_cache(maxsize=512)
def shower(code: str) -> Show | None:
    """How a format writes a number that is not negative; None where it does not change the digits."""
    section = code.split(";")[0]
    pieces = _pieces(section)
    if pieces is None or not any(_DIGITS.fullmatch(piece) for kind, piece in pieces if kind == "digit"):
        return None
    point = next((at for at, (kind, _) in enumerate(pieces) if kind == "point"), len(pieces))
    whole, part = pieces[:point], pieces[point + 1 :]
    decimals = sum(kind == "digit" for kind, _ in part)
    if any(kind == "point" for kind, _ in part):
        return None

    def show(value: Decimal) -> str:
        rounded = str(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
        digits, _, fraction = rounded.partition(".")
        said = _whole(whole, digits.lstrip("0"))
        if not decimals:
            return said + "".join(piece for kind, piece in part if kind == "text")
        rest = iter(fraction)
        return f"{said}." + "".join(next(rest, "") if kind == "digit" else piece for kind, piece in part)

    return show


def _pieces(section: str) -> list[tuple[str, str]] | None:
    """Digit places, the point and literal text; None for a format that says something else."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(section):
        piece = _PIECE.match(section, at)
        if piece is None:
            return None
        quoted, escaped, digit, point, literal = piece.groups()
        if digit:
            found.append(("digit", digit))
        elif point:
            found.append(("point", point))
        elif text := quoted or escaped or literal:
            found.append(("text", text))
        at = piece.end()
    return found


def _whole(pieces: list[tuple[str, str]], digits: str) -> str:
    """The digits before the point, put into their places from the right; those left over stand in the first place."""
    places = sum(kind == "digit" for kind, _ in pieces)
    said: list[str] = []
    rest = digits
    for kind, piece in reversed(pieces):
        if kind != "digit":
            said.append(piece)
            continue
        places -= 1
        if not places:
            said.append(rest or ("0" if piece == "0" else ""))
        elif rest:
            said.append(rest[-1])
            rest = rest[:-1]
        else:
            said.append({"0": "0", "?": " "}.get(piece, ""))
    return "".join(reversed(said)).strip()
