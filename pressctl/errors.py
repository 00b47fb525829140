"""One error tree. Each error is a Chinese sentence, a stable code, an exit code and, where there is one, the next step.

Exit codes are a contract with scripts: 2 usage, 3 refused by regulation or workflow, 4 bad data, 5 database, 74 done but
not shown.
"""

from __future__ import annotations

import errno
from typing import Any, ClassVar


class PressctlError(Exception):
    """Something the user can act on.

    `message` says what and where, `next_step` what to do about it; `details` carries what a script may
    want, such as the rejected rows of an import.
    """

    exit_code: ClassVar[int] = 70

    def __init__(
        self,
        code: str,
        message: str,
        *,
        next_step: str | None = None,
        clause: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next_step = next_step
        self.clause = clause
        self.details = details or {}

    def as_dict(self) -> dict[str, Any]:
        """The `error` object of the contract; `clause` only where one applies, then the details."""
        found: dict[str, Any] = {"code": self.code, "exit": self.exit_code, "message": self.message}
        if self.clause:
            found["clause"] = self.clause
        if self.next_step:
            found["next"] = self.next_step
        return found | self.details


class UsageError(PressctlError):
    """The words of the command are off: an option, a value's form."""

    exit_code = 2


class Refused(PressctlError):
    """The regulation or the workflow does not allow it. Nothing was written."""

    exit_code = 3


class BadData(PressctlError):
    """An input row, an unknown or ambiguous name, an unreadable file. Nothing was written."""

    exit_code = 4


class DatabaseError(PressctlError):
    """The database is missing, locked too long, damaged, or of another revision."""

    exit_code = 5


class OutputLost(PressctlError):
    """The command did its work; what it had to say of it did not come out (a full disk, a closed file)."""

    exit_code = 74


_REASONS = {
    "ENOENT": "没有这个文件或目录",
    "EACCES": "没有权限",
    "EPERM": "没有权限",
    "EISDIR": "这是一个文件夹",
    "ENOTDIR": "路径中间有一段不是文件夹",
    "EEXIST": "已有同名的文件或文件夹",
    "ENOTEMPTY": "文件夹不是空的",
    "ENAMETOOLONG": "名称太长",
    "ENOSPC": "磁盘已满",
    "EDQUOT": "超出磁盘限额",
    "EFBIG": "文件太大",
    "EROFS": "所在的磁盘只读",
    "EIO": "磁盘读写出错",
    "EBUSY": "正被其他程序占用",
    "ETXTBSY": "正被其他程序占用",
    "ELOOP": "链接绕成了圈",
    "EMFILE": "打开的文件太多",
    "ENFILE": "打开的文件太多",
    "EXDEV": "跨了两个磁盘",
    "EBADF": "它已经关闭",
}


_IN_USE = (32, 33)
"""Windows: another program has the file open, or a part of it locked."""


def reason(error: BaseException) -> str:
    """Why the system refused, in Chinese: `strerror` speaks the system's language, not the user's."""
    if getattr(error, "winerror", None) in _IN_USE:  # which Python turns into EACCES
        return _REASONS["EBUSY"]
    name = errno.errorcode.get(getattr(error, "errno", None) or 0, "")
    return _REASONS.get(name) or f"读写失败 {name}".strip()
