"""A regulation as a folder: its clauses, rules, values, names, wording, forms and cases, and the same as one text for the
database.

`clauses.toml` says which regulation it is; other tables (`rules.toml`, `policy.toml`, `names.toml`) stand beside it,
`wording.toml` holds the report's own sentences, `forms/` the Word templates, `cases/` what the rules must say of invented
facts, `regulation.txt` the text itself.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from pressctl import bundled
from pressctl.core.terms import FormKind
from pressctl.core.text import from_json
from pressctl.errors import BadData

DEFAULT = "changzhou-2009"
"""The package that holds where a database keeps no other."""
_TABLES = ("clauses.toml", "rules.toml", "policy.toml", "names.toml")
_WORDING, _TEXT = "wording.toml", "regulation.txt"
_FORMS = tuple(f"forms/{kind.value}.docx" for kind in FormKind)
_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, eq=False)
class Package:
    """A package's files by their path within it."""

    name: str
    files: Mapping[str, bytes] = field(repr=False)

    def __hash__(self) -> int:
        return hash((self.name, self.sha256))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Package) and (self.name, self.sha256) == (other.name, other.sha256)

    @cached_property
    def sha256(self) -> str:
        """Of all that judges and prints; cases and the text itself do neither."""
        told = hashlib.sha256()
        for path in sorted(p for p in self.files if not p.startswith("cases/") and p != _TEXT):
            told.update(f"{path}\n{len(self.files[path])}\n".encode() + self.files[path])
        return told.hexdigest()

    def tables(self) -> Iterator[tuple[str, str]]:
        """Name and text of each file of clauses, rules, values or names. Raises BadData for one that is no UTF-8."""
        for name in _TABLES:
            if name in self.files:
                yield name, self.text(name)

    def text(self, path: str) -> str:
        try:
            return self.files[path].decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadData(
                "no_file", f"文件 {self.name}/{path} 不是 UTF-8 的文字。", next_step="请另存为 UTF-8 后重试。"
            ) from error

    @property
    def wording(self) -> str | None:
        """The report's own sentences, where the package has any."""
        return self.text(_WORDING) if _WORDING in self.files else None

    def form(self, kind: FormKind) -> bytes | None:
        """The package's Word template of a form."""
        return self.files.get(f"forms/{kind.value}.docx")

    # -- as one text ---------------------------------------------------------------------------------

    def packed(self) -> str:
        """The files that judge and print as one text, for the database."""
        files = {
            path: base64.b64encode(held).decode() if path in _FORMS else held.decode("utf-8-sig")
            for path, held in sorted(self.files.items())
            if path in _FORMS or path in (*_TABLES, _WORDING)
        }
        return json.dumps({"package": self.name, "files": files}, ensure_ascii=False)

    @cached_property
    def packed_sha256(self) -> str:
        """Of the one text, by which a database tells whether it keeps this very package."""
        return hashlib.sha256(self.packed().encode()).hexdigest()

    @classmethod
    def unpacked(cls, name: str, text: str) -> Package:
        """A package from its text. Raises BadData for one that is damaged."""
        try:
            told = from_json(text)["files"]
            files = {
                path: base64.b64decode(held, validate=True) if path in _FORMS else held.encode()
                for path, held in told.items()
            }
        except (ValueError, KeyError, AttributeError, TypeError, binascii.Error) as error:
            raise BadData(
                "bad_policy", f"数据库中的规定“{name}”已经损坏。", next_step="请从备份恢复（db restore）。"
            ) from error
        return cls(name, files)


def is_packed(text: str) -> bool:
    """Whether a text kept in the database is a package rather than a single file of TOML."""
    return text.startswith('{"package":')


def read_package(folder: Path) -> Package:
    """A folder's package. Raises BadData `no_file` for what is no such folder, cannot be read, or does not belong."""
    own = bundled.regulation_dir() / folder.name
    chosen = (
        own if folder.parent == Path() and not folder.exists() and (own / "clauses.toml").exists() else folder
    )
    if not (chosen / "clauses.toml").is_file():
        raise BadData(
            "no_file",
            f"{folder} 不是规定的文件夹：其中没有 clauses.toml。",
            next_step=f"随带的规定有：{'、'.join(shipped_packages())}；用 pressctl rules new 文件夹 可以写一份新的。",
        )
    files: dict[str, bytes] = {}
    for path in sorted(chosen.rglob("*")):
        inside = path.relative_to(chosen).as_posix()
        if path.name.startswith((".", "~$")) or (
            path.is_dir() and inside not in (*_TABLES, _WORDING, *_FORMS)
        ):
            continue
        known = inside in (*_TABLES, _WORDING, _TEXT, *_FORMS) or (
            inside.startswith("cases/") and path.suffix == ".toml"
        )
        if not known and path.suffix.lower() in (".toml", ".docx"):
            raise BadData(
                "no_file",
                f"不认识规定中的文件 {inside}。",
                next_step=f"可用：{'、'.join((*_TABLES, _WORDING, *_FORMS))}，以及 cases/*.toml。",
            )
        if known and not path.is_file():
            raise BadData("no_file", f"规定中的 {inside} 不是普通文件。", next_step="请换成文件后重试。")
        if known:
            files[inside] = _held(path, inside)
    if chosen == bundled.regulation_dir() / DEFAULT:
        for kind in FormKind:  # the first package's forms stand where the office looks for them
            files.setdefault(
                f"forms/{kind.value}.docx", (bundled.form_templates_dir() / f"{kind.value}.docx").read_bytes()
            )
    return Package(chosen.resolve().name, files)


def _held(path: Path, inside: str) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise BadData("no_file", f"规定中的文件 {inside} 超过 4 MB。", next_step="请核对是否放错了文件。")
        return path.read_bytes()
    except OSError as error:
        raise BadData("no_file", f"文件 {path} 无法读取。", next_step="请核对文件的权限。") from error


def shipped_as(name: str, sha256: str) -> Package | None:
    """The package of a name that comes along, where its text is the very one that a database keeps."""
    if name not in shipped_packages():
        return None
    package = shipped_package(name)
    return package if package.packed_sha256 == sha256 else None


@lru_cache(maxsize=4)
def shipped_package(name: str = DEFAULT) -> Package:
    """A package that comes along."""
    return read_package(bundled.regulation_dir() / name)


def shipped_packages() -> tuple[str, ...]:
    """The names of the packages that come along."""
    return tuple(sorted(p.parent.name for p in bundled.regulation_dir().glob("*/clauses.toml")))
