"""Files copied into the data directory under their SHA-256.

A file is written beside its place under a temporary name, fsynced, renamed, and only then referenced by a
row: a crash may leave a file nobody references (`db check` names it), never a reference without its file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from pressctl.errors import BadData, DatabaseError, reason
from pressctl.storage import durable

LIMIT_BYTES = 200 * 1024 * 1024
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as taken in."""

    name: str
    sha256: str
    size: int


class Attachments:
    """The folder of attached files beside the database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def keep(self, source: Path) -> Kept:
        """Copy a file in. Raises BadData when it cannot be read, DatabaseError when it cannot be kept."""
        if not source.is_file():
            raise BadData(
                "no_attachment", f"附件 {source} 不存在，或不是文件。", next_step="请检查 --attach 的路径。"
            )
        if source.stat().st_size > LIMIT_BYTES:
            raise BadData(
                "attachment_size",
                f"附件 {source} 超过 {LIMIT_BYTES >> 20} MB。",
                next_step="请压缩后再报送。",
            )
        try:
            return self._copy(source)
        except PermissionError as error:
            raise BadData(
                "no_attachment", f"附件 {source} 无法读取：没有权限。", next_step="请检查文件权限。"
            ) from error
        except OSError as error:
            raise DatabaseError(
                "attachment",
                f"附件 {source} 无法存入 {self._folder}：{reason(error)}。",
                next_step="请检查磁盘空间与权限。",
            ) from error

    def _copy(self, source: Path) -> Kept:
        temporary = self._folder / f".{secrets.token_hex(8)}.tmp"
        digest, size = hashlib.sha256(), 0
        try:
            with source.open("rb") as reader, os.fdopen(durable.create(temporary), "wb") as writer:
                while chunk := reader.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    writer.write(chunk)
            target = self.path(digest.hexdigest())
            durable.make_private(target.parent)
            durable.sync_folder(self._folder)
            durable.put_in_place(temporary, target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
        return Kept(source.name, digest.hexdigest(), size)

    def state(self, sha256: str) -> str:
        """`sound`, `missing` or `altered`."""
        try:
            with self.path(sha256).open("rb") as stored:
                found = hashlib.file_digest(stored, "sha256").hexdigest()
        except OSError:
            return "missing"
        return "sound" if found == sha256 else "altered"

    def stored(self) -> set[str]:
        """The hashes of all files in the folder, also those that nothing references."""
        return {p.name for p in self._folder.glob("[0-9a-f][0-9a-f]/*") if p.is_file()}
