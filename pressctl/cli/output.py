"""The rule of the two streams: stdout is data, stderr is talk. Tables know how wide Chinese characters are.

Both streams end in a rim, where whatever could steer a terminal is escaped, once for all that is printed; and where a
stream that takes no more is remembered instead of breaking off a command that may have written already.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from shutil import get_terminal_size
from typing import Any, TypeVar

from pressctl.cli.text import display_width, wrap
from pressctl.core import json_text
from pressctl.core.encoding import encoded
from pressctl.core.text import escaped, json_escaped
from pressctl.errors import PressctlError, UsageError

_T = TypeVar("_T")
_PIPE_WIDTH = 240  # a table into a pipe is not cut to a terminal's width


class Drawn:
    """A stream as it was found, for what is drawn with a terminal's own codes. What it cannot take is dropped, and the
    first reason kept in `lost`."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.lost: OSError | None = None

    def write(self, text: str) -> int:
        if self.lost is None:
            self._try(lambda: self.stream.write(text))
        return len(text)

    def flush(self) -> None:
        if self.lost is None and self.stream is not None:  # nothing drawn, nothing lost
            self._try(lambda: self.stream.flush())

    def _try(self, act: Callable[[], object]) -> None:
        try:
            if self.stream is None:  # closed before the program began
                raise OSError(errno.EBADF, "closed")
            act()
        except OSError as error:
            self.lost = error
        except ValueError:
            self.lost = OSError(errno.EBADF, "closed")

    def isatty(self) -> bool:
        return self.stream is not None and bool(self.stream.isatty())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    @property
    def unread(self) -> bool:
        """Whether it is lost because the reader went away (| head), which is nobody's fault."""
        return isinstance(self.lost, BrokenPipeError) or (
            os.name == "nt" and getattr(self.lost, "errno", None) == errno.EINVAL
        )

    def let_go(self) -> None:
        """Python would try once more to write what is left when it ends, and complain."""
        with suppress(OSError, ValueError, AttributeError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.stream.fileno())
            os.close(nowhere)


class Rim(Drawn):
    """A stream for words: whatever could steer a terminal is escaped. `drawn` is the stream without that."""

    def __init__(self, drawn: Drawn) -> None:
        super().__init__(drawn)
        self.drawn = drawn

    def write(self, text: str) -> int:
        return self.drawn.write(escaped(text))

    def flush(self) -> None:
        self.drawn.flush()


def _drawn(stream: Any) -> Any:
    """The stream for rich, whose cells are escaped one by one."""
    return stream.drawn if isinstance(stream, Rim) else stream


@contextmanager
def rims() -> Iterator[Drawn]:
    """Both streams within their rims, as long as a command runs. Gives stdout, to ask whether it took everything."""
    found = sys.stdout, sys.stderr
    out, err = Drawn(sys.stdout), Drawn(sys.stderr)
    sys.stdout, sys.stderr = Rim(out), Rim(err)
    try:
        yield out
        out.flush()
        err.flush()
        for stream in (out, err):
            if stream.lost:
                stream.let_go()
    finally:
        sys.stdout, sys.stderr = found


@dataclass
class Terminal:
    """How this run talks: the shared options, and what prints results and errors."""

    json: bool = False
    db: str | None = None
    actor: str | None = None
    written: bool = False
    """Whether something has been written for good."""
    logged: bool = False
    """Whether the log tells of it: of a backup it does not."""

    def wrote(self, logged: bool) -> None:
        self.written = True
        self.logged = self.logged or logged

    def show(self, result: _T, human: Callable[[_T], object]) -> None:
        """The result as JSON, or by the command's own printer."""
        if self.json:
            print(json_escaped(json_text.document(encoded(result))), file=_drawn(sys.stdout))
        else:
            human(result)

    def fail(self, error: PressctlError) -> None:
        """The error's sentence and next step; with --json its object as the last line of stderr."""
        if self.json:
            document = json.dumps({"error": encoded(error.as_dict())}, ensure_ascii=False)
            print(json_escaped(document), file=sys.stderr)
            return
        said = error.clause is None or f"（{error.clause}）" in error.message
        clause = "" if said else f"（依据：{error.clause}）"
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
    texts = [tuple("" if cell is None else escaped(str(cell)) for cell in row) for row in rows]
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
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    console = Console(file=_drawn(sys.stdout), width=width, highlight=False)
    console.print(made)


def paragraph(text: str, *, first: str = "", rest: str = "") -> None:
    """A text broken to the terminal's width, with what each line begins with; whole into a pipe."""

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

    with Progress(console=Console(file=_drawn(sys.stderr)), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def masked(value: str | None, full: bool) -> str:
    """A private value with its middle hidden, unless asked for in full."""
    if not value or full:
        return value or ""
    return value[:3] + "*" * max(len(value) - 5, 1) + value[-2:] if len(value) > 5 else "*" * len(value)


def answerable() -> bool:
    """Whether somebody is there to answer a question."""
    return sys.stdin is not None and sys.stdin.isatty()


def confirm(question: str, *, yes: bool, declined: str) -> None:
    """Ask, unless --yes. Raises UsageError where nobody can answer, and when the answer is no: `declined` says what then
    was not done."""
    if yes:
        return
    if not answerable():
        raise UsageError(
            "confirmation", f"{question}——需要确认，而标准输入不是终端。", next_step="确认无误后加 --yes。"
        )
    say(f"{question} [y/N] ")
    if sys.stdin.readline().strip().lower() not in ("y", "yes", "是"):
        raise UsageError("declined", declined)
