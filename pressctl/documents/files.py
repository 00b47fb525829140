"""Writing what leaves the system: whole or not at all, readable by the owner alone, under names that every system takes.

A file is written in a work folder beside its place and then moved there, so that nobody ever meets half of one. What
exists is kept unless `force`; a link, a device or a pipe is never written to. The disk is waited for once: for a single
file before it takes its name, for a batch when all have taken theirs, since forms can be made again from the database.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from pressctl import durable
from pressctl.archives import Archive
from pressctl.errors import BadData, UsageError, reason

_FULL_WIDTH = str.maketrans(dict(zip('<>:"/\\|?*', "＜＞：＂／＼｜？＊", strict=True)))
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\ud800-\udfff]"
)
_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³])(\.|$)", re.IGNORECASE)
_LONGEST = (
    180  # bytes: 255 is the limit of most file systems; a number, an ending and a temporary mark still fit
)


# -- names ---------------------------------------------------------------------------------------------


def safe_name(text: str) -> str:
    """A text as a file name without ending: nothing that Windows, macOS or Linux forbid or hide, never empty.

    >>> safe_name("天宁分局/新闻发言人: 张三.")
    '天宁分局／新闻发言人： 张三'
    """
    name = _UNSEEN.sub("", text).translate(_FULL_WIDTH).strip(" .")
    name = name.encode("utf-8")[:_LONGEST].decode("utf-8", "ignore").rstrip(" .")
    return f"_{name}" if not name or _DEVICES.match(name) else name


def distinct(names: Iterable[str]) -> list[str]:
    """Names as they are, the later of two alike numbered: 张三, 张三-2. Case does not tell names apart on Windows."""
    taken: set[str] = set()
    found = []
    for name in names:
        number, made = 1, name
        while made.casefold() in taken:
            number += 1
            made = f"{name}-{number}"
        taken.add(made.casefold())
        found.append(made)
    return found


# -- writing -------------------------------------------------------------------------------------------


def write_new(path: Path, data: bytes, *, force: bool = False) -> Path:
    """One file, whole and on disk.

    Raises UsageError when it exists (without `force`), is a link or has no folder; BadData when the system refuses.
    """
    with new_file(path, force=force) as file:
        file.write(data)
    return path


@contextmanager
def new_file(path: Path, *, force: bool = False) -> Iterator[BinaryIO]:
    """A file in the making, to be written piece by piece; it takes its name when all went well."""
    refuse_taken([path], force=force)
    _refuse_homeless(path)
    with _said(path):
        with (
            durable.beside(path, _take_name) as made,
            os.fdopen(durable.create(made), "wb") as file,
        ):
            yield file
            file.flush()
            os.fsync(file.fileno())
        _wait_for_disk([path])


def write_batch(
    files: Sequence[tuple[Path, Callable[[], bytes]]],
    *,
    force: bool = False,
    tell: Callable[[int], None] | None = None,
) -> list[Path]:
    """Many files, each made when its turn comes; all are judged before the first is written. `tell` hears how many are done.

    None is left if one cannot be made or written, but for those that had taken their names when the system refused one.
    """
    paths = [path for path, _ in files]
    refuse_taken(paths, force=force)
    with ExitStack() as made_in:
        workshops: dict[Path, Path] = {}
        waiting: list[tuple[Path, Path]] = []
        for number, (path, make) in enumerate(files, 1):
            data = make()
            with _said(path):
                if path.parent not in workshops:
                    made_in.enter_context(durable.private(path.parent))
                    workshops[path.parent] = made_in.enter_context(durable.workshop(path.parent))
                made = workshops[path.parent] / str(number)
                waiting.append((made, path))
                with os.fdopen(durable.create(made), "wb") as file:
                    file.write(data)
            if tell:
                tell(number)
        for made, path in waiting:
            with _said(path):
                _take_name(made, path)
    _wait_for_disk(paths)
    return paths


def write_folder(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """A folder with all its files at once, where nothing stood or an empty one. Raises UsageError for any other place."""
    durable.sweep(folder.parent)
    if kept := durable.holds_data(folder):
        raise UsageError("holds_data", f"{folder} {kept}，不写入。", next_step="请换一个目录。")
    if folder.is_symlink():
        raise UsageError(
            "symlink", f"{folder} 是符号链接，不写入。", next_step="换一个名称，或先删去这个链接。"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            "exists", f"{folder} 已经存在，没有写入。", next_step="请换一个名称，或先移走原有的内容。"
        )
    if folder.exists() and folder.samefile("."):  # who stands in it would stand nowhere
        raise UsageError(
            "current", f"{folder} 是当前目录，不能整个写出。", next_step="请先到上一级目录，再写明它的名称。"
        )
    with _said(folder), durable.private(folder.parent), durable.workshop(folder.parent) as workshop:
        made = workshop / "0"
        durable.make_private(made)
        for name, data in files.items():
            with os.fdopen(durable.create(made / name), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        durable.sync_folder(made)
        if folder.exists():  # an empty one, which Windows does not rename over
            folder.rmdir()
        made.rename(folder)
        durable.sync_folder(folder.parent)
    return [folder / name for name in files]


def write_zip(path: Path, files: Iterable[tuple[str, bytes]], *, force: bool = False) -> Path:
    """A ZIP of documents, which are packed already and so are only stored. Same documents, same bytes."""
    with new_file(path, force=force) as file, Archive(file, zipfile.ZIP_STORED) as out:
        for name, data in files:
            out.writestr(name, data)
    return path


def refuse_taken(paths: Iterable[Path], *, force: bool) -> None:
    """Raises UsageError for the first place that may not be written to. What a killed command left beside it goes, even
    where that command had done all but this."""
    paths = list(paths)
    for place in {path.parent for path in paths}:
        durable.sweep(place)
    for path in paths:
        if path.is_symlink():
            raise UsageError(
                "symlink", f"{path} 是符号链接，不写入。", next_step="换一个文件名，或先删去这个链接。"
            )
        if path.is_dir():
            raise UsageError("is_folder", f"{path} 是目录，不能当作文件来写。", next_step="写明文件名。")
        if path.exists() and not path.is_file():
            raise UsageError(
                "not_a_file", f"{path} 不是普通文件（是设备或管道），不写入。", next_step="换一个文件名。"
            )
        if kept := durable.holds_data(path):
            raise UsageError(
                "holds_data", f"{path} {kept}，不写入，--force 也不行。", next_step="换一个文件名。"
            )
        if path.exists() and not force:
            raise UsageError(
                "file_exists", f"{path} 已存在，没有改动它。", next_step="换一个文件名，或加 --force 覆盖。"
            )


def _refuse_homeless(path: Path) -> None:
    if not path.parent.is_dir():
        raise UsageError("no_folder", f"目录 {path.parent} 不存在。", next_step="先建立目录，或改写到别处。")


def _take_name(made: Path, path: Path) -> None:
    """Raises BadData in words where somebody has the file open: Windows then refuses as if a right were lacking."""
    try:
        made.replace(path)
    except PermissionError as error:
        if not path.exists():
            raise
        raise BadData(
            "file_open",
            f"{path} 无法覆盖：它正在 Word、WPS、Excel 或别的程序中打开，或者是只读文件。",
            next_step="请关闭打开它的程序后重试，或换一个文件名。",
        ) from error


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """An error of the system, said in Chinese."""
    try:
        yield
    except OSError as error:
        raise BadData(
            "not_written",
            f"{path} 无法写入：{reason(error)}。",
            next_step="看看目录是否存在、有没有写入权限、磁盘是否已满。",
        ) from error


def _wait_for_disk(paths: Iterable[Path]) -> None:
    """Once per folder, so that the new names outlive a power cut."""
    for folder in {path.parent for path in paths}:
        with _said(folder):
            durable.sync_folder(folder)
