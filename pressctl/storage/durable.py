"""Files that are the owner's alone from their first moment, and are on the disk before anything speaks of them."""

from __future__ import annotations

import os
from pathlib import Path

from pressctl.errors import DatabaseError, reason

_OWNER_FILE, _OWNER_FOLDER = 0o600, 0o700


def create(path: Path) -> int:
    """A new file, open for reading and writing; never an existing one, never through a link. The mode holds under any umask."""
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, _OWNER_FILE)
    path.chmod(_OWNER_FILE)
    return descriptor


def make_private(folder: Path) -> None:
    """Create the folder with its parents; the folder itself is the owner's alone, whatever the umask."""
    try:
        folder.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
        folder.chmod(_OWNER_FOLDER)
    except OSError as error:
        raise DatabaseError(
            "folder",
            f"无法建立数据目录 {folder}：{reason(error)}。",
            next_step="请检查路径与权限，或用 --db 另指位置。",
        ) from error


def put_in_place(temporary: Path, target: Path) -> None:
    """Rename a finished file over its place: its content is on the disk before, its name after."""
    _sync(temporary, os.O_RDWR)
    temporary.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Windows has no handle for a folder and keeps its names by itself."""
    if os.name != "nt":
        _sync(folder, os.O_RDONLY)


def _sync(path: Path, mode: int) -> None:
    descriptor = os.open(path, mode)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def free_name(path: Path) -> Path:
    """The path itself, or the first of path-2, path-3 … that nothing stands at: a kept copy never replaces another."""
    found, number = path, 1
    while os.path.lexists(found):
        number += 1
        found = path.with_name(f"{path.name}-{number}")
    return found
