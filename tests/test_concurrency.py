"""Several processes on one database, and processes that are killed: nothing lost, nothing doubled, nothing half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from conftest import NOW

from pressctl.storage.database import Database
from pressctl.usecases.desk import Desk
from pressctl.usecases.upkeep import db_check

WORKER = """
import datetime as dt, random, sys
from pathlib import Path
from pressctl.core.terms import Form, Role, UnitKind
from pressctl.usecases import history, register, releases, units, upkeep
from pressctl.usecases.desk import Desk
who, count, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
desk = Desk(path, who, dt.date(2026, 1, 15), lambda: dt.datetime.now(dt.UTC))
random.seed(who)
made = []
for n in range(count):
    name = f"{who}-{n}"
    choice = random.random()
    if choice < 0.35 or not made:
        new = releases.NewRelease(name, "某市公安局", Form.WRITTEN, dt.date(2026, 6, 1 + n % 28))
        made.append(releases.plan_add(desk, new)[0]["ref"])
        print(f"release {name}", flush=True)
    elif choice < 0.5:
        units.unit_add(desk, units.NewUnit(name, UnitKind.STATION, "某市公安局"))
        print(f"unit {name}", flush=True)
    elif choice < 0.65:
        register.register_add(desk, name, Role.LIAISON, "东城分局", "民警", {"mobile": f"139{random.randrange(10**8):08d}"})
        print(f"person {name}", flush=True)
    elif choice < 0.75:
        releases.plan_cancel(desk, made.pop(), name)
        print(f"reason {name}", flush=True)
    elif choice < 0.8:
        upkeep.db_backup(desk, path.parent.parent / f"{name}.zip")
    elif choice < 0.9:
        releases.plan_list(desk)
    else:
        history.log_verify(desk)
    print("done", flush=True)
"""


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _sound(database: Database) -> dict[str, Any]:
    desk = Desk(database.path, "查", NOW.date(), lambda: NOW)
    return db_check(desk, deep=True)


def _told(outputs: list[str], what: str) -> list[str]:
    """The names that the workers reported of one kind of thing."""
    return [x.removeprefix(f"{what} ") for o in outputs for x in o.splitlines() if x.startswith(f"{what} ")]


def _run_together(database: Database, processes: int, each: int) -> None:
    """None lost, none doubled, nobody turned away."""
    running = [_start(f"w{n}", str(each), str(database.path)) for n in range(processes)]
    finished = [p.communicate(timeout=500) for p in running]
    assert [p.returncode for p in running] == [0] * processes, [err[-500:] for _, err in finished]
    outputs = [out for out, _ in finished]
    assert sum(out.count("done") for out in outputs) == processes * each
    with database.reading() as repository:
        stored = repository.releases()
        assert sorted(r.name for r in stored) == sorted(_told(outputs, "release"))
        assert [r.ref for r in stored] == [f"2026-{n:03d}" for n in range(1, len(stored) + 1)]
        assert sorted(u.name for u in repository.units()[3:]) == sorted(_told(outputs, "unit"))
        people = [p.name for p in repository.people().values()]
        entries = repository.log_entries()
    assert sorted(people[3:]) == sorted(_told(outputs, "person"))
    assert sorted(r.close_reason for r in stored if r.close_reason) == sorted(_told(outputs, "reason"))
    assert [e["seq"] for e in entries] == list(range(1, len(entries) + 1))
    assert _sound(database)["ok"]


def test_three_processes_lose_and_double_nothing(small_bureau: Database) -> None:
    _run_together(small_bureau, processes=3, each=12)


@pytest.mark.slow
def test_eight_processes_a_thousand_operations(small_bureau: Database) -> None:
    _run_together(small_bureau, processes=8, each=125)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL 只在 POSIX 上有")
@pytest.mark.slow
def test_killed_at_random_nothing_is_half(small_bureau: Database) -> None:
    """What a killed process had reported is there; what is there is whole."""
    source = random.Random(20260115)
    reported: list[str] = []
    for round in range(60):
        process = _start(f"k{round}", "100000", str(small_bureau.path))
        time.sleep(0.9 + source.random() * 0.6)
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate(timeout=60)
        complete = out[: out.rfind("\n") + 1]
        reported += _told([complete], "release")
    with small_bureau.reading() as repository:
        names = {r.name for r in repository.releases()}
        refs = [r.ref for r in repository.releases()]
    assert set(reported) <= names
    assert refs == [f"2026-{n:03d}" for n in range(1, len(refs) + 1)]
    assert _sound(small_bureau)["ok"]
    assert len(refs) > 20, "the processes were killed before they did anything"
