"""Which encoding a text file is in, proved by decoding all of it, a block at a time.

What is not valid throughout in one encoding is refused with the line where it breaks; nothing is ever replaced by "?".
GB2312 and GBK are read as GB18030, their superset: the codecs of those names map the middle dot and the dash wrongly.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from pressctl import durable
from pressctl.errors import BadData, reason

_BLOCK = 1 << 18
_MANY = 8
"""So many multi-byte characters valid as UTF-8 in a row are no accident of GB18030 text."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """`label` is what the user is told, `codec` what Python opens the file with (the BOM is taken off)."""

    label: str
    codec: str


UTF_8 = Encoding("UTF-8", "utf-8")
UTF_8_BOM = Encoding("UTF-8-BOM", "utf-8-sig")
GB18030 = Encoding("GB18030", "gb18030")
UTF_16_LE = Encoding("UTF-16-LE", "utf-16-le")
UTF_16_BE = Encoding("UTF-16-BE", "utf-16-be")
_UTF_16_BOM = Encoding("UTF-16", "utf-16")


@dataclass(frozen=True, slots=True)
class _Break:
    """Where decoding stopped: the line, and how many multi-byte characters had been read by then."""

    line: int
    wide: int


def first_bytes(path: Path, size: int) -> bytes:
    """The beginning of a file. Raises BadData for one that is not there or cannot be read."""
    if durable.is_special(path):
        raise BadData(
            "not_a_file", f"{path} 不是普通文件（是设备或管道）。", next_step="请先存成文件，再导入。"
        )
    try:
        with path.open("rb") as file:
            return file.read(size)
    except FileNotFoundError as error:
        raise BadData("no_file", f"没有这个文件：{path}。", next_step="请核对路径。") from error
    except (OSError, ValueError) as error:
        raise BadData(
            "unreadable_file",
            f"不能读取 {path}（{reason(error)}）。",
            next_step="请核对它是文件而非文件夹、没有被其他程序独占，并有读取权限。",
        ) from error


def detect(path: Path) -> Encoding:
    """The encoding of the file. Raises BadData for a file that is empty, binary or damaged."""
    head = first_bytes(path, _BLOCK)
    if not head.strip(b"\0\t\n\r \xef\xbb\xbf\xfe\xff"):
        raise BadData("empty_file", f"{path.name} 是空文件。", next_step="请核对文件，或重新导出后再导入。")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        label = UTF_16_LE.label if head.startswith(codecs.BOM_UTF16_LE) else UTF_16_BE.label
        return _proved(path, Encoding(label, _UTF_16_BOM.codec))
    if head.startswith(codecs.BOM_UTF8):
        return _proved(path, UTF_8_BOM)
    if b"\0" in head and (encoding := _bare_utf_16(head)):
        return _proved(path, encoding)
    _require_text(path, head)
    return _multibyte(path)


def _multibyte(path: Path) -> Encoding:
    """UTF-8 where all of it is; else GB18030, unless it is plainly UTF-8 with a damaged place."""
    as_utf_8 = _first_break(path, UTF_8)
    if as_utf_8 is None:
        return UTF_8
    if as_utf_8.wide >= _MANY:
        raise _damaged(path, UTF_8, as_utf_8)
    return _proved(path, GB18030)


def _proved(path: Path, encoding: Encoding) -> Encoding:
    if found := _first_break(path, encoding):
        raise _damaged(path, encoding, found)
    return encoding


def _first_break(path: Path, encoding: Encoding) -> _Break | None:
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    lines, wide, at_end = 1, 0, False
    with path.open("rb") as file:
        while not at_end:
            block = file.read(_BLOCK)
            at_end = not block
            try:
                text = decoder.decode(block, final=at_end)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(encoding.codec, errors="ignore")
                return _Break(lines + good.count("\n"), wide + _wide(good))
            lines += text.count("\n")
            if wide < _MANY:
                wide += _wide(text)
    return None


def _wide(text: str) -> int:
    return sum(character > "\x7f" for character in text)


def _bare_utf_16(head: bytes) -> Encoding | None:
    """UTF-16 without a BOM: the byte order in which separators and line ends appear; None for other bytes."""
    even = head[: len(head) // 2 * 2]
    for encoding in (UTF_16_LE, UTF_16_BE):
        text = even.decode(encoding.codec, errors="replace")
        if ("\n" in text or "\r" in text) and any(mark in text for mark in ",\t;，") and "\0" not in text:
            return encoding
    return None


_STRAY = re.compile(rb"[\0-\x08\x0b\x0e-\x19\x1b-\x1f]")
_STRAYS_IN_TEXT = 200
"""Bytes of text for each control character: a stray one is its cell's matter, many are no text at all."""


def _require_text(path: Path, head: bytes) -> None:
    """Raises BadData for binary content."""
    if len(_STRAY.findall(head)) <= 3 + len(head) // _STRAYS_IN_TEXT:
        return
    raise BadData(
        "not_a_table",
        f"{path.name} 不是表格文件（内容是二进制数据）。",
        next_step="请在 Excel 或 WPS 中另存为 .xlsx 或“CSV UTF-8”后再导入。",
    )


def _damaged(path: Path, encoding: Encoding, found: _Break) -> BadData:
    return BadData(
        "damaged_text",
        f"{path.name} 第 {found.line} 行有不能识别的字符（按 {encoding.label} 读取），文件可能已损坏或被截断。",
        next_step="请在 Excel 或 WPS 中打开原表，另存为“CSV UTF-8”或 .xlsx 后再导入。",
    )
