"""The desk a command works at: which database, who, on which day, under which law. And how names are found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pressctl.core.facts import Appointment, Facts, Release, Unit
from pressctl.core.names import Names, speak
from pressctl.core.own import Named
from pressctl.core.policy import Policy
from pressctl.core.terms import FormKind, Term
from pressctl.core.wording import Wording
from pressctl.core.words import Asked, AskedWord, fixed, meant
from pressctl.core.working_days import Calendar
from pressctl.errors import BadData
from pressctl.regulation import loader
from pressctl.regulation.package import Package, shipped_as, shipped_package
from pressctl.regulation.wording import wording_of
from pressctl.storage.attachments import Attachments
from pressctl.storage.database import Database
from pressctl.storage.place import locate
from pressctl.storage.quick import kept_laws

if TYPE_CHECKING:
    from pressctl.storage.attachments import Staging
    from pressctl.storage.log import Command
    from pressctl.storage.repository import Repository

__all__ = ["Desk", "default_database", "locate"]

_T = TypeVar("_T", bound=Term)


def default_database() -> Path:
    """One file in the user's data directory, by the platform's convention."""
    from platformdirs import user_data_path

    return user_data_path("pressctl", appauthor=False) / "pressctl.db"


@dataclass
class Desk:
    """Who works where and when. `today` is the business day; `now` the real clock, for the log alone."""

    path: Path
    actor: str
    today: dt.date
    now: Callable[[], dt.datetime]
    on_wait: Callable[[float], None] | None = None
    on_written: Callable[[bool], None] | None = None
    profiles: tuple[Path, ...] = field(default=())
    _policies: dict[tuple[tuple[str, str], ...], Policy] = field(default_factory=dict, repr=False)

    @cached_property
    def database(self) -> Database:
        return Database(self.path, on_wait=self.on_wait, on_written=self.on_written)

    @contextmanager
    def reading(self) -> Iterator[Repository]:
        with self.database.reading() as repository:
            self._speak(repository)
            yield repository

    @contextmanager
    def writing(
        self,
        action: str,
        *,
        on: dt.date | None = None,
        dry_run: bool = False,
        staging: Staging | None = None,
    ) -> Iterator[Repository]:
        """One transaction with its log entries; `on` is the business day of the act where it is not today.

        `staging` holds files that it refers to, taken before it began.
        """
        with self.database.writing(
            action,
            actor=self.actor,
            day=on or self.today,
            desk=self.today,
            at=self.now(),
            dry_run=dry_run,
            staging=staging,
        ) as repository:
            self._speak(repository)
            yield repository

    def command(self, action: str) -> Command:
        """What the log says of an act done now, for what writes outside of `writing`."""
        from pressctl.storage.log import Command

        return Command(action, self.actor, self.today, self.now(), self.today)

    def staging(self, files: Iterable[Path] = ()) -> AbstractContextManager[Staging]:
        """Files copied and hashed before the transaction that refers to them begins: no other desk waits for a slow disk."""
        return Attachments(self.database.attachments).staging(files)

    def calendar(self, repository: Repository | None = None) -> Calendar:
        """The working days, with the notices imported into this database."""
        if repository is None:
            with self.reading() as own:
                return self.calendar(own)
        return Calendar(self.today, repository.notices())

    def changes_of(self, refs: Iterable[str]) -> dict[str, int]:
        """How many entries the log has about each release: a number that grows with every change."""
        with self.reading() as repository:
            return {ref: len(repository.log_entries(ref)) for ref in refs}

    def policy(self, repository: Repository) -> Policy:
        """The regulation with the profiles that this bureau switched on and those of this run."""
        key = tuple(repository.laws().items())
        if key not in self._policies:
            self._policies[key] = load_kept(repository, self.profiles, self.now().date())
        policy = self._policies[key]
        speak(policy.names)
        return policy

    def package(self, repository: Repository) -> Package | None:
        """The package whose forms and wording hold here; None where the regulation is a single file."""
        policy = self.policy(repository)
        if policy.package is None:
            return None
        name, sha256 = policy.package, repository.laws().get(policy.package)
        if sha256 is None:
            return shipped_package(name)
        return shipped_as(name, sha256) or Package.unpacked(name, repository.law_text(name))

    def wording(self) -> Wording:
        """The sentences of the report, as the regulation in force says them."""
        with self.reading() as repository:
            package = self.package(repository)
            return wording_of(package.wording if package else None, self.policy(repository).names)

    def template(self, kind: FormKind) -> bytes | None:
        """The regulation's own Word template of a form; None where it has none of its own."""
        with self.reading() as repository:
            package = self.package(repository)
            return package.form(kind) if package else None

    def _speak(self, repository: Repository) -> None:
        """Call things as the regulation kept here does; one that cannot be read is told by who asks for it."""
        try:
            self.policy(repository)
        except BadData:
            speak(loader.shipped().names)

    def meant(self, asked: Asked[_T], repository: Repository | None = None) -> Named[_T]:
        """The kind asked for, by the names of the regulation in force where core's own do not tell it. Raises UsageError."""
        if not isinstance(asked, AskedWord):
            return Named.of(asked)
        if (member := fixed(asked.of, asked.text)) is not None:
            return Named(member)
        if repository is None:
            with self.reading() as own:
                return self.meant(asked, own)
        return meant(asked, self.policy(repository).own)

    def law(self, repository: Repository) -> tuple[Policy, Calendar]:
        return self.policy(repository), self.calendar(repository)


def names_kept(path: Path) -> Names:
    """What the regulation kept in a database calls things; the shipped one's words where there is none to be read."""
    kept = kept_laws(path, shipped_as)
    texts = {name: shipped_package(name) if text is None else text for name, text in kept.items()}
    try:
        return loader.load(kept=texts).names
    except BadData:
        return loader.shipped().names


def load_kept(repository: Repository, profiles: Iterable[Path] = (), today: dt.date | None = None) -> Policy:
    """The regulation that a database keeps, else the shipped one, with its profiles and those of this run.

    Raises BadData.
    """
    kept = {
        name: shipped_as(name, sha) or repository.law_text(name) for name, sha in repository.laws().items()
    }
    return loader.load(profiles, kept=kept, today=today)


# -- finding what the user named -------------------------------------------------------------------


def near(text: str, names: Iterable[str]) -> str:
    """“是不是：甲、乙？” with the nearest names, or nothing."""
    from difflib import get_close_matches

    found = get_close_matches(text, list(dict.fromkeys(names)), n=3, cutoff=0.5)
    return f"是不是：{'、'.join(found)}？" if found else ""


def find_unit(units: Iterable[Unit], text: str) -> Unit:
    """A unit by name, former name, alias or id. Raises BadData `unknown_unit` or `ambiguous_unit`."""
    units = tuple(units)
    wanted = text.strip()
    for names in (_present_names, _all_names):
        found = [u for u in units if wanted in names(u)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = "、".join(f"{u.name}（{u.id}）" for u in found)
            raise BadData("ambiguous_unit", f"“{text}”可指多个单位：{listed}。", next_step="请用编号指明。")
    by_id = [u for u in units if u.id == _number(wanted)]
    if by_id:
        return by_id[0]
    known = (name for u in units for name in _all_names(u))
    raise BadData(
        "unknown_unit",
        f"没有名为“{text}”的单位。",
        next_step=near(wanted, known) or "用 pressctl unit list 查看全部单位，或用 unit add 登记。",
    )


def _number(text: str) -> int | None:
    """An id as typed; None for what is no plain number, or longer than any id."""
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def _present_names(unit: Unit) -> tuple[str, ...]:
    return (unit.name, *unit.aliases) if unit.until is None else ()


def _all_names(unit: Unit) -> tuple[str, ...]:
    return (*(p.name for p in unit.periods), *unit.aliases)


def find_person(appointments: Iterable[Appointment], text: str, facts: Facts | None = None) -> Appointment:
    """A person on the register by id or unique name: the newest appointment. Raises BadData with candidates."""
    wanted = text.strip()
    number = wanted.removeprefix("P")
    held = tuple(appointments)
    found = [a for a in held if a.person.name == wanted]
    if not found:
        found = [a for a in held if a.person.id == _number(number)]
    if not found:
        raise BadData(
            "unknown_person",
            f"名册中没有“{text}”。",
            next_step=near(wanted, (a.person.name for a in held))
            or "用 pressctl register list 查看名册，或用 register add 登记。",
        )
    people = {a.person.id for a in found}
    if len(people) > 1:
        names = {u.id: u.name for u in facts.units} if facts else {}
        listed = "、".join(
            f"{a.person.id}（{names.get(a.unit_id, '')}{a.named_role.label}，{a.title}）" for a in found
        )
        raise BadData(
            "ambiguous_person", f"名册中有 {len(people)} 位“{text}”：{listed}。", next_step="请用编号指明。"
        )
    return max(found, key=lambda a: (a.until is None, a.since or dt.date.min, a.id))


def find_release(repository: Repository, ref: str) -> Release:
    """A release by its reference. Raises BadData `unknown_release`."""
    release = repository.release(ref.strip())
    if release is None:
        raise BadData(
            "unknown_release",
            f"没有编号为“{ref}”的发布。",
            next_step="用 pressctl plan list 查看编号，形如 2026-003。",
        )
    return release
