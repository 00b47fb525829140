"""A moment: a day and, where it matters, an hour. *Before* compares moments; where an hour is lacking it is not told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from pressctl.core.terms import Result


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, with the hour where it is known."""

    day: date
    hour: time | None = None

    def __str__(self) -> str:
        return f"{self.day} {self.hour:%H:%M}" if self.hour else f"{self.day}"

    def before(self, other: Moment) -> bool | None:
        """Whether this moment precedes the other; None on the same day without both hours."""
        if self.day != other.day:
            return self.day < other.day
        return None if self.hour is None or other.hour is None else self.hour < other.hour

    @property
    def key(self) -> tuple[date, time]:
        """For sorting; without an hour a moment stands at the end of its day, so that it never helps anyone."""
        return self.day, self.hour or time.max


def moment_of(stamp: datetime) -> Moment:
    return Moment(stamp.date(), stamp.time())


def proved_before(acts: Iterable[Moment], event: Moment) -> Result:
    """Whether one of the acts is proved to precede the event: pass; no evidence where none is told or only an hour
    is lacking; fail where all that is told came too late. A day told again with its hour is told once."""
    told = list(acts)
    with_hour = {act.day for act in told if act.hour}
    answers = [act.before(event) for act in told if act.hour or act.day not in with_hour]
    if True in answers:
        return Result.PASS
    return Result.NO_EVIDENCE if not answers or None in answers else Result.FAIL
