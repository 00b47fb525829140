"""The rule of the two streams: stdout is data, stderr is talk. Tables know how wide Chinese characters are."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from shutil import get_terminal_size
from typing import Any

from pressctl.errors import PressctlError

_PIPE_WIDTH = 240  # a table into a pipe is not cut to a terminal's width


@dataclass
class Terminal:
    """How this run talks: the shared options, and what prints results and errors."""

    json: bool = False
    db: str | None = None
    actor: str | None = None

    def show(self, result: Any, human: Callable[[Any], None]) -> None:
        """The result as JSON, or by the command's own printer."""
        if self.json:
            print(json.dumps(result, ensure_ascii=False, indent=2, default=str))
        else:
            human(result)

    def fail(self, error: PressctlError) -> None:
        """The error's sentence and next step; with --json its object as the last line of stderr."""
        if self.json:
            print(json.dumps({"error": error.as_dict()}, ensure_ascii=False, default=str), file=sys.stderr)
            return
        clause = f"（依据：{error.clause}）" if error.clause else ""
        print(f"错误：{error.message}{clause}", file=sys.stderr)
        if error.next_step:
            print(f"下一步：{error.next_step}", file=sys.stderr)


def say(text: str) -> None:
    """Talk: progress, warnings."""
    print(text, file=sys.stderr)


def warn(texts: Iterable[str]) -> None:
    """Warnings, one a line."""
    for text in texts:
        say(f"注意：{text}")


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str = "（无）") -> None:
    """A table on stdout; columns that end in > are aligned right."""
    texts = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
    if not texts:
        print(empty)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        made.add_column(name.rstrip(">"), justify="right" if name.endswith(">") else "left", overflow="fold")
    for row in texts:
        made.add_row(*(Text(cell) for cell in row))  # Text: what people wrote is never read as markup
    console = Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)
    console.print(made)


def paragraph(text: str, *, first: str = "", rest: str = "") -> None:
    """A text broken to the terminal's width, with what each line begins with; whole into a pipe."""
    from pressctl.cli.framework import display_width, wrap

    if not sys.stdout.isatty():
        print(first + text)
        return
    room = max(get_terminal_size().columns - max(display_width(first), display_width(rest)), 20)
    for number, line in enumerate(wrap(text, room)):
        print((rest if number else first) + line)


def pairs(rows: Iterable[tuple[str, object]]) -> None:
    """Labels and values, one a line; empty values are left out."""
    for label, value in rows:
        if value not in (None, "", ()):
            print(f"{label}：{value}")


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr while work is long and someone looks on; the callee tells how many are done."""
    if total < 2000 or not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def masked(value: str | None, full: bool) -> str:
    """A private value with its middle hidden, unless asked for in full."""
    if not value or full:
        return value or ""
    return value[:3] + "*" * max(len(value) - 5, 1) + value[-2:] if len(value) > 5 else "*" * len(value)


def confirmed(question: str, *, yes: bool) -> bool:
    """Ask, unless --yes; never where nobody can answer."""
    from pressctl.errors import UsageError

    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(
            "confirmation", f"{question}——需要确认，而标准输入不是终端。", next_step="确认无误后加 --yes。"
        )
    say(f"{question} [y/N] ")
    return sys.stdin.readline().strip().lower() in ("y", "yes", "是")
