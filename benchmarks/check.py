"""How `check`, `due` and the annual figures grow: every rule over bureaus of 250 to 2,000 units, each with its people and
twenty years of releases.

    python benchmarks/check.py [--quick]

Prints medians and the ratio from each size to the next; doubling the facts should about double the time.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date

from pressctl.core.annual import annual
from pressctl.core.due import due
from pressctl.core.facts import (
    Appointment,
    ApprovalStep,
    Attachment,
    Facts,
    Person,
    Record,
    Release,
    SeatTaken,
    Unit,
    UnitPeriod,
)
from pressctl.core.rules import check
from pressctl.core.terms import (
    AttachmentKind,
    Decision,
    Form,
    Nature,
    Occasion,
    RecordKind,
    Role,
    Seat,
    Status,
    Step,
    UnitKind,
)
from pressctl.core.working_days import Calendar
from pressctl.regulation import loader

FIRST, LAST = 2007, 2026
_KINDS = (UnitKind.SUB_BUREAU, UnitKind.DETACHMENT, UnitKind.DIVISION, UnitKind.STATION)


def bureau(units: int) -> Facts:
    """So many units, ten appointments each, one release a unit and year, each with steps, seats and records."""
    made = [
        Unit(1, (UnitPeriod("市局", UnitKind.BUREAU),)),
        Unit(2, (UnitPeriod("宣传处", UnitKind.DIVISION, 1, True),)),
    ]
    made += [Unit(n, (UnitPeriod(f"单位{n}", _KINDS[n % 4], 1),)) for n in range(3, units + 1)]
    posts: list[Appointment] = []
    releases: list[Release] = []
    records: list[Record] = []
    for unit in made:
        for n in range(10):
            person = Person(unit.id * 10 + n, f"人{unit.id}-{n}", mobile=f"139{unit.id * 10 + n:08}")
            role = (Role.SPOKESPERSON, Role.LIAISON)[n % 2]
            since, until = date(FIRST + 2 * n, 1, 5), date(FIRST + 2 * n + 2, 1, 5)
            posts.append(Appointment(len(posts) + 1, person, unit.id, role, "民警", since, until, since))
        releases += [
            _release(unit.id, year, posts[-1 - (LAST - year) // 2].person) for year in range(FIRST, LAST + 1)
        ]
    for r in releases:
        for kind in (RecordKind.FILED, RecordKind.ARCHIVED, RecordKind.JOINT):
            records.append(Record(len(records) + 1, kind, r.on, r.unit_id, ref=r.ref, data={}))
    return Facts(tuple(made), tuple(posts), tuple(releases), tuple(records), log_sound=True)


def _release(unit: int, year: int, person: Person) -> Release:
    day = date(year, 1 + unit % 12, 1 + unit % 27)
    before = date(year, 1, 1)
    steps = tuple(
        ApprovalStep(1, step, person.name, "民警", Decision.AGREE, "同意", before, person.id, unit_id=unit)
        for step in Step
    )
    seats = tuple(SeatTaken(seat, person.id, person.name, True) for seat in (Seat.HOST, Seat.PRESENTER))
    papers = tuple(Attachment(kind, "稿", "0" * 64, 1, before) for kind in AttachmentKind)
    return Release(
        f"{year}-{unit:04}", f"发布{unit}", unit, Form.CONFERENCE, day, day, Occasion.MAJOR, Nature.SPECIAL,
        Status.ARCHIVED, True, venue=f"会场{unit}", submitted_on=before, held_on=day, filed_on=before, round=1,
        steps=steps, seats=seats, attachments=papers, categories=(1,), planned_at=before,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two small sizes, one run each")
    quick = parser.parse_args().quick
    policy, day = loader.shipped(), date(LAST, 12, 31)
    calendar = Calendar(day)
    last: dict[str, float] = {}
    for size in (100, 200) if quick else (250, 500, 1000, 2000):
        facts = bureau(size)
        found = check(facts, policy, calendar, day)
        acts: dict[str, Callable[[Facts], object]] = {
            "check": lambda facts: check(facts, policy, calendar, day),
            "due": lambda facts: due(facts, policy, calendar, day),
            "annual": lambda facts, found=found: annual(facts, found, policy, calendar, LAST, day, ""),  # type: ignore[misc]
        }
        print(f"{size:5} units {len(facts.appointments):6} appointments {len(facts.releases):6} releases")
        for name, act in acts.items():
            times = []
            for _ in range(1 if quick else 3):
                fresh = Facts(facts.units, facts.appointments, facts.releases, facts.records, facts.log_sound)
                start = time.perf_counter()
                act(fresh)
                times.append(time.perf_counter() - start)
            median = statistics.median(times)
            ratio = f"  x{median / last[name]:.2f}" if name in last else ""
            print(f"      {name:7} {median:6.2f} s{ratio}")
            last[name] = median


if __name__ == "__main__":
    main()
