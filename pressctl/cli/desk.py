"""The desk that commands work at: whose, when, over which database."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

import typer

from pressctl.cli.output import Terminal, say
from pressctl.cli.values import day
from pressctl.core.text import fault, seen
from pressctl.errors import UsageError

if TYPE_CHECKING:
    from pressctl.usecases.desk import Desk

T = TypeVar("T")


def today_and_now() -> tuple[datetime, datetime]:
    """The clock in Shanghai, where the office is, and in UTC, for the log."""
    now = datetime.now(UTC)
    return now.astimezone(ZoneInfo("Asia/Shanghai")), now


def database_path(terminal: Terminal) -> Path:
    """--db, PRESSCTL_DB, or the platform's place for a user's data."""
    from pressctl.usecases.desk import default_database, locate

    return locate(terminal.db, default_database())


def desk(ctx: typer.Context, profiles: Iterable[Path] | None = None) -> Desk:
    """Who works where and when, under which optional policy files for this run."""
    from pressctl.usecases.desk import Desk

    terminal: Terminal = ctx.obj
    business_day = os.environ.get("PRESSCTL_TODAY")
    local, _ = today_and_now()
    try:
        today = day(business_day) if business_day else local.date()
    except typer.BadParameter as error:
        raise UsageError(
            "today", f"环境变量 PRESSCTL_TODAY：{error.message}", next_step="请写作 2026-01-15。"
        ) from error
    return Desk(
        path=database_path(terminal),
        actor=_actor(terminal),
        today=today,
        now=lambda: today_and_now()[1],
        profiles=tuple(profiles or ()),
        on_written=terminal.wrote,
        on_wait=lambda waited: say(f"数据库正被另一个 pressctl 写入，已等待 {waited:.0f} 秒……"),
    )


def present(ctx: typer.Context, result: T, human: Callable[[T], object]) -> None:
    """The result of a command, as JSON or by the printer that draws it."""
    terminal: Terminal = ctx.obj
    terminal.show(result, human)


def _actor(terminal: Terminal) -> str:
    """Who is at the keyboard, on one line."""
    given = terminal.actor or _system_user()
    if wrong := fault(given):
        raise UsageError(
            "actor", f"操作人“{given}”{wrong}。", next_step="请改正 --actor 或环境变量 PRESSCTL_ACTOR。"
        )
    return " ".join(seen(given).split()) or _system_user()


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a uid without a name, as in containers
        return f"uid-{os.getuid()}" if hasattr(os, "getuid") else "unknown"
