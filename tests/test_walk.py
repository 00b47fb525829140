"""Random walks through the database: whatever clerks try, in whatever order, the table, the law and the log hold.

Clerks give hours or leave them out, enter things late under earlier days, return and submit again, and units change
their kind under way. What a walk then says must agree with itself, and nothing entered after an event mends what had
to come before it.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressctl.core.moments import Moment
from pressctl.core.record_kinds import SHAPES
from pressctl.core.rules import check as judge
from pressctl.core.terms import (
    AttachmentKind,
    Decision,
    Form,
    Nature,
    Occasion,
    Result,
    Seat,
    Status,
    UnitKind,
)
from pressctl.core.workflow import TRANSITIONS
from pressctl.errors import PressctlError, Refused
from pressctl.usecases import compliance, history, records, register, releases, units, upkeep
from pressctl.usecases.desk import Desk
from pressctl.usecases.releases import Change, Decided, Held, NewRelease, Submission
from tests.bureau import PEOPLE, UNITS
from tests.conftest import NOW

_HOURS = (None, None, dt.time(8), dt.time(9, 59), dt.time(10), dt.time(16))
_BEFORE = ("FIL-01", "FIL-02", "RTE-04", "URG-01", "LED-01", "COO-01", "INV-01", "RTE-03")
"""Rules of what must come before the event: entered after it was held, nothing mends them."""
_MOVES = {(t.before, t.after) for t in TRANSITIONS}
_PEOPLE = ("周主任", "周主任", "周主任", "朱副", "朱副", "苏正", "苏正", "杨副", "顾一", "华言", "施联")
_ACTORS = ("甲", "乙", "丙")


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau with four releases in the plan: every nature, in its own name and in the bureau's."""
    folder = tmp_path_factory.mktemp("walk")
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    for kind in AttachmentKind:
        (folder / f"{kind}.txt").write_text(kind, encoding="utf-8")
    desk = _desk(folder, "筹备", dt.date(2026, 1, 5))
    upkeep.init(desk)
    units.unit_import(desk, folder / "units.csv")
    register.register_import(desk, folder / "people.csv")
    for unit, form, nature, named in (
        ("公交分局", Form.CONFERENCE, Nature.SPECIAL, True),
        ("宣传处", Form.CONFERENCE, Nature.COMPREHENSIVE, True),
        ("天宁分局", Form.BRIEFING, Nature.SPECIAL, True),
        ("公交分局", Form.WRITTEN, Nature.SPECIAL, False),
    ):
        new = NewRelease("发布", unit, form, dt.date(2026, 10, 9), "主题", (1,), Occasion.OWN, nature, named)
        releases.plan_add(desk, new)
    first, second = (r.ref for r in releases.plan_list(desk)[:2])
    _submitted(folder, first, "周主任", "朱副")
    _submitted(folder, second)
    return folder


def _submitted(folder: Path, ref: str, *signers: str) -> None:
    """The first is signed already and the second submitted, so that many walks come to what follows."""
    desk = _desk(folder, "筹备", dt.date(2026, 9, 8))
    papers = tuple((k, folder / f"{k}.txt") for k in AttachmentKind)
    told: dict[str, Any] = {"opinion": "同意", "by": "华言", "attach": papers, "presenters": ("华言",)}
    told |= {"liaison": "施联", "phone": "8100", "venue": "发布厅", "at": dt.time(10)}
    releases.submit(desk, ref, Submission(**told, audience="公众", media="媒体"))
    for who in signers:
        releases.approve(desk, ref, Decided(who, "同意"))


def _desk(folder: Path, actor: str, day: dt.date) -> Desk:
    return Desk(folder / "data" / "p.db", actor, day, lambda: NOW)


def _acts(folder: Path, rng: random.Random, day: dt.date) -> dict[str, Callable[[Desk, str], object]]:
    """What a clerk may try; people, decisions and papers at random, often wrong."""
    person = rng.choice(_PEOPLE)
    kinds = rng.sample(list(AttachmentKind), rng.choice((*[5] * 8, 3, 0)))
    submission = Submission(
        opinion=rng.choice((*["同意"] * 9, "")),
        by=rng.choice((*["华言"] * 8, "杨副", "")),
        attach=tuple((k, folder / f"{k}.txt") for k in kinds),
        presenters=(person,),
        liaison=rng.choice((*["施联"] * 9, None)),
        phone="8100",
        venue="发布厅",
        at=dt.time(10),
        audience="公众",
        media="媒体",
        joint=rng.choice(((), (("天宁分局", "窦言", "同意"),))),
        urgent=(urgent := rng.random() < 0.3),
        reason="急" if urgent else None,
        consulted=Moment(rng.choice((dt.date(2026, 9, 10), day)), rng.choice(_HOURS)) if urgent else None,
    )
    decided = Decided(
        person,
        rng.choice(("同意", "同意", "同意", "")),
        rng.choice((*[Decision.AGREE] * 6, Decision.RETURN, Decision.REJECT)),
        resume=rng.random() < 0.5,
        wide_impact=rng.choice((None, False)),
        at=rng.choice(_HOURS),
    )
    claimed = rng.choice((None, None, day - dt.timedelta(rng.randint(0, 9))))
    hour = rng.choice(_HOURS)
    shape, details = rng.choice(_RECORDED)
    seats = ((Seat.HOST, person, None), (Seat.PRESENTER, "华言", None))
    change = rng.choice(
        (Change(on=dt.date(2026, 10, rng.randint(9, 16))), Change(venue="会议室"), Change(at=dt.time(15)))
    )
    return {
        "submit": lambda d, ref: releases.submit(d, ref, submission),
        "approve": lambda d, ref: releases.approve(d, ref, decided),
        "withdraw": lambda d, ref: releases.withdraw(d, ref, "补充"),
        "move": lambda d, ref: releases.plan_move(d, ref, change, rng.choice(("原因", ""))),
        "cancel": lambda d, ref: releases.plan_cancel(d, ref, rng.choice(("合并", *[""] * 7))),
        "filed": lambda d, ref: releases.filed(d, ref, by="喻联", on=claimed, at=hour),
        "held": lambda d, ref: releases.held(
            d,
            ref,
            Held(seats, unfiled=rng.random() < 0.3, unapproved=rng.random() < 0.1, reason="遗漏", at=hour),
            on=claimed,
        ),
        "record": lambda d, ref: records.record(d, SHAPES[shape], ref, details, on=claimed, at=hour),
        "kind": lambda d, ref: units.unit_change_kind(
            d, "天宁分局", rng.choice((UnitKind.SUB_BUREAU, UnitKind.DETACHMENT, UnitKind.COUNTY_BUREAU)), day
        ),
        "archived": lambda d, ref: releases.archived(d, ref, ()),
        "undo": lambda d, ref: history.undo(d),
    }


_RECORDED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("joint", {"units": ("宣传处",)}),
    ("invitation", {"by": "宣传处", "media": ("日报",)}),
    ("consulted", {"whom": "周主任"}),
    ("impact", {"wide": False}),
    ("impact", {"wide": True}),
    ("coorganise", {"asked_on": dt.date(2026, 9, 12)}),
    ("line", {"decided_by": "华言", "line": "口径"}),
)
_FORWARD = {
    "submit": "submit",
    "review": "approve",
    "approve": "approve",
    "file": "filed",
    "hold": "held",
    "archive": "archived",
}
_NAMES = (*dict.fromkeys(_FORWARD.values()), "withdraw", "move", "cancel", "undo", "record", "record", "kind")


def _choice(rng: random.Random, can: Iterable[str], eager: float) -> str:
    """Half the time, or nearly always, what the state allows next, so that walks get somewhere; else anything at all."""
    forward = [_FORWARD[a] for a in can if a in _FORWARD]
    return rng.choice(forward) if forward and rng.random() < eager else rng.choice(_NAMES)


_HELD = (Status.HELD, Status.ARCHIVED)


def _unmended(desk: Desk, ref: str) -> set[tuple[str, str]]:
    """(rule, strength) of what failed for good of a release that was held, among what must come before it."""
    with desk.reading() as repository:
        facts, (policy, calendar) = repository.facts(desk.today), desk.law(repository)
    found = judge(facts, policy, calendar, desk.today, rules=_BEFORE)
    return {(f.rule, f.strength) for f in found if f.ref == ref and f.lapsed and not f.local_reading}


def _nothing_entered_now_mends(desk: Desk, ref: str) -> None:
    """Of a release that was held, every kind of record under a day before it; the event's own day with an hour too."""
    before = _unmended(desk, ref)
    with desk.reading() as repository:
        release = repository.release(ref)
    assert release is not None
    event = release.day
    for shape, details in _RECORDED:
        for on, at in ((event - dt.timedelta(1), None), (event, dt.time(0, 1))):
            records.record(desk, SHAPES[shape], ref, details, on=on, at=at)
    after = _unmended(desk, ref)
    assert before - {("COO-01", "E")} <= after, (
        before - after
    )  # what nobody decided may still be told (record impact)


def _agrees(desk: Desk) -> None:
    """`check` and `due` of one day name the same, and the year goes on over New Year."""
    found = compliance.check(desk, everything=True).findings
    open_of = {(f.rule, f.subject) for f in found if f.result not in (Result.PASS, Result.WAIVED)}
    for item in compliance.due(desk, days=0):
        if item.rule and item.ref:
            assert (item.rule, item.ref) in open_of, item
    later = replace(desk, today=dt.date(2027, 1, 1))
    refs = {i.ref for i in compliance.due(desk, days=0) if i.rule and i.ref}
    assert refs <= {i.ref for i in compliance.due(later, days=0)}


def _walk(start: Path, folder: Path, seed: int, steps: int) -> set[Status]:
    """Take the steps; after each the table is kept, and at the end the log tells the same story as the tables."""
    rng = random.Random(seed)
    shutil.copytree(start, folder)
    day = dt.date(2026, 10, 6) if seed % 2 else dt.date(2026, 9, 10)
    seen: set[Status] = set()
    refs = [r.ref for r in releases.plan_list(_desk(folder, "甲", day))]
    for _ in range(steps):
        desk = _desk(folder, rng.choice(_ACTORS), day)
        ref = rng.choice(refs[:2] if rng.random() < 0.7 else refs)
        before = releases.plan_show(desk, ref)
        name = _choice(rng, before.can, 0.9 if seed % 2 else 0.5)
        try:
            _acts(folder, rng, day)[name](desk, ref)
        except Refused as refusal:
            assert refusal.message and refusal.next_step and (refusal.clause or refusal.code)
            assert releases.plan_show(desk, ref) == before, "a refusal changes nothing"
        except PressctlError as error:
            assert error.message and error.next_step
            assert releases.plan_show(desk, ref) == before
        after = releases.plan_show(desk, ref)
        moved = before.release.status, after.release.status
        seen.add(moved[1])
        if name != "undo":
            assert moved[0] is moved[1] or moved in _MOVES, (name, moved)
        if rng.random() < 0.4:
            day = min(day + dt.timedelta(rng.choice((1, 1, 3))), dt.date(2026, 10, 20))
    desk = _desk(folder, "甲", day)
    _agrees(desk)
    for ref in refs:
        if releases.plan_show(desk, ref).release.status in _HELD:
            _nothing_entered_now_mends(desk, ref)
    whole = upkeep.db_check(_desk(folder, "甲", day), deep=True)
    assert whole.ok, whole.problems
    assert history.log_verify(_desk(folder, "甲", day)).ok
    return seen


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_law_no_walk_breaks_table_or_log(
    start: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    _walk(start, tmp_path_factory.mktemp("walks") / "w", seed, 25)


@pytest.mark.slow
def test_law_long_walks_reach_every_state(start: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Fifteen long walks or more keep the law too; together they see every state, so the law was not kept by standing
    still."""
    seen: set[Status] = set()
    for seed in range(60):
        if seed >= 15 and seen == set(Status):
            break
        seen |= _walk(start, tmp_path_factory.mktemp("walks") / "w", seed, 60)
    assert seen == set(Status)
