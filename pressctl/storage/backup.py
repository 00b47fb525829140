"""Backups: one owner-only zip file with the database, the attachments and a manifest of their hashes.

What is written is what `restore` takes: both look at the same copy in the same way, row by row.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pressctl import durable
from pressctl.archives import Archive
from pressctl.core.text import from_json
from pressctl.errors import DatabaseError, UsageError, reason
from pressctl.storage.attachments import Attachments
from pressctl.storage.complaints import told_of, unwritten
from pressctl.storage.database import Database
from pressctl.storage.log import GENESIS
from pressctl.storage.revisions import HEAD
from pressctl.storage.soundness import examine

DATABASE, MANIFEST = "pressctl.db", "manifest.json"
SHAPE = {
    "format": int, "made_at": str, "revision": str, "log_entries": int, "log_head": str, "database_sha256": str,
    "attachments": list,
}  # fmt: skip
"""What every manifest holds. `database`, the hash of the log's first entry, since 0.2: it tells databases apart."""
MANIFEST_LIMIT = 32 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup file holds."""

    file: Path
    revision: str
    entries: int
    head: str
    attachments: int
    made_at: str
    removed: tuple[str, ...] = field(default=())
    """Older backups that went for this one (`keep`)."""
    warnings: tuple[str, ...] = field(default=())


def write(
    database: Database, target: Path, *, at: dt.datetime, keep: int | None = None, force: bool = False
) -> Backup:
    """Write a backup beside its place, read it again and rename it; with `keep`, drop older ones of this database."""
    database.require_current()
    for place in (target.parent, database.path.parent):  # also of one that was killed when all was done
        durable.sweep(place)
    require_free(target, force=force)
    files = Attachments(database.attachments)
    with ExitStack() as until_counted:

        def put(made: Path, target: Path) -> None:
            if keep is not None:  # two at once would each remove what the other has just put there
                with suppress(OSError):
                    until_counted.enter_context(durable.alone(target.parent))
            (durable.put_in_place if force else durable.put_new)(made, target)

        try:
            with durable.beside(target, put) as packed, _copied(database, packed, target) as copy:
                manifest = _manifest(database, copy, files, at)
                _zip(packed, copy, manifest, files)
                _require_as_told(packed, manifest)
        except FileExistsError:
            require_free(target, force=False)
            raise
        except OSError as error:
            raise unwritten(target, error) from error
        database.written(logged=False)
        if keep is None:
            return described(target, manifest)
        try:
            removed, warnings = _drop_older(target, manifest, keep)
        except OSError as error:
            removed, warnings = (), (f"旧备份没有清点：{reason(error)}。",)
        return described(target, manifest, removed, warnings)


def require_free(target: Path, *, force: bool) -> None:
    """Raises UsageError for a place that a backup may not be written to."""
    if target.is_symlink():
        raise UsageError(
            "symlink", f"{target} 是符号链接，不写入。", next_step="换一个文件名，或先删去这个链接。"
        )
    if target.exists() and not target.is_file():
        raise UsageError("not_a_file", f"{target} 不是普通文件，不写入。", next_step="换一个文件名。")
    if kept := durable.holds_data(target):
        raise UsageError(
            "holds_data", f"{target} {kept}，不写入，--force 也不行。", next_step="换一个文件名。"
        )
    if target.is_file() and not zipfile.is_zipfile(target) and _beside_attachments(target):
        raise UsageError(
            "holds_data",
            f"{target} 在存放附件的目录旁边，又不是备份，可能是损坏的数据库，不写入，--force 也不行。",
            next_step="换一个文件名。",
        )
    if target.exists() and not force:
        raise UsageError("file_exists", f"{target} 已存在。", next_step="换一个文件名，或加 --force。")
    if not target.parent.is_dir():
        raise UsageError("no_folder", f"目录 {target.parent} 不存在。", next_step="请先建立目录。")


def _beside_attachments(target: Path) -> bool:
    with suppress(OSError):
        return bool(target.stat().st_size) and durable.stores_attachments(target.parent / "attachments")
    return False


@contextmanager
def _copied(database: Database, packed: Path, target: Path) -> Iterator[Path]:
    """A copy of the register, made in the data directory, or where nothing can be written there beside the file in the
    making: a disk that is full is what one most wants a backup of."""
    with ExitStack() as stack:
        stack.enter_context(told_of(target, packed.parent))
        places = [packed.parent]
        with suppress(OSError):
            places.insert(0, stack.enter_context(durable.workshop(database.path.parent)))
            stack.enter_context(told_of(target, places[0]))
        yield _copy_in(places, database)


def _copy_in(places: list[Path], database: Database) -> Path:
    *first, last = places
    for place in first:
        try:
            return database.store.copy(place / DATABASE)
        except DatabaseError as error:
            if error.code not in ("disk_full", "disk", "not_written"):
                raise
    return database.store.copy(last / DATABASE)


def _manifest(database: Database, copy: Path, files: Attachments, at: dt.datetime) -> dict[str, Any]:
    """Raises DatabaseError when the copy is not what the log tells, or a file is missing: a backup that could not be
    restored is worse than none."""
    examined = examine(Database(copy), deep=True, in_use=False)
    if examined.problems:
        raise DatabaseError(
            "damaged",
            f"{database.path} 中有 {len(examined.problems)} 处与日志不符，这样的备份不能恢复，没有备份："
            + "".join(f"\n  {p}" for p in examined.problems[:20]),
            next_step="请保留现有文件，用 pressctl db check --deep 查明，并用 pressctl db restore 从以前的备份恢复。",
        )
    hashes = sorted(examined.referenced)
    lost = [h for h in hashes if files.state(h) != "sound"]
    if lost:
        raise DatabaseError(
            "attachments_damaged",
            f"{len(lost)} 个附件丢失或被改动，未作备份。",
            next_step="请先运行 pressctl db check。",
        )
    with Database(copy).store.raw(reading=True) as connection:
        first = connection.execute("SELECT hash FROM log_entry WHERE seq = 1").fetchone()
    return {
        "format": 1,
        "made_at": at.isoformat(timespec="milliseconds"),
        "revision": HEAD,
        "database": first[0] if first else GENESIS,
        "log_entries": examined.entries,
        "log_head": examined.head,
        "database_sha256": sha256_of(copy),
        "attachments": hashes,
    }


def attachment_name(sha256: str) -> str:
    """The name of an attached file within a backup."""
    return f"attachments/{sha256[:2]}/{sha256}"


def _zip(target: Path, copy: Path, manifest: dict[str, Any], files: Attachments) -> None:
    with os.fdopen(durable.create(target), "w+b") as raw, Archive(raw) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        archive.write(copy, DATABASE)
        for sha256 in manifest["attachments"]:
            archive.write(files.path(sha256), attachment_name(sha256))


def _require_as_told(packed: Path, manifest: dict[str, Any]) -> None:
    """Read the file again, all of it: what the disk keeps is what the manifest says."""
    told = {DATABASE: manifest["database_sha256"]} | {attachment_name(h): h for h in manifest["attachments"]}
    try:
        with zipfile.ZipFile(packed) as archive:
            for name, sha256 in told.items():
                with archive.open(name) as stream:
                    if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:  # type: ignore[arg-type]
                        raise zipfile.BadZipFile(name)
    except (zipfile.BadZipFile, KeyError) as error:
        raise DatabaseError(
            "backup_unsound",
            "备份写出后读回核对不符：磁盘有故障，或附件在备份途中被改动；没有留下这份备份。",
            next_step="请检查磁盘后重试，或备份到另一个磁盘。",
        ) from error


_DIGITS = re.compile(r"\d+(?:-\d+)*")


def _drop_older(target: Path, manifest: dict[str, Any], keep: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remove backups of this database but for the newest `keep`, by the time inside; the one just written is one of
    them whatever that time is. Only of files named alike but for their digits, as pressctl-20260115.zip.

    Returns (what went, warnings).
    """
    alike = re.compile(_DIGITS.sub(lambda _: _DIGITS.pattern, re.escape(target.name).replace(r"\-", "-")))
    others = (p for p in target.parent.iterdir() if p.name != target.name and alike.fullmatch(p.name))
    older = [
        (dt.datetime.fromisoformat(found["made_at"]), found["log_entries"], path.name)
        for path in others
        if (found := _manifest_in(path)) and found["database"] == manifest["database"] != GENESIS
    ]
    removed, warnings = [], []
    for *_, name in sorted(older, reverse=True)[keep - 1 :]:
        try:
            (target.parent / name).unlink()
            removed.append(name)
        except OSError as error:
            warnings.append(f"旧备份 {name} 没有删去：{reason(error)}。")
    return tuple(removed), tuple(warnings)


def _manifest_in(path: Path) -> dict[str, Any] | None:
    """The manifest of a file that is a backup beyond doubt; None of any other."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = {i.filename: i for i in archive.infolist()}
            manifest = read_manifest(archive, names)
            expected = {MANIFEST, DATABASE, *map(attachment_name, manifest["attachments"])}
            made_at = dt.datetime.fromisoformat(manifest["made_at"])
    except (
        OSError,
        zipfile.BadZipFile,
        ValueError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OverflowError,
    ):
        return None
    whole = names.keys() == expected and made_at.tzinfo is not None and "database" in manifest
    return manifest if whole else None


def read_manifest(archive: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> dict[str, Any]:
    """Raises ValueError, with a sentence, for what is no manifest."""
    if MANIFEST not in names or names[MANIFEST].file_size > MANIFEST_LIMIT:
        raise ValueError("缺少清单")
    try:
        manifest = from_json(archive.read(MANIFEST))
    except ValueError:
        raise ValueError("清单不完整") from None
    if (
        not isinstance(manifest, dict)
        or not all(type(manifest.get(key)) is kind for key, kind in SHAPE.items())  # true is no 1
        or manifest["format"] != 1
        or not all(isinstance(sha256, str) for sha256 in manifest["attachments"])
        or len(set(manifest["attachments"])) < len(manifest["attachments"])
        or not isinstance(manifest.get("database", ""), str)
    ):
        raise ValueError("清单不完整")
    return manifest


def described(
    file: Path, manifest: dict[str, Any], removed: tuple[str, ...] = (), warnings: tuple[str, ...] = ()
) -> Backup:
    """A manifest as callers get it."""
    return Backup(
        file,
        manifest["revision"],
        manifest["log_entries"],
        manifest["log_head"],
        len(manifest["attachments"]),
        manifest["made_at"],
        removed,
        warnings,
    )


def sha256_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
