"""pressctl: the spokesperson office's register, approvals, deadlines and annual report.

Facts come in at the terminal, the regulation judges them, and documents go out:

    cli         words in, words out
    api         the same for scripts: pressctl.open(path), read-only
    usecases    one function per verb: load facts, ask the core, save with the log entry, return a result
    regulation  the law as shipped: clauses and policy, data with citations
    storage     SQLite behind SQLModel and Alembic; the only room that knows them
    importing   CSV and XLSX to numbered rows; never writes
    documents   Word forms, reports, calendars
    core        what the regulation means; no I/O, no clock

Imports go downward only; an import-linter contract in pyproject.toml holds that.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pressctl.api import Bureau, as_json, open

__all__ = ["Bureau", "__version__", "as_json", "open"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """What scripts use, loaded when it is asked for: a command needs none of it."""
    if name in ("Bureau", "as_json", "open"):
        from pressctl import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
