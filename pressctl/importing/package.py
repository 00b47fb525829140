"""The parts of a zipped document: found by their relations whatever they are called, bounded in size, XML without DTD.

Part names are compared without capitals and with either slash: reporting tools and old .NET libraries write
xl/SharedStrings.xml and xl\\worksheets\\sheet1.xml, and Excel opens them.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote
from xml.parsers import expat

from pressctl.archives import Archive
from pressctl.errors import BadData

MAX_UNPACKED = 512 << 20
MAX_RATIO = 300
_RATIO_COUNTS_FROM = 4 << 20
_BLOCK = 1 << 16
_ENCRYPTED = 0x1

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]


class Relation(NamedTuple):
    """What a part points to: the relation's id, its kind (the last word of its type), the other part's name."""

    id: str
    kind: str
    part: str


class Package:
    """A zip file's parts. Raises BadData for what is no zip, is damaged, protected by a password, or unpacks beyond limits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise damaged(path) from error
        self._infos = {_plain(info.filename): info for info in self._zip.infolist()}
        try:
            self._check()
        except BadData:
            self._zip.close()
            raise

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, part: object) -> bool:
        return isinstance(part, str) and _plain(part) in self._infos

    def _check(self) -> None:
        infos = self._infos.values()
        if any(info.flag_bits & _ENCRYPTED for info in infos):
            raise protected(self.path)
        bomb = any(
            i.file_size > _RATIO_COUNTS_FROM and i.file_size > MAX_RATIO * max(i.compress_size, 1)
            for i in infos
        )
        if bomb or sum(i.file_size for i in infos) > MAX_UNPACKED:
            raise too_large(self.path)

    def related(self, part: str = "") -> list[Relation]:
        """What a part points to within the package; the package itself where no part is named."""
        folder, _, name = part.rpartition("/")
        rels = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        found: list[Relation] = []

        def start(tag: str, attributes: Mapping[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                found.append(Relation(attributes.get("Id", ""), kind, self._target(folder, attributes)))

        if rels in self:
            self.parse(rels, start)
        return found

    def _target(self, folder: str, attributes: Mapping[str, str]) -> str:
        """The part that a relation names: relative or from the root, percent signs read where the name itself has none."""
        joined = _joined(folder, attributes.get("Target", "").replace("\\", "/"))
        return joined if joined in self else unquote(joined)

    def rewritten(self, parts: Mapping[str, bytes]) -> io.BytesIO:
        """The package anew with some parts put in order, for a reader that stumbles over how they were written."""
        given = {_plain(part): data for part, data in parts.items()}
        packed = io.BytesIO()
        with Archive(packed, zipfile.ZIP_STORED) as made:
            for name in self._infos:
                made.writestr(self._infos[name].filename, given[name] if name in given else self.read(name))
        packed.seek(0)
        return packed

    def read(self, part: str) -> bytes:
        """A whole part."""
        return b"".join(self._blocks(part))

    def parse(
        self, part: str, start: Start, end: End | None = None, text: Callable[[str], None] | None = None
    ) -> None:
        """One pass over an XML part; tags and attributes come without their namespace prefix."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: start(local(tag), attributes)
        if end is not None:
            ended = end
            parser.EndElementHandler = lambda tag: ended(local(tag))
        if text is not None:
            parser.CharacterDataHandler = text
        self.feed(part, parser)

    def feed(self, part: str, parser: expat.XMLParserType) -> None:
        """A part through a parser of one's own. Raises BadData for damage, and for a document type: it may hold entities."""
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        try:
            for block in self._blocks(part):
                parser.Parse(block, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, ValueError, OverflowError) as error:
            raise damaged(self.path) from error

    def _blocks(self, part: str) -> Iterator[bytes]:
        try:
            with self._zip.open(self._infos[_plain(part)]) as stream:
                while block := stream.read(_BLOCK):
                    yield block
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            KeyError,
        ) as error:
            raise damaged(self.path) from error

    def _refuse_doctype(self, *_: object) -> None:
        raise BadData(
            "unsafe_workbook",
            f"{self.path.name} 含有文档类型定义（DTD），正常的工作簿不会有，已拒绝读取。",
            next_step="请在 Excel 或 WPS 中打开后另存为新的 .xlsx。",
        )


def _plain(part: str) -> str:
    return part.replace("\\", "/").removeprefix("./").lstrip("/").casefold()


def local(tag: str) -> str:
    """A tag without its namespace prefix: some writers say x:row, and Strict files have namespaces of their own."""
    return tag.rpartition(":")[2] if ":" in tag else tag


def _joined(folder: str, target: str) -> str:
    """`..` never leaves the package because parts are only looked up."""
    steps: list[str] = []
    for step in target.split("/") if target.startswith("/") else f"{folder}/{target}".split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


# -- refusals --------------------------------------------------------------------------------------


def damaged(path: Path) -> BadData:
    return BadData(
        "damaged_workbook",
        f"{path.name} 不是完好的工作簿，可能已损坏或未传完。",
        next_step="请在 Excel 或 WPS 中打开确认，另存为新的 .xlsx 后再导入。",
    )


def protected(path: Path) -> BadData:
    return BadData(
        "protected_workbook",
        f"{path.name} 设了打开密码，不能读取。",
        next_step="请在 Excel 或 WPS 中打开，去掉密码，另存为 .xlsx 后再导入。",
    )


def too_large(path: Path, where: str = "") -> BadData:
    return BadData(
        "workbook_too_large",
        f"{path.name} 解开后超出安全限度{where}，已拒绝读取。",
        next_step="请删去表格中多余的空行、空列和其他工作表，另存后再导入。",
    )
