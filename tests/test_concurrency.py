"""Several processes on one database, and processes that are killed: nothing lost, nothing doubled, nothing half."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from pressctl.core.terms import RecordKind, Status
from pressctl.storage.attachments import Attachments
from pressctl.storage.database import Database
from pressctl.storage.sqlite import WAIT_SECONDS
from pressctl.usecases.desk import Desk
from pressctl.usecases.upkeep import Examined, db_backup, db_check
from tests.bureau import Bureau
from tests.conftest import NOW, Shell
from tests.test_restore import restore_under_writers

WORKER = """
import datetime as dt, random, sys, time
from pathlib import Path
from pressctl.core.record_kinds import SHAPES
from pressctl.core.terms import AttachmentKind, Form, Role
from pressctl.errors import Refused
from pressctl.usecases import history, records, register, releases, upkeep
from pressctl.usecases.desk import Desk
who, count, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
folder = path.parent.parent / who
folder.mkdir()
desk = Desk(path, who, dt.date(2026, 9, 20), lambda: dt.datetime.now(dt.UTC))
random.seed(who)
KINDS = (AttachmentKind.PROGRAMME, AttachmentKind.SOURCE_MATERIAL, AttachmentKind.PRESS_TEXT)
planned, submitted, people = [], [], []

def mobile():
    return {"mobile": f"139{random.randrange(10**8):08d}"}

def add(name):
    register.register_add(desk, name, Role.LIAISON, "天宁分局", "民警", mobile())
    people.append(name)

def change(name):
    add(name) if not people else register.register_change(desk, people[-1], mobile(), title=name)

def end(name):
    if not people:
        return add(name)
    register.register_end(desk, people.pop(), dt.date(2026, 9, 20), name)

def plan(name, keep=True):
    new = releases.NewRelease(
        name, "公交分局", Form.CONFERENCE, dt.date(2026, 10, 9), topic="客流", categories=(2,), in_bureau_name=True
    )
    ref = releases.plan_add(desk, new)[0].ref
    planned.append(ref) if keep else None

def submit(name):
    if not planned:
        return plan(name)
    attach = []
    for kind in KINDS:
        file = folder / f"{kind.value}.txt"
        file.write_text(f"{name} {kind.value}" if kind is AttachmentKind.PRESS_TEXT else kind.value)
        attach.append((kind, file))
    ref = planned.pop()
    releases.submit(desk, ref, releases.Submission(
        opinion=name, by="华言", attach=attach, presenters=("华言",), liaison="施联", phone="8100",
        venue=name, at=dt.time(10), audience="公众", media="市级媒体",
    ))
    submitted.append(ref)

def approve(name):
    if not submitted:
        return submit(name)
    releases.approve(desk, submitted.pop(), releases.Decided("周主任", name))

def record(name):
    file = folder / "minutes.txt"
    file.write_text(name)
    records.record(desk, SHAPES["meeting"], None, {"topics": name, "people": ["周主任"]}, file=file)

def undo(name):
    plan(name, keep=False)
    history.undo(desk)

def backup(name):
    upkeep.db_backup(desk, folder / f"{name}.zip")

def look(name):
    releases.plan_list(desk), history.log_verify(desk)

ACTS = (add, add, change, end, plan, plan, plan, submit, submit, approve, record, undo, backup, look)
for n in range(count):
    act, name = random.choice(ACTS), f"{who}-{n}"
    before = (len(planned), len(submitted), len(people))
    began = time.monotonic()
    act(name)
    after = (len(planned), len(submitted), len(people))
    print(act.__name__, name, f"{time.monotonic() - began:.3f}", *(b - a for a, b in zip(before, after)), flush=True)
"""


def _start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _sound(database: Database) -> Examined:
    desk = Desk(database.path, "查", NOW.date(), lambda: NOW)
    return db_check(desk, deep=True)


@pytest.fixture
def bureau(shell: Shell) -> Database:
    """A bureau with people in every post."""
    Bureau(shell)
    return Database(shell.folder / "data" / "p.db")


def _run_together(database: Database, processes: int, each: int) -> float:
    """None lost, none doubled, nobody turned away. Returns the longest that one waited, in seconds."""
    running = [_start(f"w{n}", str(each), str(database.path)) for n in range(processes)]
    finished = [p.communicate(timeout=1500) for p in running]
    assert [p.returncode for p in running] == [0] * processes, [err[-900:] for _, err in finished]
    told = [line.split() for out, _ in finished for line in out.splitlines()]
    assert len(told) == processes * each
    names = {act: {name for said, name, *_ in told if said == act} for act in {line[0] for line in told}}
    _as_told(database, told, names)
    files = Attachments(database.attachments)
    with database.reading() as repository:
        entries = repository.log_entries()
        wanted = repository.referenced_files()
    assert [e["seq"] for e in entries] == list(range(1, len(entries) + 1))
    assert {files.state(sha256) for sha256 in wanted} == {"sound"} and files.stored() == set(wanted)
    assert _sound(database).ok
    assert list(database.path.parent.rglob(".work-*")) == [], "nothing is left in the making"
    return max(float(seconds) for _, _, seconds, *_ in told)


def _as_told(database: Database, told: list[list[str]], names: dict[str, set[str]]) -> None:
    """What stands in the database is what was acknowledged; what each act fell back to is told by what it made."""
    with database.reading() as repository:
        releases, people = repository.releases(), repository.appointments()
        meetings = [r for r in repository.records() if r.kind is RecordKind.MEETING]
        entries = repository.log_entries()
    planned = {
        name for act, name, _, made, *_ in told if act in ("plan", "submit", "approve") and made == "1"
    }
    submitted = {name for act, name, _, _, made, _ in told if act in ("submit", "approve") and made == "1"}
    added = {name for act, name, *_, made in told if act in ("add", "change", "end") and made == "1"}
    ended = {name for act, name, *_, made in told if act == "end" and made == "-1"}
    changed = {name for act, name, *_, made in told if act == "change" and made == "0"}
    assert sorted(r.name for r in releases) == sorted(planned), "and none that was undone"
    assert len({r.ref for r in releases}) == len(releases)
    assert sorted(r.venue for r in releases if r.venue) == sorted(submitted)
    approved = {name for act, name, _, _, made, _ in told if act == "approve" and made == "-1"}
    assert sorted(s.opinion for r in releases for s in r.steps if s.by == "周主任") == sorted(approved)
    assert all(len(r.attachments) == 3 for r in releases if r.status in (Status.SUBMITTED, Status.REVIEWED))
    assert sorted(p.person.name for p in people if "-" in p.person.name) == sorted(added)
    assert sorted(p.end_reason for p in people if p.end_reason) == sorted(ended)
    assert sorted(str(m.data["topics"]) for m in meetings) == sorted(names.get("record", ()))
    commands = {e["command"]: e["action"] for e in entries if e["actor"][0] == "w"}
    undone = names.get("undo", set())
    expected = {
        "register.add": len(added), "register.change": len(changed), "register.end": len(ended),
        "plan.add": len(planned) + len(undone), "submit": len(submitted), "approve": len(approved),
        "record.meeting": len(meetings), "undo": len(undone),
    }  # fmt: skip
    assert Counter(commands.values()) == Counter({k: n for k, n in expected.items() if n}), (
        "each once in the log"
    )


def test_three_processes_lose_and_double_nothing(bureau: Database) -> None:
    assert _run_together(bureau, processes=3, each=15) < WAIT_SECONDS


@pytest.mark.soak
def test_eight_processes_of_two_hundred_mixed_operations(
    bureau: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    longest = _run_together(bureau, processes=8, each=200)
    with capsys.disabled():
        seconds = time.monotonic() - began
        print(f"\n8 processes x 200 operations in {seconds:.0f} s; the longest took {longest:.1f} s")
    assert longest < WAIT_SECONDS


@pytest.mark.soak
def test_two_hundred_restores_under_eight_writers(
    small_bureau: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    acknowledged, longest = restore_under_writers(small_bureau, tmp_path, writers=8, restores=200)
    with capsys.disabled():
        seconds = time.monotonic() - began
        print(
            f"\n200 restores, {acknowledged} acknowledged changes in {seconds:.0f} s; the longest took {longest:.1f} s"
        )


def _killed_at_random(database: Database, rounds: int) -> None:
    """What a killed process had reported is there; what is there is whole."""
    source = random.Random(20260115)
    reported: list[list[str]] = []
    for number in range(rounds):
        process = _start(f"k{number}", "100000", str(database.path))
        with process:
            assert process.stdout is not None
            out = process.stdout.readline()  # it has begun, however busy the machine is
            time.sleep(source.random() * 1.5)
            process.send_signal(signal.SIGKILL)
            out += process.stdout.read()
        reported += [line.split() for line in out[: out.rfind("\n") + 1].splitlines()]
    with database.reading() as repository:
        names = [r.name for r in repository.releases()]
        people = [p.name for p in repository.people().values()]
    told = {
        name for act, name, _, made, *_ in reported if act in ("plan", "submit", "approve") and made == "1"
    }
    added = {name for act, name, *_, made in reported if act in ("add", "change", "end") and made == "1"}
    assert told <= set(names) and added <= set(people) and len(set(names)) == len(names)
    assert _sound(database).ok
    assert len(names) > rounds // 4, "the processes were killed before they did anything"
    desk = Desk(database.path, "查", NOW.date(), lambda: NOW)
    assert db_backup(desk, database.path.parent.parent / "whole.zip").entries


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL 只在 POSIX 上有")
@pytest.mark.slow
def test_killed_at_random_nothing_is_half(bureau: Database) -> None:
    _killed_at_random(bureau, 6)


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL 只在 POSIX 上有")
@pytest.mark.soak
def test_killed_at_random_many_times_nothing_is_half(bureau: Database) -> None:
    _killed_at_random(bureau, 100)
