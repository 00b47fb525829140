"""init, db and doctor: the database and the machine it lives on."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from pressctl import __version__, durable
from pressctl.core.encoding import encoded
from pressctl.errors import DatabaseError, PressctlError, Refused, UsageError, reason
from pressctl.regulation import loader
from pressctl.regulation.package import Package, read_package, shipped_package
from pressctl.storage import backup
from pressctl.storage.attachments import Attachments
from pressctl.storage.backup import Backup as Backup
from pressctl.storage.database import Database
from pressctl.storage.revisions import HEAD
from pressctl.storage.sqlite import VERSION as SQLITE_VERSION
from pressctl.usecases import regulations
from pressctl.usecases.desk import Desk


@dataclass(frozen=True)
class Begun:
    """A database that is there now, and the law that it keeps. `share`: the kind of network share it lies on."""

    path: Path
    created: bool
    revision: str
    profiles: tuple[str, ...]
    regulation: str
    share: str | None
    warnings: tuple[str, ...]


def init(desk: Desk, policies: Iterable[Path] = (), regulation: Path | None = None) -> Begun:
    """Create the database and its folder, keep the regulation and optional policy files. Harmless when repeated.

    Raises Refused where the database is there already and keeps another regulation.
    """
    policies, today = tuple(policies), desk.now().date()
    package = read_package(regulation) if regulation else shipped_package()
    regulations.fit(package, today if regulation else None)  # what is bad is refused before anything is made
    texts = {Path(name).stem: text for name, text in map(loader.read, policies)}
    policy = loader.load(policies, kept=_beside(desk, texts) or {package.name: package}, today=today)
    single = any(loader.is_regulation(name, text) for name, text in texts.items())

    def begin(path: Path) -> None:
        with replace(desk, path=path).writing("init") as repository:
            if path != desk.path and not single:
                regulations.keep(repository, package)
            for name, text in texts.items():
                repository.keep_profile(name, text, hashlib.sha256(text.encode()).hexdigest())
            said = "启用附加规定" if path == desk.path else "建立数据库"
            repository.note(
                "policy", f"{said}，适用{policy.title(desk.today)}" + "".join(f"；{n}" for n in texts)
            )

    created = desk.database.create(begin)
    if not created and regulation is not None:
        _refuse_another(desk, package)
    if texts and not created:
        begin(desk.path)
    title, share, warnings = policy.title(desk.today), network_share(desk.path), _folder_warnings(desk)
    return Begun(
        path=desk.path,
        created=created,
        revision=HEAD,
        profiles=tuple(sorted(texts)),
        regulation=title,
        share=share,
        warnings=tuple(warnings),
    )


def _beside(desk: Desk, texts: Iterable[str]) -> dict[str, str]:
    """What a database that is there keeps of the law, without what is about to take its place."""
    if not desk.database.exists():
        return {}
    with desk.reading() as repository:
        return {name: repository.law_text(name) for name in repository.laws() if name not in texts}


def _refuse_another(desk: Desk, package: Package) -> None:
    """A database that works under one regulation is not put under another by the way."""
    with desk.reading() as repository:
        kept = regulations.kept_package(repository)
    if kept != (package.name, package.packed_sha256):
        raise Refused(
            "other_regulation",
            f"数据库 {desk.path} 已经存在，适用的规定是“{kept[0] if kept else '单独一个文件'}”。",
            next_step=f"确要改用，请用 pressctl rules adopt {package.name}（写入日志）；或用 --db 另建一个数据库。",
        )


def _folder_warnings(desk: Desk) -> list[str]:
    """Of what was there before, with whatever rights: it may be shared on purpose, so it is only told."""
    database = desk.database
    bare = [p for p in (database.path,) if p.exists() and durable.open_to_others(p)]
    folders = (database.path.parent, database.attachments)
    loose = [p for p in folders if p.exists() and durable.open_to_others(p)]
    told = "" if bare else "；数据库和附件仍仅本人可读"
    return [
        *(f"数据库 {p} 他人也可访问。请运行 chmod go-rwx {shlex.quote(str(p))}" for p in bare),
        *(
            f"目录 {p} 不只本人可以进入，没有改动它的权限{told}。请确认无妨，或用 --db 放到自己的目录。"
            for p in loose
        ),
    ]


# -- db --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Location:
    path: Path
    exists: bool
    attachments: Path


def db_path(desk: Desk) -> Location:
    return Location(desk.path, desk.database.exists(), desk.database.attachments)


@dataclass(frozen=True)
class Examined:
    """What was looked at and found. `orphans` are files that nothing refers to; `orphans_unknown` says why that cannot be
    told."""

    ok: bool
    problems: tuple[str, ...]
    attachments: int
    orphans: tuple[str, ...]
    orphans_unknown: str | None
    entries: int
    head: str
    deep: bool


def db_check(desk: Desk, *, deep: bool = False) -> Examined:
    """Integrity, references, attachments, log; with `deep` every row against the log's story, and the schema.

    Raises DatabaseError `damaged` with all that was found.
    """
    from pressctl.storage.soundness import examine

    desk.database.require_current()
    files = Attachments(desk.database.attachments)
    examined = examine(desk.database, deep=deep)
    problems, referenced = list(examined.problems), examined.referenced
    states = {sha256: files.state(sha256) for sha256 in referenced}
    problems += [f"附件丢失：{referenced[h]}" for h, s in states.items() if s == "missing"]
    problems += [f"附件被改动：{referenced[h]}" for h, s in states.items() if s == "altered"]
    orphans, unknown = _orphans(desk)
    report = Examined(
        ok=not problems,
        problems=tuple(problems),
        attachments=len(referenced),
        orphans=tuple(orphans),
        orphans_unknown=unknown,
        entries=examined.entries,
        head=examined.head,
        deep=deep,
    )
    if problems:
        raise DatabaseError(
            "damaged",
            f"检查发现 {len(problems)} 处问题：" + "".join(f"\n  {p}" for p in problems[:50]),
            next_step="请保留现有文件，用 pressctl db restore 从备份恢复。",
            details={key: told for key, told in encoded(report).items() if key != "ok"},
        )
    return report


def damage(path: Path) -> DatabaseError | None:
    """Rows that are not as the log tells them, told as the error they cause; None where the database is sound or absent."""
    return Database(path).damage()


def _orphans(desk: Desk) -> tuple[list[str], str | None]:
    """What `db_clean` would remove; where that cannot be told, nothing, and why."""
    try:
        return desk.database.drop_unreferenced(dry_run=True), None
    except DatabaseError as error:
        return [], error.message


@dataclass(frozen=True)
class Cleaned:
    """The hashes of attached files, and the names of what killed commands left."""

    removed: tuple[str, ...]
    leftovers: tuple[str, ...]
    dry_run: bool


def db_clean(desk: Desk, *, dry_run: bool = False) -> Cleaned:
    """Remove attached files that nothing refers to, and what killed commands left."""
    database = desk.database
    gone = database.drop_unreferenced(dry_run=dry_run)
    places = (database.path.parent, database.attachments)
    left = [] if dry_run else [name for place in places for name in durable.sweep(place)]
    if gone and not dry_run:
        database.written(logged=False)
    return Cleaned(tuple(gone), tuple(left), dry_run)


def db_backup(
    desk: Desk, target: Path, *, folder: bool = False, keep: int | None = None, force: bool = False
) -> Backup:
    """One file with everything in it. A folder, made if `folder` says that one is meant, gets a file named by the time."""
    if not (folder or target.is_dir()):
        return backup.write(desk.database, target, at=desk.now(), keep=keep, force=force)
    desk.database.require_current()
    try:
        with durable.private(target):
            while True:
                file = durable.free_name(target / f"pressctl-{desk.now():%Y%m%d-%H%M%S}.zip")
                try:  # never over another: the name is ours to choose
                    return backup.write(desk.database, file, at=desk.now(), keep=keep)
                except UsageError as error:
                    if error.code != "file_exists":
                        raise
    except OSError as error:
        raise UsageError(
            "no_folder", f"目录 {target} 无法建立：{reason(error)}。", next_step="请检查路径与权限。"
        ) from error


class Before(NamedTuple):
    """The log of a database that was replaced: how far it went; None where it could not be read."""

    entries: int | None
    head: str | None


@dataclass(frozen=True)
class Restored:
    """A backup that is the database now. `entry` is the number of the restore's own entry in the log, `kept` where the
    replaced database is, `references` {year: the highest reference ever given out}."""

    file: Path
    revision: str
    entries: int
    head: str
    attachments: int
    made_at: str
    kept: Path | None
    path: Path
    entry: int
    replaced: Before | None
    references: Mapping[str, int]
    warnings: tuple[str, ...]


def db_restore(desk: Desk, source: Path) -> Restored:
    """Put a verified backup in place; the replaced database is kept beside it."""
    from pressctl.storage.log import RESTORE
    from pressctl.storage.restore import restore

    command = desk.command(RESTORE)
    done = restore(desk.database, source, command, stamp=f"{command.at:%Y%m%d-%H%M%S}")
    of, replaced = done.backup, done.replaced
    return Restored(
        file=of.file,
        revision=of.revision,
        entries=of.entries,
        head=of.head,
        attachments=of.attachments,
        made_at=of.made_at,
        kept=done.kept,
        path=desk.path,
        entry=done.entry,
        replaced=Before(replaced.last, replaced.head) if replaced else None,
        references=done.references,
        warnings=(*done.warnings, *_folder_warnings(desk)),
    )


@dataclass(frozen=True)
class Upgraded:
    """From one revision to another; `backup` is the database as it was."""

    from_: str
    to: str
    backup: Path | None


def db_upgrade(desk: Desk) -> Upgraded:
    """Bring the database to this program's revision, after a backup of the file."""
    database = desk.database
    kept = database.path.with_name(f"{database.path.name}.before-upgrade-{desk.now():%Y%m%d-%H%M%S}")

    def keep_law(repository: Any) -> None:
        if not regulations.has_base(repository):  # until now the program's own held, whichever version of it
            regulations.keep(repository, shipped_package())
            repository.note("policy", f"存入规定 {shipped_package().name}")

    before, after, copy = database.upgrade(kept, keep_law, desk.command("db.upgrade"))
    with desk.reading() as repository:
        lacking = not regulations.has_base(repository)
    if lacking:  # as a version before this one left it that was killed over its upgrade
        with desk.writing("db.upgrade") as repository:
            keep_law(repository)
    return Upgraded(before, after, copy)


# -- doctor ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the doctor: what was looked at, whether it is well, what was found, what to do."""

    what: str
    ok: bool
    found: str
    next: str | None = None


def doctor(desk: Desk) -> list[Line]:
    """Environment, fonts, database, permissions, calendar years, policy, pending upgrades."""
    lines = [*_environment(), *_fonts(), *_database(desk)]
    if all(line.ok for line in lines if line.what == "数据库"):
        try:
            lines += _law(desk)
        except PressctlError as error:
            lines.append(Line("规定", False, error.message, error.next_step))
    return lines


def _environment() -> Iterator[Line]:
    yield Line(
        "程序",
        True,
        f"pressctl {__version__}，Python {sys.version.split()[0]}，SQLite {SQLITE_VERSION}",
    )
    office = shutil.which("soffice") or shutil.which("libreoffice")
    yield Line(
        "LibreOffice",
        bool(office),
        office or "未安装",
        None if office else "需要直接生成 PDF 时请安装；不影响 Word 表格。",
    )


_FONTS = ("方正小标宋简体", "仿宋_GB2312", "黑体")


def _fonts() -> Iterator[Line]:
    """The faces that the forms ask for, where the platform can tell."""
    lister = shutil.which("fc-list")
    if lister is None:
        yield Line(
            "字体", True, "本机无法查询字体（没有 fc-list）；表格要求方正小标宋简体、仿宋_GB2312、黑体"
        )
        return
    command = [lister, ":", "family"]
    listed = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False).stdout  # noqa: S603 - a fixed program found on the PATH, no shell
    for font in _FONTS:
        ok = font in listed
        yield Line(
            "字体",
            ok,
            f"{font}：{'已安装' if ok else '未安装，打印时会用替代字体'}",
            None if ok else "请安装该字体，或在装有该字体的电脑上打印。",
        )


def _database(desk: Desk) -> Iterator[Line]:
    try:
        desk.database.require_current()
    except PressctlError as error:
        yield Line("数据库", False, error.message, error.next_step)
        return
    yield Line("数据库", True, f"{desk.path}，版本 {HEAD}")
    yield from _rights(desk)
    if share := network_share(desk.path):
        yield Line(
            "存放位置",
            False,
            f"数据库在网络共享（{share}）上，多机同时使用可能损坏",
            "请移到本机磁盘，用 db backup 备份到共享。",
        )
    yield from _left(desk)
    try:
        checked = db_check(desk)
        yield Line("日志", True, f"{checked.entries} 条，校验通过；附件 {checked.attachments} 个")
    except PressctlError as error:
        yield Line("日志", False, error.message, error.next_step)


def _rights(desk: Desk) -> Iterator[Line]:
    """Who else may reach the data. Only what is pressctl's own is looked at: its folder may be shared with other files."""
    if os.name != "posix":
        return
    database = desk.database
    ours = [database.path.parent, *database.path.parent.glob(f"{_literal(database.path.name)}*")]
    ours += [database.attachments, *database.attachments.rglob("*")]
    loose = [p for p in sorted(set(ours)) if p.exists() and durable.open_to_others(p)]
    if not loose:
        yield Line("权限", True, "仅本人可读写")
        return
    said = f"请运行 chmod go-rwx {' '.join(shlex.quote(str(p)) for p in loose)}"
    if database.path.parent in loose:
        said += "；目录若另有他用，请用 --db 把数据库放到自己的目录"
    yield Line("权限", False, f"他人可访问：{'、'.join(map(str, loose))}", said)


def _literal(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


def _left(desk: Desk) -> Iterator[Line]:
    """What killed commands left half done: nothing refers to it. What is certain to be that is removed."""
    places = (desk.database.path.parent, desk.database.attachments)
    swept = [name for place in places for name in durable.sweep(place)]
    if swept:
        yield Line(
            "残留文件",
            False,
            f"被中断的命令留下：{'、'.join(swept)}",
            "已经删去；请看被中断的那条命令是否要重做。",
        )
    if left := [name for place in places for name in durable.leftovers(place)]:
        yield Line(
            "残留文件",
            False,
            f"可能是被中断的命令留下的：{'、'.join(left)}",
            "没有其他 pressctl 在运行、也不是别的程序的，可以删去。",
        )


_SHARES = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs"})


def network_share(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """The kind of network file system a path lies on, where the platform can tell: Linux by its mounts, Windows by \\\\server."""
    target = os.path.realpath(path)
    if target.startswith("\\\\"):
        return "UNC"
    if not mounts.exists():
        return None
    best, kind = "", ""
    for line in mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        place, found = [*line.split(" "), "", "", ""][1:3]
        place = re.sub(r"\\([0-7]{3})", lambda escaped: chr(int(escaped[1], 8)), place)
        if (target == place or target.startswith(place.rstrip("/") + "/")) and len(place) >= len(best):
            best, kind = place, found
    return kind if kind in _SHARES else None


def _law(desk: Desk) -> Iterator[Line]:
    with desk.reading() as repository:
        policy, calendar = desk.law(repository)
        newer = regulations.newer(repository)
    said = policy.title(desk.today) + "".join(f"；附加 {n}" for n in policy.profiles)
    if newer:
        said += f"；随程序的 {newer} 与数据库中的不同"
    advice = "用 pressctl rules adopt --dry-run 看有哪些改动，用 rules adopt 采用。" if newer else None
    yield Line("规定", True, said, advice)
    for year in (desk.today.year, desk.today.year + 1):
        found = calendar.year(year)
        ok = found.official or year > desk.today.year
        yield Line(
            "日历", ok, f"{year} 年：{'已公布' if found.official else '尚未公布，工作日为推定'}（{found.source}）",
            None if found.official else f"国务院办公厅公布 {year} 年安排后，用 pressctl calendar import 导入。",
        )  # fmt: skip
