"""Files that are the owner's alone from their first moment, and on the disk before anything speaks of them.

What is in the making stands in a work folder beside its place, which is locked as long as its command lives. What a
killed command left behind is therefore known for certain, and goes when the next one works in the same place.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

_OWNER_FILE, _OWNER_FOLDER = 0o600, 0o700
_OTHERS = 0o077
WORK_FOLDER = ".work-"
"""What the name of a work folder begins with."""
_LOCK = "pressctl.lock"
_OUR_CONTENT = re.compile(r"pressctl\.(lock|db(-wal|-shm|-journal)?)|attachments|manifest\.json|\.work-.*")
_OLD_FOLDER = re.compile(r"\.work-[a-z0-9_]{8}")
_PART = re.compile(r"\.(?:.+\.)?(?:[0-9a-f]{12}|[0-9a-f]{16})\.tmp(?:-wal|-shm|-journal)?", re.DOTALL)
"""How versions before the work folders named a file in the making; but for .part, which others call theirs so."""
HEAD_BYTES = 72
MARK = b"prcs"
"""SQLite's `application_id` of our databases: tells `file` and us that this is one."""
LOGS = ("-wal", "-journal")
"""How the files end that SQLite plays into the database beside them, whichever that is."""
_BEGINNINGS = (b"SQLite format 3\0", b"PK\x03\x04", b"PK\x05\x06", b"%PDF-")
"""How a database, an archive or document, and a PDF begin."""
_SURELY_LEFT = 86_400
"""Seconds after which nobody works on a file any more, where the system has no locks to ask."""


# -- rights ----------------------------------------------------------------------------------------------


def create(path: Path) -> int:
    """A new file, open for reading and writing; never an existing one, never through a link. The mode holds under any umask."""
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, _OWNER_FILE)
    path.chmod(_OWNER_FILE)
    return descriptor


def make_private(folder: Path) -> list[Path]:
    """Create a folder and what is missing above it, each the owner's alone whatever the umask. What exists keeps its
    rights. Returns what was made, outermost first; raises OSError."""
    made = []
    for place in reversed([p for p in (folder, *folder.parents) if not p.is_dir()]):
        try:
            place.mkdir(mode=_OWNER_FOLDER)
        except FileExistsError:
            if not place.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place)) from None
        else:
            place.chmod(_OWNER_FOLDER)
            made.append(place)
    return made


@contextlib.contextmanager
def private(folder: Path) -> Iterator[None]:
    """A folder made as by `make_private`; what was made goes again, if it is empty, when the work inside fails."""
    made = make_private(folder)
    try:
        yield
    except BaseException:
        for place in reversed(made):
            with contextlib.suppress(OSError):
                place.rmdir()
        raise


def open_to_others(path: Path) -> bool:
    """Whether others than the owner have any right to it, as far as the system can tell."""
    return os.name == "posix" and bool(path.stat().st_mode & _OTHERS)


def close_to_others(path: Path) -> None:
    """Take everybody else's rights from a file that is about to hold what is the owner's alone. Who does not own it
    cannot; `open_to_others` still tells."""
    with contextlib.suppress(OSError):
        if open_to_others(path):
            path.chmod(path.stat().st_mode & ~_OTHERS & 0o777)


def is_special(path: Path) -> bool:
    """Whether a device, a pipe or a socket stands there: the first word or the last may never come."""
    try:
        return path.exists() and not (path.is_file() or path.is_dir())
    except OSError:
        return False


# -- names -----------------------------------------------------------------------------------------------


def put_in_place(temporary: Path, target: Path) -> None:
    """Rename a finished file over its place: its content is on the disk before, its name after."""
    _sync(temporary, os.O_RDWR)
    temporary.replace(target)
    sync_folder(target.parent)


def put_new(temporary: Path, target: Path) -> None:
    """The same, but never over anything: raises FileExistsError."""
    _sync(temporary, os.O_RDWR)
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError as error:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError from error
        temporary.replace(target)
    sync_folder(target.parent)


def put_free(temporary: Path, target: Path) -> Path:
    """The same under the next free name. Returns it."""
    while True:
        target = free_name(target)
        with contextlib.suppress(FileExistsError):
            put_new(temporary, target)
            return target


@contextlib.contextmanager
def renamed(names: Iterable[tuple[Path, Path]]) -> Iterator[None]:
    """Files under other names, (old, new); under the old ones again when one cannot be renamed or the block fails."""
    moved: list[tuple[Path, Path]] = []
    try:
        for old, new in names:
            old.replace(new)
            moved.append((old, new))
        yield
    except BaseException:
        for old, new in moved:
            new.replace(old)
        raise


def free_name(path: Path) -> Path:
    """The path itself, or the first of path-2, path-3 … that nothing stands at, nor a log that SQLite would play into what
    is put there; for a.zip, a-2.zip."""
    found, number = path, 1
    ending = path.suffix if path.suffix == ".zip" else ""
    while any(os.path.lexists(f"{found}{log}") for log in ("", *LOGS)):
        number += 1
        found = path.with_name(f"{path.name.removesuffix(ending)}-{number}{ending}")
    return found


def sync_folder(folder: Path) -> None:
    """Windows has no handle for a folder and keeps its names by itself, as do file systems that know no fsync of one."""
    if os.name == "nt":
        return
    try:
        _sync(folder, os.O_RDONLY)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise


def _sync(path: Path, mode: int) -> None:
    descriptor = os.open(path, mode | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# -- in the making ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def workshop(place: Path) -> Iterator[Path]:
    """An owner-only folder in `place` for what is in the making, gone at the end; what killed commands left there goes first."""
    sweep(place)
    folder, lock = _locked_folder(place)
    try:
        yield folder
    finally:
        os.close(lock)  # first: Windows deletes no open file
        with contextlib.suppress(OSError):
            _dismantle(folder)


@contextlib.contextmanager
def beside(target: Path, put: Callable[[Path, Path], object] = put_new) -> Iterator[Path]:
    """Where to make what shall become the target: alone in a workshop beside it. When the block ends well, `put` gives it
    its name, by a rename: nobody ever meets half of it."""
    with workshop(target.parent) as folder:
        made = folder / "made"
        yield made
        put(made, target)


def _locked_folder(place: Path) -> tuple[Path, int]:
    while True:
        folder = place / f"{WORK_FOLDER}{secrets.token_hex(6)}"
        folder.mkdir(mode=_OWNER_FOLDER)
        try:
            folder.chmod(_OWNER_FOLDER)
            lock = create(folder / _LOCK)
        except FileNotFoundError:  # swept before it was locked
            continue
        except BaseException:
            with contextlib.suppress(OSError):
                folder.rmdir()
            raise
        if _hold(lock) is not False and (folder / _LOCK).exists():
            return folder, lock
        os.close(lock)


def _hold(descriptor: int) -> bool | None:
    """Take the lock of an open file, which ends with the process: True, or False where another holds it. None where
    there are no locks."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network share without locks
        return None
    return True


def sweep(place: Path) -> list[str]:
    """Remove what killed commands left in a folder; returns its names. What is another's, or in use, stays."""
    try:
        names = sorted(p.name for p in place.iterdir())
    except OSError:
        return []
    swept = []
    for name in names:
        path = place / name
        try:
            if name.startswith(WORK_FOLDER) and path.is_dir() and not path.is_symlink():
                gone = _sweep_folder(path)
            else:
                gone = bool(_PART.fullmatch(name)) and _sweep_file(path)
        except OSError:
            continue
        if gone:
            swept.append(name)
    return swept


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """The only one of our commands that removes in a folder what it counted there, where the system has such locks."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a network share without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def leftovers(place: Path) -> list[str]:
    """Names of what may be left of killed commands, but cannot be told for certain from what is another's or in use."""
    try:
        names = sorted(p.name for p in place.iterdir())
    except OSError:
        return []
    return [
        n for n in names if n.startswith(WORK_FOLDER) or (n.startswith(".") and n.endswith((".tmp", ".part")))
    ]


def holds_data(path: Path) -> str | None:
    """Why a file must not be written, or written over, whatever was asked: a database, what SQLite keeps beside one, a
    stored attachment or its place. None for any other."""
    for ending in ("-wal", "-shm", "-journal"):
        if path.name.endswith(ending) and holds_data(path.with_name(path.name.removesuffix(ending))):
            return "是数据库旁的文件"
    real = Path(os.path.realpath(path.parent)) / path.name  # however it is spelled
    if any(place.name == "attachments" and _beside_database(place) for place in (real, *real.parents)):
        return "在存放附件的位置"
    if not path.is_file():
        return None
    if re.fullmatch(r"[0-9a-f]{64}", path.name) and path.resolve().parent.parent.name == "attachments":
        return "是数据库收存的附件"
    return "是数据库文件" if head(path).startswith(_BEGINNINGS[0]) else None


def _beside_database(folder: Path) -> bool:
    """Whether a database of ours is there, whose attachments a folder of this name holds; or the folder is laid out as
    ours is, whatever became of the database."""
    try:
        if stores_attachments(folder):
            return True
        return any(bears_mark(head(p)) for p in folder.parent.iterdir() if p.is_file())
    except OSError:
        return False


def stores_attachments(folder: Path) -> bool:
    """Whether a folder is laid out as that of attachments is. Raises OSError."""
    return any(_STORED.fullmatch(f"{p.parent.name}/{p.name}") for p in folder.glob("[0-9a-f][0-9a-f]/*"))


_STORED = re.compile(r"([0-9a-f]{2})/\1[0-9a-f]{62}")
"""How a stored attachment is named within its folder."""


def bears_mark(head: bytes) -> bool:
    """Whether a file that begins so is a database of ours."""
    return head.startswith(_BEGINNINGS[0]) and head[68:72] == MARK


def head(file: Path) -> bytes:
    """How a file begins, as far as SQLite tells there what it is; nothing where it cannot be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except OSError:
        return b""


def _sweep_folder(folder: Path) -> bool:
    names = [p.name for p in folder.iterdir()]
    if not names:
        folder.rmdir()
    elif _LOCK in names:
        with _claimed(folder / _LOCK) as abandoned:
            if not abandoned:
                return False
            _dismantle(folder)
    elif (  # of a version before the locks: by its name and what must stand in it, else it is somebody's
        _OLD_FOLDER.fullmatch(folder.name)
        and "pressctl.db" in names
        and all(map(_OUR_CONTENT.fullmatch, names))
    ):
        shutil.rmtree(folder)
    else:
        return False
    return True


def _dismantle(folder: Path) -> None:
    """Remove a work folder, its lock last: whoever is killed over it leaves what is still known for one."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != _LOCK:
            path.unlink(missing_ok=True)
    (folder / _LOCK).unlink(missing_ok=True)
    folder.rmdir()


def _sweep_file(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        begun = file.read(16)
    if begun and not begun.startswith(_BEGINNINGS) and not path.name.endswith(("-wal", "-shm", "-journal")):
        return False  # nothing that we write begins so
    with _claimed(path) as abandoned:
        if abandoned:
            path.unlink()
        return abandoned


@contextlib.contextmanager
def _claimed(path: Path) -> Iterator[bool]:
    """Whether nobody holds the lock of a file; it is ours for as long as the block lasts."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags)
    held = _hold(descriptor)
    if held is None:  # where there are no locks, an open file may not be deleted either
        age = time.time() - os.fstat(descriptor).st_mtime
        os.close(descriptor)
        yield age > _SURELY_LEFT
        return
    try:
        yield held
    finally:
        os.close(descriptor)
