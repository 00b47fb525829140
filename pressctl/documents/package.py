"""A .docx as a ZIP whose unchanged parts are packed once and copied as they are ever after.

What does not change stands first in the file, with its directory entries already made; a new document costs
the packing of the changed parts alone. The bytes depend on nothing but the parts: no clock, no host.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from pressctl import durable
from pressctl.errors import BadData, reason

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_DEFLATED, _VERSION, _UTF8_NAMES = 8, 20, 0x800
_DATED = (
    (2009 - 1980) << 9 | 3 << 5 | 10
)  # the day of the regulation: a file says nothing of when it was made
_ONCE, _EVERY_TIME = 9, 3  # a form's text packs at 3 in a quarter of the time of 6, for 300 bytes more
_LARGEST = 64 << 20  # a template unpacks to some 40 KB; more than this is a bomb


class Package:
    """Parts by name. `fixed` is packed now; `with_parts` adds the others and gives the whole file."""

    def __init__(self, fixed: Mapping[str, bytes]) -> None:
        body, directory = bytearray(), bytearray()
        for name, data in fixed.items():
            local, central = _entry(name, data, len(body), _ONCE)
            body += local
            directory += central
        self._body, self._directory, self._count = bytes(body), bytes(directory), len(fixed)

    def with_parts(self, changed: Mapping[str, bytes]) -> bytes:
        out, directory = [self._body], [self._directory]
        offset = len(self._body)
        for name, data in changed.items():
            local, central = _entry(name, data, offset, _EVERY_TIME)
            out.append(local)
            directory.append(central)
            offset += len(local)
        index = b"".join(directory)
        count = self._count + len(changed)
        end = _END.pack(b"PK\5\6", 0, 0, count, count, len(index), offset, 0)
        return b"".join((*out, index, end))


def _entry(name: str, data: bytes, offset: int, level: int) -> tuple[bytes, bytes]:
    """The local entry with its data, and the directory's entry for it."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(data) + packer.flush()
    raw = name.encode("utf-8")
    flags = 0 if name.isascii() else _UTF8_NAMES
    common = (flags, _DEFLATED, 0, _DATED, zlib.crc32(data), len(packed), len(data), len(raw), 0)
    local = _LOCAL.pack(b"PK\3\4", _VERSION, *common) + raw + packed
    central = _CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, *common, 0, 0, 0, 0, offset) + raw
    return local, central


def read_parts(path: Path, held: bytes | None = None) -> dict[str, bytes]:
    """Every part of a .docx, in its order. Raises BadData when the file is missing, no ZIP, damaged or a bomb."""
    if held is None and durable.is_special(path):
        raise _unreadable(path, "不是普通文件（是设备或管道）")
    try:
        with zipfile.ZipFile(path if held is None else io.BytesIO(held)) as package:
            entries = [e for e in package.infolist() if not e.is_dir()]
            if sum(e.file_size for e in entries) > _LARGEST:
                raise _unreadable(path, "展开后过大")
            return {e.filename: package.read(e) for e in entries}
    except FileNotFoundError:
        raise _unreadable(path, "没有这个文件") from None
    except OSError as error:
        raise _unreadable(path, reason(error)) from error
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise _unreadable(path, "不是完好的 Word 文档（.docx）") from error


def _unreadable(path: Path, why: str) -> BadData:
    return BadData(
        "template_unreadable",
        f"模板 {path} 用不了：{why}。",
        next_step="用 Word 或 WPS 另存为 .docx（不设密码）再试。",
    )
