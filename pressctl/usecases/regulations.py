"""The regulation that a database keeps: taken in, compared with what comes along, checked in its folder, begun anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressctl.core.terms import FormKind
from pressctl.documents.files import write_folder
from pressctl.errors import BadData, Refused
from pressctl.regulation import cases, loader, skeleton
from pressctl.regulation.package import (
    DEFAULT,
    Package,
    is_packed,
    read_package,
    shipped_package,
    shipped_packages,
)
from pressctl.regulation.wording import wording_of
from pressctl.usecases.desk import Desk

if TYPE_CHECKING:
    from pressctl.core.policy import Policy
    from pressctl.storage.repository import Repository


def examined(package: Package, today: dt.date | None = None) -> Policy:
    """A package's regulation, once its tables, wording and forms have been looked at. Raises BadData with all that is wrong."""
    found: list[BadData] = []
    policy: Policy | None = None
    try:
        policy = loader.of_package(package)
        loader.not_ahead(package, policy, today)
    except BadData as error:
        found.append(error)
    try:
        wording_of(package.wording, (policy or loader.shipped()).names)
    except BadData as error:
        found.append(error)
    for kind in FormKind:
        if (held := package.form(kind)) is not None:
            try:
                _form(kind, held)
            except BadData as error:
                found.append(
                    BadData(
                        error.code, f"forms/{kind.value}.docx：{error.message}", next_step=error.next_step
                    )
                )
    loader.raise_all(found)
    assert policy is not None, "what is missing was told"
    return policy


def fit(package: Package, today: dt.date | None = None) -> Policy:
    """The regulation of a package that may be taken in: one that comes along has been looked at before it came, another
    is examined and its cases are run. Raises BadData."""
    if package.name in shipped_packages() and package == shipped_package(package.name):
        policy = loader.of_package(package)
        loader.not_ahead(package, policy, today)
        return policy
    policy = examined(package, today)
    cases.run(package, policy)
    return policy


def _form(kind: FormKind, held: bytes) -> None:
    from pressctl.documents.forms import FormWriter

    FormWriter(kind, None, held)


def keep(repository: Repository, package: Package) -> None:
    """The package as the regulation in force here, in the place of any other."""
    for name in _bases(repository):
        if name != package.name:
            repository.drop_law(name)
    repository.keep_profile(package.name, package.packed(), package.packed_sha256)


def kept_package(repository: Repository) -> tuple[str, str] | None:
    """Name and SHA-256 of the package that is kept; None where there is none."""
    for name, sha256 in repository.laws().items():
        if name in shipped_packages() or is_packed(repository.law_text(name)):
            return name, sha256
    return None


def has_base(repository: Repository) -> bool:
    """Whether the database keeps a regulation of its own, a package or a single file."""
    return bool(_bases(repository))


def _bases(repository: Repository) -> dict[str, str]:
    """{name: text} of the regulations among what is kept, packages and single files; the rest are profiles."""
    texts = {name: repository.law_text(name) for name in repository.laws()}
    return {name: text for name, text in texts.items() if is_packed(text) or loader.is_regulation(name, text)}


def newer(repository: Repository) -> str | None:
    """The name of the package that is kept here where this program ships it otherwise."""
    kept = kept_package(repository)
    if kept is None or kept[0] not in shipped_packages():
        return None
    return kept[0] if shipped_package(kept[0]).packed_sha256 != kept[1] else None


@dataclass(frozen=True)
class Adopted:
    """A regulation that was taken in, or would be; `changes` says in words what it says otherwise."""

    package: str
    regulation: str
    number: str
    sha256: str
    changes: tuple[str, ...]
    adopted: bool


def adopt(desk: Desk, folder: Path | None = None, *, dry_run: bool = False) -> Adopted:
    """Take in the package of a folder, or what this program ships of the one that is kept: logged, never in silence.

    Raises BadData for a package that is not whole, Refused where there is nothing to take in.
    """
    with desk.reading() as repository:
        bases, kept = _bases(repository), kept_package(repository)
        stacked = {name: repository.law_text(name) for name in repository.laws() if name not in bases}
    before = _read(bases)
    if folder is None and kept is None and bases:
        raise Refused(
            "single_file",
            f"数据库中的规定是单独一个文件（{before.number}），随程序没有它的新版。",
            next_step="用 pressctl rules adopt 文件夹 采用另一份规定。",
        )
    if folder is None and kept is not None and kept[0] not in shipped_packages():
        raise Refused(
            "not_shipped",
            f"规定“{kept[0]}”不是随程序带来的，没有可以采用的新版。",
            next_step="改好文件夹后，用 pressctl rules adopt 文件夹 采用。",
        )
    package = read_package(folder) if folder else shipped_package(kept[0] if kept else DEFAULT)
    after = fit(package, desk.now().date() if folder else None)
    _refuse_unstacked(package, stacked)
    changes = differences(before, after) + _printed_otherwise(bases, package)
    if kept == (package.name, package.packed_sha256):
        return _told(package, after, [], adopted=False)
    if not dry_run:
        with desk.writing("rules.adopt") as repository:
            if kept_package(repository) == (package.name, package.packed_sha256):
                return _told(package, after, [], adopted=False)  # another desk took it in meanwhile
            keep(repository, package)
            repository.note(
                "policy", f"采用规定 {package.name}：{after.title(desk.today)}，{len(changes)} 处改动"
            )
    return _told(package, after, changes, adopted=not dry_run)


def _read(bases: Mapping[str, str]) -> Policy:
    """The regulation that is kept, without its profiles; what cannot be read any more counts as the shipped one."""
    try:
        return loader.load(kept=bases)
    except BadData:
        return loader.shipped()


def _refuse_unstacked(package: Package, stacked: Mapping[str, str]) -> None:
    """A regulation with which the profiles kept here cannot hold would leave a database that nobody can judge by."""
    try:
        loader.load(kept={package.name: package, **stacked})
    except BadData as error:
        raise Refused(
            "profiles_do_not_fit",
            f"数据库中启用的附加规定（{'、'.join(stacked)}）不能与 {package.name} 同用：{error.message}",
            next_step="请用 pressctl init --policy 存入改好的同名附加规定，或用 --db 另建一个数据库。",
        ) from error


def _told(package: Package, policy: Policy, changes: list[str], *, adopted: bool) -> Adopted:
    return Adopted(
        package=package.name,
        regulation=policy.name,
        number=policy.number,
        sha256=package.packed_sha256,
        changes=tuple(changes),
        adopted=adopted,
    )


def _printed_otherwise(bases: Mapping[str, str], package: Package) -> list[str]:
    """What another version prints otherwise: the report's sentences and the Word forms."""
    name, text = next(((n, t) for n, t in bases.items() if is_packed(t)), (None, None))
    if name is None or text is None:
        return []
    try:
        kept = Package.unpacked(name, text)
    except BadData:
        return []
    told = ["报告的文字（wording.toml）有改动"] if kept.wording != package.wording else []
    return told + [
        f"表格 {kind.value} 的模板有改动" for kind in FormKind if kept.form(kind) != package.form(kind)
    ]


def differences(before: Policy, after: Policy) -> list[str]:
    """What another version says otherwise: clauses, rules and values, in words."""
    told = []
    for what, old, new in (
        ("条款", before.clauses, after.clauses),
        (
            "规则",
            {k: replace(r, since=None) for k, r in before.rules.items()},
            {k: replace(r, since=None) for k, r in after.rules.items()},
        ),
        ("数值", before.values, after.values),
        ("名称", before.names.labels, after.names.labels),
    ):
        told += _differences(what, old, new)
    return told


def _differences(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    told = [f"{what} {k} 不再有" for k in old if k not in new]
    told += [f"新增{what} {k}" for k in new if k not in old]
    told += [f"{what} {k} 有改动" for k in new if k in old and old[k] != new[k]]
    return told


@dataclass(frozen=True)
class PackageChecked:
    """A regulation that is whole: how much of everything it has, and how many cases it stood."""

    package: str
    regulation: str
    number: str
    clauses: int
    rules: int
    values: int
    cases: int

    @classmethod
    def of(cls, name: str, policy: Policy, run: int) -> PackageChecked:
        many = len(policy.clauses), len(policy.rules), len(policy.values)
        return cls(name, policy.name, policy.number, *many, run)


def check_package(folder: Path, *, today: dt.date) -> PackageChecked:
    """A package looked at without a database: whether it is whole, and what its cases say. Raises BadData."""
    if folder.is_file() or folder.suffix == ".toml" or folder.name in loader.shipped_profiles():
        name, _ = loader.read(folder)
        return PackageChecked.of(name, loader.load([folder], today=today), 0)
    package = read_package(folder)
    policy = examined(package, today)
    return PackageChecked.of(package.name, policy, cases.run(package, policy))


@dataclass(frozen=True)
class PackageBegun:
    folder: Path
    files: tuple[Path, ...]


def new_package(folder: Path) -> PackageBegun:
    """A commented skeleton to begin from. Raises UsageError where something is there already, or nothing may be."""
    return PackageBegun(folder, tuple(write_folder(folder, skeleton.files())))
