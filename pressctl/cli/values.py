"""What is given at the command line: values of each kind, and the file that is meant."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeVar

import typer

from pressctl import durable
from pressctl.core.dates import parse_date
from pressctl.core.moments import Moment, moment_of
from pressctl.core.period import Period, parse_period
from pressctl.core.terms import Term
from pressctl.core.words import AskedWord, meaning
from pressctl.errors import BadData, UsageError, reason

_T = TypeVar("_T", bound=Term)
_YEARS = 1900, 2999


def _no_such_year(year: int) -> str:
    return f"年份 {year} 不在 {_YEARS[0]} 到 {_YEARS[1]} 之间。"


def day(text: str) -> date:
    """A date in any of the accepted spellings."""
    try:
        found = parse_date(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if not _YEARS[0] <= found.year <= _YEARS[1]:
        raise typer.BadParameter(_no_such_year(found.year))
    return found


def year(text: str) -> int:
    """A year, within the one range that all commands take."""
    try:
        found = int(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}”不是年份，应为四位数字，如 2026。") from None
    if not _YEARS[0] <= found <= _YEARS[1]:
        raise UsageError("year", _no_such_year(found), next_step="请写四位年份，如 2026。")
    return found


def period(text: str) -> Period:
    """A month, a third of one, a quarter or a year."""
    try:
        return parse_period(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def clock(text: str) -> time:
    """A time of day, HH:MM."""
    found = re.fullmatch(r"([01]?\d|2[0-3])[:：]([0-5]\d)", text.strip())
    if not found:
        raise typer.BadParameter(f"“{text}”不是时间，应写作 HH:MM，如 10:00。")
    return time(int(found[1]), int(found[2]))


def moment(text: str) -> datetime:
    """A day and a time of day, as in 2026-10-09 14:30."""
    on, _, at = text.strip().replace("T", " ").rpartition(" ")
    if not on:
        raise typer.BadParameter(f"“{text}”不是时刻，应写作 2026-10-09 14:30。")
    return datetime.combine(day(on), clock(at))


def day_or_moment(text: str) -> Moment:
    """A day, or a day and a time of day: 2026-06-10, 2026-06-10T10:00."""
    try:
        return Moment(parse_date(text))
    except ValueError:
        if re.search(r"[:：]", text):
            return moment_of(moment(text))
        raise typer.BadParameter(f"“{text}”不是日期或时刻，应写作 2026-10-09 或 2026-10-09T14:30。") from None


def one_of(term: type[_T], among: Iterable[_T] | None = None) -> Callable[[str], _T]:
    """A parser for a term: its English value, the regulation's Chinese word, or what offices write for it."""
    allowed = tuple(term if among is None else among)

    def parse(text: str) -> _T:
        if (member := meaning(term, text)) in allowed:
            return member
        known = "、".join(f"{m.value}（{m.label}）" for m in allowed)
        raise typer.BadParameter(f"“{text}”不在可用的值之中：{known}。")

    return parse


def word_of(term: type[_T]) -> Callable[[str], AskedWord[_T]]:
    """A parser for a term under which a regulation may have names of its own: the desk reads the word."""

    def parse(text: str) -> AskedWord[_T]:
        return AskedWord(text, term)

    return parse


def choices(term: Iterable[Term]) -> str:
    """A term's values, as metavar."""
    return "|".join(m.value for m in term)


# -- standard input --------------------------------------------------------------------------------

STANDARD_INPUT = "标准输入"


def given_file(ctx: typer.Context, file: Path, *, skip_bad: bool = False) -> Path:
    """The file that is meant: `-` is standard input, kept in an owner-only folder while the command runs.

    Raises UsageError for `skip_bad`: rejected rows are written beside the file, and there is none.
    """
    if str(file) != "-":
        return file
    if skip_bad:
        raise UsageError(
            "no_place",
            "从标准输入导入时，被退回的行没有地方写，不能用 --skip-bad。",
            next_step="请先存成文件，再导入。",
        )
    try:
        if sys.stdin is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        folder = ctx.with_resource(durable.workshop(Path(tempfile.gettempdir())))
        with os.fdopen(durable.create(folder / STANDARD_INPUT), "wb") as kept:
            shutil.copyfileobj(sys.stdin.buffer, kept)
    except OSError as error:
        raise BadData(
            "no_input",
            f"标准输入读不出，或临时目录 {tempfile.gettempdir()} 写不进去：{reason(error)}。",
            next_step="请先存成文件，再写文件名。",
        ) from error
    return folder / STANDARD_INPUT
