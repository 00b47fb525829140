"""pressctl for scripts: one bureau's register, read and judged as the commands do it. Nothing is ever written.

    import pressctl

    with pressctl.open("data/pressctl.db") as bureau:
        for finding in bureau.check(year=2026).findings:
            print(finding.rule, finding.clause, finding.unit, finding.message)
        report = bureau.report(2026)
        print(report.summary)

What each method gives is the frozen result behind the command of the same name; `pressctl.as_json` turns one into the
document that the command prints with --json, whose schema `pressctl schema NAME` tells.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pressctl.core.encoding import encoded

if TYPE_CHECKING:
    from pressctl.core.due import Due
    from pressctl.documents.annual_data import AnnualView
    from pressctl.usecases.compliance import Checked
    from pressctl.usecases.desk import Desk
    from pressctl.usecases.records import LedgerRow
    from pressctl.usecases.views import Post, ReleaseView, UnitView

Day = dt.date | str
"""A day, or its ISO spelling: 2026-10-09."""


def open(
    path: str | os.PathLike[str], *, today: Day | None = None, profiles: Sequence[str | os.PathLike[str]] = ()
) -> Bureau:
    """A bureau by its database file. `today` is the business day (the clock's in Shanghai where none is given),
    `profiles` are optional policy files as with --policy.

    Raises pressctl.errors.DatabaseError where there is none, or one of another version, and ValueError for no day.
    """
    return Bureau(Path(path), today=today, profiles=[Path(p) for p in profiles])


def as_json(result: object) -> Any:
    """A result as the command of the same name prints it with --json: dicts, lists, texts, numbers."""
    return encoded(result)


class Bureau:
    """What is on record in one database, to be asked. Each question sees one consistent state; none changes anything."""

    def __init__(self, path: Path, *, today: Day | None = None, profiles: Sequence[Path] = ()) -> None:
        from pressctl.usecases.desk import Desk

        self._desk: Desk | None = Desk(
            path=path.absolute(),
            actor="",
            today=_day(today) or dt.datetime.now(ZoneInfo("Asia/Shanghai")).date(),
            now=lambda: dt.datetime.now(dt.UTC),
            profiles=tuple(profiles),
        )
        self._desk.database.require_current()

    def __enter__(self) -> Bureau:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """No question after this is answered."""
        self._desk = None

    @property
    def _at(self) -> Desk:
        if self._desk is None:
            raise ValueError("the bureau is closed")
        return self._desk

    # -- judged ----------------------------------------------------------------------------------------

    def check(
        self,
        *,
        year: int | None = None,
        on: Day | None = None,
        unit: str | None = None,
        rule: str | None = None,
        everything: bool = False,
    ) -> Checked:
        """Every rule on every fact of a year (that of `on` where none is given), as known on a day, as `pressctl check`.

        Raises pressctl.errors.BadData for a unit or a rule that is not known.
        """
        from pressctl.usecases.compliance import check

        return check(self._at, year=year, on=_day(on), unit=unit, rule=rule, everything=everything)

    def due(self, *, on: Day | None = None, days: int = 60) -> tuple[Due, ...]:
        """What is owed within so many days of a day, and what is overdue, the most pressing first, as `pressctl due`."""
        from pressctl.usecases.compliance import due

        return due(self._at, days=days, on=_day(on))

    def report(self, year: int, *, on: Day | None = None) -> AnnualView:
        """The annual report's figures and findings, as `pressctl report annual --json`; no file is written."""
        from pressctl.usecases.reports import annual_report

        return annual_report(self._at, year, on=_day(on)).report

    # -- on record -------------------------------------------------------------------------------------

    def units(self, *, on: Day | None = None, everything: bool = False) -> list[UnitView]:
        """The units of a day, or all that ever were, as `pressctl unit list`."""
        from pressctl.usecases.units import unit_list

        return unit_list(self._at, on=_day(on), everything=everything)

    def people(
        self, *, unit: str | None = None, on: Day | None = None, everything: bool = False
    ) -> list[Post]:
        """Who holds which post on a day, or ever held one, as `pressctl register list`. Telephones are as registered: what
        a script prints of them is its own business."""
        from pressctl.usecases.register import register_list

        return register_list(self._at, unit=unit, on=_day(on), everything=everything)

    def releases(self, *, year: int | None = None, unit: str | None = None) -> list[ReleaseView]:
        """The releases, by date, as `pressctl plan list`."""
        from pressctl.usecases.releases import plan_list

        return plan_list(self._at, year=year, unit=unit)

    def records(self, *, year: int | None = None) -> list[LedgerRow]:
        """The acts of duty on record, by day, as `pressctl record list`."""
        from pressctl.usecases.records import record_list

        return record_list(self._at, year=year)


def _day(told: Day | None) -> dt.date | None:
    """Raises ValueError for a text that is no day."""
    return dt.date.fromisoformat(told) if isinstance(told, str) else told
