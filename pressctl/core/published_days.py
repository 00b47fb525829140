"""interim"""

from __future__ import annotations

from datetime import date


def of(year: int) -> tuple[dict[date, str], set[date], bool]:
    from holidays.countries.china import China

    h = China(years=[year - 1, year, year + 1])
    off = {d: str(n) for d, n in h.items() if d.year == year}
    work = {d for d in h.weekend_workdays if d.year == year}
    return off, work, 2006 <= year <= 2026
