"""Random walks through the database: whatever clerks try, in whatever order, the table, the law and the log hold."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pressctl.core.moments import Moment
from pressctl.core.terms import AttachmentKind, Decision, Form, Nature, Occasion, Seat, Status
from pressctl.core.workflow import TRANSITIONS
from pressctl.errors import PressctlError, Refused
from pressctl.usecases import history, register, releases, units, upkeep
from pressctl.usecases.desk import Desk
from pressctl.usecases.releases import Change, Decided, Held, NewRelease, Submission
from tests.bureau import PEOPLE, UNITS
from tests.conftest import NOW

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
    return folder


def _desk(folder: Path, actor: str, day: dt.date) -> Desk:
    return Desk(folder / "data" / "p.db", actor, day, lambda: NOW)


def _acts(folder: Path, rng: random.Random) -> dict[str, Callable[[Desk, str], object]]:
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
        consulted=Moment(dt.date(2026, 9, 10)) if urgent else None,
    )
    decided = Decided(
        person,
        rng.choice(("同意", "同意", "同意", "")),
        rng.choice((*[Decision.AGREE] * 6, Decision.RETURN, Decision.REJECT)),
        resume=rng.random() < 0.5,
        wide_impact=rng.choice((None, False)),
    )
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
        "filed": lambda d, ref: releases.filed(d, ref, by="喻联"),
        "held": lambda d, ref: releases.held(d, ref, Held(seats, unfiled=rng.random() < 0.3, reason="遗漏")),
        "archived": lambda d, ref: releases.archived(d, ref, ()),
        "undo": lambda d, ref: history.undo(d),
    }


_FORWARD = {
    "submit": "submit",
    "review": "approve",
    "approve": "approve",
    "file": "filed",
    "hold": "held",
    "archive": "archived",
}
_NAMES = (*dict.fromkeys(_FORWARD.values()), "withdraw", "move", "cancel", "undo")


def _choice(rng: random.Random, can: list[str]) -> str:
    """Half the time what the state allows next, so that walks get somewhere; else anything at all."""
    forward = [_FORWARD[a] for a in can if a in _FORWARD]
    return rng.choice(forward) if forward and rng.random() < 0.5 else rng.choice(_NAMES)


def _walk(start: Path, folder: Path, seed: int, steps: int) -> set[Status]:
    """Take the steps; after each the table is kept, and at the end the log tells the same story as the tables."""
    rng = random.Random(seed)
    shutil.copytree(start, folder)
    day = dt.date(2026, 9, 10)
    seen: set[Status] = set()
    refs = [r["ref"] for r in releases.plan_list(_desk(folder, "甲", day))]
    for _ in range(steps):
        desk = _desk(folder, rng.choice(_ACTORS), day)
        ref = rng.choice(refs[:2] if rng.random() < 0.7 else refs)
        before = releases.plan_show(desk, ref)
        name = _choice(rng, before["can"])
        try:
            _acts(folder, rng)[name](desk, ref)
        except Refused as refusal:
            assert refusal.message and refusal.next_step and (refusal.clause or refusal.code)
            assert releases.plan_show(desk, ref) == before, "a refusal changes nothing"
        except PressctlError as error:
            assert error.message and error.next_step
            assert releases.plan_show(desk, ref) == before
        after = releases.plan_show(desk, ref)
        moved = Status(before["status"]), Status(after["status"])
        seen.add(moved[1])
        if name != "undo":
            assert moved[0] is moved[1] or moved in _MOVES, (name, moved)
        if rng.random() < 0.4:
            day = min(day + dt.timedelta(rng.choice((1, 1, 3))), dt.date(2026, 10, 20))
    whole = upkeep.db_check(_desk(folder, "甲", day), deep=True)
    assert whole["ok"], whole["problems"]
    assert history.log_verify(_desk(folder, "甲", day))["ok"]
    return seen


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_law_no_walk_breaks_table_or_log(
    start: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    _walk(start, tmp_path_factory.mktemp("walks") / "w", seed, 25)


@pytest.mark.slow
def test_law_long_walks_reach_every_state(start: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Fifteen long walks keep the law too; together they see every state, so the law was not kept by standing still."""
    seen: set[Status] = set()
    for seed in range(15):
        seen |= _walk(start, tmp_path_factory.mktemp("walks") / "w", seed, 60)
    assert seen == set(Status)
