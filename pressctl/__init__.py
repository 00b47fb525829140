"""pressctl: the spokesperson office's register, approvals, deadlines and annual report.

Facts come in at the terminal, the regulation judges them, and documents go out:

    cli         words in, words out
    usecases    one function per verb: load facts, ask the core, save with the log entry, return a result
    regulation  the law as shipped: clauses and policy, data with citations
    storage     SQLite behind SQLModel and Alembic; the only room that knows them
    importing   CSV and XLSX to numbered rows; never writes
    documents   Word forms, reports, calendars
    core        what the regulation means; no I/O, no clock

Imports go downward only; an import-linter contract in pyproject.toml holds that.
"""

__version__ = "0.1.0"
