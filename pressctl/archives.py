"""ZIP files that this program writes: every entry bears one fixed date.

The format knows the years from 1980 to 2107, and a clock may stand anywhere; nothing reads the dates of entries, for
what has a time carries it inside.
"""

from __future__ import annotations

import zipfile
from typing import Any

DATED = (1980, 1, 1, 0, 0, 0)
_OWNER_ONLY = 0o600


class Archive(zipfile.ZipFile):
    """A ZIP file to be written, by us or by a library that was handed it."""

    def __init__(self, file: Any, compression: int = zipfile.ZIP_DEFLATED) -> None:
        super().__init__(file, "w", compression, strict_timestamps=False)

    def writestr(self, name: Any, data: Any, compress_type: int | None = None, compresslevel: int | None = None) -> None:  # fmt: skip
        if not isinstance(name, zipfile.ZipInfo):
            name = zipfile.ZipInfo(name, DATED)
            name.compress_type = self.compression
            name.external_attr = _OWNER_ONLY << 16
        super().writestr(name, data, compress_type, compresslevel)
