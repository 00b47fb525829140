"""Writing output files: whole or not at all, the owner's alone, never over another file unasked, never through a link."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from pressctl.errors import BadData, UsageError

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]|[\s.]+$')


def safe_name(text: str) -> str:
    """A file name that Windows takes and that cannot leave its folder."""
    return _UNSAFE.sub("_", text).lstrip(".")[:120] or "_"


def write_new(path: Path, data: bytes, *, force: bool = False) -> None:
    """Write beside and rename. Raises UsageError when the file exists, is a link, or its folder is missing."""
    if path.is_symlink():
        raise UsageError("symlink", f"{path} 是符号链接，不写入。", next_step="请换一个文件名。")
    if path.exists() and not force:
        raise UsageError("file_exists", f"{path} 已存在。", next_step="换一个文件名，或加 --force 覆盖。")
    if not path.parent.is_dir():
        raise UsageError("no_folder", f"目录 {path.parent} 不存在。", next_step="请先建立目录。")
    temporary = path.with_name(f".{secrets.token_hex(6)}.tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
            stream.write(data)
        temporary.replace(path)
    except OSError as error:
        raise BadData(
            "not_written", f"{path} 无法写入：{error.strerror}。", next_step="请检查磁盘空间与权限。"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
