"""Files copied into the data directory under their SHA-256.

A file is copied and hashed beside the store before any lock is taken, and takes its place within the transaction that
refers to it: a crash may leave a file nobody references (`db check` names it, `db clean` removes it), never a reference
without its file; a slow source keeps nobody waiting; what is refused leaves nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pressctl import durable
from pressctl.errors import BadData, DatabaseError, reason

LIMIT_BYTES = 200 * 1024 * 1024
_CHUNK = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as taken in."""

    name: str
    sha256: str
    size: int


@dataclass
class Staging:
    """Files on their way in: copied and hashed by `take`, put in their places by `settle`, else gone."""

    store: Attachments
    _stack: contextlib.ExitStack
    _folder: Path | None = None
    _taken: dict[str, Path] = field(default_factory=dict)
    files: list[Kept] = field(default_factory=list)
    """Those taken, in order."""
    settled: frozenset[str] = frozenset()
    """Hashes of those that were not in the store before."""

    def take(self, source: Path) -> None:
        """Copy a file. Raises BadData when it cannot be read, DatabaseError when it cannot be kept."""
        require_readable(source)
        with self.store.words(source):
            if self._folder is None:
                self._stack.enter_context(durable.private(self.store.folder))
                self._folder = self._stack.enter_context(durable.workshop(self.store.folder))
            copy = self._folder / str(len(self.files))
            with os.fdopen(durable.create(copy), "wb") as writer:
                sha256, size = _read(source, writer.write)
                writer.flush()
                os.fsync(writer.fileno())
        self._taken[sha256] = copy
        self.files.append(Kept(source.name, sha256, size))

    def settle(self) -> None:
        """Put the copies in their places, each over whatever stands there under its hash: it can only be the same."""
        names = {kept.sha256: kept.name for kept in self.files}
        self.settled = frozenset(h for h in self._taken if not self.store.path(h).exists())
        for sha256, copy in self._taken.items():
            with self.store.words(Path(names[sha256])):
                target = self.store.path(sha256)
                durable.make_private(target.parent)
                durable.sync_folder(self.store.folder)
                durable.put_in_place(copy, target)


class Attachments:
    """The folder of attached files beside the database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    @contextlib.contextmanager
    def staging(self, files: Iterable[Path] = ()) -> Iterator[Staging]:
        """The files taken, outside of any transaction; what has not settled is gone at the end."""
        with contextlib.ExitStack() as stack:
            staging = Staging(self, stack)
            for file in files:
                staging.take(file)
            yield staging

    def keep(self, source: Path) -> Kept:
        """Copy a file in at once. Raises as `Staging.take` does."""
        with self.staging((source,)) as staging:
            staging.settle()
            return staging.files[0]

    @contextlib.contextmanager
    def words(self, source: Path) -> Iterator[None]:
        """What the system refuses, in Chinese."""
        try:
            yield
        except OSError as error:
            raise DatabaseError(
                "attachment",
                f"附件 {source.name} 无法存入 {self.folder}：{reason(error)}。",
                next_step="请检查磁盘空间与权限。",
            ) from error

    def state(self, sha256: str) -> str:
        """`sound`, `missing` or `altered`; what is no hash has no file."""
        if not _HASH.fullmatch(sha256) or not self.path(sha256).is_file():  # a pipe would be waited for
            return "missing"
        try:
            with self.path(sha256).open("rb") as stored:
                found = hashlib.file_digest(stored, "sha256").hexdigest()
        except OSError:
            return "missing"
        return "sound" if found == sha256 else "altered"

    def stored(self) -> set[str]:
        """The hashes of all files in the folder, also those that nothing references."""
        found = self.folder.glob("[0-9a-f][0-9a-f]/*")
        return {
            p.name for p in found if _HASH.fullmatch(p.name) and p.parent.name == p.name[:2] and p.is_file()
        }


def require_readable(source: Path) -> None:
    """Raises BadData for what is no file, or too large."""
    try:
        there, size = source.is_file(), source.stat().st_size
    except OSError:
        there, size = False, 0
    if not there:
        raise BadData(
            "no_attachment", f"附件 {source} 不存在，或不是文件。", next_step="请检查 --attach 的路径。"
        )
    if size > LIMIT_BYTES:
        raise _too_large(source)


def _too_large(source: Path) -> BadData:
    return BadData(
        "attachment_size", f"附件 {source} 超过 {LIMIT_BYTES >> 20} MB。", next_step="请压缩后再报送。"
    )


def _read(source: Path, write: Callable[[bytes], object]) -> tuple[str, int]:
    """(SHA-256, size) of what is read; each piece is handed to `write`. The source's refusals are BadData, and so is
    that somebody wrote to it meanwhile: half of each is a file that never was."""
    hashed, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        size += len(chunk)
        if size > LIMIT_BYTES:  # it grew, or never told its size
            raise _too_large(source)
        hashed.update(chunk)
        write(chunk)
    return hashed.hexdigest(), size


def _chunks(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as reader:
            before = _looks(reader.fileno())
            while chunk := reader.read(_CHUNK):
                yield chunk
            if _looks(reader.fileno()) != before:
                raise BadData(
                    "attachment_changed",
                    f"附件 {source} 在读取途中被改动，没有收存。",
                    next_step="请在保存并关闭这个文件之后重试。",
                )
    except OSError as error:
        raise BadData(
            "no_attachment", f"附件 {source} 无法读取：{reason(error)}。", next_step="请检查文件和权限。"
        ) from error


def _looks(descriptor: int) -> tuple[int, int]:
    found = os.fstat(descriptor)
    return found.st_size, found.st_mtime_ns
