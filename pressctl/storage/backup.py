"""Backups: one owner-only zip file with the database, the attachments and a manifest of their hashes.

A restore verifies the whole file before it touches anything, keeps the database it replaces, and puts the
pages in by SQLite's own backup, which is one transaction: a crash leaves the old database or the new one.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import secrets
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pressctl.errors import BadData, DatabaseError, UsageError
from pressctl.storage import durable
from pressctl.storage.attachments import Attachments
from pressctl.storage.database import HEAD, Database, known_revisions, unwritten

_DATABASE, _MANIFEST = "pressctl.db", "manifest.json"
_ATTACHMENT = re.compile(r"attachments/[0-9a-f]{2}/([0-9a-f]{64})")
_LIMIT = 64 << 30
_MANIFEST_LIMIT = 32 << 20
_MAX_RATIO, _RATIO_COUNTS_FROM = 300, 256 << 20  # a register packs some ten times; a bomb a thousand times
_SHAPE = {
    "made_at": str, "revision": str, "log_entries": int, "log_head": str, "database_sha256": str, "attachments": list,
}  # fmt: skip
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup file holds."""

    file: Path
    revision: str
    entries: int
    head: str
    attachments: int
    made_at: str


def write(
    database: Database, target: Path, *, at: dt.datetime, keep: int | None = None, force: bool = False
) -> Backup:
    """Write a backup beside its place and rename it; with `keep`, drop older ones of the same name pattern."""
    database.require_current()
    if target.is_symlink():
        raise UsageError(
            "symlink", f"{target} 是符号链接，不写入。", next_step="换一个文件名，或先删去这个链接。"
        )
    if target.exists() and not force:
        raise UsageError("file_exists", f"{target} 已存在。", next_step="换一个文件名，或加 --force。")
    if not target.parent.is_dir():
        raise UsageError("no_folder", f"目录 {target.parent} 不存在。", next_step="请先建立目录。")
    temporary = target.with_name(f".{secrets.token_hex(6)}.tmp")
    files = Attachments(database.attachments)
    try:
        with _work_folder(database) as folder:
            copy = folder / _DATABASE
            database.backup(copy)
            manifest = _manifest(copy, files, at)
            _zip(temporary, copy, manifest, files)
            durable.put_in_place(temporary, target)
    except OSError as error:
        raise unwritten(target, error) from error
    finally:
        temporary.unlink(missing_ok=True)
    if keep is not None:
        _drop_older(target, keep)
    return _described(target, manifest)


@contextlib.contextmanager
def _work_folder(database: Database) -> Iterator[Path]:
    """A folder in the data directory: copies of the register never lie where others could read them."""
    with tempfile.TemporaryDirectory(dir=database.path.parent, prefix=WORK_FOLDER) as folder:
        yield Path(folder)


WORK_FOLDER = ".work-"
"""What the name of a folder begins with that a killed backup or restore leaves behind."""


def _manifest(copy: Path, files: Attachments, at: dt.datetime) -> dict[str, Any]:
    with _opened(copy) as connection:
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        last = connection.execute("SELECT seq, hash FROM log_entry ORDER BY seq DESC LIMIT 1").fetchone()
        wanted = connection.execute(
            "SELECT sha256 FROM attachment UNION SELECT sha256 FROM record WHERE sha256 IS NOT NULL"
        ).fetchall()
    hashes = sorted(row[0] for row in wanted)
    lost = [h for h in hashes if files.state(h) != "sound"]
    if lost:
        raise DatabaseError(
            "attachments_damaged",
            f"{len(lost)} 个附件丢失或被改动，未作备份。",
            next_step="请先运行 pressctl db check。",
        )
    return {
        "format": 1,
        "made_at": at.isoformat(timespec="seconds"),
        "revision": revision,
        "log_entries": last[0] if last else 0,
        "log_head": last[1] if last else "0" * 64,
        "database_sha256": _sha256(copy),
        "attachments": hashes,
    }


def _zip(target: Path, copy: Path, manifest: dict[str, Any], files: Attachments) -> None:
    with (
        os.fdopen(durable.create(target), "w+b") as raw,
        zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive,
    ):
        archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        archive.write(copy, _DATABASE)
        for sha256 in manifest["attachments"]:
            archive.write(files.path(sha256), f"attachments/{sha256[:2]}/{sha256}")


def _drop_older(target: Path, keep: int) -> None:
    """Files named alike but for their digits (pressctl-20260115.zip), the oldest first."""
    pattern = re.compile(re.sub(r"\d+", r"\\d+", re.escape(target.name)))
    alike = [p for p in target.parent.iterdir() if pattern.fullmatch(p.name) and p.is_file()]
    for old in sorted(alike, key=lambda p: (p.stat().st_mtime_ns, p.name))[:-keep]:
        old.unlink()


def _described(file: Path, manifest: dict[str, Any]) -> Backup:
    return Backup(
        file,
        manifest["revision"],
        manifest["log_entries"],
        manifest["log_head"],
        len(manifest["attachments"]),
        manifest["made_at"],
    )


# -- restore ---------------------------------------------------------------------------------------


def restore(database: Database, source: Path, *, stamp: str) -> tuple[Backup, Path | None]:
    """Verify a backup and put it in place. Returns what it held and where the replaced database is kept.

    Raises BadData for a file that is no sound backup, DatabaseError for one of an unknown revision.
    """
    database.make_folders()
    try:
        with _work_folder(database) as folder:
            manifest = _unpack(source, folder)
            copy = folder / _DATABASE
            _verify(source, copy, manifest)
            kept, sound = None, True
            if database.path.exists():
                kept = durable.free_name(
                    database.path.with_name(f"{database.path.name}.before-restore-{stamp}")
                )
                sound = database.set_aside(kept)
            _place_attachments(folder, database.attachments)
            database.overwrite(copy, sound=sound and kept is not None)
    except OSError as error:
        raise unwritten(database.path, error) from error
    return _described(source, manifest), kept


def _bad(source: Path, why: str) -> BadData:
    return BadData(
        "bad_backup", f"{source} 不是完好的备份：{why}。现有数据库未动。", next_step="请换一份备份。"
    )


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Take out only what a backup may hold, under names of our own; sizes are bounded by what was declared."""
    try:
        with zipfile.ZipFile(source) as archive:
            names = {i.filename: i for i in archive.infolist()}
            _require_bounded(source, names, len(archive.infolist()), folder)
            manifest = _read_manifest(source, archive, names)
            wanted = {f"attachments/{sha256[:2]}/{sha256}" for sha256 in manifest["attachments"]}
            if set(names) != {_MANIFEST, _DATABASE} | wanted or not all(map(_ATTACHMENT.fullmatch, wanted)):
                raise _bad(source, "内容与清单不符")
            for name in {_DATABASE} | wanted:
                durable.make_private((folder / name).parent)
                with archive.open(name) as reader, os.fdopen(durable.create(folder / name), "wb") as writer:
                    shutil.copyfileobj(reader, writer, _CHUNK)
            return manifest
    except FileNotFoundError as error:
        raise BadData("no_file", f"文件 {source} 不存在。", next_step="请检查路径。") from error
    except IsADirectoryError as error:
        raise BadData("no_file", f"{source} 是目录，应为文件。", next_step="请检查路径。") from error
    except PermissionError as error:
        raise BadData(
            "no_file", f"文件 {source} 无法读取：没有权限。", next_step="请检查文件权限。"
        ) from error
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _bad(source, "文件已损坏或格式不对") from error


def _require_bounded(source: Path, names: dict[str, zipfile.ZipInfo], entries: int, folder: Path) -> None:
    """Python unpacks no more than an entry declares, so it is enough to judge what is declared."""
    size = sum(i.file_size for i in names.values())
    packed = sum(i.compress_size for i in names.values())
    if len(names) != entries or size > _LIMIT or (size > _RATIO_COUNTS_FROM and size > packed * _MAX_RATIO):
        raise _bad(source, "条目重复，或展开后过大")
    if any(i.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for i in names.values()):
        raise _bad(source, "压缩方式不对")
    if size > shutil.disk_usage(folder).free:
        raise DatabaseError(
            "disk_full", f"磁盘空间不足以展开 {source}，现有数据库未动。", next_step="请腾出空间后重试。"
        )


def _read_manifest(
    source: Path, archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]
) -> dict[str, Any]:
    if _MANIFEST not in names or names[_MANIFEST].file_size > _MANIFEST_LIMIT:
        raise _bad(source, "缺少清单")
    manifest = json.loads(archive.read(_MANIFEST))
    if (
        not isinstance(manifest, dict)
        or manifest.get("format") != 1
        or not all(isinstance(manifest.get(key), kind) for key, kind in _SHAPE.items())
        or not all(isinstance(sha256, str) for sha256 in manifest["attachments"])
    ):
        raise _bad(source, "清单不完整")
    return manifest


def _verify(source: Path, copy: Path, manifest: dict[str, Any]) -> None:
    if _sha256(copy) != manifest["database_sha256"]:
        raise _bad(source, "数据库与清单的校验值不符")
    for sha256 in manifest["attachments"]:
        if _sha256(copy.parent / "attachments" / sha256[:2] / sha256) != sha256:
            raise _bad(source, f"附件 {sha256[:12]}… 已损坏")
    try:
        with _opened(copy) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.DatabaseError, TypeError) as error:
        raise _bad(source, "数据库已损坏") from error
    if not sound or broken:
        raise _bad(source, "数据库未通过完整性检查")
    if revision not in {HEAD, *known_revisions()}:
        raise DatabaseError(
            "newer_database",
            f"备份的版本 {revision} 比本程序（{HEAD}）新。",
            next_step="请升级 pressctl 后再恢复。",
        )


def _place_attachments(folder: Path, target: Path) -> None:
    """Files are named by their content: putting one in can only add."""
    files = Attachments(target)
    for file in (folder / "attachments").glob("*/*"):
        if files.state(file.name) != "sound":
            files.keep(file)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file)
    try:
        yield connection
    finally:
        connection.close()
