"""Working days: is, add and between per query, after load, beside the libraries that answer the same; and the load.

    python benchmarks/working_days.py [--quick]

Medians of several runs in one process. What a peer cannot do in one call is done the way its manual shows.
Ratios above 1 say how many times longer a peer takes than pressctl.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import timeit
from collections.abc import Callable
from datetime import date, timedelta

from pressctl.core.working_days import Calendar

DAY, LATER = date(2023, 3, 7), date(2023, 4, 20)  # a year that all of them know
_LOADS = {
    "pressctl": "from datetime import date\nfrom pressctl.core.working_days import Calendar\nCalendar(date(2026,11,23)).is_working(date(2023,3,7))",
    "holidays": "import holidays\nfrom datetime import date\nholidays.China(years=2023).is_working_day(date(2023,3,7))",
    "chinesecalendar": "import chinese_calendar\nfrom datetime import date\nchinese_calendar.is_workday(date(2023,3,7))",
    "workalendar": "from workalendar.asia import China\nfrom datetime import date\nChina().is_working_day(date(2023,3,7))",
    "numpy busday": "import numpy\nnumpy.is_busday(numpy.datetime64('2023-03-07'))",
}


def _peers() -> dict[str, dict[str, Callable[[], object]]]:
    """name → {is, add, between}; a peer that is not installed is left out, and said so."""
    ours = Calendar(date(2026, 11, 23))
    peers: dict[str, dict[str, Callable[[], object]]] = {
        "pressctl": {
            "is": lambda: ours.is_working(DAY),
            "add 5": lambda: ours.add(DAY, 5),
            "between": lambda: ours.between(DAY, LATER),
        }
    }
    try:
        import holidays

        china = holidays.China(years=range(2021, 2026))  # type: ignore[attr-defined]
        peers["holidays"] = {
            "is": lambda: china.is_working_day(DAY),
            "add 5": lambda: china.get_nth_working_day(DAY, 6),
            "between": lambda: china.get_working_days_count(DAY + timedelta(1), LATER),
        }
    except ImportError:
        print("holidays: not installed", file=sys.stderr)
    try:
        import chinese_calendar

        peers["chinesecalendar"] = {
            "is": lambda: chinese_calendar.is_workday(DAY),
            "add 5": lambda: chinese_calendar.find_workday(5, DAY),
            "between": lambda: len(chinese_calendar.get_workdays(DAY + timedelta(1), LATER)),
        }
    except ImportError:
        print("chinesecalendar: not installed", file=sys.stderr)
    try:
        from workalendar.asia import China

        work = China()
        peers["workalendar"] = {
            "is": lambda: work.is_working_day(DAY),
            "add 5": lambda: work.add_working_days(DAY, 5),
            "between": lambda: work.get_working_days_delta(DAY, LATER),
        }
    except (ImportError, NotImplementedError):
        print("workalendar: not installed", file=sys.stderr)
    try:
        import numpy

        off = [d for d, _ in ours.year(2023).off if d.weekday() < 5]
        busday = numpy.busdaycalendar(holidays=off)  # it knows no make-up days: a peer in speed alone
        day, later = numpy.datetime64(DAY), numpy.datetime64(LATER)
        peers["numpy busday"] = {
            "is": lambda: numpy.is_busday(day, busdaycal=busday),
            "add 5": lambda: numpy.busday_offset(day, 5, busdaycal=busday),
            "between": lambda: numpy.busday_count(day, later, busdaycal=busday),
        }
    except ImportError:
        print("numpy: not installed", file=sys.stderr)
    return peers


def _each(call: Callable[[], object], quick: bool) -> float:
    """Nanoseconds a call, the median of seven runs."""
    call()
    number = max(20, int((0.005 if quick else 0.1) / max(timeit.timeit(call, number=20) / 20, 1e-8)))
    return statistics.median(timeit.repeat(call, number=number, repeat=3 if quick else 7)) / number * 1e9


def _load(code: str, runs: int) -> float:
    """Milliseconds of a new process that loads and answers once, less an empty one."""

    def once(text: str) -> float:
        return timeit.timeit(
            lambda: subprocess.run([sys.executable, "-c", text], check=True, capture_output=True), number=1
        )

    return (
        statistics.median(once(code) for _ in range(runs))
        - statistics.median(once("pass") for _ in range(runs))
    ) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short runs, for a look")
    quick = parser.parse_args().quick
    peers = _peers()
    ours = {what: _each(call, quick) for what, call in peers["pressctl"].items()}
    loads = {name: _load(_LOADS[name], 3 if quick else 7) for name in peers}
    print(f"{'':16}" + "".join(f"{what:>22}" for what in ours) + f"{'load, first answer':>24}")
    for name, calls in peers.items():
        cells = []
        for what, call in calls.items():
            each = ours[what] if name == "pressctl" else _each(call, quick)
            cells.append(f"{each:12,.0f} ns x{each / ours[what]:6.1f}")
        print(
            f"{name:16}"
            + "".join(f"{c:>22}" for c in cells)
            + f"{loads[name]:14.0f} ms x{loads[name] / loads['pressctl']:5.2f}"
        )


if __name__ == "__main__":
    main()
