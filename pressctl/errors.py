"""One error tree. Each error is a Chinese sentence, a stable code, an exit code and, where there is one, the next step.

Exit codes are a contract with scripts: 2 usage, 3 refused by regulation or workflow, 4 bad data, 5 database.
"""

from __future__ import annotations

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
